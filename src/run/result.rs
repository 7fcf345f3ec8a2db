//! What the parts of a case give back: evidence, and what was wrong. What that means for the step and its case is decided
//! in `verdict` and nowhere else.

use super::capture::Taken;
use super::running::Halt;
use crate::event::{Captured, Failure, StepError};
use std::time::Duration;

/// What came of a step, or of something that belongs to one: a repeated group, a flow's values, a setup's outputs, a
/// limit of time.
#[derive(Debug, Default)]
pub(super) struct StepResult {
    /// What there is to show.
    pub(super) evidence: Evidence,
    /// How it came to its end.
    pub(super) end: End,
    /// Why it ended before it was done, and the case with it.
    pub(super) halt: Option<Halt>,
}

/// What a step has to show.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    /// Exchanges begun.
    pub(super) attempts: u32,
    /// Single promises checked on the final attempt.
    pub(super) checks: u32,
    /// Names it set.
    pub(super) captured: Vec<Captured>,
    /// Whether all names it captures are set.
    pub(super) set: bool,
    /// From the first attempt's start to the end, waits included.
    pub(super) took: Duration,
}

/// How something came to its end.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum End {
    /// It was judged; these promises were broken, none where all were kept.
    Judged(Vec<Failure>),
    /// It could not be decided.
    Error(Box<StepError>),
    /// It was not run; why, in words.
    Skipped(String),
}

impl Default for End {
    fn default() -> Self {
        Self::Judged(Vec::new())
    }
}

impl StepResult {
    /// A step that was not run.
    pub(super) fn skipped(reason: &str) -> Self {
        Self { end: End::Skipped(reason.to_owned()), ..Self::default() }
    }

    /// What could not be decided, after so many attempts.
    pub(super) fn error(error: StepError, attempts: u32) -> Self {
        let evidence = Evidence { attempts, ..Evidence::default() };
        Self { evidence, end: End::Error(Box::new(error)), halt: None }
    }

    /// Promises that were broken, of so many checked, after so many attempts.
    pub(super) fn broken(failures: Vec<Failure>, attempts: u32, checks: u32) -> Self {
        let evidence = Evidence { attempts, checks, ..Evidence::default() };
        Self { evidence, end: End::Judged(failures), halt: None }
    }

    /// Whether the step was run.
    pub(super) const fn was_run(&self) -> bool {
        !matches!(self.end, End::Skipped(_))
    }

    /// The same, with the captures told that set names.
    pub(super) fn captured(mut self, taken: &[Taken<'_>]) -> Self {
        self.evidence.captured = taken.iter().map(Taken::told).collect();
        self.evidence.set = true;
        self
    }
}

impl End {
    /// The same, with what came of something that belongs to it. An error of its own stays.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Error(error), _) | (_, Self::Error(error)) => Self::Error(error),
            (Self::Judged(mut failures), Self::Judged(more)) => {
                failures.extend(more);
                Self::Judged(failures)
            }
            (Self::Skipped(_), Self::Judged(failures)) if !failures.is_empty() => Self::Judged(failures),
            (own, _) => own,
        }
    }

    /// The same, with failures first that did not keep a poll from asking on, where the same is not told already.
    pub(super) fn after(self, mut earlier: Vec<Failure>) -> Self {
        match self {
            Self::Judged(failures) => {
                earlier.retain(|failure| !has(&failures, failure));
                earlier.extend(failures);
                Self::Judged(earlier)
            }
            other => other,
        }
    }
}

/// Whether the same promise is among those that were broken.
pub(super) fn has(failures: &[Failure], failure: &Failure) -> bool {
    let id = failure.promise.id();
    failures.iter().any(|known| known.promise.id() == id)
}
