//! A request and its response, as they went over the wire.

use super::Timestamp;
use serde::{Deserialize, Serialize};

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
    /// The body; absent when none was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
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
