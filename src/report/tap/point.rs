//! One case as a test point, with what there is to say of it in YAML.

use crate::diagnostic::{Diagnostic, in_lines};
use crate::event::Outcome;
use crate::report::fold::{CaseResult, Problem};
use crate::text::duration;
use serde_json::Value;
use std::time::Duration;

/// A point of a subtest, in whole lines.
pub(super) fn point(number: usize, name: &str, result: &CaseResult) -> String {
    let not = match result.outcome {
        Outcome::Waived => "not ",
        _ if result.fails => "not ",
        _ => "",
    };
    let directive = match (result.outcome, &result.skipped) {
        (Outcome::Skipped, reason) => format!(" # SKIP {}", escaped(reason.as_deref().unwrap_or_default())),
        (Outcome::Waived, _) => " # TODO waived".to_owned(),
        _ => String::new(),
    };
    let mut text = format!("    {not}ok {number} - {}{directive}\n", escaped(name));
    let yaml = yaml(result);
    if !yaml.is_empty() {
        text.push_str("      ---\n");
        for line in &yaml {
            text.push_str(format!("      {line}").trim_end());
            text.push('\n');
        }
        text.push_str("      ...\n");
    }
    text
}

/// A waiver that may not stay, as a point beside the suites.
pub(super) fn waiver(number: usize, waiver: &Diagnostic) -> String {
    let mut lines = vec![format!("not ok {number} - {}", escaped(&waiver.title)), "  ---".to_owned()];
    lines.extend(block("message", &in_lines(waiver)).into_iter().map(|line| format!("  {line}")));
    lines.extend(["  severity: fail".to_owned(), format!("  code: {}", waiver.code.name()), "  ...".to_owned()]);
    lines.join("\n") + "\n"
}

fn yaml(result: &CaseResult) -> Vec<String> {
    let mut lines = Vec::new();
    if let Some(problem) = &result.problem {
        lines.extend(problem_lines(result.outcome, problem));
    }
    if result.reruns > 0 {
        lines.push(format!("reruns: {}", result.reruns));
    }
    if let Some(cleanup) = &result.cleanup {
        lines.extend(block("cleanup", cleanup));
    }
    if result.problem.is_some() && result.took_us > 0 {
        lines.push(format!("took: {}", quoted(&duration(Duration::from_micros(result.took_us)))));
    }
    lines
}

fn problem_lines(outcome: Outcome, problem: &Problem) -> Vec<String> {
    let severity = match outcome {
        Outcome::Waived => "todo",
        Outcome::Error | Outcome::Missing => "error",
        Outcome::Flaky => "comment",
        Outcome::Passed | Outcome::Failed | Outcome::Skipped => "fail",
    };
    let mut lines = vec![
        format!("message: {}", quoted(&problem.headline.message())),
        format!("severity: {severity}"),
        format!("code: {}", problem.headline.code.name()),
    ];
    if let Some(place) = &problem.place {
        lines.push("at:".to_owned());
        lines.push(format!("  file: {}", quoted(&place.file)));
        lines.push(format!("  line: {}", place.line));
        lines.push(format!("  column: {}", place.column));
    }
    lines.extend(block("story", &problem.text));
    lines
}

/// A text of several lines. The indentation is named, since the first line may begin with spaces of its own.
fn block(key: &str, text: &str) -> Vec<String> {
    let text = text.trim_end();
    if text.is_empty() {
        return Vec::new();
    }
    let lines = text.lines().map(|line| format!("  {}", line.replace(is_unprintable, "\u{fffd}")));
    std::iter::once(format!("{key}: |2-")).chain(lines).collect()
}

/// What stands in no YAML, or would break a line there.
const fn is_unprintable(character: char) -> bool {
    matches!(character, '\u{0}'..='\u{8}' | '\u{b}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}')
}

/// A text on one line: a JSON string is one of YAML too.
fn quoted(text: &str) -> String {
    Value::from(text.replace(is_unprintable, "\u{fffd}")).to_string()
}

/// The text as a description or a reason.
pub(super) fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('#', "\\#")
}
