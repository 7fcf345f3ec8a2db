//! An answer against the conditions of a poll. Pure.

use super::answer::Answer;
use super::check::found;
use super::clock::millis;
use crate::event::Found;
use crate::expr::{Context, RenderError, Selection, excerpt};
use crate::plan::PlannedStep;
use crate::source::Span;
use crate::suite::{Condition, Poll};
use serde_json::Value;

/// What an answer means to a poll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Reading {
    /// The condition holds.
    Done,
    /// It can no longer hold; why, in words, and what of the suite says so.
    Hopeless(String, Span),
    /// It does not hold yet; what was seen where the poll looked.
    NotYet(Vec<Found>),
}

/// What an answer means to a poll, and what was seen, in words.
pub(super) fn read(
    step: &PlannedStep,
    poll: &Poll,
    answer: &Answer,
    context: &Context<'_>,
) -> Result<(Reading, String), RenderError> {
    let (mut seen, mut not_yet) = (Vec::new(), Vec::new());
    let mut hopeless = None;
    for condition in &poll.fail {
        if hopeless.is_none() && ask(condition, answer, context)?.is_none() {
            let why = format!("{} came, which the poll's `fail` names", said(&observe(condition, answer)));
            hopeless = Some((why, condition.span()));
        }
    }
    for condition in &poll.until {
        seen.push(said(&observe(condition, answer)));
        if hopeless.is_none() {
            hopeless = never(condition, answer);
        }
        not_yet.extend(ask(condition, answer, context)?);
    }
    let status = answer.response.status;
    let until = poll.until.first().map_or(poll.span, Condition::span);
    let refused = refusal(step, answer);
    let reading = match hopeless {
        // What the suite calls hopeless is so, whatever else came with it.
        Some((why, span)) => Reading::Hopeless(why, span),
        None if not_yet.is_empty() => Reading::Done,
        None if refused.is_some() && !poll.looks_at_status() => {
            let why = refused.map(|(code, case)| format!("{code} ({case}) came, which is a refusal"));
            Reading::Hopeless(why.unwrap_or_default(), until)
        }
        None if status >= 400 && !poll.looks_at_status() => {
            let why = format!("the HTTP status is {status}, and the poll names no status to wait through");
            Reading::Hopeless(why, until)
        }
        None if looks_into_json(poll) && answer.json().is_err() && !poll.looks_at_status() => {
            Reading::Hopeless("the body is not JSON, so what the poll looks for can never be in it".into(), until)
        }
        None => Reading::NotYet(not_yet),
    };
    Ok((reading, seen.join(", ")))
}

/// Whether what a poll waits for is in a JSON body.
fn looks_into_json(poll: &Poll) -> bool {
    poll.until.iter().any(|condition| matches!(condition, Condition::Body(_)))
}

/// Why a condition can never hold, however often one asks.
fn never(condition: &Condition, answer: &Answer) -> Option<(String, Span)> {
    let Condition::Body(check) = condition else { return None };
    let Selection::One(Some(value)) = check.selector.select(answer.json().ok()?) else { return None };
    let why = check.matcher.never(value)?;
    Some((format!("{}: {why}", check.selector.text()), check.span))
}

/// The documented refusal that an answer is, whatever its HTTP status.
fn refusal<'s>(step: &'s PlannedStep, answer: &Answer) -> Option<(String, &'s str)> {
    let codes = step.codes.as_ref()?;
    let code = answer.code(Some(codes))?;
    let documented = codes.documented(&code).filter(|documented| documented.is_refusal())?;
    Some((code, documented.case.as_str()))
}

/// Asks one condition; `None` when it holds.
fn ask(condition: &Condition, answer: &Answer, context: &Context<'_>) -> Result<Option<Found>, RenderError> {
    match condition {
        Condition::Status(status) => {
            let status_found = answer.response.status;
            let ranges: Vec<String> = status.ranges.iter().map(ToString::to_string).collect();
            Ok((!status.holds(status_found)).then(|| Found {
                path: "status".into(),
                expected: crate::text::either(&ranges),
                found: Some(status_found.to_string()),
                why: None,
            }))
        }
        Condition::Header(check) => {
            let value = answer.header(&check.name.value).map(Value::from);
            let mismatch = check.matcher.check_maybe(value.as_ref(), context)?;
            Ok(mismatch.map(|mismatch| found(&format!("header {}", check.name.value), mismatch)))
        }
        Condition::Text(check) => {
            let text = answer.text().map(Value::from).ok();
            Ok(check.matcher.check_maybe(text.as_ref(), context)?.map(|mismatch| found("text", mismatch)))
        }
        Condition::Time(check) => {
            let time = Value::from(millis(answer.response.total));
            Ok(check.matcher.check_maybe(Some(&time), context)?.map(|mismatch| found("time", mismatch)))
        }
        Condition::Body(check) => {
            let Ok(body) = answer.json() else {
                // Not even `exists: false` is true of something that cannot be read.
                let (path, expected) = (check.selector.text().to_owned(), check.matcher.describe(context)?);
                let why = Some("the body is not JSON".to_owned());
                return Ok(Some(Found { path, expected, found: None, why }));
            };
            let mismatch = check.matcher.check(&check.selector.select(body), context)?;
            Ok(mismatch.map(|mismatch| found(check.selector.text(), mismatch)))
        }
    }
}

/// Where a condition looks, and what stands there.
fn observe(condition: &Condition, answer: &Answer) -> Found {
    let header;
    let (path, found) = match condition {
        Condition::Status(_) => ("status", answer.response.status.to_string()),
        Condition::Header(check) => {
            header = format!("header {}", check.name.value);
            (header.as_str(), answer.header(&check.name.value).unwrap_or_else(|| "nothing".to_owned()))
        }
        Condition::Text(_) => ("text", excerpt(&answer.text().map_or(Value::Null, Value::from))),
        Condition::Time(_) => ("time", millis(answer.response.total).to_string()),
        Condition::Body(check) => {
            let selection = answer.json().map_or(Selection::One(None), |body| check.selector.select(body));
            let value = match selection {
                Selection::One(None) => "nothing".to_owned(),
                Selection::One(Some(value)) => excerpt(value),
                Selection::Many(nodes) => excerpt(&nodes.into_iter().map(|(_, value)| value.clone()).collect()),
            };
            (check.selector.text(), value)
        }
    };
    Found { path: path.to_owned(), found: Some(found), ..Found::default() }
}

fn said(found: &Found) -> String {
    format!("{} = {}", found.path, found.found.as_deref().unwrap_or("nothing"))
}

/// Where a poll looked and what was there, for the event of an attempt that another follows.
pub(super) fn looked_at(poll: &Poll, answer: &Answer) -> Vec<Found> {
    poll.until.iter().map(|condition| observe(condition, answer)).collect()
}
