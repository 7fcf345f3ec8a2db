//! The journal of a certification: what came and went, one line each, masked, appended before anything is answered.
//!
//! It is the truth: every verdict is worked out from it and from the profile, and can be worked out again.

use super::record::{Attested, Environment, Issued, Mode, Partner, Pinned, Provider, Tool, WaivedModule};
use crate::event::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the journal's format; a reader refuses a higher one.
pub const FORMAT: u32 = 1;

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Line {
    /// When, by the wall clock; of a rehearsal with a time scale, by its faster clock.
    pub at: Timestamp,
    /// What happened.
    pub what: Entry,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Entry {
    /// It begins; always the first line.
    Opened(Box<Opened>),
    /// It goes on after a stop, or with another build.
    Resumed(Resumed),
    /// A request came, and this was answered.
    Exchange(Box<Exchange>),
    /// The next customer to be created is of this module.
    Armed(Armed),
    /// A person answered a question.
    Attested(Box<Attested>),
    /// Something is set up wrongly; graded nowhere.
    Misconfigured(Misconfiguration),
    /// The other half was run.
    Provider(Box<Provider>),
    /// Failures that a person answers for.
    Waived(Vec<WaivedModule>),
    /// Nothing more can come.
    Closed(Closed),
    /// A certificate was issued.
    Issued(Box<Issued>),
}

/// How a certification begins.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Opened {
    /// [`FORMAT`].
    pub format: u32,
    /// The dossier's name.
    pub dossier: String,
    /// Whether it counts.
    pub mode: Mode,
    /// Who.
    pub partner: Partner,
    /// Against what.
    pub environment: Environment,
    /// Which modules.
    pub profile: Pinned,
    /// Which promises.
    pub contract: Pinned,
    /// The SHA-256 of the file of rules.
    pub rules: String,
    /// Who judges.
    pub tool: Tool,
    /// The modules that are tried; all of them unless it is a rehearsal of a part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub only: Vec<String>,
}

/// It goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resumed {
    /// The build from now on.
    pub build: String,
}

/// The next customer is of a module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Armed {
    /// The module.
    pub module: String,
    /// The customer, where it was named.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
}

/// Something is set up wrongly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Misconfiguration {
    /// What, in a sentence that is the same each time.
    pub says: String,
}

/// Nothing more can come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Closed {}

/// A request and what was answered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// Its number, from 1.
    pub n: u64,
    /// The contract's operation.
    pub operation: String,
    /// The customer that it is about, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub customer: Option<String>,
    /// The module that the customer is of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub module: Option<String>,
    /// When the request had come whole.
    pub sent: Timestamp,
    /// When it was answered.
    pub answered: Timestamp,
    /// What was sent.
    pub request: Request,
    /// What was answered; absent when the connection was closed instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub response: Option<Response>,
    /// What was answered otherwise than usual.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub injected: Option<String>,
    /// Where the request is not as documented.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub request_faults: Vec<Fault>,
    /// Where the answer, before anything was done to it, is not as documented: the referee's own fault.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub response_faults: Vec<Fault>,
    /// Whether it is the one before once more, byte for byte, sent again below the partner's own code.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub duplicate: bool,
}

/// A request, masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path with its query.
    pub target: String,
    /// The content type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// The body: JSON as it is, a form as an object of its fields, of files their name and size. Absent when there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Value>,
    /// Its length in bytes.
    #[serde(default, skip_serializing_if = "is_nought")]
    pub bytes: u64,
}

/// A response, masked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Response {
    /// The HTTP status.
    pub status: u16,
    /// The headers that rules speak of: `retry-after`, `content-type`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub headers: Vec<(String, String)>,
    /// The body; null when there is none or it is no JSON.
    pub body: Value,
}

/// A promise that one half of an exchange does not keep.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    /// The promise's id, as in every report.
    pub id: String,
    /// What was promised, and what came.
    pub says: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it so")]
const fn is_nought(bytes: &u64) -> bool {
    *bytes == 0
}

/// Why a text is no journal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalError {
    /// The line, from 1.
    pub line: usize,
    /// Why.
    pub why: String,
}

impl std::fmt::Display for JournalError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "line {}: {}", self.line, self.why)
    }
}

impl Line {
    /// The line without its end.
    ///
    /// # Errors
    ///
    /// Never, in fact: everything in it is JSON.
    pub fn to_json(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }
}

/// Reads a journal line by line. A last line that was cut off is left out: it was never answered.
///
/// # Errors
///
/// At the first line that is none, and when the first is not how a certification begins.
pub fn read(text: &[u8], mut each: impl FnMut(Line)) -> Result<(), JournalError> {
    let mut lines = text.split_inclusive(|byte| *byte == b'\n').enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        let fail = |why: String| JournalError { line: index + 1, why };
        if !line.ends_with(b"\n") && lines.peek().is_none() && index > 0 {
            return Ok(());
        }
        let line: Line = serde_json::from_slice(line).map_err(|error| fail(error.to_string()))?;
        match (&line.what, index) {
            (Entry::Opened(opened), 0) if opened.format > FORMAT => {
                return Err(fail(format!("the journal has format {}, and this program knows {FORMAT}", opened.format)));
            }
            (Entry::Opened(_), 0) => {}
            (_, 0) | (Entry::Opened(_), _) => return Err(fail("a journal begins once, with `opened`".to_owned())),
            _ => {}
        }
        each(line);
    }
    if text.is_empty() { Err(JournalError { line: 1, why: "it is empty".to_owned() }) } else { Ok(()) }
}

/// How many bytes of a journal are whole lines: what comes after was cut off, and goes before more is appended.
#[must_use]
pub fn whole_lines(text: &[u8]) -> usize {
    text.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1)
}
