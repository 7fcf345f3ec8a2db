//! Troubles: it could not be told whether the contract holds.

use super::advice::status_words;
use super::{Draft, advice, value};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Exchange, StepError, StepErrorKind};
use crate::text::duration;
use std::time::Duration;

/// Says what a error is about: what happened, where, what to do next.
///
/// `exchange` is the final exchange of the step, as far as it came; `operation` the contract's operation it called.
#[must_use]
pub fn explain_error(error: &StepError, exchange: Option<&Exchange>, operation: Option<&str>) -> Diagnostic {
    let target = exchange.map(|exchange| address(&exchange.sent.url));
    let there = target.as_deref().unwrap_or("the target");
    let called = operation.map_or_else(|| "the request".to_owned(), |operation| format!("`{operation}`"));
    let draft = |code: Code, title: &str| {
        let draft = Draft::new(code, title).at(&error.place, "");
        draft.note(NoteKind::Came, &value(&error.message))
    };
    match error.kind {
        StepErrorKind::Unreachable => draft(Code::Unreachable, &format!("{there} could not be reached"))
            .note(NoteKind::Next, "is the server running there? `--base-url` points Proviso somewhere else"),
        StepErrorKind::TimedOut => draft(Code::TimedOut, &format!("no complete answer to {called} in time"))
            .maybe(NoteKind::Seen, exchange.and_then(how_far))
            .maybe(NoteKind::Why, exchange.and_then(unknown_effect))
            .maybe(NoteKind::Next, exchange.map(advice::look_it_up)),
        StepErrorKind::Broken => draft(Code::Broken, &format!("the connection broke before {called} was answered"))
            .maybe(NoteKind::Seen, exchange.and_then(how_far))
            .maybe(NoteKind::Why, exchange.and_then(unknown_effect))
            .maybe(NoteKind::Next, exchange.map(advice::look_it_up)),
        StepErrorKind::Tls => draft(Code::Tls, &format!("no secure connection to {there}")).note(
            NoteKind::Next,
            "does this port speak https, and is its certificate made out to this host by an authority known here?",
        ),
        StepErrorKind::TooLarge => draft(Code::TooLarge, &format!("the answer to {called} is larger than the limit")),
        StepErrorKind::Encoding => draft(Code::Encoding, &format!("the answer to {called} could not be decoded"))
            .maybe(NoteKind::Next, exchange.map(advice::look_it_up)),
        StepErrorKind::Request => draft(Code::Request, &format!("{called} could not be made")),
        StepErrorKind::Gateway => draft(Code::Gateway, &format!("a gateway answered {called}, not the API"))
            .maybe(NoteKind::Next, exchange.map(advice::look_it_up)),
        StepErrorKind::Expectation => draft(Code::Expectation, "the expectation could not be worked out"),
        StepErrorKind::Output => draft(Code::Output, "a value to hand on could not be worked out"),
        StepErrorKind::Stopped => draft(Code::Stopped, "the run ended before this step did")
            .note(NoteKind::Next, "nothing is known about this step: run it again"),
        StepErrorKind::Missing => Draft::new(Code::MissingShare, &error.message)
            .note(NoteKind::Why, "nothing is known about its cases, not even which they are")
            .note(NoteKind::Next, "run that share, or name its journal too"),
    }
    .done()
}

/// The part of a URL that says where to: scheme, host, port.
fn address(url: &str) -> String {
    let authority = url.find("://").map_or(0, |scheme| scheme + 3);
    let end = url[authority..].find(['/', '?', '#']).map_or(url.len(), |length| authority + length);
    url[..end].to_owned()
}

/// How far the answer came, if it began at all.
fn how_far(exchange: &Exchange) -> Option<String> {
    let after = |us: u64| duration(Duration::from_micros(us));
    let (first, total) = (after(exchange.timing.first_byte_us?), after(exchange.timing.total_us));
    let with = exchange.begun.as_ref().map(|begun| format!(" with HTTP {}", status_words(begun.status)));
    Some(format!("the answer began after {first}{} and was not complete after {total}", with.unwrap_or_default()))
}

/// A request that changes things may have done so although nobody heard back.
fn unknown_effect(exchange: &Exchange) -> Option<String> {
    let safe = matches!(exchange.sent.method.as_str(), "GET" | "HEAD" | "OPTIONS" | "TRACE");
    (!safe).then(|| "the server may have acted on the request all the same".to_owned())
}
