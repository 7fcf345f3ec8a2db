//! The lines that are written while a run goes on. Each makes sense alone, and names stand in it as they are written, so
//! that they can be searched for; a terminal breaks a line that is too long for it.

use crate::diagnostic::Style;
use crate::event::{CaseOutcome, Exchange, Outcome, RunStarted, StepFinished, StepOutcome};
use crate::report::failure_text::{blamed, request_line};
use crate::report::fold::FinishedCase;
use crate::report::style::{Role, mark, paint};
use crate::text::{columns, count, duration, grouped, visible_line};
use std::time::Duration;

/// What was to be run, where and with what.
pub(super) fn header(run: &RunStarted, style: Style, width: usize) -> Vec<String> {
    let cases = count(run.cases.len(), "case");
    let rounds = if run.rounds > 1 { format!(", {} rounds", grouped(run.rounds as usize)) } else { String::new() };
    let suites = count(run.suites.len(), "suite");
    let left_out = if run.left_out > 0 { format!(" ({} not selected)", grouped(run.left_out)) } else { String::new() };
    let first = paint(style, Role::Strong, format!("Proviso {}", visible_line(&run.version))).to_string();
    let facts = [
        format!("{cases} in {suites}{rounds}{left_out}"),
        format!("environment {}", visible_line(&run.environment)),
        format!("target {}", visible_line(&run.target)),
        format!("seed {}", run.seed),
        format!("run {}", visible_line(&run.run)),
    ];
    let mut used = columns("Proviso ") + columns(&run.version);
    let mut lines = vec![first];
    for fact in facts {
        let together = used + 3 + columns(&fact);
        match lines.last_mut() {
            Some(line) if together <= width => {
                line.push_str(" · ");
                line.push_str(&fact);
                used = together;
            }
            Some(_) | None => {
                used = columns(&fact);
                lines.push(fact);
            }
        }
    }
    lines
}

/// A case that is over. `reruns` is how often it was run again.
pub(super) fn case(case: &FinishedCase, title: &str, reruns: u32, style: Style) -> String {
    let took = duration(Duration::from_micros(case.took_us));
    let again = match reruns {
        0 => String::new(),
        reruns => format!(" again in {}", count(reruns as usize, "rerun")),
    };
    let end = match &case.outcome {
        CaseOutcome::Passed => format!("{}, {took}", count(case.steps, "step")),
        CaseOutcome::Flaky { reruns } => {
            format!("flaky: passed when run again ({}), {took}", count(*reruns as usize, "rerun"))
        }
        CaseOutcome::Failed => format!("failed{again}{}, {took}", where_it_stopped(case)),
        CaseOutcome::Waived => format!("waived{}, {took}", where_it_stopped(case)),
        CaseOutcome::Error => format!("error{again}{}, {took}", where_it_stopped(case)),
        CaseOutcome::Skipped { reason } => match case.steps.saturating_sub(case.skipped) {
            0 => format!("not run: {}", visible_line(reason)),
            done => format!("ended after {}: {}", count(done, "step"), visible_line(reason)),
        },
    };
    line(mark(Outcome::from(&case.outcome)), "", title, &end, style)
}

/// The step that decided it.
fn where_it_stopped(case: &FinishedCase) -> String {
    blamed(case).map_or_else(String::new, |bad| format!(" at step {} of {}", bad.step.step + 1, case.steps))
}

/// A step that is over.
pub(super) fn step(step: &StepFinished, exchange: Option<&Exchange>, title: &str, style: Style) -> String {
    let end = match (&step.outcome, exchange) {
        (StepOutcome::Skipped { reason }, _) => format!("not run: {}", visible_line(reason)),
        (_, Some(exchange)) => request_line(exchange, step.attempts),
        (_, None) => duration(Duration::from_micros(step.took_us)),
    };
    let title = format!("{title} › {}", visible_line(&step.name));
    line(mark(Outcome::from(&step.outcome)), "  ", &title, &end, style)
}

/// `✓ stem › case › step · end`.
fn line((sign, role): (&'static str, Role), margin: &str, title: &str, end: &str, style: Style) -> String {
    format!("{margin}{} {title} · {}", paint(style, role, sign), paint(style, Role::Faint, end))
}

/// Somebody asked the run to stop.
pub(super) fn interrupted(reason: &str, style: Style) -> String {
    let text = format!("Stopping: {}. Nothing new is sent.", visible_line(reason).trim_end_matches('.'));
    paint(style, Role::Error, text).to_string()
}
