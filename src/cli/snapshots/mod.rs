//! Snapshots on disk: the folder `snapshots` below the suites' folder.

mod folder;
mod writer;

pub(super) use folder::{Stale, accept, folders_of, home, paths_in, proposal as proposed, propose, read, remove};
pub(super) use writer::Writer;

use super::files::shown;
use super::load::root_of;
use crate::diagnostic::{Code, Diagnostic};
use crate::plan::Plan;
use crate::run::{OwnedSnapshot, SnapshotMode, Snapshots, owned_snapshots};
use crate::source::Location;
use std::collections::{BTreeSet, HashMap};
use std::path::{Path, PathBuf};

/// Reads what was accepted of the snapshots that a plan's steps own.
///
/// # Errors
/// Every file that is no snapshot, and every file that two steps would own.
pub(super) fn prepare(plan: &Plan, mode: SnapshotMode) -> Result<(Snapshots, Vec<OwnedSnapshot>), Vec<Diagnostic>> {
    let owned = owned_snapshots(plan, home);
    if mode == SnapshotMode::Off {
        return Ok((Snapshots::default(), owned));
    }
    let mut problems = Vec::new();
    let mut accepted = HashMap::new();
    let mut owners: HashMap<&str, &OwnedSnapshot> = HashMap::new();
    for snapshot in &owned {
        if let Some(other) = owners.insert(&snapshot.file, snapshot) {
            problems.push(shared(other, snapshot));
            continue;
        }
        match read(Path::new(&snapshot.file)) {
            Ok(Some(stored)) => {
                accepted.insert(snapshot.file.clone(), (stored.placeholders, stored.content));
            }
            // What is to be replaced need not be read.
            Ok(None) => {}
            Err(_) if mode == SnapshotMode::Update => {}
            Err(problem) => problems.push(*problem),
        }
    }
    if problems.is_empty() { Ok((Snapshots::new(mode, owned.clone(), accepted), owned)) } else { Err(problems) }
}

fn shared(one: &OwnedSnapshot, other: &OwnedSnapshot) -> Diagnostic {
    let place = |snapshot: &OwnedSnapshot| Location {
        file: snapshot.source.clone(),
        line: snapshot.line,
        column: 1,
        length: 1,
        text: snapshot.description.clone(),
    };
    Diagnostic::new(Code::DuplicateName, format!("two snapshots would have the file {}", one.file))
        .at(place(one), "")
        .at(place(other), "")
        .next("give one of the two suites' files another name")
}

/// Snapshots that no step of the plan owns, where that can be told: the plan has every case of every suite below the
/// folders named.
pub(super) fn stale(targets: &[PathBuf], plan: &Plan, owned: &[OwnedSnapshot]) -> Stale {
    if plan.left_out > 0 {
        return Stale::default();
    }
    let owned: BTreeSet<PathBuf> = owned.iter().map(|snapshot| PathBuf::from(&snapshot.file)).collect();
    let whole = targets.iter().filter(|target| target.is_dir() && same(target, &root_of(target)));
    Stale::find(whole.map(|root| PathBuf::from(shown(&root.join(folder::NAME)))), &owned)
}

fn same(one: &Path, other: &Path) -> bool {
    one == other || one.canonicalize().ok().zip(other.canonicalize().ok()).is_some_and(|(one, other)| one == other)
}
