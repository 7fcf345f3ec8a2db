//! The shape of a body: which members it has and of what types, and of the values those that mean the same in every run.

use super::{Difference, What};
use crate::text::cut;
use serde_json::{Number, Value};
use std::collections::{BTreeMap, BTreeSet};

/// Which members there are, of what types, and what can be compared of their values.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shape {
    /// Types by path, in the order of the paths; items of a list are one path.
    kinds: BTreeMap<String, BTreeSet<&'static str>>,
    /// Values that can be compared, by path, as JSON text.
    values: BTreeMap<String, String>,
    /// Lists without items: nothing is known of what would be in them.
    empty: BTreeSet<String>,
}

/// Numbers from this one on are times and ids.
const IDS_FROM: u64 = 1_000_000_000;

/// Longest value that is kept, in bytes.
const LONGEST: usize = 60;

impl Shape {
    /// Adds a JSON body.
    pub(super) fn json(&mut self, value: &Value) {
        self.walk("$".to_owned(), value, Values::Kept);
    }

    /// Adds something that has a name: a parameter, a header, a field of a form.
    pub(super) fn name(&mut self, name: &str, value: &str) {
        self.kinds.entry(name.to_owned()).or_default().insert("text");
        if is_word(value) {
            self.values.insert(name.to_owned(), cut(value, LONGEST));
        }
    }

    fn walk(&mut self, path: String, value: &Value, values: Values) {
        let kind = match value {
            Value::Null => "null",
            Value::Bool(_) => "boolean",
            Value::Number(_) => "number",
            Value::String(_) => "text",
            Value::Array(_) => "list",
            Value::Object(_) => "object",
        };
        match value {
            Value::Object(members) => {
                members.iter().for_each(|(name, value)| self.walk(member(&path, name), value, values));
            }
            Value::Array(items) => {
                // Which item is which is not known, so values in lists are not compared, only how many there are.
                items.iter().for_each(|item| self.walk(format!("{path}[*]"), item, Values::Left));
                if items.is_empty() {
                    self.empty.insert(path.clone());
                }
                if values == Values::Kept {
                    self.values.insert(path.clone(), crate::text::count(items.len(), "item"));
                }
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) if values == Values::Kept && is_comparable(value) => {
                self.values.insert(path.clone(), cut(&value.to_string(), LONGEST));
            }
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
        self.kinds.entry(path).or_default().insert(kind);
    }

    /// What the other has and this has not, and the other way round, and what is of another type.
    pub(super) fn members(&self, other: &Self, what: What) -> Vec<Difference> {
        let types = |kinds: &BTreeSet<&str>| kinds.iter().copied().collect::<Vec<_>>().join(" or ");
        let mut differences = Vec::new();
        for (path, kinds) in &self.kinds {
            match other.kinds.get(path) {
                Some(others) if others == kinds => {}
                Some(others) => {
                    let (a, b) = (Some(types(kinds)), Some(types(others)));
                    differences.push(Difference { what, path: Some(path.clone()), a, b });
                }
                None if other.is_topmost_missing(path) => {
                    let a = Some(types(kinds));
                    differences.push(Difference { what, path: Some(path.clone()), a, b: None });
                }
                None => {}
            }
        }
        for (path, kinds) in other.kinds.iter().filter(|(path, _)| !self.kinds.contains_key(*path)) {
            if self.is_topmost_missing(path) {
                let b = Some(types(kinds));
                differences.push(Difference { what, path: Some(path.clone()), a: None, b });
            }
        }
        differences
    }

    /// Values of both that are not the same.
    pub(super) fn values(&self, other: &Self, what: What) -> Vec<Difference> {
        let both = self.values.iter().filter_map(|(path, value)| Some((path, value, other.values.get(path)?)));
        both.filter(|(_, a, b)| !is_equal(a, b))
            .map(|(path, a, b)| Difference { what, path: Some(path.clone()), a: Some(a.clone()), b: Some(b.clone()) })
            .collect()
    }

    /// Whether a path is not here although what holds it is: what is below something missing need not be told.
    fn is_topmost_missing(&self, path: &str) -> bool {
        match holder(path) {
            Some(holder) if path.ends_with("[*]") && self.empty.contains(holder) => false,
            Some(holder) => self.kinds.contains_key(holder),
            None => !self.kinds.is_empty(),
        }
    }
}

/// Whether values are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Values {
    Kept,
    Left,
}

/// The path of a member; names that are no words stand in brackets.
fn member(path: &str, name: &str) -> String {
    let plain = |character: char| character.is_alphanumeric() || character == '_';
    match !name.is_empty() && name.chars().all(plain) {
        true => format!("{path}.{name}"),
        false => format!("{path}['{}']", name.replace('\\', "\\\\").replace('\'', "\\'")),
    }
}

/// The path of what holds a member or an item; none of the whole body and of what only has a name.
fn holder(path: &str) -> Option<&str> {
    let end = match path.strip_suffix("']") {
        Some(_) => path.rfind("['")?,
        None => match path.strip_suffix("[*]") {
            Some(list) => list.len(),
            None if path.starts_with('$') => path.rfind('.')?,
            None => return None,
        },
    };
    path.get(..end)
}

/// Whether a value means the same in every run: a word of a list, yes or no, a number that is no id and no time.
fn is_comparable(value: &Value) -> bool {
    match value {
        Value::Bool(_) => true,
        Value::Number(number) => number.as_f64().is_some_and(|number| number.abs() < IDS_FROM as f64),
        Value::String(text) => is_word(text),
        Value::Null | Value::Array(_) | Value::Object(_) => false,
    }
}

/// A word as lists of values have them: `SUCCESS`, `GEO-S-000`, `X_1`. What looks like an id or a name is none.
fn is_word(text: &str) -> bool {
    let mut parts = text.split(['_', '-']).peekable();
    let first = parts.peek().copied().unwrap_or_default();
    let letters = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_uppercase());
    let number = |part: &str| (1..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    letters(first) && parts.all(|part| letters(part) || number(part))
}

/// Numbers are compared by value, exactly, however they are written.
fn is_equal(a: &str, b: &str) -> bool {
    let number = |text: &str| serde_json::from_str::<Number>(text).ok().map(|number| digits(&number));
    a == b || matches!((number(a), number(b)), (Some(a), Some(b)) if a == b)
}

/// A number as sign, digits without zeros around them, and the power of ten of the last one.
fn digits(number: &Number) -> (bool, String, i64) {
    let text = number.to_string();
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((&text, "0"));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let all = format!("{}{fraction}", whole.trim_start_matches(['-', '+']));
    let significant = all.trim_end_matches('0');
    let dropped = i64::try_from(all.len() - significant.len()).unwrap_or(i64::MAX);
    let length = i64::try_from(fraction.len()).unwrap_or(i64::MAX);
    let power = exponent.parse::<i64>().unwrap_or(i64::MAX / 4).saturating_sub(length).saturating_add(dropped);
    let digits = significant.trim_start_matches('0').to_owned();
    match digits.is_empty() {
        true => (false, digits, 0),
        false => (whole.starts_with('-'), digits, power),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(json: &str) -> Shape {
        let mut shape = Shape::default();
        shape.json(&serde_json::from_str(json).unwrap());
        shape
    }

    fn members(a: &str, b: &str) -> Vec<String> {
        let text = |part: Option<String>| part.unwrap_or_else(|| "-".into());
        let told = |one: Difference| format!("{} {} > {}", text(one.path), text(one.a), text(one.b));
        shape(a).members(&shape(b), What::Response).into_iter().map(told).collect()
    }

    fn values(a: &str, b: &str) -> Vec<String> {
        let text = |part: Option<String>| part.unwrap_or_default();
        let told = |one: Difference| format!("{} {} > {}", text(one.path), text(one.a), text(one.b));
        shape(a).values(&shape(b), What::Value).into_iter().map(told).collect()
    }

    #[test]
    fn members_are_added_removed_and_retyped() {
        let (a, b) = (r#"{"a":1,"b":{"c":"x"},"d":[{"e":1}]}"#, r#"{"a":"1","b":{"f":null},"d":[{"e":1,"g-h":2}]}"#);
        assert_eq!(
            members(a, b),
            ["$.a number > text", "$.b.c text > -", "$.b.f - > null", "$.d[*]['g-h'] - > number"]
        );
        assert!(members(a, a).is_empty());
    }

    #[test]
    fn of_something_missing_only_the_top_is_told() {
        assert_eq!(members(r#"{"a":{"b":{"c":1}}}"#, "{}"), ["$.a object > -"]);
        assert_eq!(members("{}", r#"{"a.b":{"c":1}}"#), ["$['a.b'] - > object"]);
        assert!(members(r#"{"a":[]}"#, r#"{"a":[{"b":1}]}"#).is_empty(), "nothing is known of the items of no list");
        assert_eq!(members(r#"{"a":null}"#, r#"{"a":{"b":1}}"#), ["$.a null > object", "$.a.b - > number"]);
    }

    #[test]
    fn items_of_a_list_are_one_path_with_all_their_types() {
        assert_eq!(members(r#"[1,"a"]"#, "[1]"), ["$[*] number or text > number"]);
    }

    #[test]
    fn words_switches_and_numbers_are_compared_and_ids_are_not() {
        let a = r#"{"s":"SUCCESS","id":"CUST-7F3A","pan":"ABCDE1234F","ok":true,"n":1.10,"t":1700000000,"c":"GEO-S-000","l":[1],"name":"Asha"}"#;
        let b = r#"{"s":"FAILED","id":"CUST-9A1B","pan":"AAAPA0000A","ok":false,"n":11e-1,"t":1800000000,"c":"X-1","l":[1,2],"name":"Ravi"}"#;
        assert_eq!(
            values(a, b),
            [r#"$.c "GEO-S-000" > "X-1""#, "$.l 1 item > 2 items", "$.ok true > false", r#"$.s "SUCCESS" > "FAILED""#]
        );
    }

    #[test]
    fn numbers_are_compared_exactly() {
        let same = |a: &str, b: &str| values(&format!(r#"{{"n":{a}}}"#), &format!(r#"{{"n":{b}}}"#)).is_empty();
        assert!(same("100", "1e2") && same("1.50", "1.5") && same("0", "-0.0") && same("-1", "-1.0"));
        assert!(!same("0.1", "0.10000000000000000001") && !same("1", "-1") && !same("10", "1"));
    }
}
