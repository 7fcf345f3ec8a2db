//! The one place that says what happens in a run, as events.

use super::attempt::{Keep, Sending};
use super::clock::{micros, millis};
use super::result::Evidence;
use super::runner::Runner;
use super::running::{Running, Stage};
use super::stop::{FAIL_FAST, OVER_TIME};
use super::validate::Validated;
use super::verdict::Verdict;
use crate::contract::Touches;
use crate::event::{
    AttemptFinished, CaseFinished, CaseOutcome, CaseRerun, CaseStarted, Event, EventKind, Found, Interrupted,
    RunFinished, SnapshotTaken, StepFinished, StepOutcome, StepStarted, Touched, TouchedThing,
};
use crate::plan::PlannedStep;
use std::time::Duration;

/// Says that something happens now.
fn emit(runner: &Runner, kind: EventKind) {
    (runner.emit)(Event { at: runner.clock.now(), kind });
}

/// Says of every contract what it documents.
pub(super) fn contracts(runner: &Runner) {
    for contract in &runner.plan.contracts {
        let mut inventory = contract.inventory();
        let monitor = runner.watchers.monitor.as_ref();
        inventory.documented.extend(monitor.and_then(|monitor| monitor.documented(&contract.name)));
        emit(runner, EventKind::ContractRead(Box::new(inventory)));
    }
}

/// A case begins.
pub(super) fn case_started(runner: &Runner, case: usize) {
    emit(runner, EventKind::CaseStarted(CaseStarted { case }));
}

/// A case did not pass and is run again.
pub(super) fn case_rerun(runner: &Runner, case: usize, outcome: CaseOutcome, time: u32) {
    emit(runner, EventKind::CaseRerun(CaseRerun { case, outcome, time }));
}

/// A case is over.
pub(super) fn case_finished(runner: &Runner, case: usize, outcome: CaseOutcome, took: Duration) {
    emit(runner, EventKind::CaseFinished(CaseFinished { case, outcome, took_us: micros(took) }));
}

/// A step begins.
pub(super) fn step_started(running: &Running<'_>, step: &PlannedStep) {
    let started = StepStarted { case: running.case, step: running.number(step), name: running.name(step) };
    emit(running.runner, EventKind::StepStarted(started));
}

/// Takes what an exchange showed of its contract, and tells of it.
pub(super) fn touched(running: &Running<'_>, step: &PlannedStep, validated: &mut Validated) {
    let touches = std::mem::take(&mut validated.touches);
    if let Some(validation) = &validated.validation {
        touches_of(running, step, &validation.operation, touches);
    }
}

/// An exchange showed documented things of an operation. Those that no exchange of the run showed before are told.
pub(super) fn touches_of(running: &Running<'_>, step: &PlannedStep, operation: &str, touches: Touches) {
    let Some(codes) = &step.codes else { return };
    let things = running.runner.contracts.seen.get(codes.number).map(|seen| seen.first(touches)).unwrap_or_default();
    if !things.is_empty() {
        let (contract, operation) = (codes.contract.name.clone(), operation.to_owned());
        let touched = Touched { case: running.case, step: running.number(step), contract, operation, things };
        emit(running.runner, EventKind::Touched(Box::new(touched)));
    }
}

/// Promises over more than one exchange were kept for the first time.
pub(super) fn rules_kept(
    running: &Running<'_>,
    step: usize,
    operation: Option<&str>,
    kept: Vec<(String, TouchedThing)>,
) {
    for (contract, thing) in kept {
        let operation = operation.unwrap_or_default().to_owned();
        let touched = Touched { case: running.case, step, contract, operation, things: vec![thing] };
        emit(running.runner, EventKind::Touched(Box::new(touched)));
    }
}

/// An attempt, as far as it is to be told.
pub(super) struct Attempt<'a> {
    pub(super) running: &'a Running<'a>,
    /// The step's number.
    pub(super) step: usize,
    pub(super) attempt: u32,
    pub(super) sending: &'a Sending,
    pub(super) validated: &'a Validated,
}

impl Attempt<'_> {
    /// It was the last one.
    pub(super) fn last(&self, keep: Keep) {
        self.tell(self.event(keep));
    }

    /// The poll asks again after a wait.
    pub(super) fn not_yet(&self, seen: Vec<Found>, wait: Duration, within: Duration) {
        let (wait_ms, within_ms) = (Some(millis(wait)), Some(millis(within)));
        self.tell(AttemptFinished { seen, wait_ms, within_ms, ..self.event(Keep::Brief) });
    }

    /// The same request is sent again after a wait.
    pub(super) fn again(&self, retried: String, wait: Duration) {
        let wait_ms = Some(millis(wait));
        self.tell(AttemptFinished { wait_ms, retried: Some(retried), ..self.event(Keep::Full) });
    }

    fn event(&self, keep: Keep) -> AttemptFinished {
        AttemptFinished {
            case: self.running.case,
            step: self.step,
            attempt: self.attempt,
            exchange: self.sending.exchange(keep),
            seen: Vec::new(),
            wait_ms: None,
            within_ms: None,
            retried: None,
            validation: self.validated.validation.clone().map(Box::new),
        }
    }

    fn tell(&self, attempt: AttemptFinished) {
        emit(self.running.runner, EventKind::AttemptFinished(Box::new(attempt)));
    }
}

/// A snapshot was taken.
pub(super) fn snapshot(running: &Running<'_>, taken: SnapshotTaken) {
    emit(running.runner, EventKind::SnapshotTaken(Box::new(taken)));
}

/// A step is over, or was skipped. `turn` says which time its group was repeated.
pub(super) fn step_finished(
    running: &Running<'_>,
    step: &PlannedStep,
    turn: Option<u32>,
    evidence: Evidence,
    verdict: Verdict,
) {
    let runner = running.runner;
    runner.waivers.note(&verdict.uses);
    let outcome = verdict.outcome;
    let told = !matches!(outcome, StepOutcome::Passed | StepOutcome::Skipped { .. });
    let used = if told { step.used.as_slice() } else { &[] };
    let finished = StepFinished {
        case: running.case,
        step: running.number(step),
        name: running.name(step),
        operation: step.operation.clone(),
        place: (outcome != StepOutcome::Passed).then(|| running.location(step.span)),
        used: used.iter().map(|span| running.location(*span)).collect(),
        expected: step.call.expected.clone(),
        outcome,
        attempts: evidence.attempts,
        checks: evidence.checks,
        captured: evidence.captured,
        took_us: micros(evidence.took),
        turn,
        cleanup: running.stage == Stage::Cleanup,
    };
    emit(runner, EventKind::StepFinished(Box::new(finished)));
}

/// All cases are over, and so is the run.
pub(super) fn run_finished(runner: &Runner) {
    for refused in runner.waivers.refused(&runner.plan) {
        emit(runner, EventKind::WaiverRefused(Box::new(refused)));
    }
    if let Some(reason) = runner.stop.reason().filter(|reason| reason != FAIL_FAST) {
        let over_time = reason == OVER_TIME;
        emit(runner, EventKind::Interrupted(Interrupted { reason, over_time }));
    }
    emit(runner, EventKind::RunFinished(RunFinished { took_us: micros(runner.clock.elapsed()) }));
}
