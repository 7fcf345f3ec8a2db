//! How long servers keep a connection that nothing goes over, as they say in `Keep-Alive: timeout=5` (RFC 2068, section
//! 19.7.1): a connection that is about to be closed is not sent over.

use http::{HeaderMap, HeaderName};
use std::collections::HashMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const KEEP_ALIVE: HeaderName = HeaderName::from_static("keep-alive");

/// What the time on the way and a busy machine may cost.
const MARGIN: Duration = Duration::from_secs(1);

/// What servers have said, by host and port.
#[derive(Debug, Default)]
pub(super) struct Announced {
    /// Whether any has said anything: most never do, and then nothing is looked up.
    any: AtomicBool,
    by_server: Mutex<HashMap<String, Duration>>,
}

impl Announced {
    /// How long connections to a server may be kept; `None` where it has said nothing.
    pub(super) fn for_server(&self, server: impl FnOnce() -> String) -> Option<Duration> {
        if !self.any.load(Ordering::Acquire) {
            return None;
        }
        self.by_server.lock().ok()?.get(&server()).copied()
    }

    /// Takes note of what an answer says. The shortest time counts: there may be several machines behind one name.
    pub(super) fn note(&self, headers: &HeaderMap, server: impl FnOnce() -> String) {
        let Some(said) = headers.get(KEEP_ALIVE).and_then(|value| timeout(value.to_str().ok()?)) else { return };
        let keep = said.saturating_sub(MARGIN).max(said / 2);
        if let Ok(mut known) = self.by_server.lock() {
            let shortest = known.entry(server()).or_insert(keep);
            *shortest = keep.min(*shortest);
            self.any.store(true, Ordering::Release);
        }
    }
}

/// The timeout in the value of a `keep-alive` header.
fn timeout(value: &str) -> Option<Duration> {
    let seconds = value.split(',').find_map(|part| {
        let (name, seconds) = part.split_once('=')?;
        name.trim().eq_ignore_ascii_case("timeout").then(|| seconds.trim().trim_matches('"').parse().ok())?
    })?;
    Some(Duration::from_secs(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::HeaderValue;

    #[test]
    fn the_shortest_time_that_a_server_says_counts_less_a_margin() {
        let announced = Announced::default();
        let one = || "a.test:80".to_owned();
        let say = |value: &'static str| {
            announced.note(&HeaderMap::from_iter([(KEEP_ALIVE, HeaderValue::from_static(value))]), one);
            announced.for_server(one)
        };
        assert_eq!(say("max=100"), None);
        assert_eq!(say("timeout=x"), None);
        assert_eq!(say("timeout=60, max=100"), Some(Duration::from_secs(59)));
        assert_eq!(say("max=7, Timeout = 5"), Some(Duration::from_secs(4)));
        assert_eq!(say("timeout=60"), Some(Duration::from_secs(4)));
        assert_eq!(say("timeout=1"), Some(Duration::from_millis(500)));
        assert_eq!(announced.for_server(|| "b.test:80".to_owned()), None);
    }
}
