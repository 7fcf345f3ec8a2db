//! The report for those who did not run it: one page that opens from disk.
//!
//! Cases are written as they end and forgotten, so that a long run needs no more memory than a short one; only a line
//! for each case is kept for the list. What the page says comes from here in finished words: its script lays out, filters
//! and opens, and knows no wording of its own but for its controls.

mod act;
mod budget;
mod contract;
mod curl;
mod data;
mod message;
mod operations;
mod page;
mod run;
mod shell;
mod steps;
#[cfg(test)]
mod tests;
mod texts;
mod told;

pub use curl::curl;

use super::Reporter;
use super::cases::{Cases, FinishedCase};
use super::failure_text::headline;
use crate::event::{CaseOutcome, Event, EventKind};
use budget::Budget;
use data::{CaseData, Outcome};
use run::Run;
use serde::Serialize;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};
use steps::{Recording, outcome_of_case};

/// Writes a run as a page.
pub struct Html<W> {
    writer: W,
    run: Option<Run>,
    cases: Cases,
    recordings: BTreeMap<usize, Recording>,
    budget: Budget,
    history: Option<Value>,
}

impl<W: Write> Html<W> {
    /// A report that writes there.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            run: None,
            cases: Cases::default(),
            recordings: BTreeMap::new(),
            budget: Budget::default(),
            history: None,
        }
    }

    /// Adds what past runs tell, as the history has it: runs, the oldest first, a strip for each case with a letter for
    /// each run, and the times of each operation. This run need not be among them. What cannot be made JSON is left out.
    #[must_use]
    pub fn with_history(mut self, past: &impl Serialize) -> Self {
        self.history = serde_json::to_value(past).ok();
        self.history.iter_mut().for_each(show);
        self
    }

    /// Writes a case that is over, and keeps what the list needs.
    fn over(&mut self, case: &FinishedCase) -> io::Result<()> {
        let recording = self.recordings.remove(&case.case).unwrap_or_default();
        let Some(run) = &mut self.run else { return Ok(()) };
        run.act.case(case);
        let why = match &case.outcome {
            CaseOutcome::Passed => String::new(),
            CaseOutcome::Skipped { reason } => super::names::visible_line(reason),
            CaseOutcome::Flaky { .. } | CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error => {
                headline(case).title
            }
        };
        let outcome = outcome_of_case(&case.outcome);
        let (row, data) = run.case(case.case, outcome, why, case.took_us, recording);
        run.rows.insert(case.case, row);
        self.case(case.case, outcome, data)
    }

    /// Writes the details of a case.
    fn case(&mut self, case: usize, outcome: Outcome, mut data: CaseData) -> io::Result<()> {
        if data.times.iter().all(|time| time.steps.is_empty()) {
            return Ok(());
        }
        self.budget.fit(&mut data, outcome);
        let written = page::data(&mut self.writer, &format!("c{case}"), &data)?;
        self.budget.spend(written);
        Ok(())
    }

    /// Writes what is there of cases that were under way when the run ended.
    fn unfinished(&mut self) -> io::Result<()> {
        for (case, recording) in std::mem::take(&mut self.recordings) {
            let Some(run) = &mut self.run else { break };
            let why = "it was under way when the run ended".to_owned();
            let (row, data) = run.case(case, Outcome::Missing, why, 0, recording);
            run.rows.insert(case, row);
            self.case(case, Outcome::Missing, data)?;
        }
        Ok(())
    }
}

/// Makes every text of a value fit to be shown.
fn show(value: &mut Value) {
    match value {
        Value::String(text) => *text = super::names::visible(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(show),
        Value::Object(fields) => fields.values_mut().for_each(show),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl<W: Write> Reporter for Html<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        if let EventKind::RunStarted(started) = &event.kind
            && self.run.is_none()
        {
            page::begin(&mut self.writer, &format!("Proviso: {}", super::names::visible_line(&started.run)))?;
            self.run = Some(Run::new(started, event.at));
        }
        if let Some(run) = &mut self.run {
            run.add(event);
        }
        match &event.kind {
            EventKind::CaseStarted(case) => self.recordings.entry(case.case).or_default().begin(event.at),
            EventKind::AttemptFinished(attempt) => self.recordings.entry(attempt.case).or_default().attempt(attempt),
            EventKind::StepFinished(step) => self.recordings.entry(step.case).or_default().step(step),
            EventKind::CaseRerun(rerun) => self.recordings.entry(rerun.case).or_default().again(&rerun.outcome),
            EventKind::RunStarted(_)
            | EventKind::ContractRead(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::WaiverRefused(_)
            | EventKind::StepStarted(_)
            | EventKind::CaseFinished(_)
            | EventKind::Interrupted(_)
            | EventKind::RunFinished(_) => {}
        }
        match self.cases.add(event) {
            Some(case) => self.over(&case),
            None => Ok(()),
        }
    }

    fn finish(&mut self) -> io::Result<()> {
        self.unfinished()?;
        let run = match self.run.take() {
            Some(run) => run,
            None => {
                page::begin(&mut self.writer, "Proviso")?;
                Run::default()
            }
        };
        page::data(&mut self.writer, "run", &run.done(self.budget.brief(), self.history.take()))?;
        page::end(&mut self.writer)?;
        self.writer.flush()
    }
}
