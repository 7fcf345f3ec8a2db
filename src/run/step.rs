//! One step: its attempts, from templates to what came of them.

use super::answer::Answer;
use super::attempt::{self, Keep, Sending};
use super::capture::{self, Taken};
use super::clock::millis;
use super::judge::{Final, Judge, Judgement, Meaning};
use super::look::Looked;
use super::poll::Polling;
use super::request::Built;
use super::result::{Evidence, StepResult, has};
use super::retry::{self, Again};
use super::running::{Halt, Running};
use super::validate::{self, Validated};
use super::{condition, receive, request, snapshot, tell, verdict};
use crate::event::{Failure, Found, Promise, Seen, StepError, StepErrorKind};
use crate::plan::PlannedStep;
use crate::source::Span;
use crate::suite::Cookies;
use crate::transport::TransportError;
use http::header::LOCATION;
use serde_json::Value;
use std::sync::PoisonError;
use std::time::Duration;
use tokio::time::Instant;

/// Runs one step. A step without a poll is judged on its first answer.
pub(super) async fn run(running: &mut Running<'_>, step: &PlannedStep) -> StepResult {
    if let Some(receive) = &step.receive {
        return receive::run(running, step, receive).await;
    }
    let polling = step.call.poll.as_ref().map(|_| Polling::new(step.every, step.within));
    let started = Instant::now();
    let mut asking =
        Asking { step, started, attempts: 0, answered: false, polling, earlier: Vec::new(), redirect: None, hops: 0 };
    let result = loop {
        match asking.attempt(running).await {
            After::Over(result, values) => {
                for (name, value) in values {
                    running.scope.set(step.frame, &name, value);
                }
                break result;
            }
            After::Wait(wait) => {
                if let Err(halt) = running.wait(wait).await {
                    break asking.halted(running, halt);
                }
            }
        }
    };
    let took = asking.started.elapsed();
    let StepResult { evidence, end, halt } = result;
    StepResult { evidence: Evidence { took, ..evidence }, end: end.after(asking.earlier), halt }
}

/// A step that asks until it can be judged.
struct Asking<'s> {
    step: &'s PlannedStep,
    started: Instant,
    /// How many requests were sent.
    attempts: u32,
    /// Whether any answer came.
    answered: bool,
    polling: Option<Polling>,
    /// Failures of answers on the way for which somebody answers: they did not keep the poll from asking on.
    earlier: Vec<Failure>,
    /// The request that follows a redirect.
    redirect: Option<Built>,
    /// How many redirects were followed in a row.
    hops: u32,
}

/// Most redirects in a row that are followed.
const MOST_HOPS: u32 = 10;

/// What follows an attempt.
enum After {
    /// Nothing: the step is over, and these names get these values.
    Over(StepResult, Vec<(String, Value)>),
    /// Another attempt, after this wait.
    Wait(Duration),
}

impl After {
    const fn over(result: StepResult) -> Self {
        Self::Over(result, Vec::new())
    }
}

impl Asking<'_> {
    /// Sends the request once and judges what comes.
    async fn attempt(&mut self, running: &Running<'_>) -> After {
        let asked = self.started.elapsed();
        let prepared = match self.redirect.take() {
            // Where a redirect leads is no operation that the suite names.
            Some(built) => Ok((Validated::default(), built)),
            None => request::build(running, self.step)
                .and_then(|built| Ok((validate::request(&running.ground(self.step), &built)?, built))),
        };
        let (mut sent, built) = match prepared {
            Ok(prepared) => prepared,
            Err(error) => return After::over(StepResult::error(error, self.attempts)),
        };
        tell::touched(running, self.step, &mut sent);
        if !goes_on(running, self.step, &sent.failures) {
            // A request that breaks the contract without meaning to is not sent: what came of it would prove nothing.
            return After::over(StepResult::broken(sent.failures, self.attempts, sent.checks));
        }
        let sending = match attempt::send(running, built).await {
            Ok(sending) => sending,
            Err(halt) => return After::over(self.halted(running, halt)),
        };
        self.attempts += 1;
        self.keep_cookies(running, &sending);
        if let Some(after) = self.follow(running, &sending, &sent) {
            return after;
        }
        let time = Time { asked, elapsed: self.started.elapsed() };
        match &sending.result {
            Ok(answer) => self.answered(running, time, &sending, answer, sent),
            Err(error) => self.unanswered(running, time, &sending, error, sent),
        }
    }

    /// Keeps the cookies that an answer sets, where the suite says so.
    fn keep_cookies(&self, running: &Running<'_>, sending: &Sending) {
        let keeps = self.step.defaults.as_ref().is_some_and(|defaults| defaults.cookies == Cookies::Keep);
        if let (true, Ok(answer)) = (keeps, &sending.result) {
            let mut jar = running.jar.lock().unwrap_or_else(PoisonError::into_inner);
            jar.take(&sending.built.request.url, &answer.response.headers, running.runner.clock.now().timestamp());
        }
    }

    /// Follows a redirect, where the step says so.
    fn follow(&mut self, running: &Running<'_>, sending: &Sending, sent: &Validated) -> Option<After> {
        let of_defaults = self.step.defaults.as_ref().and_then(|defaults| defaults.redirects);
        self.step.call.request.redirects.or(of_defaults)?;
        let answer = sending.result.as_ref().ok()?;
        let status = answer.response.status;
        let location = answer.header("location").filter(|_| matches!(status, 301 | 302 | 303 | 307 | 308));
        let Some(location) = location else {
            self.hops = 0;
            return None;
        };
        self.hops += 1;
        let next = if self.hops > MOST_HOPS {
            Err(format!("it is the {}th in a row, and at most {MOST_HOPS} are followed", self.hops))
        } else {
            request::redirected(running, &sending.built, status, &location)
        };
        match next {
            Ok(built) => {
                let reason = format!("redirect: status {status} to {}", built.request.url);
                self.told(running, sending, sent).again(reason, Duration::ZERO);
                self.redirect = Some(built);
                Some(After::Wait(Duration::ZERO))
            }
            Err(why) => {
                self.told(running, sending, sent).last(Keep::Full);
                let place = running.location(self.step.call.request.span);
                let message = format!("the redirect to {location} is not followed: {why}");
                Some(After::over(StepResult::error(
                    StepError { kind: StepErrorKind::Request, message, place },
                    self.attempts,
                )))
            }
        }
    }

    /// Nothing complete came.
    fn unanswered(
        &mut self,
        running: &Running<'_>,
        time: Time,
        sending: &Sending,
        error: &TransportError,
        mut came: Validated,
    ) -> After {
        let said = self.looked(running, sending, &came).rules();
        tell::rules_kept(running, self.step.number, self.step.operation.as_deref(), said.kept);
        came.add(said.failures);
        if let Some(halt) = sending.cut {
            self.told(running, sending, &came).last(Keep::Full);
            let error = attempt::cut_short(running, error, self.step.call.request.span);
            return After::over(StepResult { halt: Some(halt), ..StepResult::error(error, self.attempts) });
        }
        let may_retry = self.polling.is_some() || self.attempts <= retry::TIMES;
        match retry::of_error(&self.step.call.retry_on, error).filter(|_| may_retry) {
            Some(again) => self.again(running, time, sending, came, again, Vec::new()),
            None => self.undecided(running, sending, error, &came),
        }
    }

    /// An answer came.
    fn answered(
        &mut self,
        running: &Running<'_>,
        time: Time,
        sending: &Sending,
        answer: &Answer,
        sent: Validated,
    ) -> After {
        self.answered = true;
        // Before anything is told of it.
        for secret in capture::secrets(answer, &self.step.call.capture) {
            running.runner.redactor.learn(&secret);
        }
        if let Some(location) = answer.response.headers.get(LOCATION).and_then(|value| value.to_str().ok()) {
            running.points(location, &sending.built.request.url);
        }
        let step = self.step;
        let goes_on = |failures: &[Failure]| goes_on(running, step, failures);
        let judge = Judge {
            ground: running.ground(step),
            built: &sending.built,
            may_retry: self.polling.is_some() || self.attempts <= retry::TIMES,
            now: running.runner.clock.now().timestamp(),
            goes_on: &goes_on,
        };
        let Judgement { mut validated, meaning } = judge.judge(answer);
        if let Meaning::Again(again) = &meaning
            && self.polling.is_some()
            && self.next_wait(time, again.after).is_none()
        {
            // Nobody asks again: it is the last answer, and validated like any other.
            validated = judge.validate(answer);
        }
        tell::touched(running, step, &mut validated);
        let mut came = sent.and(validated);
        let looked = self.looked(running, sending, &came);
        looked.shadow(&judge, answer);
        let said = looked.rules();
        tell::rules_kept(running, step.number, step.operation.as_deref(), said.kept);
        let broken = said.failures;
        if let Some(validation) = &mut came.validation {
            validation.findings.extend(said.findings);
        }
        came.add(broken.clone());
        match meaning {
            Meaning::Again(again) => {
                let looked_at = step.call.poll.iter().flat_map(|poll| condition::looked_at(poll, answer)).collect();
                self.again(running, time, sending, came, again, looked_at)
            }
            Meaning::Error(error) => {
                self.told(running, sending, &came).last(Keep::Full);
                After::over(StepResult::error(error, self.attempts))
            }
            Meaning::NotYet { waiting_for, looked_at, seen } => {
                self.see(seen, time);
                self.not_yet(running, time, sending, came, NotYet { waiting_for, looked_at, after: None })
            }
            Meaning::Hopeless { because, span, seen, code } => {
                self.see(seen, time);
                let promise = Promise::Hopeless { because, attempts: self.attempts, history: self.history() };
                self.ended_badly(running, sending, came, span, promise, code)
            }
            Meaning::Final(last) => {
                self.last(running, sending, &came, Final { failures: with(last.failures, broken), ..last })
            }
        }
    }

    /// `retry_on` names what came.
    fn again(
        &mut self,
        running: &Running<'_>,
        time: Time,
        sending: &Sending,
        came: Validated,
        again: Again,
        looked_at: Vec<Found>,
    ) -> After {
        if self.polling.is_some() {
            let Again { reason, after } = again;
            self.see(reason, time);
            return self.not_yet(running, time, sending, came, NotYet { waiting_for: Vec::new(), looked_at, after });
        }
        let wait = again.wait(self.attempts, running.runner.plan.globals.pace);
        self.told(running, sending, &came).again(again.reason, wait);
        After::Wait(wait)
    }

    /// A poll's condition does not hold yet: it asks again, where its limit allows.
    fn not_yet(
        &mut self,
        running: &Running<'_>,
        time: Time,
        sending: &Sending,
        came: Validated,
        not_yet: NotYet,
    ) -> After {
        let NotYet { waiting_for, looked_at, after } = not_yet;
        match (self.next_wait(time, after), &sending.result) {
            (Some(_), _) if !goes_on(running, self.step, &came.failures) => {
                // However often one asks: a promise is broken.
                self.told(running, sending, &came).last(Keep::Full);
                After::over(StepResult::broken(came.failures, self.attempts, came.checks))
            }
            (Some(wait), _) => {
                self.told(running, sending, &came).not_yet(looked_at, wait, self.step.within);
                for failure in came.failures {
                    if !has(&self.earlier, &failure) {
                        self.earlier.push(failure);
                    }
                }
                After::Wait(wait)
            }
            // Nothing was ever said, so nothing was promised and not kept.
            (None, Err(error)) if !self.answered => self.undecided(running, sending, error, &came),
            (None, _) => {
                let (within_ms, attempts) = (millis(self.step.within), self.attempts);
                let promise = Promise::GaveUp { within_ms, attempts, waiting_for, history: self.history() };
                let span = self.step.call.poll.as_ref().map_or(self.step.span, |poll| poll.span);
                self.ended_badly(running, sending, came, span, promise, Vec::new())
            }
        }
    }

    /// A poll ended without the answer it waited for.
    fn ended_badly(
        &self,
        running: &Running<'_>,
        sending: &Sending,
        came: Validated,
        span: Span,
        promise: Promise,
        code: Vec<Failure>,
    ) -> After {
        self.told(running, sending, &came).last(Keep::Full);
        // What the contract says of the answer comes first: it is why a poll came to its end.
        let mut failures = came.failures;
        failures.push(Failure { place: running.location(span), promise });
        failures.extend(code);
        After::over(StepResult::broken(failures, self.attempts, came.checks + 1))
    }

    /// No answer came, and none will.
    fn undecided(&self, running: &Running<'_>, sending: &Sending, error: &TransportError, came: &Validated) -> After {
        self.told(running, sending, came).last(Keep::Full);
        let error = attempt::error(running, error, self.step.call.request.span);
        After::over(StepResult::error(error, self.attempts))
    }

    /// The final answer was judged: what was captured is kept, and the snapshot taken.
    fn last(&self, running: &Running<'_>, sending: &Sending, came: &Validated, last: Final<'_>) -> After {
        let Final { checks, mut failures, taken } = last;
        let mut checks = checks + came.checks;
        let mut snapshot = None;
        if let (Ok(answer), Some(taken)) = (&sending.result, &taken) {
            if goes_on(running, self.step, &failures)
                && let Some(judged) = snapshot::take(running, self.step, answer, taken)
            {
                checks += 1;
                failures.extend(judged.failure);
                snapshot = Some(judged.event);
            }
            if failures.is_empty()
                && let Some(validation) = &came.validation
            {
                let touches = validate::promised(&running.ground(self.step), &sending.built, answer, validation);
                tell::touches_of(running, self.step, &validation.operation, touches);
            }
        }
        let keep = if failures.is_empty() { Keep::Brief } else { Keep::Full };
        self.told(running, sending, came).last(keep);
        snapshot.into_iter().for_each(|taken| tell::snapshot(running, taken));
        let result = StepResult::broken(failures, self.attempts, checks);
        let Some(taken) = taken else { return After::over(result) };
        let result = result.captured(&taken);
        After::Over(result, taken.into_iter().map(|taken| (taken.capture.name.value.clone(), taken.value)).collect())
    }

    /// A step that could not go on because its case had to end. Nothing was under way: whatever was asked for was
    /// answered, and no answer was the last.
    fn halted(&self, running: &Running<'_>, halt: Halt) -> StepResult {
        let result = match halt {
            Halt::Stopped => StepResult::error(running.stopped_error(self.step.span), self.attempts),
            Halt::OverTime => StepResult::broken(running.overran(), self.attempts, 1),
        };
        StepResult { halt: Some(halt), ..result }
    }

    fn told<'t>(&self, running: &'t Running<'t>, sending: &'t Sending, validated: &'t Validated) -> tell::Attempt<'t>
    where
        Self: 't,
    {
        tell::Attempt { running, step: running.number(self.step), attempt: self.attempts, sending, validated }
    }

    fn looked<'t>(&'t self, running: &'t Running<'t>, sending: &'t Sending, validated: &'t Validated) -> Looked<'t> {
        Looked { running, step: self.step, attempt: self.attempts, sending, validated }
    }

    fn see(&mut self, what: String, time: Time) {
        if let Some(polling) = &mut self.polling {
            polling.see(what, time.asked);
        }
    }

    /// The wait before the poll's next attempt; `None` when the poll is over.
    fn next_wait(&self, time: Time, after: Option<Duration>) -> Option<Duration> {
        self.polling.as_ref()?.next_wait(time.elapsed, after)
    }

    /// What the poll saw over time.
    fn history(&mut self) -> Vec<Seen> {
        self.polling.take().map(Polling::into_history).unwrap_or_default()
    }
}

/// Since the step began: when an attempt was made, and when what came of it was there.
#[derive(Clone, Copy)]
struct Time {
    asked: Duration,
    elapsed: Duration,
}

/// What a poll saw that does not end it.
struct NotYet {
    waiting_for: Vec<Found>,
    looked_at: Vec<Found>,
    /// How long the server asks to wait.
    after: Option<Duration>,
}

/// Whether somebody answers for all of these failures of a step, so that it goes on.
fn goes_on(running: &Running<'_>, step: &PlannedStep, failures: &[Failure]) -> bool {
    verdict::goes_on(&running.runner.waivers, running.at(step), failures)
}

fn with(mut failures: Vec<Failure>, more: Vec<Failure>) -> Vec<Failure> {
    failures.extend(more);
    failures
}

/// Makes sure that what was captured as a secret is masked from here on.
pub(super) fn learn(running: &Running<'_>, taken: &[Taken<'_>]) {
    for secret in taken.iter().filter(|taken| capture::is_secret(taken.capture)) {
        let text = secret.value.as_str().map_or_else(|| secret.value.to_string(), str::to_owned);
        running.runner.redactor.learn(&text);
    }
}
