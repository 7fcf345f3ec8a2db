//! A contract: what an API promises, read from an OpenAPI document.
//!
//! Any OpenAPI 3.0 or 3.1 document can be read, alone or with the files it refers to. Besides OpenAPI's own members these
//! extensions are read.
//!
//! At the root: `x-envelope` (`{ code: [statusCode] }`, the members of a response body in which the status code may
//! stand), `x-codes` (every documented code with `case`, `status`, `operations` or `generic: true`, and `section`),
//! `x-variants` (documented shapes of responses, as at operations, for those that any operation may answer with),
//! `x-respellings` (`written`, `documented`, `ambiguity`), `x-ambiguities` (by id: `title`, `where`, `documented`,
//! `ruling` with `wire` and `accept`), and `x-value-lists` (names of members of the root that list documented values,
//! each with its meaning).
//!
//! At an operation: `x-section` (the section of the documentation that describes it), `x-envelope` (also `optional: true`
//! when a good answer may do without a code), `x-variants` (by name: `code`, `dataStatus`, `in`, `schema`, `status`,
//! `section`, `documented`, `ambiguity`), `x-discriminator` (`code`, then the paths into a body whose values choose the
//! variant) and `x-path-alternatives`. At a response: `x-documented: false` for one that is only let pass. At operations,
//! parameters, responses and schemas: `x-ambiguity`.

pub mod lint;
mod load;
mod model;
mod paths;
mod schema;
pub mod serialise;
mod validate;

use load::media_parameters;
pub use load::{ReadFile, load, load_below};
pub use model::{
    AmbiguityNote, ContractFault, Discriminator, DocumentedResponse, FieldEncoding, Media, Parameter, ParameterIn,
    ParameterStyle, RequestBody, Respelling, ResponseHeader, ResponseStatus, SecurityScheme, ValueList, Variant,
};
pub use schema::{Kinds, Schema, SchemaError, SchemaId, SchemaKeyword, Schemas, Shape, ShapeField, ShapeNode, Under};
pub use validate::{BodyCame, BodySent, Judged, Part, Promised, RequestFacts, ResponseFacts, Seen, Touches, code_at};

use crate::source::Span;
use std::collections::BTreeMap;

/// An API's promises.
#[derive(Debug, Clone, Default)]
pub struct Contract {
    /// The name suites use.
    pub name: String,
    /// The document's version.
    pub version: String,
    /// Operations by their id, in the order of the document.
    pub operations: Vec<Operation>,
    /// The members of a response body in which the status code may stand, the usual one first.
    pub code_members: Vec<String>,
    /// Documented status codes.
    pub codes: BTreeMap<String, DocumentedCode>,
    /// The document's title.
    pub title: String,
    /// Variants that any operation may answer with; an operation's own come first.
    pub variants: Vec<Variant>,
    /// Spellings that somebody is bound to correct.
    pub respellings: Vec<Respelling>,
    /// Where the documentation contradicts itself or is silent.
    pub ambiguities: Vec<AmbiguityNote>,
    /// Lists of documented values.
    pub values: Vec<ValueList>,
    /// The paths of its servers' URLs, each with a leading slash and without one at its end. A variable that may be
    /// anything stands in braces.
    pub base_paths: Vec<String>,
    /// What carries credentials.
    pub security_schemes: Vec<SecurityScheme>,
    /// What is wrong with parts of the document: those operations cannot be used, all others can.
    pub faults: Vec<ContractFault>,
}

/// One operation.
#[derive(Debug, Clone)]
pub struct Operation {
    /// Its `operationId`.
    pub id: String,
    /// The HTTP method, in capitals.
    pub method: String,
    /// The path below the base URL, with a leading slash.
    pub path: String,
    /// The section of the documentation that describes it.
    pub section: Option<String>,
    /// The members of a response body in which the status code may stand, the usual one first.
    pub code_members: Vec<String>,
    /// Whether a good answer may do without a status code.
    pub code_optional: bool,
    /// Its parameters, those of its path included.
    pub parameters: Vec<Parameter>,
    /// What it takes as a body.
    pub request: Option<RequestBody>,
    /// Its responses, in the document's order.
    pub responses: Vec<DocumentedResponse>,
    /// Its own documented variants.
    pub variants: Vec<Variant>,
    /// The paths into a body whose values choose the variant: JSON pointers, after the code.
    pub discriminator: Vec<String>,
    /// Paths that serve it as well (`x-path-alternatives`).
    pub path_alternatives: Vec<String>,
    /// Ambiguities it touches.
    pub ambiguities: Vec<String>,
    /// The path it is written under: files by their number, and JSON pointers into them.
    pub written: Vec<(usize, String)>,
    /// Where it is written.
    pub span: Span,
}

/// A documented status code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentedCode {
    /// What it means, in the documentation's words.
    pub case: String,
    /// HTTP statuses that may carry it.
    pub statuses: Vec<StatusRange>,
    /// Operations that may answer with it; empty for a code that any of them may.
    pub operations: Vec<String>,
    /// The section of the documentation that lists it.
    pub section: Option<String>,
}

impl DocumentedCode {
    /// Whether an operation may answer with it; without an operation any may.
    #[must_use]
    pub fn belongs_to(&self, operation: Option<&str>) -> bool {
        self.operations.is_empty()
            || operation.is_none_or(|operation| self.operations.iter().any(|own| own == operation))
    }

    /// Whether it refuses the request: its usual HTTP status is no success.
    #[must_use]
    pub fn is_refusal(&self) -> bool {
        !matches!(self.statuses.first(), Some(StatusRange::Exactly(200..300) | StatusRange::Class(2)))
    }
}

/// HTTP statuses that are accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusRange {
    /// One status.
    Exactly(u16),
    /// All statuses of a class: 4 for `4XX`.
    Class(u16),
}

impl StatusRange {
    /// Reads `200` or `4XX`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        match text.as_bytes() {
            [class @ b'1'..=b'5', b'X' | b'x', b'X' | b'x'] => Some(Self::Class(u16::from(class - b'0'))),
            _ => text.parse().ok().filter(|status| (100..600).contains(status)).map(Self::Exactly),
        }
    }

    /// Whether a status belongs to it.
    #[must_use]
    pub const fn holds(self, status: u16) -> bool {
        match self {
            Self::Exactly(exact) => exact == status,
            Self::Class(class) => status / 100 == class,
        }
    }
}

impl std::fmt::Display for StatusRange {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(status) => write!(f, "{status}"),
            Self::Class(class) => write!(f, "{class}XX"),
        }
    }
}

impl Contract {
    /// The operation of that id.
    #[must_use]
    pub fn operation(&self, id: &str) -> Option<&Operation> {
        self.operations.iter().find(|operation| operation.id == id)
    }

    /// Why an operation cannot be used: what is wrong with the parts of the document that describe it.
    pub fn faults_of<'c>(&'c self, id: &'c str) -> impl Iterator<Item = &'c ContractFault> {
        self.faults.iter().filter(move |fault| fault.grave && fault.operations.iter().any(|own| own == id))
    }
}
