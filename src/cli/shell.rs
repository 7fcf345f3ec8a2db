//! The standard streams: colours, width, and what to do when nobody reads.

use super::args::Color;
use crate::diagnostic::{Diagnostic, Style, render};
use std::io::{IsTerminal as _, Write as _};

/// Columns of a stream that is no terminal.
const PIPE_WIDTH: usize = 100;

/// What the standard streams can do.
#[derive(Debug)]
pub(super) struct Shell {
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
            out: style(out.is_terminal()),
            err: style(std::io::stderr().is_terminal()),
            width: width.unwrap_or(PIPE_WIDTH),
        }
    }

    /// Says a line on standard output. Nobody reading is no reason to fail.
    pub(super) fn say(&self, line: &str) {
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
