//! What dashboards read, held against CTRF's own schema.

use super::Ctrf;
use crate::event::testing::{
    Story, everything_run, exchange, found, interrupted_run, killed_run, mixed_run, passing_run, place, refused_waiver,
    rounds_run,
};
use crate::event::{CaseOutcome, CaseRerun, Event, EventKind, Failure, Promise, Share, StepOutcome};
use crate::report::Build;
use crate::report::testing::told;
use serde_json::{Value, json};

const SCHEMA: &str = include_str!("../../../tests/data/ctrf.schema.json");

fn build() -> Build {
    Build {
        system: Some("GitLab CI".into()),
        id: Some("77".into()),
        number: Some(12),
        url: Some("https://gitlab.example/jobs/77".into()),
        commit: Some("0123abcd".into()),
        folder: "tests/".into(),
        ..Build::default()
    }
}

/// What was written, which must be valid.
fn written(events: &[Event]) -> Value {
    let mut out = Vec::new();
    told(&mut Ctrf::new(&mut out, build()), events);
    let value: Value = serde_json::from_slice(&out).unwrap();
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
    let errors: Vec<String> =
        validator.iter_errors(&value).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(errors.is_empty(), "{errors:#?}");
    value
}

#[test]
fn a_mixed_run() {
    insta::assert_snapshot!(serde_json::to_string_pretty(&written(&mixed_run())).unwrap());
}

#[test]
fn whatever_the_run_it_is_valid_and_the_summary_counts_what_is_there() {
    for events in [passing_run(), killed_run(), interrupted_run(), rounds_run(), everything_run(), Vec::new()] {
        let value = written(&events);
        let (summary, tests) = (&value["results"]["summary"], value["results"]["tests"].as_array().unwrap());
        assert_eq!(summary["tests"], tests.len());
        for status in ["passed", "failed", "skipped", "other"] {
            let counted = tests.iter().filter(|test| test["status"] == status).count();
            assert_eq!(summary[status], counted, "{status}");
        }
    }
}

#[test]
fn what_is_not_known_is_never_a_pass() {
    assert_eq!(written(&killed_run())["results"]["summary"]["failed"], 3);
    assert_eq!(written(&[])["results"]["summary"]["failed"], 1);
    assert_eq!(written(&killed_run())["results"]["environment"]["healthy"], false);
}

#[test]
fn a_flaky_case_passed_and_says_what_came_before() {
    let mut story = Story::new(&[("suites/a.yaml", "A", &["one"])], 1);
    story.begin(0);
    let failure = Failure { place: place(3, 1, 1, "x"), promise: Promise::Body(found("$.a", "1", Some("2"))) };
    story.step(0, 0, Some(exchange("GET", 200, "{}")), StepOutcome::Failed(vec![failure]));
    story.say(EventKind::CaseRerun(CaseRerun { case: 0, outcome: CaseOutcome::Failed, time: 1 }));
    story.step(0, 0, Some(exchange("GET", 200, "{}")), StepOutcome::Passed);
    story.end(0, CaseOutcome::Flaky { reruns: 1 });
    let mut events = story.over();
    let value = written(&events);
    let test = &value["results"]["tests"][0];
    assert_eq!((&test["status"], &test["flaky"], &test["retries"]), (&json!("passed"), &json!(true), &json!(1)));
    assert_eq!(test["retryAttempts"], json!([{ "attempt": 1, "status": "failed" }]));
    assert_eq!(test["steps"].as_array().map(Vec::len), Some(1), "the steps are those of the last time");
    assert_eq!(value["results"]["summary"]["flaky"], 1);
    if let Some(EventKind::RunStarted(run)) = events.first_mut().map(|event| &mut event.kind) {
        run.flaky_fails = true;
        run.share = Some(Share { by: "hash".into(), number: 2, of: 4, set: None, group: None });
    }
    let value = written(&events);
    assert_eq!(value["results"]["tests"][0]["status"], "failed");
    assert_eq!(value["results"]["environment"]["shardId"], "hash:2/4");
}

#[test]
fn a_waiver_that_cannot_stay_fails() {
    let mut story = Story::new(&[("suites/a.yaml", "A", &["one"])], 1);
    story.pass(0, 1);
    story.say(refused_waiver());
    let value = written(&story.over());
    assert_eq!(value["results"]["summary"]["failed"], 1);
    assert_eq!(value["results"]["tests"][1]["filePath"], "tests/suites/offers.yaml");
}

#[test]
fn names_may_be_anything() {
    let mut story = Story::new(&[("suites/a.yaml", "", &["", "\u{1b}[31m\0\"\\"])], 1);
    story.pass(0, 1);
    story.pass(1, 1);
    let value = written(&story.over());
    assert_eq!(value["results"]["tests"][0]["name"], "unnamed");
    assert_eq!(value["results"]["tests"][0]["suite"], json!(["unnamed"]));
}
