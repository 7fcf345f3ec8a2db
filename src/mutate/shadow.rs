//! Mutants judged in place, during one clean run: nothing is sent, nothing leaves a trace.

use super::apply::{Known, applies, broken};
use super::grade::{Catch, Guard, guard_of};
use super::mutant::{Mutant, Place, Target};
use super::operators::operators;
use crate::contract::Contract;
use crate::event::general;
use crate::expr::Selection;
use crate::run::{self, Opinion, Then, Watched};
use crate::source::Location;
use crate::suite::CaptureFrom;
use crate::text::pointer_escaped;
use crate::transport::Response;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Deepest place that is broken.
const DEEPEST: usize = 24;

/// What is known of a mutant after the clean run.
#[derive(Debug, Clone)]
pub struct Sighting {
    /// The mutant.
    pub mutant: Mutant,
    /// The first to notice, of each guard: by case and step, not by the clock.
    pub catches: BTreeMap<Guard, Catch>,
    /// The cases that reached it.
    pub cases: BTreeSet<usize>,
    /// Whether a step would have gone another way without a broken promise: asked again, or ended too soon.
    pub astray: bool,
    /// Whether a step would have captured something else, so that what follows may notice.
    pub carried: bool,
    /// A step that reached it.
    pub near: Option<Near>,
    /// Where the contract makes the promise.
    pub promised: Option<Location>,
}

/// A step that reached a mutant.
#[derive(Debug, Clone)]
pub struct Near {
    /// The case, as an index into the plan's.
    pub case: usize,
    /// The step's number.
    pub step: usize,
    /// Where the step is written.
    pub place: Location,
    /// The step's name.
    pub name: String,
    /// The value that stood there.
    pub value: Option<Value>,
    /// Whether the value was sent in the request of this very step.
    pub sent: bool,
    /// How well the step fits: it looks at the neighbourhood of the place already.
    looks: usize,
}

/// Which mutants are of interest.
pub type Wanted = Arc<dyn Fn(&Mutant) -> bool + Send + Sync>;

/// Looks on while suites run clean.
pub struct Shadow {
    wanted: Wanted,
    /// Whether mutants are only counted.
    only_listed: bool,
    known: Mutex<BTreeMap<String, Sighting>>,
    /// Values that clients sent, per case.
    sent: Mutex<BTreeMap<usize, BTreeSet<String>>>,
}

impl Shadow {
    /// Looks for these mutants; `only_listed` judges none.
    #[must_use]
    pub fn new(wanted: Wanted, only_listed: bool) -> Self {
        Self { wanted, only_listed, known: Mutex::default(), sent: Mutex::default() }
    }

    /// What was seen, by id.
    #[must_use]
    pub fn sightings(&self) -> Vec<Sighting> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// Whether a value was sent by the client of a case.
    #[must_use]
    pub fn was_sent(&self, case: usize, value: &Value) -> bool {
        let sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        sent.get(&case).is_some_and(|values| values.contains(&value.to_string()))
    }

    fn note_sent(&self, case: usize, value: &Value) {
        let mut sent = self.sent.lock().unwrap_or_else(PoisonError::into_inner);
        let values = sent.entry(case).or_default();
        scalars(value, &mut |scalar| {
            values.insert(scalar.to_string());
        });
    }

    /// Every mutant of an answer.
    fn mutants(&self, exchange: &Watched<'_>, known: Known<'_>, response: &Response) -> Vec<(Mutant, Response)> {
        let validation = exchange.validation;
        let variant = validation.and_then(|known| known.variant.clone());
        let place = Place {
            operation: known.operation.id.clone(),
            variant: variant.unwrap_or_else(|| response.status.to_string()),
            code: validation.and_then(|known| known.code.clone()).unwrap_or_default(),
            pointer: String::new(),
        };
        let mut all = Vec::new();
        let mut make = |place: &Place, value: Option<&Value>| {
            for operator in operators() {
                let fits = match value {
                    Some(value) => operator.to != "answer" && applies(operator, value),
                    None => operator.to == "answer",
                };
                if !fits {
                    continue;
                }
                let mutant = Mutant::of(place.clone(), operator);
                if (self.wanted)(&mutant)
                    && let Some(response) = broken(operator, place, known, response)
                {
                    all.push((mutant, response));
                }
            }
        };
        make(&place, None);
        if let Some(body) = exchange.received {
            let mut met = BTreeSet::new();
            places(body, "", 0, &mut |pointer, value| {
                let pointer = general(pointer);
                if met.insert(pointer.clone()) {
                    make(&Place { pointer, ..place.clone() }, Some(value));
                }
            });
        }
        all
    }

    fn take(&self, exchange: &Watched<'_>, mutant: &Mutant, opinion: Option<&Opinion>, came: &Opinion, carried: bool) {
        let case = exchange.case % exchange.plan.cases.len().max(1);
        let (step, value) = (
            exchange.step,
            mutant.place().and_then(|place| exchange.received.and_then(|body| value_at(body, &place.pointer))),
        );
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let sighting = known.entry(mutant.id.clone()).or_insert_with(|| Sighting {
            promised: promised(exchange, mutant),
            mutant: mutant.clone(),
            catches: BTreeMap::new(),
            cases: BTreeSet::new(),
            astray: false,
            carried: false,
            near: None,
        });
        sighting.cases.insert(case);
        let looks = looks(exchange, mutant);
        let better = sighting.near.as_ref().is_none_or(|near| {
            (std::cmp::Reverse(looks), case, step.number) < (std::cmp::Reverse(near.looks), near.case, near.step)
        });
        if better {
            let sent = value.is_some_and(|value| exchange.sent.is_some_and(|sent| holds(sent, value)));
            sighting.near = Some(Near {
                case,
                step: step.number,
                place: exchange.plan.sources.place(step.span),
                name: step.name.clone(),
                value: value.cloned(),
                sent,
                looks,
            });
        }
        let Some(opinion) = opinion else { return };
        for failure in &opinion.failures {
            let guard = guard_of(failure);
            let catch =
                Catch { guard, case, step: step.number, promise: failure.promise.id(), place: failure.place.clone() };
            let first = sighting.catches.get(&guard).is_none_or(|known| (case, step.number) < (known.case, known.step));
            if first {
                sighting.catches.insert(guard, catch);
            }
        }
        let silent = opinion.failures.is_empty();
        sighting.carried |= silent && carried;
        match (&opinion.then, &came.then) {
            // The answer stays what it is however often it is asked for: the poll ends at its own limit.
            (Then::AsksAgain, Then::Ends) if silent => {
                let place = exchange.plan.sources.place(step.span);
                let promise = "poll-gave-up".to_owned();
                let catch = Catch { guard: Guard::Suite, case, step: step.number, promise, place };
                sighting.catches.entry(Guard::Suite).or_insert(catch);
            }
            (then, came) => sighting.astray |= silent && then != came,
        }
    }
}

impl run::Shadow for Shadow {
    fn answered(&self, exchange: &Watched<'_>, came: &Opinion, judge: &dyn Fn(Response) -> Opinion) {
        let (Some(codes), Some(operation), Some(response)) = (exchange.codes, exchange.operation, exchange.response)
        else {
            return;
        };
        let case = exchange.case % exchange.plan.cases.len().max(1);
        if let Some(sent) = exchange.sent {
            self.note_sent(case, sent);
        }
        let contract: &Contract = &codes.contract;
        for (mutant, other) in self.mutants(exchange, Known { contract, operation }, response) {
            let open = !self.only_listed && self.is_open(&mutant, case, exchange.step.number);
            let carried = open && carries(exchange, response, &other);
            let opinion = open.then(|| judge(other));
            self.take(exchange, &mutant, opinion.as_ref(), came, carried);
        }
    }
}

impl Shadow {
    /// Whether asking once more could tell anything new: a suite that notices is as good as everybody.
    fn is_open(&self, mutant: &Mutant, case: usize, step: usize) -> bool {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(sighting) = known.get(&mutant.id) else { return true };
        sighting.catches.get(&Guard::Suite).is_none_or(|catch| (catch.case, catch.step) > (case, step))
    }
}

/// Whether a step would capture something else from another answer.
fn carries(exchange: &Watched<'_>, came: &Response, other: &Response) -> bool {
    let captures = &exchange.step.call.capture;
    if captures.is_empty() {
        return false;
    }
    let body: Option<Value> = serde_json::from_slice(&other.body).ok();
    captures.iter().any(|capture| match &capture.from {
        CaptureFrom::Body(selector) => {
            let taken = |body: Option<&Value>| {
                body.map(|body| match selector.select(body) {
                    Selection::One(value) => value.into_iter().cloned().collect::<Vec<_>>(),
                    Selection::Many(all) => all.into_iter().map(|(_, value)| value.clone()).collect(),
                })
            };
            taken(exchange.received) != taken(body.as_ref())
        }
        CaptureFrom::Header(_) | CaptureFrom::Cookie(_) => came.headers != other.headers,
        CaptureFrom::Text => came.body != other.body,
        CaptureFrom::Status => came.status != other.status,
        CaptureFrom::Time => false,
    })
}

/// Every place of a body below its root.
fn places<'v>(value: &'v Value, pointer: &str, depth: usize, tell: &mut dyn FnMut(&str, &'v Value)) {
    if depth > DEEPEST {
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let pointer = format!("{pointer}/{}", pointer_escaped(name));
                tell(&pointer, value);
                places(value, &pointer, depth + 1, tell);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{pointer}/{index}"), depth + 1, tell);
            }
        }
        _ => {}
    }
}

fn scalars(value: &Value, tell: &mut dyn FnMut(&Value)) {
    match value {
        Value::Object(members) => members.values().for_each(|value| scalars(value, tell)),
        Value::Array(items) => items.iter().for_each(|value| scalars(value, tell)),
        Value::Null | Value::Bool(_) => {}
        scalar => tell(scalar),
    }
}

/// Whether a value stands anywhere in another.
fn holds(whole: &Value, value: &Value) -> bool {
    let mut found = false;
    scalars(whole, &mut |scalar| found |= scalar == value);
    found
}

/// The first value that a pointer with `*` leads to.
fn value_at<'v>(body: &'v Value, pointer: &str) -> Option<&'v Value> {
    let mut at = body;
    for part in pointer.split('/').skip(1) {
        at = match (at, part) {
            (Value::Array(items), "*") => items.first()?,
            (Value::Object(members), name) => members.get(&crate::text::pointer_unescaped(name))?,
            _ => return None,
        };
    }
    Some(at)
}

/// How many parts of a place's way the step looks at already.
fn looks(exchange: &Watched<'_>, mutant: &Mutant) -> usize {
    let (Some(place), Some(codes)) = (mutant.place(), exchange.codes) else { return 0 };
    let own: Vec<&str> = place.pointer.split('/').collect();
    let common = |pointer: &String| pointer.split('/').zip(&own).take_while(|(a, b)| a == *b).count();
    codes.pointers.iter().map(common).max().unwrap_or(0)
}

/// Where the contract makes the promise that a mutant breaks: its variant, or its operation.
fn promised(exchange: &Watched<'_>, mutant: &Mutant) -> Option<Location> {
    let (Target::Answer(place), Some(codes), Some(operation)) = (&mutant.target, exchange.codes, exchange.operation)
    else {
        return None;
    };
    let own = operation.variant(&place.variant);
    let any = || codes.contract.variants.iter().find(|variant| variant.name == place.variant);
    let span = own.or_else(any).map_or(operation.span, |variant| variant.span);
    Some(exchange.plan.sources.place(span))
}
