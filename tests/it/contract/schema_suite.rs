//! The score on the JSON Schema test suite, through contracts: every schema of a group is the response of an operation.
//!
//! `JSON_SCHEMA_SUITE=path/to/tests/draft2020-12 cargo test --test it contract::schema_suite -- --ignored --nocapture`

use super::read;
use proviso::contract::Schema;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// How tests of one file went.
#[derive(Debug, Default, Clone)]
struct Score {
    right: usize,
    /// What must be refused and is let pass.
    green: Vec<String>,
    /// What must be let pass and is refused.
    red: Vec<String>,
    /// Tests of schemas that are not read, by what is said of them.
    refused: BTreeMap<String, usize>,
}

fn files(folder: &Path, all: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    for entry in entries {
        let path = entry.expect("an entry can be read").path();
        if path.is_dir() {
            files(&path, all);
        } else if path.extension().is_some_and(|ending| ending == "json") {
            all.push(path);
        }
    }
    all.sort();
}

/// The schema of a group, read from a contract; or what is said of it.
fn schema(mut schema: Value) -> Result<Schema, String> {
    if let Value::Object(members) = &mut schema {
        // `#` in a test is the schema itself, not the document around it.
        members.entry("$id").or_insert_with(|| json!("https://suite.invalid/schema"));
    }
    let response = json!({ "description": "d", "content": { "application/json": { "schema": schema } } });
    let document = json!({
        "openapi": "3.1.0",
        "info": { "title": "T", "version": "1" },
        "paths": { "/t": { "get": { "operationId": "t", "responses": { "200": response } } } },
    });
    let first = |title: &str| title.split('`').step_by(2).collect::<Vec<_>>().join("_");
    let contract = read(&document.to_string()).map_err(|problems| first(&problems[0].title))?;
    if let Some(fault) = contract.faults_of("t").next() {
        return Err(first(&fault.diagnostic.title));
    }
    contract.operations[0].responses[0].media[0].schema.clone().ok_or_else(|| "no schema".to_owned())
}

fn judge(path: &Path) -> Score {
    let text = std::fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let groups: Vec<Value> = serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut score = Score::default();
    for group in groups {
        let tests = group["tests"].as_array().cloned().unwrap_or_default();
        match schema(group["schema"].clone()) {
            Err(why) => *score.refused.entry(why).or_default() += tests.len(),
            Ok(schema) => {
                for test in tests {
                    let name = format!("{} · {}", group["description"], test["description"]);
                    match (schema.is_valid(&test["data"]), test["valid"].as_bool().unwrap_or_default()) {
                        (said, right) if said == right => score.right += 1,
                        (true, _) => score.green.push(name),
                        (false, _) => score.red.push(name),
                    }
                }
            }
        }
    }
    score
}

#[test]
#[ignore = "needs the JSON Schema test suite: set JSON_SCHEMA_SUITE to its folder of draft 2020-12"]
fn the_score_is_what_the_documentation_says() {
    let folder = std::env::var("JSON_SCHEMA_SUITE").expect("JSON_SCHEMA_SUITE names a folder");
    let mut all = Vec::new();
    files(Path::new(&folder), &mut all);
    let mut totals: BTreeMap<&str, Score> = BTreeMap::new();
    for path in &all {
        let score = judge(path);
        let below = path.strip_prefix(&folder).unwrap_or(path);
        let part = match below.starts_with("optional") {
            false => "required",
            true if below.starts_with("optional/format") => "formats",
            true => "optional",
        };
        for (kind, names) in [("green", &score.green), ("red", &score.red)] {
            for name in names {
                println!("wrong {kind}: {}: {name}", below.display());
            }
        }
        for (why, count) in &score.refused {
            println!("refused {count}: {}: {why}", below.display());
        }
        let total = totals.entry(part).or_default();
        total.right += score.right;
        total.green.extend(score.green);
        total.red.extend(score.red);
        score.refused.into_iter().for_each(|(why, count)| *total.refused.entry(why).or_default() += count);
    }
    for (part, score) in &totals {
        let refused: usize = score.refused.values().sum();
        let (right, green, red) = (score.right, score.green.len(), score.red.len());
        println!("{part}: {right} right, {green} wrong green, {red} wrong red, {refused} refused by name");
    }
    let required = totals.get("required").cloned().unwrap_or_default();
    assert!(required.right > 1_000, "that is not the suite: {} tests were right", required.right);
    assert_eq!(required.green, Vec::<String>::new());
    assert_eq!(required.red, Vec::<String>::new());
}
