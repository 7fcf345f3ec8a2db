//! What colours mean, as roles; plain unless told otherwise.

use crate::diagnostic::Style;
use crate::event::Outcome;
use anstyle::{AnsiColor, Style as Ansi};
use std::fmt::{self, Display};

/// What a piece of text is, as far as its look goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Something that passed.
    Passed,
    /// Something that failed.
    Failed,
    /// Something that could not be told.
    Error,
    /// Something that was not run, or is there only for completeness.
    Faint,
    /// What to look at first.
    Strong,
}

/// The sign of a case that ended so, and its look.
pub(super) const fn mark(sign: Outcome) -> (&'static str, Role) {
    match sign {
        Outcome::Passed => ("✓", Role::Passed),
        Outcome::Flaky => ("~", Role::Error),
        Outcome::Failed => ("✗", Role::Failed),
        Outcome::Waived => ("w", Role::Error),
        Outcome::Error => ("?", Role::Error),
        Outcome::Skipped => ("–", Role::Faint),
        Outcome::Missing => ("·", Role::Faint),
    }
}

/// The text in the look of its role.
pub(super) fn paint(style: Style, role: Role, text: impl Display) -> Painted<impl Display> {
    let ansi = match style {
        Style::Plain => Ansi::new(),
        Style::Coloured => match role {
            Role::Passed => AnsiColor::Green.on_default(),
            Role::Failed => AnsiColor::Red.on_default().bold(),
            Role::Error => AnsiColor::Yellow.on_default().bold(),
            Role::Faint => Ansi::new().dimmed(),
            Role::Strong => Ansi::new().bold(),
        },
    };
    Painted { ansi, text }
}

/// A text and its look.
pub(super) struct Painted<T> {
    ansi: Ansi,
    text: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:#}", self.ansi, self.text, self.ansi)
    }
}
