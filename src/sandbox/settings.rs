//! What the owner of a server may choose. Every value has a default, so `Settings::default()` is a working server.

use std::time::Duration;

use jiff::Timestamp;

use super::{breaks::Breaks, faults::Faults, log::Log, personas::Persona, store::Store};

/// The API key that a server accepts unless told otherwise.
pub const DEFAULT_KEY: &str = "sandbox-key";

/// How one server behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How long every asynchronous stage (offers, banking, KYC, agreement, disbursal) stays PROCESSING.
    pub processing: Duration,
    /// The accepted `x-api-key` values. Each key is a partner of its own: customers of one do not exist for another.
    pub keys: Vec<String>,
    /// The seed of every generated id: the same calls under the same seed get the same ids, in whatever order customers
    /// take turns.
    pub seed: u64,
    /// What happens to customers whose data chooses nothing else.
    pub persona: Persona,
    /// How many times faster than real time this server's clock runs: processing, expiry and timestamps alike.
    pub time_scale: f64,
    /// The wall clock time at which this server's clock starts; the current time if none is given.
    pub origin: Option<Timestamp>,
    /// How many customers are remembered for each key. When there is one more, the one who came first is forgotten.
    pub max_customers: usize,
    /// How many requests a second are answered for each key; all of them if none is given.
    pub rate: Option<u32>,
    /// How long a request may take to arrive before it is refused.
    pub patience: Duration,
    /// The beginning of the URLs that the server hands out; made from the `Host` that a request names if none is given.
    pub public_url: Option<String>,
    /// Where the log goes: a line for every request, and for every customer who had to leave.
    pub log: Log,
    /// What the server does wrong on purpose.
    pub faults: Faults,
    /// How it behaves wrongly on purpose, towards everybody.
    pub breaks: Breaks,
    /// Whether nothing tells that it does something wrong on purpose: no header, no metric, no page of test data.
    pub discreet: bool,
    /// The file that keeps the state over a restart, if there is one.
    pub store: Option<Store>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            processing: Duration::from_millis(200),
            keys: vec![DEFAULT_KEY.to_owned()],
            seed: 0x4c65_6e64_6572,
            persona: Persona::default(),
            time_scale: 1.0,
            origin: None,
            max_customers: 100_000,
            rate: None,
            patience: Duration::from_secs(30),
            public_url: None,
            log: Log::default(),
            faults: Faults::default(),
            breaks: Breaks::default(),
            discreet: false,
            store: None,
        }
    }
}
