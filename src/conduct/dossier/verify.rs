//! Verifying a dossier without a network: every file and only these, signatures, dates, revocations. Pure.

use super::key::PublicKey;
use super::reason::{Reason, ReasonCode, Standing};
use super::revocations::Revocations;
use super::sign::{parse, write};
use super::statement::{
    PAYLOAD_TYPE, PREDICATE, Predicate, STATEMENT, Statement, certificate_id, digests_of, payloads, without_certificate,
};
use super::sums::{Files, digests, read_sums};
use super::{CASE, CERTIFICATE, JOURNAL, SUMS};
use crate::conduct::record::{Mode, Pinned, Record, Verdict};
use crate::event::Timestamp;
use std::collections::BTreeMap;

/// A public key and the name by which it is required.
#[derive(Debug, Clone)]
pub struct NamedKey {
    /// Its name.
    pub name: String,
    /// The key.
    pub key: PublicKey,
}

/// What a verifier goes by.
#[derive(Debug)]
pub struct Verifier<'a> {
    /// The keys whose signatures are known.
    pub keys: &'a [NamedKey],
    /// The names of keys that all must have signed; any one without.
    pub require: &'a [String],
    /// The time at which it has to be in force.
    pub at: Timestamp,
    /// What was revoked.
    pub revocations: &'a Revocations,
    /// The released profiles: digest by name and version. A profile of another name is its owner's own.
    pub released: &'a [Pinned],
}

/// What was found.
#[derive(Debug)]
pub struct Verification {
    /// How it stands.
    pub standing: Standing,
    /// Why it is not certified, sorted, each once.
    pub reasons: Vec<Reason>,
    /// The certificate's id, where there is a certificate.
    pub certificate: Option<String>,
    /// What it says, where that can be read; to be believed only if it can be trusted.
    pub predicate: Option<Predicate>,
    /// The names of the keys that signed.
    pub signed_by: Vec<String>,
}

impl Verifier<'_> {
    /// Verifies a dossier.
    #[must_use]
    pub fn verify(&self, files: &Files) -> Verification {
        let mut reasons = Vec::new();
        let mut found = Verification {
            standing: Standing::Certified,
            reasons: Vec::new(),
            certificate: None,
            predicate: None,
            signed_by: Vec::new(),
        };
        if !files.contains_key(CERTIFICATE) && !files.contains_key(CASE) && !files.contains_key(JOURNAL) {
            reasons
                .push(Reason::new(ReasonCode::DossierNone, format!("there is no {CERTIFICATE}, {CASE} or {JOURNAL}")));
        } else {
            match files.get(CERTIFICATE) {
                None => reasons.push(Reason::new(ReasonCode::SignatureMissing, format!("there is no {CERTIFICATE}"))),
                Some(text) => self.certificate(files, text, &mut found, &mut reasons),
            }
        }
        reasons.sort();
        reasons.dedup();
        found.standing = reasons.iter().map(|reason| reason.code.standing()).max().unwrap_or(Standing::Certified);
        found.reasons = reasons;
        found
    }

    fn certificate(&self, files: &Files, text: &[u8], found: &mut Verification, reasons: &mut Vec<Reason>) {
        let mut tell = |code, about: String| reasons.push(Reason::new(code, about));
        let envelopes = match parse(text) {
            Ok(envelopes) => envelopes,
            Err(error) => return tell(ReasonCode::StatementForm, error),
        };
        if write(&envelopes).ok().as_deref().map(str::as_bytes) != Some(text) {
            tell(ReasonCode::StatementForm, "it is JSON, but not the one way of writing it".to_owned());
        }
        let Some(first) = envelopes.first() else { return };
        if let Some(other) = envelopes.iter().find(|envelope| envelope.payload_type != PAYLOAD_TYPE) {
            tell(ReasonCode::StatementType, format!("the payload is `{}`", other.payload_type));
        }
        let statement = match serde_json::from_slice::<Statement<Predicate>>(&first.payload) {
            Ok(statement) if statement.kind == STATEMENT && statement.predicate_type == PREDICATE => statement,
            Ok(statement) => return tell(ReasonCode::StatementType, format!("it is `{}`", statement.predicate_type)),
            Err(error) => return tell(ReasonCode::StatementType, error.to_string()),
        };
        let expected = payloads(&statement).unwrap_or_default();
        if !envelopes.iter().map(|envelope| &envelope.payload).eq(&expected) {
            tell(ReasonCode::StatementForm, format!("{} lines that belong together are expected", expected.len()));
        }
        // Who signed: every signature must be of a key that was given, so that no byte is left unchecked.
        let mut signers: Vec<Vec<&str>> = Vec::new();
        for (line, envelope) in envelopes.iter().enumerate() {
            let mut names = Vec::new();
            let signed = envelope.signed_bytes();
            for signature in &envelope.signatures {
                match self.keys.iter().find(|known| known.key.id() == signature.key_id) {
                    None => tell(ReasonCode::KeyUnknown, format!("key {}", short(&signature.key_id))),
                    Some(known) if known.key.verifies(&signed, &signature.signature) => names.push(known.name.as_str()),
                    Some(known) => {
                        tell(ReasonCode::SignatureMismatch, format!("of `{}`, line {}", known.name, line + 1));
                    }
                }
            }
            signers.push(names);
        }
        let by_all = signers.first().cloned().unwrap_or_default();
        if signers.iter().any(|names| *names != by_all) {
            tell(ReasonCode::SignatureMissing, "not every line is signed by the same keys".to_owned());
        }
        if by_all.is_empty() {
            tell(ReasonCode::SignatureMissing, "no key that was given signed it".to_owned());
        }
        for name in self.require.iter().filter(|name| !by_all.contains(&name.as_str())) {
            tell(ReasonCode::SignatureMissing, format!("`{name}` has to sign"));
        }
        found.signed_by = by_all.into_iter().map(str::to_owned).collect();
        found.certificate = Some(certificate_id(&first.payload));
        match digests_of(&statement) {
            Some(signed) => hold_files(files, &signed, &mut tell),
            None => tell(ReasonCode::StatementType, "it names a file twice".to_owned()),
        }
        self.content(files, &statement.predicate, found, &mut tell);
        found.predicate = Some(statement.predicate);
    }

    fn content(
        &self,
        files: &Files,
        predicate: &Predicate,
        found: &Verification,
        tell: &mut impl FnMut(ReasonCode, String),
    ) {
        // The record beside the statement must say the same; both are signed, so this catches a signer's mistake.
        let record = files.get(CASE).and_then(|text| serde_json::from_slice::<Record>(text).ok());
        if record.as_ref().and_then(Predicate::of).as_ref() != Some(predicate) {
            tell(ReasonCode::StatementType, format!("{CASE} says something else"));
        }
        let profile = &predicate.profile;
        let named: Vec<&Pinned> = self.released.iter().filter(|known| known.id == profile.id).collect();
        if !named.is_empty() && !named.contains(&profile) {
            tell(ReasonCode::ProfileUnknown, format!("{} version {}", profile.id, profile.version));
        }
        if predicate.mode == Mode::Rehearsal || predicate.environment.time_scale.as_f64() != Some(1.0) {
            tell(ReasonCode::ModeRehearsal, "it says nothing about the partner's system".to_owned());
        }
        match predicate.verdict {
            Verdict::Certified => {}
            Verdict::NotCertified => tell(ReasonCode::NotCertified, listed(&predicate.modules.failed)),
            Verdict::NotKnown => tell(ReasonCode::NotKnown, open_modules(predicate)),
        }
        if self.at < predicate.issued_at {
            tell(ReasonCode::CertificateNotYet, format!("it was issued at {}", predicate.issued_at));
        }
        if self.at > predicate.not_after {
            tell(ReasonCode::CertificateExpired, format!("at {}", predicate.not_after));
        }
        for waived in predicate.modules.waived.iter().filter(|waived| past(&waived.until, self.at)) {
            tell(ReasonCode::CertificateExpired, format!("the waiver of {} ended on {}", waived.id, waived.until));
        }
        let id = found.certificate.as_deref().unwrap_or_default();
        let keys = self.keys.iter().filter(|known| found.signed_by.contains(&known.name)).map(|known| known.key.id());
        for reason in self.revocations.of(id, keys, predicate.issued_at, self.at) {
            tell(ReasonCode::CertificateRevoked, reason);
        }
    }
}

/// Every file that was signed is there and the same, and no other.
fn hold_files(files: &Files, signed: &BTreeMap<String, String>, tell: &mut impl FnMut(ReasonCode, String)) {
    let there = digests(&without_certificate(files));
    for (name, digest) in signed {
        match there.get(name) {
            None => tell(ReasonCode::SubjectMissing, name.clone()),
            Some(other) if other != digest => tell(ReasonCode::SubjectDigest, name.clone()),
            Some(_) => {}
        }
    }
    for name in there.keys().filter(|name| !signed.contains_key(*name)) {
        tell(ReasonCode::SubjectExtra, name.clone());
    }
    match files.get(SUMS) {
        None => tell(ReasonCode::SubjectMissing, SUMS.to_owned()),
        Some(text) if read_sums(text).as_ref() != Some(signed) => tell(ReasonCode::SubjectDigest, SUMS.to_owned()),
        Some(_) => {}
    }
}

/// Whether a day, as `2026-12-31`, is over in UTC; a text that is none counts as over.
fn past(day: &str, at: Timestamp) -> bool {
    at.to_string().get(..10).is_none_or(|today| today > day)
}

fn listed(modules: &[String]) -> String {
    match modules {
        [] => "the service did not answer as documented".to_owned(),
        modules => modules.join(", "),
    }
}

fn open_modules(predicate: &Predicate) -> String {
    let modules = &predicate.modules;
    let open: Vec<&str> =
        modules.not_observed.iter().chain(&modules.review).chain(&modules.void).map(String::as_str).collect();
    open.join(", ")
}

fn short(id: &str) -> String {
    let start: String = id.chars().filter(char::is_ascii_graphic).take(16).collect();
    format!("{start}...")
}
