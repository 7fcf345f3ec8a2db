//! Of an exchange what can be compared: no ids, no times, no hosts.

use super::Shape;
use crate::event::{Body, Exchange, Validation};
use percent_encoding::percent_decode_str;
use serde_json::Value;

/// An exchange without what is different in every run.
#[derive(Debug, Clone, PartialEq)]
pub struct ExchangeTrace {
    /// The method and the path, ids in it as `*`.
    pub target: String,
    /// The request: parameters, headers and members of its body.
    pub request: Shape,
    /// The media type of the request's body.
    pub sent_media: Option<String>,
    /// The status; absent when nothing came.
    pub status: Option<u16>,
    /// The documented status code of the response.
    pub code: Option<String>,
    /// The documented variant of the response.
    pub variant: Option<String>,
    /// The response: members of its body.
    pub response: Shape,
    /// The media type of the response's body.
    pub media: Option<String>,
    /// From sending to the last byte, in microseconds.
    pub total_us: u64,
}

/// Headers that every client sends in a way of its own.
const CLIENTS_OWN: [&str; 9] = [
    "accept",
    "accept-encoding",
    "connection",
    "content-length",
    "content-type",
    "host",
    "traceparent",
    "tracestate",
    "user-agent",
];

/// A segment of a path from this length on that has a digit is taken for an id.
const ID: usize = 8;

impl ExchangeTrace {
    /// What can be compared of an exchange.
    #[must_use]
    pub fn new(exchange: &Exchange, held: Option<&Validation>) -> Self {
        let (path, query) = target(&exchange.sent.url);
        let sent_media = media(&exchange.sent.headers);
        let mut request = body(exchange.sent.body.as_ref(), sent_media.as_deref());
        for part in &exchange.sent.form {
            let value = if part.file_name.is_some() { "" } else { part.content.text.as_str() };
            request.name(&format!("form {}", part.field), value);
        }
        for (name, value) in pairs(query) {
            request.name(&format!("query {name}"), &value);
        }
        for (name, _) in exchange.sent.headers.iter().filter(|(name, _)| !CLIENTS_OWN.contains(&name.as_str())) {
            request.name(&format!("header {name}"), "");
        }
        let received = exchange.received.as_ref();
        let media = received.and_then(|received| media(&received.headers));
        Self {
            target: format!("{} {}", exchange.sent.method, general(path)),
            request,
            sent_media,
            status: received.map(|received| received.status),
            code: held.and_then(|held| held.code.clone()),
            variant: held.and_then(|held| held.variant.clone()),
            response: body(received.and_then(|received| received.body.as_ref()), media.as_deref()),
            media,
            total_us: exchange.timing.total_us,
        }
    }
}

/// The path and the query of a URL.
fn target(url: &str) -> (&str, &str) {
    let url = url.split('#').next().unwrap_or_default();
    let (before, query) = url.split_once('?').unwrap_or((url, ""));
    let rest = before.split_once("://").map_or(before, |(_, rest)| rest);
    (rest.find('/').map_or("/", |slash| &rest[slash..]), query)
}

fn general(path: &str) -> String {
    let digits = |part: &str| part.bytes().filter(u8::is_ascii_digit).count();
    let is_id = |part: &str| !part.is_empty() && (digits(part) == part.len() || (part.len() >= ID && digits(part) > 0));
    path.split('/').map(|part| if is_id(part) { "*" } else { part }).collect::<Vec<_>>().join("/")
}

/// The media type, without parameters: a boundary is another every time.
fn media(headers: &[(String, String)]) -> Option<String> {
    let (_, value) = headers.iter().find(|(name, _)| name == "content-type")?;
    Some(value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase())
}

/// Names and values of a query or a form.
fn pairs(text: &str) -> impl Iterator<Item = (String, String)> {
    let plain = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    text.split('&').filter(|pair| !pair.is_empty()).map(move |pair| {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        (plain(name), plain(value))
    })
}

/// The shape of a body. One that was cut in the journal, or is neither JSON nor a form, has none.
fn body(body: Option<&Body>, media: Option<&str>) -> Shape {
    let mut shape = Shape::default();
    let Some(body) = body.filter(|body| !body.cut) else { return shape };
    if media == Some("application/x-www-form-urlencoded") {
        pairs(&body.text).for_each(|(name, value)| shape.name(&format!("form {name}"), &value));
    } else if let Ok(value) = serde_json::from_str::<Value>(&body.text) {
        shape.json(&value);
    }
    shape
}
