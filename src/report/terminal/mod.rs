//! The report for people.
//!
//! Cases run at the same time and are told in the order they end, so every line stands alone. The first case with a problem
//! is explained right where it ends; further cases with the same problem are counted, and the summary names them. So the
//! last screen is enough to know what to do.

mod contract;
mod groups;
mod lines;
mod summary;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::explain::explain_waiver;
use super::failure_text::{cleanup_text, failure_text, fitted};
use super::fold::{FinishedCase, RunFold};
use crate::diagnostic::{Style, render};
use crate::event::{CaseOutcome, Event, EventKind, StepFinished, WaiverRefused};
use crate::history::Past;
use crate::text::wrap;
use std::io::{self, Write};
use std::sync::Arc;
use summary::Summary;

/// How much is told while the run goes on. The summary is always the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only cases that failed or could not be judged.
    #[default]
    Failures,
    /// A line per case.
    Cases,
    /// A line per step, too.
    Steps,
}

/// How cases with one and the same problem are told.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Telling {
    /// Once: the first case whole, the others named and counted.
    #[default]
    Once,
    /// Each of them whole.
    Each,
}

/// Fewest columns that are laid out for: below that, lines are better broken by the terminal than by us.
const NARROWEST: usize = 40;

/// Most columns that text is spread over: longer lines are hard to read.
const WIDEST: usize = 120;

/// Writes a run for people.
pub struct Terminal<W> {
    writer: W,
    style: Style,
    verbosity: Verbosity,
    telling: Telling,
    width: usize,
    past: Option<Arc<Past>>,
    last: Last,
}

/// What was written last: an explanation is set apart from what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Gap,
    Line,
}

impl<W: Write> Terminal<W> {
    /// A report that writes there. `width` is the number of columns there are; what is given for a pipe is up to the
    /// caller, 100 is a good choice.
    pub fn new(writer: W, style: Style, verbosity: Verbosity, width: usize) -> Self {
        Self {
            writer,
            style,
            verbosity,
            telling: Telling::Once,
            width: width.max(NARROWEST),
            past: None,
            last: Last::Gap,
        }
    }

    /// Tells cases with the same problem so.
    #[must_use]
    pub const fn telling(mut self, telling: Telling) -> Self {
        self.telling = telling;
        self
    }

    /// Begins the summary with what changed since the past.
    #[must_use]
    pub fn with_past(mut self, past: Option<Arc<Past>>) -> Self {
        self.past = past;
        self
    }

    fn case(&mut self, case: &FinishedCase, run: &RunFold) -> io::Result<()> {
        let Some(index) = run.index() else { return Ok(()) };
        let reruns = run.result(case.case).map_or(0, |result| result.reruns);
        let line = lines::case(case, &index.title(case.case), reruns, self.style);
        let cleanup = cleanup_text(case, self.style, self.width.min(WIDEST) - 2);
        let first = run.finished_group().is_none_or(|(_, group)| group.cases.len() == 1);
        let whole = first || self.telling == Telling::Each;
        match &case.outcome {
            // Nobody reads of a cleanup below a case that was not shown.
            CaseOutcome::Passed if cleanup.is_some() => self.from(Verbosity::Failures, &line),
            CaseOutcome::Passed | CaseOutcome::Skipped { .. } => self.from(Verbosity::Cases, &line),
            CaseOutcome::Flaky { .. } | CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error if !whole => {
                self.from(Verbosity::Cases, &line)
            }
            CaseOutcome::Flaky { .. } => {
                let first = super::failure_text::headline(case);
                writeln!(self.writer, "{line}")?;
                self.indented(&wrap(&format!("the first time, {}", first.message()), self.width - 2))
            }
            CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error => {
                let text = failure_text(case, self.style, self.width.min(WIDEST) - 2);
                if self.last == Last::Line {
                    writeln!(self.writer)?;
                }
                writeln!(self.writer, "{line}")?;
                self.indented(&text)
            }
        }?;
        match cleanup {
            Some(text) if whole => self.indented(&text),
            Some(_) | None => Ok(()),
        }
    }

    /// Writes what belongs to the line above it, and sets it apart from what follows.
    fn indented(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.writer, "{}", trimmed(&format!("  {line}")))?;
        }
        writeln!(self.writer)?;
        self.last = Last::Gap;
        // Somebody may be waiting for exactly this.
        self.writer.flush()
    }

    /// A waiver that cannot stay, explained like a case that did not pass.
    fn refused(&mut self, refused: &WaiverRefused) -> io::Result<()> {
        if self.last == Last::Line {
            writeln!(self.writer)?;
        }
        writeln!(self.writer, "{}", render(&fitted(&explain_waiver(refused), self.width.min(WIDEST)), self.style))?;
        writeln!(self.writer)?;
        self.last = Last::Gap;
        self.writer.flush()
    }

    fn step(&mut self, step: &StepFinished, run: &RunFold) -> io::Result<()> {
        let Some(index) = run.index() else { return Ok(()) };
        if self.verbosity < Verbosity::Steps {
            return Ok(());
        }
        let exchange = run.exchange(step.case, step.step);
        let line = lines::step(step, exchange, &index.title(step.case), self.style);
        self.from(Verbosity::Steps, &line)
    }

    /// Writes a line that is told from that verbosity on.
    fn from(&mut self, verbosity: Verbosity, line: &str) -> io::Result<()> {
        if self.verbosity < verbosity {
            return Ok(());
        }
        self.last = Last::Line;
        writeln!(self.writer, "{line}")
    }
}

/// The line without blanks at its end. Colours may stand behind them, and then they do no harm.
fn trimmed(line: &str) -> &str {
    line.trim_end()
}

impl<W: Write> Reporter for Terminal<W> {
    fn event(&mut self, event: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        match &event.kind {
            EventKind::RunStarted(started) => {
                for line in lines::header(started, self.style, self.width) {
                    writeln!(self.writer, "{line}")?;
                }
                writeln!(self.writer)?;
                self.writer.flush()?;
            }
            EventKind::StepFinished(step) => self.step(step, run)?,
            EventKind::Interrupted(interrupted) => {
                self.last = Last::Line;
                writeln!(self.writer, "{}", lines::interrupted(&interrupted.reason, self.style))?;
                self.writer.flush()?;
            }
            EventKind::WaiverRefused(refused) => self.refused(refused)?,
            EventKind::RunFinished(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_) => {}
        }
        match run.finished() {
            Some(case) => self.case(case, run),
            None => Ok(()),
        }
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        let summary = Summary {
            run,
            changes: super::changes::of(run, self.past.as_deref()),
            telling: self.telling,
            style: self.style,
            width: self.width,
        };
        if self.last == Last::Line {
            writeln!(self.writer)?;
        }
        for line in summary.lines() {
            writeln!(self.writer, "{line}")?;
        }
        self.writer.flush()
    }
}
