//! Changes for which somebody answers: the waivers of runs, by the ids of changes.

use super::{Change, Report};
use crate::suite::Waiver;
use jiff::civil::Date;

/// Waivers, and what became of them.
#[derive(Debug, Clone, Default)]
pub struct Waiving {
    /// For each change that counts, the waiver that covers it, as an index into the waivers.
    pub covered: Vec<(String, usize)>,
    /// Waivers that cannot stay.
    pub refused: Vec<(usize, Unwaived)>,
}

/// Why a waiver cannot stay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unwaived {
    /// Its last day is over.
    Expired,
    /// It covers nothing that counts.
    Unused,
}

impl Waiving {
    /// The waiver of a change.
    #[must_use]
    pub fn of(&self, change: &Change) -> Option<usize> {
        self.covered.iter().find(|(id, _)| *id == change.id).map(|(_, waiver)| *waiver)
    }
}

/// Applies waivers as they stand on a day.
#[must_use]
pub fn waive(report: &Report, waivers: &[Waiver], today: Date) -> Waiving {
    let mut waiving = Waiving::default();
    let counting: Vec<&Change> = report.changes.iter().filter(|change| change.verdict.counts()).collect();
    for (index, waiver) in waivers.iter().enumerate() {
        let about = |change: &&&Change| {
            let operation = waiver.operation.as_ref().is_none_or(|own| change.operation.as_ref() == Some(own));
            operation && (waiver.failure.is_some() || waiver.operation.is_some()) && waiver.is_about(&change.id)
        };
        let own: Vec<&&Change> = counting.iter().filter(about).collect();
        if waiver.expires < today {
            waiving.refused.push((index, Unwaived::Expired));
        } else if own.is_empty() {
            waiving.refused.push((index, Unwaived::Unused));
        } else {
            waiving.covered.extend(own.into_iter().map(|change| (change.id.clone(), index)));
        }
    }
    waiving
}
