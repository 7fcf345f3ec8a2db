//! A response as checks see it: its body is parsed when the first of them asks.

use super::stream;
use crate::contract::code_at;
use crate::plan::Codes;
use crate::transport::Response;
use serde_json::Value;
use std::sync::OnceLock;

/// A response to a step, whose body is parsed when somebody asks.
pub(super) struct Answer {
    pub(super) response: Response,
    json: OnceLock<Result<Value, String>>,
}

impl Answer {
    pub(super) const fn new(response: Response) -> Self {
        Self { response, json: OnceLock::new() }
    }

    /// The body as JSON, or why it is none.
    pub(super) fn json(&self) -> Result<&Value, &str> {
        let parse = || {
            let media_type = self.response.headers.get(http::header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            media_type
                .and_then(|media_type| stream::items(media_type, &self.response.body))
                .unwrap_or_else(|| serde_json::from_slice(&self.response.body).map_err(|error| error.to_string()))
        };
        self.json.get_or_init(parse).as_ref().map_err(String::as_str)
    }

    /// The body as text, or why it is none.
    pub(super) fn text(&self) -> Result<&str, String> {
        std::str::from_utf8(&self.response.body)
            .map_err(|_| format!("the body is {} bytes that are not UTF-8 text", self.response.body.len()))
    }

    /// A header's value as text; several of one name are joined by commas (RFC 9110, section 5.3).
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values = self.response.headers.get_all(name).iter();
        let texts: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    /// The value of a cookie that the response sets.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.response.headers.get_all(http::header::SET_COOKIE).iter();
        let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='));
        pairs.filter(|(known, _)| known.trim() == name).map(|(_, value)| value.trim().to_owned()).next_back()
    }

    /// The documented status code, where the body has one.
    pub(super) fn code(&self, codes: Option<&Codes>) -> Option<String> {
        let codes = codes?;
        let body = self.json().ok()?;
        let code = codes.members.iter().find_map(|member| code_at(body, member))?;
        Some(code.as_str().map_or_else(|| code.to_string(), str::to_owned)).filter(|code| !code.is_empty())
    }
}
