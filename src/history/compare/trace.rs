//! What there is to compare of a run.

use super::{CaseName, ExchangeTrace};
use crate::event::{Outcome, Timestamp, Verdict};
use crate::history::{ContractRecord, Latencies};
use std::collections::BTreeMap;

/// A run, with of every exchange what can be compared.
#[derive(Debug, Clone, PartialEq)]
pub struct Trace {
    /// The run's id.
    pub run: String,
    /// The environment's name.
    pub environment: String,
    /// Where requests went, in words.
    pub target: String,
    /// When it began.
    pub started: Timestamp,
    /// What it amounts to.
    pub verdict: Verdict,
    /// The cases that have a result, in the run's order.
    pub cases: Vec<CaseTrace>,
    /// How long the operations took.
    pub operations: BTreeMap<String, Latencies>,
    /// The contracts it was held against.
    pub contracts: Vec<ContractRecord>,
}

/// A case; of several rounds the first of the worst.
#[derive(Debug, Clone, PartialEq)]
pub struct CaseTrace {
    /// Its file, as reports name it.
    pub suite: String,
    /// Its name.
    pub case: String,
    /// How it ended.
    pub sign: Outcome,
    /// Its steps, in order, cleanup last.
    pub steps: Vec<StepTrace>,
}

/// A step; where it was done several times, the last time.
#[derive(Debug, Clone, PartialEq)]
pub struct StepTrace {
    /// Which step it is, from 1.
    pub number: usize,
    /// Its name, flows before it.
    pub name: String,
    /// The contract's operation.
    pub operation: Option<String>,
    /// Whether it is one of the cleanup.
    pub cleanup: bool,
    /// How it ended.
    pub sign: Outcome,
    /// What was wrong, by the names that are the same in every run.
    pub problems: Vec<String>,
    /// How many attempts it took.
    pub attempts: u32,
    /// Whether it waited for an answer to change.
    pub polled: bool,
    /// How often it was done, in a group that is repeated.
    pub turns: Option<u32>,
    /// The final exchange, if it came to one.
    pub exchange: Option<ExchangeTrace>,
}

impl CaseTrace {
    /// What it is called.
    #[must_use]
    pub fn name(&self) -> CaseName {
        CaseName { suite: self.suite.clone(), case: self.case.clone() }
    }
}
