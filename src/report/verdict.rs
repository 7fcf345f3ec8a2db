//! What a run amounts to, in words: the one wording for every report.

use crate::event::{Counts, Verdict};
use crate::text::{count, duration, grouped};
use std::time::Duration;

/// The verdict in one word.
pub(super) const fn word(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Passed => "Passed",
        Verdict::Failed => "Failed",
        Verdict::Error => "Error",
        Verdict::Interrupted => "Interrupted",
    }
}

/// The verdict in one sentence, without the word.
pub(super) fn sentence(counts: &Counts, took: Duration) -> String {
    match counts.verdict() {
        Verdict::Passed => passed(counts, took),
        Verdict::Failed | Verdict::Error | Verdict::Interrupted => not_passed(counts),
    }
}

/// What is to be said of cleanups, if anything.
pub(super) fn cleanups(counts: &Counts) -> Option<String> {
    let steps = count(counts.cleanups, "step");
    (counts.cleanups > 0).then(|| format!("{steps} of a cleanup failed; the results are unaffected"))
}

/// What a green may hide: steps that their own `when` skipped, and answers for which a request was sent again.
pub(super) fn passed_over(counts: &Counts) -> Option<String> {
    let skipped = (counts.passed_over > 0).then(|| format!("{} skipped by `when`", were(counts.passed_over, "step")));
    let retried = (counts.retried > 0).then(|| format!("{} retried", were(counts.retried, "request")));
    let told: Vec<String> = [skipped, retried].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join("; "))
}

/// `74 cases, 412 steps, 530 requests, 1,903 checks in 2.1 s`.
fn passed(counts: &Counts, took: Duration) -> String {
    let skipped = match counts.skipped {
        0 => String::new(),
        number => format!("; {} not run", were(number, "case")),
    };
    let flaky = match counts.flaky {
        0 => String::new(),
        number => format!(" ({} flaky)", grouped(number)),
    };
    let waived = match counts.waived {
        0 => String::new(),
        number => format!("; {} waived", were(number, "case")),
    };
    format!("{}{flaky}, {}{waived}{skipped}", count(counts.passed + counts.flaky, "case"), work(counts, took))
}

/// `2 of 74 cases broke the contract, 1 ended with an error, 3 were not run`.
fn not_passed(counts: &Counts) -> String {
    let Counts { planned, failed, flaky, troubled, skipped, .. } = *counts;
    let missing = counts.missing();
    let parts = [
        (failed, "broke the contract", "broke the contract"),
        (if counts.flaky_fails { flaky } else { 0 }, "is flaky", "are flaky"),
        (counts.waived, "is waived", "are waived"),
        (troubled, "ended with an error", "ended with an error"),
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
    // They are no cases.
    match (counts.waivers_refused, said.is_empty()) {
        (0, _) => {}
        (waivers, true) => said = format!("{} cannot stay, though no case failed", count(waivers, "waiver")),
        (waivers, false) => said.push_str(&format!("; {} cannot stay", count(waivers, "waiver"))),
    }
    let killed = if counts.complete { "" } else { "the run ended before its time" };
    match (said.is_empty(), killed.is_empty()) {
        (true, true) if planned == 0 => "there was no case to run".to_owned(),
        (true, false) if planned == 0 => "the run ended before it said what it would do".to_owned(),
        (true, true) => match planned {
            1 => "the only case has a result".to_owned(),
            _ => format!("all {} have a result", count(planned, "case")),
        },
        (true, false) => format!("{killed}, after the last of {}", count(planned, "case")),
        (false, true) => said,
        (false, false) => format!("{said}: {killed}"),
    }
}

/// `73 passed; 412 steps, 530 requests, 1,903 checks in 2.1 s`.
pub(super) fn numbers(counts: &Counts, took: Duration) -> String {
    format!("{} passed; {}", grouped(counts.passed), work(counts, took))
}

/// How much was done in how much time.
fn work(counts: &Counts, took: Duration) -> String {
    let steps = count(counts.steps, "step");
    let requests = count(counts.requests, "request");
    let checks = count(counts.checks, "check");
    format!("{steps}, {requests}, {checks} in {}", duration(took))
}

/// `1 case was`, `3 cases were`.
pub(super) fn were(number: usize, noun: &str) -> String {
    format!("{} {}", count(number, noun), if number == 1 { "was" } else { "were" })
}
