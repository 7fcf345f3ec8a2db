//! Finding things in a document as it is written.

use crate::source::Span;
use crate::text::cut;
use crate::yaml::{Kind, Node};
use serde_json::Value;

/// Longest value that is shown, in bytes.
const LONGEST: usize = 120;

/// What stands at a path of keys.
pub(in crate::change) fn at<'n>(node: &'n Node, path: &[&str]) -> Option<&'n Node> {
    path.iter().try_fold(node, |node, key| match &node.kind {
        Kind::Map(entries) => entries.iter().find(|entry| entry.key.value == *key).map(|entry| &entry.value),
        _ => None,
    })
}

/// The entries of a mapping: key, value, where the key is.
pub(in crate::change) fn members(node: Option<&Node>) -> Vec<(&str, &Node, Span)> {
    match node.map(|node| &node.kind) {
        Some(Kind::Map(entries)) => {
            entries.iter().map(|entry| (entry.key.value.as_str(), &entry.value, entry.key.span)).collect()
        }
        _ => Vec::new(),
    }
}

/// What is listed, each with its name: the key of a mapping, else what stands under `key` in an item of a list.
pub(in crate::change) fn entries<'n>(node: Option<&'n Node>, key: &[&str]) -> Vec<(String, &'n Node, Span)> {
    match node.map(|node| &node.kind) {
        Some(Kind::Map(_)) => {
            members(node).into_iter().map(|(name, node, span)| (name.to_owned(), node, span)).collect()
        }
        Some(Kind::List(items)) => {
            let name = |item: &Node| {
                let parts = key.iter().filter_map(|key| at(item, &[key])).map(text);
                parts.collect::<Vec<_>>().join("/")
            };
            items.iter().map(|item| (name(item), item, item.span)).collect()
        }
        _ => Vec::new(),
    }
}

/// A node's value.
pub(in crate::change) fn json(node: &Node) -> Value {
    node.to_json()
}

/// A scalar as text.
pub(in crate::change) fn text(node: &Node) -> String {
    match &node.kind {
        Kind::Text(text) => text.clone(),
        _ => node.to_json().to_string(),
    }
}

/// The texts of a list; a single one is a list of one.
pub(in crate::change) fn texts(node: Option<&Node>) -> Vec<String> {
    match node.map(|node| (&node.kind, node)) {
        Some((Kind::List(items), _)) => items.iter().map(text).collect(),
        Some((Kind::Null, _)) | None => Vec::new(),
        Some((_, node)) => vec![text(node)],
    }
}

/// A value as it is shown.
pub(in crate::change) fn shown(node: Option<&Node>) -> String {
    match node {
        Some(node) => cut(&text(node), LONGEST),
        None => "nothing".to_owned(),
    }
}

/// Where a node is.
pub(in crate::change) fn span_of(node: Option<&Node>) -> Option<Span> {
    node.map(|node| node.span)
}

/// Whether two nodes hold the same value.
pub(in crate::change) fn same_value(old: &Node, new: &Node) -> bool {
    match (&old.kind, &new.kind) {
        // Lines of prose are broken where they please their writer.
        (Kind::Text(old), Kind::Text(new)) => old.split_whitespace().eq(new.split_whitespace()),
        _ => old.to_json() == new.to_json(),
    }
}

/// Two values as they are shown: of long ones the part in which they differ.
pub(in crate::change) fn shown_apart(old: &Node, new: &Node) -> (String, String) {
    let (old, new) = (text(old), text(new));
    if old.len() <= LONGEST && new.len() <= LONGEST {
        return (old, new);
    }
    let same = old.char_indices().zip(new.chars()).take_while(|((_, a), b)| a == b).last();
    let from = same.map_or(0, |((at, c), _)| at + c.len_utf8());
    let start = old[..from].char_indices().rev().nth(30).map_or(0, |(at, _)| at);
    let part = |text: &str| {
        let dots = if start > 0 { "..." } else { "" };
        format!("{dots}{}", cut(&text[start.min(text.len())..], LONGEST))
    };
    (part(&old), part(&new))
}
