//! The part of JSON Schema that our schemas use, so that tests can hold files against them.

use regex::Regex;
use serde_json::Value;

/// What is wrong with a value, with its place; empty when it is as the schema says.
pub(crate) fn problems(root: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    check(root, root, value, "", &mut found);
    found
}

fn valid(root: &Value, schema: &Value, value: &Value) -> bool {
    let mut found = Vec::new();
    check(root, schema, value, "", &mut found);
    found.is_empty()
}

fn check(root: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    if *schema == Value::Bool(false) {
        found.push(format!("{at}: cannot be here"));
        return;
    }
    let Some(keywords) = schema.as_object() else { return };
    for (keyword, asked) in keywords {
        let good = match keyword.as_str() {
            "$ref" => {
                let target = asked.as_str().and_then(|to| root.pointer(&to[1..])).expect("a definition that is there");
                check(root, target, value, at, found);
                true
            }
            "type" => match asked.as_array() {
                Some(names) => names.iter().any(|name| is(value, name)),
                None => is(value, asked),
            },
            "const" => value == asked,
            "enum" => asked.as_array().expect("a keyword of its own shape").contains(value),
            "pattern" => value.as_str().is_none_or(|text| matches(asked, text)),
            "minimum" => {
                value.as_f64().is_none_or(|number| number >= asked.as_f64().expect("a keyword of its own shape"))
            }
            "maximum" => {
                value.as_f64().is_none_or(|number| number <= asked.as_f64().expect("a keyword of its own shape"))
            }
            "exclusiveMinimum" => {
                value.as_f64().is_none_or(|number| number > asked.as_f64().expect("a keyword of its own shape"))
            }
            "minItems" => value
                .as_array()
                .is_none_or(|items| items.len() as u64 >= asked.as_u64().expect("a keyword of its own shape")),
            "minProperties" => value
                .as_object()
                .is_none_or(|members| members.len() as u64 >= asked.as_u64().expect("a keyword of its own shape")),
            "required" => value.as_object().is_none_or(|members| {
                asked
                    .as_array()
                    .expect("a keyword of its own shape")
                    .iter()
                    .all(|name| members.contains_key(name.as_str().expect("a keyword of its own shape")))
            }),
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    check(root, asked, item, &format!("{at}/{index}"), found);
                }
                true
            }
            "propertyNames" => {
                let names = value.as_object().into_iter().flat_map(|members| members.keys());
                names.into_iter().all(|name| valid(root, asked, &Value::from(name.as_str())))
            }
            "properties" | "patternProperties" | "additionalProperties" => {
                for (name, member) in value.as_object().into_iter().flatten() {
                    if let Some(schema) = schema_of(keywords, keyword, name) {
                        check(root, schema, member, &format!("{at}/{name}"), found);
                    }
                }
                true
            }
            "allOf" => {
                asked
                    .as_array()
                    .expect("a keyword of its own shape")
                    .iter()
                    .for_each(|one| check(root, one, value, at, found));
                true
            }
            "anyOf" => asked.as_array().expect("a keyword of its own shape").iter().any(|one| valid(root, one, value)),
            "oneOf" => {
                asked
                    .as_array()
                    .expect("a keyword of its own shape")
                    .iter()
                    .filter(|one| valid(root, one, value))
                    .count()
                    == 1
            }
            "$schema" | "title" | "description" | "examples" | "$defs" | "format" => true,
            other => panic!("the schema uses `{other}`, which this does not know"),
        };
        if !good {
            found.push(format!("{at}: {keyword} {asked}"));
        }
    }
}

/// The schema that a keyword has for a member.
fn schema_of<'s>(keywords: &'s serde_json::Map<String, Value>, keyword: &str, name: &str) -> Option<&'s Value> {
    let own = keywords.get("properties").and_then(|all| all.get(name));
    let patterns = keywords.get("patternProperties").and_then(Value::as_object);
    let by_pattern =
        patterns.and_then(|all| all.iter().find(|(pattern, _)| matches(&Value::from(pattern.as_str()), name)));
    match keyword {
        "properties" => own,
        "patternProperties" => by_pattern.map(|(_, schema)| schema),
        _ => (own.is_none() && by_pattern.is_none()).then(|| &keywords["additionalProperties"]),
    }
}

fn matches(pattern: &Value, text: &str) -> bool {
    Regex::new(pattern.as_str().expect("a keyword of its own shape"))
        .expect("a keyword of its own shape")
        .is_match(text)
}

fn is(value: &Value, kind: &Value) -> bool {
    match kind.as_str().expect("a keyword of its own shape") {
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type: {other}"),
    }
}
