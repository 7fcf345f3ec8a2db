//! The fields of forms as the members of an object (OpenAPI 3.1, 4.8.15): how each is written is the document's to say.

use super::body::text_of;
use super::context::{ValidationContext, Violated};
use super::deep::{self, Leaf};
use super::facts::Part;
use super::media;
use crate::contract::{FieldEncoding, Media, ParameterStyle, Schema};
use crate::text::either;
use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// The fields of a form that was written by hand, or came; nothing where the body is none.
pub(super) fn pairs(body: &[u8]) -> Option<Vec<(String, String)>> {
    let text = std::str::from_utf8(body).ok()?.trim_end_matches(['\r', '\n']);
    if text.contains(['\n', '{', '<', ' ', '"']) {
        return None;
    }
    let decoded = |text: &str| percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned();
    let pair = |text: &str| {
        let (name, value) = text.split_once('=').unwrap_or((text, ""));
        (decoded(name), decoded(value))
    };
    Some(text.split('&').filter(|pair| !pair.is_empty()).map(pair).collect())
}

/// The fields of a form that are at hand as members.
pub(super) fn pairs_of(value: &Value) -> Option<Vec<(String, String)>> {
    let text = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let mut pairs = Vec::new();
    for (name, value) in value.as_object()? {
        match value {
            Value::Array(items) => pairs.extend(items.iter().map(|item| (name.clone(), text(item)))),
            one => pairs.push((name.clone(), text(one))),
        }
    }
    Some(pairs)
}

/// The fields of a form, as the members that its schema speaks of. Text stands for everything.
pub(super) fn of_pairs(media: &Media, schema: &Schema, pairs: &[(String, String)]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    let mut seen: Vec<&str> = Vec::new();
    for (name, _) in pairs {
        if seen.contains(&name.as_str()) {
            continue;
        }
        seen.push(name);
        let outer = name.split('[').next().unwrap_or_default();
        let known = schema.shape().nodes.first().is_some_and(|node| node.members.iter().any(|(own, _)| own == name));
        if !known && outer.len() < name.len() {
            // `at[city]` belongs to `at`, with all that begins so.
            let nested = pairs.iter().filter_map(|(own, value)| {
                let path = own.strip_prefix(outer)?;
                path.starts_with('[').then(|| Leaf { path: deep::path(path), text: value.clone() })
            });
            let leaves: Vec<Leaf> = nested.collect();
            let kinds =
                |path: &[String]| schema.member_kinds(std::iter::once(outer).chain(path.iter().map(String::as_str)));
            if !members.contains_key(outer) {
                members.insert(outer.to_owned(), deep::value(&leaves, &kinds));
            }
            continue;
        }
        let values: Vec<&str> = pairs.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()).collect();
        members.insert(name.clone(), field(media, schema, name, &values));
    }
    Value::Object(members)
}

/// What the values of one name are.
fn field(media: &Media, schema: &Schema, name: &str, values: &[&str]) -> Value {
    let kinds = schema.member_kinds([name]);
    let encoding = encoding(media, name);
    let as_json = encoding.is_some_and(|encoding| {
        encoding.content_types.first().is_some_and(|own| media::is_json(own)) && encoding.style.is_none()
    });
    if let [one] = values {
        if (as_json || !kinds.scalars() && kinds.objects())
            && let Ok(value) = serde_json::from_str(one)
        {
            return value;
        }
        let joined = encoding.filter(|encoding| !encoding.explode && encoding.style.is_some());
        if let Some(encoding) = joined.filter(|_| kinds.lists()) {
            let mark = match encoding.style {
                Some(ParameterStyle::PipeDelimited) => '|',
                Some(ParameterStyle::SpaceDelimited) => ' ',
                _ => ',',
            };
            return one.split(mark).map(Value::from).collect();
        }
        return if kinds.lists() && !kinds.scalars() { vec![*one].into() } else { Value::from(*one) };
    }
    values.iter().map(|value| Value::from(*value)).collect()
}

fn encoding<'m>(media: &'m Media, field: &str) -> Option<&'m FieldEncoding> {
    media.encoding.iter().find(|encoding| encoding.field == field)
}

/// The fields of a multipart form, a member for each.
pub(super) fn of_parts(media: &Media, schema: &Schema, parts: &[Part<'_>]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    for part in parts {
        let kinds = schema.member_kinds([part.field]);
        let encoded = encoding(media, part.field).and_then(|encoding| encoding.content_types.first());
        let as_json = part.media_type.is_some_and(media::is_json)
            || encoded.is_some_and(|own| media::is_json(own))
            || !kinds.scalars() && (kinds.objects() || kinds.lists());
        let json = as_json.then(|| serde_json::from_slice(part.content).ok()).flatten();
        let value = json.unwrap_or_else(|| Value::String(text_of(part.content)));
        let list = kinds.lists() && !kinds.scalars() && !value.is_array();
        match members.get_mut(part.field) {
            Some(Value::Array(items)) => items.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
            None => drop(members.insert(part.field.to_owned(), if list { vec![value].into() } else { value })),
        }
    }
    Value::Object(members)
}

/// Whether every part has a media type that its field may have.
pub(super) fn types_of_parts(context: &mut ValidationContext<'_>, media: &Media, parts: &[Part<'_>]) {
    for part in parts {
        let Some(encoding) = encoding(media, part.field).filter(|own| !own.content_types.is_empty()) else { continue };
        // A part without a type is text (RFC 7578, 4.4); of a field that is no file nobody says one.
        let Some(came) = part.media_type else { continue };
        context.judged.checks += 1;
        if !encoding.content_types.iter().any(|own| media::fits(own, came)) {
            let place = format!("/{}", crate::text::pointer_escaped(part.field));
            let promised = format!("the media type {}", either(&encoding.content_types));
            let found = media::essence(came).to_owned();
            context.violate(Violated::new(&place, "media-type", promised, encoding.span).found(found));
        }
    }
}
