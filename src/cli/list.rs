//! `proviso list`: the cases that would be run.

use super::args::Target;
use super::check::nothing_matched;
use super::exit::Exit;
use super::last_run;
use super::load::{Needs, Purpose, load};
use super::shell::Shell;
use crate::plan::{Plan, PlannedCase};
use crate::text;
use clap::ValueEnum;
use serde_json::{Value, json};
use std::path::PathBuf;

/// What was typed.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    #[command(flatten)]
    pub(super) target: Target,
    /// Only cases that did not pass in the newest run.
    #[arg(long)]
    failed: bool,
    /// Where run folders are.
    #[arg(long, value_name = "DIR", default_value = "reports")]
    reports: PathBuf,
    /// How to tell them.
    #[arg(long, value_enum, default_value_t = Format::Text, value_name = "FORMAT")]
    format: Format,
}

/// How cases are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people: suites, and their cases with their tags.
    Text,
    /// For programs: an array of cases on standard output.
    Json,
}

/// Lists the cases that would be run, and sends nothing.
pub(super) fn list(args: &List, shell: &Shell) -> Exit {
    let only = match args.failed.then(|| last_run::failed(&args.reports)).transpose() {
        Ok(only) => only,
        Err(problem) => {
            shell.problem(&problem);
            return Exit::NothingSelected;
        }
    };
    let purpose = Purpose { needs: Needs::NoSecrets, only, ..Purpose::default() };
    let plan = match load(&args.target, purpose) {
        Ok(loaded) => loaded.plan,
        Err(problems) => {
            shell.problems(&problems, "nothing was sent");
            return Exit::Invalid;
        }
    };
    match args.format {
        Format::Text => as_text(&plan).iter().for_each(|line| shell.say(line)),
        Format::Json => {
            let cases: Value =
                plan.cases.iter().filter(|case| case.outputs.is_none()).map(|case| as_json(&plan, case)).collect();
            shell.say(&format!("{cases:#}"));
        }
    }
    match nothing_matched(&plan) {
        Some(problem) => {
            shell.problem(&problem);
            Exit::NothingSelected
        }
        None => Exit::Passed,
    }
}

fn as_text(plan: &Plan) -> Vec<String> {
    let mut lines = Vec::new();
    let mut count = 0;
    for (number, suite) in plan.suites.iter().enumerate() {
        lines.push(format!("{}  {}", suite.file, suite.name));
        for case in plan.cases.iter().filter(|case| case.suite == number && case.outputs.is_none()) {
            count += 1;
            let tags = if case.tags.is_empty() { String::new() } else { format!("  [{}]", case.tags.join(", ")) };
            let skip = case.skip.as_ref().map(|skip| match skip.when {
                None => format!("  (not run: {})", skip.reason),
                Some(_) => format!("  (perhaps not run: {})", skip.reason),
            });
            lines.push(format!("  {}{tags}{}", case.name, skip.unwrap_or_default()));
        }
    }
    let left = if plan.left_out > 0 { format!("; {} left out", plan.left_out) } else { String::new() };
    lines.push(format!("{} in {}{left}.", text::count(count, "case"), text::count(plan.suites.len(), "suite")));
    lines
}

fn as_json(plan: &Plan, case: &PlannedCase) -> Value {
    let suite = &plan.suites[case.suite];
    let place = plan.sources.place(case.span);
    let needs = case.needs.iter().filter_map(|need| plan.cases.get(*need)).map(|setup| setup.name.clone());
    json!({
        "file": suite.file,
        "suite": suite.name,
        "case": case.name,
        "about": case.about,
        "line": place.line,
        "tags": case.tags,
        "steps": case.steps(),
        "needs": needs.collect::<Vec<_>>(),
        "skip": case.skip.as_ref().map(|skip| json!({ "reason": skip.reason, "certain": skip.when.is_none() })),
    })
}
