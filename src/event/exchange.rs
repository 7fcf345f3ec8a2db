//! A request and its response, as they went over the wire.

use super::Timestamp;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// One request and what came of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// When sending began.
    pub started: Timestamp,
    /// What was sent.
    pub sent: Sent,
    /// What came; absent when nothing complete did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
    /// What came of an answer that broke off: its status, its headers and the beginning of its body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub begun: Option<Box<Received>>,
    /// Whether it was sent a second time, on a fresh connection, because a kept one closed under it without an answer.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub resent: bool,
    /// How long it took.
    pub timing: Timing,
}

/// A request as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sent {
    /// The method, in capitals.
    pub method: String,
    /// The whole URL.
    pub url: String,
    /// Headers in the order they were set, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; absent when none was sent, and for a multipart form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The parts of a multipart form, in their order; empty for anything else. Formats 1 and 2 have a form in words, as
    /// the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub form: Vec<FormPart>,
}

impl Sent {
    /// What was sent as a body, to be read by people: the body, or a form's parts in words, one a line. Formats 1 and 2
    /// have only the words.
    #[must_use]
    pub fn body_in_words(&self) -> Option<Cow<'_, Body>> {
        if self.form.is_empty() {
            return self.body.as_ref().map(Cow::Borrowed);
        }
        let bytes = self.form.iter().map(|part| part.content.bytes).sum();
        let text = self.form.iter().map(FormPart::in_words).collect::<Vec<_>>().join("\n");
        Some(Cow::Owned(Body { bytes, text, cut: false }))
    }
}

/// A part of a multipart form as sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FormPart {
    /// The field.
    pub field: String,
    /// The file's name, for a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    /// The media type, where one was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub media_type: Option<String>,
    /// What is in it.
    pub content: Body,
}

impl FormPart {
    /// A field's value, a file's name and size.
    fn in_words(&self) -> String {
        match &self.file_name {
            Some(name) => {
                let media_type = self.media_type.as_deref().unwrap_or("no media type");
                format!("{}: file {name} ({media_type}, {} bytes)", self.field, self.content.bytes)
            }
            None => format!("{}: {}", self.field, self.content.text),
        }
    }
}

/// A response as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The status.
    pub status: u16,
    /// Headers in the order they came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, its encoding undone; absent when it was empty.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The body's length as it came, in bytes; absent when it was not encoded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wire_bytes: Option<usize>,
}

/// A body, or its beginning.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// The length of the whole body in bytes.
    pub bytes: usize,
    /// The text kept: the whole body, or its beginning when `cut`. For bytes that are not UTF-8 it is a description.
    pub text: String,
    /// Whether `text` is less than the body.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cut: bool,
}

/// Durations of one exchange, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// Looking the host up; absent for an address and for a connection kept from an earlier request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_us: Option<u64>,
    /// Making the connection, TLS included; absent for one kept from an earlier request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connect_us: Option<u64>,
    /// From sending to the response's head; absent when none came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_byte_us: Option<u64>,
    /// From sending to the last byte of the body, or to giving up.
    pub total_us: u64,
}
