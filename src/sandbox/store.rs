//! State on disk: a file to which every change is appended, so a server that is killed finds everything again.
//!
//! A line is a whole customer after a change, or the fact that one left; the last line of a customer counts. A last line that
//! was cut off is ignored. The file is rewritten when it is opened, and again when most of it is of the past. This is the
//! only place in this module that touches the disk. The file is for its owner's eyes only, since it holds what customers sent.

use std::{
    collections::HashMap,
    fs::{self, File, OpenOptions},
    io::{self, BufRead, BufReader, BufWriter, Write},
    mem,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};

use super::{clock::Moment, journey::Customer};

/// A file that keeps the state of one server.
#[derive(Debug, Clone)]
pub struct Store(Arc<Mutex<Kept>>, Sync);

/// How much of a crash a change survives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sync {
    /// The end of the process: a change is with the operating system before it is answered.
    #[default]
    Process,
    /// The end of the machine: it is on the disk.
    EachChange,
}

#[derive(Debug)]
struct Kept {
    path: PathBuf,
    file: File,
    /// Lines in the file when it was last rewritten, and since.
    rewritten: usize,
    appended: usize,
    found: Vec<Record>,
}

/// What is known about one customer at one time.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Record {
    /// The fingerprint of the partner's key; the key itself is not kept.
    pub(super) partner: u64,
    /// When this became known.
    pub(super) at: Moment,
    /// The customer's id.
    pub(super) id: String,
    /// The customer, or nothing if it left.
    pub(super) customer: Option<Customer>,
}

/// The same without owning it, for writing.
#[derive(Debug, Serialize)]
pub(super) struct Change<'a> {
    pub(super) partner: u64,
    pub(super) at: Moment,
    pub(super) id: &'a str,
    pub(super) customer: Option<&'a Customer>,
}

/// The first line of every such file, so that no other file is ever taken for one and overwritten.
const HEADER: &str = r#"{"format":"proviso sandbox state","version":1}"#;

/// The version in it.
const VERSION: u64 = 1;

/// The version that the first line of a state file names; `None` for another file.
fn version(first: &[u8]) -> Option<u64> {
    let header: serde_json::Value = serde_json::from_slice(first).ok()?;
    (header["format"] == "proviso sandbox state").then(|| header["version"].as_u64())?
}

/// Fewer lines than this are never worth a rewrite while the server runs.
const SMALL: usize = 50_000;

impl Store {
    /// Opens the file, or makes it.
    ///
    /// # Errors
    ///
    /// If it cannot be read or written, or is not a file of this kind.
    pub fn open(path: &Path, sync: Sync) -> io::Result<Self> {
        let found = read(path)?;
        let file = rewrite(path, &found)?;
        Ok(Self(
            Arc::new(Mutex::new(Kept { path: path.to_owned(), file, rewritten: found.len(), appended: 0, found })),
            sync,
        ))
    }

    /// What was in the file when it was opened, oldest customer first; the first caller gets it.
    pub(super) fn take_found(&self) -> Vec<Record> {
        mem::take(&mut self.kept().found)
    }

    /// Appends a change. It is with the operating system when this returns, so the server may be killed.
    pub(super) fn append(&self, change: &Change<'_>) -> io::Result<()> {
        let mut line = serde_json::to_vec(change)?;
        line.push(b'\n');
        let mut kept = self.kept();
        let before = kept.file.metadata()?.len();
        if let Err(error) = kept.file.write_all(&line) {
            // No half of a line may stand before the next one: on a full disk making the file shorter still works.
            kept.file.set_len(before)?;
            return Err(error);
        }
        if self.1 == Sync::EachChange {
            kept.file.sync_data()?;
        }
        kept.appended += 1;
        if kept.appended > SMALL + 4 * kept.rewritten {
            let records = read(&kept.path)?;
            kept.file = rewrite(&kept.path, &records)?;
            (kept.rewritten, kept.appended) = (records.len(), 0);
        }
        Ok(())
    }

    /// A line that was cut off is repaired when the file is next opened, so a poisoned lock is taken all the same.
    fn kept(&self) -> std::sync::MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The last record of each customer who did not leave, in the order in which they came.
fn read(path: &Path) -> io::Result<Vec<Record>> {
    let file = match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        file => file?,
    };
    let mut lines = BufReader::new(file).split(b'\n');
    match lines.next().transpose()? {
        None => return Ok(Vec::new()),
        Some(first) if first == HEADER.as_bytes() => {}
        Some(first) => {
            let sentence = match version(&first) {
                Some(version) if version > VERSION => {
                    format!("it was written by a newer Proviso (format {version}; this one reads up to {VERSION})")
                }
                Some(version) => format!("it has the format {version}, which is read no more"),
                None => "this is not a state file of the sandbox".to_owned(),
            };
            return Err(io::Error::new(io::ErrorKind::InvalidData, sentence));
        }
    }
    let mut latest: HashMap<(u64, String), (usize, Record)> = HashMap::new();
    let mut torn = None;
    for (number, line) in lines.enumerate() {
        if let Some(error) = torn {
            return Err(error);
        }
        match serde_json::from_slice::<Record>(&line?) {
            Err(error) => {
                let sentence = format!("line {}: {error}", number + 2);
                torn = Some(io::Error::new(io::ErrorKind::InvalidData, sentence));
            }
            Ok(record) => {
                let key = (record.partner, record.id.clone());
                let arrived = latest.remove(&key).map_or(number, |(arrived, _)| arrived);
                if record.customer.is_some() {
                    latest.insert(key, (arrived, record));
                }
            }
        }
    }
    let mut records: Vec<(usize, Record)> = latest.into_values().collect();
    records.sort_unstable_by_key(|(arrived, _)| *arrived);
    Ok(records.into_iter().map(|(_, record)| record).collect())
}

/// Puts a file with these records in the place of the one there is, in one step, and opens it for appending.
fn rewrite(path: &Path, records: &[Record]) -> io::Result<File> {
    let mut draft = path.as_os_str().to_owned();
    draft.push(".new");
    let draft = PathBuf::from(draft);
    let mut writer = BufWriter::new(private(OpenOptions::new().write(true).create(true).truncate(true)).open(&draft)?);
    writeln!(writer, "{HEADER}")?;
    for record in records {
        serde_json::to_writer(&mut writer, record)?;
        writer.write_all(b"\n")?;
    }
    writer.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
    fs::rename(&draft, path)?;
    OpenOptions::new().append(true).open(path)
}

#[cfg(unix)]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600)
}

#[cfg(not(unix))]
fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options
}
