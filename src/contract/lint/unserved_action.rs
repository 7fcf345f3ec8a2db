//! An action that no operation serves: an answer asks for `SUBMIT_CKYC_OTP`, and nothing takes one.

use super::document::{At, Operation};
use super::fields::{Way, values};
use super::words::words;
use super::{Found, Look, Mark};
use std::collections::BTreeSet;

/// Words that ask a client for something.
const VERBS: [&str; 20] = [
    "accept",
    "add",
    "authorise",
    "authorize",
    "complete",
    "confirm",
    "create",
    "enter",
    "fill",
    "pay",
    "provide",
    "register",
    "resend",
    "select",
    "send",
    "set",
    "sign",
    "submit",
    "upload",
    "verify",
];
/// Words in the names of members that say what a client has to do.
const TASKS: [&str; 8] = ["action", "actions", "task", "todo", "step", "next", "instruction", "required"];
/// Words that say nothing about what is asked for.
const EMPTY: [&str; 10] = ["a", "an", "the", "again", "your", "new", "to", "for", "of", "and"];

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let served: Vec<BTreeSet<String>> = look
        .document
        .operations
        .iter()
        .enumerate()
        .filter(|(_, operation)| takes(operation))
        .map(|(index, operation)| vocabulary(look, index, operation))
        .collect();
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for field in look.fields.fields.iter().filter(|field| field.travels(Way::Answer)) {
        if !words(field.name).iter().any(|word| TASKS.contains(&word.as_str())) {
            continue;
        }
        for value in values(&field.schema) {
            let Some(said) = value.text() else { continue };
            let asked = words(said);
            let Some((verb, things)) = asked.split_first().filter(|(verb, _)| VERBS.contains(&verb.as_str())) else {
                continue;
            };
            let things: Vec<&String> = things.iter().filter(|word| !EMPTY.contains(&word.as_str())).collect();
            let serves = |known: &BTreeSet<String>| things.iter().all(|thing| known.contains(*thing));
            if things.is_empty() || served.iter().any(serves) || !seen.insert(said) {
                continue;
            }
            let names: Vec<String> = things.iter().map(|thing| format!("`{thing}`")).collect();
            found.push(Found {
                title: format!("`{said}` asks for something that no operation takes"),
                marks: vec![
                    Mark::node(
                        &value,
                        format!("no operation's name, path or request speaks of {}", names.join(" and ")),
                    ),
                    Mark::key(field.span, &field.at, "what the client is to do"),
                ],
                why: format!("a client that is told to {verb} it has nowhere to go"),
                next: format!("ask which operation `{said}` is answered with"),
            });
        }
    }
    found
}

/// Whether an operation takes something from a client.
fn takes(operation: &Operation<'_>) -> bool {
    ["post", "put", "patch"].contains(&operation.method)
}

/// What an operation speaks of: its name, path and summary, and all its request has.
fn vocabulary(look: &Look<'_>, index: usize, operation: &Operation<'_>) -> BTreeSet<String> {
    let mut known: BTreeSet<String> = words(&operation.name).into_iter().chain(words(operation.path)).collect();
    for name in ["summary", "description"] {
        known.extend(operation.at.get(name).and_then(|at| at.text()).map(words).unwrap_or_default());
    }
    let sent = look.fields.fields.iter().filter(|field| field.uses.contains(&(index, Way::Request)));
    for field in sent {
        known.extend(words(field.name));
        known.extend(values(&field.schema).iter().filter_map(At::text).flat_map(words));
        known.extend(["title", "description"].iter().filter_map(|name| field.schema.get(name)?.text()).flat_map(words));
    }
    known
}
