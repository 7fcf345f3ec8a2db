//! Names, places and differences in words.

use crate::history::compare::{CaseName, Difference, StepDifference, What};
use crate::text::{columns, head, visible_line};

/// Longest value, in characters, that is told whole.
const LONGEST: usize = 60;

/// The last part of a step's name and its operation: `Get BRE (getBre)`.
pub(super) fn call(step: &StepDifference) -> String {
    let name = visible_line(step.step.rsplit(" › ").next().unwrap_or_default());
    let operation = step.operation.as_deref().filter(|operation| !step.step.ends_with(operation));
    operation.map_or_else(|| name.clone(), |operation| format!("{name} ({})", visible_line(operation)))
}

pub(in crate::report) fn name(case: &CaseName) -> String {
    format!("{} › {}", visible_line(&case.suite), visible_line(&case.case))
}

/// `step 3, Get BRE (getBre)`.
pub(super) fn place(step: &StepDifference) -> String {
    let number = match (step.a, step.b) {
        (Some(a), Some(b)) if a == b => format!("step {b}"),
        (Some(a), Some(b)) => format!("step {b} (in A {a})"),
        (Some(number), None) | (None, Some(number)) => format!("step {number}"),
        (None, None) => "a step".to_owned(),
    };
    let flows =
        step.step.rsplit_once(" › ").map_or_else(String::new, |(flows, _)| format!("{} › ", visible_line(flows)));
    format!("{number}, {flows}{}", call(step))
}

/// What is different, in one word.
pub(super) const fn word(what: What) -> &'static str {
    match what {
        What::Step => "step",
        What::Outcome => "outcome",
        What::Status => "status",
        What::Code => "code",
        What::Variant => "variant",
        What::Media => "media type",
        What::Response => "response",
        What::Value => "value",
        What::Target => "target",
        What::Request => "request",
        What::Sent => "sent",
        What::Turns => "repeated",
        What::NotRun => "not run",
        What::Name => "name",
        What::Attempts => "attempts",
        What::Time => "time",
    }
}

/// `status 200 → 422`, as part of a sentence.
pub(super) fn sentence(difference: &Difference) -> String {
    match difference.what {
        What::Step if difference.a.is_none() => "only in B".to_owned(),
        What::Step => "only in A".to_owned(),
        what => format!("{} {}", word(what), change(difference)),
    }
}

/// `200 → 422`, `+ $.data.score number`, `− $.error text`.
pub(super) fn change(difference: &Difference) -> String {
    let value = |value: &Option<String>| value.as_deref().map_or_else(|| "none".to_owned(), shown);
    let (a, b) = (value(&difference.a), value(&difference.b));
    match (difference.what, &difference.path, &difference.a, &difference.b) {
        (What::Step, _, None, _) => format!("only in B, {b}"),
        (What::Step, _, _, None) => format!("only in A, {a}"),
        (_, Some(path), None, _) => format!("+ {} {b}", shown(path)),
        (_, Some(path), _, None) => format!("− {} {a}", shown(path)),
        (_, Some(path), _, _) => format!("{} {a} → {b}", shown(path)),
        (_, None, _, _) => format!("{a} → {b}"),
    }
}

/// A value on one line, cut when it is very long.
fn shown(text: &str) -> String {
    let line = visible_line(text);
    if columns(&line) > LONGEST * 2 { head(&line, LONGEST * 2) } else { line }
}
