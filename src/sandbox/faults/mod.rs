//! Misbehaviour on demand: which operation, when, and what. Every fault that is played is named in the log, in the metrics and
//! in the header `x-sandbox-fault`, so nobody mistakes it for a fault of the server itself.

mod body;
mod fault_action;
mod gzip;
mod parse;
mod play;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use super::breaks::Break;
use fault_action::FaultAction;
pub use parse::FaultsError;
pub(super) use play::Dropped;

/// The faults that a server plays, first match first.
#[derive(Debug, Clone, Default)]
pub struct Faults(Vec<Arc<Fault>>);

/// One fault.
#[derive(Debug)]
pub(super) struct Fault {
    name: String,
    /// The operations it befalls; empty means all.
    operations: Vec<&'static str>,
    customer: Option<CustomerPattern>,
    when: When,
    fault_action: FaultAction,
    /// How many requests it could have befallen so far.
    met: AtomicU64,
}

/// Which of the requests that a fault could befall it does befall.
#[derive(Debug, Clone, Copy, PartialEq)]
enum When {
    /// All of them.
    Always,
    /// Only that one, counted from 1.
    Nth(u64),
    /// The first so many.
    First(u64),
    /// Every so many-th.
    Every(u64),
    /// This share of them, spread by the seed.
    Chance(f64),
}

/// A customer id, or the beginning of one.
#[derive(Debug)]
enum CustomerPattern {
    Exactly(String),
    Beginning(String),
}

impl Faults {
    /// Reads faults from YAML.
    ///
    /// ```yaml
    /// faults:
    ///   - name: slow-offers               # told in the log, the metrics and a header
    ///     operation: [getBre, triggerBre] # a name, several, or every operation if left out
    ///     when: { customer: "SLOW-*", first: 2 }
    ///     do: { latency: 2s, code: GEO-S-999 }
    /// ```
    ///
    /// `when` may name a `customer`, with a star at its end for a beginning, and one of `nth`, `first`, `every` and `chance`;
    /// requests are counted from 1 and only those that fit the rest.
    ///
    /// `do` may name, alone or together: `refuse` (a documented code, before anything changes), `retry_after` (seconds),
    /// `latency` (a duration), `reset` (the connection is closed after the request was carried out), `status`,
    /// `content_type`, `code` (any text), `set` and `remove` (by JSON pointer), `body` (any text), `gzip_bomb` (unpacked
    /// size), `truncate` (bytes sent before the connection breaks), `drip` (the pause before each byte) and `break` (a way
    /// to behave wrongly by its name, or several).
    ///
    /// The first fault that befalls a request is played. Requests are told apart by their customer, so those that name none,
    /// or are refused before theirs is looked up, meet no fault.
    ///
    /// # Errors
    ///
    /// If the text is not a list of faults.
    pub fn parse(text: &str) -> Result<Self, FaultsError> {
        parse::parse(text)
    }

    /// The ways to behave wrongly that befall every request to an operation.
    pub(super) fn standing(&self, operation: &str) -> Vec<&'static Break> {
        let always = |fault: &&Arc<Fault>| {
            let meant = fault.operations.is_empty() || fault.operations.contains(&operation);
            meant && fault.customer.is_none() && fault.when == When::Always
        };
        self.0.iter().filter(always).flat_map(|fault| fault.breaks()).copied().collect()
    }

    /// The fault that befalls a request, if any does.
    pub(super) fn choose(&self, operation: &str, customer: &str, seed: u64) -> Option<Arc<Fault>> {
        self.0.iter().find(|fault| fault.befalls(operation, customer, seed)).cloned()
    }
}

impl Fault {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The ways to behave wrongly that it brings.
    pub(super) fn breaks(&self) -> &[&'static Break] {
        &self.fault_action.breaks
    }

    fn befalls(&self, operation: &str, customer: &str, seed: u64) -> bool {
        let meant = self.operations.is_empty() || self.operations.contains(&operation);
        let concerned = self.customer.as_ref().is_none_or(|pattern| pattern.fits(customer));
        if !meant || !concerned {
            return false;
        }
        let count = self.met.fetch_add(1, Ordering::Relaxed) + 1;
        match self.when {
            When::Always => true,
            When::Nth(wanted) => count == wanted,
            When::First(many) => count <= many,
            When::Every(many) => count.is_multiple_of(many),
            When::Chance(share) => fastrand::Rng::with_seed(seed ^ count.rotate_left(32)).f64() < share,
        }
    }
}

impl CustomerPattern {
    fn fits(&self, customer: &str) -> bool {
        match self {
            Self::Exactly(id) => customer == id,
            Self::Beginning(start) => customer.starts_with(start),
        }
    }
}
