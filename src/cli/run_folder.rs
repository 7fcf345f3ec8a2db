//! The folder of a run: its journal and its reports.

use super::output_file::remove_drafts;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::io;
use std::path::{Path, PathBuf};

/// The journal's name in a run's folder.
pub(super) const JOURNAL: &str = "journal.jsonl";
/// The link to the newest run's folder.
const LATEST: &str = "latest";

/// Makes the folder of a new run. `id` gets a number when there is such a run already.
pub(super) fn create(reports: &Path, id: &str) -> Result<(String, PathBuf), Diagnostic> {
    let problem = |path: &Path, error: &io::Error| {
        Diagnostic::new(Code::Report, format!("the folder {} cannot be made", path.display()))
            .note(NoteKind::Why, error.to_string())
            .next("nothing was sent; name a folder you may write to with --reports")
    };
    std::fs::create_dir_all(reports).map_err(|error| problem(reports, &error))?;
    for number in 1_u32.. {
        let id = if number == 1 { id.to_owned() } else { format!("{id}-{number}") };
        let folder = reports.join(&id);
        match std::fs::create_dir(&folder) {
            Ok(()) => return Ok((id, folder)),
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(problem(&folder, &error)),
        }
    }
    Err(Diagnostic::new(Code::Report, "there are too many runs of this second"))
}

/// The folder of the newest run that has a journal: folders are named after their time.
pub(super) fn newest(reports: &Path) -> Option<PathBuf> {
    all(reports).pop()
}

/// Points `latest` at a run's folder, as soon as the run begins. Where links cannot be made there is none.
pub(super) fn point_latest(reports: &Path, id: &str) {
    let link = reports.join(LATEST);
    let fresh = reports.join(format!(".{LATEST}-{id}"));
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(id, &fresh);
    #[cfg(not(unix))]
    let made: io::Result<()> = Err(io::ErrorKind::Unsupported.into());
    // Renaming replaces a link in one go, so that two runs that begin together leave one whole link.
    if made.is_ok() && std::fs::rename(&fresh, &link).is_err() {
        let _ = std::fs::remove_file(&fresh);
    }
}

/// Takes `latest` away when a run could not begin: nobody shall take the run before for this one.
pub(super) fn forget_latest(reports: &Path) {
    let link = reports.join(LATEST);
    if link.is_symlink() {
        let _ = std::fs::remove_file(link);
    }
}

/// The folders of runs in the folder of run folders, the oldest first as far as their names tell. Links are left out.
pub(super) fn all(reports: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(reports).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    let mut folders: Vec<PathBuf> = paths.filter(|path| !path.is_symlink() && path.join(JOURNAL).is_file()).collect();
    folders.sort();
    folders
}

/// Runs whose unfinished files are looked for when another begins.
const LOOKED_AT: usize = 20;

/// Removes what killed runs left unfinished in their folders.
pub(super) fn tidy(reports: &Path) {
    for folder in all(reports).iter().rev().take(LOOKED_AT) {
        remove_drafts(folder, |_| true);
    }
}
