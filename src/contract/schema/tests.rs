//! What schemas accept, what they say of what they do not, and what they document.

use super::{Schema, SchemaError};
use crate::contract::load;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;
use serde_json::{Value, json};
use std::time::Duration;
use tokio::time::Instant;

/// A contract's text, and its schema of the request and of the response, `#/components/schemas/T`.
struct Read {
    sources: Sources,
    request: Schema,
    response: Schema,
}

/// Reads the schemas of a contract of that version; they are written as YAML below `schemas:`.
fn read(version: &str, schemas: &str) -> Read {
    let schemas: String = schemas.trim_matches('\n').lines().map(|line| format!("    {line}\n")).collect();
    let text = format!(
        "openapi: {version}
info: {{ title: T, version: '1' }}
paths:
  /t:
    post:
      operationId: t
      requestBody: {{ content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/T' }} }} }} }}
      responses:
        '200':
          description: d
          content: {{ application/json: {{ schema: {{ $ref: '#/components/schemas/T' }} }} }}
components:
  schemas:
{schemas}"
    );
    let mut sources = Sources::default();
    let file = sources.add("c.yaml", text);
    let mut none = |_: &mut Sources, path: &str| Err(Box::new(Diagnostic::new(Code::MissingFile, path)));
    let contract = load(&mut sources, file, "c", &mut none).unwrap_or_else(|problems| panic!("{problems:#?}"));
    let operation = &contract.operations[0];
    let request = operation.request.as_ref().unwrap().media[0].schema.clone().unwrap();
    let response = operation.responses[0].media[0].schema.clone().unwrap();
    Read { sources, request, response }
}

fn schema(schemas: &str) -> Schema {
    read("3.1.0", schemas).response
}

/// What is said of a value: pointer, keyword and promise of every place.
fn said(schema: &Schema, value: &Value) -> Vec<String> {
    let errors = schema.errors(value);
    assert_eq!(errors.is_empty(), schema.is_valid(value), "{value} {errors:#?}");
    errors.iter().map(|error| format!("{} {}: {}", error.pointer, error.keyword, error.promised)).collect()
}

fn accepts(schemas: &str, good: &[Value], bad: &[Value]) {
    let schema = schema(schemas);
    for value in good {
        assert_eq!(said(&schema, value), Vec::<String>::new(), "{value}");
    }
    for value in bad {
        assert!(!said(&schema, value).is_empty(), "{value} is let pass");
    }
}

#[test]
fn numbers_are_exact() {
    let exact = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    accepts("T: { type: number, multipleOf: 0.1 }", &[json!(0.3), json!(1.1), exact("1e3")], &[json!(0.35)]);
    accepts(
        "T: { type: integer }",
        &[json!(1), exact("1.0"), exact("1e2"), exact("123456789012345678901234567890")],
        &[json!(1.5), json!("1")],
    );
    accepts(
        "T: { type: integer, maximum: 9007199254740993 }",
        &[exact("9007199254740993"), exact("-9007199254740995")],
        &[exact("9007199254740994"), exact("9007199254740993.5")],
    );
    accepts("T: { const: 1 }", &[json!(1), exact("1.0")], &[json!(true), json!("1"), exact("1.0000000000000000001")]);
    accepts(
        "T: { enum: [0.1, 12345678901234567890123] }",
        &[json!(0.1), exact("12345678901234567890123")],
        &[exact("12345678901234567890124")],
    );
    accepts("T: { type: integer, format: int32 }", &[json!(2147483647)], &[json!(2147483648_i64)]);
    accepts("T: { type: integer, format: int64 }", &[exact("9223372036854775807")], &[exact("9223372036854775808")]);
    accepts("T: { type: number, format: double }", &[json!(1.5), exact("1e400")], &[json!("1.5")]);
    accepts(
        "T: { type: integer, format: int32, allOf: [{ minimum: 5 }] }",
        &[json!(5)],
        &[json!(4), json!(2147483648_i64)],
    );
}

#[test]
fn formats_are_asserted_and_unknown_ones_are_not() {
    for (format, good, bad) in [
        ("date", "2026-02-28", "2026-02-30"),
        ("date-time", "2026-02-28T10:00:00.120Z", "2026-02-28 10:00"),
        ("uuid", "9a1c7be2-5c0d-4e5f-8a55-2f0f2f8f9b11", "9a1c7be2"),
        ("email", "a@example.com", "a"),
        ("uri", "https://example.com/a?b", "/a"),
        ("ipv4", "198.51.100.7", "198.51.100.700"),
        ("byte", "aGVsbG8=", "???"),
    ] {
        accepts(&format!("T: {{ type: string, format: {format} }}"), &[json!(good)], &[json!(bad)]);
    }
    for format in ["password", "binary", "phone-of-the-moon"] {
        accepts(&format!("T: {{ type: string, format: {format} }}"), &[json!("anything")], &[json!(1)]);
    }
}

#[test]
fn null_is_written_in_two_ways() {
    let old = read(
        "3.0.3",
        "T: { type: object, properties: { a: { type: string, nullable: true, maxLength: 2, example: x } } }",
    )
    .response;
    let new = schema("T: { type: object, properties: { a: { type: [string, 'null'], maxLength: 2 } } }");
    for schema in [old, new] {
        assert!(schema.is_valid(&json!({ "a": null })) && schema.is_valid(&json!({ "a": "xy" })));
        assert_eq!(said(&schema, &json!({ "a": 1 })), ["/a type: text or null"]);
        assert_eq!(said(&schema, &json!({ "a": "xyz" })), ["/a maxLength: text of at most 2 characters"]);
    }
    let listed = read("3.0.3", "T: { type: string, nullable: true, enum: [A, B, null] }").response;
    assert!(listed.is_valid(&Value::Null) && listed.is_valid(&json!("A")) && !listed.is_valid(&json!("C")));
    let alone = read("3.0.3", "T: { nullable: true, allOf: [{ type: string }] }").response;
    assert!(!alone.is_valid(&Value::Null), "null is only allowed beside a type of the same schema");
}

#[test]
fn bounds_of_3_0_are_flags() {
    let schema =
        read("3.0.0", "T: { type: number, minimum: 0, exclusiveMinimum: true, maximum: 10, exclusiveMaximum: false }")
            .response;
    assert!(schema.is_valid(&json!(10)) && schema.is_valid(&json!(0.1)));
    assert_eq!(said(&schema, &json!(0)), [" exclusiveMinimum: a number above 0"]);
    assert_eq!(said(&schema, &json!(11)), [" maximum: a number of at most 10"]);
    let beside = read("3.0.0", "T: { $ref: '#/components/schemas/A', maxLength: 1 }\nA: { type: string }").response;
    assert!(beside.is_valid(&json!("ab")), "3.0 reads nothing beside `$ref`");
    let beside = schema_beside();
    assert!(!beside.is_valid(&json!("ab")), "3.1 reads everything beside `$ref`");
    let closed = read("3.0.0", "T: { type: object, additionalProperties: false }").response;
    assert_eq!(said(&closed, &json!({ "a": 1 })), ["/a additionalProperties: an object without members"]);
}

fn schema_beside() -> Schema {
    schema("T: { $ref: '#/components/schemas/A', maxLength: 1 }\nA: { type: string }")
}

#[test]
fn members_of_one_half_are_not_demanded_of_the_other() {
    let both = read(
        "3.1.0",
        "
T:
  allOf:
    - { $ref: '#/components/schemas/Base' }
    - { required: [id, secret, name] }
Base:
  type: object
  required: [id, name]
  properties:
    id: { $ref: '#/components/schemas/Id' }
    secret: { type: string, writeOnly: true }
    name: { type: string }
Id: { type: string, readOnly: true }
",
    );
    assert_eq!(said(&both.request, &json!({ "secret": "s", "name": "n" })), Vec::<String>::new());
    assert_eq!(said(&both.response, &json!({ "id": "i", "name": "n" })), Vec::<String>::new());
    assert_eq!(said(&both.request, &json!({ "name": "n" })), ["/secret required: the member `secret`"]);
    assert_eq!(said(&both.response, &json!({ "name": "n" })), ["/id required: the member `id`"]);
    let required = |schema: &Schema| {
        let fields = schema.shape().fields.iter().filter(|field| field.required);
        fields.map(|field| field.pointer.clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        (required(&both.request), required(&both.response)),
        (vec!["/secret".into(), "/name".into()], vec!["/id".to_owned(), "/name".into()])
    );
}

#[test]
fn every_keyword_has_words() {
    let one = |schema_text: &str, value: Value| said(&schema(&format!("T: {schema_text}")), &value).join("; ");
    for (schema, value, words) in [
        ("{ type: [object, 'null'] }", json!(5), " type: an object or null"),
        ("{ enum: [A, B] }", json!("C"), " enum: one of A, B"),
        ("{ const: A }", json!("a"), " const: A"),
        ("{ required: [a] }", json!({}), "/a required: the member `a`"),
        ("{ minLength: 1 }", json!(""), " minLength: text that is not empty"),
        ("{ pattern: '^a' }", json!("b"), " pattern: text that matches `^a`"),
        ("{ format: date }", json!("b"), " format: a date as in 2026-03-04 (RFC 3339)"),
        ("{ type: integer, format: int32 }", json!(3_000_000_000_u32), " format: a whole number of 32 bits"),
        ("{ minimum: 1.5 }", json!(1), " minimum: a number of at least 1.5"),
        ("{ exclusiveMaximum: 3 }", json!(3), " exclusiveMaximum: a number below 3"),
        ("{ multipleOf: 5 }", json!(3), " multipleOf: a multiple of 5"),
        ("{ minItems: 2 }", json!([1]), " minItems: a list of at least 2 items"),
        ("{ uniqueItems: true }", json!([1, 1.0]), " uniqueItems: a list without two equal items"),
        ("{ items: { type: string } }", json!(["a", 1]), "/1 type: text"),
        ("{ prefixItems: [{ type: string }], items: false }", json!([1, 2]), "/0 type: text; /1 schema: nothing here"),
        (
            "{ contains: { const: 1 } }",
            json!([2]),
            " contains: a list with an item, or the number of items, that `contains` describes",
        ),
        (
            "{ maxContains: 1, contains: { const: 1 } }",
            json!([1, 1]),
            " contains: a list with an item, or the number of items, that `contains` describes",
        ),
        ("{ minProperties: 1 }", json!({}), " minProperties: an object with at least 1 member"),
        (
            "{ properties: { a: true }, additionalProperties: false }",
            json!({ "b": 1 }),
            "/b additionalProperties: no member besides a",
        ),
        ("{ additionalProperties: { type: string } }", json!({ "b": 1 }), "/b type: text"),
        ("{ patternProperties: { '^x': { type: string } } }", json!({ "xa": 1, "b": 1 }), "/xa type: text"),
        (
            "{ propertyNames: { maxLength: 1 } }",
            json!({ "ab": 1 }),
            "/ab maxLength: a member's name that is text of at most 1 character",
        ),
        (
            "{ dependentRequired: { a: [b] } }",
            json!({ "a": 1 }),
            "/b dependentRequired: the member `b`, as `a` is there",
        ),
        ("{ dependentSchemas: { a: { required: [b] } } }", json!({ "a": 1 }), "/b required: the member `b`"),
        ("{ not: { type: string } }", json!("a"), " not: anything but what `not` describes"),
        (
            "{ if: { type: string }, then: { minLength: 2 }, else: { minimum: 2 } }",
            json!("a"),
            " minLength: text of at least 2 characters",
        ),
        (
            "{ if: { type: string }, then: { minLength: 2 }, else: { minimum: 2 } }",
            json!(1),
            " minimum: a number of at least 2",
        ),
        (
            "{ properties: { a: true }, unevaluatedProperties: false }",
            json!({ "a": 1, "b": 1 }),
            "/b unevaluatedProperties: nothing besides what the schema describes",
        ),
        ("{ properties: { a: false } }", json!({ "a": 1 }), "/a schema: nothing here"),
        (
            "{ oneOf: [{ type: string }, { minLength: 1 }] }",
            json!("a"),
            " oneOf: exactly one of its forms; form 1, form 2 all fit",
        ),
    ] {
        assert_eq!(one(schema, value.clone()), words, "{schema} {value}");
    }
}

const PETS: &str = "
T:
  type: object
  properties:
    pet:
      x-ambiguity: [A02]
      oneOf:
        - { $ref: '#/components/schemas/Cat' }
        - { $ref: '#/components/schemas/Dog' }
        - { $ref: '#/components/schemas/Other' }
      discriminator: { propertyName: kind, mapping: { hound: '#/components/schemas/Dog' } }
Cat: { type: object, required: [kind, lives], properties: { kind: { type: string }, lives: { type: integer } } }
Dog: { type: object, required: [kind, tricks], properties: { kind: { type: string }, tricks: { type: integer, x-ambiguity: A03 } } }
Other:
  oneOf: [{ $ref: '#/components/schemas/Fish' }]
  discriminator: { propertyName: kind }
Fish: { type: object, required: [kind, fins], properties: { kind: { const: Fish }, fins: { type: integer } } }
";

#[test]
fn a_discriminator_names_the_branch_that_is_explained() {
    let schema = schema(PETS);
    assert_eq!(said(&schema, &json!({ "pet": { "kind": "hound" } })), ["/pet/tricks required: the member `tricks`"]);
    assert_eq!(said(&schema, &json!({ "pet": { "kind": "Cat", "lives": "9" } })), ["/pet/lives type: a whole number"]);
    assert_eq!(said(&schema, &json!({ "pet": { "kind": "Fish" } })), ["/pet/fins required: the member `fins`"]);
    assert_eq!(said(&schema, &json!({ "pet": {} })), ["/pet/kind required: the member `kind`"]);
    let errors = schema.errors(&json!({ "pet": { "kind": "Catt" } }));
    assert_eq!(errors[0].promised, "one of hound, Cat, Fish");
    assert_eq!(errors[0].documented, ["hound", "Cat", "Fish"]);
    let ambiguity = |value: Value| schema.errors(&value)[0].ambiguity.clone();
    assert_eq!(ambiguity(json!({ "pet": { "kind": "Cat" } })).as_deref(), Some("A02"));
    assert_eq!(ambiguity(json!({ "pet": { "kind": "hound", "tricks": "x" } })).as_deref(), Some("A03"));
    assert_eq!(
        ambiguity(json!({ "pet": { "kind": "hound" } })).as_deref(),
        Some("A03"),
        "that of the member that is not there"
    );
}

#[test]
fn without_a_discriminator_the_nearest_branch_is_explained() {
    let schema = schema(
        "
T:
  oneOf:
    - { type: object, required: [status, url], properties: { status: { const: DONE }, url: { type: string } } }
    - { type: object, required: [status], properties: { status: { const: OPEN }, url: { type: 'null' } } }
    - { type: string }
",
    );
    assert_eq!(said(&schema, &json!({ "status": "DONE" })), ["/url required: the member `url`"]);
    assert_eq!(said(&schema, &json!({ "status": "DONE", "url": 5 })), ["/url type: text"]);
    assert_eq!(said(&schema, &json!({ "status": "OPEN", "url": "u" })), ["/url type: null"]);
    assert_eq!(said(&schema, &json!({ "url": "u" })), ["/status required: the member `status`"]);
}

#[test]
fn an_error_names_the_line_it_comes_from() {
    let read = read("3.1.0", PETS);
    let text = |error: &SchemaError| read.sources.slice(error.span).to_owned();
    let errors = read.response.errors(&json!({ "pet": { "kind": "Cat", "lives": "9" } }));
    assert_eq!(text(&errors[0]), "integer");
    let errors = read.response.errors(&json!({ "pet": { "kind": "hound" } }));
    assert_eq!(text(&errors[0]), "[kind, tricks]");
    assert_eq!(read.response.pointer(), "#/components/schemas/T");
}

const TREE: &str = "
T:
  type: object
  required: [name]
  properties:
    name: { type: string, enum: [a, b] }
    parts: { type: array, items: { $ref: '#/components/schemas/T' } }
    other: { oneOf: [{ $ref: '#/components/schemas/T' }, { type: object, properties: { name: { type: integer }, parts: { $ref: '#/components/schemas/T' } } }] }
";

#[test]
fn a_shape_ends_where_a_schema_leads_back() {
    let schema = schema(TREE);
    let shape = schema.shape();
    let fields: Vec<&str> = shape.fields.iter().map(|field| field.pointer.as_str()).collect();
    assert!(fields.starts_with(&["/name", "/parts"]) && fields.len() < 20, "{fields:?}");
    assert_eq!(shape.fields[0].values, ["a", "b"]);
    let mut node = 0;
    for _ in 0..50 {
        let (_, parts) = shape.nodes[node].members.iter().find(|(name, _)| name == "parts").unwrap();
        node = shape.nodes[*parts].items.unwrap();
    }
}

#[test]
fn a_shape_puts_everything_together() {
    let schema = schema(
        "
T:
  allOf:
    - { properties: { a: { type: string, x-ambiguity: [A01] } }, required: [a] }
    - { $ref: '#/components/schemas/More' }
  oneOf:
    - { properties: { b: { const: X }, 'c/d': { type: object, additionalProperties: true } }, required: [b] }
    - { properties: { b: { const: Y }, e: { type: array, items: { properties: { f: {} } } } }, required: [b, e] }
More: { properties: { g: { type: object, additionalProperties: false, properties: { h: {} } } } }
",
    );
    let shape = schema.shape();
    let fields: Vec<(&str, bool)> = shape.fields.iter().map(|field| (field.pointer.as_str(), field.required)).collect();
    assert_eq!(
        fields,
        [
            ("/a", true),
            ("/g", false),
            ("/g/h", false),
            ("/b", true),
            ("/c~1d", false),
            ("/e", false),
            ("/e/*/f", false)
        ]
    );
    let b = shape.fields.iter().find(|field| field.pointer == "/b").unwrap();
    assert_eq!(b.values, ["X", "Y"]);
    let member = |name: &str| &shape.nodes[shape.nodes[0].members.iter().find(|(own, _)| own == name).unwrap().1];
    assert!(!shape.nodes[0].open && member("c/d").open && !member("g").open);
    assert_eq!(member("a").ambiguities, ["A01"]);
}

/// Says that something ends, and soon: with room for a machine that does much else, in a build that is not optimised.
fn soon<T>(what: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = what();
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
    result
}

#[test]
fn deep_bodies_and_branching_schemas_end() {
    let schema = schema(TREE);
    let nest = |depth: usize, end: Value| (0..depth).fold(end, |inner, _| json!({ "name": "a", "other": inner }));
    for depth in [1, 10, 60, 120] {
        soon(|| said(&schema, &nest(depth, json!({ "name": "a" }))));
        let errors = soon(|| said(&schema, &nest(depth, json!({ "name": true }))));
        assert!(!errors.is_empty(), "{depth}");
    }
    let deep = (0..5_000).fold(json!({}), |inner, _| Value::Array(vec![inner]));
    assert_eq!(said(&schema, &deep), [" depth: at most 128 lists and objects inside each other"]);
    // Dropping so deep a value the usual way is the one thing here that needs a large stack.
    std::mem::forget(deep);
}

#[test]
fn patterns_give_up_instead_of_hanging() {
    for pattern in ["^(a+)+$", "^(a|aa)+$", r"^(?:(a+)\1?)+b$", "(x+x+)+y", r"^(\w+\s?)*$"] {
        let schema = schema(&format!("T: {{ type: string, pattern: '{pattern}' }}"));
        for text in ["a".repeat(40) + "!", "x".repeat(60), "a ".repeat(3_000) + "!"] {
            soon(|| said(&schema, &json!(text)));
        }
    }
    let schema = schema("T: { pattern: '^(?:(a+)\\1?)+b$' }");
    let said = said(&schema, &json!("a".repeat(40)));
    assert!(said[0].contains("the pattern gave up on this text"), "{said:?}");
}

#[test]
fn long_ways_between_schemas_are_gone() {
    let mut text = String::from("T: { type: object, properties: { next: { $ref: '#/components/schemas/S0' } } }\n");
    for number in 0..3_000 {
        let next = number + 1;
        text += &format!(
            "S{number}: {{ type: object, properties: {{ next: {{ $ref: '#/components/schemas/S{next}' }} }} }}\n"
        );
    }
    text += "S3000: { type: object }";
    let schema = soon(|| schema(&text));
    assert!(soon(|| schema.is_valid(&json!({ "next": { "next": {} } }))));
    assert!(!schema.is_valid(&json!({ "next": { "next": 1 } })));
    assert_eq!(schema.shape().fields.len(), 64);
}

#[test]
fn long_ways_in_place_and_deep_bodies_together_end() {
    let mut text = String::from("T: { $ref: '#/components/schemas/S0' }\n");
    for number in 0..29 {
        text += &format!("S{number}: {{ allOf: [{{ $ref: '#/components/schemas/S{}' }}] }}\n", number + 1);
    }
    text += "S29: { type: object, properties: { a: { $ref: '#/components/schemas/T' } } }";
    let schema = schema(&text);
    for depth in [3, 4, super::DEEPEST] {
        let deep = (0..depth).fold(json!(5), |inner, _| json!({ "a": inner }));
        assert_eq!(soon(|| said(&schema, &deep)).len(), 1);
    }
}
