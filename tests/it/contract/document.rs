//! What others say of the document.

use crate::contract::document;
use serde_json::Value;

/// The schema of OpenAPI 3.1, by the OpenAPI Initiative.
const OPENAPI: &str = include_str!("openapi-3.1/schema.json");

#[test]
fn it_is_openapi_3_1() {
    let schema: Value = serde_json::from_str(OPENAPI).expect("the schema is JSON");
    let validator = jsonschema::options().build(&schema).expect("the schema can be used");
    let document = document();
    let problems: Vec<String> =
        validator.iter_errors(&document).map(|error| format!("{}: {error}", error.instance_path())).collect();
    assert!(problems.is_empty(), "{problems:#?}");
    // A schema that accepts anything would accept it too.
    let mut broken = document;
    broken["paths"]["/v2/user/create"]["post"]["responses"] = Value::Array(Vec::new());
    assert!(!validator.is_valid(&broken));
}

#[test]
fn its_schemas_are_json_schema_2020_12() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("the contract has schemas");
    let wrong: Vec<&String> = schemas
        .iter()
        .filter(|(_, schema)| !jsonschema::draft202012::meta::is_valid(schema))
        .map(|(name, _)| name)
        .collect();
    assert!(wrong.is_empty() && schemas.len() > 100, "{wrong:?} of {}", schemas.len());
    assert!(!jsonschema::draft202012::meta::is_valid(&serde_json::json!({ "type": "text" })));
}
