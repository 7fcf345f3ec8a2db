//! Decisions about contradictions, kept in a file: the id of each, and what was decided.

use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{Kind, parse};

/// Decisions by the ids of contradictions.
#[derive(Debug, Default)]
pub struct Rulings {
    /// Id, decision, and where it is written.
    pub all: Vec<(String, String, Span)>,
}

/// Reads a file of rulings: `rulings:` with an id and a sentence each. An id may end in `*`.
///
/// # Errors
/// When it is anything else.
pub fn read_rulings(sources: &Sources, file: FileId) -> Result<Rulings, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let wrong = |span: Span, title: &str| {
        vec![
            Diagnostic::new(Code::WrongValue, title)
                .at(sources.place(span), "")
                .next("write `rulings:`, and below it an id and a sentence each"),
        ]
    };
    let Kind::Map(top) = &root.kind else { return Err(wrong(root.span, "rulings must be a mapping")) };
    let Some(list) = top.iter().find(|entry| entry.key.value == "rulings") else {
        return Err(wrong(root.span, "the key `rulings` is missing"));
    };
    let Kind::Map(entries) = &list.value.kind else {
        return Err(wrong(list.value.span, "`rulings` must be a mapping"));
    };
    let mut rulings = Rulings::default();
    for entry in entries.iter() {
        let Kind::Text(text) = &entry.value.kind else { return Err(wrong(entry.value.span, "a ruling must be text")) };
        rulings.all.push((entry.key.value.clone(), text.clone(), entry.key.span));
    }
    Ok(rulings)
}

impl Rulings {
    /// The decision about a contradiction.
    #[must_use]
    pub fn of(&self, id: &str) -> Option<&str> {
        self.all.iter().find(|(pattern, _, _)| fits(pattern, id)).map(|(_, decision, _)| decision.as_str())
    }

    /// Decisions about contradictions that are no more.
    pub fn unused<'r>(&'r self, ids: &'r [String]) -> impl Iterator<Item = (&'r str, Span)> {
        self.all
            .iter()
            .filter(|(pattern, _, _)| !ids.iter().any(|id| fits(pattern, id)))
            .map(|(id, _, span)| (id.as_str(), *span))
    }
}

fn fits(pattern: &str, id: &str) -> bool {
    match pattern.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => pattern == id,
    }
}
