//! What is remembered of one rule for exchanges that belong together. Its size does not grow with their number.

use super::exchange::Witness;
use crate::event::Timestamp;
use serde_json::Value;
use std::sync::Arc;

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was seen that makes it due.
    NotDue,
    /// Something must still come; by when, where that is said.
    DueBy(Option<Timestamp>),
    /// Nothing broke it so far, and something still can.
    KeptSoFar,
    /// It was kept so often.
    Kept(u32),
    /// It was broken so often.
    Broken(u32),
}

impl Standing {
    /// The worse of two, where one rule stands in several ways for one customer; counts of one kind are added.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let rank = |standing: Self| match standing {
            Self::NotDue => 0,
            Self::Kept(_) => 1,
            Self::KeptSoFar => 2,
            Self::DueBy(_) => 3,
            Self::Broken(_) => 4,
        };
        match (self, other) {
            (Self::Kept(left), Self::Kept(right)) => Self::Kept(left + right),
            (Self::Broken(left), Self::Broken(right)) => Self::Broken(left + right),
            _ if rank(self) >= rank(other) => self,
            _ => other,
        }
    }
}

/// An earlier exchange that a rule speaks of.
#[derive(Debug)]
pub(super) struct Remembered {
    pub(super) witness: Arc<Witness>,
    /// What expressions name of it.
    pub(super) value: Arc<Value>,
    /// The values at each place that the rule names of it, in the order of the places.
    pub(super) places: Vec<Arc<Vec<Value>>>,
}

/// One rule for exchanges that belong together.
#[derive(Debug, Clone, Default)]
pub(super) struct State {
    pub(super) kept: u32,
    pub(super) broken: u32,
    /// The earlier exchanges, in the order of [`Rule::with`](super::Rule::with).
    pub(super) with: Option<Box<[Option<Arc<Remembered>>]>>,
    pub(super) progress: Option<Box<Progress>>,
}

/// How far a form of more than one exchange has come.
#[derive(Debug, Clone)]
pub(super) enum Progress {
    /// `precedes`: what has to come before was seen, with the values it gave.
    Seen(Arc<Witness>, Option<Arc<Vec<Value>>>),
    /// `never-after`: what nothing may come after was seen.
    Armed {
        by: Arc<Witness>,
        /// Whether something came after it all the same.
        broken: bool,
    },
    /// `responds`: waiting since then, until then.
    Waiting(Arc<Witness>, Option<Timestamp>),
    /// `paced`: the exchange before, and whether its answer asks for another.
    Last(Arc<Witness>, bool),
    /// `repeats`.
    Trying(Trying),
    /// `one-of`.
    Way {
        /// What made it due.
        due: Option<Arc<Witness>>,
        gone: Option<(usize, Arc<Witness>)>,
    },
    /// `stays`: the value that is final.
    Final(Arc<Value>, Arc<Witness>),
}

/// Tries after failures.
#[derive(Debug, Clone, Default)]
pub(super) struct Trying {
    /// The failure that was not yet followed by another try.
    pub(super) failed: Option<Arc<Witness>>,
    /// How often it was tried again.
    pub(super) tries: u32,
    /// Whether a try was wrong, so that the whole is not kept.
    pub(super) broken: bool,
}
