//! Exchanges that show a break, judged by the validators that judge runs.

use super::collect::{Collect, Half, Where};
use super::{Verdict, Which, Witness};
use crate::contract::{
    BodyCame, BodySent, Contract, Operation, Parameter, ParameterIn, RequestFacts, ResponseFacts, Schema, Seen, Variant,
};
use crate::text::percent_encoded;
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value, json};

/// Values that stand in a path where nothing better is known.
const IN_PATH: [&str; 6] = ["1", "a", "00000000-0000-4000-8000-000000000000", "2026-01-01", "true", "A1"];

/// A request of an operation.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<(String, Value)>,
}

/// A path of an operation with its parameters filled in.
pub(super) fn path_of(operation: &Operation) -> String {
    let mut path = operation.path.clone();
    for parameter in operation.parameters.iter().filter(|parameter| parameter.place == ParameterIn::Path) {
        let fits = |text: &&&str| {
            parameter.schema.as_ref().is_none_or(|schema| {
                let number = serde_json::from_str::<Value>(text).is_ok_and(|value| schema.is_valid(&value));
                number || schema.is_valid(&json!(text))
            })
        };
        let value = IN_PATH.iter().find(fits).unwrap_or(&"1");
        path = path.replace(&format!("{{{}}}", parameter.name), value);
    }
    path
}

/// A value as a parameter writes it.
fn written(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(written).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}

impl Sample {
    /// The least request that an operation of the old contract takes.
    pub(super) fn least(collect: &mut Collect<'_>, operation: &Operation) -> Self {
        let mut sample = Self { path: path_of(operation), ..Self::default() };
        for parameter in operation.parameters.iter().filter(|parameter| parameter.required) {
            if parameter.place != ParameterIn::Path {
                let least =
                    parameter.schema.as_ref().and_then(|schema| collect.least(Half::Request, Which::Old, schema));
                sample.set(parameter, &least.unwrap_or_else(|| json!("a")));
            }
        }
        if let Some(request) = operation.request.as_ref().filter(|request| request.required)
            && let Some(media) = request.media.first()
        {
            let least = media.schema.as_ref().and_then(|schema| collect.least(Half::Request, Which::Old, schema));
            sample.body = Some((media.media_type.clone(), least.unwrap_or(Value::Null)));
        }
        sample
    }

    fn set(&mut self, parameter: &Parameter, value: &Value) {
        let text = written(value);
        match parameter.place {
            ParameterIn::Path => {}
            ParameterIn::Query => match value {
                Value::Array(items) if parameter.explode => {
                    self.query.extend(items.iter().map(|item| (parameter.name.clone(), written(item))));
                }
                Value::Object(members) if parameter.explode => {
                    self.query.extend(members.iter().map(|(name, value)| (name.clone(), written(value))));
                }
                _ => self.query.push((parameter.name.clone(), text)),
            },
            ParameterIn::Header => self.headers.push((parameter.name.clone(), text)),
            ParameterIn::Cookie => self.headers.push(("cookie".into(), format!("{}={text}", parameter.name))),
        }
    }

    fn set_in_path(&mut self, operation: &Operation, parameter: &Parameter, value: &Value) {
        let mut path = operation.path.clone();
        path = path.replace(&format!("{{{}}}", parameter.name), &percent_encoded(&written(value)));
        self.path = path_of(&Operation { path, ..operation.clone() });
    }

    fn query(&self) -> String {
        let pair = |(name, value): &(String, String)| format!("{}={}", percent_encoded(name), percent_encoded(value));
        self.query.iter().map(pair).collect::<Vec<_>>().join("&")
    }

    /// As a person reads it.
    pub(super) fn shown(&self, operation: &Operation) -> Value {
        let query = self.query();
        let question = if query.is_empty() { "" } else { "?" };
        let mut members = Map::new();
        members.insert("request".into(), format!("{} {}{question}{query}", operation.method, self.path).into());
        if !self.headers.is_empty() {
            let headers = self.headers.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str())));
            members.insert("headers".into(), Value::Object(headers.collect()));
        }
        if let Some((_, body)) = &self.body {
            members.insert("body".into(), body.clone());
        }
        Value::Object(members)
    }

    /// What a contract says is wrong with it, the first of it.
    fn refused(&self, contract: &Contract, operation: &Operation, seen: &Seen) -> Option<String> {
        let mut headers = HeaderMap::new();
        let media = self.body.iter().map(|(media, _)| ("content-type", media.as_str()));
        let own = self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()));
        for (name, value) in own.chain(media) {
            if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(value)) {
                headers.append(name, value);
            }
        }
        let query = self.query();
        let body = match &self.body {
            Some((media, value)) if media.ends_with("json") || value.is_object() => BodySent::Value(value),
            Some((_, Value::String(text))) => BodySent::Bytes(text.as_bytes()),
            Some(_) => BodySent::Bytes(b"a"),
            None => BodySent::None,
        };
        let facts = RequestFacts { path: &self.path, query: &query, headers: &headers, body };
        let judged = contract.validate_request(operation, &facts, seen);
        let (violation, _) = judged.violations.first()?;
        Some(told(&violation.pointer, &violation.promised, violation.found.as_deref()))
    }
}

fn told(pointer: &str, promised: &str, found: Option<&str>) -> String {
    let place = if pointer.is_empty() { String::new() } else { format!("{pointer}: ") };
    match found {
        Some(found) => format!("{place}promised {promised}, came {found}"),
        None => format!("{place}promised {promised}, and nothing is there"),
    }
}

/// What the new contract says of a request that the old one takes; nothing where it takes it too, or the old one does not.
pub(super) fn refused_request(
    collect: &Collect<'_>,
    old: &Operation,
    new: &Operation,
    sample: &Sample,
) -> Option<String> {
    let mut moved = sample.clone();
    // A path that moved is another change.
    if old.path != new.path {
        moved.path = path_of(new);
    }
    match sample.refused(collect.old.contract, old, collect.seen(Which::Old)) {
        None => moved.refused(collect.new.contract, new, collect.seen(Which::New)),
        Some(_) => None,
    }
}

/// A witness, once both validators have said what they think of it.
pub(super) fn confirmed(
    collect: &Collect<'_>,
    at: &Where<'_>,
    witness: Witness,
    pointer: &str,
    (left, right): (&Schema, &Schema),
) -> (Verdict, Option<Witness>, Option<String>) {
    let mut wrong = right.errors(&witness.value);
    // A value may be wrong in several places; the one that is spoken of comes first.
    wrong.sort_by_key(|error| crate::event::general(&error.pointer) != pointer);
    if !left.is_valid(&witness.value) || right.is_valid(&witness.value) {
        let note = "a counterexample was found that the validators do not confirm; taken as breaking".to_owned();
        return (Verdict::Unsure, None, Some(note));
    }
    let parameter = at.operation.parameters.iter().find(|known| super::request::place(known) == at.before);
    if let (Half::Request, Some(parameter)) = (at.half, parameter) {
        return parameter_confirmed(collect, at.operation, parameter, witness, &wrong);
    }
    let refused = wrong.first().map(|error| told(&error.pointer, &error.promised, error.found.as_deref()));
    (Verdict::Breaking, Some(Witness { refused: refused.unwrap_or_else(|| "not valid".to_owned()), ..witness }), None)
}

/// A parameter's value is text on its way: what a schema tells apart, a query may not.
fn parameter_confirmed(
    collect: &Collect<'_>,
    old: &Operation,
    parameter: &Parameter,
    witness: Witness,
    wrong: &[crate::contract::SchemaError],
) -> (Verdict, Option<Witness>, Option<String>) {
    let new = collect
        .new
        .contract
        .operations
        .iter()
        .find(|other| other.id == old.id || (other.method == old.method && other.path == old.path));
    let Some(new) = new else { return (Verdict::Breaking, Some(witness), None) };
    let mut sample = Sample { path: path_of(old), ..Sample::default() };
    match parameter.place {
        ParameterIn::Path => sample.set_in_path(old, parameter, &witness.value),
        _ => sample.set(parameter, &witness.value),
    }
    let of = |contract: &Contract, operation: &Operation, seen: &Seen| {
        // Other parameters and the body are left out on purpose: only this one is asked about.
        let alone: Vec<Parameter> = operation
            .parameters
            .iter()
            .filter(|known| {
                known.place == ParameterIn::Path || (known.name == parameter.name && known.place == parameter.place)
            })
            .cloned()
            .collect();
        let operation = Operation { parameters: alone, request: None, ..operation.clone() };
        sample.refused(contract, &operation, seen)
    };
    let before = of(collect.old.contract, old, collect.seen(Which::Old));
    let after =
        of(collect.new.contract, &Operation { path: old.path.clone(), ..new.clone() }, collect.seen(Which::New));
    match (before, after) {
        (None, Some(refused)) => {
            let value = match sample.query().as_str() {
                "" => Value::String(written(&witness.value)),
                query => Value::String(format!("?{query}")),
            };
            (Verdict::Breaking, Some(Witness { value, refused, ..witness }), None)
        }
        (None, None) => {
            let note =
                format!("as text both contracts take `{}`, so nothing breaks on the way", written(&witness.value));
            (Verdict::Compatible, None, Some(note))
        }
        (Some(_), _) => {
            let refused = wrong.first().map(|error| told(&error.pointer, &error.promised, error.found.as_deref()));
            (Verdict::Breaking, Some(Witness { refused: refused.unwrap_or_default(), ..witness }), None)
        }
    }
}

/// What the old contract says of an answer of a status with nothing else wrong.
pub(super) fn status_refused(collect: &Collect<'_>, old: &Operation, new: &Operation, status: u16) -> Option<String> {
    let headers = HeaderMap::new();
    let answer = || ResponseFacts { status, headers: &headers, body: BodyCame::None };
    let before = collect.old.contract.validate_response(old, &answer(), collect.seen(Which::Old));
    let after = collect.new.contract.validate_response(new, &answer(), collect.seen(Which::New));
    let says = |judged: &crate::contract::Judged| {
        judged.findings.iter().find(|(finding, _)| finding.pointer == "status").map(|(finding, _)| finding.what.clone())
    };
    says(&before).filter(|_| says(&after).is_none())
}

/// An answer of a new variant, with what the old contract says of it; nothing where it takes it.
pub(super) fn variant_refused(collect: &mut Collect<'_>, old: &Operation, variant: &Variant) -> Option<Witness> {
    let schema = &variant.schema;
    let body = collect.least(Half::Response, Which::New, schema)?;
    let status = variant.statuses.iter().find_map(|range| match range {
        crate::contract::StatusRange::Exactly(status) => Some(*status),
        crate::contract::StatusRange::Class(_) => None,
    });
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/json"));
    let known = collect.old.contract.operations.iter().find(|known| known.id == old.id || old.id == "*")?;
    let facts = ResponseFacts { status: status.unwrap_or(200), headers: &headers, body: BodyCame::Value(&body) };
    let judged = collect.old.contract.validate_response(known, &facts, collect.seen(Which::Old));
    let violated = judged
        .violations
        .first()
        .map(|(violation, _)| told(&violation.pointer, &violation.promised, violation.found.as_deref()));
    let undocumented = judged.findings.first().map(|(finding, _)| finding.what.clone());
    let refused = violated.or(undocumented)?;
    Some(Witness { what: "response body".into(), value: body, right_by: Which::New, refused })
}

/// An answer with a code that only one of the contracts documents, with what the other says of the code.
pub(super) fn code_refused(collect: &Collect<'_>, operation: Option<&str>, code: &str, gone: bool) -> Option<Witness> {
    let pair = collect.paired.iter().find(|(old, new)| new.is_some() && operation.is_none_or(|id| old.id == id))?;
    let (old, new) = (pair.0, pair.1?);
    let member = old.code_members.first()?;
    let mut body = Map::new();
    body.insert(member.clone(), code.into());
    let body = Value::Object(body);
    let says = |contract: &Contract, operation: &Operation, seen: &Seen| {
        let status = contract.codes.get(code).and_then(|known| known.statuses.first().copied());
        let status = match status {
            Some(crate::contract::StatusRange::Exactly(status)) => status,
            _ => 200,
        };
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/json"));
        let facts = ResponseFacts { status, headers: &headers, body: BodyCame::Value(&body) };
        let judged = contract.validate_response(operation, &facts, seen);
        // Only what is said of the code counts: the rest of the body is not there.
        let finding = judged.findings.iter().find(|(finding, _)| finding.pointer == format!("/{member}"));
        finding.map(|(finding, _)| finding.what.clone())
    };
    let before = says(collect.old.contract, old, collect.seen(Which::Old));
    let after = says(collect.new.contract, new, collect.seen(Which::New));
    let (right_by, refused) = match (gone, before, after) {
        (true, None, Some(refused)) => (Which::Old, refused),
        (false, Some(refused), None) => (Which::New, refused),
        _ => return None,
    };
    Some(Witness { what: "response with".into(), value: body, right_by, refused })
}
