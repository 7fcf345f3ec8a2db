//! Signing a dossier: `SHA256SUMS`, and `certificate.intoto.jsonl` with a line for each statement.

use super::envelope::{Envelope, Signature};
use super::key::PublicKey;
use super::statement::{PAYLOAD_TYPE, Predicate, payloads, statement, without_certificate};
use super::sums::{Files, digests, write_sums};
use super::{CERTIFICATE, SUMS};

/// Why a dossier was not signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignError {
    /// The signer gave bytes that are no signature of the key's.
    Mismatch,
    /// The signer failed, in its words.
    Signer(String),
    /// The certificate that is there already is not of these files.
    OtherFiles,
}

impl std::fmt::Display for SignError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mismatch => f.write_str("what the signer gave is no signature of that key"),
            Self::Signer(words) => write!(f, "the signer failed: {words}"),
            Self::OtherFiles => f.write_str("the certificate in the folder was made for other files"),
        }
    }
}

/// Signs a dossier's files, or adds a signature to those that are there. `sign` gives the signature of the bytes it is
/// given; what it gives is checked. A key that signed already changes nothing.
///
/// # Errors
///
/// If the signer fails, or the certificate that is there was made for other files.
pub fn sign(
    files: &mut Files,
    predicate: Predicate,
    key: &PublicKey,
    mut sign: impl FnMut(&[u8]) -> Result<Vec<u8>, String>,
) -> Result<(), SignError> {
    let digests = digests(&without_certificate(files));
    let payloads = payloads(&statement(&digests, predicate)).map_err(|error| SignError::Signer(error.to_string()))?;
    let mut envelopes =
        payloads.map(|payload| Envelope { payload_type: PAYLOAD_TYPE.to_owned(), payload, signatures: Vec::new() });
    if let Some(before) = files.get(CERTIFICATE) {
        let before = parse(before).map_err(|_| SignError::OtherFiles)?;
        if before.len() != envelopes.len() || before.iter().zip(&envelopes).any(|(old, new)| old.payload != new.payload)
        {
            return Err(SignError::OtherFiles);
        }
        for (new, old) in envelopes.iter_mut().zip(before) {
            new.signatures = old.signatures;
        }
    }
    let key_id = key.id();
    for envelope in &mut envelopes {
        if envelope.signatures.iter().any(|known| known.key_id == key_id) {
            continue;
        }
        let signed = envelope.signed_bytes();
        let signature = sign(&signed).map_err(SignError::Signer)?;
        if !key.verifies(&signed, &signature) {
            return Err(SignError::Mismatch);
        }
        envelope.signatures.push(Signature { key_id: key_id.clone(), signature });
    }
    let text = write(&envelopes).map_err(SignError::Signer)?;
    files.insert(SUMS.to_owned(), write_sums(&digests).into_bytes());
    files.insert(CERTIFICATE.to_owned(), text.into_bytes());
    Ok(())
}

/// The envelopes of a certificate file, one to a line.
pub(super) fn parse(text: &[u8]) -> Result<Vec<Envelope>, String> {
    let text = text.strip_suffix(b"\n").ok_or("its last line has no end")?;
    text.split(|byte| *byte == b'\n').map(Envelope::parse).collect()
}

/// The one way of writing them.
pub(super) fn write(envelopes: &[Envelope]) -> Result<String, String> {
    envelopes.iter().map(|envelope| envelope.line().map(|line| line + "\n")).collect()
}
