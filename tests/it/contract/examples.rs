//! Every example is what it is an example of, and nothing else.

use crate::contract::{contract, document};
use proviso::contract::{Operation, Variant};
use serde_json::{Value, json};

/// The examples of a schema, by its place in the document.
fn examples(document: &Value, pointer: &str) -> Vec<Value> {
    let schema = document.pointer(pointer.trim_start_matches('#')).expect("the schema is in the document");
    schema["examples"].as_array().cloned().unwrap_or_default()
}

/// Variants that an answer of an operation can be.
fn variants<'c>(operation: &'c Operation, generic: &'c [Variant]) -> impl Iterator<Item = &'c Variant> + Clone {
    operation.variants.iter().chain(generic)
}

#[test]
fn every_example_is_its_variant_and_no_other() {
    let (contract, document) = (contract(), document());
    let mut compared = 0;
    for operation in &contract.operations {
        let all = variants(operation, &contract.variants);
        for variant in all.clone() {
            let examples = examples(&document, variant.schema.pointer());
            assert!(!examples.is_empty(), "{} {} has no example", operation.id, variant.name);
            for example in &examples {
                let errors = variant.schema.errors(example);
                assert!(errors.is_empty(), "{} {}: {errors:#?}", operation.id, variant.name);
                let others = all.clone().filter(|other| other.name != variant.name);
                let fitting: Vec<&str> =
                    others.filter(|other| other.schema.is_valid(example)).map(|other| other.name.as_str()).collect();
                assert!(fitting.is_empty(), "{} {} is {fitting:?} as well", operation.id, variant.name);
                compared += 1;
            }
        }
    }
    assert!(compared > 300, "{compared} examples were compared");
}

#[test]
fn every_example_of_a_variant_is_an_answer_of_its_operation() {
    let (contract, document) = (contract(), document());
    for operation in &contract.operations {
        let responses = operation.responses.iter().flat_map(|response| &response.media);
        let schemas: Vec<_> = responses.filter_map(|media| media.schema.as_ref()).collect();
        for variant in variants(operation, &contract.variants) {
            for example in examples(&document, variant.schema.pointer()) {
                let fits = schemas.iter().any(|schema| schema.is_valid(&example));
                assert!(fits, "no response of {} is {example}", operation.id);
            }
        }
    }
}

#[test]
fn every_example_of_a_request_is_one() {
    let (contract, document) = (contract(), document());
    let mut requests = 0;
    for media in
        contract.operations.iter().filter_map(|operation| operation.request.as_ref()).flat_map(|body| &body.media)
    {
        let schema = media.schema.as_ref().expect("every body has a schema");
        for example in examples(&document, schema.pointer()) {
            let errors = schema.errors(&example);
            assert!(errors.is_empty(), "{}: {errors:#?}", schema.pointer());
            requests += 1;
        }
    }
    assert!(requests >= 10, "{requests} requests were looked at");
}

#[test]
fn a_plain_validator_agrees_on_every_example() {
    let document = document();
    let schemas = document["components"]["schemas"].as_object().expect("the contract has schemas");
    let mut looked_at = 0;
    for (name, schema) in schemas {
        let whole = json!({
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "$ref": format!("#/components/schemas/{name}"),
            "components": document["components"],
        });
        let Some(examples) = schema["examples"].as_array() else { continue };
        let validator = jsonschema::options().should_validate_formats(true).build(&whole).expect("a good schema");
        for example in examples {
            assert!(validator.is_valid(example), "{name}: {example}");
            looked_at += 1;
        }
    }
    assert!(looked_at > 70, "{looked_at} examples were looked at");
}
