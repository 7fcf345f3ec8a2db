//! What was typed after `proviso history`.

use clap::{Subcommand, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;

/// Which past runs, and what of them.
#[derive(Debug, clap::Args)]
#[command(args_conflicts_with_subcommands = true)]
pub(in crate::cli) struct History {
    #[command(subcommand)]
    pub(super) command: Option<Command>,
    #[command(flatten)]
    pub(super) show: Show,
}

/// Where the history is.
#[derive(Debug, clap::Args)]
pub(super) struct Folder {
    /// Where run folders and the history are.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    pub(super) reports: PathBuf,
}

#[derive(Debug, clap::Args)]
pub(super) struct Show {
    #[command(flatten)]
    pub(super) folder: Folder,
    /// Runs against this environment; without it, against that of the newest run.
    #[arg(long, value_name = "NAME")]
    pub(super) env: Option<String>,
    /// How many runs, from the newest back; the shares of one run count as one.
    #[arg(long, value_name = "N", default_value = "14")]
    pub(super) last: NonZeroUsize,
    /// Only cases whose file or name contains this text, whatever became of them; repeat it for several.
    #[arg(long = "case", value_name = "TEXT")]
    pub(super) texts: Vec<String>,
    /// Only cases that fail or cannot be told.
    #[arg(long)]
    pub(super) failing: bool,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Take older runs, and runs of other machines, into the history.
    Import(Import),
    /// Set two runs side by side, step by step.
    Compare(Compare),
    /// Forget old runs; their folders stay.
    Prune(Prune),
}

#[derive(Debug, clap::Args)]
pub(super) struct Import {
    /// Run folders, journals, or folders with run folders in them.
    #[arg(value_name = "RUN", required = true)]
    pub(super) runs: Vec<PathBuf>,
    #[command(flatten)]
    pub(super) folder: Folder,
}

#[derive(Debug, clap::Args)]
pub(super) struct Compare {
    /// The run to compare with: an id, or the beginning of one, a run's folder, or its journal.
    #[arg(value_name = "A")]
    pub(super) a: String,
    /// The run to look at.
    #[arg(value_name = "B")]
    pub(super) b: String,
    #[command(flatten)]
    pub(super) folder: Folder,
    /// How to tell it.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    pub(super) format: Format,
}

#[derive(Debug, clap::Args)]
pub(super) struct Prune {
    /// How many runs of every environment are kept.
    #[arg(long, value_name = "N")]
    pub(super) keep: NonZeroUsize,
    #[command(flatten)]
    pub(super) folder: Folder,
}

/// How to tell something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people.
    Text,
    /// For programs, on standard output.
    Json,
}
