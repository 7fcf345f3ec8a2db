//! What we tell a person: what is wrong, where, and what to do next.
//!
//! A [`Diagnostic`] is made by whoever found the problem and drawn in one place, [`render`]; it owns the lines it
//! shows, so it can be drawn from a journal as well as from files.

mod code;
mod machine;
mod render;

pub use code::Code;
pub use machine::{Severity, annotation, in_lines, to_annotation, to_json};
pub use render::{Style, render, render_as};

use crate::source::Location;

/// One problem, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Which kind of problem.
    pub code: Code,
    /// The problem in one line, lower case, without a full stop.
    pub title: String,
    /// The lines it speaks of; the first is where it is.
    pub labels: Vec<Label>,
    /// What else there is to say, in order.
    pub notes: Vec<Note>,
}

/// A marked part of a line and what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// The line and the part of it.
    pub place: Location,
    /// What to say under the carets; may be empty.
    pub text: String,
}

/// A line under the drawing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What the line is about; shown before it.
    pub kind: NoteKind,
    /// The line; may have line breaks.
    pub text: String,
}

/// What a note is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoteKind {
    /// What was promised.
    Promised,
    /// What came instead.
    Came,
    /// What was sent.
    Sent,
    /// What a poll saw over time.
    Seen,
    /// How two texts differ, line by line.
    Diff,
    /// What it is called where somebody answers for it.
    Id,
    /// Who answers for it, and until when.
    Waived,
    /// Why this is a problem, where that is not plain.
    Why,
    /// Which decision counts until it is answered.
    Ruled,
    /// What to do next.
    Next,
}

impl NoteKind {
    /// The word before the line.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Promised => "promised",
            Self::Came => "came",
            Self::Sent => "sent",
            Self::Seen => "seen",
            Self::Diff => "diff",
            Self::Id => "id",
            Self::Waived => "waived",
            Self::Why => "why",
            Self::Ruled => "ruled",
            Self::Next => "next",
        }
    }
}

impl Diagnostic {
    /// A problem that is at no line: a missing file, a refused connection.
    pub fn new(code: Code, title: impl Into<String>) -> Self {
        Self { code, title: title.into(), labels: Vec::new(), notes: Vec::new() }
    }

    /// Adds a line it speaks of.
    #[must_use]
    pub fn at(mut self, place: Location, text: impl Into<String>) -> Self {
        self.labels.push(Label { place, text: text.into() });
        self
    }

    /// Adds a note.
    #[must_use]
    pub fn note(mut self, kind: NoteKind, text: impl Into<String>) -> Self {
        self.notes.push(Note { kind, text: text.into() });
        self
    }

    /// Adds what to do next.
    #[must_use]
    pub fn next(self, text: impl Into<String>) -> Self {
        self.note(NoteKind::Next, text)
    }

    /// Adds what to do next, if there is anything to say.
    #[must_use]
    pub fn maybe_next(self, text: Option<impl Into<String>>) -> Self {
        match text {
            Some(text) => self.next(text),
            None => self,
        }
    }
}
