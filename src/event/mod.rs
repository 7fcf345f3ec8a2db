//! What a run says: the one event type.
//!
//! A run is the sequence of its [`Event`]s and nothing else. They are owned and serialisable, so that a live run, a
//! journal read back from disk and several shards read together are the same thing to every report.
//!
//! Cases are numbered across the run (`case`), steps within their case (`step`, in the order they would run, flows
//! unfolded), attempts within their step from 1.

mod contract;
mod counts;
mod ended;
mod exchange;
mod outcome;
mod rule;
mod snapshot;
#[cfg(test)]
pub(crate) mod testing;
mod timestamp;

pub use contract::{
    Ambiguity, Finding, FindingKind, Grade, Group, Inventory, Side, ThingKind, Touch, Touched, TouchedThing,
    Validation, Violation, WaiverEntry, WaiverFault, WaiverRefused, general,
};
pub use counts::{Counts, SKIPPED_BY_WHEN, Verdict};
pub use ended::{FlakyCases, Outcome};
pub use exchange::{Body, Exchange, FormPart, Received, Sent, Timing};
pub use outcome::{CaseOutcome, Failure, Found, Promise, Seen, StepError, StepErrorKind, StepOutcome, Waived};
pub use rule::{RuleBroken, RuleExchange};
pub use snapshot::{Against, Change, ChangeKind, SnapshotDifference, SnapshotState, SnapshotTaken};
pub use timestamp::Timestamp;

use crate::source::Location;
use serde::{Deserialize, Serialize};

/// The version of the journal's format; a reader refuses a higher one.
pub const FORMAT: u32 = 3;

/// Something that happened, and when.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub kind: EventKind,
}

/// What can happen in a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EventKind {
    /// The run begins; always first.
    RunStarted(Box<RunStarted>),
    /// What a contract of the run documents; once for each, after the start and before the first case.
    ContractRead(Box<Inventory>),
    /// A case begins.
    CaseStarted(CaseStarted),
    /// A step begins.
    StepStarted(StepStarted),
    /// One exchange of a step is over.
    AttemptFinished(Box<AttemptFinished>),
    /// Documented things went over the wire for the first time in this run.
    Touched(Box<Touched>),
    /// A response was compared with its snapshot.
    SnapshotTaken(Box<SnapshotTaken>),
    /// A step is over. A step that was skipped has no `StepStarted`.
    StepFinished(Box<StepFinished>),
    /// A case did not pass and is run again; another `CaseStarted` follows.
    CaseRerun(CaseRerun),
    /// A case is over. A case that was skipped as a whole has no `CaseStarted`.
    CaseFinished(CaseFinished),
    /// A waiver may not stay as it is, which fails the run.
    WaiverRefused(Box<WaiverRefused>),
    /// Somebody asked the run to stop: no attempt starts after this.
    Interrupted(Interrupted),
    /// The run is over; always last. Without it the run was killed.
    RunFinished(RunFinished),
}

/// What was to be run, where and with what.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunStarted {
    /// The journal's format, [`FORMAT`].
    pub format: u32,
    /// The run's id, also the name of its folder.
    pub run: String,
    /// Proviso's version.
    pub version: String,
    /// The command line, as typed.
    pub command: Vec<String>,
    /// The environment's name.
    pub environment: String,
    /// Where requests went, in words: a base URL, or the embedded server and its address.
    pub target: String,
    /// The seed of everything generated.
    pub seed: u64,
    /// The machine's name.
    pub host: String,
    /// The suites with at least one selected case, in order.
    pub suites: Vec<SuiteEntry>,
    /// The selected cases, in order; `case` numbers in events index this list.
    pub cases: Vec<CaseEntry>,
    /// How many times the list of cases is gone through; case `n` of round `r` (from 0) has the number `r * len + n`.
    pub rounds: u32,
    /// How many cases the selection left out.
    pub left_out: usize,
    /// Whether a flaky case fails the run.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub flaky_fails: bool,
    /// The share of the cases that this run is, where they are run in several.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<Share>,
}

/// A share of the cases, as `hash:1/4`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// How cases are dealt out: `hash` or `count`.
    pub by: String,
    /// Which share, from 1.
    pub number: u32,
    /// Of how many.
    pub of: u32,
    /// What stands for the cases that were divided: the same in every shard of one run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub set: Option<String>,
    /// What the shards of one run have in common, and no other run's: a CI system's id of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub group: Option<String>,
}

impl Share {
    /// Whether both are the same part of the same division, whatever was divided.
    #[must_use]
    pub fn is_same_part(&self, other: &Self) -> bool {
        (&self.by, self.number, self.of) == (&other.by, other.number, other.of)
    }
}

/// A suite of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SuiteEntry {
    /// Its file, as messages name it.
    pub file: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A case of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseEntry {
    /// The suite, as an index into [`RunStarted::suites`].
    pub suite: usize,
    /// The case's name, unique in its suite.
    pub name: String,
    /// Whether it is a setup: done for other cases, and no proof of anything by itself.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub setup: bool,
    /// The line of its file that it is written at, from 1.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// Its tags, the suite's included.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
}

/// A case begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseStarted {
    /// The case.
    pub case: usize,
}

/// A step begins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepStarted {
    /// The case.
    pub case: usize,
    /// The step.
    pub step: usize,
    /// Its name, as in [`StepFinished`]: whoever watches wants to know what is waited for.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
}

/// One exchange of a step, whole, and what the step's poll made of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AttemptFinished {
    /// The case.
    pub case: usize,
    /// The step.
    pub step: usize,
    /// The attempt, from 1.
    pub attempt: u32,
    /// What was sent and what came.
    pub exchange: Exchange,
    /// Present when the answer was "not yet": what was seen where the poll looked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub seen: Vec<Found>,
    /// Present when another attempt follows: the wait before it, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_ms: Option<u64>,
    /// Present when a poll's other attempt follows: the poll's limit from the step's start, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub within_ms: Option<u64>,
    /// Present when the attempt is made again for what `retry_on` names: what that was, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retried: Option<String>,
    /// Present when the step's suite names a contract: what the exchange was, as the contract knows it.
    #[serde(default, alias = "held", skip_serializing_if = "Option::is_none")]
    pub validation: Option<Box<Validation>>,
}

impl AttemptFinished {
    /// Whether the request is sent again for what `retry_on` names; a redirect that is followed is none of that.
    #[must_use]
    pub fn is_retried(&self) -> bool {
        self.retried.as_ref().is_some_and(|reason| !reason.starts_with("redirect: "))
    }
}

/// A step is over.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepFinished {
    /// The case.
    pub case: usize,
    /// The step.
    pub step: usize,
    /// The step's name; flows it came through stand before it, as `onboard › Create user`.
    pub name: String,
    /// The contract's operation, where the step names one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Where the step is written. Present unless the step passed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub place: Option<Location>,
    /// Where the flows it came through are used, outermost first. Empty when the step passed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub used: Vec<Location>,
    /// What is expected of it, as the suite has it in YAML; absent when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// How it ended.
    pub outcome: StepOutcome,
    /// How many attempts it took.
    pub attempts: u32,
    /// How many single promises were checked on the final attempt.
    pub checks: u32,
    /// Names the step set, with their values as JSON text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub captured: Vec<Captured>,
    /// From the first attempt's start to the verdict, waits included, in microseconds.
    pub took_us: u64,
    /// Which time this was, from 1, for a step in a group that is repeated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub turn: Option<u32>,
    /// Whether the step is one of the case's cleanup, which does not decide how the case ends.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cleanup: bool,
}

/// A name that a step set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captured {
    /// The name.
    pub name: String,
    /// The value as JSON text, cut when long.
    pub value: String,
}

/// A case did not pass and is run again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRerun {
    /// The case.
    pub case: usize,
    /// How this time ended.
    pub outcome: CaseOutcome,
    /// Which time this was, from 1.
    pub time: u32,
}

/// A case is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseFinished {
    /// The case.
    pub case: usize,
    /// How it ended: the worst of its steps.
    pub outcome: CaseOutcome,
    /// From its start to its end, waits included, in microseconds.
    pub took_us: u64,
}

/// Somebody asked the run to stop.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interrupted {
    /// Why, in words.
    pub reason: String,
    /// Whether it was not a person but the run's own limit of time.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub over_time: bool,
}

/// The run is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunFinished {
    /// From the run's start to its end, in microseconds.
    pub took_us: u64,
}
