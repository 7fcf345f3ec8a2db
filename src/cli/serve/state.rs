//! The state file, held by one server at a time.

use super::super::files::unreadable;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::sandbox::{Store, Sync};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Keeps others off the file. The system lets go of it when the process ends, however it ends.
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, not looked at")] File);

/// Opens the state file, or makes it, and keeps others off it.
pub(super) fn open(path: &Path, sync: Sync) -> Result<(Store, Lock), Diagnostic> {
    let lock = lock(path)?;
    let store = Store::open(path, sync).map_err(|error| match error.kind() {
        ErrorKind::InvalidData => Diagnostic::new(Code::WrongValue, format!("{} is no state file", path.display()))
            .note(NoteKind::Why, error.to_string())
            .next("name a file that `proviso serve --state` wrote, or one that does not exist yet"),
        _ => unreadable(path, &error),
    })?;
    Ok((store, lock))
}

/// The state file itself is replaced now and then, so the lock is on a file beside it.
fn lock(path: &Path) -> Result<Lock, Diagnostic> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".lock");
    let beside = PathBuf::from(beside);
    if path.is_dir() {
        return Err(Diagnostic::new(Code::UnreadableFile, format!("{} is a folder", path.display()))
            .next("name a file for --state; it is made if it does not exist"));
    }
    let file = OpenOptions::new().write(true).create(true).truncate(false).open(&beside).map_err(|error| {
        if error.kind() == ErrorKind::NotFound {
            return Diagnostic::new(Code::MissingFile, format!("there is no folder for {}", path.display()))
                .next("make the folder, or name another file with --state");
        }
        unreadable(&beside, &error)
    })?;
    match file.try_lock() {
        Ok(()) => Ok(Lock(file)),
        Err(TryLockError::WouldBlock) => {
            Err(Diagnostic::new(Code::UnreadableFile, format!("another server uses {}", path.display()))
                .next("stop it, or name another file with --state"))
        }
        Err(TryLockError::Error(error)) => Err(unreadable(&beside, &error)),
    }
}
