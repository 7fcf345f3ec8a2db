//! The steps of a case in their order: conditions, flows, repeated groups, cleanup.

use super::case::{Running, Stage};
use super::clock::{micros, millis};
use super::step::{self, Finished};
use crate::event::{
    CaseOutcome, EventKind, Failure, Promise, StepError, StepErrorKind, StepFinished, StepOutcome, StepStarted,
};
use crate::expr::RenderError;
use crate::expr::Template;
use crate::plan::{Block, Planned, PlannedCase, PlannedFlow, PlannedRepeat, PlannedStep, Transfer, When};
use crate::source::{Span, Spanned};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

/// Runs the steps of a case. `begin` is error that keeps its first step from beginning.
pub(super) async fn body(
    running: &mut Running<'_>,
    planned: &PlannedCase,
    begin: Option<StepError>,
) -> (CaseOutcome, Option<Vec<(String, Value)>>) {
    let mut walk = Walk::new(running);
    walk.begin = begin;
    match walk.running.deadline {
        None => walk.all(&planned.body).await,
        Some(deadline) => {
            if tokio::time::timeout_at(deadline, walk.all(&planned.body)).await.is_err() {
                walk.overrun(planned);
            }
        }
    }
    let gives = planned.outputs.as_ref().and_then(|outputs| walk.outputs(outputs));
    walk.flush();
    (walk.verdict(), gives)
}

/// Runs the cleanup of a case: every step of it, whatever became of the others.
pub(super) async fn cleanup(running: &mut Running<'_>, planned: &PlannedCase) {
    if planned.cleanup.is_empty() {
        return;
    }
    running.stage = Stage::Cleanup;
    running.place.take().await;
    let mut walk = Walk::new(running);
    walk.all(&planned.cleanup).await;
    walk.flush();
}

/// A step that is over and not told.
struct Pending<'p> {
    step: &'p PlannedStep,
    finished: Finished,
    turn: Option<u32>,
}

struct Walk<'w, 'r, 'p> {
    running: &'w mut Running<'r>,
    outcome: CaseOutcome,
    /// Why the steps to come are skipped.
    ended: Option<String>,
    /// Error that keeps the next step from beginning.
    begin: Option<StepError>,
    /// The step that has begun and not ended.
    current: Option<&'p PlannedStep>,
    /// The last step that was run, and those skipped after it: told when it is sure that nothing that belongs to them goes
    /// wrong.
    pending: Vec<Pending<'p>>,
    /// Whether any step was run.
    ran: bool,
    /// Why the first step that was skipped was.
    skipped: Option<String>,
    /// Which time a repeated group is done.
    turn: Option<u32>,
}

impl<'w, 'r, 'p> Walk<'w, 'r, 'p> {
    fn new(running: &'w mut Running<'r>) -> Self {
        Self {
            running,
            outcome: CaseOutcome::Passed,
            ended: None,
            begin: None,
            current: None,
            pending: Vec::new(),
            ran: false,
            skipped: None,
            turn: None,
        }
    }

    fn all<'a>(&'a mut self, body: &'p [Planned]) -> Pin<Box<dyn Future<Output = ()> + Send + 'a>>
    where
        'p: 'a,
    {
        Box::pin(async move {
            for planned in body {
                if let Some(reason) = self.ended() {
                    self.skip(planned, &reason);
                    continue;
                }
                // What a condition speaks of may be what could not be worked out: the first step tells of that instead.
                let when = planned.when.as_ref().filter(|_| self.begin.is_none());
                match when.map(|when| self.holds(when)) {
                    Some(Ok(false)) => {
                        let reason = planned.when.as_ref().map(|when| format!("`when` is not so: {}", when.text));
                        self.skip(planned, &reason.unwrap_or_default());
                        continue;
                    }
                    Some(Err(error)) => self.begin = Some(error),
                    Some(Ok(true)) | None => {}
                }
                match &planned.block {
                    Block::Step(step) => self.step(step).await,
                    Block::Flow(flow) => self.flow(flow).await,
                    Block::Repeat(repeat) => self.repeat(repeat).await,
                }
            }
        })
    }

    /// Why nothing more is done, if so. Steps of a cleanup do not hang on each other.
    fn ended(&self) -> Option<String> {
        match self.running.stage {
            Stage::Body => self.ended.clone().or_else(|| self.running.stopped()),
            Stage::Cleanup => None,
        }
    }

    async fn step(&mut self, step: &'p PlannedStep) {
        self.flush();
        let case = self.running.case;
        self.running.runner.emit(EventKind::StepStarted(StepStarted {
            case,
            step: step.number,
            name: step.name.clone(),
        }));
        self.current = Some(step);
        let finished = match self.begin.take() {
            Some(error) => Finished::troubled(error),
            None => step::run(self.running, step).await,
        };
        self.current = None;
        self.ran = true;
        self.judge(step, &finished);
        self.await_more(step, finished);
    }

    async fn flow(&mut self, flow: &'p PlannedFlow) {
        if self.begin.is_none() {
            self.begin = self.hand_over(&flow.before).err();
        }
        self.all(&flow.body).await;
        if self.ended().is_none()
            && let Err(error) = self.hand_over(&flow.after)
        {
            self.spoil(StepOutcome::Error(Box::new(error)));
        }
    }

    async fn repeat(&mut self, repeat: &'p PlannedRepeat) {
        let outer = self.turn;
        for turn in 1..=repeat.times {
            self.turn = Some(turn);
            self.all(&repeat.body).await;
            if self.ended().is_some() {
                break;
            }
            match repeat.until.as_ref().map(|until| self.is_true(until, repeat.frame)) {
                Some(Ok(true)) => break,
                Some(Err(error)) => {
                    self.spoil(StepOutcome::Error(Box::new(error)));
                    break;
                }
                Some(Ok(false)) if turn == repeat.times => {
                    let until = repeat.until.as_ref().map(|until| self.written(until.span)).unwrap_or_default();
                    let promise = Promise::Repeated { times: turn, until };
                    self.spoil(self.failure(repeat.span, promise));
                }
                Some(Ok(false)) | None => {}
            }
            if turn < repeat.times && !repeat.every.is_zero() && !self.running.wait(repeat.every).await {
                break;
            }
        }
        self.turn = outer;
    }

    /// What a setup gives. That it cannot be worked out spoils its last step.
    fn outputs(&mut self, outputs: &[(String, Template)]) -> Option<Vec<(String, Value)>> {
        if self.ended().is_some() {
            return None;
        }
        let context = self.running.context(0);
        let values: Result<Vec<_>, _> =
            outputs.iter().map(|(name, value)| Ok((name.clone(), value.render(&context)?))).collect();
        match values {
            Ok(values) => Some(values),
            Err(error) => {
                let error = self.running.template_error(error);
                self.spoil(StepOutcome::Error(Box::new(error)));
                None
            }
        }
    }

    fn holds(&self, when: &When) -> Result<bool, StepError> {
        self.is_true(&when.condition, when.frame)
    }

    fn is_true(&self, condition: &Spanned<Template>, frame: usize) -> Result<bool, StepError> {
        match condition.value.render(&self.running.context(frame)) {
            Ok(Value::Bool(flag)) => Ok(flag),
            Ok(other) => {
                let message = format!("the condition gives {}, not true or false", crate::expr::kind_of(&other));
                Err(self.running.template_error(RenderError { message, span: condition.span }))
            }
            Err(error) => Err(self.running.template_error(error)),
        }
    }

    fn hand_over(&mut self, transfers: &[Transfer]) -> Result<(), StepError> {
        for transfer in transfers {
            match transfer {
                Transfer::Enter(frame) => self.running.scope.clear(*frame),
                Transfer::Set { from, to, name, value, demand } => {
                    let value = value.render(&self.running.context(*from));
                    let value = value.map_err(|error| self.running.template_error(error))?;
                    if let Some(demand) = demand
                        && let Some(message) = demand.refusal(name, &value)
                    {
                        return Err(self.running.template_error(RenderError { message, span: demand.kind.span }));
                    }
                    self.running.scope.set(*to, name, value);
                }
            }
        }
        Ok(())
    }

    fn await_more(&mut self, step: &'p PlannedStep, finished: Finished) {
        self.pending.push(Pending { step, finished, turn: self.turn });
    }

    /// Gives the last step that was run another outcome, because what belongs to it went wrong; where all were skipped,
    /// the last of those. One that did not pass keeps what it has.
    fn spoil(&mut self, outcome: StepOutcome) {
        let skipped = |pending: &Pending<'_>| matches!(pending.finished.outcome, StepOutcome::Skipped { .. });
        let run = self.pending.iter().rposition(|pending| !skipped(pending));
        let Some(at) = run.or_else(|| self.pending.len().checked_sub(1)) else { return };
        let mut spoilt = self.pending.remove(at);
        let good = matches!(
            spoilt.finished.outcome,
            StepOutcome::Passed | StepOutcome::Waived(_) | StepOutcome::Skipped { .. }
        );
        if good {
            spoilt.finished.outcome = outcome;
            self.judge(spoilt.step, &spoilt.finished);
        }
        self.pending.insert(at, spoilt);
    }

    fn failure(&self, span: Span, promise: Promise) -> StepOutcome {
        StepOutcome::Failed(vec![Failure { place: self.running.runner.plan.sources.place(span), promise }])
    }

    fn written(&self, span: Span) -> String {
        self.running.runner.plan.sources.slice(span).trim_matches(['"', '\'']).to_owned()
    }

    /// How it all ended. A case of which no step was run was not run.
    fn verdict(self) -> CaseOutcome {
        match (self.outcome, self.skipped) {
            (CaseOutcome::Passed, Some(reason)) if !self.ran => {
                CaseOutcome::Skipped { reason: format!("none of its steps was run; {reason}") }
            }
            (outcome, _) => outcome,
        }
    }

    /// Draws the consequences of a step's outcome.
    fn judge(&mut self, step: &PlannedStep, finished: &Finished) {
        let worse = match &finished.outcome {
            StepOutcome::Passed | StepOutcome::Skipped { .. } => return,
            StepOutcome::Waived(_) => {
                if self.outcome == CaseOutcome::Passed {
                    self.outcome = CaseOutcome::Waived;
                }
                if !finished.set && !step.call.capture.is_empty() {
                    self.ended =
                        Some(format!("step {} was waived, and what it captures is not there", step.number + 1));
                }
                return;
            }
            StepOutcome::Failed(_) => CaseOutcome::Failed,
            // Somebody stopped the run while the step waited: that is no verdict on the case.
            StepOutcome::Error(error) if error.kind == StepErrorKind::Stopped => {
                CaseOutcome::Skipped { reason: error.message.clone() }
            }
            StepOutcome::Error(_) => CaseOutcome::Error,
        };
        self.ended = Some(format!("step {} did not pass", step.number + 1));
        self.outcome = worse;
    }

    /// The case took longer than it may: the step under way, or the last one, is told to have failed.
    fn overrun(&mut self, planned: &'p PlannedCase) {
        let Some(within) = &planned.within else { return };
        let outcome = self.failure(within.span, Promise::Overran { limit_ms: millis(within.value) });
        if let Some(step) = self.current.take() {
            self.flush();
            self.await_more(step, Finished::skipped(String::new()));
        }
        self.spoil(outcome);
        let last = self.pending.last().map(|pending| pending.step.number);
        let mut rest = Vec::new();
        for block in planned.body.iter() {
            block.each_step(&mut |step| rest.extend(last.is_none_or(|last| step.number > last).then_some(step)));
        }
        for step in rest {
            self.await_more(step, Finished::skipped("the case's time was up".into()));
        }
    }

    fn skip(&mut self, planned: &'p Planned, reason: &str) {
        self.skipped.get_or_insert_with(|| reason.to_owned());
        if self.outcome == CaseOutcome::Passed && self.running.stopped().is_some() && self.ended.is_none() {
            self.outcome = CaseOutcome::Skipped { reason: reason.to_owned() };
        }
        let mut steps = Vec::new();
        planned.each_step(&mut |step| steps.push(step));
        steps.into_iter().for_each(|step| self.await_more(step, Finished::skipped(reason.to_owned())));
    }

    /// Tells of the steps that are over, where that has not been done.
    fn flush(&mut self) {
        std::mem::take(&mut self.pending).into_iter().for_each(|pending| self.finish(pending));
    }

    fn finish(&self, Pending { step, finished, turn }: Pending<'_>) {
        let runner = self.running.runner;
        let passed = finished.outcome == StepOutcome::Passed;
        runner.emit(EventKind::StepFinished(Box::new(StepFinished {
            case: self.running.case,
            step: step.number,
            name: step.name.clone(),
            operation: step.operation.clone(),
            place: (!passed).then(|| runner.plan.sources.place(step.span)),
            used: match &finished.outcome {
                StepOutcome::Passed | StepOutcome::Skipped { .. } => Vec::new(),
                StepOutcome::Failed(_) | StepOutcome::Waived(_) | StepOutcome::Error(_) => {
                    step.used.iter().map(|span| runner.plan.sources.place(*span)).collect()
                }
            },
            expected: step.call.expected.clone(),
            outcome: finished.outcome,
            attempts: finished.attempts,
            checks: finished.checks,
            captured: finished.captured,
            took_us: micros(finished.took),
            turn,
            cleanup: self.running.stage == Stage::Cleanup,
        })));
    }
}
