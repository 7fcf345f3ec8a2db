//! `snapshot`: the response is compared with the one that was accepted.

use super::expect::read_selector;
use crate::expr::Selector;
use crate::source::Span;
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape};

static KEYS: &[Key] = &[
    Key {
        name: "headers",
        about: "headers that are kept beside content-type",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "[x-api-version]",
    },
    Key {
        name: "redact",
        about: "parts of the body that are replaced by a placeholder, by JSONPath; that they are there still counts",
        shape: Shape::Map(Names::Paths, &Shape::Text),
        example: r#"{ $.data.referenceID: "[reference]" }"#,
    },
    Key {
        name: "ignore",
        about: "parts of the body that are left out: neither their values nor that they are there counts",
        shape: Shape::OneOrMany(&Shape::Path),
        example: "[$.data.serverTime]",
    },
    Key {
        name: "sort",
        about: "lists in the body whose order is not promised",
        shape: Shape::OneOrMany(&Shape::Path),
        example: "[$.data.offers]",
    },
    Key {
        name: "keep",
        about: "parts of the body that are kept although they look like ids, times or hosts; secrets and personal data are masked all the same",
        shape: Shape::OneOrMany(&Shape::Path),
        example: "[$.data.lenderID]",
    },
];

/// `snapshot`, where it is more than `true`.
pub(super) static SNAPSHOT: Object =
    Object { name: "snapshot", what: "`snapshot`", keys: &[KEYS], needs: &[], kinds: &[] };

/// What is compared with the accepted response.
#[derive(Debug, Clone)]
pub struct Snapshot {
    /// Headers that are kept beside `content-type`, in lower case.
    pub headers: Vec<String>,
    /// Parts of the body that are replaced, each by its placeholder.
    pub redact: Vec<(Selector, String)>,
    /// Parts that are left out.
    pub ignore: Vec<Selector>,
    /// Lists whose order is not promised.
    pub sort: Vec<Selector>,
    /// Parts that no default masks.
    pub keep: Vec<Selector>,
    /// Where it is written.
    pub span: Span,
}

impl Snapshot {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let mut snapshot = Self {
            headers: Vec::new(),
            redact: Vec::new(),
            ignore: Vec::new(),
            sort: Vec::new(),
            keep: Vec::new(),
            span: node.span,
        };
        match node.kind {
            Kind::Bool(true) => return Some(snapshot),
            Kind::Map(_) => {}
            _ => {
                reader.wrong_type(node, "`snapshot`", "true, or a mapping");
                return None;
            }
        }
        let fields = Fields::open(reader, node, &SNAPSHOT);
        if let Some(node) = fields.get("headers") {
            let names = reader.texts(node, "a header's name");
            snapshot.headers = names.into_iter().map(|name| name.value.to_lowercase()).collect();
        }
        if let Some(node) = fields.get("redact") {
            for entry in reader.map(node, "`redact`") {
                let selector = read_selector(reader, &entry.key);
                let text = reader.text(&entry.value, "a placeholder");
                snapshot.redact.extend(selector.zip(text).map(|(selector, text)| (selector, text.value)));
            }
        }
        let mut paths = |key: &str| {
            let nodes = fields.get(key).map(|node| reader.texts(node, "a JSONPath")).unwrap_or_default();
            nodes.iter().filter_map(|path| read_selector(reader, path)).collect::<Vec<_>>()
        };
        snapshot.ignore = paths("ignore");
        snapshot.sort = paths("sort");
        snapshot.keep = paths("keep");
        Some(snapshot)
    }
}
