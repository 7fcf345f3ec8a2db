//! What is kept of a run until its end: a line for each case, and counts.

use super::act::Act;
use super::contract::{ambiguities, contracts, findings};
use super::data::{CaseData, CaseRow, Outcome, RunData, VerdictData};
use super::operations::Operations;
use super::shell::{VARIABLE, quoted};
use super::steps::{Recording, since};
use super::texts::Texts;
use crate::event::{CaseEntry, Counts, Event, EventKind, RunStarted, SuiteEntry, Timestamp, Verdict};
use crate::report::cases::Index;
use crate::report::coverage::CoverageFold;
use crate::report::findings::FindingsFold;
use crate::report::verdict;
use crate::text::{count, duration, grouped};
use crate::text::{stem, visible_line};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Options of the command line that a case needs to be run as it was.
const KEPT: [&str; 6] = ["--env", "--base-url", "--var", "--secrets", "--resolve", "--suites"];

/// A run so far.
#[derive(Default)]
pub(super) struct Run {
    /// The lines of the cases that are over, by number.
    pub(super) rows: BTreeMap<usize, CaseRow>,
    /// What has to be done.
    pub(super) act: Act,
    started: Option<(Box<RunStarted>, Timestamp)>,
    last: Option<Timestamp>,
    took_us: Option<u64>,
    stopped: Option<String>,
    index: Option<Index>,
    counts: Counts,
    coverage: CoverageFold,
    findings: FindingsFold,
    operations: Operations,
    called: Texts,
    steps: Texts,
    tags: Texts,
}

impl Run {
    /// Begins a run.
    pub(super) fn new(run: &RunStarted, at: Timestamp) -> Self {
        Self { started: Some((Box::new(run.clone()), at)), index: Some(Index::new(run)), ..Self::default() }
    }

    /// Takes one event.
    pub(super) fn add(&mut self, event: &Event) {
        self.counts.add(&event.kind);
        self.coverage.add(event);
        self.findings.add(event);
        self.last = Some(event.at);
        match &event.kind {
            EventKind::Interrupted(stop) => self.stopped = Some(visible_line(&stop.reason)),
            EventKind::WaiverRefused(refused) => self.act.waiver(refused),
            EventKind::RunFinished(end) => self.took_us = Some(end.took_us),
            EventKind::RunStarted(_)
            | EventKind::ContractRead(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::StepFinished(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_) => {}
        }
    }

    /// The line and the details of a case.
    pub(super) fn case(
        &mut self,
        case: usize,
        outcome: Outcome,
        why: String,
        took_us: u64,
        recording: Recording,
    ) -> (CaseRow, CaseData) {
        let recorded = recording.over(outcome);
        let texts = recorded.texts.into_list();
        let (mut operations, mut steps) = (Vec::new(), Vec::new());
        for step in recorded.times.iter().flat_map(|time| &time.steps) {
            steps.push(self.steps.exact(&texts[step.name]));
            let Some(operation) = step.operation.map(|operation| texts[operation].as_str()) else { continue };
            operations.push(self.called.exact(operation));
            let answered = step.attempts.iter().filter(|attempt| attempt.status.is_some());
            self.operations.add(operation, answered.map(|attempt| attempt.took_us));
        }
        for list in [&mut operations, &mut steps] {
            list.sort_unstable();
            list.dedup();
        }
        let mut row = self.row(case, outcome);
        (row.why, row.took_us, row.operations, row.steps) = (why, took_us, operations, steps);
        if let (Some((_, origin)), Some(started)) = (&self.started, recorded.started) {
            row.from_us = since(*origin, started);
        }
        let data = CaseData {
            texts,
            place: self.place(case),
            command: self.command(case),
            times: recorded.times,
            brief: None,
        };
        (row, data)
    }

    /// The line of a case of which nothing is known but what the run said at its start.
    fn row(&mut self, case: usize, outcome: Outcome) -> CaseRow {
        let name = self.index.as_ref().map_or_else(String::new, |index| visible_line(&index.name(case)));
        let entry = self.entry(case);
        let suite = entry.map_or(0, |(entry, _)| entry.suite);
        let tags: Vec<String> = entry.map(|(entry, _)| entry.tags.clone()).unwrap_or_default();
        CaseRow {
            suite,
            name,
            outcome,
            why: String::new(),
            tags: tags.iter().map(|tag| self.tags.exact(&visible_line(tag))).collect(),
            operations: Vec::new(),
            steps: Vec::new(),
            from_us: 0,
            took_us: 0,
        }
    }

    fn entry(&self, case: usize) -> Option<(&CaseEntry, &SuiteEntry)> {
        let (run, _) = self.started.as_ref()?;
        let entry = run.cases.get(case % run.cases.len().max(1))?;
        Some((entry, run.suites.get(entry.suite)?))
    }

    /// Where a case is written.
    fn place(&self, case: usize) -> String {
        let line = |line: Option<usize>| line.map_or_else(String::new, |line| format!(":{line}"));
        let place =
            |(entry, suite): (&CaseEntry, &SuiteEntry)| format!("{}{}", visible_line(&suite.file), line(entry.line));
        self.entry(case).map(place).unwrap_or_default()
    }

    /// A command that runs a case again, as it was run.
    fn command(&self, case: usize) -> String {
        let (Some((entry, suite)), Some((run, _))) = (self.entry(case), &self.started) else { return String::new() };
        let mut words = vec!["proviso".to_owned(), "run".to_owned(), suite.file.clone()];
        words.extend(["--case".to_owned(), entry.name.clone()]);
        let mut typed = run.command.iter();
        while let Some(word) = typed.next() {
            let option = word.split_once('=').map_or(word.as_str(), |(option, _)| option);
            if KEPT.contains(&option) {
                words.push(word.clone());
                if option == word {
                    words.extend(typed.next().cloned());
                }
            }
        }
        words.extend(["--seed".to_owned(), run.seed.to_string()]);
        words.iter().map(|word| quoted(word, VARIABLE)).collect::<Vec<_>>().join(" ")
    }

    /// What the page is given.
    pub(super) fn done(mut self, brief: u64, history: Option<Value>) -> RunData {
        for case in 0..self.index.as_ref().map_or(0, Index::len) {
            if let Some(row) = self.rows.get(&case) {
                if row.outcome == Outcome::Missing {
                    self.act.missing(case);
                }
            } else {
                self.act.missing(case);
                let row = self.row(case, Outcome::Missing);
                self.rows.insert(case, CaseRow { why: "the run ended before it began".to_owned(), ..row });
            }
        }
        let found = self.findings.findings();
        RunData {
            verdict: self.verdict(),
            facts: self.facts(),
            counts: self.counts(),
            suites: self.suites(),
            contracts: contracts(&self.coverage.coverage()),
            findings: findings(&found.found),
            ambiguities: ambiguities(&found.ambiguities),
            cases: self.rows.into_values().collect(),
            act: self.act.done(),
            timings: self.operations.figures(),
            tags: self.tags.into_list(),
            operations: self.called.into_list(),
            steps: self.steps.into_list(),
            history,
            brief,
        }
    }

    fn took(&self) -> Duration {
        let seen = self.started.as_ref().zip(self.last).map_or(0, |((_, start), last)| since(*start, last));
        Duration::from_micros(self.took_us.unwrap_or(seen))
    }

    fn verdict(&self) -> VerdictData {
        let took = self.took();
        let which = self.counts.verdict();
        let (kind, numbers) = match which {
            Verdict::Passed => ("passed", None),
            Verdict::Failed => ("failed", Some(verdict::numbers(&self.counts, took))),
            Verdict::Error | Verdict::Interrupted => ("troubled", Some(verdict::numbers(&self.counts, took))),
        };
        let stopped = self.stopped.as_ref().map(|reason| format!("The run was stopped: {reason}"));
        VerdictData {
            kind,
            word: verdict::word(which),
            sentence: verdict::sentence(&self.counts, took),
            notes: numbers.into_iter().chain(stopped).chain(verdict::cleanups(&self.counts)).collect(),
        }
    }

    fn counts(&self) -> Vec<(Outcome, usize)> {
        let counts = &self.counts;
        let counts = [
            (Outcome::Failed, counts.failed),
            (Outcome::Error, counts.troubled),
            (Outcome::Missing, counts.missing()),
            (Outcome::Flaky, counts.flaky),
            (Outcome::Waived, counts.waived),
            (Outcome::Skipped, counts.skipped),
            (Outcome::Passed, counts.passed),
        ];
        counts.into_iter().filter(|(_, number)| *number > 0).collect()
    }

    fn suites(&self) -> Vec<(String, String)> {
        let suites = self.started.iter().flat_map(|(run, _)| &run.suites);
        suites.map(|suite| (visible_line(&suite.name), stem(&suite.file))).collect()
    }

    fn facts(&self) -> Vec<(&'static str, String)> {
        let Some((run, started)) = &self.started else { return Vec::new() };
        let ended = self.took_us.map(|us| started.after(Duration::from_micros(us)));
        let share = run.share.as_ref().map(|share| format!("{}:{}/{}", share.by, share.number, share.of));
        let left_out = (run.left_out > 0).then(|| count(run.left_out, "case"));
        let rounds = (run.rounds > 1).then(|| grouped(run.rounds as usize));
        let words: Vec<String> = run.command.iter().map(|word| quoted(word, VARIABLE)).collect();
        let contracts = self.coverage.coverage().contracts;
        let contracts = contracts.iter().map(|one| format!("{} {}", one.title, one.versions.join(", ")));
        let contracts = contracts.collect::<Vec<_>>().join("; ");
        let facts = [
            ("Run", Some(run.run.clone())),
            ("Command line", Some(words.join(" "))),
            ("Environment", Some(run.environment.clone())),
            ("Target", Some(run.target.clone())),
            ("Contract", Some(contracts).filter(|names| !names.is_empty())),
            ("Seed", Some(run.seed.to_string())),
            ("Partition", share),
            ("Rounds", rounds),
            ("Not selected", left_out),
            ("Started", Some(clock(*started))),
            ("Ended", Some(ended.map_or_else(|| "it did not come to its end".to_owned(), clock))),
            ("Took", Some(duration(self.took()))),
            ("Machine", Some(run.host.clone())),
            ("Proviso", Some(run.version.clone())),
        ];
        facts.into_iter().filter_map(|(name, value)| Some((name, visible_line(&value?)))).collect()
    }
}

/// A moment to the second. It is UTC.
fn clock(moment: Timestamp) -> String {
    moment.timestamp().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
