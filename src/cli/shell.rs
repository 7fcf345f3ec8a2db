//! The standard streams: colours, width, and what to do when nobody reads.

use super::args::Color;
use super::reports::Reports;
use crate::diagnostic::{Diagnostic, Style, render};
use std::io::{IsTerminal as _, Write};
use std::path::PathBuf;

/// Columns of a stream that is no terminal.
const PIPE_WIDTH: usize = 100;

/// Lines of a terminal that does not say how many it has.
const LINES: usize = 24;

/// One of the two streams that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stream {
    Out,
    Err,
}

/// What the standard streams can do.
#[derive(Debug, Clone)]
pub(super) struct Shell {
    /// Where people are spoken to.
    stream: Stream,
    /// How to draw on standard output.
    pub(super) out: Style,
    /// How to draw on standard error.
    pub(super) err: Style,
    /// How many columns standard output has.
    pub(super) width: usize,
}

impl Shell {
    pub(super) fn new(color: Color) -> Self {
        let style = |terminal: bool| match color {
            Color::Always => Style::Coloured,
            Color::Never => Style::Plain,
            Color::Auto if std::env::var_os("NO_COLOR").is_some_and(|set| !set.is_empty()) => Style::Plain,
            Color::Auto if terminal => Style::Coloured,
            Color::Auto => Style::Plain,
        };
        let out = std::io::stdout();
        let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
        let width = columns.or_else(|| terminal_size::terminal_size_of(&out).map(|(width, _)| usize::from(width.0)));
        Self {
            stream: Stream::Out,
            out: style(out.is_terminal()),
            err: style(std::io::stderr().is_terminal()),
            width: width.unwrap_or(PIPE_WIDTH),
        }
    }

    /// The same streams, with people spoken to on standard error where standard output belongs to a report.
    pub(super) fn leaving_standard_output_to(&self, reports: &Reports) -> Self {
        let taken = reports.take_standard_output();
        Self { stream: if taken { Stream::Err } else { Stream::Out }, ..self.clone() }
    }

    /// What the stream is called on which people are spoken to.
    pub(super) const fn stream_name(&self) -> &'static str {
        match self.stream {
            Stream::Out => "standard output",
            Stream::Err => "standard error",
        }
    }

    /// How to draw where people are spoken to.
    pub(super) fn screen(&self) -> Style {
        match self.stream {
            Stream::Out => self.out,
            Stream::Err => self.err,
        }
    }

    /// Where people are spoken to.
    pub(super) fn stream(&self) -> Box<dyn Write + Send> {
        match self.stream {
            Stream::Out => Box::new(std::io::stdout()),
            Stream::Err => Box::new(std::io::stderr()),
        }
    }

    /// Whether somebody sits there and can be shown what changes: not in a pipe, and not in CI, where a terminal is only
    /// made believe.
    pub(super) fn is_watched(&self) -> bool {
        let terminal = match self.stream {
            Stream::Out => std::io::stdout().is_terminal(),
            Stream::Err => std::io::stderr().is_terminal(),
        };
        let set = |name: &str| std::env::var_os(name).is_some_and(|set| !set.is_empty() && set != "false");
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        terminal && !set("CI") && !dumb
    }

    /// How many columns and lines there are now: windows change.
    pub(super) fn size(&self) -> (usize, usize) {
        let size = match self.stream {
            Stream::Out => terminal_size::terminal_size_of(std::io::stdout()),
            Stream::Err => terminal_size::terminal_size_of(std::io::stderr()),
        };
        let now = size.map(|(width, height)| (usize::from(width.0), usize::from(height.0)));
        // A serial line knows no size and says nought.
        now.filter(|(width, height)| *width > 0 && *height > 0).unwrap_or((self.width, LINES))
    }

    /// Says which of these files there are.
    pub(super) fn say_files(&self, files: &[PathBuf]) {
        let there = files.iter().filter(|file| file.exists());
        let files: Vec<String> = there.map(|file| file.display().to_string()).collect();
        if !files.is_empty() {
            self.say(&format!("Reports: {}", files.join(", ")));
        }
    }

    /// Says a line to people. Nobody reading is no reason to fail.
    pub(super) fn say(&self, line: &str) {
        if self.stream == Stream::Err {
            return self.warn(line);
        }
        let mut out = std::io::stdout().lock();
        let _ = writeln!(out, "{line}");
        let _ = out.flush();
    }

    /// Says a line on standard error.
    pub(super) fn warn(&self, line: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Draws problems on standard error, each after an empty line, then says how many there were.
    pub(super) fn problems(&self, problems: &[Diagnostic], ending: &str) {
        let mut text = String::new();
        for problem in problems {
            text.push_str(&render(problem, self.err));
            text.push_str("\n\n");
        }
        text.push_str(&crate::text::count(problems.len(), "problem"));
        text.push_str("; ");
        text.push_str(ending);
        self.warn(&text);
    }

    /// Draws one problem on standard error.
    pub(super) fn problem(&self, problem: &Diagnostic) {
        self.warn(&render(problem, self.err));
    }
}
