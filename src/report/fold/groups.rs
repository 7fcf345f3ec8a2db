//! One group for every broken promise: the first case in full, the others by number.

use super::index::Index;
use super::ordered::Ordered;
use super::result::CaseResult;
use super::under_way::{CapturedIn, FinishedCase};
use super::whose::{PAGE, Who, whose};
use crate::diagnostic::{Diagnostic, NoteKind};
use crate::event::{CaseOutcome, Outcome, WaiverFault, WaiverRefused};
use crate::report::failure_text::{Headline, blame, headline};
use crate::source::Location;
use crate::text::visible_line;
use std::collections::{BTreeSet, HashMap};

/// Notes of an explanation that a card shows.
const SHOWN: [NoteKind; 4] = [NoteKind::Promised, NoteKind::Came, NoteKind::Why, NoteKind::Waived];

/// Cases that have one and the same problem.
#[derive(Debug)]
pub(in crate::report) struct ProblemGroup {
    /// Who has to act.
    pub(in crate::report) who: Who,
    /// How its cases ended; of several, the worst.
    pub(in crate::report) outcome: Outcome,
    /// The problem in one line, without what came.
    pub(in crate::report) title: String,
    /// The same with what came, the step and the place of the first case.
    pub(in crate::report) headline: Headline,
    /// The whole explanation, of the first case.
    pub(in crate::report) diagnostic: Option<Diagnostic>,
    /// Where to look: a line of a suite or a flow.
    pub(in crate::report) place: Option<Location>,
    /// The operations it was met in.
    pub(in crate::report) operations: BTreeSet<String>,
    /// The cases, in the order they ended.
    pub(in crate::report) cases: Vec<usize>,
    /// The problem that most likely caused this one: an index among the groups.
    pub(in crate::report) cause: Option<usize>,
    /// What the first case's request carries of earlier steps.
    carries: Vec<CapturedIn>,
    /// The last part of what it is about: a member's name.
    about: String,
    /// What is answered, where that is none of the API's own answers.
    of_the_target: Option<OfTheTarget>,
}

/// An answer that is none of the API's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum OfTheTarget {
    Status(u16),
    Page,
}

/// The groups of a run.
#[derive(Debug, Default)]
pub(in crate::report) struct ProblemGroups {
    groups: Vec<ProblemGroup>,
    by_key: HashMap<(Who, String), usize>,
}

impl ProblemGroups {
    /// Takes a case that is over. Answers with its group where it has a problem; the case is the group's first when that
    /// has no other.
    pub(super) fn take(&mut self, case: &FinishedCase) -> Option<usize> {
        let outcome = Outcome::from(&case.outcome);
        if matches!(outcome, Outcome::Passed | Outcome::Skipped | Outcome::Missing) {
            return None;
        }
        let blamed = blame(case);
        let (owner, keys) = match &blamed {
            Some(blamed) => whose(blamed.bad, blamed.failure()),
            None => (Who::Operator, vec![String::new()]),
        };
        let who = match case.outcome {
            CaseOutcome::Flaky { .. } => Who::FlakyWatch,
            CaseOutcome::Waived => Who::Waived,
            CaseOutcome::Failed | CaseOutcome::Error | CaseOutcome::Passed | CaseOutcome::Skipped { .. } => owner,
        };
        let of_the_target = keys.first().and_then(|key| match key.strip_prefix("answer ") {
            Some(rest) => rest.split(' ').next()?.parse().ok().map(OfTheTarget::Status),
            None => (key == PAGE).then_some(OfTheTarget::Page),
        });
        let known = keys.iter().find_map(|key| self.by_key.get(&(who, key.clone())).copied());
        let index = known.unwrap_or(self.groups.len());
        for key in keys {
            self.by_key.entry((who, key)).or_insert(index);
        }
        if index == self.groups.len() {
            let id = blamed.as_ref().and_then(|blamed| blamed.failure()).map(|failure| failure.promise.id());
            let headline = headline(case);
            self.groups.push(ProblemGroup {
                who,
                outcome,
                place: blamed.as_ref().and_then(|blamed| blamed.place()).cloned(),
                about: id.as_deref().map(about).unwrap_or_default(),
                operations: BTreeSet::new(),
                cases: Vec::new(),
                cause: None,
                carries: blamed.as_ref().map(|blamed| blamed.bad.carries.clone()).unwrap_or_default(),
                title: blamed.as_ref().map_or_else(|| headline.title.clone(), |blamed| blamed.diagnostic.title.clone()),
                diagnostic: blamed.as_ref().map(|blamed| blamed.diagnostic.clone()),
                headline,
                of_the_target,
            });
        }
        let group = &mut self.groups[index];
        group.outcome = group.outcome.max(outcome);
        let operation = blamed.as_ref().and_then(|blamed| blamed.bad.step.operation.as_deref());
        group.operations.extend(operation.map(visible_line));
        group.cases.push(case.case);
        Some(index)
    }

    /// Takes cases that have no result.
    pub(super) fn missing(&mut self, results: &mut [CaseResult]) {
        for result in results.iter_mut().filter(|result| result.outcome == Outcome::Missing) {
            let Some(problem) = &mut result.problem else { continue };
            let index = *self.by_key.entry((Who::Operator, "missing".to_owned())).or_insert(self.groups.len());
            if index == self.groups.len() {
                self.groups.push(ProblemGroup {
                    who: Who::Operator,
                    outcome: Outcome::Missing,
                    title: problem.headline.title.clone(),
                    headline: problem.headline.clone(),
                    diagnostic: None,
                    place: None,
                    operations: BTreeSet::new(),
                    cases: Vec::new(),
                    cause: None,
                    carries: Vec::new(),
                    about: String::new(),
                    of_the_target: None,
                });
            }
            problem.group = index;
            self.groups[index].cases.push(result.case);
        }
    }

    /// Looks for causes among the problems, once all are known: a later step of another case that fails with a value in its
    /// request that an operation gave, where another problem is about just that value of that operation.
    pub(super) fn settle(&mut self, ordered: &Ordered) {
        for index in 0..self.groups.len() {
            let cause = (0..self.groups.len()).filter(|other| *other != index).find(|other| {
                let (group, other) = (&self.groups[index], &self.groups[*other]);
                let given = |one: &CapturedIn| {
                    let given_there =
                        one.operation.as_ref().is_some_and(|given| other.operations.contains(given.as_str()));
                    given_there && !other.about.is_empty() && other.about.eq_ignore_ascii_case(&one.name)
                };
                // What is itself an effect of this would go round in a circle.
                other.cause != Some(index) && group.carries.iter().any(given)
            });
            self.groups[index].cause = cause;
        }
        for group in &mut self.groups {
            group.cases.sort_unstable();
            // Cases end in any order; two reports of one plan should begin with the same one.
            let first = group.cases.first().and_then(|case| ordered.result(*case)?.problem.as_ref());
            if let Some(first) = first {
                group.headline = first.headline.clone();
                group.place.clone_from(&first.place);
            }
            let operations = group.operations.len();
            match group.of_the_target.filter(|_| operations > 1) {
                Some(OfTheTarget::Status(status)) => {
                    let status = crate::report::explain::status_words(status);
                    group.title = format!("{operations} operations answer {status}, which is not what was promised");
                }
                Some(OfTheTarget::Page) => {
                    group.title = format!("{operations} operations answer with an HTML page: is the base URL right?");
                }
                None => {}
            }
        }
    }

    /// The groups, in the order they were met.
    pub(in crate::report) fn all(&self) -> &[ProblemGroup] {
        &self.groups
    }

    /// The groups in the order in which somebody should look at them: by who must act, then those that meet most cases.
    pub(in crate::report) fn by_urgency(&self) -> Vec<(usize, &ProblemGroup)> {
        let mut groups: Vec<(usize, &ProblemGroup)> = self.groups.iter().enumerate().collect();
        groups.sort_by(|(_, a), (_, b)| {
            a.who.cmp(&b.who).then(b.cases.len().cmp(&a.cases.len())).then_with(|| a.cases.cmp(&b.cases))
        });
        groups
    }
}

impl ProblemGroup {
    /// Notes of the explanation that a card shows: a word and a text each.
    pub(in crate::report) fn notes(&self) -> Vec<(&'static str, String)> {
        let notes = self.diagnostic.iter().flat_map(|diagnostic| &diagnostic.notes);
        notes.filter(|note| SHOWN.contains(&note.kind)).map(|note| (note.kind.word(), note.text.clone())).collect()
    }

    /// How many of its cases stand in which suite, in the order of the plan.
    pub(in crate::report) fn by_suite<'a>(&self, index: &'a Index) -> Vec<(&'a str, usize)> {
        let mut suites: Vec<(usize, &str, usize)> = Vec::new();
        for case in &self.cases {
            let (suite, stem) = (index.suite_number(*case).unwrap_or(usize::MAX), index.stem(*case));
            match suites.iter_mut().find(|(known, ..)| *known == suite) {
                Some((.., count)) => *count += 1,
                None => suites.push((suite, stem, 1)),
            }
        }
        suites.sort_unstable();
        suites.into_iter().map(|(_, stem, count)| (stem, count)).collect()
    }
}

/// The name of the member that a promise is about: the last part of its id.
fn about(id: &str) -> String {
    let pointer = id.split(':').find(|part| part.starts_with(['/', '$'])).unwrap_or_default();
    pointer.rsplit(['/', '.']).next().unwrap_or_default().to_owned()
}

/// Why a waiver may not stay, in words that fit after it.
pub(in crate::report) const fn fault(refused: &WaiverRefused) -> &'static str {
    match refused.why {
        WaiverFault::Expired => "has expired",
        WaiverFault::Unmatched => "is not used",
    }
}
