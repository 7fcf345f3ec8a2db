//! What a database gives back: runs in order, and how their cases ended.

use super::{ContractRecord, Latencies, Problem, RunRecord};
use crate::event::{Outcome, Share, Timestamp, Verdict};
use std::collections::HashMap;

/// Past runs against one environment, the oldest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Past {
    /// The environment's name.
    pub(super) environment: String,
    /// The runs.
    pub(super) runs: Vec<PastRun>,
    /// The cases that appear in them: file and name.
    pub(super) cases: Vec<(String, String)>,
    /// The problems that appear in them.
    pub(super) problems: Vec<Problem>,
    /// How cases ended, in no order.
    pub(super) results: Vec<PastResult>,
    /// How long operations took.
    pub(super) latencies: Vec<PastLatencies>,
    /// The contracts that runs were held against: a run each, as an index into [`Past::runs`].
    pub(super) contracts: Vec<(usize, ContractRecord)>,
}

impl Past {
    /// The same with a run that is just over, which then is the newest. Where it is among them already, what was known of
    /// it gives way.
    #[must_use]
    pub fn with(&self, run: &RunRecord) -> Self {
        let mut past = self.without(run);
        let number = past.runs.len();
        past.environment.clone_from(&run.environment);
        past.runs.push(PastRun {
            run: run.run.clone(),
            share: run.share.clone(),
            started: run.started,
            target: run.target.clone(),
            seed: run.seed,
            verdict: run.verdict,
        });
        let mut cases: HashMap<(String, String), usize> =
            past.cases.iter().enumerate().map(|(index, case)| (case.clone(), index)).collect();
        let mut problems: HashMap<Problem, usize> =
            past.problems.iter().enumerate().map(|(index, problem)| (problem.clone(), index)).collect();
        for record in &run.cases {
            let case = *cases.entry((record.suite.clone(), record.case.clone())).or_insert_with_key(|case| {
                past.cases.push(case.clone());
                past.cases.len() - 1
            });
            let problem = record.problem.as_ref().map(|problem| {
                *problems.entry(problem.clone()).or_insert_with_key(|problem| {
                    past.problems.push(problem.clone());
                    past.problems.len() - 1
                })
            });
            past.results.push(PastResult { run: number, case, sign: record.sign, unsteady: record.unsteady, problem });
        }
        let times = run.operations.iter();
        past.latencies.extend(times.map(|(operation, latencies)| PastLatencies {
            run: number,
            operation: operation.clone(),
            latencies: latencies.clone(),
        }));
        past.contracts.extend(run.contracts.iter().map(|contract| (number, contract.clone())));
        past
    }

    /// The same without a run, if it is the newest.
    fn without(&self, run: &RunRecord) -> Self {
        let mut past = self.clone();
        if past.runs.last().is_some_and(|last| last.run == run.run && last.share == run.share) {
            past.runs.pop();
            let number = past.runs.len();
            past.results.retain(|result| result.run != number);
            past.latencies.retain(|latencies| latencies.run != number);
            past.contracts.retain(|(of, _)| *of != number);
        }
        past
    }
}

/// A past run.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct PastRun {
    /// Its id.
    pub(super) run: String,
    /// The share of the cases that it is.
    pub(super) share: Option<Share>,
    /// When it began.
    pub(super) started: Timestamp,
    /// Where requests went, in words.
    pub(super) target: String,
    /// The seed of everything it generated, where that is known.
    pub(super) seed: Option<u64>,
    /// What it amounts to.
    pub(super) verdict: Verdict,
}

/// How a case ended in a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct PastResult {
    /// The run, as an index into [`Past::runs`].
    pub(super) run: usize,
    /// The case, as an index into [`Past::cases`].
    pub(super) case: usize,
    /// How it ended.
    pub(super) sign: Outcome,
    /// Whether it both passed and did not pass.
    pub(super) unsteady: bool,
    /// The problem, as an index into [`Past::problems`].
    pub(super) problem: Option<usize>,
}

/// How long an operation took in a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PastLatencies {
    /// The run, as an index into [`Past::runs`].
    pub(super) run: usize,
    /// The operation.
    pub(super) operation: String,
    /// How long it took.
    pub(super) latencies: Latencies,
}
