//! What a run has touched of a contract so far.

use super::catalogue::{Catalogue, ThingId};
use super::index::Index;
use super::numbering::number;
use crate::contract::Contract;
use crate::event::{Touch, TouchedThing};
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};

/// Different evidence that is told of one ambiguity, at most: enough to see every reading, not every exchange.
const MOST_EVIDENCE: usize = 12;

/// What has been touched. Shared by all cases of a run; asking takes no lock.
#[derive(Debug, Default)]
pub struct Seen {
    pub(super) catalogue: Catalogue,
    pub(super) index: Index,
    /// A bit for each [`Touch`] of every thing.
    marks: Vec<AtomicU8>,
    /// The evidence told of every ambiguity, by its hash; 0 is none.
    evidence: Vec<[AtomicU64; MOST_EVIDENCE]>,
}

impl Seen {
    /// Nothing touched yet of a contract.
    #[must_use]
    pub fn new(contract: &Contract) -> Self {
        let (catalogue, index) = number(contract);
        let marks = std::iter::repeat_with(AtomicU8::default).take(catalogue.len()).collect();
        let evidence = index.ambiguities.iter().map(|_| Default::default()).collect();
        Self { catalogue, index, marks, evidence }
    }

    /// Marks a thing, and tells of it when this is the first time.
    pub(super) fn mark(&self, thing: ThingId, touch: Touch, told: &mut Vec<TouchedThing>) {
        let bit = 1 << touch as u8;
        let mark = &self.marks[thing as usize];
        if mark.load(Ordering::Relaxed) & bit == 0 && mark.fetch_or(bit, Ordering::Relaxed) & bit == 0 {
            told.push(self.catalogue.touched(thing, touch, None));
        }
    }

    /// Whether there is room for more evidence of an ambiguity that concerns an operation.
    pub(super) fn asks(&self, ambiguity: u32, operation: u32) -> bool {
        let ambiguity = ambiguity as usize;
        self.evidence[ambiguity][MOST_EVIDENCE - 1].load(Ordering::Relaxed) == 0
            && self.index.ambiguities[ambiguity].concerns(operation)
    }

    /// Tells evidence of an ambiguity, unless the same was told or enough was. `key` is the same for the same evidence.
    pub(super) fn record_evidence(
        &self,
        ambiguity: u32,
        key: u64,
        told: &mut Vec<TouchedThing>,
        words: impl FnOnce() -> String,
    ) {
        let key = key | 1;
        for slot in &self.evidence[ambiguity as usize] {
            let there = match slot.load(Ordering::Relaxed) {
                0 => slot.compare_exchange(0, key, Ordering::Relaxed, Ordering::Relaxed).map_or_else(|now| now, |_| 0),
                there => there,
            };
            if there == key {
                return;
            }
            if there == 0 {
                let thing = self.index.ambiguities[ambiguity as usize].thing;
                // The bit is for coverage, the evidence for people: one event serves both.
                self.marks[thing as usize].fetch_or(1 << Touch::Seen as u8, Ordering::Relaxed);
                told.push(self.catalogue.touched(thing, Touch::Seen, Some(words())));
                return;
            }
        }
    }
}

/// A hash that is the same in every run (FNV-1a).
#[derive(Debug, Clone, Copy)]
pub(super) struct Key(u64);

impl Key {
    pub(super) const fn new(kind: u8) -> Self {
        Self(0xcbf2_9ce4_8422_2325 ^ kind as u64)
    }

    pub(super) fn with(mut self, text: &str) -> Self {
        // The last byte parts one text from the next.
        for byte in text.bytes().chain([0xff]) {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self
    }

    pub(super) const fn number(self, number: usize) -> Self {
        Self((self.0 ^ number as u64).wrapping_mul(0x0100_0000_01b3).rotate_left(17))
    }

    pub(super) const fn done(self) -> u64 {
        self.0
    }
}
