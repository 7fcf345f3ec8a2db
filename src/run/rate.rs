//! `--rate`: no more requests per second to one host than asked for.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tokio::time::Instant;

/// Gives out moments to send at, evenly spaced for each host.
#[derive(Debug)]
pub struct Rate {
    spacing: Duration,
    next: Mutex<HashMap<String, Instant>>,
}

impl Rate {
    /// At most so many requests per second to one host; `None` for a number that is no rate.
    #[must_use]
    pub fn per_second(requests: f64) -> Option<Self> {
        let spacing = Duration::try_from_secs_f64(1.0 / requests).ok().filter(|spacing| !spacing.is_zero())?;
        Some(Self { spacing, next: Mutex::new(HashMap::new()) })
    }

    /// How long to wait before the next request to this URL's host. The moment is taken: whoever asks must send.
    pub(super) fn wait(&self, url: &str) -> Duration {
        let host = url.split("://").nth(1).unwrap_or(url).split(['/', '?']).next().unwrap_or_default();
        let now = Instant::now();
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let at = next.get(host).copied().unwrap_or(now).max(now);
        next.insert(host.to_owned(), at + self.spacing);
        at - now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn moments_are_evenly_spaced_for_each_host() {
        let rate = Rate::per_second(10.0).unwrap();
        let wait = |url: &str| rate.wait(url).as_millis();
        assert_eq!(
            [wait("http://a/x"), wait("http://a/y"), wait("http://a/x?b=http://b"), wait("http://b/")],
            [0, 100, 200, 0]
        );
        tokio::time::sleep(Duration::from_secs(5)).await;
        assert_eq!(wait("http://a/x"), 0);
        assert!(Rate::per_second(0.0).is_none() && Rate::per_second(-1.0).is_none());
    }
}
