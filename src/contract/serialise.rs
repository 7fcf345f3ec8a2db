//! Parameters as their style writes them (OpenAPI 3.1, section 4.8.12.6): the way out; `validate::values` is the way back.

use super::model::{Parameter, ParameterStyle};
use crate::text::percent_encoded;
use serde_json::{Value, json};

/// A query parameter's value as pairs of names and values, percent-encoded. Without a documented parameter a list repeats
/// the name (`form`, exploded).
///
/// # Errors
/// The style has no way to say the value; the error is a sentence.
pub fn query(name: &str, parameter: Option<&Parameter>, value: &Value) -> Result<Vec<(String, String)>, String> {
    let style = parameter.map_or(ParameterStyle::Form, |parameter| parameter.style);
    let explode = parameter.is_none_or(|parameter| parameter.explode);
    if let Some(parameter) = parameter.filter(|parameter| parameter.as_json) {
        // Text that is JSON already is sent as it is, unless text is what the schema asks for.
        let keeps = parameter.schema.as_ref().is_none_or(|schema| schema.is_valid(value));
        let written = value.as_str().filter(|text| !keeps && serde_json::from_str::<Value>(text).is_ok());
        let text = written.map_or_else(|| value.to_string(), str::to_owned);
        return Ok(vec![(percent_encoded(&parameter.name), percent_encoded(&text))]);
    }
    let own = percent_encoded(name);
    let mark = match style {
        ParameterStyle::SpaceDelimited => "%20",
        ParameterStyle::PipeDelimited => "%7C",
        _ => ",",
    };
    match value {
        Value::Object(members) if style == ParameterStyle::DeepObject => {
            let mut pairs = Vec::new();
            for (member, value) in members {
                deep(&format!("{name}[{member}]"), value, &mut pairs);
            }
            Ok(pairs)
        }
        Value::Array(items) if explode => Ok(items.iter().map(|item| (own.clone(), escaped(item))).collect()),
        Value::Array(items) => Ok(vec![(own, joined(items.iter().map(escaped), mark))]),
        Value::Object(_) if parameter.is_none() => Err(format!(
            "the query parameter `{name}` is an object, and no contract says how one is written; give its members by name"
        )),
        Value::Object(members) if explode => {
            Ok(members.iter().map(|(member, value)| (percent_encoded(member), escaped(value))).collect())
        }
        Value::Object(members) => {
            let flat = members.iter().flat_map(|(member, value)| [percent_encoded(member), escaped(value)]);
            Ok(vec![(own, joined(flat, mark))])
        }
        plain => {
            // Text that already holds the items of a list keeps the commas between them.
            let text = text_of(plain);
            let parted = parameter.is_some_and(|parameter| !parameter.explode && is_compound(parameter));
            Ok(vec![(own, if parted { keeping(&text, &[',']) } else { percent_encoded(&text) })])
        }
    }
}

/// A path parameter's value, percent-encoded but for what its style writes between items. Without a documented parameter
/// a list is parted by commas (`simple`).
#[must_use]
pub fn path(name: &str, parameter: Option<&Parameter>, value: &Value) -> String {
    let style = parameter.map_or(ParameterStyle::Simple, |parameter| parameter.style);
    let explode = parameter.is_some_and(|parameter| parameter.explode);
    let own = percent_encoded(name);
    let member = |(member, value): (&String, &Value)| format!("{}={}", percent_encoded(member), escaped(value));
    let flat = |(member, value): (&String, &Value)| [percent_encoded(member), escaped(value)];
    match (style, value) {
        (ParameterStyle::Matrix, Value::Array(items)) if explode => {
            items.iter().map(|item| format!(";{own}={}", escaped(item))).collect()
        }
        (ParameterStyle::Matrix, Value::Array(items)) => format!(";{own}={}", joined(items.iter().map(escaped), ",")),
        (ParameterStyle::Matrix, Value::Object(members)) if explode => {
            members.iter().map(|pair| format!(";{}", member(pair))).collect()
        }
        (ParameterStyle::Matrix, Value::Object(members)) => {
            format!(";{own}={}", joined(members.iter().flat_map(flat), ","))
        }
        (ParameterStyle::Label, Value::Array(items)) => {
            format!(".{}", joined(items.iter().map(escaped), if explode { "." } else { "," }))
        }
        (ParameterStyle::Label, Value::Object(members)) if explode => {
            members.iter().map(|pair| format!(".{}", member(pair))).collect()
        }
        (ParameterStyle::Label, Value::Object(members)) => format!(".{}", joined(members.iter().flat_map(flat), ",")),
        (_, Value::Array(items)) => joined(items.iter().map(escaped), ","),
        (_, Value::Object(members)) if explode => joined(members.iter().map(member), ","),
        (_, Value::Object(members)) => joined(members.iter().flat_map(flat), ","),
        (ParameterStyle::Matrix, plain) => {
            let text = text_of(plain);
            // Text may be written as the style has it already.
            match text.starts_with(';') {
                true => keeping(&text, &[';', '=', ',']),
                false => format!(";{own}={}", percent_encoded(&text)),
            }
        }
        (ParameterStyle::Label, plain) => {
            let text = text_of(plain);
            let dot = if text.starts_with('.') { "" } else { "." };
            format!("{dot}{}", keeping(&text, &['=', ',']))
        }
        (_, plain) => {
            let text = text_of(plain);
            if parameter.is_some_and(is_compound) { keeping(&text, &[',', '=']) } else { percent_encoded(&text) }
        }
    }
}

/// Members of members, and items of lists, as `name[member][]` (what most servers that read deep objects understand).
fn deep(name: &str, value: &Value, pairs: &mut Vec<(String, String)>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(member, value)| deep(&format!("{name}[{member}]"), value, pairs));
        }
        Value::Array(items) => items.iter().for_each(|item| pairs.push((percent_encoded(name), escaped(item)))),
        plain => pairs.push((percent_encoded(name), escaped(plain))),
    }
}

/// Whether a parameter's schema asks for a list or an object: it takes an empty one, or none of the plain values.
fn is_compound(parameter: &Parameter) -> bool {
    let Some(schema) = &parameter.schema else { return false };
    let takes = |value: Value| schema.is_valid(&value);
    takes(json!([])) || takes(json!({})) || ![json!("x"), json!(1), json!(true)].into_iter().any(takes)
}

fn escaped(value: &Value) -> String {
    percent_encoded(&text_of(value))
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn joined(items: impl Iterator<Item = String>, mark: &str) -> String {
    items.collect::<Vec<_>>().join(mark)
}

/// Percent-encodes all but these.
fn keeping(text: &str, kept: &[char]) -> String {
    text.split_inclusive(kept)
        .map(|piece| match piece.chars().last().filter(|last| kept.contains(last)) {
            Some(last) => percent_encoded(&piece[..piece.len() - last.len_utf8()]) + &last.to_string(),
            None => percent_encoded(piece),
        })
        .collect()
}
