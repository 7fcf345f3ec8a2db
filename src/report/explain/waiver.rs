//! Waivers that may not stay as they are.

use super::{Draft, value};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{WaiverEntry, WaiverFault, WaiverRefused};
use crate::text::visible_line;

/// Why a waiver may not stay, who answers for it, and what to do.
#[must_use]
pub fn explain_waiver(refused: &WaiverRefused) -> Diagnostic {
    let WaiverEntry { what, owner, reason, expires, place } = &refused.waiver;
    let owner = visible_line(owner);
    let (title, why, next) = match refused.why {
        WaiverFault::Expired => (
            "a waiver has expired",
            format!("its last day was {expires}"),
            format!("settle with {owner} that it is put right, or until when it is waived again"),
        ),
        WaiverFault::Unmatched => (
            "a waiver waives nothing",
            "it was run and did not fail, or there is no such case, step or operation".to_owned(),
            format!("take it out of the file or mend what it names, and tell {owner}"),
        ),
    };
    Draft::new(Code::Waiver, &format!("{title}: {what}"))
        .at(place, "")
        .note(NoteKind::Waived, &format!("by {owner} until {}: {}", value(expires), value(reason)))
        .note(NoteKind::Why, &value(&why))
        .note(NoteKind::Next, &next)
        .done()
}
