//! The same contract in another layout is the same contract.

use super::{LENDER, lines, texts, with};
use crate::change::Verdict;
use serde_json::{Map, Value, json};

/// The members of every object in the opposite order, lists whose order says nothing too.
fn reversed(value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let all = members.iter().rev().map(|(name, value)| {
                let value = match (name.as_str(), value) {
                    ("enum" | "required" | "type", Value::Array(items)) => items.iter().rev().cloned().collect(),
                    ("const" | "example" | "examples" | "default", value) => value.clone(),
                    (_, value) => reversed(value),
                };
                (name.clone(), value)
            });
            Value::Object(all.collect::<Map<_, _>>())
        }
        Value::Array(items) => items.iter().map(reversed).collect(),
        other => other.clone(),
    }
}

/// Every reference of the components' schemas written out, a few levels deep.
fn inlined(value: &Value, root: &Value, depth: usize) -> Value {
    match value {
        Value::Object(members) => {
            let target = members.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
            if let (Some(target), 1, true) = (target.and_then(|path| root.pointer(path)), members.len(), depth < 6) {
                return inlined(target, root, depth + 1);
            }
            Value::Object(members.iter().map(|(name, value)| (name.clone(), inlined(value, root, depth))).collect())
        }
        Value::Array(items) => items.iter().map(|item| inlined(item, root, depth)).collect(),
        other => other.clone(),
    }
}

#[test]
fn the_lenders_contract_is_itself_in_any_layout() {
    let value: Value = serde_yaml::from_str(LENDER).unwrap();
    let flat = inlined(&value, &value, 0);
    for (name, text) in [
        ("the same", LENDER.to_owned()),
        ("JSON", format!("{value}")),
        ("reversed", format!("{}", reversed(&value))),
        ("references written out", format!("{flat}")),
    ] {
        let report = texts(LENDER, &text);
        let other: Vec<String> = lines(&report);
        assert!(other.is_empty(), "{name}: {other:#?}");
        assert_eq!(report.common, 16);
    }
}

#[test]
fn what_is_said_in_one_schema_may_be_said_in_several() {
    let one = json!({
        "type": "object",
        "required": ["a"],
        "properties": { "a": { "type": "integer", "minimum": 1 }, "b": { "type": ["string", "null"] } },
    });
    let several = json!({
        "allOf": [
            { "type": "object", "properties": { "a": { "type": "integer" } } },
            { "required": ["a"], "properties": { "a": { "minimum": 1 } } },
            { "properties": { "b": { "anyOf": [{ "type": "null" }, { "type": "string" }] } } },
        ],
    });
    for place in ["request", "response"] {
        for (old, new) in [(&one, &several), (&several, &one)] {
            let report = texts(&with(place, old), &with(place, new));
            assert!(report.changes.is_empty(), "{place}: {:#?}", lines(&report));
        }
    }
}

#[test]
fn null_has_three_spellings() {
    let old = json!({ "openapi": "3.0.3", "info": { "title": "Things", "version": "1" }, "paths": { "/things": { "post": {
        "operationId": "getThings",
        "requestBody": { "required": true, "content": { "application/json": { "schema": { "type": "string", "nullable": true } } } },
        "responses": { "200": { "description": "ok" } },
    } } } });
    for schema in [
        json!({ "type": ["string", "null"] }),
        json!({ "oneOf": [{ "type": "null" }, { "type": "string" }] }),
        json!({ "anyOf": [{ "type": "string" }, { "const": null }] }),
    ] {
        let report = texts(&format!("{old}"), &with("request", &schema));
        assert!(report.changes.is_empty(), "{schema}: {:#?}", lines(&report));
    }
    let report = texts(&format!("{old}"), &with("request", &json!({ "type": "string" })));
    assert_eq!(report.count(Verdict::Breaking), 1, "{:#?}", lines(&report));
}
