//! The cases of a run for reports that programs read: in the plan's order, each as soon as its turn has come.
//!
//! Cases end in any order; those of one suite belong together, and two runs of one plan should read alike. A case that ends
//! before its turn waits here, as an [`Entry`] and no longer with its exchanges.

use super::cases::{Cases, FinishedCase, Index};
use super::explain::explain_waiver;
use super::failure_text::{Headline, blame, cleanup_story, headline, story};
use super::names::visible_line;
use super::verdict;
use crate::diagnostic::{Code, Diagnostic, Style};
use crate::event::{
    CaseEntry, CaseOutcome, Counts, Event, EventKind, Interrupted, RunStarted, StepFinished, StepOutcome, SuiteEntry,
    Timestamp,
};
use crate::source::Location;
use std::collections::BTreeMap;
use std::time::Duration;

/// Columns that stories are laid out for.
const WIDTH: usize = 100;

/// How much of a case is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Detail {
    /// How it ended and why.
    Headlines,
    /// That, and its whole story.
    Stories,
    /// That, and every step.
    Steps,
}

/// Folds a run into its cases.
#[derive(Debug)]
pub(super) struct OrderedResults {
    detail: Detail,
    run: Option<Run>,
    cases: Cases,
    more: BTreeMap<usize, More>,
    counts: Counts,
    interrupted: Option<Interrupted>,
    waivers: Vec<Diagnostic>,
    span: Option<(Timestamp, Timestamp)>,
    took_us: Option<u64>,
}

/// A run, as it said at its start that it would be.
#[derive(Debug)]
pub(super) struct Run {
    pub(super) started: RunStarted,
    pub(super) index: Index,
    /// The place of every case in the order of the report, by number.
    turns: Vec<usize>,
    /// Cases whose turn has not come, by their turn.
    waiting: BTreeMap<usize, Entry>,
    next: usize,
}

/// What is kept of a case under way besides what every report keeps.
#[derive(Debug, Default)]
struct More {
    steps: Vec<StepEntry>,
    earlier: Vec<Earlier>,
}

/// How a case ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    Passed,
    Flaky,
    Failed,
    Waived,
    Error,
    Skipped,
    /// The run ended before the case did.
    Missing,
}

impl Ending {
    /// The word for it in files; it stays.
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Passed => "passed",
            Self::Flaky => "flaky",
            Self::Failed => "failed",
            Self::Waived => "waived",
            Self::Error => "troubled",
            Self::Skipped => "skipped",
            Self::Missing => "no result",
        }
    }
}

/// A case that is over, or that never will be.
#[derive(Debug)]
pub(super) struct Entry {
    /// Its number in the run.
    pub(super) case: usize,
    /// How it ended.
    pub(super) ending: Ending,
    /// Whether that keeps the run from passing.
    pub(super) fails: bool,
    /// When it began.
    pub(super) started: Option<Timestamp>,
    /// How long it took, in microseconds.
    pub(super) took_us: u64,
    /// What was wrong with it, the first time for a flaky one.
    pub(super) problem: Option<Problem>,
    /// Why it was not run.
    pub(super) skipped: Option<String>,
    /// What went wrong in its cleanup, which does not decide it.
    pub(super) cleanup: Option<String>,
    /// Its steps, cleanup included, with [`Detail::Steps`].
    pub(super) steps: Vec<StepEntry>,
    /// How it ended before it was run again.
    pub(super) earlier: Vec<Earlier>,
}

/// What is wrong with a case.
#[derive(Debug)]
pub(super) struct Problem {
    /// In one line.
    pub(super) headline: Headline,
    /// The line of the suite to look at.
    pub(super) place: Option<Location>,
    /// The same for the same problem in every run.
    pub(super) id: String,
    /// What is to blame, whole.
    pub(super) diagnostic: Option<Diagnostic>,
    /// Every step that did not pass, in full; empty with [`Detail::Headlines`].
    pub(super) story: String,
}

/// A step that is over.
#[derive(Debug)]
pub(super) struct StepEntry {
    pub(super) name: String,
    pub(super) operation: Option<String>,
    pub(super) ending: Ending,
    pub(super) attempts: u32,
    pub(super) took_us: u64,
    pub(super) cleanup: bool,
}

/// A time that a case was run and did not pass.
#[derive(Debug)]
pub(super) struct Earlier {
    pub(super) time: u32,
    pub(super) ending: Ending,
}

impl OrderedResults {
    pub(super) fn new(detail: Detail) -> Self {
        Self {
            detail,
            run: None,
            cases: Cases::default(),
            more: BTreeMap::new(),
            counts: Counts::default(),
            interrupted: None,
            waivers: Vec::new(),
            span: None,
            took_us: None,
        }
    }

    /// Takes an event; answers with the cases whose turn has come.
    pub(super) fn add(&mut self, event: &Event) -> Vec<Entry> {
        self.counts.add(&event.kind);
        self.span = Some(self.span.map_or((event.at, event.at), |(first, last)| (first, last.max(event.at))));
        match &event.kind {
            EventKind::RunStarted(run) => self.run = Some(Run::new(run)),
            EventKind::StepFinished(step) if self.detail == Detail::Steps => {
                self.more.entry(step.case).or_default().steps.push(StepEntry::new(step));
            }
            EventKind::CaseRerun(case) => {
                let more = self.more.entry(case.case).or_default();
                more.steps.clear();
                more.earlier.push(Earlier { time: case.time, ending: ending(&case.outcome) });
            }
            EventKind::Interrupted(interrupted) => self.interrupted = Some(interrupted.clone()),
            EventKind::WaiverRefused(refused) => self.waivers.push(explain_waiver(refused)),
            EventKind::RunFinished(run) => self.took_us = Some(run.took_us),
            EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::StepFinished(_)
            | EventKind::CaseFinished(_) => {}
        }
        let (Some(finished), Some(run)) = (self.cases.add(event), &mut self.run) else { return Vec::new() };
        let more = self.more.remove(&finished.case).unwrap_or_default();
        let entry = Entry::new(&finished, more, self.detail, run.started.flaky_fails);
        run.take(entry)
    }

    /// The cases that are left, those without a result among them.
    pub(super) fn finish(&mut self) -> Vec<Entry> {
        let complete = self.counts.complete;
        self.run.as_mut().map(|run| run.rest(complete)).unwrap_or_default()
    }

    /// The run; none when not even its beginning is known.
    pub(super) const fn run(&self) -> Option<&Run> {
        self.run.as_ref()
    }

    /// The counts so far.
    pub(super) const fn counts(&self) -> &Counts {
        &self.counts
    }

    /// Why the run ended before its time; none when it did not.
    pub(super) fn cut_short(&self) -> Option<String> {
        match (&self.interrupted, self.counts.complete) {
            (Some(interrupted), _) => Some(visible_line(&interrupted.reason)),
            (None, false) => Some("the run ended before its time".to_owned()),
            (None, true) => None,
        }
    }

    /// Waivers that may not stay as they are: no case of their own, and they fail the run.
    pub(super) fn waivers(&self) -> &[Diagnostic] {
        &self.waivers
    }

    /// When the first and the last event happened.
    pub(super) const fn span(&self) -> Option<(Timestamp, Timestamp)> {
        self.span
    }

    /// How long the run took.
    pub(super) fn took(&self) -> Duration {
        verdict::took(self.took_us, self.span)
    }
}

impl Run {
    fn new(started: &RunStarted) -> Self {
        let index = Index::new(started);
        let mut order: Vec<usize> = (0..index.len()).collect();
        order.sort_by_key(|case| index.suite(*case));
        let mut turns = vec![0; order.len()];
        for (turn, case) in order.into_iter().enumerate() {
            turns[case] = turn;
        }
        Self { started: started.clone(), index, turns, waiting: BTreeMap::new(), next: 0 }
    }

    /// The suite of a case.
    pub(super) fn suite(&self, case: usize) -> Option<&SuiteEntry> {
        self.started.suites.get(self.index.suite(case)?)
    }

    /// What the run said of a case at its start.
    pub(super) fn entry(&self, case: usize) -> Option<&CaseEntry> {
        self.started.cases.get(case % self.started.cases.len().max(1))
    }

    /// How many cases of a suite have a number, all rounds together.
    pub(super) fn size(&self, suite: usize) -> usize {
        let cases = self.started.cases.iter().filter(|case| case.suite == suite).count();
        cases * self.started.rounds.max(1) as usize
    }

    fn take(&mut self, entry: Entry) -> Vec<Entry> {
        // A number that no case has, or has for the second time, comes from a damaged journal.
        if let Some(turn) = self.turns.get(entry.case).filter(|turn| **turn >= self.next) {
            self.waiting.insert(*turn, entry);
        }
        let mut ready = Vec::new();
        while let Some(entry) = self.waiting.remove(&self.next) {
            self.next += 1;
            ready.push(entry);
        }
        ready
    }

    fn rest(&mut self, complete: bool) -> Vec<Entry> {
        let mut left: Vec<(usize, usize)> = self.turns.iter().enumerate().map(|(case, turn)| (*turn, case)).collect();
        left.retain(|(turn, _)| *turn >= self.next);
        left.sort_unstable();
        self.next = self.turns.len();
        let waiting = &mut self.waiting;
        left.into_iter()
            .map(|(turn, case)| waiting.remove(&turn).unwrap_or_else(|| Entry::missing(case, complete)))
            .collect()
    }
}

impl Entry {
    fn new(case: &FinishedCase, more: More, detail: Detail, flaky_fails: bool) -> Self {
        let ending = ending(&case.outcome);
        let fails = match ending {
            Ending::Failed | Ending::Error | Ending::Missing => true,
            Ending::Flaky => flaky_fails,
            Ending::Passed | Ending::Waived | Ending::Skipped => false,
        };
        let skipped = match &case.outcome {
            CaseOutcome::Skipped { reason } => Some(visible_line(reason)),
            CaseOutcome::Passed
            | CaseOutcome::Flaky { .. }
            | CaseOutcome::Failed
            | CaseOutcome::Waived
            | CaseOutcome::Error => None,
        };
        Self {
            case: case.case,
            ending,
            fails,
            started: case.started,
            took_us: case.took_us,
            problem: (!matches!(ending, Ending::Passed | Ending::Skipped)).then(|| Problem::new(case, detail)),
            skipped,
            cleanup: cleanup_story(case, Style::Plain, WIDTH),
            steps: more.steps,
            earlier: more.earlier,
        }
    }

    fn missing(case: usize, complete: bool) -> Self {
        let title = if complete {
            "no result: the run said nothing about this case"
        } else {
            "no result: the run ended before this case did"
        };
        let headline =
            Headline { code: Code::Stopped, place: String::new(), step: String::new(), title: title.to_owned() };
        let story = "Nothing is known about this case: it neither passed nor failed.\nnext: run it again\n".to_owned();
        Self {
            case,
            ending: Ending::Missing,
            fails: true,
            started: None,
            took_us: 0,
            problem: Some(Problem { headline, place: None, id: "no-result".to_owned(), diagnostic: None, story }),
            skipped: None,
            cleanup: None,
            steps: Vec::new(),
            earlier: Vec::new(),
        }
    }
}

impl Problem {
    fn new(case: &FinishedCase, detail: Detail) -> Self {
        let blame = blame(case);
        let headline = headline(case);
        let promise = blame.as_ref().and_then(|blame| match &blame.bad.step.outcome {
            StepOutcome::Failed(failures) => failures.first().map(|failure| failure.promise.id()),
            StepOutcome::Waived(waived) => waived.failures.first().map(|failure| failure.promise.id()),
            StepOutcome::Passed | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => None,
        });
        Self {
            place: blame.as_ref().and_then(|blame| blame.place()).cloned(),
            id: promise.unwrap_or_else(|| headline.code.name().to_owned()),
            story: if detail == Detail::Headlines { String::new() } else { story(case, Style::Plain, WIDTH) },
            diagnostic: blame.map(|blame| blame.diagnostic),
            headline,
        }
    }
}

impl StepEntry {
    fn new(step: &StepFinished) -> Self {
        let ending = match &step.outcome {
            StepOutcome::Passed => Ending::Passed,
            StepOutcome::Failed(_) => Ending::Failed,
            StepOutcome::Waived(_) => Ending::Waived,
            StepOutcome::Error(_) => Ending::Error,
            StepOutcome::Skipped { .. } => Ending::Skipped,
        };
        Self {
            name: visible_line(&step.name),
            operation: step.operation.as_deref().map(visible_line),
            ending,
            attempts: step.attempts,
            took_us: step.took_us,
            cleanup: step.cleanup,
        }
    }
}

const fn ending(outcome: &CaseOutcome) -> Ending {
    match outcome {
        CaseOutcome::Passed => Ending::Passed,
        CaseOutcome::Flaky { .. } => Ending::Flaky,
        CaseOutcome::Failed => Ending::Failed,
        CaseOutcome::Waived => Ending::Waived,
        CaseOutcome::Error => Ending::Error,
        CaseOutcome::Skipped { .. } => Ending::Skipped,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{killed_run, passing_run, rounds_run};

    fn order(events: &[Event]) -> (Vec<usize>, Vec<(usize, Ending)>) {
        let mut ledger = OrderedResults::new(Detail::Headlines);
        let early = events.iter().flat_map(|event| ledger.add(event)).map(|entry| entry.case).collect();
        (early, ledger.finish().into_iter().map(|entry| (entry.case, entry.ending)).collect())
    }

    #[test]
    fn cases_come_in_the_plans_order_and_as_soon_as_they_can() {
        // They ended as 1, 0, 4, 2, 3.
        assert_eq!(order(&passing_run()), (vec![0, 1, 2, 3, 4], Vec::new()));
        // Two cases of one suite, three rounds.
        assert_eq!(order(&rounds_run()).0, [0, 1, 2, 3, 4, 5]);
    }

    #[test]
    fn what_is_left_at_the_end_is_told_too_and_without_a_result() {
        let (early, left) = order(&killed_run());
        assert_eq!(early, [0, 1]);
        assert_eq!(left, [(2, Ending::Missing), (3, Ending::Missing), (4, Ending::Missing)]);
    }

    #[test]
    fn a_case_that_no_plan_has_is_left_out() {
        let mut ledger = OrderedResults::new(Detail::Headlines);
        let events = passing_run();
        assert!(ledger.add(&events[0]).is_empty());
        for case in [7, usize::MAX] {
            let ended = crate::event::CaseFinished { case, outcome: CaseOutcome::Passed, took_us: 1 };
            assert!(ledger.add(&Event { at: events[0].at, kind: EventKind::CaseFinished(ended) }).is_empty());
        }
        assert_eq!(ledger.finish().len(), 5);
    }
}
