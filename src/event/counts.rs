//! Counts, folded from events: the one definition of every number a report shows.

use super::{CaseOutcome, EventKind, StepOutcome};
use std::collections::BTreeSet;

/// How the reason begins why a step's own `when` skipped it.
pub const SKIPPED_BY_WHEN: &str = "`when` ";

/// How many of what. All counts are of finished things.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    /// Cases that were to be run.
    pub planned: usize,
    /// Cases that passed.
    pub passed: usize,
    /// How many of the cases that passed, at once or when run again, are setups: they prove nothing by themselves.
    pub setups: usize,
    /// Which cases of a round are setups, and how many cases a round has.
    round: (BTreeSet<usize>, usize),
    /// Cases that passed when they were run again.
    pub flaky: usize,
    /// Whether those fail the run.
    pub flaky_fails: bool,
    /// Cases that failed.
    pub failed: usize,
    /// Cases in which only promises were broken for which somebody answers.
    pub waived: usize,
    /// Waivers that may not stay as they are; they fail the run.
    pub waivers_refused: usize,
    /// Cases that could not be judged.
    pub troubled: usize,
    /// Cases that were not run.
    pub skipped: usize,
    /// Steps that were run to an end.
    pub steps: usize,
    /// Steps of cleanups that failed or could not be judged; they decide no case.
    pub cleanups: usize,
    /// Steps that their own `when` skipped.
    pub passed_over: usize,
    /// Answers, or the lack of one, for which `retry_on` sent a request again.
    pub retried: usize,
    /// Exchanges.
    pub requests: usize,
    /// Single promises checked.
    pub checks: usize,
    /// Whether somebody asked the run to stop.
    pub interrupted: bool,
    /// Whether the run's own time was up before its end.
    pub over_time: bool,
    /// Whether the run came to its end.
    pub complete: bool,
}

/// What a run amounts to, the worst thing first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub enum Verdict {
    /// Somebody stopped the run.
    Interrupted,
    /// At least one case failed.
    Failed,
    /// No case failed, and at least one could not be judged or has no result.
    Error,
    /// Every case passed or was skipped for a stated reason, and at least one passed.
    Passed,
}

impl Counts {
    /// Counts one event.
    pub fn add(&mut self, event: &EventKind) {
        match event {
            EventKind::RunStarted(run) => {
                self.planned += run.cases.len() * run.rounds as usize;
                self.flaky_fails |= run.flaky_fails;
                let setups = run.cases.iter().enumerate().filter(|(_, case)| case.setup).map(|(index, _)| index);
                self.round = (setups.collect(), run.cases.len());
            }
            EventKind::ContractRead(_)
            | EventKind::CaseStarted(_)
            | EventKind::CaseRerun(_)
            | EventKind::StepStarted(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_) => {}
            EventKind::AttemptFinished(attempt) => {
                self.requests += 1;
                self.retried += usize::from(attempt.is_retried());
            }
            EventKind::StepFinished(step) => {
                self.checks += step.checks as usize;
                let good = match step.outcome {
                    StepOutcome::Skipped { ref reason } => {
                        self.passed_over += usize::from(reason.starts_with(SKIPPED_BY_WHEN));
                        return;
                    }
                    StepOutcome::Passed => true,
                    StepOutcome::Failed(_) | StepOutcome::Waived(_) | StepOutcome::Error(_) => false,
                };
                self.steps += 1;
                if step.cleanup && !good {
                    self.cleanups += 1;
                }
            }
            EventKind::CaseFinished(case) => {
                let good =
                    matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Flaky { .. } | CaseOutcome::Waived);
                let (setups, round) = &self.round;
                self.setups += usize::from(good && setups.contains(&(case.case % (*round).max(1))));
                match case.outcome {
                    CaseOutcome::Passed => self.passed += 1,
                    CaseOutcome::Flaky { .. } => self.flaky += 1,
                    CaseOutcome::Failed => self.failed += 1,
                    CaseOutcome::Waived => self.waived += 1,
                    CaseOutcome::Error => self.troubled += 1,
                    CaseOutcome::Skipped { .. } => self.skipped += 1,
                }
            }
            EventKind::WaiverRefused(_) => self.waivers_refused += 1,
            EventKind::Interrupted(stop) if stop.over_time => self.over_time = true,
            EventKind::Interrupted(_) => self.interrupted = true,
            EventKind::RunFinished(_) => self.complete = true,
        }
    }

    /// Cases that have no result, because the run ended before they did.
    #[must_use]
    pub fn missing(&self) -> usize {
        self.planned.saturating_sub(self.passed + self.flaky + self.failed + self.waived + self.troubled + self.skipped)
    }

    /// What it all amounts to. A case without a result is never a pass.
    pub fn verdict(&self) -> Verdict {
        if self.interrupted {
            Verdict::Interrupted
        } else if self.failed > 0 || self.waivers_refused > 0 || (self.flaky > 0 && self.flaky_fails) {
            Verdict::Failed
        } else if self.over_time
            || self.troubled > 0
            || self.missing() > 0
            || !self.complete
            || self.passed + self.flaky + self.waived <= self.setups
        {
            Verdict::Error
        } else {
            Verdict::Passed
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{CaseFinished, RunFinished};
    use super::*;

    fn finished(outcome: CaseOutcome) -> EventKind {
        EventKind::CaseFinished(CaseFinished { case: 0, outcome, took_us: 1 })
    }

    fn counts(planned: usize, events: &[EventKind]) -> Counts {
        let mut counts = Counts { planned, ..Counts::default() };
        events.iter().for_each(|event| counts.add(event));
        counts
    }

    const END: EventKind = EventKind::RunFinished(RunFinished { took_us: 1 });

    #[test]
    fn a_case_without_a_result_is_never_a_pass() {
        assert_eq!(counts(2, &[finished(CaseOutcome::Passed), END]).verdict(), Verdict::Error);
        assert_eq!(counts(1, &[finished(CaseOutcome::Passed)]).verdict(), Verdict::Error);
        assert_eq!(counts(1, &[finished(CaseOutcome::Passed), END]).verdict(), Verdict::Passed);
    }

    #[test]
    fn a_broken_contract_outweighs_error() {
        let counts = counts(2, &[finished(CaseOutcome::Error), finished(CaseOutcome::Failed), END]);
        assert_eq!(counts.verdict(), Verdict::Failed);
    }

    #[test]
    fn a_run_in_which_everything_was_skipped_has_not_passed() {
        let reason = String::from("the run was stopped");
        assert_eq!(counts(1, &[finished(CaseOutcome::Skipped { reason }), END]).verdict(), Verdict::Error);
    }

    #[test]
    fn a_setup_that_passed_is_no_proof() {
        let entry = |setup| super::super::CaseEntry {
            suite: 0,
            name: String::new(),
            setup,
            line: None,
            tags: Vec::new(),
            about: None,
        };
        let started = super::super::RunStarted {
            format: super::super::FORMAT,
            run: String::new(),
            version: String::new(),
            command: Vec::new(),
            environment: String::new(),
            target: String::new(),
            seed: 0,
            host: String::new(),
            suites: Vec::new(),
            cases: vec![entry(true), entry(false)],
            rounds: 1,
            left_out: 0,
            flaky_fails: false,
            share: None,
        };
        let run = EventKind::RunStarted(Box::new(started));
        let ended = |case, outcome| EventKind::CaseFinished(CaseFinished { case, outcome, took_us: 1 });
        let skipped = ended(1, CaseOutcome::Skipped { reason: "`when` is not so".into() });
        let passed = ended(1, CaseOutcome::Passed);
        let setup = ended(0, CaseOutcome::Passed);
        assert_eq!(counts(0, &[run.clone(), setup.clone(), skipped.clone(), END]).verdict(), Verdict::Error);
        let waived = ended(0, CaseOutcome::Waived);
        assert_eq!(counts(0, &[run.clone(), waived, skipped, END]).verdict(), Verdict::Error);
        assert_eq!(counts(0, &[run, setup, passed, END]).verdict(), Verdict::Passed);
    }
}
