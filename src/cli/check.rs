//! `proviso check`.

use super::args::{self, CheckFormat, Ci};
use super::ci;
use super::exit::Exit;
use super::load::load;
use super::preflight::preflight;
use super::shell::Shell;
use crate::diagnostic::{Diagnostic, Severity, annotation, in_lines, render_as, to_annotation, to_json};
use crate::plan::{Order, Plan};
use crate::text;
use serde_json::Value;

/// Reads everything, reports every problem and sends nothing.
pub(super) fn check(args: &args::Check, shell: &Shell) -> Exit {
    match load(&args.target, Order::AsWritten) {
        Ok(loaded) => {
            let warnings = warnings(&loaded.plan);
            match args.format {
                CheckFormat::Text => {
                    warn(&warnings, shell);
                    shell.say(&summary(&loaded.plan));
                }
                CheckFormat::Github => {
                    annotate_as(Severity::Warning, &warnings, shell);
                    shell.say(&summary(&loaded.plan));
                }
                CheckFormat::Json => {
                    let warnings: Value = warnings.iter().map(|warning| as_warning(to_json(warning))).collect();
                    shell.say(&format!("{warnings:#}"));
                }
            }
            if args.preflight { preflight(loaded, shell) } else { Exit::Passed }
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

/// Most faults of contracts that are drawn.
const MOST_WARNINGS: usize = 20;

/// What is wrong with contracts and concerns no operation that a suite uses, or loses no promise.
fn warnings(plan: &Plan) -> Vec<Diagnostic> {
    plan.contracts.iter().flat_map(|contract| &contract.faults).map(|fault| fault.diagnostic.clone()).collect()
}

/// Most faults of one kind that are drawn.
const MOST_ALIKE: usize = 3;

fn warn(warnings: &[Diagnostic], shell: &Shell) {
    let mut drawn: Vec<&Diagnostic> = Vec::new();
    for warning in warnings {
        let alike = drawn.iter().filter(|one| one.title == warning.title).count();
        if alike < MOST_ALIKE && drawn.len() < MOST_WARNINGS {
            drawn.push(warning);
            shell.warn(&format!("{}\n", render_as(warning, Severity::Warning, shell.err)));
        }
    }
    if warnings.len() > drawn.len() {
        let more = text::count(warnings.len() - drawn.len(), "more warning");
        shell.warn(&format!("{more}: `--format json` has them all\n"));
    }
}

fn as_warning(mut value: Value) -> Value {
    if let Value::Object(members) = &mut value {
        members.insert("severity".into(), "warning".into());
    }
    value
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

fn annotate_as(severity: Severity, problems: &[Diagnostic], shell: &Shell) {
    let folder = ci::build(&ci::variable).folder;
    for problem in problems {
        let place = problem.labels.first().map(|label| &label.place);
        shell.say(&annotation(severity, place, problem.code.name(), &in_lines(problem), &folder));
    }
}
