//! Contracts as large as they come.

#[path = "../../../benches/contract/generated.rs"]
mod generated;

use crate::contract::read;
use serde_json::json;

#[test]
fn many_operations_are_read_and_hold() {
    let contract = read(&generated::operations(200)).unwrap_or_else(|problems| panic!("{problems:#?}"));
    assert_eq!(contract.operations.len(), 200);
    let last = contract.operation_at("POST", "/things/199/4d6f6e9c-6f0b-4f5e-8f3e-0a9a3c0a8a11").expect("it is there");
    let schema = last.responses[0].media[0].schema.as_ref().expect("an answer has a schema");
    let part = |price: serde_json::Value| {
        json!({ "id": "4d6f6e9c-6f0b-4f5e-8f3e-0a9a3c0a8a11", "name": "n", "price": price, "status": "NEW",
                "createdAt": "2026-01-01T00:00:00Z" })
    };
    let mut thing = part(json!({ "amount": 0.1, "currency": "INR" }));
    thing["parts"] = json!([part(json!({ "amount": 0.30, "currency": "USD" }))]);
    assert!(schema.is_valid(&thing), "{:?}", schema.errors(&thing));
    thing["parts"][0]["price"]["amount"] = json!(0.305);
    let errors = schema.errors(&thing);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert_eq!(
        (errors[0].pointer.as_str(), errors[0].promised.as_str()),
        ("/parts/0/price/amount", "a multiple of 0.01")
    );
}

#[test]
fn every_optional_member_is_documented_once() {
    for count in [10, 100, 1_000] {
        let contract = read(&generated::optional_members(count)).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let schema = contract.operations[0].responses[0].media[0].schema.as_ref().expect("an answer has a schema");
        let shape = schema.shape();
        assert_eq!((shape.fields.len(), shape.nodes.len()), (count, count + 1));
        assert!(schema.is_valid(&json!({ "member3": null })) && !schema.is_valid(&json!({ "member3": 3 })));
    }
}
