//! The request log: one JSON object per line, handed to whoever started the server.
//!
//! No line holds personal data: neither bodies nor queries are logged, and a customer is a fingerprint that tells two
//! customers apart without naming either.

use std::{fmt, sync::Arc};

use serde_json::Value;

/// Where log lines go.
#[derive(Clone, Default)]
pub struct Log(Option<Arc<Sink>>);

type Sink = dyn Fn(&str) + Send + Sync;

impl Log {
    /// A log whose lines are handed to `sink`, each without a line break. It is called on the way to an answer, so it should
    /// not wait.
    pub fn to(sink: impl Fn(&str) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(sink)))
    }

    /// Writes a line, which is made only if someone reads it.
    pub(super) fn write(&self, line: impl FnOnce() -> Value) {
        if let Some(sink) = &self.0 {
            sink(&line().to_string());
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Log(somewhere)" } else { "Log(nowhere)" })
    }
}
