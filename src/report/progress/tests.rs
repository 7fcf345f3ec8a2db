//! What a person who watches sees, at moments handed in.

use super::Progress;
use crate::diagnostic::Style;
use crate::event::testing::{Story, exchange, passing_run, start};
use crate::event::{
    AttemptFinished, CaseOutcome, CaseStarted, Event, EventKind, Found, Interrupted, StepStarted, Timestamp,
};
use crate::report::{Reporter as _, RunFold};
use crate::text::columns;
use std::sync::Arc;
use std::time::Duration;

fn at(seconds: u64) -> Timestamp {
    start().after(Duration::from_secs(seconds))
}

/// A run of 40 cases of which four are done, one polls, one tries again and one waits for an answer.
fn busy() -> Progress {
    let names: Vec<String> = (0..40).map(|number| format!("customer {number} gets the money")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut story = Story::new(&[("suites/journeys/deep.yaml", "Deep", &names)], 1);
    (0..3).for_each(|case| story.pass(case, 2));
    story.error(3, None, crate::event::StepErrorKind::TimedOut, "no answer");
    let mut progress = Progress::new();
    for event in &story.events {
        feed(&mut progress, std::slice::from_ref(event));
    }
    let mut say = |seconds, kind| feed(&mut progress, &[Event { at: at(seconds), kind }]);
    for case in 4..7 {
        say(2, EventKind::CaseStarted(CaseStarted { case }));
        say(2, EventKind::StepStarted(StepStarted { case, step: 0, name: "Get \u{1b}[31mBRE".into() }));
    }
    let attempt = |case, attempt| AttemptFinished {
        case,
        step: 0,
        attempt,
        exchange: exchange("GET", 200, "{}"),
        seen: Vec::new(),
        wait_ms: Some(5_000),
        within_ms: None,
        retried: None,
        validation: None,
    };
    let seen = vec![Found { path: "$.data.status".into(), found: Some("\"PROCESSING\"".into()), ..Found::default() }];
    say(4, EventKind::AttemptFinished(Box::new(AttemptFinished { seen, within_ms: Some(120_000), ..attempt(4, 3) })));
    let retried = Some("429 Too Many Requests".into());
    say(5, EventKind::AttemptFinished(Box::new(AttemptFinished { retried, ..attempt(5, 1) })));
    progress
}

fn feed(progress: &mut Progress, events: &[Event]) {
    let run = RunFold::default();
    events.iter().for_each(|event| progress.event(&Arc::new(event.clone()), &run).unwrap());
}

fn shown(progress: &Progress, seconds: u64, width: usize, height: usize) -> String {
    let lines = progress.lines(at(seconds), Style::Plain, width, height);
    assert!(lines.len() <= height);
    assert!(lines.iter().all(|line| columns(line) <= width), "{lines:#?}");
    lines.join("\n")
}

#[test]
fn a_poll_shows_its_last_value_and_the_time_left() {
    insta::assert_snapshot!(shown(&busy(), 6, 120, 8));
}

#[test]
fn time_passes_without_events() {
    let text = shown(&busy(), 8, 160, 8);
    assert!(text.contains("1 min 54 s left") && text.contains("again in 1 s"), "{text}");
    assert!(text.contains("no answer for 6 s"), "{text}");
    assert!(shown(&busy(), 900, 120, 8).contains("0 s left"));
}

#[test]
fn a_narrow_terminal_and_a_low_one_get_what_fits() {
    insta::assert_snapshot!(shown(&busy(), 6, 40, 3));
    for width in [1, 7, 20, 30, 31] {
        shown(&busy(), 6, width, 8);
    }
    assert_eq!(shown(&busy(), 6, 80, 1).lines().count(), 1);
}

#[test]
fn the_way_to_the_end_is_told_once_it_can_be() {
    let progress = busy();
    assert!(!shown(&progress, 1, 120, 1).contains("left"));
    assert!(
        shown(&progress, 4, 120, 1).contains("4 of 40 cases done, 1 with an error, 3 running · 4 s, about 36 s left")
    );
}

#[test]
fn somebody_who_stops_the_run_sees_that_it_was_heard() {
    let mut progress = busy();
    let interrupted = Interrupted { reason: "stopped by Ctrl-C".into(), over_time: false };
    feed(&mut progress, &[Event { at: at(7), kind: EventKind::Interrupted(interrupted) }]);
    assert!(shown(&progress, 8, 120, 1).ends_with("8 s, stopped by Ctrl-C"));
}

#[test]
fn before_the_run_and_after_it_there_is_nothing_to_show() {
    let mut progress = Progress::new();
    assert_eq!(shown(&progress, 0, 80, 8), "");
    let events = passing_run();
    let (last, events) = events.split_last().unwrap();
    feed(&mut progress, events);
    assert!(shown(&progress, 1, 80, 8).starts_with("5 of 5 cases done"));
    feed(&mut progress, std::slice::from_ref(last));
    assert_eq!(shown(&progress, 1, 80, 8), "");
}

#[test]
fn a_case_that_is_over_is_no_longer_shown() {
    let mut story = Story::new(&[("a.yaml", "A", &["one", "two"])], 1);
    story.begin(0);
    story.end(0, CaseOutcome::Passed);
    let mut progress = Progress::new();
    feed(&mut progress, &story.events);
    assert_eq!(shown(&progress, 1, 80, 8), "1 of 2 cases done · 1 s");
}
