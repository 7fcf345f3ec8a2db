//! From a response to what is kept of it.

use super::content::{Body, Content, insert};
use super::form::names_an_amount;
use super::number::{Numbers, generic, plain};
use super::recognise::{Extent, Meaning, Type, Wording, in_number, in_text, known_id, meaning, name_among};
use crate::expr::{Selection, Selector};
use crate::secret::{MASK, Redactor, is_credential_header};
use crate::text::Fnv;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

pub use super::recognise::names_an_id;

/// A known id shorter than this is masked only where a member's name says that it is one: elsewhere it would be found by
/// chance, in one run and not in the next.
const SHORTEST: usize = 6;

/// What a suite says of a snapshot's masks.
#[derive(Debug, Clone, Copy, Default)]
pub struct Masks<'a> {
    /// Values that are replaced, each by its placeholder.
    pub redact: &'a [(Selector, String)],
    /// Values that are left out.
    pub ignore: &'a [Selector],
    /// Lists whose order is not promised.
    pub sort: &'a [Selector],
    /// Values that are kept although they look as if they differed from run to run; what is private is masked in them.
    pub keep: &'a [Selector],
}

/// A response, and what is known of it.
#[derive(Debug)]
pub struct Taking<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The chosen headers that came, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body as JSON, where it is JSON.
    pub json: Option<&'a Value>,
    /// The body as it came.
    pub body: &'a [u8],
    /// What the suite says.
    pub masks: Masks<'a>,
    /// Values that the case made or was given as ids.
    pub ids: &'a [String],
    /// Secrets.
    pub redactor: &'a Redactor,
    /// The target's own host, with its port where it has one: `uat.example.com`, `127.0.0.1:8080`.
    pub host: &'a str,
}

/// How placeholders are written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Placeholders {
    /// With the type and form of what they stand for.
    #[default]
    Typed,
    /// With their kind only, and text without its line ends: as snapshots were taken before placeholders had forms.
    Untyped,
}

/// Takes a snapshot. What was accepted decides which placeholder gets which number, where both have it in one place;
/// whether they are equal does not hang on that.
#[must_use]
pub fn take(taking: &Taking<'_>, placeholders: Placeholders, accepted: Option<&Content>) -> Content {
    let masking = Masking::new(taking, placeholders);
    let mut headers: Vec<(String, String)> =
        taking.headers.iter().map(|(name, value)| (name.clone(), masking.header(name, value))).collect();
    headers.sort();
    let mut numbers = Numbers::default();
    for (name, value) in &headers {
        let known = accepted.and_then(|content| content.headers.iter().find(|(known, _)| known == name));
        known.iter().for_each(|(_, accepted)| numbers.learn(value, accepted));
    }
    let body = match (taking.json, std::str::from_utf8(taking.body)) {
        (Some(value), _) => {
            let masked = masking.value(value, None, Extent::All).unwrap_or(Value::Null);
            if let Some(Body::Json(accepted)) = accepted.map(|content| &content.body) {
                numbers.learn_value(&masked, accepted);
            }
            Masked::Json(masked)
        }
        (None, Ok(text)) => {
            let masked = match placeholders {
                Placeholders::Typed => masking.text(text, Extent::All),
                Placeholders::Untyped => masking.text(text.replace("\r\n", "\n").trim_end(), Extent::All),
            };
            if let Some(Body::Text(accepted)) = accepted.map(|content| &content.body) {
                numbers.learn(&masked, accepted);
            }
            Masked::Text(masked)
        }
        (None, Err(_)) => {
            let length = crate::text::grouped(taking.body.len());
            Masked::Text(format!("({length} bytes that are not text, {:016x})", fingerprint(taking.body)))
        }
    };
    let headers = headers.into_iter().map(|(name, value)| (name, numbers.text(&value))).collect();
    let body = match body {
        Masked::Json(value) => Body::Json(numbers.value(value)),
        Masked::Text(text) => Body::of_text(&numbers.text(&text)),
    };
    Content { status: taking.status, headers, body }
}

/// The content with a placeholder for everything that a path selects in its body.
#[must_use]
pub fn redact(content: &Content, path: &Selector, placeholder: &str) -> Content {
    fn replaced(value: &Value, places: &[*const Value], placeholder: &str) -> Value {
        match value {
            _ if places.contains(&std::ptr::from_ref(value)) => Value::from(placeholder),
            Value::Array(items) => items.iter().map(|item| replaced(item, places, placeholder)).collect(),
            Value::Object(members) => {
                let members = members.iter();
                members.map(|(name, member)| (name.clone(), replaced(member, places, placeholder))).collect()
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.clone(),
        }
    }
    let body = match &content.body {
        Body::Json(value) => Body::Json(replaced(value, &selected(path, value), placeholder)),
        other => other.clone(),
    };
    Content { body, ..content.clone() }
}

enum Masked {
    Json(Value),
    Text(String),
}

/// Tells two contents apart; no secret is kept by it.
fn fingerprint(bytes: &[u8]) -> u64 {
    Fnv::default().bytes(bytes).done()
}

/// What is done with one value of the body, by its place in memory: a path selects values, not names of places.
struct Masking<'a> {
    redact: HashMap<*const Value, &'a str>,
    ignore: HashSet<*const Value>,
    sort: HashSet<*const Value>,
    keep: HashSet<*const Value>,
    /// Known ids, longest first.
    ids: Vec<&'a str>,
    redactor: &'a Redactor,
    wording: Wording<'a>,
}

impl<'a> Masking<'a> {
    fn new(taking: &Taking<'a>, placeholders: Placeholders) -> Self {
        let places = |selector: &Selector| taking.json.map(|json| selected(selector, json)).unwrap_or_default();
        let all = |selectors: &[Selector]| selectors.iter().flat_map(places).collect();
        let mut ids: Vec<&str> =
            taking.ids.iter().map(String::as_str).filter(|id| id.trim().len() >= SHORTEST).collect();
        ids.sort_by(|one, other| other.len().cmp(&one.len()).then(one.cmp(other)));
        ids.dedup();
        let redact = taking.masks.redact.iter();
        Self {
            redact: redact
                .flat_map(|(selector, text)| places(selector).into_iter().map(move |place| (place, text.as_str())))
                .collect(),
            ignore: all(taking.masks.ignore),
            sort: all(taking.masks.sort),
            keep: all(taking.masks.keep),
            ids,
            redactor: taking.redactor,
            wording: match placeholders {
                Placeholders::Typed => Wording::Typed(taking.host),
                Placeholders::Untyped => Wording::Untyped,
            },
        }
    }

    fn header(&self, name: &str, value: &str) -> String {
        if is_credential_header(name) { MASK.to_owned() } else { self.text(value, Extent::All) }
    }

    /// The value masked and in its final order, with markers; `None` when it is left out. `name` is the member it stands
    /// under, also as an item of a list there.
    fn value(&self, value: &Value, name: Option<&str>, extent: Extent) -> Option<Value> {
        let place = std::ptr::from_ref(value);
        if self.ignore.contains(&place) {
            return None;
        }
        if let Some(placeholder) = self.redact.get(&place) {
            return Some(Value::from(*placeholder));
        }
        let extent = if self.keep.contains(&place) { Extent::Private } else { extent };
        Some(match value {
            Value::Null | Value::Bool(_) => value.clone(),
            Value::Number(number) => self.number(&number.to_string(), name, extent).unwrap_or_else(|| value.clone()),
            Value::String(text) => Value::from(self.named_text(text, name, extent)),
            Value::Array(items) => {
                let mut items: Vec<Value> = items.iter().filter_map(|item| self.value(item, name, extent)).collect();
                if self.sort.contains(&place) {
                    items.sort_by_cached_key(|item| generic(&item.to_string()));
                }
                Value::Array(items)
            }
            Value::Object(members) => self.object(members, name, extent),
        })
    }

    fn object(&self, members: &Map<String, Value>, above: Option<&str>, extent: Extent) -> Value {
        // What an address is made of is as private as the address.
        let private = above.filter(|name| meaning(name).is_some_and(Meaning::is_private));
        let mut masked: Vec<(String, Value)> = members
            .iter()
            .filter_map(|(name, member)| {
                let person = name_among(name, members.keys()).filter(|_| !self.is_said(member));
                let member = match (person, member) {
                    (Some(meaning), Value::String(text)) => meaning
                        .mask(&plain(text), extent, self.wording, Type::Text)
                        .map_or_else(|| member.clone(), Value::from),
                    _ => self.value(member, private.or(Some(name)), extent)?,
                };
                Some((self.text(name, extent), member))
            })
            .collect();
        masked.sort_by_cached_key(|(name, _)| generic(name));
        let mut object = Map::new();
        masked.into_iter().for_each(|(name, member)| insert(&mut object, name, member));
        Value::Object(object)
    }

    /// Whether the suite itself says what becomes of a value.
    fn is_said(&self, value: &Value) -> bool {
        let place = std::ptr::from_ref(value);
        self.ignore.contains(&place) || self.redact.contains_key(&place)
    }

    fn number(&self, number: &str, name: Option<&str>, extent: Extent) -> Option<Value> {
        let secret = self.redactor.redact(number);
        if secret != number {
            return Some(Value::from(secret.into_owned()));
        }
        let wording = self.wording;
        let known =
            (extent == Extent::All && self.ids.contains(&number)).then(|| known_id(number, wording, Type::Number));
        let named = || name.and_then(meaning).and_then(|meaning| meaning.mask(number, extent, wording, Type::Number));
        let formed = || if self.is_amount(name) { None } else { in_number(number, extent, wording) };
        known.or_else(formed).or_else(named).map(Value::from)
    }

    /// Whether a member's name says that its value is an amount.
    fn is_amount(&self, name: Option<&str>) -> bool {
        self.wording != Wording::Untyped && name.is_some_and(names_an_amount)
    }

    fn named_text(&self, text: &str, name: Option<&str>, extent: Extent) -> String {
        if self.is_amount(name) && !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return self.redactor.redact(text).into_owned();
        }
        let masked = self.text(text, extent);
        // What a form tells says more than what a name does.
        let whole = masked != text && generic(&masked).starts_with('[') && generic(&masked).ends_with(']');
        let named =
            || name.and_then(meaning).and_then(|meaning| meaning.mask(&plain(text), extent, self.wording, Type::Text));
        if whole || masked == MASK { masked } else { named().unwrap_or(masked) }
    }

    /// A text masked by secrets, known ids and forms.
    fn text(&self, text: &str, extent: Extent) -> String {
        let text = plain(text);
        let text = self.redactor.redact(&text);
        if extent == Extent::Private {
            return in_text(&text, extent, self.wording);
        }
        self.without_ids(&text, &self.ids)
    }

    /// Replaces known ids, the longest first, and in what is left what forms tell.
    fn without_ids(&self, text: &str, ids: &[&str]) -> String {
        let Some((id, rest)) = ids.split_first() else { return in_text(text, Extent::All, self.wording) };
        if text == *id {
            // An id of a known form looks the same wherever it came from.
            let formed = in_text(text, Extent::All, self.wording);
            return if formed == text { known_id(text, self.wording, Type::Text) } else { formed };
        }
        if !text.contains(*id) {
            return self.without_ids(text, rest);
        }
        let formed = in_text(id, Extent::All, self.wording);
        let mask = if formed == *id { known_id(id, self.wording, Type::Text) } else { formed };
        text.split(*id).map(|part| self.without_ids(part, rest)).collect::<Vec<_>>().join(&mask)
    }
}

fn selected(selector: &Selector, json: &Value) -> Vec<*const Value> {
    match selector.select(json) {
        Selection::One(value) => value.into_iter().map(std::ptr::from_ref).collect(),
        Selection::Many(values) => values.into_iter().map(|(_, value)| std::ptr::from_ref(value)).collect(),
    }
}

#[cfg(test)]
mod tests;
