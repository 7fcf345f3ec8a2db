//! Which ambiguity decides a contradiction.

use super::Mark;
use super::document::{At, Document};
use std::collections::BTreeMap;

/// An ambiguity that decides a contradiction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ruling {
    /// Its id, as `A13`.
    pub id: String,
    /// Its title.
    pub title: String,
}

/// Every ambiguity of a document that names rules, and where the document names it.
pub(super) struct Rulings {
    known: BTreeMap<String, Known>,
    /// Ambiguities of variants, by the pointer of the schema that a variant leads to.
    variants: BTreeMap<String, Vec<String>>,
}

struct Known {
    title: String,
    rules: Vec<String>,
}

impl Rulings {
    /// Reads what a document has decided.
    pub(super) fn new(document: &Document<'_>) -> Self {
        let entries = document.root.get("x-ambiguities").map(|all| all.members()).unwrap_or_default();
        let known = entries.into_iter().map(|entry| {
            let title = entry.at.get("title").and_then(|title| title.text()).unwrap_or_default().to_owned();
            (entry.name.to_owned(), Known { title, rules: texts(entry.at.get("lint")) })
        });
        let mut variants: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let of_operations = document.operations.iter().map(|operation| &operation.at);
        for holder in std::iter::once(&document.root).chain(of_operations) {
            for variant in holder.get("x-variants").map(|variants| variants.members()).unwrap_or_default() {
                let Some(schema) = variant.at.get("schema") else { continue };
                let ids = variants.entry(document.resolve(schema).pointer).or_default();
                ids.extend(texts(variant.at.get("ambiguity")));
                ids.extend(texts(holder.get("x-ambiguity")));
            }
        }
        Self { known: known.collect(), variants }
    }

    /// The ambiguities that stand at one of these places and name this rule.
    pub(super) fn of(&self, document: &Document<'_>, rule: &str, marks: &[Mark]) -> Vec<Ruling> {
        let mut ids: Vec<String> = marks.iter().flat_map(|mark| self.at(document, &mark.pointer)).collect();
        ids.sort();
        ids.dedup();
        let ruling = |id: String| {
            let known = self.known.get(&id).filter(|known| known.rules.iter().any(|name| name == rule))?;
            Some(Ruling { title: known.title.clone(), id })
        };
        ids.into_iter().filter_map(ruling).collect()
    }

    /// Ambiguities named at a place or around it.
    fn at(&self, document: &Document<'_>, pointer: &str) -> Vec<String> {
        let mut ids = Vec::new();
        let ends = pointer.match_indices('/').map(|(at, _)| at).chain([pointer.len()]);
        for around in ends.map(|end| &pointer[..end]).filter(|around| !around.is_empty()) {
            let Some(at) = document.node_at(around) else { continue };
            ids.extend(texts(at.get("x-ambiguity")));
            ids.extend(self.variants.get(around).into_iter().flatten().cloned());
            if around == pointer {
                ids.extend(texts(document.resolve(at).get("x-ambiguity")));
            }
        }
        ids
    }
}

fn texts(list: Option<At<'_>>) -> Vec<String> {
    list.map(|list| list.items()).unwrap_or_default().iter().filter_map(At::text).map(str::to_owned).collect()
}
