//! Responses that are not what was accepted.

use super::{Draft, value};
use crate::diagnostic::{Code, NoteKind};
use crate::event::{Against, Change, ChangeKind, SnapshotDifference};
use crate::text::count;
use crate::text::{head, visible_line};

/// Single differences that are listed; the report has all of them.
const LISTED: usize = 12;

/// Lines of the difference as text that are shown.
const LINES: usize = 40;

/// Longest line of the difference, in characters.
const LONGEST: usize = 160;

/// How a response differs from its snapshot.
pub(super) fn difference(at: &impl Fn(Draft) -> Draft, difference: &SnapshotDifference) -> Draft {
    let SnapshotDifference { file, changes, more, text, .. } = difference;
    let places = count(changes.len() + more, "place");
    let (title, promised, next) = match difference.against {
        Against::Nothing => {
            return at(Draft::new(Code::Snapshot, "there is no accepted snapshot of this response"))
                .note(NoteKind::Promised, &format!("what {file} holds, and there is no such file"))
                .note(NoteKind::Came, "a response that nobody has accepted")
                .note(
                    NoteKind::Next,
                    "run the suite on a machine of your own, then `proviso review`, and commit the file",
                );
        }
        Against::Accepted => (
            format!("the response differs from its snapshot in {places}"),
            format!("what {file} holds"),
            "if this is meant, `proviso review` accepts it, whole or path by path; if it always differs, mask it",
        ),
        Against::EarlierInRun => (
            format!("the response differs from an earlier one of this run in {places}"),
            format!("the same every time; the first one was taken for {file}"),
            "mask what differs from time to time with `redact`, `ignore` or `sort` under `snapshot`",
        ),
    };
    let mut listed: Vec<String> = changes.iter().take(LISTED).map(explain_change).collect();
    let rest = changes.len().saturating_sub(LISTED) + more;
    if rest > 0 {
        listed.push(format!("… and {}", count(rest, "more difference")));
    }
    let mut shown: Vec<String> = text.iter().take(LINES).map(|line| head(&blanks_shown(line), LONGEST)).collect();
    if text.len() > LINES {
        shown.push(format!("… {}", count(text.len() - LINES, "more line")));
    }
    at(Draft::new(Code::Snapshot, &title))
        .note(NoteKind::Promised, &promised)
        .note(NoteKind::Came, &listed.join("\n"))
        .maybe(NoteKind::Diff, (!shown.is_empty()).then(|| shown.join("\n")))
        .note(NoteKind::Next, next)
}

/// The line with blanks at its end as dots: nobody sees them otherwise.
fn blanks_shown(line: &str) -> String {
    let kept = line.trim_end_matches([' ', '\t']);
    // The sign at the beginning of an empty line stays as it is.
    let kept = if kept.is_empty() { &line[..line.len().min(1)] } else { kept };
    format!("{kept}{}", "·".repeat(line.len() - kept.len()))
}

/// One difference in one line.
#[must_use]
pub fn explain_change(change: &Change) -> String {
    let [before, after] = [&change.before, &change.after].map(|side| side.as_deref().map(value).unwrap_or_default());
    let path = visible_line(&change.path);
    match change.kind {
        ChangeKind::Added => format!("added   {path}: {after}"),
        ChangeKind::Removed => format!("removed {path}: {before}"),
        ChangeKind::Changed => format!("changed {path}: {before} → {after}"),
        ChangeKind::Retyped => format!("retyped {path}: {before} → {after}"),
        ChangeKind::Moved => format!("moved   {before} → {after}"),
    }
}
