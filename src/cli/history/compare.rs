//! `proviso history compare`: two runs side by side.

use super::Refusal;
use super::args::{self, Format};
use super::database::{existing, path, unreadable};
use crate::cli::exit::Exit;
use crate::cli::journals::{each_event, missing};
use crate::cli::run_folder::JOURNAL;
use crate::cli::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::history::Kept;
use crate::history::compare::{Trace, compare as side_by_side};
use crate::report::{Tracing, draw_comparison};
use std::io;
use std::path::{Path, PathBuf};

/// Most runs that are named when none is meant.
const NAMED: usize = 5;

/// Sets two runs side by side.
pub(super) fn compare(args: &args::Compare, shell: &Shell) -> Result<Exit, Refusal> {
    let [a, b] = [&args.a, &args.b].map(|run| trace(&find(run, &args.folder.reports)?));
    let comparison = side_by_side(&a?, &b?);
    match args.format {
        Format::Text => shell.say(&draw_comparison(&comparison, shell.out, shell.width)),
        Format::Json => {
            let json = serde_json::to_value(&comparison).map(|json| format!("{json:#}"));
            shell.say(&json.unwrap_or_default());
        }
    }
    Ok(Exit::Passed)
}

/// The journal of a run that is named by a path, or by its id or the beginning of it.
fn find(run: &str, reports: &Path) -> Result<PathBuf, Refusal> {
    for place in [PathBuf::from(run), reports.join(run)] {
        if place.is_file() {
            return Ok(place);
        }
        if place.join(JOURNAL).is_file() {
            return Ok(place.join(JOURNAL));
        }
    }
    let unknown = Diagnostic::new(Code::Journal, format!("there is no run {run}"));
    let refuse = |problem: Diagnostic| (problem, Exit::Invalid);
    if run.is_empty() || !path(reports).exists() {
        return Err(refuse(unknown.next("name a run's folder or its journal, or an id that `proviso history` knows")));
    }
    let kept = existing(reports)?.runs().map_err(|error| unreadable(reports, &error))?;
    let exact: Vec<&Kept> = kept.iter().filter(|kept| kept.run == run).collect();
    let meant = if exact.is_empty() { kept.iter().filter(|kept| kept.run.starts_with(run)).collect() } else { exact };
    match meant.as_slice() {
        [only] => {
            let folder = only.folder.as_ref().map_or_else(|| reports.join(&only.run), PathBuf::from);
            let journal = folder.join(JOURNAL);
            let gone = || {
                let problem = Diagnostic::new(Code::Journal, format!("the journal of the run {} is gone", only.run));
                refuse(problem.note(NoteKind::Why, format!("{} is not there", journal.display())).next(
                    "the history keeps how cases ended, not what went over the wire: bring the run's folder back",
                ))
            };
            if journal.is_file() { Ok(journal) } else { Err(gone()) }
        }
        [] => Err(refuse(unknown.next(format!("the newest are {}", newest(&kept))))),
        several => {
            let problem = Diagnostic::new(Code::Journal, format!("{} runs begin with {run}", several.len()));
            let names: Vec<Kept> = several.iter().map(|kept| (*kept).clone()).collect();
            Err(refuse(problem.next(format!("write more of the id, or name a run's folder: {}", newest(&names)))))
        }
    }
}

fn newest(kept: &[Kept]) -> String {
    kept.iter().rev().take(NAMED).map(|kept| kept.run.as_str()).collect::<Vec<_>>().join(", ")
}

/// What there is to compare of a journal.
fn trace(path: &Path) -> Result<Trace, Refusal> {
    let mut tracing = Tracing::default();
    let refuse = |problem: Diagnostic| (problem, Exit::Invalid);
    each_event(&[path.to_owned()], |event| tracing.add(event)).map_err(refuse)?;
    let empty = || refuse(missing(&path.display().to_string(), &io::Error::other("it is empty")));
    tracing.finish().ok_or_else(empty)
}
