//! The documented status codes (`x-codes`).

use super::Loader;
use super::document::Found;
use crate::contract::{DocumentedCode, StatusRange};
use crate::source::Spanned;
use crate::yaml::{Entry, Fields, Key, Object, Shape};
use std::collections::BTreeMap;

/// Texts, or one.
pub(super) const TEXTS: Shape = Shape::OneOrMany(&Shape::Text);

static CODE_KEYS: &[Key] = &[
    Key { name: "case", about: "what the code means, in the documentation's words", shape: Shape::Text, example: "OK" },
    Key { name: "status", about: "HTTP statuses that may carry it; the usual one first", shape: TEXTS, example: "200" },
    Key { name: "operations", about: "operations that may answer with it", shape: TEXTS, example: "[getBre]" },
    Key {
        name: "generic",
        about: "true for a code that any operation may answer with",
        shape: Shape::Boolean,
        example: "true",
    },
    Key {
        name: "section",
        about: "the section of the documentation that lists it",
        shape: Shape::Text,
        example: "'4.2'",
    },
];

/// A documented code.
static CODE: Object =
    Object { name: "code", what: "a documented code", keys: &[CODE_KEYS], needs: &["case", "status"], kinds: &[] };

impl Loader<'_> {
    /// Every documented code.
    pub(super) fn codes(&mut self, root: &Found) -> BTreeMap<String, DocumentedCode> {
        let Some(codes) = root.child("x-codes") else { return BTreeMap::new() };
        let entries = self.reader.map(&codes.node, "`x-codes`").to_vec();
        entries.iter().filter_map(|entry| self.code(entry)).collect()
    }

    fn code(&mut self, entry: &Entry) -> Option<(String, DocumentedCode)> {
        let reader = &mut self.reader;
        let fields = Fields::open(reader, &entry.value, &CODE);
        let case = fields.required(reader, "case").and_then(|node| reader.text(node, "`case`"));
        let statuses = fields.required(reader, "status").map(|node| reader.texts(node, "`status`"));
        let operations = fields.get("operations").map(|node| reader.texts(node, "`operations`")).unwrap_or_default();
        let generic = fields.get("generic").and_then(|node| reader.boolean(node, "`generic`")).unwrap_or_default();
        let section = fields.get("section").and_then(|node| reader.text(node, "`section`"));
        if operations.is_empty() && !generic {
            let next = "name its `operations`, or write `generic: true` when any may answer with it".to_owned();
            let title = format!("nobody answers with the code `{}`", entry.key.value);
            self.refuse(entry.key.span, title, "", Some(next));
        }
        let documented = DocumentedCode {
            case: case?.value,
            statuses: self.statuses(statuses?),
            operations: operations.into_iter().map(|text| text.value).collect(),
            section: section.map(|section| section.value),
        };
        Some((entry.key.value.clone(), documented))
    }

    /// HTTP statuses as they are written in lists.
    pub(super) fn statuses(&mut self, written: Vec<Spanned<String>>) -> Vec<StatusRange> {
        let mut ranges = Vec::new();
        for status in written {
            match StatusRange::parse(&status.value) {
                Some(range) => ranges.push(range),
                None => self.refuse(status.span, "not an HTTP status", "write 200, or 4XX for a whole class", None),
            }
        }
        ranges
    }
}
