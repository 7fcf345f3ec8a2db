//! Numbers of schemas, as far as a float says them exactly.

use serde_json::{Number, Value};

/// Most digits that a float keeps.
const MOST_DIGITS: usize = 15;

/// A number's value; nothing where a float is not exactly it.
pub(super) fn exact(value: &Value) -> Option<f64> {
    let Value::Number(number) = value else { return None };
    let digits =
        number.to_string().bytes().take_while(|byte| !matches!(byte, b'e' | b'E')).filter(u8::is_ascii_digit).count();
    (digits <= MOST_DIGITS).then(|| number.as_f64()).flatten().filter(|number| number.is_finite())
}

/// A number as JSON writes it: whole ones without a point.
pub(super) fn value(number: f64) -> Option<Value> {
    if !number.is_finite() {
        return None;
    }
    if number.fract() == 0.0 && number.abs() < 1e15 {
        return format!("{number:.0}").parse::<i64>().ok().map(Value::from);
    }
    Number::from_f64(number).map(Value::Number)
}

/// Whether a number is a whole multiple of another.
pub(super) fn is_multiple(number: f64, of: f64) -> bool {
    let times = number / of;
    times.is_finite() && (times - times.round()).abs() < 1e-9
}

/// Whether two values are the same to JSON Schema: numbers by value, members in any order.
pub(super) fn same(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(a), Value::Number(b)) => {
            a == b
                || matches!((exact(left), exact(right)), (Some(a), Some(b)) if a.total_cmp(&b).is_eq() || (a == 0.0 && b == 0.0))
        }
        (Value::Array(a), Value::Array(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len() && a.iter().all(|(name, a)| b.get(name).is_some_and(|b| same(a, b)))
        }
        _ => left == right,
    }
}
