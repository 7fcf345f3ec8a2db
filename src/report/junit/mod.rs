//! The report for CI: JUnit XML in the one shape that both well-known schemas accept.
//!
//! The schema of Ant and that of Jenkins contradict each other in much, so only what both allow is used: a bare root;
//! suites with every attribute that Ant demands; cases with a class, a name, a time and at most one verdict. A broken
//! contract is a `failure`; what could not be told is an `error`, and so is a case without a result: a missing result is
//! never a pass.
//!
//! The file is written as a whole at the end, in the order of the plan, whatever order cases ended in.

mod held;
mod names;
#[cfg(test)]
mod tests;
mod write;
mod xml;

use super::Reporter;
use super::cases::{Cases, FinishedCase, Index};
use super::failure_text::{cleanup_story, headline, story};
use crate::diagnostic::{Code, Style};
use crate::event::{CaseOutcome, Event, EventKind, Finding, RunStarted, Timestamp};
use held::Held;
use std::collections::BTreeMap;
use std::io::{self, Write};

/// Columns that explanations are laid out for: CI shows them in a box of about this width.
const WIDTH: usize = 110;

/// Collects a run and writes it as JUnit XML.
pub struct Junit<W> {
    writer: W,
    run: Option<Collected>,
    cases: Cases,
}

/// The run so far.
struct Collected {
    host: String,
    started: Timestamp,
    suites: Vec<Suite>,
    index: Index,
    results: Vec<CaseResult>,
    /// What went wrong in cleanups, by case: it decides no case, and somebody has to know.
    cleanups: BTreeMap<usize, String>,
    /// What the contract does not say, by suite.
    findings: BTreeMap<usize, Held>,
    /// Waivers that cannot stay.
    refused: Vec<Bad>,
    complete: bool,
    flaky_fails: bool,
}

/// A suite: what it is called and when its first case began.
struct Suite {
    file: String,
    name: String,
    started: Option<Timestamp>,
}

/// What became of a case. A run of many thousand cases keeps one each, so the common kinds are small.
enum CaseResult {
    /// Nothing so far; at the end this is an error.
    Missing,
    Passed {
        took_us: u64,
    },
    /// Passed when it was run again; what the first time was about.
    Flaky {
        took_us: u64,
        first: Box<str>,
    },
    Skipped(Box<str>),
    Bad(Box<Bad>),
}

/// A case that failed or could not be judged.
struct Bad {
    kind: BadKind,
    code: Code,
    took_us: u64,
    message: String,
    text: String,
}

/// Whether the contract is broken or it could not be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BadKind {
    Failure,
    Error,
}

impl<W: Write> Junit<W> {
    /// A report that writes there, once, at the end.
    pub fn new(writer: W) -> Self {
        Self { writer, run: None, cases: Cases::default() }
    }
}

impl Collected {
    fn new(run: &RunStarted, started: Timestamp) -> Self {
        let suite = |entry: &crate::event::SuiteEntry| Suite {
            file: entry.file.clone(),
            name: entry.name.clone(),
            started: None,
        };
        let index = Index::new(run);
        Self {
            host: run.host.clone(),
            started,
            suites: run.suites.iter().map(suite).collect(),
            results: std::iter::repeat_with(|| CaseResult::Missing).take(index.len()).collect(),
            index,
            cleanups: BTreeMap::new(),
            findings: BTreeMap::new(),
            refused: Vec::new(),
            complete: false,
            flaky_fails: run.flaky_fails,
        }
    }

    fn found(&mut self, case: usize, findings: &[Finding]) {
        if let Some(suite) = self.index.suite(case).filter(|_| !findings.is_empty()) {
            self.findings.entry(suite).or_default().add(findings, || self.index.name(case));
        }
    }

    fn add(&mut self, case: &FinishedCase) {
        let suite = self.index.suite(case.case).and_then(|suite| self.suites.get_mut(suite));
        if let (Some(suite), Some(started)) = (suite, case.started) {
            suite.started = Some(suite.started.map_or(started, |earlier| earlier.min(started)));
        }
        if let Some(text) = cleanup_story(case, Style::Plain, WIDTH) {
            self.cleanups.insert(case.case, text);
        }
        if let Some(result) = self.results.get_mut(case.case) {
            *result = CaseResult::new(case, self.flaky_fails);
        }
    }
}

impl CaseResult {
    /// `flaky_fails` is whether a case that passed only when it was run again fails the run, and so this report.
    fn new(case: &FinishedCase, flaky_fails: bool) -> Self {
        let bad = |kind| {
            let headline = headline(case);
            Self::Bad(Box::new(Bad {
                kind,
                code: headline.code,
                took_us: case.took_us,
                message: headline.message(),
                text: story(case, Style::Plain, WIDTH),
            }))
        };
        match &case.outcome {
            CaseOutcome::Passed => Self::Passed { took_us: case.took_us },
            CaseOutcome::Flaky { .. } if flaky_fails => bad(BadKind::Failure),
            CaseOutcome::Flaky { .. } => {
                let first = headline(case);
                Self::Flaky { took_us: case.took_us, first: format!("{}: {}", first.step, first.title).into() }
            }
            CaseOutcome::Failed => bad(BadKind::Failure),
            CaseOutcome::Waived => {
                let headline = headline(case);
                let by = held::answerers(&case.bad);
                Self::Skipped(format!("waived: {}: {}{by}", headline.step, headline.title).into())
            }
            CaseOutcome::Error => bad(BadKind::Error),
            CaseOutcome::Skipped { reason } => Self::Skipped(reason.as_str().into()),
        }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        match &event.kind {
            EventKind::RunStarted(run) => self.run = Some(Collected::new(run, event.at)),
            EventKind::RunFinished(_) => {
                if let Some(run) = &mut self.run {
                    run.complete = true;
                }
            }
            EventKind::AttemptFinished(attempt) => {
                if let (Some(run), Some(held)) = (&mut self.run, &attempt.validation) {
                    run.found(attempt.case, &held.findings);
                }
            }
            EventKind::WaiverRefused(refused) => {
                if let Some(run) = &mut self.run {
                    run.refused.push(held::waiver(refused));
                }
            }
            EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::StepFinished(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_)
            | EventKind::Interrupted(_) => {}
        }
        if let (Some(case), Some(run)) = (self.cases.add(event), &mut self.run) {
            run.add(&case);
        }
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        write::write(&mut self.writer, self.run.as_ref())?;
        self.writer.flush()
    }
}
