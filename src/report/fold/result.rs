//! What remains of a case when it is over: enough for every report, and no exchange.

use super::under_way::FinishedCase;
use crate::diagnostic::{Code, Style};
use crate::event::{CaseOutcome, FlakyCases, Outcome, StepFinished, StepOutcome, Timestamp};
use crate::report::failure_text::{Headline, blame, cleanup_text, failure_text, headline};
use crate::source::Location;
use crate::text::visible_line;
use std::collections::BTreeMap;

/// Columns that texts are laid out for in reports that are files.
pub(in crate::report) const WIDTH: usize = 100;

/// A case that is over, or that never will be.
#[derive(Debug)]
pub struct CaseResult {
    /// Its number in the run.
    pub(in crate::report) case: usize,
    /// How it ended.
    pub(in crate::report) outcome: Outcome,
    /// Whether that keeps the run from passing.
    pub(in crate::report) fails: bool,
    /// When it began.
    pub(in crate::report) started: Option<Timestamp>,
    /// How long it took, in microseconds.
    pub(in crate::report) took_us: u64,
    /// How often it was run again.
    pub(in crate::report) reruns: u32,
    /// What was wrong with it, the first time for a flaky one.
    pub(in crate::report) problem: Option<Box<Problem>>,
    /// Why it was not run.
    pub(in crate::report) skipped: Option<String>,
    /// What went wrong in its cleanup, which does not decide it.
    pub(in crate::report) cleanup: Option<String>,
    /// Its steps, cleanup included; let go once its turn has come and the next event is taken.
    pub(in crate::report) steps: Vec<StepResult>,
    /// How it ended before it was run again.
    pub(in crate::report) earlier: Vec<Earlier>,
}

/// What is wrong with a case.
#[derive(Debug)]
pub(in crate::report) struct Problem {
    /// In one line.
    pub(in crate::report) headline: Headline,
    /// The line of the suite to look at.
    pub(in crate::report) place: Option<Location>,
    /// The same for the same problem in every run: the id of a promise, or the kind of error.
    pub(in crate::report) id: String,
    /// The name of the step to blame; empty where none is.
    pub(in crate::report) step: String,
    /// The operation of that step.
    pub(in crate::report) operation: Option<String>,
    /// Who answers for it and until when, where it is waived.
    pub(in crate::report) answerers: String,
    /// Every step that did not pass, in full.
    pub(in crate::report) text: String,
    /// The group of cases that have the same problem, as an index.
    pub(in crate::report) group: usize,
}

/// A step that is over.
#[derive(Debug)]
pub(in crate::report) struct StepResult {
    pub(in crate::report) name: String,
    pub(in crate::report) operation: Option<String>,
    pub(in crate::report) outcome: Outcome,
    pub(in crate::report) attempts: u32,
    pub(in crate::report) took_us: u64,
    pub(in crate::report) cleanup: bool,
}

/// A time that a case was run and did not pass.
#[derive(Debug)]
pub(in crate::report) struct Earlier {
    pub(in crate::report) time: u32,
    pub(in crate::report) outcome: Outcome,
}

/// What is gathered of cases under way besides what explains them.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    more: BTreeMap<usize, More>,
}

/// What is gathered of one.
#[derive(Debug, Default)]
pub(super) struct More {
    steps: Vec<StepResult>,
    earlier: Vec<Earlier>,
}

impl Gathered {
    pub(super) fn step(&mut self, step: &StepFinished) {
        self.more.entry(step.case).or_default().steps.push(StepResult::new(step));
    }

    pub(super) fn again(&mut self, case: usize, time: u32, outcome: &CaseOutcome) {
        let more = self.more.entry(case).or_default();
        more.steps.clear();
        more.earlier.push(Earlier { time, outcome: outcome.into() });
    }

    pub(super) fn over(&mut self, case: usize) -> More {
        self.more.remove(&case).unwrap_or_default()
    }
}

impl CaseResult {
    pub(super) fn new(case: &FinishedCase, more: More, flaky: FlakyCases) -> Self {
        let outcome = Outcome::from(&case.outcome);
        let skipped = match &case.outcome {
            CaseOutcome::Skipped { reason } => Some(visible_line(reason)),
            CaseOutcome::Passed
            | CaseOutcome::Flaky { .. }
            | CaseOutcome::Failed
            | CaseOutcome::Waived
            | CaseOutcome::Error => None,
        };
        let has_problem = !matches!(outcome, Outcome::Passed | Outcome::Skipped);
        Self {
            case: case.case,
            outcome,
            fails: outcome.fails(flaky),
            started: case.started,
            took_us: case.took_us,
            reruns: u32::try_from(more.earlier.len()).unwrap_or(u32::MAX),
            problem: has_problem.then(|| Box::new(Problem::new(case))),
            skipped,
            cleanup: cleanup_text(case, Style::Plain, WIDTH),
            steps: more.steps,
            earlier: more.earlier,
        }
    }

    /// A case without a result, which is never a pass. `complete` is whether the run came to its end.
    pub(super) fn missing(case: usize, complete: bool) -> Self {
        let title = if complete {
            "no result: the run said nothing about this case"
        } else {
            "no result: the run ended before this case did"
        };
        let headline =
            Headline { code: Code::Stopped, place: String::new(), step: String::new(), title: title.to_owned() };
        let text = "Nothing is known about this case: it neither passed nor failed.\nnext: run it again\n".to_owned();
        let problem = Problem {
            headline,
            place: None,
            id: "no-result".to_owned(),
            step: String::new(),
            operation: None,
            answerers: String::new(),
            text,
            group: usize::MAX,
        };
        Self {
            case,
            outcome: Outcome::Missing,
            fails: true,
            started: None,
            took_us: 0,
            reruns: 0,
            problem: Some(Box::new(problem)),
            skipped: None,
            cleanup: None,
            steps: Vec::new(),
            earlier: Vec::new(),
        }
    }

    /// In one line, what there is to say of how it ended; empty for a case that passed.
    pub(in crate::report) fn why(&self) -> &str {
        match (&self.skipped, &self.problem) {
            (Some(reason), _) => reason,
            (None, Some(problem)) => &problem.headline.title,
            (None, None) => "",
        }
    }
}

impl Problem {
    fn new(case: &FinishedCase) -> Self {
        let blame = blame(case);
        let headline = headline(case);
        let step = blame.as_ref().map(|blame| &blame.bad.step);
        Self {
            place: blame.as_ref().and_then(|blame| blame.place()).cloned(),
            id: blame
                .as_ref()
                .and_then(|blame| blame.failure())
                .map_or_else(|| headline.code.name().to_owned(), |failure| failure.promise.id()),
            step: step.map(|step| step.name.clone()).unwrap_or_default(),
            operation: step.and_then(|step| step.operation.clone()),
            answerers: answerers(case),
            text: failure_text(case, Style::Plain, WIDTH),
            group: usize::MAX,
            headline,
        }
    }
}

/// Who answers for what did not pass, and until when: `Asha until 2026-12-31`.
fn answerers(case: &FinishedCase) -> String {
    let waived = case.bad.iter().filter_map(|bad| match &bad.step.outcome {
        StepOutcome::Waived(waived) => Some(&waived.waivers),
        StepOutcome::Passed | StepOutcome::Failed(_) | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => None,
    });
    let mut said: Vec<String> =
        waived.flatten().map(|waiver| format!("{} until {}", waiver.owner, waiver.expires)).collect();
    said.dedup();
    visible_line(&said.join(", "))
}

impl StepResult {
    fn new(step: &StepFinished) -> Self {
        Self {
            name: visible_line(&step.name),
            operation: step.operation.as_deref().map(visible_line),
            outcome: Outcome::from(&step.outcome),
            attempts: step.attempts,
            took_us: step.took_us,
            cleanup: step.cleanup,
        }
    }
}
