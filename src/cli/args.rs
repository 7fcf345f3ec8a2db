//! What was typed. What it means is found out by the commands.

use super::certify::Certify;
use super::completions::{environments, operations, tags};
use super::history::History;
use super::prune::Prune;
use super::reports::{Shown, Wanted, kinds_in_words};
use crate::contract::lint::{RULES, Rule};
use crate::event::ThingKind;
use crate::plan::Partition;
use crate::report::coverage::{Demand, KINDS, plural};
use crate::report::{Telling, Verbosity};
use crate::sandbox::{BREAKS, Break, Persona};
use crate::text;
use crate::transport::Resolve;
use clap::{Parser, Subcommand, ValueEnum};
use clap_complete::ArgValueCandidates;
use serde_json::Value;
use std::net::SocketAddr;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

const ABOUT: &str = "Declarative contract tests for HTTP APIs: YAML suites in, verdicts, JUnit and a journal out.";

const START: &str = "\
Most people want:
  proviso init                  make a project with a suite that is green
  proviso run                   run the suites in ./suites against the embedded reference server
  proviso run --env uat         run them against the environment suites/environments/uat.yaml
  proviso check                 report every mistake in the suites, send nothing
  proviso review                accept or reject responses that changed

Exit codes:
  0 passed   1 contract broken   2 command line   3 suite, environment or contract invalid
  4 nothing selected   5 could not tell   6 a report could not be written   130 interrupted";

/// What was typed.
#[derive(Debug, Parser)]
#[command(name = "proviso", version, about = ABOUT, after_help = START, arg_required_else_help = true)]
pub(super) struct Args {
    /// When to use colours.
    #[arg(long, value_enum, default_value_t = Color::Auto, global = true, value_name = "WHEN")]
    pub(super) color: Color,
    #[command(subcommand)]
    pub(super) command: Command,
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless `NO_COLOR` is set.
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Run suites; with no target, start the embedded reference server and run against that.
    Run(Box<Run>),
    /// Read everything and report every problem; send nothing.
    Check(Check),
    /// List the cases that would be run; send nothing.
    List(super::list::List),
    /// Serve the embedded reference server of the Lender Prism APIs.
    #[command(alias = "sandbox")]
    Serve(Serve),
    /// Show proposed snapshots, and accept or reject them.
    Review(Review),
    /// Make the reports of a run again, from its journal alone.
    Report(Report),
    /// Show what changed since when, over past runs.
    History(History),
    /// Remove old runs: their folders, and what the history has of them.
    Prune(Prune),
    /// Show which documented operations, codes, statuses and fields runs touched, and what would reach the others.
    Coverage(Coverage),
    /// Look into a contract itself.
    Contract {
        #[command(subcommand)]
        command: Contract,
    },
    /// Break the reference server's promises one at a time and say which breaks the suites would not notice.
    #[command(after_help = "\
Exit codes:
  0 every promise is guarded, or so many percent of them   1 one is missed, or too many
  5 a mutant could not be decided   7 cases do not pass although nothing was broken")]
    Mutate(super::mutate::Mutate),
    /// Make a project: suites that are green, or suites for your own API.
    Init(super::init::Init),
    /// Make suites of files of other tools: Postman, OpenAPI, HAR, curl.
    Import(super::import::Import),
    /// Write what runs sent as curl lines, a Postman collection, a HAR or Arazzo workflows.
    Export(super::export::Export),
    /// Serve an editor: diagnostics, completion, hover, go to definition, rename (Language Server Protocol).
    Lsp(super::lsp::Lsp),
    /// Print what a shell has to be told to complete commands, environments, tags and operations.
    Completions(super::completions::Completions),
    /// Print the manual, or write a page for every command.
    Man(super::completions::Man),
    /// Judge a partner's own system, and hand over a result that anyone can verify.
    Certify {
        #[command(subcommand)]
        command: Certify,
    },
    /// Print the JSON Schema of suites and the other files, for editors.
    Schema(Schema),
}

/// Which suites, which cases of them, and where they go.
#[derive(Debug, clap::Args)]
pub(super) struct Target {
    /// Suite files, or folders of them.
    #[arg(value_name = "SUITE", default_value = "suites")]
    pub(super) suites: Vec<PathBuf>,
    /// The environment: the name of a file in the suites' folder `environments`, without `.yaml`.
    #[arg(long, value_name = "NAME", add = ArgValueCandidates::new(environments))]
    pub(super) env: Option<String>,
    /// Where requests go, instead of where the environment says.
    #[arg(long, value_name = "URL")]
    pub(super) base_url: Option<String>,
    /// Only cases with this tag; repeat it for cases with any of several. With `!` before it, only cases without it.
    #[arg(long = "tag", value_name = "TAG", add = ArgValueCandidates::new(tags))]
    pub(super) tags: Vec<String>,
    /// Only cases whose file, suite or name contains this text; repeat it for several.
    #[arg(long = "case", value_name = "TEXT")]
    pub(super) texts: Vec<String>,
    /// Only one share of the cases: hash:1/4, count:1/4, or auto for what the CI system or Kubernetes says.
    #[arg(long, value_name = "SHARE", default_value = "count:1/1", hide_default_value = true, value_parser = Partitioning::parse)]
    pub(super) partition: Partitioning,
    /// A file of secrets, a line NAME=VALUE each; the environment's variables win over it.
    #[arg(long, value_name = "FILE")]
    pub(super) secrets: Option<PathBuf>,
    /// A name for all suites, instead of what the environment says: NAME=text, or NAME:=JSON for a number, true, a list.
    #[arg(long = "var", value_name = "NAME=VALUE", value_parser = variable)]
    pub(super) vars: Vec<(String, Value)>,
    /// The address of a host for one port, instead of what its name leads to; repeat it for several.
    #[arg(long, value_name = "HOST:PORT:ADDRESS")]
    pub(super) resolve: Vec<Resolve>,
    /// A PEM file of the authorities to trust, instead of the environment's or the system's.
    #[arg(long, value_name = "PATH")]
    pub(super) ca: Option<PathBuf>,
    /// Show personal data (PAN, Aadhaar, mobile and account numbers, names) instead of pseudonyms, on the screen and in all
    /// reports of this run. Only on a terminal, never in CI.
    #[arg(long)]
    pub(super) show_personal_data: bool,
    /// Largest response body that is read, as 16MB, 300KB or in bytes. Default: 16MB.
    #[arg(long, value_name = "SIZE", value_parser = crate::text::read_size)]
    pub(super) body_limit: Option<usize>,
    /// The folder that references of contracts may lead to, instead of each contract's own: it has to be around it.
    #[arg(long, value_name = "FOLDER")]
    pub(super) contract_root: Option<PathBuf>,
}

impl Target {
    /// All cases of these suites in an environment, and nothing else typed.
    pub(super) fn of(suites: &[PathBuf], env: Option<&str>) -> Self {
        Self {
            suites: suites.to_vec(),
            env: env.map(str::to_owned),
            base_url: None,
            tags: Vec::new(),
            texts: Vec::new(),
            partition: Partitioning::Given(Partition::Whole),
            vars: Vec::new(),
            resolve: Vec::new(),
            ca: None,
            body_limit: None,
            show_personal_data: false,
            secrets: None,
            contract_root: None,
        }
    }
}

/// Which share of the cases is run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Partitioning {
    /// The one that was typed, or found out.
    Given(Partition),
    /// The one that the system says which started this; to be found out.
    Auto,
}

impl Partitioning {
    fn parse(text: &str) -> Result<Self, String> {
        match text {
            "auto" => Ok(Self::Auto),
            _ => Partition::parse(text)
                .map(Self::Given)
                .map_err(|error| error.replace(" or count:1/4", ", count:1/4 or auto")),
        }
    }

    /// The share; everything as long as it is not found out.
    pub(super) const fn share(self) -> Partition {
        match self {
            Self::Given(partition) => partition,
            Self::Auto => Partition::Whole,
        }
    }
}

#[derive(Debug, clap::Args)]
pub(super) struct Run {
    #[command(flatten)]
    pub(super) target: Target,
    /// How many cases are at work at once; a case that waits for its next attempt does not count. 8, unless the
    /// environment says.
    #[arg(long, value_name = "N", value_parser = from_one)]
    pub(super) jobs: Option<NonZeroUsize>,
    /// Go through the cases this many times.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(super) repeat: u32,
    /// Longest time for the whole run. When it is up nothing new begins and cleanups run; 5s later whatever is still under
    /// way is cut off. What was not run has no verdict.
    #[arg(long, value_name = "DURATION", value_parser = some_time)]
    pub(super) within: Option<Duration>,
    /// Stop at the first case that does not pass.
    #[arg(long)]
    pub(super) fail_fast: bool,
    /// Run a case that does not pass again, up to this many times; one that then passes is flaky.
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(super) reruns: u32,
    /// What flaky cases mean for the run.
    #[arg(long, value_enum, default_value_t = Flaky::Pass, value_name = "VERDICT")]
    pub(super) flaky: Flaky,
    /// Most requests per second to one host, instead of what the environment says.
    #[arg(long, value_name = "N")]
    pub(super) rate: Option<f64>,
    /// How findings are graded: a file with rules. Without it all of them are warnings.
    #[arg(long, value_name = "FILE")]
    pub(super) policy: Option<PathBuf>,
    /// Fail a step for everything the contract does not say, but for what the policy switches off.
    #[arg(long)]
    pub(super) strict: bool,
    /// Failures for which somebody answers until a day.
    #[arg(long, value_name = "FILE")]
    pub(super) waivers: Option<PathBuf>,
    /// Run the cases in an order made from the seed.
    #[arg(long)]
    pub(super) shuffle: bool,
    /// The seed of everything generated; the same seed generates the same.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// What becomes of snapshots.
    #[arg(long, value_enum, default_value_t = SnapshotsWhen::Check, value_name = "WHAT")]
    pub(super) snapshots: SnapshotsWhen,
    /// Only cases that did not pass in the newest run.
    #[arg(long)]
    pub(super) failed: bool,
    /// Where steps that wait for requests to us listen; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    pub(super) listen: SocketAddr,
    /// Send requests that change something to an environment that is protected; its name.
    #[arg(long, value_name = "NAME")]
    pub(super) allow: Vec<String>,
    /// What tells this run's shards from those of other runs; without it, what the CI system calls the run.
    #[arg(long, value_name = "ID")]
    pub(super) group: Option<String>,
    /// Where run folders go.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) reports: PathBuf,
    #[command(flatten)]
    pub(super) loudness: Loudness,
    #[command(flatten)]
    pub(super) reporting: Reporting,
    #[command(flatten)]
    pub(super) server: ServerSettings,
}

/// What becomes of the snapshots of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SnapshotsWhen {
    /// One that differs fails its step; a new one is proposed, and fails its step in CI, where nothing is written.
    Check,
    /// They are accepted as they come.
    Update,
    /// None are taken.
    Off,
}

/// Which reports are made.
#[derive(Debug, clap::Args)]
pub(super) struct Reporting {
    /// A report to make, and where it goes; - is standard output. Repeat it for several.
    #[arg(long = "report", value_name = "KIND[=PATH]", value_parser = Wanted::parse, long_help = reports_help())]
    pub(super) wanted: Vec<Wanted>,
    /// What to write by itself for the CI system that this runs in.
    #[arg(long, value_enum, default_value_t = Ci::Auto, value_name = "WHEN")]
    pub(super) ci: Ci,
}

/// What to write by itself for a CI system.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Ci {
    /// In GitHub Actions, annotations and the summary of the job.
    Auto,
    /// Nothing.
    Off,
}

/// What flaky cases mean for a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Flaky {
    /// They pass, and are told apart.
    Pass,
    /// They fail the run.
    Fail,
}

/// How much is shown.
#[derive(Debug, clap::Args)]
pub(super) struct Loudness {
    /// What to show before the summary.
    #[arg(long, value_enum, default_value_t = Show::Failures, value_name = "WHAT")]
    show: Show,
    /// Show only what did not pass, and nothing that moves.
    #[arg(long, short, conflicts_with = "verbose")]
    pub(super) quiet: bool,
    /// Show every step; the same as --show steps.
    #[arg(long, short, conflicts_with = "show")]
    verbose: bool,
}

impl Loudness {
    /// What is told.
    pub(super) fn shown(&self) -> Shown {
        let verbosity = match self.show {
            _ if self.verbose => Verbosity::Steps,
            Show::Failures | Show::AllFailures => Verbosity::Failures,
            Show::Cases => Verbosity::Cases,
            Show::Steps => Verbosity::Steps,
        };
        let telling = match self.show {
            Show::AllFailures => Telling::Each,
            Show::Failures | Show::Cases | Show::Steps => Telling::Once,
        };
        Shown { verbosity, telling }
    }
}

/// What to show before the summary.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Show {
    /// Each problem once: the first case with it whole, the others named and counted.
    Failures,
    /// Every case that did not pass, whole.
    #[value(name = "failures=all")]
    AllFailures,
    /// That, and a line for every case.
    Cases,
    /// That, and a line for every step.
    Steps,
}

#[derive(Debug, clap::Args)]
pub(super) struct Check {
    #[command(flatten)]
    pub(super) target: Target,
    /// How to tell what was found; in GitHub Actions, text comes with annotations.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    pub(super) format: CheckFormat,
    /// Ask the target once, too: name, connection, TLS, base path, key, clock. At most 2 s; exit code 5 where the
    /// configuration is wrong.
    #[arg(long)]
    pub(super) preflight: bool,
}

/// How to tell what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CheckFormat {
    /// For people, with the lines and what to do.
    Text,
    /// For programs: an array of problems on standard output.
    Json,
    /// For GitHub Actions: a line for each problem that becomes an annotation.
    Github,
}

/// What to do with a contract.
#[derive(Debug, Subcommand)]
pub(super) enum Contract {
    /// Find contradictions inside one OpenAPI document: places that cannot all be right.
    #[command(after_help = "\
Exit codes:
  0 nothing found, or all of it ruled   1 a contradiction without a ruling   3 the document cannot be read")]
    Lint(Lint),
    /// Read Markdown documentation into an OpenAPI contract; every fact keeps its lines.
    Import(super::contract_import::Import),
    /// Say what a new contract breaks, with a witness for every break.
    #[command(after_help = "\
A contract is a file, git:REVISION:FILE, or - for standard input.

Exit codes:
  0 compatible   1 breaking or unsure, or a waiver expired or unused
  3 a contract cannot be read, or the two are different APIs")]
    Diff(super::contract_diff::Diff),
}

#[derive(Debug, clap::Args)]
pub(super) struct Lint {
    /// The OpenAPI document; without one, the contract of the Lender Prism APIs that is part of the program.
    #[arg(value_name = "FILE")]
    pub(super) file: Option<PathBuf>,
    /// Only what this rule finds; repeat it for several.
    #[arg(long = "rule", value_name = "NAME", value_parser = rule)]
    pub(super) rules: Vec<&'static Rule>,
    /// Also what rules of style find: manners of naming, gaps in numbers, operations without a documented error.
    #[arg(long)]
    pub(super) style: bool,
    /// How to tell what was found; in GitHub Actions, text comes with annotations.
    #[arg(long, value_enum, default_value_t = CheckFormat::Text, value_name = "FORMAT")]
    pub(super) format: CheckFormat,
    /// Print the page of a rule: a contradiction, the same without it, why it matters, what to do.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(super) explain: Option<&'static Rule>,
    /// Exit with 1 for contradictions that are ruled, too.
    #[arg(long)]
    pub(super) strict: bool,
}

#[derive(Debug, clap::Args)]
pub(super) struct Schema {
    /// Which kind of files.
    #[arg(value_enum, default_value_t = SchemaKind::Suite, value_name = "KIND")]
    pub(super) kind: SchemaKind,
}

/// Kinds of files that have a schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum SchemaKind {
    /// A suite.
    Suite,
    /// A flow.
    Flow,
    /// An environment.
    Environment,
    /// A policy: how findings are graded.
    Policy,
    /// A file of waivers.
    Waivers,
    /// A line of a journal.
    Journal,
    /// The report `json`.
    Summary,
    /// `history --format json`.
    History,
    /// `history compare --format json`.
    Comparison,
    /// `coverage --format json`.
    Coverage,
    /// `check --format json` and `contract lint --format json`.
    Problems,
    /// A profile: what a partner has to show.
    Profile,
}

#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// The address to listen on; port 0 takes a free one.
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8417")]
    pub(super) listen: SocketAddr,
    #[command(flatten)]
    pub(super) server: ServerSettings,
    /// The seed of every id the server makes; the same calls under the same seed get the same ids.
    #[arg(long, value_name = "N")]
    pub(super) seed: Option<u64>,
    /// How many times faster than real time the server's clock runs.
    #[arg(long, value_name = "FACTOR", default_value = "1", value_parser = factor)]
    pub(super) time_scale: f64,
    /// The API keys that are accepted, one to a line; each is a partner of its own.
    #[arg(long, value_name = "FILE")]
    pub(super) keys: Option<PathBuf>,
    /// Keep all customers in this file, over a restart and over a crash.
    #[arg(long, value_name = "FILE")]
    pub(super) state: Option<PathBuf>,
    /// Have each change on the disk before it is answered, so that it survives the end of the machine too. Slower.
    #[arg(long, requires = "state")]
    pub(super) sync: bool,
    /// Most customers of one key; when there is one more, the oldest is forgotten.
    #[arg(long, value_name = "N", default_value = "100000")]
    pub(super) max_customers: NonZeroUsize,
    /// Most requests per second of one key; more are refused with FBX-E-004.
    #[arg(long, value_name = "N")]
    pub(super) rate: Option<NonZeroU32>,
    /// Nothing tells that the server does something wrong on purpose: no header, no metric, no page of test data.
    #[arg(long)]
    pub(super) discreet: bool,
    /// Write a JSON line for every request to the end of this file; - is standard error.
    #[arg(long, value_name = "FILE")]
    pub(super) log: Option<PathBuf>,
    /// Serve https with this certificate, a PEM file; needs --tls-key.
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub(super) tls_cert: Option<PathBuf>,
    /// The private key of the certificate, a PEM file.
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub(super) tls_key: Option<PathBuf>,
}

/// How the reference server behaves.
#[derive(Debug, clap::Args)]
pub(super) struct ServerSettings {
    /// How long the reference server stays PROCESSING at every stage. Default: 200ms.
    #[arg(long, value_name = "DURATION", value_parser = duration)]
    pub(super) processing: Option<Duration>,
    /// What happens to customers whose data chooses nothing else; docs/personas.md lists the names.
    #[arg(long, value_name = "NAME", value_parser = persona)]
    pub(super) persona: Option<Persona>,
    /// What the reference server does wrong on purpose, as YAML.
    #[arg(long, value_name = "FILE")]
    pub(super) fault: Option<PathBuf>,
    /// How the reference server behaves wrongly on purpose; docs/reference-server.md lists the names. May be repeated.
    #[arg(long = "break", value_name = "NAME", value_parser = switch)]
    pub(super) breaks: Vec<&'static Break>,
}

#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("action").args(["list", "accept", "reject", "mask", "remove_stale"])))]
pub(super) struct Review {
    /// Suite files, or folders of them; their snapshots are in the folder `snapshots` below the suites' folder.
    #[arg(value_name = "SUITE", default_value = "suites")]
    pub(super) suites: Vec<PathBuf>,
    /// Say what is proposed and what belongs to no step any more; ask nothing.
    #[arg(long)]
    pub(super) list: bool,
    /// Accept what is proposed; ask nothing.
    #[arg(long)]
    pub(super) accept: bool,
    /// Forget what is proposed; ask nothing.
    #[arg(long)]
    pub(super) reject: bool,
    /// Mask this path from now on: it is written into the suite, and masked in what was accepted and is proposed.
    #[arg(long, value_name = "JSONPATH")]
    pub(super) mask: Option<String>,
    /// Remove snapshots that belong to no step any more.
    #[arg(long)]
    pub(super) remove_stale: bool,
    /// Only snapshots whose name contains this text; repeat it for several.
    #[arg(long = "only", value_name = "TEXT")]
    pub(super) texts: Vec<String>,
    /// With --accept: only the changes at this path and below it; repeat it for several. Besides JSONPaths there are
    /// `status`, `header NAME` and `body`.
    #[arg(long = "path", value_name = "PATH", requires = "accept")]
    pub(super) paths: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub(super) struct Report {
    /// A run's folder, or its journal. Several are the shares of one run, and so is a folder with such folders below it.
    #[arg(value_name = "RUN", default_value = "reports/latest")]
    pub(super) runs: Vec<PathBuf>,
    /// Where reports go, instead of into the run's folder; shares go to reports/merged.
    #[arg(long, value_name = "DIR")]
    pub(super) out: Option<PathBuf>,
    #[command(flatten)]
    pub(super) loudness: Loudness,
    #[command(flatten)]
    pub(super) reporting: Reporting,
}

fn reports_help() -> String {
    let kinds = kinds_in_words();
    format!(
        "A report to make, and where it goes; - is standard output. Repeat it for several. Without a path a report goes into the run's folder, under the name in brackets.\n\n{kinds}"
    )
}

#[derive(Debug, clap::Args)]
pub(super) struct Coverage {
    /// Runs' folders, or their journals; the shares of one run are put together.
    #[arg(value_name = "RUN", default_value = "reports/latest")]
    pub(super) runs: Vec<PathBuf>,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = CoverageFormat::Text, value_name = "FORMAT")]
    pub(super) format: CoverageFormat,
    /// Fail when fewer per cent of a kind were seen, as in codes=100; without a kind, of every kind. Repeat it for several.
    #[arg(long, value_name = "KIND=PERCENT", value_parser = demand)]
    pub(super) fail_under: Vec<Demand>,
    /// Only things of this kind, all of them; repeat it for several.
    #[arg(long = "kind", value_enum, value_name = "KIND")]
    pub(super) kinds: Vec<Kind>,
    /// Only things of this operation, all of them; repeat it for several.
    #[arg(long = "operation", value_name = "NAME", add = ArgValueCandidates::new(operations))]
    pub(super) operations: Vec<String>,
}

/// How to tell coverage.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum CoverageFormat {
    /// For people.
    Text,
    /// For programs; docs/coverage.md describes the members.
    Json,
}

/// Kinds of documented things.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Kind {
    /// Operations.
    Operations,
    /// Status codes.
    Codes,
    /// HTTP statuses.
    Statuses,
    /// Shapes of responses.
    Variants,
    /// Members of bodies, and parameters.
    Fields,
    /// Values of enumerations and of documented lists.
    Values,
    /// Places where the documentation contradicts itself or is silent.
    Ambiguities,
}

impl From<Kind> for ThingKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Operations => Self::Operation,
            Kind::Codes => Self::Code,
            Kind::Statuses => Self::Status,
            Kind::Variants => Self::Variant,
            Kind::Fields => Self::Field,
            Kind::Values => Self::Value,
            Kind::Ambiguities => Self::Ambiguity,
        }
    }
}

fn demand(text: &str) -> Result<Demand, String> {
    let (kind, percent) = match text.split_once('=') {
        Some((kind, percent)) => (Some(Kind::from_str(kind, true).map_err(|_| no_kind(kind))?.into()), percent),
        None => (None, text),
    };
    let percent = percent.trim_end_matches('%').trim().parse().ok().filter(|percent| (0.0..=100.0).contains(percent));
    let percent = percent.ok_or("write a number from 0 to 100, as in 90 or codes=100")?;
    Ok(Demand { kind, percent })
}

fn no_kind(name: &str) -> String {
    let kinds: Vec<&str> = KINDS.into_iter().map(plural).collect();
    format!("`{name}` is no kind; write {}", text::either(&kinds))
}

fn variable(text: &str) -> Result<(String, Value), String> {
    let (name, value) = text.split_once('=').ok_or("write NAME=VALUE, or NAME:=JSON")?;
    let (name, value) = match name.strip_suffix(':') {
        None => (name, Value::from(value)),
        Some(name) => {
            let json = serde_json::from_str(value);
            (name, json.map_err(|error| format!("what follows `:=` is JSON, as in n:=5: {error}"))?)
        }
    };
    if name.is_empty() { Err("a name stands before the `=`".to_owned()) } else { Ok((name.to_owned(), value)) }
}

pub(super) fn duration(text: &str) -> Result<Duration, String> {
    crate::yaml::parse_duration(text).ok_or_else(|| "write 200ms, 5s, 2m, 1h or 1m30s".to_owned())
}

/// A duration that is not nothing.
fn some_time(text: &str) -> Result<Duration, String> {
    let nothing = || "that is no time at all; leave it out to run without a limit".to_owned();
    duration(text)?.checked_sub(Duration::from_nanos(1)).ok_or_else(nothing)?;
    duration(text)
}

fn from_one(text: &str) -> Result<NonZeroUsize, String> {
    text.parse().map_err(|_| "write a whole number from 1".to_owned())
}

fn persona(name: &str) -> Result<Persona, String> {
    Persona::named(name).ok_or_else(|| {
        let near = nearest(name);
        let near = if near.is_empty() { Persona::names().collect() } else { near };
        format!("there is no persona of that name; there is {}", near.join(", "))
    })
}

fn switch(name: &str) -> Result<&'static Break, String> {
    Break::named(name).ok_or_else(|| {
        let names = || BREAKS.iter().map(|one| one.name);
        let known = match text::nearest(name, names()) {
            Some(near) => near.to_owned(),
            None => names().collect::<Vec<_>>().join(", "),
        };
        format!("there is no break of that name; there is {known}")
    })
}

fn rule(name: &str) -> Result<&'static Rule, String> {
    Rule::named(name).ok_or_else(|| {
        let names = || RULES.iter().map(|rule| rule.code.name());
        let known = match text::nearest(name, names()) {
            Some(near) => near.to_owned(),
            None => names().collect::<Vec<_>>().join(", "),
        };
        format!("there is no rule of that name; there is {known}")
    })
}

pub(super) fn factor(text: &str) -> Result<f64, String> {
    // Beyond a million the clock would leave the calendar within hours.
    let good = |factor: &f64| (0.001..=1e6).contains(factor);
    text.parse().ok().filter(good).ok_or_else(|| "write a number from 0.001 to 1000000".to_owned())
}

/// The personas whose names come nearest, best first.
fn nearest(name: &str) -> Vec<&'static str> {
    let name = name.to_lowercase();
    let mut near: Vec<(f64, &str)> = Persona::names()
        .map(|known| (strsim::jaro_winkler(&name, known), known))
        .filter(|(likeness, known)| *likeness > 0.8 || (name.len() > 2 && known.contains(&name)))
        .collect();
    near.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    near.into_iter().take(4).map(|(_, known)| known).collect()
}
