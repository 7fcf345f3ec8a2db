//! A dossier's folder while a certification goes on, and what is made of it: journal first, everything else from it.

use super::super::embedded::{read_bytes, read_text};
use super::super::files::{shown, unreadable};
use super::texts::{Text, Texts, Understood};
use crate::conduct::dossier::{CASE, CONTRACT, Files, JOURNAL, PAGE, PROFILE, RULES, evidence, page};
use crate::conduct::journal::{self, Entry, Line};
use crate::conduct::record::Record;
use crate::conduct::{Append, Grader};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Where the files stand that are needed while it goes on, and go when it is closed.
const SESSION: &str = ".session";

/// The page with the evidence.
const EVIDENCE: &str = "report/index.html";

/// A dossier's folder.
#[derive(Debug, Clone)]
pub(super) struct Folder {
    pub(super) path: PathBuf,
}

/// Keeps others off the folder. The system lets go of it when the process ends, however it ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "it is held, not looked at")] File);

impl Folder {
    pub(super) fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// The dossier's name.
    pub(super) fn name(&self) -> String {
        self.path.file_name().map_or_else(|| "case".to_owned(), |name| name.to_string_lossy().into_owned())
    }

    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    /// A file that is only needed while it goes on.
    pub(super) fn session_file(&self, name: &str) -> PathBuf {
        self.path.join(SESSION).join(name)
    }

    /// Makes the folder, if it is not there.
    pub(super) fn make(&self) -> Result<(), Diagnostic> {
        let session = self.path.join(SESSION);
        std::fs::create_dir_all(&session).map_err(|error| unreadable(&session, &error))
    }

    pub(super) fn has_journal(&self) -> bool {
        self.file(JOURNAL).is_file()
    }

    /// Keeps others off; `None` when somebody else does. The file stands beside the folder: a dossier holds what it holds.
    pub(super) fn lock(&self) -> Result<Option<Lock>, Diagnostic> {
        let path = self.path.with_file_name(format!(".{}.lock", self.name()));
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .map_err(|error| unreadable(&path, &error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(unreadable(&path, &error)),
        }
    }

    /// The journal's lines; what was cut off at its end is left out.
    pub(super) fn lines(&self) -> Result<Vec<Line>, Diagnostic> {
        let path = self.file(JOURNAL);
        if !path.is_file() {
            return Err(no_dossier(&self.path));
        }
        let text = read_bytes(&path)?;
        let mut lines = Vec::new();
        journal::read(&text, |line| lines.push(line)).map_err(|error| {
            Diagnostic::new(Code::Journal, format!("{} is no journal of a certification", shown(&path)))
                .note(NoteKind::Why, error.to_string())
        })?;
        Ok(lines)
    }

    /// Opens the journal for appending; a last line that was cut off goes first.
    pub(super) fn appending(&self) -> Result<Appending, Diagnostic> {
        let path = self.file(JOURNAL);
        let failed = |error: std::io::Error| unreadable(&path, &error);
        let whole = if path.is_file() { Some(journal::whole_lines(&read_bytes(&path)?)) } else { None };
        let file = OpenOptions::new().append(true).create(true).open(&path).map_err(failed)?;
        if let Some(whole) = whole {
            file.set_len(whole as u64).map_err(failed)?;
        }
        Ok(Appending(file))
    }

    /// The copies of profile, rules and contract.
    pub(super) fn texts(&self) -> Result<Texts, Diagnostic> {
        let text = |name: &str| Text::of(&self.file(name));
        Ok(Texts { profile: text(PROFILE)?, rules: text(RULES)?, contract: text(CONTRACT)? })
    }

    /// Writes the copies.
    pub(super) fn write_texts(&self, texts: &Texts) -> Result<(), Diagnostic> {
        for (name, text) in [(PROFILE, &texts.profile), (RULES, &texts.rules), (CONTRACT, &texts.contract)] {
            self.write(name, text.text.as_bytes())?;
        }
        Ok(())
    }

    /// Writes a file in one step.
    pub(super) fn write(&self, name: &str, content: &[u8]) -> Result<(), Diagnostic> {
        let path = self.file(name);
        let failed = |error: std::io::Error| unreadable(&path, &error);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent).map_err(failed)?;
        }
        let mut draft = path.clone().into_os_string();
        draft.push(".new");
        std::fs::write(&draft, content).and_then(|()| std::fs::rename(&draft, &path)).map_err(failed)
    }

    /// What the journal comes to, by the dossier's own copies.
    pub(super) fn graded(&self) -> Result<(Record, Vec<Line>), Vec<Diagnostic>> {
        if !self.has_journal() {
            return Err(vec![no_dossier(&self.path)]);
        }
        let texts = self.texts().map_err(|problem| vec![problem])?;
        let lines = self.lines().map_err(|problem| vec![problem])?;
        self.are_its_own(&texts, &lines).map_err(|problem| vec![problem])?;
        let understood = texts.understand()?;
        let record = grade(&understood, &lines).ok_or_else(|| vec![no_dossier(&self.path)])?;
        Ok((record, lines))
    }

    /// Whether the copies are the files that the certification was opened with.
    fn are_its_own(&self, texts: &Texts, lines: &[Line]) -> Result<(), Diagnostic> {
        let Some(Entry::Opened(opened)) = lines.first().map(|line| &line.what) else {
            return Err(no_dossier(&self.path));
        };
        let pairs = [
            (PROFILE, texts.profile.digest(), &opened.profile.sha256),
            (RULES, texts.rules.digest(), &opened.rules),
            (CONTRACT, texts.contract.digest(), &opened.contract.sha256),
        ];
        match pairs.iter().find(|(_, digest, known)| digest != *known) {
            None => Ok(()),
            Some((name, ..)) => {
                let title =
                    format!("{} is not the file that the certification was opened with", shown(&self.file(name)));
                Err(Diagnostic::new(Code::WrongValue, title)
                    .note(NoteKind::Why, "a certification is judged by one measure from its beginning to its end")
                    .next(
                        "put the file back as it was; to see what another measure gives, use `proviso certify regrade`",
                    ))
            }
        }
    }

    /// Makes everything that is made of the journal, and takes away what was only needed meanwhile.
    pub(super) fn finish(&self) -> Result<Record, Vec<Diagnostic>> {
        let (record, lines) = self.graded()?;
        for (name, content) in made_of(&record, &lines).map_err(|why| vec![unwritten(&self.path, &why)])? {
            self.write(&name, &content).map_err(|problem| vec![problem])?;
        }
        self.tidy().map_err(|problem| vec![problem])?;
        Ok(record)
    }

    /// Takes away what was only needed while it went on.
    pub(super) fn tidy(&self) -> Result<(), Diagnostic> {
        let session = self.path.join(SESSION);
        match std::fs::remove_dir_all(&session) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(unreadable(&session, &error)),
            _ => Ok(()),
        }
    }
}

/// The files that are made of a journal.
pub(super) fn made_of(record: &Record, lines: &[Line]) -> Result<Files, String> {
    let case = record.to_json().map_err(|error| error.to_string())?;
    Ok(Files::from([
        (CASE.to_owned(), case.into_bytes()),
        (PAGE.to_owned(), page(record).into_bytes()),
        (EVIDENCE.to_owned(), evidence(record, lines).into_bytes()),
    ]))
}

/// What lines come to.
pub(super) fn grade(understood: &Understood, lines: &[Line]) -> Option<Record> {
    let mut grader = Grader::new(understood.judge.clone());
    lines.iter().for_each(|line| grader.take(line));
    grader.record()
}

/// A journal that is appended to. A line is with the system when `append` returns, so the process may be killed.
#[derive(Debug)]
pub(super) struct Appending(File);

impl Append for Appending {
    fn append(&mut self, line: &str) -> std::io::Result<()> {
        let mut whole = String::with_capacity(line.len() + 1);
        whole.push_str(line);
        whole.push('\n');
        self.0.write_all(whole.as_bytes())
    }
}

pub(super) fn no_dossier(path: &Path) -> Diagnostic {
    Diagnostic::new(Code::MissingFile, format!("{} is no dossier", shown(path)))
        .note(NoteKind::Why, format!("there is no {JOURNAL} in it"))
        .next("name the folder that `proviso certify open` told, as in cases/acme-20261130")
}

fn unwritten(path: &Path, why: &str) -> Diagnostic {
    Diagnostic::new(Code::Report, format!("{} cannot be written", shown(path))).note(NoteKind::Why, why.to_owned())
}

/// Reads a partner's file.
pub(super) fn read_partner(path: &Path) -> Result<PartnerFile, Diagnostic> {
    serde_yaml::from_str(&read_text(path)?).map_err(|error| {
        Diagnostic::new(Code::WrongValue, format!("{} is no partner", shown(path)))
            .note(NoteKind::Why, error.to_string())
            .next("write `partner: Acme Lending`, `product: los`, `build: 4.2.0`, and if you like `keys: acme.keys`")
    })
}

/// A partner, as its file has it.
#[derive(Debug, Clone, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PartnerFile {
    /// The partner's name.
    #[serde(alias = "name")]
    pub(super) partner: String,
    /// The product, or the system.
    #[serde(default)]
    pub(super) product: String,
    /// Which build of it.
    #[serde(default)]
    pub(super) build: Option<String>,
    /// The archetype, for people.
    #[serde(default)]
    #[expect(dead_code, reason = "people write it; the profile says it")]
    pub(super) archetype: Option<serde_yaml::Value>,
    /// A file of API keys, beside this one.
    #[serde(default)]
    pub(super) keys: Option<PathBuf>,
}

/// A name as part of a folder's name: `Acme Lending` is `acme-lending`.
pub(super) fn slug(name: &str) -> String {
    let mut slug = String::new();
    for letter in name.chars() {
        match letter {
            letter if letter.is_ascii_alphanumeric() => slug.push(letter.to_ascii_lowercase()),
            _ if slug.ends_with('-') || slug.is_empty() => {}
            _ => slug.push('-'),
        }
    }
    let slug = slug.trim_end_matches('-').to_owned();
    if slug.is_empty() { "partner".to_owned() } else { slug }
}
