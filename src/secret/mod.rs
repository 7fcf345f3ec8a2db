//! Secrets and personal data, and the one redactor that keeps them out of everything that leaves the process.
//!
//! Three kinds of things are masked. *Values* that were declared secret, wherever they occur, as they are and in the
//! encodings they are likely to travel in ([`encodings`]). *Headers and members* that carry credentials, by their names,
//! whatever they hold ([`CredentialNames`]). *Personal data*, by their form and by the members they stand in, replaced by
//! pseudonyms of the same form ([`Pseudonyms`]). Masking happens once, on what is written to the journal; every report is
//! made from that.

mod encodings;
mod names;
mod needles;
mod personal;
mod redactor;

pub use names::{CredentialNames, is_credential_header};
pub use personal::Pseudonyms;
pub use redactor::{MASK, Redactor, SHORTEST, Shown};
