//! What a run masks: its secrets, names of credentials, personal data; and the look afterwards whether all of it was.

use super::ci;
use super::load::Loaded;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::secret::{CredentialNames, Pseudonyms, Redactor, SHORTEST};
use crate::text::percent_decoded;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// How much of a file is looked at in one piece, in bytes; pieces overlap by [`OVERLAP`].
const PIECE: usize = 1 << 20;
/// Longer than any form of a secret that people use.
const OVERLAP: usize = 1 << 14;

/// Whether personal data are shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Personal {
    /// Replaced by pseudonyms.
    Masked,
    /// Shown: test data of the reference server, or somebody asked for it.
    Shown,
}

/// Whether personal data are shown, as far as the command line may say so.
///
/// # Errors
/// It asks for them where others read along.
pub(super) fn personal(asked: bool, shell: &Shell, embedded: bool) -> Result<Personal, Box<Diagnostic>> {
    if asked && (ci::is_ci() || !shell.is_watched()) {
        let title = "--show-personal-data is for a terminal that one person reads";
        let why = "in CI and in pipes what is shown is kept, and others read it";
        let problem = Diagnostic::new(Code::WrongValue, title).note(NoteKind::Why, why.to_owned());
        return Err(Box::new(
            problem.next("leave it out: equal values have equal pseudonyms, so they can be compared"),
        ));
    }
    Ok(if asked || embedded { Personal::Shown } else { Personal::Masked })
}

/// The redactor of a run.
///
/// # Errors
/// A secret is empty, or too short to be found again where it turns up.
pub(super) fn redactor(
    loaded: &Loaded,
    base_url: &str,
    embedded: bool,
    personal: Personal,
) -> Result<Redactor, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let mut secrets = Vec::new();
    for name in &loaded.plan.secrets {
        let Some(value) = loaded.variables.secret(name) else { continue };
        match value.trim().len() {
            0 => problems.push(
                Diagnostic::new(Code::MissingSecret, format!("the secret `{name}` is empty"))
                    .next(format!("give {name} its value, in the environment or in the file that --secrets names")),
            ),
            1..SHORTEST => problems.push(short(name)),
            _ => secrets.push(value.as_str()),
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let redactor = Redactor::new(secrets).knowing(CredentialNames::with(names(loaded)));
    if let Ok(url) = url::Url::parse(base_url)
        && let Some(password) = url.password()
    {
        let (user, password) = (percent_decoded(url.username()), percent_decoded(password));
        redactor.learn(&password);
        redactor.learn(&format!("{user}:{password}"));
    }
    let redactor = if embedded { redactor } else { redactor.watching_headers() };
    match (personal, Pseudonyms::fresh()) {
        (Personal::Masked, Some(pseudonyms)) => Ok(redactor.with_pseudonyms(pseudonyms)),
        (Personal::Masked, None) => Err(vec![Diagnostic::new(
            Code::MissingSecret,
            "the system gives no random numbers, which pseudonyms of personal data need",
        )]),
        (Personal::Shown, _) => Ok(redactor),
    }
}

fn short(name: &str) -> Diagnostic {
    Diagnostic::new(Code::MissingSecret, format!("the secret `{name}` has fewer than {SHORTEST} characters"))
        .note(
            NoteKind::Why,
            "masking so short a text wherever it stands would hide the report, not the secret".to_owned(),
        )
        .next("use a longer one; where it is no secret, give it as a name among `vars`")
}

/// Names of credentials that the environment and the contracts know.
fn names(loaded: &Loaded) -> impl Iterator<Item = &str> {
    let schemes = loaded.plan.contracts.iter().flat_map(|contract| &contract.security_schemes);
    loaded.plan.globals.masked.iter().chain(schemes.map(|scheme| &scheme.parameter)).map(String::as_str)
}

/// Looks into everything that a run wrote for every secret it knows. What shows one is taken away and told.
pub(super) fn withdraw_what_leaks(redactor: &Redactor, folder: &Path, files: &[PathBuf]) -> Vec<Diagnostic> {
    let inside = std::fs::read_dir(folder).into_iter().flatten().filter_map(|entry| Some(entry.ok()?.path()));
    let mut all: Vec<PathBuf> = inside.chain(files.iter().cloned()).filter(|path| path.is_file()).collect();
    all.sort();
    all.dedup();
    all.iter().filter(|path| leaks(redactor, path)).map(|path| withdrawn(path)).collect()
}

fn withdrawn(path: &Path) -> Diagnostic {
    let shown = path.display();
    let title = match std::fs::remove_file(path) {
        Ok(()) => format!("{shown} held a secret and was taken away"),
        Err(error) => format!("{shown} holds a secret and could not be taken away: {error}"),
    };
    Diagnostic::new(Code::Report, title)
        .note(NoteKind::Why, "after a run each of its files is searched for each of its secrets, in every encoding".to_owned())
        .next("this is a defect of Proviso: please report it, without the secret; change the secret if others saw the file")
}

fn leaks(redactor: &Redactor, path: &Path) -> bool {
    let Ok(mut file) = std::fs::File::open(path) else { return false };
    let mut piece = Vec::with_capacity(PIECE + OVERLAP);
    loop {
        let before = piece.len();
        match (&mut file).take(PIECE as u64).read_to_end(&mut piece) {
            Ok(_) if piece.len() > before => {}
            Ok(_) | Err(_) => return false,
        }
        if redactor.seen_in(&piece).is_some() {
            return true;
        }
        piece.drain(..piece.len().saturating_sub(OVERLAP));
    }
}
