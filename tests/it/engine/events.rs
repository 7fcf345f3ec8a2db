//! The order in which a run tells what happens.

use crate::engine::places::{counts, many};
use crate::support::journey::{Journey, on_virtual_time, origin};
use crate::support::scripted::Scripted;
use proviso::event::{Event, EventKind, StepOutcome};

/// An event in a few words, and the case it is about.
fn said(event: &Event) -> (Option<usize>, String) {
    match &event.kind {
        EventKind::RunStarted(_) => (None, "run".into()),
        EventKind::CaseStarted(case) => (Some(case.case), "case".into()),
        EventKind::StepStarted(step) => (Some(step.case), format!("step {}", step.step)),
        EventKind::AttemptFinished(attempt) => {
            (Some(attempt.case), format!("attempt {}.{}", attempt.step, attempt.attempt))
        }
        EventKind::StepFinished(step) => {
            let outcome = match &step.outcome {
                StepOutcome::Passed => "passed",
                StepOutcome::Failed(_) => "failed",
                StepOutcome::Error(_) => "troubled",
                StepOutcome::Waived(_) => "waived",
                StepOutcome::Skipped { .. } => "skipped",
            };
            (Some(step.case), format!("step {} {outcome}", step.step))
        }
        EventKind::CaseFinished(case) => (Some(case.case), "case over".into()),
        EventKind::CaseRerun(case) => (Some(case.case), "again".into()),
        EventKind::Interrupted(_) => (None, "interrupted".into()),
        EventKind::ContractRead(_) => (None, "contract".into()),
        EventKind::Touched(touched) => (Some(touched.case), "touched".into()),
        EventKind::SnapshotTaken(_) => (None, "snapshot".into()),
        EventKind::WaiverRefused(_) => (None, "waiver refused".into()),
        EventKind::RunFinished(_) => (None, "run over".into()),
    }
}

/// What is told of one case, or of the run itself.
pub(crate) fn told(events: &[Event], case: Option<usize>) -> String {
    let said = events.iter().map(said).filter(|(of, _)| *of == case).map(|(_, what)| what);
    said.collect::<Vec<_>>().join(", ")
}

const STEPS: &str = "      - request: { method: GET, path: /ok }
      - request: { method: GET, path: /poll }
        poll: { until: { $.done: true }, every: 1s, within: 1m }
      - request: { method: GET, path: /bad }
      - request: { method: GET, path: /ok }
";

const SCRIPT: &str = "
GET /ok: [{}]
GET /poll: [{ json: { done: false }, times: 5 }, { json: { done: true } }]
GET /bad: [{ status: 500 }]
";

#[test]
fn a_case_is_told_in_order_whatever_happens_beside_it() {
    let journey = Journey { jobs: 5, ..Journey::of(&[&many(5, STEPS)]) };
    let events = on_virtual_time(journey.run(Scripted::new(SCRIPT)));
    let order = "case, step 0, attempt 0.1, step 0 passed, step 1, attempt 1.1, attempt 1.2, step 1 passed, \
        step 2, attempt 2.1, step 2 failed, step 3 skipped, case over";
    for case in 0..5 {
        assert_eq!(told(&events, Some(case)), order, "case {case}");
    }
    assert_eq!(told(&events, None), "run, run over");
    assert_eq!((counts(&events).failed, counts(&events).requests), (5, 20));
}

#[test]
fn moments_never_go_back_and_follow_the_waits() {
    let journey = Journey { jobs: 2, ..Journey::of(&[&many(6, STEPS)]) };
    let events = on_virtual_time(journey.run(Scripted::new(SCRIPT)));
    assert!(events.windows(2).all(|two| two[0].at <= two[1].at));
    let last = events.last().expect("a run has events").at;
    assert_eq!(last, origin().after(std::time::Duration::from_secs(1)));
}

#[test]
fn names_of_one_case_are_unknown_to_another() {
    let suite = "suite: Apart
cases:
  - name: sets
    steps:
      - request: { method: GET, path: /ok }
        capture: { a: { header: x-a } }
  - name: has its own
    vars: { a: mine }
    steps:
      - request: { method: GET, path: \"/{{ a }}\" }
";
    let server = Scripted::new("GET /ok: [{ headers: { x-a: theirs } }]\nGET /mine: [{}]");
    let events = on_virtual_time(Journey::of(&[suite]).run(server.clone()));
    assert_eq!(counts(&events).passed, 2, "{}", server.received());
}
