//! Two runs side by side, step by step: what is different in the second, and what is first.
//!
//! A [`Trace`] is what there is to compare of a run. Cases are paired by file and name, steps by their names in order, so
//! that a step put in, left out or renamed moves nothing else. Ids, times and texts differ from run to run and mean
//! nothing: compared are outcomes, codes, the shapes of requests and responses, numbers and words of lists, and only clear
//! differences in time.

mod align;
mod exchange;
mod shape;
mod step;
#[cfg(test)]
mod tests;
mod trace;

pub use exchange::ExchangeTrace;
pub use shape::Shape;
pub use step::{Difference, What};
pub use trace::{CaseTrace, StepTrace, Trace};

use super::changes::clearly_differ;
use super::record::word;
use super::{ContractChange, ContractRecord, Quantiles};
use crate::event::{Outcome, Timestamp};
use serde::Serialize;

/// Two runs side by side.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The run that is compared with.
    pub a: Side,
    /// The run that is looked at.
    pub b: Side,
    /// How many cases are the same in both.
    pub same: usize,
    /// Cases of both that are different, what became worse first.
    pub cases: Vec<CaseDifference>,
    /// Cases of the first run only.
    pub only_a: Vec<CaseName>,
    /// Cases of the second run only.
    pub only_b: Vec<CaseName>,
    /// Operations that took clearly longer or shorter as a whole, by name.
    pub operations: Vec<OperationDifference>,
    /// Contracts that are others in the second run.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub contracts: Vec<ContractChange>,
}

/// An operation that took clearly longer or shorter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OperationDifference {
    /// The operation.
    pub operation: String,
    /// What it took in the first run.
    pub a: Quantiles,
    /// What it took in the second run.
    pub b: Quantiles,
}

/// One of two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// Its id.
    pub run: String,
    /// The environment's name.
    pub environment: String,
    /// Where requests went, in words.
    pub target: String,
    /// When it began.
    pub started: Timestamp,
    /// What it amounts to: `passed`, `failed`, `troubled` or `interrupted`.
    pub verdict: &'static str,
    /// How many of its cases have a result.
    pub cases: usize,
}

/// What a case is called.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct CaseName {
    /// Its file, as reports name it.
    pub suite: String,
    /// Its name.
    pub case: String,
}

/// A case that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseDifference {
    /// The case, as the second run calls it.
    #[serde(flatten)]
    pub name: CaseName,
    /// What the first run calls it, where that is something else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub was: Option<CaseName>,
    /// How it ended in the first run.
    pub a: Outcome,
    /// How it ended in the second run.
    pub b: Outcome,
    /// Where to look first, as an index into its steps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first: Option<usize>,
    /// The steps that are different, in order.
    pub steps: Vec<StepDifference>,
}

/// A step that is different.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct StepDifference {
    /// Its name; where it has two, that of the second run.
    pub step: String,
    /// Which step it is in the first run, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub a: Option<usize>,
    /// Which step it is in the second run, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub b: Option<usize>,
    /// The contract's operation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operation: Option<String>,
    /// What is different, what weighs most first.
    pub differences: Vec<Difference>,
}

/// Sets two runs side by side.
#[must_use]
pub fn compare(a: &Trace, b: &Trace) -> Comparison {
    let pairs = align::cases(&a.cases, &b.cases);
    let mut cases: Vec<CaseDifference> = pairs.both.iter().filter_map(|(a, b)| different(a, b)).collect();
    let same = pairs.both.len() - cases.len();
    // The sort keeps the order of the run among those that weigh the same.
    cases.sort_by_key(weight);
    let names = |cases: Vec<&CaseTrace>| cases.into_iter().map(CaseTrace::name).collect();
    Comparison {
        a: side(a),
        b: side(b),
        same,
        cases,
        only_a: names(pairs.only_a),
        only_b: names(pairs.only_b),
        operations: operations(a, b),
        contracts: contracts(a, b),
    }
}

fn contracts(a: &Trace, b: &Trace) -> Vec<ContractChange> {
    let changed = |now: &ContractRecord| {
        let before = a.contracts.iter().find(|before| before.name == now.name)?;
        let other = before.digest != now.digest || before.version != now.version;
        other.then(|| ContractChange {
            name: now.name.clone(),
            before: before.version.clone(),
            now: now.version.clone(),
        })
    };
    b.contracts.iter().filter_map(changed).collect()
}

fn side(trace: &Trace) -> Side {
    Side {
        run: trace.run.clone(),
        environment: trace.environment.clone(),
        target: trace.target.clone(),
        started: trace.started,
        verdict: word(trace.verdict),
        cases: trace.cases.len(),
    }
}

fn operations(a: &Trace, b: &Trace) -> Vec<OperationDifference> {
    let both = a.operations.iter().filter_map(|(name, one)| {
        let operation = name.clone();
        Some(OperationDifference { operation, a: Quantiles::of(one)?, b: Quantiles::of(b.operations.get(name)?)? })
    });
    both.filter(|difference| clearly_differ(difference.a, difference.b)).collect()
}

/// What became worse, what became better, what is otherwise different, what is only slower or asked more often.
fn weight(case: &CaseDifference) -> u8 {
    match badness(case.b).cmp(&badness(case.a)) {
        std::cmp::Ordering::Greater => 0,
        std::cmp::Ordering::Less => 1,
        std::cmp::Ordering::Equal if !case.is_faint() => 2,
        std::cmp::Ordering::Equal => 3,
    }
}

/// How bad an ending is beside another: a case that is no longer run is worse off than one that passes.
const fn badness(sign: Outcome) -> u8 {
    match sign {
        Outcome::Passed => 0,
        Outcome::Flaky => 1,
        Outcome::Waived => 2,
        Outcome::Skipped | Outcome::Missing => 3,
        Outcome::Error => 4,
        Outcome::Failed => 5,
    }
}

impl CaseDifference {
    /// Whether nothing is different but what often is: time, attempts, names.
    #[must_use]
    pub fn is_faint(&self) -> bool {
        self.a == self.b && self.steps.iter().all(StepDifference::is_faint)
    }
}

impl StepDifference {
    fn is_faint(&self) -> bool {
        self.differences.iter().all(|difference| difference.what.is_faint())
    }
}

fn different(a: &CaseTrace, b: &CaseTrace) -> Option<CaseDifference> {
    // A case that was skipped as a whole has no steps, which is told by how it ended.
    let pairs = if a.steps.is_empty() || b.steps.is_empty() { Vec::new() } else { align::steps(&a.steps, &b.steps) };
    let steps: Vec<StepDifference> = pairs.into_iter().filter_map(|(a, b)| step::different(a, b)).collect();
    let was = (a.name() != b.name()).then(|| a.name());
    let differs = !steps.is_empty() || a.sign != b.sign || was.is_some();
    let first = steps.iter().position(|step| !step.is_faint()).or(if steps.is_empty() { None } else { Some(0) });
    differs.then(|| CaseDifference { name: b.name(), was, a: a.sign, b: b.sign, first, steps })
}
