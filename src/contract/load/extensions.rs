//! What contracts say beyond OpenAPI: ambiguities, respellings, lists of values, the envelope.

use super::Loader;
use super::document::{Found, child};
use crate::contract::{AmbiguityNote, Operation, Respelling, ValueList};
use crate::yaml::{Kind, Node};

impl Loader<'_> {
    /// The ambiguities that a node names (`x-ambiguity`).
    pub(super) fn ambiguities(&mut self, node: &Node) -> Vec<String> {
        let named = child(node, "x-ambiguity").map(|node| self.reader.texts(node, "`x-ambiguity`"));
        named.unwrap_or_default().into_iter().map(|text| text.value).collect()
    }

    /// The members of a body in which the status code may stand.
    pub(super) fn code_members(&mut self, envelope: &Node) -> Vec<String> {
        self.reader.map(envelope, "`x-envelope`");
        let members = child(envelope, "code").map(|node| self.reader.texts(node, "`code`")).unwrap_or_default();
        members.into_iter().map(|text| text.value).collect()
    }

    /// Spellings that somebody is bound to correct.
    pub(super) fn respellings(&mut self, root: &Found) -> Vec<Respelling> {
        let Some(list) = root.child("x-respellings") else { return Vec::new() };
        let mut all = Vec::new();
        for item in self.reader.list(&list.node, "`x-respellings`").to_vec() {
            let written = self.said(&item, "written", "a respelling");
            let documented = self.said(&item, "documented", "a respelling");
            let ambiguity = child(&item, "ambiguity").and_then(|node| self.reader.text(node, "`ambiguity`"));
            if let (Some(written), Some(documented)) = (written, documented) {
                all.push(Respelling { written, documented, ambiguity: ambiguity.map(|text| text.value) });
            }
        }
        all
    }

    fn said(&mut self, node: &Node, key: &str, what: &str) -> Option<String> {
        let found = self.needed(node, key, what)?;
        self.reader.text(&found, &format!("`{key}`")).map(|text| text.value)
    }

    /// Where the documentation contradicts itself or is silent.
    pub(super) fn ambiguity_notes(&mut self, root: &Found, operations: &[Operation]) -> Vec<AmbiguityNote> {
        let Some(notes) = root.child("x-ambiguities") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&notes.node, "`x-ambiguities`").to_vec() {
            let node = &entry.value;
            let what = "an ambiguity";
            let (title, documented) = (self.said(node, "title", what), self.said(node, "documented", what));
            let ruling = self.needed(node, "ruling", what);
            let ruled =
                ruling.map(|ruling| (self.said(&ruling, "wire", "a ruling"), self.said(&ruling, "accept", "a ruling")));
            let mut concerned = Vec::new();
            for named in child(node, "where").map(|node| self.reader.texts(node, "`where`")).unwrap_or_default() {
                if named.value == "*" {
                    concerned.extend(operations.iter().map(|operation| operation.id.clone()));
                } else if operations.iter().any(|operation| operation.id == named.value) {
                    concerned.push(named.value);
                } else {
                    let known = operations.iter().map(|operation| operation.id.as_str());
                    let label = crate::text::did_you_mean(&named.value, known).unwrap_or_default();
                    self.refuse(named.span, format!("there is no operation `{}`", named.value), label, None);
                }
            }
            if let (Some(title), Some(documented), Some((Some(wire), Some(accept)))) = (title, documented, ruled) {
                let id = entry.key.value.clone();
                all.push(AmbiguityNote { id, title, operations: concerned, documented, wire, accept });
            }
        }
        all
    }

    /// Lists of documented values: the members of the root that `x-value-lists` names, each value with its meaning, or
    /// values alone.
    pub(super) fn value_lists(&mut self, root: &Found) -> Vec<ValueList> {
        let Some(names) = root.child("x-value-lists") else { return Vec::new() };
        let mut all = Vec::new();
        for name in self.reader.texts(&names.node, "`x-value-lists`") {
            let Some(list) = child(&root.node, &name.value) else {
                let next = format!("add `{}` to the document, with the values and what each means", name.value);
                self.refuse(name.span, format!("there is no list `{}`", name.value), "", Some(next));
                continue;
            };
            let values = match &list.kind {
                Kind::List(_) => {
                    self.reader.texts(list, "a value").into_iter().map(|text| (text.value, None)).collect()
                }
                _ => {
                    let entries = self.reader.map(list, "a list of values").to_vec();
                    let mut value = |node: &Node| self.reader.text(node, "a meaning").map(|text| text.value);
                    entries.iter().map(|entry| (entry.key.value.clone(), value(&entry.value))).collect()
                }
            };
            all.push(ValueList { name: name.value, values });
        }
        all
    }
}
