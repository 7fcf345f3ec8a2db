//! Each exchange against the contract: a broken promise is a failure, what the contract does not say is graded by the
//! policy.

use super::answer::Answer;
use super::case::Running;
use super::request::Built;
use crate::contract::{BodyCame, BodySent, Judged, Operation, Part, Promised, RequestFacts, ResponseFacts, Seen};
use crate::event::{
    EventKind, Failure, Finding, FindingKind, Grade, Held, Promise, Side, StepError, Touch, Touched, TouchedThing,
    Violation,
};
use crate::expr::RenderError;
use crate::plan::{Codes, Plan, PlannedStep};
use crate::source::Span;
use crate::suite::{ContractMode, Policy, Target};
use crate::transport::Payload;
use serde_json::Value;

/// How exchanges are held against the contracts of a run, and what the run has shown of them so far.
#[derive(Debug)]
pub struct Contracts {
    policy: Policy,
    /// One for each contract of the plan.
    seen: Vec<Seen>,
}

impl Contracts {
    /// For the contracts of a plan; findings are graded by the policy.
    #[must_use]
    pub fn new(plan: &Plan, policy: Policy) -> Self {
        Self { policy, seen: plan.contracts.iter().map(|contract| Seen::new(contract)).collect() }
    }
}

/// What holding half an exchange, or all of it, gave.
#[derive(Debug, Default)]
pub(super) struct Verdict {
    /// What the exchange is; absent when it belongs to no operation of the contract.
    pub(super) held: Option<Held>,
    /// Promises that were not kept.
    pub(super) failures: Vec<Failure>,
    /// How many were checked.
    pub(super) checks: u32,
}

/// Says of every contract what it documents.
pub(super) fn tell_contracts(running: &super::Runner) {
    for contract in &running.plan.contracts {
        running.emit(EventKind::ContractRead(Box::new(contract.inventory())));
    }
}

/// Holds a request that has not been sent.
pub(super) fn request(running: &Running<'_>, step: &PlannedStep, built: &Built) -> Result<Verdict, StepError> {
    let Some(bond) = ContractMatch::of(running, step, built) else { return Ok(Verdict::default()) };
    let holding = holding(running, step)?;
    let facts =
        RequestFacts { path: bond.path, query: bond.query, headers: &built.request.headers, body: body_sent(built) };
    let mut judged = bond.codes.contract.validate_request(bond.operation, &facts, bond.seen);
    let mut touched = std::mem::take(&mut judged.touched);
    if holding == ContractMode::Keep {
        let verdict = bond.verdict(judged);
        if !verdict.failures.is_empty() {
            // It is not sent, so nothing else of it is seen.
            touched.retain(|thing| thing.touch == Touch::Violated);
        }
        bond.touched(step, touched);
        return Ok(verdict);
    }
    // What is broken on purpose tells nobody of a promise that was not kept.
    touched.retain(|thing| thing.touch != Touch::Violated);
    bond.touched(step, touched);
    let broken = !judged.violations.is_empty() || judged.findings.iter().any(|(finding, _)| is_own(step, finding));
    let failures = if broken { Vec::new() } else { vec![kept(running, step, bond.operation)] };
    let held = Some(Held { operation: bond.operation.id.clone(), ..Held::default() });
    Ok(Verdict { held, failures, checks: 1 })
}

/// Whether a step itself does what a finding tells: headers of the environment go with every request.
fn is_own(step: &PlannedStep, finding: &Finding) -> bool {
    let named = |name: &str| step.call.request.headers.iter().any(|(own, _)| own.value.eq_ignore_ascii_case(name));
    finding.kind != FindingKind::UndocumentedHeader || finding.pointer.strip_prefix("header ").is_some_and(named)
}

/// Holds a response; `verdict` is what holding its request gave.
pub(super) fn response(
    running: &Running<'_>,
    step: &PlannedStep,
    built: &Built,
    answer: &Answer<'_>,
    mut verdict: Verdict,
) -> Verdict {
    let Some(bond) = ContractMatch::of(running, step, built) else { return unknown(running, step, built, verdict) };
    let body = match answer.json() {
        _ if answer.response.body.is_empty() => BodyCame::None,
        Ok(value) => BodyCame::Value(value),
        Err(why) => BodyCame::NotJson(&answer.response.body, why),
    };
    let facts = ResponseFacts { status: answer.response.status, headers: &answer.response.headers, body };
    let mut judged = bond.codes.contract.validate_response(bond.operation, &facts, bond.seen);
    bond.touched(step, std::mem::take(&mut judged.touched));
    let came = bond.verdict(judged);
    verdict.checks += came.checks;
    verdict.failures.extend(came.failures);
    verdict.held = match (verdict.held, came.held) {
        (Some(sent), Some(mut came)) => {
            came.findings.splice(0..0, sent.findings);
            Some(came)
        }
        (sent, came) => came.or(sent),
    };
    verdict
}

/// Says what a step that passed had promised by name.
pub(super) fn promised(running: &Running<'_>, step: &PlannedStep, built: &Built, answer: &Answer<'_>, held: &Held) {
    let Some(bond) = ContractMatch::of(running, step, built) else { return };
    let expect = &step.call.expect;
    let by_code = expect.code.is_some();
    let by_status = bond.operation.discriminator.iter().any(|pointer| bond.codes.pointers.contains(pointer));
    let promised = Promised {
        code: held.code.as_deref().filter(|_| by_code),
        status: (by_code || expect.status.is_some()).then_some(answer.response.status),
        variant: held.variant.as_deref().filter(|_| by_code || by_status),
        pointers: &bond.codes.pointers,
        body: answer.json().ok(),
    };
    let things = bond.codes.contract.promised(bond.operation, &promised, bond.seen);
    bond.touched(step, things);
}

/// Says of an exchange that it belongs to no documented operation, so that nobody takes it for one that was held.
fn unknown(running: &Running<'_>, step: &PlannedStep, built: &Built, mut verdict: Verdict) -> Verdict {
    let below = built.request.url.strip_prefix(running.runner.base_url.as_str());
    let (Some(codes), Some(below)) = (&step.codes, below) else { return verdict };
    let path = below.split(['?', '#']).next().unwrap_or_default();
    let operation = format!("{} {path}", built.request.method);
    let kind = FindingKind::UndocumentedOperation;
    let finding = Finding {
        id: format!("{}:{operation}", kind.name()),
        kind,
        grade: Grade::Warn,
        what: format!("the contract {} documents no operation for {operation}", codes.contract.name),
        side: Side::Request,
        pointer: String::new(),
        variant: None,
        found: None,
        near: None,
        section: None,
        ambiguity: None,
        operation,
    };
    let Some(grade) = running.runner.contracts.policy.grade(&finding) else { return verdict };
    let finding = Finding { grade, ..finding };
    if grade == Grade::Error {
        let place = running.runner.plan.sources.place(step.call.request.span);
        verdict.failures.push(Failure { place, promise: Promise::Finding(Box::new(finding.clone())) });
    }
    verdict.held = Some(Held { operation: finding.operation.clone(), findings: vec![finding], ..Held::default() });
    verdict
}

/// An exchange and the operation of the contract that it belongs to.
struct ContractMatch<'a> {
    running: &'a Running<'a>,
    codes: &'a Codes,
    operation: &'a Operation,
    seen: &'a Seen,
    path: &'a str,
    query: &'a str,
}

impl<'a> ContractMatch<'a> {
    /// `None` for a request that goes elsewhere, or to no operation that is documented.
    fn of(running: &'a Running<'a>, step: &'a PlannedStep, built: &'a Built) -> Option<Self> {
        let codes = step.codes.as_ref()?;
        let below = built.request.url.strip_prefix(running.runner.base_url.as_str())?;
        let below = below.split_once('#').map_or(below, |(before, _)| before);
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let operation = match (codes.operation, &step.call.request.target) {
            (Some(index), _) => codes.contract.operations.get(index)?,
            (None, Target::Path { method, .. }) => codes.contract.operation_at(method, path)?,
            (None, Target::Operation { .. }) => return None,
        };
        let seen = running.runner.contracts.seen.get(codes.number)?;
        Some(Self { running, codes, operation, seen, path, query })
    }

    fn touched(&self, step: &PlannedStep, things: Vec<TouchedThing>) {
        if things.is_empty() {
            return;
        }
        self.running.runner.emit(EventKind::Touched(Box::new(Touched {
            case: self.running.case,
            step: step.number,
            contract: self.codes.contract.name.clone(),
            operation: self.operation.id.clone(),
            things,
        })));
    }

    fn verdict(&self, judged: Judged) -> Verdict {
        let sources = &*self.running.runner.plan.sources;
        let failure = |promise, span: Span| Failure { place: sources.place(span), promise };
        let broken = judged.violations.into_iter();
        let mut failures: Vec<Failure> =
            broken.map(|(violation, span)| failure(Promise::Contract(Box::new(violation)), span)).collect();
        let mut findings = Vec::new();
        for (finding, span) in judged.findings {
            let Some(grade) = self.running.runner.contracts.policy.grade(&finding) else { continue };
            let finding = Finding { grade, ..finding };
            if grade == Grade::Error {
                failures.push(failure(Promise::Finding(Box::new(finding.clone())), span));
            }
            findings.push(finding);
        }
        let operation = self.operation.id.clone();
        let held = Held { operation, variant: judged.variant, code: judged.code, findings };
        Verdict { held: Some(held), failures, checks: judged.checks }
    }
}

/// What the step says of its request.
fn holding(running: &Running<'_>, step: &PlannedStep) -> Result<ContractMode, StepError> {
    let Some(said) = &step.call.contract_mode else { return Ok(ContractMode::Keep) };
    let word = said.value.render_text(&running.context(step.frame));
    let word = word.map_err(|error| running.template_error(error))?;
    ContractMode::named(&word).ok_or_else(|| {
        let message = format!("`contract` gives `{word}`, not keep or violate");
        running.template_error(RenderError { message, span: said.span })
    })
}

/// The failure of a step that says its request breaks the contract, when it does not.
fn kept(running: &Running<'_>, step: &PlannedStep, operation: &Operation) -> Failure {
    let span = step.call.contract_mode.as_ref().map_or(step.span, |holding| holding.span);
    let violation = Violation {
        operation: operation.id.clone(),
        side: Side::Request,
        variant: None,
        pointer: String::new(),
        rule: "violate".to_owned(),
        promised: "a request that breaks the contract".to_owned(),
        found: Some("a request that keeps it".to_owned()),
        near: None,
        section: operation.section.clone(),
        ambiguity: None,
    };
    Failure { place: running.runner.plan.sources.place(span), promise: Promise::Contract(Box::new(violation)) }
}

fn body_sent(built: &Built) -> BodySent<'_> {
    match (&built.value, &built.request.body) {
        (Some(value), _) => BodySent::Value(value),
        (None, Payload::Empty) => BodySent::None,
        (None, Payload::Bytes(bytes)) => BodySent::Bytes(bytes),
        (None, Payload::Multipart(parts)) => BodySent::Multipart(
            parts
                .iter()
                .map(|part| Part {
                    field: &part.field,
                    file_name: part.file_name.as_deref(),
                    media_type: part.media_type.as_deref(),
                    content: &part.content,
                })
                .collect(),
        ),
    }
}

/// A form's fields as the members of an object; several of one name are a list.
pub(super) fn form(fields: &[(String, String)]) -> Value {
    let mut members = serde_json::Map::new();
    for (name, value) in fields {
        let value = Value::from(value.as_str());
        match members.get_mut(name) {
            None => {
                members.insert(name.clone(), value);
            }
            Some(Value::Array(items)) => items.push(value),
            Some(first) => *first = Value::Array(vec![first.take(), value]),
        }
    }
    Value::Object(members)
}
