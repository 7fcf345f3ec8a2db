//! Contracts of several kinds, read and used.

use super::load;
use crate::contract::{Contract, ParameterIn, ParameterStyle, ResponseStatus, StatusRange};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;
use serde_json::json;

/// Reads a contract of several files, the first of which is the document.
pub(super) fn read_all(files: &[(&str, &str)]) -> Result<Contract, Vec<Diagnostic>> {
    let mut sources = Sources::default();
    let file = sources.add(files[0].0, files[0].1);
    let mut read = |sources: &mut Sources, path: &str| match files.iter().find(|(name, _)| *name == path) {
        Some((name, text)) => Ok(sources.add(*name, *text)),
        None => Err(Box::new(Diagnostic::new(Code::MissingFile, format!("there is no file {path}")))),
    };
    load(&mut sources, file, "c", &mut read)
}

/// Reads a contract of one file; what is wrong with it by its title.
fn read(text: &str) -> Result<Contract, Vec<String>> {
    read_all(&[("c.yaml", text)]).map_err(|problems| problems.into_iter().map(|problem| problem.title).collect())
}

const CODES: &str = "
openapi: 3.1.0
info: { title: T, version: 1.2.0 }
x-envelope: { code: [statusCode] }
x-codes:
  A-S-000: { case: Good, status: [200], operations: [a] }
  X-E-000: { case: Bad, status: [400, 200, 4XX], generic: true, section: Codes }
paths:
  /v2/a:
    post: { operationId: a, x-section: A API }
    get: { operationId: b, x-envelope: { code: [status, statusCode] } }
";

#[test]
fn operations_and_codes_are_read() {
    let contract = read(CODES).unwrap();
    let b = contract.operation("b").unwrap();
    assert_eq!(
        (b.method.as_str(), b.path.as_str(), b.code_members.join(" ").as_str()),
        ("GET", "/v2/a", "status statusCode")
    );
    assert_eq!(contract.operation_at("POST", "/v2/a").unwrap().id, "a");
    let bad = &contract.codes["X-E-000"];
    assert!(bad.statuses.iter().any(|range| range.holds(404)) && !bad.statuses.iter().any(|range| range.holds(500)));
    assert_eq!((contract.version.as_str(), contract.title.as_str()), ("1.2.0", "T"));
}

#[test]
fn a_document_that_is_no_contract_is_refused() {
    assert_eq!(read("swagger: 2.0").unwrap_err(), ["this is a Swagger 2.0 document, which is not read"]);
    assert_eq!(read("openapi: 4.0.0").unwrap_err(), ["this is not an OpenAPI 3 document"]);
    assert_eq!(read("openapi: 3.3.0").unwrap_err(), ["this version of OpenAPI is not known"]);
    assert_eq!(read("openapi: 3.1.0\npaths: {}").unwrap_err(), ["the contract has no operation"]);
}

/// The lender's contract, which is part of the program.
fn lender() -> Contract {
    read_all(&[("lender.yaml", include_str!("../../../schemas/lender-prism.openapi.yaml"))])
        .unwrap_or_else(|problems| panic!("{problems:#?}"))
}

#[test]
fn the_lenders_contract_is_read_whole() {
    let contract = lender();
    assert_eq!((contract.operations.len(), contract.codes.len(), contract.ambiguities.len()), (16, 47, 47));
    assert_eq!((contract.variants.len(), contract.respellings.len()), (16, 2));
    let lists: Vec<(&str, usize)> =
        contract.values.iter().map(|list| (list.name.as_str(), list.values.len())).collect();
    assert_eq!(lists, [("x-banking-error-codes", 16), ("x-kyc-messages", 8), ("x-rejection-reasons", 2)]);
    let bre = contract.operation("getBre").unwrap();
    assert_eq!(bre.discriminator, ["/data/status"]);
    let reference = &bre.parameters[0];
    assert_eq!(
        (reference.name.as_str(), reference.place, reference.required),
        ("referenceID", ParameterIn::Query, true)
    );
    assert_eq!((reference.style, reference.explode), (ParameterStyle::Form, true));
    let rejected = bre.variant("rejected").unwrap();
    assert_eq!((rejected.codes.join(" ").as_str(), rejected.data_status.as_deref()), ("GEO-S-002", Some("REJECTED")));
    assert_eq!(rejected.schema.pointer(), "#/components/schemas/GEO-S-002");
    let chosen = bre.responses[0].media[0].discriminator.as_ref().unwrap();
    assert_eq!(chosen.property, "statusCode");
    assert_eq!(chosen.choices.len(), 4 + 16, "the generic codes are choices of their own");
    let session = contract.operation("createSession").unwrap();
    let generic = session.variant("generic-error-in-status").unwrap();
    assert_eq!((generic.codes.len(), generic.member.as_deref(), generic.documented), (16, Some("status"), false));
    let accept = contract.operation("acceptOffer").unwrap();
    assert_eq!(contract.operation_at("POST", "/v2/user/acceptOffer").unwrap().id, accept.id);
    let everywhere = contract.ambiguities.iter().find(|note| note.id == "A16").unwrap();
    assert_eq!(everywhere.operations.len(), 16);
    let default = accept.responses.iter().any(|response| response.status == ResponseStatus::Default);
    assert!(!default && accept.responses.len() >= 3);
}

#[test]
fn the_lenders_schemas_judge_and_explain() {
    let contract = lender();
    let bre = contract.operation("getBre").unwrap();
    let offer = &bre.variant("processing").unwrap().schema;
    let good = json!({
        "data": { "dataRequired": null, "offers": null, "outputVariables": null, "rejectionReason": null,
                  "referenceID": "r", "status": "PROCESSING" },
        "error": "", "statusCode": "GEO-S-001"
    });
    assert!(offer.is_valid(&good), "{:?}", offer.errors(&good));
    let mut bad = good.clone();
    bad["data"]["status"] = json!("PROCESING");
    bad["data"].as_object_mut().unwrap().shift_remove("referenceID");
    bad["data"]["dataRequired"] = json!(5);
    let said: Vec<String> = offer.errors(&bad).iter().map(said).collect();
    assert_eq!(
        said,
        [
            "/data/referenceID required: the member `referenceID`, found nothing",
            "/data/dataRequired type: an object or null, found 5 (A09)",
            "/data/status const: PROCESSING, found \"PROCESING\"",
        ]
    );
}

fn said(error: &crate::contract::SchemaError) -> String {
    let found = error.found.as_deref().unwrap_or("nothing");
    let ambiguity = error.ambiguity.as_ref().map(|id| format!(" ({id})")).unwrap_or_default();
    format!("{} {}: {}, found {found}{ambiguity}", error.pointer, error.keyword, error.promised)
}

pub(super) const SHOP: &str = "
openapi: 3.0.3
info: { title: Shop, version: '1' }
servers:
  - url: https://shop.example/v1/
  - url: '{scheme}://test.example/{stage}'
    variables: { scheme: { default: https }, stage: { default: test } }
paths:
  /items/{id}:
    parameters:
      - { name: id, in: path, required: true, schema: { type: integer } }
      - { name: lang, in: query, schema: { type: string } }
    servers: [{ url: /items-only }]
    get:
      parameters:
        - { name: lang, in: query, required: true, schema: { type: string, maxLength: 2 } }
        - { name: ids, in: query, style: pipeDelimited, schema: { type: array, items: { type: integer } } }
        - { name: filter, in: query, style: deepObject, explode: true, schema: { type: object } }
        - { name: where, in: query, content: { application/json: { schema: { type: object } } } }
        - { name: X-Trace, in: header, schema: { type: string } }
        - { name: Authorization, in: header, schema: { type: string } }
        - { $ref: '#/components/parameters/Session' }
      responses:
        '200': { $ref: '#/components/responses/Item' }
        2XX: { description: d }
        default: { description: d, content: { 'application/problem+json; charset=utf-8': { schema: {} } }, x-documented: false }
  /items/latest: { get: { operationId: latest, responses: { '204': { description: d } } } }
  /items:
    post:
      operationId: add
      requestBody: { $ref: '#/components/requestBodies/Item' }
      responses: { '201': { description: d } }
components:
  parameters:
    Session: { name: session, in: cookie, schema: { type: string } }
  headers:
    Left: { required: true, schema: { type: integer } }
  requestBodies:
    Item:
      required: true
      content:
        application/json: { schema: { $ref: '#/components/schemas/Animal' } }
        text/*: {}
  responses:
    Item:
      description: d
      headers: { X-Left: { $ref: '#/components/headers/Left' }, Content-Type: { schema: { type: string } } }
      content: { application/json: { schema: { $ref: '#/components/schemas/Item' } } }
  schemas:
    Item: { type: object, properties: { name: { type: string, nullable: true } } }
    Animal:
      type: object
      required: [kind]
      properties: { kind: { type: string } }
      discriminator: { propertyName: kind, mapping: { puss: Cat } }
    Cat: { allOf: [{ $ref: '#/components/schemas/Animal' }, { type: object, required: [lives] }] }
    Dog: { allOf: [{ $ref: '#/components/schemas/Animal' }, { type: object, required: [tricks] }] }
";

#[test]
fn a_contract_of_3_0_is_read_whole() {
    let contract = read(SHOP).unwrap();
    let item = contract.operation_at("GET", "/items/42").unwrap();
    assert_eq!((item.id.as_str(), item.path.as_str()), ("GET /items/{id}", "/items/{id}"));
    let parameters: Vec<(&str, ParameterIn, ParameterStyle, bool, bool)> = item
        .parameters
        .iter()
        .map(|one| (one.name.as_str(), one.place, one.style, one.explode, one.required))
        .collect();
    use {ParameterIn as In, ParameterStyle as Style};
    assert_eq!(
        parameters,
        [
            ("lang", In::Query, Style::Form, true, true),
            ("ids", In::Query, Style::PipeDelimited, false, false),
            ("filter", In::Query, Style::DeepObject, true, false),
            ("where", In::Query, Style::Form, true, false),
            ("x-trace", In::Header, Style::Simple, false, false),
            ("session", In::Cookie, Style::Form, true, false),
            ("id", In::Path, Style::Simple, false, true),
        ]
    );
    assert!(item.parameters[3].as_json && !item.parameters[2].as_json);
    let statuses: Vec<ResponseStatus> = item.responses.iter().map(|response| response.status).collect();
    assert_eq!(
        statuses,
        [
            ResponseStatus::Range(StatusRange::Exactly(200)),
            ResponseStatus::Range(StatusRange::Class(2)),
            ResponseStatus::Default
        ]
    );
    let [header] = &item.responses[0].headers[..] else { panic!("{:?}", item.responses[0].headers) };
    assert_eq!((header.name.as_str(), header.required), ("x-left", true));
    assert!(header.schema.as_ref().unwrap().is_valid(&json!(5)));
    assert!(item.responses[0].media[0].schema.as_ref().unwrap().is_valid(&json!({ "name": null })));
    assert_eq!(item.responses[2].media[0].media_type, "application/problem+json");
    assert!(item.responses[0].documented && !item.responses[2].documented);
    let body = contract.operation("add").unwrap().request.as_ref().unwrap();
    assert!(body.required && body.media[1].media_type == "text/*" && body.media[1].schema.is_none());
}

#[test]
fn a_schema_that_others_build_upon_chooses_among_them() {
    let contract = read(SHOP).unwrap();
    let body = contract.operation("add").unwrap().request.as_ref().unwrap();
    let chosen = body.media[0].discriminator.as_ref().unwrap();
    let choices: Vec<(&str, &str)> =
        chosen.choices.iter().map(|(value, schema)| (value.as_str(), schema.pointer())).collect();
    let named = [("puss", "#/components/schemas/Cat"), ("Dog", "#/components/schemas/Dog")];
    assert_eq!(choices[..2], named);
    assert_eq!(
        choices[2..],
        [("Animal", "#/components/schemas/Animal")],
        "what is nothing more is called like the base"
    );
    assert!(!chosen.choices[0].1.is_valid(&json!({ "kind": "puss" })));
    assert!(chosen.choices[0].1.is_valid(&json!({ "kind": "puss", "lives": 9 })));
}

#[test]
fn requests_find_their_operation() {
    let contract = read(SHOP).unwrap();
    assert_eq!(contract.base_paths, ["/v1", "/{stage}", "/items-only"]);
    let at = |method: &str, path: &str| contract.operation_at(method, path).map(|operation| operation.id.as_str());
    assert_eq!(at("GET", "/items/latest"), Some("latest"), "what is written out wins");
    assert_eq!(at("GET", "/v1/items/latest"), Some("latest"));
    assert_eq!(at("GET", "/test/items/%34%32"), Some("GET /items/{id}"));
    assert_eq!(at("GET", "/items/{id}"), Some("GET /items/{id}"));
    // The stage may be anything.
    assert_eq!(at("GET", "/v2/items/1"), Some("GET /items/{id}"));
    assert_eq!((at("POST", "/items/42"), at("GET", "/items/1/2"), at("GET", "/v2/a/items/1")), (None, None, None));
}

#[test]
fn references_lead_across_files() {
    let contract = read_all(&[
        (
            "api.yaml",
            "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: { /t: { $ref: 'paths/t.yaml' } }\n",
        ),
        (
            "paths/t.yaml",
            "get:\n  operationId: t\n  responses:\n    '200':\n      description: d\n      content: { application/json: { schema: { $ref: '../schemas/tree.json#/$defs/Tree' } } }\n",
        ),
        (
            "schemas/tree.json",
            r##"{ "$defs": { "Tree": { "type": "object", "required": ["leaf"], "properties": {
                "leaf": { "$ref": "leaf.yaml" }, "parts": { "items": { "$ref": "#/$defs/Tree" } } } } } }"##,
        ),
        ("schemas/leaf.yaml", "oneOf: [{ $ref: ./colour.yaml }, { $ref: ./size.yaml }]\ndiscriminator: { propertyName: kind }\n"),
        ("schemas/colour.yaml", "{ type: object, required: [kind, colour], properties: { kind: { const: colour } } }"),
        ("schemas/size.yaml", "{ type: object, required: [kind, size], properties: { kind: { const: size } } }"),
    ])
    .unwrap_or_else(|problems| panic!("{problems:#?}"));
    let schema = contract.operations[0].responses[0].media[0].schema.clone().unwrap();
    assert_eq!(schema.pointer(), "schemas/tree.json#/$defs/Tree");
    let body = json!({ "leaf": { "kind": "size", "size": 1 }, "parts": [{ "leaf": { "kind": "colour" } }] });
    let said: Vec<String> = schema.errors(&body).iter().map(said).collect();
    assert_eq!(said, ["/parts/0/leaf/colour required: the member `colour`, found nothing"]);
}

#[test]
fn every_problem_is_told_once_and_none_hides_another() {
    let contract = read(
        "
openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /a: { get: { responses: { '200': { $ref: '#/components/responses/Gone' } } } }
  /b: { get: { responses: { '200': { description: d, content: { a/b: { schema: { $ref: '#/components/schemas/S' } } } } } } }
  /c: { get: { responses: { '200': { description: d, content: { a/b: { schema: { $ref: '#/components/schemas/S' } } } } } } }
components:
  schemas:
    S: { type: strin }
",
    )
    .unwrap();
    let faults: Vec<(&str, &[String])> =
        contract.faults.iter().map(|fault| (fault.diagnostic.title.as_str(), fault.operations.as_slice())).collect();
    let (b_and_c, a) = (["GET /b".to_owned(), "GET /c".to_owned()], ["GET /a".to_owned()]);
    let expected: [(&str, &[String]); 2] = [("`strin` is not a type", &b_and_c), ("the reference leads nowhere", &a)];
    assert_eq!(faults, expected);
}

#[test]
fn a_file_that_refers_to_others_without_end_is_read_once() {
    let contract = read_all(&[
        ("api.yaml", "openapi: 3.1.0\ninfo: { title: T, version: '1' }\npaths: { /t: { get: { responses: { '200': { description: d, content: { a/b: { schema: { $ref: a.yaml } } } } } } } }"),
        ("a.yaml", "{ properties: { b: { $ref: b.yaml } } }"),
        ("b.yaml", "{ properties: { a: { $ref: a.yaml } } }"),
    ])
    .unwrap_or_else(|problems| panic!("{problems:#?}"));
    let schema = contract.operations[0].responses[0].media[0].schema.clone().unwrap();
    assert_eq!(schema.shape().fields.len(), 2);
    assert!(schema.is_valid(&json!({ "b": { "a": { "b": {} } } })));
}
