//! What there is to compare of a run, as a fold over its events.

use super::fold::{ContractOfRun, RunFold};
use crate::event::{
    AttemptFinished, CaseFinished, Event, EventKind, Failure, Outcome, StepErrorKind, StepFinished, StepOutcome,
};
use crate::history::compare::{CaseTrace, ExchangeTrace, StepTrace, Trace};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Gathers the [`Trace`] of a run.
#[derive(Default)]
pub struct Tracing {
    run: RunFold,
    running: BTreeMap<usize, Running>,
    cases: BTreeMap<usize, CaseTrace>,
}

/// A case as far as it has come.
#[derive(Default)]
struct Running {
    /// The newest exchange of a step, and whether the step waits for an answer to change.
    exchanges: BTreeMap<usize, (ExchangeTrace, bool)>,
    /// Steps by their place: those of the cleanup come last.
    steps: BTreeMap<(bool, usize), StepTrace>,
}

impl Tracing {
    /// Takes one event.
    pub fn add(&mut self, event: &Arc<Event>) {
        self.run.add(event);
        self.take(&event.kind);
    }

    /// What was gathered; nothing without a beginning.
    #[must_use]
    pub fn finish(mut self) -> Option<Trace> {
        self.run.close();
        let started = self.run.started()?;
        Some(Trace {
            run: started.run.clone(),
            environment: started.environment.clone(),
            target: started.target.clone(),
            started: self.run.span()?.0,
            verdict: self.run.counts().verdict(),
            cases: self.cases.into_values().collect(),
            operations: self.run.times().clone(),
            contracts: self.run.contracts().iter().map(ContractOfRun::record).collect(),
        })
    }

    fn take(&mut self, event: &EventKind) {
        match event {
            EventKind::AttemptFinished(attempt) => self.attempt(attempt),
            EventKind::StepFinished(step) => self.step(step),
            EventKind::CaseFinished(case) => self.case(case),
            // What counts is how it went the last time.
            EventKind::CaseRerun(case) => drop(self.running.remove(&case.case)),
            EventKind::RunStarted(_)
            | EventKind::ContractRead(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::WaiverRefused(_)
            | EventKind::Interrupted(_)
            | EventKind::RunFinished(_) => {}
        }
    }

    fn attempt(&mut self, attempt: &AttemptFinished) {
        let running = self.running.entry(attempt.case).or_default();
        let exchange = ExchangeTrace::new(&attempt.exchange, attempt.validation.as_deref());
        let polled =
            !attempt.seen.is_empty() || running.exchanges.get(&attempt.step).is_some_and(|(_, polled)| *polled);
        running.exchanges.insert(attempt.step, (exchange, polled));
    }

    fn step(&mut self, step: &StepFinished) {
        let running = self.running.entry(step.case).or_default();
        let skipped = matches!(step.outcome, StepOutcome::Skipped { .. });
        let last = running.exchanges.get(&step.step).filter(|_| !skipped).cloned();
        let (exchange, polled) = last.map_or((None, false), |(exchange, polled)| (Some(exchange), polled));
        let trace = StepTrace {
            number: step.step.saturating_add(1),
            name: step.name.clone(),
            operation: step.operation.clone(),
            cleanup: step.cleanup,
            sign: Outcome::from(&step.outcome),
            problems: problems(&step.outcome),
            attempts: step.attempts,
            polled,
            turns: step.turn,
            exchange,
        };
        running.steps.insert((step.cleanup, step.step), trace);
    }

    fn case(&mut self, case: &CaseFinished) {
        let running = self.running.remove(&case.case).unwrap_or_default();
        let Some(index) = self.run.index() else { return };
        let Some(name) = index.bare_name(case.case) else { return };
        let outcome = Outcome::from(&case.outcome);
        // Setups are no cases; one that went wrong is worth seeing all the same.
        if index.is_setup(case.case) && !outcome.is_bad() {
            return;
        }
        let trace = CaseTrace {
            suite: index.stem(case.case).to_owned(),
            case: name.to_owned(),
            sign: outcome,
            steps: running.steps.into_values().collect(),
        };
        let place = case.case % index.round();
        if self.cases.get(&place).is_none_or(|known| known.sign < trace.sign) {
            self.cases.insert(place, trace);
        }
    }
}

fn problems(outcome: &StepOutcome) -> Vec<String> {
    let ids = |failures: &[Failure]| failures.iter().map(|failure| failure.promise.id()).collect();
    match outcome {
        StepOutcome::Failed(failures) => ids(failures),
        StepOutcome::Waived(waived) => ids(&waived.failures),
        StepOutcome::Error(error) => vec![kind(error.kind).to_owned()],
        StepOutcome::Passed | StepOutcome::Skipped { .. } => Vec::new(),
    }
}

const fn kind(kind: StepErrorKind) -> &'static str {
    match kind {
        StepErrorKind::Unreachable => "unreachable",
        StepErrorKind::TimedOut => "timed out",
        StepErrorKind::Broken => "connection broken",
        StepErrorKind::Tls => "TLS",
        StepErrorKind::TooLarge => "too large",
        StepErrorKind::Encoding => "encoding",
        StepErrorKind::Request => "request not made",
        StepErrorKind::Expectation => "expectation not worked out",
        StepErrorKind::Output => "output not worked out",
        StepErrorKind::Stopped => "stopped",
        StepErrorKind::Gateway => "gateway",
        StepErrorKind::Missing => "share missing",
    }
}
