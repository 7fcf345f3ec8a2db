//! `proviso certify verify`.

use super::super::embedded::read_text;
use super::super::exit::Exit;
use super::super::files::shown;
use super::super::shell::Shell;
use super::args::{Format, Verify};
use super::{files, keys};
use crate::conduct::dossier::{Revocations, Standing, Verification, Verifier};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::Timestamp;
use serde_json::json;
use std::path::Path;

/// Verifies a dossier and says how it stands.
pub(super) fn verify(args: &Verify, shell: &Shell) -> Exit {
    let found = match verified(args) {
        Ok(found) => found,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::Invalid;
        }
    };
    match args.format {
        Format::Json => shell.say(&as_json(&found)),
        Format::Text => as_text(&args.case, &found, shell),
    }
    match found.standing {
        Standing::Certified => Exit::Passed,
        Standing::NotCertified => Exit::Failed,
        Standing::Untrusted => Exit::Error,
        Standing::NoDossier => Exit::Invalid,
    }
}

fn verified(args: &Verify) -> Result<Verification, Diagnostic> {
    let keys = args.keys.iter().map(|path| keys::read_public(path)).collect::<Result<Vec<_>, _>>()?;
    let known = |name: &&String| keys.iter().any(|key| key.name == **name);
    if let Some(name) = args.require.iter().find(|name| !known(name)) {
        let named: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
        return Err(Diagnostic::new(
            Code::WrongValue,
            format!("`{name}` is required, and no key of that name was given"),
        )
        .note(NoteKind::Why, format!("a key is named as its file; given: {}", named.join(", ")))
        .next(format!("add --key {name}.pub")));
    }
    let at = match &args.at {
        Some(text) => time(text)?,
        None => Timestamp::new(jiff::Timestamp::now()),
    };
    let revocations = match &args.revocations {
        Some(path) => read_revocations(path)?,
        None => Revocations::default(),
    };
    let files = files::read(&args.case)?;
    let released = super::texts::released();
    let verifier = Verifier { keys: &keys, require: &args.require, at, revocations: &revocations, released: &released };
    Ok(verifier.verify(&files))
}

fn read_revocations(path: &Path) -> Result<Revocations, Diagnostic> {
    Revocations::parse(&read_text(path)?).map_err(|why| {
        Diagnostic::new(Code::WrongValue, format!("{} is no list of revocations", shown(path)))
            .note(NoteKind::Why, why)
            .next("docs/certification.md shows one, under Revoking")
    })
}

/// A time: RFC 3339, or a day, which means its end in UTC.
pub(super) fn time(text: &str) -> Result<Timestamp, Diagnostic> {
    let day = || text.parse::<jiff::civil::Date>().ok()?.at(23, 59, 59, 0).to_zoned(jiff::tz::TimeZone::UTC).ok();
    let time = text.parse().ok().or_else(|| day().map(|day| day.timestamp()));
    time.map(Timestamp::new).ok_or_else(|| {
        Diagnostic::new(Code::WrongValue, format!("`{text}` is no time"))
            .next("write 2026-12-31, or 2026-12-31T12:00:00Z")
    })
}

fn as_text(path: &Path, found: &Verification, shell: &Shell) {
    let case = shown(path);
    let said = found.predicate.as_ref();
    shell.say(&match found.standing {
        Standing::Certified => format!("{case}: certified"),
        Standing::NotCertified => format!("{case}: authentic, and not a valid certificate"),
        Standing::Untrusted => format!("{case}: cannot be trusted"),
        Standing::NoDossier => format!("{case}: no dossier"),
    });
    for reason in &found.reasons {
        let about = if reason.about.is_empty() { String::new() } else { format!(" ({})", reason.about) };
        shell.say(&format!("  {}: {}{about}", reason.code.name(), reason.code.says()));
    }
    // What an untrusted dossier says of itself is nobody's word.
    if let Some(said) = said.filter(|_| found.standing < Standing::Untrusted) {
        let partner = &said.partner;
        shell.say(&format!("  {}, {}, build {}", partner.name, partner.product, partner.build));
        let profile = &said.profile;
        shell.say(&format!("  profile {} version {}, contract {}", profile.id, profile.version, said.contract.id));
        shell.say(&format!("  issued {} by {}, valid until {}", said.issued_at, said.issuer.name, said.not_after));
    }
    if !found.signed_by.is_empty() {
        shell.say(&format!("  signed by {}", found.signed_by.join(", ")));
    }
    if let Some(id) = &found.certificate {
        shell.say(&format!("  certificate {id}"));
    }
}

fn as_json(found: &Verification) -> String {
    let standing = match found.standing {
        Standing::Certified => "certified",
        Standing::NotCertified => "not-certified",
        Standing::Untrusted => "untrusted",
        Standing::NoDossier => "no-dossier",
    };
    let reasons = found.reasons.iter().map(|reason| json!({ "code": reason.code.name(), "about": reason.about }));
    let trusted = found.predicate.as_ref().filter(|_| found.standing < Standing::Untrusted);
    format!(
        "{:#}",
        json!({
            "standing": standing,
            "reasons": reasons.collect::<Vec<_>>(),
            "certificate": found.certificate,
            "signedBy": found.signed_by,
            "predicate": trusted,
        })
    )
}
