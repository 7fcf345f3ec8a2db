//! The steps of a case in their order: conditions, flows, repeated groups, cleanup.

use super::result::{End, StepResult};
use super::running::{Halt, Running, Stage};
use super::verdict::{self, CaseVerdict};
use super::{step, tell};
use crate::event::{CaseOutcome, Failure, Promise, SKIPPED_BY_WHEN, StepError, StepErrorKind};
use crate::expr::{RenderError, Template};
use crate::plan::{Block, Planned, PlannedCase, PlannedFlow, PlannedRepeat, PlannedStep, Transfer, When};
use crate::source::{Span, Spanned};
use serde_json::Value;
use std::future::Future;
use std::pin::Pin;

/// Why the steps after a case's limit of time are not run.
const OVER: &str = "the case's time was up";

/// What a setup gives, by name.
pub(super) type Gives = Vec<(String, Value)>;

/// Runs the steps of a case. `begin` is what keeps its first step from beginning. Answers with how the case ended and, for
/// a setup, with what it gives.
pub(super) async fn body(
    running: &mut Running<'_>,
    planned: &PlannedCase,
    begin: Option<StepError>,
) -> (CaseOutcome, Option<Gives>) {
    let mut walk = Walk::new(running);
    walk.begin = begin;
    walk.all(&planned.body).await;
    if planned.outputs.is_some() && walk.ended().is_none() && !walk.ran() {
        // Whoever needs a setup needs what it does: without a step it prepared nothing.
        let message = "the setup did nothing: each of its steps was skipped by `when`".to_owned();
        let place = walk.running.location(planned.span);
        walk.add(End::Error(Box::new(StepError { kind: StepErrorKind::Request, message, place })));
    }
    let gives = planned.outputs.as_ref().and_then(|outputs| match walk.outputs(outputs) {
        Ok(gives) => gives,
        Err(error) => {
            walk.add(End::Error(Box::new(error)));
            None
        }
    });
    walk.add(End::Judged(walk.due()));
    walk.tell();
    (walk.case.outcome(walk.stopped), gives)
}

/// Runs the cleanup of a case: every step of it, whatever became of the others.
pub(super) async fn cleanup(running: &mut Running<'_>, planned: &PlannedCase) {
    if planned.cleanup.is_empty() {
        return;
    }
    running.stage = Stage::Cleanup;
    running.permit.take().await;
    let mut walk = Walk::new(running);
    walk.all(&planned.cleanup).await;
    walk.tell();
}

/// A step that is over, and what came of it.
struct Over<'p> {
    step: &'p PlannedStep,
    result: StepResult,
    turn: Option<u32>,
}

struct Walk<'w, 'r, 'p> {
    running: &'w mut Running<'r>,
    /// The last step that was run, and those skipped after it. What belongs to them, a group's condition or a flow's
    /// values, is added to the last that was run; they are told when the next step begins.
    over: Vec<Over<'p>>,
    /// How the case ended so far.
    case: CaseVerdict,
    /// Why the steps to come are skipped.
    ended: Option<String>,
    /// What keeps the next step from beginning.
    begin: Option<StepError>,
    /// Why steps were skipped because somebody stopped the run.
    stopped: Option<String>,
    /// Which time a repeated group is done.
    turn: Option<u32>,
    /// Whether a step was run that is told already.
    ran: bool,
}

impl<'w, 'r, 'p> Walk<'w, 'r, 'p> {
    fn new(running: &'w mut Running<'r>) -> Self {
        Self {
            running,
            over: Vec::new(),
            case: CaseVerdict::default(),
            ended: None,
            begin: None,
            stopped: None,
            turn: None,
            ran: false,
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
                match when.map(|when| (when, self.holds(when))) {
                    Some((when, Ok(false))) => {
                        self.skip(planned, &format!("{SKIPPED_BY_WHEN}is not so: {}", when.text));
                        continue;
                    }
                    Some((_, Err(error))) => self.begin = Some(error),
                    Some((_, Ok(true))) | None => {}
                }
                match &planned.block {
                    Block::Step(step) => self.step(step).await,
                    Block::Flow(flow) => self.flow(flow).await,
                    Block::Repeat(repeat) => self.repeat(repeat).await,
                }
            }
        })
    }

    /// Whether any step was run.
    fn ran(&self) -> bool {
        self.ran || self.over.iter().any(|over| over.result.was_run())
    }

    /// Why nothing more is done, if so. Steps of a cleanup do not hang on each other.
    fn ended(&self) -> Option<String> {
        match self.running.stage {
            Stage::Body => self.ended.clone().or_else(|| self.running.stopped()),
            Stage::Cleanup => None,
        }
    }

    async fn step(&mut self, step: &'p PlannedStep) {
        self.tell();
        tell::step_started(self.running, step);
        let result = match self.begin.take() {
            Some(error) => StepResult::error(error, 0),
            None => step::run(self.running, step).await,
        };
        let halt = result.halt;
        self.over.push(Over { step, result, turn: self.turn });
        self.go_on(0);
        if halt == Some(Halt::OverTime) {
            self.ended = Some(OVER.to_owned());
        }
    }

    async fn flow(&mut self, flow: &'p PlannedFlow) {
        if self.begin.is_none() {
            self.begin = self.hand_over(&flow.before, StepErrorKind::Request).err();
        }
        self.all(&flow.body).await;
        if self.ended().is_none()
            && let Err(error) = self.hand_over(&flow.after, StepErrorKind::Output)
        {
            self.add(End::Error(Box::new(error)));
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
            match self.is_done(repeat, turn) {
                Ok(true) => break,
                Ok(false) => {}
                Err(end) => {
                    self.add(end);
                    break;
                }
            }
            if turn < repeat.times && !repeat.every.is_zero() {
                match self.running.wait(repeat.every).await {
                    Ok(()) => {}
                    Err(Halt::Stopped) => break,
                    Err(Halt::OverTime) => {
                        self.add(End::Judged(self.running.overran()));
                        self.ended = Some(OVER.to_owned());
                        break;
                    }
                }
            }
        }
        self.turn = outer;
    }

    /// Whether a group is done after that many times; what is wrong with it where it was done as often as it may, or where
    /// that cannot be worked out.
    fn is_done(&self, repeat: &PlannedRepeat, turn: u32) -> Result<bool, End> {
        let Some(until) = &repeat.until else { return Ok(false) };
        match self.is_true(until, repeat.frame, StepErrorKind::Expectation) {
            Ok(false) if turn == repeat.times => {
                let promise = Promise::Repeated { times: turn, until: self.written(until.span) };
                Err(End::Judged(vec![Failure { place: self.running.location(repeat.span), promise }]))
            }
            Ok(done) => Ok(done),
            Err(error) => Err(End::Error(Box::new(error))),
        }
    }

    /// What a setup gives; nothing where the case ended before its end.
    fn outputs(&self, outputs: &[(String, Template)]) -> Result<Option<Gives>, StepError> {
        if self.ended().is_some() {
            return Ok(None);
        }
        let context = self.running.context(0);
        let value = |(name, value): &(String, Template)| Ok((name.clone(), value.render(&context)?));
        let values: Result<Gives, RenderError> = outputs.iter().map(value).collect();
        values.map(Some).map_err(|error| self.running.error(StepErrorKind::Output, error))
    }

    /// What rules over more than one exchange say was due and did not come.
    fn due(&self) -> Vec<Failure> {
        let runner = self.running.runner;
        let monitor = runner.watchers.monitor.as_ref();
        let said = monitor.map(|monitor| monitor.case_over(self.running.case, runner.clock.now())).unwrap_or_default();
        tell::rules_kept(self.running, 0, None, said.kept);
        said.failures
    }

    fn holds(&self, when: &When) -> Result<bool, StepError> {
        self.is_true(&when.condition, when.frame, StepErrorKind::Request)
    }

    fn is_true(&self, condition: &Spanned<Template>, frame: usize, kind: StepErrorKind) -> Result<bool, StepError> {
        let rendered = condition.value.render(&self.running.context(frame));
        let flag = rendered.and_then(|value| match value {
            Value::Bool(flag) => Ok(flag),
            other => {
                let message = format!("the condition gives {}, not true or false", crate::expr::kind_of(&other));
                Err(RenderError { message, span: condition.span })
            }
        });
        flag.map_err(|error| self.running.error(kind, error))
    }

    fn hand_over(&mut self, transfers: &[Transfer], kind: StepErrorKind) -> Result<(), StepError> {
        for transfer in transfers {
            match transfer {
                Transfer::Enter(frame) => self.running.scope.clear(*frame),
                Transfer::Set { from, to, name, value, demand } => {
                    let value = value.render(&self.running.context(*from));
                    let value = value.map_err(|error| self.running.error(kind, error))?;
                    if let Some(demand) = demand
                        && let Some(message) = demand.refusal(name, &value)
                    {
                        return Err(self.running.error(kind, RenderError { message, span: demand.kind.span }));
                    }
                    self.running.scope.set(*to, name, value);
                }
            }
        }
        Ok(())
    }

    fn written(&self, span: Span) -> String {
        self.running.runner.plan.sources.slice(span).trim_matches(['"', '\'']).to_owned()
    }

    /// Adds what belongs to the steps that are over: to the last that was run; where all were skipped, to the last of
    /// those.
    fn add(&mut self, end: End) {
        if end == End::default() {
            return;
        }
        let run = self.over.iter().rposition(|over| over.result.was_run());
        let Some(at) = run.or_else(|| self.over.len().checked_sub(1)) else { return };
        let result = &mut self.over[at].result;
        result.end = std::mem::take(&mut result.end).and(end);
        self.go_on(at);
    }

    /// Draws the consequence of what came of a step: whether the case goes on.
    fn go_on(&mut self, at: usize) {
        let Over { step, result, .. } = &self.over[at];
        let ends = verdict::ends_case(&self.running.runner.waivers, self.running.at(step), result);
        self.ended = self.ended.take().or(ends);
    }

    fn skip(&mut self, planned: &'p Planned, reason: &str) {
        if self.ended.is_none() && self.running.stopped().is_some() {
            self.stopped.get_or_insert_with(|| reason.to_owned());
        }
        let turn = self.turn;
        planned.each_step(&mut |step| self.over.push(Over { step, result: StepResult::skipped(reason), turn }));
    }

    /// Tells of the steps that are over, and how they ended.
    fn tell(&mut self) {
        self.ran |= self.over.iter().any(|over| over.result.was_run());
        for Over { step, result: StepResult { evidence, end, .. }, turn } in std::mem::take(&mut self.over) {
            let verdict = verdict::of_step(&self.running.runner.waivers, self.running.at(step), end);
            self.case.add(&verdict.outcome);
            tell::step_finished(self.running, step, turn, evidence, verdict);
        }
    }
}
