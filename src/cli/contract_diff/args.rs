//! What can be said to `proviso contract diff`.

use crate::change::{Level, RULES};
use clap::ValueEnum;
use std::path::PathBuf;

/// Say what a new contract breaks, with a witness for every break.
#[derive(Debug, clap::Args)]
pub(in crate::cli) struct Diff {
    /// The contract that clients keep: a file, git:REVISION:FILE, or - for standard input.
    #[arg(value_name = "OLD", required_unless_present = "explain")]
    pub(in crate::cli) old: Option<String>,
    /// The contract that is to take its place.
    #[arg(value_name = "NEW", required_unless_present = "explain")]
    pub(in crate::cli) new: Option<String>,
    /// How closely to compare; each level sees what those before it see.
    #[arg(long, value_enum, default_value_t = LevelName::Behaviour, value_name = "LEVEL")]
    pub(in crate::cli) level: LevelName,
    /// How to tell what was found; in GitHub Actions, text comes with annotations.
    #[arg(long, value_enum, default_value_t = DiffFormat::Text, value_name = "FORMAT")]
    pub(in crate::cli) format: DiffFormat,
    /// A file of waivers: changes that somebody answers for until a day, by their ids.
    #[arg(long, value_name = "FILE")]
    pub(in crate::cli) waivers: Option<PathBuf>,
    /// Also say which steps of these suites break, which may, and what to write instead; repeat it for several.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) suites: Vec<PathBuf>,
    /// Also say which partners break: their dossiers, or a folder of them; repeat it for several.
    #[arg(long, value_name = "PATH")]
    pub(in crate::cli) cases: Vec<PathBuf>,
    /// Also list what breaks nothing.
    #[arg(long)]
    pub(in crate::cli) all: bool,
    /// Print the page of a rule: what it means, why it matters, what to do, an old and a new piece of a contract.
    #[arg(long, value_name = "RULE", value_parser = rule)]
    pub(in crate::cli) explain: Option<String>,
}

/// How closely to compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum LevelName {
    /// Operations, parameters, members, types, variants, codes, and what has to be there.
    Shape,
    /// Also values, formats, bounds, statuses, media types, headers, credentials.
    Wire,
    /// Also order, polls, retries, limits, archetypes, rulings, and what only people read.
    Behaviour,
}

impl LevelName {
    pub(in crate::cli) const fn level(self) -> Level {
        match self {
            Self::Shape => Level::Shape,
            Self::Wire => Level::Wire,
            Self::Behaviour => Level::Behaviour,
        }
    }
}

/// How to tell what was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum DiffFormat {
    /// For people, with the lines and the witnesses.
    Text,
    /// For programs: one document on standard output.
    Json,
    /// For a comment of a pull request.
    Markdown,
    /// JUnit: a test case for each operation.
    Junit,
    /// For GitHub Actions: a line for each break that becomes an annotation.
    Github,
    /// Code Quality of GitLab.
    Gitlab,
}

fn rule(name: &str) -> Result<String, String> {
    match RULES.iter().find(|rule| rule.name == name) {
        Some(rule) => Ok(rule.name.to_owned()),
        None => {
            let near = crate::text::did_you_mean(name, RULES.iter().map(|rule| rule.name)).unwrap_or_default();
            Err(format!("there is no rule of that name. {near} docs/change.md lists all rules").trim().to_owned())
        }
    }
}
