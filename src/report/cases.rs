//! Cases under way: what has to be remembered of them until they are over, and nothing more.
//!
//! Several cases run at once, so their events come mixed. A report speaks of a case when it is over; until then the last
//! exchange of its current step is kept, and the steps that did not pass.

use crate::event::{CaseOutcome, Event, EventKind, Exchange, RunStarted, StepFinished, StepOutcome, Timestamp};
use std::collections::BTreeMap;

/// The cases under way.
#[derive(Debug, Default)]
pub(super) struct Cases {
    running: BTreeMap<usize, Running>,
}

#[derive(Debug, Default)]
struct Running {
    started: Option<Timestamp>,
    last: Option<(usize, Exchange)>,
    steps: usize,
    skipped: usize,
    bad: Vec<BadStep>,
    cleanup: Vec<BadStep>,
    /// What went wrong before the case was run again, the first time only.
    earlier: Vec<BadStep>,
}

/// A step that did not pass.
#[derive(Debug)]
pub(super) struct BadStep {
    /// The step.
    pub(super) step: StepFinished,
    /// Its final exchange, if it came to one.
    pub(super) exchange: Option<Exchange>,
}

/// A case that is over.
#[derive(Debug)]
pub(super) struct FinishedCase {
    /// Its number in the run.
    pub(super) case: usize,
    /// How it ended.
    pub(super) outcome: CaseOutcome,
    /// How long it took, in microseconds.
    pub(super) took_us: u64,
    /// When it began; a case that was skipped never did.
    pub(super) started: Option<Timestamp>,
    /// How many steps it has.
    pub(super) steps: usize,
    /// How many of them were skipped.
    pub(super) skipped: usize,
    /// Those that failed or could not be judged, in order; of a flaky case, those of its first time.
    pub(super) bad: Vec<BadStep>,
    /// Steps of its cleanup that failed or could not be judged; they do not decide how it ended.
    pub(super) cleanup: Vec<BadStep>,
}

impl Cases {
    /// Takes one event; answers with a case when it ends one.
    pub(super) fn add(&mut self, event: &Event) -> Option<FinishedCase> {
        match &event.kind {
            EventKind::CaseStarted(case) => {
                self.running.entry(case.case).or_default().started = Some(event.at);
            }
            EventKind::AttemptFinished(attempt) => {
                let running = self.running.entry(attempt.case).or_default();
                running.last = Some((attempt.step, attempt.exchange.clone()));
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
        let (of, exchange) = self.running.get(&case)?.last.as_ref()?;
        (*of == step).then_some(exchange)
    }

    /// The cases that have begun and not ended.
    pub(super) fn unfinished(&self) -> impl Iterator<Item = usize> {
        self.running.keys().copied()
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
    }

    fn finish_step(&mut self, step: &StepFinished) {
        // Steps are numbered in their order, and those skipped are told too.
        if !step.cleanup {
            self.steps = self.steps.max(step.step.saturating_add(1));
        }
        match &step.outcome {
            StepOutcome::Passed => {}
            StepOutcome::Skipped { .. } if step.cleanup => {}
            StepOutcome::Skipped { .. } => self.skipped += 1,
            StepOutcome::Failed(_) | StepOutcome::Waived(_) | StepOutcome::Error(_) => {
                let exchange = self.last.take().filter(|(of, _)| *of == step.step).map(|(_, exchange)| exchange);
                let bad = BadStep { step: step.clone(), exchange };
                if step.cleanup { self.cleanup.push(bad) } else { self.bad.push(bad) }
            }
        }
    }
}

/// What a run said at its start about its cases, in the form reports look it up.
#[derive(Debug)]
pub(super) struct Index {
    stems: Vec<String>,
    cases: Vec<(usize, String)>,
    rounds: usize,
}

impl Index {
    /// Keeps what is needed of it.
    pub(super) fn new(run: &RunStarted) -> Self {
        Self {
            stems: run.suites.iter().map(|suite| super::names::stem(&suite.file)).collect(),
            cases: run.cases.iter().map(|case| (case.suite, case.name.clone())).collect(),
            rounds: run.rounds.max(1) as usize,
        }
    }

    /// How many cases have a number, all rounds together.
    pub(super) const fn len(&self) -> usize {
        self.cases.len().saturating_mul(self.rounds)
    }

    /// The suite of a case, as an index into the run's suites.
    pub(super) fn suite(&self, case: usize) -> Option<usize> {
        Some(self.entry(case)?.0)
    }

    /// The stem of a case's file.
    pub(super) fn stem(&self, case: usize) -> &str {
        self.suite(case).and_then(|suite| self.stems.get(suite)).map_or("(unknown suite)", String::as_str)
    }

    /// A case's name as written, with its round where there are several.
    pub(super) fn name(&self, case: usize) -> String {
        let name = self.entry(case).map_or("(unknown case)", |entry| entry.1.as_str());
        match self.rounds {
            1 => name.to_owned(),
            rounds => format!("{name} [{}/{rounds}]", case / self.cases.len().max(1) + 1),
        }
    }

    /// A case's name as written, the same in every round; none for a case that the run does not name.
    pub(super) fn bare_name(&self, case: usize) -> Option<&str> {
        Some(self.entry(case)?.1.as_str())
    }

    fn entry(&self, case: usize) -> Option<&(usize, String)> {
        self.cases.get(case % self.cases.len().max(1))
    }
}
