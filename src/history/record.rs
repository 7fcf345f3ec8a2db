//! What the history keeps of a run.

use super::Latencies;
use crate::event::{Outcome, Share, Timestamp, Verdict};
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
    /// The seed of everything it generated; absent in histories of 0.1.
    pub seed: Option<u64>,
    /// What it amounts to.
    pub verdict: Verdict,
    /// How many cases were to be run, each once.
    pub planned: usize,
    /// The cases that have a result, each once.
    pub cases: Vec<CaseRecord>,
    /// How long the operations took, by their names.
    pub operations: Vec<(String, Latencies)>,
    /// The contracts it was held against.
    pub contracts: Vec<ContractRecord>,
}

/// A contract that a run was held against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ContractRecord {
    /// The name by which suites use it.
    pub name: String,
    /// The version it gives itself.
    pub version: String,
    /// The same for the same promises.
    pub digest: String,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseRecord {
    /// Its file, as reports name it: `operations/create-user`.
    pub suite: String,
    /// Its name.
    pub case: String,
    /// How it ended; of several rounds, the worst.
    pub sign: Outcome,
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
        Verdict::Error => "error",
        Verdict::Passed => "passed",
    }
}

/// The verdict of a word.
pub(super) fn verdict(text: &str) -> Option<Verdict> {
    let all = [Verdict::Interrupted, Verdict::Failed, Verdict::Error, Verdict::Passed];
    // Databases of 0.1 say `troubled`.
    let text = if text == "troubled" { "error" } else { text };
    all.into_iter().find(|verdict| word(*verdict) == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back_as_what_they_were_and_old_ones_too() {
        for text in ["interrupted", "failed", "error", "passed"] {
            assert_eq!(verdict(text).map(word), Some(text));
        }
        assert_eq!(verdict("troubled").map(word), Some("error"));
        assert!(verdict("fine").is_none());
    }
}
