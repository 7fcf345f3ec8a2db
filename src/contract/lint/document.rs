//! The document under the rules: nodes with their pointers, local references followed, operations listed.

use crate::source::Span;
use crate::yaml::{Entry, Kind, Node};

/// Methods a path may have (OpenAPI 3.1, 4.8.9).
const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];

/// Longest chain of references that is followed.
const LONGEST_CHAIN: usize = 32;

/// A node and where it stands in the document, as a JSON pointer (RFC 6901).
#[derive(Debug, Clone)]
pub(super) struct At<'d> {
    pub(super) node: &'d Node,
    pub(super) pointer: String,
}

/// A member of a mapping: its key and its value.
#[derive(Debug, Clone)]
pub(super) struct Member<'d> {
    pub(super) name: &'d str,
    /// Where its key is written.
    pub(super) key: Span,
    pub(super) at: At<'d>,
}

/// One operation.
#[derive(Debug)]
pub(super) struct Operation<'d> {
    /// Its `operationId`, or its method and path.
    pub(super) name: String,
    /// The path as written.
    pub(super) path: &'d str,
    /// The method in small letters.
    pub(super) method: &'d str,
    /// Where the path is written.
    pub(super) path_span: Span,
    /// Where its `operationId` is written, or its method.
    pub(super) span: Span,
    pub(super) at: At<'d>,
    /// Its parameters and those of its path, references followed.
    pub(super) parameters: Vec<At<'d>>,
}

/// The document.
#[derive(Debug)]
pub(super) struct Document<'d> {
    pub(super) root: At<'d>,
    pub(super) operations: Vec<Operation<'d>>,
}

impl<'d> At<'d> {
    /// The members of a mapping; none of anything else.
    pub(super) fn members(&self) -> Vec<Member<'d>> {
        entries(self.node).iter().map(|entry| self.member(entry)).collect()
    }

    /// The value under a key.
    pub(super) fn get(&self, name: &str) -> Option<Self> {
        self.entry(name).map(|member| member.at)
    }

    /// The member under a key.
    pub(super) fn entry(&self, name: &str) -> Option<Member<'d>> {
        entries(self.node).iter().find(|entry| entry.key.value == name).map(|entry| self.member(entry))
    }

    /// The items of a list; none of anything else.
    pub(super) fn items(&self) -> Vec<Self> {
        let Kind::List(items) = &self.node.kind else { return Vec::new() };
        let item = |(index, node): (usize, &'d Node)| Self { node, pointer: format!("{}/{index}", self.pointer) };
        items.iter().enumerate().map(item).collect()
    }

    /// The node a pointer names from here.
    pub(super) fn below(&self, pointer: &str) -> Option<Self> {
        pointer.split('/').skip(1).try_fold(self.clone(), |at, part| match &at.node.kind {
            Kind::List(_) => at.items().into_iter().nth(part.parse().ok()?),
            _ => at.get(&crate::text::pointer_unescaped(part)),
        })
    }

    /// The text it is.
    pub(super) fn text(&self) -> Option<&'d str> {
        text(self.node)
    }

    fn member(&self, entry: &'d Entry) -> Member<'d> {
        let pointer = format!("{}/{}", self.pointer, escaped(&entry.key.value));
        Member { name: &entry.key.value, key: entry.key.span, at: Self { node: &entry.value, pointer } }
    }
}

impl<'d> Document<'d> {
    /// Looks over a document.
    pub(super) fn new(root: &'d Node) -> Self {
        let root = At { node: root, pointer: String::new() };
        let mut document = Self { root, operations: Vec::new() };
        document.operations = document.listed();
        document
    }

    /// Follows `$ref` within the document. What leads elsewhere, or in a circle, stays as it is.
    pub(super) fn resolve(&self, at: At<'d>) -> At<'d> {
        let mut at = at;
        for _ in 0..LONGEST_CHAIN {
            let Some(target) = at.get("$ref").and_then(|reference| self.target(reference.text()?)) else { return at };
            at = target;
        }
        at
    }

    /// The node a pointer names.
    pub(super) fn node_at(&self, pointer: &str) -> Option<At<'d>> {
        self.root.below(pointer)
    }

    fn target(&self, reference: &str) -> Option<At<'d>> {
        let pointer = reference.strip_prefix('#')?;
        self.node_at(&percent_encoding::percent_decode_str(pointer).decode_utf8_lossy())
    }

    fn listed(&self) -> Vec<Operation<'d>> {
        let paths = self.root.get("paths").map(|paths| paths.members()).unwrap_or_default();
        let of_path = |path: Member<'d>| {
            let item = self.resolve(path.at);
            let shared = item.get("parameters").map(|list| list.items()).unwrap_or_default();
            let methods = item.members().into_iter().filter(|member| METHODS.contains(&member.name));
            let operation = |method: Member<'d>| {
                let id = method.at.get("operationId").and_then(|id| Some((id.text()?.to_owned(), id.node.span)));
                let (name, span) =
                    id.unwrap_or_else(|| (format!("{} {}", method.name.to_uppercase(), path.name), method.key));
                let own = method.at.get("parameters").map(|list| list.items()).unwrap_or_default();
                Operation {
                    name,
                    path: path.name,
                    method: method.name,
                    path_span: path.key,
                    span,
                    parameters: shared.iter().cloned().chain(own).map(|at| self.resolve(at)).collect(),
                    at: method.at,
                }
            };
            methods.map(operation).collect::<Vec<_>>()
        };
        paths.into_iter().flat_map(of_path).collect()
    }
}

/// The text a node is.
pub(super) fn text(node: &Node) -> Option<&str> {
    match &node.kind {
        Kind::Text(text) => Some(text),
        _ => None,
    }
}

fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        Kind::Map(entries) => entries,
        _ => &[],
    }
}

fn escaped(name: &str) -> String {
    crate::text::pointer_escaped(name)
}
