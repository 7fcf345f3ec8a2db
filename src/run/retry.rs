//! Asking again for what `retry_on` names.

use super::answer::Answer;
use crate::suite::RetryOn;
use crate::text;
use crate::transport::{TransportError, TransportErrorKind};
use jiff::Timestamp;
use std::time::Duration;

/// Most times a request without a poll is sent again.
pub(super) const TIMES: u32 = 3;

/// Longest wait that `Retry-After` may ask for; a server that wants more is as good as not there.
const LONGEST: Duration = Duration::from_secs(60);

/// What a request is sent again for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Again {
    /// In words.
    pub(super) reason: String,
    /// What `Retry-After` asks for (RFC 9110, section 10.2.3), bounded.
    pub(super) after: Option<Duration>,
}

impl Again {
    /// The wait before the next attempt: what the server asks for, else 1, 2, 4 seconds at the environment's pace.
    pub(super) fn wait(&self, attempt: u32, pace: f64) -> Duration {
        let own = Duration::from_secs(1 << attempt.saturating_sub(1).min(6)).mul_f64(pace);
        self.after.unwrap_or(own)
    }
}

/// Whether a request is worth sending again because nothing complete came. One that cannot be sent will not be better the
/// next time.
pub(super) fn of_error(retry_on: &RetryOn, error: &TransportError) -> Option<Again> {
    let worth = retry_on.transport && error.kind != TransportErrorKind::Request;
    worth.then(|| Again { reason: format!("no answer: {}", error.message), after: None })
}

/// Whether a request is worth sending again because of its answer.
pub(super) fn of_answer(retry_on: &RetryOn, answer: &Answer, now: Timestamp) -> Option<Again> {
    let status = answer.response.status;
    let again = || {
        let after = answer.header("retry-after").and_then(|value| retry_after(&value, now));
        let asked = after.map(|after| format!(", Retry-After {}", text::duration(after))).unwrap_or_default();
        Again { reason: format!("status {status}{asked}"), after }
    };
    retry_on.statuses.contains(&status).then(again)
}

/// Seconds, or a date.
fn retry_after(value: &str, now: Timestamp) -> Option<Duration> {
    let wait = match value.trim().parse::<u64>() {
        Ok(seconds) => Duration::from_secs(seconds),
        Err(_) => {
            let at = jiff::fmt::rfc2822::DateTimeParser::new().parse_timestamp(value.trim()).ok()?;
            Duration::try_from(at.duration_since(now)).unwrap_or(Duration::ZERO)
        }
    };
    Some(wait.min(LONGEST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retry_after_is_seconds_or_a_date_and_is_bounded() {
        let now = "2026-03-01T10:00:00Z".parse().unwrap();
        assert_eq!(retry_after("7", now), Some(Duration::from_secs(7)));
        assert_eq!(retry_after("86400", now), Some(LONGEST));
        assert_eq!(retry_after("Sun, 01 Mar 2026 10:00:05 GMT", now), Some(Duration::from_secs(5)));
        assert_eq!(retry_after("Sun, 01 Mar 2026 09:00:00 GMT", now), Some(Duration::ZERO));
        assert_eq!(retry_after("soon", now), None);
    }

    #[test]
    fn waits_grow_and_follow_the_pace() {
        let again = Again { reason: String::new(), after: None };
        assert_eq!(again.wait(1, 1.0), Duration::from_secs(1));
        assert_eq!(again.wait(3, 0.5), Duration::from_secs(2));
    }
}
