//! What is proposed, on a screen.

use super::proposal::Proposal;
use crate::cli::files::shown;
use crate::cli::shell::Shell;
use crate::diagnostic::Style;
use crate::event::Change;
use crate::report::explain_change;
use crate::snapshot::lines;
use crate::text::visible;
use crate::text::{count, cut};
use anstyle::{AnsiColor, Effects, Style as Paint};
use std::path::PathBuf;

/// Most lines of text that are shown; the whole is in the files.
const LINES: usize = 60;
/// Most single differences that are shown.
const CHANGES: usize = 40;
/// Longest line.
const LONGEST: usize = 200;

/// Lists what is proposed and what is left over.
pub(super) fn list(shell: &Shell, proposals: &[Proposal], stale: &[PathBuf], why: Option<&str>) {
    for proposal in proposals {
        let found = proposal.differences();
        let what = match (&proposal.accepted, found.changes.len() + found.more) {
            (None, _) => "is new".to_owned(),
            (Some(_), 0) => "is what was accepted".to_owned(),
            (Some(_), number) => format!("differs in {}", count(number, "place")),
        };
        shell.say(&format!("{} {what}", proposal.shown()));
        found.changes.iter().take(CHANGES).for_each(|change| shell.say(&format!("  {}", explain_change(change))));
        if found.changes.len() > CHANGES {
            shell.say(&format!("  … and {}", count(found.changes.len() - CHANGES + found.more, "more difference")));
        }
    }
    for path in stale {
        shell.say(&format!("{} belongs to no step any more", shown(path)));
    }
    let said = match (proposals.len(), stale.len()) {
        (0, 0) => "No snapshot is proposed, and none is left over.".to_owned(),
        (proposed, 0) => format!("{} proposed.", count(proposed, "snapshot")),
        (0, stale) => format!("{} left over.", count(stale, "snapshot")),
        (proposed, stale) => format!("{} proposed, {} left over.", count(proposed, "snapshot"), stale),
    };
    shell.say(&said);
    if let Some(why) = why {
        shell.say(&format!("Which snapshots belong to no step cannot be told: {why}."));
    }
}

/// One proposal on one screen, and its differences by their numbers.
pub(super) fn screen(proposal: &Proposal, number: usize, of: usize, style: Style) -> (String, Vec<Change>) {
    let bold = Paint::new().effects(Effects::BOLD);
    let faint = Paint::new().effects(Effects::DIMMED);
    let mut text = format!("\n{}\n", paint(style, bold, &format!("[{number}/{of}] {}", visible(&proposal.name))));
    let stored = &proposal.stored;
    let place = stored.line.map_or_else(|| stored.source.clone(), |line| format!("{}:{line}", stored.source));
    for line in [&stored.description, &format!("{place} · {}", stored.expression), &proposal.shown()] {
        text.push_str(&format!("  {}\n", paint(style, faint, &visible(line))));
    }
    text.push('\n');
    let changes = proposal.differences().changes;
    match &proposal.accepted {
        None => {
            text.push_str("  It is new:\n\n");
            let whole = stored.content.to_text();
            let all: Vec<String> = whole.lines().map(|line| format!("+{line}")).collect();
            text.push_str(&drawn(&all, style));
        }
        Some(_) if changes.is_empty() => text.push_str("  It is what was accepted.\n"),
        Some(accepted) => {
            for (number, change) in changes.iter().take(CHANGES).enumerate() {
                text.push_str(&format!("  {:>3}  {}\n", number + 1, explain_change(change)));
            }
            if changes.len() > CHANGES {
                text.push_str(&format!("       … and {}\n", count(changes.len() - CHANGES, "more difference")));
            }
            text.push('\n');
            text.push_str(&drawn(&lines(&accepted.content, &stored.content), style));
        }
    }
    (text, changes)
}

fn drawn(lines: &[String], style: Style) -> String {
    let mut text = String::new();
    for line in lines.iter().take(LINES) {
        let colour = match line.chars().next() {
            Some('-') => Some(AnsiColor::Red),
            Some('+') => Some(AnsiColor::Green),
            _ => None,
        };
        let line = cut(&visible(line), LONGEST);
        let line = colour.map_or_else(|| line.clone(), |colour| paint(style, colour.on_default(), &line));
        text.push_str(&format!("    {line}\n"));
    }
    if lines.len() > LINES {
        text.push_str(&format!("    … {}\n", count(lines.len() - LINES, "more line")));
    }
    text
}

fn paint(style: Style, paint: Paint, text: &str) -> String {
    match style {
        Style::Plain => text.to_owned(),
        Style::Coloured => format!("{paint}{text}{paint:#}"),
    }
}
