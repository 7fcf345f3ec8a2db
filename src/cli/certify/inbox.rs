//! Speaking to a certification that is under way: a command leaves a file in the dossier's inbox, the process that has the
//! dossier open does what it says and answers with another.

use super::folder::{Folder, Lock};
use crate::conduct::record::{Attested, Provider, WaivedModule};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a command waits for its answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// The pause between two looks.
pub(super) const PAUSE: Duration = Duration::from_millis(50);

/// What can be asked.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Ask {
    /// The next customer is of this module, or that customer is.
    Arm { module: String, customer: Option<String> },
    /// A person answered.
    Attest(Box<Attested>),
    /// The other half was run.
    Provider(Box<Provider>),
    /// Nothing more comes. Failures may be answered for.
    Close { waived: Vec<WaivedModule> },
}

/// Where a dossier is spoken to.
#[derive(Debug, Clone)]
pub(super) struct Inbox(PathBuf);

impl Inbox {
    pub(super) fn of(folder: &Folder) -> Self {
        Self(folder.session_file("inbox"))
    }

    /// Makes it, empty.
    pub(super) fn make(&self) -> std::io::Result<()> {
        let _ = std::fs::remove_dir_all(&self.0);
        std::fs::create_dir_all(&self.0)
    }

    /// What was asked and not yet answered, oldest first.
    pub(super) fn asked(&self) -> Vec<(PathBuf, Ask)> {
        let Ok(entries) = std::fs::read_dir(&self.0) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
        paths.retain(|path| path.extension().is_some_and(|ending| ending == "ask"));
        paths.sort();
        let read = |path: PathBuf| {
            let ask = serde_json::from_slice(&std::fs::read(&path).ok()?).ok()?;
            Some((path, ask))
        };
        paths.into_iter().filter_map(read).collect()
    }

    /// Answers.
    pub(super) fn answer(asked: &std::path::Path, answer: &Result<(), String>) {
        let text = serde_json::to_vec(answer).unwrap_or_default();
        let (draft, done) = (asked.with_extension("new"), asked.with_extension("done"));
        // Whoever asked gives up in time when the answer cannot be written.
        let _ = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &done));
        let _ = std::fs::remove_file(asked);
    }

    /// Asks, and waits for the answer.
    pub(super) fn ask(&self, ask: &Ask) -> Result<(), Diagnostic> {
        let number = jiff::Timestamp::now().as_nanosecond();
        let name = self.0.join(format!("{number:030}-{}", std::process::id()));
        let (draft, asked, done) =
            (name.with_extension("new"), name.with_extension("ask"), name.with_extension("done"));
        let text = serde_json::to_vec(ask).unwrap_or_default();
        let sent = std::fs::write(&draft, text).and_then(|()| std::fs::rename(&draft, &asked));
        sent.map_err(|error| super::super::files::unreadable(&asked, &error))?;
        let start = Instant::now();
        while start.elapsed() < PATIENCE {
            if let Ok(text) = std::fs::read(&done) {
                let _ = std::fs::remove_file(&done);
                let answer: Result<(), String> =
                    serde_json::from_slice(&text).unwrap_or_else(|error| Err(error.to_string()));
                return answer
                    .map_err(|why| Diagnostic::new(Code::WrongValue, "it was refused").note(NoteKind::Why, why));
            }
            std::thread::sleep(PAUSE);
        }
        let _ = std::fs::remove_file(&asked);
        Err(Diagnostic::new(Code::UnreadableFile, "the certification that is under way does not answer")
            .next("look at the process of `proviso certify open`"))
    }
}

/// Who has the dossier.
pub(super) enum Held {
    /// We do.
    Here(Lock),
    /// A process of `certify open`; it can be asked.
    There(Inbox),
}

/// Takes the dossier, or finds out who has it.
pub(super) fn hold(folder: &Folder) -> Result<Held, Diagnostic> {
    if !folder.has_journal() {
        return Err(super::folder::no_dossier(&folder.path));
    }
    Ok(folder.lock()?.map_or_else(|| Held::There(Inbox::of(folder)), Held::Here))
}
