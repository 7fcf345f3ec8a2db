//! What readers of TAP get, read by a strict one.

use super::Tap;
use crate::event::testing::{
    Story, everything_run, exchange, found, interrupted_run, killed_run, mixed_run, passing_run, place, refused_waiver,
    rounds_run,
};
use crate::event::{CaseOutcome, Event, Failure, Promise, StepOutcome, Waived, WaiverEntry};
use crate::report::testing::told;

fn written(events: &[Event]) -> String {
    let mut out = Vec::new();
    told(&mut Tap::new(&mut out), events);
    String::from_utf8(out).unwrap()
}

/// What a reader makes of a stream.
#[derive(Debug, Default, PartialEq)]
struct Read {
    points: Vec<Point>,
    bailed: Option<String>,
}

#[derive(Debug, PartialEq)]
struct Point {
    ok: bool,
    description: String,
    directive: String,
    yaml: Option<serde_yaml::Value>,
    below: Vec<Point>,
}

/// Reads TAP version 14 and takes nothing that the specification does not have.
fn read(text: &str) -> Read {
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines[0], "TAP version 14");
    let mut at = 1;
    let mut bailed = None;
    let points = document(&lines, &mut at, "", &mut bailed);
    assert_eq!(at, lines.len(), "nothing follows: {:?}", lines.get(at));
    Read { points, bailed }
}

fn document(lines: &[&str], at: &mut usize, indent: &str, bailed: &mut Option<String>) -> Vec<Point> {
    let own = |line: &str| line.strip_prefix(indent).filter(|rest| !rest.starts_with("    ")).map(str::to_owned);
    let mut planned: Option<usize> = None;
    let mut points: Vec<Point> = Vec::new();
    while let Some(line) = lines.get(*at).and_then(|line| own(line)) {
        *at += 1;
        if let Some(plan) = line.strip_prefix("1..") {
            assert_eq!(planned, None, "one plan");
            planned = Some(plan.split(' ').next().unwrap().parse().unwrap());
            assert!(points.is_empty() || planned == Some(points.len()), "the plan stands first or last");
        } else if let Some(reason) = line.strip_prefix("Bail out! ") {
            *bailed = Some(unescaped(reason));
        } else if let Some(name) = line.strip_prefix("# Subtest: ") {
            let below = document(lines, at, &format!("{indent}    "), bailed);
            let end = own(lines[*at]).expect("the subtest's own point");
            *at += 1;
            let mut end = point(&end, points.len() + 1);
            assert_eq!(end.description, unescaped(name));
            let failed = below.iter().any(|point| !point.ok && point.directive.is_empty());
            assert_eq!(end.ok, !failed, "{name}");
            end.below = below;
            points.push(end);
        } else if line.starts_with("# ") {
            // A comment: readers pass it over.
            continue;
        } else {
            let mut point = point(&line, points.len() + 1);
            if lines.get(*at) == Some(&format!("{indent}  ---").as_str()) {
                *at += 1;
                let mut yaml = String::new();
                while lines[*at] != format!("{indent}  ...") {
                    let line = lines[*at];
                    let rest = line.strip_prefix(&format!("{indent}  ")).or(line.is_empty().then_some(""));
                    yaml.push_str(rest.unwrap_or_else(|| panic!("outside of its block: {line:?}")));
                    yaml.push('\n');
                    *at += 1;
                }
                *at += 1;
                point.yaml = Some(serde_yaml::from_str(&yaml).unwrap_or_else(|error| panic!("{error}\n{yaml}")));
            }
            points.push(point);
        }
    }
    assert_eq!(Some(points.len()), planned, "as many points as planned");
    points
}

fn point(line: &str, number: usize) -> Point {
    let (ok, rest) = match line.strip_prefix("not ok ") {
        Some(rest) => (false, rest),
        None => (true, line.strip_prefix("ok ").unwrap_or_else(|| panic!("not TAP: {line:?}"))),
    };
    let rest = rest.strip_prefix(&format!("{number} - ")).unwrap_or_else(|| panic!("not point {number}: {line:?}"));
    let (description, directive) = rest.split_once(" # ").unwrap_or((rest, ""));
    assert!(["", "SKIP ", "TODO "].iter().any(|known| directive.starts_with(known)), "{directive}");
    let (description, directive) = (unescaped(description), unescaped(directive));
    Point { ok, description, directive, yaml: None, below: Vec::new() }
}

fn unescaped(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        assert_ne!(character, '#', "a bare # in {text:?}");
        plain.push(if character == '\\' { rest.next().expect("something is escaped") } else { character });
    }
    plain
}

#[test]
fn a_mixed_run() {
    insta::assert_snapshot!(written(&mixed_run()));
}

#[test]
fn whatever_the_run_a_strict_reader_takes_it() {
    for (events, suites, bailed) in [
        (passing_run(), 2, None),
        (rounds_run(), 1, None),
        (everything_run(), 1, None),
        (killed_run(), 2, Some("the run ended before its time")),
        (interrupted_run(), 2, Some("Ctrl-C")),
        (Vec::new(), 0, Some("the run ended before its time")),
    ] {
        let read = read(&written(&events));
        assert_eq!((read.points.len(), read.bailed.as_deref()), (suites, bailed));
    }
}

#[test]
fn what_was_wrong_stands_in_its_yaml() {
    let read = read(&written(&mixed_run()));
    let failed = &read.points[1].below[0];
    let yaml = failed.yaml.as_ref().unwrap();
    assert!(!failed.ok && !read.points[1].ok && read.points[0].ok);
    assert_eq!(yaml["at"]["file"], "suites/offers.yaml");
    assert_eq!(yaml["severity"], "fail");
    assert!(yaml["story"].as_str().unwrap().contains("step 2 of 4: Trigger BRE"));
    assert_eq!(read.points[1].below[2].directive, "SKIP `--fail-fast`: case 3 failed");
}

#[test]
fn a_waiver_that_cannot_stay_fails() {
    let mut story = Story::new(&[("suites/a.yaml", "A", &["one"])], 1);
    story.pass(0, 1);
    story.say(refused_waiver());
    let read = read(&written(&story.over()));
    assert_eq!(read.points.len(), 2);
    assert!(!read.points[1].ok && read.points[1].description.starts_with("a waiver has expired"));
}

#[test]
fn a_waived_case_is_one_to_do() {
    let mut story = Story::new(&[("suites/a.yaml", "A # B", &["one \\ # SKIP two"])], 1);
    story.begin(0);
    let failures = vec![Failure {
        place: place(3, 1, 1, "x"),
        promise: Promise::Body(found("$.a", "1", Some("\"\u{2028}...\u{85}\n  ...\""))),
    }];
    let entry = WaiverEntry {
        what: "it".into(),
        owner: "Asha".into(),
        reason: "known".into(),
        expires: "2026-12-31".into(),
        place: place(1, 1, 1, "x"),
    };
    let waived = Waived { failures, waivers: vec![entry] };
    story.step(0, 0, Some(exchange("GET", 200, "{}")), StepOutcome::Waived(Box::new(waived)));
    story.end(0, CaseOutcome::Waived);
    let read = read(&written(&story.over()));
    let point = &read.points[0].below[0];
    assert_eq!((point.ok, point.directive.as_str()), (false, "TODO waived"));
    assert_eq!(point.description, "one \\ # SKIP two");
    assert!(read.points[0].ok, "a waived case fails no suite");
    assert!(point.yaml.as_ref().unwrap()["story"].as_str().unwrap().contains("by Asha until 2026-12-31"));
}
