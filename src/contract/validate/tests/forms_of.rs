//! Discriminators, and members that only one half of an exchange has.

use super::super::BodySent;
use super::Desk;
use serde_json::{Value, json};

const FORMS: &str = r"
openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /one: { get: { operationId: one, responses: { '200': { description: d, content: { application/json: { schema: &one { oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } } } } } } } }
  /many: { get: { operationId: many, responses: { '200': { description: d, content: { application/json: { schema: { type: array, items: *one } } } } } } }
  /beside: { get: { operationId: beside, responses: { '200': { description: d, content: { application/json: { schema: { required: [id], properties: { id: { type: integer } }, oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }], discriminator: { propertyName: kind } } } } } } } }
  /base: { get: { operationId: base, responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/Pet' } } } } } } }
  /bases: { get: { operationId: bases, responses: { '200': { description: d, content: { application/json: { schema: { type: array, items: { $ref: '#/components/schemas/Pet' } } } } } } } }
  /number: { get: { operationId: number, responses: { '200': { description: d, content: { application/json: { schema: { oneOf: [{ $ref: '#/components/schemas/V1' }, { $ref: '#/components/schemas/V2' }], discriminator: { propertyName: v, mapping: { '1': V1, '2': V2 } } } } } } } } }
  /user:
    get: { operationId: getUser, responses: { '200': { description: d, content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } } } }
    post: { operationId: addUser, requestBody: { content: { application/json: { schema: { $ref: '#/components/schemas/User' } } } }, responses: { '200': { description: d } } }
components:
  schemas:
    Cat: { type: object, required: [kind, meow], properties: { kind: { type: string }, meow: { type: boolean } } }
    Dog: { type: object, required: [kind, bark], properties: { kind: { type: string }, bark: { type: boolean } } }
    Pet: { type: object, required: [petType], properties: { petType: { type: string } }, discriminator: { propertyName: petType } }
    Lizard: { allOf: [{ $ref: '#/components/schemas/Pet' }, { type: object, required: [loves], properties: { loves: { type: boolean } } }] }
    V1: { type: object, required: [v, a], properties: { v: { type: integer }, a: { type: integer } } }
    V2: { type: object, required: [v, b], properties: { v: { type: integer }, b: { type: integer } } }
    User: { type: object, required: [id, password], properties: { id: { type: integer, readOnly: true }, password: { type: string, writeOnly: true } } }
";

fn ids(judged: &super::Judged) -> String {
    let violations = judged.violations.iter().map(|(broken, _)| format!("{} {}", broken.place(), broken.rule));
    let findings = judged.findings.iter().map(|(finding, _)| format!("{} {}", finding.pointer, finding.kind.name()));
    violations.chain(findings).collect::<Vec<_>>().join("; ")
}

#[test]
fn a_discriminator_explains_and_changes_no_verdict() {
    let desk = Desk::of(FORMS);
    let came = |operation: &str, body: Value| ids(&desk.answered(operation, 200, &body));
    // Exactly one form fits, and it is not the one that is named: no promise is broken, and somebody should know.
    assert_eq!(
        came("one", json!({"kind": "Dog", "meow": true})),
        "/kind discriminator-mismatch; /meow undocumented-field"
    );
    assert_eq!(
        came("many", json!([{"kind": "Dog", "meow": true}])),
        "/*/kind discriminator-mismatch; /*/meow undocumented-field"
    );
    assert_eq!(came("one", json!({"kind": "Dog", "bark": 1})), "/bark type");
    assert_eq!(came("one", json!({"kind": "Dog", "bark": true, "meow": true})), " oneOf; /meow undocumented-field");
    assert_eq!(came("one", json!({"kind": "Dog"})), "/bark required");
    assert_eq!(came("one", json!({"kind": "Cow"})), "/kind discriminator");
    assert_eq!(came("base", json!({"petType": "Lizard"})), "/petType discriminator-mismatch");
    assert_eq!(came("bases", json!([{"petType": "Lizard"}])), "/*/petType discriminator-mismatch");
    assert_eq!(came("bases", json!([{"petType": "Lizard", "loves": true}])), "");
    assert_eq!(came("base", json!({"petType": "Pet"})), "");
    assert_eq!(came("base", json!({"petType": "Cow"})), "/petType discriminator-mismatch");
    assert_eq!(came("number", json!({"v": 1, "a": 1})), "");
    assert_eq!(came("number", json!({"v": 2})), "/b required");
}

#[test]
fn what_stands_beside_forms_counts() {
    let desk = Desk::of(FORMS);
    let came = |body: Value| ids(&desk.answered("beside", 200, &body));
    assert_eq!(came(json!({"kind": "Dog", "bark": true, "id": 1})), "");
    assert_eq!(came(json!({"kind": "Dog", "bark": true})), "/id required");
    assert_eq!(came(json!({"kind": "Dog", "bark": true, "id": "x"})), "/id type");
}

#[test]
fn members_of_the_other_half_are_told() {
    let desk = Desk::of(FORMS);
    let came = desk.answered("getUser", 200, &json!({"id": 1, "password": "hunter22"}));
    assert_eq!(ids(&came), "/password write-only-returned");
    assert!(!format!("{:?}", came.findings).contains("hunter22"));
    assert_eq!(ids(&desk.answered("getUser", 200, &json!({"id": 1}))), "");
    let sent = |body: &Value| {
        ids(&desk.sent("addUser", "/user", &[("content-type", "application/json")], BodySent::Value(body)))
    };
    assert_eq!(sent(&json!({"id": 5, "password": "hunter22"})), "/id read-only-sent");
    assert_eq!(sent(&json!({"password": "hunter22"})), "");
}
