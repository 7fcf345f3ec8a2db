//! How one request wants its customer's journey to go, said beside the request by whoever owns the server.

use super::personas::Persona;
use std::time::Duration;

/// Travels with a request as an extension, in process only: nothing that comes over a socket can say it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Acts {
    /// The persona, whatever the customer's data says.
    pub persona: Option<Persona>,
    /// How long a stage that starts now stays PROCESSING.
    pub processing: Option<Duration>,
}
