//! What the history keeps of a run.

use super::Latencies;
use crate::event::{CaseOutcome, Share, Timestamp, Verdict};
use serde::{Deserialize, Serialize};

/// What remains of a run.
#[derive(Debug, Clone, PartialEq)]
pub struct RunRecord {
    /// The run's id.
    pub run: String,
    /// The share of the cases that it is, where they are run in several.
    pub share: Option<Share>,
    /// When it began.
    pub started: Timestamp,
    /// From its start to its end, in microseconds; absent when it was killed.
    pub took_us: Option<u64>,
    /// The environment's name.
    pub environment: String,
    /// Where requests went, in words.
    pub target: String,
    /// What it amounts to.
    pub verdict: Verdict,
    /// How many cases were to be run, each once.
    pub planned: usize,
    /// The cases that have a result, each once.
    pub cases: Vec<CaseRecord>,
    /// How long the operations took, by their names.
    pub operations: Vec<(String, Latencies)>,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// Its file, as reports name it: `operations/create-user`.
    pub suite: String,
    /// Its name.
    pub case: String,
    /// How it ended; of several rounds, the worst.
    pub sign: Sign,
    /// Whether it both passed and did not pass within the run.
    pub unsteady: bool,
    /// How long it took, in microseconds.
    pub took_us: u64,
    /// The first thing that was wrong, unless nothing was.
    pub problem: Option<Problem>,
}

/// The first thing that was wrong with a case.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Problem {
    /// The same for the same thing in every run: the id of a promise, or the kind of error.
    pub id: String,
    /// It in one line.
    pub title: String,
    /// The step's name; empty where no step is to blame.
    pub step: String,
    /// The contract's operation that the step called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
}

/// How a case ended in a run, in one sign. Better ones come first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Sign {
    /// It has no result: it was not selected, did not exist, or the run was killed before.
    Absent,
    /// It was not run, for a stated reason.
    Skipped,
    /// It passed.
    Passed,
    /// It passed when it was run again.
    Flaky,
    /// Only promises were broken for which somebody answers.
    Waived,
    /// It could not be told.
    Error,
    /// A promise was broken.
    Failed,
}

impl Sign {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Absent, Self::Skipped, Self::Passed, Self::Flaky, Self::Waived, Self::Error, Self::Failed];

    /// Its letter in the database and in JSON.
    #[must_use]
    pub const fn letter(self) -> char {
        match self {
            Self::Absent => '.',
            Self::Skipped => 'S',
            Self::Passed => 'P',
            Self::Flaky => 'Y',
            Self::Waived => 'W',
            Self::Error => 'T',
            Self::Failed => 'F',
        }
    }

    /// The sign of a letter.
    #[must_use]
    pub fn of_letter(letter: char) -> Option<Self> {
        Self::ALL.into_iter().find(|sign| sign.letter() == letter)
    }

    /// Whether the case was run and the promises were kept in the end.
    #[must_use]
    pub const fn is_good(self) -> bool {
        matches!(self, Self::Passed | Self::Flaky)
    }

    /// Whether the case was run and somebody has to look at it.
    #[must_use]
    pub const fn is_bad(self) -> bool {
        matches!(self, Self::Error | Self::Failed)
    }

    /// Whether the case was run at all.
    #[must_use]
    pub const fn was_run(self) -> bool {
        !matches!(self, Self::Absent | Self::Skipped)
    }
}

impl Serialize for Sign {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_char(self.letter())
    }
}

impl From<&CaseOutcome> for Sign {
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

impl RunRecord {
    /// How many of its cases were to be run and have no result.
    #[must_use]
    pub const fn missing(&self) -> usize {
        self.planned.saturating_sub(self.cases.len())
    }
}

/// Words for verdicts, as the database and JSON have them.
pub(super) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Interrupted => "interrupted",
        Verdict::Failed => "failed",
        Verdict::Error => "troubled",
        Verdict::Passed => "passed",
    }
}

/// The verdict of a word.
pub(super) fn verdict(text: &str) -> Option<Verdict> {
    let all = [Verdict::Interrupted, Verdict::Failed, Verdict::Error, Verdict::Passed];
    all.into_iter().find(|verdict| word(*verdict) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_and_words_are_read_back_as_what_they_were() {
        for sign in Sign::ALL {
            assert_eq!(Sign::of_letter(sign.letter()), Some(sign));
        }
        assert_eq!(Sign::of_letter('x'), None);
        for text in ["interrupted", "failed", "troubled", "passed"] {
            assert_eq!(verdict(text).map(word), Some(text));
        }
        assert!(verdict("fine").is_none());
    }
}
