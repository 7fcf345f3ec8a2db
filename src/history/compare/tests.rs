//! Two runs side by side: what is paired with what, and what is different.

use super::*;
use crate::event::{Body, Exchange, Outcome, Received, Sent, Timestamp, Timing, Validation, Verdict};
use crate::history::Latencies;
use std::collections::BTreeMap;

fn start() -> Timestamp {
    Timestamp::new("2026-03-01T02:30:00Z".parse().unwrap())
}

/// An exchange with JSON bodies.
fn exchange(status: Option<u16>, url: &str, sent: &str, received: &str) -> Exchange {
    let body = |text: &str| (!text.is_empty()).then(|| Body { bytes: text.len(), text: text.into(), cut: false });
    let headers = vec![("content-type".to_owned(), "application/json; charset=utf-8".to_owned())];
    Exchange {
        begun: None,
        resent: false,
        started: start(),
        sent: Sent {
            method: "POST".into(),
            url: url.into(),
            headers: headers.clone(),
            body: body(sent),
            form: Vec::new(),
        },
        received: status.map(|status| Received { status, headers, body: body(received), wire_bytes: None }),
        timing: Timing { total_us: 12_000, ..Timing::default() },
    }
}

fn step(number: usize, name: &str, exchange: &Exchange) -> StepTrace {
    StepTrace {
        number,
        name: name.into(),
        operation: None,
        cleanup: false,
        sign: Outcome::Passed,
        problems: Vec::new(),
        attempts: 1,
        polled: false,
        turns: None,
        exchange: Some(ExchangeTrace::new(exchange, None)),
    }
}

/// Steps that each call a path of their own.
fn steps(names: &[&str]) -> Vec<StepTrace> {
    let step = |(index, name): (usize, &&str)| {
        let path = name.trim_start_matches("renamed ").to_lowercase();
        step(index + 1, name, &exchange(Some(200), &format!("https://a.example/{path}"), "{}", "{}"))
    };
    names.iter().enumerate().map(step).collect()
}

fn case(suite: &str, case: &str, sign: Outcome, steps: Vec<StepTrace>) -> CaseTrace {
    CaseTrace { suite: suite.into(), case: case.into(), sign, steps }
}

fn run(cases: Vec<CaseTrace>) -> Trace {
    Trace {
        run: "run".into(),
        environment: "uat".into(),
        target: String::new(),
        started: start(),
        verdict: Verdict::Passed,
        cases,
        operations: BTreeMap::new(),
        contracts: Vec::new(),
    }
}

fn compared(a: Vec<CaseTrace>, b: Vec<CaseTrace>) -> Comparison {
    compare(&run(a), &run(b))
}

/// The differences between two runs of one step, a line each.
fn lines(a: StepTrace, b: StepTrace) -> Vec<String> {
    let comparison =
        compared(vec![case("s", "c", Outcome::Passed, vec![a])], vec![case("s", "c", Outcome::Passed, vec![b])]);
    let text = |part: &Option<String>| part.clone().unwrap_or_else(|| "-".into());
    let told = |one: &Difference| {
        let path = one.path.as_ref().map_or_else(String::new, |path| format!(" {path}"));
        format!("{:?}{path}: {} > {}", one.what, text(&one.a), text(&one.b))
    };
    comparison.cases.iter().flat_map(|case| &case.steps).flat_map(|step| &step.differences).map(told).collect()
}

const URL: &str = "https://a.example/v1/users/CUST-7F3A9?customerID=1";

#[test]
fn what_differs_in_every_run_is_no_difference() {
    let one = exchange(Some(200), URL, r#"{"id":"a"}"#, r#"{"id":"0b6d","at":"2026-03-01","ttl":1700000001}"#);
    let mut other = exchange(
        Some(200),
        "http://127.0.0.1:8417/v1/users/CUST-99999?customerID=2",
        r#"{"id":"b"}"#,
        r#"{"id":"9c1f","at":"2026-03-02","ttl":1800000001}"#,
    );
    other.timing.total_us = 300_000;
    assert_eq!(lines(step(1, "Ask", &one), step(1, "Ask", &other)), [""; 0]);
}

#[test]
fn everything_that_is_different_is_told_what_weighs_most_first() {
    let a = step(
        1,
        "Ask",
        &exchange(Some(200), URL, r#"{"a":1,"b":"x"}"#, r#"{"status":"SUCCESS","n":1,"list":[{"id":"1"}]}"#),
    );
    let mut last = exchange(
        Some(422),
        "https://a.example/v2/users?referenceID=1",
        r#"{"a":2}"#,
        r#"{"status":"FAILED","n":"1","list":[{"id":"1","new":true}],"error":"x"}"#,
    );
    last.sent.headers.push(("x-api-key".into(), "[secret]".into()));
    last.timing.total_us = 3_000_000;
    let b = StepTrace {
        sign: Outcome::Failed,
        problems: vec!["status".into()],
        attempts: 3,
        turns: Some(2),
        ..step(1, "Ask", &last)
    };
    assert_eq!(
        lines(a, b),
        [
            "Outcome: passed > failed (status)",
            "Status: 200 > 422",
            "Response $.n: number > text",
            "Response $.error: - > text",
            "Response $.list[*].new: - > boolean",
            "Value $.status: \"SUCCESS\" > \"FAILED\"",
            "Target: POST /v1/users/* > POST /v2/users",
            "Request $.b: text > -",
            "Request query customerID: text > -",
            "Request header x-api-key: - > text",
            "Request query referenceID: - > text",
            "Sent $.a: 1 > 2",
            "Turns: - > 2",
            "Attempts: 1 > 3",
            "Time: 12 ms > 3 s",
        ]
    );
}

#[test]
fn the_contract_knows_the_code_and_the_variant_and_the_code_is_told_once() {
    let held = |code: &str, variant: &str| Validation {
        operation: "getBre".into(),
        code: Some(code.into()),
        variant: Some(variant.into()),
        findings: Vec::new(),
    };
    let of = |code: &str, variant: &str| {
        let body = format!(r#"{{"statusCode":"{code}"}}"#);
        let exchange = exchange(Some(200), URL, "", &body);
        StepTrace {
            exchange: Some(ExchangeTrace::new(&exchange, Some(&held(code, variant)))),
            ..step(1, "Ask", &exchange)
        }
    };
    let told = lines(of("GEO-S-000", "offer"), of("GEO-E-003", "rejected"));
    assert_eq!(told, ["Code: GEO-S-000 > GEO-E-003", "Variant: offer > rejected"]);
}

#[test]
fn no_answer_is_a_status_and_nothing_else_is_missed_then() {
    let (a, b) = (exchange(Some(200), URL, "", r#"{"a":1}"#), exchange(None, URL, "", ""));
    assert_eq!(lines(step(1, "Ask", &a), step(1, "Ask", &b)), ["Status: 200 > no answer"]);
    let never = StepTrace { exchange: None, ..step(1, "Ask", &a) };
    assert_eq!(lines(step(1, "Ask", &a), never), ["Status: 200 > nothing was sent"]);
}

#[test]
fn a_poll_may_ask_once_more_and_a_retry_may_not() {
    let asks = |attempts: u32, polled: bool| StepTrace {
        attempts,
        polled,
        ..step(1, "Ask", &exchange(Some(200), URL, "", ""))
    };
    assert_eq!(lines(asks(3, true), asks(5, true)), [""; 0]);
    assert_eq!(lines(asks(1, true), asks(3, true)), [""; 0]);
    assert_eq!(lines(asks(3, true), asks(25, true)), ["Attempts: 3 > 25"]);
    assert_eq!(lines(asks(1, false), asks(2, false)), ["Attempts: 1 > 2"]);
}

#[test]
fn a_body_that_was_cut_says_nothing_about_its_members() {
    let whole = exchange(Some(200), URL, "", r#"{"a":1}"#);
    let mut cut = whole.clone();
    let received = cut.received.as_mut().unwrap();
    received.body = Some(Body { bytes: 1_000_000, text: "{".into(), cut: true });
    assert_eq!(lines(step(1, "Ask", &whole), step(1, "Ask", &cut)), [""; 0]);
}

#[test]
fn steps_that_are_put_in_left_out_or_renamed_move_nothing_else() {
    let pairs = |a: &[&str], b: &[&str]| -> Vec<String> {
        let (a, b) = (steps(a), steps(b));
        let name = |step: Option<&StepTrace>| step.map_or("-", |step| step.name.as_str()).to_owned();
        align::steps(&a, &b).into_iter().map(|(a, b)| format!("{}={}", name(a), name(b))).collect()
    };
    assert_eq!(pairs(&["A", "B", "C"], &["A", "C"]), ["A=A", "B=-", "C=C"]);
    assert_eq!(pairs(&["A", "C"], &["A", "X", "C"]), ["A=A", "-=X", "C=C"]);
    assert_eq!(pairs(&["A", "B", "C"], &["A", "renamed B", "C"]), ["A=A", "B=renamed B", "C=C"]);
    assert_eq!(pairs(&["A", "B", "C"], &["A", "X", "renamed B", "C"]), ["A=A", "-=X", "B=renamed B", "C=C"]);
    assert_eq!(pairs(&["A", "A", "B"], &["A", "B"]).iter().filter(|pair| pair.contains('-')).count(), 1);
    assert_eq!(pairs(&[], &["A"]), ["-=A"]);
}

#[test]
fn cleanup_is_never_taken_for_a_step() {
    let a = steps(&["A"]);
    let b = vec![StepTrace { cleanup: true, ..a[0].clone() }];
    let pairs = align::steps(&a, &b);
    assert!(pairs.len() == 2 && pairs.iter().all(|(a, b)| a.is_none() || b.is_none()));
}

#[test]
fn cases_are_found_again_in_another_file_and_under_another_name() {
    let a = vec![
        case("offers", "same", Outcome::Passed, steps(&["A"])),
        case("offers", "moved", Outcome::Passed, steps(&["A"])),
        case("offers", "old name", Outcome::Passed, steps(&["A", "B", "C"])),
        case("offers", "gone", Outcome::Passed, steps(&["P", "Q"])),
    ];
    let b = vec![
        case("offers", "same", Outcome::Passed, steps(&["A"])),
        case("offers", "new name", Outcome::Passed, steps(&["A", "B", "D"])),
        case("elsewhere", "moved", Outcome::Passed, steps(&["A"])),
        case("offers", "new", Outcome::Passed, steps(&["X", "Y"])),
    ];
    let comparison = compared(a, b);
    let name = |name: &CaseName| format!("{} {}", name.suite, name.case);
    let found: Vec<String> = comparison
        .cases
        .iter()
        .map(|case| format!("{} was {}", name(&case.name), case.was.as_ref().map_or_else(String::new, name)))
        .collect();
    assert_eq!(found, ["offers new name was offers old name", "elsewhere moved was offers moved"]);
    assert_eq!(comparison.same, 1);
    assert_eq!(comparison.only_a.iter().map(name).collect::<Vec<_>>(), ["offers gone"]);
    assert_eq!(comparison.only_b.iter().map(name).collect::<Vec<_>>(), ["offers new"]);
    assert!(comparison.cases[1].is_faint() && !comparison.cases[0].is_faint());
}

#[test]
fn what_became_worse_stands_first_and_the_first_step_that_says_why() {
    let broken = |sign: Outcome| {
        let mut steps = steps(&["A", "B", "C"]);
        steps[1].sign = sign;
        steps[1].exchange.as_mut().unwrap().status = Some(500);
        steps[2] = StepTrace { sign: Outcome::Skipped, exchange: None, attempts: 0, ..steps[2].clone() };
        steps
    };
    let mut slower = steps(&["A"]);
    slower[0].exchange.as_mut().unwrap().total_us = 9_000_000;
    let a = vec![
        case("s", "slower", Outcome::Passed, steps(&["A"])),
        case("s", "no longer run", Outcome::Passed, steps(&["A"])),
        case("s", "better", Outcome::Failed, broken(Outcome::Failed)),
        case("s", "worse", Outcome::Passed, steps(&["A", "B", "C"])),
    ];
    let b = vec![
        case("s", "slower", Outcome::Passed, slower),
        case("s", "no longer run", Outcome::Skipped, Vec::new()),
        case("s", "better", Outcome::Passed, steps(&["A", "B", "C"])),
        case("s", "worse", Outcome::Failed, broken(Outcome::Failed)),
    ];
    let comparison = compared(a, b);
    let names: Vec<&str> = comparison.cases.iter().map(|case| case.name.case.as_str()).collect();
    assert_eq!(names, ["no longer run", "worse", "better", "slower"]);
    assert!(comparison.cases[0].steps.is_empty(), "how it ended says it all");
    let worse = &comparison.cases[1];
    assert_eq!((worse.first, worse.steps.len(), worse.steps[0].b), (Some(0), 2, Some(2)));
    assert_eq!(worse.steps[1].differences[0].what, What::NotRun);
    assert_eq!(worse.steps[1].differences.len(), 1, "what was not run has nothing else to differ in");
}

#[test]
fn operations_are_clearly_slower_or_not_told() {
    let of = |count: u64, micros: u64| {
        let mut latencies = Latencies::default();
        (0..count).for_each(|_| latencies.add(micros));
        Trace { operations: [("getBre".to_owned(), latencies)].into(), ..run(Vec::new()) }
    };
    let told = |a: &Trace, b: &Trace| compare(a, b).operations.len();
    assert_eq!(told(&of(9, 30_000), &of(9, 60_000)), 1);
    assert_eq!(told(&of(9, 60_000), &of(9, 30_000)), 1);
    assert_eq!(told(&of(9, 60_000), &of(9, 70_000)), 0, "not much slower");
    assert_eq!(told(&of(9, 1_000), &of(9, 9_000)), 0, "nobody notices");
    assert_eq!(told(&of(9, 30_000), &of(4, 60_000)), 0, "a few say nothing");
}

#[test]
fn forms_are_compared_by_their_fields_and_boundaries_are_not() {
    let form = |body: &str| {
        let mut exchange = exchange(Some(200), URL, body, "");
        exchange.sent.headers = vec![("content-type".into(), "application/x-www-form-urlencoded".into())];
        step(1, "Ask", &exchange)
    };
    assert_eq!(
        lines(form("a=1&mode=FAST"), form("mode=SLOW&b+c=1")),
        ["Request form a: text > -", "Request form b c: - > text", "Sent form mode: FAST > SLOW",]
    );
    let multipart = |boundary: &str| {
        let mut exchange = exchange(Some(200), URL, "--", "");
        exchange.sent.headers = vec![("content-type".into(), format!("multipart/form-data; boundary={boundary}"))];
        step(1, "Ask", &exchange)
    };
    assert_eq!(lines(multipart("x"), multipart("y")), [""; 0]);
    assert_eq!(lines(multipart("x"), form("")), ["Request: multipart/form-data > application/x-www-form-urlencoded"]);
}
