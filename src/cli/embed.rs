//! Reading suites as the commands do, for tests that run them inside their own process.

use super::args::Target;
use super::load::{Purpose, load};
use super::snapshots::prepare;
use crate::diagnostic::Diagnostic;
use crate::expr::{Files, Variables};
use crate::plan::Plan;
use crate::run::{SnapshotMode, Snapshots};
use std::path::PathBuf;
use std::sync::Arc;

/// What a run needs to know from files, without a target.
pub struct Runnable {
    /// What is to be run.
    pub plan: Plan,
    /// Contents of files.
    pub files: Arc<dyn Files>,
    /// Environment variables.
    pub variables: Arc<Variables>,
    /// What was accepted of responses; nothing new is.
    pub snapshots: Arc<Snapshots>,
}

/// Reads suite files, or folders of them; without an environment the one of the reference server is taken.
///
/// # Errors
/// Every problem of every file.
pub fn read(suites: &[PathBuf], environment: Option<&str>) -> Result<Runnable, Vec<Diagnostic>> {
    let loaded = load(&Target::of(suites, environment), Purpose::default())?;
    let (snapshots, _) = prepare(&loaded.plan, SnapshotMode::Refuse)?;
    let snapshots = Arc::new(snapshots);
    Ok(Runnable { plan: loaded.plan, files: Arc::new(loaded.files), variables: loaded.variables, snapshots })
}
