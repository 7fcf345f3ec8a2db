//! What the process that has a dossier open does when it is asked, and the small secrets of a session.

use super::super::files::unreadable;
use super::folder::Folder;
use super::inbox::Ask;
use crate::conduct::Session;
use crate::conduct::record::{ModuleFound, ModuleState, Record};
use crate::diagnostic::{Code, Diagnostic};
use crate::event::Timestamp;
use crate::sandbox::Persona;
use ring::rand::{SecureRandom as _, SystemRandom};
use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::Path;
use std::time::Duration;

/// Does what was asked.
pub(super) fn answer(session: &mut Session, ask: Ask, now: Timestamp) -> Result<(), String> {
    match ask {
        Ask::Arm { module, customer } => session.arm(&module, customer, now),
        Ask::Attest(attested) => session.attest(*attested),
        Ask::Provider(provider) => session.provider(*provider),
        Ask::Close { waived } => {
            if !waived.is_empty() {
                session.waive(waived, now)?;
            }
            session.close(now)
        }
    }
}

/// Whether nothing more is to be shown: every module that counts has passed or failed, or has been silent for its window.
pub(super) fn is_done(session: &Session, record: &Record, now: Timestamp) -> bool {
    let going = session.going();
    let quiet =
        |module: &str, window: Duration| going.get(module).is_some_and(|going| now > going.latest.after(window));
    // What is due until a time may still come, however long nothing does.
    let due = |module: &ModuleFound| {
        let rules = module.attempts.last().into_iter().flat_map(|attempt| &attempt.rules);
        rules.into_iter().any(|rule| rule.due.is_some_and(|due| due > now))
    };
    record.modules.iter().all(|module| match module.state {
        ModuleState::NotScored => true,
        _ => !due(module) && quiet(&module.id, session.window_of(&module.id)),
    })
}

/// The permanent account numbers of the reference server's personas, which everybody knows.
pub(super) fn known_pans() -> impl Iterator<Item = String> {
    Persona::pans().map(str::to_owned)
}

/// The unguessable part of the page's address; the same as long as the certification goes on.
pub(super) fn token(folder: &Folder) -> Result<String, Diagnostic> {
    let path = folder.session_file("token");
    if !path.is_file() {
        write_secret(&path, &random_text()?)?;
    }
    std::fs::read_to_string(&path).map(|text| text.trim().to_owned()).map_err(|error| unreadable(&path, &error))
}

/// 32 hex digits that nobody can guess.
pub(super) fn random_text() -> Result<String, Diagnostic> {
    let mut bytes = [0; 16];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| Diagnostic::new(Code::UnreadableFile, "the system gives no random bytes"))?;
    Ok(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
}

/// Writes a file for its owner only.
pub(super) fn write_secret(path: &Path, text: &str) -> Result<(), Diagnostic> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let written = options.open(path).and_then(|mut file| file.write_all(format!("{text}\n").as_bytes()));
    written.map_err(|error| unreadable(path, &error))
}
