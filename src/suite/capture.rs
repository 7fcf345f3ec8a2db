//! `capture`: names for parts of a response.

use super::bindings::check_name;
use super::expect::read_selector;
use crate::diagnostic::Code;
use crate::expr::Selector;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Node, Reader};

const KEYS: &[Key] =
    &[Key { name: "body", about: "a JSONPath into the body" }, Key { name: "header", about: "a header's value" }];

/// A name and the part of the response it gets.
#[derive(Debug, Clone)]
pub struct Capture {
    /// The name.
    pub name: Spanned<String>,
    /// What it gets.
    pub from: CaptureFrom,
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
}

impl Capture {
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let mut captures = Vec::new();
        for entry in reader.map(node, "`capture`") {
            let known = check_name(reader, &entry.key);
            let from = read_from(reader, &entry.value);
            if let (true, Some(from)) = (known, from) {
                captures.push(Self { name: entry.key.clone(), from, span: entry.value.span });
            }
        }
        captures
    }
}

fn read_from(reader: &mut Reader<'_>, node: &Node) -> Option<CaptureFrom> {
    let body = |reader: &mut Reader<'_>, node: &Node| {
        let mut path = reader.text(node, "a JSONPath")?;
        let quoted = reader.sources.slice(path.span).len() == path.value.len() + 2;
        if quoted {
            path.span = path.span.part(&(1..path.value.len() + 1));
        }
        read_selector(reader, &path).map(CaptureFrom::Body)
    };
    if !matches!(node.kind, Kind::Map(_)) {
        return body(reader, node);
    }
    let fields = Fields::open(reader, node, "a capture", &[KEYS]);
    match fields.one_of(reader, &["body", "header"]) {
        Some(("body", node)) => body(reader, node),
        Some((_, node)) => reader.text(node, "`header`").map(|name| CaptureFrom::Header(name.value.to_lowercase())),
        None => {
            reader.problem(Code::MissingKey, node.span, "a capture needs `body` or `header`", "it has neither");
            None
        }
    }
}
