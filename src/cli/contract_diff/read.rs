//! Reading a contract from where the command line says: a file, a revision of git, standard input.

use crate::change::Document;
use crate::cli::files::{near_file, shown, unreadable};
use crate::cli::load::{not_text, read_part};
use crate::contract::{Contract, load};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::source::{FileId, Sources};
use crate::yaml::{Node, parse};
use std::io::Read;
use std::path::{Component, Path, PathBuf};
use std::process::Command;

/// Largest document that is read, in bytes.
const MOST_BYTES: u64 = 32 << 20;

/// A contract that was read.
#[derive(Debug)]
pub(in crate::cli) struct Side {
    contract: Contract,
    root: Node,
}

impl Side {
    pub(in crate::cli) const fn document(&self) -> Document<'_> {
        Document { contract: &self.contract, root: &self.root }
    }

    pub(in crate::cli) const fn contract(&self) -> &Contract {
        &self.contract
    }
}

/// Where a contract is.
enum From<'p> {
    Input,
    Git { revision: &'p str, file: &'p str },
    File(&'p Path),
}

impl<'p> From<'p> {
    fn parse(written: &'p str) -> Self {
        if written == "-" {
            return Self::Input;
        }
        let git = written.strip_prefix("git:").and_then(|rest| rest.split_once(':'));
        match git {
            Some((revision, file)) => Self::Git { revision, file },
            None => Self::File(Path::new(written)),
        }
    }
}

/// Reads a contract.
pub(in crate::cli) fn read(sources: &mut Sources, written: &str) -> Result<Side, Vec<Diagnostic>> {
    let from = From::parse(written);
    let one = |problem: Diagnostic| vec![problem];
    let (name, bytes) = match &from {
        From::Input => ("standard input".to_owned(), from_input().map_err(one)?),
        From::Git { revision, file } => (written.to_owned(), from_git(revision, file).map_err(one)?),
        From::File(path) => (shown(path), from_file(path).map_err(one)?),
    };
    let text = String::from_utf8(bytes).map_err(|error| one(not_text(&name, &error)))?;
    let file = sources.add(name, text);
    let mut part = |sources: &mut Sources, path: &str| match &from {
        From::Input => Err(Box::new(
            Diagnostic::new(Code::MissingFile, format!("{path} cannot be found from standard input"))
                .next("give the contract as a file, or make it one document"),
        )),
        From::Git { revision, file } => git_part(sources, revision, file, path),
        From::File(own) => read_part(sources, own.parent(), path).map_err(Box::new),
    };
    let contract = load(sources, file, "contract", &mut part)?;
    // A promise that cannot be read would be taken for one that was given up.
    let lost: Vec<Diagnostic> =
        contract.faults.iter().filter(|fault| fault.grave).map(|fault| fault.diagnostic.clone()).collect();
    if !lost.is_empty() {
        return Err(lost);
    }
    let root = parse(sources, file)?;
    Ok(Side { contract, root })
}

fn too_large(name: &str) -> Diagnostic {
    let most = MOST_BYTES >> 20;
    Diagnostic::new(Code::UnreadableFile, format!("{name} has more than {most} MiB"))
        .next("split the contract into files that refer to each other, or compare a part of it")
}

fn from_input() -> Result<Vec<u8>, Diagnostic> {
    let mut bytes = Vec::new();
    let read = std::io::stdin().lock().take(MOST_BYTES + 1).read_to_end(&mut bytes);
    match read {
        Ok(_) if bytes.len() as u64 > MOST_BYTES => Err(too_large("standard input")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(Diagnostic::new(Code::UnreadableFile, "standard input cannot be read")
            .note(NoteKind::Why, error.to_string())),
    }
}

fn from_file(path: &Path) -> Result<Vec<u8>, Diagnostic> {
    if path.is_dir() {
        let title = format!("{} is a folder", shown(path));
        return Err(Diagnostic::new(Code::UnreadableFile, title).next("name the contract's own file in it"));
    }
    let missing = |error: std::io::Error| unreadable(path, &error).maybe_next(near_file(path));
    if std::fs::metadata(path).map_err(missing)?.len() > MOST_BYTES {
        return Err(too_large(&shown(path)));
    }
    std::fs::read(path).map_err(missing)
}

fn from_git(revision: &str, file: &str) -> Result<Vec<u8>, Diagnostic> {
    let refused = |why: String| {
        Diagnostic::new(Code::UnreadableFile, format!("git has no file {file} at {revision}"))
            .note(NoteKind::Why, why)
            .next("write git:REVISION:FILE, the file as seen from this folder; in CI fetch the revision first")
    };
    if revision.is_empty() || revision.starts_with('-') {
        return Err(refused(format!("`{revision}` is no revision")));
    }
    let output = Command::new("git").args(["show", &format!("{revision}:./{file}")]).output();
    let output = output.map_err(|error| refused(format!("git cannot be run: {error}")))?;
    match output.status.success() {
        true if output.stdout.len() as u64 > MOST_BYTES => Err(too_large(file)),
        true => Ok(output.stdout),
        false => Err(refused(String::from_utf8_lossy(&output.stderr).trim().to_owned())),
    }
}

/// A file that a contract of a revision refers to.
fn git_part(sources: &mut Sources, revision: &str, own: &str, path: &str) -> Result<FileId, Box<Diagnostic>> {
    let mut file = PathBuf::from(own);
    file.pop();
    for part in Path::new(path).components() {
        match part {
            Component::ParentDir => {
                file.pop();
            }
            other => file.push(other),
        }
    }
    let file = file.display().to_string();
    let bytes = from_git(revision, &file)?;
    let name = format!("git:{revision}:{file}");
    let text = String::from_utf8(bytes).map_err(|error| not_text(&name, &error))?;
    Ok(sources.add(name, text))
}
