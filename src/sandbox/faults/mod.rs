//! Misbehaviour on demand: which operation, when, and what. Every fault that is played is named in the log, in the metrics and
//! in the header `x-sandbox-fault`, so nobody mistakes it for a fault of the server itself.

mod body;
mod deed;
mod gzip;
mod parse;
mod play;

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use deed::Deed;
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
    deed: Deed,
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
    /// # Errors
    ///
    /// If the text is not a list of faults; the message names the line.
    pub fn parse(text: &str) -> Result<Self, String> {
        parse::parse(text)
    }

    /// The fault that befalls a request, if any does.
    pub(super) fn choose(&self, operation: &str, customer: &str, seed: u64) -> Option<Arc<Fault>> {
        self.0
            .iter()
            .find(|fault| fault.befalls(operation, customer, seed))
            .cloned()
    }
}

impl Fault {
    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    fn befalls(&self, operation: &str, customer: &str, seed: u64) -> bool {
        let meant = self.operations.is_empty() || self.operations.contains(&operation);
        let concerned = self
            .customer
            .as_ref()
            .is_none_or(|pattern| pattern.fits(customer));
        if !meant || !concerned {
            return false;
        }
        let count = self.met.fetch_add(1, Ordering::Relaxed) + 1;
        match self.when {
            When::Always => true,
            When::Nth(wanted) => count == wanted,
            When::First(many) => count <= many,
            When::Every(many) => count.is_multiple_of(many),
            When::Chance(share) => {
                fastrand::Rng::with_seed(seed ^ count.rotate_left(32)).f64() < share
            }
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
