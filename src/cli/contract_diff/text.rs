//! The report of `contract diff` as people read it.

use super::Told;
use crate::change::{Change, Page, Rule, Unwaived, Verdict, Which, Witness};
use crate::diagnostic::Style;
use crate::source::Location;
use crate::text::{count, cut};
use anstyle::{AnsiColor, Style as Ansi};
use std::fmt::Write as _;

/// Longest witness that is shown whole, in bytes.
const LONGEST_WITNESS: usize = 400;
/// Longest line of a contract that is shown, in bytes.
const LONGEST_LINE: usize = 100;

/// The whole report.
pub(super) fn told(told: &Told<'_>, style: Style) -> String {
    let report = told.report;
    let mut text = String::new();
    let name = |(title, version): &(String, String), written: &str| match version.is_empty() {
        true => format!("{title} ({written})"),
        false => format!("{title} {version} ({written})"),
    };
    let _ = writeln!(text, "{} -> {}", name(&report.old, told.old), name(&report.new, told.new));
    let _ = writeln!(text, "{} in common: {}", count(report.common, "operation"), told.counts());
    for change in &report.changes {
        if !change.verdict.counts() && change.verdict != Verdict::Meaning && !told.all {
            continue;
        }
        text.push('\n');
        one(&mut text, told, change, style);
    }
    let hidden = report.count(Verdict::Compatible);
    if hidden > 0 && !told.all {
        let _ = write!(text, "\n{} not listed; `--all` lists them.\n", count(hidden, "compatible change"));
    }
    for (index, why) in &told.waiving.refused {
        let Some(waiver) = told.waivers.get(*index) else { continue };
        let why = match why {
            Unwaived::Expired => format!("expired on {}", waiver.entry.expires),
            Unwaived::Unused => "unused: it covers no change that breaks".to_owned(),
        };
        let _ = write!(text, "\nwaiver of {} ({}): {why}\n", waiver.entry.owner, waiver.entry.what);
    }
    for line in told.whom.refused() {
        let _ = write!(text, "\n{line}");
    }
    let last = match told.failing() {
        0 if told.waiving.refused.is_empty() => "Compatible.".to_owned(),
        0 => format!("{} expired or unused.", count(told.waiving.refused.len(), "waiver")),
        failing => format!("Not compatible: {} for a client of the old contract.", count(failing, "break")),
    };
    let _ = write!(text, "\n{last}");
    text
}

fn paint(style: Style, verdict: Verdict) -> (Ansi, String) {
    let word = format!("{:<10}", verdict.name());
    let ansi = match (style, verdict) {
        (Style::Plain, _) => Ansi::new(),
        (_, Verdict::Breaking) => AnsiColor::Red.on_default().bold(),
        (_, Verdict::Unsure) => AnsiColor::Yellow.on_default().bold(),
        (_, Verdict::Compatible) => AnsiColor::Green.on_default(),
        (_, Verdict::Meaning) => AnsiColor::Cyan.on_default(),
    };
    (ansi, word)
}

fn one(text: &mut String, told: &Told<'_>, change: &Change, style: Style) {
    let (ansi, word) = paint(style, change.verdict);
    let _ = writeln!(text, "{ansi}{word}{ansi:#} {}", change.id);
    let _ = writeln!(text, "     {}", change.rule.about);
    side(text, "old", change.old.as_ref(), &change.before);
    side(text, "new", change.new.as_ref(), &change.after);
    if let Some(witness) = &change.witness {
        let _ = writeln!(text, "     witness: {}", witness_line(witness));
    }
    for line in told.whom.lines(change) {
        let _ = writeln!(text, "     {line}");
    }
    if let Some(note) = &change.note {
        let _ = writeln!(text, "     note: {note}");
    }
    if !change.ambiguities.is_empty() {
        let _ = writeln!(text, "     touches {}", change.ambiguities.join(", "));
    }
    if let Some(waiver) = told.waiving.of(change).and_then(|index| told.waivers.get(index)) {
        let entry = &waiver.entry;
        let _ = writeln!(text, "     waived by {} until {}: {}", entry.owner, entry.expires, entry.reason);
    }
}

fn side(text: &mut String, name: &str, place: Option<&Location>, says: &str) {
    let says = says.split_whitespace().collect::<Vec<_>>().join(" ");
    match place {
        Some(place) => {
            let line = cut(place.text.trim(), LONGEST_LINE);
            let _ = writeln!(text, "     {name}: {says}");
            let _ = writeln!(text, "          {}:{}:{}  {line}", place.file, place.line, place.column);
        }
        None => {
            let _ = writeln!(text, "     {name}: {says}");
        }
    }
}

/// A witness in one line.
pub(super) fn witness_line(witness: &Witness) -> String {
    let value = match &witness.value {
        serde_json::Value::String(text) if !witness.what.ends_with("body") => text.clone(),
        value => value.to_string(),
    };
    let (right, wrong) = match witness.right_by {
        Which::Old => ("the old contract", "the new one"),
        Which::New => ("the new contract", "the old one"),
    };
    let refused = match witness.refused.as_str() {
        "" => String::new(),
        refused => format!(": {}", cut(refused, 200)),
    };
    format!("{} {}  right by {right}, wrong by {wrong}{refused}", witness.what, cut(&value, LONGEST_WITNESS))
}

/// A rule's page.
pub(super) fn page(rule: &Rule, page: &Page) -> String {
    let indented = |piece: &str| piece.lines().map(|line| format!("    {line}")).collect::<Vec<_>>().join("\n");
    let place = match page.place.as_str() {
        "request" => "in a request body",
        "response" => "in a response body",
        "operation" => "at an operation",
        _ => "at the root",
    };
    format!(
        "{}: {}\n\nlevel: {}   verdict of the example: {}\n\nOld, {place}:\n\n{}\n\nNew:\n\n{}\n\nWhy: {}\nNext: {}",
        rule.name,
        rule.about,
        rule.level.name(),
        page.verdict,
        indented(&page.old),
        indented(&page.new),
        page.why,
        page.next,
    )
}
