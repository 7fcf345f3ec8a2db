//! A run: what is walked, where to, and how.

use super::clock::Clock;
use super::contracts::Contracts;
use super::inbox::Inbox;
use super::rate::Rate;
use super::snapshots::Snapshots;
use super::stop::Stop;
use super::waive::Waivers;
use super::watch::Watchers;
use crate::event::Event;
use crate::expr::{Files, Variables};
use crate::plan::Plan;
use crate::secret::Redactor;
use crate::transport::Transport;
use std::num::NonZeroUsize;
use std::sync::Arc;

/// Takes every event, in order, from any thread. It may wait, and so hold the run back.
pub type Emit = Arc<dyn Fn(Event) + Send + Sync>;

/// A run: what is walked, where to, and how.
#[derive(Clone)]
pub struct Runner {
    /// What is to be run.
    pub plan: Arc<Plan>,
    /// The way to the server.
    pub transport: Arc<dyn Transport>,
    /// Where paths are below; no slash at the end.
    pub base_url: String,
    /// Contents of files.
    pub files: Arc<dyn Files>,
    /// Environment variables and secrets for templates.
    pub variables: Arc<Variables>,
    /// What was accepted of responses.
    pub snapshots: Arc<Snapshots>,
    /// What masks secrets where events are written; captures tell it of more.
    pub redactor: Redactor,
    /// The seed of everything generated.
    pub seed: u64,
    /// How many cases are at work at once; one that waits is not at work.
    pub jobs: NonZeroUsize,
    /// How many times the cases are gone through.
    pub rounds: u32,
    /// How often a case that does not pass is run again.
    pub reruns: u32,
    /// How exchanges are validated against contracts.
    pub contracts: Arc<Contracts>,
    /// Failures for which somebody answers.
    pub waivers: Arc<Waivers>,
    /// Who looks at judged exchanges; nobody by default.
    pub watchers: Watchers,
    /// Requests to us, where somebody listens for them.
    pub inbox: Option<Arc<Inbox>>,
    /// How fast requests may follow each other; as fast as they can without it.
    pub rate: Option<Arc<Rate>>,
    /// When to stop early.
    pub fail_fast: FailFast,
    /// The time.
    pub clock: Clock,
    /// Where a request to stop arrives.
    pub stop: Stop,
    /// Who is told.
    pub emit: Emit,
}

/// When a run stops before its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailFast {
    /// Never: every case is run.
    Never,
    /// After the first case that does not pass.
    FirstFailure,
}
