//! What a run's start says of its plan.

use crate::event::{CaseEntry, SuiteEntry};
use crate::plan::Plan;

/// A plan's suites and cases as the event of a run's start names them.
#[must_use]
pub fn entries(plan: &Plan) -> (Vec<SuiteEntry>, Vec<CaseEntry>) {
    let suites = plan.suites.iter().map(|suite| SuiteEntry {
        file: suite.file.clone(),
        name: suite.name.clone(),
        about: suite.about.clone(),
    });
    let cases = plan.cases.iter().map(|case| CaseEntry {
        suite: case.suite,
        name: case.name.clone(),
        setup: case.outputs.is_some(),
        line: Some(plan.sources.place(case.span).line),
        tags: case.tags.clone(),
        about: case.about.clone(),
    });
    (suites.collect(), cases.collect())
}
