//! How steps and cases end where waits, limits and waivers meet: each once a fault.

use crate::engine::events::told;
use crate::engine::waivers::waivers;
use crate::support::journey::{Journey, junit, on_virtual_time, terminal};
use crate::support::scripted::Scripted;
use proviso::event::{AttemptFinished, CaseOutcome, Event, EventKind, Failure, Promise, StepErrorKind, StepOutcome};
use proviso::report::Verbosity;
use proviso::run::{Monitor, Opinion, RulesSaid, Shadow, Then, Watched, Watchers};
use proviso::transport::Response;
use std::sync::{Arc, Mutex};

const ALL: &str = "waivers: [{ suite: S, owner: A, reason: r, expires: 2099-12-31 }]";

fn run(suite: &str, waived: &str, script: &str) -> Vec<Event> {
    let journey = Journey { waivers: waivers(waived), ..Journey::of(&[suite]) };
    on_virtual_time(journey.run(Scripted::new(script)))
}

fn attempts<'e>(events: &'e [Event]) -> Vec<&'e AttemptFinished> {
    let attempt = |event: &'e Event| match &event.kind {
        EventKind::AttemptFinished(attempt) => Some(&**attempt),
        _ => None,
    };
    events.iter().filter_map(attempt).collect()
}

fn outcomes<'e>(events: &'e [Event]) -> Vec<&'e StepOutcome> {
    let outcome = |event: &'e Event| match &event.kind {
        EventKind::StepFinished(step) => Some(&step.outcome),
        _ => None,
    };
    events.iter().filter_map(outcome).collect()
}

fn cases<'e>(events: &'e [Event]) -> Vec<&'e CaseOutcome> {
    let outcome = |event: &'e Event| match &event.kind {
        EventKind::CaseFinished(case) => Some(&case.outcome),
        _ => None,
    };
    events.iter().filter_map(outcome).collect()
}

const REPEATS: &str = "suite: S
cases:
  - name: repeats
    steps:
      - repeat: { times: 2, until: \"{{ s == 'DONE' }}\" }
        steps:
          - request: { method: GET, path: /x }
            capture: { s: $.status }
      - request: { method: GET, path: /x }
";

const PENDING: &str = "GET /x: [{ json: { status: PENDING } }]";

#[test]
fn a_group_that_gives_up_can_be_waived_and_the_case_goes_on() {
    let events = run(REPEATS, ALL, PENDING);
    assert_eq!(cases(&events), [&CaseOutcome::Waived]);
    assert_eq!(
        told(&events, Some(0)),
        "case, step 0, attempt 0.1, step 0 passed, step 0, attempt 0.1, step 0 waived, step 1, attempt 1.1, step 1 passed, \
         case over"
    );
    assert_eq!(cases(&run(REPEATS, "waivers: []", PENDING)), [&CaseOutcome::Failed]);
}

const TOO_LONG: &str = "suite: S
cases:
  - name: too long
    within: 300ms
    steps:
      - request: { method: GET, path: /x }
        poll: { until: { $.status: DONE }, every: 100ms, within: 10s }
      - request: { method: GET, path: /never }
";

#[test]
fn a_case_over_its_time_while_answers_come_failed_and_keeps_its_attempts() {
    let events = run(TOO_LONG, "waivers: []", PENDING);
    assert_eq!(cases(&events), [&CaseOutcome::Failed]);
    let StepOutcome::Failed(failures) = outcomes(&events)[0] else { panic!("{:?}", outcomes(&events)) };
    assert_eq!(failures[0].promise, Promise::Overran { limit_ms: 300 });
    assert_eq!(attempts(&events).len(), 3);
    assert!(terminal(&events, Verbosity::Failures).contains("GET http://server.test/x"));
    let waived = run(TOO_LONG, ALL, PENDING);
    assert_eq!(cases(&waived), [&CaseOutcome::Waived]);
    assert!(matches!(outcomes(&waived)[..], [StepOutcome::Waived(_), StepOutcome::Skipped { .. }]));
}

const HANGS: &str = "suite: S
cases:
  - name: hangs
    within: 300ms
    steps:
      - request: { method: POST, path: /slow, json: { amount: 1000 } }
      - request: { method: GET, path: /never }
    cleanup:
      - request: { method: GET, path: /x }
";

#[test]
fn a_request_unanswered_when_the_time_is_up_is_kept_and_is_an_error_no_waiver_covers() {
    let script = "POST /slow: [{ delay: 500ms, json: {} }]\nGET /x: [{}]";
    let events = run(HANGS, ALL, script);
    assert_eq!(cases(&events), [&CaseOutcome::Error]);
    let StepOutcome::Error(error) = outcomes(&events)[0] else { panic!("{:?}", outcomes(&events)) };
    assert_eq!(error.kind, StepErrorKind::TimedOut);
    assert_eq!(
        error.message,
        "the case's limit of 300 ms was reached while the request was unanswered, 300 ms after it was sent"
    );
    assert_eq!((error.place.line, error.place.column), (4, 13));
    let [slow, cleanup] = attempts(&events)[..] else { panic!("{:?}", attempts(&events)) };
    assert_eq!(slow.exchange.sent.body.as_ref().map(|body| body.text.as_str()), Some("{\"amount\":1000}"));
    assert_eq!((slow.exchange.received.as_ref(), slow.exchange.timing.total_us), (None, 300_000));
    assert!(cleanup.exchange.received.is_some(), "the cleanup has its own time");
    let reasons = "step 1 skipped";
    assert!(told(&events, Some(0)).contains(reasons), "{}", told(&events, Some(0)));
    assert!(junit(&events).contains("type=\"timed-out\""));
}

#[test]
fn a_case_whose_time_is_up_between_two_times_of_a_group_keeps_what_it_did() {
    let suite = "suite: S
cases:
  - name: c
    within: 1s
    steps:
      - repeat: { times: 3, every: 5s }
        steps:
          - request: { method: GET, path: /x }
";
    let events = run(suite, "waivers: []", PENDING);
    assert_eq!(told(&events, Some(0)), "case, step 0, attempt 0.1, step 0 failed, case over");
    assert_eq!(
        events.last().map(|event| event.at),
        Some(crate::support::journey::origin().after(std::time::Duration::from_secs(1)))
    );
}

#[test]
fn a_step_for_which_somebody_answers_is_not_blamed() {
    let suite = "suite: S
cases:
  - name: two
    steps:
      - { name: first, request: { method: GET, path: /x }, expect: { body: { $.n: 2 } } }
      - { name: second, request: { method: GET, path: /x }, expect: { body: { $.status: DONE } } }
";
    let waived = "waivers: [{ step: first, owner: A, reason: r, expires: 2099-12-31 }]";
    let shown = terminal(&run(suite, waived, PENDING), Verbosity::Failures);
    assert!(shown.contains("failed at step 2 of 2"), "{shown}");
    let one = "suite: S
cases:
  - name: one
    steps:
      - { name: first, request: { method: GET, path: /x }, expect: { body: { $.n: 2, $.status: DONE } } }
";
    let waived = "waivers: [{ failure: 'body:$.n', owner: A, reason: r, expires: 2099-12-31 }]";
    let report = junit(&run(one, waived, PENDING));
    let message = report.lines().find(|line| line.contains("<failure")).unwrap_or_default();
    assert!(message.contains("$.status"), "{message}");
}

#[test]
fn an_expectation_that_cannot_be_worked_out_is_not_a_request_that_could_not_be_made() {
    let suite = "suite: S
cases:
  - name: c
    steps:
      - request: { method: GET, path: /x }
        capture: { o: $ }
      - request: { method: GET, path: /x }
        expect: { body: { $.y: \"{{ o.nope }}\" } }
";
    let events = run(suite, "waivers: []", PENDING);
    let shown = terminal(&events, Verbosity::Failures);
    assert!(shown.contains("error[expectation]: the expectation could not be worked out"), "{shown}");
    assert_eq!(attempts(&events).len(), 2);
}

/// Says of the second exchange that it breaks a rule, and that a case's end does too.
#[derive(Default)]
struct Rules {
    seen: Mutex<Vec<String>>,
    at_end: bool,
}

fn broken(name: &str) -> Vec<Failure> {
    let place = proviso::source::Location { file: "r.yaml".into(), line: 1, column: 1, length: 1, text: "r".into() };
    vec![Failure { place, promise: Promise::Capture { name: name.into(), found: proviso::event::Found::default() } }]
}

fn said(failures: Vec<Failure>) -> RulesSaid {
    RulesSaid { failures, ..RulesSaid::default() }
}

impl Monitor for Rules {
    fn exchange(&self, exchange: &Watched<'_>) -> RulesSaid {
        let mut seen = self.seen.lock().expect("no test panics here");
        let status = exchange.response.map(|response| response.status);
        seen.push(format!("{} {} {status:?}", exchange.step.number, exchange.attempt));
        if seen.len() == 2 && !self.at_end { said(broken("rule")) } else { RulesSaid::default() }
    }

    fn would_say(&self, exchange: &Watched<'_>) -> Vec<Failure> {
        let other = exchange.received.is_some_and(|body| body["status"] == "OTHER");
        if other { broken("would") } else { Vec::new() }
    }

    fn case_over(&self, _case: usize, _at: proviso::event::Timestamp) -> RulesSaid {
        if self.at_end { said(broken("due")) } else { RulesSaid::default() }
    }
}

const TWO: &str = "suite: S
cases:
  - name: c
    steps:
      - request: { method: GET, path: /x }
        expect: { body: { $.status: PENDING } }
        capture: { s: $.status }
      - request: { method: GET, path: /x }
";

fn watched(watchers: Watchers) -> Vec<Event> {
    let journey = Journey { watchers, ..Journey::of(&[TWO]) };
    on_virtual_time(journey.run(Scripted::new(PENDING)))
}

#[test]
fn a_monitor_sees_every_exchange_and_fails_its_step() {
    let rules = Arc::new(Rules::default());
    let events = watched(Watchers { monitor: Some(rules.clone()), shadow: None });
    assert_eq!(*rules.seen.lock().expect("no test panics here"), ["0 1 Some(200)", "1 1 Some(200)"]);
    assert!(matches!(outcomes(&events)[..], [StepOutcome::Passed, StepOutcome::Failed(_)]));
    let at_end = Arc::new(Rules { at_end: true, ..Rules::default() });
    let events = watched(Watchers { monitor: Some(at_end), shadow: None });
    assert!(matches!(outcomes(&events)[..], [StepOutcome::Passed, StepOutcome::Failed(_)]));
}

/// Asks of every answer what three others would have come to.
#[derive(Default)]
struct Others(Mutex<Vec<(Opinion, Vec<Opinion>)>>);

impl Shadow for Others {
    fn answered(&self, exchange: &Watched<'_>, came: &Opinion, judge: &dyn Fn(Response) -> Opinion) {
        let response = exchange.response.expect("an answer came");
        let other = |body: &'static str, status| judge(Response { body: body.into(), status, ..response.clone() });
        let others = vec![other(r#"{"status":"OTHER"}"#, 200), other("{}", 200), other(r#"{"status":"PENDING"}"#, 500)];
        self.0.lock().expect("no test panics here").push((came.clone(), others));
    }
}

#[test]
fn a_shadow_learns_what_another_answer_would_have_come_to_and_leaves_no_trace() {
    let (others, rules) = (Arc::new(Others::default()), Arc::new(Rules { at_end: false, ..Rules::default() }));
    let alone = watched(Watchers { monitor: Some(Arc::new(Rules::default())), shadow: None });
    let events = watched(Watchers { monitor: Some(rules), shadow: Some(others.clone()) });
    assert_eq!(alone, events);
    let told = others.0.lock().expect("no test panics here");
    let ids = |opinion: &Opinion| opinion.failures.iter().map(|failure| failure.promise.id()).collect::<Vec<_>>();
    let (came, first) = &told[0];
    assert_eq!((ids(came), &came.then), (vec![], &Then::Ends));
    assert_eq!(ids(&first[0]), ["body:$.status", "capture:would"]);
    assert_eq!(ids(&first[1]), ["body:$.status"]);
    assert_eq!(ids(&first[2]), ["status"]);
    assert_eq!(ids(&told[1].1[1]), Vec::<String>::new(), "the second step promises nothing of the body");
}
