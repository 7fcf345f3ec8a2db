//! What a run amounts to, in one sentence, told once for every report.

use crate::event::{Tally, Verdict};
use crate::text::{count, duration, grouped};
use std::time::Duration;

/// The verdict as one word.
pub(super) const fn verdict_word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "Passed",
        Verdict::Failed => "Failed",
        Verdict::Troubled => "Undecided",
        Verdict::Interrupted => "Interrupted",
    }
}

/// The counts of a run and how long it took.
pub(super) struct Totals<'a> {
    pub(super) tally: &'a Tally,
    pub(super) took: Duration,
}

impl Totals<'_> {
    /// What is to be said of cleanups, if anything.
    pub(super) fn cleanups(&self) -> Option<String> {
        let steps = count(self.tally.cleanups, "step");
        (self.tally.cleanups > 0).then(|| format!("{steps} of a cleanup did not pass; that decides no case"))
    }

    /// What the run amounts to, without the verdict's word.
    pub(super) fn sentence(&self) -> String {
        match self.tally.verdict() {
            Verdict::Passed => self.passed(),
            Verdict::Failed | Verdict::Troubled | Verdict::Interrupted => self.not_passed(),
        }
    }

    /// `74 cases, 412 steps, 530 requests, 1,903 checks in 2.1 s`.
    fn passed(&self) -> String {
        let tally = self.tally;
        let skipped = match tally.skipped {
            0 => String::new(),
            number => format!("; {} not run", were(number, "case")),
        };
        let flaky = match tally.flaky {
            0 => String::new(),
            number => format!(" ({} flaky)", grouped(number)),
        };
        let waived = match tally.waived {
            0 => String::new(),
            number => format!("; {} waived", were(number, "case")),
        };
        format!("{}{flaky}, {}{waived}{skipped}", count(tally.passed + tally.flaky, "case"), self.work())
    }

    /// `2 of 74 cases broke the contract, 1 could not be told, 3 were not run`.
    fn not_passed(&self) -> String {
        let Tally { planned, failed, flaky, troubled, skipped, .. } = *self.tally;
        let tally = self.tally;
        let missing = tally.missing();
        let parts = [
            (failed, "broke the contract", "broke the contract"),
            (if tally.flaky_fails { flaky } else { 0 }, "is flaky", "are flaky"),
            (tally.waived, "is waived", "are waived"),
            (tally.waivers_refused, "waiver cannot stay", "waivers cannot stay"),
            (troubled, "could not be told", "could not be told"),
            (skipped, "was not run", "were not run"),
            (missing, "has no result", "have no result"),
        ];
        let mut said = String::new();
        for (number, one, several) in parts.into_iter().filter(|(number, ..)| *number > 0) {
            let subject = if said.is_empty() {
                format!("{} of {}", grouped(number), count(planned, "case"))
            } else {
                format!(", {}", grouped(number))
            };
            said.push_str(&format!("{subject} {}", if number == 1 { one } else { several }));
        }
        let killed = if tally.complete { "" } else { "the run ended before its time" };
        match (said.is_empty(), killed.is_empty()) {
            (true, true) if planned == 0 => "there was no case to run".to_owned(),
            (true, false) if planned == 0 => "the run ended before it said what it would do".to_owned(),
            (true, true) => format!("all {} have a result", count(planned, "case")),
            (true, false) => format!("{killed}, after the last of {}", count(planned, "case")),
            (false, true) => said,
            (false, false) => format!("{said}: {killed}"),
        }
    }

    /// How many passed, and how much was done.
    pub(super) fn numbers(&self) -> String {
        format!("{} passed; {}", grouped(self.tally.passed), self.work())
    }

    /// How much was done in how much time.
    fn work(&self) -> String {
        let steps = count(self.tally.steps, "step");
        let requests = count(self.tally.requests, "request");
        let checks = count(self.tally.checks, "check");
        format!("{steps}, {requests}, {checks} in {}", duration(self.took))
    }
}

/// `1 case was`, `3 cases were`.
pub(super) fn were(number: usize, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "was" } else { "were" })
}
