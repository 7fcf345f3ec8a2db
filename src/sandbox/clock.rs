//! The server's own clock. Elapsed time comes from the runtime's timer, so a test with paused time moves it at will and
//! no background task is needed: a stage is over when someone asks late enough.

use std::time::Duration;

use jiff::{Timestamp, civil::Date, tz::Offset};
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// Starts at an origin and runs with the runtime's time, or so many times faster.
#[derive(Debug)]
pub(super) struct Clock {
    origin: Moment,
    started: Instant,
    scale: f64,
}

impl Clock {
    /// A clock that shows `origin` now and runs `scale` times as fast as the runtime's.
    pub(super) fn starting_at(origin: Moment, scale: f64) -> Self {
        Self { origin, started: Instant::now(), scale }
    }

    /// The time it shows.
    pub(super) fn now(&self) -> Moment {
        let elapsed = self.started.elapsed();
        if self.scale == 1.0 {
            return self.origin.plus(elapsed);
        }
        // A scale that makes no sense stops the clock instead of the server.
        let scaled = Duration::try_from_secs_f64(elapsed.as_secs_f64() * self.scale);
        self.origin.plus(scaled.unwrap_or_default())
    }
}

/// A point in time in microseconds since 1970, as precise as the documented timestamps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(super) struct Moment(i64);

impl From<Timestamp> for Moment {
    fn from(timestamp: Timestamp) -> Self {
        Self(timestamp.as_microsecond())
    }
}

impl Moment {
    /// The moment that much later.
    pub(super) fn plus(self, duration: Duration) -> Self {
        let micros = i64::try_from(duration.as_micros()).unwrap_or(i64::MAX);
        Self(self.0.saturating_add(micros))
    }

    /// The start of the UTC day that holds this moment.
    pub(super) fn start_of_day(self) -> Self {
        const DAY: i64 = 24 * 60 * 60 * 1_000_000;
        Self(self.0 - self.0.rem_euclid(DAY))
    }

    /// RFC 3339 in UTC with microseconds, the way offers are stamped; whole seconds are written without a fraction.
    pub(super) fn in_utc(self) -> String {
        self.timestamp().to_string()
    }

    /// RFC 3339 in Indian time with microseconds, the way disbursals are stamped.
    pub(super) fn in_india(self) -> String {
        format!("{:.6}", self.timestamp().display_with_offset(india()))
    }

    /// The calendar date in India.
    pub(super) fn date_in_india(self) -> Date {
        india().to_datetime(self.timestamp()).date()
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::MAX)
    }
}

/// India has one zone and no summer time, so a fixed offset is the whole time zone.
fn india() -> Offset {
    Offset::from_seconds(19_800).unwrap_or(Offset::UTC)
}
