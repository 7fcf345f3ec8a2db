//! Values as people read them.

use super::number::is_whole;
use crate::text;
use serde_json::Value;

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
