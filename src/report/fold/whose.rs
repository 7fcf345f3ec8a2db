//! Whose a problem is, and what makes the problems of two cases one.
//!
//! A server that breaks one promise breaks it in many cases. Whoever reads the report has to see one thing to do, not a
//! hundred red lines; and must not take two things for one.

use super::under_way::BadStep;
use crate::event::{Failure, Promise, Side, StepErrorKind, StepOutcome};
use crate::source::Location;

/// Who must act, the most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(in crate::report) enum Who {
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
    pub(in crate::report) const fn name(self) -> &'static str {
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

    pub(in crate::report) const fn why(self) -> &'static str {
        match self {
            Self::ApiOwner => "the contract is broken: these promises were not kept",
            Self::SuiteAuthor => "the suite is at fault: what it sends is not documented, or could not be made",
            Self::Environment => "error: nothing is proved about the API until it can be reached",
            Self::Reviewer => "answers are not what was accepted: `proviso review` accepts or rejects them",
            Self::WaiverOwner => "a waiver has expired or is no longer needed: remove it, or give it a new date",
            Self::Operator => "the run ended before these could be judged: run them again",
            Self::FlakyWatch => "passed only when run again: nothing is broken for certain",
            Self::Waived => "somebody answers for these until the date given",
        }
    }
}

/// Statuses with which a gateway, a login or a wrong address answers whatever was asked.
const WHOLE_TARGET: [u16; 8] = [401, 403, 404, 405, 407, 502, 503, 504];

/// What is the same for cases with one problem: two cases that share any of these have the same one.
pub(super) type Keys = Vec<String>;

/// Who has to do something about a step, and what is the same for every case with the same problem.
pub(super) fn whose(bad: &BadStep, failure: Option<&Failure>) -> (Who, Keys) {
    let operation = bad.step.operation.as_deref().unwrap_or(&bad.step.name);
    match &bad.step.outcome {
        StepOutcome::Failed(_) | StepOutcome::Waived(_) => {
            let Some(failure) = failure else { return (Who::ApiOwner, vec![operation.to_owned()]) };
            match of_the_target(bad, failure) {
                Some(key) => (Who::ApiOwner, vec![key]),
                None => broken(failure, operation),
            }
        }
        StepOutcome::Error(error) => match error.kind {
            // The target as a whole, whatever was asked of it.
            StepErrorKind::Unreachable | StepErrorKind::Tls | StepErrorKind::Gateway => {
                (Who::Environment, vec![format!("{:?}", error.kind)])
            }
            StepErrorKind::TimedOut | StepErrorKind::Broken | StepErrorKind::TooLarge | StepErrorKind::Encoding => {
                (Who::Environment, vec![format!("{:?} {operation}", error.kind)])
            }
            StepErrorKind::Stopped | StepErrorKind::Missing => (Who::Operator, vec![format!("{:?}", error.kind)]),
            StepErrorKind::Request | StepErrorKind::Expectation | StepErrorKind::Output => {
                let place = &error.place;
                (Who::SuiteAuthor, vec![format!("{}:{} {}", place.file, place.line, error.message)])
            }
        },
        StepOutcome::Passed | StepOutcome::Skipped { .. } => (Who::Operator, vec![String::new()]),
    }
}

/// The key of problems in which a page came where the API should have answered.
pub(super) const PAGE: &str = "a page";

/// What is the same where an answer is none of the API's own: a wrong base path, a missing key, a gateway. Whatever
/// operation was asked for, it is one problem.
fn of_the_target(bad: &BadStep, failure: &Failure) -> Option<String> {
    let received = bad.exchange.as_ref()?.received.as_ref()?;
    let status = received.status;
    let code = match &failure.promise {
        Promise::Status { .. } | Promise::Json { .. } | Promise::Code { found: None, .. } => bad.code.as_deref(),
        Promise::Code { found: Some(found), .. } if matches!(status, 401 | 403) => Some(found.as_str()),
        Promise::Contract(violation)
            if violation.side == Side::Response
                && matches!(violation.rule.as_str(), "status" | "media" | "body" | "code") =>
        {
            bad.code.as_deref()
        }
        _ => return None,
    };
    let is_page = |(name, value): &(String, String)| name == "content-type" && value.contains("text/html");
    if received.headers.iter().any(is_page) {
        return Some(PAGE.to_owned());
    }
    // A documented code says that the API itself answered, and of what that was about.
    let own = code.is_some() && !matches!(status, 401 | 403);
    (WHOLE_TARGET.contains(&status) && !own).then(|| format!("answer {status} {}", code.unwrap_or_default()))
}

fn broken(failure: &Failure, operation: &str) -> (Who, Keys) {
    let promise = &failure.promise;
    let id = format!("{operation} {}", promise.id());
    match promise {
        Promise::Status { expected, found, .. } => (Who::ApiOwner, vec![format!("{id} {expected} {found}")]),
        Promise::Code { expected, found, .. } => {
            (Who::ApiOwner, vec![format!("{id} {expected} {}", found.as_deref().unwrap_or_default())])
        }
        Promise::Contract(violation) => {
            let who = if violation.side == Side::Request { Who::SuiteAuthor } else { Who::ApiOwner };
            let line = written(&failure.place, &violation.rule, &violation.pointer).unwrap_or(id);
            let pointer = crate::event::general(&violation.pointer);
            let value = (violation.side == Side::Response)
                .then(|| value_at(operation, &pointer, violation.found.as_deref()))
                .flatten();
            (who, std::iter::once(line).chain(value).collect())
        }
        // One rule is one thing to do, whichever operation breaks it.
        Promise::Rule(rule) => (Who::ApiOwner, vec![rule.id()]),
        Promise::Finding(finding) if finding.side == Side::Request => (Who::SuiteAuthor, vec![id]),
        Promise::Body(found) => {
            let pointer = found.path.strip_prefix('$').filter(|path| !path.contains(['[', '*', '?']));
            let value = pointer.and_then(|path| value_at(operation, &path.replace('.', "/"), found.found.as_deref()));
            (Who::ApiOwner, std::iter::once(id).chain(value).collect())
        }
        Promise::Snapshot(difference) => {
            let paths = difference.changes.iter().map(|change| change.path.as_str()).collect::<Vec<_>>().join(" ");
            // The same field of the same operation in twenty snapshots is one thing to look at.
            (Who::Reviewer, vec![format!("{operation} {paths}")])
        }
        _ => (Who::ApiOwner, vec![id]),
    }
}

/// One wrong value of one member breaks several promises: of the contract, of its variants, of suites.
fn value_at(operation: &str, pointer: &str, found: Option<&str>) -> Option<String> {
    let found = found.filter(|found| found.starts_with('"') && found.len() < 80)?;
    Some(format!("{operation} {pointer} is {found}"))
}

/// A promise of the contract by the line that makes it: a component that four operations share is one promise.
fn written(place: &Location, rule: &str, pointer: &str) -> Option<String> {
    let last = pointer.rsplit('/').next().unwrap_or_default();
    (place.line > 1 && !place.file.is_empty())
        .then(|| format!("{}:{}:{} {rule} {last}", place.file, place.line, place.column))
}
