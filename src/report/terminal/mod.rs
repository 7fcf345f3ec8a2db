//! The report for people.
//!
//! Cases run at the same time and are told in the order they end, so every line stands alone. A case that did not pass is
//! explained right where it ends; the summary names it again with its place, so that the last screen is enough to know
//! what to do.

mod contract;
mod lines;
mod summary;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::cases::{Cases, FinishedCase, Index};
use super::explain::explain_waiver;
use super::failure_text::{cleanup_story, fitted, headline, story};
use super::findings::FindingsFold;
use super::names::wrap;
use crate::diagnostic::{Style, render};
use crate::event::{CaseOutcome, Counts, Event, EventKind, SnapshotState, StepFinished, Timestamp, WaiverRefused};
use std::collections::BTreeMap;
use std::io::{self, Write};
use summary::{Problem, Summary};

/// How much is told while the run goes on. The summary is always the same.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verbosity {
    /// Only cases that failed or could not be judged.
    Failures,
    /// A line per case.
    #[default]
    Cases,
    /// A line per step, too.
    Steps,
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
    width: usize,
    run: Run,
    last: Last,
}

/// What was written last: a story is set apart from what stands around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Last {
    Gap,
    Line,
}

/// What is remembered of the run: of passed cases nothing but counts.
#[derive(Default)]
struct Run {
    index: Option<Index>,
    cases: Cases,
    counts: Counts,
    problems: Vec<Problem>,
    skipped: BTreeMap<String, usize>,
    /// What became of snapshots, by file.
    snapshots: BTreeMap<String, SnapshotState>,
    findings: FindingsFold,
    refused: Vec<WaiverRefused>,
    first: Option<Timestamp>,
    last: Option<Timestamp>,
    took_us: Option<u64>,
}

impl<W: Write> Terminal<W> {
    /// A report that writes there. `width` is the number of columns there are; what is given for a pipe is up to the
    /// caller, 100 is a good choice.
    pub fn new(writer: W, style: Style, verbosity: Verbosity, width: usize) -> Self {
        Self { writer, style, verbosity, width: width.max(NARROWEST), run: Run::default(), last: Last::Gap }
    }

    fn case(&mut self, case: &FinishedCase) -> io::Result<()> {
        let Some(index) = &self.run.index else { return Ok(()) };
        let (stem, name) = (index.stem(case.case), index.name(case.case));
        let line = lines::case(case, stem, &name, self.style, self.width);
        let cleanup = cleanup_story(case, self.style, self.width.min(WIDEST) - 2);
        match &case.outcome {
            // Nobody reads the story of a cleanup below a case that was not shown.
            CaseOutcome::Passed if cleanup.is_some() => self.from(Verbosity::Failures, &line),
            CaseOutcome::Passed => self.from(Verbosity::Cases, &line),
            CaseOutcome::Flaky { .. } => {
                let first = headline(case);
                writeln!(self.writer, "{line}")?;
                self.indented(&wrap(&format!("the first time, {}: {}", first.step, first.title), self.width - 2))
            }
            CaseOutcome::Skipped { reason } => {
                *self.run.skipped.entry(reason.clone()).or_default() += 1;
                self.from(Verbosity::Cases, &line)
            }
            CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error => {
                let problem = Problem::new(case, stem, &name, headline(case));
                let known = self.run.problems.iter().any(|known| known.is_same_error(&problem));
                let text = if known {
                    problem.again(self.width - 2)
                } else {
                    story(case, self.style, self.width.min(WIDEST) - 2)
                };
                self.run.problems.push(problem);
                if self.last == Last::Line {
                    writeln!(self.writer)?;
                }
                writeln!(self.writer, "{line}")?;
                self.indented(&text)
            }
        }?;
        match cleanup {
            Some(text) => self.indented(&text),
            None => Ok(()),
        }
    }

    /// Writes what belongs to the line above it, and sets it apart from what follows.
    fn indented(&mut self, text: &str) -> io::Result<()> {
        for line in text.lines() {
            writeln!(self.writer, "{}", format!("  {line}").trim_end())?;
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

    fn step(&mut self, step: &StepFinished) -> io::Result<()> {
        let Some(index) = &self.run.index else { return Ok(()) };
        if self.verbosity < Verbosity::Steps {
            return Ok(());
        }
        let (stem, name) = (index.stem(step.case), index.name(step.case));
        let exchange = self.run.cases.exchange(step.case, step.step);
        let line = lines::step(step, exchange, stem, &name, self.style, self.width);
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

impl<W: Write> Reporter for Terminal<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        self.run.counts.add(&event.kind);
        self.run.findings.add(event);
        self.run.first.get_or_insert(event.at);
        self.run.last = Some(event.at);
        match &event.kind {
            EventKind::RunStarted(run) => {
                self.run.index = Some(Index::new(run));
                for line in lines::header(run, self.style, self.width) {
                    writeln!(self.writer, "{line}")?;
                }
                writeln!(self.writer)?;
                self.writer.flush()?;
            }
            // Before the fold below takes note of it and lets its exchange go.
            EventKind::StepFinished(step) => self.step(step)?,
            EventKind::Interrupted(interrupted) => {
                self.last = Last::Line;
                writeln!(self.writer, "{}", lines::interrupted(&interrupted.reason, self.style))?;
                self.writer.flush()?;
            }
            EventKind::WaiverRefused(refused) => {
                self.refused(refused)?;
                self.run.refused.push((**refused).clone());
            }
            EventKind::RunFinished(run) => self.run.took_us = Some(run.took_us),
            EventKind::SnapshotTaken(taken) => {
                self.run.snapshots.insert(taken.file.clone(), taken.state);
            }
            EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_) => {}
        }
        match self.run.cases.add(event) {
            Some(case) => self.case(&case),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        let summary = Summary { run: &self.run, style: self.style, width: self.width };
        if self.last == Last::Line {
            writeln!(self.writer)?;
        }
        for line in summary.lines() {
            writeln!(self.writer, "{line}")?;
        }
        self.writer.flush()
    }
}
