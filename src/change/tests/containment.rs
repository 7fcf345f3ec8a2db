//! Known truths: for a schema S and a value J, `{const: J}` lies within S exactly when J is valid.
//!
//! The sample is made from the JSON Schema Test Suite (draft 2020-12, MIT): of every group a valid and an invalid value
//! where there are such. Groups that need `$id`, anchors, dynamic references or the network are no contracts of ours; in
//! `format`, contracts hold texts to their formats, which the suite leaves open.

use super::{lines, object, texts, with};
use crate::change::Verdict;
use serde_json::{Value, json};

const SAMPLE: &str = include_str!("containment.jsonl");

/// A document that takes S in one operation, and one that answers with it in another; the other way round for J.
fn document(shared: &Value, taken: &Value, answered: &Value) -> String {
    let content = |schema: &Value| json!({ "application/json": { "schema": schema } });
    let responses = json!({ "200": { "description": "ok" } });
    let takes = object(&[
        ("operationId", json!("takes")),
        ("requestBody", json!({ "required": true, "content": content(taken) })),
        ("responses", responses),
    ]);
    let answers = object(&[
        ("operationId", json!("answers")),
        ("responses", json!({ "200": { "description": "ok", "content": content(answered) } })),
    ]);
    let root = json!({
        "openapi": "3.1.0",
        "info": { "title": "Truths", "version": "1" },
        "components": { "schemas": { "S": shared } },
        "paths": { "/takes": { "post": takes }, "/answers": { "get": answers } },
    });
    format!("{root:#}")
}

#[test]
fn a_constant_lies_within_a_schema_exactly_when_it_is_valid() {
    let mut wrong = Vec::new();
    let reference = json!({ "$ref": "#/components/schemas/S" });
    for line in SAMPLE.lines() {
        let truth: Value = serde_json::from_str(line).unwrap();
        let constant = json!({ "const": truth["value"] });
        let old = document(&truth["schema"], &constant, &reference);
        let new = document(&truth["schema"], &reference, &constant);
        let report = texts(&old, &new);
        for operation in ["takes", "answers"] {
            let own = || report.changes.iter().filter(|change| change.operation.as_deref() == Some(operation));
            let breaks = own().any(|change| change.verdict == Verdict::Breaking);
            let unsure = own().any(|change| change.verdict == Verdict::Unsure);
            if unsure || breaks == (truth["valid"] == true) {
                wrong.push(format!("{} ({operation}): {:?}", truth["name"], lines(&report)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_schema_is_within_what_allows_more_and_not_within_what_allows_less() {
    // Each: a schema, and one that allows more.
    for (less, more) in [
        (json!({ "type": "integer", "minimum": 3 }), json!({ "type": "number", "exclusiveMinimum": 2 })),
        (json!({ "type": "integer", "multipleOf": 6 }), json!({ "type": "integer", "multipleOf": 3 })),
        (json!({ "type": "string", "minLength": 2, "maxLength": 4 }), json!({ "type": "string", "maxLength": 9 })),
        (json!({ "enum": ["a", "b"] }), json!({ "type": "string", "maxLength": 1 })),
        (json!({ "type": "boolean" }), json!({ "enum": [true, false, null] })),
        (
            json!({ "type": "array", "items": { "type": "integer" }, "maxItems": 3 }),
            json!({ "type": "array", "items": { "type": "number" } }),
        ),
        (json!({ "oneOf": [{ "type": "string" }, { "type": "integer" }] }), json!({ "type": ["string", "number"] })),
        (
            json!({ "type": ["string", "null"], "minLength": 1 }),
            json!({ "anyOf": [{ "type": "null" }, { "type": "string" }] }),
        ),
        (
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "const": 1 } }, "additionalProperties": false }),
            json!({ "type": "object", "properties": { "a": { "type": "integer" } } }),
        ),
        (
            json!({ "allOf": [{ "type": "object", "required": ["a"] }, { "properties": { "a": { "type": "integer" } } }] }),
            json!({ "type": "object", "required": ["a"], "properties": { "a": { "type": "number" } } }),
        ),
        (json!({ "type": "integer", "minimum": 1, "maximum": 5 }), json!({ "not": { "type": "string" } })),
    ] {
        // A response may become less, a request may become more; never the other way.
        for (place, old, new) in [("response", &more, &less), ("request", &less, &more)] {
            let good = texts(&with(place, old), &with(place, new));
            assert_eq!(
                (good.count(Verdict::Breaking), good.count(Verdict::Unsure)),
                (0, 0),
                "{place} {less} {more}: {:?}",
                lines(&good)
            );
            let bad = texts(&with(place, new), &with(place, old));
            assert!(bad.count(Verdict::Breaking) > 0, "{place} {less} {more}: {:?}", lines(&bad));
            assert!(bad.of(Verdict::Breaking).all(|change| change.witness.is_some()), "{less} {more}");
        }
    }
}

#[test]
fn a_schema_with_many_optional_members_takes_time_in_proportion() {
    let wide = |kind: &str| {
        let members = (0..2000).map(|n| (format!("m{n}"), json!({ "type": kind }))).collect::<serde_json::Map<_, _>>();
        json!({ "type": "object", "properties": members })
    };
    let report = texts(&with("response", &wide("integer")), &with("response", &wide("number")));
    assert_eq!(report.count(Verdict::Breaking), 2000);
    let one = texts(&with("response", &wide("integer")), &with("response", &wide("integer")));
    assert!(one.changes.is_empty());
}
