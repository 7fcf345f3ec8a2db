//! What was typed after `proviso certify`.

use clap::{Subcommand, ValueEnum};
use std::path::PathBuf;

const VERIFY_EXITS: &str = "\
Exit codes:
  0 certified   1 authentic, but not certified, expired or revoked   3 no dossier
  5 cannot be trusted: a signature, a key, a digest, a missing or extra file, not yet valid";

/// What to do about certifying partners.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Certify {
    /// Make a signing key: NAME.key, for its owner only, and NAME.pub, for everybody.
    Keygen(Keygen),
    /// Verify a dossier without a network: every file and only these, signatures, dates, revocations.
    #[command(after_help = VERIFY_EXITS)]
    Verify(Verify),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Keygen {
    /// The name of the key and of the two files; `--require` of verify names it.
    #[arg(value_name = "NAME")]
    pub(super) name: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Verify {
    /// The dossier: a folder, or a ZIP file of one.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// A public key whose signature is known, a PEM file; its name is that of the file. Repeat it for several. Every
    /// signature in the dossier must be of one of them.
    #[arg(long = "key", value_name = "FILE", required = true)]
    pub(super) keys: Vec<PathBuf>,
    /// The time at which it has to be in force: a day, or a time in RFC 3339. Now, unless said.
    #[arg(long, value_name = "DATE")]
    pub(super) at: Option<String>,
    /// What was revoked: certificates and keys, a YAML file.
    #[arg(long, value_name = "FILE")]
    pub(super) revocations: Option<PathBuf>,
    /// The names of keys that all must have signed, with commas between them. Without it one is enough.
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    pub(super) require: Vec<String>,
    /// How to tell what was found.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

/// How to tell something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Format {
    /// For people.
    Text,
    /// For programs: one object.
    Json,
}
