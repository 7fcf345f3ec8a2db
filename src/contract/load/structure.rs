//! Whether every key of a document means something where it stands: what is misspelt or misplaced promises nothing, and
//! nobody would notice.

use super::keywords::{KEYWORDS, Under as Keyword};
use super::objects::{ANNOTATIONS, Field, Kind as Object, MISPLACED, Under};
use crate::diagnostic::{Code, Diagnostic};
use crate::format::{ASSERTED, NOT_ASSERTED, WHOLE_NUMBERS};
use crate::source::{Sources, Span, Spanned};
use crate::yaml::{Entry, Kind, Node};
use std::collections::HashSet;

/// A key that means nothing where it stands.
#[derive(Debug)]
pub(super) struct Idle {
    /// Where it stands.
    pub(super) span: Span,
    /// Whether a promise is lost by it, as far as can be told; else it may be somebody's own.
    pub(super) grave: bool,
    /// What is told.
    pub(super) diagnostic: Diagnostic,
}

/// Looks through a document, or a part of one that another refers to. `minor` is the version of OpenAPI 3.
pub(super) fn idle_keys(sources: &Sources, root: &Node, is: Part, minor: u8) -> Vec<Idle> {
    let mut look = Look { sources, minor, found: Vec::new(), seen: HashSet::new() };
    match is {
        Part::Document => look.object(root, Object::Document),
        Part::Schema => look.schema(root),
    }
    look.found
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Part {
    Document,
    Schema,
}

struct Look<'s> {
    sources: &'s Sources,
    minor: u8,
    found: Vec<Idle>,
    /// Nodes that were looked at: aliases repeat them.
    seen: HashSet<(u32, u32, u8)>,
}

impl Look<'_> {
    fn first_time(&mut self, node: &Node, what: u8) -> bool {
        self.seen.insert((node.span.start, node.span.end, what))
    }

    fn under(&mut self, node: &Node, under: Under) {
        match (under, &node.kind) {
            (Under::Obj(kind), _) => self.object(node, kind),
            (Under::List(kind), Kind::List(items)) => items.iter().for_each(|item| self.object(item, kind)),
            (Under::Map(kind), Kind::Map(entries)) => {
                entries.iter().filter(|entry| !is_own(&entry.key.value)).for_each(|entry| {
                    self.object(&entry.value, kind);
                });
            }
            (Under::Schema, _) => self.schema(node),
            (Under::SchemaMap, Kind::Map(entries)) => entries.iter().for_each(|entry| self.schema(&entry.value)),
            _ => {}
        }
    }

    fn object(&mut self, node: &Node, kind: Object) {
        let Kind::Map(entries) = &node.kind else { return };
        if !self.first_time(node, 1) {
            return;
        }
        let refers = kind.may_refer() && entries.iter().any(|entry| entry.key.value == "$ref");
        for entry in entries.iter() {
            let name = entry.key.value.as_str();
            let field = kind.fields().iter().find(|field| field.name == name);
            match (field, kind.others()) {
                (Some(field), _) => {
                    if field.since > self.minor {
                        self.too_new(&entry.key, field);
                    }
                    self.under(&entry.value, field.under);
                }
                (None, Some(under)) if !is_own(name) => self.under(&entry.value, under),
                _ if is_own(name) || (refers && matches!(name, "$ref" | "summary" | "description")) => {}
                _ => self.unknown(entry, entries, kind),
            }
        }
    }

    fn too_new(&mut self, key: &Spanned<String>, field: &Field) {
        let title = format!("`{}` means nothing in OpenAPI 3.{}", key.value, self.minor);
        let next = format!("make the document `openapi: 3.{}.0`, or remove it", field.since);
        self.tell(key.span, false, title, String::new(), next);
    }

    fn unknown(&mut self, entry: &Entry, all: &[Entry], kind: Object) {
        let name = entry.key.value.as_str();
        let title = format!("`{name}` means nothing in {}", kind.name());
        if let Some((_, _, next)) = MISPLACED.iter().find(|(own, word, _)| *own == kind && *word == name) {
            let grave = kind.promises() && !matches!(kind, Object::Document | Object::Operation);
            return self.tell(entry.key.span, grave, title, "what it says is not looked at".into(), (*next).to_owned());
        }
        let free = kind.fields().iter().filter(|field| field.since <= self.minor && !has(all, field.name));
        let near = near(name, free.map(|field| field.name));
        match near {
            Some(near) => {
                let label = format!("did you mean `{near}`?");
                let next = format!("write `{near}`, or `x-{name}` for one's own");
                self.tell(entry.key.span, kind.promises(), title, label, next);
            }
            None => {
                let label = "what it says is not looked at".to_owned();
                self.tell(entry.key.span, false, title, label, format!("remove it, or write `x-{name}`"));
            }
        }
    }

    fn schema(&mut self, node: &Node) {
        let Kind::Map(entries) = &node.kind else { return };
        if !self.first_time(node, 2) {
            return;
        }
        for entry in entries.iter() {
            let name = entry.key.value.as_str();
            if let Some((_, keyword)) = KEYWORDS.iter().find(|(known, _)| *known == name) {
                self.keyword(entry, *keyword);
            } else if let Some((_, under)) = ANNOTATIONS.iter().find(|(known, _)| *known == name) {
                self.under(&entry.value, *under);
                if name == "nullable" && self.minor > 0 {
                    let title = format!("`nullable` means nothing in OpenAPI 3.{}", self.minor);
                    let next = "write the type as a list, as in `type: [string, 'null']`".to_owned();
                    self.tell(entry.key.span, false, title, "null is not let pass by it".into(), next);
                }
            } else if !is_own(name) {
                self.no_keyword(entry, entries);
            }
        }
        if let Some(format) = entries.iter().find(|entry| entry.key.value == "format") {
            self.format(format);
        }
    }

    fn keyword(&mut self, entry: &Entry, keyword: Keyword) {
        match (keyword, &entry.value.kind) {
            (Keyword::Schema, _) => self.schema(&entry.value),
            (Keyword::Schemas, Kind::List(items)) => items.iter().for_each(|item| self.schema(item)),
            (Keyword::SchemaByName | Keyword::SchemaByPattern, Kind::Map(entries)) => {
                entries.iter().for_each(|entry| self.schema(&entry.value));
            }
            _ => {}
        }
    }

    fn no_keyword(&mut self, entry: &Entry, all: &[Entry]) {
        let name = entry.key.value.as_str();
        let words = KEYWORDS.iter().map(|(name, _)| *name).chain(ANNOTATIONS.iter().map(|(name, _)| *name));
        let near = near(name, words.filter(|word| !has(all, word) && !word.starts_with('$')));
        if let Some(near) = near {
            let title = format!("`{name}` means nothing in a schema");
            let label = format!("did you mean `{near}`?");
            self.tell(entry.key.span, true, title, label, format!("write `{near}`, or `x-{name}` for one's own"));
        } else if self.minor == 0 {
            let title = format!("`{name}` means nothing in a schema");
            let label = "what it says is not looked at".to_owned();
            self.tell(entry.key.span, false, title, label, format!("remove it, or write `x-{name}`"));
        }
    }

    /// Formats are anybody's to invent; one that nearly is a known one was meant to be that.
    fn format(&mut self, entry: &Entry) {
        let Kind::Text(name) = &entry.value.kind else { return };
        let known =
            || ASSERTED.iter().chain(&NOT_ASSERTED).copied().chain(WHOLE_NUMBERS.iter().map(|(name, ..)| *name));
        if known().any(|known| known == name) {
            return;
        }
        let plain = |text: &str| text.replace(['-', '_', ' '], "").to_lowercase();
        let same = known().find(|known| plain(known) == plain(name));
        if let Some(near) = same.or_else(|| near(name, known())) {
            let title = format!("nobody knows the format `{name}`, so nothing is held to it");
            let next = format!("write `{near}`, or describe it with a `pattern`");
            self.tell(entry.value.span, false, title, format!("did you mean `{near}`?"), next);
        }
    }

    fn tell(&mut self, span: Span, grave: bool, title: String, label: String, next: String) {
        let diagnostic = Diagnostic::new(Code::Contract, title).at(self.sources.place(span), label).next(next);
        self.found.push(Idle { span, grave, diagnostic });
    }
}

/// Whether a key is somebody's own (specification extensions), or a note that tools leave.
fn is_own(name: &str) -> bool {
    name.starts_with("x-") || name.starts_with("X-")
}

fn has(entries: &[Entry], name: &str) -> bool {
    entries.iter().any(|entry| entry.key.value == name)
}

/// The word that was meant: a letter too much, too few or changed, two changed places, an `s` or another case. Short words
/// are near to too many.
fn near<'w>(name: &str, words: impl Iterator<Item = &'w str>) -> Option<&'w str> {
    let lower = name.to_lowercase();
    let fitting = words.filter_map(|word| {
        let known = word.to_lowercase();
        let far = match lower == known || lower == format!("{known}s") || known == format!("{lower}s") {
            true => 0,
            false => strsim::damerau_levenshtein(&lower, &known),
        };
        let most = match known.len().min(lower.len()) {
            ..=3 => 0,
            4..=7 => 1,
            _ => 2,
        };
        (far <= most).then_some((far, word))
    });
    fitting.min_by_key(|(far, _)| *far).map(|(_, word)| word)
}
