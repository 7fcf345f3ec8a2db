//! The dossier: a folder that can be handed to people who were not there, signed so that anyone can verify it.
//!
//! Everything here is pure: files come in as bytes by name. The signature is DSSE around an in-toto statement, Ed25519, with
//! keys that OpenSSL reads; nothing in it needs Proviso.

mod archive;
mod digest;
mod envelope;
mod evidence;
mod key;
mod page;
mod reason;
mod revocations;
mod sign;
mod statement;
mod sums;
mod verify;

pub use archive::{LARGEST, MOST_FILES, read_zip, write_zip};
pub use digest::sha256;
pub use envelope::{Envelope, Signature, pae};
pub use evidence::evidence;
pub use key::{KeyError, PublicKey, SigningKey};
pub use page::page;
pub use reason::{Reason, ReasonCode, Standing};
pub use revocations::Revocations;
pub use sign::{SignError, sign};
pub use statement::{PAYLOAD_TYPE, PREDICATE, Predicate, Statement};
pub use sums::{Files, digests, unsafe_name, write_sums};
pub use verify::{NamedKey, Verification, Verifier};

/// What came and went: one record to a line, masked.
pub const JOURNAL: &str = "journal.jsonl";
/// What was found.
pub const CASE: &str = "case.json";
/// One page for people.
pub const PAGE: &str = "certificate.html";
/// A copy of the profile.
pub const PROFILE: &str = "profile.yaml";
/// A copy of the rules.
pub const RULES: &str = "rules.yaml";
/// A copy of the contract.
pub const CONTRACT: &str = "contract.yaml";
/// The digests of every file but itself and the certificate.
pub const SUMS: &str = "SHA256SUMS";
/// The signed statements.
pub const CERTIFICATE: &str = "certificate.intoto.jsonl";

#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
