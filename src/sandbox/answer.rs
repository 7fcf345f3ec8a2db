//! The documented envelope: `data`, `error`, `statusCode`.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::CONTENT_TYPE};
use serde::Serialize;
use serde_json::{Value, json};

use super::code::Code;

/// The code of an answer, told to whoever handles the answer and does not read it again.
#[derive(Debug, Clone, Copy)]
pub(super) struct SentCode(pub(super) &'static str);

/// An answer in the documented envelope.
#[derive(Debug)]
pub(super) struct Answer {
    data: Value,
    error: String,
    code: &'static str,
    member: CodeMember,
    status: StatusCode,
}

/// Which member of the envelope carries the code.
#[derive(Debug, Clone, Copy)]
enum CodeMember {
    /// `statusCode`, everywhere but in one place.
    StatusCode,
    /// `status`, the documented spelling of the session operation.
    Status,
}

impl Answer {
    /// An answer under a documented code.
    pub(super) fn new(code: Code, data: Value) -> Self {
        let (code, status) = (code.text(), code.status());
        Self { data, error: String::new(), code, member: CodeMember::StatusCode, status }
    }

    /// A plain success.
    pub(super) fn message(code: Code, message: &str) -> Self {
        Self::new(code, json!({ "message": message }))
    }

    /// A success for which no code is documented: the member is there and empty, since inventing one would be a lie.
    pub(super) fn without_code(message: &str) -> Self {
        let data = json!({ "message": message });
        Self { data, error: String::new(), code: "", member: CodeMember::StatusCode, status: StatusCode::OK }
    }

    /// The receipt of a triggered stage.
    pub(super) fn reference(code: Code, reference: super::ids::Id) -> Self {
        Self::new(code, json!({ "referenceID": reference }))
    }

    /// Fills the `error` member.
    pub(super) fn saying(mut self, error: impl Into<String>) -> Self {
        self.error = error.into();
        self
    }

    /// Travels under another HTTP status than the code's own.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Puts the code into `status` instead of `statusCode`.
    pub(super) fn with_code_in_status(mut self) -> Self {
        self.member = CodeMember::Status;
        self
    }
}

#[derive(Serialize)]
struct Envelope<'a> {
    data: &'a Value,
    error: &'a str,
    #[serde(rename = "statusCode", skip_serializing_if = "Option::is_none")]
    status_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'a str>,
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (status_code, status) = match self.member {
            CodeMember::StatusCode => (Some(self.code), None),
            CodeMember::Status => (None, Some(self.code)),
        };
        let envelope = Envelope { data: &self.data, error: &self.error, status_code, status };
        let body = serde_json::to_vec(&envelope).unwrap_or_default();
        let mut response = json_response(self.status, body);
        response.extensions_mut().insert(SentCode(self.code));
        response
    }
}

/// A response that carries JSON text.
pub(super) fn json_response(status: StatusCode, body: impl Into<axum::body::Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// A number as the documentation writes it: without a fraction where there is none.
pub(super) fn number(number: f64) -> Value {
    if number.fract() == 0.0 && number.abs() < 1e15 { json!(number as i64) } else { json!(number) }
}
