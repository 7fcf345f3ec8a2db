//! The results of a run in the plan's order, each as soon as its turn has come.
//!
//! Cases end in any order; those of one suite belong together, and two runs of one plan should read alike.

use super::index::Index;
use super::result::CaseResult;
use std::collections::BTreeMap;

/// Results in order.
#[derive(Debug, Default)]
pub(super) struct Ordered {
    /// The turn of every case, by number.
    turns: Vec<usize>,
    /// Results whose turn has not come, by their turn.
    waiting: BTreeMap<usize, CaseResult>,
    /// Those whose turn has come.
    results: Vec<CaseResult>,
}

impl Ordered {
    pub(super) fn new(index: &Index) -> Self {
        let mut order: Vec<usize> = (0..index.len()).collect();
        order.sort_by_key(|case| index.suite_number(*case));
        let mut turns = vec![0; order.len()];
        for (turn, case) in order.into_iter().enumerate() {
            turns[case] = turn;
        }
        Self { turns, waiting: BTreeMap::new(), results: Vec::new() }
    }

    /// Takes a result, and puts those in order whose turn has come.
    pub(super) fn take(&mut self, result: CaseResult) {
        // A number that no case has, or has for the second time, comes from a damaged journal.
        if let Some(turn) = self.turns.get(result.case).filter(|turn| **turn >= self.results.len()) {
            self.waiting.insert(*turn, result);
        }
        while let Some(result) = self.waiting.remove(&self.results.len()) {
            self.results.push(result);
        }
    }

    /// Puts the rest in order, and those that have no result among them.
    pub(super) fn close(&mut self, missing: impl Fn(usize) -> CaseResult) {
        let mut left: Vec<(usize, usize)> = self.turns.iter().enumerate().map(|(case, turn)| (*turn, case)).collect();
        left.retain(|(turn, _)| *turn >= self.results.len());
        left.sort_unstable();
        for (turn, case) in left {
            self.results.push(self.waiting.remove(&turn).unwrap_or_else(|| missing(case)));
        }
    }

    /// The results whose turn has come.
    pub(super) fn results(&self) -> &[CaseResult] {
        &self.results
    }

    /// The same, to be changed.
    pub(super) fn results_mut(&mut self) -> &mut [CaseResult] {
        &mut self.results
    }

    /// The result of a case that is over.
    pub(super) fn result(&self, case: usize) -> Option<&CaseResult> {
        let turn = self.turns.get(case)?;
        self.results.get(*turn).or_else(|| self.waiting.get(turn))
    }
}
