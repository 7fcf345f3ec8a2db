//! For whom a change breaks something: steps of suites, and the requests that clients were seen to send.
//!
//! Three answers. *Certain*: a step names the very thing, or a request that was sent is refused by the new contract.
//! *Possible*: the operation is called. *No*: it is not. That nobody was seen using something never makes a change safe.

use super::{Change, Document};
use crate::contract::{BodySent, Contract, RequestFacts, Seen};
use crate::plan::{Plan, PlannedStep};
use crate::source::Location;
use http::{HeaderMap, HeaderValue};
use serde_json::Value;
use std::collections::BTreeSet;

/// How sure it is that somebody breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Certainty {
    /// It does.
    Certain,
    /// It may.
    Possible,
    /// It does not call the operation.
    No,
}

impl Certainty {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Certain => "certain",
            Self::Possible => "possible",
            Self::No => "no",
        }
    }
}

/// A step that a change concerns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Concerned {
    /// The suite's file.
    pub suite: String,
    /// The step's name.
    pub step: String,
    /// Where it is written.
    pub place: Location,
    /// How sure it is.
    pub certainty: Certainty,
    /// A line of it and what to write instead, where that is plain.
    pub edit: Option<Edit>,
}

/// A line, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// Where the line is.
    pub file: String,
    /// Its number, from 1.
    pub line: usize,
    /// The line as it is.
    pub old: String,
    /// The line as it should be.
    pub new: String,
}

/// The steps of a plan that a change concerns, each place once, certain ones first.
#[must_use]
pub fn steps(change: &Change, plan: &Plan) -> Vec<Concerned> {
    let mut all: Vec<Concerned> = Vec::new();
    let mut met = BTreeSet::new();
    for case in &plan.cases {
        let suite = &plan.suites[case.suite].file;
        let mut look = |step: &PlannedStep| {
            let Some(certainty) = certainty(change, step, plan) else { return };
            let place = plan.sources.place(step.span);
            if met.insert((place.file.clone(), place.line)) {
                let edit = edit(change, step, plan);
                all.push(Concerned { suite: suite.clone(), step: step.name.clone(), place, certainty, edit });
            }
        };
        case.body.iter().chain(case.cleanup.iter()).for_each(|planned| planned.each_step(&mut look));
    }
    all.sort_by(|a, b| (a.certainty, &a.place.file, a.place.line).cmp(&(b.certainty, &b.place.file, b.place.line)));
    all
}

/// How sure it is that a step breaks; nothing where it does not concern it.
fn certainty(change: &Change, step: &PlannedStep, plan: &Plan) -> Option<Certainty> {
    let own = step.operation.as_deref();
    let text = text_of(step, plan);
    let Some(operation) = change.operation.as_deref() else {
        // What belongs to no operation concerns those who name it: a code, a value of a list, a spelling.
        let word = change.place.rsplit(':').next().unwrap_or_default();
        let spelt = [word, change.before.as_str()].into_iter().any(|word| is_name(word) && names(text, word));
        return (matches!(change.side.as_str(), "code" | "list" | "respelling") && spelt).then_some(Certainty::Certain);
    };
    if own != Some(operation) {
        return None;
    }
    let certain = match change.side.as_str() {
        "operation" => matches!(change.rule.name, "operation-removed" | "path-moved" | "method-changed"),
        "request" => {
            let name = change.place.rsplit(['/', ' ']).next().unwrap_or_default();
            let sends = names(text, name);
            match change.rule.name {
                "required-member-added"
                | "became-required"
                | "required-parameter-added"
                | "parameter-became-required" => !sends,
                _ => !name.is_empty() && sends,
            }
        }
        "response" => {
            let looks = step.codes.as_ref().is_some_and(|codes| {
                codes.pointers.iter().any(|pointer| {
                    let (pointer, place) = (pointer.as_str(), change.place.as_str());
                    !pointer.is_empty()
                        && !place.is_empty()
                        && (pointer.starts_with(place) || place.starts_with(pointer))
                })
            });
            let value = change.before.trim_matches('"');
            looks && (change.rule.name != "values-changed" || names(text, value))
                || code_of(change).is_some_and(|code| names(text, code))
        }
        "code" => names(text, &change.place),
        "poll" => step.call.poll.is_some(),
        _ => false,
    };
    Some(if certain { Certainty::Certain } else { Certainty::Possible })
}

/// The code by which a variant is known, where the change is one of a variant as a whole.
fn code_of(change: &Change) -> Option<&str> {
    let whole = matches!(change.rule.name, "variant-removed" | "variant-rechosen" | "usual-status-changed");
    whole.then(|| change.before.split([',', ' ']).next()).flatten().filter(|code| is_name(code))
}

fn is_name(word: &str) -> bool {
    word.len() > 2 && word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-'))
}

/// The step as it is written.
fn text_of<'p>(step: &PlannedStep, plan: &'p Plan) -> &'p str {
    plan.sources.slice(step.span)
}

/// Whether a text has a word, not as a part of another.
fn names(text: &str, word: &str) -> bool {
    let inside = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    !word.is_empty()
        && text.match_indices(word).any(|(at, _)| {
            let before = text[..at].chars().next_back().is_some_and(inside);
            let after = text[at + word.len()..].chars().next().is_some_and(inside);
            !before && !after
        })
}

/// What to write instead, where one word gave way to another.
fn edit(change: &Change, step: &PlannedStep, plan: &Plan) -> Option<Edit> {
    let (old, new) = match change.rule.name {
        "values-changed" | "operation-renamed" => {
            (change.before.trim_matches('"').to_owned(), change.after.trim_matches('"').to_owned())
        }
        "path-moved" => {
            let path = |says: &str| says.split_once(' ').map(|(_, path)| path.to_owned());
            (path(&change.before)?, path(&change.after)?)
        }
        _ => return None,
    };
    if old.is_empty() || new.is_empty() || old.contains([',', '{']) || new.contains([',', '{']) {
        return None;
    }
    let text = text_of(step, plan);
    let at = text.find(&old).filter(|_| names(text, &old) || old.starts_with('/'))?;
    let place = plan.sources.place(step.span);
    let line = place.line + text[..at].matches('\n').count();
    let start = text[..at].rfind('\n').map_or(0, |at| at + 1);
    let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
    let written = &text[start..end];
    Some(Edit {
        file: place.file,
        line,
        old: written.trim().to_owned(),
        new: written.replace(&old, &new).trim().to_owned(),
    })
}

/// A request that a client was seen to send.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The method.
    pub method: String,
    /// The path with its query, below the base URL.
    pub target: String,
    /// The content type.
    pub content_type: Option<String>,
    /// The body, where it is JSON or a form as an object of its fields.
    pub body: Option<Value>,
}

/// What became of the requests of one client under a new contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replayed {
    /// How many requests were looked at.
    pub requests: usize,
    /// Operations that were called.
    pub operations: BTreeSet<String>,
    /// Requests that the old contract takes and the new one refuses: operation, place, and what is said.
    pub refused: Vec<(String, String, String)>,
}

/// Holds what a client was seen to send against the new contract.
#[must_use]
pub fn replay(requests: &[Request], old: Document<'_>, new: Document<'_>) -> Replayed {
    let mut replayed = Replayed { requests: requests.len(), ..Replayed::default() };
    let seen = (Seen::new(old.contract), Seen::new(new.contract));
    for request in requests {
        let (path, _) = request.target.split_once('?').unwrap_or((&request.target, ""));
        let Some(operation) = old.contract.operation_at(&request.method, path) else { continue };
        replayed.operations.insert(operation.id.clone());
        if !faults(old.contract, &operation.id, request, &seen.0).is_empty() {
            continue;
        }
        let known = match new.contract.operation_at(&request.method, path) {
            Some(known) => known.id.clone(),
            None => {
                let says = "the new contract has no operation there".to_owned();
                replayed.refuse(&operation.id, String::new(), says);
                continue;
            }
        };
        for (place, says) in faults(new.contract, &known, request, &seen.1) {
            replayed.refuse(&operation.id, place, says);
        }
    }
    replayed
}

impl Replayed {
    fn refuse(&mut self, operation: &str, place: String, says: String) {
        let same = |known: &&(String, String, String)| known.0 == operation && known.1 == place;
        if !self.refused.iter().any(|known| same(&known)) {
            self.refused.push((operation.to_owned(), place, says));
        }
    }

    /// How sure it is that a change breaks this client.
    #[must_use]
    pub fn certainty(&self, change: &Change) -> Certainty {
        let Some(operation) = &change.operation else { return Certainty::Possible };
        let refused = |(own, place, _): &(String, String, String)| {
            own == operation && change.side != "response" && (place.is_empty() || *place == change.place)
        };
        if self.refused.iter().any(refused) {
            Certainty::Certain
        } else if self.operations.contains(operation) {
            Certainty::Possible
        } else {
            Certainty::No
        }
    }
}

/// What a contract says is wrong with a request: the place and the words.
fn faults(contract: &Contract, operation: &str, request: &Request, seen: &Seen) -> Vec<(String, String)> {
    let Some(operation) = contract.operation(operation) else { return Vec::new() };
    let (path, query) = request.target.split_once('?').unwrap_or((&request.target, ""));
    let mut headers = HeaderMap::new();
    if let Some(value) = request.content_type.as_deref().and_then(|text| HeaderValue::from_str(text).ok()) {
        headers.insert("content-type", value);
    }
    let body = match &request.body {
        Some(value) if !value.is_null() => BodySent::Value(value),
        _ => BodySent::None,
    };
    let judged = contract.validate_request(operation, &RequestFacts { path, query, headers: &headers, body }, seen);
    let told = |(violation, _): &(crate::event::Violation, crate::source::Span)| {
        // Headers are not kept with what was seen, and files only by their names.
        let hidden = violation.pointer.starts_with("header ") || violation.rule == "body";
        let found = violation.found.as_deref().unwrap_or("nothing");
        (!hidden).then(|| (violation.place(), format!("promised {}, came {found}", violation.promised)))
    };
    judged.violations.iter().filter_map(told).collect()
}
