//! What can be said to `proviso mutate`.

use crate::cli::args::Target;
use crate::mutate::Kind;
use clap::ValueEnum;
use std::path::PathBuf;

/// Break the reference server's promises one at a time and say which breaks the suites would not notice.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Mutate {
    #[command(flatten)]
    pub(in crate::cli) target: Target,
    /// Only promises of this operation; repeat it for several.
    #[arg(long = "operation", value_name = "NAME")]
    pub(in crate::cli) operations: Vec<String>,
    /// Only this kind: shape, value, identity, relation, code, transport or behaviour; repeat it for several.
    #[arg(long = "kind", value_name = "KIND", value_parser = kind)]
    pub(in crate::cli) kinds: Vec<Kind>,
    /// Only operations that a new contract changes: the old and the new one, as for `contract diff`.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    pub(in crate::cli) in_diff: Vec<String>,
    /// List the mutants and judge none.
    #[arg(long)]
    pub(in crate::cli) list: bool,
    /// Whether what contracts say counts; off leaves the suites alone.
    #[arg(long, value_enum, default_value_t = ContractWhen::On, value_name = "WHEN")]
    pub(in crate::cli) contract: ContractWhen,
    /// Exit with 1 when fewer percent of the promises are guarded. Without it, when one is missed that nobody waived.
    #[arg(long, value_name = "PERCENT", value_parser = percent)]
    pub(in crate::cli) fail_under: Option<f64>,
    /// A file of waivers: missed mutants that somebody answers for until a day, by their ids.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// How to tell what was found.
    #[arg(long, value_enum, default_value_t = MutateFormat::Text, value_name = "FORMAT")]
    pub(in crate::cli) format: MutateFormat,
    /// The seed of everything generated. Default: 1, so that two runs say the same.
    #[arg(long, default_value_t = 1, value_name = "NUMBER")]
    pub(in crate::cli) seed: u64,
    /// How many cases are at work at once. Default: 8.
    #[arg(long, value_name = "NUMBER")]
    pub(in crate::cli) jobs: Option<std::num::NonZeroUsize>,
    /// Longest time for one mutant that is played live; one that takes longer is an error, never caught.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = crate::cli::args::duration)]
    pub(in crate::cli) within: std::time::Duration,
    /// Also play so many mutants live that were judged in place, drawn at random, and tell where the two disagree.
    #[arg(long, value_name = "NUMBER", default_value_t = 0, hide_default_value = true)]
    pub(in crate::cli) compare: usize,
    /// Go against a server that is not the embedded one. It has to be said twice: the suites run against it many times.
    #[arg(long, action = clap::ArgAction::Count)]
    pub(in crate::cli) elsewhere: u8,
}

/// Whether what contracts say counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum ContractWhen {
    /// What the contract says counts.
    On,
    /// Only what suites, snapshots and rules say counts.
    Off,
}

/// How to tell what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum MutateFormat {
    /// For people.
    Text,
    /// For programs.
    Json,
    /// For the viewers of Stryker (mutation-testing-report-schema).
    Stryker,
    /// JUnit: a test case for each mutant.
    Junit,
}

fn kind(name: &str) -> Result<Kind, String> {
    Kind::named(name).ok_or_else(|| {
        let known = Kind::ALL.map(Kind::name);
        let near = crate::text::did_you_mean(name, known).unwrap_or_default();
        format!("there is no kind `{name}`; {} are known. {near}", known.join(", ")).trim().to_owned()
    })
}

fn percent(text: &str) -> Result<f64, String> {
    let number: f64 = text.trim_end_matches('%').parse().map_err(|_| "write a number, as in 95".to_owned())?;
    (0.0..=100.0).contains(&number).then_some(number).ok_or_else(|| "write a number from 0 to 100".to_owned())
}
