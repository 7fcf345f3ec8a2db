//! The one drawing of a diagnostic: title, place, the line, carets, notes.

use super::{Diagnostic, Label, NoteKind, Severity};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Element, Group, Level, Renderer, Snippet};

/// How much the place that shows the drawing can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// Characters only: files, pipes, JUnit.
    Plain,
    /// Colours too.
    Coloured,
}

/// Longest source line drawn whole; a longer one is drawn around the mark.
const WIDEST_LINE: usize = 160;

/// Draws one diagnostic; ends without a line break.
#[must_use]
pub fn render(diagnostic: &Diagnostic, style: Style) -> String {
    render_as(diagnostic, Severity::Error, style)
}

/// Draws one diagnostic as loud as it is; ends without a line break.
#[must_use]
pub fn render_as(diagnostic: &Diagnostic, severity: Severity, style: Style) -> String {
    let renderer = match style {
        Style::Plain => Renderer::plain(),
        Style::Coloured => Renderer::styled(),
    };
    let windows: Vec<Window> = diagnostic.labels.iter().map(Window::new).collect();
    let elements = windows.iter().map(Window::element);
    let notes = diagnostic.notes.iter().map(|note| {
        let level = match note.kind {
            NoteKind::Next => Level::HELP,
            NoteKind::Promised
            | NoteKind::Came
            | NoteKind::Sent
            | NoteKind::Seen
            | NoteKind::Diff
            | NoteKind::Id
            | NoteKind::Waived
            | NoteKind::Why
            | NoteKind::Ruled => Level::NOTE,
        };
        Element::from(level.with_name(note.kind.word()).message(note.text.as_str()))
    });
    let level = match severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Notice => Level::INFO,
    };
    let group: Group<'_> =
        level.primary_title(diagnostic.title.as_str()).id(diagnostic.code.name()).elements(elements.chain(notes));
    renderer.decor_style(DecorStyle::Unicode).term_width(WIDEST_LINE + 40).render(&[group])
}

/// The part of a label's line that is drawn.
struct Window<'a> {
    label: &'a Label,
    text: String,
    start: usize,
    end: usize,
}

impl<'a> Window<'a> {
    fn new(label: &'a Label) -> Self {
        let characters: Vec<char> = label.place.text.chars().collect();
        let column = label.place.mark().min(characters.len());
        let from = if characters.len() > WIDEST_LINE { column.saturating_sub(WIDEST_LINE / 2) } else { 0 };
        let to = characters.len().min(from + WIDEST_LINE);
        let stop = (column + label.place.length).clamp(column, to);
        let bytes = |range: &[char]| range.iter().map(|c| c.len_utf8()).sum::<usize>();
        let start = bytes(&characters[from..column.min(to)]);
        Self {
            label,
            text: characters[from..to].iter().collect(),
            start,
            end: start + bytes(&characters[column.min(to)..stop]),
        }
    }

    fn element(&self) -> Element<'_> {
        let annotation = AnnotationKind::Primary.span(self.start..self.end.max(self.start));
        let text = self.label.text.as_str();
        Snippet::source(self.text.as_str())
            .line_start(self.label.place.line)
            .path(self.label.place.file.as_str())
            .fold(false)
            .annotation(annotation.label((!text.is_empty()).then_some(text)))
            .into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;
    use crate::source::Location;

    fn place(line: usize, column: usize, length: usize, text: &str) -> Location {
        Location { file: "suites/offers.yaml".into(), line, column, length, text: text.into() }
    }

    #[test]
    fn a_diagnostic_says_what_where_and_what_next() {
        let diagnostic = Diagnostic::new(Code::UnknownKey, "`expct` is not a key of a step")
            .at(place(12, 5, 5, "    expct: { status: 200 }"), "did you mean `expect`?")
            .next("correct the spelling");
        insta::assert_snapshot!(render(&diagnostic, Style::Plain), @r"
        error[unknown-key]: `expct` is not a key of a step
           ╭▸ suites/offers.yaml:12:5
           │
        12 │     expct: { status: 200 }
           │     ━━━━━ did you mean `expect`?
           │
           ╰ next: correct the spelling
        ");
    }

    #[test]
    fn a_very_long_line_is_drawn_around_the_mark() {
        let long = format!("{}needle{}", "x".repeat(5000), "y".repeat(5000));
        let drawn = render(&Diagnostic::new(Code::UnknownKey, "t").at(place(1, 5001, 6, &long), "here"), Style::Plain);
        assert!(drawn.contains("needle") && drawn.len() < 1000, "{drawn}");
    }
}
