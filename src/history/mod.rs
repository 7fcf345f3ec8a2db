//! What past runs say: what the history keeps of each, and what can be told from many of them.
//!
//! A [`RunRecord`] is what remains of a run: how each case ended, the first broken promise of those that did not pass, and
//! how long the operations took. [`Store`] keeps records in a database that is handed in and gives a [`Picture`] of them
//! back, which is what people look at: plain data, drawn elsewhere. [`compare`] sets
//! two runs side by side, step by step.

mod changes;
mod columns;
pub mod compare;

mod latency;
mod past;
mod picture;
mod record;
mod standing;
mod store;
#[cfg(test)]
mod testing;
mod trends;

pub use changes::{Changes, ContractChange, Slower, changes};
pub use latency::Latencies;
pub use past::Past;
pub use picture::{Column, Picture, Signs, Strip, Wanted, WantedCases};
pub use record::{CaseRecord, ContractRecord, Problem, RunRecord};
pub use standing::{Since, Standing};
pub use store::{Added, Kept, Store, StoreError};
pub use trends::{Point, Quantiles, Trend};
