//! Reading suites as the commands do, for tests that run them inside their own process.

use super::args::{Partitioning, Target};
use super::load::load;
use crate::diagnostic::Diagnostic;
use crate::expr::{Files, Variables};
use crate::plan::{Order, Partition, Plan};
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
}

/// Reads suite files, or folders of them; without an environment the one of the reference server is taken.
///
/// # Errors
/// Every problem of every file.
pub fn read(suites: &[PathBuf], environment: Option<&str>) -> Result<Runnable, Vec<Diagnostic>> {
    let target = Target {
        suites: suites.to_vec(),
        env: environment.map(str::to_owned),
        base_url: None,
        tags: Vec::new(),
        texts: Vec::new(),
        partition: Partitioning::Given(Partition::Whole),
        vars: Vec::new(),
        resolve: Vec::new(),
        ca: None,
        secrets: None,
    };
    let loaded = load(&target, Order::AsWritten)?;
    Ok(Runnable { plan: loaded.plan, files: Arc::new(loaded.files), variables: loaded.variables })
}
