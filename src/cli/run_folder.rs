//! The folder of a run: its journal and its reports.

use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::fs::File;
use std::io::{self, BufWriter, Write};
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
    let entries = std::fs::read_dir(reports).ok()?.filter_map(|entry| Some(entry.ok()?.path()));
    let runs = entries.filter(|path| !path.is_symlink() && path.join(JOURNAL).is_file());
    runs.max_by(|one, other| one.file_name().cmp(&other.file_name()))
}

/// Points `latest` at a run's folder. Where links cannot be made there is none.
pub(super) fn point_latest(reports: &Path, id: &str) {
    let link = reports.join(LATEST);
    let fresh = reports.join(format!(".{LATEST}-{id}"));
    #[cfg(unix)]
    let made = std::os::unix::fs::symlink(id, &fresh);
    #[cfg(not(unix))]
    let made: io::Result<()> = Err(io::ErrorKind::Unsupported.into());
    // Renaming replaces a link in one go, so that two runs that end together leave one whole link.
    if made.is_ok() && std::fs::rename(&fresh, &link).is_err() {
        let _ = std::fs::remove_file(&fresh);
    }
}

/// A file that appears under its name only when it is whole.
pub(super) struct WholeFile {
    path: PathBuf,
    draft: PathBuf,
    file: BufWriter<File>,
}

impl WholeFile {
    /// Begins a file.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        // A draft of its own for every process: a run that goes on and a report of it must not write into each other's.
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}.part", std::process::id()));
        let draft = PathBuf::from(draft);
        let file = BufWriter::new(File::create(&draft)?);
        Ok(Self { path: path.to_owned(), draft, file })
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// Writers flush once, when they are done; that is when the file gets its name.
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        if self.draft.exists() { std::fs::rename(&self.draft, &self.path) } else { Ok(()) }
    }
}

/// What is added to the end of a file in one piece, when it is whole.
pub(super) struct AppendedFile {
    path: PathBuf,
    text: Vec<u8>,
}

impl AppendedFile {
    /// Begins an addition.
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned(), text: Vec::new() }
    }
}

impl Write for AppendedFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    /// Writers flush once, when they are done.
    fn flush(&mut self) -> io::Result<()> {
        let mut file = File::options().append(true).create(true).open(&self.path)?;
        file.write_all(&std::mem::take(&mut self.text))
    }
}

impl Drop for WholeFile {
    /// A file that did not become whole leaves no draft behind.
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.draft);
    }
}
