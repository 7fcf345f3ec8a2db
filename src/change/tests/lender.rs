//! Edits of the lender's contract, each with the direction it goes.

use super::{LENDER, lines, texts};

/// The contract with a piece written otherwise, everywhere.
fn edited(from: &str, to: &str) -> String {
    assert!(LENDER.contains(from), "{from}");
    LENDER.replace(from, to)
}

#[test]
fn what_changes_a_clients_duties_is_told_with_its_direction() {
    let j04 = LENDER.split("  - id: J04").nth(1).and_then(|rest| rest.split("  - id: J05").next()).unwrap();
    let j04 = format!("  - id: J04{j04}");
    let failed = LENDER.split("        failed:\n          { code: GEO-S-003").nth(1).unwrap();
    let failed = failed.split("        ").next().map(str::len).unwrap();
    let start = LENDER.find("        failed:\n          { code: GEO-S-003").unwrap();
    let rest = &LENDER[start + 1..];
    let end = rest.find("      parameters:").unwrap() + start + 1;
    let failed_variant = &LENDER[start..end];
    assert!(failed > 0);
    let code = LENDER.lines().find(|line| line.starts_with("  GEO-S-003:")).unwrap();
    let code = format!("{code}\n");
    let poll = "{ every: 5s, max-every: 10s, while: { /data/status: [PROCESSING] } }";
    let operations = "operations: [createUser, updateUserDetails, triggerBre, getBre, createSession]";
    let deeper = operations.replace("getBre,", "getBre, acceptOffer,");
    for (from, to, there, back) in [
        (
            "every: 5s, max-every: 10s",
            "every: 30s, max-every: 60s",
            "breaking getBre:poll:every:poll-every-raised",
            "compatible getBre:poll:every:poll-every-lowered",
        ),
        (
            poll,
            "{ every: 5s, max-every: 10s, while: { /data/status: [PROCESSING, HELD] } }",
            "breaking getBre:poll:while:/data/status HELD:poll-while-added",
            "unsure getBre:poll:while:/data/status HELD:poll-while-removed",
        ),
        (
            "times: '2-3'",
            "times: '9'",
            "breaking getBre:retry:times:retry-times-raised",
            "breaking getBre:retry:times:retry-times-lowered",
        ),
        (&code, "", "breaking getBre:code:GEO-S-003:code-removed", "breaking getBre:code:GEO-S-003:code-added"),
        (
            failed_variant,
            "",
            "breaking getBre:response:failed:variant-removed",
            "unsure getBre:response:failed:variant-added",
        ),
        (
            "x-requires: [getBre]",
            "x-requires: [getBre, uploadDocument]",
            "breaking acceptOffer:requires:uploadDocument:requires-added",
            "compatible acceptOffer:requires:uploadDocument:requires-removed",
        ),
        (&j04, "", "compatible *:journey:J04:journey-rule-removed", "breaking *:journey:J04:journey-rule-added"),
        (
            operations,
            &deeper,
            "breaking *:archetype:4:operations:acceptOffer:archetype-calls-added",
            "compatible *:archetype:4:operations:acceptOffer:archetype-calls-removed",
        ),
        (
            "      wire: customerID",
            "      wire: customer_id",
            "unsure *:ambiguity:A01:ruling.wire:ruling-wire-changed",
            "unsure *:ambiguity:A01:ruling.wire:ruling-wire-changed",
        ),
        (
            "documented: CONTIONAL_SUCCESS,",
            "documented: CONDITIONAL,",
            "breaking *:respelling:CONDITIONAL_SUCCESS:documented:respelling-changed",
            "breaking *:respelling:CONDITIONAL_SUCCESS:documented:respelling-changed",
        ),
        (
            "x-max-bytes: 5242880",
            "x-max-bytes: 1048576",
            "breaking triggerBanking:request:/files/*:max-bytes-lowered",
            "compatible triggerBanking:request:/files/*:max-bytes-raised",
        ),
        (
            "x-path-alternatives: [/v2/user/acceptOffer]",
            "x-path-alternatives: []",
            "breaking acceptOffer:operation:/v2/user/acceptOffer:path-alternative-removed",
            "compatible acceptOffer:operation:/v2/user/acceptOffer:path-alternative-added",
        ),
        (
            "  FRAUD: >-",
            "  FRAUD2: >-",
            "breaking *:list:x-banking-error-codes:FRAUD2:list-value-added",
            "compatible *:list:x-banking-error-codes:FRAUD2:list-value-removed",
        ),
    ] {
        let new = edited(from, to);
        let told = lines(&texts(LENDER, &new));
        assert!(told.contains(&there.to_owned()), "{there} is not in {told:#?}");
        let told = lines(&texts(&new, LENDER));
        assert!(told.contains(&back.to_owned()), "{back} is not in {told:#?}");
    }
}

#[test]
fn prose_alone_changes_the_meaning_and_breaks_nothing() {
    let new = edited("Onboarding, offers, banking", "Onboarding, offers and banking")
        .replace("FinBox fetches the bureau data and runs its other checks", "FinBox runs its other checks");
    let report = texts(LENDER, &new);
    assert_eq!(lines(&report), ["meaning triggerBre:operation:description:text-changed"]);
}
