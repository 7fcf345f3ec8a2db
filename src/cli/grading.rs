//! The files that say how findings are graded and which failures are waived.

use super::args;
use super::files::{shown, unreadable_of};
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources};
use crate::suite::{Policy, Strictness, Waiver, read_policy, read_waivers};
use std::path::Path;

/// How findings are graded, and what is waived.
pub(super) struct Grading {
    pub(super) policy: Policy,
    pub(super) waivers: Vec<Waiver>,
}

/// Reads what the command line names.
pub(super) fn read(args: &args::Run) -> Result<Grading, Vec<Diagnostic>> {
    let policy =
        args.policy.as_deref().map_or_else(|| Ok(Policy::default()), |path| file("--policy", path, read_policy));
    let waivers = args.waivers.as_deref().map_or_else(|| Ok(Vec::new()), |path| file("--waivers", path, read_waivers));
    let strictness = if args.strict { Strictness::Strict } else { Strictness::Lenient };
    match (policy, waivers) {
        (Ok(policy), Ok(waivers)) => Ok(Grading { policy: policy.with(strictness), waivers }),
        (policy, waivers) => Err([policy.err(), waivers.err()].into_iter().flatten().flatten().collect()),
    }
}

fn file<T>(
    flag: &str,
    path: &Path,
    read: impl Fn(&Sources, FileId) -> Result<T, Vec<Diagnostic>>,
) -> Result<T, Vec<Diagnostic>> {
    let text = std::fs::read_to_string(path).map_err(|error| vec![unreadable_of(flag, path, &error)])?;
    let mut sources = Sources::default();
    let id = sources.add(shown(path), text);
    read(&sources, id)
}
