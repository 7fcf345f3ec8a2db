//! How far the server's clock is from ours, as its answers tell: a case about times fails for that, and nobody sees why.

use crate::event::Exchange;
use std::time::Duration;

/// Answers that are looked at; all of one server tell the same.
const LOOKED_AT: usize = 16;

/// What is no difference: a `Date` has whole seconds, and an answer may have been made some time ago.
const TOLERANCE: i64 = 30;

/// What answers tell of the server's clock.
#[derive(Debug, Default)]
pub(super) struct ServerClock {
    looked_at: usize,
    /// The smallest difference seen, in seconds; positive where the server's clock is ahead.
    least: Option<i64>,
}

impl ServerClock {
    /// Looks at an answer.
    pub(super) fn add(&mut self, exchange: &Exchange) {
        let Some(received) = exchange.received.as_ref().filter(|_| self.looked_at < LOOKED_AT) else { return };
        let Some((_, date)) = received.headers.iter().find(|(name, _)| name == "date") else { return };
        let Ok(date) = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(date) else { return };
        self.looked_at += 1;
        let began = exchange.started.timestamp();
        let ended = exchange.started.after(Duration::from_micros(exchange.timing.total_us)).timestamp();
        let ahead = match date {
            date if date > ended => date.as_second() - ended.as_second(),
            date if date < began => date.as_second() - began.as_second(),
            _ => 0,
        };
        let closer = |least: i64| ahead.abs() < least.abs();
        if self.least.is_none_or(closer) {
            self.least = Some(ahead);
        }
    }

    /// By how much the server's clock is ahead of ours (`true`) or behind it, where that is clear.
    pub(super) fn difference(&self) -> Option<(Ahead, Duration)> {
        let seconds = self.least.filter(|seconds| seconds.abs() >= TOLERANCE)?;
        let which = if seconds > 0 { Ahead::Server } else { Ahead::We };
        Some((which, Duration::from_secs(seconds.unsigned_abs())))
    }
}

/// Whose clock is ahead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) enum Ahead {
    /// The server's.
    Server,
    /// Ours.
    We,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::exchange;

    fn told(dates: &[&str]) -> Option<(Ahead, u64)> {
        let mut clock = ServerClock::default();
        for date in dates {
            // It was sent at 2026-03-01T02:30:00Z.
            let mut exchange = exchange("GET", 200, "{}");
            exchange.received.as_mut().unwrap().headers.push(("date".into(), (*date).into()));
            clock.add(&exchange);
        }
        clock.difference().map(|(ahead, by)| (ahead, by.as_secs()))
    }

    #[test]
    fn a_clock_that_is_clearly_off_is_told_and_an_old_answer_is_not_taken_for_one() {
        assert_eq!(told(&["Sun, 01 Mar 2026 02:30:00 GMT"]), None);
        assert_eq!(
            told(&["Sun, 01 Mar 2026 02:32:00 GMT", "Sun, 01 Mar 2026 02:32:01 GMT"]),
            Some((Ahead::Server, 120))
        );
        assert_eq!(told(&["Sun, 01 Mar 2026 02:20:00 GMT"]), Some((Ahead::We, 600)));
        assert_eq!(told(&["Sun, 01 Mar 2026 01:00:00 GMT", "Sun, 01 Mar 2026 02:29:59 GMT"]), None);
        assert_eq!(told(&["yesterday"]), None);
    }
}
