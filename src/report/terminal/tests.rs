//! What people see, as snapshots; and that nothing a suite or server writes can act on the terminal.

use super::{Telling, Terminal, Verbosity};
use crate::diagnostic::Style;
use crate::event::testing::{
    Story, every_promise, everything_run, interrupted_run, killed_run, mixed_run, passing_run, rounds_run,
    unreachable_run,
};
use crate::event::{CaseOutcome, Event, EventKind, StepOutcome};
use crate::history::Past;
use crate::report::coverage::fixture::{held_run, waived_run};
use crate::report::history_record;
use crate::report::testing::{folded, told};
use crate::text::columns;
use std::sync::Arc;

fn shown(events: &[Event], style: Style, verbosity: Verbosity, width: usize) -> String {
    let mut out = Vec::new();
    told(&mut Terminal::new(&mut out, style, verbosity, width), events);
    String::from_utf8(out).unwrap()
}

/// The same, from a report that was set up otherwise.
fn written<'a>(
    out: &'a mut Vec<u8>,
    set: impl FnOnce(Terminal<&'a mut Vec<u8>>) -> Terminal<&'a mut Vec<u8>>,
    events: &[Event],
) {
    told(&mut set(Terminal::new(out, Style::Plain, Verbosity::Failures, 80)), events);
}

fn plain(events: &[Event], width: usize) -> String {
    shown(events, Style::Plain, Verbosity::Cases, width)
}

#[test]
fn a_passed_run_is_a_line_per_case_and_one_sentence() {
    insta::assert_snapshot!(plain(&passing_run(), 80));
}

#[test]
fn a_mixed_run_explains_what_did_not_pass_and_names_it_again_at_the_end() {
    insta::assert_snapshot!("mixed_80", plain(&mixed_run(), 80));
    insta::assert_snapshot!("mixed_60", plain(&mixed_run(), 60));
    insta::assert_snapshot!("mixed_200", plain(&mixed_run(), 200));
}

#[test]
fn every_kind_of_failure_and_trouble_reads_well() {
    insta::assert_snapshot!(shown(&everything_run(), Style::Plain, Verbosity::Failures, 100));
}

#[test]
fn a_killed_run_says_how_many_cases_have_no_result() {
    insta::assert_snapshot!(plain(&killed_run(), 80));
}

#[test]
fn an_interrupted_run_says_so_first() {
    insta::assert_snapshot!(plain(&interrupted_run(), 80));
}

#[test]
fn a_server_that_is_down_is_explained_once() {
    insta::assert_snapshot!(plain(&unreachable_run(), 80));
}

#[test]
fn a_run_of_which_nothing_is_known_has_not_passed() {
    assert!(plain(&[], 80).starts_with("Error: the run ended before it said what it would do\n"));
}

/// Sixty cases with one problem.
fn one_problem() -> Vec<Event> {
    let names: Vec<String> = (0..60).map(|n| format!("case {n}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut story = Story::new(&[("a.yaml", "A", &names[..40]), ("b.yaml", "B", &names[40..])], 1);
    for case in 0..60 {
        let (_, exchange, promise) = every_promise().swap_remove(0);
        story.fail(case, exchange, vec![promise]);
    }
    story.over()
}

#[test]
fn one_problem_of_many_cases_is_told_once() {
    let text = shown(&one_problem(), Style::Plain, Verbosity::Failures, 80);
    insta::assert_snapshot!(text);
    assert_eq!(text.matches("error[").count(), 1);
    let mut out = Vec::new();
    written(&mut out, |terminal| terminal.telling(Telling::Each), &one_problem());
    let text = String::from_utf8(out).unwrap();
    assert_eq!(text.matches("error[").count(), 60);
    assert!(text.contains("\n✗ b › case 59\n"), "{text}");
}

#[test]
fn every_case_has_its_line_on_request() {
    let text = plain(&one_problem(), 80);
    assert!(text.contains("\n✗ a › case 7 · failed at step 2 of 4, 42 ms\n"), "{text}");
    assert_eq!(text.matches("error[").count(), 1);
}

#[test]
fn what_is_new_since_the_run_before_comes_first() {
    let mut before = passing_run();
    if let EventKind::RunStarted(run) = &mut before[0].kind {
        run.run = "the-run-before".into();
    }
    let past = Past::default().with(&history_record(&folded(&before)).unwrap());
    let mut out = Vec::new();
    written(&mut out, |terminal| terminal.with_past(Some(Arc::new(past))), &mixed_run());
    let text = String::from_utf8(out).unwrap();
    insta::assert_snapshot!(text.split_once("\nFailed: ").unwrap().1);
}

#[test]
fn what_the_contract_does_not_say_stands_at_the_end() {
    insta::assert_snapshot!("held_80", plain(&held_run(), 80));
}

#[test]
fn waivers_that_cannot_stay_are_told_with_who_answers_for_them() {
    insta::assert_snapshot!("waived_80", plain(&waived_run(), 80));
}

#[test]
fn a_waiver_is_no_case() {
    let refused = |event: &Event| matches!(event.kind, EventKind::WaiverRefused(_));
    let waived: Vec<Event> = waived_run().into_iter().filter(|event| !refused(event)).collect();
    let text = plain(&waived, 80);
    assert!(text.contains("\nPassed: 1 case, 2 steps, 3 requests, 8 checks in 2.1 s; 1 case was waived\n"), "{text}");
    assert!(text.contains("\nw offers › a rejection\n"), "{text}");
    let mut events = passing_run();
    events.extend(waived_run().into_iter().filter(refused));
    let text = plain(&events, 80);
    assert!(text.contains("\nFailed: 2 waivers cannot stay, though no case failed\n"), "{text}");
    assert!(plain(&waived_run(), 80).contains("\nFailed: 1 of 2 cases is waived; 2 waivers cannot stay\n"));
}

#[test]
fn rounds_are_told_apart() {
    insta::assert_snapshot!(plain(&rounds_run(), 80));
}

#[test]
fn steps_are_told_one_by_one_on_request() {
    insta::assert_snapshot!(shown(&mixed_run(), Style::Plain, Verbosity::Steps, 100));
}

#[test]
fn colours_are_added_to_the_same_text() {
    let coloured = shown(&mixed_run(), Style::Coloured, Verbosity::Cases, 80);
    let without = anstream::adapter::strip_str(&coloured).to_string();
    assert_eq!(without, plain(&mixed_run(), 80));
    assert_ne!(coloured, without);
}

#[test]
fn our_own_lines_keep_to_the_width() {
    for width in [60, 80] {
        for events in [
            passing_run(),
            mixed_run(),
            killed_run(),
            interrupted_run(),
            everything_run(),
            rounds_run(),
            unreachable_run(),
            held_run(),
            waived_run(),
        ] {
            for line in shown(&events, Style::Plain, Verbosity::Steps, width).lines() {
                // A diagnostic's title, names of cases and the suite's own line stay whole: they are there to be copied
                // and searched.
                let whole = line.trim_start().starts_with("error[")
                    || [" │ ", "╭▸", " › ", "run 2026"].iter().any(|part| line.contains(part));
                assert!(whole || columns(line) <= width, "{} columns of {width}: {line}", columns(line));
            }
        }
    }
}

#[test]
fn nothing_in_a_name_can_act_on_the_terminal() {
    let nasty = "a\u{1b}[2J\u{1b}]0;title\u{7}\r\nb\u{202e}c\u{9b}31m";
    let mut story = Story::new(&[("suites/x\u{1b}[31m.yaml", nasty, &[nasty])], 1);
    story.begin(0);
    story.step(0, 0, None, StepOutcome::Skipped { reason: nasty.into() });
    story.end(0, CaseOutcome::Failed);
    story.interrupt(nasty);
    let text = shown(&story.over(), Style::Plain, Verbosity::Steps, 80);
    assert!(text.chars().all(|c| c == '\n' || !(c.is_control() || c == '\u{202e}')), "{text:?}");
}

#[test]
fn a_case_that_failed_without_a_reason_is_still_told() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.begin(0);
    story.end(0, CaseOutcome::Failed);
    let text = plain(&story.over(), 80);
    assert!(text.contains("✗ a › one") && text.contains("no step says why"), "{text}");
}

#[test]
fn events_without_a_beginning_are_no_reason_to_fall_over() {
    let events: Vec<Event> =
        mixed_run().into_iter().filter(|event| !matches!(event.kind, EventKind::RunStarted(_))).collect();
    assert!(plain(&events, 80).contains("broke the contract"));
}
