//! Of a large body only what is asked for: all of it is read and must be JSON, the rest is not kept.
//!
//! What a [`Sieve`] leaves is a value in which every path it knows selects what it selects in the whole body. Everything
//! else may be missing, so that nothing may be said of it.

use super::selector::{Selector, Step};
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};
use std::fmt;

/// The parts of a body that will be looked at.
#[derive(Debug, Default)]
pub struct Sieve<'a> {
    paths: Vec<Vec<Key<'a>>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Key<'a> {
    Name(&'a str),
    Index(usize),
}

impl<'a> Sieve<'a> {
    /// Keeps what a path selects.
    pub fn keep(&mut self, selector: &'a Selector) {
        let mut path = Vec::new();
        for step in selector.steps().unwrap_or_default() {
            path.push(match step {
                Step::Name(name) => Key::Name(name),
                Step::Index(index) => match usize::try_from(*index) {
                    Ok(index) => Key::Index(index),
                    // Counted from an end that is not known yet: the whole list is kept.
                    Err(_) => break,
                },
            });
        }
        // A path that is not singular has no steps here: the whole body is kept.
        self.paths.push(path);
    }

    /// Keeps a member of the body.
    pub fn keep_member(&mut self, name: &'a str) {
        self.paths.push(vec![Key::Name(name)]);
    }

    /// What is kept of a body; `None` when it is not JSON.
    #[must_use]
    pub fn sift(&self, body: &str) -> Option<Value> {
        let paths: Vec<&[Key<'_>]> = self.paths.iter().map(Vec::as_slice).collect();
        let mut reader = serde_json::Deserializer::from_str(body);
        let kept = Sifted(&paths).deserialize(&mut reader).ok()?;
        reader.end().ok().map(|()| kept)
    }
}

/// A value of which these paths are kept, each from here on. Where a path ends, everything is.
#[derive(Clone, Copy)]
struct Sifted<'p, 'k>(&'p [&'p [Key<'k>]]);

impl<'p, 'k> Sifted<'p, 'k> {
    /// What is left of the paths that go on with this key.
    fn below(self, key: Key<'_>) -> Vec<&'p [Key<'k>]> {
        let rest = |path: &&'p [Key<'k>]| path.split_first().filter(|(first, _)| **first == key).map(|(_, rest)| rest);
        self.0.iter().filter_map(rest).collect()
    }
}

impl<'de> DeserializeSeed<'de> for Sifted<'_, '_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        if self.0.iter().any(|path| path.is_empty()) {
            return serde::Deserialize::deserialize(reader);
        }
        reader.deserialize_any(self)
    }
}

/// Reads what is not kept as the library reads it, so that both refuse the same; null stands for it.
impl<'de> Visitor<'de> for Sifted<'_, '_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any valid JSON value")
    }

    fn visit_bool<E>(self, _: bool) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_str<E>(self, _: &str) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut kept = Vec::new();
        loop {
            let below = self.below(Key::Index(kept.len()));
            match items.next_element_seed(Sifted(&below))? {
                Some(value) => kept.push(value),
                None => return Ok(Value::Array(kept)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Value, A::Error> {
        let mut kept = Map::new();
        while let Some(name) = members.next_key_seed(Name(self))? {
            match name {
                Some((name, below)) => {
                    kept.insert(name, members.next_value_seed(Sifted(&below))?);
                }
                None => {
                    members.next_value_seed(Sifted(&[]))?;
                }
            }
        }
        Ok(Value::Object(kept))
    }
}

/// A member's name, with what is kept below it; `None` when nothing is.
struct Name<'p, 'k>(Sifted<'p, 'k>);

impl<'de, 'p, 'k> DeserializeSeed<'de> for Name<'p, 'k> {
    type Value = Option<(String, Vec<&'p [Key<'k>]>)>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl<'p, 'k> Visitor<'_> for Name<'p, 'k> {
    type Value = Option<(String, Vec<&'p [Key<'k>]>)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        let below = self.0.below(Key::Name(name));
        Ok((!below.is_empty()).then(|| (name.to_owned(), below)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::expr::Selection;
    use proptest::prelude::*;

    const PATHS: [&str; 9] =
        ["$.a", "$.a.b", "$.b[0]", "$.b[2].a", "$.b[-1].a", "$.c.b[1][0]", "$['a']['a']['a']", "$.b", "$[1].a"];

    fn selectors(paths: &[&str]) -> Vec<Selector> {
        paths.iter().map(|path| Selector::parse(path).unwrap()).collect()
    }

    fn agree(body: &str, selectors: &[Selector]) {
        let mut sieve = Sieve::default();
        selectors.iter().for_each(|selector| sieve.keep(selector));
        let (whole, sifted) = (serde_json::from_str::<Value>(body).ok(), sieve.sift(body));
        assert_eq!(sifted.is_some(), whole.is_some(), "{body}");
        let (Some(whole), Some(sifted)) = (whole, sifted) else { return };
        for selector in selectors {
            assert_eq!(selector.select(&sifted), selector.select(&whole), "{} in {body}", selector.text());
        }
    }

    #[test]
    fn what_is_asked_for_is_there_and_the_rest_is_not() {
        let selectors = selectors(&["$.data.banks[1].code", "$.statusCode"]);
        let mut sieve = Sieve::default();
        selectors.iter().for_each(|selector| sieve.keep(selector));
        let body = r#"{"data": {"count": 3, "banks": [{"code": "A"}, {"code": "B", "x": {}}, {}]}, "statusCode": "S"}"#;
        let kept = sieve.sift(body).unwrap();
        assert_eq!(kept.to_string(), r#"{"data":{"banks":[{},{"code":"B"},{}]},"statusCode":"S"}"#);
    }

    #[test]
    fn the_same_is_refused() {
        let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
        for body in [
            r#"{"x": "\ud800", "a": 1}"#,
            r#"{"\ud800": 1}"#,
            r#"{"a": 1} 2"#,
            r#"{"a": 1"#,
            r#"{"a": 1, 2}"#,
            "{\"x\": \"\u{1}\"}",
            deep.as_str(),
            "",
            "nul",
        ] {
            assert_eq!(serde_json::from_str::<Value>(body).ok(), None, "{body}");
            agree(body, &selectors(&PATHS));
        }
    }

    #[test]
    fn numbers_that_no_float_can_hold_are_kept_as_they_are() {
        agree(r#"{"x": 1e999, "a": 12345678901234567890123, "b": [1.10, 2e-400]}"#, &selectors(&PATHS));
    }

    #[test]
    fn the_last_of_equal_names_counts() {
        for body in [r#"{"a": {"b": 1}, "a": {"c": 2}}"#, r#"{"a": 1, "a": {"b": 2}}"#, r#"{"a": {"b": 1}, "a": 2}"#] {
            agree(body, &selectors(&PATHS));
        }
    }

    #[test]
    fn paths_that_select_several_values_keep_the_whole_body() {
        let selectors = selectors(&["$..a", "$.b"]);
        let mut sieve = Sieve::default();
        selectors.iter().for_each(|selector| sieve.keep(selector));
        assert_eq!(sieve.sift(r#"{"c":[{"a":1}]}"#).unwrap().to_string(), r#"{"c":[{"a":1}]}"#);
        assert!(matches!(selectors[0].select(&sieve.sift("[]").unwrap()), Selection::Many(_)));
    }

    proptest! {
        #[test]
        fn paths_select_the_same(body in bodies()) {
            agree(&body, &selectors(&PATHS));
            for path in PATHS {
                agree(&body, &selectors(&[path]));
            }
        }
    }

    /// JSON texts of few names, some of them twice in one object.
    fn bodies() -> impl Strategy<Value = String> {
        let leaf =
            prop_oneof![Just("1"), Just("null"), Just("\"b\""), Just("-2.5"), Just("true")].prop_map(str::to_owned);
        leaf.prop_recursive(4, 40, 4, |inner| {
            let list = prop::collection::vec(inner.clone(), 0..4).prop_map(|items| format!("[{}]", items.join(",")));
            let member = ("[abc]", inner).prop_map(|(name, value)| format!("{name:?}: {value}"));
            let object = prop::collection::vec(member, 0..4).prop_map(|members| format!("{{{}}}", members.join(", ")));
            prop_oneof![list, object]
        })
    }
}
