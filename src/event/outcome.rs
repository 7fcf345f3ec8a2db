//! How steps and cases end.
//!
//! Two kinds of bad endings are kept apart everywhere, because they send different people to work: a *failure* means the
//! contract is broken, *error* means that it could not be told. Both are data here; the sentences are made in one place,
//! `report::explain`.

use super::contract::{Finding, Violation, WaiverEntry};
use super::rule::RuleBroken;
use super::snapshot::SnapshotDifference;
use crate::source::Location;
use serde::{Deserialize, Serialize};

/// How a step ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepOutcome {
    /// Every promise was kept.
    Passed,
    /// At least one promise was broken.
    Failed(Vec<Failure>),
    /// Promises were broken, and somebody answers for each of them until a day.
    Waived(Box<Waived>),
    /// It could not be told.
    #[serde(alias = "troubled")]
    Error(Box<StepError>),
    /// It was not run.
    Skipped {
        /// Why not, in words.
        reason: String,
    },
}

impl StepOutcome {
    /// The promises that were broken, waived ones too.
    #[must_use]
    pub fn failures(&self) -> &[Failure] {
        match self {
            Self::Failed(failures) => failures,
            Self::Waived(waived) => &waived.failures,
            Self::Passed | Self::Error(_) | Self::Skipped { .. } => &[],
        }
    }
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CaseOutcome {
    /// Every step passed.
    Passed,
    /// It did not pass at first, and passed when it was run again.
    Flaky {
        /// How often it was run again.
        reruns: u32,
    },
    /// A step failed.
    Failed,
    /// No step failed but those for which somebody answers.
    Waived,
    /// No step failed, and one could not be judged; `troubled` in formats 1 and 2.
    #[serde(alias = "troubled")]
    Error,
    /// It was not run.
    Skipped {
        /// Why not, in words.
        reason: String,
    },
}

/// Broken promises for which somebody answers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Waived {
    /// The promises.
    pub failures: Vec<Failure>,
    /// The waivers that cover them.
    pub waivers: Vec<WaiverEntry>,
}

/// A promise that was not kept.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Failure {
    /// Where the promise is written.
    pub place: Location,
    /// What was promised, and what came instead.
    pub promise: Promise,
}

/// What was promised and what came instead, one variant per kind of promise.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// The HTTP status.
    Status {
        /// What was expected, in words.
        expected: String,
        /// What came.
        found: u16,
        /// The documented section, when the contract and not the suite promises it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        section: Option<String>,
    },
    /// The documented status code of the response's envelope.
    Code {
        /// The code expected.
        expected: String,
        /// What the code means, in the documentation's words, where documented.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        meaning: Option<String>,
        /// What came; absent when the response has no code.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found: Option<String>,
        /// What the code that came means, where documented.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        found_meaning: Option<String>,
        /// The response's own words about the error, where it has any.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A value in the body.
    Body(Found),
    /// A header's value; [`Found::path`] is its name.
    Header(Found),
    /// A promise of the contract; [`Failure::place`] is where the contract makes it.
    Contract(Box<Violation>),
    /// A promise over more than one exchange; [`Failure::place`] is where the rule is written.
    Rule(Box<RuleBroken>),
    /// Something that the contract does not say, where the policy makes that an error.
    Finding(Box<Finding>),
    /// The response is not what was accepted.
    Snapshot(Box<SnapshotDifference>),
    /// The time the final attempt took, in milliseconds.
    Latency {
        /// The limit.
        limit_ms: u64,
        /// The time taken.
        took_ms: u64,
    },
    /// The body had to be JSON and is not.
    Json {
        /// The content type that came.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        content_type: Option<String>,
        /// What the parser says.
        why: String,
        /// The body's beginning.
        excerpt: String,
    },
    /// A name could not be captured.
    Capture {
        /// The name.
        name: String,
        /// What was looked for and what was there.
        found: Found,
    },
    /// A poll reached its limit and the answer was still "not yet".
    GaveUp {
        /// The limit, in milliseconds.
        within_ms: u64,
        /// How many attempts were made.
        attempts: u32,
        /// What the poll waited for and what it saw last.
        waiting_for: Vec<Found>,
        /// What it saw over time.
        history: Vec<Seen>,
    },
    /// A group of steps was done as often as it may, and what it waits for is still not so.
    Repeated {
        /// How often it was done.
        times: u32,
        /// The expression it waits for, as written.
        until: String,
    },
    /// A case took longer than it may.
    Overran {
        /// The limit, in milliseconds.
        limit_ms: u64,
    },
    /// A poll saw an answer that can no longer turn good.
    Hopeless {
        /// Why, in words: the suite's own condition, or a status that ends a poll.
        because: String,
        /// How many attempts were made.
        attempts: u32,
        /// What it saw over time.
        history: Vec<Seen>,
    },
}

impl Promise {
    /// A short name that is the same for the same promise in every run: `status`, `code`, `body:$.data.status`, the id of
    /// a violation or of a finding.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Self::Status { .. } => "status".to_owned(),
            Self::Code { .. } => "code".to_owned(),
            Self::Body(found) => format!("body:{}", found.path),
            Self::Header(found) => format!("header:{}", found.path),
            Self::Contract(violation) => violation.id(),
            Self::Rule(broken) => broken.id(),
            Self::Finding(finding) => finding.id.clone(),
            Self::Snapshot(difference) => format!("snapshot:{}", difference.name),
            Self::Latency { .. } => "latency".to_owned(),
            Self::Json { .. } => "json".to_owned(),
            Self::Capture { name, .. } => format!("capture:{name}"),
            Self::GaveUp { .. } => "poll-gave-up".to_owned(),
            Self::Repeated { .. } => "repeat-gave-up".to_owned(),
            Self::Overran { .. } => "case-too-long".to_owned(),
            Self::Hopeless { .. } => "poll-hopeless".to_owned(),
        }
    }
}

/// Something looked for at a path, and what was there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Where: a JSONPath, a header's name.
    pub path: String,
    /// What was expected, in words; empty where any value would do.
    pub expected: String,
    /// What was there, as JSON text, cut when long; absent when nothing was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// Why the two do not agree, where that is not plain to see.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// A stretch of equal answers to a poll.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// What was seen, in words.
    pub what: String,
    /// How many attempts in a row saw it.
    pub times: u32,
    /// When it was first seen, in milliseconds from the step's start.
    pub from_ms: u64,
    /// When it was last seen, in milliseconds from the step's start.
    pub to_ms: u64,
}

/// Why it could not be told whether the contract holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepError {
    /// What kind of error.
    pub kind: StepErrorKind,
    /// What happened, in words, with the causes the system gave.
    pub message: String,
    /// Where in the suite it happened.
    pub place: Location,
}

/// Kinds of error; each has its own advice.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepErrorKind {
    /// Nothing listens there, or the name cannot be resolved.
    Unreachable,
    /// No complete answer in time.
    TimedOut,
    /// The connection broke, or what came is not HTTP.
    Broken,
    /// The TLS handshake failed.
    Tls,
    /// The response is larger than the limit.
    TooLarge,
    /// The body's encoding is unknown, or the body is not encoded as its headers say.
    Encoding,
    /// The request could not be made: a template could not be evaluated, a file could not be read.
    Request,
    /// A gateway answered in place of the API: 502, 503 or 504, which nothing documents.
    Gateway,
    /// What is expected of an answer, or waited for, could not be worked out.
    Expectation,
    /// A value that a flow or a setup hands on could not be worked out.
    Output,
    /// The run ended before the step did.
    Stopped,
    /// A share of the run is not among the journals.
    Missing,
}
