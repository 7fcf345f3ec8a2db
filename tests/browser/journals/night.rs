//! A night with something of everything.

use super::fixture::{
    Attempt, Step, Story, accept_offer, bre, create_user, exchange, failed, failure, found, get_bre, only, place,
    trigger_bre,
};
use proviso::event::{
    Ambiguity, CaseOutcome, CaseRerun, Change, ChangeKind, Event, EventKind, Exchange, Finding, FindingKind, Grade,
    Group, Inventory, Promise, Seen, Side, SnapshotDifference, StepError, StepErrorKind, StepOutcome, ThingKind, Touch,
    Touched, TouchedThing, Validation, Violation, Waived, WaiverEntry, WaiverFault, WaiverRefused,
};

/// The night.
pub(crate) fn run() -> Vec<Event> {
    let named = |names: &[&str], tags: &[&'static str]| {
        names.iter().map(|name| ((*name).to_owned(), tags.to_vec())).collect::<Vec<_>>()
    };
    let mut story = Story::new(&[
        (
            "suites/offers.yaml",
            "Offers from the business rule engine",
            named(
                &[
                    "an approved applicant gets an offer inside the slabs",
                    "a rejected applicant gets no offer",
                    "an offer is accepted once",
                    "an applicant of the second slab gets an offer",
                    "the engine answers within two minutes",
                    "offers look as accepted",
                ],
                &["bre", "type-4"],
            ),
        ),
        (
            "suites/operations/kyc.yaml",
            "KYC",
            named(
                &[
                    "a document is uploaded",
                    "a selfie is compared",
                    "an expired document is refused",
                    "a bad date is refused",
                ],
                &["kyc"],
            ),
        ),
        (
            "suites/operations/disbursal.yaml",
            "Disbursal",
            named(
                &["a loan is disbursed", "a loan is disbursed once", "a disbursal is cancelled"],
                &["disbursal", "slow"],
            ),
        ),
    ]);
    story.say(EventKind::ContractRead(Box::new(inventory())));
    story.case(0, vec![create_user(21_000), trigger_bre(14_000), respelt(), accept_offer()], CaseOutcome::Failed);
    story.say(EventKind::Touched(Box::new(touched())));
    story.case(1, vec![create_user(19_000), trigger_bre(15_000), approved(3)], CaseOutcome::Passed);
    story.case(2, vec![create_user(23_000), trigger_bre(13_000), approved(5), accepted()], CaseOutcome::Passed);
    story.case(3, vec![create_user(20_000), trigger_bre(16_000), respelt(), accept_offer()], CaseOutcome::Failed);
    story.case(4, vec![create_user(22_000), trigger_bre(12_000), gave_up()], CaseOutcome::Failed);
    story.case(5, vec![create_user(18_000), trigger_bre(11_000), differs()], CaseOutcome::Failed);
    story.time(6, vec![create_user(24_000), unavailable(false)]);
    story.say(EventKind::CaseRerun(CaseRerun { case: 6, outcome: CaseOutcome::Failed, time: 1 }));
    story.time(6, vec![create_user(25_000), unavailable(true)]);
    story.end(6, CaseOutcome::Flaky { reruns: 1 });
    story.case(7, vec![waived()], CaseOutcome::Waived);
    story.case(8, vec![create_user(26_000), unreachable()], CaseOutcome::Error);
    story.case(9, vec![suite_mistake()], CaseOutcome::Failed);
    story.case(10, vec![create_user(27_000), unreachable()], CaseOutcome::Error);
    story.end(11, CaseOutcome::Skipped { reason: "`when` is not so: the environment has no disbursals".into() });
    story.say(EventKind::WaiverRefused(Box::new(WaiverRefused { waiver: waiver(), why: WaiverFault::Expired })));
    story.case(12, vec![create_user(28_000), trigger_bre(10_000), approved(1), accepted()], CaseOutcome::Passed);
    story.over()
}

fn offers() -> &'static str {
    r#","offers":[{"offerID":"0f0c9a52-7d5e-4a3b-9c1d-2e3f4a5b6c7d","amount":50000.00,"interest":14.5,"tenure":12}],"score":712"#
}

fn approved(asked: u64) -> Step {
    get_bre(asked, bre(31_000, "SUCCESS", offers()), StepOutcome::Passed)
}

fn accepted() -> Step {
    let (request, response) = (r#"{"offerID":"0f0c9a52"}"#, r#"{"data":{},"statusCode":"ACO-S-000","error":""}"#);
    let attempts = only(exchange("POST", "/v1/offer/accept", request, 200, response, 17_000));
    Step { outcome: StepOutcome::Passed, attempts, ..accept_offer() }
}

/// An enum value that is spelt otherwise than documented, and a member that is not documented.
fn respelt() -> Step {
    let violation = Violation {
        operation: "getBre".into(),
        side: Side::Response,
        variant: Some("offer".into()),
        pointer: "/data/status".into(),
        rule: "enum".into(),
        promised: "one of \"SUCCESS\", \"REJECTED\", \"PROCESSING\"".into(),
        found: Some("\"SUCCES\"".into()),
        near: Some("SUCCESS".into()),
        section: Some("Get BRE API, response".into()),
        ambiguity: None,
    };
    let body = found("$.data.status", "\"SUCCESS\"", Some("\"SUCCES\""));
    let outcome = failed(vec![Promise::Contract(Box::new(violation)), Promise::Body(body)]);
    let mut step = get_bre(4, bre(38_000, "SUCCES", offers()), outcome);
    if let Some(last) = step.attempts.last_mut() {
        last.held = Some(Validation {
            operation: "getBre".into(),
            variant: Some("offer".into()),
            code: Some("GEO-S-000".into()),
            findings: vec![score()],
        });
    }
    step
}

fn score() -> Finding {
    Finding {
        id: "undocumented-field:getBre:offer:/data/score".into(),
        kind: FindingKind::UndocumentedField,
        grade: Grade::Warn,
        operation: "getBre".into(),
        side: Side::Response,
        variant: Some("offer".into()),
        pointer: "/data/score".into(),
        what: "`/data/score` is not documented".into(),
        found: Some("712".into()),
        near: None,
        section: Some("Get BRE API, response".into()),
        ambiguity: Some("A13".into()),
    }
}

fn gave_up() -> Step {
    let seen = |what: &str, times, from_ms, to_ms| Seen { what: what.into(), times, from_ms, to_ms };
    let promise = Promise::GaveUp {
        within_ms: 6_000,
        attempts: 31,
        waiting_for: vec![found("$.data.status", "\"SUCCESS\"", Some("\"PROCESSING\""))],
        history: vec![
            seen("$.data.status \"INITIATED\"", 2, 9, 159),
            seen("$.data.status \"PROCESSING\"", 29, 310, 5_990),
        ],
    };
    get_bre(30, bre(30_000, "PROCESSING", ""), failed(vec![promise]))
}

fn differs() -> Step {
    let change = |kind, path: &str, before: Option<&str>, after: Option<&str>| Change {
        kind,
        path: path.into(),
        before: before.map(String::from),
        after: after.map(String::from),
    };
    let text = "   \"data\": {\n     \"offers\": [\n       {\n-        \"interest\": 13.5,\n+        \"interest\": 14.5,\n         \"offerID\": \"[uuid-1]\"\n       }\n     ],\n+    \"score\": 712,\n     \"status\": \"SUCCESS\"";
    let promise = Promise::Snapshot(Box::new(SnapshotDifference {
        name: "offers__offers-look-as-accepted__get-bre".into(),
        file: "snapshots/offers__offers-look-as-accepted__get-bre.snap".into(),
        against: proviso::event::Against::Accepted,
        more: 0,
        changes: vec![
            change(ChangeKind::Changed, "$.data.offers[0].interest", Some("13.5"), Some("14.5")),
            change(ChangeKind::Added, "$.data.score", None, Some("712")),
        ],
        text: text.lines().map(String::from).collect(),
    }));
    get_bre(2, bre(33_000, "SUCCESS", offers()), failed(vec![promise]))
}

/// A server that is overloaded, once for good and once for a moment.
fn unavailable(passes: bool) -> Step {
    let busy = || exchange("POST", "/v1/kyc", r#"{"customerID":"CUST-7Q2K"}"#, 503, r#"{"error":"busy"}"#, 40_000);
    let good = exchange(
        "POST",
        "/v1/kyc",
        r#"{"customerID":"CUST-7Q2K"}"#,
        200,
        r#"{"data":{},"statusCode":"KYC-S-000"}"#,
        41_000,
    );
    let again = |exchange: Exchange| Attempt {
        wait_ms: Some(100),
        retried: Some("503 Service Unavailable, which `retry_on` names".into()),
        ..only(exchange).remove(0)
    };
    let (last, outcome) = if passes {
        (good, StepOutcome::Passed)
    } else {
        (busy(), failed(vec![Promise::Status { expected: "200".into(), found: 503, section: None }]))
    };
    let mut attempts = vec![again(busy())];
    attempts.extend(only(last));
    Step { name: "Trigger KYC", operation: "triggerKyc", expected: "code: KYC-S-000", outcome, attempts }
}

fn waiver() -> WaiverEntry {
    WaiverEntry {
        what: "code of triggerKyc".into(),
        owner: "Asha, KYC".into(),
        reason: "the new selfie service is not deployed to this environment".into(),
        expires: "2026-03-31".into(),
        place: place(4, "  - promise: code"),
    }
}

fn waived() -> Step {
    let promise = Promise::Code {
        expected: "KYC-S-000".into(),
        meaning: Some("KYC triggered".into()),
        found: Some("KYC-E-002".into()),
        found_meaning: Some("KYC service is down".into()),
        error: Some("selfie service".into()),
    };
    let answer = exchange(
        "POST",
        "/v1/kyc",
        r#"{"customerID":"CUST-7Q2K"}"#,
        500,
        r#"{"statusCode":"KYC-E-002","error":"selfie service"}"#,
        30_000,
    );
    let outcome = StepOutcome::Waived(Box::new(Waived { failures: vec![failure(promise)], waivers: vec![waiver()] }));
    Step { name: "Trigger KYC", operation: "triggerKyc", expected: "code: KYC-S-000", outcome, attempts: only(answer) }
}

fn unreachable() -> Step {
    let mut exchange = exchange("POST", "/v1/disbursal", r#"{"customerID":"CUST-7Q2K"}"#, 200, "", 1_200);
    (exchange.received, exchange.timing.first_byte_us) = (None, None);
    let error = StepError {
        kind: StepErrorKind::Unreachable,
        message: "connection refused (os error 111)".into(),
        place: place(18, "          operation: triggerDisbursal"),
    };
    Step {
        name: "Trigger disbursal",
        operation: "triggerDisbursal",
        expected: "code: DIS-S-000",
        outcome: StepOutcome::Error(Box::new(error)),
        attempts: only(exchange),
    }
}

/// A request that the contract does not allow.
fn suite_mistake() -> Step {
    let violation = Violation {
        operation: "updateUserDetails".into(),
        side: Side::Request,
        variant: None,
        pointer: "/dateOfBirth".into(),
        rule: "format".into(),
        promised: "a date as 1990-12-31".into(),
        found: Some("\"31-12-1990\"".into()),
        near: None,
        section: Some("Update user details API, request".into()),
        ambiguity: None,
    };
    let answer = exchange(
        "PUT",
        "/v1/user",
        r#"{"customerID":"CUST-7Q2K","dateOfBirth":"31-12-1990"}"#,
        200,
        r#"{"data":{},"statusCode":"UUD-S-000"}"#,
        12_000,
    );
    Step {
        name: "Update user details",
        operation: "updateUserDetails",
        expected: "code: UUD-S-000",
        outcome: failed(vec![Promise::Contract(Box::new(violation))]),
        attempts: only(answer),
    }
}

fn inventory() -> Inventory {
    let group = |kind, operation: Option<&str>, things: &[(&str, &str)]| Group {
        kind,
        operation: operation.map(String::from),
        things: things
            .iter()
            .map(|(name, means)| ((*name).to_owned(), (!means.is_empty()).then(|| (*means).to_owned())))
            .collect(),
    };
    Inventory {
        left_out: 0,
        contract: "lender-prism".into(),
        title: "Lender Prism".into(),
        version: "1.4".into(),
        documented: vec![
            group(
                ThingKind::Operation,
                None,
                &[
                    ("createUser", "Create a customer"),
                    ("triggerBre", ""),
                    ("getBre", "Offers, when they are there"),
                    ("acceptOffer", ""),
                ],
            ),
            group(
                ThingKind::Code,
                None,
                &[
                    ("CUR-S-000", "User created"),
                    ("GEO-S-000", "Offers generated"),
                    ("GEO-E-003", "No offer"),
                    ("ACO-S-000", "Offer accepted"),
                ],
            ),
            group(ThingKind::Status, Some("createUser"), &[("200", ""), ("4XX", "")]),
            group(ThingKind::Status, Some("getBre"), &[("200", ""), ("404", "")]),
            group(ThingKind::Variant, Some("getBre"), &[("offer", ""), ("rejected", ""), ("processing", "")]),
            group(
                ThingKind::Field,
                Some("getBre"),
                &[("offer /data/status", ""), ("offer /data/offers/*/offerID", ""), ("rejected /data/reason", "")],
            ),
            group(ThingKind::Value, Some("getBre"), &[("/data/status SUCCESS", ""), ("/data/status REJECTED", "")]),
            group(ThingKind::Ambiguity, None, &[("A13", "")]),
        ],
        ambiguities: vec![Ambiguity {
            id: "A13".into(),
            title: "`CONTIONAL_SUCCESS` is spelt without DI".into(),
            operations: vec!["getBre".into()],
            documented: "The table of statuses says `CONTIONAL_SUCCESS`, the text says conditional success.".into(),
            wire: "`CONTIONAL_SUCCESS`, as in the table.".into(),
            accept: "Both spellings; the other one is a finding.".into(),
        }],
    }
}

fn touched() -> Touched {
    let thing = |kind, operation: Option<&str>, name: &str, touch, evidence: Option<&str>| TouchedThing {
        kind,
        operation: operation.map(String::from),
        name: name.into(),
        touch,
        evidence: evidence.map(String::from),
    };
    Touched {
        case: 0,
        step: 2,
        contract: "lender-prism".into(),
        operation: "getBre".into(),
        things: vec![
            thing(ThingKind::Operation, None, "createUser", Touch::Seen, None),
            thing(ThingKind::Operation, None, "getBre", Touch::Promised, None),
            thing(ThingKind::Code, None, "GEO-S-000", Touch::Promised, None),
            thing(ThingKind::Status, Some("createUser"), "200", Touch::Seen, None),
            thing(ThingKind::Status, Some("getBre"), "200", Touch::Seen, None),
            thing(ThingKind::Variant, Some("getBre"), "offer", Touch::Seen, None),
            thing(ThingKind::Field, Some("getBre"), "offer /data/status", Touch::Violated, None),
            thing(ThingKind::Field, Some("getBre"), "offer /data/offers/*/offerID", Touch::Seen, None),
            thing(ThingKind::Ambiguity, None, "A13", Touch::Seen, Some("`/data/status` came as `CONTIONAL_SUCCESS`")),
        ],
    }
}
