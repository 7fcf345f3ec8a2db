//! What a running case carries: its names, its permit to work, its limit of time. Every wait of a case is here.

use super::clock::millis;
use super::ground::Ground;
use super::jar::Jar;
use super::runner::Runner;
use super::url;
use super::waive::At;
use crate::event::{Failure, Promise, StepError, StepErrorKind};
use crate::expr::{Context, RenderError, Scope, Services};
use crate::plan::{PlannedCase, PlannedStep};
use crate::source::{Location, Span, Spanned};
use crate::text::Fnv;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// A permit to be at work, one of as many as `--jobs` says. A case gives it away while it waits.
pub(super) struct Permit {
    permits: Arc<Semaphore>,
    held: Option<OwnedSemaphorePermit>,
}

impl Permit {
    /// A permit that somebody has taken.
    pub(super) const fn new(permits: Arc<Semaphore>, held: OwnedSemaphorePermit) -> Self {
        Self { permits, held: Some(held) }
    }

    /// Gives the permit to another case.
    pub(super) fn leave(&mut self) {
        self.held = None;
    }

    /// Waits for a permit, where there is none.
    pub(super) async fn take(&mut self) {
        if self.held.is_none() {
            self.held = Arc::clone(&self.permits).acquire_owned().await.ok();
        }
    }
}

/// What the steps of one running case share.
pub(super) struct Running<'a> {
    pub(super) runner: &'a Runner,
    /// The case, counted through all rounds.
    pub(super) case: usize,
    pub(super) scope: Scope,
    pub(super) services: Arc<Services>,
    pub(super) permit: &'a mut Permit,
    /// The case's own limit of time.
    pub(super) limit: Option<Limit>,
    pub(super) stage: Stage,
    /// Cookies that answers set, where the suite keeps them.
    pub(super) jar: Mutex<Jar>,
    /// How many steps the case has, where a setup is done again within it: its steps are told after those.
    pub(super) behind: usize,
    /// Where answers pointed to with a `Location` header, as it came, each with the URL that was asked.
    pub(super) pointed: Mutex<Vec<(String, String)>>,
}

/// A case's limit of time.
#[derive(Debug, Clone)]
pub(super) struct Limit {
    /// When it is reached.
    pub(super) at: Instant,
    /// The limit as written.
    pub(super) within: Spanned<Duration>,
}

/// What part of a case is under way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Its steps, which a request to stop and the case's own limit end.
    Body,
    /// Its cleanup, which is done whatever happens.
    Cleanup,
}

/// Why a wait ended early, and with it the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Halt {
    /// Somebody asked the run to stop.
    Stopped,
    /// The case's own limit was reached.
    OverTime,
}

impl Running<'_> {
    /// Takes note of where an answer points to.
    pub(super) fn points(&self, location: &str, asked: &str) {
        if let Ok(mut pointed) = self.pointed.lock() {
            pointed.retain(|(known, _)| known != location);
            pointed.push((location.to_owned(), asked.to_owned()));
        }
    }

    /// The whole URL of what an answer pointed to, relative to what was asked (RFC 9110, section 10.2.2).
    pub(super) fn pointed_to(&self, location: &str) -> Option<String> {
        let pointed = self.pointed.lock().ok()?;
        let (_, asked) = pointed.iter().find(|(known, _)| known == location)?;
        url::resolved(location, &::url::Url::parse(asked).ok()?)
    }

    /// Why nothing new may begin, if so.
    pub(super) fn stopped(&self) -> Option<String> {
        match self.stage {
            Stage::Body => self.runner.stop.reason(),
            Stage::Cleanup => None,
        }
    }

    /// When the part under way must be over.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.limit.as_ref().filter(|_| self.stage == Stage::Body).map(|limit| limit.at)
    }

    /// Whether nothing new may begin.
    pub(super) fn may_begin(&self) -> Result<(), Halt> {
        if self.deadline().is_some_and(|deadline| Instant::now() >= deadline) {
            return Err(Halt::OverTime);
        }
        if self.stopped().is_some() { Err(Halt::Stopped) } else { Ok(()) }
    }

    /// Waits with the permit given away; afterwards the case is at work again.
    pub(super) async fn wait(&mut self, wait: Duration) -> Result<(), Halt> {
        self.permit.leave();
        self.pause(wait).await?;
        let deadline = self.deadline();
        tokio::select! {
            biased;
            () = reached(deadline) => return Err(Halt::OverTime),
            () = self.permit.take() => {}
        }
        self.may_begin()
    }

    /// Waits with the permit kept.
    pub(super) async fn pause(&self, wait: Duration) -> Result<(), Halt> {
        tokio::select! {
            biased;
            () = self.runner.stop.requested(), if self.stage == Stage::Body => Err(Halt::Stopped),
            () = reached(self.deadline()) => Err(Halt::OverTime),
            () = tokio::time::sleep(wait) => Ok(()),
        }
    }

    /// What templates see from a frame.
    pub(super) fn context(&self, frame: usize) -> Context<'_> {
        Context::new(&self.scope, frame, &self.services)
    }

    /// What a step's exchanges are judged by.
    pub(super) fn ground<'g>(&'g self, step: &'g PlannedStep) -> Ground<'g> {
        let context = self.context(step.frame);
        let Runner { plan, contracts, .. } = self.runner;
        Ground { plan, contracts, step, context }
    }

    /// The number that a step is told by.
    pub(super) const fn number(&self, step: &PlannedStep) -> usize {
        self.behind + step.number
    }

    /// The name that a step is told by.
    pub(super) fn name(&self, step: &PlannedStep) -> String {
        if self.behind > 0 { format!("setup renewed › {}", step.name) } else { step.name.clone() }
    }

    /// Where a step is, for waivers.
    pub(super) fn at<'s>(&'s self, step: &'s PlannedStep) -> At<'s> {
        let plan = &*self.runner.plan;
        At { plan, case: self.case % plan.cases.len().max(1), step }
    }

    /// Where a piece of the suite stands.
    pub(super) fn location(&self, span: Span) -> Location {
        self.runner.plan.sources.place(span)
    }

    /// A part of the suite that could not be worked out.
    pub(super) fn error(&self, kind: StepErrorKind, error: RenderError) -> StepError {
        StepError { kind, message: error.message, place: self.location(error.span) }
    }

    /// A step that could not end because somebody stopped the run.
    pub(super) fn stopped_error(&self, span: Span) -> StepError {
        let message = self.stopped().unwrap_or_default();
        StepError { kind: StepErrorKind::Stopped, message, place: self.location(span) }
    }

    /// The promise that a case over its limit breaks.
    pub(super) fn overran(&self) -> Vec<Failure> {
        let failure = |limit: &Limit| Failure {
            place: self.location(limit.within.span),
            promise: Promise::Overran { limit_ms: millis(limit.within.value) },
        };
        self.limit.as_ref().map(failure).into_iter().collect()
    }
}

/// Returns when a moment has come; never without one.
async fn reached(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

/// Services of one case: its generator depends on the run's seed, the case's name, its round and which time it is run
/// alone, so that neither order nor selection nor sharding changes what a case generates.
pub(super) fn services(runner: &Runner, planned: &PlannedCase, number: usize, time: u32) -> Services {
    let suite = &runner.plan.suites[planned.suite];
    let round = number / runner.plan.cases.len();
    let seed = Fnv::default().text(&suite.file).text(&planned.name);
    let seed = seed.number(runner.seed).number(round as u64).number(u64::from(time)).mixed();
    let clock = runner.clock;
    Services {
        random: Mutex::new(fastrand::Rng::with_seed(seed)),
        made: Mutex::default(),
        now: Arc::new(move || clock.now().timestamp()),
        files: Arc::clone(&runner.files),
        variables: Arc::clone(&runner.variables),
    }
}
