//! Bank statements: which files are statements at all, and whether they can be used.

mod analysis;
mod file;
mod period;

pub(super) use analysis::{Request, analyse};
pub(super) use file::{Statement, UploadType};
