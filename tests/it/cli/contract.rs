//! What the contract does not say, and who answers for what is broken: `--policy`, `--strict`, `--waivers`.

use crate::cli::place::{Ended, Place};

const SUITE: &str = "suite: One customer
contract: lender-prism
cases:
  - name: a customer is made
    vars: { customerID: \"{{ unique('C-') }}\", number: \"{{ mobile() }}\" }
    steps:
      - name: Create user
        request: { operation: createUser, json: { customerID: \"{{ customerID }}\", mobile: \"{{ number }}\" } }
        expect: { code: CUR-S-000 }
";

const EXTRA: &str = "faults: [{ name: extra, operation: createUser, do: { set: { /data/score: 7 } } }]";

const FINDING: &str = "undocumented-field:createUser:user-created:/data/score";

/// A run against the reference server that does what the fault says.
fn run(place: &Place, fault: &str, arguments: &[&str]) -> Ended {
    place.write("fault.yaml", fault);
    let all = ["run", "suite.yaml", "--processing", "5ms", "--fault", "fault.yaml"];
    place.run(&[&all, arguments].concat())
}

#[test]
fn what_the_contract_does_not_say_is_told_and_fails_nothing() {
    let place = Place::with_suite(SUITE);
    run(&place, EXTRA, &[]).expect(0);
    assert!(place.journal().contains(FINDING), "the journal holds the finding");
}

#[test]
fn with_strict_it_fails_unless_the_policy_switches_it_off() {
    let place = Place::with_suite(SUITE);
    let ended = run(&place, EXTRA, &["--strict"]).expect(1);
    assert!(ended.out.contains(FINDING), "{}", ended.out);
    place.write(
        "policy.yaml",
        "rules:\n  - { id: \"undocumented-field:createUser:user-created:/data/score\", grade: off }\n  \
         - { kind: undocumented-header, grade: off }\n",
    );
    run(&place, EXTRA, &["--strict", "--policy", "policy.yaml"]).expect(0);
    place.write("policy.yaml", "rules: [{ kind: undocumented-field, grade: error }]");
    run(&place, EXTRA, &["--policy", "policy.yaml"]).expect(1);
}

#[test]
fn a_header_of_the_environment_is_no_request_that_breaks_the_contract() {
    let place = Place::with_suite(SUITE);
    place.write(
        "environments/sandbox.yaml",
        "base_url: embedded\nheaders: { x-api-key: sandbox-key, x-partner: asha }\n",
    );
    place.write("suite.yaml", format!("{SUITE}        contract: violate\n"));
    let ended = run(&place, "faults: []", &[]).expect(1);
    assert!(ended.out.contains("a request that keeps it"), "{}", ended.out);
    let own = SUITE.replace("request: {", "request: { headers: { X-Own: a },");
    place.write("suite.yaml", format!("{own}        contract: violate\n"));
    run(&place, "faults: []", &[]).expect(0);
}

#[test]
fn what_is_waived_on_the_way_of_a_poll_waives_nothing_of_its_end() {
    let place = Place::with_suite(
        "suite: One customer
contract: lender-prism
cases:
  - name: a customer is made
    steps:
      - name: Create user
        request: { operation: createUser, json: { customerID: \"{{ unique('C-') }}\", mobile: \"{{ mobile() }}\" } }
        poll: { until: { $.data.message: { contains: later } }, every: 5ms, within: 5s }
        expect: { code: CUR-S-000 }
",
    );
    place.write(
        "waivers.yaml",
        "waivers:\n  - failure: contract:createUser:user-created:/data/message:type\n    owner: Asha\n    \
         reason: fixed in 2.4\n    expires: 2999-12-31\n",
    );
    let faults = |end: &str| {
        format!(
            "faults:\n  - {{ name: first, operation: createUser, when: {{ first: 1 }}, do: {{ set: {{ /data/message: 7 }} }} }}\n  \
             - {{ name: later, operation: createUser, do: {{ set: {{ /data/message: later{end} }} }} }}\n"
        )
    };
    let waived = run(&place, &faults(""), &["--waivers", "waivers.yaml"]).expect(0);
    assert!(waived.out.contains("by Asha until 2999-12-31: fixed in 2.4"), "{}", waived.out);
    let broken = run(&place, &faults(", /error: 7"), &["--waivers", "waivers.yaml"]).expect(1);
    assert!(broken.out.contains("/error"), "{}", broken.out);
}

#[test]
fn what_is_waived_fails_nothing_until_its_last_day() {
    let place = Place::with_suite(SUITE);
    let broken = "faults: [{ name: number, operation: createUser, do: { set: { /data/message: 7 } } }]";
    run(&place, broken, &[]).expect(1);
    let waiver = |expires: &str| {
        format!(
            "waivers:\n  - failure: contract:createUser:user-created:/data/message:type\n    case: a customer is made\n    \
             owner: Asha\n    reason: fixed in 2.4\n    expires: {expires}\n"
        )
    };
    place.write("waivers.yaml", waiver("2999-12-31"));
    let ended = run(&place, broken, &["--waivers", "waivers.yaml"]).expect(0);
    assert!(ended.out.contains("by Asha until 2999-12-31: fixed in 2.4"), "{}", ended.out);
    place.write("waivers.yaml", waiver("2020-12-31"));
    run(&place, broken, &["--waivers", "waivers.yaml"]).expect(1);
    // Nothing fails any more, so nobody need answer for it.
    place.write("waivers.yaml", waiver("2999-12-31"));
    run(&place, "faults: []", &["--waivers", "waivers.yaml"]).expect(1);
}

#[test]
fn mistakes_in_these_files_are_told_before_anything_is_sent() {
    let place = Place::with_suite(SUITE);
    place.write("policy.yaml", "rules: [{ kind: undocumented-thing, grade: off }]");
    place.write("waivers.yaml", "waivers: [{ case: a customer is made, owner: Asha }]");
    let ended = place.run(&["run", "suite.yaml", "--policy", "policy.yaml", "--waivers", "waivers.yaml"]).expect(3);
    assert!(ended.err.contains("policy.yaml:1:17") && ended.err.contains("waivers.yaml:1:13"), "{}", ended.err);
    place.run(&["run", "suite.yaml", "--policy", "polisy.yaml"]).expect(3);
}
