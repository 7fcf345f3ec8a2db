//! Failures: the contract is broken.

use super::{Draft, NOTHING, advice, contract, nearby, rule, snapshot, value};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Exchange, Failure, Found, Promise, Seen};
use crate::text::{count, duration, grouped};
use crate::text::{head, visible_line};
use std::time::Duration;

/// Says what a failure is about: what was promised and where, what came, what to do next.
///
/// `exchange` is the final exchange of the step, `operation` the contract's operation it called.
#[must_use]
pub fn explain_failure(failure: &Failure, exchange: Option<&Exchange>, operation: Option<&str>) -> Diagnostic {
    let at = |draft: Draft| draft.at(&failure.place, "");
    match &failure.promise {
        Promise::Status { expected, found, section } => {
            let title = format!("the status is {}, not {expected}", advice::status_words(*found));
            let promised = match section {
                Some(section) => format!("{expected}, {}", by_contract(operation, section)),
                None => expected.clone(),
            };
            at(Draft::new(Code::Status, &title))
                .note(NoteKind::Promised, &promised)
                .note(NoteKind::Came, &advice::status_words(*found))
                .maybe(NoteKind::Next, advice::status(*found, exchange))
        }
        Promise::Code { expected, meaning, found, found_meaning, error } => {
            let title = match found {
                Some(found) => format!("the status code is {found}, not {expected}"),
                None => format!("the response has no status code, promised was {expected}"),
            };
            let came = found
                .as_ref()
                .map_or_else(|| "no status code".to_owned(), |code| meant(code, found_meaning.as_deref()));
            let words = error.as_ref().map(|words| format!("the response says: {}", value(words)));
            at(Draft::new(Code::StatusCode, &title))
                .note(NoteKind::Promised, &meant(expected, meaning.as_deref()))
                .note(NoteKind::Came, &came)
                .maybe(NoteKind::Why, words)
                .maybe(NoteKind::Next, code_advice(exchange))
        }
        Promise::Body(found) => {
            let draft = at(Draft::new(Code::Body, &disagreement(&format!("`{}`", found.path), found)));
            compared(draft, found, nearby::around(found, exchange))
        }
        Promise::Header(found) => {
            let draft = at(Draft::new(Code::Header, &disagreement(&format!("the header `{}`", found.path), found)));
            compared(draft, found, nearby::header(found, exchange))
        }
        Promise::Contract(violation) => contract::violation(&at, violation),
        Promise::Rule(broken) => rule::broken(&at, broken),
        Promise::Finding(finding) => contract::finding(&at, finding),
        Promise::Snapshot(difference) => snapshot::difference(&at, difference),
        Promise::Latency { limit_ms, took_ms } => {
            let (limit, took) = limit_and_time(*limit_ms, *took_ms);
            at(Draft::new(Code::Latency, &format!("the answer took {took}, longer than {limit}")))
                .note(NoteKind::Promised, &format!("an answer within {limit}"))
                .note(NoteKind::Came, &format!("after {took}"))
                .maybe(NoteKind::Seen, first_byte(exchange))
        }
        Promise::Json { content_type, why, excerpt } => {
            let kind = content_type.as_ref().map_or_else(|| "no content type".to_owned(), |kind| format!("`{kind}`"));
            at(Draft::new(Code::Json, "the body is not JSON"))
                .note(NoteKind::Promised, "a JSON body")
                .note(NoteKind::Came, &format!("{kind}: {}", head(&value(excerpt), 80)))
                .note(NoteKind::Why, &value(why))
                .maybe(NoteKind::Next, page(content_type.as_deref(), excerpt))
        }
        Promise::Capture { name, found } => {
            let draft = at(Draft::new(Code::Capture, &format!("`{name}` could not be captured from `{}`", found.path)));
            compared(draft, found, nearby::around(found, exchange))
        }
        Promise::GaveUp { within_ms, attempts, waiting_for, history } => {
            gave_up(&at, *within_ms, *attempts, waiting_for, history)
        }
        Promise::Repeated { times, until } => {
            let title = format!("after {} it is still not so: {until}", count(*times as usize, "time"));
            at(Draft::new(Code::RepeatGaveUp, &title))
                .note(NoteKind::Promised, &format!("`{until}` within {times} times"))
        }
        Promise::Overran { limit_ms } => {
            let limit = duration(Duration::from_millis(*limit_ms));
            at(Draft::new(Code::CaseTooLong, &format!("the case took longer than {limit}")))
                .note(NoteKind::Promised, &format!("an end within {limit}, waits included"))
                .note(NoteKind::Came, "it was still under way; the step shown is where time ran out")
        }
        // What the poll saw says how many attempts it took.
        Promise::Hopeless { because, attempts: _, history } => {
            at(Draft::new(Code::PollHopeless, "the poll cannot succeed any more"))
                .note(NoteKind::Came, &value(because))
                .maybe(NoteKind::Seen, over_time(history))
                .maybe(NoteKind::Next, code_advice(exchange))
        }
    }
    .done()
}

fn gave_up(
    at: &impl Fn(Draft) -> Draft,
    within_ms: u64,
    attempts: u32,
    waiting_for: &[Found],
    history: &[Seen],
) -> Draft {
    let tries = count(attempts as usize, "attempt");
    let limit = milliseconds(within_ms);
    let mut draft = at(Draft::new(Code::PollGaveUp, &format!("still not there after {limit} and {tries}")));
    for found in waiting_for {
        let promised = what_was_promised(found);
        draft = draft.note(NoteKind::Promised, &format!("`{}`: {promised} within {limit}", found.path));
    }
    for found in waiting_for {
        draft = draft
            .note(NoteKind::Came, &format!("`{}`: {} at the last attempt", found.path, what_came(found)))
            .maybe(NoteKind::Why, found.why.as_deref().map(value));
    }
    draft = draft.maybe(NoteKind::Seen, over_time(history));
    match history {
        [] => draft,
        [only] if only.times > 1 => draft.note(NoteKind::Why, "every answer was the same"),
        [_] => draft,
        // A longer limit helps where things were moving. Where they had come to rest, nobody can know.
        [.., last] if last.from_ms >= within_ms / 2 => {
            let next = format!("the answers were still changing: a longer `within` than {limit} may be all it takes");
            draft.note(NoteKind::Next, &next)
        }
        [.., last] => {
            draft.note(NoteKind::Why, &format!("nothing changed any more after {}", milliseconds(last.from_ms)))
        }
    }
}

/// Who promises it, when it is not the suite.
fn by_contract(operation: Option<&str>, section: &str) -> String {
    match operation {
        Some(operation) => format!("by the contract for `{operation}`: {section}"),
        None => format!("by the contract: {section}"),
    }
}

/// A documented code with its meaning.
fn meant(code: &str, meaning: Option<&str>) -> String {
    meaning.map_or_else(|| code.to_owned(), |meaning| format!("{code} ({meaning})"))
}

/// Advice for an answer that was not the one meant: only what the HTTP status alone makes certain.
fn code_advice(exchange: Option<&Exchange>) -> Option<String> {
    let status = exchange?.received.as_ref()?.status;
    matches!(status, 401 | 429 | 500..=599).then(|| advice::status(status, exchange))?
}

fn disagreement(what: &str, found: &Found) -> String {
    match found.found {
        Some(_) => format!("{what} is not what was promised"),
        None => format!("{what} is missing"),
    }
}

/// Adds what was promised, what came, and why the two do not agree: what stands near what is missing says more than
/// that it is missing.
fn compared(draft: Draft, found: &Found, nearby: Option<String>) -> Draft {
    draft
        .note(NoteKind::Promised, &what_was_promised(found))
        .note(NoteKind::Came, &what_came(found))
        .maybe(NoteKind::Why, nearby.or_else(|| found.why.as_deref().map(value)))
}

fn what_was_promised(found: &Found) -> String {
    if found.expected.is_empty() { "a value".to_owned() } else { value(&found.expected) }
}

fn what_came(found: &Found) -> String {
    found.found.as_deref().map_or_else(|| NOTHING.to_owned(), value)
}

/// Both times in words that differ, however close they are.
fn limit_and_time(limit_ms: u64, took_ms: u64) -> (String, String) {
    let (limit, took) = (milliseconds(limit_ms), milliseconds(took_ms));
    if limit != took {
        return (limit, took);
    }
    let exactly = |ms: u64| format!("{} ms", grouped(usize::try_from(ms).unwrap_or(usize::MAX)));
    (exactly(limit_ms), exactly(took_ms))
}

fn milliseconds(ms: u64) -> String {
    duration(Duration::from_millis(ms))
}

/// Where the time went, as far as it can be told from here.
fn first_byte(exchange: Option<&Exchange>) -> Option<String> {
    let timing = exchange?.timing;
    let first = timing.first_byte_us?;
    let rest = timing.total_us.saturating_sub(first);
    let [first, rest] = [first, rest].map(|us| duration(Duration::from_micros(us)));
    Some(format!("{first} until the answer began, {rest} until it was complete"))
}

/// A page where JSON was promised seldom comes from the API itself.
fn page(content_type: Option<&str>, excerpt: &str) -> Option<String> {
    let html = content_type.is_some_and(|kind| kind.contains("html")) || excerpt.trim_start().starts_with("<!");
    html.then(|| "this is an HTML page: does the base URL name the API itself?".to_owned())
}

/// How many stretches of equal answers are shown whole.
const STRETCHES: usize = 8;

/// What a poll saw, one line per stretch of equal answers; of a long story the beginning and the end.
fn over_time(history: &[Seen]) -> Option<String> {
    let line = |seen: &Seen| {
        let what = value(&visible_line(&seen.what));
        let from = duration(Duration::from_millis(seen.from_ms));
        let to = duration(Duration::from_millis(seen.to_ms));
        match seen.times {
            1 => format!("{what} (once, after {from})"),
            times => format!("{what} ({} times, {from} to {to})", grouped(times as usize)),
        }
    };
    let lines: Vec<String> = if history.len() <= STRETCHES {
        history.iter().map(line).collect()
    } else {
        let (start, end) = (&history[..STRETCHES / 2], &history[history.len() - STRETCHES / 2..]);
        let between = count(history.len() - STRETCHES, "other stretch").replace("stretchs", "stretches");
        start.iter().map(line).chain([format!("… {between} …")]).chain(end.iter().map(line)).collect()
    };
    (!lines.is_empty()).then(|| lines.join("\n"))
}
