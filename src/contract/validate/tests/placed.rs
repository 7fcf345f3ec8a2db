//! Parameters of every place and style, and what documents leave open.

use super::super::BodySent;
use super::Desk;

const STYLES: &str = r"
openapi: 3.1.0
info: { title: T, version: '1' }
servers: [{ url: '/{version}', variables: { version: { default: v1, enum: [v1, v2] } } }, { url: '/t/{tenant}', variables: { tenant: { default: demo } } }]
paths:
  /q:
    get:
      operationId: q
      parameters:
        - { name: ids, in: query, explode: false, schema: &ints { type: array, items: { type: integer } } }
        - { name: pipe, in: query, style: pipeDelimited, schema: *ints }
        - { name: space, in: query, style: spaceDelimited, schema: *ints }
        - { name: obj, in: query, explode: false, schema: { type: object, required: [role], properties: { role: { type: string } } } }
        - { name: f, in: query, style: deepObject, schema: { type: object, properties: { from: { type: integer }, ids: *ints, in: { type: object, properties: { a: { type: integer } } } } } }
        - { name: either, in: query, schema: { oneOf: [{ type: string, enum: [all] }, *ints] } }
        - { name: created, in: query, style: deepObject, schema: { anyOf: [{ type: object, properties: { gt: { type: integer } } }, { type: integer }] } }
        - { name: expand, in: query, style: deepObject, schema: { type: array, items: { type: string } } }
        - { name: stray, in: query, schema: { type: string, items: { type: string } } }
        - { name: maybe, in: query, schema: { anyOf: [*ints, { type: 'null' }] } }
        - { name: verbose, in: query, allowEmptyValue: true, schema: { type: boolean } }
        - { name: json, in: query, content: { application/json: { schema: { type: object, required: [x] } } } }
        - { name: plain, in: query, content: { text/plain: { schema: { type: string, maxLength: 2 } } } }
        - { name: X-List, in: header, schema: *ints }
      responses:
        '200':
          description: d
          headers:
            X-Obj: { explode: true, schema: { type: object, properties: { a: { type: integer } } } }
            X-Json: { content: { application/json: { schema: { type: object, required: [x] } } } }
  /free:
    get:
      operationId: free
      parameters:
        - { name: limit, in: query, schema: { type: integer } }
        - { name: filters, in: query, required: true, schema: { type: object, properties: { sort: { type: string } }, additionalProperties: { type: integer } } }
      responses: { '200': { description: d } }
  /batch/{ids}: { get: { operationId: batch, parameters: [{ name: ids, in: path, required: true, schema: *ints }], responses: { '200': { description: d } } } }
  /matrix/{id}: { get: { operationId: matrix, parameters: [{ name: id, in: path, required: true, style: matrix, schema: { type: integer } }], responses: { '200': { description: d } } } }
  /label/{id}: { get: { operationId: label, parameters: [{ name: id, in: path, required: true, style: label, explode: true, schema: *ints }], responses: { '200': { description: d } } } }
  /keys: { get: { operationId: keys, security: [{ q: [] }], responses: { '200': { description: d } } } }
  '/hash#one': { get: { operationId: hash, responses: { '200': { description: d } } } }
  /pets?type=cat: { get: { operationId: cats, responses: { '200': { description: d } } } }
  /pets?type=dog: { get: { operationId: dogs, responses: { '200': { description: d } } } }
components:
  securitySchemes: { q: { type: apiKey, in: query, name: api_key }, h: { type: apiKey, in: header, name: X-Client-Sig }, b: { type: http, scheme: bearer } }
";

/// What is said of a request without a body.
fn sent(desk: &Desk, operation: &str, path: &str, with: &[(&str, &str)]) -> String {
    let judged = desk.sent(operation, path, with, BodySent::None);
    let violations = judged.violations.iter().map(|(broken, _)| format!("{} {}", broken.place(), broken.rule));
    let findings = judged.findings.iter().map(|(finding, _)| format!("{} {}", finding.pointer, finding.kind.name()));
    violations.chain(findings).collect::<Vec<_>>().join("; ")
}

#[test]
fn every_style_of_a_query_is_read_as_documented() {
    let desk = Desk::of(STYLES);
    for (query, said) in [
        ("ids=1,2", ""),
        ("ids=1%2C2", ""),
        ("ids=1,x", "query ids/* type"),
        ("ids=1&ids=2", "query ids style"),
        ("pipe=1%7C2", ""),
        ("pipe=1&pipe=2", "query pipe style"),
        ("space=1%202", ""),
        ("obj=role,admin", ""),
        ("obj=role%2Cadmin", ""),
        ("obj=name,admin", "query obj/role required"),
        ("f[from]=1", ""),
        ("f[from]=x&f[from]=1", "query f/from type"),
        ("f[ids]=1&f[ids]=2", ""),
        ("f[ids]=1", ""),
        ("f[ids][]=1&f[ids][]=x", "query f/ids/* type"),
        ("f%5Bin%5D%5Ba%5D=1", ""),
        ("f[in][a]=x", "query f/in/a type"),
        ("either=all", ""),
        ("either=1&either=2", ""),
        ("created=123", ""),
        ("created[gt]=5", ""),
        ("created[gt]=x", "query created/gt type"),
        ("expand[]=a&expand[]=b", ""),
        ("expand[0]=a", ""),
        ("stray=hello", ""),
        ("maybe=5", ""),
        ("maybe=x", "query maybe/* type"),
        ("verbose", ""),
        ("verbose=", ""),
        ("verbose=true", ""),
        ("verbose=x", "query verbose type"),
        ("json=%7B%22x%22%3A1%7D", ""),
        ("json=%7B%7D", "query json/x required"),
        ("plain=abc", "query plain maxLength"),
        ("other=1", "query other undocumented-field"),
    ] {
        assert_eq!(sent(&desk, "q", &format!("/q?{query}"), &[]), said, "{query}");
    }
    assert_eq!(sent(&desk, "q", "/q", &[("x-list", "1,2")]), "");
    assert_eq!(sent(&desk, "q", "/q", &[("x-list", "1,b")]), "header x-list/* type");
}

#[test]
fn an_object_may_take_names_that_no_parameter_has() {
    let desk = Desk::of(STYLES);
    assert_eq!(sent(&desk, "free", "/free?a=1&limit=3", &[]), "");
    assert_eq!(sent(&desk, "free", "/free?sort=up&a=x", &[]), "query filters/a type");
    assert_eq!(sent(&desk, "free", "/free?limit=3", &[]), "query filters parameter");
}

#[test]
fn lists_in_a_path_may_be_written_encoded() {
    let desk = Desk::of(STYLES);
    for (operation, path, said) in [
        ("batch", "/batch/1,2,3", ""),
        ("batch", "/batch/1%2C2%2C3", ""),
        ("batch", "/batch/1,x", "path ids/* type"),
        ("matrix", "/matrix/;id=5", ""),
        ("matrix", "/matrix/%3Bid%3D5", ""),
        ("matrix", "/matrix/;id=x", "path id type"),
        ("label", "/label/.1.2", ""),
        ("label", "/label/.1.x", "path id/* type"),
    ] {
        assert_eq!(sent(&desk, operation, path, &[]), said, "{path}");
    }
}

#[test]
fn json_in_a_parameter_is_written_once() {
    let desk = Desk::of(STYLES);
    let parameters = &desk.contract.operation("q").unwrap().parameters;
    let own = parameters.iter().find(|parameter| parameter.name == "json").unwrap();
    let written = |value: &serde_json::Value| crate::contract::serialise::query("json", Some(own), value).unwrap();
    let expected = [("json".to_owned(), "%7B%22x%22%3A1%7D".to_owned())];
    assert_eq!(written(&serde_json::json!({ "x": 1 })), expected);
    assert_eq!(written(&serde_json::json!("{\"x\":1}")), expected);
}

#[test]
fn documented_keys_are_no_strange_parameters() {
    let desk = Desk::of(STYLES);
    assert_eq!(sent(&desk, "keys", "/keys?api_key=k", &[("x-client-sig", "s"), ("authorization", "Bearer x")]), "");
    assert_eq!(sent(&desk, "keys", "/keys", &[("x-api-key", "s")]), "header x-api-key undocumented-header");
}

#[test]
fn servers_and_paths_are_found_as_they_are_written() {
    let desk = Desk::of(STYLES);
    let found = |path: &str| desk.contract.operation_at("GET", path).map(|operation| operation.id.clone());
    for (path, operation) in [
        ("/keys", Some("keys")),
        ("/v1/keys", Some("keys")),
        ("/v2/keys", Some("keys")),
        ("/v3/keys", None),
        ("/t/acme/keys", Some("keys")),
        ("/hash", Some("hash")),
        ("/hash#one", Some("hash")),
        ("/pets?type=cat", Some("cats")),
        ("/pets?type=dog&x=1", Some("dogs")),
    ] {
        assert_eq!(found(path).as_deref(), operation, "{path}");
    }
    assert_eq!(sent(&desk, "cats", "/pets?type=cat", &[]), "");
    assert_eq!(sent(&desk, "hash", "/hash", &[]), "");
    assert_eq!(sent(&desk, "keys", "/t/acme/keys", &[]), "");
}

#[test]
fn headers_of_answers_have_styles_too() {
    let desk = Desk::of(STYLES);
    let came = |with: &[(&str, &str)]| {
        let judged = desk.answered_with("q", 200, with, super::super::BodyCame::None);
        judged
            .violations
            .iter()
            .map(|(broken, _)| format!("{} {}", broken.place(), broken.rule))
            .collect::<Vec<_>>()
            .join("; ")
    };
    assert_eq!(came(&[("x-obj", "a=1"), ("x-json", "{\"x\":1}")]), "");
    assert_eq!(came(&[("x-obj", "a=b")]), "header x-obj/a type");
    assert_eq!(came(&[("x-json", "{}")]), "header x-json/x required");
    assert_eq!(came(&[("x-json", "x")]), "header x-json header");
}
