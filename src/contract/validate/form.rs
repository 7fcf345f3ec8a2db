//! What a value is like, so that readings can be told apart without showing anybody's data.

use super::seen::Key;
use crate::text::{count, cut};
use serde_json::{Map, Value};
use std::fmt::{Display, Formatter};

/// A word of a vocabulary is no longer than this, in bytes.
const WORD: usize = 32;
/// The names of an object's members are cut after this many bytes.
const LONGEST: usize = 200;

/// The form of a value. Words of a vocabulary are kept, everything else by its kind alone.
#[derive(Debug, Clone, Copy)]
pub(super) enum Form<'v> {
    Null,
    Bool(bool),
    Whole,
    Fraction,
    EmptyText,
    Digits(usize),
    Word(&'v str),
    Time(&'v str),
    Url,
    Text,
    EmptyList,
    Objects,
    List,
    EmptyObject,
    Object(&'v Map<String, Value>),
}

impl<'v> Form<'v> {
    pub(super) fn of(value: &'v Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(value) => Self::Bool(*value),
            Value::Number(number) if number.is_f64() => Self::Fraction,
            Value::Number(_) => Self::Whole,
            Value::String(text) => Self::of_text(text),
            Value::Array(items) => match items.first() {
                None => Self::EmptyList,
                Some(Value::Object(_)) => Self::Objects,
                Some(_) => Self::List,
            },
            Value::Object(members) if members.is_empty() => Self::EmptyObject,
            Value::Object(members) => Self::Object(members),
        }
    }

    pub(super) fn of_text(text: &'v str) -> Self {
        let all = |fits: fn(u8) -> bool| text.bytes().all(fits);
        if text.is_empty() {
            Self::EmptyText
        } else if all(|byte| byte.is_ascii_digit()) {
            Self::Digits(text.len())
        } else if text.len() <= WORD && all(|byte| byte.is_ascii_alphabetic() || b"_-/".contains(&byte)) {
            Self::Word(text)
        } else if text.len() <= WORD && all(|byte| byte.is_ascii_digit() || b"-:.+TZ ".contains(&byte)) {
            Self::Time(text)
        } else if text.starts_with("https://") || text.starts_with("http://") {
            Self::Url
        } else {
            Self::Text
        }
    }

    /// The same for what is told in the same words.
    pub(super) fn key(self, key: Key) -> Key {
        match self {
            Self::Null => key.with("n"),
            Self::Bool(true) => key.with("t"),
            Self::Bool(false) => key.with("f"),
            Self::Whole => key.with("w"),
            Self::Fraction => key.with("r"),
            Self::EmptyText => key.with("e"),
            Self::Digits(length) => key.number(length),
            Self::Word(word) => key.with(word),
            Self::Time(time) => time.bytes().fold(key, |key, byte| key.number(usize::from(digits_alike(byte)))),
            Self::Url => key.with("u"),
            Self::Text => key.with("x"),
            Self::EmptyList => key.with("[]"),
            Self::Objects => key.with("[{"),
            Self::List => key.with("["),
            Self::EmptyObject => key.with("{}"),
            Self::Object(members) => members.keys().fold(key, |key, name| key.with(name)),
        }
    }
}

const fn digits_alike(byte: u8) -> u8 {
    if byte.is_ascii_digit() { b'9' } else { byte }
}

impl Display for Form<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        let words = match self {
            Self::Null => "null",
            Self::Bool(true) => "true",
            Self::Bool(false) => "false",
            Self::Whole => "a whole number",
            Self::Fraction => "a number with a fraction",
            Self::EmptyText => "empty text",
            Self::Digits(length) => return f.write_str(&count(*length, "digit")),
            Self::Word(word) => return write!(f, "`{word}`"),
            // Its form tells, its moment does not.
            Self::Time(time) => {
                let alike: String = time.bytes().map(|byte| char::from(digits_alike(byte))).collect();
                return write!(f, "text like {alike}");
            }
            Self::Url => "a URL",
            Self::Text => "text",
            Self::EmptyList => "an empty list",
            Self::Objects => "a list of objects",
            Self::List => "a list",
            Self::EmptyObject => "an empty object",
            Self::Object(members) => {
                let names: Vec<&str> = members.keys().map(String::as_str).collect();
                return write!(f, "an object of {}", cut(&names.join(", "), LONGEST));
            }
        };
        f.write_str(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_told_by_its_form_and_nobody_s_data_is_shown() {
        let told = |value: Value| Form::of(&value).to_string();
        assert_eq!(told(json!({"errorCode": "FRAUD", "status": 1})), "an object of errorCode, status");
        assert_eq!(told(json!({})), "an empty object");
        assert_eq!(told(json!([{}])), "a list of objects");
        assert_eq!(told(json!("1763800200000")), "13 digits");
        assert_eq!(told(json!("2026-03-02T06:11:09.120Z")), "text like 9999-99-99T99:99:99.999Z");
        assert_eq!(told(json!("PERSONAL_LOAN")), "`PERSONAL_LOAN`");
        assert_eq!(told(json!("")), "empty text");
        assert_eq!(told(json!("ABCPK4821M")), "text");
        assert_eq!(told(json!("https://cdn.example/lender.png")), "a URL");
        assert_eq!(told(json!(18)), "a whole number");
        assert_eq!(told(json!(22.5)), "a number with a fraction");
    }

    #[test]
    fn what_is_told_in_the_same_words_has_the_same_key() {
        let key = |value: Value| Form::of(&value).key(Key::new(b'x')).done();
        assert_eq!(key(json!("2026-03-02")), key(json!("1999-12-31")));
        assert_ne!(key(json!("2026-03-02")), key(json!("2026-03-02T")));
        assert_eq!(key(json!({"a": 1, "b": 2})), key(json!({"a": 3, "b": []})));
        assert_ne!(key(json!({"a": 1, "b": 2})), key(json!({"ab": 1})));
        assert_ne!(key(json!("EDI")), key(json!("PERSONAL_LOAN")));
    }
}
