//! What did not pass in the newest run: `--failed`.

use super::journals::{each_event, missing};
use super::run_folder::newest;
use crate::diagnostic::{Code, Diagnostic};
use crate::event::{CaseEntry, CaseOutcome, EventKind, SuiteEntry};
use std::collections::{BTreeMap, HashSet};
use std::path::Path;

/// Cases of the newest run that did not pass, by file and name: what failed, could not be decided, or was not reached.
///
/// # Errors
/// When there is no run, its journal cannot be read, or everything passed.
pub(super) fn failed(reports: &Path) -> Result<HashSet<(String, String)>, Box<Diagnostic>> {
    let Some(folder) = newest(reports) else {
        let error = std::io::Error::from(std::io::ErrorKind::NotFound);
        return Err(Box::new(missing(&reports.display().to_string(), &error)));
    };
    let (mut suites, mut cases, mut rounds): (Vec<SuiteEntry>, Vec<CaseEntry>, u32) = (Vec::new(), Vec::new(), 1);
    let mut good: BTreeMap<usize, bool> = BTreeMap::new();
    each_event(std::slice::from_ref(&folder), |event| match &event.kind {
        EventKind::RunStarted(run) => {
            (suites, cases, rounds) = (run.suites.clone(), run.cases.clone(), run.rounds);
        }
        EventKind::CaseFinished(case) => {
            let passed = matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Flaky { .. } | CaseOutcome::Waived);
            good.insert(case.case, passed);
        }
        _ => {}
    })?;
    let total = cases.len();
    let rounds = usize::try_from(rounds).unwrap_or(1).max(1);
    let all_good = |case: usize| (0..rounds).all(|round| good.get(&(round * total + case)).copied().unwrap_or(false));
    let failed: HashSet<(String, String)> = cases
        .iter()
        .enumerate()
        .filter(|(number, case)| !case.setup && !all_good(*number))
        .filter_map(|(_, case)| Some((suites.get(case.suite)?.file.clone(), case.name.clone())))
        .collect();
    if failed.is_empty() {
        let title = format!("every case of the newest run passed: {}", folder.display());
        return Err(Box::new(Diagnostic::new(Code::NothingSelected, title).next("leave --failed out to run them all")));
    }
    Ok(failed)
}
