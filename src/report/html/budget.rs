//! How much of a run the page keeps.
//!
//! A page of hundreds of megabytes is one that nobody can open. Details of cases that passed are kept while there is room
//! for them, and of cases that did not pass while there is more room; what is left out is said, and the journal has it.

use super::data::{CaseData, StepData};
use crate::event::Outcome;

/// Bytes up to which cases that passed keep their details: more than a run of 10,000 steps needs.
const PASSED: usize = 16 << 20;

/// Bytes up to which other cases keep theirs.
const OTHERS: usize = 96 << 20;

/// Why details of a case are not there.
const WHY: &str = "requests and responses of this case were left out to keep the report small; the journal has them";

/// Counts what is written.
#[derive(Debug)]
pub(super) struct Budget {
    spent: usize,
    brief: u64,
}

impl Budget {
    /// Nothing is written yet.
    pub(super) const fn new() -> Self {
        Self { spent: 0, brief: 0 }
    }

    /// Takes note of bytes that were written.
    pub(super) const fn spend(&mut self, bytes: usize) {
        self.spent = self.spent.saturating_add(bytes);
    }

    /// Takes note that there is no room left, however much was written.
    pub(super) const fn fill(&mut self) {
        self.spent = OTHERS;
    }

    /// How many cases had to be shortened.
    pub(super) const fn brief(&self) -> u64 {
        self.brief
    }

    /// Leaves details out where there is no room for them.
    pub(super) fn fit(&mut self, case: &mut CaseData, outcome: Outcome) {
        let room = if outcome == Outcome::Passed { PASSED } else { OTHERS };
        if self.spent < room {
            return;
        }
        self.brief += 1;
        case.brief = Some(WHY);
        case.times.iter_mut().flat_map(|time| &mut time.steps).for_each(shorten);
    }
}

/// Leaves of a step its name, its outcome, its explanations and its times.
fn shorten(step: &mut StepData) {
    let old = std::mem::take(step);
    *step = StepData {
        name: old.name,
        operation: old.operation,
        outcome: old.outcome,
        number: old.number,
        turn: old.turn,
        reason: old.reason,
        from_us: old.from_us,
        took_us: old.took_us,
        checks: old.checks,
        told: old.told,
        places: old.places,
        cleanup: old.cleanup,
        ..StepData::default()
    };
}
