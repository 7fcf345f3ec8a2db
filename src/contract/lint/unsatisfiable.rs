//! A schema that no value can keep: whoever answers breaks the contract, whatever is answered.

use super::document::{At, Document};
use super::{Found, Look, Mark};
use std::collections::BTreeSet;

/// Bounds that belong together, the lower first.
const BOUNDS: [(&str, &str, &str); 4] = [
    ("minLength", "maxLength", "text"),
    ("minItems", "maxItems", "a list"),
    ("minProperties", "maxProperties", "an object"),
    ("minimum", "maximum", "a number"),
];

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let schemas = look.fields.schemas.iter();
    schemas.filter_map(|schema| judge(&look.document, schema)).collect()
}

fn judge<'d>(document: &Document<'d>, schema: &At<'d>) -> Option<Found> {
    forbidden_member(schema)
        .or_else(|| bounds(schema))
        .or_else(|| values_of_another_type(schema))
        .or_else(|| parts_of_other_types(document, schema))
}

fn found(title: String, marks: Vec<Mark>, next: String) -> Found {
    let why = "no value can be both, so every answer and every request breaks the contract".to_owned();
    Found { title, marks, why, next }
}

fn is_false(at: Option<At<'_>>) -> bool {
    at.is_some_and(|at| matches!(at.node.kind, crate::yaml::Kind::Bool(false)))
}

/// A member that must be there and must not.
fn forbidden_member(schema: &At<'_>) -> Option<Found> {
    let required = schema.get("required")?.items();
    let properties = schema.get("properties").map(|properties| properties.members()).unwrap_or_default();
    let closed = is_false(schema.get("additionalProperties")) && schema.get("patternProperties").is_none();
    required.iter().find_map(|name| {
        let text = name.text()?;
        let own = properties.iter().find(|property| property.name == text);
        match own {
            Some(property) if is_false(Some(property.at.clone())) => {
                let marks = vec![Mark::node(name, "required here"), Mark::node(&property.at, "refused here")];
                let next = format!("take `{text}` from `required`, or say what it is");
                Some(found(format!("`{text}` must be there and must not"), marks, next))
            }
            None if closed => {
                let additional = schema.entry("additionalProperties")?;
                let near = crate::text::did_you_mean(text, properties.iter().map(|property| property.name));
                let label = near.unwrap_or_else(|| "required, and not among the `properties`".to_owned());
                let marks = vec![
                    Mark::node(name, label),
                    Mark::key(additional.key, &additional.at, "refuses every member that is not listed"),
                ];
                let next = format!("describe `{text}` under `properties` beside it, or take it from `required`");
                Some(found(format!("`{text}` must be there and must not"), marks, next))
            }
            _ => None,
        }
    })
}

fn bounds(schema: &At<'_>) -> Option<Found> {
    let number = |at: &At<'_>| at.node.to_json().as_f64();
    BOUNDS.iter().find_map(|(least, most, what)| {
        let (low, high) = (schema.get(least)?, schema.get(most)?);
        (number(&low)? > number(&high)?).then(|| {
            let marks = vec![Mark::node(&low, "at least"), Mark::node(&high, "at most")];
            found(
                format!("{what} cannot have a `{least}` above its `{most}`"),
                marks,
                "correct one of the two".to_owned(),
            )
        })
    })
}

/// The types a schema names; an integer is a number.
fn types(schema: &At<'_>) -> Option<BTreeSet<String>> {
    let written = schema.get("type")?;
    let names = if written.text().is_some() { vec![written] } else { written.items() };
    let plain = |name: &At<'_>| Some(if name.text()? == "integer" { "number" } else { name.text()? }.to_owned());
    let mut types: BTreeSet<String> = names.iter().filter_map(plain).collect();
    if schema.get("nullable").is_some_and(|at| matches!(at.node.kind, crate::yaml::Kind::Bool(true))) {
        types.insert("null".to_owned());
    }
    (!types.is_empty()).then_some(types)
}

fn type_of(value: &serde_json::Value) -> &'static str {
    match value {
        serde_json::Value::Null => "null",
        serde_json::Value::Bool(_) => "boolean",
        serde_json::Value::Number(_) => "number",
        serde_json::Value::String(_) => "string",
        serde_json::Value::Array(_) => "array",
        serde_json::Value::Object(_) => "object",
    }
}

/// Listed values, none of which is of the type.
fn values_of_another_type(schema: &At<'_>) -> Option<Found> {
    let types = types(schema)?;
    let listed = schema.entry("enum").or_else(|| schema.entry("const"))?;
    let values = if listed.name == "enum" { listed.at.items() } else { vec![listed.at.clone()] };
    let other = !values.is_empty() && values.iter().all(|value| !types.contains(type_of(&value.node.to_json())));
    other.then(|| {
        let marks = vec![
            Mark::key(listed.key, &listed.at, "none of these is of the type"),
            Mark::node(&schema.get("type").unwrap_or_else(|| schema.clone()), "the type"),
        ];
        let next = "write the values as the type has them: quote text, do not quote numbers".to_owned();
        found(format!("no value of `{}` is of the type", listed.name), marks, next)
    })
}

/// Parts that must all be kept, of types that exclude each other.
fn parts_of_other_types<'d>(document: &Document<'d>, schema: &At<'d>) -> Option<Found> {
    let parts = schema.get("allOf")?.items();
    let own = types(schema).zip(schema.get("type"));
    let mut all: Vec<(BTreeSet<String>, At<'d>)> = own.into_iter().collect();
    for part in parts {
        if let Some(types) = types(&document.resolve(part.clone())) {
            all.push((types, part));
        }
    }
    all.iter().enumerate().find_map(|(index, (types, part))| {
        let (_, other) = all[index + 1..].iter().find(|(others, _)| others.is_disjoint(types))?;
        let marks = vec![Mark::node(part, "of one type"), Mark::node(other, "of another")];
        let next = "write `oneOf` where either may be, or correct the type".to_owned();
        Some(found("parts of `allOf` have types that exclude each other".to_owned(), marks, next))
    })
}
