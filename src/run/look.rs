//! The one place where a judged exchange is shown to those who look on: first to the shadow, then to the monitor of rules.

use super::answer::Answer;
use super::attempt::Sending;
use super::ground::Ground;
use super::judge::{Judge, Judgement, Meaning};
use super::running::Running;
use super::snapshot;
use super::validate::Validated;
use super::watch::{Opinion, RulesSaid, Then, Watched};
use crate::event::{Failure, Promise};
use crate::expr::Context;
use crate::plan::PlannedStep;
use crate::transport::Response;
use std::sync::Arc;

/// An exchange that was judged.
pub(super) struct Looked<'a> {
    pub(super) running: &'a Running<'a>,
    pub(super) step: &'a PlannedStep,
    /// The attempt, from 1.
    pub(super) attempt: u32,
    pub(super) sending: &'a Sending,
    pub(super) validated: &'a Validated,
}

impl Looked<'_> {
    /// What the exchange breaks of promises over more than one exchange. The monitor takes note of it.
    pub(super) fn rules(&self) -> RulesSaid {
        let Some(monitor) = &self.running.runner.watchers.monitor else { return RulesSaid::default() };
        monitor.exchange(&self.watched(self.sending.result.as_ref().ok(), self.validated))
    }

    /// Shows an answer to the shadow, which may ask what another one would have come to. To be done before the monitor
    /// takes note of the exchange.
    pub(super) fn shadow(&self, judge: &Judge<'_>, answer: &Answer) {
        let Some(shadow) = &self.running.runner.watchers.shadow else { return };
        let came = self.opinion(judge, answer);
        let ask = |response: Response| self.opinion(judge, &Answer::new(response));
        shadow.answered(&self.watched(Some(answer), self.validated), &came, &ask);
    }

    /// What an answer comes to, the request's own faults left out. Nothing is told, set or remembered.
    fn opinion(&self, judge: &Judge<'_>, answer: &Answer) -> Opinion {
        let services = Arc::new(self.running.services.fork());
        let context = Context::new(&self.running.scope, self.step.frame, &services);
        let ground = Ground { context, ..judge.ground };
        let Judgement { mut validated, meaning } = Judge { ground, ..*judge }.judge(answer);
        let monitor = self.running.runner.watchers.monitor.as_ref();
        let rules = monitor.map(|monitor| monitor.would_say(&self.watched(Some(answer), &validated)));
        let mut failures = std::mem::take(&mut validated.failures);
        let then = match meaning {
            Meaning::Again(_) => Then::SendsAgain,
            Meaning::NotYet { .. } => Then::AsksAgain,
            Meaning::Error(error) => Then::Error(Box::new(error)),
            Meaning::Hopeless { because, span, code, .. } => {
                let promise = Promise::Hopeless { because, attempts: self.attempt, history: Vec::new() };
                failures.push(Failure { place: self.running.location(span), promise });
                failures.extend(code);
                Then::Ends
            }
            Meaning::Final(last) => {
                failures = last.failures;
                if let Some(taken) = &last.taken {
                    failures.extend(snapshot::difference(self.running, self.step, answer, taken));
                }
                Then::Ends
            }
        };
        failures.extend(rules.into_iter().flatten());
        Opinion { failures, then }
    }

    fn watched<'w>(&'w self, answer: Option<&'w Answer>, validated: &'w Validated) -> Watched<'w> {
        let codes = self.step.codes.as_ref();
        let validation = validated.validation.as_ref();
        let operation = codes.zip(validation).and_then(|(codes, known)| codes.contract.operation(&known.operation));
        Watched {
            plan: &self.running.runner.plan,
            case: self.running.case,
            step: self.step,
            attempt: self.attempt,
            started: self.sending.started,
            ended: self.sending.ended,
            request: &self.sending.built.request,
            sent: self.sending.built.value.as_ref(),
            response: answer.map(|answer| &answer.response),
            received: answer.and_then(|answer| answer.json().ok()),
            codes,
            operation,
            validation,
        }
    }
}
