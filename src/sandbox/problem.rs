//! The one way in which a request is refused: a documented code and a sentence, which become the documented envelope.

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header::RETRY_AFTER};
use serde_json::{Value, json};

use super::{answer::Answer, code::Code};

/// Why a request was refused.
#[derive(Debug)]
pub(super) struct Problem {
    code: Code,
    sentence: String,
    status: StatusCode,
    data: Value,
    retry_after: Option<u32>,
}

impl Problem {
    /// The refusal for a reference that leads nowhere, or to a stage of another kind.
    pub(super) fn unknown_reference() -> Self {
        Self::bare(Code::ReferenceInvalid)
    }

    /// A refusal under a documented code.
    pub(super) fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self { code, sentence: sentence.into(), status: code.status(), data: json!({}), retry_after: None }
    }

    /// A refusal that says no more than its code does.
    pub(super) fn bare(code: Code) -> Self {
        Self::new(code, code.meaning())
    }

    /// A key that must be there is not.
    pub(super) fn missing(key: &str) -> Self {
        Self::new(Code::KeyMissing, format!("missing required key: {key}"))
    }

    /// A request that HTTP itself has a better status for than its code has.
    pub(super) fn with_status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// Adds what the caller can go on with.
    pub(super) fn with_data(mut self, data: Value) -> Self {
        self.data = data;
        self
    }

    /// Tells the caller how many seconds to wait.
    pub(super) fn with_retry_after(mut self, seconds: u32) -> Self {
        self.retry_after = Some(seconds);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response =
            Answer::new(self.code, self.data).saying(self.sentence).with_status(self.status).into_response();
        if let Some(seconds) = self.retry_after {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
