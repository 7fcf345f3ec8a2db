//! Contracts in which one thing is something else: each is read or explained, never anything worse.

use super::tests::{SHOP, read_all};
use serde_json::{Value, json};

/// Every place in a document, as a JSON pointer.
fn places(value: &Value, at: &str, all: &mut Vec<String>) {
    all.push(at.to_owned());
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                places(value, &format!("{at}/{}", crate::text::pointer_escaped(name)), all);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                places(item, &format!("{at}/{index}"), all);
            }
        }
        _ => {}
    }
}

#[test]
fn one_thing_that_is_something_else_is_read_or_explained() {
    let document: Value = serde_yaml::from_str(SHOP).unwrap();
    let mut all = Vec::new();
    places(&document, "", &mut all);
    let others = [
        json!(null),
        json!(true),
        json!(-1.5),
        json!(""),
        json!("#/components/schemas/Item"),
        json!([]),
        json!(["string", 5]),
        json!({}),
        json!({ "x": { "x": 5 } }),
        json!({ "$ref": "#/nowhere" }),
        json!({ "$ref": "#" }),
        json!({ "$ref": "#/components/schemas/Cat" }),
        json!({ "$ref": 5 }),
    ];
    let bodies = [json!(null), json!({ "kind": "puss", "name": 5 }), json!([[{ "name": "n" }]])];
    let (mut read, mut explained) = (0, 0);
    for place in &all {
        for other in &others {
            let mut mutant = document.clone();
            *mutant.pointer_mut(place).unwrap() = other.clone();
            let text = mutant.to_string();
            match read_all(&[("c.json", &text)]) {
                Ok(contract) => {
                    let told = contract.faults.iter().any(|fault| fault.grave);
                    read += usize::from(!told);
                    explained += usize::from(told);
                    let responses = contract.operations.iter().flat_map(|operation| &operation.responses);
                    let media = responses.flat_map(|response| &response.media);
                    let requests = contract.operations.iter().filter_map(|operation| operation.request.as_ref());
                    for schema in
                        media.chain(requests.flat_map(|body| &body.media)).filter_map(|media| media.schema.as_ref())
                    {
                        assert!(schema.shape().nodes.len() < 100, "{place} {other}");
                        for body in &bodies {
                            let errors = schema.errors(body);
                            assert_eq!(errors.is_empty(), schema.is_valid(body), "{place} {other} {errors:?}");
                            assert!(
                                errors
                                    .iter()
                                    .all(|error| error.keyword != "schema" || error.promised == "nothing here"),
                                "{place} {other} {errors:?}"
                            );
                        }
                    }
                }
                Err(problems) => {
                    explained += 1;
                    assert!(!problems.is_empty(), "{place} {other}");
                    assert!(problems.iter().all(|problem| !problem.labels.is_empty()), "{place} {other} {problems:?}");
                }
            }
        }
    }
    assert!(read > 300 && explained > 800, "{read} {explained}");
}
