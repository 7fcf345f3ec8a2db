//! What programs read, held against the schemas that are handed out for it.

use super::agreement::runs;
use crate::event::Event;
use crate::history::compare::compare;
use crate::history::{Past, Wanted, WantedCases};
use crate::report::testing::{folded, told};
use crate::report::{Json, Tracing, history_record};
use serde_json::Value;
use std::sync::Arc;

fn validator(schema: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(schema).unwrap();
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
}

#[track_caller]
fn holds(validator: &jsonschema::Validator, value: &Value, what: &str) {
    let problems: Vec<String> =
        validator.iter_errors(value).map(|error| format!("{} at {}", error, error.instance_path())).collect();
    assert!(problems.is_empty(), "{what}: {problems:#?}\n{value:#}");
}

#[test]
fn every_line_of_a_journal_is_what_its_schema_says() {
    let schema = validator(include_str!("../../../schemas/journal.schema.json"));
    for (name, events) in runs() {
        for event in &events {
            holds(&schema, &serde_json::to_value(event).unwrap(), name);
        }
    }
    let wrong = serde_json::json!({ "at": "2026-03-01T02:30:00Z", "kind": { "case_started": { "case": "one" } } });
    assert!(!schema.is_valid(&wrong), "the schema says something");
}

#[test]
fn a_summary_is_what_its_schema_says() {
    let schema = validator(include_str!("../../../schemas/summary.schema.json"));
    let written = |events: &[Event]| {
        let mut out = Vec::new();
        told(&mut Json::new(&mut out), events);
        serde_json::from_slice::<Value>(&out).unwrap()
    };
    for (name, events) in runs() {
        holds(&schema, &written(&events), name);
    }
    holds(&schema, &written(&[]), "a run of which nothing is known");
    let mut wrong = written(&runs()[0].1);
    wrong["verdict"] = "fine".into();
    assert!(!schema.is_valid(&wrong), "the schema says something");
}

#[test]
fn the_history_and_a_comparison_are_what_their_schemas_say() {
    let history = validator(include_str!("../../../schemas/history.schema.json"));
    let comparison = validator(include_str!("../../../schemas/comparison.schema.json"));
    let mut past = Past::default();
    let mut before = None;
    for (name, events) in runs() {
        let mut record = history_record(&folded(&events)).unwrap();
        record.run = name.to_owned();
        past = past.with(&record);
        let mut tracing = Tracing::default();
        events.iter().for_each(|event| tracing.add(&Arc::new(event.clone())));
        let trace = tracing.finish().unwrap();
        if let Some(before) = before.replace(trace.clone()) {
            holds(&comparison, &serde_json::to_value(compare(&before, &trace)).unwrap(), name);
        }
    }
    let wanted = Wanted { last: 14, texts: Vec::new(), cases: WantedCases::All };
    holds(&history, &serde_json::to_value(past.picture(&wanted)).unwrap(), "the history");
}
