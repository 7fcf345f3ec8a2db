//! Placeholders with numbers: the same value has the same one.
//!
//! While a response is masked a value's place is held by a marker that still knows the value. When everything stands in
//! its final order the markers get their numbers, and the values are gone.

use super::content::{insert, sorted_once};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Characters of Unicode's private use: a response has them only to deceive, and then they are replaced.
const OPEN: char = '\u{E0F0}';
const MIDDLE: char = '\u{E0F1}';
const CLOSE: char = '\u{E0F2}';

/// Holds the place of a value. Its form, where there is one to tell, stands in the placeholder.
pub(super) fn marker(kind: &str, value: &str, form: Option<&str>) -> String {
    format!("{OPEN}{kind}{MIDDLE}{value}{MIDDLE}{}{CLOSE}", form.unwrap_or_default())
}

/// A text without anything that looks like a marker.
pub(super) fn plain(text: &str) -> Cow<'_, str> {
    match text.contains([OPEN, MIDDLE, CLOSE]) {
        true => Cow::Owned(text.replace([OPEN, MIDDLE, CLOSE], "\u{FFFD}")),
        false => Cow::Borrowed(text),
    }
}

/// A piece of a text that may have markers.
enum Piece<'t> {
    Text(&'t str),
    Marker { kind: &'t str, value: &'t str, form: &'t str },
}

/// A form behind what it is the form of.
fn behind(form: &str) -> String {
    if form.is_empty() { String::new() } else { format!(", {form}") }
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(OPEN) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        let (inside, tail) = after.split_once(CLOSE).unwrap_or((after, ""));
        let (kind, rest_of_it) = inside.split_once(MIDDLE).unwrap_or((inside, ""));
        let (value, form) = rest_of_it.split_once(MIDDLE).unwrap_or((rest_of_it, ""));
        pieces.push(Piece::Marker { kind, value, form });
        rest = tail;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// A text with its placeholders, without numbers: the same for every run.
pub(super) fn generic(text: &str) -> String {
    let piece = |piece: &Piece<'_>| match piece {
        Piece::Text(text) => (*text).to_owned(),
        Piece::Marker { kind, form, .. } => format!("[{kind}{}]", behind(form)),
    };
    pieces(text).iter().map(piece).collect()
}

/// Gives numbers by first appearance. Where there is an accepted snapshot, a value that stands where that one has
/// `[uuid-3]` is number 3: then a part that is new does not renumber all that follows it.
#[derive(Debug, Default)]
pub(super) struct Numbers {
    given: HashMap<(String, String), usize>,
    used: HashSet<(String, usize)>,
    last: HashMap<String, usize>,
}

impl Numbers {
    /// Learns from a text and the accepted one in its place.
    pub(super) fn learn(&mut self, text: &str, accepted: &str) {
        let mut rest = accepted;
        let mut found = Vec::new();
        for piece in pieces(text) {
            let after = match piece {
                Piece::Text(text) => rest.strip_prefix(text),
                Piece::Marker { kind, value, .. } => rest.strip_prefix('[').and_then(|rest| {
                    let rest = rest.strip_prefix(kind)?.strip_prefix('-')?;
                    let (inside, after) = rest.split_once(']')?;
                    let number = inside.split_once(", ").map_or(inside, |(number, _)| number);
                    found.push((kind.to_owned(), value.to_owned(), number.parse::<usize>().ok()?));
                    Some(after)
                }),
            };
            let Some(after) = after else { return };
            rest = after;
        }
        for (kind, value, number) in found.into_iter().filter(|_| rest.is_empty()) {
            if self.given.contains_key(&(kind.clone(), value.clone())) || !self.used.insert((kind.clone(), number)) {
                continue;
            }
            self.given.insert((kind, value), number);
        }
    }

    /// Learns from a value and the accepted one in its place.
    pub(super) fn learn_value(&mut self, value: &Value, accepted: &Value) {
        match (value, accepted) {
            (Value::String(text), Value::String(accepted)) => self.learn(text, accepted),
            (Value::Array(items), Value::Array(accepted)) => {
                items.iter().zip(accepted).for_each(|(item, accepted)| self.learn_value(item, accepted));
            }
            (Value::Object(members), Value::Object(accepted)) => {
                for (name, member) in members {
                    if let Some(accepted) = accepted.get(name) {
                        self.learn_value(member, accepted);
                    }
                }
            }
            _ => {}
        }
    }

    /// The text with its placeholders.
    pub(super) fn text(&mut self, text: &str) -> String {
        let mut done = String::with_capacity(text.len());
        for piece in pieces(text) {
            match piece {
                Piece::Text(text) => done.push_str(text),
                Piece::Marker { kind, value, form } => {
                    let number = self.number(kind, value);
                    done.push_str(&format!("[{kind}-{number}{}]", behind(form)));
                }
            }
        }
        done
    }

    /// The value with its placeholders.
    pub(super) fn value(&mut self, value: Value) -> Value {
        match value {
            Value::String(text) => Value::String(self.text(&text)),
            Value::Array(items) => items.into_iter().map(|item| self.value(item)).collect(),
            Value::Object(members) => {
                let mut done = Map::new();
                for (name, member) in members {
                    let name = self.text(&name);
                    let member = self.value(member);
                    insert(&mut done, name, member);
                }
                sorted_once(done)
            }
            Value::Null | Value::Bool(_) | Value::Number(_) => value,
        }
    }

    fn number(&mut self, kind: &str, value: &str) -> usize {
        if let Some(number) = self.given.get(&(kind.to_owned(), value.to_owned())) {
            return *number;
        }
        let last = self.last.entry(kind.to_owned()).or_default();
        *last += 1;
        while !self.used.insert((kind.to_owned(), *last)) {
            *last += 1;
        }
        self.given.insert((kind.to_owned(), value.to_owned()), *last);
        *last
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn the_same_value_has_the_same_number_by_first_appearance() {
        let [one, two] = [marker("uuid", "1", None), marker("uuid", "2", None)];
        let value = json!([one, { "a": format!("x {two} {one}"), "b": marker("pan", "1", Some("10 digits")) }]);
        let numbered = Numbers::default().value(value);
        assert_eq!(numbered, json!(["[uuid-1]", { "a": "x [uuid-2] [uuid-1]", "b": "[pan-1, 10 digits]" }]));
    }

    #[test]
    fn a_value_keeps_the_number_it_has_in_what_was_accepted() {
        let [new, one, two] = ["0", "1", "2"].map(|value| marker("uuid", value, None));
        let accepted = json!({ "b": "[uuid-1]", "c": ["[uuid-2]", "[uuid-1]"] });
        let value = json!({ "a": new, "b": one, "c": [two, one] });
        let mut numbers = Numbers::default();
        numbers.learn_value(&value, &accepted);
        assert_eq!(numbers.value(value), json!({ "a": "[uuid-3]", "b": "[uuid-1]", "c": ["[uuid-2]", "[uuid-1]"] }));
    }

    #[test]
    fn two_values_never_share_a_number_whatever_was_accepted() {
        let [one, two] = [marker("uuid", "1", None), marker("uuid", "2", None)];
        let (value, accepted) = (json!([one, two, one]), json!(["[uuid-1]", "[uuid-1]", "[uuid-2]"]));
        let mut numbers = Numbers::default();
        numbers.learn_value(&value, &accepted);
        assert_eq!(numbers.value(value), json!(["[uuid-1]", "[uuid-2]", "[uuid-1]"]));
    }
}
