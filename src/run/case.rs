//! One case: its names, its steps in order, its outcome.

use super::clock::micros;
use super::schedule::FAIL_FAST;
use super::{FailFast, Runner, step};
use crate::event::{CaseFinished, CaseOutcome, CaseStarted, EventKind, StepFinished, StepOutcome, StepStarted};
use crate::event::{Trouble, TroubleKind};
use crate::expr::{Context, RenderError, Scope, Services};
use crate::plan::{PlannedCase, PlannedStep};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// A place among the cases at work. A case gives it away while it waits.
pub(super) struct Place<'a> {
    places: &'a Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

impl Place<'_> {
    /// Gives the place to another case.
    pub(super) fn leave(&mut self) {
        self.held = None;
    }

    /// Waits for a place.
    pub(super) async fn take(&mut self) {
        if self.held.is_none() {
            self.held = Arc::clone(self.places).acquire_owned().await.ok();
        }
    }
}

/// What the steps of one running case share.
pub(super) struct Running<'a> {
    pub(super) runner: &'a Runner,
    pub(super) case: usize,
    pub(super) scope: Scope,
    pub(super) services: Arc<Services>,
    pub(super) place: Place<'a>,
}

impl Running<'_> {
    /// What templates see from a frame.
    pub(super) fn context(&self, frame: usize) -> Context<'_> {
        Context::new(&self.scope, frame, &self.services)
    }

    /// Trouble with a template of the suite.
    pub(super) fn template_trouble(&self, error: RenderError) -> Trouble {
        let place = self.runner.plan.sources.place(error.span);
        Trouble { kind: TroubleKind::Request, message: error.message, place }
    }
}

/// Runs one case. `number` counts through all rounds.
pub(super) async fn run(runner: &Runner, number: usize, places: &Arc<Semaphore>, held: OwnedSemaphorePermit) {
    let started = Instant::now();
    runner.emit(EventKind::CaseStarted(CaseStarted { case: number }));
    let planned = Arc::clone(&runner.plan.cases[number % runner.plan.cases.len()]);
    let mut running = Running {
        runner,
        case: number,
        scope: Scope::new(Arc::clone(&runner.plan.globals.names), planned.frames),
        services: Arc::new(services(runner, &planned, number)),
        place: Place { places, held: Some(held) },
    };
    let mut outcome = CaseOutcome::Passed;
    let mut reason = None;
    let mut begin = set_vars(&mut running, &planned).err();
    for (index, step) in planned.steps.iter().enumerate() {
        let stopped = runner.stop.reason();
        if let Some(reason) = reason.clone().or(stopped) {
            if outcome == CaseOutcome::Passed {
                outcome = CaseOutcome::Skipped { reason: reason.clone() };
            }
            finish(runner, number, index, step, step::Finished::skipped(reason));
            continue;
        }
        runner.emit(EventKind::StepStarted(StepStarted { case: number, step: index }));
        let finished = match begin.take() {
            Some(trouble) => step::Finished::troubled(trouble),
            None => step::run(&mut running, index, step).await,
        };
        match &finished.outcome {
            StepOutcome::Passed => {}
            StepOutcome::Failed(_) => outcome = CaseOutcome::Failed,
            StepOutcome::Troubled(_) => outcome = CaseOutcome::Troubled,
            StepOutcome::Skipped { .. } => {}
        }
        if finished.outcome != StepOutcome::Passed {
            reason = Some(format!("step {} did not pass", index + 1));
        }
        finish(runner, number, index, step, finished);
    }
    let took_us = micros(started.elapsed());
    let passed = outcome == CaseOutcome::Passed;
    runner.emit(EventKind::CaseFinished(CaseFinished { case: number, outcome, took_us }));
    // While this case still has its place: the next one must not begin in between.
    if !passed && runner.fail_fast == FailFast::FirstFailure {
        runner.stop.request(FAIL_FAST);
    }
    drop(running);
}

/// Gives the case's names their values. Trouble with them is told as the first step's, which cannot begin.
fn set_vars(running: &mut Running<'_>, planned: &PlannedCase) -> Result<(), Trouble> {
    for (name, template) in &planned.vars {
        let rendered = template.render(&running.context(0));
        let value = rendered.map_err(|error| running.template_trouble(error))?;
        running.scope.set(0, name, value);
    }
    Ok(())
}

/// Services of one case: its generator depends on the run's seed and the case's name alone, so that neither order nor
/// selection nor sharding changes what a case generates.
fn services(runner: &Runner, planned: &PlannedCase, number: usize) -> Services {
    let mut hasher = DefaultHasher::new();
    let suite = &runner.plan.suites[planned.suite];
    (runner.seed, &suite.file, &planned.name, number / runner.plan.cases.len()).hash(&mut hasher);
    let clock = runner.clock;
    Services {
        random: Mutex::new(fastrand::Rng::with_seed(hasher.finish())),
        now: Arc::new(move || clock.now().timestamp()),
        files: Arc::clone(&runner.files),
        variables: Arc::clone(&runner.variables),
    }
}

fn finish(runner: &Runner, case: usize, index: usize, step: &PlannedStep, finished: step::Finished) {
    let passed = finished.outcome == StepOutcome::Passed;
    runner.emit(EventKind::StepFinished(Box::new(StepFinished {
        case,
        step: index,
        name: step.name.clone(),
        operation: step.operation.clone(),
        place: (!passed).then(|| runner.plan.sources.place(step.span)),
        outcome: finished.outcome,
        attempts: finished.attempts,
        checks: finished.checks,
        captured: finished.captured,
        took_us: micros(finished.took),
    })));
}
