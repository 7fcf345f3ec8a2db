//! Masking an event so that it is still an event.
//!
//! Secrets are searched for in the whole line, which no field can escape. A mask may then stand where JSON or an event
//! has no room for it: a secret may be `1234` while a step took 1,234 µs, `passed`, or this year. Such an event is masked
//! text by text instead. What stays readable then are numbers, times and the format's own words, which come from Proviso
//! and never from a secret.

use crate::event::{Event, EventKind, Exchange, Failure, Promise, StepOutcome};
use crate::secret::{MASK, Redactor, is_credential_header};
use serde::Deserialize;
use serde_json::Value;
use std::io;

/// Masks what is a credential by where it stands, whatever it is: in certain headers, and before the host of a URL.
pub(super) fn credentials(event: &mut Event) {
    match &mut event.kind {
        EventKind::RunStarted(run) => {
            user_part(&mut run.target);
            run.command.iter_mut().for_each(user_part);
        }
        EventKind::AttemptFinished(attempt) => exchange(&mut attempt.exchange),
        EventKind::StepFinished(step) => match &mut step.outcome {
            StepOutcome::Failed(failures) => failures.iter_mut().for_each(header_found),
            StepOutcome::Waived(waived) => waived.failures.iter_mut().for_each(header_found),
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

fn exchange(exchange: &mut Exchange) {
    user_part(&mut exchange.sent.url);
    let received = exchange.received.iter_mut().flat_map(|received| &mut received.headers);
    for (name, value) in exchange.sent.headers.iter_mut().chain(received) {
        if is_credential_header(name) && value != MASK {
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

/// A promise about such a header quotes the value that came.
fn header_found(failure: &mut Failure) {
    if let Promise::Header(found) = &mut failure.promise
        && is_credential_header(&found.path)
        && let Some(value) = &mut found.found
    {
        MASK.clone_into(value);
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
            if let std::borrow::Cow::Owned(masked) = redactor.redact(text) {
                suspects.push((pointer.clone(), masked));
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}
