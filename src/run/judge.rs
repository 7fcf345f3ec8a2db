//! Judging one answer. Pure: nothing is sent, told, set or remembered, so that it can be asked of any answer, at any time.

use super::answer::Answer;
use super::capture::{self, Taken};
use super::check::{Checked, Checker};
use super::condition::{self, Reading};
use super::ground::Ground;
use super::request::Built;
use super::retry::{self, Again};
use super::validate::{self, Validated};
use crate::event::{Failure, Found, Promise, StepError};
use crate::expr::RenderError;
use crate::source::Span;
use jiff::Timestamp;

/// What an answer to a step is judged by.
#[derive(Clone, Copy)]
pub(super) struct Judge<'a> {
    pub(super) ground: Ground<'a>,
    /// The request as sent.
    pub(super) built: &'a Built,
    /// Whether the step may send its request again for what `retry_on` names.
    pub(super) may_retry: bool,
    /// The time, for a date in `Retry-After`.
    pub(super) now: Timestamp,
    /// Whether somebody answers for all of these failures.
    pub(super) goes_on: &'a dyn Fn(&[Failure]) -> bool,
}

/// What came of judging an answer.
pub(super) struct Judgement<'a> {
    /// What the contract says of the answer; nothing where the request is to be sent again for it.
    pub(super) validated: Validated,
    /// What the answer means to the step.
    pub(super) meaning: Meaning<'a>,
}

/// What an answer means to a step.
pub(super) enum Meaning<'a> {
    /// `retry_on` names it: it is no answer yet.
    Again(Again),
    /// The poll's condition does not hold yet.
    NotYet {
        /// What the poll waits for and saw.
        waiting_for: Vec<Found>,
        /// Where the poll looked and what was there.
        looked_at: Vec<Found>,
        /// The same in words.
        seen: String,
    },
    /// The poll's condition can no longer hold.
    Hopeless {
        /// Why, in words.
        because: String,
        /// What of the suite says so.
        span: Span,
        /// What was seen, in words.
        seen: String,
        /// The code that came where another was promised: it says more than the poll does.
        code: Vec<Failure>,
    },
    /// It is the final answer.
    Final(Final<'a>),
    /// What the suite asks of it could not be worked out.
    Error(StepError),
}

/// What came of holding a final answer against everything promised of it.
#[derive(Default)]
pub(super) struct Final<'a> {
    /// How many promises of the suite were checked.
    pub(super) checks: u32,
    /// Promises of the suite and of the contract that were broken.
    pub(super) failures: Vec<Failure>,
    /// What was captured; absent where failures keep the step from capturing, or a capture found nothing.
    pub(super) taken: Option<Vec<Taken<'a>>>,
}

impl<'a> Judge<'a> {
    /// Judges an answer.
    pub(super) fn judge(&self, answer: &Answer) -> Judgement<'a> {
        if let Some(again) =
            retry::of_answer(&self.ground.step.call.retry_on, answer, self.now).filter(|_| self.may_retry)
        {
            return Judgement { validated: Validated::default(), meaning: Meaning::Again(again) };
        }
        let validated = self.validate(answer);
        let meaning = match validated.error.clone() {
            Some(error) => Meaning::Error(error),
            None => self.meaning(answer, &validated.failures),
        };
        Judgement { validated, meaning }
    }

    /// What the contract says of an answer.
    pub(super) fn validate(&self, answer: &Answer) -> Validated {
        validate::response(&self.ground, self.built, answer)
    }

    fn meaning(&self, answer: &Answer, broken: &[Failure]) -> Meaning<'a> {
        let step = self.ground.step;
        let Some(poll) = &step.call.poll else { return self.last(answer, broken) };
        match condition::read(step, poll, answer, &self.ground.context) {
            Err(error) => Meaning::Error(self.ground.expectation_error(error)),
            Ok((Reading::Done, _)) => self.last(answer, broken),
            Ok((Reading::NotYet(waiting_for), seen)) => {
                Meaning::NotYet { waiting_for, looked_at: condition::looked_at(poll, answer), seen }
            }
            Ok((Reading::Hopeless(because, span), seen)) => {
                Meaning::Hopeless { because, span, seen, code: self.code(answer) }
            }
        }
    }

    /// Holds a final answer against what was expected, then takes what is captured.
    fn last(&self, answer: &Answer, broken: &[Failure]) -> Meaning<'a> {
        let Ground { plan, context, step, .. } = self.ground;
        let sources = &*plan.sources;
        let Checked { checks, failures } = match Checker::new(sources, context, answer).all(step) {
            // A promise that was broken for sure outweighs a question that could not be asked.
            Err(_) if !broken.is_empty() => Checked { checks: 0, failures: Vec::new() },
            Err(error) => return Meaning::Error(self.ground.expectation_error(error)),
            Ok(checked) => checked,
        };
        let mut failures = together(failures, broken.to_vec());
        if !(self.goes_on)(&failures) {
            return Meaning::Final(Final { checks, failures, taken: None });
        }
        match capture::all(&mut Checker::new(sources, context, answer), &step.call.capture) {
            Ok(taken) if step.call.expect.that.is_empty() => {
                Meaning::Final(Final { checks, failures, taken: Some(taken) })
            }
            Ok(taken) => match self.conditions(answer, &taken) {
                Ok(checked) => {
                    failures.extend(checked.failures);
                    Meaning::Final(Final { checks: checks + checked.checks, failures, taken: Some(taken) })
                }
                Err(_) if !failures.is_empty() => Meaning::Final(Final { checks, failures, taken: Some(taken) }),
                Err(error) => Meaning::Error(self.ground.expectation_error(error)),
            },
            Err(lost) => {
                failures.extend(lost);
                Meaning::Final(Final { checks, failures, taken: None })
            }
        }
    }

    /// Holds conditions over several values, which see what was captured.
    fn conditions(&self, answer: &Answer, taken: &[Taken<'_>]) -> Result<Checked, RenderError> {
        let Ground { plan, context, step, .. } = self.ground;
        let captured = taken.iter().map(|taken| (taken.capture.name.value.as_str(), &taken.value));
        let scope = context.scope_with(captured);
        let context = context.in_scope(&scope);
        let mut checker = Checker::new(&plan.sources, context, answer);
        for condition in &step.call.expect.that {
            checker.condition(condition)?;
        }
        Ok(checker.checked)
    }

    /// The code that came, where the step promises another.
    fn code(&self, answer: &Answer) -> Vec<Failure> {
        let mut checker = Checker::new(&self.ground.plan.sources, self.ground.context, answer);
        // An error in a template has been met already, or will be when the step is judged.
        let _ = checker.code(self.ground.step);
        checker.checked.failures
    }
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
