//! `proviso certify sign`: issues the certificate, or adds a signature to one.

use super::super::exit::Exit;
use super::super::files::{shown, unreadable};
use super::super::shell::Shell;
use super::args::Sign;
use super::commands::{first, now};
use super::folder::{Folder, made_of};
use super::inbox::{Held, hold};
use super::{files, keys, texts};
use crate::conduct::Append as _;
use crate::conduct::dossier::{CERTIFICATE, Files, Predicate, PublicKey, SigningKey, sign as sign_files, write_zip};
use crate::conduct::journal::{Entry, Line};
use crate::conduct::record::{Issued, Mode, ModuleState, Record};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Timestamp;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::io::Write as _;
use std::process::{Command, Stdio};

/// Signs a dossier.
pub(super) fn sign(args: &Sign, shell: &Shell) -> Exit {
    match signed(args) {
        Ok((record, files)) => {
            shell.say(&format!("{}: {} of {}", shown(&args.case), record.verdict.words(), record.partner.name));
            if let Some(issued) = &record.issued {
                shell.say(&format!("issued {} by {}, valid until {}", issued.at, issued.by, issued.not_after));
            }
            shell.say(&format!("{} files, signed in {}", files.len() - 2, shown(&args.case.join(CERTIFICATE))));
            Exit::Passed
        }
        Err(problem) => {
            shell.problem(&problem);
            Exit::Invalid
        }
    }
}

/// Who signs.
enum Signer {
    Key(SigningKey),
    Program(String),
}

fn signed(args: &Sign) -> Result<(Record, Files), Diagnostic> {
    let folder = Folder::new(&args.case);
    let Held::Here(lock) = hold(&folder)? else {
        return Err(refused(
            "it is still open",
            "a process of `proviso certify open` has it",
            "close it first: proviso certify close",
        ));
    };
    let (signer, key, name) = signer(args)?;
    let (record, lines) = folder.graded().map_err(first)?;
    may_be_signed(&record)?;
    let at = match &args.at {
        Some(text) => super::verify::time(text)?,
        None => now(),
    };
    if record.issued.is_none() {
        let closed = lines.last().map_or(at, |line| line.at);
        issue(&folder, &record, at.max(closed), args.issuer.clone().unwrap_or(name), &key)?;
    }
    let (record, lines) = folder.graded().map_err(first)?;
    for (name, content) in made_of(&record, &lines).map_err(|why| unwritten(&why))? {
        folder.write(&name, &content)?;
    }
    drop(lock);
    // What was only needed while it went on is no part of the dossier.
    folder.tidy()?;
    let mut all = files::read(&folder.path)?;
    attested_files_are_there(&record, &all)?;
    let predicate = Predicate::of(&record).ok_or_else(|| unwritten("nothing was issued"))?;
    sign_files(&mut all, predicate, &key, |bytes| match &signer {
        Signer::Key(key) => Ok(key.sign(bytes)),
        Signer::Program(program) => by_program(program, bytes),
    })
    .map_err(|error| {
        refused(
            "it was not signed",
            &error.to_string(),
            "sign the folder as `close` left it, with the key that belongs to the public key",
        )
    })?;
    for name in [crate::conduct::dossier::SUMS, CERTIFICATE] {
        if let Some(content) = all.get(name) {
            folder.write(name, content)?;
        }
    }
    if let Some(path) = &args.zip {
        let zipped = write_zip(&folder.name(), &all).map_err(|why| unwritten(&why))?;
        std::fs::write(path, zipped).map_err(|error| unreadable(path, &error))?;
    }
    Ok((record, all))
}

fn signer(args: &Sign) -> Result<(Signer, PublicKey, String), Diagnostic> {
    match (&args.key, &args.signer, &args.public) {
        (Some(path), None, _) => {
            let key = keys::read_private(path)?;
            let public = key.public().clone();
            Ok((Signer::Key(key), public, keys::name_of(path)))
        }
        (None, Some(program), Some(path)) => {
            let public = keys::read_public(path)?;
            Ok((Signer::Program(program.clone()), public.key, public.name))
        }
        _ => Err(Diagnostic::new(Code::MissingKey, "who signs?")
            .next("give --key desk.key, or --signer COMMAND with --public desk.pub")),
    }
}

/// Whether a certificate may say what was found. A verdict that is not the best one may be signed: it is authentic.
fn may_be_signed(record: &Record) -> Result<(), Diagnostic> {
    if record.mode == Mode::Rehearsal || record.environment.time_scale.as_f64() != Some(1.0) {
        return Err(refused(
            "mode.rehearsal: a rehearsal is not signed",
            "it says nothing about the partner's system in real time",
            "open a certification without --rehearsal",
        ));
    }
    if !record.closed {
        return Err(refused("it is not closed", "more may come", "close it first: proviso certify close"));
    }
    let open: Vec<&str> = record
        .modules
        .iter()
        .filter(|module| module.state == ModuleState::Review)
        .map(|module| module.id.as_str())
        .collect();
    if !open.is_empty() {
        let title = format!("a person has not answered yet in {}", open.join(", "));
        return Err(refused(
            &title,
            "what nobody answered for cannot be signed",
            "attest it before it is closed: proviso certify attest",
        ));
    }
    match texts::not_released(&record.profile) {
        Some(problem) => Err(problem.note(NoteKind::Why, "profile.unknown")),
        None => Ok(()),
    }
}

fn issue(folder: &Folder, record: &Record, at: Timestamp, by: String, key: &PublicKey) -> Result<(), Diagnostic> {
    let profile = folder.texts()?.understand().map_err(first)?.judge.profile;
    debug_assert_eq!(record.profile.id, profile.id, "the dossier's own copy");
    let issued = Issued { at, not_after: at.after(profile.valid_for), by, key_id: key.id() };
    let line = Line { at, what: Entry::Issued(Box::new(issued)) };
    let text = line.to_json().map_err(|error| unwritten(&error.to_string()))?;
    folder
        .appending()?
        .append(&text)
        .map_err(|error| unreadable(&folder.file(crate::conduct::dossier::JOURNAL), &error))
}

fn attested_files_are_there(record: &Record, files: &Files) -> Result<(), Diagnostic> {
    for attested in &record.attested {
        let Some(name) = &attested.file else { continue };
        let there = files.get(name).map(|content| crate::conduct::dossier::sha256(content));
        if there != attested.sha256 {
            let title = format!("{name} is not the file that was attested with");
            return Err(Diagnostic::new(Code::WrongValue, title).next("put the file back as it was"));
        }
    }
    Ok(())
}

/// Has a program sign: it reads the bytes on its standard input and writes the signature, as base64 or as 64 bytes.
fn by_program(program: &str, bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut parts = program.split_whitespace();
    let mut command = Command::new(parts.next().unwrap_or_default());
    command.args(parts).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| format!("`{program}` cannot be started: {error}"))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(bytes).map_err(|error| format!("`{program}` does not read: {error}"))?;
    }
    let output = child.wait_with_output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("`{program}` ended with {}", output.status));
    }
    if output.stdout.len() == 64 {
        return Ok(output.stdout);
    }
    let text: String = String::from_utf8_lossy(&output.stdout).split_whitespace().collect();
    STANDARD.decode(text).map_err(|error| format!("`{program}` wrote no signature: {error}"))
}

fn refused(title: &str, why: &str, next: &str) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, title).note(NoteKind::Why, why).next(next)
}

fn unwritten(why: &str) -> Diagnostic {
    Diagnostic::new(Code::Report, "the dossier cannot be made").note(NoteKind::Why, why)
}
