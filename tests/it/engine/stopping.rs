//! Stopping: when somebody asks, and at the first failure.

use crate::engine::events::told;
use crate::engine::places::{counts, many};
use crate::support::journey::{Journey, junit, on_virtual_time};
use crate::support::scripted::Scripted;
use proviso::event::{CaseOutcome, Event, EventKind, StepErrorKind, StepOutcome, Verdict};
use proviso::run::FailFast;
use std::time::Duration;

const POLL: &str = "      - request: { method: GET, path: /poll }
        poll: { until: { $.done: true }, every: 10s, within: 10m }
      - request: { method: GET, path: /never }
";

/// Runs a journey and asks it to stop after a while.
fn stopped_after(journey: Journey, while_: Duration, server: &Scripted) -> Vec<Event> {
    let stop = journey.stop.clone();
    on_virtual_time(async {
        let asking = async {
            tokio::time::sleep(while_).await;
            stop.request("stopped by the test");
        };
        tokio::join!(journey.run(server.clone()), asking).0
    })
}

fn reasons(events: &[Event]) -> Vec<String> {
    let reason = |event: &Event| match &event.kind {
        EventKind::CaseFinished(finished) => match &finished.outcome {
            CaseOutcome::Skipped { reason } => Some(reason.clone()),
            _ => None,
        },
        _ => None,
    };
    events.iter().filter_map(reason).collect()
}

#[test]
fn a_wait_ends_at_once_and_no_attempt_begins_after_it() {
    let server = Scripted::new("GET /poll: [{ json: { done: false } }]");
    let events = stopped_after(Journey::of(&[&many(1, POLL)]), Duration::from_secs(25), &server);
    assert_eq!(
        told(&events, Some(0)),
        "case, step 0, attempt 0.1, attempt 0.2, attempt 0.3, step 0 troubled, step 1 skipped, case over"
    );
    assert_eq!(told(&events, None), "run, interrupted, run over");
    let end = events.last().map(|event| event.at);
    assert_eq!(end, Some(crate::support::journey::origin().after(Duration::from_secs(25))));
    assert_eq!(counts(&events).verdict(), Verdict::Interrupted);
    let stopped = events.iter().any(|event| match &event.kind {
        EventKind::StepFinished(step) => {
            matches!(&step.outcome, StepOutcome::Error(error) if error.kind == StepErrorKind::Stopped)
        }
        _ => false,
    });
    assert!(stopped, "the step could not be judged");
    assert_eq!(reasons(&events), ["stopped by the test"], "which is no verdict on the case");
    assert!(junit(&events).contains("<skipped message=\"stopped by the test\"/>"));
}

#[test]
fn an_exchange_under_way_ends_and_is_judged() {
    let server = Scripted::new("GET /slow: [{ delay: 10s }]");
    let suite = many(2, "      - request: { method: GET, path: /slow }\n");
    let events = stopped_after(Journey::of(&[&suite]), Duration::from_secs(5), &server);
    assert_eq!(told(&events, Some(0)), "case, step 0, attempt 0.1, step 0 passed, case over");
    assert_eq!(told(&events, Some(1)), "case over");
    assert_eq!(reasons(&events), ["stopped by the test"]);
    assert_eq!((counts(&events).passed, counts(&events).verdict()), (1, Verdict::Interrupted));
}

#[test]
fn every_case_has_a_result_however_many_wait_when_the_run_is_stopped() {
    let server = Scripted::new("GET /poll: [{ json: { done: false } }]");
    let journey = Journey { jobs: 3, ..Journey::of(&[&many(50, POLL)]) };
    let events = stopped_after(journey, Duration::from_secs(5), &server);
    let counts = counts(&events);
    assert_eq!((counts.missing(), counts.skipped, counts.requests), (0, 50, 50));
    assert!(counts.complete && counts.interrupted);
}

#[test]
fn a_run_that_is_stopped_before_it_begins_sends_nothing() {
    let server = Scripted::new("GET /poll: [{ json: { done: false } }]");
    let journey = Journey::of(&[&many(3, POLL)]);
    journey.stop.request("stopped by the test");
    let events = on_virtual_time(journey.run(server.clone()));
    assert_eq!((server.requests(), reasons(&events).len()), (0, 3));
    assert_eq!(counts(&events).verdict(), Verdict::Interrupted);
}

const SECOND_IS_BAD: &str = "suite: Fast
cases:
  - name: good
    steps: [{ request: { method: GET, path: /good } }]
  - name: bad
    steps: [{ request: { method: GET, path: /bad } }, { request: { method: GET, path: /good } }]
  - name: later
    steps: [{ request: { method: GET, path: /good } }]
  - name: last
    steps: [{ request: { method: GET, path: /good } }]
";

#[test]
fn fail_fast_skips_the_rest_with_the_reason_and_is_no_interruption() {
    let journey = Journey { fail_fast: FailFast::FirstFailure, ..Journey::of(&[SECOND_IS_BAD]) };
    let server = Scripted::new("GET /good: [{}]\nGET /bad: [{ status: 500 }]");
    let events = on_virtual_time(journey.run(server.clone()));
    assert_eq!(server.requests(), 2);
    assert_eq!(reasons(&events), ["an earlier case did not pass, and the run stops at the first"; 2]);
    assert_eq!(told(&events, None), "run, run over");
    assert_eq!(counts(&events).verdict(), Verdict::Failed);
}

#[test]
fn fail_fast_never_lets_another_case_begin_on_many_threads_either() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    let runtime = runtime.expect("a runtime");
    for _ in 0..300 {
        let journey = Journey { fail_fast: FailFast::FirstFailure, ..Journey::of(&[SECOND_IS_BAD]) };
        let server = Scripted::new("GET /good: [{}]\nGET /bad: [{ status: 500 }]");
        runtime.block_on(journey.run(server.clone()));
        assert_eq!(server.requests(), 2, "the case after the bad one was not to begin");
    }
}

#[test]
fn without_fail_fast_every_case_is_run() {
    let server = Scripted::new("GET /good: [{}]\nGET /bad: [{ status: 500 }]");
    let events = on_virtual_time(Journey::of(&[SECOND_IS_BAD]).run(server.clone()));
    assert_eq!((server.requests(), counts(&events).passed, counts(&events).failed), (4, 3, 1));
}

#[test]
fn a_request_that_waits_for_its_turn_is_not_sent_after_a_stop() {
    let server = Scripted::new("GET /one: [{}]");
    let suite = many(5, "      - request: { method: GET, path: /one }\n");
    let journey = Journey { jobs: 5, rate: Some(0.1), ..Journey::of(&[&suite]) };
    let events = stopped_after(journey, Duration::from_secs(15), &server);
    let counts = counts(&events);
    assert_eq!((counts.requests, counts.passed, counts.skipped), (2, 2, 3));
    let end = events.last().map(|event| event.at);
    assert_eq!(end, Some(crate::support::journey::origin().after(Duration::from_secs(15))));
}
