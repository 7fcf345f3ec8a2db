//! Values as people read them, and the bridge to the template engine's values.

use super::number::{compare, is_whole};
use crate::text;
use minijinja::value::{Value as Dynamic, ValueKind};
use serde_json::{Map, Number, Value};

/// Longest excerpt of a value in a message, in bytes.
const EXCERPT: usize = 200;

/// A value as JSON text, cut when long.
#[must_use]
pub fn excerpt(value: &Value) -> String {
    text::cut(&value.to_string(), EXCERPT)
}

/// What kind of value this is, with its article: `a string`, `an array of 3`.
#[must_use]
pub fn kind_of(value: &Value) -> String {
    match value {
        Value::Null => "null".into(),
        Value::Bool(_) => "a boolean".into(),
        Value::Number(number) if is_whole(number) => "an integer".into(),
        Value::Number(_) => "a decimal number".into(),
        Value::String(_) => "a string".into(),
        Value::Array(items) => format!("an array of {}", items.len()),
        Value::Object(_) => "an object".into(),
    }
}

/// A JSON value as the template engine sees it.
pub(super) fn to_dynamic(value: &Value) -> Dynamic {
    match value {
        Value::Null => Dynamic::from(()),
        Value::Bool(flag) => Dynamic::from(*flag),
        // The engine counts in 128 bits and floats; what fits neither keeps its digits as text, and can be written but
        // not be counted with.
        Value::Number(number) => match (number.as_i128(), number.as_f64()) {
            (Some(integer), _) => Dynamic::from(integer),
            (None, Some(float)) if Number::from_f64(float).is_some_and(|back| compare(&back, number).is_eq()) => {
                Dynamic::from(float)
            }
            (None, _) => Dynamic::from(number.to_string()),
        },
        Value::String(text) => Dynamic::from(text.as_str()),
        Value::Array(items) => items.iter().map(to_dynamic).collect(),
        Value::Object(members) => {
            Dynamic::from_pairs(members.iter().map(|(name, member)| (name.as_str(), to_dynamic(member))))
        }
    }
}

/// What the template engine computed, as a JSON value; `None` for what JSON cannot say.
pub(super) fn from_dynamic(value: &Dynamic) -> Option<Value> {
    Some(match value.kind() {
        ValueKind::None => Value::Null,
        ValueKind::Bool => Value::Bool(value.is_true()),
        ValueKind::Number => number(value)?,
        ValueKind::String => Value::from(value.as_str()?),
        ValueKind::Seq | ValueKind::Iterable => {
            Value::Array(value.try_iter().ok()?.map(|item| from_dynamic(&item)).collect::<Option<_>>()?)
        }
        ValueKind::Map => {
            let mut members = Map::new();
            for key in value.try_iter().ok()? {
                members.insert(key.as_str()?.to_owned(), from_dynamic(&value.get_item(&key).ok()?)?);
            }
            Value::Object(members)
        }
        // Undefined, bytes, functions, and kinds that a later engine may add: JSON has no word for them.
        _ => return None,
    })
}

fn number(value: &Dynamic) -> Option<Value> {
    match i128::try_from(value.clone()) {
        Ok(integer) if value.is_integer() => Number::from_i128(integer).map(Value::Number),
        Ok(_) | Err(_) => f64::try_from(value.clone()).ok().and_then(Number::from_f64).map(Value::Number),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn values_cross_the_bridge_and_come_back_the_same() {
        let value = json!({"z": [1, 1.0, -3, 18_446_744_073_709_551_615_u64, 9_007_199_254_740_993_u64], "a": {"b": null, "c": true, "d": "é"}});
        assert_eq!(from_dynamic(&to_dynamic(&value)).unwrap().to_string(), value.to_string());
    }
}
