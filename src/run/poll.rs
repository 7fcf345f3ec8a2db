//! Poll-until as a state machine: an answer goes in, what to do next comes out. It never waits and never looks at a clock.

use super::retry::Again;
use crate::event::{Found, Seen};
use crate::source::Span;
use std::time::Duration;

/// What an answer means to a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// The condition holds.
    Done,
    /// It can no longer hold; why, in words, and what of the suite says so.
    Hopeless(String, Span),
    /// It does not hold yet; what was seen where the poll looked.
    NotYet(Vec<Found>),
    /// There was no answer to read, and the step asks again for such; how long the server asks to wait.
    Unread(Option<Duration>),
}

/// What to do after an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Next {
    /// This was the final attempt: expect and capture.
    Judge,
    /// Stop: it can no longer turn good.
    Hopeless(String, Span),
    /// Wait so long, then ask again.
    Wait(Duration),
    /// Wait as that says, then send the same again.
    Again(Again),
    /// Stop: the next attempt would begin after the limit.
    GiveUp(Vec<Found>),
}

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

    /// Takes an answer that came `elapsed` after the first attempt began and was made `asked` after it. The limit
    /// covers attempts and waits together; an attempt that could only begin after it is not made, and its wait not
    /// waited.
    pub(super) fn take(&mut self, reading: Reading, asked: Duration, elapsed: Duration, what: String) -> Next {
        self.see(what, asked);
        let (found, wait) = match reading {
            Reading::Done => return Next::Judge,
            Reading::Hopeless(why, span) => return Next::Hopeless(why, span),
            Reading::NotYet(found) => (found, self.every),
            Reading::Unread(after) => (Vec::new(), after.map_or(self.every, |after| after.max(self.every))),
        };
        if elapsed + wait > self.within { Next::GiveUp(found) } else { Next::Wait(wait) }
    }

    /// What was seen over time.
    pub(super) fn into_history(self) -> Vec<Seen> {
        self.history
    }

    fn see(&mut self, what: String, at: Duration) {
        let at = u64::try_from(at.as_millis()).unwrap_or(u64::MAX);
        match self.history.last_mut() {
            Some(last) if last.what == what => {
                last.times += 1;
                last.to_ms = at;
            }
            _ => self.history.push(Seen { what, times: 1, from_ms: at, to_ms: at }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    fn not_yet() -> Reading {
        Reading::NotYet(Vec::new())
    }

    #[test]
    fn it_waits_only_between_attempts_and_never_past_the_limit() {
        let mut polling = Polling::new(seconds(5), seconds(12));
        assert_eq!(polling.take(not_yet(), seconds(0), seconds(0), "P".into()), Next::Wait(seconds(5)));
        assert_eq!(polling.take(not_yet(), seconds(5), seconds(6), "P".into()), Next::Wait(seconds(5)));
        assert_eq!(polling.take(not_yet(), seconds(11), seconds(11), "P".into()), Next::GiveUp(Vec::new()));
    }

    #[test]
    fn an_attempt_exactly_at_the_limit_is_still_made() {
        let mut polling = Polling::new(seconds(5), seconds(10));
        assert_eq!(polling.take(not_yet(), seconds(5), seconds(5), "P".into()), Next::Wait(seconds(5)));
        assert_eq!(polling.take(Reading::Done, seconds(10), seconds(10), "S".into()), Next::Judge);
    }

    #[test]
    fn a_wait_that_the_server_asks_for_counts_against_the_limit() {
        let mut polling = Polling::new(seconds(5), seconds(20));
        let unread = |after| Reading::Unread(Some(seconds(after)));
        assert_eq!(polling.take(unread(9), seconds(0), seconds(0), "429".into()), Next::Wait(seconds(9)));
        assert_eq!(polling.take(unread(1), seconds(9), seconds(9), "429".into()), Next::Wait(seconds(5)));
        assert_eq!(polling.take(unread(60), seconds(14), seconds(14), "429".into()), Next::GiveUp(Vec::new()));
    }

    #[test]
    fn equal_answers_in_a_row_are_one_stretch() {
        let mut polling = Polling::new(seconds(1), seconds(100));
        for (second, what) in ["A", "A", "B", "A"].iter().enumerate() {
            polling.take(not_yet(), seconds(second as u64), seconds(second as u64), (*what).into());
        }
        let stretches: Vec<_> =
            polling.into_history().into_iter().map(|s| (s.what, s.times, s.from_ms, s.to_ms)).collect();
        assert_eq!(stretches, [("A".into(), 2, 0, 1000), ("B".into(), 1, 2000, 2000), ("A".into(), 1, 3000, 3000)]);
    }
}
