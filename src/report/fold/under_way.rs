//! Cases under way: what has to be remembered of them until they are over, and nothing more.
//!
//! Several cases run at once, so their events come mixed. A report speaks of a case when it is over; until then the last
//! attempt of its current step is kept, whole and not copied, and the steps that did not pass.

use crate::event::{AttemptFinished, CaseOutcome, Event, EventKind, Exchange, StepFinished, StepOutcome, Timestamp};
use std::collections::BTreeMap;
use std::sync::Arc;

/// The cases under way.
#[derive(Debug, Default)]
pub(super) struct UnderWay {
    running: BTreeMap<usize, Running>,
}

#[derive(Debug, Default)]
struct Running {
    started: Option<Timestamp>,
    last: Option<Arc<Event>>,
    steps: usize,
    skipped: usize,
    bad: Vec<BadStep>,
    cleanup: Vec<BadStep>,
    /// What went wrong before the case was run again, the first time only.
    earlier: Vec<BadStep>,
    /// What steps set that passed, with the step's number and its operation.
    captured: Vec<CapturedIn>,
}

/// A value that an earlier step of a case set.
#[derive(Debug, Clone)]
pub(in crate::report) struct CapturedIn {
    /// Its name.
    pub(in crate::report) name: String,
    /// The value as JSON text.
    pub(in crate::report) value: String,
    /// The step's operation.
    pub(in crate::report) operation: Option<String>,
}

/// A step that did not pass.
#[derive(Debug)]
pub(in crate::report) struct BadStep {
    /// The step.
    pub(in crate::report) step: StepFinished,
    /// Its final exchange, if it came to one.
    pub(in crate::report) exchange: Option<Exchange>,
    /// The documented status code in the answer, where the contract knows it.
    pub(in crate::report) code: Option<String>,
    /// What its request carries of what earlier steps set.
    pub(in crate::report) carries: Vec<CapturedIn>,
}

/// A case that is over.
#[derive(Debug)]
pub(in crate::report) struct FinishedCase {
    /// Its number in the run.
    pub(in crate::report) case: usize,
    /// How it ended.
    pub(in crate::report) outcome: CaseOutcome,
    /// How long it took, in microseconds.
    pub(in crate::report) took_us: u64,
    /// When it began; a case that was skipped never did.
    pub(in crate::report) started: Option<Timestamp>,
    /// How many steps it has.
    pub(in crate::report) steps: usize,
    /// How many of them were skipped.
    pub(in crate::report) skipped: usize,
    /// Those that failed or could not be judged, in order; of a flaky case, those of its first time.
    pub(in crate::report) bad: Vec<BadStep>,
    /// Steps of its cleanup that failed or could not be judged; they do not decide how it ended.
    pub(in crate::report) cleanup: Vec<BadStep>,
}

impl UnderWay {
    /// Takes one event; answers with a case when it ends one.
    pub(super) fn add(&mut self, event: &Arc<Event>) -> Option<FinishedCase> {
        match &event.kind {
            EventKind::CaseStarted(case) => {
                self.running.entry(case.case).or_default().started = Some(event.at);
            }
            EventKind::AttemptFinished(attempt) => {
                self.running.entry(attempt.case).or_default().last = Some(Arc::clone(event));
            }
            EventKind::CaseRerun(case) => self.running.entry(case.case).or_default().again(),
            EventKind::StepFinished(step) => self.running.entry(step.case).or_default().finish_step(step),
            EventKind::CaseFinished(case) => {
                let mut running = self.running.remove(&case.case).unwrap_or_default();
                if matches!(case.outcome, CaseOutcome::Flaky { .. }) {
                    running.bad = std::mem::take(&mut running.earlier);
                }
                return Some(FinishedCase {
                    case: case.case,
                    outcome: case.outcome.clone(),
                    took_us: case.took_us,
                    started: running.started,
                    steps: running.steps,
                    skipped: running.skipped,
                    bad: running.bad,
                    cleanup: running.cleanup,
                });
            }
            EventKind::RunStarted(_)
            | EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::WaiverRefused(_)
            | EventKind::StepStarted(_)
            | EventKind::Interrupted(_)
            | EventKind::RunFinished(_) => {}
        }
        None
    }

    /// The final exchange of a step that has just finished, as long as its case has not gone on.
    pub(super) fn exchange(&self, case: usize, step: usize) -> Option<&Exchange> {
        let attempt = attempt(self.running.get(&case)?.last.as_ref()?)?;
        (attempt.step == step).then_some(&attempt.exchange)
    }

    /// The cases that have begun and not ended.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = usize> {
        self.running.keys().copied()
    }
}

fn attempt(event: &Event) -> Option<&AttemptFinished> {
    match &event.kind {
        EventKind::AttemptFinished(attempt) => Some(attempt),
        _ => None,
    }
}

impl Running {
    /// Begins again, and keeps what the first time was about.
    fn again(&mut self) {
        let bad = std::mem::take(&mut self.bad);
        if self.earlier.is_empty() {
            self.earlier = bad;
        }
        (self.steps, self.skipped, self.last) = (0, 0, None);
        self.captured.clear();
    }

    fn finish_step(&mut self, step: &StepFinished) {
        // Steps are numbered in their order, and those skipped are told too.
        if !step.cleanup {
            self.steps = self.steps.max(step.step.saturating_add(1));
        }
        match &step.outcome {
            StepOutcome::Passed => self.captured.extend(step.captured.iter().map(|one| CapturedIn {
                name: one.name.clone(),
                value: one.value.clone(),
                operation: step.operation.clone(),
            })),
            StepOutcome::Skipped { .. } if step.cleanup => {}
            StepOutcome::Skipped { .. } => self.skipped += 1,
            StepOutcome::Failed(_) | StepOutcome::Waived(_) | StepOutcome::Error(_) => {
                let last = self.last.as_deref().and_then(attempt).filter(|attempt| attempt.step == step.step);
                let exchange = last.map(|attempt| attempt.exchange.clone());
                let code = last.and_then(|attempt| attempt.validation.as_ref()?.code.clone());
                let carries = exchange.as_ref().map(|exchange| self.carried(exchange)).unwrap_or_default();
                let bad = BadStep { step: step.clone(), exchange, code, carries };
                if step.cleanup { self.cleanup.push(bad) } else { self.bad.push(bad) }
            }
        }
    }

    /// Values of earlier steps that a request carries: ids, which are long enough not to stand there by chance.
    fn carried(&self, exchange: &Exchange) -> Vec<CapturedIn> {
        let body = exchange.sent.body_in_words();
        let body = body.as_ref().map_or("", |body| body.text.as_str());
        let is_there = |one: &&CapturedIn| {
            let value = one.value.trim_matches('"');
            value.len() >= SHORTEST_ID && (exchange.sent.url.contains(value) || body.contains(value))
        };
        self.captured.iter().filter(is_there).cloned().collect()
    }
}

/// Fewest bytes of a value that is followed from one step to the next.
const SHORTEST_ID: usize = 6;
