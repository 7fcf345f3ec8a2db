//! What a client has to do, and what it has to be ready for: codes, order, polls, retries, limits, rulings, credentials.
//!
//! Facts are compared by tables of directions: more is asked of a client, or less, or something else. What the tables do
//! not know is told as such.

mod codes;
mod facts;
mod keyed;
mod node;
mod security;
mod servers;
mod table;

pub(super) use node::{at, entries, members, same_value, shown, shown_apart, span_of, text};
pub(super) use table::SCHEMA_FACTS;

use super::collect::{Collect, Found};
use super::{Verdict, response};
use crate::contract::Operation;

pub(super) use facts::compare as compare_fact;

/// Compares everything that is promised beyond single exchanges.
pub(super) fn compare(collect: &mut Collect<'_>) {
    codes::compare(collect);
    response::common(collect);
    for (old, new) in collect.pairs() {
        envelope(collect, old, new);
        facts::of_operation(collect, old, new);
        security::compare(collect, old, new);
    }
    keyed::compare(collect);
    servers::compare(collect);
    unread(collect);
}

fn envelope(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let spans = (Some(old.span), Some(new.span));
    let words = |operation: &Operation| operation.code_members.join(", ");
    let coded = !collect.old.contract.codes.is_empty() && !collect.new.contract.codes.is_empty();
    if coded {
        for member in new.code_members.iter().filter(|member| !old.code_members.contains(member)) {
            let found = Found::new(Verdict::Breaking, "code-member-added", "envelope").of(&old.id).at(member);
            collect.add(found.says(words(old), words(new)).spans(spans.0, spans.1));
        }
        for member in old.code_members.iter().filter(|member| !new.code_members.contains(member)) {
            let found = Found::new(Verdict::Compatible, "code-member-removed", "envelope").of(&old.id).at(member);
            collect.add(found.says(words(old), words(new)).spans(spans.0, spans.1));
        }
    }
    if old.code_optional != new.code_optional {
        let (verdict, rule) = match new.code_optional {
            true => (Verdict::Breaking, "code-became-optional"),
            false => (Verdict::Compatible, "code-became-required"),
        };
        let says =
            |optional: bool| if optional { "a good answer may do without a code" } else { "every answer has a code" };
        let found = Found::new(verdict, rule, "envelope").of(&old.id);
        collect.add(found.says(says(old.code_optional), says(new.code_optional)).spans(spans.0, spans.1));
    }
    if old.discriminator != new.discriminator {
        let found = Found::new(Verdict::Unsure, "discriminator-changed", "envelope").of(&old.id);
        collect.add(found.says(old.discriminator.join(", "), new.discriminator.join(", ")).spans(spans.0, spans.1));
    }
}

/// Parts of a document that nothing here reads: where they differ, that is told.
fn unread(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old.root, collect.new.root);
    let key = "webhooks";
    let (before, after) = (at(old, &[key]), at(new, &[key]));
    if before.map(node::json) != after.map(node::json) {
        let found = Found::new(Verdict::Unsure, "not-compared", "document").at(key);
        let found = found.says(shown(before), shown(after)).spans(span_of(before), span_of(after));
        let note = "calls that go the other way are not compared; taken as breaking".to_owned();
        collect.add(Found { note: Some(note), ..found });
    }
}
