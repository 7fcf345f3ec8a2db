//! What there is to compare of a run, as a fold over its events.

use super::cases::Index;
use crate::event::{
    AttemptFinished, CaseFinished, Counts, Event, EventKind, Failure, RunStarted, StepErrorKind, StepFinished,
    StepOutcome,
};
use crate::history::Sign;
use crate::history::compare::{CaseTrace, ExchangeTrace, StepTrace, Trace};
use std::collections::BTreeMap;

/// Gathers the [`Trace`] of a run.
#[derive(Default)]
pub struct Tracing(Option<Run>);

/// A run as far as it has come.
struct Run {
    trace: Trace,
    index: Index,
    counts: Counts,
    round: usize,
    running: BTreeMap<usize, Running>,
    cases: BTreeMap<usize, CaseTrace>,
}

/// A case as far as it has come.
#[derive(Default)]
struct Running {
    /// The newest exchange of a step, and whether the step waits for an answer to change.
    exchanges: BTreeMap<usize, (ExchangeTrace, bool)>,
    /// What answered exchanges took, until their step is over and tells its operation.
    times: BTreeMap<usize, Vec<u64>>,
    /// Steps by their place: those of the cleanup come last.
    steps: BTreeMap<(bool, usize), StepTrace>,
}

impl Tracing {
    /// Takes one event.
    pub fn add(&mut self, event: &Event) {
        if let EventKind::RunStarted(started) = &event.kind {
            self.0 = Some(Run::new(started, event));
        }
        if let Some(run) = &mut self.0 {
            run.counts.add(&event.kind);
            run.add(&event.kind);
        }
    }

    /// What was gathered; nothing without a beginning.
    #[must_use]
    pub fn finish(self) -> Option<Trace> {
        let run = self.0?;
        Some(Trace { verdict: run.counts.verdict(), cases: run.cases.into_values().collect(), ..run.trace })
    }
}

impl Run {
    fn new(started: &RunStarted, event: &Event) -> Self {
        let counts = Counts::default();
        Self {
            trace: Trace {
                run: started.run.clone(),
                environment: started.environment.clone(),
                target: started.target.clone(),
                started: event.at,
                verdict: counts.verdict(),
                cases: Vec::new(),
                operations: BTreeMap::new(),
            },
            index: Index::new(started),
            counts,
            round: started.cases.len().max(1),
            running: BTreeMap::new(),
            cases: BTreeMap::new(),
        }
    }

    fn add(&mut self, event: &EventKind) {
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
        if exchange.status.is_some() {
            running.times.entry(attempt.step).or_default().push(exchange.total_us);
        }
        running.exchanges.insert(attempt.step, (exchange, polled));
    }

    fn step(&mut self, step: &StepFinished) {
        let running = self.running.entry(step.case).or_default();
        let times = running.times.remove(&step.step).unwrap_or_default();
        if let (Some(operation), false) = (&step.operation, times.is_empty()) {
            let all = self.trace.operations.entry(operation.clone()).or_default();
            times.into_iter().for_each(|time| all.add(time));
        }
        let skipped = matches!(step.outcome, StepOutcome::Skipped { .. });
        let last = running.exchanges.get(&step.step).filter(|_| !skipped).cloned();
        let (exchange, polled) = last.map_or((None, false), |(exchange, polled)| (Some(exchange), polled));
        let trace = StepTrace {
            number: step.step.saturating_add(1),
            name: step.name.clone(),
            operation: step.operation.clone(),
            cleanup: step.cleanup,
            sign: sign(&step.outcome),
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
        let Some(name) = self.index.bare_name(case.case) else { return };
        let trace = CaseTrace {
            suite: self.index.stem(case.case).to_owned(),
            case: name.to_owned(),
            sign: Sign::from(&case.outcome),
            steps: running.steps.into_values().collect(),
        };
        let place = case.case % self.round;
        if self.cases.get(&place).is_none_or(|known| known.sign < trace.sign) {
            self.cases.insert(place, trace);
        }
    }
}

const fn sign(outcome: &StepOutcome) -> Sign {
    match outcome {
        StepOutcome::Passed => Sign::Passed,
        StepOutcome::Failed(_) => Sign::Failed,
        StepOutcome::Waived(_) => Sign::Waived,
        StepOutcome::Error(_) => Sign::Error,
        StepOutcome::Skipped { .. } => Sign::Skipped,
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
