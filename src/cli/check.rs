//! `proviso check`.

use super::args::{self, CheckFormat, Ci};
use super::ci;
use super::exit::Exit;
use super::load::load;
use super::shell::Shell;
use crate::diagnostic::{Diagnostic, to_annotation, to_json};
use crate::plan::{Order, Plan};
use crate::text;
use serde_json::Value;

/// Reads everything, reports every problem and sends nothing.
pub(super) fn check(args: &args::Check, shell: &Shell) -> Exit {
    match load(&args.target, Order::AsWritten) {
        Ok(loaded) => {
            match args.format {
                CheckFormat::Text | CheckFormat::Github => shell.say(&summary(&loaded.plan)),
                CheckFormat::Json => shell.say("[]"),
            }
            Exit::Passed
        }
        Err(problems) => {
            match args.format {
                CheckFormat::Text => {
                    shell.problems(&problems, "nothing was sent");
                    if in_github_actions() {
                        annotate(&problems, shell);
                    }
                }
                CheckFormat::Json => {
                    let problems: Value = problems.iter().map(to_json).collect();
                    shell.say(&format!("{problems:#}"));
                }
                CheckFormat::Github => annotate(&problems, shell),
            }
            Exit::Invalid
        }
    }
}

fn summary(plan: &Plan) -> String {
    let steps = plan.cases.iter().map(|case| case.steps()).sum();
    format!(
        "No problem in {}, {}, {}; nothing was sent.",
        text::count(plan.suites.len(), "suite"),
        text::count(plan.cases.len(), "case"),
        text::count(steps, "step")
    )
}

/// Whether GitHub Actions reads along.
pub(super) fn in_github_actions() -> bool {
    ci::in_github(Ci::Auto, &ci::variable)
}

/// Tells problems as annotations of GitHub Actions.
pub(super) fn annotate(problems: &[Diagnostic], shell: &Shell) {
    let folder = ci::build(&ci::variable).folder;
    problems.iter().for_each(|problem| shell.say(&to_annotation(problem, &folder)));
}
