//! A response as checks see it: its body is parsed when the first of them asks, and no more of it than they need.

use crate::expr::Sieve;
use crate::plan::{Codes, PlannedStep};
use crate::suite::{CaptureFrom, Condition};
use crate::transport::Response;
use serde_json::Value;
use std::sync::OnceLock;

/// Bodies up to this length, in bytes, are parsed in full: picking out what is asked for would cost more than it saves.
const SMALL: usize = 4 * 1024;

/// A response to a step, whose body is parsed when somebody asks.
pub(super) struct Answer<'a> {
    pub(super) response: Response,
    step: &'a PlannedStep,
    asked: OnceLock<Option<Value>>,
    json: OnceLock<Result<Value, String>>,
}

impl<'a> Answer<'a> {
    pub(super) const fn new(response: Response, step: &'a PlannedStep) -> Self {
        Self { response, step, asked: OnceLock::new(), json: OnceLock::new() }
    }

    /// The body as JSON, or why it is none.
    pub(super) fn json(&self) -> Result<&Value, &str> {
        let parse = || serde_json::from_slice(&self.response.body).map_err(|error| error.to_string());
        self.json.get_or_init(parse).as_ref().map_err(String::as_str)
    }

    /// The body as JSON, in which only what the step's checks, captures and poll look at is sure to be there. After
    /// [`Answer::json`] it is the whole body.
    pub(super) fn asked(&self) -> Result<&Value, &str> {
        if self.response.body.len() <= SMALL || self.json.get().is_some() {
            return self.json();
        }
        let sift = || sieve(self.step).sift(std::str::from_utf8(&self.response.body).ok()?);
        self.asked.get_or_init(sift).as_ref().map_or_else(|| self.json(), Ok)
    }

    /// Asks a question whose answer may speak of more than the step looks at when it is not good: then it is asked
    /// again with the whole body at hand.
    pub(super) fn ask<T>(&self, question: impl Fn() -> T, good: impl FnOnce(&T) -> bool) -> T {
        let answer = question();
        if good(&answer) || self.json.get().is_some() || self.asked.get().is_none() {
            return answer;
        }
        // From here on everybody sees the whole body.
        let _ = self.json();
        question()
    }

    /// A header's value as text; several of one name are joined by commas (RFC 9110, section 5.3).
    pub(super) fn header(&self, name: &str) -> Option<String> {
        let values = self.response.headers.get_all(name).iter();
        let texts: Vec<_> = values.map(|value| String::from_utf8_lossy(value.as_bytes())).collect();
        (!texts.is_empty()).then(|| texts.join(", "))
    }

    /// The value of a cookie that the response sets.
    pub(super) fn cookie(&self, name: &str) -> Option<String> {
        let set = self.response.headers.get_all(http::header::SET_COOKIE).iter();
        let pairs = set.filter_map(|value| value.to_str().ok()?.split(';').next()?.split_once('='));
        pairs.filter(|(known, _)| known.trim() == name).map(|(_, value)| value.trim().to_owned()).next_back()
    }

    /// The documented status code, where the body has one.
    pub(super) fn code(&self, codes: Option<&Codes>) -> Option<String> {
        let codes = codes?;
        let body = self.asked().ok()?;
        let code = codes.members.iter().find_map(|member| body.get(member))?;
        Some(code.as_str().map_or_else(|| code.to_string(), str::to_owned)).filter(|code| !code.is_empty())
    }
}

/// Everything that a step looks at in a body.
fn sieve(step: &PlannedStep) -> Sieve<'_> {
    let mut sieve = Sieve::default();
    for check in &step.call.expect.body {
        sieve.keep(&check.selector);
    }
    for capture in &step.call.capture {
        if let CaptureFrom::Body(selector) = &capture.from {
            sieve.keep(selector);
        }
    }
    for condition in step.call.poll.iter().flat_map(|poll| poll.until.iter().chain(&poll.fail)) {
        if let Condition::Body(check) = condition {
            sieve.keep(&check.selector);
        }
    }
    if let Some(codes) = &step.codes {
        codes.members.iter().map(String::as_str).chain(["error"]).for_each(|name| sieve.keep_member(name));
    }
    sieve
}
