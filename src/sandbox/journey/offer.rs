//! Offers: how much, for how long, at what price, until when.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::super::{clock::Moment, ids::Id};

/// One way to take up an offer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(in crate::sandbox) struct Slab {
    /// The least amount.
    pub(in crate::sandbox) min_amount: u32,
    /// The greatest amount.
    pub(in crate::sandbox) max_amount: u32,
    /// The months to repay it in.
    pub(in crate::sandbox) tenure: u8,
    /// The yearly interest in percent.
    pub(in crate::sandbox) interest: f64,
}

/// What a lender offers to a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::sandbox) struct Offer {
    /// Its id.
    pub(in crate::sandbox) id: Id,
    /// When it was made.
    pub(in crate::sandbox) created: Moment,
    /// When it lapses.
    pub(in crate::sandbox) expires: Moment,
    ceiling: u32,
}

/// How long an ordinary offer stands.
const VALIDITY: Duration = Duration::from_secs(30 * 24 * 60 * 60);

impl Offer {
    /// An offer that stands for a month, up to a midnight.
    pub(in crate::sandbox) fn standing(id: Id, created: Moment, ceiling: u32) -> Self {
        Self { id, created, expires: created.plus(VALIDITY).start_of_day(), ceiling }
    }

    /// An offer that has lapsed by the time anyone sees it.
    pub(in crate::sandbox) fn lapsed(id: Id, created: Moment, ceiling: u32) -> Self {
        Self { id, created, expires: created, ceiling }
    }

    /// Whether it can no longer be accepted.
    pub(in crate::sandbox) fn is_expired(&self, now: Moment) -> bool {
        now >= self.expires
    }

    /// The ways to take it up: the longer, the more, and the dearer.
    pub(in crate::sandbox) fn slabs(&self) -> [Slab; 3] {
        let half = self.ceiling / 2;
        [
            Slab { min_amount: 25_000, max_amount: half, tenure: 6, interest: 24.0 },
            Slab { min_amount: half, max_amount: self.ceiling, tenure: 12, interest: 25.0 },
            Slab { min_amount: half, max_amount: self.ceiling + half, tenure: 24, interest: 26.5 },
        ]
    }

    /// The slab that a choice falls into: the amount between its bounds, at most its months, its interest (A35).
    pub(in crate::sandbox) fn slab_for(&self, amount: f64, tenure: f64, interest: f64) -> Option<Slab> {
        self.slabs().into_iter().find(|slab| {
            (f64::from(slab.min_amount)..=f64::from(slab.max_amount)).contains(&amount)
                && (1.0..=f64::from(slab.tenure)).contains(&tenure)
                && tenure.fract() == 0.0
                && interest == slab.interest
        })
    }
}
