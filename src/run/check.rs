//! A response against what a step expects. Pure.

use super::answer::Answer;
use super::clock::millis;
use crate::contract::{DocumentedCode, StatusRange};
use crate::event::{Failure, Found, Promise};
use crate::expr::{Context, Mismatch, RenderError, Selection, Selector, Template, excerpt, kind_of};
use crate::plan::{Codes, PlannedStep};
use crate::source::{Sources, Span, Spanned};
use crate::suite::{BodyCheck, HeaderCheck, TextCheck};
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
    pub(super) answer: &'a Answer,
    pub(super) checked: Checked,
}

impl<'a> Checker<'a> {
    pub(super) fn new(sources: &'a Sources, context: Context<'a>, answer: &'a Answer) -> Self {
        Self { sources, context, answer, checked: Checked::default() }
    }

    /// Checks everything a step expects. A promise that was broken for sure outweighs a question that could not be asked.
    pub(super) fn all(mut self, step: &PlannedStep) -> Result<Checked, RenderError> {
        match self.ask(step) {
            Err(error) if self.checked.failures.is_empty() => Err(error),
            Ok(()) | Err(_) => Ok(self.checked),
        }
    }

    /// Checks a request to us, of which nothing is expected but what is written.
    pub(super) fn received(mut self, step: &PlannedStep) -> Result<Checked, RenderError> {
        for header in &step.call.expect.headers {
            self.header(header)?;
        }
        for check in &step.call.expect.body {
            self.body(check)?;
        }
        // That it came is a promise too.
        self.checked.checks += 1;
        Ok(self.checked)
    }

    /// Asks everything; a question whose template cannot be filled ends the asking.
    ///
    /// When the documented code is not the one promised, the rest of the body belongs to another answer than the one
    /// the step speaks of: reporting each of its differences would bury the one that matters.
    fn ask(&mut self, step: &PlannedStep) -> Result<(), RenderError> {
        let expect = &step.call.expect;
        let meant = self.code(step)?;
        if let Some(status) = &expect.status {
            let status = status.resolved(&self.context)?;
            let found = self.answer.response.status;
            let promise = || Promise::Status { expected: ranges(&status.ranges), found, section: None };
            self.count(status.holds(found), status.span, promise);
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
            if let Some(check) = &expect.text {
                self.text(check)?;
            }
        }
        if let Some(within) = &expect.within {
            let took = self.answer.response.total;
            let (limit_ms, took_ms) = (millis(within.value), millis(took));
            self.count(took <= within.value, within.span, || Promise::Latency { limit_ms, took_ms });
        }
        Ok(())
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

    /// The status nobody wrote down: one that the contract documents for the code that came, else success.
    fn implied_status(&mut self, step: &PlannedStep) {
        let found = self.answer.response.status;
        let code = self.answer.code(step.codes.as_ref());
        let documented = code.as_deref().zip(step.codes.as_ref()).and_then(|(code, codes)| codes.documented(code));
        match (documented, code, &step.call.expect.code) {
            (Some(documented), Some(code), Some(check)) => {
                let kept = documented.statuses.iter().any(|range| range.holds(found));
                let expected = format!("{} with {code}", ranges(&documented.statuses));
                let section = documented.section.clone();
                self.count(kept, check.span, || Promise::Status { expected, found, section });
            }
            _ => {
                let expected = "2XX, because the step names no status".to_owned();
                let span = step.call.request.span;
                self.count((200..300).contains(&found), span, || Promise::Status { expected, found, section: None });
            }
        }
    }

    /// Checks the documented code; answers whether the response is the one that was meant. A step that promises no
    /// code and no status of refusal does not mean to be refused.
    pub(super) fn code(&mut self, step: &PlannedStep) -> Result<bool, RenderError> {
        let Some(codes) = &step.codes else { return Ok(true) };
        let found = self.answer.code(Some(codes));
        let documented = found.as_deref().and_then(|code| codes.documented(code));
        let Some(check) = &step.call.expect.code else {
            // A code that is not documented for this operation is no better than a refusal: nobody promised what it means.
            let good = |code: &DocumentedCode| !code.is_refusal() && code.belongs_to(step.operation.as_deref());
            let refused = found.is_some()
                && !documented.is_some_and(good)
                && !names_the_outcome(step, codes, self.answer.response.status);
            if refused {
                let (expected, meaning) = successes(step, codes);
                self.refused(step, step.call.request.span, expected, meaning, found);
            }
            return Ok(!refused);
        };
        let mut expected = Vec::new();
        for code in &check.codes {
            let text = code.value.render_text(&self.context)?;
            if codes.documented(&text).is_none() {
                let message = format!("the contract {} documents no code `{text}`", codes.contract.name);
                return Err(RenderError { message, span: code.span });
            }
            expected.push(text);
        }
        if found.is_none() && self.json(check.span).is_none() {
            return Ok(false);
        }
        let silent = found.is_none() && codes.optional;
        let success = |code: &String| codes.documented(code).is_some_and(|documented| !documented.is_refusal());
        let kept =
            found.as_ref().is_some_and(|found| expected.contains(found)) || (silent && expected.iter().any(success));
        if kept {
            self.checked.checks += 1;
        } else {
            let meaning = expected.first().filter(|_| expected.len() == 1).and_then(|code| codes.documented(code));
            let meaning = meaning.map(|code| code.case.clone());
            self.refused(step, check.span, text::either(&expected), meaning, found);
        }
        Ok(kept)
    }

    fn refused(
        &mut self,
        step: &PlannedStep,
        span: Span,
        expected: String,
        meaning: Option<String>,
        found: Option<String>,
    ) {
        let Some(codes) = &step.codes else { return };
        let error = self.answer.json().ok().and_then(|body| body.get("error")).and_then(Value::as_str);
        let error = error.filter(|error| !error.is_empty()).map(str::to_owned);
        let documented = found.as_deref().and_then(|code| codes.documented(code));
        let found_meaning = match (documented, &found) {
            (Some(code), _) => Some(code.case.clone()),
            (None, Some(found)) => Some(codes.nearest(found, step.operation.as_deref())),
            (None, None) => None,
        };
        self.count(false, span, || Promise::Code { expected, meaning, found, found_meaning, error });
    }

    /// What the step asks of the body; one that is not JSON is a failure of its own, told once.
    pub(super) fn json(&mut self, span: Span) -> Option<&'a Value> {
        match self.answer.json() {
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

    fn text(&mut self, check: &TextCheck) -> Result<(), RenderError> {
        self.checked.checks += 1;
        let mismatch = match self.answer.text() {
            Ok(text) => check.matcher.check_maybe(Some(&Value::from(text)), &self.context)?,
            Err(why) => {
                let expected = check.matcher.describe(&self.context)?;
                Some(Mismatch { node: None, path: String::new(), expected, found: None, why: Some(why) })
            }
        };
        if let Some(mismatch) = mismatch {
            self.fail(check.span, Promise::Body(found("text", mismatch)));
        }
        Ok(())
    }

    /// Checks a condition over several values, which sees what was captured.
    pub(super) fn condition(&mut self, condition: &Spanned<Template>) -> Result<(), RenderError> {
        let kept = match condition.value.render(&self.context)? {
            Value::Bool(kept) => kept,
            other => {
                let message = format!("the condition gives {}, not true or false", kind_of(&other));
                return Err(RenderError { message, span: condition.span });
            }
        };
        let mut sides = Vec::new();
        let mut said = String::new();
        condition.value.each_expression(&mut |expression| {
            expression.text().clone_into(&mut said);
            sides = expression.sides(&self.context);
        });
        self.count(kept, condition.span, || {
            let told = sides.iter().map(|(side, value)| format!("`{side}` is {value}")).collect::<Vec<_>>();
            Promise::Body(Found {
                path: said,
                expected: "true".to_owned(),
                found: Some("false".to_owned()),
                why: (!told.is_empty()).then(|| told.join(", ")),
            })
        });
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

/// What a step that names no code may be answered with, in words, and what that means.
fn successes(step: &PlannedStep, codes: &Codes) -> (String, Option<String>) {
    let operation = step.operation.as_deref();
    let good = |code: &&DocumentedCode| !code.is_refusal() && !code.operations.is_empty() && code.belongs_to(operation);
    let named = codes.contract.codes.iter().filter(|(_, code)| operation.is_some() && good(code));
    let named: Vec<&str> = named.map(|(name, _)| name.as_str()).collect();
    match named.as_slice() {
        [] => ("a documented code of success".to_owned(), None),
        named => (text::either(named), Some("success, by the contract".to_owned())),
    }
}

/// Whether a step itself says which outcome it means: by an HTTP status of refusal, or by a check of the member the code
/// stands in. A status of success names none: a refusal may come with it.
fn names_the_outcome(step: &PlannedStep, codes: &Codes, status: u16) -> bool {
    let about_code =
        |check: &BodyCheck| codes.members.iter().any(|member| check.selector.text() == selector_of(member));
    let refusal = step.call.expect.status.is_some() && !(200..300).contains(&status);
    refusal || step.call.expect.body.iter().any(about_code)
}

/// The path of a member in which a code may stand, which may be given as a JSON pointer.
fn selector_of(member: &str) -> String {
    format!("${}", if member.starts_with('/') { member.replace('/', ".") } else { format!(".{member}") })
}

fn ranges(ranges: &[StatusRange]) -> String {
    text::either(&ranges.iter().map(ToString::to_string).collect::<Vec<_>>())
}

/// A mismatch below a path, as events tell it.
pub(super) fn found(path: &str, mismatch: Mismatch) -> Found {
    let node = mismatch.node.as_deref().unwrap_or(path);
    Found {
        path: format!("{node}{}", mismatch.path),
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
