//! `proviso history import` and `prune`: what the history holds.

use super::Refusal;
use super::args;
use super::database::{forget, open, path};
use crate::cli::exit::Exit;
use crate::cli::journals::{self, each_event};
use crate::cli::run_folder::JOURNAL;
use crate::cli::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::history::{Added, RunRecord, StoreError};
use crate::report::{RunFold, history_record};
use crate::text::count;
use std::io;
use std::path::{Path, PathBuf};

/// Takes runs into the history. A run that cannot be read is told and does not keep out the others.
pub(super) fn import(args: &args::Import, shell: &Shell) -> Result<Exit, Refusal> {
    let reports = &args.folder.reports;
    let refuse =
        |error: &StoreError| (error.explain(&path(reports).display().to_string(), "import again"), Exit::Unreported);
    std::fs::create_dir_all(reports).map_err(|error| (no_folder(reports, &error), Exit::Unreported))?;
    let mut store = open(reports).map_err(|error| refuse(&error))?;
    let (mut new, mut completed, mut known) = (0, 0, 0);
    let mut problems = Vec::new();
    for journal in args.runs.iter().flat_map(|run| journals_of(run)) {
        let record = journal.and_then(|path| Ok((record(&path)?, path)));
        match record {
            Ok((record, path)) => match store.add(&record, elsewhere(&path, reports).as_deref()) {
                Ok(Added::New) => new += 1,
                Ok(Added::Completed) => completed += 1,
                Ok(Added::Known) => known += 1,
                Err(error) => return Err(refuse(&error)),
            },
            Err(problem) => problems.push(problem),
        }
    }
    let mut parts = vec![format!("{} added", count(new, "run"))];
    parts.extend((completed > 0).then(|| format!("{completed} completed")));
    parts.extend((known > 0).then(|| format!("{known} known already")));
    shell.say(&format!("{}: {}", path(reports).display(), parts.join(", ")));
    problems.iter().for_each(|problem| shell.problem(problem));
    Ok(if problems.is_empty() { Exit::Passed } else { Exit::Invalid })
}

/// Forgets old runs.
pub(super) fn prune(args: &args::Prune, shell: &Shell) -> Result<Exit, Refusal> {
    let reports = &args.folder.reports;
    let forgotten = forget(reports, Some(args.keep.get()), None)?;
    let name = path(reports).display().to_string();
    let forgotten = count(forgotten.len(), "run");
    shell.say(&format!(
        "{name}: {forgotten} forgotten; their folders are where they were (`proviso prune` removes both)"
    ));
    Ok(Exit::Passed)
}

/// The journals that a path names: itself, that of a run's folder, those of the run folders in a folder.
fn journals_of(run: &Path) -> Vec<Result<PathBuf, Diagnostic>> {
    let inside = run.join(JOURNAL);
    if !run.is_dir() || inside.exists() {
        return vec![Ok(if run.is_dir() { inside } else { run.to_owned() })];
    }
    let entries = std::fs::read_dir(run).and_then(Iterator::collect::<io::Result<Vec<_>>>);
    // A link, as `latest`, leads to a folder that stands here itself or belongs elsewhere.
    let folders = entries.unwrap_or_default().into_iter().map(|entry| entry.path()).filter(|path| !path.is_symlink());
    let mut found: Vec<PathBuf> =
        folders.map(|folder| folder.join(JOURNAL)).filter(|journal| journal.exists()).collect();
    found.sort();
    if found.is_empty() {
        return vec![Err(missing(run, "it has no journal, nor have the folders in it"))];
    }
    found.into_iter().map(Ok).collect()
}

/// Where a run's journal lies, unless that is where the history looks by itself.
fn elsewhere(journal: &Path, reports: &Path) -> Option<String> {
    let folder = journal.canonicalize().ok()?.parent()?.to_owned();
    let own = reports.canonicalize().ok()?;
    (folder.parent() != Some(&own)).then(|| folder.display().to_string())
}

/// What the history keeps of a journal.
fn record(path: &Path) -> Result<RunRecord, Diagnostic> {
    let mut run = RunFold::default();
    each_event(&[path.to_owned()], |event| run.add(event))?;
    run.close();
    history_record(&run).ok_or_else(|| missing(path, "it is empty"))
}

/// Takes one run into a history. What cannot be done is answered as a sentence.
pub(in crate::cli) fn take_in(journal: &Path, reports: &Path) -> Option<String> {
    let record = record(journal).ok()?;
    let added = open(reports).and_then(|mut store| store.add(&record, elsewhere(journal, reports).as_deref()));
    let file = path(reports).display().to_string();
    let problem = added.err()?.explain(&file, "`proviso history import`");
    Some(format!("warning: the run {} is not in the history: {}", record.run, problem.title))
}

fn missing(path: &Path, why: &str) -> Diagnostic {
    journals::missing(&path.display().to_string(), &io::Error::other(why.to_owned()))
}

fn no_folder(reports: &Path, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Report, format!("the folder {} cannot be made", reports.display()))
        .note(NoteKind::Why, error.to_string())
        .next("name a folder you may write to with --reports")
}
