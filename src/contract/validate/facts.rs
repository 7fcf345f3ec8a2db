//! What is held against a contract, and what comes of it.

use super::seen::Touches;
use crate::event::{Finding, Violation};
use crate::source::Span;
use http::HeaderMap;
use serde_json::Value;

/// A request as it is to be sent.
#[derive(Debug)]
pub struct RequestFacts<'a> {
    /// The path below the base URL as sent, percent-encoded, with a leading slash, without the query.
    pub path: &'a str,
    /// The query as sent, without the question mark; empty when there is none.
    pub query: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: BodySent<'a>,
}

/// The body of a request.
#[derive(Debug)]
pub enum BodySent<'a> {
    /// There is none.
    None,
    /// JSON, or a form whose fields are members (`application/x-www-form-urlencoded`).
    Value(&'a Value),
    /// A multipart form.
    Multipart(Vec<Part<'a>>),
    /// Anything else.
    Bytes(&'a [u8]),
}

/// A part of a multipart form.
#[derive(Debug)]
pub struct Part<'a> {
    /// The field.
    pub field: &'a str,
    /// The file's name, for a file.
    pub file_name: Option<&'a str>,
    /// The media type, where one is sent.
    pub media_type: Option<&'a str>,
    /// What is in it.
    pub content: &'a [u8],
}

/// A response as it came.
#[derive(Debug)]
pub struct ResponseFacts<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: BodyCame<'a>,
}

/// The body of a response.
#[derive(Debug)]
pub enum BodyCame<'a> {
    /// There is none.
    None,
    /// JSON, whole.
    Value(&'a Value),
    /// JSON, whole, with the text it was read from.
    Json(&'a Value, &'a [u8]),
    /// Something that is not JSON, and what the parser says.
    NotJson(&'a [u8], &'a str),
}

/// What a step of a suite promised by name, and got.
#[derive(Debug)]
pub struct Promised<'a> {
    /// The status code it promised.
    pub code: Option<&'a str>,
    /// The HTTP status that came, where the step promised one by name or by code.
    pub status: Option<u16>,
    /// The variant that came.
    pub variant: Option<&'a str>,
    /// Where in the body it looked: JSON pointers with `*` for an index.
    pub pointers: &'a [String],
    /// The body that came.
    pub body: Option<&'a Value>,
}

/// What holding one half of an exchange found.
#[derive(Debug, Default)]
pub struct Judged {
    /// The documented variant that a response is.
    pub variant: Option<String>,
    /// The status code in a response.
    pub code: Option<String>,
    /// How many promises were checked.
    pub checks: u32,
    /// Promises that were not kept, each with where the contract makes it.
    pub violations: Vec<(Violation, Span)>,
    /// What the contract does not say; every one is graded as a warning here.
    pub findings: Vec<(Finding, Span)>,
    /// What it touched of the contract.
    pub touches: Touches,
}
