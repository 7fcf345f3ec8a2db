//! Who looks at exchanges once they are judged: a monitor of promises over more than one exchange, and a shadow that asks
//! what another answer would have come to.

use crate::contract::Operation;
use crate::event::{Failure, Finding, Group, StepError, Timestamp, TouchedThing, Validation};
use crate::plan::{Codes, Plan, PlannedStep};
use crate::transport::{Request, Response};
use serde_json::Value;
use std::sync::Arc;

/// Who looks at judged exchanges; nobody by default.
#[derive(Clone, Default)]
pub struct Watchers {
    /// Holds promises over more than one exchange; what it says is broken fails the step.
    pub monitor: Option<Arc<dyn Monitor>>,
    /// Is shown every answer, and may ask what another one would have come to.
    pub shadow: Option<Arc<dyn Shadow>>,
}

/// An exchange of a step, once its answer is judged.
#[derive(Clone, Copy)]
pub struct Watched<'a> {
    /// The plan the step is part of.
    pub plan: &'a Plan,
    /// The case, counted through all rounds.
    pub case: usize,
    /// The step.
    pub step: &'a PlannedStep,
    /// The attempt, from 1.
    pub attempt: u32,
    /// When sending began.
    pub started: Timestamp,
    /// When the last byte of the answer was there, or it was given up.
    pub ended: Timestamp,
    /// What was sent.
    pub request: &'a Request,
    /// What was sent as a JSON body or in an URL-encoded form, where it is one.
    pub sent: Option<&'a Value>,
    /// What came; absent when nothing complete did.
    pub response: Option<&'a Response>,
    /// The body that came, where it is JSON.
    pub received: Option<&'a Value>,
    /// The contract, as far as it concerns the step; absent where its suite names none.
    pub codes: Option<&'a Codes>,
    /// The operation of the contract; absent where the exchange belongs to none.
    pub operation: Option<&'a Operation>,
    /// What the exchange is, as the contract knows it.
    pub validation: Option<&'a Validation>,
}

/// What a monitor says of an exchange, or of the end of a case.
#[derive(Debug, Clone, Default)]
pub struct RulesSaid {
    /// Broken promises, failures of the step.
    pub failures: Vec<Failure>,
    /// Broken promises that are findings, failures or not.
    pub findings: Vec<Finding>,
    /// Promises that were kept for the first time, each with the contract's name.
    pub kept: Vec<(String, TouchedThing)>,
}

/// Holds promises over more than one exchange.
pub trait Monitor: Send + Sync {
    /// Takes note of an exchange. Answers with what it breaks: failures of its step, waivable like any other. They end a
    /// poll as a broken contract does.
    fn exchange(&self, exchange: &Watched<'_>) -> RulesSaid;

    /// What [`Monitor::exchange`] would say, without taking note.
    fn would_say(&self, exchange: &Watched<'_>) -> Vec<Failure>;

    /// The steps of a case are over: what was due and did not come. Failures of the case's last step that was run.
    fn case_over(&self, case: usize, at: Timestamp) -> RulesSaid;

    /// What there is to keep of a contract, by its name.
    fn documented(&self, _contract: &str) -> Option<Group> {
        None
    }
}

/// Is shown every answer once it is judged.
pub trait Shadow: Send + Sync {
    /// `judge` says what another answer in the place of this one would have come to; asking leaves no trace in the run.
    fn answered(&self, exchange: &Watched<'_>, came: &Opinion, judge: &dyn Fn(Response) -> Opinion);
}

/// What an answer came to, or would have come to.
#[derive(Debug, Clone, PartialEq)]
pub struct Opinion {
    /// Broken promises: of the contract, of the suite, of rules, of a snapshot; [`Failure::promise`] tells which.
    pub failures: Vec<Failure>,
    /// What the step does after it.
    pub then: Then,
}

/// What a step does after an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum Then {
    /// It ends: the answer is the final one.
    Ends,
    /// Its poll asks again.
    AsksAgain,
    /// It sends its request again, for what `retry_on` names.
    SendsAgain,
    /// It ends: what the suite asks of the answer could not be worked out.
    Error(Box<StepError>),
}
