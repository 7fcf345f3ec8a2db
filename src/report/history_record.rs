//! What the history keeps of a run, drawn from its fold.

use super::Reporter;
use super::fold::{CaseResult, ContractOfRun, RunFold};
use crate::event::{Event, Outcome};
use crate::history::{CaseRecord, Problem, RunRecord};
use std::collections::HashMap;
use std::io;
use std::sync::Arc;

/// Hands what the history keeps of a run to whoever keeps it, once the run is over.
pub struct Remember<F> {
    keep: F,
}

impl<F: FnMut(&RunRecord)> Remember<F> {
    /// A report that calls `keep` once, at the end.
    pub const fn new(keep: F) -> Self {
        Self { keep }
    }
}

impl<F: FnMut(&RunRecord)> Reporter for Remember<F> {
    fn event(&mut self, _: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        if let Some(record) = history_record(run) {
            (self.keep)(&record);
        }
        Ok(())
    }
}

/// What the history keeps of a run, once its fold is closed; none without a beginning.
///
/// A case is in it once, whatever the number of rounds. Cases without a result are not, and setups only where something is
/// wrong with them: they are no cases.
#[must_use]
pub fn history_record(run: &RunFold) -> Option<RunRecord> {
    let index = run.index()?;
    let started = index.started();
    let mut cases: Vec<CaseRecord> = Vec::new();
    let mut places: HashMap<usize, usize> = HashMap::new();
    for result in run.results() {
        if let Some(record) = case_record(run, result) {
            match places.get(&(result.case % index.round())).and_then(|place| cases.get_mut(*place)) {
                Some(known) => merge(known, record),
                None => {
                    places.insert(result.case % index.round(), cases.len());
                    cases.push(record);
                }
            }
        }
    }
    Some(RunRecord {
        run: started.run.clone(),
        share: started.share.clone(),
        started: run.span()?.0,
        took_us: run.took_us(),
        environment: started.environment.clone(),
        target: started.target.clone(),
        seed: Some(started.seed),
        verdict: run.counts().verdict(),
        planned: started.cases.iter().filter(|case| !case.setup).count(),
        cases,
        operations: run.times().iter().map(|(name, times)| (name.clone(), times.clone())).collect(),
        contracts: run.contracts().iter().map(ContractOfRun::record).collect(),
    })
}

fn case_record(run: &RunFold, result: &CaseResult) -> Option<CaseRecord> {
    let index = run.index()?;
    if result.outcome == Outcome::Missing || (index.is_setup(result.case) && !result.outcome.is_bad()) {
        return None;
    }
    Some(CaseRecord {
        suite: index.stem(result.case).to_owned(),
        case: index.bare_name(result.case)?.to_owned(),
        sign: result.outcome,
        unsteady: result.outcome == Outcome::Flaky,
        took_us: result.took_us,
        problem: result.problem.as_ref().map(|problem| Problem {
            id: problem.id.clone(),
            title: problem.headline.title.clone(),
            step: problem.step.clone(),
            operation: problem.operation.clone(),
        }),
    })
}

/// Of several rounds the worst counts, and that they did not all end alike.
fn merge(known: &mut CaseRecord, record: CaseRecord) {
    let mixed = known.sign.was_run() && record.sign.was_run() && known.sign.is_good() != record.sign.is_good();
    let unsteady = known.unsteady || record.unsteady || mixed;
    if record.sign > known.sign {
        *known = record;
    }
    known.unsteady = unsteady;
}
