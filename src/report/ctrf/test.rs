//! One case as a test of CTRF.

use super::{millis, named};
use crate::diagnostic::{Diagnostic, in_lines};
use crate::event::Outcome;
use crate::report::build::Build;
use crate::report::fold::{CaseResult, Index, StepResult};
use serde_json::{Map, Value, json};
use std::time::Duration;

/// The status of a case among those that CTRF has.
pub(super) fn status(result: &CaseResult) -> &'static str {
    match result.outcome {
        _ if result.fails => "failed",
        outcome => of(outcome),
    }
}

const fn of(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed | Outcome::Flaky => "passed",
        Outcome::Failed | Outcome::Error | Outcome::Missing => "failed",
        Outcome::Waived => "other",
        Outcome::Skipped => "skipped",
    }
}

/// A case as a test.
pub(super) fn test(index: &Index, result: &CaseResult, build: &Build) -> Value {
    let (stem, name) = (index.stem(result.case), named(&index.name(result.case)));
    let suite = index.suite(result.case);
    let case = index.entry(result.case);
    let problem = result.problem.as_ref();
    let start = result.started.map(millis);
    let stop = result.started.map(|started| millis(started.after(Duration::from_micros(result.took_us))));
    let message = problem.map(|problem| problem.headline.message()).or_else(|| result.skipped.clone());
    let place = problem.and_then(|problem| problem.place.as_ref());
    let attempts: Vec<Value> = result
        .earlier
        .iter()
        .map(|earlier| json!({ "attempt": earlier.time.max(1), "status": of(earlier.outcome) }))
        .collect();
    let extra = [
        ("code", problem.map(|problem| Value::from(problem.headline.code.name()))),
        ("place", place.map(|place| format!("{}:{}", build.path(&place.file), place.line).into())),
        ("cleanup", result.cleanup.as_deref().map(Value::from)),
        ("setup", case.filter(|case| case.setup).map(|_| true.into())),
    ];
    let extra = present(extra);
    let members = [
        ("name", Some(Value::from(name.as_str()))),
        ("testId", Some(format!("{stem} › {name}").into())),
        ("status", Some(status(result).into())),
        ("rawStatus", Some(result.outcome.word().into())),
        ("duration", Some((result.took_us / 1_000).into())),
        ("start", start.map(Value::from)),
        ("stop", stop.map(Value::from)),
        ("suite", suite.map(|suite| json!([named(&suite.name)]))),
        ("filePath", suite.map(|suite| build.path(&suite.file).into())),
        ("line", case.and_then(|case| case.line).map(Value::from)),
        ("tags", case.filter(|case| !case.tags.is_empty()).map(|case| json!(case.tags))),
        ("message", message.map(Value::from)),
        ("trace", problem.filter(|problem| !problem.text.is_empty()).map(|problem| problem.text.as_str().into())),
        ("snippet", place.filter(|place| !place.text.trim().is_empty()).map(|place| place.text.as_str().into())),
        ("flaky", (result.outcome == Outcome::Flaky).then(|| true.into())),
        ("retries", (!attempts.is_empty()).then(|| attempts.len().into())),
        ("retryAttempts", (!attempts.is_empty()).then(|| attempts.into())),
        ("steps", (!result.steps.is_empty()).then(|| result.steps.iter().map(step).collect())),
        ("extra", (!extra.is_empty()).then(|| extra.into())),
    ];
    present(members).into()
}

/// A waiver that may not stay: it fails the run, and readers look at tests.
pub(super) fn waiver(waiver: &Diagnostic, build: &Build) -> Value {
    let place = waiver.labels.first().map(|label| &label.place);
    let members = [
        ("name", Some(Value::from(waiver.title.as_str()))),
        ("status", Some("failed".into())),
        ("rawStatus", Some("waiver".into())),
        ("duration", Some(0.into())),
        ("suite", Some(json!(["Waivers"]))),
        ("message", Some(waiver.title.as_str().into())),
        ("trace", Some(in_lines(waiver).into())),
        ("filePath", place.map(|place| build.path(&place.file).into())),
        ("line", place.map(|place| place.line.into())),
    ];
    present(members).into()
}

fn step(step: &StepResult) -> Value {
    let extra = [
        ("operation", step.operation.as_deref().map(Value::from)),
        ("rawStatus", Some(step.outcome.word().into())),
        ("attempts", Some(step.attempts.into())),
        ("duration", Some((step.took_us / 1_000).into())),
        ("cleanup", step.cleanup.then(|| true.into())),
    ];
    json!({ "name": step.name, "status": of(step.outcome), "extra": present(extra) })
}

fn present<const N: usize>(members: [(&str, Option<Value>); N]) -> Map<String, Value> {
    members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect()
}
