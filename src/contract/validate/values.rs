//! Text read as what a schema asks for: parameters and forms carry text, schemas speak of numbers and lists.

use crate::contract::{ParameterStyle, Schema};
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// What a schema asks for at its top.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    List,
    Object,
    Text,
}

/// What a schema may ask for, the likelier first.
pub(super) fn wanted(schema: Option<&Schema>) -> Vec<Wanted> {
    let Some(schema) = schema else { return vec![Wanted::Text] };
    let kinds = schema.kinds();
    if kinds.anything() {
        // Without a type, what is listed says what is meant.
        return match schema.shape().nodes.first() {
            Some(node) if node.items.is_some() => vec![Wanted::List, Wanted::Text],
            Some(node) if !node.members.is_empty() => vec![Wanted::Object, Wanted::Text],
            _ => vec![Wanted::Text],
        };
    }
    let all = [(kinds.lists(), Wanted::List), (kinds.objects(), Wanted::Object), (kinds.scalars(), Wanted::Text)];
    let mut wanted: Vec<Wanted> = all.into_iter().filter(|(may, _)| *may).map(|(_, wanted)| wanted).collect();
    if wanted.is_empty() {
        wanted.push(Wanted::Text);
    }
    wanted
}

/// A value in which text stands for everything, with numbers, booleans and nulls where the schema asks for them.
pub(super) fn fit(schema: &Schema, value: Value) -> Value {
    if schema.is_valid(&value) {
        return value;
    }
    let errors = schema.errors(&value);
    let mut typed = value;
    for error in errors.iter().filter(|error| error.keyword == "type") {
        convert(&mut typed, &error.pointer);
    }
    if schema.is_valid(&typed) {
        return typed;
    }
    // A list of values, or branches, may speak of numbers without naming a type; then it has to fit.
    let mut guessed = typed.clone();
    for error in &errors {
        convert(&mut guessed, &error.pointer);
    }
    if schema.is_valid(&guessed) { guessed } else { typed }
}

fn convert(value: &mut Value, pointer: &str) {
    if let Some(there) = value.pointer_mut(pointer)
        && let Some(scalar) = there.as_str().and_then(scalar)
    {
        *there = scalar;
    }
}

/// A number, a boolean or null, written as JSON does.
fn scalar(text: &str) -> Option<Value> {
    let value: Value = serde_json::from_str(text).ok()?;
    (!matches!(value, Value::String(_) | Value::Array(_) | Value::Object(_))).then_some(value)
}

/// How what is between the separators is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// With percent signs, in a path (RFC 3986, section 2.1).
    Percent,
    /// As a form does it: a plus is a blank.
    Form,
    /// Not at all: headers and cookies.
    Plain,
}

impl Encoding {
    pub(super) fn decode(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Plain => Cow::Borrowed(text),
            Self::Form if text.contains('+') => {
                Cow::Owned(percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned())
            }
            Self::Percent | Self::Form => percent_decode_str(text).decode_utf8_lossy(),
        }
    }

    fn text(self, text: &str) -> Value {
        Value::String(self.decode(text).into_owned())
    }
}

/// Whether every item or member is written apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Explode {
    Apart,
    Together,
}

impl Explode {
    pub(super) const fn of(explode: bool) -> Self {
        if explode { Self::Apart } else { Self::Together }
    }
}

/// Reads one raw text by its style (OpenAPI 3.1, 4.8.12.3); what several pairs of a query say is put together elsewhere.
pub(super) fn read(
    raw: &str,
    name: &str,
    style: ParameterStyle,
    explode: Explode,
    wanted: Wanted,
    encoding: Encoding,
) -> Value {
    let (raw, separator) = match style {
        ParameterStyle::Label => {
            (raw.strip_prefix('.').unwrap_or(raw), if explode == Explode::Apart { "." } else { "," })
        }
        ParameterStyle::Matrix => {
            let raw = raw.strip_prefix(';').unwrap_or(raw);
            (raw, if explode == Explode::Apart { ";" } else { "," })
        }
        ParameterStyle::SpaceDelimited => (raw, " "),
        ParameterStyle::PipeDelimited => (raw, "|"),
        ParameterStyle::Simple | ParameterStyle::Form | ParameterStyle::DeepObject => (raw, ","),
    };
    // A matrix says the name before the value, before every value when they are written apart.
    let own = |text: &str| match (style, text.strip_prefix(name).and_then(|rest| rest.strip_prefix('='))) {
        (ParameterStyle::Matrix, Some(rest)) => rest.to_owned(),
        _ => text.to_owned(),
    };
    match wanted {
        Wanted::Text => encoding.text(&own(raw)),
        Wanted::List => Value::Array(split(&own(raw), separator).map(|item| encoding.text(&own(item))).collect()),
        Wanted::Object if explode == Explode::Apart => {
            let pairs = split(raw, separator).map(|pair| pair.split_once('=').unwrap_or((pair, "")));
            members(pairs, encoding)
        }
        Wanted::Object => {
            let raw = own(raw);
            let parts: Vec<&str> = split(&raw, separator).collect();
            members(parts.chunks(2).map(|pair| (pair[0], pair.get(1).copied().unwrap_or(""))), encoding)
        }
    }
}

fn members<'t>(pairs: impl Iterator<Item = (&'t str, &'t str)>, encoding: Encoding) -> Value {
    Value::Object(
        pairs.map(|(name, value)| (encoding.decode(name).into_owned(), encoding.text(value))).collect::<Map<_, _>>(),
    )
}

/// Splits at a separator, or at the ways to encode one that is not allowed in a URL.
fn split<'t>(raw: &'t str, separator: &str) -> impl Iterator<Item = &'t str> {
    let encoded: &[&str] = match separator {
        " " => &["%20", "+", " "],
        "|" => &["%7C", "%7c", "|"],
        "." => &["."],
        ";" => &[";"],
        _ => &[","],
    };
    let mut rest = (!raw.is_empty()).then_some(raw);
    std::iter::from_fn(move || {
        let now = rest?;
        let next = encoded.iter().filter_map(|mark| Some((now.find(mark)?, mark.len()))).min();
        let (item, after) = match next {
            Some((at, length)) => (&now[..at], Some(&now[at + length..])),
            None => (now, None),
        };
        rest = after;
        Some(item)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_style_is_read_as_the_standard_shows_it() {
        use ParameterStyle::{Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
        let (list, object, text) = (Wanted::List, Wanted::Object, Wanted::Text);
        let colours = json!(["blue", "black"]);
        let rgb = json!({"R": "100", "G": "200"});
        for (raw, style, explode, wanted, value) in [
            ("blue,black", Simple, Explode::Together, list, &colours),
            ("R,100,G,200", Simple, Explode::Together, object, &rgb),
            ("R=100,G=200", Simple, Explode::Apart, object, &rgb),
            (".blue.black", Label, Explode::Apart, list, &colours),
            (".blue,black", Label, Explode::Together, list, &colours),
            (".R=100.G=200", Label, Explode::Apart, object, &rgb),
            (";color=blue,black", Matrix, Explode::Together, list, &colours),
            (";color=blue;color=black", Matrix, Explode::Apart, list, &colours),
            (";R=100;G=200", Matrix, Explode::Apart, object, &rgb),
            (";color=R,100,G,200", Matrix, Explode::Together, object, &rgb),
            (";color=a%20b", Matrix, Explode::Together, text, &json!("a b")),
            ("blue%20black", SpaceDelimited, Explode::Together, list, &colours),
            ("blue%7Cblack", PipeDelimited, Explode::Together, list, &colours),
            ("blue,black", Form, Explode::Together, list, &colours),
            ("a%2Cb", Form, Explode::Together, list, &json!(["a,b"])),
            ("", Form, Explode::Together, list, &json!([])),
        ] {
            assert_eq!(&read(raw, "color", style, explode, wanted, Encoding::Percent), value, "{raw}");
        }
        assert_eq!(Encoding::Form.decode("a+b%2B"), "a b+");
    }
}
