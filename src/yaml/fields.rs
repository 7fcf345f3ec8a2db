//! Reading mappings with a fixed set of keys.

use super::{Entry, Node, Object, Reader};
use crate::diagnostic::Code;
use crate::source::Span;
use crate::text;

/// The entries of a mapping with a fixed set of keys.
#[derive(Debug, Clone, Copy)]
pub struct Fields<'n> {
    object: &'static Object,
    /// Where it is.
    pub span: Span,
    entries: &'n [Entry],
}

/// Keys that give names to what follows, or hold what does.
const NAMING: [&str; 13] = [
    "capture", "cases", "cleanup", "each", "inputs", "need", "outputs", "repeat", "request", "setup", "steps", "use",
    "vars",
];

/// Objects of contracts, which OpenAPI lets anybody extend by keys that begin with `x-`.
const EXTENSIBLE: [&str; 2] = ["variant", "code"];

impl<'n> Fields<'n> {
    /// Opens a mapping; keys that are not in its table are problems.
    pub fn open(reader: &mut Reader<'_>, node: &'n Node, object: &'static Object) -> Self {
        let what = object.what;
        let entries = reader.map(node, what);
        let names = || object.each_key().map(|key| key.name);
        for entry in entries {
            let name = entry.key.value.as_str();
            let extension = name.starts_with("x-") && EXTENSIBLE.contains(&object.name);
            if extension || names().any(|known| known == name) {
                continue;
            }
            let title = format!("`{name}` is not a key of {what}");
            let near = text::nearest(name, names());
            // A key that was not understood may have been one that gives names to what follows.
            reader.dropped += usize::from(near.is_none_or(|near| NAMING.contains(&near)));
            match near {
                Some(near) => {
                    reader.problem(Code::UnknownKey, entry.key.span, title, format!("did you mean `{near}`?"));
                }
                None => {
                    let known = names().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ");
                    let problem = reader.problem(Code::UnknownKey, entry.key.span, title, "");
                    *problem = problem.clone().next(format!("{what} has {known}"));
                }
            }
        }
        Self { object, span: node.span, entries }
    }

    /// The value under a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&'n Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// The key and value under a key.
    #[must_use]
    pub fn entry(&self, key: &str) -> Option<&'n Entry> {
        debug_assert!(self.object.has(key), "`{key}` is read and no key of {}: add it to the table", self.object.what);
        self.entries.iter().find(|entry| entry.key.value == key)
    }

    /// The value under a key that must be there.
    pub fn required(&self, reader: &mut Reader<'_>, key: &str) -> Option<&'n Node> {
        debug_assert!(self.object.demands(key), "{} needs `{key}`: say so in its table", self.object.what);
        let value = self.get(key);
        if value.is_none() {
            let first = self.entries.first().map_or(self.span, |entry| entry.key.span);
            reader.problem(
                Code::MissingKey,
                first,
                format!("{} needs the key `{key}`", self.object.what),
                "it is missing here",
            );
        }
        value
    }

    /// The one key of several that is there; more than one is a problem.
    pub fn one_of(&self, reader: &mut Reader<'_>, keys: &[&'static str]) -> Option<(&'static str, &'n Node)> {
        let mut present = keys.iter().filter_map(|key| self.entry(key).map(|entry| (*key, entry)));
        let (key, first) = present.next()?;
        for (other, entry) in present {
            let title = format!("`{key}` and `{other}` exclude each other");
            let place = reader.sources.place(first.key.span);
            let problem = reader.problem(Code::ConflictingKeys, entry.key.span, title, "remove this");
            *problem = problem.clone().at(place, "or this");
        }
        Some((key, &first.value))
    }
}
