//! What a new contract breaks: two contracts set side by side, every difference named, every break shown by a witness.
//!
//! Three questions, for every operation. *Requests*: is what the old contract allowed still allowed? *Responses*, per
//! variant: is what the new one may send what the old one promised? *Behaviour* (codes, order, polls, retries, limits,
//! rulings): is more asked of a client than before? The first two are questions about sets of values ([`schema`]), the
//! third is a table of directions ([`behaviour`]). A break comes with a witness, an exchange that is right by one contract
//! and wrong by the other, judged by the validators that judge runs ([`exchange`]). What is neither proved nor shown is
//! [`Verdict::Unsure`] and counts as a break. What only people read (samples, texts) is told as [`Verdict::Meaning`].
//!
//! Pure: `cli` reads the files and draws what is found.

mod behaviour;
mod collect;
mod exchange;
mod meaning;
mod operations;
mod request;
mod response;
pub mod rules;
mod schema;
#[cfg(test)]
mod tests;
mod waive;
pub mod whom;

pub use rules::{Level, Page, RULES, Rule, page};
pub use waive::{Unwaived, Waiving, waive};

use crate::contract::Contract;
use crate::source::{Location, Sources};
use crate::yaml::Node;
use collect::Collect;
use serde_json::Value;

/// A contract, and the document it was read from.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// The contract.
    pub contract: &'a Contract,
    /// The document's root.
    pub root: &'a Node,
}

/// What a change is to a client that keeps the old contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It breaks: shown by a witness, or more is asked of a client than before.
    Breaking,
    /// Neither proved nor shown; counts as breaking.
    Unsure,
    /// It breaks nothing.
    Compatible,
    /// Only what people read changed: samples, descriptions, the texts of rules.
    Meaning,
}

impl Verdict {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Breaking => "breaking",
            Self::Unsure => "unsure",
            Self::Compatible => "compatible",
            Self::Meaning => "meaning",
        }
    }

    /// Whether a client that keeps the old contract may break.
    #[must_use]
    pub const fn counts(self) -> bool {
        matches!(self, Self::Breaking | Self::Unsure)
    }
}

/// Which contract something is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The old one.
    Old,
    /// The new one.
    New,
}

/// An exchange, or a part of one, that is right by one contract and wrong by the other.
#[derive(Debug, Clone, PartialEq)]
pub struct Witness {
    /// What it is: `request body`, `query limit`, `response body`, `request`, `response`.
    pub what: String,
    /// The value.
    pub value: Value,
    /// The contract by which it is right.
    pub right_by: Which,
    /// What the other contract's validator says.
    pub refused: String,
}

/// One difference of two contracts.
#[derive(Debug, Clone)]
pub struct Change {
    /// The same for the same difference whatever it is said in: `getBre:response:offer:/data/offers/*/expiresAt:became-optional`.
    pub id: String,
    /// What it is to a client.
    pub verdict: Verdict,
    /// Its rule.
    pub rule: &'static Rule,
    /// The operation; absent for what belongs to none.
    pub operation: Option<String>,
    /// Which side of the operation: `request`, `response`, `code`, `poll`, `requires`...
    pub side: String,
    /// The variant of a response, or its status.
    pub variant: Option<String>,
    /// Where in the body, with `*` for an index; `query limit` for a parameter; what it is about otherwise.
    pub place: String,
    /// What the old contract says.
    pub before: String,
    /// What the new contract says.
    pub after: String,
    /// Where the old contract says it.
    pub old: Option<Location>,
    /// Where the new contract says it.
    pub new: Option<Location>,
    /// What shows it.
    pub witness: Option<Witness>,
    /// Why it is not decided, or not as bad as it looks.
    pub note: Option<String>,
    /// Ambiguities of the documentation that it touches.
    pub ambiguities: Vec<String>,
}

/// Every difference of two contracts.
#[derive(Debug, Clone)]
pub struct Report {
    /// The old contract's title and version.
    pub old: (String, String),
    /// The new contract's title and version.
    pub new: (String, String),
    /// The differences, breaking ones first, then in the order of the document.
    pub changes: Vec<Change>,
    /// How many operations both have.
    pub common: usize,
    /// Operations of the old contract that were compared or found missing.
    pub operations: usize,
}

impl Report {
    /// The changes of one verdict.
    pub fn of(&self, verdict: Verdict) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(move |change| change.verdict == verdict)
    }

    /// How many changes have a verdict.
    #[must_use]
    pub fn count(&self, verdict: Verdict) -> usize {
        self.of(verdict).count()
    }

    /// Whether the two have nothing in common and are likely not the same API.
    #[must_use]
    pub const fn is_another_api(&self) -> bool {
        self.common == 0 && self.operations > 0
    }
}

/// Compares two contracts, as far as a level goes.
#[must_use]
pub fn compare(old: Document<'_>, new: Document<'_>, sources: &Sources, level: Level) -> Report {
    let mut collect = Collect::new(old, new, sources, level);
    operations::compare(&mut collect);
    behaviour::compare(&mut collect);
    meaning::compare(&mut collect);
    collect.report()
}
