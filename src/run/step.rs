//! One step, from templates to outcome.

use super::answer::Answer;
use super::attempt::{self, Evidence, Sending};
use super::capture;
use super::case::Running;
use super::check::{Checker, found};
use super::clock::millis;
use super::poll::{Next, Polling, Reading};
use super::validate::{self, Verdict};
use super::waive::At;
use super::{request, retry, snapshot};
use crate::event::{AttemptFinished, Captured, EventKind, Failure, Found, Promise, StepError, StepOutcome};
use crate::expr::{Context, RenderError, Selection, excerpt};
use crate::plan::PlannedStep;
use crate::source::Span;
use crate::suite::{Condition, Poll, Secrecy};
use std::time::Duration;
use tokio::time::Instant;

/// How a step ended.
pub(super) struct Finished {
    pub(super) outcome: StepOutcome,
    pub(super) attempts: u32,
    pub(super) checks: u32,
    pub(super) captured: Vec<Captured>,
    /// Whether the names it captures are set.
    pub(super) set: bool,
    pub(super) took: Duration,
}

impl Finished {
    const fn new(outcome: StepOutcome) -> Self {
        Self { outcome, attempts: 0, checks: 0, captured: Vec::new(), set: false, took: Duration::ZERO }
    }

    pub(super) const fn skipped(reason: String) -> Self {
        Self::new(StepOutcome::Skipped { reason })
    }

    /// The same, with what the contract says of the answer first: it is why a poll came to its end.
    fn and(mut self, verdict: Verdict) -> Self {
        self.checks += verdict.checks;
        if let StepOutcome::Failed(failures) = &mut self.outcome {
            failures.splice(0..0, verdict.failures);
        }
        self
    }

    /// The same, with the failures first that did not keep a poll from asking on.
    fn after(mut self, mut forgiven: Vec<Failure>) -> Self {
        match &mut self.outcome {
            StepOutcome::Passed if !forgiven.is_empty() => self.outcome = StepOutcome::Failed(forgiven),
            StepOutcome::Failed(failures) => {
                forgiven.retain(|failure| !has(failures, failure));
                failures.splice(0..0, forgiven);
            }
            _ => {}
        }
        self
    }

    pub(super) fn troubled(error: StepError) -> Self {
        Self::new(StepOutcome::Error(Box::new(error)))
    }
}

/// Runs one step.
pub(super) async fn run(running: &mut Running<'_>, step: &PlannedStep) -> Finished {
    let started = Instant::now();
    let mut forgiven = Vec::new();
    let mut finished = attempts(running, step, started, &mut forgiven).await.after(forgiven);
    finished.took = started.elapsed();
    let at = at(running, step);
    if matches!(finished.outcome, StepOutcome::Passed | StepOutcome::Failed(_)) {
        running.runner.waivers.tried(at);
    }
    if let StepOutcome::Failed(failures) = finished.outcome {
        finished.outcome = running.runner.waivers.outcome(at, failures);
    }
    finished
}

/// Whether the same promise is among those that were broken.
fn has(failures: &[Failure], failure: &Failure) -> bool {
    let id = failure.promise.id();
    failures.iter().any(|known| known.promise.id() == id)
}

/// Where a step is, for waivers.
pub(super) fn at<'a>(running: &'a Running<'_>, step: &'a PlannedStep) -> At<'a> {
    let plan = &*running.runner.plan;
    At { plan, case: running.case % plan.cases.len().max(1), step }
}

/// Asks until the step can be judged. A step without a poll is judged on its first answer. Failures of answers on the way
/// for which somebody answers are `forgiven`: a waiver of those waives nothing of what comes after them.
async fn attempts(
    running: &mut Running<'_>,
    step: &PlannedStep,
    started: Instant,
    forgiven: &mut Vec<Failure>,
) -> Finished {
    let poll = step.call.poll.as_ref();
    let mut polling = poll.map(|_| Polling::new(step.every, step.within));
    let mut attempt = 0;
    let mut answered = false;
    loop {
        attempt += 1;
        let asked = started.elapsed();
        // An attempt may outlast the poll's limit, but not its own.
        let built = request::build(running, step, step.timeout);
        let held = built.and_then(|built| Ok((validate::request(running, step, &built)?, built)));
        let (verdict, built) = match held {
            Ok(held) => held,
            Err(error) => return Finished { attempts: attempt - 1, ..Finished::troubled(error) },
        };
        if !verdict.failures.is_empty() && !running.runner.waivers.cover(at(running, step), &verdict.failures) {
            // A request that breaks the contract without meaning to is not sent: what came of it would prove nothing.
            let (attempts, checks) = (attempt - 1, verdict.checks);
            return Finished { attempts, checks, ..Finished::new(StepOutcome::Failed(verdict.failures)) };
        }
        let Some(sending) = attempt::send(running, step, built).await else {
            let error = running.stopped_error(step.span);
            return Finished { attempts: attempt - 1, ..Finished::troubled(error) };
        };
        answered |= sending.result.is_ok();
        let now = running.runner.clock.now().timestamp();
        let again = retry::reason(&step.call.retry_on, &sending.result, now);
        let verdict = match &sending.result {
            Ok(answer) if again.is_none() => validate::response(running, step, sending.built(), answer, verdict),
            Ok(_) | Err(_) => verdict,
        };
        let next = match (&sending.result, poll, &mut polling, again) {
            (_, Some(_), Some(polling), Some(again)) => {
                polling.take(Reading::Unread(again.after), asked, started.elapsed(), again.reason)
            }
            (Ok(answer), Some(poll), Some(polling), None) => {
                match read(step, poll, answer, &running.context(step.frame)) {
                    Ok((reading, what)) => polling.take(reading, asked, started.elapsed(), what),
                    Err(error) => {
                        let told = Told::of(running, step, attempt, &sending, &verdict);
                        told.final_attempt(Evidence::Full);
                        let error = running.template_error(error);
                        return Finished { attempts: attempt, ..Finished::troubled(error) };
                    }
                }
            }
            (_, None, _, Some(again)) if attempt <= retry::TIMES => Next::Again(again),
            _ => Next::Judge,
        };
        let told = Told::of(running, step, attempt, &sending, &verdict);
        let waited = match next {
            Next::Wait(_)
                if !verdict.failures.is_empty()
                    && !running.runner.waivers.cover(at(running, step), &verdict.failures) =>
            {
                // However often one asks: a promise is broken.
                told.final_attempt(Evidence::Full);
                let checks = verdict.checks;
                return Finished { attempts: attempt, checks, ..Finished::new(StepOutcome::Failed(verdict.failures)) };
            }
            Next::Wait(wait) => {
                let seen = poll.map(|poll| looked_at(poll, &sending)).unwrap_or_default();
                told.not_yet(seen, wait, step.within);
                for failure in verdict.failures {
                    if !has(forgiven, &failure) {
                        forgiven.push(failure);
                    }
                }
                running.wait(wait).await
            }
            Next::Again(again) => {
                let wait = again.wait(attempt, running.runner.plan.globals.pace);
                told.again(again.reason, wait);
                running.wait(wait).await
            }
            Next::Judge => return judge(running, step, &sending, attempt, verdict),
            Next::GiveUp(waiting_for) => {
                told.final_attempt(Evidence::Full);
                if let (Err(error), false) = (&sending.result, answered) {
                    // Nothing was ever said, so nothing was promised and not kept.
                    let error = attempt::error(running, error, step.call.request.span);
                    return Finished { attempts: attempt, ..Finished::troubled(error) };
                }
                let (within_ms, attempts) = (millis(step.within), attempt);
                let history = polling.map(Polling::into_history).unwrap_or_default();
                let promise = Promise::GaveUp { within_ms, attempts, waiting_for, history };
                let span = poll.map_or(step.span, |poll| poll.span);
                return failed(running, span, attempt, promise).and(verdict);
            }
            Next::Hopeless(because, span) => {
                told.final_attempt(Evidence::Full);
                let history = polling.map(Polling::into_history).unwrap_or_default();
                let mut finished =
                    failed(running, span, attempt, Promise::Hopeless { because, attempts: attempt, history });
                add_code_failure(running, step, &sending, &mut finished);
                return finished.and(verdict);
            }
        };
        if !waited {
            let error = running.stopped_error(step.span);
            return Finished { attempts: attempt, ..Finished::troubled(error) };
        }
    }
}

/// Tells of an attempt.
struct Told<'a> {
    running: &'a Running<'a>,
    step: usize,
    attempt: u32,
    sending: &'a Sending<'a>,
    verdict: &'a Verdict,
}

impl<'a> Told<'a> {
    const fn of(
        running: &'a Running<'a>,
        step: &PlannedStep,
        attempt: u32,
        sending: &'a Sending<'a>,
        verdict: &'a Verdict,
    ) -> Self {
        Self { running, step: step.number, attempt, sending, verdict }
    }

    fn not_yet(&self, seen: Vec<Found>, wait: Duration, within: Duration) {
        let (wait_ms, within_ms) = (Some(millis(wait)), Some(millis(within)));
        self.tell(AttemptFinished { seen, wait_ms, within_ms, ..self.attempt(Evidence::Brief) });
    }

    fn again(&self, retried: String, wait: Duration) {
        let wait_ms = Some(millis(wait));
        self.tell(AttemptFinished { wait_ms, retried: Some(retried), ..self.attempt(Evidence::Full) });
    }

    fn final_attempt(&self, evidence: Evidence) {
        self.tell(self.attempt(evidence));
    }

    fn attempt(&self, evidence: Evidence) -> AttemptFinished {
        AttemptFinished {
            case: self.running.case,
            step: self.step,
            attempt: self.attempt,
            exchange: self.sending.exchange(evidence),
            seen: Vec::new(),
            wait_ms: None,
            within_ms: None,
            retried: None,
            held: self.verdict.held.clone().map(Box::new),
        }
    }

    fn tell(&self, attempt: AttemptFinished) {
        self.running.runner.emit(EventKind::AttemptFinished(Box::new(attempt)));
    }
}

/// Judges the final attempt: what was expected and what the contract promises, then what is captured.
fn judge(
    running: &mut Running<'_>,
    step: &PlannedStep,
    sending: &Sending<'_>,
    attempt: u32,
    mut verdict: Verdict,
) -> Finished {
    let mut values = None;
    let mut snapshot = None;
    let mut checks = verdict.checks;
    let broken = std::mem::take(&mut verdict.failures);
    let outcome = match &sending.result {
        Err(error) => StepOutcome::Error(Box::new(attempt::error(running, error, step.call.request.span))),
        Ok(answer) => {
            let sources = &*running.runner.plan.sources;
            let context = running.context(step.frame);
            let check = || Checker::new(sources, context, answer).all(step);
            match answer.ask(check, |checked| checked.as_ref().is_ok_and(|checked| checked.failures.is_empty())) {
                Err(_) if !broken.is_empty() => StepOutcome::Failed(broken),
                Err(error) => StepOutcome::Error(Box::new(running.template_error(error))),
                Ok(checked) => {
                    checks += checked.checks;
                    let mut failures = together(checked.failures, broken);
                    if failures.is_empty() || running.runner.waivers.cover(at(running, step), &failures) {
                        let capture = || capture::all(&mut Checker::new(sources, context, answer), &step.call.capture);
                        match answer.ask(capture, Result::is_ok) {
                            Ok(taken) => {
                                // Before the exchange that holds them is told, and before anything is kept of it.
                                learn(running, &taken);
                                if let Some(judged) = snapshot::judge(running, step, answer, &taken) {
                                    checks += 1;
                                    failures.extend(judged.failure);
                                    snapshot = Some(judged.event);
                                }
                                values = Some(taken);
                            }
                            Err(lost) => failures.extend(lost),
                        }
                    }
                    if failures.is_empty() { StepOutcome::Passed } else { StepOutcome::Failed(failures) }
                }
            }
        }
    };
    let set = values.is_some();
    let values = values.unwrap_or_default();
    if let (StepOutcome::Passed, Ok(answer), Some(held)) = (&outcome, &sending.result, &verdict.held) {
        validate::promised(running, step, sending.built(), answer, held);
    }
    let evidence = if outcome == StepOutcome::Passed { Evidence::Brief } else { Evidence::Full };
    Told::of(running, step, attempt, sending, &verdict).final_attempt(evidence);
    snapshot.into_iter().for_each(|event| running.runner.emit(event));
    let mut captured = Vec::with_capacity(values.len());
    for taken in values {
        captured.push(taken.told());
        running.scope.set(step.frame, &taken.capture.name.value, taken.value);
    }
    Finished { attempts: attempt, checks, captured, set, ..Finished::new(outcome) }
}

/// What the suite promises and what the contract promises. What both say of the status, or of a body that is not JSON, is
/// said once.
fn together(failures: Vec<Failure>, broken: Vec<Failure>) -> Vec<Failure> {
    let said = |rule: &str| {
        failures.iter().any(|failure| match failure.promise {
            Promise::Json { .. } => rule == "body",
            Promise::Status { .. } => rule == "status",
            _ => false,
        })
    };
    let again = |failure: &Failure| matches!(&failure.promise, Promise::Contract(broken) if said(&broken.rule));
    let new: Vec<Failure> = broken.into_iter().filter(|failure| !again(failure)).collect();
    // Which answer it is comes first; then what the contract says of it, which names what is wrong with the whole of it.
    let about_the_answer = |failure: &Failure| {
        matches!(failure.promise, Promise::Code { .. } | Promise::Status { .. } | Promise::Json { .. })
    };
    let (mut first, rest): (Vec<_>, Vec<_>) = failures.into_iter().partition(about_the_answer);
    first.extend(new);
    first.extend(rest);
    first
}

/// Makes sure that what was captured as a secret is masked from here on.
fn learn(running: &Running<'_>, taken: &[capture::Taken<'_>]) {
    for secret in taken.iter().filter(|taken| taken.capture.secrecy == Secrecy::Secret) {
        let text = secret.value.as_str().map_or_else(|| secret.value.to_string(), str::to_owned);
        running.runner.redactor.learn(&text);
    }
}

fn failed(running: &Running<'_>, span: Span, attempts: u32, promise: Promise) -> Finished {
    let place = running.runner.plan.sources.place(span);
    Finished { attempts, checks: 1, ..Finished::new(StepOutcome::Failed(vec![Failure { place, promise }])) }
}

/// When a poll ends hopelessly with another code than the one promised, that code says more than the poll does.
fn add_code_failure(running: &Running<'_>, step: &PlannedStep, sending: &Sending<'_>, finished: &mut Finished) {
    let (Ok(answer), StepOutcome::Failed(failures)) = (&sending.result, &mut finished.outcome) else { return };
    let sources = &*running.runner.plan.sources;
    let mut checker = Checker::new(sources, running.context(step.frame), answer);
    // Error with a template has been met already, or will be when the step is judged.
    let _ = checker.code(step);
    failures.append(&mut checker.checked.failures);
}

/// What an answer means to a poll, and what was seen, in words.
fn read(
    step: &PlannedStep,
    poll: &Poll,
    answer: &Answer<'_>,
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
        None if answer.asked().is_err() && !poll.looks_at_status() => {
            Reading::Hopeless("the body is not JSON, so what the poll looks for can never be in it".into(), until)
        }
        None => Reading::NotYet(not_yet),
    };
    Ok((reading, seen.join(", ")))
}

/// Why a condition can never hold, however often one asks.
fn never(condition: &Condition, answer: &Answer<'_>) -> Option<(String, Span)> {
    let Condition::Body(check) = condition else { return None };
    let Selection::One(Some(value)) = check.selector.select(answer.asked().ok()?) else { return None };
    let why = check.matcher.never(value)?;
    Some((format!("{}: {why}", check.selector.text()), check.span))
}

/// The documented refusal that an answer is, whatever its HTTP status.
fn refusal<'s>(step: &'s PlannedStep, answer: &Answer<'_>) -> Option<(String, &'s str)> {
    let codes = step.codes.as_ref()?;
    let code = answer.code(Some(codes))?;
    let documented = codes.documented(&code).filter(|documented| documented.is_refusal())?;
    Some((code, documented.case.as_str()))
}

/// Asks one condition; `None` when it holds.
fn ask(condition: &Condition, answer: &Answer<'_>, context: &Context<'_>) -> Result<Option<Found>, RenderError> {
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
        Condition::Body(check) => {
            let Ok(body) = answer.asked() else {
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
fn observe(condition: &Condition, answer: &Answer<'_>) -> Found {
    let (path, found) = match condition {
        Condition::Status(_) => ("status", answer.response.status.to_string()),
        Condition::Body(check) => {
            let selection = answer.asked().map_or(Selection::One(None), |body| check.selector.select(body));
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
fn looked_at(poll: &Poll, sending: &Sending<'_>) -> Vec<Found> {
    let Ok(answer) = &sending.result else { return Vec::new() };
    poll.until.iter().map(|condition| observe(condition, answer)).collect()
}
