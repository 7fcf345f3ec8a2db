//! What can be wrong with a history's database, and what to do about it.

use crate::diagnostic::{Code, Diagnostic, NoteKind};
use rusqlite::{Error, ErrorCode};

/// Why a history cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreError {
    /// The file is no database, or is one no longer.
    Damaged(String),
    /// Another program holds it.
    Locked,
    /// It may be read and not written.
    ReadOnly,
    /// There is no room for it.
    Full,
    /// The file cannot be opened.
    Unopenable(String),
    /// The system fails to read or write the file.
    Io(String),
    /// A later Proviso wrote it.
    Newer {
        /// Its version.
        version: i64,
        /// The version that is known here.
        known: i64,
    },
    /// It is the database of something else.
    Foreign,
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        let Error::SqliteFailure(failure, _) = &error else { return Self::Damaged(error.to_string()) };
        match failure.code {
            ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked | ErrorCode::FileLockingProtocolFailed => Self::Locked,
            ErrorCode::ReadOnly | ErrorCode::PermissionDenied => Self::ReadOnly,
            ErrorCode::DiskFull => Self::Full,
            ErrorCode::CannotOpen => Self::Unopenable(error.to_string()),
            ErrorCode::SystemIoFailure => Self::Io(error.to_string()),
            _ => Self::Damaged(error.to_string()),
        }
    }
}

impl StoreError {
    /// The error as people see it. `file` is the database, `again` the command that does what could not be done.
    #[must_use]
    pub fn explain(&self, file: &str, again: &str) -> Diagnostic {
        let new = |title: String| Diagnostic::new(Code::History, title);
        match self {
            Self::Damaged(why) => new(format!("the history {file} is damaged"))
                .note(NoteKind::Why, why.clone())
                .next("move the file away; journals fill a new one: `proviso history import RUN...`"),
            Self::Locked => new(format!("the history {file} is held by another program"))
                .next(format!("when that is done: {again}")),
            Self::ReadOnly => {
                new(format!("the history {file} may not be written")).next(format!("give permission, then: {again}"))
            }
            Self::Full => {
                new(format!("there is no room for the history {file}")).next(format!("make room, then: {again}"))
            }
            Self::Unopenable(why) => new(format!("the history {file} cannot be opened"))
                .note(NoteKind::Why, why.clone())
                .next(format!("put what stands in the way aside, then: {again}")),
            Self::Io(why) => new(format!("the history {file} cannot be read or written"))
                .note(NoteKind::Why, why.clone())
                .next(format!("look after the disk, then: {again}")),
            Self::Newer { version, known } => new(format!("the history {file} was written by a later Proviso"))
                .note(NoteKind::Why, format!("it has version {version}, and this Proviso knows versions up to {known}"))
                .next("use that Proviso, or a folder of its own with --reports"),
            Self::Foreign => new(format!("the database {file} is not a history of Proviso"))
                .next("move it away, or use another folder with --reports"),
        }
    }
}
