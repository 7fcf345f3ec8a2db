//! Values as people read them, and the bridge to the template engine's values.

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
        Value::Number(number) if number.is_f64() => "a decimal number".into(),
        Value::Number(_) => "an integer".into(),
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
        Value::Number(number) => match (number.as_u64(), number.as_i64()) {
            (Some(natural), _) => Dynamic::from(natural),
            (None, Some(integer)) => Dynamic::from(integer),
            (None, None) => Dynamic::from(number.as_f64().unwrap_or(f64::NAN)),
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
    if let Ok(natural) = u64::try_from(value.clone()) {
        return value.is_integer().then(|| Value::from(natural)).or_else(|| decimal(value));
    }
    match value.as_i64() {
        Some(integer) if value.is_integer() => Some(Value::from(integer)),
        Some(_) | None => decimal(value),
    }
}

fn decimal(value: &Dynamic) -> Option<Value> {
    f64::try_from(value.clone()).ok().and_then(Number::from_f64).map(Value::Number)
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
