//! How a case or a step ended, in one word: what every report, the history and comparisons speak of.
//!
//! [`CaseOutcome`] and [`StepOutcome`] are what a journal holds and carry the evidence; this is the same without it.

use super::{CaseOutcome, StepOutcome};
use serde::{Serialize, Serializer};

/// How a case or a step ended. Better ones come first, so that the worst of several is their maximum.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Outcome {
    /// There is no result: it was not selected, did not exist, or the run ended before.
    Missing,
    /// It was not run, for a stated reason.
    Skipped,
    /// Every promise was kept.
    Passed,
    /// It passed when it was run again.
    Flaky,
    /// Only promises were broken for which somebody answers.
    Waived,
    /// It could not be decided.
    Error,
    /// A promise was broken.
    Failed,
}

impl Outcome {
    /// All of them, from the best to the worst.
    pub const ALL: [Self; 7] =
        [Self::Missing, Self::Skipped, Self::Passed, Self::Flaky, Self::Waived, Self::Error, Self::Failed];

    /// All of them, in the order in which somebody should look at them.
    pub const URGENT_FIRST: [Self; 7] =
        [Self::Failed, Self::Error, Self::Missing, Self::Flaky, Self::Waived, Self::Skipped, Self::Passed];

    /// The word for it in files that programs read; it stays.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Missing => "no result",
            Self::Skipped => "skipped",
            Self::Passed => "passed",
            Self::Flaky => "flaky",
            Self::Waived => "waived",
            Self::Error => "error",
            Self::Failed => "failed",
        }
    }

    /// Its letter in the history's database and in JSON; it stays.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Missing => '.',
            Self::Skipped => 'S',
            Self::Passed => 'P',
            Self::Flaky => 'Y',
            Self::Waived => 'W',
            Self::Error => 'T',
            Self::Failed => 'F',
        }
    }

    /// The outcome of a letter.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.letter() == letter)
    }

    /// Whether it was run and the promises were kept in the end.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Passed | Self::Flaky)
    }

    /// Whether it was run and somebody has to look at it.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Error | Self::Failed)
    }

    /// Whether it was run at all.
    #[must_use]
    pub const fn was_run(self) -> bool {
        !matches!(self, Self::Missing | Self::Skipped)
    }

    /// Whether a case that ended so keeps its run from passing; `flaky_fails` is whether a flaky one does.
    #[must_use]
    pub fn fails(self, flaky_fails: FlakyCases) -> bool {
        match self {
            Self::Failed | Self::Error | Self::Missing => true,
            Self::Flaky => flaky_fails == FlakyCases::Fail,
            Self::Passed | Self::Waived | Self::Skipped => false,
        }
    }
}

/// What flaky cases mean for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlakyCases {
    /// They pass.
    Pass,
    /// They fail it.
    Fail,
}

impl From<&CaseOutcome> for Outcome {
    fn from(outcome: &CaseOutcome) -> Self {
        match outcome {
            CaseOutcome::Passed => Self::Passed,
            CaseOutcome::Flaky { .. } => Self::Flaky,
            CaseOutcome::Failed => Self::Failed,
            CaseOutcome::Waived => Self::Waived,
            CaseOutcome::Error => Self::Error,
            CaseOutcome::Skipped { .. } => Self::Skipped,
        }
    }
}

impl From<&StepOutcome> for Outcome {
    fn from(outcome: &StepOutcome) -> Self {
        match outcome {
            StepOutcome::Passed => Self::Passed,
            StepOutcome::Failed(_) => Self::Failed,
            StepOutcome::Waived(_) => Self::Waived,
            StepOutcome::Error(_) => Self::Error,
            StepOutcome::Skipped { .. } => Self::Skipped,
        }
    }
}

impl Serialize for Outcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.letter())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_are_read_back_as_what_they_were_and_every_outcome_is_listed_once() {
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::of_letter(outcome.letter()), Some(outcome));
            assert_eq!(Outcome::URGENT_FIRST.iter().filter(|other| **other == outcome).count(), 1);
        }
        assert_eq!(Outcome::of_letter('x'), None);
        assert!(Outcome::ALL.is_sorted());
    }

    #[test]
    fn what_has_no_result_never_passes() {
        for outcome in [Outcome::Missing, Outcome::Error, Outcome::Failed] {
            assert!(outcome.fails(FlakyCases::Pass));
        }
        assert!(Outcome::Flaky.fails(FlakyCases::Fail) && !Outcome::Flaky.fails(FlakyCases::Pass));
    }
}
