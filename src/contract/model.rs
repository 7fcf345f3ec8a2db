//! What an API promises of each operation, compiled from its document.

use super::schema::Schema;
use super::{Operation, StatusRange};
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// Where a parameter stands (OpenAPI 3.1, 4.8.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterIn {
    /// In the path, between braces.
    Path,
    /// After the question mark.
    Query,
    /// A request header; names are compared without case.
    Header,
    /// A cookie.
    Cookie,
}

/// How a parameter's value is written (OpenAPI 3.1, 4.8.12.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ParameterStyle {
    /// `;a=1;b=2`.
    Matrix,
    /// `.1.2`.
    Label,
    /// `1,2`.
    Simple,
    /// `a=1&b=2`.
    Form,
    /// `1%202`.
    SpaceDelimited,
    /// `1|2`.
    PipeDelimited,
    /// `a[b]=1`.
    DeepObject,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name; of a header in lower case.
    pub name: String,
    /// Where it stands.
    pub place: ParameterIn,
    /// Whether it must be there.
    pub required: bool,
    /// How its value is written.
    pub style: ParameterStyle,
    /// Whether every item or member is written apart.
    pub explode: bool,
    /// What its value must be; for one with `content`, the schema of the value written as JSON.
    pub schema: Option<Schema>,
    /// Whether its value is JSON as text (`content: application/json`).
    pub as_json: bool,
    /// Whether it may be there without a value (`allowEmptyValue`).
    pub allow_empty: bool,
    /// Whether reserved characters of URLs stay as they are in its value (`allowReserved`).
    pub allow_reserved: bool,
    /// Ambiguities it touches.
    pub ambiguities: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// What an operation takes as a body.
#[derive(Debug, Clone)]
pub struct RequestBody {
    /// Whether there must be one.
    pub required: bool,
    /// The media types it may have.
    pub media: Vec<Media>,
    /// Where it is written.
    pub span: Span,
}

/// A body of one media type.
#[derive(Debug, Clone)]
pub struct Media {
    /// The type in lower case without parameters, as `application/json`; may be a range, as `text/*`.
    pub media_type: String,
    /// The parameters it is written with, names in lower case: two types that differ in one are two types.
    pub parameters: Vec<(String, String)>,
    /// What the body must be; of a form, an object of its fields.
    pub schema: Option<Schema>,
    /// What each item of a sequence must be (`itemSchema` of OpenAPI 3.2).
    pub item_schema: Option<Schema>,
    /// Where the schema is one of several by the value of a member: that member and each value's schema.
    pub discriminator: Option<Discriminator>,
    /// How fields of a form are written, those of which the document says it.
    pub encoding: Vec<FieldEncoding>,
    /// Where it is written.
    pub span: Span,
}

/// How one field of a form is written (OpenAPI 3.1, 4.8.15).
#[derive(Debug, Clone)]
pub struct FieldEncoding {
    /// The field.
    pub field: String,
    /// The media types its part may have, in lower case; empty where nothing is said.
    pub content_types: Vec<String>,
    /// The style of its value, where the document names one.
    pub style: Option<ParameterStyle>,
    /// Whether every item or member is written apart.
    pub explode: bool,
    /// Headers of its part.
    pub headers: Vec<ResponseHeader>,
    /// Where it is written.
    pub span: Span,
}

/// What carries a credential (OpenAPI 3.1, 4.8.27).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecurityScheme {
    /// Its name in the document.
    pub name: String,
    /// Where the credential stands.
    pub place: ParameterIn,
    /// The parameter that carries it; a header in lower case.
    pub parameter: String,
}

/// Something that is wrong with a part of the document.
#[derive(Debug, Clone)]
pub struct ContractFault {
    /// What is wrong, and what to do.
    pub diagnostic: Diagnostic,
    /// Ids of the operations it concerns.
    pub operations: Vec<String>,
    /// Whether a promise is lost by it: then these operations cannot be used.
    pub grave: bool,
}

/// Schemas chosen by the value of a member (OpenAPI 3.1, 4.8.25).
#[derive(Debug, Clone)]
pub struct Discriminator {
    /// The member's name.
    pub property: String,
    /// The schemas by the value that chooses each, named or by mapping.
    pub choices: Vec<(String, Schema)>,
}

/// The statuses that a response of the document is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ResponseStatus {
    /// `200`, `4XX`.
    Range(StatusRange),
    /// `default`: every status that nothing else is for.
    Default,
}

/// A response of the document.
#[derive(Debug, Clone)]
pub struct DocumentedResponse {
    /// Its statuses.
    pub status: ResponseStatus,
    /// Headers it promises.
    pub headers: Vec<ResponseHeader>,
    /// The media types its body may have; empty for a response without a body.
    pub media: Vec<Media>,
    /// Whether the documentation states it; what is only let pass is no promise to be covered (`x-documented: false`).
    pub documented: bool,
    /// Ambiguities it touches.
    pub ambiguities: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// A header that a response promises.
#[derive(Debug, Clone)]
pub struct ResponseHeader {
    /// Its name, in lower case.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What its value must be; for one with `content`, the value written as JSON.
    pub schema: Option<Schema>,
    /// Whether every member of an object is written as `name=value`.
    pub explode: bool,
    /// Whether its value is JSON as text (`content: application/json`).
    pub as_json: bool,
    /// Where it is written.
    pub span: Span,
}

/// A documented shape of a response (`x-variants`): chosen by its code, then by a value in its data.
#[derive(Debug, Clone)]
pub struct Variant {
    /// Its name, as `offer`.
    pub name: String,
    /// The status codes that choose it; empty for the one without a code.
    pub codes: Vec<String>,
    /// The value at the discriminator's second path (`/data/status`) that chooses it among several of one code.
    pub data_status: Option<String>,
    /// The member of the envelope in which the code has to stand; any of the operation's without it.
    pub member: Option<String>,
    /// The whole body.
    pub schema: Schema,
    /// HTTP statuses that may carry it, the usual one first.
    pub statuses: Vec<StatusRange>,
    /// The section of the documentation.
    pub section: Option<String>,
    /// Whether the documentation states it; what is only let pass is a finding.
    pub documented: bool,
    /// Ambiguities it rests on.
    pub ambiguities: Vec<String>,
    /// Where it is written.
    pub span: Span,
}

/// A spelling that somebody is bound to correct (`x-respellings`).
#[derive(Debug, Clone)]
pub struct Respelling {
    /// What is written instead.
    pub written: String,
    /// What is documented.
    pub documented: String,
    /// The ambiguity.
    pub ambiguity: Option<String>,
}

/// Where the documentation contradicts itself or is silent (`x-ambiguities`).
#[derive(Debug, Clone)]
pub struct AmbiguityNote {
    /// Its id, as `A13`.
    pub id: String,
    /// What it is about.
    pub title: String,
    /// The operations it concerns.
    pub operations: Vec<String>,
    /// What the documentation says.
    pub documented: String,
    /// What goes over the wire.
    pub wire: String,
    /// What is let pass.
    pub accept: String,
}

/// A list of documented values that stand at a known place of some responses: banking error codes, KYC messages.
#[derive(Debug, Clone)]
pub struct ValueList {
    /// Its name in the document, as `x-banking-error-codes`.
    pub name: String,
    /// The values, with what each means.
    pub values: Vec<(String, Option<String>)>,
}

impl Operation {
    /// The variant of that name, the operation's own.
    #[must_use]
    pub fn variant(&self, name: &str) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.name == name)
    }
}
