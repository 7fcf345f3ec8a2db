//! A step that waits for a request to us. It has three endings, as a poll: what is expected came, it never will, or time
//! is up.

use super::answer::Answer;
use super::attempt::{Keep, Sending};
use super::capture;
use super::check::{Checked, Checker};
use super::clock::millis;
use super::inbox::{Inbox, Incoming};
use super::poll::Polling;
use super::request::Built;
use super::result::{Evidence, StepResult};
use super::running::{Halt, Running};
use super::tell;
use super::validate::Validated;
use crate::event::{Failure, Found, Promise, StepError, StepErrorKind};
use crate::expr::RenderError;
use crate::plan::{PlannedStep, WEBHOOK_URL};
use crate::suite::Receive;
use crate::text::percent_encoded;
use crate::transport::{Payload, Request, Response};
use bytes::Bytes;
use http::HeaderMap;
use std::time::Duration;
use tokio::time::Instant;

/// Waits for the request of a step.
pub(super) async fn run(running: &mut Running<'_>, step: &PlannedStep, receive: &Receive) -> StepResult {
    let started = Instant::now();
    let mut waiting = Waiting { step, receive, attempts: 0, polling: Polling::new(Duration::ZERO, step.within) };
    let ended = waiting.all(running, started).await;
    let StepResult { evidence, end, halt } = ended;
    StepResult { evidence: Evidence { took: started.elapsed(), ..evidence }, end, halt }
}

/// What a request to us comes to.
enum Ending {
    /// It is what was waited for; so many promises were checked.
    Done(u32),
    /// It says that what is waited for never comes; why, in words.
    Hopeless(String),
    /// It is another one; what was expected of it and what was there.
    NotYet(Vec<Found>),
}

/// A request to us as what is checked.
fn as_response(request: Incoming) -> Response {
    response(200, request.headers, request.body)
}

fn response(status: u16, headers: HeaderMap, body: Bytes) -> Response {
    let (first_byte, total) = (Duration::ZERO, Duration::ZERO);
    Response { status, headers, body, wire_bytes: None, dns: None, connect: None, first_byte, total, resent: false }
}

struct Waiting<'s> {
    step: &'s PlannedStep,
    receive: &'s Receive,
    attempts: u32,
    polling: Polling,
}

impl Waiting<'_> {
    async fn all(&mut self, running: &mut Running<'_>, started: Instant) -> StepResult {
        let Some(inbox) = running.runner.inbox.clone() else {
            let message = "nothing listens for requests to us in this run".to_owned();
            return self.error(running, StepErrorKind::Request, message);
        };
        let path = self.step.path.render_escaped(&running.context(self.step.frame), |text| percent_encoded(&text));
        let path = match path {
            Ok(path) if path.starts_with('/') => path,
            Ok(path) => format!("/{path}"),
            Err(error) => return StepResult::error(running.error(StepErrorKind::Request, error), 0),
        };
        inbox.answer(&self.step.method, &path, self.receive.answer);
        let mut last = Vec::new();
        loop {
            let left = self.step.within.saturating_sub(started.elapsed());
            let request = match self.next(running, &inbox, &path, left).await {
                Ok(Some(request)) => request,
                Ok(None) => return self.gave_up(running, &inbox, &path, last),
                Err(halt) => return self.halted(running, halt),
            };
            self.attempts += 1;
            let sending = self.sending(running, &request);
            let answer = Answer::new(as_response(request));
            let ending = self.judge(running, &answer);
            let validated = Validated::default();
            let told = tell::Attempt {
                running,
                step: running.number(self.step),
                attempt: self.attempts,
                sending: &sending,
                validated: &validated,
            };
            match ending {
                Err(error) => {
                    told.last(Keep::Full);
                    return StepResult::error(running.error(StepErrorKind::Expectation, error), self.attempts);
                }
                Ok(Ending::Done(checks)) => {
                    told.last(Keep::Brief);
                    return self.captured(running, &answer, checks);
                }
                Ok(Ending::Hopeless(because)) => {
                    told.last(Keep::Full);
                    return self.hopeless(running, because);
                }
                Ok(Ending::NotYet(seen)) => {
                    told.not_yet(seen.clone(), Duration::ZERO, self.step.within);
                    let what = seen.first().map_or_else(String::new, |found| {
                        format!("{} = {}", found.path, found.found.as_deref().unwrap_or("nothing"))
                    });
                    self.polling.see(what, started.elapsed());
                    last = seen;
                }
            }
        }
    }

    /// The exchange as events tell it: what came to us, and what it was answered with.
    fn sending(&self, running: &Running<'_>, request: &Incoming) -> Sending {
        let now = running.runner.clock.now();
        let own = running.context(0).lookup(WEBHOOK_URL).and_then(|url| url.as_str()).unwrap_or_default();
        let sent = Request {
            method: request.method.clone(),
            url: format!("{own}{}", request.target),
            headers: request.headers.clone(),
            body: if request.body.is_empty() { Payload::Empty } else { Payload::Bytes(request.body.clone()) },
            timeout: Duration::ZERO,
        };
        let value = serde_json::from_slice(&request.body).ok();
        let answered = response(self.receive.answer, HeaderMap::new(), Bytes::new());
        let built = Built { request: sent, value, below: None };
        Sending { started: now, ended: now, built, result: Ok(Answer::new(answered)), cut: None }
    }

    /// The next request to the path, waited for with the permit given away; `None` when time is up.
    async fn next(
        &self,
        running: &mut Running<'_>,
        inbox: &Inbox,
        path: &str,
        left: Duration,
    ) -> Result<Option<Incoming>, Halt> {
        let mut arrivals = inbox.arrivals();
        let until = Instant::now() + left;
        let mut left_permit = false;
        let came = loop {
            if let Some(request) = inbox.take(&self.step.method, path) {
                break Ok(Some(request));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                break Ok(None);
            }
            if !left_permit {
                running.permit.leave();
                left_permit = true;
            }
            tokio::select! {
                biased;
                _ = arrivals.changed() => {}
                waited = running.pause(left) => {
                    if let Err(halt) = waited {
                        break Err(halt);
                    }
                }
            }
        };
        running.permit.take().await;
        came
    }

    /// What a request comes to.
    fn judge(&self, running: &Running<'_>, answer: &Answer) -> Result<Ending, RenderError> {
        let context = running.context(self.step.frame);
        let sources = &running.runner.plan.sources;
        if let Ok(body) = answer.json() {
            for check in &self.receive.fail {
                if check.matcher.check(&check.selector.select(body), &context)?.is_none() {
                    return Ok(Ending::Hopeless(format!("{} came, which `fail` names", check.selector.text())));
                }
            }
        }
        let Checked { checks, failures } = Checker::new(sources, context, answer).received(self.step)?;
        if failures.is_empty() {
            return Ok(Ending::Done(checks));
        }
        let seen = failures.into_iter().map(|failure| match failure.promise {
            Promise::Body(found) | Promise::Header(found) => found,
            Promise::Json { why, .. } => Found { path: "body".to_owned(), why: Some(why), ..Found::default() },
            _ => Found::default(),
        });
        Ok(Ending::NotYet(seen.collect()))
    }

    fn captured(&self, running: &mut Running<'_>, answer: &Answer, checks: u32) -> StepResult {
        let context = running.context(self.step.frame);
        let mut checker = Checker::new(&running.runner.plan.sources, context, answer);
        match capture::all(&mut checker, &self.receive.capture) {
            Ok(taken) => {
                super::step::learn(running, &taken);
                let result = StepResult::broken(Vec::new(), self.attempts, checks).captured(&taken);
                for taken in taken {
                    running.scope.set(self.step.frame, &taken.capture.name.value, taken.value);
                }
                result
            }
            Err(failures) => StepResult::broken(failures, self.attempts, checks),
        }
    }

    fn hopeless(&mut self, running: &Running<'_>, because: String) -> StepResult {
        let history = std::mem::replace(&mut self.polling, Polling::new(Duration::ZERO, Duration::ZERO)).into_history();
        let promise = Promise::Hopeless { because, attempts: self.attempts, history };
        let failure = Failure { place: running.location(self.receive.span), promise };
        StepResult::broken(vec![failure], self.attempts, 1)
    }

    fn gave_up(&mut self, running: &Running<'_>, inbox: &Inbox, path: &str, mut last: Vec<Found>) -> StepResult {
        if last.is_empty() {
            let others = inbox.others();
            let why = match others.as_slice() {
                [] => "no request came".to_owned(),
                others => format!("no request came there; what came is {}", others.join(", ")),
            };
            let (path, expected) = (format!("{} {path}", self.step.method), "a request".to_owned());
            last.push(Found { path, expected, found: None, why: Some(why) });
        }
        let history = std::mem::replace(&mut self.polling, Polling::new(Duration::ZERO, Duration::ZERO)).into_history();
        let (within_ms, attempts) = (millis(self.step.within), self.attempts);
        let promise = Promise::GaveUp { within_ms, attempts, waiting_for: last, history };
        StepResult::broken(vec![Failure { place: running.location(self.receive.span), promise }], attempts, 1)
    }

    fn halted(&self, running: &Running<'_>, halt: Halt) -> StepResult {
        let result = match halt {
            Halt::Stopped => StepResult::error(running.stopped_error(self.step.span), self.attempts),
            Halt::OverTime => StepResult::broken(running.overran(), self.attempts, 1),
        };
        StepResult { halt: Some(halt), ..result }
    }

    fn error(&self, running: &Running<'_>, kind: StepErrorKind, message: String) -> StepResult {
        let place = running.location(self.receive.span);
        StepResult::error(StepError { kind, message, place }, self.attempts)
    }
}
