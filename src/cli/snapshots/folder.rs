//! One folder of snapshots: reading, writing whole files, what nobody owns.

use crate::cli::files::{shown, unreadable};
use crate::cli::load::root_of;
use crate::cli::output_file::WholeFile;
use crate::diagnostic::{Code, Diagnostic};
use crate::run::SnapshotHome;
use crate::snapshot::Stored;
use crate::source::Location;
use crate::text::slug;
use std::collections::BTreeSet;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

/// The folder's name.
pub(super) const NAME: &str = "snapshots";
/// The ending of an accepted snapshot.
const ACCEPTED: &str = "snap";
/// The ending of a proposed one.
const PROPOSED: &str = "snap.new";

/// Where the snapshots of a suite are: beside the folder of environments, under the suite's own path.
pub(in crate::cli) fn home(suite: &str) -> SnapshotHome {
    let path = Path::new(suite);
    let root = root_of(path);
    let whole = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let below = path.strip_prefix(&root).map(Path::to_owned);
    let below = below.or_else(|_| whole(path).strip_prefix(whole(&root)).map(Path::to_owned));
    let below = below.unwrap_or_else(|_| PathBuf::from(path.file_name().unwrap_or_default()));
    let stem = slug(&below.with_extension("").to_string_lossy());
    SnapshotHome { folder: format!("{}/", shown(&root.join(NAME))), stem }
}

/// The folders of snapshots of these suites, or folders of them.
pub(in crate::cli) fn folders_of(suites: &[PathBuf]) -> Vec<PathBuf> {
    let folders: BTreeSet<PathBuf> =
        suites.iter().map(|path| PathBuf::from(shown(&root_of(path).join(NAME)))).collect();
    folders.into_iter().collect()
}

/// Reads a snapshot; `None` when there is no such file.
///
/// # Errors
/// When it cannot be read, or is not one.
pub(in crate::cli) fn read(path: &Path) -> Result<Option<Stored>, Box<Diagnostic>> {
    let text = match std::fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Box::new(unreadable(path, &error))),
    };
    Stored::parse(&text).map(Some).map_err(|error| {
        let line = text.lines().nth(error.line - 1).unwrap_or_default().to_owned();
        let length = line.chars().count().max(1);
        let place = Location { file: shown(path), line: error.line, column: 1, length, text: line };
        let title = format!("{} is not a snapshot that can be read", shown(path));
        let next = "put it right, or remove the file: the next run then proposes a new one";
        Box::new(Diagnostic::new(Code::Snapshot, title).at(place, error.message).next(next))
    })
}

/// Writes a snapshot as accepted, in one go, and removes what was proposed.
///
/// # Errors
/// When the folder cannot be written to.
pub(in crate::cli) fn accept(path: &Path, stored: &Stored) -> io::Result<()> {
    // A line would change with every line that is added to a suite.
    write(path, &Stored { line: None, ..stored.clone() })?;
    remove(&proposal(path))
}

/// Writes a snapshot beside the accepted one, in one go.
///
/// # Errors
/// When the folder cannot be written to.
pub(in crate::cli) fn propose(path: &Path, stored: &Stored) -> io::Result<()> {
    write(&proposal(path), stored)
}

/// The file that proposes another content for a snapshot.
pub(in crate::cli) fn proposal(path: &Path) -> PathBuf {
    path.with_extension(PROPOSED)
}

/// Removes a file; one that is not there is as good.
///
/// # Errors
/// When it is there and cannot be removed.
pub(in crate::cli) fn remove(path: &Path) -> io::Result<()> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        Err(_) | Ok(()) => Ok(()),
    }
}

fn write(path: &Path, stored: &Stored) -> io::Result<()> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder)?;
    }
    let mut file = WholeFile::create(path)?;
    file.write_all(stored.to_string().as_bytes())?;
    file.flush()
}

/// The accepted names of all snapshots of a folder, proposed ones included, in order.
pub(in crate::cli) fn paths_in(folder: &Path) -> BTreeSet<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let accepted = |path: PathBuf| {
        let name = path.file_name()?.to_str()?;
        let stem = name.strip_suffix(PROPOSED).or_else(|| name.strip_suffix(ACCEPTED))?.strip_suffix('.')?;
        Some(path.with_file_name(format!("{stem}.{ACCEPTED}")))
    };
    entries.filter_map(accepted).collect()
}

/// Snapshots that no step owns any more.
#[derive(Debug, Default)]
pub(in crate::cli) struct Stale {
    /// Their files, in order.
    pub(in crate::cli) paths: Vec<PathBuf>,
}

impl Stale {
    pub(super) fn find(folders: impl Iterator<Item = PathBuf>, owned: &BTreeSet<PathBuf>) -> Self {
        let all = folders.flat_map(|folder| paths_in(&folder));
        Self { paths: all.filter(|path| !owned.contains(path)).collect() }
    }

    /// What is said of them at the end of a run.
    pub(in crate::cli) fn line(&self) -> Option<String> {
        let number = crate::text::count(self.paths.len(), "snapshot");
        let verb = if self.paths.len() == 1 { "belongs" } else { "belong" };
        (!self.paths.is_empty()).then(|| {
            format!("{number} {verb} to no step any more; `proviso review --remove-stale` removes what is left over")
        })
    }
}
