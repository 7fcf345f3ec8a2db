//! Two runs side by side, as people see them.

use super::*;
use crate::event::testing::{Story, exchange, found, killed_run, mixed_run, passing_run, rounds_run, unanswered};
use crate::event::{CaseOutcome, Event, EventKind, Promise, StepOutcome};
use crate::history::compare::{Trace, compare};
use crate::report::Tracing;
use insta::assert_snapshot;

fn trace(events: &[Event]) -> Trace {
    let mut tracing = Tracing::default();
    events.iter().for_each(|event| tracing.add(&std::sync::Arc::new(event.clone())));
    tracing.finish().unwrap()
}

const NAMES: [&str; 9] = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"];

/// A run of nine cases of two steps; the second step of each gets what `second` says.
fn run(suite: &str, second: impl Fn(&str) -> crate::event::Exchange) -> Vec<Event> {
    let mut story = Story::new(&[(suite, "Offers", &NAMES)], 1);
    for (case, name) in NAMES.iter().enumerate() {
        story.begin(case);
        story.step(case, 0, Some(exchange("POST", 200, r#"{"statusCode":"CUR-S-000"}"#)), StepOutcome::Passed);
        story.step(case, 1, Some(second(name)), StepOutcome::Passed);
        story.end(case, CaseOutcome::Passed);
    }
    story.over()
}

fn good(_: &str) -> crate::event::Exchange {
    exchange("GET", 200, r#"{"data":{"status":"SUCCESS","offers":[{"id":"1"}]}}"#)
}

fn changed(name: &str) -> crate::event::Exchange {
    match name {
        "one" => {
            exchange("GET", 200, r#"{"data":{"status":"SUCCESS","offers":[{"id":1,"score":2}]},"\u001b[31mnew":null}"#)
        }
        "nine" => unanswered("GET"),
        _ => exchange("GET", 422, r#"{"error":"no"}"#),
    }
}

fn drawn(a: &[Event], b: &[Event], style: Style, width: usize) -> String {
    draw_comparison(&compare(&trace(a), &trace(b)), style, width)
}

#[test]
fn what_is_different_first_stands_before_the_details_and_what_is_alike_is_told_once() {
    let (a, b) = (run("suites/offers.yaml", good), run("suites/offers.yaml", changed));
    assert_snapshot!(drawn(&a, &b, Style::Plain, 100));
}

#[test]
fn a_narrow_terminal_gets_shorter_lines() {
    let (a, b) = (run("suites/offers.yaml", good), run("suites/offers.yaml", changed));
    let drawn = drawn(&a, &b, Style::Plain, 50);
    assert!(drawn.lines().all(|line| columns(line) <= 50), "{drawn}");
}

#[test]
fn a_run_is_the_same_as_itself() {
    for events in [passing_run(), mixed_run(), rounds_run()] {
        let drawn = drawn(&events, &events, Style::Plain, 100);
        assert!(drawn.ends_with("cases of both are the same."), "{drawn}");
    }
}

#[test]
fn a_case_that_broke_is_told_with_what_was_not_run_after_it() {
    let drawn = drawn(&passing_run(), &mixed_run(), Style::Plain, 100);
    assert_snapshot!(drawn);
}

#[test]
fn cases_without_a_result_are_in_no_run() {
    let trace = trace(&killed_run());
    assert_eq!(trace.cases.len(), 2);
    assert_eq!(trace.verdict, crate::event::Verdict::Error);
}

#[test]
fn of_a_case_that_was_run_again_the_last_time_is_compared() {
    let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["one"])], 1);
    let promise = Promise::Body(found("$.a", "1", None));
    let failure = crate::event::Failure { place: crate::event::testing::place(1, 1, 1, "x"), promise };
    story.begin(0);
    story.step(0, 0, Some(exchange("GET", 500, "")), StepOutcome::Failed(vec![failure]));
    let again = crate::event::CaseRerun { case: 0, outcome: CaseOutcome::Failed, time: 1 };
    story.say(EventKind::CaseRerun(again));
    story.begin(0);
    story.step(0, 0, Some(exchange("GET", 200, "")), StepOutcome::Passed);
    story.end(0, CaseOutcome::Flaky { reruns: 1 });
    let trace = trace(&story.over());
    let [case] = trace.cases.as_slice() else { panic!("one case: {trace:?}") };
    assert_eq!((case.sign, case.steps[0].sign), (Outcome::Flaky, Outcome::Passed));
    assert_eq!(case.steps[0].exchange.as_ref().unwrap().status, Some(200));
}

#[test]
fn the_promise_that_broke_is_told_and_not_a_counter_that_went_on() {
    let run = |body: &str, broken: bool, version: &str| {
        let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["one"])], 1);
        story.say(EventKind::ContractRead(Box::new(crate::event::Inventory {
            contract: "api".into(),
            title: "API".into(),
            version: version.into(),
            documented: Vec::new(),
            ambiguities: Vec::new(),
        })));
        let Some((_, _, Promise::Contract(mut violation))) =
            crate::event::testing::every_promise().into_iter().find(|(name, ..)| *name == "contract")
        else {
            panic!("there is one")
        };
        (violation.pointer, violation.rule) = ("/at".into(), "format".into());
        let promise = Promise::Contract(violation);
        let failure = crate::event::Failure { place: crate::event::testing::place(1, 1, 1, "x"), promise };
        let outcome = if broken { StepOutcome::Failed(vec![failure]) } else { StepOutcome::Passed };
        let case = if broken { CaseOutcome::Failed } else { CaseOutcome::Passed };
        story.begin(0);
        story.step(0, 0, Some(exchange("GET", 200, body)), outcome);
        story.end(0, case);
        trace(&story.over())
    };
    let (a, b) = (run(r#"{"at":"2026-03-01T02:30:00Z","n":1}"#, false, "1"), run(r#"{"at":"soon","n":2}"#, true, "2"));
    let text = draw_comparison(&compare(&a, &b), Style::Plain, 120);
    assert!(
        text.contains("first at step 1, Create user (createUser): outcome passed → failed (contract:getBre"),
        "{text}"
    );
    assert!(text.contains("The contract api is 1 in A and 2 in B."), "{text}");
}
