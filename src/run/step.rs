//! One step, from templates to outcome.

use super::answer::Answer;
use super::attempt::{self, Evidence, Sending};
use super::capture;
use super::case::Running;
use super::check::Checker;
use super::clock::millis;
use super::poll::{Next, Polling, Reading};
use super::request;
use crate::event::{AttemptFinished, Captured, EventKind, Failure, Found, Promise, StepOutcome, Trouble, TroubleKind};
use crate::expr::{Context, RenderError, Selection, excerpt};
use crate::plan::{PlannedStep, Transfer};
use crate::suite::{Condition, Poll};
use std::time::Duration;
use tokio::time::Instant;

/// How a step ended.
pub(super) struct Finished {
    pub(super) outcome: StepOutcome,
    pub(super) attempts: u32,
    pub(super) checks: u32,
    pub(super) captured: Vec<Captured>,
    pub(super) took: Duration,
}

impl Finished {
    const fn new(outcome: StepOutcome) -> Self {
        Self { outcome, attempts: 0, checks: 0, captured: Vec::new(), took: Duration::ZERO }
    }

    pub(super) const fn skipped(reason: String) -> Self {
        Self::new(StepOutcome::Skipped { reason })
    }

    pub(super) fn troubled(trouble: Trouble) -> Self {
        Self::new(StepOutcome::Troubled(Box::new(trouble)))
    }
}

/// Runs one step.
pub(super) async fn run(running: &mut Running<'_>, index: usize, step: &PlannedStep) -> Finished {
    let started = Instant::now();
    if let Err(error) = hand_over(running, &step.before) {
        return Finished::troubled(running.template_trouble(error));
    }
    let mut finished = attempts(running, index, step, started).await;
    if finished.outcome == StepOutcome::Passed {
        if let Err(error) = hand_over(running, &step.after) {
            finished.outcome = StepOutcome::Troubled(Box::new(running.template_trouble(error)));
        }
    }
    finished.took = started.elapsed();
    finished
}

fn hand_over(running: &mut Running<'_>, transfers: &[Transfer]) -> Result<(), RenderError> {
    for transfer in transfers {
        match transfer {
            Transfer::Enter(frame) => running.scope.clear(*frame),
            Transfer::Set { from, to, name, value } => {
                let value = value.render(&running.context(*from))?;
                running.scope.set(*to, name, value);
            }
        }
    }
    Ok(())
}

/// Asks until the step can be judged. A step without a poll is judged on its first answer.
async fn attempts(running: &mut Running<'_>, index: usize, step: &PlannedStep, started: Instant) -> Finished {
    let poll = step.call.poll.as_ref();
    let mut polling = poll.map(|poll| Polling::new(step.every, poll.within));
    let mut attempt = 0;
    loop {
        attempt += 1;
        let asked = started.elapsed();
        // An attempt may outlast the poll's limit, but not its own.
        let request = match request::build(running, step, step.timeout) {
            Ok(request) => request,
            Err(trouble) => return Finished { attempts: attempt - 1, ..Finished::troubled(trouble) },
        };
        let sending = attempt::send(running, step, request).await;
        let next = match (&sending.result, poll, &mut polling) {
            (Ok(answer), Some(poll), Some(polling)) => match read(poll, answer, &running.context(step.frame)) {
                Ok((reading, what)) => polling.take(reading, asked, started.elapsed(), what),
                Err(error) => return Finished::troubled(running.template_trouble(error)),
            },
            _ => Next::Judge,
        };
        let told = Told { running: &*running, index, attempt, sending: &sending };
        let waited = match next {
            Next::Wait(wait) => {
                let seen = poll.map(|poll| looked_at(poll, &sending)).unwrap_or_default();
                told.not_yet(seen, wait);
                wait_for(running, wait).await
            }
            Next::Judge => return judge(running, step, &sending, index, attempt),
            Next::GiveUp(waiting_for) => {
                told.final_attempt(Evidence::Full);
                let (within_ms, attempts) = (poll.map_or(0, |poll| millis(poll.within)), attempt);
                let history = polling.map(Polling::into_history).unwrap_or_default();
                let promise = Promise::GaveUp { within_ms, attempts, waiting_for, history };
                return failed(running, step, attempt, vec![promise]);
            }
            Next::Hopeless(because) => {
                told.final_attempt(Evidence::Full);
                let history = polling.map(Polling::into_history).unwrap_or_default();
                let mut finished =
                    failed(running, step, attempt, vec![Promise::Hopeless { because, attempts: attempt, history }]);
                add_code_failure(running, step, &sending, &mut finished);
                return finished;
            }
        };
        if !waited {
            let message = running.runner.stop.reason().unwrap_or_default();
            let place = running.runner.plan.sources.place(step.span);
            let trouble = Trouble { kind: TroubleKind::Stopped, message, place };
            return Finished { attempts: attempt, ..Finished::troubled(trouble) };
        }
    }
}

/// Waits with its place given away; answers whether the run goes on.
async fn wait_for(running: &mut Running<'_>, wait: Duration) -> bool {
    running.place.leave();
    let on = tokio::select! {
        biased;
        () = running.runner.stop.requested() => false,
        () = tokio::time::sleep(wait) => true,
    };
    if on {
        running.place.take().await;
    }
    on && running.runner.stop.reason().is_none()
}

/// Tells of an attempt.
struct Told<'a> {
    running: &'a Running<'a>,
    index: usize,
    attempt: u32,
    sending: &'a Sending<'a>,
}

impl Told<'_> {
    fn not_yet(&self, seen: Vec<Found>, wait: Duration) {
        self.tell(Evidence::Brief, seen, Some(millis(wait)));
    }

    fn final_attempt(&self, evidence: Evidence) {
        self.tell(evidence, Vec::new(), None);
    }

    fn tell(&self, evidence: Evidence, seen: Vec<Found>, wait_ms: Option<u64>) {
        self.running.runner.emit(EventKind::AttemptFinished(Box::new(AttemptFinished {
            case: self.running.case,
            step: self.index,
            attempt: self.attempt,
            exchange: self.sending.exchange(evidence),
            seen,
            wait_ms,
        })));
    }
}

/// Judges the final attempt: what was expected, then what is captured.
fn judge(running: &mut Running<'_>, step: &PlannedStep, sending: &Sending<'_>, index: usize, attempt: u32) -> Finished {
    let mut values = Vec::new();
    let mut checks = 0;
    let outcome = match &sending.result {
        Err(error) => StepOutcome::Troubled(Box::new(attempt::trouble(running, error, step.call.request.span))),
        Ok(answer) => {
            let sources = &*running.runner.plan.sources;
            let context = running.context(step.frame);
            let check = || Checker::new(sources, context, answer).all(step);
            match answer.ask(check, |checked| checked.as_ref().is_ok_and(|checked| checked.failures.is_empty())) {
                Err(error) => StepOutcome::Troubled(Box::new(running.template_trouble(error))),
                Ok(checked) if !checked.failures.is_empty() => {
                    checks = checked.checks;
                    StepOutcome::Failed(checked.failures)
                }
                Ok(checked) => {
                    checks = checked.checks;
                    let capture = || capture::all(&mut Checker::new(sources, context, answer), &step.call.capture);
                    match answer.ask(capture, Result::is_ok) {
                        Ok(captured) => {
                            values = captured;
                            StepOutcome::Passed
                        }
                        Err(failures) => StepOutcome::Failed(failures),
                    }
                }
            }
        }
    };
    let evidence = if outcome == StepOutcome::Passed { Evidence::Brief } else { Evidence::Full };
    Told { running, index, attempt, sending }.final_attempt(evidence);
    let captured = values.iter().map(|(name, value)| capture::told(name, value)).collect();
    for (name, value) in values {
        running.scope.set(step.frame, &name, value);
    }
    Finished { attempts: attempt, checks, captured, ..Finished::new(outcome) }
}

fn failed(running: &Running<'_>, step: &PlannedStep, attempts: u32, promises: Vec<Promise>) -> Finished {
    let span = step.call.poll.as_ref().map_or(step.span, |poll| poll.span);
    let place = running.runner.plan.sources.place(span);
    let failures = promises.into_iter().map(|promise| Failure { place: place.clone(), promise }).collect();
    Finished { attempts, checks: 1, ..Finished::new(StepOutcome::Failed(failures)) }
}

/// When a poll ends hopelessly with another code than the one promised, that code says more than the poll does.
fn add_code_failure(running: &Running<'_>, step: &PlannedStep, sending: &Sending<'_>, finished: &mut Finished) {
    let (Ok(answer), StepOutcome::Failed(failures)) = (&sending.result, &mut finished.outcome) else { return };
    let sources = &*running.runner.plan.sources;
    let mut checker = Checker::new(sources, running.context(step.frame), answer);
    checker.code(step.code.as_ref());
    failures.append(&mut checker.checked.failures);
}

/// What an answer means to a poll, and what was seen, in words.
fn read(poll: &Poll, answer: &Answer<'_>, context: &Context<'_>) -> Result<(Reading, String), RenderError> {
    let (mut seen, mut not_yet) = (Vec::new(), Vec::new());
    let mut hopeless = None;
    for condition in &poll.fail {
        if hopeless.is_none() && ask(condition, answer, context)?.is_none() {
            hopeless = Some(format!("{} came, which the poll's `fail` names", said(&observe(condition, answer))));
        }
    }
    for condition in &poll.until {
        seen.push(said(&observe(condition, answer)));
        not_yet.extend(ask(condition, answer, context)?);
    }
    let status = answer.response.status;
    let reading = match hopeless {
        _ if not_yet.is_empty() => Reading::Done,
        Some(why) => Reading::Hopeless(why),
        None if status >= 400 && !poll.looks_at_status() => {
            Reading::Hopeless(format!("the HTTP status is {status}, and the poll names no status to wait through"))
        }
        None if answer.asked().is_err() && !poll.looks_at_status() => {
            Reading::Hopeless("the body is not JSON, so what the poll looks for can never be in it".into())
        }
        None => Reading::NotYet(not_yet),
    };
    Ok((reading, seen.join(", ")))
}

/// Asks one condition; `None` when it holds.
fn ask(condition: &Condition, answer: &Answer<'_>, context: &Context<'_>) -> Result<Option<Found>, RenderError> {
    match condition {
        Condition::Status(status) => {
            let found = answer.response.status;
            let ranges: Vec<String> = status.ranges.iter().map(ToString::to_string).collect();
            Ok((!status.holds(found)).then(|| Found {
                path: "status".into(),
                expected: crate::text::either(&ranges),
                found: Some(found.to_string()),
                why: None,
            }))
        }
        Condition::Body(check) => {
            let selection = answer.asked().map_or(Selection::One(None), |body| check.selector.select(body));
            let mismatch = check.matcher.check(&selection, context)?;
            Ok(mismatch.map(|mismatch| Found {
                path: format!("{}{}", check.selector.text(), mismatch.path),
                expected: mismatch.expected,
                found: mismatch.found,
                why: mismatch.why,
            }))
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
