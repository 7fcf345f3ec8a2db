//! What the page is given: the one form of the data between the report and its script.
//!
//! Names are short where they recur by the thousand. The details of cases are packed ([`super::pack`]) and put together when a
//! case is opened.

use super::pack::Part;
use crate::event::Outcome;
use serde::{Serialize, Serializer};
use serde_json::Value;

/// Whether a number needs saying.
#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde wants it so")]
const fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// Everything about the run but the steps of its cases.
#[derive(Debug, Serialize)]
pub(super) struct RunData {
    /// What the run amounts to.
    pub(super) verdict: VerdictData,
    /// What was run, where and with what: a name and a value each.
    pub(super) facts: Vec<(&'static str, String)>,
    /// How many cases ended how, in the order they are shown.
    pub(super) counts: Vec<(OutcomeData, usize)>,
    /// The suites' names, with the stems of their files.
    pub(super) suites: Vec<(String, String)>,
    /// Every tag.
    pub(super) tags: Vec<String>,
    /// Every operation.
    pub(super) operations: Vec<String>,
    /// The names of steps.
    pub(super) steps: Vec<String>,
    /// The templates of packed texts.
    pub(super) templates: Vec<String>,
    /// The cases, in the order of the plan.
    pub(super) cases: Vec<CaseRow>,
    /// What has to be done, by whom, the most urgent first.
    pub(super) act: Vec<ActData>,
    /// The run before, in words; absent where none is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) since: Option<String>,
    /// What changed since then.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<ChangeData>,
    /// How long operations took, the slowest first.
    pub(super) timings: Vec<OperationTimes>,
    /// What was touched of the contracts.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) contracts: Vec<ContractData>,
    /// What the contracts do not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<FindingData>,
    /// Where the documentation contradicts itself or is silent, as far as the run touched it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) ambiguities: Vec<AmbiguityData>,
    /// What past runs tell.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) history: Option<Value>,
    /// How many cases are kept without the details of their steps.
    #[serde(skip_serializing_if = "is_zero")]
    pub(super) brief: u64,
}

/// What a run amounts to.
#[derive(Debug, Serialize)]
pub(super) struct VerdictData {
    /// Which one, for the look of it.
    pub(super) kind: &'static str,
    /// In one word.
    pub(super) word: &'static str,
    /// In one sentence.
    pub(super) sentence: String,
    /// Further sentences.
    pub(super) notes: Vec<String>,
}

/// How a case or a step ended, by the name that the page's script knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct OutcomeData(pub(super) Outcome);

impl Serialize for OutcomeData {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(match self.0 {
            Outcome::Missing => "missing",
            other => other.word(),
        })
    }
}

/// A case in the list.
#[derive(Debug, Serialize)]
pub(super) struct CaseRow {
    /// Its suite.
    #[serde(rename = "s")]
    pub(super) suite: usize,
    /// Its name.
    #[serde(rename = "n")]
    pub(super) name: String,
    /// How it ended.
    #[serde(rename = "o")]
    pub(super) outcome: OutcomeData,
    /// Why it did not pass, in one line.
    #[serde(rename = "w", skip_serializing_if = "String::is_empty")]
    pub(super) why: String,
    /// Its tags, as indexes.
    #[serde(rename = "t", skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<usize>,
    /// The operations it called, as indexes.
    #[serde(rename = "p", skip_serializing_if = "Vec::is_empty")]
    pub(super) operations: Vec<usize>,
    /// Its steps' names, as indexes.
    #[serde(rename = "k", skip_serializing_if = "Vec::is_empty")]
    pub(super) steps: Vec<usize>,
    /// When it began, in microseconds from the run's start.
    #[serde(rename = "f", skip_serializing_if = "is_zero")]
    pub(super) from_us: u64,
    /// How long it took, in microseconds.
    #[serde(rename = "d", skip_serializing_if = "is_zero")]
    pub(super) took_us: u64,
}

/// What somebody has to do.
#[derive(Debug, Serialize)]
pub(super) struct ActData {
    /// Who.
    pub(super) who: &'static str,
    /// Why it is theirs.
    pub(super) why: &'static str,
    /// The things, those that meet most cases first.
    pub(super) groups: Vec<GroupData>,
}

/// One thing to be done, and the cases it meets.
#[derive(Debug, Serialize)]
pub(super) struct GroupData {
    /// How those cases ended, for the look of it.
    pub(super) outcome: OutcomeData,
    /// What is wrong, in one line.
    pub(super) title: String,
    /// The operations it was met in.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) operations: Vec<String>,
    /// Notes of the explanation: a word and a text each.
    pub(super) notes: Vec<(&'static str, String)>,
    /// Where to look.
    pub(super) place: String,
    /// The cases, as indexes into [`RunData::cases`].
    pub(super) cases: Vec<usize>,
    /// Whether all of them newly fail since the run before.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) new: bool,
    /// The problem that most likely caused this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) cause: Option<String>,
}

/// One kind of change since the run before.
#[derive(Debug, Serialize)]
pub(super) struct ChangeData {
    /// Which kind.
    pub(super) kind: &'static str,
    /// In one line.
    pub(super) title: String,
    /// What changed in particular.
    pub(super) items: Vec<String>,
    /// How much more there is of it.
    pub(super) more: usize,
}

/// How long an operation took.
#[derive(Debug, Serialize)]
pub(super) struct OperationTimes {
    /// Its name.
    pub(super) operation: String,
    /// How many exchanges had an answer.
    pub(super) count: u64,
    /// Half of them took no longer than this, in microseconds.
    pub(super) p50_us: u64,
    /// Nineteen of twenty took no longer than this.
    pub(super) p95_us: u64,
    /// None took longer than this.
    pub(super) max_us: u64,
}

/// What was touched of a contract.
#[derive(Debug, Serialize)]
pub(super) struct ContractData {
    /// Its title and version.
    pub(super) title: String,
    /// Names of the kinds of things, for the columns.
    pub(super) kinds: Vec<&'static str>,
    /// All operations together: a cell for each kind.
    pub(super) sums: Vec<Cell>,
    /// Its operations; the last is what belongs to none.
    pub(super) operations: Vec<OperationData>,
}

/// How many documented things, how many of them came, and how many came broken.
pub(super) type Cell = (usize, usize, usize);

/// An operation of a contract.
#[derive(Debug, Serialize)]
pub(super) struct OperationData {
    /// Its name.
    pub(super) name: String,
    /// What it does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) meaning: String,
    /// A cell for each kind.
    pub(super) cells: Vec<Cell>,
    /// What it documents, by kind as an index.
    pub(super) things: Vec<(usize, Vec<ThingData>)>,
}

/// A documented thing.
#[derive(Debug, Serialize)]
pub(super) struct ThingData {
    /// Its name.
    #[serde(rename = "n")]
    pub(super) name: String,
    /// What it means.
    #[serde(rename = "m", skip_serializing_if = "String::is_empty")]
    pub(super) meaning: String,
    /// What became of it.
    #[serde(rename = "x")]
    pub(super) state: ThingState,
    /// The case that showed it first.
    #[serde(rename = "c", skip_serializing_if = "Option::is_none")]
    pub(super) case: Option<usize>,
}

/// What became of a documented thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum ThingState {
    /// It came broken.
    Violated,
    /// A suite promised it by name, and it came.
    Exercised,
    /// It came.
    Seen,
    /// It never came.
    Never,
}

/// Something that the contract does not say, however often it came.
#[derive(Debug, Serialize)]
pub(super) struct FindingData {
    /// How it is graded.
    pub(super) grade: &'static str,
    /// What it is.
    pub(super) told: Told,
    /// In how many exchanges it came.
    pub(super) count: usize,
    /// The case that showed it first.
    pub(super) case: usize,
}

/// An ambiguity that the run touched.
#[derive(Debug, Serialize)]
pub(super) struct AmbiguityData {
    /// Its id.
    pub(super) id: String,
    /// What it is about.
    pub(super) title: String,
    /// The documentation, the ruling and what is let pass: a name and a text each.
    pub(super) ruling: Vec<(&'static str, String)>,
    /// What was seen: in words, how often where that is counted, and the case that showed it first.
    pub(super) evidence: Vec<(String, Option<usize>, usize)>,
    /// The case that touched it first.
    pub(super) case: usize,
}

/// One case, without its steps.
#[derive(Debug, Serialize)]
pub(super) struct CaseData {
    /// Where it is written.
    pub(super) place: String,
    /// A command that runs it again.
    pub(super) command: String,
    /// The times it was run, oldest first; more than one when it was run again.
    #[serde(skip)]
    pub(super) times: Vec<TimeData>,
    /// Present when details were left out: why.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) brief: Option<&'static str>,
}

/// A case as it stands in the page: packed texts, in the order the page reads them.
#[derive(Debug, Serialize)]
pub(super) struct Packed(
    /// The case without its times.
    pub(super) Vec<Part>,
    /// The times it was run: each without its steps, then its steps.
    pub(super) Vec<(Vec<Part>, Vec<Vec<Part>>)>,
);

/// One time a case was run.
#[derive(Debug, Serialize)]
pub(super) struct TimeData {
    /// How it ended.
    pub(super) outcome: OutcomeData,
    /// Its steps.
    #[serde(skip)]
    pub(super) steps: Vec<StepData>,
}

/// A step.
#[derive(Debug, Default, Serialize)]
pub(super) struct StepData {
    /// Its name.
    pub(super) name: String,
    /// Its operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<String>,
    /// How it ended.
    pub(super) outcome: Option<OutcomeData>,
    /// Its number in its case, from 1.
    pub(super) number: usize,
    /// Which time this was, for a step in a group that is repeated.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) turn: Option<u32>,
    /// Why it was not run.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) reason: Option<String>,
    /// When it began, in microseconds from when its case began, or began again.
    pub(super) from_us: u64,
    /// How long it took, in microseconds.
    pub(super) took_us: u64,
    /// How many promises were checked.
    pub(super) checks: u32,
    /// Its attempts, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) attempts: Vec<AttemptData>,
    /// How many attempts it made, where that is more than are listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) made: Option<u32>,
    /// What is wrong with it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) told: Vec<Told>,
    /// What was sent on the final attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) sent: Option<MessageData>,
    /// What came on the final attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) received: Option<MessageData>,
    /// What was expected, as the suite has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) expected: Option<String>,
    /// The variant of the response, as the contract knows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) variant: Option<String>,
    /// A command that sends the request again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) curl: Option<String>,
    /// Where the time of the final attempt went: a name and microseconds each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) timing: Vec<(&'static str, u64)>,
    /// Names it set, with their values.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) captured: Vec<(String, String)>,
    /// What the contract does not say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) findings: Vec<Told>,
    /// Where it is written, and where the flows it came through are used.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) places: Vec<String>,
    /// Whether it is one of the cleanup.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(super) cleanup: bool,
}

/// An attempt, on the line of time.
#[derive(Debug, Serialize)]
pub(super) struct AttemptData {
    /// When it began, in microseconds from when its case began, or began again.
    #[serde(rename = "f")]
    pub(super) from_us: u64,
    /// How long it took, in microseconds.
    #[serde(rename = "d")]
    pub(super) took_us: u64,
    /// The HTTP status, in words; absent when nothing came.
    #[serde(rename = "s", skip_serializing_if = "Option::is_none")]
    pub(super) status: Option<String>,
    /// What the poll saw.
    #[serde(rename = "v", skip_serializing_if = "Option::is_none")]
    pub(super) seen: Option<String>,
    /// The wait after it, in microseconds.
    #[serde(rename = "w", skip_serializing_if = "Option::is_none")]
    pub(super) wait_us: Option<u64>,
    /// Why it was made again.
    #[serde(rename = "r", skip_serializing_if = "Option::is_none")]
    pub(super) retried: Option<String>,
    /// The body that came, as it came; of a final attempt it stands with the step.
    #[serde(rename = "b", skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
}

/// What was sent, or what came.
#[derive(Debug, Serialize)]
pub(super) struct MessageData {
    /// Its first line.
    pub(super) line: String,
    /// Its headers: a name and a value each.
    pub(super) headers: Vec<(String, String)>,
    /// Its body, as it was; the page lays it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) body: Option<String>,
    /// Lines of the laid out body that a broken promise is about, from 0.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) marks: Vec<usize>,
    /// Why the body is not whole or not as it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) note: Option<String>,
}

/// An explanation.
#[derive(Debug, Serialize)]
pub(super) struct Told {
    /// Which kind of problem.
    pub(super) code: &'static str,
    /// What it is, in one line.
    pub(super) title: String,
    /// Notes: a word and a text each.
    pub(super) notes: Vec<(&'static str, String)>,
    /// Where it is written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) place: Option<PlaceData>,
    /// What the documentation has to say: a name and a value each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) facts: Vec<(&'static str, String)>,
    /// Single differences from a snapshot: a kind, a path, what was accepted and what came.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) changes: Vec<(&'static str, String, String, String)>,
    /// The difference as text, a line each.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) diff: Vec<String>,
}

/// A line of a file, and the part of it that is meant.
#[derive(Debug, Serialize)]
pub(super) struct PlaceData {
    /// `file:line`.
    pub(super) at: String,
    /// The line.
    pub(super) text: String,
    /// The first character that is meant, from 0.
    pub(super) start: usize,
    /// How many characters are meant.
    pub(super) length: usize,
}
