//! `capture`: names for parts of a response.

use super::bindings::check_name;
use super::expect::read_selector;
use super::matcher::read_regex;
use crate::diagnostic::Code;
use crate::expr::Selector;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Form, Key, Kind, Node, Object, Reader, Shape};
use regex::Regex;

static KEYS: &[Key] = &[
    Key { name: "body", about: "a JSONPath into the body", shape: Shape::Path, example: "$.data.referenceID" },
    Key { name: "header", about: "a header's value", shape: Shape::Text, example: "x-request-id" },
    Key {
        name: "cookie",
        about: "the value of a cookie that the response sets",
        shape: Shape::Text,
        example: "session",
    },
    Key {
        name: "text",
        about: "true: the whole body as text, whatever its media type",
        shape: Shape::True,
        example: "true",
    },
    Key { name: "status", about: "true: the HTTP status", shape: Shape::True, example: "true" },
    Key {
        name: "time",
        about: "true: the time the attempt took, in milliseconds",
        shape: Shape::True,
        example: "true",
    },
    Key {
        name: "match",
        about: "a regular expression: only what its first group finds, or all of it where there is none",
        shape: Shape::Regex,
        example: "'id=([0-9]+)'",
    },
    Key { name: "secret", about: "true: masked in everything that is written", shape: Shape::Boolean, example: "true" },
];

/// One capture, where it is more than a path.
pub(super) static CAPTURE: Object = Object {
    name: "capture",
    what: "a capture",
    keys: &[KEYS],
    needs: &[],
    kinds: &[&[
        Form { title: "a part of the body", needs: &["body"], lacks: &["header", "cookie", "text", "status", "time"] },
        Form { title: "a header", needs: &["header"], lacks: &["body", "cookie", "text", "status", "time"] },
        Form { title: "a cookie", needs: &["cookie"], lacks: &["body", "header", "text", "status", "time"] },
        Form { title: "the text", needs: &["text"], lacks: &["body", "header", "cookie", "status", "time"] },
        Form { title: "the status", needs: &["status"], lacks: &["body", "header", "cookie", "text", "time"] },
        Form { title: "the time", needs: &["time"], lacks: &["body", "header", "cookie", "text", "status"] },
    ]],
};

/// A name and the part of the response it gets.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The name.
    pub name: Spanned<String>,
    /// What it gets.
    pub from: CaptureFrom,
    /// Only what this finds in it.
    pub part: Option<Regex>,
    /// Whether it is masked in everything that is written.
    pub secrecy: Secrecy,
    /// Where that is written.
    pub span: Span,
}

/// A part of a response.
#[derive(Debug, Clone)]
pub enum CaptureFrom {
    /// A part of the body: the one value a singular path leads to, or the list of all that another path selects.
    Body(Selector),
    /// A header's value; the name is in lower case.
    Header(String),
    /// The value of a cookie that the response sets (RFC 6265, section 4.1).
    Cookie(String),
    /// The whole body as text.
    Text,
    /// The HTTP status.
    Status,
    /// The time the attempt took, in milliseconds.
    Time,
}

/// Whether a value may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Secrecy {
    /// It may.
    Open,
    /// It is masked.
    Secret,
}

impl Capture {
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let mut captures = Vec::new();
        for entry in reader.map(node, "`capture`") {
            if !check_name(reader, &entry.key) {
                reader.dropped += 1;
                continue;
            }
            // One that cannot be read still gives its name to what follows; with a problem told, nothing is run.
            let unread = || Self {
                name: entry.key.clone(),
                from: CaptureFrom::Status,
                part: None,
                secrecy: Secrecy::Open,
                span: entry.value.span,
            };
            captures.push(read(reader, &entry.key, &entry.value).unwrap_or_else(unread));
        }
        captures
    }
}

fn read(reader: &mut Reader<'_>, name: &Spanned<String>, node: &Node) -> Option<Capture> {
    let capture = |from, part, secrecy| Capture { name: name.clone(), from, part, secrecy, span: node.span };
    if !matches!(node.kind, Kind::Map(_)) {
        return read_body(reader, node).map(|from| capture(from, None, Secrecy::Open));
    }
    let fields = Fields::open(reader, node, &CAPTURE);
    let from = match fields.one_of(reader, &["body", "header", "cookie", "text", "status", "time"]) {
        Some(("body", node)) => read_body(reader, node),
        Some(("header", node)) => {
            reader.text(node, "`header`").map(|name| CaptureFrom::Header(name.value.to_lowercase()))
        }
        Some(("cookie", node)) => reader.text(node, "`cookie`").map(|name| CaptureFrom::Cookie(name.value)),
        Some((key, node)) => {
            if reader.boolean(node, &format!("`{key}`")) == Some(false) {
                reader.problem(Code::WrongValue, node.span, format!("`{key}` is captured or not there"), "write true");
            }
            Some(match key {
                "status" => CaptureFrom::Status,
                "text" => CaptureFrom::Text,
                _ => CaptureFrom::Time,
            })
        }
        None => {
            let title = "a capture needs `body`, `header`, `cookie`, `text`, `status` or `time`";
            reader.problem(Code::MissingKey, node.span, title, "it has none of them");
            None
        }
    };
    let part = fields.get("match").and_then(|node| read_regex(reader, node));
    let secret = fields.get("secret").and_then(|node| reader.boolean(node, "`secret`")).unwrap_or(false);
    Some(capture(from?, part, if secret { Secrecy::Secret } else { Secrecy::Open }))
}

fn read_body(reader: &mut Reader<'_>, node: &Node) -> Option<CaptureFrom> {
    let mut path = reader.text(node, "a JSONPath")?;
    let quoted = reader.sources.slice(path.span).len() == path.value.len() + 2;
    if quoted {
        path.span = path.span.part(&(1..path.value.len() + 1));
    }
    read_selector(reader, &path).map(CaptureFrom::Body)
}
