//! The lines that are written while a run goes on. Each fits the width and makes sense alone.

use crate::diagnostic::Style;
use crate::event::{CaseOutcome, Exchange, RunStarted, StepFinished, StepOutcome};
use crate::history::Sign;
use crate::report::cases::FinishedCase;
use crate::report::failure_text::{blamed, request_line};
use crate::report::names::{columns, squeeze, visible_line, wrap};
use crate::report::style::{Role, mark, paint};
use crate::text::{count, duration, grouped};
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
        let fact = squeeze(&fact, width);
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

/// A case that is over.
pub(super) fn case(case: &FinishedCase, stem: &str, name: &str, style: Style, width: usize) -> String {
    let took = duration(Duration::from_micros(case.took_us));
    let end = match &case.outcome {
        CaseOutcome::Passed => format!("{}, {took}", count(case.steps, "step")),
        CaseOutcome::Flaky { reruns } => {
            format!("flaky: passed when run again ({}), {took}", count(*reruns as usize, "time"))
        }
        CaseOutcome::Failed => format!("failed{}, {took}", where_it_stopped(case)),
        CaseOutcome::Waived => format!("waived{}, {took}", where_it_stopped(case)),
        CaseOutcome::Error => format!("could not be told{}, {took}", where_it_stopped(case)),
        CaseOutcome::Skipped { reason } => format!("not run: {}", visible_line(reason)),
    };
    let name = visible_line(name);
    let title = Title { sign: mark(Sign::from(&case.outcome)), stem, case: &name, step: None };
    match &case.outcome {
        CaseOutcome::Passed | CaseOutcome::Flaky { .. } | CaseOutcome::Skipped { .. } => {
            title.short(&end, style, width)
        }
        CaseOutcome::Failed | CaseOutcome::Waived | CaseOutcome::Error => title.whole(&end, style, width),
    }
}

fn where_it_stopped(case: &FinishedCase) -> String {
    blamed(case).map_or_else(String::new, |bad| format!(" at step {} of {}", bad.step.step + 1, case.steps))
}

/// A step that is over.
pub(super) fn step(
    step: &StepFinished,
    exchange: Option<&Exchange>,
    stem: &str,
    name: &str,
    style: Style,
    width: usize,
) -> String {
    let (sign, role) = match &step.outcome {
        StepOutcome::Passed => ("  ✓", Role::Passed),
        StepOutcome::Failed(_) => ("  ✗", Role::Failed),
        StepOutcome::Waived(_) => ("  w", Role::Error),
        StepOutcome::Error(_) => ("  ?", Role::Error),
        StepOutcome::Skipped { .. } => ("  –", Role::Faint),
    };
    let end = match (&step.outcome, exchange) {
        (StepOutcome::Skipped { reason }, _) => format!("not run: {}", visible_line(reason)),
        (_, Some(exchange)) => request_line(exchange, step.attempts),
        (_, None) => duration(Duration::from_micros(step.took_us)),
    };
    let (case, name) = (visible_line(name), visible_line(&step.name));
    Title { sign: (sign, role), stem, case: &case, step: Some(&name) }.short(&end, style, width)
}

/// What a line is about.
struct Title<'a> {
    sign: (&'static str, Role),
    stem: &'a str,
    case: &'a str,
    step: Option<&'a str>,
}

/// A case's name of which fewer columns are left says nothing any more.
const SHORTEST_NAME: usize = 20;

impl Title<'_> {
    /// `✓ stem › case › step · end`, shortened in the middle of the case's name, or on two lines.
    fn short(&self, end: &str, style: Style, width: usize) -> String {
        let room = width.saturating_sub(self.indent() + 3 + columns(end));
        let enough = match self.step {
            // One of many cases: a line each, as long as anything of it can be told.
            None => room >= SHORTEST_NAME,
            Some(_) => columns(&self.text("")) + SHORTEST_NAME <= room,
        };
        if columns(&self.text(self.case)) <= room || enough {
            return format!("{} {} · {}", self.painted(style), self.squeezed(room), paint(style, Role::Faint, end));
        }
        let room = width - self.indent();
        let end = paint(style, Role::Faint, squeeze(end, room));
        format!("{} {}\n{}{end}", self.painted(style), self.squeezed(room), " ".repeat(self.indent()))
    }

    /// The same without shortening anything, on as many lines as it takes.
    fn whole(&self, end: &str, style: Style, width: usize) -> String {
        let (text, faint) = (self.text(self.case), paint(style, Role::Faint, end));
        let room = width - self.indent();
        if columns(&text) + 3 + columns(end) <= room {
            return format!("{} {text} · {faint}", self.painted(style));
        }
        let margin = format!("\n{}", " ".repeat(self.indent()));
        format!("{} {}{margin}{faint}", self.painted(style), wrap(&text, room).replace('\n', &margin))
    }

    fn text(&self, case: &str) -> String {
        let step = self.step.map_or_else(String::new, |step| format!(" › {step}"));
        format!("{} › {case}{step}", self.stem)
    }

    /// The case's name gives way first; where that is not enough, everything does.
    fn squeezed(&self, room: usize) -> String {
        let rest = columns(&self.text(""));
        let name = squeeze(self.case, room.saturating_sub(rest).max(SHORTEST_NAME));
        squeeze(&self.text(&name), room)
    }

    fn painted(&self, style: Style) -> impl std::fmt::Display {
        paint(style, self.sign.1, self.sign.0)
    }

    /// Columns before the text: the sign and a space.
    fn indent(&self) -> usize {
        columns(self.sign.0) + 1
    }
}

/// Somebody asked the run to stop.
pub(super) fn interrupted(reason: &str, style: Style) -> String {
    let text = format!("Stopping: {}. Nothing new is sent.", visible_line(reason).trim_end_matches('.'));
    paint(style, Role::Error, text).to_string()
}
