//! The one wording of every failure and every error.
//!
//! Terminal, JUnit and whatever follows say the same thing in the same words because they all ask here. The order is
//! always the same: what was promised and where, what came, what a poll saw over time, why, what to do next. Advice that
//! could be wrong is not given; where there is nothing useful to say, nothing is said.

mod advice;
mod contract;
mod error;
mod excerpt;
mod failure;
mod layout;
mod nearby;
mod rule;
mod snapshot;
mod waiver;

pub(super) use advice::status_words;
pub(super) use contract::explain_finding;
pub use error::explain_error;
pub(super) use excerpt::excerpt;
pub use failure::explain_failure;
pub(super) use layout::{Line, lay_out, nearest_line, nearest_line_to_pointer};
pub use snapshot::explain_change;
pub use waiver::explain_waiver;

use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::Location;
use crate::text::{head, visible, visible_line};

/// A value longer than this, in characters, is cut: it is there to be recognised, not to be read.
const LONGEST_VALUE: usize = 300;

/// What is said to have come where there was no value.
pub(super) const NOTHING: &str = "nothing";

/// A title longer than this, in characters, is cut: lists show it on one line.
const LONGEST_TITLE: usize = 160;

/// A diagnostic in the making. Suites and servers wrote much of what goes into one, so every text is made fit to be
/// shown on its way in.
struct Draft(Diagnostic);

impl Draft {
    fn new(code: Code, title: &str) -> Self {
        Self(Diagnostic::new(code, head(&visible_line(title), LONGEST_TITLE)))
    }

    fn at(self, place: &Location, text: &str) -> Self {
        // Characters are replaced one by one, so the carets stay where they belong. Tabs are left to the drawing.
        let line = place.text.split('\t').map(visible).collect::<Vec<_>>().join("\t");
        // A journal may have been changed by hand; a place must then still be one that can be drawn.
        let place = Location {
            file: visible_line(&place.file),
            line: place.line.clamp(1, u32::MAX as usize),
            column: place.column.max(1),
            length: place.length.clamp(1, line.chars().count().max(1)),
            text: line,
        };
        Self(self.0.at(place, visible_line(text)))
    }

    fn note(self, kind: NoteKind, text: &str) -> Self {
        Self(self.0.note(kind, visible(text.trim_end())))
    }

    fn maybe(self, kind: NoteKind, text: Option<String>) -> Self {
        match text {
            Some(text) => self.note(kind, &text),
            None => self,
        }
    }

    fn done(self) -> Diagnostic {
        self.0
    }
}

/// A value as it is shown: on one line, and not too long.
fn value(text: &str) -> String {
    head(&visible_line(text), LONGEST_VALUE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::{Style, render};
    use crate::event::testing::{every_error, every_promise};
    use crate::event::{Failure, StepError};
    use proptest::prelude::*;

    proptest! {
        /// A journal may say anything about where something is written.
        #[test]
        fn whatever_the_place_it_can_be_drawn(
            line in any::<usize>(),
            column in any::<usize>(),
            near in 0..200_usize,
            length in any::<usize>(),
            text in any::<String>(),
        ) {
            for column in [column, near] {
                let place = Location { file: text.clone(), line, column, length, text: text.clone() };
                for (_, exchange, promise) in every_promise() {
                    let failure = Failure { place: place.clone(), promise };
                    let drawn = render(&explain_failure(&failure, Some(&exchange), Some(&text)), Style::Plain);
                    prop_assert!(drawn.chars().all(|c| c == '\n' || !c.is_control()), "{drawn:?}");
                }
                for (kind, exchange, message) in every_error() {
                    let error = StepError { kind, message: format!("{message}{text}"), place: place.clone() };
                    let drawn = render(&explain_error(&error, exchange.as_ref(), None), Style::Coloured);
                    prop_assert!(!drawn.is_empty());
                }
            }
        }
    }
}
