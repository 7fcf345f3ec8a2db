//! What a fault does to a request.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderValue, StatusCode};
use serde_json::{Map, Value};

use super::super::{breaks::Break, code::Code};

/// Everything that a fault does; several things may come together.
#[derive(Debug, Default)]
pub(super) struct FaultAction {
    /// Refuses under a documented code before anything is changed.
    pub(super) refuse: Option<Code>,
    /// Tells the caller how many seconds to wait.
    pub(super) retry_after: Option<u32>,
    /// Answers so much later.
    pub(super) latency: Duration,
    /// Closes the connection instead of answering, although the request was carried out.
    pub(super) reset: bool,
    /// Sends the answer under another HTTP status.
    pub(super) status: Option<StatusCode>,
    /// Says that the answer is of another type.
    pub(super) content_type: Option<HeaderValue>,
    /// Writes another code into the envelope.
    pub(super) code: Option<String>,
    /// Sets members of the answer, each by its JSON pointer.
    pub(super) set: Map<String, Value>,
    /// Removes members of the answer, each by its JSON pointer.
    pub(super) remove: Vec<String>,
    /// Sends this text instead of the answer.
    pub(super) body: Option<String>,
    /// Sends this: many zeros, compressed to next to nothing.
    pub(super) gzip_bomb: Option<Bytes>,
    /// Breaks off after so many bytes of the body.
    pub(super) truncate: Option<usize>,
    /// Sends the body byte by byte with such pauses.
    pub(super) drip: Option<Duration>,
    /// Behaves wrongly in these ways.
    pub(super) breaks: Vec<&'static Break>,
}
