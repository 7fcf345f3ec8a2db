//! An operator at work on an answer.

use super::mutant::Place;
use super::operators::Operator;
use crate::contract::{Contract, Operation};
use crate::transport::Response;
use bytes::Bytes;
use http::HeaderValue;
use http::header::{CONTENT_TYPE, RETRY_AFTER};
use jiff::Timestamp;
use serde_json::{Value, json};

/// Everything that operators do.
#[cfg(test)]
const ACTS: [&str; 31] = [
    "drop",
    "null",
    "type",
    "respell",
    "empty",
    "other-value",
    "other-text",
    "no-format",
    "plus-one",
    "negative",
    "zero",
    "other-flag",
    "empty-list",
    "twice",
    "one-less",
    "other-id",
    "past",
    "future",
    "other-code",
    "unknown-code",
    "no-code",
    "status-202",
    "status-418",
    "status-500",
    "media-type",
    "no-media-type",
    "truncate",
    "no-body",
    "extra",
    "no-retry-after",
    "",
];

/// Whether there is such a thing to do.
#[cfg(test)]
pub(super) fn knows(act: &str) -> bool {
    !act.is_empty() && ACTS.contains(&act)
}

/// Thirty years, in seconds.
const THIRTY_YEARS: i64 = 30 * 31_557_600;

/// What is known beside the answer.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) contract: &'a Contract,
    pub(super) operation: &'a Operation,
}

/// Whether an operator applies to a value.
pub(super) fn applies(operator: &Operator, value: &Value) -> bool {
    match operator.to.as_str() {
        "any" => true,
        "text" => value.is_string(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "list" => value.as_array().is_some_and(|items| !items.is_empty()),
        "object" => value.is_object(),
        "id" => value.as_str().is_some_and(is_uuid),
        "time" => value.as_str().is_some_and(|text| text.parse::<Timestamp>().is_ok()),
        _ => false,
    }
}

fn is_uuid(text: &str) -> bool {
    uuid::Uuid::try_parse(text).is_ok()
}

/// The answer with its promise broken; nothing where the operator changes nothing there.
pub(super) fn broken(operator: &Operator, place: &Place, known: Known<'_>, response: &Response) -> Option<Response> {
    if operator.to == "answer" {
        return whole(operator, place, known, response);
    }
    let mut body: Value = serde_json::from_slice(&response.body).ok()?;
    let pointer = first(&body, &place.pointer)?;
    let (parent, name) = pointer.rsplit_once('/')?;
    let value = body.pointer(&pointer)?.clone();
    let changed = match operator.act.as_str() {
        "drop" | "respell" => return member(operator, &mut body, parent, name).then(|| with_body(response, &body)),
        act => other(act, &value, place, known)?,
    };
    *body.pointer_mut(&pointer)? = changed;
    Some(with_body(response, &body))
}

/// The first place that a pointer with `*` leads to.
fn first(body: &Value, pointer: &str) -> Option<String> {
    fn go(value: &Value, rest: &[&str], path: &mut Vec<String>) -> bool {
        let Some((part, rest)) = rest.split_first() else { return true };
        let tries: Vec<String> = match (value, *part) {
            (Value::Array(items), "*") => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => vec![(*part).to_owned()],
        };
        tries.into_iter().any(|part| {
            let found = match value {
                Value::Object(members) => members.get(&crate::text::pointer_unescaped(&part)),
                Value::Array(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => None,
            };
            let Some(found) = found else { return false };
            path.push(part);
            let there = go(found, rest, path);
            if !there {
                path.pop();
            }
            there
        })
    }
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    let mut path = Vec::new();
    go(body, &parts, &mut path).then(|| path.iter().map(|part| format!("/{part}")).collect())
}

fn with_body(response: &Response, body: &Value) -> Response {
    Response { body: Bytes::from(body.to_string()), wire_bytes: None, ..response.clone() }
}

/// Takes a member away, or writes its name in another manner.
fn member(operator: &Operator, body: &mut Value, parent: &str, name: &str) -> bool {
    let name = crate::text::pointer_unescaped(name);
    let Some(Value::Object(members)) = body.pointer_mut(parent) else { return false };
    if operator.act == "drop" {
        return members.shift_remove(&name).is_some();
    }
    let other = respelt(&name);
    if other == name || members.contains_key(&other) {
        return false;
    }
    let Some(value) = members.shift_remove(&name) else { return false };
    members.insert(other, value);
    true
}

/// `customerID` as `customer_id`, `customer_id` as `customerId`; a word without parts with a capital.
fn respelt(name: &str) -> String {
    if name.contains('_') {
        let mut parts = name.split('_');
        let first = parts.next().unwrap_or_default().to_owned();
        return first + &parts.map(crate::text::capitalised).collect::<String>();
    }
    let mut other = String::new();
    let mut before = 'A';
    for c in name.chars() {
        if c.is_uppercase() && before.is_lowercase() {
            other.push('_');
        }
        other.extend(c.to_lowercase());
        before = c;
    }
    if other == name { crate::text::capitalised(name) } else { other }
}

fn other(act: &str, value: &Value, place: &Place, known: Known<'_>) -> Option<Value> {
    let text = value.as_str();
    let number = value.as_f64();
    let changed = match act {
        "null" => (!value.is_null()).then_some(Value::Null)?,
        "type" => match value {
            Value::String(_) => json!(7),
            Value::Number(number) => Value::String(number.to_string()),
            Value::Bool(flag) => Value::String(flag.to_string()),
            Value::Array(_) => json!({}),
            Value::Object(_) => json!([]),
            Value::Null => json!("null"),
        },
        "empty" => json!(""),
        "other-value" => other_value(text?, place, known)?,
        "other-text" => Value::String(format!("{} Other", text?)),
        "no-format" => Value::String(format!("x{}", text?)),
        "plus-one" => plus(value, 1)?,
        "negative" => match number? {
            0.0 => json!(-1),
            number => match value.as_i64() {
                Some(whole) => json!(-whole),
                None => json!(-number),
            },
        },
        "zero" => (number? != 0.0).then(|| json!(0))?,
        "other-flag" => json!(!value.as_bool()?),
        "empty-list" => json!([]),
        "twice" => {
            let mut items = value.as_array()?.clone();
            items.push(items.first()?.clone());
            Value::Array(items)
        }
        "one-less" => {
            let mut items = value.as_array()?.clone();
            (items.len() > 1).then_some(())?;
            items.pop();
            Value::Array(items)
        }
        "other-id" => json!("5ca1ab1e-0000-4000-8000-0ddba11decaf"),
        "past" => moved(text?, -THIRTY_YEARS)?,
        "future" => moved(text?, THIRTY_YEARS)?,
        _ => return None,
    };
    (changed != *value).then_some(changed)
}

fn plus(value: &Value, more: i64) -> Option<Value> {
    match value.as_i64() {
        Some(whole) => whole.checked_add(more).map(Value::from),
        None => value.as_f64().map(|number| json!(number + 1.0)),
    }
}

/// A timestamp some seconds away, in UTC.
fn moved(text: &str, seconds: i64) -> Option<Value> {
    let time: Timestamp = text.parse().ok()?;
    let other = Timestamp::from_second(time.as_second().checked_add(seconds)?).ok()?;
    Some(Value::String(other.to_string()))
}

/// Another value that is documented at a place.
fn other_value(text: &str, place: &Place, known: Known<'_>) -> Option<Value> {
    let named = known.operation.variant(&place.variant);
    let named = named.or_else(|| known.contract.variants.iter().find(|variant| variant.name == place.variant));
    let shape = named?.schema.shape();
    let field = shape.fields.iter().find(|field| field.pointer == place.pointer)?;
    let other = field.values.iter().find(|value| value.as_str() != text)?;
    Some(Value::String(other.clone()))
}

/// What is done to the answer as a whole.
fn whole(operator: &Operator, place: &Place, known: Known<'_>, response: &Response) -> Option<Response> {
    let status = |status: u16| (response.status != status).then(|| Response { status, ..response.clone() });
    match operator.act.as_str() {
        "status-202" => status(202),
        "status-418" => status(418),
        "status-500" => status(500),
        "media-type" => {
            let mut headers = response.headers.clone();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            Some(Response { headers, ..response.clone() })
        }
        "no-media-type" => {
            let mut headers = response.headers.clone();
            headers.remove(CONTENT_TYPE)?;
            Some(Response { headers, ..response.clone() })
        }
        "no-retry-after" => {
            let mut headers = response.headers.clone();
            headers.remove(RETRY_AFTER)?;
            Some(Response { headers, ..response.clone() })
        }
        "truncate" => {
            let length = response.body.len() / 2;
            (length > 0).then(|| Response { body: response.body.slice(..length), ..response.clone() })
        }
        "no-body" => (!response.body.is_empty()).then(|| Response { body: Bytes::new(), ..response.clone() }),
        "extra" => {
            let mut body: Value = serde_json::from_slice(&response.body).ok()?;
            body.as_object_mut()?.insert("provisoExtra".into(), json!("extra"));
            Some(with_body(response, &body))
        }
        act => coded(act, place, known, response),
    }
}

/// Puts another code, or none, in the place of the one that came.
fn coded(act: &str, place: &Place, known: Known<'_>, response: &Response) -> Option<Response> {
    if place.code.is_empty() {
        return None;
    }
    let mut body: Value = serde_json::from_slice(&response.body).ok()?;
    let member = known
        .operation
        .code_members
        .iter()
        .find(|member| body.get(member.as_str()).and_then(Value::as_str) == Some(place.code.as_str()))?;
    let object = body.as_object_mut()?;
    match act {
        "no-code" => {
            object.shift_remove(member)?;
        }
        "unknown-code" => {
            object.insert(member.clone(), json!("ZZZ-X-999"));
        }
        "other-code" => {
            // Another of the operation's own, whose letter says the same, before one that says something else.
            let own = known.contract.codes.iter().filter(|(code, documented)| {
                **code != place.code && documented.operations.contains(&known.operation.id)
            });
            let refusal = known.contract.codes.get(&place.code).map(crate::contract::DocumentedCode::is_refusal);
            let mut own: Vec<_> = own.collect();
            own.sort_by_key(|(_, documented)| Some(documented.is_refusal()) != refusal);
            object.insert(member.clone(), json!(own.first()?.0));
        }
        _ => return None,
    }
    Some(with_body(response, &body))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_spelt_in_another_manner() {
        for (name, other) in [("customerID", "customer_id"), ("customer_id", "customerId"), ("data", "Data")] {
            assert_eq!(respelt(name), other);
        }
    }

    #[test]
    fn the_first_place_is_the_first_item_that_has_it() {
        let body = json!({ "a": [{ "b": 1 }, { "c": [{ "d": 2 }] }] });
        assert_eq!(first(&body, "/a/*/c/*/d").as_deref(), Some("/a/1/c/0/d"));
        assert_eq!(first(&body, "/a/*/x"), None);
    }
}
