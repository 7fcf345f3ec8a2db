//! Everything that listens to a run: the journal, the terminal, the page, and what other programs read.
//!
//! Events come in one at a time and in order, from a run that is going on or from a journal read back; no reporter can
//! tell the difference, and none knows who runs anything. The journal comes first ([`crate::journal`]) and hands back the event
//! as it was written, secrets masked; one fold of the run ([`RunFold`]) takes that, and every [`Reporter`] draws from the
//! fold. Reporters write to writers they are given: opening files, reading clocks and choosing colours is not their
//! business.

mod annotations;
mod build;
mod changes;
mod comparison;
pub mod coverage;
mod ctrf;
mod explain;
mod failure_text;
mod fanout;
pub mod findings;
pub mod fold;
mod gitlab;
mod history;
mod history_record;
mod html;
mod json;
mod junit;
mod markdown;
mod progress;
mod questions;
mod style;
mod tap;
mod terminal;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trace;
mod verdict;

pub use annotations::Annotations;
pub use build::Build;
pub use comparison::draw_comparison;
pub use ctrf::Ctrf;
pub use explain::{explain_change, explain_error, explain_failure, explain_waiver};
pub use fanout::Fanout;
pub use fold::RunFold;
pub use gitlab::CodeQuality;
pub use history::{Rest, draw_history};
pub use history_record::{Remember, history_record};
pub use html::{Html, curl as curl_command};
pub use json::Json;
pub use junit::Junit;
pub use markdown::Markdown;
pub use progress::Progress;
pub use questions::Questions;
pub use tap::Tap;
pub use terminal::{Telling, Terminal, Verbosity};
pub use trace::Tracing;

use crate::event::Event;
use std::sync::Arc;

/// Listens to one run.
pub trait Reporter {
    /// Takes one event, which the fold of the run has taken before.
    ///
    /// # Errors
    /// When the writer fails. The reporter is not called again after that.
    fn event(&mut self, event: &Arc<Event>, run: &RunFold) -> std::io::Result<()>;

    /// Writes what remains, after the last event; also when that was not `RunFinished` because the run was killed. The fold
    /// is closed: every case has a result.
    ///
    /// # Errors
    /// When the writer fails.
    fn finish(&mut self, run: &RunFold) -> std::io::Result<()>;
}

impl<R: Reporter + ?Sized> Reporter for Box<R> {
    fn event(&mut self, event: &Arc<Event>, run: &RunFold) -> std::io::Result<()> {
        (**self).event(event, run)
    }

    fn finish(&mut self, run: &RunFold) -> std::io::Result<()> {
        (**self).finish(run)
    }
}
