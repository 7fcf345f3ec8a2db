//! What a run costs follows what its suites use, not what the contract holds.

use super::super::Seen;
use super::Desk;
use crate::event::ThingKind;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;

/// A contract with so many schemas of which each has all others as members, and so many operations.
fn web(schemas: usize, operations: usize) -> Desk {
    let mut text = String::from("openapi: 3.1.0\ninfo: { title: t, version: '1' }\npaths:\n");
    for number in 0..operations {
        let schema = number % schemas;
        let _ = writeln!(
            text,
            "  /o{number}: {{ get: {{ operationId: o{number}, responses: {{ '200': {{ description: x, content: {{ \
             application/json: {{ schema: {{ $ref: '#/components/schemas/S{schema}' }} }} }} }} }} }} }}"
        );
    }
    text.push_str("components:\n  schemas:\n");
    for schema in 0..schemas {
        let others = (0..schemas).filter(|other| *other != schema);
        let members: Vec<String> =
            others.map(|other| format!("p{other}: {{ $ref: '#/components/schemas/S{other}' }}")).collect();
        let _ = writeln!(text, "    S{schema}: {{ type: object, properties: {{ {} }} }}", members.join(", "));
    }
    Desk::of(&text)
}

#[test]
fn schemas_that_refer_to_each_other_take_room_for_the_schemas_not_for_the_ways_through_them() {
    let desk = web(12, 2);
    let media = &desk.contract.operations[0].responses[0].media[0];
    let shape = media.schema.as_ref().map(crate::contract::Schema::shape).expect("the body has a schema");
    assert!(shape.nodes.len() < 3_000, "{}", shape.nodes.len());
    // However deep, what is not documented is told.
    let mut body = json!({ "nobody": 1 });
    for level in 0..20 {
        body = json!({ format!("p{}", if level % 2 == 0 { 1 } else { 2 }): body });
    }
    let judged = desk.answered("o0", 200, &body);
    let told: Vec<&str> = judged.findings.iter().map(|(finding, _)| finding.pointer.as_str()).collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].ends_with("/nobody"), "{told:?}");
}

#[test]
fn of_a_large_contract_only_what_is_used_is_listed_whole() {
    let desk = web(12, 40);
    let seen = Seen::of_used(&desk.contract, &BTreeSet::from([3]));
    let inventory = seen.inventory(&desk.contract);
    assert_eq!(inventory.left_out, 39);
    let fields = inventory.documented.iter().filter(|group| group.kind == ThingKind::Field);
    let of: Vec<Option<&str>> = fields.map(|group| group.operation.as_deref()).collect();
    assert_eq!(of, [Some("o3")]);
    let operations = inventory.documented.iter().filter(|group| group.kind == ThingKind::Operation);
    assert_eq!(operations.map(|group| group.things.len()).sum::<usize>(), 40);
    let line = serde_json::to_string(&inventory).expect("it can be written");
    assert!(line.len() < 200_000, "{}", line.len());
    // An exchange of another operation is validated all the same.
    let (other, desk) = (Value::from(3), Desk { seen, ..desk });
    assert_eq!(desk.answered("o5", 200, &other).violations.len(), 1);
}

#[test]
fn of_a_small_contract_everything_is_listed() {
    let desk = Desk::lender();
    let some = Seen::of_used(&desk.contract, &BTreeSet::from([0]));
    assert_eq!(some.inventory(&desk.contract), desk.contract.inventory());
}
