//! From a response to new names. Pure.

use super::answer::Answer;
use super::check::{Checker, explain_missing};
use super::clock::millis;
use crate::event::{Captured, Failure, Found, Promise};
use crate::expr::{Selection, excerpt};
use crate::secret::{MASK, is_credential_header};
use crate::suite::{Capture, CaptureFrom, Secrecy};
use serde_json::Value;

/// A name and the value it gets.
pub(super) struct Taken<'c> {
    pub(super) capture: &'c Capture,
    pub(super) value: Value,
}

impl Taken<'_> {
    /// As events carry it.
    pub(super) fn told(&self) -> Captured {
        let value = match self.capture.secrecy {
            _ if is_secret(self.capture) => MASK.to_owned(),
            Secrecy::Open | Secrecy::Secret => excerpt(&self.value),
        };
        Captured { name: self.capture.name.value.clone(), value }
    }
}

/// Whether what is captured is a secret: said so, a cookie, or from a header whose name says so.
pub(super) fn is_secret(capture: &Capture) -> bool {
    capture.secrecy == Secrecy::Secret
        || match &capture.from {
            CaptureFrom::Cookie(_) => true,
            CaptureFrom::Header(name) => is_credential_header(name),
            _ => false,
        }
}

/// What a step would capture as a secret from this answer, whatever becomes of the step: each text and number of it. An
/// answer on the way of a poll, one that is retried and one that fails are told too.
pub(super) fn secrets(answer: &Answer, captures: &[Capture]) -> Vec<String> {
    let mut secrets = Vec::new();
    for capture in captures.iter().filter(|capture| is_secret(capture)) {
        let values = match &capture.from {
            CaptureFrom::Header(name) => answer.header(name).map(Value::String).into_iter().collect(),
            CaptureFrom::Cookie(name) => answer.cookie(name).map(Value::String).into_iter().collect(),
            CaptureFrom::Body(selector) => match answer.json().map(|body| selector.select(body)) {
                Ok(Selection::One(value)) => value.cloned().into_iter().collect(),
                Ok(Selection::Many(nodes)) => nodes.into_iter().map(|(_, value)| value.clone()).collect(),
                Err(_) => Vec::new(),
            },
            CaptureFrom::Text => answer.text().map(Value::from).into_iter().collect(),
            _ => Vec::new(),
        };
        for value in values {
            let value: Value = value;
            leaves(&part(capture, value.clone()).unwrap_or(value), &mut secrets);
        }
    }
    secrets
}

/// The texts and numbers of a value.
fn leaves(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Number(number) => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| leaves(item, found)),
        Value::Object(members) => members.values().for_each(|member| leaves(member, found)),
        Value::Null | Value::Bool(_) => {}
    }
}

/// Names and values from a response, or the captures that found nothing.
pub(super) fn all<'c>(checker: &mut Checker<'_>, captures: &'c [Capture]) -> Result<Vec<Taken<'c>>, Vec<Failure>> {
    let mut taken = Vec::new();
    for capture in captures {
        let found = match &capture.from {
            CaptureFrom::Body(_) if checker.json(capture.span).is_none() => continue,
            from => look(checker, from).and_then(|value| part(capture, value)),
        };
        match found {
            Ok(value) => taken.push(Taken { capture, value }),
            Err(found) => {
                let promise = Promise::Capture { name: capture.name.value.clone(), found };
                let place = checker.sources.place(capture.span);
                checker.checked.failures.push(Failure { place, promise });
            }
        }
    }
    let failures = std::mem::take(&mut checker.checked.failures);
    if failures.is_empty() { Ok(taken) } else { Err(failures) }
}

fn look(checker: &mut Checker<'_>, from: &CaptureFrom) -> Result<Value, Found> {
    let missing =
        |path: &str, expected: &str| Found { path: path.into(), expected: expected.into(), ..Found::default() };
    match from {
        CaptureFrom::Header(name) => {
            checker.answer.header(name).map(Value::String).ok_or_else(|| missing(name, "a header to capture"))
        }
        CaptureFrom::Cookie(name) => {
            checker.answer.cookie(name).map(Value::String).ok_or_else(|| missing(name, "a cookie to capture"))
        }
        CaptureFrom::Text => checker
            .answer
            .text()
            .map(Value::from)
            .map_err(|why| Found { why: Some(why), ..missing("text", "text to capture") }),
        CaptureFrom::Status => Ok(Value::from(checker.answer.response.status)),
        CaptureFrom::Time => Ok(Value::from(millis(checker.answer.response.total))),
        CaptureFrom::Body(selector) => {
            let body = checker.answer.json().unwrap_or(&Value::Null);
            let nothing = || explain_missing(selector, body, missing(selector.text(), "a value to capture"));
            match selector.select(body) {
                Selection::One(value) => value.cloned().ok_or_else(nothing),
                Selection::Many(nodes) if nodes.is_empty() => Err(nothing()),
                Selection::Many(nodes) => Ok(nodes.into_iter().map(|(_, value)| value.clone()).collect()),
            }
        }
    }
}

/// What the capture's expression finds in a value: its first group, or all of it where it has none. A group that took no
/// part in what was found captures nothing: what stands around it is not what was asked for.
fn part(capture: &Capture, value: Value) -> Result<Value, Found> {
    let Some(regex) = &capture.part else { return Ok(value) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let group = usize::from(regex.captures_len() > 1);
    let captures = regex.captures(&text);
    let part = captures.as_ref().and_then(|groups| groups.get(group));
    part.map(|part| Value::from(part.as_str())).ok_or_else(|| Found {
        path: capture.name.value.clone(),
        expected: format!("text in which /{regex}/ finds something"),
        found: Some(excerpt(&value)),
        why: captures.map(|_| "the expression matches, and its first group took no part".to_owned()),
    })
}
