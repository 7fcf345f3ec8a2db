//! The report in the form that the viewers of Stryker read (mutation-testing-report-schema 3): the mutated source is the
//! contract, a mutant's location the line of its promise.

use super::grade::{Grades, Verdict};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// The report; `sources` gives the text of a file of the contract.
pub fn stryker(all: &[Grades], sources: &dyn Fn(&str) -> Option<String>, cases: &[String]) -> Value {
    let mut files: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for grades in all {
        let (file, line) = grades.promised.as_ref().map_or(("server", 1), |place| (place.file.as_str(), place.line));
        let status = match &grades.verdict {
            Verdict::Caught => "Killed",
            Verdict::Missed => "Survived",
            Verdict::Unpromised => "Ignored",
            Verdict::Error(_) => "RuntimeError",
        };
        let reason = match &grades.verdict {
            Verdict::Error(why) => Some(why.clone()),
            Verdict::Missed | Verdict::Unpromised => Some(grades.because.clone()),
            Verdict::Caught => grades.catches.first().map(|catch| format!("{}: {}", catch.guard.name(), catch.promise)),
        };
        let killed: Vec<String> = grades.catches.first().map(|catch| catch.case.to_string()).into_iter().collect();
        let location = json!({ "start": { "line": line, "column": 1 }, "end": { "line": line, "column": 2 } });
        files.entry(file.to_owned()).or_default().push(json!({
            "id": grades.mutant.id,
            "mutatorName": grades.mutant.operator,
            "description": grades.mutant.says,
            "location": location,
            "status": status,
            "statusReason": reason,
            "killedBy": killed,
        }));
    }
    let files: Map<String, Value> = files
        .into_iter()
        .map(|(file, mutants)| {
            let source = sources(&file).unwrap_or_else(|| "\n".to_owned());
            (file, json!({ "language": "yaml", "mutants": mutants, "source": source }))
        })
        .collect();
    let tests: Vec<Value> =
        cases.iter().enumerate().map(|(index, name)| json!({ "id": index.to_string(), "name": name })).collect();
    json!({
        "schemaVersion": "2.0",
        "thresholds": { "high": 95, "low": 80 },
        "files": files,
        "testFiles": { "suites": { "tests": tests } },
    })
}
