//! Contracts of other kinds: no variants, no codes, every style of parameter.

use super::super::{BodyCame, BodySent, Part};
use super::Desk;
use serde_json::json;

const PETS: &str = r"
openapi: 3.0.3
info: { title: Pets, version: '1' }
servers: [{ url: https://pets.example/api }]
paths:
  /pets/{petId}:
    parameters:
      - { name: petId, in: path, required: true, schema: { type: integer, minimum: 1 } }
    get:
      operationId: getPet
      parameters:
        - { name: tags, in: query, schema: { type: array, items: { type: string, enum: [a, b] } } }
        - { name: ids, in: query, style: pipeDelimited, explode: false, schema: { type: array, items: { type: integer } } }
        - { name: filter, in: query, style: deepObject, schema: { type: object, properties: { age: { type: integer } } } }
        - { name: limit, in: query, schema: { type: integer, maximum: 10 } }
        - { name: deep, in: query, content: { application/json: { schema: { type: object, required: [x], properties: { x: { type: number } } } } } }
        - { name: X-Trace, in: header, required: true, schema: { type: boolean } }
        - { name: mode, in: cookie, schema: { type: string, enum: [fast, slow] } }
      responses:
        '200':
          description: one
          headers:
            X-Rate: { required: true, schema: { type: integer } }
            X-Note: { schema: { type: string, maxLength: 3 } }
          content:
            application/json: { schema: { $ref: '#/components/schemas/Pet' } }
            text/plain: { schema: { type: string } }
        4XX:
          description: error
          content: { application/problem+json: { schema: { type: object, required: [title], properties: { title: { type: string } } } } }
        '204': { description: none }
    put:
      operationId: putPet
      requestBody:
        content:
          application/x-www-form-urlencoded:
            schema:
              type: object
              required: [name, age]
              properties: { name: { type: string }, age: { type: integer }, tags: { type: array, items: { type: integer } } }
          text/plain: { schema: { type: string, maxLength: 3 } }
      responses:
        default: { description: any, content: { application/json: { schema: { type: object, additionalProperties: false, properties: { ok: { type: boolean } } } } } }
components:
  schemas:
    Pet:
      oneOf: [{ $ref: '#/components/schemas/Cat' }, { $ref: '#/components/schemas/Dog' }]
      discriminator: { propertyName: kind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }
    Cat: { type: object, required: [kind, lives], properties: { kind: { type: string, enum: [cat] }, lives: { type: integer }, statusCode: { type: string } } }
    Dog: { type: object, required: [kind], properties: { kind: { type: string, enum: [dog] }, barks: { type: boolean } } }
";

const RATE: (&str, &str) = ("x-rate", "7");
const JSON: (&str, &str) = ("content-type", "application/json");

#[test]
fn responses_without_variants_are_held_by_status_media_type_and_discriminator() {
    let desk = Desk::of(PETS);
    let mut told = String::new();
    let mut tell = |what: &str, status: u16, with: &[(&str, &str)], body: BodyCame<'_>| {
        let judged = desk.answered_with("getPet", status, with, body);
        told.push_str(&format!("--- {what}\n{}", desk.told(&judged)));
    };
    let cat = json!({"kind": "cat", "lives": 9, "statusCode": "X"});
    tell("good", 200, &[JSON, RATE], BodyCame::Value(&cat));
    tell("good text", 200, &[("content-type", "text/plain"), RATE], BodyCame::NotJson(b"cat", "expected value"));
    tell("good, no content", 204, &[], BodyCame::None);
    tell("good error", 404, &[("content-type", "application/problem+json")], BodyCame::Value(&json!({"title": "x"})));
    tell(
        "a member of the other kind",
        200,
        &[JSON, RATE],
        BodyCame::Value(&json!({"kind": "cat", "lives": 9, "barks": true})),
    );
    tell("a missing member", 200, &[JSON, RATE], BodyCame::Value(&json!({"kind": "cat"})));
    tell("another kind", 200, &[JSON, RATE], BodyCame::Value(&json!({"kind": "cow"})));
    tell("no kind", 200, &[JSON, RATE], BodyCame::Value(&json!({})));
    tell("headers", 200, &[JSON, ("x-rate", "many"), ("x-note", "long"), ("x-own", "1")], BodyCame::Value(&cat));
    tell("no promised header", 200, &[JSON], BodyCame::Value(&cat));
    tell("a status nobody documents", 500, &[JSON], BodyCame::Value(&cat));
    tell("content with 204", 204, &[JSON], BodyCame::Value(&cat));
    tell("no content with 200", 200, &[RATE], BodyCame::None);
    insta::assert_snapshot!(told);
}

#[test]
fn a_default_response_is_for_every_status() {
    let desk = Desk::of(PETS);
    let judged = desk.answered("putPet", 503, &json!({"ok": true}));
    assert_eq!(desk.told(&judged), "");
    let judged = desk.answered("putPet", 200, &json!({"OK": true}));
    insta::assert_snapshot!(desk.told(&judged));
}

#[test]
fn parameters_of_every_place_and_style_are_held() {
    let desk = Desk::of(PETS);
    let mut told = String::new();
    let trace = ("x-trace", "true");
    let mut tell = |what: &str, path: &str, with: &[(&str, &str)]| {
        let judged = desk.sent("getPet", path, with, BodySent::None);
        told.push_str(&format!("--- {what}\n{}", desk.told(&judged)));
    };
    tell("good", "/pets/12", &[trace]);
    tell("good, below the server's own path", "/api/pets/12", &[trace]);
    let all = "/pets/1?tags=a&tags=b&ids=1%7C2&filter[age]=3&limit=10&deep=%7B%22x%22%3A1%7D";
    tell("good, all of them", all, &[trace, ("cookie", "a=b; mode=fast")]);
    tell("path", "/pets/none", &[trace]);
    tell("path, out of bounds", "/pets/0", &[trace]);
    tell("path, empty", "/pets/", &[trace]);
    tell("an item", "/pets/1?tags=a&tags=c", &[trace]);
    tell("a piped item", "/pets/1?ids=1|x", &[trace]);
    tell("a deep member", "/pets/1?filter[age]=x", &[trace]);
    tell("a number", "/pets/1?limit=11", &[trace]);
    tell("no number", "/pets/1?limit=x", &[trace]);
    tell("JSON", "/pets/1?deep=%7B%7D", &[trace]);
    tell("no JSON", "/pets/1?deep=x", &[trace]);
    tell("no header", "/pets/1", &[]);
    tell("a header", "/pets/1", &[("x-trace", "maybe")]);
    tell("a cookie", "/pets/1", &[trace, ("cookie", "mode=medium")]);
    tell("unknown", "/pets/1?limits=1", &[trace]);
    insta::assert_snapshot!(told);
}

#[test]
fn forms_and_texts_are_held() {
    let desk = Desk::of(PETS);
    let mut told = String::new();
    let mut tell = |what: &str, kind: &str, body: BodySent<'_>| {
        let judged = desk.sent("putPet", "/pets/1", &[("content-type", kind)], body);
        told.push_str(&format!("--- {what}\n{}", desk.told(&judged)));
    };
    let form = "application/x-www-form-urlencoded";
    tell("good form", form, BodySent::Value(&json!({"name": "12", "age": "3", "tags": "4"})));
    tell("good form, two tags", form, BodySent::Value(&json!({"name": "x", "age": "3", "tags": ["4", "5"]})));
    tell("good text", "text/plain; charset=utf-8", BodySent::Bytes(b"abc"));
    tell("no body, as it is not required", form, BodySent::None);
    tell("a form", form, BodySent::Value(&json!({"name": "x", "age": "three", "tag": "4"})));
    tell("a text", "text/plain", BodySent::Bytes(b"abcd"));
    tell("bytes for a form", form, BodySent::Bytes(b"name=x"));
    let part = Part { field: "name", file_name: None, media_type: None, content: b"x" };
    let judged = desk.sent("putPet", "/pets/1", &[], BodySent::Multipart(vec![part]));
    told.push_str(&format!("--- a multipart form\n{}", desk.told(&judged)));
    insta::assert_snapshot!(told);
}
