//! The time of a run: wall-clock moments that never go back, and waits.

use crate::event::Timestamp;
use std::time::Duration;
use tokio::time::Instant;

/// The time, counted from the run's start on the runtime's clock. Where that clock is paused and moved by hand, as tests
/// do, moments and waits follow it.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    origin: Timestamp,
    started: Instant,
}

impl Clock {
    /// A clock that shows `origin` now.
    #[must_use]
    pub fn starting_at(origin: Timestamp) -> Self {
        Self { origin, started: Instant::now() }
    }

    /// The current moment.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.origin.after(self.started.elapsed())
    }

    /// Time since the clock was started.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }
}

/// A duration as events write it.
#[must_use]
pub(super) fn micros(duration: Duration) -> u64 {
    u64::try_from(duration.as_micros()).unwrap_or(u64::MAX)
}

/// A duration as messages count it.
#[must_use]
pub(super) fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
