//! Texts that are kept, so that any message can show the line it speaks of.
//!
//! Everything that is read (suites, flows, environments, contracts, command-line values) becomes a [`SourceFile`] in
//! [`Sources`]; whatever is decoded from it carries a [`Span`]. A [`Location`] is the finished answer to "where": it owns
//! the line itself, so that a journal can be explained long after the files have changed.

use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// Names one text in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId(u32);

/// A range of bytes in one text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The text.
    pub file: FileId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes as a range, for slicing the text.
    #[must_use]
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// A part of this span, given in bytes from its start; clipped to it.
    #[must_use]
    pub fn part(self, range: &Range<usize>) -> Self {
        let length = self.end - self.start;
        let clip = |offset: usize| self.start + u32::try_from(offset).unwrap_or(u32::MAX).min(length);
        Self { file: self.file, start: clip(range.start), end: clip(range.end) }
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub span: Span,
}

impl<T> Spanned<T> {
    /// Puts a value and its place together.
    pub const fn new(value: T, span: Span) -> Self {
        Self { value, span }
    }
}

/// One text and the name people know it by.
#[derive(Debug)]
pub struct SourceFile {
    /// The name shown in messages: a path as the user would type it.
    pub name: String,
    /// The whole text.
    pub text: String,
    line_starts: Vec<u32>,
}

impl SourceFile {
    fn new(name: String, text: String) -> Self {
        let mut line_starts = vec![0];
        line_starts.extend(
            text.bytes().enumerate().filter(|(_, b)| *b == b'\n').filter_map(|(i, _)| u32::try_from(i + 1).ok()),
        );
        Self { name, text, line_starts }
    }

    /// The line (from 0) that holds a byte offset.
    fn line_of(&self, offset: u32) -> usize {
        self.line_starts.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    /// A line's text without its line break.
    fn line(&self, line: usize) -> &str {
        let start = self.line_starts.get(line).copied().unwrap_or(0) as usize;
        let end = self.line_starts.get(line + 1).map_or(self.text.len(), |next| *next as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}

/// All texts of one invocation. Cheap to clone; clones share the texts read so far.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Arc<SourceFile>>,
}

impl Sources {
    /// Keeps a text and gives it an id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> FileId {
        let id = FileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
        self.files.push(Arc::new(SourceFile::new(name.into(), text.into())));
        id
    }

    /// The text behind an id.
    ///
    /// # Panics
    /// When the id came from another `Sources`: ids are never made by hand.
    #[must_use]
    pub fn file(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// The text that is known by a name.
    #[must_use]
    pub fn text_of(&self, name: &str) -> Option<&str> {
        self.files.iter().find(|file| file.name == name).map(|file| file.text.as_str())
    }

    /// The text under a span.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.file(span.file).text.get(span.range()).unwrap_or("")
    }

    /// The text and the byte that a location begins at; nothing for one of another set of texts.
    #[must_use]
    pub fn start_of(&self, place: &Location) -> Option<(FileId, u32)> {
        let index = self.files.iter().position(|file| file.name == place.file)?;
        let file = &self.files[index];
        let start = *file.line_starts.get(place.line.checked_sub(1)?)?;
        let line = file.text.get(start as usize..)?;
        let before = line.char_indices().nth(place.column.checked_sub(1)?).map_or(line.len(), |(at, _)| at);
        Some((FileId(u32::try_from(index).ok()?), start + u32::try_from(before).ok()?))
    }

    /// A span as a [`Location`] that no longer needs the text.
    #[must_use]
    pub fn place(&self, span: Span) -> Location {
        let file = self.file(span.file);
        let line = file.line_of(span.start);
        let text = file.line(line);
        let before = (span.start - file.line_starts[line]) as usize;
        let column = text.get(..before.min(text.len())).map_or(before, |head| head.chars().count());
        let marked = text.get(before..((span.end - file.line_starts[line]) as usize).min(text.len())).unwrap_or("");
        let marked = marked.trim_end();
        let (text, length) = if text.len() <= LONGEST_LINE {
            (text.to_owned(), marked.chars().count())
        } else {
            let shown = marked.chars().take(AROUND).count();
            let head: String = match column.checked_sub(AROUND) {
                Some(left_out) if left_out > 0 => {
                    std::iter::once(CUT).chain(text.chars().skip(left_out).take(AROUND)).collect()
                }
                _ => text.chars().take(column).collect(),
            };
            let rest = text.get(before..).unwrap_or_default().chars().take(shown + AROUND);
            (head.chars().chain(rest).collect(), shown)
        };
        Location { file: file.name.clone(), line: line + 1, column: column + 1, length: length.max(1), text }
    }
}

/// Longest line, in bytes, that a [`Location`] has whole.
const LONGEST_LINE: usize = 1_000;
/// Of a longer line: characters before and after the marked part, and of the marked part at most.
const AROUND: usize = 200;
/// Stands for the beginning of a longer line.
const CUT: char = '…';

/// Where something was written, complete enough to be shown without the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Location {
    /// The file's name as the user knows it.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
    /// Length of the marked part in characters, within the line; at least 1.
    pub length: usize,
    /// The line itself; of a very long one what stands around the marked part, with `…` first where its beginning is left
    /// out.
    pub text: String,
}

impl Location {
    /// Where in `text` the marked part begins, in characters from 0.
    #[must_use]
    pub fn mark(&self) -> usize {
        let column = self.column.saturating_sub(1);
        if column > AROUND && self.text.starts_with(CUT) { AROUND + 1 } else { column }
    }
}

impl std::fmt::Display for Location {
    /// Writes `file:line:column`, which editors and terminals make clickable.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_counts_characters_and_keeps_the_line() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "eins: 1\nnäme: zwei # zwölf\n");
        let start = u32::try_from("eins: 1\nnäme: ".len()).unwrap();
        let place = sources.place(Span { file, start, end: start + 4 });
        assert_eq!((place.line, place.column, place.length), (2, 7, 4));
        assert_eq!(place.text, "näme: zwei # zwölf");
        assert_eq!(place.to_string(), "a.yaml:2:7");
    }

    #[test]
    fn a_place_at_the_end_of_the_text_is_still_a_place() {
        let mut sources = Sources::default();
        let file = sources.add("a.yaml", "a: 1");
        let place = sources.place(Span { file, start: 4, end: 4 });
        assert_eq!((place.line, place.column, place.length), (1, 5, 1));
    }

    #[test]
    fn of_a_very_long_line_only_what_stands_around_the_place_is_kept() {
        let mut sources = Sources::default();
        let (head, tail) = ("é".repeat(50_000), "y".repeat(50_000));
        let text = format!("{head}needle{tail}");
        let file = sources.add("api.json", text);
        let start = u32::try_from(head.len()).expect("it is short enough");
        let place = sources.place(Span { file, start, end: start + 6 });
        assert_eq!((place.line, place.column, place.length), (1, 50_001, 6));
        assert_eq!(place.text.chars().count(), 1 + 200 + 6 + 200);
        assert_eq!(place.text.chars().skip(place.mark()).take(6).collect::<String>(), "needle");
        let near = sources.place(Span { file, start: 20, end: 22 });
        assert_eq!((near.column, near.mark()), (11, 10));
        assert!(sources.place(Span { file, start: 0, end: u32::MAX }).text.len() < 1_000);
    }
}
