//! Which documented things a run touched, and which not: a fold of its events.
//!
//! What there is to touch comes from [`Inventory`](crate::event::Inventory), what was touched from
//! [`Touched`](crate::event::Touched), what broke also from the failures of steps. Events of several runs may follow each
//! other: what any of them touched is touched.

mod demand;
#[cfg(test)]
pub(super) mod fixture;
mod fold;
mod gaps;
mod json;
mod never;
mod reach;
mod scope;
mod screen;
mod table;

pub use demand::{Demand, Unmet};
pub use fold::CoverageFold;
pub use json::to_json;
pub use never::NeverCame;
pub use reach::Knowledge;
pub use scope::Scope;
pub use screen::{Depth, Screen};

pub use super::fold::Where;
use crate::event::{Ambiguity, Share, ThingKind};
use serde::Serialize;

/// What the runs touched.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The runs, in the order they were read.
    pub runs: Vec<RunRead>,
    /// Their contracts, in the order they were met; none when no suite names one.
    pub contracts: Vec<ContractCoverage>,
}

/// A run that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRead {
    /// Its id.
    pub run: String,
    /// Its environment.
    pub environment: String,
    /// Its share of the cases, where there are several.
    pub share: Option<Share>,
    /// How it ended.
    pub ending: RunEnding,
    /// How many contracts its suites name.
    pub contracts: usize,
}

/// How a run ended, as far as coverage goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunEnding {
    /// It came to its end.
    Complete,
    /// It was stopped: what comes later was not run.
    Stopped,
    /// It has no end: it was killed, or goes on.
    Killed,
}

/// What was touched of one contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContractCoverage {
    /// The contract, by the name suites use.
    pub name: String,
    /// Its title.
    pub title: String,
    /// Its version; several where the runs had different ones.
    pub versions: Vec<String>,
    /// Everything documented, in the contract's order.
    pub groups: Vec<GroupCoverage>,
    /// Where the documentation contradicts itself or is silent.
    pub ambiguities: Vec<Ambiguity>,
    /// Documented variants and members of responses that never came, although what they belong to did.
    pub never_came: Vec<NeverCame>,
    /// Names that were touched and are not documented: the journal does not fit together.
    pub unlisted: Vec<String>,
}

/// Documented things of one kind and one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupCoverage {
    /// What they are.
    pub kind: ThingKind,
    /// Their operation; absent for what belongs to none.
    pub operation: Option<String>,
    /// The things.
    pub rows: Vec<Row>,
}

/// A documented thing, and who touched it first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Its name, unique in the group.
    pub name: String,
    /// What it means, where that is documented.
    pub meaning: Option<String>,
    /// A step promised it by name, and it came.
    pub exercised: Option<Where>,
    /// It went over the wire; also where it was exercised.
    pub seen: Option<Where>,
    /// It came broken.
    pub violated: Option<Where>,
}

/// How many of what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Numbers {
    /// How many the contract documents.
    pub documented: usize,
    /// How many a suite promised by name, and got.
    pub exercised: usize,
    /// How many went over the wire; these are covered.
    pub seen: usize,
    /// How many came broken.
    pub violated: usize,
}

/// All kinds, in the order of reports.
pub const KINDS: [ThingKind; 8] = [
    ThingKind::Operation,
    ThingKind::Code,
    ThingKind::Status,
    ThingKind::Variant,
    ThingKind::Field,
    ThingKind::Value,
    ThingKind::Ambiguity,
    ThingKind::Rule,
];

/// The name of a kind for people, in the plural: `codes`.
#[must_use]
pub const fn plural(kind: ThingKind) -> &'static str {
    match kind {
        ThingKind::Operation => "operations",
        ThingKind::Code => "codes",
        ThingKind::Status => "statuses",
        ThingKind::Variant => "variants",
        ThingKind::Field => "fields",
        ThingKind::Value => "values",
        ThingKind::Ambiguity => "ambiguities",
        ThingKind::Rule => "rules",
    }
}

impl Numbers {
    /// Counts these things.
    #[must_use]
    pub fn of<'r>(rows: impl IntoIterator<Item = &'r Row>) -> Self {
        rows.into_iter().fold(Self::default(), |sum, row| Self {
            documented: sum.documented + 1,
            exercised: sum.exercised + usize::from(row.exercised.is_some()),
            seen: sum.seen + usize::from(row.seen.is_some()),
            violated: sum.violated + usize::from(row.violated.is_some()),
        })
    }

    /// How many of a hundred documented things were seen, never rounded up: 100 is all of them. Nothing where nothing is
    /// documented.
    #[must_use]
    pub const fn percent(self) -> Option<usize> {
        (self.seen * 100).checked_div(self.documented)
    }
}

impl ContractCoverage {
    /// The numbers of a kind, all operations together.
    #[must_use]
    pub fn numbers(&self, kind: ThingKind) -> Numbers {
        Numbers::of(self.groups.iter().filter(|group| group.kind == kind).flat_map(|group| &group.rows))
    }

    /// The numbers of a kind for one operation; of what belongs to none without one.
    #[must_use]
    pub fn numbers_of(&self, kind: ThingKind, operation: Option<&str>) -> Numbers {
        let of_it = |group: &&GroupCoverage| group.kind == kind && group.operation.as_deref() == operation;
        Numbers::of(self.groups.iter().filter(of_it).flat_map(|group| &group.rows))
    }

    /// The operations, in the contract's order.
    pub fn operations(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().filter(|group| group.kind == ThingKind::Operation).flat_map(|group| &group.rows)
    }
}

#[cfg(test)]
mod tests;
