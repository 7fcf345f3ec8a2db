//! What a run said at its start about its cases, in the form in which reports look it up.

use crate::event::{CaseEntry, RunStarted, SuiteEntry};
use crate::text::{stem, visible_line};

/// The cases of a run by their numbers.
#[derive(Debug)]
pub struct Index {
    started: RunStarted,
    stems: Vec<String>,
    rounds: usize,
}

impl Index {
    /// Keeps what is needed of it.
    pub(in crate::report) fn new(run: &RunStarted) -> Self {
        Self {
            stems: run.suites.iter().map(|suite| stem(&suite.file)).collect(),
            rounds: run.rounds.max(1) as usize,
            started: run.clone(),
        }
    }

    /// What the run said at its start.
    #[must_use]
    pub const fn started(&self) -> &RunStarted {
        &self.started
    }

    /// How many cases have a number, all rounds together.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.started.cases.len().saturating_mul(self.rounds)
    }

    /// Whether the run has no case at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.started.cases.is_empty()
    }

    /// How many cases one round has; 1 where there is none, so that it can be divided by.
    #[must_use]
    pub fn round(&self) -> usize {
        self.started.cases.len().max(1)
    }

    /// What the run said of a case.
    #[must_use]
    pub fn entry(&self, case: usize) -> Option<&CaseEntry> {
        self.started.cases.get(case % self.round())
    }

    /// The suite of a case, as an index into the run's suites.
    #[must_use]
    pub fn suite_number(&self, case: usize) -> Option<usize> {
        Some(self.entry(case)?.suite)
    }

    /// The suite of a case.
    #[must_use]
    pub fn suite(&self, case: usize) -> Option<&SuiteEntry> {
        self.started.suites.get(self.suite_number(case)?)
    }

    /// How many cases of a suite have a number, all rounds together.
    #[must_use]
    pub fn size(&self, suite: usize) -> usize {
        self.started.cases.iter().filter(|case| case.suite == suite).count().saturating_mul(self.rounds)
    }

    /// The stem of a case's file: `operations/create-user`.
    #[must_use]
    pub fn stem(&self, case: usize) -> &str {
        self.suite_number(case).and_then(|suite| self.stems.get(suite)).map_or("(unknown suite)", String::as_str)
    }

    /// A case's name as written, with its round where there are several.
    #[must_use]
    pub fn name(&self, case: usize) -> String {
        let name = self.bare_name(case).unwrap_or("(unknown case)");
        match self.rounds {
            1 => name.to_owned(),
            rounds => format!("{name} [{}/{rounds}]", case / self.round() + 1),
        }
    }

    /// A case's name as written, the same in every round; none for a case that the run does not name.
    #[must_use]
    pub fn bare_name(&self, case: usize) -> Option<&str> {
        Some(self.entry(case)?.name.as_str())
    }

    /// `operations/create-user › a new customer is created`, made fit to be shown.
    #[must_use]
    pub fn title(&self, case: usize) -> String {
        format!("{} › {}", self.stem(case), visible_line(&self.name(case)))
    }

    /// Whether a case is a setup: done for other cases, and no proof of anything by itself.
    #[must_use]
    pub fn is_setup(&self, case: usize) -> bool {
        self.entry(case).is_some_and(|entry| entry.setup)
    }
}
