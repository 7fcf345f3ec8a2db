//! What CI reads, as snapshots.

use super::Junit;
use crate::event::testing::{
    Story, exchange, found, interrupted_run, killed_run, mixed_run, passing_run, place, rounds_run,
};
use crate::event::{CaseOutcome, CaseRerun, Event, EventKind, Failure, Promise, StepOutcome};
use crate::report::coverage::fixture::{held_run, waived_run};
use crate::report::testing::told;

fn written(events: &[Event]) -> String {
    let mut out = Vec::new();
    told(&mut Junit::new(&mut out), events);
    String::from_utf8(out).unwrap()
}

/// Every value of an attribute, as a reader of XML sees it.
fn values(xml: &str, element: &str, attribute: &str) -> Vec<String> {
    use quick_xml::events::Event as Xml;
    let mut reader = quick_xml::Reader::from_str(xml);
    let mut values = Vec::new();
    loop {
        match reader.read_event().unwrap() {
            Xml::Eof => return values,
            Xml::Start(start) | Xml::Empty(start) if start.name().as_ref() == element.as_bytes() => {
                let value = start.try_get_attribute(attribute).unwrap().unwrap();
                values.push(
                    quick_xml::escape::unescape(std::str::from_utf8(&value.value).unwrap()).unwrap().into_owned(),
                );
            }
            _ => {}
        }
    }
}

#[test]
fn a_mixed_run() {
    insta::assert_snapshot!(written(&mixed_run()));
}

#[test]
fn a_run_with_findings_and_waivers_that_cannot_stay() {
    insta::assert_snapshot!(written(&waived_run()));
    assert_eq!(values(&written(&held_run()), "testsuite", "failures"), ["1"]);
    assert_eq!(values(&written(&waived_run()), "testsuite", "failures"), ["0", "2"]);
}

#[test]
fn cases_stand_in_the_plans_order_whatever_order_they_ended_in() {
    let xml = written(&passing_run());
    assert_eq!(
        values(&xml, "testcase", "name"),
        [
            "a new customer is created",
            "a known mobile is refused",
            "an approved applicant gets an offer inside the slabs",
            "a rejected applicant gets no offer",
            "an offer is accepted once",
        ]
    );
    assert_eq!(xml, written(&passing_run()));
}

#[test]
fn a_case_without_a_result_is_an_error() {
    let xml = written(&killed_run());
    assert_eq!(values(&xml, "testsuite", "errors"), ["0", "3"]);
    assert_eq!(values(&xml, "error", "type"), ["stopped"; 3]);
    assert_eq!(values(&written(&[]), "testsuite", "errors"), ["1"]);
}

#[test]
fn an_interrupted_run_tells_skipped_cases_with_the_reason() {
    let xml = written(&interrupted_run());
    assert_eq!(values(&xml, "skipped", "message"), ["the run was stopped"; 3]);
    assert_eq!(values(&xml, "testsuite", "skipped"), ["1", "2"]);
}

#[test]
fn rounds_have_names_of_their_own() {
    let xml = written(&rounds_run());
    let names = values(&xml, "testcase", "name");
    assert_eq!(names, ["one [1/3]", "two [1/3]", "one [2/3]", "two [2/3]", "one [3/3]", "two [3/3]"]);
    assert_eq!(values(&xml, "testsuite", "failures"), ["1"]);
}

#[test]
fn what_differs_only_in_what_xml_drops_still_has_names_of_its_own() {
    let mut story = Story::new(
        &[("suites/a.yaml", "A", &["x  y", " x y", "\u{1b}[31mx y\u{1b}[0m", ""]), ("a.yml", "A", &["x y"])],
        1,
    );
    (0..5).for_each(|case| story.pass(case, 1));
    let xml = written(&story.over());
    assert_eq!(values(&xml, "testcase", "name"), ["x y", "x y (2)", "x y (3)", "unnamed", "x y"]);
    assert_eq!(values(&xml, "testcase", "classname"), ["a", "a", "a", "a", "a (2)"]);
    assert_eq!(values(&xml, "testsuite", "name"), ["A", "A (2)"]);
}

#[test]
fn nothing_a_server_says_can_break_the_file() {
    let nasty = "\0\u{1}\u{b}\u{1b}[31m\u{fffe}\u{ffff}]]><&\"'\u{10ffff}\r\n\u{85}\u{2028}</failure>";
    let mut story = Story::new(&[("suites/a.yaml", nasty, &[nasty, "b"])], 1);
    story.begin(0);
    let promise = Promise::Body(found(nasty, nasty, Some(nasty)));
    let failure = Failure { place: place(1, 1, 1, nasty), promise };
    story.step(0, 0, Some(exchange("POST", 400, nasty)), StepOutcome::Failed(vec![failure.clone(), failure]));
    story.end(0, CaseOutcome::Failed);
    story.skip(1, nasty);
    let xml = written(&story.over());
    assert_eq!(values(&xml, "testsuite", "failures"), ["1"]);
    let legal = |c: char| matches!(c, '\n' | '\t') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}' | '\u{7f}'));
    assert!(xml.chars().all(legal), "{xml:?}");
}

#[test]
fn events_that_name_no_known_case_are_no_reason_to_fall_over() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.pass(7, 1);
    assert_eq!(values(&written(&story.over()), "testsuite", "errors"), ["1"]);
    let beheaded: Vec<Event> =
        mixed_run().into_iter().filter(|event| !matches!(event.kind, EventKind::RunStarted(_))).collect();
    assert_eq!(values(&written(&beheaded), "testsuite", "errors"), ["1"]);
}

#[test]
fn a_flaky_case_that_fails_the_run_fails_here_too() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.begin(0);
    let promise = Promise::Body(found("$.a", "1", Some("2")));
    let failure = Failure { place: place(1, 1, 1, "x"), promise };
    story.step(0, 0, Some(exchange("GET", 200, "{}")), StepOutcome::Failed(vec![failure]));
    story.say(EventKind::CaseRerun(CaseRerun { case: 0, outcome: CaseOutcome::Failed, time: 1 }));
    story.step(0, 0, Some(exchange("GET", 200, "{}")), StepOutcome::Passed);
    story.end(0, CaseOutcome::Flaky { reruns: 1 });
    let mut events = story.over();
    assert_eq!(values(&written(&events), "testsuite", "failures"), ["0"]);
    if let Some(EventKind::RunStarted(run)) = events.first_mut().map(|event| &mut event.kind) {
        run.flaky_fails = true;
    }
    assert_eq!(values(&written(&events), "testsuite", "failures"), ["1"]);
}
