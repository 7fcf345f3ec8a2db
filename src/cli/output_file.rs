//! Files that reports are written to: whole or not at all, and through to what is no file.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// How long somebody is waited for who reads a named pipe.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the name of a file ends that is not whole yet.
const PART: &str = ".part";

/// Begins what a report is written to, and makes the folders that it is in. A file appears under its name when it is whole;
/// a device and a pipe are written to as they are; a link is followed.
pub(super) fn create(path: &Path) -> io::Result<Box<dyn Write + Send>> {
    let path = followed(path);
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    match std::fs::metadata(&path) {
        Ok(known) if known.is_dir() => Err(io::Error::other("it is a folder")),
        Ok(known) if !known.is_file() => Ok(Box::new(Through { path, text: Vec::new() })),
        Ok(_) | Err(_) => Ok(Box::new(WholeFile::create(&path)?)),
    }
}

/// What a chain of links leads to, also when nothing is there yet.
fn followed(path: &Path) -> PathBuf {
    let mut path = path.to_owned();
    // Longer chains go round in a circle, which is told when the file is opened.
    for _ in 0..16 {
        let Ok(to) = std::fs::read_link(&path) else { break };
        // Links of the system, as those to open files, lead to what has no name.
        if path.starts_with("/proc") || path.starts_with("/dev") {
            break;
        }
        path = path.parent().map_or_else(|| to.clone(), |folder| folder.join(&to));
    }
    path
}

/// A file that appears under its name only when it is whole.
pub(super) struct WholeFile {
    path: PathBuf,
    draft: PathBuf,
    file: BufWriter<File>,
    is_named: bool,
}

impl WholeFile {
    /// Begins a file.
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        remove_old_drafts(path);
        // A draft of its own for every process: a run that goes on and a report of it must not write into each other's.
        let mut draft = path.as_os_str().to_owned();
        draft.push(format!(".{}{PART}", std::process::id()));
        let draft = PathBuf::from(draft);
        let file = BufWriter::new(File::create(&draft)?);
        Ok(Self { path: path.to_owned(), draft, file, is_named: false })
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    /// Writers flush once, when they are done; that is when the file gets its name. A draft that somebody took away
    /// meanwhile is an error: the report is lost.
    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()?;
        if !self.is_named {
            std::fs::rename(&self.draft, &self.path)?;
            self.is_named = true;
        }
        Ok(())
    }
}

impl Drop for WholeFile {
    /// A file that did not become whole leaves no draft behind.
    fn drop(&mut self) {
        if !self.is_named {
            let _ = std::fs::remove_file(&self.draft);
        }
    }
}

/// A device or a pipe: it gets everything at the end, in one piece.
struct Through {
    path: PathBuf,
    text: Vec<u8>,
}

impl Write for Through {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.text.write(bytes)
    }

    /// Opening a named pipe waits for somebody to read it, so another thread does that, and is not waited for for ever.
    fn flush(&mut self) -> io::Result<()> {
        let (sender, opened) = channel();
        let path = self.path.clone();
        std::thread::spawn(move || sender.send(File::options().write(true).open(path)));
        let nobody = |_| io::Error::new(io::ErrorKind::TimedOut, "nobody reads this pipe");
        opened.recv_timeout(PATIENCE).map_err(nobody)??.write_all(&std::mem::take(&mut self.text))
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

/// Removes drafts of this file that processes left behind which were killed.
fn remove_old_drafts(path: &Path) {
    let (Some(folder), Some(name)) = (path.parent(), path.file_name().and_then(|name| name.to_str())) else { return };
    let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
    remove_drafts(folder, |draft| draft.strip_prefix(name).is_some_and(|rest| rest.starts_with('.')));
}

/// Removes drafts in a folder whose process is gone.
pub(super) fn remove_drafts(folder: &Path, is_meant: impl Fn(&str) -> bool) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let process = name.strip_suffix(PART).and_then(|rest| rest.rsplit_once('.')).map(|(_, process)| process);
        let is_gone = |process: &str| process.parse::<u32>().is_ok() && !is_alive(process);
        if process.is_some_and(is_gone) && is_meant(name) {
            let _ = std::fs::remove_file(entry.path());
        }
    }
}

/// Whether a process runs; where the system does not say, it may.
fn is_alive(process: &str) -> bool {
    let processes = Path::new("/proc");
    !processes.join("self").exists() || processes.join(process).exists()
}
