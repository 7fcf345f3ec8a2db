//! The report of `contract diff` for a comment of a pull request.

use super::Told;
use super::text::witness_line;
use crate::change::{Change, Verdict};
use crate::text::cut;
use std::fmt::Write as _;

/// Most changes of one verdict that are listed.
const MOST: usize = 50;

pub(super) fn told(told: &Told<'_>) -> String {
    let report = told.report;
    let mut text = String::new();
    let verdict = if told.failing() == 0 { "compatible" } else { "**not compatible**" };
    let _ = writeln!(text, "### Contract {} -> {}: {verdict}\n", escaped(&report.old.1), escaped(&report.new.1));
    let _ = writeln!(text, "{}.", told.counts());
    for verdict in [Verdict::Breaking, Verdict::Unsure, Verdict::Meaning, Verdict::Compatible] {
        let changes: Vec<&Change> = report.of(verdict).collect();
        if changes.is_empty() || (verdict == Verdict::Compatible && !told.all) {
            continue;
        }
        let _ = writeln!(text, "\n#### {}\n\n| change | old | new |\n| --- | --- | --- |", capital(verdict.name()));
        for change in changes.iter().take(MOST) {
            let waived = if told.waiving.of(change).is_some() { " (waived)" } else { "" };
            let place = |place: &Option<crate::source::Location>, says: &str| match place {
                Some(place) => format!("{}<br>`{}:{}`", escaped(says), place.file, place.line),
                None => escaped(says),
            };
            let _ = writeln!(
                text,
                "| `{}`{waived}<br>{} | {} | {} |",
                change.id.replace('|', "\\|"),
                escaped(change.rule.about),
                place(&change.old, &change.before),
                place(&change.new, &change.after),
            );
        }
        if changes.len() > MOST {
            let _ = writeln!(text, "\n{} more.", changes.len() - MOST);
        }
        let shown = changes.iter().filter_map(|change| Some((change, change.witness.as_ref()?))).take(MOST);
        let shown: Vec<_> = shown.collect();
        if !shown.is_empty() {
            let _ = writeln!(text, "\n<details><summary>Witnesses</summary>\n");
            for (change, witness) in shown {
                let line = witness_line(witness).replace("```", "'''");
                let _ = writeln!(text, "`{}`\n\n```\n{line}\n```\n", change.id);
            }
            let _ = writeln!(text, "</details>");
        }
    }
    text.trim_end().to_owned()
}

fn capital(word: &str) -> String {
    crate::text::capitalised(word)
}

/// Text in a cell of a table.
fn escaped(text: &str) -> String {
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&line, 160)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('|', "\\|")
        .replace('`', "\\`")
        .replace('*', "\\*")
}
