//! The file that holds the history: where it is, how it is opened, and what is said when that cannot be done.

use super::Refusal;
use crate::cli::exit::Exit;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Timestamp;
use crate::history::{self, Kept, RunRecord, Store, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The history's name in the folder of run folders.
const NAME: &str = "history.db";

/// How long another program that holds the history is waited for. One run is added in a few milliseconds.
const PATIENCE: Duration = Duration::from_secs(2);

/// The history's file.
pub(super) fn path(reports: &Path) -> PathBuf {
    reports.join(NAME)
}

/// Opens the history to add to it; where there is none it is made.
pub(super) fn open(reports: &Path) -> Result<Store, StoreError> {
    connect(reports, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)
}

/// Opens the history that there is.
pub(super) fn existing(reports: &Path) -> Result<Store, Refusal> {
    let file = path(reports);
    if !file.exists() {
        let problem = Diagnostic::new(Code::History, format!("there is no history at {}", file.display()));
        let next = "every `proviso run` adds to it; `proviso history import RUN...` takes older runs in";
        return Err((problem.next(next), Exit::NothingSelected));
    }
    // With the right to write, where there is one: what a killed program left half done must be undone before reading.
    connect(reports, OpenFlags::SQLITE_OPEN_READ_WRITE).map_err(|error| unreadable(reports, &error))
}

fn connect(reports: &Path, how: OpenFlags) -> Result<Store, StoreError> {
    let connection = Connection::open_with_flags(path(reports), how | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    Store::new(connection, PATIENCE)
}

/// What is said when the history cannot be read.
pub(super) fn unreadable(reports: &Path, error: &StoreError) -> Refusal {
    (error.explain(&path(reports).display().to_string(), "ask again"), Exit::Invalid)
}

/// Which past reports show.
#[derive(Debug, Clone, Copy)]
pub(in crate::cli) enum Past<'a> {
    /// All there is of an environment.
    Of(&'a str),
    /// What there was up to a run.
    UpTo(&'a str),
}

/// Runs that the HTML report shows, the newest of them; as many before them are compared with.
const SHOWN: usize = 14;

/// The past as reports show it. A history that is not there or cannot be read is no reason to do without them;
/// `proviso history` says what is wrong with it.
pub(in crate::cli) fn past(reports: &Path, past: Past<'_>) -> Option<history::Past> {
    let store = existing(reports).ok()?;
    let (environment, until) = match past {
        Past::Of(environment) => (Some(environment), None),
        Past::UpTo(run) => (None, Some(run)),
    };
    store.past(environment, until, 2 * SHOWN).ok().flatten()
}

/// Adds a run that is just over to the history beside its folder. What cannot be done is answered as a sentence: the run
/// has its verdict and its journal, and neither depends on its history.
pub(in crate::cli) fn remember(run: &RunRecord, folder: &Path) -> Option<String> {
    let reports = folder.parent()?;
    let error = open(reports).and_then(|mut store| store.add(run, None)).err()?;
    let again = match reports.to_str() {
        Some("reports") => format!("`proviso history import {}`", folder.display()),
        Some(_) | None => format!("`proviso history import {} --reports {}`", folder.display(), reports.display()),
    };
    let problem = error.explain(&path(reports).display().to_string(), &again);
    let note = |kind: NoteKind| problem.notes.iter().find(|note| note.kind == kind).map(|note| note.text.as_str());
    let why = note(NoteKind::Why).map_or_else(String::new, |why| format!(" ({why})"));
    let next = note(NoteKind::Next).unwrap_or_default();
    Some(format!("warning: this run is not in the history: {}{why}; {next}", problem.title))
}

/// Forgets old runs, and answers which those were. Where there is no history nothing is forgotten.
pub(in crate::cli) fn forget(
    reports: &Path,
    keep: Option<usize>,
    before: Option<Timestamp>,
) -> Result<Vec<Kept>, Refusal> {
    let forgotten = existing(reports)?.prune(keep, before);
    let name = path(reports).display().to_string();
    forgotten.map_err(|error| (error.explain(&name, "prune again"), Exit::Unreported))
}
