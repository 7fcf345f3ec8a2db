//! One case: its names, its place among the cases at work, its outcome.

use super::clock::micros;
use super::schedule::FAIL_FAST;
use super::shared::Shared;
use super::{FailFast, Runner, walk};
use crate::event::{CaseFinished, CaseOutcome, CaseRerun, CaseStarted, EventKind, StepError, StepErrorKind};
use crate::expr::{Context, RenderError, Scope, Services};
use crate::plan::PlannedCase;
use crate::source::Span;
use serde_json::Value;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// A place among the cases at work. A case gives it away while it waits.
pub(super) struct Permit<'a> {
    places: &'a Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

impl Permit<'_> {
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
    pub(super) place: Permit<'a>,
    /// When the case must be over.
    pub(super) deadline: Option<Instant>,
    pub(super) stage: Stage,
}

/// What part of a case is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its steps, which a request to stop ends.
    Body,
    /// Its cleanup, which is done whatever happens.
    Cleanup,
}

impl Running<'_> {
    /// Why nothing new may begin, if so.
    pub(super) fn stopped(&self) -> Option<String> {
        match self.stage {
            Stage::Body => self.runner.stop.reason(),
            Stage::Cleanup => None,
        }
    }

    /// Waits with its place given away; answers whether the case goes on.
    pub(super) async fn wait(&mut self, wait: Duration) -> bool {
        self.place.leave();
        let on = self.pause(wait).await;
        if on {
            self.place.take().await;
        }
        on && self.stopped().is_none()
    }

    /// Waits with its place kept; answers whether the case goes on.
    pub(super) async fn pause(&self, wait: Duration) -> bool {
        tokio::select! {
            biased;
            () = self.runner.stop.requested(), if self.stage == Stage::Body => false,
            () = tokio::time::sleep(wait) => true,
        }
    }

    /// Error of a step that could not end because the case had to.
    pub(super) fn stopped_error(&self, span: Span) -> StepError {
        let message = self.stopped().unwrap_or_default();
        StepError { kind: StepErrorKind::Stopped, message, place: self.runner.plan.sources.place(span) }
    }

    /// What templates see from a frame.
    pub(super) fn context(&self, frame: usize) -> Context<'_> {
        Context::new(&self.scope, frame, &self.services)
    }

    /// Error with a template of the suite.
    pub(super) fn template_error(&self, error: RenderError) -> StepError {
        let place = self.runner.plan.sources.place(error.span);
        StepError { kind: StepErrorKind::Request, message: error.message, place }
    }
}

/// Runs one case, again if it does not pass and may be run again. `number` counts through all rounds.
pub(super) async fn run(
    runner: &Runner,
    shared: &Shared,
    number: usize,
    places: &Arc<Semaphore>,
    held: OwnedSemaphorePermit,
) {
    let started = Instant::now();
    let mut place = Permit { places, held: Some(held) };
    let given = match needed(runner, shared, number, &mut place).await {
        Ok(given) => given,
        Err(reason) => return skip(runner, shared, number, &reason),
    };
    let mut time = 1;
    let (outcome, gives) = loop {
        place.take().await;
        let (outcome, gives) = once(runner, number, time, &given, &mut place).await;
        let again = matches!(outcome, CaseOutcome::Failed | CaseOutcome::Error);
        if !again || time > runner.reruns || runner.stop.reason().is_some() {
            break (outcome, gives);
        }
        runner.emit(EventKind::CaseRerun(CaseRerun { case: number, outcome, time }));
        time += 1;
    };
    let outcome = match outcome {
        CaseOutcome::Passed if time > 1 => CaseOutcome::Flaky { reruns: time - 1 },
        other => other,
    };
    // Somebody answers for what is waived; what such a case gives was captured all the same.
    let good = matches!(outcome, CaseOutcome::Passed | CaseOutcome::Waived | CaseOutcome::Flaky { .. });
    let bad = matches!(outcome, CaseOutcome::Failed | CaseOutcome::Error);
    let took_us = micros(started.elapsed());
    runner.emit(EventKind::CaseFinished(CaseFinished { case: number, outcome, took_us }));
    // While this case still has its place: the next one must not begin in between.
    if bad && runner.fail_fast == FailFast::FirstFailure {
        runner.stop.request(FAIL_FAST);
    }
    let name = &runner.plan.cases[number % runner.plan.cases.len()].name;
    shared.give(number, gives.filter(|_| good).map(Arc::new).ok_or_else(|| format!("`{name}` did not pass")));
    drop(place);
}

/// Tells of a case that is not run.
pub(super) fn skip(runner: &Runner, shared: &Shared, case: usize, reason: &str) {
    let outcome = CaseOutcome::Skipped { reason: reason.to_owned() };
    runner.emit(EventKind::CaseFinished(CaseFinished { case, outcome, took_us: 0 }));
    shared.give(case, Err(reason.to_owned()));
}

/// What the setups give that a case needs, waited for with its place given away.
async fn needed(
    runner: &Runner,
    shared: &Shared,
    number: usize,
    place: &mut Permit<'_>,
) -> Result<Vec<Arc<Vec<(String, Value)>>>, String> {
    let cases = runner.plan.cases.len();
    let mut given = Vec::new();
    for need in &runner.plan.cases[number % cases].needs {
        place.leave();
        let setup = number / cases * cases + need;
        given.push(tokio::select! {
            biased;
            () = runner.stop.requested() => return Err(runner.stop.reason().unwrap_or_default()),
            given = shared.take(setup) => given?,
        });
    }
    Ok(given)
}

/// Runs a case one time; answers with how it ended and, for a setup, with what it gives.
async fn once(
    runner: &Runner,
    number: usize,
    time: u32,
    given: &[Arc<Vec<(String, Value)>>],
    place: &mut Permit<'_>,
) -> (CaseOutcome, Option<Vec<(String, Value)>>) {
    runner.emit(EventKind::CaseStarted(CaseStarted { case: number }));
    let planned = Arc::clone(&runner.plan.cases[number % runner.plan.cases.len()]);
    let mut running = Running {
        runner,
        case: number,
        scope: Scope::new(Arc::clone(&runner.plan.globals.names), planned.frames),
        services: Arc::new(services(runner, &planned, number, time)),
        place: Permit { places: place.places, held: place.held.take() },
        deadline: planned.within.as_ref().map(|within| Instant::now() + within.value),
        stage: Stage::Body,
    };
    for (name, value) in given.iter().flat_map(|given| given.iter()) {
        running.scope.set(0, name, value.clone());
    }
    let begin = set_vars(&mut running, &planned).err();
    let (outcome, gives) = walk::body(&mut running, &planned, begin).await;
    walk::cleanup(&mut running, &planned).await;
    place.held = running.place.held.take();
    (outcome, gives)
}

/// Gives the case's names their values. Error with them is told as the first step's, which cannot begin.
fn set_vars(running: &mut Running<'_>, planned: &PlannedCase) -> Result<(), StepError> {
    for (name, template) in &planned.vars {
        let rendered = template.render(&running.context(0));
        let value = rendered.map_err(|error| running.template_error(error))?;
        running.scope.set(0, name, value);
    }
    Ok(())
}

/// Services of one case: its generator depends on the run's seed, the case's name and which time it is run alone, so that
/// neither order nor selection nor sharding changes what a case generates.
fn services(runner: &Runner, planned: &PlannedCase, number: usize, time: u32) -> Services {
    let mut hasher = DefaultHasher::new();
    let suite = &runner.plan.suites[planned.suite];
    (runner.seed, &suite.file, &planned.name, number / runner.plan.cases.len(), time).hash(&mut hasher);
    let clock = runner.clock;
    Services {
        random: Mutex::new(fastrand::Rng::with_seed(hasher.finish())),
        made: Mutex::default(),
        now: Arc::new(move || clock.now().timestamp()),
        files: Arc::clone(&runner.files),
        variables: Arc::clone(&runner.variables),
    }
}
