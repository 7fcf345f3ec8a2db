//! What can be said of requests and paths against the contract before anything is sent: what is wrong with a step that does
//! not hang on any answer.

use super::{Codes, Plan, PlannedStep};
use crate::contract::{BodySent, Operation, RequestFacts, Seen, Shape};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::expr::{Matcher, Selector};
use crate::source::{Sources, Span};
use crate::suite::{Body, CaptureFrom, Condition, ContractMode, Target};
use crate::text;
use http::header::{CONTENT_TYPE, HeaderValue};
use http::{HeaderMap, HeaderName};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};

/// What was found: what cannot be right, and what is probably not meant.
#[derive(Debug, Default)]
pub struct Foreseen {
    /// What cannot be right.
    pub problems: Vec<Diagnostic>,
    /// What is probably not meant.
    pub warnings: Vec<Diagnostic>,
}

/// Looks at every step of a plan that keeps its contract.
#[must_use]
pub fn foresee(plan: &Plan) -> Foreseen {
    let mut found = Foreseen::default();
    let mut seen: BTreeMap<usize, Seen> = BTreeMap::new();
    let mut looked_at = HashSet::new();
    for case in &plan.cases {
        for planned in case.body.iter().chain(case.cleanup.iter()) {
            planned.each_step(&mut |step| {
                // Cases of one table share their steps, and cases that use a flow share the flow's.
                if looked_at.insert((step.span.file, step.span.start, step.used.first().map(|span| span.start))) {
                    let mut looking = Looking { plan, sources: &plan.sources, found: &mut found, step };
                    looking.braces();
                    let Some(codes) = step.codes.as_ref() else { return };
                    let Some(operation) = codes.operation.and_then(|number| codes.contract.operations.get(number))
                    else {
                        return;
                    };
                    let seen = seen.entry(codes.number).or_insert_with(|| Seen::new(&codes.contract));
                    looking.query_names(operation);
                    if keeps(step) {
                        looking.request(codes, operation, seen);
                    }
                    looking.paths(codes, operation);
                }
            });
        }
    }
    found
}

/// Whether a step means to keep its contract, as far as that is known.
fn keeps(step: &PlannedStep) -> bool {
    let word = step.call.contract_mode.as_ref().map(|mode| mode.value.as_fixed().and_then(Value::as_str));
    match word {
        None => true,
        Some(word) => word.and_then(ContractMode::named) == Some(ContractMode::Keep),
    }
}

struct Looking<'a> {
    plan: &'a Plan,
    sources: &'a Sources,
    found: &'a mut Foreseen,
    step: &'a PlannedStep,
}

impl Looking<'_> {
    /// A path with braces that nothing fills.
    fn braces(&mut self) {
        let Target::Path { path, .. } = &self.step.call.request.target else { return };
        let Some(text) = path.as_fixed().and_then(Value::as_str) else { return };
        let Some((_, rest)) = text.split_once('{') else { return };
        let Some((name, _)) = rest.split_once('}').filter(|_| keeps(self.step)) else { return };
        let problem =
            Diagnostic::new(Code::UnknownInContract, format!("`{{{name}}}` in the path is sent as it is written"))
                .at(self.sources.place(self.step.call.request.span), "")
                .next(format!(
                    "write {{{{ {name} }}}} for the value of a name, or `operation` with `params: {{ {name}: ... }}`"
                ));
        match &self.step.codes {
            Some(_) => self.found.problems.push(problem),
            None => self.found.warnings.push(problem),
        }
    }

    /// What is constant of a request.
    fn request(&mut self, codes: &Codes, operation: &Operation, seen: &Seen) {
        let request = &self.step.call.request;
        let fixed = match &request.body {
            Body::None => None,
            Body::Json(template) => match template.as_fixed() {
                Some(value) => Some(value),
                None => return,
            },
            _ => return,
        };
        let mut headers = HeaderMap::new();
        if fixed.is_some() {
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        }
        for (name, value) in &request.headers {
            let value = value.as_ref().and_then(|value| value.as_fixed()?.as_str());
            let pair = HeaderName::from_bytes(name.value.as_bytes()).ok().zip(value);
            if let Some((name, Ok(value))) = pair.map(|(name, value)| (name, HeaderValue::from_str(value))) {
                headers.insert(name, value);
            }
        }
        let facts = RequestFacts {
            path: &operation.path,
            query: "",
            headers: &headers,
            body: fixed.map_or(BodySent::None, BodySent::Value),
        };
        let judged = codes.contract.validate_request(operation, &facts, seen);
        for (violation, place) in judged.violations {
            // The path, the query and the environment's headers are not constant.
            let of_body =
                violation.pointer.is_empty() || violation.pointer.starts_with('/') || violation.rule == "body";
            if !of_body {
                continue;
            }
            let at =
                if violation.pointer.is_empty() { "the body".to_owned() } else { format!("`{}`", violation.pointer) };
            let title = format!("{at} breaks the contract: {} {}", operation.id, violation.rule);
            let problem = Diagnostic::new(Code::UnknownInContract, title)
                .at(self.sources.place(request.span), "this request is the same in every run")
                .at(self.sources.place(place), "promised here")
                .note(NoteKind::Promised, violation.promised.clone());
            let problem = match &violation.found {
                Some(found) => problem.note(NoteKind::Came, found.clone()),
                None => problem,
            };
            let near = violation.near.as_ref().map(|near| format!("did you mean `{near}`?"));
            let next =
                near.unwrap_or_else(|| "write `contract: violate` where the request means to break it".to_owned());
            self.found.problems.push(problem.next(next));
        }
        for (finding, place) in judged.findings.into_iter().filter(|(finding, _)| finding.pointer.starts_with('/')) {
            let problem = Diagnostic::new(Code::UnknownInContract, format!("{}: {}", operation.id, finding.what))
                .at(self.sources.place(request.span), "sent here")
                .at(self.sources.place(place), "documented here");
            let next = finding.near.as_ref().map(|near| format!("did you mean `{near}`?"));
            self.found.warnings.push(problem.maybe_next(next));
        }
    }

    /// Query parameters that are not documented.
    fn query_names(&mut self, operation: &Operation) {
        let known: Vec<&str> = operation.parameters.iter().map(|parameter| parameter.name.as_str()).collect();
        // Free-form objects and deep ones have names of their own.
        let told =
            |name: &str| known.contains(&name) || known.iter().any(|known| name.starts_with(&format!("{known}[")));
        for (name, _) in &self.step.call.request.query {
            if told(&name.value) {
                continue;
            }
            let title = format!("{} documents no query parameter `{}`", operation.id, name.value);
            let problem = Diagnostic::new(Code::UnknownInContract, title)
                .at(self.sources.place(name.span), "sent here")
                .at(self.sources.place(operation.span), "documented here");
            self.found.warnings.push(problem.maybe_next(text::did_you_mean(&name.value, known.iter().copied())));
        }
    }

    /// Paths into the answer that no documented answer has.
    fn paths(&mut self, codes: &Codes, operation: &Operation) {
        let call = &self.step.call;
        // What is asked for by name may be an answer that the contract does not say all of.
        let by_name = call.expect.status.is_some() || call.expect.code.is_some();
        let strict = keeps(self.step) && !by_name;
        let shapes: Vec<&Shape> = operation
            .variants
            .iter()
            .chain(&codes.contract.variants)
            .map(|variant| variant.schema.shape())
            .chain(
                operation
                    .responses
                    .iter()
                    .flat_map(|response| &response.media)
                    .filter_map(|media| Some(media.schema.as_ref()?.shape())),
            )
            .collect();
        if shapes.is_empty() {
            return;
        }
        let mut asked: Vec<(&Selector, Span, bool)> = Vec::new();
        asked.extend(
            call.expect.body.iter().map(|check| (&check.selector, check.span, !allows_nothing(&check.matcher))),
        );
        for condition in call.poll.iter().flat_map(|poll| &poll.until) {
            if let Condition::Body(check) = condition {
                asked.push((&check.selector, check.span, !allows_nothing(&check.matcher)));
            }
        }
        for capture in &call.capture {
            if let CaptureFrom::Body(selector) = &capture.from {
                asked.push((selector, capture.span, true));
            }
        }
        for (selector, span, needed) in asked {
            let Some(pointer) = selector.pointer() else { continue };
            let answers: Vec<Answer> = shapes.iter().map(|shape| look(shape, &pointer)).collect();
            if answers.iter().any(|answer| matches!(answer, Answer::There | Answer::Perhaps)) {
                continue;
            }
            let closed = strict && needed && answers.iter().all(|answer| matches!(answer, Answer::Forbidden));
            let title = format!("no documented answer of {} has {}", operation.id, selector.text());
            let fields: Vec<&str> =
                shapes.iter().flat_map(|shape| &shape.fields).map(|field| field.pointer.as_str()).collect();
            let near =
                text::nearest(&pointer, fields.iter().copied()).map(|near| format!("did you mean {}?", as_path(near)));
            let problem = Diagnostic::new(Code::UnknownInContract, title)
                .at(self.sources.place(span), "")
                .at(self.plan.sources.place(operation.span), "documented here")
                .maybe_next(near);
            if closed { self.found.problems.push(problem) } else { self.found.warnings.push(problem) }
        }
    }
}

/// Whether a matcher is content where nothing is there.
fn allows_nothing(matcher: &Matcher) -> bool {
    match matcher {
        Matcher::Absent => true,
        Matcher::AnyOf(any) => any.iter().any(allows_nothing),
        _ => false,
    }
}

/// What a shape says of a pointer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    /// It is documented.
    There,
    /// It may be there: what is around it is open.
    Perhaps,
    /// It is not documented.
    Unknown,
    /// It is not documented, and what is around it is closed.
    Forbidden,
}

fn look(shape: &Shape, pointer: &str) -> Answer {
    let mut at = 0;
    for part in pointer.split('/').skip(1) {
        let Some(node) = shape.nodes.get(at) else { return Answer::Perhaps };
        let name = text::pointer_unescaped(part);
        let next = match part {
            "*" => node.items.or_else(|| (node.members.len() == 1).then(|| node.members[0].1)),
            _ => node.members.iter().find(|(known, _)| *known == name).map(|(_, next)| *next),
        };
        match next {
            Some(next) => at = next,
            None if node.closed => return Answer::Forbidden,
            None if node.open || (part == "*" && !node.members.is_empty()) => return Answer::Perhaps,
            None => return Answer::Unknown,
        }
    }
    Answer::There
}

/// A pointer as a JSONPath.
fn as_path(pointer: &str) -> String {
    pointer.split('/').skip(1).fold("$".to_owned(), |path, part| match part {
        "*" => path + "[*]",
        part => format!("{path}.{}", text::pointer_unescaped(part)),
    })
}
