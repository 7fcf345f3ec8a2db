//! What a run is doing at a moment: for a person who watches it.
//!
//! A fold of events like every report, but asked at any moment what to show, and not only when something happens: waits
//! pass without events. The moment comes from whoever asks.

mod lines;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::fold::{Index, RunFold};
use crate::diagnostic::Style;
use crate::event::{AttemptFinished, Counts, Event, EventKind, Timestamp};
use crate::text::visible_line;
use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;
use std::time::Duration;

/// A run as it stands.
#[derive(Debug, Default)]
pub struct Progress {
    index: Option<Index>,
    counts: Counts,
    begun: Option<Timestamp>,
    over: bool,
    /// Cases under way.
    cases: BTreeMap<usize, Doing>,
    stopping: Option<String>,
}

/// A case under way.
#[derive(Debug)]
struct Doing {
    since: Timestamp,
    step: Option<Step>,
}

/// A step under way.
#[derive(Debug)]
struct Step {
    name: String,
    since: Timestamp,
    waits: Option<Waits>,
}

/// A wait before another attempt.
#[derive(Debug)]
struct Waits {
    /// What was seen last, or what the attempt is made again for.
    seen: String,
    /// How many attempts were made.
    attempts: u32,
    /// When the next one is made.
    until: Timestamp,
    /// When the poll gives up.
    limit: Option<Timestamp>,
}

impl Progress {
    /// A run that has not begun.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What to show now, in at most `height` lines of at most `width` columns; nothing before the run and after it.
    #[must_use]
    pub fn lines(&self, now: Timestamp, style: Style, width: usize, height: usize) -> Vec<String> {
        match (&self.index, self.begun) {
            (Some(index), Some(begun)) if !self.over => lines::all(self, index, begun, now, style, width, height),
            _ => Vec::new(),
        }
    }

    fn attempt(&mut self, attempt: &AttemptFinished, at: Timestamp) {
        let Some(step) = self.cases.get_mut(&attempt.case).and_then(|case| case.step.as_mut()) else { return };
        let Some(wait_ms) = attempt.wait_ms else {
            step.waits = None;
            return;
        };
        let seen = attempt.seen.first().map(|seen| {
            let found = seen.found.as_deref().unwrap_or("nothing");
            format!("{} is {}", visible_line(&seen.path), visible_line(found))
        });
        step.waits = Some(Waits {
            seen: seen.or_else(|| attempt.retried.as_deref().map(visible_line)).unwrap_or_default(),
            attempts: attempt.attempt,
            until: at.after(Duration::from_millis(wait_ms)),
            limit: attempt.within_ms.map(|within| step.since.after(Duration::from_millis(within))),
        });
    }
}

impl Reporter for Progress {
    fn event(&mut self, event: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        self.counts.add(&event.kind);
        match &event.kind {
            EventKind::RunStarted(run) => {
                self.index = Some(Index::new(run));
                self.begun = Some(event.at);
            }
            EventKind::CaseStarted(case) => {
                self.cases.insert(case.case, Doing { since: event.at, step: None });
            }
            EventKind::StepStarted(step) => {
                if let Some(case) = self.cases.get_mut(&step.case) {
                    case.step = Some(Step { name: visible_line(&step.name), since: event.at, waits: None });
                }
            }
            EventKind::AttemptFinished(attempt) => self.attempt(attempt, event.at),
            EventKind::StepFinished(step) => {
                if let Some(case) = self.cases.get_mut(&step.case) {
                    case.step = None;
                }
            }
            EventKind::CaseFinished(case) => {
                self.cases.remove(&case.case);
            }
            EventKind::Interrupted(interrupted) => self.stopping = Some(visible_line(&interrupted.reason)),
            EventKind::RunFinished(_) => self.over = true,
            EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::WaiverRefused(_)
            | EventKind::CaseRerun(_) => {}
        }
        Ok(())
    }

    fn finish(&mut self, _: &RunFold) -> io::Result<()> {
        self.over = true;
        Ok(())
    }
}
