//! The report of `contract diff` beside the contract's lines: annotations of GitHub Actions, Code Quality of GitLab.

use super::Told;
use super::text::witness_line;
use crate::change::{Change, Verdict};
use crate::cli::ci;
use crate::cli::shell::Shell;
use crate::diagnostic::{Severity, annotation};
use serde_json::{Value, json};

fn message(change: &Change) -> String {
    let mut text = format!("{}: {}\nold: {}\nnew: {}", change.id, change.rule.about, change.before, change.after);
    if let Some(witness) = &change.witness {
        text.push_str(&format!("\nwitness: {}", witness_line(witness)));
    }
    text
}

/// A line for each break; what is waived is a notice.
pub(super) fn github(told: &Told<'_>, shell: &Shell) {
    let folder = ci::build(&ci::variable).folder;
    for change in told.report.changes.iter().filter(|change| change.verdict != Verdict::Compatible) {
        let severity = match (change.verdict, told.fails(change)) {
            (Verdict::Breaking, true) => Severity::Error,
            (Verdict::Unsure, true) => Severity::Warning,
            _ => Severity::Notice,
        };
        let place = change.new.as_ref().or(change.old.as_ref());
        shell.say(&annotation(severity, place, change.rule.name, &message(change), &folder));
    }
}

/// An issue for each change that breaks or may.
pub(super) fn gitlab(told: &Told<'_>) -> String {
    let build = ci::build(&ci::variable);
    let issues = told.report.changes.iter().filter(|change| told.fails(change)).map(|change| {
        let place = change.new.as_ref().or(change.old.as_ref());
        let severity = if change.verdict == Verdict::Breaking { "critical" } else { "major" };
        json!({
            "description": message(change),
            "check_name": change.rule.name,
            "fingerprint": crate::text::slug(&change.id),
            "severity": severity,
            "location": {
                "path": place.map_or_else(|| told.new.to_owned(), |place| format!("{}{}", build.folder, place.file)),
                "lines": { "begin": place.map_or(1, |place| place.line) },
            },
        })
    });
    format!("{:#}", issues.collect::<Value>())
}
