//! What became of every line of a document.

use super::blocks::Document;

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It says something that the contract holds.
    Read(&'static str),
    /// It says nothing a contract could hold, by this rule.
    Ignored(&'static str),
    /// It could say something, and nobody knows what.
    NotUnderstood(String),
}

/// A line and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its number, from 1.
    pub number: usize,
    /// What became of it.
    pub fate: Fate,
}

/// Rules by which lines are ignored, each with what it is about.
pub const RULES: &[(&str, &str)] = &[
    ("blank", "a line with nothing on it"),
    ("mark", "the mark of a fence, a box, a table or a rule across the page"),
    ("comment", "an HTML comment"),
    ("tag", "a line of HTML or JSX tags, an import or an export"),
    ("image", "a picture"),
    ("contents", "a list of links"),
    ("prose", "prose that belongs to no operation"),
    ("code", "program text, a command or another sample that is no body"),
    ("sample-elsewhere", "a sample that belongs to no operation"),
    ("table-elsewhere", "a table that belongs to no operation and lists no codes and no members"),
    ("front-matter", "front matter that no endpoint uses"),
];

/// Keeps account of lines while a document is read.
#[derive(Debug)]
pub(super) struct Account {
    fates: Vec<Option<Fate>>,
}

impl Account {
    pub(super) fn new(lines: usize) -> Self {
        Self { fates: vec![None; lines] }
    }

    /// Says that lines were read, whatever was said before.
    pub(super) fn read(&mut self, first: usize, last: usize, what: &'static str) {
        for fate in self.lines(first, last) {
            *fate = Some(Fate::Read(what));
        }
    }

    /// Says that lines are ignored, if nothing was said of them yet.
    pub(super) fn ignore(&mut self, first: usize, last: usize, rule: &'static str) {
        debug_assert!(RULES.iter().any(|(name, _)| *name == rule), "`{rule}` is no rule: add it to the table");
        for fate in self.lines(first, last) {
            fate.get_or_insert(Fate::Ignored(rule));
        }
    }

    /// Says that lines were not understood, unless they were read.
    pub(super) fn puzzle(&mut self, first: usize, last: usize, why: &str) {
        for fate in self.lines(first, last) {
            if !matches!(fate, Some(Fate::Read(_))) {
                *fate = Some(Fate::NotUnderstood(why.to_owned()));
            }
        }
    }

    /// Whether nothing was said of a line.
    pub(super) fn is_open(&self, line: usize) -> bool {
        self.fates.get(line - 1).is_some_and(Option::is_none)
    }

    fn lines(&mut self, first: usize, last: usize) -> impl Iterator<Item = &mut Option<Fate>> {
        let all = self.fates.len();
        self.fates[first.saturating_sub(1).min(all)..last.min(all)].iter_mut()
    }

    /// Every line; what nobody spoke of was not understood.
    pub(super) fn finish(self, document: &Document) -> Vec<Line> {
        let fate = |(index, fate): (usize, Option<Fate>)| {
            let blank = document.lines[index].trim().is_empty();
            let open =
                if blank { Fate::Ignored("blank") } else { Fate::NotUnderstood("no rule knows this line".to_owned()) };
            Line { number: index + 1, fate: fate.unwrap_or(open) }
        };
        self.fates.into_iter().enumerate().map(fate).collect()
    }
}
