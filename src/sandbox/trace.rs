//! What is known about one request while it is answered, for the log, the metrics and the faults.

use std::sync::{Arc, OnceLock};

use super::faults::Fault;

/// Travels with a request as an extension; each fact is written once, by whoever learns it first.
#[derive(Debug, Clone)]
pub(super) struct Trace(Arc<Facts>);

#[derive(Debug)]
struct Facts {
    operation: &'static str,
    customer: OnceLock<u64>,
    fault: OnceLock<Option<Arc<Fault>>>,
}

impl Trace {
    /// The trace of a request to an operation.
    pub(super) fn of(operation: &'static str) -> Self {
        Self(Arc::new(Facts { operation, customer: OnceLock::new(), fault: OnceLock::new() }))
    }

    /// The operation.
    pub(super) fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// Notes the fingerprint of the customer that it is about.
    pub(super) fn note_customer(&self, fingerprint: u64) {
        // A request is about one customer; a second note of it says the same.
        let _ = self.0.customer.set(fingerprint);
    }

    /// The fingerprint of the customer that it is about.
    pub(super) fn customer(&self) -> Option<u64> {
        self.0.customer.get().copied()
    }

    /// The fault to play, chosen at the first call.
    pub(super) fn fault_or_choose(&self, choose: impl FnOnce() -> Option<Arc<Fault>>) -> Option<Arc<Fault>> {
        self.0.fault.get_or_init(choose).clone()
    }

    /// The fault to play, if one was chosen.
    pub(super) fn fault(&self) -> Option<Arc<Fault>> {
        self.0.fault.get().cloned().flatten()
    }
}
