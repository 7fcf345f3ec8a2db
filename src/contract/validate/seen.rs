//! What a run has touched of a contract so far.

use super::catalogue::{Catalogue, ThingId};
use super::index::Index;
use super::numbering::{number, number_used};
use crate::contract::Contract;
use crate::event::{Inventory, Touch, TouchedThing};
use crate::text::Fnv;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{PoisonError, RwLock};

/// Different evidence that is told of one ambiguity, at most: enough to see every reading, not every exchange.
const MOST_EVIDENCE: usize = 12;

/// Different evidence that is noted of one half of an exchange, at most.
const MOST_NOTED: usize = 100;

/// What has been touched. Shared by all cases of a run; asking takes no lock.
#[derive(Debug, Default)]
pub struct Seen {
    pub(super) catalogue: Catalogue,
    pub(super) index: Index,
    /// A bit for each [`Touch`] of every thing.
    marks: Vec<AtomicU8>,
    /// The evidence told of every ambiguity, by its hash; 0 is none.
    evidence: Vec<[AtomicU64; MOST_EVIDENCE]>,
    /// The members that a step promised and got, by their hash: they need not be looked up again.
    promised: RwLock<HashSet<u64>>,
    /// The HTTP status with which a code came first.
    statuses: RwLock<HashMap<String, u16>>,
}

impl Seen {
    /// Nothing touched yet of a contract.
    #[must_use]
    pub fn new(contract: &Contract) -> Self {
        Self::of(number(contract))
    }

    /// Nothing touched yet of a contract of which steps use these operations, as indexes into its own. Of a large contract
    /// the others are known by their names only.
    #[must_use]
    pub fn of_used(contract: &Contract, used: &BTreeSet<usize>) -> Self {
        Self::of(number_used(contract, used))
    }

    fn of((catalogue, index): (Catalogue, Index)) -> Self {
        let marks = std::iter::repeat_with(AtomicU8::default).take(catalogue.len()).collect();
        let evidence = index.ambiguities.iter().map(|_| Default::default()).collect();
        Self { catalogue, index, marks, evidence, promised: RwLock::default(), statuses: RwLock::default() }
    }

    /// What the contract documents of the operations in use, and of all others where that is not too much.
    #[must_use]
    pub fn inventory(&self, contract: &Contract) -> Inventory {
        self.catalogue.inventory(contract)
    }

    /// Whether a step promised that and got it.
    pub(super) fn was_promised(&self, key: u64) -> bool {
        self.promised.read().unwrap_or_else(PoisonError::into_inner).contains(&key)
    }

    /// Notes a thing among those that an exchange touched, unless the run has shown it already.
    pub(super) fn mark(&self, thing: ThingId, touch: Touch, touches: &mut Touches) {
        let bit = 1 << touch as u8;
        if self.marks[thing as usize].load(Ordering::Relaxed) & bit == 0 {
            touches.0.push(Touched::Thing(thing, touch));
        }
    }

    /// The other HTTP status that a code came with before, if it did; else this one is noted.
    pub(super) fn status_of(&self, code: &str, status: u16, touches: &mut Touches) -> Option<u16> {
        let first = self.statuses.read().unwrap_or_else(PoisonError::into_inner).get(code).copied();
        if first.is_none() {
            touches.0.push(Touched::Status(code.to_owned(), status));
        }
        first.filter(|first| *first != status)
    }

    /// What of the things that an exchange touched is shown for the first time in this run. From then on it is known.
    #[must_use]
    pub fn first(&self, touches: Touches) -> Vec<TouchedThing> {
        let first = |touched| match touched {
            Touched::Status(code, status) => {
                self.statuses.write().unwrap_or_else(PoisonError::into_inner).entry(code).or_insert(status);
                None
            }
            Touched::Promise(key) => {
                self.promised.write().unwrap_or_else(PoisonError::into_inner).insert(key);
                None
            }
            Touched::Thing(thing, touch) => {
                let bit = 1 << touch as u8;
                let known = self.marks[thing as usize].fetch_or(bit, Ordering::Relaxed) & bit != 0;
                (!known).then(|| self.catalogue.touched(thing, touch, None))
            }
            Touched::Evidence { ambiguity, key, words } => self.first_evidence(ambiguity, key).then(|| {
                let thing = self.index.ambiguities[ambiguity as usize].thing;
                // The bit is for coverage, the evidence for people: one event serves both.
                self.marks[thing as usize].fetch_or(1 << Touch::Seen as u8, Ordering::Relaxed);
                self.catalogue.touched(thing, Touch::Seen, Some(words))
            }),
        };
        touches.0.into_iter().filter_map(first).collect()
    }

    /// Whether there is room for more evidence of an ambiguity that concerns an operation.
    pub(super) fn asks(&self, ambiguity: u32, operation: u32) -> bool {
        let ambiguity = ambiguity as usize;
        self.evidence[ambiguity][MOST_EVIDENCE - 1].load(Ordering::Relaxed) == 0
            && self.index.ambiguities[ambiguity].concerns(operation)
    }

    /// Notes evidence of an ambiguity, unless the run has shown the same or enough. `key` is the same for the same
    /// evidence.
    pub(super) fn record_evidence(
        &self,
        ambiguity: u32,
        key: u64,
        touches: &mut Touches,
        words: impl FnOnce() -> String,
    ) {
        let key = key | 1;
        let known = self.evidence[ambiguity as usize].iter().any(|slot| slot.load(Ordering::Relaxed) == key);
        let noted = |touched: &Touched| matches!(touched, Touched::Evidence { ambiguity: of, key: noted, .. } if (*of, *noted) == (ambiguity, key));
        let many = || touches.0.iter().filter(|touched| matches!(touched, Touched::Evidence { .. })).count();
        if !known && !touches.0.iter().any(noted) && many() < MOST_NOTED {
            touches.0.push(Touched::Evidence { ambiguity, key, words: words() });
        }
    }

    /// Takes a slot for evidence, if it is new and there is one.
    fn first_evidence(&self, ambiguity: u32, key: u64) -> bool {
        for slot in &self.evidence[ambiguity as usize] {
            match slot.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed) {
                Ok(_) => return true,
                Err(there) if there == key => return false,
                Err(_) => {}
            }
        }
        false
    }
}

/// What an exchange touched of a contract, as far as the run had not shown it before. Only [`Seen::first`] can read it.
#[derive(Debug, Default)]
pub struct Touches(Vec<Touched>);

#[derive(Debug)]
enum Touched {
    Thing(ThingId, Touch),
    Promise(u64),
    Status(String, u16),
    Evidence { ambiguity: u32, key: u64, words: String },
}

impl Touches {
    /// Keeps only what was touched in a way that is wanted; evidence is something seen.
    pub fn retain(&mut self, wanted: impl Fn(Touch) -> bool) {
        self.0.retain(|touched| match touched {
            Touched::Thing(_, touch) => wanted(*touch),
            Touched::Promise(_) => wanted(Touch::Promised),
            Touched::Evidence { .. } | Touched::Status(..) => wanted(Touch::Seen),
        });
    }

    /// Notes that a step promised something and got it.
    pub(super) fn promise(&mut self, key: u64) {
        self.0.push(Touched::Promise(key));
    }
}

/// What makes one piece of evidence the same as another: a hash that is the same in every run.
#[derive(Debug, Clone, Copy)]
pub(super) struct Key(Fnv);

impl Key {
    pub(super) fn new(kind: u8) -> Self {
        Self(Fnv::default().bytes(&[kind]))
    }

    pub(super) fn with(self, text: &str) -> Self {
        Self(self.0.text(text))
    }

    pub(super) fn number(self, number: usize) -> Self {
        Self(self.0.number(number as u64))
    }

    pub(super) const fn done(self) -> u64 {
        self.0.done()
    }
}
