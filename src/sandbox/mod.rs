//! The embedded reference server of the Lender Prism APIs.
//!
//! It answers the sixteen documented operations the way the documentation says, keeps one journey per customer, and lets
//! callers choose what happens to a customer by documented test data. It is an island: nothing here knows the code that
//! judges it, so a mistake made in one place cannot hide the same mistake in the other. It prints nothing, reads no
//! environment and opens no file; whoever starts it hands over settings and a listener.

mod acts;
mod answer;
mod app;
mod banks;
mod breaks;
mod clock;
mod code;
mod customers;
mod details;
mod extract;
mod faults;
mod fields;
mod form;
mod ids;
mod journey;
mod log;
mod metrics;
mod observe;
mod operation;
mod personas;
mod picture;
mod problem;
mod rate;
mod routes;
mod serve;
mod settings;
mod statements;
mod store;
mod trace;
mod unstalled;
mod visit;
mod world;

pub use acts::Acts;
pub use app::app;
pub use breaks::{BREAKS, Break, Breaks};
pub use faults::{Faults, FaultsError};
pub use log::Log;
pub use operation::serves;
pub use personas::{Persona, personas_document, ways_to};
pub use serve::{dropped, serve, serve_tls};
pub use settings::{DEFAULT_KEY, Settings};
pub use store::{Store, Sync};
