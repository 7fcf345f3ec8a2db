//! From a response to new names. Pure.

use super::check::{Checker, explain_missing};
use super::clock::millis;
use crate::event::{Captured, Failure, Found, Promise};
use crate::expr::{Selection, excerpt};
use crate::secret::MASK;
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
            Secrecy::Open => excerpt(&self.value),
            Secrecy::Secret => MASK.to_owned(),
        };
        Captured { name: self.capture.name.value.clone(), value }
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

/// What the capture's expression finds in a value: its first group, or all of it where it has none.
fn part(capture: &Capture, value: Value) -> Result<Value, Found> {
    let Some(regex) = &capture.part else { return Ok(value) };
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let captures = regex.captures(&text);
    let part = captures.as_ref().and_then(|groups| groups.get(1).or_else(|| groups.get(0)));
    part.map(|part| Value::from(part.as_str())).ok_or_else(|| Found {
        path: capture.name.value.clone(),
        expected: format!("text in which /{regex}/ finds something"),
        found: Some(excerpt(&value)),
        why: None,
    })
}
