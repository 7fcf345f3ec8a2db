//! Asking a run to stop: nothing new begins, what is under way ends.

use std::sync::Arc;
use tokio::sync::watch;

/// The reason with which a run's own limit of time stops it.
pub const OVER_TIME: &str = "the run's time is up";

/// The reason with which `--fail-fast` stops a run; such a run was not interrupted by anybody.
pub(super) const FAIL_FAST: &str = "an earlier case did not pass, and the run stops at the first";

/// A handle to ask a run to stop, and to learn that somebody did. Clones are the same handle.
#[derive(Debug, Clone)]
pub struct Stop {
    reason: Arc<watch::Sender<Option<String>>>,
}

impl Default for Stop {
    fn default() -> Self {
        Self { reason: Arc::new(watch::Sender::new(None)) }
    }
}

impl Stop {
    /// Asks the run to stop; the first reason stays. Answers whether this was the first.
    pub fn request(&self, reason: &str) -> bool {
        self.reason.send_if_modified(|current| {
            let first = current.is_none();
            if first {
                *current = Some(reason.to_owned());
            }
            first
        })
    }

    /// Why the run is to stop, if it is.
    #[must_use]
    pub fn reason(&self) -> Option<String> {
        self.reason.borrow().clone()
    }

    /// Returns when somebody asks the run to stop.
    pub async fn requested(&self) {
        // The sender lives in `self`, so the only way on is a reason.
        let _ = self.reason.subscribe().wait_for(Option::is_some).await;
    }
}
