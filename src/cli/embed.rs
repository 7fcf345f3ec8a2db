//! Reading suites as the commands do, for tests that run them inside their own process.

use super::args::Target;
use super::load::load;
use crate::diagnostic::Diagnostic;
use crate::plan::Plan;
use bytes::Bytes;
use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// What a run needs to know from files, without a target.
#[derive(Debug)]
pub struct Runnable {
    /// What is to be run.
    pub plan: Plan,
    /// Contents of the files the plan names.
    pub files: HashMap<String, Bytes>,
    /// Environment variables.
    pub variables: Arc<HashMap<String, String>>,
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
    };
    let loaded = load(&target)?;
    Ok(Runnable { plan: loaded.plan, files: loaded.files, variables: loaded.variables })
}
