//! What comparing a response with an accepted snapshot found.

use serde::{Deserialize, Serialize};

/// A response compared with its snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotTaken {
    /// The case.
    #[serde(default)]
    pub case: usize,
    /// The step.
    #[serde(default)]
    pub step: usize,
    /// The snapshot's name, as `offers__an-approved-applicant__get-bre`; its file is `NAME.snap`.
    pub name: String,
    /// Its file below the suites' root, as people name it.
    pub file: String,
    /// What became of it.
    pub state: SnapshotState,
    /// What was taken, masks applied; absent when it is the same as what was accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<String>,
}

/// What became of a snapshot.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SnapshotState {
    /// It is what was accepted.
    Same,
    /// Nothing has been accepted yet, and this run may propose.
    Proposed,
    /// It differs from what was accepted, or is new where nothing may be new.
    Refused,
    /// It is written as accepted, because the run was told to update.
    Updated,
}

/// How a response differs from its snapshot.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotDifference {
    /// The snapshot's name.
    pub name: String,
    /// Its file, as people name it.
    pub file: String,
    /// What the response was compared with.
    #[serde(default)]
    pub against: Against,
    /// Single differences, by path; empty when nothing was accepted yet.
    pub changes: Vec<Change>,
    /// How many more there are, where there are very many.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub more: usize,
    /// The difference as text, a line each with ` `, `-` or `+` before it, unchanged stretches left out; cut when long.
    pub text: Vec<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands every field over by reference")]
fn is_zero(number: &usize) -> bool {
    *number == 0
}

/// What a response was compared with.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Against {
    /// What was accepted.
    #[default]
    Accepted,
    /// The response of an earlier time in the same run, because what was accepted is not the same.
    EarlierInRun,
    /// Nothing: it is new where nothing may be new.
    Nothing,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// What kind.
    pub kind: ChangeKind,
    /// Where: `status`, `header content-type`, or a JSONPath into the body.
    pub path: String,
    /// What was accepted, as JSON text, cut when long; for something moved, where it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<String>,
    /// What came, as JSON text, cut when long; for something moved, where it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
}

/// Kinds of differences.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// It was not there.
    Added,
    /// It is gone.
    Removed,
    /// It has another value of the same type.
    Changed,
    /// It has another type.
    Retyped,
    /// An item of a list stands elsewhere in it.
    Moved,
}
