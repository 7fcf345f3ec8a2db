//! What a database gives back: runs in order, and how their cases ended.

use super::{Latencies, Problem, Sign};
use crate::event::{Share, Timestamp, Verdict};

/// Past runs against one environment, the oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Past {
    /// The environment's name.
    pub(super) environment: String,
    /// The runs.
    pub(super) runs: Vec<PastRun>,
    /// The cases that appear in them: file and name.
    pub(super) cases: Vec<(String, String)>,
    /// The problems that appear in them.
    pub(super) problems: Vec<Problem>,
    /// How cases ended, in no order.
    pub(super) results: Vec<PastResult>,
    /// How long operations took.
    pub(super) latencies: Vec<PastLatencies>,
}

/// A past run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PastRun {
    /// Its id.
    pub(super) run: String,
    /// The share of the cases that it is.
    pub(super) share: Option<Share>,
    /// When it began.
    pub(super) started: Timestamp,
    /// What it amounts to.
    pub(super) verdict: Verdict,
}

/// How a case ended in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PastResult {
    /// The run, as an index into [`Past::runs`].
    pub(super) run: usize,
    /// The case, as an index into [`Past::cases`].
    pub(super) case: usize,
    /// How it ended.
    pub(super) sign: Sign,
    /// Whether it both passed and did not pass.
    pub(super) unsteady: bool,
    /// The problem, as an index into [`Past::problems`].
    pub(super) problem: Option<usize>,
}

/// How long an operation took in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PastLatencies {
    /// The run, as an index into [`Past::runs`].
    pub(super) run: usize,
    /// The operation.
    pub(super) operation: String,
    /// How long it took.
    pub(super) latencies: Latencies,
}
