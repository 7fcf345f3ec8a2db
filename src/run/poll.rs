//! A poll over time: what was seen, and whether there is time to ask again. It never waits and never looks at a clock.

use crate::event::Seen;
use std::time::Duration;

/// A poll under way.
#[derive(Debug)]
pub(super) struct Polling {
    every: Duration,
    within: Duration,
    history: Vec<Seen>,
}

impl Polling {
    pub(super) const fn new(every: Duration, within: Duration) -> Self {
        Self { every, within, history: Vec::new() }
    }

    /// The wait before the next attempt, `elapsed` after the first began; `after` is the wait that the server asks for.
    /// `None` when the next attempt could only begin after the limit, which covers attempts and waits together: then it
    /// is not made, and its wait not waited.
    pub(super) fn next_wait(&self, elapsed: Duration, after: Option<Duration>) -> Option<Duration> {
        let wait = after.map_or(self.every, |after| after.max(self.every));
        (elapsed + wait <= self.within).then_some(wait)
    }

    /// Takes note of what an attempt saw that was made so long after the first.
    pub(super) fn see(&mut self, what: String, at: Duration) {
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        match self.history.last_mut() {
            Some(last) if last.what == what => {
                last.times += 1;
                last.to_ms = at;
            }
            _ => self.history.push(Seen { what, times: 1, from_ms: at, to_ms: at }),
        }
    }

    /// What was seen over time.
    pub(super) fn into_history(self) -> Vec<Seen> {
        self.history
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn it_waits_only_between_attempts_and_never_past_the_limit() {
        let polling = Polling::new(seconds(5), seconds(12));
        assert_eq!(polling.next_wait(seconds(0), None), Some(seconds(5)));
        assert_eq!(polling.next_wait(seconds(6), None), Some(seconds(5)));
        assert_eq!(polling.next_wait(seconds(11), None), None);
    }

    #[test]
    fn an_attempt_exactly_at_the_limit_is_still_made() {
        assert_eq!(Polling::new(seconds(5), seconds(10)).next_wait(seconds(5), None), Some(seconds(5)));
    }

    #[test]
    fn a_wait_that_the_server_asks_for_counts_against_the_limit() {
        let polling = Polling::new(seconds(5), seconds(20));
        assert_eq!(polling.next_wait(seconds(0), Some(seconds(9))), Some(seconds(9)));
        assert_eq!(polling.next_wait(seconds(9), Some(seconds(1))), Some(seconds(5)));
        assert_eq!(polling.next_wait(seconds(14), Some(seconds(60))), None);
    }

    #[test]
    fn equal_answers_in_a_row_are_one_stretch() {
        let mut polling = Polling::new(seconds(1), seconds(100));
        for (second, what) in ["A", "A", "B", "A"].iter().enumerate() {
            polling.see((*what).into(), seconds(second as u64));
        }
        let stretches: Vec<_> =
            polling.into_history().into_iter().map(|s| (s.what, s.times, s.from_ms, s.to_ms)).collect();
        assert_eq!(stretches, [("A".into(), 2, 0, 1000), ("B".into(), 1, 2000, 2000), ("A".into(), 1, 3000, 3000)]);
    }
}
