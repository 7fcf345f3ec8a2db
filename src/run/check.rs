//! A response against what a step expects. Pure.

use super::answer::Answer;
use super::clock::millis;
use crate::event::{Failure, Found, Promise};
use crate::expr::{Context, Mismatch, RenderError, Selection, Selector, excerpt};
use crate::plan::{PlannedStep, PromisedCode};
use crate::source::{Sources, Span};
use crate::suite::{BodyCheck, HeaderCheck};
use crate::text;
use serde_json::Value;

/// Longest excerpt of a body that is not JSON, in bytes.
const EXCERPT: usize = 400;

/// What checking found.
#[derive(Debug, Default)]
pub(super) struct Checked {
    /// How many promises were checked.
    pub(super) checks: u32,
    /// Those that were not kept.
    pub(super) failures: Vec<Failure>,
}

/// Checks one response.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    pub(super) context: Context<'a>,
    pub(super) answer: &'a Answer<'a>,
    pub(super) checked: Checked,
}

impl<'a> Checker<'a> {
    pub(super) fn new(sources: &'a Sources, context: Context<'a>, answer: &'a Answer<'a>) -> Self {
        Self { sources, context, answer, checked: Checked::default() }
    }

    /// Checks everything a step expects.
    ///
    /// When the documented code is not the one promised, the rest of the body belongs to another answer than the one
    /// the step speaks of: reporting each of its differences would bury the one that matters.
    pub(super) fn all(mut self, step: &PlannedStep) -> Result<Checked, RenderError> {
        let expect = &step.call.expect;
        let meant = self.code(step.code.as_ref());
        if let Some(status) = &expect.status {
            let found = self.answer.response.status;
            let ranges: Vec<String> = status.ranges.iter().map(ToString::to_string).collect();
            self.count(status.holds(found), status.span, || Promise::Status {
                expected: text::either(&ranges),
                found,
                section: None,
            });
        } else if meant {
            self.implied_status(step);
        }
        if meant {
            for header in &expect.headers {
                self.header(header)?;
            }
            for check in &expect.body {
                self.body(check)?;
            }
        }
        if let Some(within) = &expect.within {
            let took = self.answer.response.total;
            let (limit_ms, took_ms) = (millis(within.value), millis(took));
            self.count(took <= within.value, within.span, || Promise::Latency { limit_ms, took_ms });
        }
        Ok(self.checked)
    }

    fn count(&mut self, kept: bool, span: Span, promise: impl FnOnce() -> Promise) {
        self.checked.checks += 1;
        if !kept {
            self.fail(span, promise());
        }
    }

    fn fail(&mut self, span: Span, promise: Promise) {
        self.checked.failures.push(Failure { place: self.sources.place(span), promise });
    }

    /// The status nobody wrote down: the one the contract documents for the code, else success.
    fn implied_status(&mut self, step: &PlannedStep) {
        let found = self.answer.response.status;
        match &step.code {
            Some(promised) => {
                let ranges: Vec<String> = promised.statuses.iter().map(ToString::to_string).collect();
                let kept = promised.statuses.iter().any(|range| range.holds(found));
                let section = promised.section.clone();
                let expected = format!("{} with {}", text::either(&ranges), promised.code.value);
                self.count(kept, promised.code.span, || Promise::Status { expected, found, section });
            }
            None => {
                let expected = "2XX, because the step names no status".to_owned();
                let span = step.call.request.span;
                self.count((200..300).contains(&found), span, || Promise::Status { expected, found, section: None });
            }
        }
    }

    /// Checks the documented code; answers whether the response is the one that was meant.
    pub(super) fn code(&mut self, promised: Option<&PromisedCode>) -> bool {
        let Some(promised) = promised else { return true };
        let Some(body) = self.json(promised.code.span) else { return false };
        let found = promised
            .members
            .iter()
            .find_map(|member| body.get(member))
            .map(|code| code.as_str().map_or_else(|| code.to_string(), str::to_owned));
        let kept = found.as_deref() == Some(promised.code.value.as_str());
        let error = body.get("error").and_then(Value::as_str).filter(|error| !error.is_empty()).map(str::to_owned);
        self.count(kept, promised.code.span, || Promise::Code {
            expected: promised.code.value.clone(),
            meaning: Some(promised.meaning.clone()),
            found_meaning: found
                .as_ref()
                .and_then(|code| promised.contract.codes.get(code))
                .map(|code| code.case.clone()),
            found,
            error,
        });
        kept
    }

    /// What the step asks of the body; one that is not JSON is a failure of its own, told once.
    pub(super) fn json(&mut self, span: Span) -> Option<&'a Value> {
        match self.answer.asked() {
            Ok(value) => Some(value),
            Err(why) => {
                let told = self.checked.failures.iter().any(|failure| matches!(failure.promise, Promise::Json { .. }));
                if !told {
                    let body = String::from_utf8_lossy(&self.answer.response.body);
                    let excerpt = text::cut(&body, EXCERPT);
                    let content_type = self.answer.header("content-type");
                    self.count(false, span, || Promise::Json { content_type, why: why.to_owned(), excerpt });
                }
                None
            }
        }
    }

    fn header(&mut self, check: &HeaderCheck) -> Result<(), RenderError> {
        let value = self.answer.header(&check.name.value).map(Value::String);
        self.checked.checks += 1;
        if let Some(mismatch) = check.matcher.check_maybe(value.as_ref(), &self.context)? {
            self.fail(check.span, Promise::Header(found(&check.name.value, mismatch)));
        }
        Ok(())
    }

    fn body(&mut self, check: &BodyCheck) -> Result<(), RenderError> {
        let Some(body) = self.json(check.span) else { return Ok(()) };
        self.checked.checks += 1;
        if let Some(mismatch) = check.matcher.check(&check.selector.select(body), &self.context)? {
            let found = found(check.selector.text(), mismatch);
            self.fail(check.span, Promise::Body(explain_missing(&check.selector, body, found)));
        }
        Ok(())
    }
}

/// A mismatch below a path, as events tell it.
fn found(path: &str, mismatch: Mismatch) -> Found {
    Found {
        path: format!("{path}{}", mismatch.path),
        expected: mismatch.expected,
        found: mismatch.found,
        why: mismatch.why,
    }
}

/// Says how far a path leads when it does not lead to the end.
pub(super) fn explain_missing(selector: &Selector, body: &Value, mut found: Found) -> Found {
    if found.found.is_some() || found.why.is_some() || selector.select(body) != Selection::One(None) {
        return found;
    }
    if let Some((reached, value)) = selector.reach(body) {
        let names: Option<Vec<String>> = match value {
            Value::Object(members) => Some(members.keys().map(|name| format!("`{name}`")).collect()),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => None,
        };
        found.why = Some(match names {
            Some(names) if names.is_empty() => format!("`{reached}` is an empty object"),
            Some(names) => format!("`{reached}` has {}", text::cut(&names.join(", "), 160)),
            None => format!("`{reached}` is {}", excerpt(value)),
        });
    }
    found
}
