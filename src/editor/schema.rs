//! The JSON Schema of a file, walked along keys.

use serde_json::Value;

/// Deepest chain of alternatives that is followed.
const DEEPEST: usize = 12;

/// The schemas of the value below these keys; several where there are alternatives.
pub(super) fn below<'s>(root: &'s Value, path: &[String]) -> Vec<&'s Value> {
    let mut here = vec![root];
    for key in path {
        here = here.into_iter().flat_map(|schema| members(root, schema, key, 0)).collect();
    }
    here
}

fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    let mut schema = schema;
    for _ in 0..DEEPEST {
        let Some(target) = schema["$ref"].as_str().and_then(|reference| root.pointer(reference.strip_prefix('#')?))
        else {
            break;
        };
        schema = target;
    }
    schema
}

/// What a schema says of a member, through lists and alternatives.
fn members<'s>(root: &'s Value, schema: &'s Value, key: &str, depth: usize) -> Vec<&'s Value> {
    let schema = resolve(root, schema);
    if depth > DEEPEST {
        return Vec::new();
    }
    let mut found = Vec::new();
    if let Some(property) = schema["properties"].get(key) {
        found.push(property);
    } else if schema["additionalProperties"].is_object() {
        found.push(&schema["additionalProperties"]);
    } else if let Some(first) = schema["patternProperties"].as_object().and_then(|all| all.values().next()) {
        found.push(first);
    }
    for part in parts(schema) {
        found.extend(members(root, part, key, depth + 1));
    }
    found
}

/// Alternatives and items of a schema.
fn parts(schema: &Value) -> impl Iterator<Item = &Value> {
    let lists = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|keyword| schema[keyword].as_array()).flatten();
    lists.chain(schema.get("items").filter(|items| items.is_object()))
}

/// Keys that a value may have, each with what it is for.
pub(super) fn keys(root: &Value, path: &[String]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> = Vec::new();
    for schema in below(root, path) {
        collect_keys(root, schema, &mut all, 0);
    }
    all
}

fn collect_keys(root: &Value, schema: &Value, all: &mut Vec<(String, String)>, depth: usize) {
    let schema = resolve(root, schema);
    if depth > DEEPEST {
        return;
    }
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if !all.iter().any(|(known, _)| known == name) {
            let about = property["description"].as_str().or_else(|| resolve(root, property)["description"].as_str());
            all.push((name.clone(), about.unwrap_or_default().to_owned()));
        }
    }
    for part in parts(schema) {
        collect_keys(root, part, all, depth + 1);
    }
}

/// Words that a value may be.
pub(super) fn words(root: &Value, path: &[String]) -> Vec<String> {
    let mut all = Vec::new();
    for schema in below(root, path) {
        collect_words(root, schema, &mut all, 0);
    }
    all
}

fn collect_words(root: &Value, schema: &Value, all: &mut Vec<String>, depth: usize) {
    let schema = resolve(root, schema);
    if depth > DEEPEST {
        return;
    }
    for word in schema["enum"].as_array().into_iter().flatten().chain(schema.get("const")) {
        let word = word.as_str().map_or_else(|| word.to_string(), str::to_owned);
        if !all.contains(&word) {
            all.push(word);
        }
    }
    if schema["type"] == "boolean" && schema.get("const").is_none() {
        all.extend(["true".to_owned(), "false".to_owned()]);
    }
    for part in parts(schema) {
        collect_words(root, part, all, depth + 1);
    }
}

/// What a key is for.
pub(super) fn about(root: &Value, path: &[String], key: &str) -> Option<String> {
    keys(root, path).into_iter().find(|(name, _)| name == key).map(|(_, about)| about).filter(|about| !about.is_empty())
}
