//! Responses that are not what was accepted.

use super::{Draft, value};
use crate::diagnostic::{Code, NoteKind};
use crate::event::{Change, ChangeKind, SnapshotDifference};
use crate::text::count;

/// Single differences that are listed; the report has all of them.
const LISTED: usize = 8;

/// Lines of the difference as text that are shown.
const LINES: usize = 24;

/// How a response differs from its snapshot.
pub(super) fn difference(at: &impl Fn(Draft) -> Draft, difference: &SnapshotDifference) -> Draft {
    let SnapshotDifference { file, changes, text, .. } = difference;
    if changes.is_empty() {
        return at(Draft::new(Code::Snapshot, "there is no accepted snapshot of this response"))
            .note(NoteKind::Promised, &format!("what {file} holds, which does not exist"))
            .note(NoteKind::Next, "run it where snapshots may be proposed, then `proviso review`");
    }
    let mut listed: Vec<String> = changes.iter().take(LISTED).map(change).collect();
    if changes.len() > LISTED {
        listed.push(format!("… and {}", count(changes.len() - LISTED, "more difference")));
    }
    let title = format!("the response differs from its snapshot in {}", count(changes.len(), "place"));
    let shown = text.iter().take(LINES).cloned().collect::<Vec<_>>().join("\n");
    at(Draft::new(Code::Snapshot, &title))
        .note(NoteKind::Promised, &format!("what {file} holds"))
        .note(NoteKind::Came, &listed.join("\n"))
        .maybe(NoteKind::Seen, (!shown.is_empty()).then_some(shown))
        .note(NoteKind::Next, "`proviso review` shows it, and accepts or rejects it")
}

/// One difference in one line.
fn change(change: &Change) -> String {
    let [before, after] = [&change.before, &change.after].map(|side| side.as_deref().map(value).unwrap_or_default());
    let path = &change.path;
    match change.kind {
        ChangeKind::Added => format!("added   {path}: {after}"),
        ChangeKind::Removed => format!("removed {path}: {before}"),
        ChangeKind::Changed => format!("changed {path}: {before} → {after}"),
        ChangeKind::Retyped => format!("retyped {path}: {before} → {after}"),
        ChangeKind::Moved => format!("moved   {path}: {before} → {after}"),
    }
}
