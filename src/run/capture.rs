//! From a response to new names. Pure.

use super::check::{Checker, explain_missing};
use crate::event::{Captured, Failure, Found, Promise};
use crate::expr::{Selection, excerpt};
use crate::suite::{Capture, CaptureFrom};
use serde_json::Value;

/// Names and values from a response, or the captures that found nothing.
pub(super) fn all(checker: &mut Checker<'_>, captures: &[Capture]) -> Result<Vec<(String, Value)>, Vec<Failure>> {
    let mut values = Vec::new();
    for capture in captures {
        let found = match &capture.from {
            CaptureFrom::Header(name) => {
                let missing = Found { path: name.clone(), expected: "a header to capture".into(), ..Found::default() };
                checker.answer.header(name).map(Value::String).ok_or(missing)
            }
            CaptureFrom::Body(selector) => {
                let Some(body) = checker.json(capture.span) else { continue };
                let missing = || {
                    let expected = "a value to capture".to_owned();
                    let found = Found { path: selector.text().to_owned(), expected, ..Found::default() };
                    explain_missing(selector, body, found)
                };
                match selector.select(body) {
                    Selection::One(value) => value.cloned().ok_or_else(missing),
                    Selection::Many(nodes) if nodes.is_empty() => Err(missing()),
                    Selection::Many(nodes) => Ok(nodes.into_iter().map(|(_, value)| value.clone()).collect()),
                }
            }
        };
        match found {
            Ok(value) => values.push((capture.name.value.clone(), value)),
            Err(found) => {
                let promise = Promise::Capture { name: capture.name.value.clone(), found };
                let place = checker.sources.place(capture.span);
                checker.checked.failures.push(Failure { place, promise });
            }
        }
    }
    let failures = std::mem::take(&mut checker.checked.failures);
    if failures.is_empty() { Ok(values) } else { Err(failures) }
}

/// A captured name as events carry it.
pub(super) fn told(name: &str, value: &Value) -> Captured {
    Captured { name: name.to_owned(), value: excerpt(value) }
}
