//! What was typed after `proviso certify`.

use clap::{Subcommand, ValueEnum};
use std::net::SocketAddr;
use std::path::PathBuf;

const VERDICT_EXITS: &str = "\
Exit codes:
  0 every module passed   1 something failed   3 a file is wrong, or it is no dossier
  5 could not tell: something was not shown, is void or waits for a person   130 interrupted";

const VERIFY_EXITS: &str = "\
Exit codes:
  0 certified   1 authentic, but not certified, expired or revoked   3 no dossier
  5 cannot be trusted: a signature, a key, a digest, a missing or extra file, not yet valid";

/// What to do about certifying partners.
#[derive(Debug, Subcommand)]
pub(in crate::cli) enum Certify {
    /// Show what a profile asks for: modules, rules, the sheet of test customers.
    Plan(Plan),
    /// Listen for partners' systems and judge them.
    #[command(after_help = VERDICT_EXITS)]
    Open(Box<Open>),
    /// Say how a certification stands.
    #[command(after_help = VERDICT_EXITS)]
    Status(Status),
    /// Let the next customer that is created, or one that is named, be of a module.
    Arm(Arm),
    /// Answer for a rule that cannot be seen.
    Attest(Attest),
    /// End a certification: no more traffic; rules that are open end as they stand. Makes the dossier.
    #[command(after_help = VERDICT_EXITS)]
    Close(Close),
    /// Run the other half: the profile's suites against the service, with the partner's key.
    Provider(Provider),
    /// Sign a closed certification, or add a signature.
    Sign(Sign),
    /// Verify a dossier without a network: every file and only these, signatures, dates, revocations.
    #[command(after_help = VERIFY_EXITS)]
    Verify(Verify),
    /// Show what a certification came to.
    Show(Show),
    /// Grade dossiers again, by their own rules or by others. Exits with 1 when something would change.
    Regrade(Regrade),
    /// Which modules each partner has to show again after a change of the contract.
    Due(Due),
    /// Make a signing key: NAME.key, for its owner only, and NAME.pub, for everybody.
    Keygen(Keygen),
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Plan {
    /// The profile: a name such as type-4, or a file.
    #[arg(long, value_name = "NAME")]
    pub(super) profile: String,
    /// A file of rules, instead of those that are built in.
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Option<PathBuf>,
    /// The contract, an OpenAPI document, instead of the one that is built in.
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Option<PathBuf>,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Open {
    /// The profile: a name such as type-4, or a file.
    #[arg(long, value_name = "NAME", required = true)]
    pub(super) profile: Option<String>,
    /// A partner's file: partner, product, build, keys. Repeat it for several on one listener.
    #[arg(long = "partner", value_name = "FILE", required = true)]
    pub(super) partners: Vec<PathBuf>,
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8443")]
    pub(super) listen: SocketAddr,
    /// Serve https with this certificate, a PEM file; needs --tls-key.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,
    /// The dossier's folder, for one partner. Without it, NAME-DAY in the folder of --cases.
    #[arg(long, value_name = "DIR")]
    pub(super) case: Option<PathBuf>,
    /// Where dossiers go.
    #[arg(long, value_name = "DIR", default_value = "cases")]
    pub(super) cases: PathBuf,
    /// The API keys of the partner, one to a line, for one partner. Without it the partner's file says, or a key is made.
    #[arg(long, value_name = "FILE")]
    pub(super) keys: Option<PathBuf>,
    /// The build that is judged, instead of what the partner's file says.
    #[arg(long, value_name = "BUILD")]
    pub(super) build: Option<String>,
    /// It does not count: time may run faster, parts may be left out, and nothing is signed.
    #[arg(long)]
    pub(super) rehearsal: bool,
    /// How many times faster than real time; for rehearsals.
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = super::super::args::factor)]
    pub(super) time_scale: f64,
    /// Only these modules, with commas between them; for rehearsals.
    #[arg(long, value_name = "MODULE,MODULE", value_delimiter = ',')]
    pub(super) only: Vec<String>,
    /// Pass everything on to this service as it is, and judge both sides, instead of answering for the reference server.
    #[arg(long, value_name = "URL")]
    pub(super) upstream: Option<String>,
    /// Close by itself once every module was begun and then silent for its window.
    #[arg(long)]
    pub(super) close_when_done: bool,
    /// A file of rules, instead of those that are built in.
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Option<PathBuf>,
    /// The contract, an OpenAPI document, instead of the one that is built in.
    #[arg(long, value_name = "FILE")]
    pub(super) contract: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Status {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// Say it again every second until it is closed.
    #[arg(long)]
    pub(super) watch: bool,
    /// How to tell it; json is what case.json will be.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Arm {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// The module.
    #[arg(value_name = "MODULE")]
    pub(super) module: String,
    /// This customer, instead of the next one that is created.
    #[arg(long, value_name = "ID")]
    pub(super) customer: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Attest {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// The rule that asks.
    #[arg(value_name = "RULE")]
    pub(super) rule: String,
    /// Who answers, and in what role.
    #[arg(long = "as", value_name = "NAME, ROLE")]
    pub(super) by: String,
    /// The answer.
    #[arg(long, value_enum, value_name = "ANSWER")]
    pub(super) answer: Answer,
    /// What there is to add.
    #[arg(long, value_name = "TEXT")]
    pub(super) note: Option<String>,
    /// A file that shows it; it goes into the dossier.
    #[arg(long, value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
}

/// What a person answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum Answer {
    /// It is so.
    Yes,
    /// It is not so, which fails the module.
    No,
}

impl Answer {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::No => "no",
        }
    }
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Close {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// Failed modules for which somebody answers until a day.
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Provider {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// Suites, instead of those that the profile names.
    #[arg(value_name = "SUITE")]
    pub(super) suites: Vec<PathBuf>,
    /// The environment of the service.
    #[arg(long, value_name = "NAME")]
    pub(super) env: String,
    /// Where the suites are that the profile names.
    #[arg(long, value_name = "DIR", default_value = "suites")]
    pub(super) folder: PathBuf,
    /// Where requests go, instead of where the environment says.
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// A file of secrets, with the partner's key.
    #[arg(long, value_name = "FILE")]
    pub(super) secrets: Option<PathBuf>,
    /// Failures for which somebody answers until a day.
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Sign {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
    /// The private key, a PEM file that only its owner can read.
    #[arg(long, value_name = "FILE", conflicts_with = "signer")]
    pub(super) key: Option<PathBuf>,
    /// A program that signs: it reads the bytes on standard input and writes the signature, 64 bytes or base64.
    #[arg(long, value_name = "COMMAND", requires = "public")]
    pub(super) signer: Option<String>,
    /// The public key of --signer.
    #[arg(long, value_name = "FILE")]
    pub(super) public: Option<PathBuf>,
    /// The issuer's name, instead of the key's.
    #[arg(long, value_name = "NAME")]
    pub(super) issuer: Option<String>,
    /// Write the signed dossier into this ZIP file, too.
    #[arg(long, value_name = "FILE")]
    pub(super) zip: Option<PathBuf>,
    /// The time of issue, instead of now; for tests.
    #[arg(long, value_name = "DATE", hide = true)]
    pub(super) at: Option<String>,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Show {
    /// The dossier's folder.
    #[arg(value_name = "CASE")]
    pub(super) case: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Regrade {
    /// Dossiers, or folders of them.
    #[arg(value_name = "CASE", default_value = "cases")]
    pub(super) cases: Vec<PathBuf>,
    /// Grade by this profile, instead of each dossier's own.
    #[arg(long, value_name = "FILE")]
    pub(super) profile: Option<PathBuf>,
    /// Grade by this file of rules, instead of each dossier's own.
    #[arg(long, value_name = "FILE")]
    pub(super) rules: Option<PathBuf>,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Due {
    /// The contract that was certified by: a file, `git:REV:FILE`, or - for standard input.
    #[arg(value_name = "OLD")]
    pub(super) old: String,
    /// The contract that comes.
    #[arg(value_name = "NEW")]
    pub(super) new: String,
    /// Dossiers, or folders of them.
    #[arg(value_name = "CASE", required = true)]
    pub(super) cases: Vec<PathBuf>,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
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
