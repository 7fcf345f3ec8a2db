//! Waivers: what they cover, what they do not, and when they may not stay.

use crate::engine::events::told;
use crate::engine::places::counts;
use crate::support::journey::{Journey, on_virtual_time};
use crate::support::scripted::Scripted;
use proviso::event::{Event, EventKind, Verdict, WaiverFault};
use proviso::run::{Scope, Waivers};
use proviso::source::Sources;
use proviso::suite::read_waivers;

const SUITE: &str = "suite: Waived
cases:
  - name: fails
    steps:
      - name: Ask
        request: { method: GET, path: /ask }
        expect: { body: { $.grade: A } }
        capture: { id: $.id }
      - name: Go on
        request: { method: GET, path: \"/next/{{ id }}\" }
  - name: passes
    steps:
      - request: { method: GET, path: /fine }
";

const SCRIPT: &str = "
GET /ask: [{ json: { grade: B, id: 7 } }]
GET /next/7: [{}]
GET /fine: [{}]
";

/// Waivers of that text, as they stand on 1 March 2026.
pub(crate) fn waivers(text: &str) -> Waivers {
    let mut sources = Sources::default();
    let file = sources.add("waivers.yaml", text);
    let read = read_waivers(&sources, file).expect("the test's own waivers can be read");
    Waivers::new(read, jiff::civil::date(2026, 3, 1), Scope::Everything)
}

fn run(text: &str, script: &str) -> Vec<Event> {
    let journey = Journey { waivers: waivers(text), ..Journey::of(&[SUITE]) };
    on_virtual_time(journey.run(Scripted::new(script)))
}

fn refused(events: &[Event]) -> Vec<(String, WaiverFault)> {
    let refused = |event: &Event| match &event.kind {
        EventKind::WaiverRefused(refused) => Some((refused.waiver.what.clone(), refused.why)),
        _ => None,
    };
    events.iter().filter_map(refused).collect()
}

#[test]
fn a_failure_that_somebody_answers_for_is_waived_and_the_case_goes_on() {
    let text = "waivers: [{ case: fails, failure: 'body:$.grade', owner: Asha, reason: known, expires: 2026-03-01 }]";
    let events = run(text, SCRIPT);
    assert_eq!(
        told(&events, Some(0)),
        "case, step 0, attempt 0.1, step 0 waived, step 1, attempt 1.1, step 1 passed, case over"
    );
    let counts = counts(&events);
    assert_eq!((counts.waived, counts.passed, counts.failed), (1, 1, 0));
    assert_eq!(counts.verdict(), Verdict::Passed);
    assert_eq!(refused(&events), []);
}

#[test]
fn a_waiver_covers_nothing_else() {
    for text in [
        "waivers: [{ case: fails, failure: status, owner: a, reason: b, expires: 2026-12-31 }]",
        "waivers: [{ case: fails, step: Go on, owner: a, reason: b, expires: 2026-12-31 }]",
        "waivers: [{ case: fail, owner: a, reason: b, expires: 2026-12-31 }]",
        "waivers: [{ suite: 1.yaml, owner: a, reason: b, expires: 2026-12-31 }]",
        "waivers: [{ suite: '', owner: a, reason: b, expires: 2026-12-31 }]",
    ] {
        assert_eq!(counts(&run(text, SCRIPT)).failed, 1, "{text}");
    }
}

#[test]
fn a_suite_is_named_by_its_name_or_its_file() {
    for suite in ["Waived", "suite-1.yaml", "./suite-1.yaml"] {
        let text = format!("waivers: [{{ suite: {suite}, owner: a, reason: b, expires: 2026-12-31 }}]");
        assert_eq!(counts(&run(&text, SCRIPT)).waived, 1, "{suite}");
    }
}

#[test]
fn one_failure_too_many_fails_the_step() {
    let text = "waivers: [{ failure: 'body:$.grade', owner: a, reason: b, expires: 2026-12-31 }]";
    let events = run(text, "GET /ask: [{ json: { grade: B } }]\nGET /fine: [{}]");
    // What it captures is not there either, and nobody answers for that.
    assert_eq!((counts(&events).failed, counts(&events).waived), (1, 0));
}

#[test]
fn a_waiver_whose_day_is_over_waives_nothing_and_fails_the_run() {
    let text = "waivers: [{ case: fails, owner: Asha, reason: known, expires: 2026-02-28 }]";
    let events = run(text, SCRIPT);
    assert_eq!(counts(&events).failed, 1);
    assert_eq!(refused(&events), [("case `fails`".to_owned(), WaiverFault::Expired)]);
}

#[test]
fn a_waiver_that_nothing_needs_any_more_fails_the_run() {
    let text = "waivers: [{ case: passes, owner: Asha, reason: known, expires: 2026-12-31 }]";
    let good = SCRIPT.replace("grade: B", "grade: A");
    let events = run(text, &good);
    assert_eq!((counts(&events).failed, counts(&events).passed), (0, 2));
    assert_eq!(refused(&events), [("case `passes`".to_owned(), WaiverFault::Unmatched)]);
    assert_eq!(counts(&events).verdict(), Verdict::Failed);
}

#[test]
fn a_step_that_could_not_be_told_says_nothing_about_a_waiver() {
    let text = "waivers: [{ case: fails, owner: Asha, reason: known, expires: 2026-12-31 }]";
    let journey = Journey { waivers: waivers(text), ..Journey::of(&[SUITE]) };
    let stop = journey.stop.clone();
    let server = Scripted::new("GET /ask: [{ error: unreachable }]\nGET /fine: [{ delay: 10s }]");
    let events = on_virtual_time(async {
        let asking = async {
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
            stop.request("stopped by the test");
        };
        tokio::join!(journey.run(server.clone()), asking).0
    });
    assert_eq!(refused(&events), []);
}

#[test]
fn a_waiver_of_something_that_is_not_there_fails_the_run() {
    let text = "waivers: [{ case: falls, owner: Asha, reason: known, expires: 2026-12-31 }]";
    let events = run(text, SCRIPT);
    assert_eq!(refused(&events), [("case `falls`".to_owned(), WaiverFault::Unmatched)]);
}
