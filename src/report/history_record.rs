//! What the history keeps of a run, as a fold over its events.
//!
//! Exchanges are looked at as they pass and not kept: of all a server says only the time it took.

use super::Reporter;
use super::cases::{Cases, FinishedCase, Index};
use super::failure_text::{blamed, headline};
use crate::event::{AttemptFinished, CaseOutcome, Counts, Event, EventKind, RunStarted, StepFinished, StepOutcome};
use crate::history::{CaseRecord, Latencies, Problem, RunRecord, Sign};
use std::collections::{BTreeMap, HashMap};
use std::io;

/// Hands what the history keeps of a run to whoever keeps it, once the run is over.
pub struct Remember<F> {
    keep: F,
    run: Option<Run>,
}

/// A run as far as it has come.
struct Run {
    record: RunRecord,
    index: Index,
    cases: Cases,
    counts: Counts,
    /// Where the record of a case stands, by its place in the list of cases.
    places: HashMap<usize, usize>,
    /// How many cases one round has.
    round: usize,
    /// What exchanges took, until their step is over and tells its operation.
    under_way: HashMap<(usize, usize), Vec<u64>>,
    operations: BTreeMap<String, Latencies>,
}

impl<F: FnMut(&RunRecord)> Remember<F> {
    /// A fold that calls `keep` once, at the end.
    pub const fn new(keep: F) -> Self {
        Self { keep, run: None }
    }
}

impl<F: FnMut(&RunRecord)> Reporter for Remember<F> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let EventKind::RunStarted(started) = &event.kind {
            self.run = Some(Run::new(started, event));
        }
        if let Some(run) = &mut self.run {
            run.add(event);
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        if let Some(run) = self.run.take() {
            (self.keep)(&run.finish());
        }
        Ok(())
    }
}

impl Run {
    fn new(started: &RunStarted, event: &Event) -> Self {
        let counts = Counts::default();
        Self {
            record: RunRecord {
                run: started.run.clone(),
                share: started.share.clone(),
                started: event.at,
                took_us: None,
                environment: started.environment.clone(),
                target: started.target.clone(),
                verdict: counts.verdict(),
                planned: started.cases.len(),
                cases: Vec::new(),
                operations: Vec::new(),
            },
            index: Index::new(started),
            cases: Cases::default(),
            counts,
            places: HashMap::new(),
            round: started.cases.len().max(1),
            under_way: HashMap::new(),
            operations: BTreeMap::new(),
        }
    }

    fn add(&mut self, event: &Event) {
        self.counts.add(&event.kind);
        match &event.kind {
            EventKind::AttemptFinished(attempt) => return self.attempt(attempt),
            EventKind::StepFinished(step) => self.step(step),
            EventKind::RunFinished(run) => self.record.took_us = Some(run.took_us),
            EventKind::RunStarted(_)
            | EventKind::ContractRead(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_)
            | EventKind::WaiverRefused(_)
            | EventKind::Interrupted(_) => {}
        }
        if let Some(case) = self.cases.add(event) {
            self.case(&case);
        }
    }

    /// What nobody answered took as long as we waited, which says nothing of the server.
    fn attempt(&mut self, attempt: &AttemptFinished) {
        if attempt.exchange.received.is_some() {
            let times = self.under_way.entry((attempt.case, attempt.step)).or_default();
            times.push(attempt.exchange.timing.total_us);
        }
    }

    fn step(&mut self, step: &StepFinished) {
        let times = self.under_way.remove(&(step.case, step.step)).unwrap_or_default();
        if let (Some(operation), false) = (&step.operation, times.is_empty()) {
            let all = self.operations.entry(operation.clone()).or_default();
            times.into_iter().for_each(|time| all.add(time));
        }
    }

    fn case(&mut self, case: &FinishedCase) {
        let Some(name) = self.index.bare_name(case.case) else { return };
        let sign = Sign::from(&case.outcome);
        let record = CaseRecord {
            suite: self.index.stem(case.case).to_owned(),
            case: name.to_owned(),
            sign,
            unsteady: sign == Sign::Flaky,
            took_us: case.took_us,
            problem: problem(case),
        };
        match self.places.get(&(case.case % self.round)).and_then(|place| self.record.cases.get_mut(*place)) {
            Some(known) => {
                let mixed =
                    known.sign.was_run() && record.sign.was_run() && known.sign.is_good() != record.sign.is_good();
                let unsteady = known.unsteady || record.unsteady || mixed;
                if record.sign > known.sign {
                    *known = record;
                }
                known.unsteady = unsteady;
            }
            None => {
                self.places.insert(case.case % self.round, self.record.cases.len());
                self.record.cases.push(record);
            }
        }
    }

    fn finish(mut self) -> RunRecord {
        self.record.verdict = self.counts.verdict();
        self.record.operations = self.operations.into_iter().collect();
        self.record
    }
}

fn problem(case: &FinishedCase) -> Option<Problem> {
    match case.outcome {
        CaseOutcome::Passed | CaseOutcome::Skipped { .. } => return None,
        CaseOutcome::Flaky { .. } | CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error => {}
    }
    let headline = headline(case);
    let step = blamed(case).map(|bad| &bad.step);
    let promise = step.and_then(|step| match &step.outcome {
        StepOutcome::Failed(failures) => failures.first(),
        StepOutcome::Waived(waived) => waived.failures.first(),
        StepOutcome::Passed | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => None,
    });
    Some(Problem {
        id: promise.map_or_else(|| headline.code.name().to_owned(), |failure| failure.promise.id()),
        title: headline.title,
        step: step.map(|step| step.name.clone()).unwrap_or_default(),
        operation: step.and_then(|step| step.operation.clone()),
    })
}
