//! How a request reaches a server: over the network, or straight into a service in this process.
//!
//! Nothing is followed, repeated or hidden here: one request, one response. Only the encoding of a body is undone, where
//! its headers name one; they stay as they came.

mod build;
mod decode;
mod http_client;
mod in_process;
mod kept;
mod pinned;
mod proxy;
mod sentences;
mod settings;
mod tls;
mod watch;

pub use http_client::HttpClient;
pub use in_process::{Answering, InProcess};
pub use proxy::{Proxy, SystemProxy};
pub use settings::{Identity, IdentityError, Resolve, Settings, certificates};

use bytes::Bytes;
use http::{HeaderMap, Method};
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

/// Largest response body that is read unless the settings say otherwise, in bytes: 16 MB, both as it comes and once its
/// encoding is undone.
pub const LARGEST_RESPONSE: usize = 16 * 1024 * 1024;

/// A request, complete.
#[derive(Debug, Clone)]
pub struct Request {
    /// The method.
    pub method: Method,
    /// The whole URL.
    pub url: String,
    /// Headers, names in lower case; those that HTTP itself needs are added.
    pub headers: HeaderMap,
    /// The body.
    pub body: Payload,
    /// Longest time from sending to the last byte of the response.
    pub timeout: Duration,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub enum Payload {
    /// None.
    Empty,
    /// As it is.
    Bytes(Bytes),
    /// A multipart form (RFC 7578); the boundary is chosen and the content type set when it is sent.
    Multipart(Vec<Part>),
}

/// A part of a multipart form.
#[derive(Debug, Clone)]
pub struct Part {
    /// The field.
    pub field: String,
    /// The file name, for a file.
    pub file_name: Option<String>,
    /// The media type, for a file.
    pub media_type: Option<String>,
    /// The content.
    pub content: Bytes,
}

/// A response, complete.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// Headers, names in lower case.
    pub headers: HeaderMap,
    /// The body, its encoding undone.
    pub body: Bytes,
    /// The body's length as it came, in bytes; absent when it was not encoded.
    pub wire_bytes: Option<usize>,
    /// Looking the host up; absent for an address and for a connection kept from an earlier request.
    pub dns: Option<Duration>,
    /// Making the connection, TLS included; absent for one kept from an earlier request.
    pub connect: Option<Duration>,
    /// From sending to the response's head.
    pub first_byte: Duration,
    /// From sending to the last byte.
    pub total: Duration,
    /// Whether the request was sent a second time, on a fresh connection, because a kept one closed under it without a byte
    /// of an answer (RFC 9110, section 9.2.2: only methods that are idempotent).
    pub resent: bool,
}

/// Why no complete response came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TransportError {
    /// What kind of reason.
    pub kind: TransportErrorKind,
    /// What happened, with the causes the system gave.
    pub message: String,
    /// From sending to the response's head; absent when none came.
    pub first_byte: Option<Duration>,
    /// From sending to giving up.
    pub elapsed: Duration,
    /// What came of the answer before it broke off; absent when its head did not come.
    pub begun: Option<Box<Begun>>,
}

/// An answer that broke off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Begun {
    /// Its status.
    pub status: u16,
    /// Its headers, names in lower case.
    pub headers: HeaderMap,
    /// What came of its body, as it came.
    pub body: Bytes,
}

/// Kinds of reasons why no complete response came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransportErrorKind {
    /// The request is not one that can be sent.
    Request,
    /// No connection could be made.
    Unreachable,
    /// The TLS handshake failed.
    Tls,
    /// Time ran out.
    TimedOut,
    /// The connection broke, or what came is not HTTP.
    Broken,
    /// The response is larger than the limit, [`Settings::body_limit`].
    TooLarge,
    /// The body's encoding is unknown, or the body is not encoded as its headers say.
    Encoding,
}

/// A response to come.
pub type Sending<'a> = Pin<Box<dyn Future<Output = Result<Response, TransportError>> + Send + 'a>>;

/// A way to a server.
pub trait Transport: Send + Sync {
    /// Sends one request, once.
    fn send(&self, request: Request) -> Sending<'_>;
}

/// A multipart form in the library's terms; contents are shared, not copied.
fn multipart(parts: Vec<Part>) -> Result<reqwest::multipart::Form, reqwest::Error> {
    let mut form = reqwest::multipart::Form::new();
    for part in parts {
        let length = part.content.len() as u64;
        let mut built = reqwest::multipart::Part::stream_with_length(part.content, length);
        if let Some(name) = part.file_name {
            built = built.file_name(name);
        }
        if let Some(media_type) = part.media_type {
            built = built.mime_str(&media_type)?;
        }
        form = form.part(part.field, built);
    }
    Ok(form)
}

/// An error and its causes, outermost first, each said once.
fn chain(error: &dyn std::error::Error) -> String {
    let mut said = vec![error.to_string()];
    let mut next = error.source();
    while let Some(cause) = next {
        let text = cause.to_string();
        if !said.iter().any(|earlier| earlier.contains(&text)) {
            said.push(text);
        }
        next = cause.source();
    }
    said.join(": ")
}
