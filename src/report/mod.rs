//! Everything that listens to a run: the journal, the terminal, the page, and what other programs read.
//!
//! Events come in one at a time and in order, from a run that is going on or from a journal read back; no reporter can
//! tell the difference, and none knows who runs anything. The journal comes first ([`journal::Journal::append`]) and hands
//! back the event as it was written, secrets masked; every [`Reporter`] is fed with that one. Reporters write to writers
//! they are given: opening files, reading clocks and choosing colours is not their business.

mod annotations;
mod build;
mod cases;
mod comparison;
pub mod coverage;
mod ctrf;
mod explain;
mod failure_text;
mod fanout;
pub mod findings;
mod first_seen;
mod gitlab;
mod history;
mod history_record;
mod html;
pub mod journal;
mod json;
mod junit;
mod markdown;
mod names;
mod ordered_results;
mod progress;
mod questions;
mod style;
mod tap;
mod terminal;
#[cfg(test)]
mod testing;
mod trace;
mod verdict;

pub use annotations::Annotations;
pub use build::Build;
pub use comparison::draw_comparison;
pub use ctrf::Ctrf;
pub use explain::{explain_change, explain_error, explain_failure, explain_waiver};
pub use fanout::Fanout;
pub use gitlab::CodeQuality;
pub use history::{Rest, draw_history};
pub use history_record::Remember;
pub use html::{Html, curl as curl_command};
pub use journal::Journal;
pub use json::Json;
pub use junit::Junit;
pub use markdown::Markdown;
pub use names::visible;
pub use progress::Progress;
pub use questions::Questions;
pub use tap::Tap;
pub use terminal::{Terminal, Verbosity};
pub use trace::Tracing;

use crate::event::Event;

/// Listens to one run.
pub trait Reporter {
    /// Takes one event.
    ///
    /// # Errors
    /// When the writer fails. The reporter is not called again after that.
    fn event(&mut self, event: &Event) -> std::io::Result<()>;

    /// Writes what remains, after the last event; also when that was not `RunFinished` because the run was killed.
    ///
    /// # Errors
    /// When the writer fails.
    fn finish(&mut self) -> std::io::Result<()>;
}

impl<R: Reporter + ?Sized> Reporter for Box<R> {
    fn event(&mut self, event: &Event) -> std::io::Result<()> {
        (**self).event(event)
    }

    fn finish(&mut self) -> std::io::Result<()> {
        (**self).finish()
    }
}
