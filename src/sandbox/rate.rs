//! How often a partner may ask: so many times a second, and as many at once.

use std::sync::{Mutex, PoisonError};

use tokio::time::Instant;

/// The allowance of one partner.
#[derive(Debug)]
pub(super) struct Allowance {
    rate: f64,
    left: Mutex<(f64, Instant)>,
}

impl Allowance {
    /// So many requests a second.
    pub(super) fn per_second(rate: u32) -> Self {
        let rate = f64::from(rate.max(1));
        Self { rate, left: Mutex::new((rate, Instant::now())) }
    }

    /// Takes one request off, or tells that there is none left.
    pub(super) fn take(&self) -> bool {
        let mut left = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        let (requests, since) = *left;
        let requests = (requests + self.rate * (now - since).as_secs_f64()).min(self.rate);
        let granted = requests >= 1.0;
        *left = (if granted { requests - 1.0 } else { requests }, now);
        granted
    }
}
