//! Signing keys on disk. A private key is for its owner only, and is not used when others can read it.

use super::super::embedded::read_bytes;
use super::super::exit::Exit;
use super::super::files::{shown, unreadable};
use super::super::shell::Shell;
use super::args::Keygen;
use crate::conduct::dossier::{KeyError, NamedKey, PublicKey, SigningKey};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use std::fs::OpenOptions;
use std::io::{ErrorKind, Write as _};
use std::path::{Path, PathBuf};

/// Makes a key and writes both halves. What is there is never overwritten.
pub(super) fn keygen(args: &Keygen, shell: &Shell) -> Exit {
    let (private, public) = (with_ending(&args.name, "key"), with_ending(&args.name, "pub"));
    let made = SigningKey::generate().map_err(|error| {
        Diagnostic::new(Code::UnreadableFile, "no key can be made").note(NoteKind::Why, error.to_string())
    });
    let written = made.and_then(|(key, pem)| {
        create(&private, pem.as_bytes(), true)?;
        create(&public, key.public().to_pem().as_bytes(), false)?;
        Ok(key)
    });
    match written {
        Ok(key) => {
            shell.say(&format!("{}   the private key: keep it, show it to nobody", shown(&private)));
            shell.say(&format!("{}   the public key: give it to whoever verifies", shown(&public)));
            shell.say(&format!("key {}", key.public().id()));
            Exit::Passed
        }
        Err(problem) => {
            shell.problem(&problem);
            Exit::Invalid
        }
    }
}

fn with_ending(name: &Path, ending: &str) -> PathBuf {
    let mut path = name.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    PathBuf::from(path)
}

/// Writes a file that is not there yet.
fn create(path: &Path, content: &[u8], private: bool) -> Result<(), Diagnostic> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    let mut file = for_its_owner(&mut options, private).open(path).map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Diagnostic::new(Code::WrongValue, format!("{} is there already", shown(path)))
            .note(NoteKind::Why, "a key that is overwritten is lost, and what it signed can no longer be signed again")
            .next("take another name, or move the file away"),
        ErrorKind::NotFound => Diagnostic::new(Code::MissingFile, format!("there is no folder for {}", shown(path))),
        _ => unreadable(path, &error),
    })?;
    file.write_all(content).map_err(|error| unreadable(path, &error))
}

#[cfg(unix)]
fn for_its_owner(options: &mut OpenOptions, private: bool) -> &mut OpenOptions {
    use std::os::unix::fs::OpenOptionsExt as _;
    options.mode(if private { 0o600 } else { 0o644 })
}

#[cfg(not(unix))]
fn for_its_owner(options: &mut OpenOptions, _private: bool) -> &mut OpenOptions {
    options
}

/// Reads a public key; its name is that of the file.
pub(super) fn read_public(path: &Path) -> Result<NamedKey, Diagnostic> {
    let key = PublicKey::from_pem(&read_bytes(path)?).map_err(|error| {
        let problem = no_key(path, "public", error);
        match error {
            KeyError::NoBlock => {
                problem.next("name the .pub file that `proviso certify keygen` made, or `openssl pkey -pubout`")
            }
            _ => problem,
        }
    })?;
    Ok(NamedKey { name: name_of(path), key })
}

/// The name of a key: that of its file, without its ending.
pub(super) fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn no_key(path: &Path, kind: &str, error: KeyError) -> Diagnostic {
    Diagnostic::new(Code::WrongValue, format!("{} is no {kind} key", shown(path)))
        .note(NoteKind::Why, error.to_string())
}

/// Reads a private key. One that others can read is not used.
pub(super) fn read_private(path: &Path) -> Result<SigningKey, Diagnostic> {
    refuse_open_file(path)?;
    SigningKey::from_pem(&read_bytes(path)?).map_err(|error| {
        let problem = no_key(path, "private", error);
        match error {
            KeyError::NoBlock => problem.next("name the .key file that `proviso certify keygen` made"),
            KeyError::Version2 => {
                problem.next("make one with `proviso certify keygen`, or with `openssl genpkey -algorithm ed25519`")
            }
            _ => problem,
        }
    })
}

#[cfg(unix)]
fn refuse_open_file(path: &Path) -> Result<(), Diagnostic> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = std::fs::metadata(path).map_err(|error| unreadable(path, &error))?.permissions().mode();
    if mode & 0o077 == 0 {
        return Ok(());
    }
    Err(Diagnostic::new(Code::UnreadableFile, format!("others can read the private key {}", shown(path)))
        .note(NoteKind::Why, format!("its mode is {:04o}; whoever reads it can sign in your name", mode & 0o777))
        .next(format!("chmod 600 {}", shown(path))))
}

#[cfg(not(unix))]
fn refuse_open_file(_path: &Path) -> Result<(), Diagnostic> {
    Ok(())
}
