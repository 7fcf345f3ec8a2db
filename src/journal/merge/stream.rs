//! The events of a merged run, one after the other.

use super::plan::Plan;
use super::rules::Rules;
use super::{MergeError, Source, share};
use crate::event::{
    CaseFinished, CaseOutcome, CaseStarted, Event, EventKind, Interrupted, RunFinished, Share, StepError,
    StepErrorKind, StepFinished, StepOutcome, Timestamp, WaiverEntry, WaiverFault, WaiverRefused,
};
use crate::source::Location;
use std::collections::VecDeque;
use std::io::BufRead;

/// The events of several journals as those of one run.
pub struct Merged<R> {
    sources: Vec<Source<R>>,
    plan: Plan,
    missing: Vec<Share>,
    remarks: Vec<String>,
    /// Events that come before any other.
    ready: VecDeque<Event>,
    start: Option<Timestamp>,
    /// The latest moment that anything happened at.
    last: Option<Timestamp>,
    interrupted: Vec<Interrupted>,
    refused: Vec<WaiverRefused>,
    used: Vec<WaiverEntry>,
    rules: Rules,
    /// How many journals came to their end.
    complete: usize,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// Journals are being read.
    Reading,
    /// What remains to be said has been made.
    Closing,
    /// After an error nothing follows.
    Broken,
}

impl<R: BufRead> Merged<R> {
    pub(super) fn new(sources: Vec<Source<R>>, plan: Plan, missing: Vec<Share>, remarks: Vec<String>) -> Self {
        let mut rules = Rules::default();
        sources.iter().flat_map(|source| &source.contracts).for_each(|inventory| rules.read(inventory));
        let start = sources.iter().map(|source| source.first.at).min();
        let mut ready = VecDeque::new();
        if let Some(at) = start {
            ready.push_back(Event { at, kind: EventKind::RunStarted(Box::new(plan.started.clone())) });
            let mut told: Vec<&str> = Vec::new();
            for inventory in sources.iter().flat_map(|source| &source.contracts) {
                if !told.contains(&inventory.contract.as_str()) {
                    told.push(&inventory.contract);
                    ready.push_back(Event { at, kind: EventKind::ContractRead(Box::new(inventory.clone())) });
                }
            }
        }
        Self {
            sources,
            plan,
            missing,
            remarks,
            ready,
            start,
            last: start,
            interrupted: Vec::new(),
            refused: Vec::new(),
            used: Vec::new(),
            rules,
            complete: 0,
            stage: Stage::Reading,
        }
    }

    /// What people should know of the journals besides what reports say, in sentences. Complete once the events are used
    /// up.
    #[must_use]
    pub fn remarks(&self) -> &[String] {
        &self.remarks
    }

    /// The journal whose next event is the earliest; of equals the first.
    fn earliest(&self) -> Option<usize> {
        let next =
            self.sources.iter().enumerate().filter_map(|(index, source)| Some((source.next.as_ref()?.at, index)));
        Some(next.min()?.1)
    }

    /// Takes the next event of a journal, and reads the one after it.
    fn take(&mut self, index: usize) -> Result<Option<Event>, MergeError> {
        let source = &mut self.sources[index];
        let following = source.entries.next().transpose();
        let following = following.map_err(|error| MergeError::Read { journal: source.name.clone(), error })?;
        let Some(mut event) = std::mem::replace(&mut source.next, following) else { return Ok(None) };
        self.last = self.last.max(Some(event.at));
        let number = |case: &mut usize| match self.plan.number(index, *case) {
            Some(number) => *case = number,
            // A number that no case has comes from a damaged journal, and stays one that no case has.
            None => *case = usize::MAX,
        };
        match &mut event.kind {
            EventKind::CaseStarted(case) => number(&mut case.case),
            EventKind::StepStarted(step) => number(&mut step.case),
            EventKind::AttemptFinished(attempt) => number(&mut attempt.case),
            EventKind::Touched(touched) => number(&mut touched.case),
            EventKind::CaseRerun(case) => number(&mut case.case),
            EventKind::CaseFinished(case) => number(&mut case.case),
            EventKind::SnapshotTaken(taken) => number(&mut taken.case),
            EventKind::StepFinished(step) => {
                number(&mut step.case);
                if let StepOutcome::Waived(waived) = &step.outcome {
                    self.used.extend(waived.waivers.iter().cloned());
                }
            }
            // These speak of the whole run, and of that nothing is known before its end.
            EventKind::Interrupted(stop) => {
                let reason = format!("{}: {}", source.share(), stop.reason);
                self.interrupted.push(Interrupted { reason, ..stop.clone() });
                return Ok(None);
            }
            EventKind::WaiverRefused(refused) => {
                self.refused.push((**refused).clone());
                return Ok(None);
            }
            EventKind::RunFinished(_) => {
                self.complete += 1;
                return Ok(None);
            }
            // A journal has one of the first, and the others stand before its first case.
            EventKind::RunStarted(_) | EventKind::ContractRead(_) => return Ok(None),
        }
        self.rules.take(index, &mut event);
        Ok(Some(event))
    }

    /// What is said once all journals have been read.
    fn close(&mut self) {
        self.stage = Stage::Closing;
        let Some(at) = self.last else { return };
        let mut kinds: Vec<EventKind> = self.interrupted.drain(..).map(EventKind::Interrupted).collect();
        for (lost, case) in self.missing.iter().zip(&self.plan.missing) {
            kinds.extend(told_as_missing(lost, *case, self.plan.started.cases.len(), self.plan.started.rounds));
        }
        let mut refused: Vec<WaiverRefused> = Vec::new();
        for one in self.refused.drain(..) {
            // What one share has no use for, another may need.
            let needed = one.why == WaiverFault::Unmatched && self.used.contains(&one.waiver);
            if !needed && !refused.contains(&one) {
                refused.push(one);
            }
        }
        kinds.extend(refused.into_iter().map(|refused| EventKind::WaiverRefused(Box::new(refused))));
        if self.complete == self.sources.len() {
            let took = self.start.map(|start| at.timestamp().duration_since(start.timestamp()).as_micros());
            let took_us = took.and_then(|took| u64::try_from(took).ok()).unwrap_or(0);
            kinds.push(EventKind::RunFinished(RunFinished { took_us }));
        } else {
            let killed = self.sources.iter().filter(|source| !source.complete());
            let killed: Vec<String> = killed.map(|source| format!("{} ({})", source.share(), source.name)).collect();
            self.remarks.push(format!("did not come to its end: {}", killed.join(", ")));
        }
        self.ready.extend(kinds.into_iter().map(|kind| Event { at, kind }));
    }
}

impl<R: BufRead> Source<R> {
    /// Whether the run came to its end; says something once the events are used up.
    fn complete(&self) -> bool {
        self.entries.ending() == super::super::read::Ending::Complete
    }
}

impl<R: BufRead> Iterator for Merged<R> {
    type Item = Result<Event, MergeError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(event) = self.ready.pop_front() {
                return Some(Ok(event));
            }
            match self.stage {
                Stage::Closing | Stage::Broken => return None,
                Stage::Reading => match self.earliest().map(|index| self.take(index)) {
                    Some(Ok(Some(event))) => return Some(Ok(event)),
                    Some(Ok(None)) => {}
                    Some(Err(error)) => {
                        self.stage = Stage::Broken;
                        return Some(Err(error));
                    }
                    None => self.close(),
                },
            }
        }
    }
}

/// A share of which nothing is known, as a case that could not be told, once for each round.
fn told_as_missing(lost: &Share, case: usize, cases: usize, rounds: u32) -> Vec<EventKind> {
    let name = share(lost);
    let place =
        Location { file: "shares".to_owned(), line: 1, column: 1, length: name.chars().count(), text: name.clone() };
    let error = StepError {
        kind: StepErrorKind::Missing,
        message: format!("{name} is missing: no journal of it was given"),
        place: place.clone(),
    };
    let mut kinds = Vec::new();
    for round in 0..rounds.max(1) as usize {
        let case = round * cases + case;
        kinds.push(EventKind::CaseStarted(CaseStarted { case }));
        kinds.push(EventKind::StepFinished(Box::new(StepFinished {
            case,
            step: 0,
            name: "all of its cases".to_owned(),
            operation: None,
            place: Some(place.clone()),
            used: Vec::new(),
            expected: None,
            outcome: StepOutcome::Error(Box::new(error.clone())),
            attempts: 0,
            checks: 0,
            captured: Vec::new(),
            took_us: 0,
            turn: None,
            cleanup: false,
        })));
        kinds.push(EventKind::CaseFinished(CaseFinished { case, outcome: CaseOutcome::Error, took_us: 0 }));
    }
    kinds
}
