//! Masking an event so that it is still an event.
//!
//! Secrets are searched for in the whole line, which no field can escape. A mask may then stand where JSON or an event
//! has no room for it: a secret may be `1234` while a step took 1,234 µs, `passed`, or this year. Such an event is masked
//! text by text instead. What stays readable then are numbers, times and the format's own words, which come from Proviso
//! and never from a secret.

use crate::event::{Event, EventKind, Exchange, Failure, Promise, StepOutcome};
use crate::secret::{CredentialNames, MASK, Pseudonyms, Redactor};
use serde::Deserialize;
use serde_json::Value;
use std::borrow::Cow;
use std::io;

/// Masks what is a credential by where it stands, whatever it is: in certain headers, and before the host of a URL.
pub(super) fn credentials(event: &mut Event, names: &CredentialNames) {
    match &mut event.kind {
        EventKind::RunStarted(run) => {
            user_part(&mut run.target);
            run.command.iter_mut().for_each(user_part);
        }
        EventKind::AttemptFinished(attempt) => exchange(&mut attempt.exchange, names),
        EventKind::StepFinished(step) => match &mut step.outcome {
            StepOutcome::Failed(failures) => failures.iter_mut().for_each(|failure| named_found(failure, names)),
            StepOutcome::Waived(waived) => {
                waived.failures.iter_mut().for_each(|failure| named_found(failure, names));
            }
            StepOutcome::Passed | StepOutcome::Error(_) | StepOutcome::Skipped { .. } => {}
        },
        EventKind::ContractRead(_)
        | EventKind::Touched(_)
        | EventKind::SnapshotTaken(_)
        | EventKind::WaiverRefused(_)
        | EventKind::CaseStarted(_)
        | EventKind::StepStarted(_)
        | EventKind::CaseRerun(_)
        | EventKind::CaseFinished(_)
        | EventKind::Interrupted(_)
        | EventKind::RunFinished(_) => {}
    }
}

fn exchange(exchange: &mut Exchange, names: &CredentialNames) {
    user_part(&mut exchange.sent.url);
    query(&mut exchange.sent.url, names);
    let bodies = exchange.sent.body.iter_mut().chain(exchange.sent.form.iter_mut().map(|part| &mut part.content));
    let bodies = bodies.chain(exchange.received.iter_mut().filter_map(|received| received.body.as_mut()));
    let bodies = bodies.chain(exchange.begun.iter_mut().filter_map(|begun| begun.body.as_mut()));
    for body in bodies {
        if let Cow::Owned(masked) = names.mask_members(&body.text, MASK) {
            body.text = masked;
        }
    }
    for part in exchange.sent.form.iter_mut().filter(|part| names.is_member(&part.field)) {
        MASK.clone_into(&mut part.content.text);
    }
    let received = exchange.received.iter_mut().flat_map(|received| &mut received.headers);
    let received = received.chain(exchange.begun.iter_mut().flat_map(|begun| &mut begun.headers));
    for (name, value) in exchange.sent.headers.iter_mut().chain(received) {
        if names.is_header(name) && value != MASK {
            MASK.clone_into(value);
        }
    }
}

/// Masks `user:password` in `https://user:password@host/`.
fn user_part(text: &mut String) {
    let Some(start) = text.find("://").map(|scheme| scheme + 3) else { return };
    let authority = text[start..].find(['/', '?', '#', ' ']).map_or(text.len(), |length| start + length);
    if let Some(length) = text[start..authority].rfind('@')
        && text[start..start + length] != *MASK
    {
        text.replace_range(start..start + length, MASK);
    }
}

/// Masks the values of such parameters in a URL.
fn query(url: &mut String, names: &CredentialNames) {
    let Some((before, query)) = url.split_once('?') else { return };
    let masked = |pair: &str| match pair.split_once('=') {
        Some((name, value)) if !value.is_empty() && names.is_member(name) => format!("{name}={MASK}"),
        _ => pair.to_owned(),
    };
    if query.split('&').any(|pair| pair.split_once('=').is_some_and(|(name, _)| names.is_member(name))) {
        *url = format!("{before}?{}", query.split('&').map(masked).collect::<Vec<_>>().join("&"));
    }
}

/// A promise about such a header or member quotes the value that came.
fn named_found(failure: &mut Failure, names: &CredentialNames) {
    if let Promise::Rule(rule) = &mut failure.promise {
        let place = rule.at.as_deref().map(last_name).unwrap_or_default();
        if names.is_member(place) || names.is_header(place) {
            rule.came = format!("the value at {place} is not what was promised");
            (rule.expected, rule.found) = (Some(MASK.to_owned()), Some(MASK.to_owned()));
        }
        return;
    }
    let (is_credential, found) = match &mut failure.promise {
        Promise::Header(found) => (names.is_header(&found.path), &mut found.found),
        Promise::Body(found) => (names.is_member(last_name(&found.path)), &mut found.found),
        Promise::Contract(violation) => (
            names.is_member(last_name(&violation.pointer)) || names.is_header(last_name(&violation.pointer)),
            &mut violation.found,
        ),
        _ => return,
    };
    if let Some(value) = found.as_mut().filter(|_| is_credential) {
        MASK.clone_into(value);
    }
}

/// The last name of a JSONPath, a JSON pointer or `header x`.
fn last_name(path: &str) -> &str {
    let path = path.trim_end_matches(['\'', '"', ']']);
    path.rsplit(['.', '/', '\'', '"', ' ', '[']).next().unwrap_or_default()
}

/// Replaces personal data by pseudonyms: in what went over the wire, and in what is said of it.
///
/// # Errors
/// Never for an event that can be written.
pub(super) fn personal(event: &mut Event, pseudonyms: &Pseudonyms) -> io::Result<()> {
    let replace = |text: &mut String| {
        if let Cow::Owned(replaced) = pseudonyms.replace(text) {
            *text = replaced;
        }
    };
    match &mut event.kind {
        EventKind::AttemptFinished(attempt) => {
            let exchange = &mut attempt.exchange;
            replace(&mut exchange.sent.url);
            exchange.sent.headers.iter_mut().for_each(|(_, value)| replace(value));
            exchange.sent.body.iter_mut().for_each(|body| replace(&mut body.text));
            for part in exchange.sent.form.iter_mut() {
                let replaced = pseudonyms.replace_value(&part.field, &part.content.text).into_owned();
                part.content.text = replaced;
            }
            for received in exchange.received.iter_mut().chain(exchange.begun.as_deref_mut()) {
                received.headers.iter_mut().for_each(|(_, value)| replace(value));
                received.body.iter_mut().for_each(|body| replace(&mut body.text));
            }
            for found in &mut attempt.seen {
                let value = found.found.as_mut();
                value
                    .into_iter()
                    .for_each(|value| *value = pseudonyms.replace_value(last_name(&found.path), value).into_owned());
            }
        }
        EventKind::StepFinished(step) => {
            for captured in &mut step.captured {
                captured.value = pseudonyms.replace_value(&captured.name, &captured.value).into_owned();
            }
            if !matches!(step.outcome, StepOutcome::Passed | StepOutcome::Skipped { .. }) {
                let mut outcome = serde_json::to_value(&step.outcome)?;
                quoted(&mut outcome, "", pseudonyms);
                step.outcome = serde_json::from_value(outcome)?;
            }
        }
        _ => {}
    }
    Ok(())
}

/// What promises and errors quote: the fields for it, in whatever kind of promise.
fn quoted(value: &mut Value, member: &str, pseudonyms: &Pseudonyms) {
    const QUOTES: [&str; 11] =
        ["found", "expected", "excerpt", "why", "message", "what", "error", "near", "came", "customer", "target"];
    match value {
        Value::Object(fields) => {
            let path = ["path", "pointer"].iter().find_map(|name| fields.get(*name)?.as_str().map(str::to_owned));
            let member = path.as_deref().map_or(member, last_name).to_owned();
            for (name, field) in fields.iter_mut() {
                match field {
                    Value::String(text) if QUOTES.contains(&name.as_str()) => {
                        *text = pseudonyms.replace_value(&member, text).into_owned();
                    }
                    other => quoted(other, &member, pseudonyms),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|item| quoted(item, member, pseudonyms)),
        _ => {}
    }
}

/// The event behind a masked line.
///
/// # Errors
/// Never for an event that could be written; an error stands for a defect, and then nothing may be written.
pub(super) fn event(original: &Event, masked: &str, redactor: &Redactor) -> io::Result<Event> {
    match serde_json::from_str::<Event>(masked) {
        Ok(event) if same_occurrence(&event, original) => Ok(event),
        Ok(_) | Err(_) => text_by_text(original, redactor),
    }
}

/// Whether masking left alone what the event is about. A secret with quotes in it could swallow more than texts.
fn same_occurrence(masked: &Event, original: &Event) -> bool {
    masked.at == original.at && std::mem::discriminant(&masked.kind) == std::mem::discriminant(&original.kind)
}

/// Masks every text of the event that may be any text.
fn text_by_text(original: &Event, redactor: &Redactor) -> io::Result<Event> {
    let mut value = serde_json::to_value(original)?;
    let mut suspects = Vec::new();
    collect(&value, &mut String::new(), redactor, &mut suspects);
    for (pointer, masked) in suspects {
        let Some(text) = value.pointer_mut(&pointer) else { continue };
        let before = std::mem::replace(text, Value::String(masked));
        // A text that must be a time or one of the format's words cannot hold a secret, only look like one.
        if Event::deserialize(&value).is_err()
            && let Some(text) = value.pointer_mut(&pointer)
        {
            *text = before;
        }
    }
    Ok(Event::deserialize(&value)?)
}

/// The texts with a secret in them, each as its JSON pointer and its masked form.
fn collect(value: &Value, pointer: &mut String, redactor: &Redactor, suspects: &mut Vec<(String, String)>) {
    let length = pointer.len();
    let mut below = |key: &str, value: &Value| {
        pointer.push('/');
        pointer.push_str(key);
        collect(value, pointer, redactor, suspects);
        pointer.truncate(length);
    };
    match value {
        // Keys are the field names of events: never escaped in pointers, never secret.
        Value::Object(fields) => fields.iter().for_each(|(key, value)| below(key, value)),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| below(&index.to_string(), item)),
        Value::String(text) => {
            if let Cow::Owned(masked) = redactor.redact(text) {
                suspects.push((pointer.clone(), masked));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
