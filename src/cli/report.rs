//! `proviso report`: the reports of a run, or of all shares of one, made again from journals alone.

use super::args;
use super::exit::Exit;
use super::history::{self, Past};
use super::journals::missing;
use super::output_file::WholeFile;
use super::record::{unwritable, unwritten};
use super::reports::{Around, Opened, Reports};
use super::run_folder::JOURNAL;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Counts, Event, EventKind, RunStarted, Share};
use crate::journal::{self, Entries, Journal};
use crate::secret::Redactor;
use std::fs::File;
use std::io::{self, BufReader};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Where the reports of several shares go.
const MERGED: &str = "reports/merged";

/// A problem, and how the program ends for it.
type Refusal = (Diagnostic, Exit);

/// A journal that is being read.
type Reading = Entries<BufReader<File>>;

/// Makes the reports of a run again. Exits as the run did, or as all shares together would have.
pub(super) fn report(args: &args::Report, shell: &Shell) -> Exit {
    let reports = Reports::new(&args.reporting.wanted, args.reporting.ci).map_err(|problem| (*problem, Exit::Usage));
    let remade = reports.and_then(|reports| {
        let shell = shell.leaving_standard_output_to(&reports);
        match asked(args)? {
            Asked::One(journal) => again(&journal, args, &reports, &shell),
            Asked::Shares(journals) => merged(&journals, args, &reports, &shell),
        }
    });
    remade.unwrap_or_else(|(problem, exit)| {
        shell.problem(&problem);
        exit
    })
}

/// What is to be reported.
enum Asked {
    /// One run, as it was.
    One(PathBuf),
    /// The shares of a run, together.
    Shares(Vec<PathBuf>),
}

fn asked(args: &args::Report) -> Result<Asked, Refusal> {
    let mut journals = Vec::new();
    for run in &args.runs {
        let own = if run.is_dir() { run.join(JOURNAL) } else { run.clone() };
        if own.exists() || !run.is_dir() {
            journals.push(own);
            continue;
        }
        let before = journals.len();
        collect(run, &mut journals).map_err(|error| (missing(&own.display().to_string(), &error), Exit::Invalid))?;
        // What shares were merged into before is none of them.
        let merged = merged_into(args);
        let again = |path: &PathBuf| path.parent().is_some_and(|folder| is_same(folder, &merged));
        if let Some(index) = journals.iter().position(again)
            && begun(&journals[index])?.is_some_and(|run| journal::is_merged(&run))
        {
            journals.remove(index);
        }
        if journals.len() == before {
            return Err((missing(&own.display().to_string(), &io::ErrorKind::NotFound.into()), Exit::Invalid));
        }
    }
    match journals.as_slice() {
        // Whoever says where it goes, or names the folder of all shares, wants the whole; one share alone is not that.
        [one] if args.runs.contains(one) || args.runs.iter().any(|run| run.join(JOURNAL) == *one) => {
            let whole = args.out.is_some() && begun(one)?.is_some_and(|run| run.share.is_some());
            Ok(if whole { Asked::Shares(journals) } else { Asked::One(one.clone()) })
        }
        _ => Ok(Asked::Shares(journals)),
    }
}

/// Where the reports of all shares go.
fn merged_into(args: &args::Report) -> PathBuf {
    args.out.clone().unwrap_or_else(|| PathBuf::from(MERGED))
}

/// Every journal below a folder; links are left out.
fn collect(folder: &Path, journals: &mut Vec<PathBuf>) -> io::Result<()> {
    let mut entries = std::fs::read_dir(folder)?.collect::<io::Result<Vec<_>>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), journals)?;
        } else if entry.file_name() == JOURNAL {
            journals.push(entry.path());
        }
    }
    Ok(())
}

fn open(path: &Path) -> Result<Reading, Refusal> {
    let file = File::open(path).map_err(|error| (missing(&path.display().to_string(), &error), Exit::Invalid))?;
    Ok(journal::read(BufReader::new(file)))
}

/// What a journal says at its start.
fn begun(path: &Path) -> Result<Option<RunStarted>, Refusal> {
    match open(path)?.next() {
        Some(Ok(Event { kind: EventKind::RunStarted(run), .. })) => Ok(Some(*run)),
        // What is wrong with it is told when it is read.
        Some(Ok(_) | Err(_)) | None => Ok(None),
    }
}

/// The reports of one run.
fn again(path: &Path, args: &args::Report, reports: &Reports, shell: &Shell) -> Result<Exit, Refusal> {
    let name = path.display().to_string();
    let entries = open(path)?;
    let folder = args.out.clone().or_else(|| path.parent().map(Path::to_owned)).unwrap_or_default();
    let past = begun(path)?.and_then(|run| history::past(path.parent()?.parent()?, Past::UpTo(&run.run)));
    let past = past.map(Arc::new);
    let around = Around { past: past.as_ref(), ..Around::default() };
    let Opened { mut fanout, mut problems, files } = reports.open(&folder, shell, args.loudness.shown(), &around);
    let mut counts = Counts::default();
    let mut share = None;
    for entry in entries {
        let event = entry.map_err(|error| (error.explain(&name), Exit::Invalid))?;
        if let EventKind::RunStarted(run) = &event.kind {
            share.clone_from(&run.share);
        }
        counts.add(&event.kind);
        fanout.event(&Arc::new(event));
    }
    problems.extend(unwritten(fanout.finish()));
    if let Some(Share { number, of, .. }) = share {
        shell.warn(&format!("note: this is share {number} of {of} alone; name the others too for the whole run"));
    }
    Ok(end(&problems, &files, &counts, shell))
}

/// The reports of all shares together, and the journal that they make.
fn merged(paths: &[PathBuf], args: &args::Report, reports: &Reports, shell: &Shell) -> Result<Exit, Refusal> {
    let folder = merged_into(args);
    let journals = paths.iter().map(|path| Ok((path.display().to_string(), open(path)?)));
    let journals = journals.collect::<Result<Vec<_>, Refusal>>()?;
    let own = folder.join(JOURNAL);
    if own.exists() && !begun(&own)?.is_some_and(|run| journal::is_merged(&run)) {
        return Err((taken(&folder, &own), Exit::Usage));
    }
    let past = begun(&paths[0])?.and_then(|run| history::past(folder.parent()?, Past::Of(&run.environment)));
    let past = past.map(Arc::new);
    let around = Around { past: past.as_ref(), ..Around::default() };
    let mut events = journal::merge(journals).map_err(|error| (error.explain(), Exit::Invalid))?;
    let Opened { mut fanout, mut problems, files } = reports.open(&folder, shell, args.loudness.shown(), &around);
    let path = folder.join(JOURNAL);
    let name = path.display().to_string();
    let file = std::fs::create_dir_all(&folder).and_then(|()| WholeFile::create(&path));
    let mut journal = file.map(|file| Journal::new(file, Redactor::new([])));
    let mut counts = Counts::default();
    for event in events.by_ref() {
        let event = event.map_err(|error| (error.explain(), Exit::Invalid))?;
        counts.add(&event.kind);
        fanout.event(&Arc::new(event.clone()));
        journal = journal.and_then(|mut journal| {
            // Every secret was masked when the shares' own journals were written.
            journal.mask(event)?;
            journal.write()?;
            Ok(journal)
        });
    }
    problems.extend(journal.and_then(|mut journal| journal.flush()).err().map(|error| unwritable(&name, &error)));
    problems.extend(unwritten(fanout.finish()));
    events.remarks().iter().for_each(|remark| shell.warn(&format!("note: {remark}")));
    shares_into_history(paths, &folder).iter().for_each(|warning| shell.warn(warning));
    Ok(end(&problems, &files, &counts, shell))
}

/// Takes the shares into the history beside the merged run, where they are not in it yet.
fn shares_into_history(paths: &[PathBuf], folder: &Path) -> Vec<String> {
    let Some(reports) = folder.parent().filter(|reports| !reports.as_os_str().is_empty()) else { return Vec::new() };
    paths.iter().filter_map(|path| history::take_in(path, reports)).collect()
}

fn end(problems: &[Diagnostic], files: &[PathBuf], counts: &Counts, shell: &Shell) -> Exit {
    shell.say_files(files);
    problems.iter().for_each(|problem| shell.problem(problem));
    if problems.is_empty() { counts.verdict().into() } else { Exit::Unreported }
}

fn is_same(one: &Path, other: &Path) -> bool {
    let whole = |path: &Path| if path.as_os_str().is_empty() { Path::new(".") } else { path }.canonicalize().ok();
    whole(one).is_some() && whole(one) == whole(other)
}

fn taken(folder: &Path, own: &Path) -> Diagnostic {
    Diagnostic::new(Code::Report, format!("the reports of all shares would replace those in {}", folder.display()))
        .note(NoteKind::Why, format!("{} is a run's own", own.display()))
        .next("name another folder with --out")
}
