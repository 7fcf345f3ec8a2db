//! `proviso check`.

use super::args::{self, CheckFormat, Ci};
use super::ci;
use super::exit::Exit;
use super::load::{Needs, Purpose, load};
use super::preflight::preflight;
use super::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, Severity, annotation, in_lines, render_as, to_annotation, to_json};
use crate::expr::Variables;
use crate::plan::{Foreseen, Plan, foresee};
use crate::text;
use serde_json::Value;

/// Reads everything, reports every problem and sends nothing.
pub(super) fn check(args: &args::Check, shell: &Shell) -> Exit {
    // A preflight sends what it looks at.
    let needs = if args.preflight { Needs::Secrets } else { Needs::NoSecrets };
    let purpose = Purpose { needs, ..Purpose::default() };
    match load(&args.target, purpose) {
        Ok(loaded) => {
            if let Some(problem) = nothing_matched(&loaded.plan) {
                shell.problem(&problem);
                return Exit::NothingSelected;
            }
            let Foreseen { problems, warnings } = foresee(&loaded.plan);
            if !problems.is_empty() {
                return told(args, shell, &problems);
            }
            let warnings = [faults(&loaded.plan), warnings].concat();
            match args.format {
                CheckFormat::Text => {
                    warn(&warnings, shell);
                    shell.say(&summary(&loaded.plan));
                    unset(&loaded.plan, &loaded.variables).iter().for_each(|line| shell.say(line));
                }
                CheckFormat::Github => {
                    annotate_as(Severity::Warning, &warnings, shell);
                    shell.say(&summary(&loaded.plan));
                    unset(&loaded.plan, &loaded.variables).iter().for_each(|line| shell.say(line));
                }
                CheckFormat::Json => {
                    let warnings: Value = warnings.iter().map(|warning| as_warning(to_json(warning))).collect();
                    shell.say(&format!("{warnings:#}"));
                }
            }
            if args.preflight { preflight(loaded, shell) } else { Exit::Passed }
        }
        Err(problems) => told(args, shell, &problems),
    }
}

/// Tells problems in the format that was asked for.
fn told(args: &args::Check, shell: &Shell, problems: &[Diagnostic]) -> Exit {
    match args.format {
        CheckFormat::Text => {
            shell.problems(problems, "nothing was sent");
            if in_github_actions() {
                annotate(problems, shell);
            }
        }
        CheckFormat::Json => {
            let problems: Value = problems.iter().map(to_json).collect();
            shell.say(&format!("{problems:#}"));
        }
        CheckFormat::Github => annotate(problems, shell),
    }
    Exit::Invalid
}

/// Most faults of contracts that are drawn.
const MOST_WARNINGS: usize = 20;

/// What is wrong with contracts and concerns no operation that a suite uses, or loses no promise.
fn faults(plan: &Plan) -> Vec<Diagnostic> {
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

/// What the selection asked for and no case has.
pub(super) fn nothing_matched(plan: &Plan) -> Option<Diagnostic> {
    let unmatched = &plan.unmatched;
    (!unmatched.is_empty()).then(|| {
        let verb = if unmatched.len() == 1 { "matches" } else { "match" };
        Diagnostic::new(
            Code::NothingSelected,
            format!("{} {verb} no case", text::either(unmatched).replace(" or ", " and ")),
        )
        .next("`proviso list` shows the cases and their tags")
    })
}

/// Secrets that a run will need and that have no value here.
fn unset(plan: &Plan, variables: &Variables) -> Vec<String> {
    let mut names: Vec<&str> =
        plan.secrets.iter().map(String::as_str).filter(|name| !variables.has_secret(name)).collect();
    names.sort_unstable();
    names.dedup();
    match names.as_slice() {
        [] => Vec::new(),
        names => vec![format!(
            "A run needs {} that {} not set here: {}.",
            text::count(names.len(), "secret"),
            if names.len() == 1 { "is" } else { "are" },
            names.join(", ")
        )],
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

fn annotate_as(severity: Severity, problems: &[Diagnostic], shell: &Shell) {
    let folder = ci::build(&ci::variable).folder;
    for problem in problems {
        let place = problem.labels.first().map(|label| &label.place);
        shell.say(&annotation(severity, place, problem.code.name(), &in_lines(problem), &folder));
    }
}
