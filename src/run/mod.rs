//! Walks a plan and says what happens, as events. Knows no report, no file and no stream.

mod answer;
mod attempt;
mod capture;
mod case;
mod check;
mod clock;
mod poll;
mod rate;
mod request;
mod retry;
mod schedule;
mod shared;
mod snapshot;
mod step;
mod stop;
mod validate;
mod waive;
mod walk;

pub use clock::Clock;
pub use rate::Rate;
pub use schedule::run;
pub use snapshot::{OwnedSnapshot, SnapshotHome, SnapshotMode, Snapshots, owned_snapshots};
pub use stop::{OVER_TIME, Stop};
pub use validate::Contracts;
pub use waive::{Scope, Waivers};

use crate::event::{CaseEntry, Event, EventKind, SuiteEntry};
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
    /// How exchanges are held against contracts.
    pub contracts: Arc<Contracts>,
    /// Failures for which somebody answers.
    pub waivers: Arc<Waivers>,
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

impl Runner {
    fn emit(&self, kind: EventKind) {
        (self.emit)(Event { at: self.clock.now(), kind });
    }
}

/// A plan's suites and cases as the event of a run's start names them.
#[must_use]
pub fn entries(plan: &Plan) -> (Vec<SuiteEntry>, Vec<CaseEntry>) {
    let suites = plan.suites.iter().map(|suite| SuiteEntry { file: suite.file.clone(), name: suite.name.clone() });
    let cases = plan.cases.iter().map(|case| CaseEntry {
        suite: case.suite,
        name: case.name.clone(),
        setup: case.outputs.is_some(),
        line: Some(plan.sources.place(case.span).line),
        tags: case.tags.clone(),
    });
    (suites.collect(), cases.collect())
}
