//! Walks a plan and says what happens, as events. Knows no report, no file and no stream.
//!
//! What an answer comes to is judged in `judge`, how a step and a case end is decided in `verdict`, both without a trace;
//! `step` and `walk` send, wait and hand results on; `tell` is the one place that emits.

mod answer;
mod attempt;
mod capture;
mod case;
mod check;
mod clock;
mod condition;
mod contracts;
mod entries;
mod ground;
mod inbox;
mod jar;
mod judge;
mod look;
mod poll;
mod rate;
mod receive;
mod request;
mod result;
mod retry;
mod rules;
mod runner;
mod running;
mod schedule;
mod shared;
mod snapshot;
mod snapshots;
mod step;
mod stop;
mod stream;
mod tell;
mod url;
mod validate;
mod verdict;
mod waive;
mod walk;
mod watch;

pub use clock::Clock;
pub use contracts::Contracts;
pub use entries::entries;
pub use inbox::{Inbox, Incoming};
pub use rate::Rate;
pub use rules::RuleMonitor;
pub use runner::{Emit, FailFast, Runner};
pub use schedule::run;
pub use snapshots::{OwnedSnapshot, SnapshotHome, SnapshotMode, Snapshots, owned_snapshots};
pub use stop::{OVER_TIME, Stop};
pub use waive::{Scope, Waivers};
pub use watch::{Monitor, Opinion, RulesSaid, Shadow, Then, Watched, Watchers};
