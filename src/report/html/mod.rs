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
mod pack;
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
use super::changes;
use super::fold::RunFold;
use super::history_record;
use crate::event::{Event, EventKind, Outcome};
use crate::history::{Past, Wanted, WantedCases};
use budget::Budget;
use data::{CaseData, Packed};
use pack::{Seen, Templates};
use run::Run;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{self, Write};
use std::sync::Arc;
use steps::Recording;

/// Runs of the past that the page shows, this one among them.
const SHOWN: usize = 14;

/// Writes a run as a page.
pub struct Html<W> {
    writer: W,
    run: Option<Run>,
    recordings: BTreeMap<usize, Recording>,
    budget: Budget,
    templates: Templates,
    past: Option<Arc<Past>>,
}

impl<W: Write> Html<W> {
    /// A report that writes there.
    pub fn new(writer: W) -> Self {
        Self {
            writer,
            run: None,
            recordings: BTreeMap::new(),
            budget: Budget::new(),
            templates: Templates::default(),
            past: None,
        }
    }

    /// Adds what past runs tell; this run is added to them at its end.
    #[must_use]
    pub fn with_past(mut self, past: Option<Arc<Past>>) -> Self {
        self.past = past;
        self
    }

    /// Writes a case that is over, and keeps what the list needs.
    fn over(&mut self, case: usize, fold: &RunFold) -> io::Result<()> {
        let recording = self.recordings.remove(&case).unwrap_or_default();
        let (Some(run), Some(result)) = (&mut self.run, fold.result(case)) else { return Ok(()) };
        let (row, data) = run.case(fold, case, result.outcome, result.why().to_owned(), result.took_us, recording);
        run.rows.insert(case, row);
        self.case(case, result.outcome, data)
    }

    /// Writes the details of a case.
    fn case(&mut self, case: usize, outcome: Outcome, mut data: CaseData) -> io::Result<()> {
        if data.times.iter().all(|time| time.steps.is_empty()) {
            return Ok(());
        }
        self.budget.fit(&mut data, outcome);
        if self.templates.is_full() {
            self.budget.fill();
        }
        let packed = packed(&mut self.templates, &data)?;
        let written = page::data(&mut self.writer, &format!("c{case}"), &packed)?;
        self.budget.spend(written);
        Ok(())
    }

    /// Writes what is there of cases that were under way when the run ended.
    fn unfinished(&mut self, fold: &RunFold) -> io::Result<()> {
        for (case, recording) in std::mem::take(&mut self.recordings) {
            let Some(run) = &mut self.run else { break };
            let why = "it was under way when the run ended".to_owned();
            let (row, data) = run.case(fold, case, Outcome::Missing, why, 0, recording);
            run.rows.insert(case, row);
            self.case(case, Outcome::Missing, data)?;
        }
        Ok(())
    }

    /// The newest runs with this one as the last; nothing where none came before it.
    fn history(&self, fold: &RunFold) -> Option<Value> {
        let wanted = Wanted { last: SHOWN, texts: Vec::new(), cases: WantedCases::All };
        let past = self.past.as_ref()?.with(&history_record(fold)?);
        let mut history = serde_json::to_value(past.picture(&wanted)).ok()?;
        show(&mut history);
        Some(history)
    }
}

/// A case, packed.
fn packed(templates: &mut Templates, data: &CaseData) -> io::Result<Packed> {
    let mut seen = Seen::default();
    let mut pack = |json: String| templates.pack(&json, &mut seen);
    let case = pack(serde_json::to_string(data)?);
    let mut times = Vec::new();
    for time in &data.times {
        let own = pack(serde_json::to_string(time)?);
        let mut steps = Vec::with_capacity(time.steps.len());
        for step in &time.steps {
            steps.push(pack(serde_json::to_string(step)?));
        }
        times.push((own, steps));
    }
    Ok(Packed(case, times))
}

/// Makes every text of a value fit to be shown.
fn show(value: &mut Value) {
    match value {
        Value::String(text) => *text = crate::text::visible(text).into_owned(),
        Value::Array(items) => items.iter_mut().for_each(show),
        Value::Object(fields) => fields.values_mut().for_each(show),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

impl<W: Write> Reporter for Html<W> {
    fn event(&mut self, event: &Arc<Event>, fold: &RunFold) -> io::Result<()> {
        match &event.kind {
            EventKind::RunStarted(started) if self.run.is_none() => {
                page::begin(&mut self.writer, &format!("Proviso: {}", crate::text::visible_line(&started.run)))?;
                self.run = Some(Run::new(event.at));
            }
            EventKind::CaseStarted(case) => self.recordings.entry(case.case).or_default().begin(event.at),
            EventKind::AttemptFinished(attempt) => self.recordings.entry(attempt.case).or_default().attempt(event),
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
        if let Some(run) = &mut self.run {
            run.add(event);
        }
        match fold.finished() {
            Some(case) => self.over(case.case, fold),
            None => Ok(()),
        }
    }

    fn finish(&mut self, fold: &RunFold) -> io::Result<()> {
        self.unfinished(fold)?;
        let run = match self.run.take() {
            Some(run) => run,
            None => {
                page::begin(&mut self.writer, "Proviso")?;
                Run::default()
            }
        };
        let changes = changes::of(fold, self.past.as_deref());
        let kept = (self.budget.brief(), std::mem::take(&mut self.templates).into_list());
        let data = run.done(fold, kept, changes.as_ref(), self.history(fold));
        page::data(&mut self.writer, "run", &data)?;
        page::end(&mut self.writer)?;
        self.writer.flush()
    }
}
