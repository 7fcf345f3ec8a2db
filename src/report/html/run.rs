//! What is kept of a run until its end: a line for each case, and counts.

use super::act::act;
use super::contract::{ambiguities, contracts, findings};
use super::data::{CaseData, CaseRow, ChangeData, OperationTimes, OutcomeData, RunData, VerdictData};
use super::shell::{VARIABLE, quoted};
use super::steps::{Recording, since};
use super::texts::Texts;
use crate::event::{Event, Outcome, Timestamp, Verdict};
use crate::history::{Changes, Latencies};
use crate::report::changes;
use crate::report::coverage::CoverageFold;
use crate::report::fold::RunFold;
use crate::report::verdict;
use crate::text::{count, duration, grouped, stem, visible_line};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Options of the command line that a case needs to be run as it was.
const KEPT: [&str; 6] = ["--env", "--base-url", "--var", "--secrets", "--resolve", "--suites"];

/// What is kept of a run for the page besides its fold.
#[derive(Default)]
pub(super) struct Run {
    /// The lines of the cases that are over, by number.
    pub(super) rows: BTreeMap<usize, CaseRow>,
    started: Option<Timestamp>,
    coverage: CoverageFold,
    called: Texts,
    steps: Texts,
    tags: Texts,
}

impl Run {
    /// Begins a run.
    pub(super) fn new(at: Timestamp) -> Self {
        Self { started: Some(at), ..Self::default() }
    }

    /// Takes one event.
    pub(super) fn add(&mut self, event: &Event) {
        self.coverage.add(event);
    }

    /// The line and the details of a case.
    pub(super) fn case(
        &mut self,
        fold: &RunFold,
        case: usize,
        outcome: Outcome,
        why: String,
        took_us: u64,
        recording: Recording,
    ) -> (CaseRow, CaseData) {
        let recorded = recording.over(outcome);
        let (mut operations, mut steps) = (Vec::new(), Vec::new());
        for step in recorded.times.iter().flat_map(|time| &time.steps) {
            steps.push(self.steps.exact(&step.name));
            operations.extend(step.operation.as_deref().map(|operation| self.called.exact(operation)));
        }
        for list in [&mut operations, &mut steps] {
            list.sort_unstable();
            list.dedup();
        }
        let mut row = self.row(fold, case, outcome);
        (row.why, row.took_us, row.operations, row.steps) = (why, took_us, operations, steps);
        if let (Some(origin), Some(started)) = (self.started, recorded.started) {
            row.from_us = since(origin, started);
        }
        let data =
            CaseData { place: place(fold, case), command: command(fold, case), times: recorded.times, brief: None };
        (row, data)
    }

    /// The line of a case of which nothing is known but what the run said at its start.
    fn row(&mut self, fold: &RunFold, case: usize, outcome: Outcome) -> CaseRow {
        let index = fold.index();
        let entry = index.and_then(|index| index.entry(case));
        let tags = entry.map(|entry| entry.tags.as_slice()).unwrap_or_default();
        CaseRow {
            suite: entry.map_or(0, |entry| entry.suite),
            name: index.map_or_else(String::new, |index| visible_line(&index.name(case))),
            outcome: OutcomeData(outcome),
            why: String::new(),
            tags: tags.iter().map(|tag| self.tags.exact(&visible_line(tag))).collect(),
            operations: Vec::new(),
            steps: Vec::new(),
            from_us: 0,
            took_us: 0,
        }
    }

    /// What the page is given.
    pub(super) fn done(
        mut self,
        fold: &RunFold,
        (brief, templates): (u64, Vec<String>),
        changes: Option<&Changes>,
        history: Option<Value>,
    ) -> RunData {
        for result in fold.results() {
            if !self.rows.contains_key(&result.case) {
                let row = self.row(fold, result.case, Outcome::Missing);
                self.rows.insert(result.case, CaseRow { why: "the run ended before it began".to_owned(), ..row });
            }
        }
        let found = fold.findings();
        let new = changes.map(|changes| changes::newly_failing(fold, changes)).unwrap_or_default();
        RunData {
            verdict: verdict_data(fold),
            facts: self.facts(fold),
            counts: fold.by_outcome().into_iter().map(|(outcome, number)| (OutcomeData(outcome), number)).collect(),
            suites: suites(fold),
            contracts: contracts(&self.coverage.coverage()),
            findings: findings(&found.found),
            ambiguities: ambiguities(&found.ambiguities),
            cases: self.rows.into_values().collect(),
            act: act(fold, &new),
            since: changes.map(changes::since),
            changes: changes.map(changed).unwrap_or_default(),
            timings: timings(fold),
            tags: self.tags.into_list(),
            operations: self.called.into_list(),
            steps: self.steps.into_list(),
            templates,
            history,
            brief,
        }
    }

    fn facts(&self, fold: &RunFold) -> Vec<(&'static str, String)> {
        let (Some(run), Some(started)) = (fold.started(), self.started) else { return Vec::new() };
        let ended = fold.took_us().map(|us| started.after(Duration::from_micros(us)));
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
            ("Started", Some(clock(started))),
            ("Ended", Some(ended.map_or_else(|| "it did not come to its end".to_owned(), clock))),
            ("Took", Some(duration(fold.took()))),
            ("Machine", Some(run.host.clone())),
            ("Proviso", Some(run.version.clone())),
        ];
        facts.into_iter().filter_map(|(name, value)| Some((name, visible_line(&value?)))).collect()
    }
}

fn changed(changes: &Changes) -> Vec<ChangeData> {
    let words = changes::in_words(changes).into_iter();
    words.map(|one| ChangeData { kind: one.kind, title: one.title, items: one.items, more: one.more }).collect()
}

/// Where a case is written.
fn place(fold: &RunFold, case: usize) -> String {
    let line = |line: Option<usize>| line.map_or_else(String::new, |line| format!(":{line}"));
    let at = fold.index().and_then(|index| Some((index.entry(case)?, index.suite(case)?)));
    at.map(|(entry, suite)| format!("{}{}", visible_line(&suite.file), line(entry.line))).unwrap_or_default()
}

/// A command that runs a case again, as it was run.
fn command(fold: &RunFold, case: usize) -> String {
    let at = fold.index().and_then(|index| Some((index.entry(case)?, index.suite(case)?)));
    let (Some((entry, suite)), Some(run)) = (at, fold.started()) else { return String::new() };
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

fn verdict_data(fold: &RunFold) -> VerdictData {
    let (counts, took) = (fold.counts(), fold.took());
    let which = counts.verdict();
    let (kind, numbers) = match which {
        Verdict::Passed => ("passed", None),
        Verdict::Failed => ("failed", Some(verdict::numbers(counts, took))),
        Verdict::Error | Verdict::Interrupted => ("error", Some(verdict::numbers(counts, took))),
    };
    let stopped = fold.interrupted().map(|stop| format!("The run was stopped: {}", visible_line(&stop.reason)));
    VerdictData {
        kind,
        word: verdict::word(which),
        sentence: verdict::sentence(counts, took),
        notes: numbers
            .into_iter()
            .chain(stopped)
            .chain(verdict::cleanups(counts))
            .chain(verdict::passed_over(counts))
            .chain(fold.clocks_differ().map(|text| crate::text::capitalised(&text)))
            .collect(),
    }
}

fn suites(fold: &RunFold) -> Vec<(String, String)> {
    let suites = fold.started().map(|run| run.suites.as_slice()).unwrap_or_default();
    suites.iter().map(|suite| (visible_line(&suite.name), stem(&suite.file))).collect()
}

/// How long operations took, the slowest first.
fn timings(fold: &RunFold) -> Vec<OperationTimes> {
    let figures = |(operation, times): (&String, &Latencies)| {
        Some(OperationTimes {
            operation: visible_line(operation),
            count: times.count(),
            p50_us: times.percentile(50)?,
            p95_us: times.percentile(95)?,
            max_us: times.percentile(100)?,
        })
    };
    let mut timings: Vec<OperationTimes> = fold.times().iter().filter_map(figures).collect();
    timings.sort_by(|a, b| b.p95_us.cmp(&a.p95_us).then_with(|| a.operation.cmp(&b.operation)));
    timings
}

/// A moment to the second. It is UTC.
fn clock(moment: Timestamp) -> String {
    moment.timestamp().strftime("%Y-%m-%d %H:%M:%S UTC").to_string()
}
