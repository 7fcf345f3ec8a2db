//! What became of mutants, and the score.

use super::mutant::Mutant;
use crate::event::{Failure, Promise};
use crate::source::Location;

/// Who noticed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Guard {
    /// A suite: an expectation, a capture, a poll.
    Suite,
    /// A snapshot.
    Snapshot,
    /// The contract.
    Contract,
    /// A rule over more than one exchange.
    Rule,
}

impl Guard {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Suite => "suite",
            Self::Snapshot => "snapshot",
            Self::Contract => "contract",
            Self::Rule => "rule",
        }
    }
}

/// Who made a promise that is not kept.
#[must_use]
pub fn guard_of(failure: &Failure) -> Guard {
    match &failure.promise {
        Promise::Contract(_) | Promise::Finding(_) => Guard::Contract,
        Promise::Snapshot(_) => Guard::Snapshot,
        other if other.id().starts_with("rule:") => Guard::Rule,
        _ => Guard::Suite,
    }
}

/// How a mutant was noticed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Catch {
    /// Who noticed.
    pub guard: Guard,
    /// The case, as an index into the plan's.
    pub case: usize,
    /// The step's number.
    pub step: usize,
    /// Which promise, by its id.
    pub promise: String,
    /// Where the promise is made.
    pub place: Location,
}

/// What became of a mutant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Somebody noticed.
    Caught,
    /// Nobody noticed, and a suite could have: a promise is known.
    Missed,
    /// Nobody noticed, and nothing says that it must not be so: a question to the owner.
    Unpromised,
    /// It could not be decided; why.
    Error(String),
}

impl Verdict {
    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Caught => "caught",
            Self::Missed => "missed",
            Self::Unpromised => "unpromised",
            Self::Error(_) => "error",
        }
    }
}

/// A mutant and what became of it.
#[derive(Debug, Clone)]
pub struct Grades {
    /// The mutant.
    pub mutant: Mutant,
    /// What became of it.
    pub verdict: Verdict,
    /// Who noticed, the first of each guard.
    pub catches: Vec<Catch>,
    /// How many cases reached it.
    pub reached: usize,
    /// The step nearest to it, as `file:line`, with its name.
    pub near: Option<(Location, String)>,
    /// A line for that step that would notice.
    pub add: Option<String>,
    /// Where the contract makes the promise.
    pub promised: Option<Location>,
    /// Why it is missed, or why it is only unpromised.
    pub because: String,
    /// Whether it was played between runner and server.
    pub live: bool,
}

/// How many of the promises are guarded.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Score {
    /// Caught.
    pub caught: usize,
    /// Missed.
    pub missed: usize,
}

impl Score {
    /// In percent; nothing where there is nothing to guard.
    #[must_use]
    pub fn percent(self) -> Option<f64> {
        let all = self.caught + self.missed;
        // Counts of mutants are far below where a float loses digits.
        #[expect(clippy::cast_precision_loss, reason = "there are fewer than 2^52 of them")]
        let percent = || self.caught as f64 * 100.0 / all as f64;
        (all > 0).then(percent)
    }

    /// The score of those that some guards notice. What nobody promised is no promise, whoever guards.
    #[must_use]
    pub fn of(all: &[Grades], guards: &[Guard]) -> Self {
        let mut score = Self::default();
        for grades in all {
            match grades.verdict {
                Verdict::Caught if grades.catches.iter().any(|catch| guards.contains(&catch.guard)) => {
                    score.caught += 1;
                }
                Verdict::Caught | Verdict::Missed => score.missed += 1,
                Verdict::Unpromised | Verdict::Error(_) => {}
            }
        }
        score
    }
}
