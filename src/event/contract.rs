//! What holding an exchange against its contract found, and what the contract documents.
//!
//! A *violation* breaks a documented promise and is a [`Promise`](super::Promise) like any other. A *finding* is something
//! the contract does not say: it is told apart from failures and graded by a policy.

use crate::source::Location;
use serde::{Deserialize, Serialize};

/// What an exchange was, as the contract knows it, and what the contract does not say of it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Validation {
    /// The operation.
    pub operation: String,
    /// The documented variant that the response is; absent when it is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// The documented status code in the response; absent when it has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// What the contract does not say; what the policy switches off is not here.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// Which half of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// What was sent.
    Request,
    /// What came.
    Response,
}

/// A documented promise that an exchange does not keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Violation {
    /// The operation.
    pub operation: String,
    /// Which half of the exchange.
    pub side: Side,
    /// The documented variant that was meant; absent where the promise is not one of a variant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Where in the exchange: a JSON pointer into the body (RFC 6901), empty for all of it, or `query referenceID`,
    /// `header content-type`, `status`, `content type`.
    pub pointer: String,
    /// The kind of promise: a keyword of JSON Schema, or `parameter`, `header`, `status`, `media-type`, `code`, `body`.
    pub rule: String,
    /// What was promised, in words.
    pub promised: String,
    /// What came, as JSON text or in words, cut when long; absent when nothing did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The documented value or name that comes nearest to what came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// The documented section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The ambiguity whose ruling decides here, as `A13`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ambiguity: Option<String>,
}

impl Violation {
    /// The same for the same broken promise in every run.
    #[must_use]
    pub fn id(&self) -> String {
        let variant = self.variant.as_deref().unwrap_or(match self.side {
            Side::Request => "request",
            Side::Response => "response",
        });
        format!("contract:{}:{variant}:{}:{}", self.operation, self.place(), self.rule)
    }

    /// Where in the exchange, for every item of a list alike.
    #[must_use]
    pub fn place(&self) -> String {
        general(&self.pointer)
    }
}

/// A pointer with its indexes as `*`: which item of a list it was says nothing about the promise.
#[must_use]
pub fn general(pointer: &str) -> String {
    let part = |part: &str| match part.bytes().all(|byte| byte.is_ascii_digit()) && !part.is_empty() {
        true => "*".to_owned(),
        false => part.to_owned(),
    };
    pointer.split('/').map(part).collect::<Vec<_>>().join("/")
}

/// Something that the contract does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The same for the same thing in every run, as `undocumented-field:getBre:offer:/data/score`.
    pub id: String,
    /// What kind of thing.
    pub kind: FindingKind,
    /// How it is graded.
    pub grade: Grade,
    /// The operation.
    pub operation: String,
    /// Which half of the exchange.
    pub side: Side,
    /// The documented variant of the response; absent where it is none or the request is spoken of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub variant: Option<String>,
    /// Where: as in [`Violation::pointer`], indexes as `*`.
    pub pointer: String,
    /// What it is, in one sentence.
    pub what: String,
    /// What came, as JSON text or in words, cut when long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found: Option<String>,
    /// The documented value or name that comes nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub near: Option<String>,
    /// The documented section.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The ambiguity it bears on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ambiguity: Option<String>,
}

/// Kinds of findings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FindingKind {
    /// A method and a path below the base URL that no operation is documented for: nothing of such an exchange is held.
    UndocumentedOperation,
    /// A member of a body, or a parameter, that is not documented.
    UndocumentedField,
    /// A status code that is not documented, or not for this operation.
    UndocumentedCode,
    /// An HTTP status that is not documented.
    UndocumentedStatus,
    /// A header that is not documented and not one of HTTP's own.
    UndocumentedHeader,
    /// A media type that is not documented.
    UndocumentedMediaType,
    /// A response that is let pass although the documentation does not state it.
    UndocumentedVariant,
    /// A spelling that somebody was bound to correct, in place of the documented one.
    Respelling,
    /// A body that could not be judged: of a type that no schema of objects can be held against.
    UnjudgedBody,
    /// A member that an object has twice.
    DuplicateMember,
    /// A member that only answers should have (`readOnly`), in a request.
    ReadOnlySent,
    /// A member that only requests should have (`writeOnly`), in an answer.
    WriteOnlyReturned,
    /// A discriminator that names a form which the value is not.
    DiscriminatorMismatch,
    /// A status code that came with different HTTP statuses within a run.
    OneCodeManyStatuses,
    /// A promise over more than one exchange that was not kept: by the suite itself, or one that nobody states.
    BrokenRule,
}

impl FindingKind {
    /// All of them.
    pub const ALL: [Self; 15] = [
        Self::UndocumentedOperation,
        Self::UndocumentedField,
        Self::UndocumentedCode,
        Self::UndocumentedStatus,
        Self::UndocumentedHeader,
        Self::UndocumentedMediaType,
        Self::UndocumentedVariant,
        Self::Respelling,
        Self::UnjudgedBody,
        Self::DuplicateMember,
        Self::ReadOnlySent,
        Self::WriteOnlyReturned,
        Self::DiscriminatorMismatch,
        Self::OneCodeManyStatuses,
        Self::BrokenRule,
    ];

    /// Its name in ids, policies and reports.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UndocumentedOperation => "undocumented-operation",
            Self::UndocumentedField => "undocumented-field",
            Self::UndocumentedCode => "undocumented-code",
            Self::UndocumentedStatus => "undocumented-status",
            Self::UndocumentedHeader => "undocumented-header",
            Self::UndocumentedMediaType => "undocumented-media-type",
            Self::UndocumentedVariant => "undocumented-variant",
            Self::Respelling => "respelling",
            Self::UnjudgedBody => "unjudged-body",
            Self::DuplicateMember => "duplicate-member",
            Self::ReadOnlySent => "read-only-sent",
            Self::WriteOnlyReturned => "write-only-returned",
            Self::DiscriminatorMismatch => "discriminator-mismatch",
            Self::OneCodeManyStatuses => "one-code-many-statuses",
            Self::BrokenRule => "broken-rule",
        }
    }
}

/// What a finding means for the step.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Grade {
    /// It is told.
    Warn,
    /// It fails the step.
    Error,
}

/// Everything that a contract documents and a run can come across.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// The contract, by the name suites use.
    pub contract: String,
    /// Its title.
    pub title: String,
    /// Its version.
    pub version: String,
    /// What is documented, in the contract's order.
    pub documented: Vec<Group>,
    /// Where the documentation contradicts itself or is silent, with the rulings applied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ambiguities: Vec<Ambiguity>,
}

/// Documented things of one kind and one operation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// What they are.
    pub kind: ThingKind,
    /// Their operation; absent for what belongs to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Their names, unique in the group, with what they mean where that is documented.
    pub things: Vec<(String, Option<String>)>,
}

/// Kinds of documented things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThingKind {
    /// An operation, by its id; of no operation's group.
    Operation,
    /// A status code, as `GEO-S-000`; of no operation's group.
    Code,
    /// An HTTP status of an operation's responses, as `200` or `4XX`.
    Status,
    /// A variant of an operation's responses; one that any operation may answer with is of no operation's group.
    Variant,
    /// A member of a body or a parameter, as `request /customerID`, `request query referenceID`, or
    /// `offer /data/offers/*/offerID` with the variant before the pointer.
    Field,
    /// A value of a documented list, as `x-banking-error-codes FRAUD`, or of an enumeration, as `/data/status SUCCESS`.
    Value,
    /// An ambiguity, as `A13`; of no operation's group.
    Ambiguity,
    /// A promise over more than one exchange, as `R31`; of no operation's group. It is seen when it is kept.
    Rule,
}

/// A place where the documentation contradicts itself or is silent, and what is done about it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ambiguity {
    /// Its id, as `A13`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The operations it concerns.
    pub operations: Vec<String>,
    /// What the documentation says.
    pub documented: String,
    /// What goes over the wire, by the ruling.
    pub wire: String,
    /// What is let pass, by the ruling.
    pub accept: String,
}

/// Documented things that an exchange of this run was the first to show. Every thing is told at most once for each
/// [`Touch`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    /// The case.
    pub case: usize,
    /// The step.
    pub step: usize,
    /// The contract.
    pub contract: String,
    /// The operation called.
    pub operation: String,
    /// What was touched.
    pub things: Vec<TouchedThing>,
}

/// A documented thing, touched.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TouchedThing {
    /// What it is.
    pub kind: ThingKind,
    /// The operation of its [`Group`]; absent for a group of none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// Its name, as in the [`Group`].
    pub name: String,
    /// How it was touched.
    pub touch: Touch,
    /// For an ambiguity: what was seen that speaks for a reading, in words. An ambiguity is told again for different evidence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<String>,
}

/// How a documented thing was touched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Touch {
    /// It went over the wire.
    Seen,
    /// A step of a suite promised it by name, and it came.
    Promised,
    /// It came broken.
    Violated,
}

/// Somebody answers for a failure until a day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverEntry {
    /// What is waived, in words.
    pub what: String,
    /// Who answers for it.
    pub owner: String,
    /// Why.
    pub reason: String,
    /// The last day it holds, as `2026-12-31`.
    pub expires: String,
    /// Where it is written.
    pub place: Location,
}

/// A waiver that may not stay as it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverRefused {
    /// The waiver.
    pub waiver: WaiverEntry,
    /// Why.
    pub why: WaiverFault,
}

/// What can be wrong with a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WaiverFault {
    /// Its last day is over.
    Expired,
    /// What it waives was run, and nothing failed that it is about.
    Unmatched,
}
