//! A case under way: its steps, gathered as they happen.

use super::curl::curl;
use super::data::{AttemptData, MessageData, OutcomeData, StepData, TimeData};
use super::message;
use super::told::{finding, told};
use crate::event::{
    AttemptFinished, CaseOutcome, Event, EventKind, Exchange, Found, Outcome, StepFinished, StepOutcome, Timestamp,
};
use crate::report::explain::status_words;
use crate::text::{visible, visible_line};
use std::sync::Arc;

/// Attempts of a step that are listed; of those between, only how many there were is told.
const LISTED: usize = 200;

/// Different bodies of earlier attempts of a step that are kept.
const BODIES: usize = 20;

/// A case under way.
#[derive(Debug, Default)]
pub(super) struct Recording {
    started: Option<Timestamp>,
    /// When the case began this time.
    began: Option<Timestamp>,
    times: Vec<TimeData>,
    steps: Vec<StepData>,
    attempts: Vec<AttemptData>,
    last: Option<Arc<Event>>,
}

/// What remains of a case when it is over.
pub(super) struct Recorded {
    pub(super) started: Option<Timestamp>,
    pub(super) times: Vec<TimeData>,
}

impl Recording {
    /// The case begins, or begins again.
    pub(super) fn begin(&mut self, at: Timestamp) {
        self.started.get_or_insert(at);
        self.began = Some(at);
    }

    /// An attempt is over. What it was in full is needed only until the next one.
    pub(super) fn attempt(&mut self, event: &Arc<Event>) {
        self.put_away();
        self.last = Some(Arc::clone(event));
    }

    /// A step is over.
    pub(super) fn step(&mut self, step: &StepFinished) {
        let event = self.last.take();
        let last = event.as_deref().and_then(attempt_of).filter(|last| last.step == step.step);
        let mut attempts = std::mem::take(&mut self.attempts);
        if let Some(last) = last {
            attempts.push(self.attempt_data(last));
        }
        let made = (attempts.len() > LISTED).then(|| u32::try_from(attempts.len()).unwrap_or(u32::MAX));
        if made.is_some() {
            attempts.drain(LISTED / 2..attempts.len() - LISTED / 2);
        }
        let exchange = last.map(|last| &last.exchange);
        let failures = step.outcome.failures();
        let began = attempts.first().map(|first| first.from_us);
        let held = last.and_then(|last| last.validation.as_deref());
        let places = step.place.iter().chain(step.used.iter().rev());
        let data = StepData {
            name: visible_line(&step.name),
            operation: step.operation.as_deref().map(visible_line),
            outcome: Some(OutcomeData(Outcome::from(&step.outcome))),
            number: step.step.saturating_add(1),
            turn: step.turn,
            reason: match &step.outcome {
                StepOutcome::Skipped { reason } => Some(visible_line(reason)),
                StepOutcome::Passed | StepOutcome::Failed(_) | StepOutcome::Waived(_) | StepOutcome::Error(_) => None,
            },
            from_us: began.unwrap_or_default(),
            took_us: step.took_us,
            checks: step.checks,
            made,
            attempts,
            told: told(step, exchange),
            sent: exchange.map(|exchange| message::sent(&exchange.sent, failures)),
            received: exchange.and_then(|exchange| received(exchange, step)),
            expected: step.expected.as_deref().map(|expected| visible(expected).into_owned()),
            variant: held.and_then(|held| held.variant.as_deref()).map(visible_line),
            curl: exchange.map(|exchange| curl(&exchange.sent)),
            timing: exchange.map(timing).unwrap_or_default(),
            captured: step.captured.iter().map(|one| (visible_line(&one.name), visible_line(&one.value))).collect(),
            findings: held.map(|held| held.findings.iter().map(finding).collect()).unwrap_or_default(),
            places: places.map(|place| format!("{}:{}", visible_line(&place.file), place.line)).collect(),
            cleanup: step.cleanup,
        };
        self.steps.push(data);
    }

    /// The case did not pass and begins again.
    pub(super) fn again(&mut self, outcome: &CaseOutcome) {
        let steps = std::mem::take(&mut self.steps);
        self.times.push(TimeData { outcome: OutcomeData(outcome.into()), steps });
        (self.last, self.attempts) = (None, Vec::new());
    }

    /// The case is over; of a flaky case the last time passed.
    pub(super) fn over(mut self, outcome: Outcome) -> Recorded {
        let last = if outcome == Outcome::Flaky { Outcome::Passed } else { outcome };
        // A step that was under way when the run was killed still has something to show.
        self.put_away();
        if !self.steps.is_empty() || self.times.is_empty() {
            self.times.push(TimeData { outcome: OutcomeData(last), steps: self.steps });
        }
        Recorded { started: self.started, times: self.times }
    }

    /// Keeps of the last attempt what a line of time shows.
    fn put_away(&mut self) {
        let event = self.last.take();
        let Some(last) = event.as_deref().and_then(attempt_of) else { return };
        let mut data = self.attempt_data(last);
        let bodies = self.attempts.iter().filter(|attempt| attempt.body.is_some()).count();
        if bodies < BODIES
            && let Some(body) = last.exchange.received.as_ref().and_then(|came| came.body.as_ref())
        {
            let body = visible(&body.text).into_owned();
            let is_new = !self.attempts.iter().any(|attempt| attempt.body.as_deref() == Some(&body));
            data.body = is_new.then_some(body);
        }
        self.attempts.push(data);
    }

    fn attempt_data(&self, attempt: &AttemptFinished) -> AttemptData {
        let exchange = &attempt.exchange;
        let from_us = self.began.map_or(0, |started| since(started, exchange.started));
        let status = exchange.received.as_ref().map(|came| status_words(came.status));
        let seen = (!attempt.seen.is_empty()).then(|| seen(&attempt.seen));
        AttemptData {
            from_us,
            took_us: exchange.timing.total_us,
            status,
            seen,
            wait_us: attempt.wait_ms.map(|ms| ms.saturating_mul(1_000)),
            retried: attempt.retried.as_deref().map(visible_line),
            body: None,
        }
    }
}

fn received(exchange: &Exchange, step: &StepFinished) -> Option<MessageData> {
    Some(message::received(exchange.received.as_ref()?, step.outcome.failures()))
}

/// What a poll saw, on one line.
fn seen(seen: &[Found]) -> String {
    let one = |found: &Found| format!("{} {}", found.path, found.found.as_deref().unwrap_or("nothing"));
    visible_line(&seen.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// Where the time of an exchange went.
fn timing(exchange: &Exchange) -> Vec<(&'static str, u64)> {
    let timing = exchange.timing;
    let before = timing.dns_us.unwrap_or(0).saturating_add(timing.connect_us.unwrap_or(0));
    let parts = [
        ("dns", timing.dns_us),
        ("connect", timing.connect_us),
        ("first byte", timing.first_byte_us.map(|us| us.saturating_sub(before))),
        ("body", timing.first_byte_us.map(|us| timing.total_us.saturating_sub(us))),
        ("total", Some(timing.total_us)),
    ];
    parts.into_iter().filter_map(|(name, us)| Some((name, us?))).collect()
}

/// Microseconds from one moment to a later one, each as a journal writes it: a report made again says the same.
pub(super) fn since(start: Timestamp, end: Timestamp) -> u64 {
    let [start, end] = [start, end].map(|moment| moment.timestamp().as_microsecond());
    u64::try_from(end.saturating_sub(start)).unwrap_or(0)
}

fn attempt_of(event: &Event) -> Option<&AttemptFinished> {
    match &event.kind {
        EventKind::AttemptFinished(attempt) => Some(attempt),
        _ => None,
    }
}
