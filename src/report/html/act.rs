//! Who must act: what did not pass, by the person it sends to work, and by the first promise that was broken.
//!
//! A server that answers one promise wrong breaks it in many cases. Whoever reads the report in the morning has to see
//! one thing to do, not a hundred red lines.

use super::data::{ActData, GroupData, Outcome};
use crate::diagnostic::{Diagnostic, NoteKind};
use crate::event::{CaseOutcome, Failure, Promise, Side, StepErrorKind, StepOutcome, WaiverFault, WaiverRefused};
use crate::report::cases::{BadStep, FinishedCase};
use crate::report::failure_text::{blame, headline};
use crate::report::names::visible_line;
use std::collections::BTreeMap;

/// Notes of an explanation that a group shows.
const SHOWN: [NoteKind; 4] = [NoteKind::Promised, NoteKind::Came, NoteKind::Why, NoteKind::Waived];

/// Who must act, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Who {
    ApiOwner,
    SuiteAuthor,
    Environment,
    Reviewer,
    WaiverOwner,
    Operator,
    FlakyWatch,
    Waived,
}

impl Who {
    const fn name(self) -> &'static str {
        match self {
            Self::ApiOwner => "API owner",
            Self::SuiteAuthor => "Suite author",
            Self::Environment => "Environment owner",
            Self::Reviewer => "Snapshot reviewer",
            Self::WaiverOwner => "Waiver owner",
            Self::Operator => "Whoever started the run",
            Self::FlakyWatch => "Nightly owner",
            Self::Waived => "Nobody today",
        }
    }

    const fn why(self) -> &'static str {
        match self {
            Self::ApiOwner => "the contract is broken: these promises were not kept",
            Self::SuiteAuthor => "the suite is at fault: what it sends is not documented, or could not be made",
            Self::Environment => "it could not be told: nothing is proved about the API until it can be reached",
            Self::Reviewer => "answers are not what was accepted: `proviso review` accepts or rejects them",
            Self::WaiverOwner => "a waiver may not stay as it is: take it away, or give it a new day",
            Self::Operator => "the run ended before these could be judged: run them again",
            Self::FlakyWatch => "passed only when run again: nothing is broken for certain",
            Self::Waived => "somebody answers for these until the day given",
        }
    }
}

/// What makes two cases one thing to do.
type Key = (Who, String);

/// Things to do.
#[derive(Debug, Default)]
pub(super) struct Act {
    groups: BTreeMap<Key, GroupData>,
}

impl Act {
    /// Takes note of a case that is over.
    pub(super) fn case(&mut self, case: &FinishedCase) {
        let outcome = match case.outcome {
            CaseOutcome::Passed | CaseOutcome::Skipped { .. } => return,
            CaseOutcome::Flaky { .. } => Outcome::Flaky,
            CaseOutcome::Failed => Outcome::Failed,
            CaseOutcome::Waived => Outcome::Waived,
            CaseOutcome::Error => Outcome::Error,
        };
        let blamed = blame(case);
        let (owner, id) = blamed.as_ref().map_or((Who::Operator, String::new()), |blamed| whose(blamed.bad));
        let who = match outcome {
            Outcome::Flaky => Who::FlakyWatch,
            Outcome::Waived => Who::Waived,
            Outcome::Failed | Outcome::Error | Outcome::Missing | Outcome::Skipped | Outcome::Passed => owner,
        };
        let group = self.groups.entry((who, id)).or_insert_with(|| {
            let headline = headline(case);
            GroupData {
                outcome,
                title: blamed.as_ref().map_or(headline.title, |blamed| blamed.diagnostic.title.clone()),
                operation: blamed.as_ref().and_then(|blamed| blamed.bad.step.operation.as_deref()).map(visible_line),
                notes: blamed.map(|blamed| notes(blamed.diagnostic)).unwrap_or_default(),
                place: headline.place,
                cases: Vec::new(),
            }
        });
        group.cases.push(case.case);
    }

    /// Takes note of a case that has no result.
    pub(super) fn missing(&mut self, case: usize) {
        let group = self.groups.entry((Who::Operator, "missing".to_owned())).or_insert_with(|| GroupData {
            outcome: Outcome::Missing,
            title: "no result: the run ended before these cases did".to_owned(),
            operation: None,
            notes: Vec::new(),
            place: String::new(),
            cases: Vec::new(),
        });
        group.cases.push(case);
    }

    /// Takes note of a waiver that may not stay.
    pub(super) fn waiver(&mut self, refused: &WaiverRefused) {
        let waiver = &refused.waiver;
        let fault = match refused.why {
            WaiverFault::Expired => "has expired",
            WaiverFault::Unmatched => "no longer matches anything",
        };
        let text = visible_line(&format!("by {} until {}: {}", waiver.owner, waiver.expires, waiver.reason));
        let place = format!("{}:{}", visible_line(&waiver.place.file), waiver.place.line);
        let group = GroupData {
            outcome: Outcome::Failed,
            title: format!("the waiver for {} {fault}", visible_line(&waiver.what)),
            operation: None,
            notes: vec![(NoteKind::Waived.word(), text)],
            place: place.clone(),
            cases: Vec::new(),
        };
        self.groups.insert((Who::WaiverOwner, place), group);
    }

    /// What has to be done, and for each case the line it has in the list.
    pub(super) fn done(self) -> Vec<ActData> {
        let mut people: BTreeMap<Who, Vec<GroupData>> = BTreeMap::new();
        for ((who, _), mut group) in self.groups {
            group.cases.sort_unstable();
            people.entry(who).or_default().push(group);
        }
        let act = people.into_iter().map(|(who, mut groups)| {
            groups.sort_by(|a, b| b.cases.len().cmp(&a.cases.len()).then_with(|| a.cases.cmp(&b.cases)));
            ActData { who: who.name(), why: who.why(), groups }
        });
        act.collect()
    }
}

fn notes(diagnostic: Diagnostic) -> Vec<(&'static str, String)> {
    let notes = diagnostic.notes.into_iter().filter(|note| SHOWN.contains(&note.kind));
    notes.map(|note| (note.kind.word(), note.text)).collect()
}

/// Who has to do something about a step, and what makes another step the same thing to do.
fn whose(bad: &BadStep) -> (Who, String) {
    let operation = bad.step.operation.as_deref().unwrap_or(&bad.step.name);
    match &bad.step.outcome {
        StepOutcome::Failed(_) | StepOutcome::Waived(_) => broken(bad.step.outcome.failures().first(), operation),
        StepOutcome::Error(error) => match error.kind {
            // The target as a whole, whatever was asked of it.
            StepErrorKind::Unreachable | StepErrorKind::Tls | StepErrorKind::Gateway => {
                (Who::Environment, format!("{:?}", error.kind))
            }
            StepErrorKind::TimedOut | StepErrorKind::Broken | StepErrorKind::TooLarge | StepErrorKind::Encoding => {
                (Who::Environment, format!("{:?} {operation}", error.kind))
            }
            StepErrorKind::Request | StepErrorKind::Expectation | StepErrorKind::Output => {
                (Who::SuiteAuthor, error.message.clone())
            }
            StepErrorKind::Stopped | StepErrorKind::Missing => (Who::Operator, format!("{:?}", error.kind)),
        },
        StepOutcome::Passed | StepOutcome::Skipped { .. } => (Who::Operator, String::new()),
    }
}

fn broken(failure: Option<&Failure>, operation: &str) -> (Who, String) {
    let Some(Failure { promise, .. }) = failure else { return (Who::ApiOwner, operation.to_owned()) };
    let id = format!("{operation} {}", promise.id());
    match promise {
        Promise::Status { expected, found, .. } => (Who::ApiOwner, format!("{id} {expected} {found}")),
        Promise::Code { expected, found, .. } => {
            (Who::ApiOwner, format!("{id} {expected} {}", found.as_deref().unwrap_or_default()))
        }
        Promise::Contract(violation) if violation.side == Side::Request => (Who::SuiteAuthor, id),
        Promise::Finding(finding) if finding.side == Side::Request => (Who::SuiteAuthor, id),
        Promise::Snapshot(difference) => {
            let paths = difference.changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>().join(" ");
            // The same field of the same operation in twenty snapshots is one thing to look at.
            (Who::Reviewer, format!("{operation} {paths}"))
        }
        Promise::Body(_)
        | Promise::Header(_)
        | Promise::Contract(_)
        | Promise::Finding(_)
        | Promise::Latency { .. }
        | Promise::Json { .. }
        | Promise::Capture { .. }
        | Promise::GaveUp { .. }
        | Promise::Repeated { .. }
        | Promise::Overran { .. }
        | Promise::Hopeless { .. } => (Who::ApiOwner, id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::cases::Cases;
    use crate::report::testing::{everything_run, killed_run, mixed_run, unreachable_run};

    fn told(events: &[crate::event::Event]) -> String {
        let (mut cases, mut act) = (Cases::default(), Act::default());
        events.iter().filter_map(|event| cases.add(event)).for_each(|case| act.case(&case));
        cases.unfinished().for_each(|case| act.missing(case));
        let person = |act: ActData| {
            let group = |group: &GroupData| format!("  {:?} {:?}: {}", group.cases, group.outcome, group.title);
            format!("{}\n{}", act.who, act.groups.iter().map(group).collect::<Vec<_>>().join("\n"))
        };
        act.done().into_iter().map(person).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn every_problem_is_somebodys() {
        insta::assert_snapshot!(told(&everything_run()), @r#"
        API owner
          [0] Failed: the status is 500 Internal Server Error, not 200
          [1] Failed: the status code is FBX-E-006, not GNO-S-000
          [2] Failed: the response has no status code, promised was GNO-S-000
          [3] Failed: `$.data.status` is not what was promised
          [4] Failed: `$.data.offer` is missing
          [5] Failed: the header `content-type` is not what was promised
          [6] Failed: the answer took 3,040 ms, longer than 3,000 ms
          [7] Failed: the body is not JSON
          [8] Failed: `offerID` could not be captured from `$.data.offers[1].offerID`
          [9] Failed: still not there after 2 min and 25 attempts
          [10] Failed: the poll cannot succeed any more
          [11] Failed: `/data/status` in the response of getBre is "REFUSED", which is not a documented value
          [12] Failed: `/data/reason` is not documented
        Suite author
          [20] Error: `triggerBre` could not be made
          [22] Error: the expectation could not be worked out
          [23] Error: a value to hand on could not be worked out
        Environment owner
          [14] Error: http://127.0.0.1:4010 could not be reached
          [15] Error: no complete answer to `triggerBre` in time
          [16] Error: the connection broke before `triggerBre` was answered
          [17] Error: no secure connection to http://127.0.0.1:4010
          [18] Error: the answer to `triggerBre` is larger than the limit
          [19] Error: the answer to `triggerBre` could not be decoded
          [21] Error: a gateway answered `triggerBre`, not the API
        Snapshot reviewer
          [13] Failed: the response differs from its snapshot in 1 place
        Whoever started the run
          [24] Error: the run ended before this step did
          [25] Error: share 3 of 4 is missing: no journal of it was given
        "#);
    }

    #[test]
    fn one_reason_is_one_thing_to_do() {
        insta::assert_snapshot!(told(&unreachable_run()), @r#"
        Environment owner
          [0, 1, 2, 3, 4] Error: http://127.0.0.1:4010 could not be reached
        "#);
        insta::assert_snapshot!(told(&mixed_run()), @r#"
        API owner
          [2] Failed: the status code is GEO-E-003, not GEO-S-000
        Environment owner
          [3] Error: http://127.0.0.1:4010 could not be reached
        "#);
        insta::assert_snapshot!(told(&killed_run()), @r#"
        Whoever started the run
          [3] Missing: no result: the run ended before these cases did
        "#);
    }
}
