//! What the contract does not say, and where it contradicts itself: a fold of events.

mod fold;

pub use fold::FindingsFold;

pub use super::fold::Where;
use crate::event::{Ambiguity, Finding, Grade};
use crate::text::{count, visible_line};

/// What runs found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Findings {
    /// What the contract does not say, in the order it was met.
    pub found: Vec<FoundThing>,
    /// The ambiguities that were touched, in the contract's order.
    pub ambiguities: Vec<TouchedAmbiguity>,
}

/// Something that the contract does not say, however often it came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundThing {
    /// The finding as it came first, with the worst grade it had anywhere.
    pub finding: Finding,
    /// In how many exchanges it came.
    pub count: usize,
    /// Where it came first.
    pub first: Where,
}

/// An ambiguity that was touched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedAmbiguity {
    /// The contract, by the name suites use.
    pub contract: String,
    /// What the documentation says, and the rulings applied.
    pub ambiguity: Ambiguity,
    /// Where it was touched first.
    pub first: Where,
    /// What was seen that speaks for a reading, in the order it was met.
    pub evidence: Vec<Evidence>,
}

/// What speaks for a reading of an ambiguity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// What was seen, in words.
    pub what: String,
    /// Where it comes from, and how often it came where that is counted.
    pub from: EvidenceFrom,
    /// Where it came first.
    pub first: Where,
}

/// What kind of evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EvidenceFrom {
    /// An exchange; further ones with the same evidence are not told.
    Exchange,
    /// A finding with this id, in so many exchanges.
    Finding(String, usize),
    /// A broken promise with this id, in so many steps.
    Violation(String, usize),
}

/// The word for a grade in files that programs read.
pub(super) const fn grade(grade: Grade) -> &'static str {
    match grade {
        Grade::Warn => "warning",
        Grade::Error => "error",
    }
}

impl FoundThing {
    /// It in one line: `/data/x is not documented, 3 times, first in a › b › c: undocumented-field:…`.
    pub(super) fn line(&self) -> String {
        let Finding { id, what, .. } = &self.finding;
        visible_line(&format!("{what}, {}, first in {}: {id}", count(self.count, "time"), self.first))
    }
}

impl Findings {
    /// How many findings have a grade.
    #[must_use]
    pub fn graded(&self, grade: Grade) -> usize {
        self.found.iter().filter(|thing| thing.finding.grade == grade).count()
    }
}

#[cfg(test)]
mod tests;
