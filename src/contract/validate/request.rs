//! A request, held against what is documented for its operation before it is sent.

use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::{BodySent, Judged, Part, RequestFacts};
use super::index::MediaIndex;
use super::seen::{Key, Seen};
use super::values::fit;
use super::words::shown_text;
use super::{media, parameters};
use crate::contract::{Contract, Media, Operation};
use crate::event::{FindingKind, Side};
use serde_json::{Map, Value};

/// How much of a body that cannot be read is shown, in bytes.
const EXCERPT: usize = 80;

pub(super) fn hold(contract: &Contract, operation: &Operation, request: &RequestFacts<'_>, seen: &Seen) -> Judged {
    let mut context = ValidationContext::new(contract, operation, seen, Side::Request);
    path_chosen(&mut context, request.path);
    parameters::held(&mut context, request);
    body(&mut context, request);
    context.judged
}

/// Where several paths serve an operation, the one used is evidence.
fn path_chosen(context: &mut ValidationContext<'_>, path: &str) {
    let Some((_, index)) = context.index else { return };
    if !context.operation.path_alternatives.is_empty() {
        let id = &context.operation.id;
        for ambiguity in &index.of_path {
            context
                .record_evidence(*ambiguity, Key::new(b'u').with(id).with(path), || format!("{id} was sent to {path}"));
        }
    }
}

fn body(context: &mut ValidationContext<'_>, request: &RequestFacts<'_>) {
    let operation = context.operation;
    let there = !matches!(request.body, BodySent::None) && !matches!(request.body, BodySent::Bytes(&[]));
    let Some(documented) = &operation.request else {
        if there {
            let what = format!("the {} has a body, and none is documented", context.whose());
            context.find(Undocumented::new(FindingKind::UndocumentedField, "", what, operation.span));
        }
        return;
    };
    if !there {
        if documented.required {
            context.judged.checks += 1;
            context.violate(Violated::new("", "body", "a body".into(), documented.span));
        }
        return;
    }
    context.judged.checks += 1;
    let said = media::of(request.headers).or(match request.body {
        // The transport writes the boundary, and the type with it.
        BodySent::Multipart(_) => Some("multipart/form-data"),
        _ => None,
    });
    let found = said.map_or_else(|| media::json(&documented.media), |said| media::find(&documented.media, said));
    let Some((number, media)) = found else {
        let listed = media::listed(&documented.media);
        let whose = context.whose();
        let what = match said {
            Some(said) => format!("the {whose} has the content type `{said}`, which is not documented; {listed} is"),
            None => format!("the {whose} has no content type; {listed} is documented"),
        };
        return context.find(Undocumented {
            detail: said,
            found: said.map(str::to_owned),
            ..Undocumented::new(FindingKind::UndocumentedMediaType, "content type", what, documented.span)
        });
    };
    let index = context.index.and_then(|(_, index)| index.request.get(number));
    match &request.body {
        BodySent::Value(value) if media::is_json(&media.media_type) => media::held(context, media, index, value),
        BodySent::Value(value) => {
            let Some((_, schema)) = media::chosen(media, value) else { return };
            let lists = in_lists(media, (*value).clone());
            media::held(context, media, index, &fit(schema, lists));
        }
        BodySent::Multipart(parts) => {
            let fields = fields(media, parts);
            let Some((_, schema)) = media::chosen(media, &fields) else { return };
            media::held(context, media, index, &fit(schema, fields));
        }
        BodySent::Bytes(bytes) => raw(context, media, index, bytes),
        BodySent::None => {}
    }
}

/// A body that was written by hand, or is no JSON and no form.
fn raw(context: &mut ValidationContext<'_>, media: &Media, index: Option<&MediaIndex>, bytes: &[u8]) {
    let head = |bytes: &[u8]| {
        let dots = if bytes.len() > EXCERPT { "…" } else { "" };
        format!("{}{dots}", shown_text(&String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)])))
    };
    if media::is_json(&media.media_type) {
        return match serde_json::from_slice(bytes) {
            Ok(value) => media::held(context, media, index, &value),
            Err(why) => {
                let found = format!("not JSON: {why}; it begins with {}", head(bytes));
                context.violate(Violated::new("", "body", "a JSON body".into(), media.span).found(found));
            }
        };
    }
    // What has a form of its own, and could not be read as one, cannot be held; text and files can.
    let has_fields = media.media_type.starts_with("multipart/") || media.media_type.ends_with("form-urlencoded");
    if has_fields {
        let promised = format!("a form (`{}`)", media.media_type);
        context.violate(
            Violated::new("", "body", promised, media.span).found(format!("a body that begins with {}", head(bytes))),
        );
    } else {
        media::held(context, media, index, &Value::String(text_of(bytes)));
    }
}

/// A form's fields, in lists where the schema wants one.
fn in_lists(media: &Media, value: Value) -> Value {
    let Value::Object(mut members) = value else { return value };
    for (name, value) in &mut members {
        if wants_list(media, name) && !value.is_array() {
            *value = Value::Array(vec![value.take()]);
        }
    }
    Value::Object(members)
}

/// The fields of a multipart form, a member for each.
fn fields(media: &Media, parts: &[Part<'_>]) -> Value {
    let mut members: Map<String, Value> = Map::new();
    for part in parts {
        let is_json = part.media_type.is_some_and(media::is_json) || wants_object(media, part.field);
        let json = is_json.then(|| serde_json::from_slice(part.content).ok()).flatten();
        let value = json.unwrap_or_else(|| Value::String(text_of(part.content)));
        match members.get_mut(part.field) {
            Some(Value::Array(items)) => items.push(value),
            Some(one) => *one = Value::Array(vec![one.take(), value]),
            None if wants_list(media, part.field) => {
                members.insert(part.field.to_owned(), Value::Array(vec![value]));
            }
            None => {
                members.insert(part.field.to_owned(), value);
            }
        }
    }
    Value::Object(members)
}

fn wants_list(media: &Media, field: &str) -> bool {
    node_of(media, field, |node| node.items.is_some())
}

fn wants_object(media: &Media, field: &str) -> bool {
    node_of(media, field, |node| !node.members.is_empty())
}

fn node_of(media: &Media, field: &str, is: fn(&crate::contract::ShapeNode) -> bool) -> bool {
    let Some(shape) = media.schema.as_ref().map(crate::contract::Schema::shape) else { return false };
    let member = shape.nodes.first().and_then(|node| {
        let place = node.members.binary_search_by(|(known, _)| known.as_str().cmp(field)).ok()?;
        shape.nodes.get(node.members[place].1)
    });
    member.is_some_and(is)
}

/// Bytes as text. What is not UTF-8 becomes a character for each byte, so that its length stays what it is.
fn text_of(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => bytes.iter().map(|byte| char::from(*byte)).collect(),
    }
}
