//! The history as people see it.

use super::*;
use crate::event::CaseOutcome;
use crate::event::testing::{Story, every_promise, mixed_run, rounds_run};
use crate::history::{Point, Quantiles, RunRecord, Signs, Trend};
use crate::report::Remember;
use crate::report::testing::told;
use insta::assert_snapshot;
use std::time::Duration;

fn day_number(number: u64) -> Timestamp {
    Timestamp::new("2026-03-01T02:30:00Z".parse().unwrap()).after(Duration::from_secs(86_400 * number))
}

fn problem(title: &str) -> Problem {
    Problem { id: "code".into(), title: title.into(), step: "Get BRE".into(), operation: Some("getBre".into()) }
}

fn strip(name: &str, letters: &str, standing: Standing, since: Option<(u64, usize, &str)>) -> Strip {
    let signs: Vec<Outcome> = letters.chars().map(|letter| Outcome::of_letter(letter).unwrap()).collect();
    Strip {
        suite: "journeys/deep".into(),
        case: name.into(),
        standing,
        since: since.map(|(first, runs, title)| Since {
            run: format!("2026030{}-0230-k7", first + 1),
            started: day_number(first),
            runs,
            or_earlier: first == 0,
            first: Some(problem(title)),
            now: (runs > 2).then(|| problem("something else is wrong")),
        }),
        runs: signs.iter().filter(|sign| sign.was_run()).count(),
        flaky: signs.iter().filter(|sign| **sign == Outcome::Flaky).count(),
        turns: 3,
        signs: Signs(signs),
    }
}

fn picture() -> Picture {
    let column = |number: u64| Column {
        runs: vec![format!("2026030{}-0230-k7", number + 1)],
        started: day_number(number),
        verdict: "failed",
        missing_shares: u32::from(number == 4),
        passed: 211,
        failed: 1 + usize::try_from(number).unwrap(),
        waived: 3,
        errors: 1,
        cases: 217,
    };
    let trend = |operation: &str, p95_us: u64, before: Option<u64>| Trend {
        operation: operation.into(),
        now: Quantiles { requests: 1_718, p50_us: 12_000, p95_us },
        before: before.map(|p95_us| Quantiles { requests: 1_700, p50_us: 13_000, p95_us }),
        points: [Some(p95_us / 8), Some(p95_us / 4), None, Some(p95_us / 2), Some(p95_us)]
            .map(|point| point.map(|p95_us| Point { p50_us: 12_000, p95_us }))
            .into(),
    };
    let mut cases = vec![
        strip("an approved customer gets the money", "PPPPF", Standing::NewlyFailing, Some((4, 1, "the code is X-1"))),
        strip(
            "a customer who comes back after a long time goes on",
            "FFTFF",
            Standing::Failing,
            Some((0, 4, "\u{1b}[31mred")),
        ),
    ];
    cases.extend((0..9).map(|number| {
        strip(&format!("row {number}"), "PP.ST", Standing::Error, Some((4, 1, "nobody listens at the address")))
    }));
    cases.push(strip("now and then", "PYPPY", Standing::Unsteady, None));
    cases.push(strip("to and fro", "PFPFP", Standing::Unsteady, None));
    cases.push(strip("somebody answers", "PPWWW", Standing::Waived, None));
    cases.push(strip("not today", "PPPPS", Standing::Skipped, None));
    cases.push(strip("all is well", "PPPPP", Standing::Passing, None));
    let operations = vec![
        trend("getBre", 340_000, Some(150_000)),
        trend("createUser", 20_000, Some(21_000)),
        trend("acceptOffer", 9_000, None),
    ];
    Picture { environment: "uat".into(), runs: (0..5).map(column).collect(), cases, operations }
}

#[test]
fn who_must_act_stands_first_and_what_is_alike_is_told_once() {
    assert_snapshot!(draw_history(&picture(), Rest::Counted, Style::Plain, 100));
}

#[test]
fn a_narrow_terminal_gets_shorter_names_and_no_plots() {
    let drawn = draw_history(&picture(), Rest::Counted, Style::Plain, 44);
    assert!(drawn.lines().all(|line| columns(line) <= 44), "{drawn}");
    assert_snapshot!(drawn);
}

#[test]
fn cases_that_are_asked_for_are_listed_whatever_became_of_them() {
    let drawn = draw_history(&picture(), Rest::Listed, Style::Plain, 100);
    assert!(drawn.contains("row 8") && drawn.contains("Not run: 1 case") && drawn.contains("all is well"), "{drawn}");
    assert!(!drawn.contains("more case"), "{drawn}");
}

#[test]
fn a_long_history_shows_its_newest_runs_where_the_line_is_short() {
    let mut long = picture();
    let column = long.runs[0].clone();
    long.runs.splice(0..0, std::iter::repeat_n(column, 95));
    long.cases.truncate(1);
    long.cases[0].signs.0.splice(0..0, std::iter::repeat_n(Outcome::Passed, 95));
    let drawn = draw_history(&long, Rest::Counted, Style::Plain, 60);
    assert!(drawn.contains(&format!("  {}✗ ", "✓".repeat(29))), "{drawn}");
    assert!(drawn.lines().all(|line| columns(line) <= 60), "{drawn}");
}

#[test]
fn colours_are_of_signs_and_never_of_what_a_server_said() {
    let drawn = draw_history(&picture(), Rest::Counted, Style::Coloured, 100);
    assert!(drawn.contains("\u{1b}[1m\u{1b}[31m✗") && !drawn.contains("\u{1b}[31mred"), "{drawn:?}");
}

fn remembered(events: &[crate::event::Event]) -> RunRecord {
    let mut kept = Vec::new();
    told(&mut Remember::new(|record: &RunRecord| kept.push(record.clone())), events);
    let [record] = kept.as_slice() else { panic!("a run is kept once: {kept:?}") };
    record.clone()
}

#[test]
fn a_run_is_remembered_by_its_cases_their_first_problem_and_its_operations() {
    let record = remembered(&mixed_run());
    let cases: Vec<String> = record
        .cases
        .iter()
        .map(|case| {
            let problem =
                case.problem.as_ref().map(|problem| format!(" {}: {} ({})", problem.id, problem.title, problem.step));
            format!("{} {} › {}{}", case.sign.letter(), case.suite, case.case, problem.unwrap_or_default())
        })
        .collect();
    assert_snapshot!(cases.join("\n"));
    let operations: Vec<(&str, u64)> =
        record.operations.iter().map(|(operation, latencies)| (operation.as_str(), latencies.count())).collect();
    // The request that nobody answered is not counted.
    assert_eq!(operations, [("acceptOffer", 1), ("createUser", 4), ("getBre", 1), ("triggerBre", 2)]);
    assert_eq!((record.took_us, record.planned, record.missing()), (Some(2_100_000), 5, 0));
}

#[test]
fn rounds_of_a_case_are_one_record_the_worst_and_unsteady() {
    let record = remembered(&rounds_run());
    let cases: Vec<(&str, char, bool)> =
        record.cases.iter().map(|case| (case.case.as_str(), case.sign.letter(), case.unsteady)).collect();
    assert_eq!(cases, [("one", 'P', false), ("two", 'F', true)]);
}

#[test]
fn a_waived_case_is_remembered_with_what_is_waived() {
    let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["one"])], 1);
    let (_, exchange, promise) = every_promise().swap_remove(3);
    let failure = crate::event::Failure { place: crate::event::testing::place(1, 1, 1, "x"), promise };
    let waived = crate::event::Waived { failures: vec![failure], waivers: Vec::new() };
    story.begin(0);
    story.step(0, 0, Some(exchange), crate::event::StepOutcome::Waived(Box::new(waived)));
    story.end(0, CaseOutcome::Waived);
    let record = remembered(&story.over());
    assert_eq!(record.cases[0].sign, Outcome::Waived);
    assert_eq!(record.cases[0].problem.as_ref().unwrap().id, "body:$.data.status");
}
