//! Places: how many cases are at work, and who has one.

use crate::support::journey::{Journey, on_virtual_time};
use crate::support::scripted::Scripted;
use proviso::event::{Counts, Event, EventKind, Verdict};
use std::fmt::Write as _;

/// A suite of equal cases.
pub(crate) fn many(count: usize, steps: &str) -> String {
    let mut suite = String::from("suite: Many\ncases:\n");
    for number in 0..count {
        let _ = write!(suite, "  - name: case {number}\n    steps:\n{steps}");
    }
    suite
}

/// How long a run took on its own clock, in milliseconds.
fn took_ms(events: &[Event]) -> u64 {
    match events.last().map(|event| &event.kind) {
        Some(EventKind::RunFinished(run)) => run.took_us / 1000,
        other => panic!("a run ends with its end, not with {other:?}"),
    }
}

pub(crate) fn counts(events: &[Event]) -> Counts {
    let mut counts = Counts::default();
    events.iter().for_each(|event| counts.add(&event.kind));
    counts
}

const POLL: &str = "      - request: { method: GET, path: \"/{{ unique('C') }}\" }
        poll: { until: { status: 404, $.done: true }, every: 2s, within: 2s }
";

#[test]
fn a_case_gives_its_place_away_while_it_waits() {
    let journey = Journey { jobs: 2, ..Journey::of(&[&many(200, POLL)]) };
    let server = Scripted::new("GET /none: []");
    let events = on_virtual_time(journey.run(server.clone()));
    assert_eq!(server.requests(), 400, "every poll asks at its beginning and at its limit");
    assert_eq!(took_ms(&events), 2000, "all of them wait together");
}

#[test]
fn a_case_at_work_keeps_its_place() {
    let steps = "      - request: { method: GET, path: /slow }\n";
    let journey = Journey { jobs: 2, ..Journey::of(&[&many(10, steps)]) };
    let events = on_virtual_time(journey.run(Scripted::new("GET /slow: [{ delay: 3s }]")));
    assert_eq!(took_ms(&events), 15_000, "two at a time");
    assert_eq!(counts(&events).passed, 10);
}

#[test]
fn no_more_cases_are_at_work_than_there_are_places() {
    let steps = "      - request: { method: GET, path: /slow }\n        poll: { until: { $.done: true }, every: 1s, within: 1m }\n";
    let journey = Journey { jobs: 3, ..Journey::of(&[&many(20, steps)]) };
    let script = "GET /slow: [{ delay: 1s, json: { done: false }, times: 30 }, { delay: 1s, json: { done: true } }]";
    let events = on_virtual_time(journey.run(Scripted::new(script)));
    assert_eq!(counts(&events).verdict(), Verdict::Passed);
    let mut exchanges: Vec<(i128, i128)> = Vec::new();
    for event in &events {
        if let EventKind::AttemptFinished(attempt) = &event.kind {
            let begun = attempt.exchange.started.timestamp().as_nanosecond();
            exchanges.push((begun, begun + i128::from(attempt.exchange.timing.total_us) * 1000));
        }
    }
    let together = |at: i128| exchanges.iter().filter(|(from, to)| *from <= at && at < *to).count();
    let most = exchanges.iter().map(|(from, _)| together(*from)).max();
    assert_eq!(most, Some(3));
}

#[test]
fn rounds_are_gone_through_one_after_another_with_numbers_of_their_own() {
    let steps = "      - request: { method: GET, path: / }\n";
    let journey = Journey { rounds: 3, ..Journey::of(&[&many(2, steps)]) };
    let events = on_virtual_time(journey.run(Scripted::new("GET /: [{}]")));
    let begun = events.iter().filter_map(|event| match &event.kind {
        EventKind::CaseStarted(case) => Some(case.case),
        _ => None,
    });
    assert_eq!(begun.collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    assert_eq!((counts(&events).planned, counts(&events).passed), (6, 6));
}
