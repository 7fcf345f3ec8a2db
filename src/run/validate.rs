//! Each exchange against the contract: a broken promise is a failure, what the contract does not say is graded by the
//! policy. Pure.

use super::answer::Answer;
use super::ground::Ground;
use super::request::Built;
use crate::contract::{
    BodyCame, BodySent, Judged, Operation, Part, Promised, RequestFacts, ResponseFacts, Seen, Touches,
};
use crate::event::{
    Failure, Finding, FindingKind, Grade, Promise, Side, StepError, StepErrorKind, Touch, Validation, Violation,
};
use crate::plan::{Codes, PlannedStep};
use crate::source::Span;
use crate::suite::{Asked, ContractMode, Poll, Target};
use crate::transport::Payload;

/// What validating half an exchange, or all of it, gave.
#[derive(Debug, Default)]
pub(super) struct Validated {
    /// What the exchange is; absent when it belongs to no operation of the contract.
    pub(super) validation: Option<Validation>,
    /// Promises that were not kept.
    pub(super) failures: Vec<Failure>,
    /// How many were checked.
    pub(super) checks: u32,
    /// What it showed of the contract.
    pub(super) touches: Touches,
    /// Why an answer cannot be judged at all.
    pub(super) error: Option<StepError>,
}

impl Validated {
    /// This half of an exchange, and the other one after it.
    pub(super) fn and(mut self, came: Self) -> Self {
        self.checks += came.checks;
        self.failures.extend(came.failures);
        self.error = self.error.or(came.error);
        self.validation = match (self.validation, came.validation) {
            (Some(sent), Some(mut came)) => {
                came.findings.splice(0..0, sent.findings);
                Some(came)
            }
            (sent, came) => came.or(sent),
        };
        self
    }

    /// Adds promises that were broken besides.
    pub(super) fn add(&mut self, failures: Vec<Failure>) {
        self.checks += u32::try_from(failures.len()).unwrap_or(u32::MAX);
        self.failures.extend(failures);
    }
}

/// Validates a request that has not been sent.
pub(super) fn request(ground: &Ground<'_>, built: &Built) -> Result<Validated, StepError> {
    let Some(found) = ContractMatch::of(*ground, built) else { return Ok(Validated::default()) };
    if let Some(fault) = found.codes.contract.faults_of(&found.operation.id).next() {
        // Where the operation is known beforehand, nothing is run.
        let id = &found.operation.id;
        let message = format!("what the contract says of {id} cannot be used: {}", fault.diagnostic.title);
        let place = ground.location(ground.step.call.request.span);
        return Err(StepError { kind: StepErrorKind::Request, message, place });
    }
    let mode = mode(ground)?;
    let facts =
        RequestFacts { path: found.path, query: found.query, headers: &built.request.headers, body: body_sent(built) };
    let mut judged = found.codes.contract.validate_request(found.operation, &facts, found.seen);
    let mut touches = std::mem::take(&mut judged.touches);
    if mode == ContractMode::Keep {
        let mut validated = found.validated(judged);
        if !validated.failures.is_empty() {
            // It is not sent, so nothing else of it is seen.
            touches.retain(|touch| touch == Touch::Violated);
        }
        validated.touches = touches;
        return Ok(validated);
    }
    // What is broken on purpose tells nobody of a promise that was not kept.
    touches.retain(|touch| touch != Touch::Violated);
    let own = |finding| is_own(ground.step, finding);
    let broken = !judged.violations.is_empty() || judged.findings.iter().any(|(finding, _)| own(finding));
    let failures = if broken { Vec::new() } else { vec![kept(ground, found.operation)] };
    let validation = Some(Validation { operation: found.operation.id.clone(), ..Validation::default() });
    Ok(Validated { validation, failures, checks: 1, touches, error: None })
}

/// Whether a step itself does what a finding tells: headers of the environment go with every request.
fn is_own(step: &PlannedStep, finding: &Finding) -> bool {
    let named = |name: &str| step.call.request.headers.iter().any(|(own, _)| own.value.eq_ignore_ascii_case(name));
    finding.kind != FindingKind::UndocumentedHeader || finding.pointer.strip_prefix("header ").is_some_and(named)
}

/// Validates a response.
pub(super) fn response(ground: &Ground<'_>, built: &Built, answer: &Answer) -> Validated {
    let Some(found) = ContractMatch::of(*ground, built) else { return unknown(ground, built) };
    let body = match answer.json() {
        _ if answer.response.body.is_empty() => BodyCame::None,
        Ok(value) => BodyCame::Json(value, &answer.response.body),
        Err(why) => BodyCame::NotJson(&answer.response.body, why),
    };
    let facts = ResponseFacts { status: answer.response.status, headers: &answer.response.headers, body };
    let mut judged = found.codes.contract.validate_response(found.operation, &facts, found.seen);
    let touches = std::mem::take(&mut judged.touches);
    let asked = asked(ground.step);
    let error = gateway(ground, answer, &judged).filter(|_| asked == Asked::No);
    Validated { touches, error, ..found.validated_as(judged, asked) }
}

/// Whether a step asks by name for the status or the media type that comes.
fn asked(step: &PlannedStep) -> Asked {
    let expect = &step.call.expect;
    let media = expect.headers.iter().any(|check| check.name.value.eq_ignore_ascii_case("content-type"));
    let polled = step.call.poll.as_ref().is_some_and(Poll::looks_at_status);
    if expect.status.is_some() || expect.code.is_some() || media || polled { Asked::ByName } else { Asked::No }
}

/// A gateway that spoke in place of the API: 502, 503 or 504, which the operation does not document, and without a code that
/// the contract knows. Whether the API keeps its promises is not known then.
fn gateway(ground: &Ground<'_>, answer: &Answer, judged: &Judged) -> Option<StepError> {
    let status = answer.response.status;
    let is_strange = |finding: &Finding| finding.kind == FindingKind::UndocumentedStatus && finding.found.is_some();
    let strange = judged.findings.iter().any(|(finding, _)| is_strange(finding));
    let codes = ground.step.codes.as_ref();
    let known = codes.zip(judged.code.as_ref()).is_some_and(|(codes, code)| codes.documented(code).is_some());
    (matches!(status, 502..=504) && strange && !known).then(|| StepError {
        kind: StepErrorKind::Gateway,
        message: format!("HTTP {status} came, which the contract does not document: a gateway answered, not the API"),
        place: ground.location(ground.step.call.request.span),
    })
}

/// What a step that passed had promised by name.
pub(super) fn promised(ground: &Ground<'_>, built: &Built, answer: &Answer, validation: &Validation) -> Touches {
    let Some(found) = ContractMatch::of(*ground, built) else { return Touches::default() };
    let expect = &ground.step.call.expect;
    let by_code = expect.code.is_some();
    let by_status = found.operation.discriminator.iter().any(|pointer| found.codes.pointers.contains(pointer));
    let promised = Promised {
        code: validation.code.as_deref().filter(|_| by_code),
        status: (by_code || expect.status.is_some()).then_some(answer.response.status),
        variant: validation.variant.as_deref().filter(|_| by_code || by_status),
        pointers: &found.codes.pointers,
        body: answer.json().ok(),
    };
    found.codes.contract.promised(found.operation, &promised, found.seen)
}

/// Says of an exchange that it belongs to no documented operation, so that nobody takes it for one that was validated.
fn unknown(ground: &Ground<'_>, built: &Built) -> Validated {
    let Some(codes) = &ground.step.codes else { return Validated::default() };
    let (operation, what) = match (&built.below, &ground.step.call.request.target) {
        (Some(below), target) => {
            let sent = format!("{} {}", built.request.method, below.split('?').next().unwrap_or_default());
            let what = format!("the contract {} documents no operation for {sent}", codes.contract.name);
            // As the suite writes it: what placeholders stand for is another thing in every run.
            let operation = match target {
                Target::Path { path, .. } => {
                    let outline = path.outline();
                    format!("{} {}", built.request.method, outline.split(['?', '#']).next().unwrap_or_default())
                }
                Target::Operation { .. } => sent,
            };
            (operation, what)
        }
        // Its host may be one of each run, so it is no part of what the finding is known by.
        (None, _) => {
            let what = format!(
                "{} {} went to another server than the base URL's, so the contract {} was not asked",
                built.request.method, built.request.url, codes.contract.name
            );
            (format!("{} elsewhere", built.request.method), what)
        }
    };
    let kind = FindingKind::UndocumentedOperation;
    let finding = Finding {
        id: format!("{}:{operation}", kind.name()),
        kind,
        grade: Grade::Warn,
        what,
        side: Side::Request,
        pointer: String::new(),
        variant: None,
        found: None,
        near: None,
        section: None,
        ambiguity: None,
        operation,
    };
    let Some(grade) = ground.contracts.policy.grade(&finding) else { return Validated::default() };
    let finding = Finding { grade, ..finding };
    let mut failures = Vec::new();
    if grade == Grade::Error {
        let place = ground.location(ground.step.call.request.span);
        failures.push(Failure { place, promise: Promise::Finding(Box::new(finding.clone())) });
    }
    let operation = finding.operation.clone();
    let validation = Some(Validation { operation, findings: vec![finding], ..Validation::default() });
    Validated { validation, failures, ..Validated::default() }
}

/// An exchange and the operation of the contract that it belongs to.
struct ContractMatch<'a> {
    ground: Ground<'a>,
    codes: &'a Codes,
    operation: &'a Operation,
    seen: &'a Seen,
    path: &'a str,
    query: &'a str,
}

impl<'a> ContractMatch<'a> {
    /// `None` for a request that goes elsewhere, or to no operation that is documented.
    fn of(ground: Ground<'a>, built: &'a Built) -> Option<Self> {
        let codes = ground.step.codes.as_ref()?;
        let below = built.below.as_deref()?;
        let (path, query) = below.split_once('?').unwrap_or((below, ""));
        let operation = match (codes.operation, &ground.step.call.request.target) {
            (Some(index), _) => codes.contract.operations.get(index)?,
            (None, Target::Path { method, .. }) => codes.contract.operation_at(method, below)?,
            (None, Target::Operation { .. }) => return None,
        };
        let seen = ground.contracts.seen.get(codes.number)?;
        Some(Self { ground, codes, operation, seen, path, query })
    }

    fn validated(&self, judged: Judged) -> Validated {
        self.validated_as(judged, Asked::ByName)
    }

    /// `asked` is whether the step asked by name for the status or media type that came.
    fn validated_as(&self, judged: Judged, asked: Asked) -> Validated {
        let failure = |promise, span: Span| Failure { place: self.ground.location(span), promise };
        let broken = judged.violations.into_iter();
        let mut failures: Vec<Failure> =
            broken.map(|(violation, span)| failure(Promise::Contract(Box::new(violation)), span)).collect();
        let mut findings = Vec::new();
        for (finding, span) in judged.findings {
            let Some(grade) = self.ground.contracts.policy.grade_of(&finding, asked) else { continue };
            let finding = Finding { grade, ..finding };
            if grade == Grade::Error {
                failures.push(failure(Promise::Finding(Box::new(finding.clone())), span));
            }
            findings.push(finding);
        }
        let operation = self.operation.id.clone();
        let validation = Some(Validation { operation, variant: judged.variant, code: judged.code, findings });
        Validated { validation, failures, checks: judged.checks, ..Validated::default() }
    }
}

/// What the step says of its request.
fn mode(ground: &Ground<'_>) -> Result<ContractMode, StepError> {
    let Some(said) = &ground.step.call.contract_mode else { return Ok(ContractMode::Keep) };
    let error = |message, span| StepError { kind: StepErrorKind::Request, message, place: ground.location(span) };
    let word = said.value.render_text(&ground.context).map_err(|why| error(why.message, why.span))?;
    let unknown = || error(format!("`contract` gives `{word}`, not keep or violate"), said.span);
    ContractMode::named(&word).ok_or_else(unknown)
}

/// The failure of a step that says its request breaks the contract, when it does not.
fn kept(ground: &Ground<'_>, operation: &Operation) -> Failure {
    let step = ground.step;
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
    Failure { place: ground.location(span), promise: Promise::Contract(Box::new(violation)) }
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
