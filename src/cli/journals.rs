//! Journals of earlier runs, read one after another.

use super::run_folder::JOURNAL;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Event;
use crate::journal;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::BufReader;
use std::path::PathBuf;
use std::sync::Arc;

/// Reads the journals of runs, each a run's folder or its journal, in this order. One that is named twice is read once.
pub(super) fn each_event(runs: &[PathBuf], mut take: impl FnMut(&Arc<Event>)) -> Result<(), Diagnostic> {
    let mut read = BTreeSet::new();
    for run in runs {
        let path = if run.is_dir() { run.join(JOURNAL) } else { run.clone() };
        let name = path.display().to_string();
        let file = File::open(&path).map_err(|error| missing(&name, &error))?;
        if !read.insert(path.canonicalize().unwrap_or(path)) {
            continue;
        }
        for entry in journal::read(BufReader::new(file)) {
            take(&Arc::new(entry.map_err(|error| error.explain(&name))?));
        }
    }
    Ok(())
}

/// There is no journal.
pub(super) fn missing(name: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(Code::Journal, format!("there is no journal to read at {name}"))
        .note(NoteKind::Why, error.to_string())
        .next("name a run's folder, as in `proviso report reports/latest`")
}
