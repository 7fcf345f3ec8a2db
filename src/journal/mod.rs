//! The journal: one event per line, written as things happen, and read back.
//!
//! This is where secrets stop. What the journal holds is what every report sees, live or later.

mod mask;
mod merge;
mod read;
mod seal;
mod write;

pub use merge::{MergeError, Merged, is_merged, merge};
pub use read::{Ending, Entries, ReadError, read};
pub use write::Journal;
