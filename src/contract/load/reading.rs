//! Documents that others write: what is read of them, what is told, and what one fault refuses.

use super::load_below;
use super::tests::read_all;
use crate::contract::{Contract, ParameterIn, Schema};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::Sources;
use serde_json::{Value, json};

/// A document of one operation that answers with a schema, and what else there is.
fn document(version: &str, schema: &str, rest: &str) -> String {
    format!(
        "openapi: {version}
info: {{ title: T, version: '1' }}
paths:
  /t: {{ get: {{ operationId: t, responses: {{ '200': {{ description: d, content: {{ application/json: {{ schema: {schema} }} }} }} }} }} }}
{rest}"
    )
}

fn read(text: &str) -> Contract {
    read_all(&[("c.yaml", text)]).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

fn answer(contract: &Contract) -> Schema {
    contract.operation("t").unwrap().responses[0].media[0].schema.clone().unwrap()
}

#[track_caller]
fn judges(contract: &Contract, good: &[Value], bad: &[Value]) {
    let titles: Vec<&str> = contract.faults.iter().map(|fault| fault.diagnostic.title.as_str()).collect();
    assert_eq!(titles, Vec::<&str>::new());
    for value in good {
        assert!(answer(contract).is_valid(value), "{value}: {:?}", answer(contract).errors(value));
    }
    for value in bad {
        assert!(!answer(contract).is_valid(value), "{value} is let pass");
    }
}

/// What is wrong, with the label of its line, the operations it concerns, and whether it refuses them.
fn told(text: &str) -> Vec<String> {
    let one = |fault: &crate::contract::ContractFault| {
        let label = fault.diagnostic.labels.first().map(|label| label.text.as_str()).unwrap_or_default();
        let grave = if fault.grave { "" } else { "warning: " };
        format!("{grave}{} ({label}) {}", fault.diagnostic.title, fault.operations.join(",")).trim().to_owned()
    };
    read(text).faults.iter().map(one).collect()
}

#[test]
fn every_misspelt_key_is_told() {
    for (schema, expected) in [
        ("{ type: object, requierd: [a] }", "`requierd` means nothing in a schema (did you mean `required`?) t"),
        ("{ propertes: { a: {} } }", "`propertes` means nothing in a schema (did you mean `properties`?) t"),
        ("{ enmu: [A] }", "`enmu` means nothing in a schema (did you mean `enum`?) t"),
        ("{ fromat: date }", "`fromat` means nothing in a schema (did you mean `format`?) t"),
        ("{ properties: { a: { item: {} } } }", "`item` means nothing in a schema (did you mean `items`?) t"),
        ("{ minlength: 1 }", "`minlength` means nothing in a schema (did you mean `minLength`?) t"),
        (
            "{ format: datetime }",
            "warning: nobody knows the format `datetime`, so nothing is held to it (did you mean `date-time`?) t",
        ),
        (
            "{ type: string, nullable: true }",
            "warning: `nullable` means nothing in OpenAPI 3.1 (null is not let pass by it) t",
        ),
    ] {
        assert_eq!(told(&document("3.1.0", schema, "")), [expected], "{schema}");
    }
    for schema in [
        "{ x-requierd: [a], title: T, examples: [1], $comment: c, deprecated: true, contentMediaType: a/b }",
        "{ myKeyword: 1, format: phone-of-the-moon }",
        "{ properties: { requierd: { type: string }, fromat: {} }, enum: [{ enmu: 1 }], default: { enmu: 1 } }",
    ] {
        assert_eq!(told(&document("3.1.0", schema, "")), Vec::<String>::new(), "{schema}");
    }
    assert_eq!(
        told(&document("3.0.3", "{ myKeyword: 1, nullable: true, type: string }", "")),
        ["warning: `myKeyword` means nothing in a schema (what it says is not looked at) t"]
    );
}

#[test]
fn every_misplaced_key_is_told() {
    let operation = |inside: &str| {
        format!(
            "openapi: 3.0.3\ninfo: {{ title: T, version: '1', licence: {{}} }}\npaths:\n  /t: {{ get: {{ operationId: t, {inside} }} }}\n"
        )
    };
    let license = "warning: `licence` means nothing in `info` (did you mean `license`?)";
    for (inside, expected) in [
        ("responces: {}", "`responces` means nothing in an operation (did you mean `responses`?) t"),
        (
            "responses: { '200': { description: d, schema: {} } }",
            "`schema` means nothing in a response (what it says is not looked at) t",
        ),
        (
            "responses: { '200': { description: d, contents: {} } }",
            "`contents` means nothing in a response (did you mean `content`?) t",
        ),
        (
            "responses: { '200': { description: d, content: { a/b: { shema: {} } } } }",
            "`shema` means nothing in a media type (did you mean `schema`?) t",
        ),
        (
            "parameters: [{ name: a, in: query, type: string }], responses: {}",
            "`type` means nothing in a parameter (what it says is not looked at) t",
        ),
        (
            "owner: me, responses: {}",
            "warning: `owner` means nothing in an operation (what it says is not looked at) t",
        ),
    ] {
        assert_eq!(told(&operation(inside)), [license, expected], "{inside}");
    }
}

#[test]
fn one_fault_refuses_what_it_concerns_and_nothing_else() {
    let text = "
openapi: 3.1.0
info: { title: T, version: '1' }
paths:
  /good: { get: { operationId: good, responses: { '200': { $ref: '#/components/responses/Good' } } } }
  /bad:
    parameters: [{ name: p, in: query, schema: { $ref: '#/components/schemas/Deep' } }]
    get: { operationId: bad, responses: { '200': { $ref: '#/components/responses/Good' } } }
    put: { operationId: also, responses: { '200': { $ref: '#/components/responses/Good' } } }
components:
  responses: { Good: { description: d, content: { a/b: { schema: { $ref: '#/components/schemas/Fine' } } } } }
  schemas:
    Fine: { type: string }
    Deep: { properties: { a: { $ref: '#/components/schemas/Broken' } } }
    Broken: { pattern: '(' }
    Unused: { $ref: '#/components/schemas/Unused' }
";
    let contract = read(text);
    let of = |id: &str| contract.faults_of(id).map(|fault| fault.diagnostic.title.clone()).collect::<Vec<_>>();
    assert_eq!(of("good"), Vec::<String>::new());
    assert_eq!(of("bad"), ["the pattern is not a regular expression"]);
    assert_eq!(of("also"), of("bad"));
    assert_eq!(contract.faults.len(), 2, "what nobody uses is told as well");
    // What is wrong with the whole refuses the whole.
    let whole = read_all(&[("c.yaml", &text.replace("paths:", "x-codes: { A: {} }\npaths:"))]);
    assert!(whole.is_err());
}

#[test]
fn anchors_and_ids_are_followed() {
    let rest = "components:
  schemas:
    A:
      $id: https://x.test/a
      $defs: { N: { type: integer } }
      components: { schemas: { N: { type: integer } } }
      properties: { v: { $ref: '#/components/schemas/N' }, w: { $ref: 'b' }, x: { $ref: '#/$defs/N' } }
    B: { $id: https://x.test/b, type: boolean }
    N: { type: string }
    Named: { $anchor: named, type: string, maxLength: 2 }
    Tree: { $dynamicAnchor: node, properties: { below: { $dynamicRef: '#node' }, name: { type: string } } }
";
    let of = |schema: &str| read(&document("3.1.0", schema, rest));
    judges(
        &of("{ $ref: '#/components/schemas/A' }"),
        &[json!({ "v": 1, "w": true, "x": 1 })],
        &[json!({ "v": "x" }), json!({ "w": 1 }), json!({ "x": "y" })],
    );
    judges(&of("{ $ref: '#named' }"), &[json!("ab")], &[json!("abc"), json!(1)]);
    judges(&of("{ $ref: 'https://x.test/b' }"), &[json!(true)], &[json!(1)]);
    judges(&of("{ $ref: '#node' }"), &[json!({ "below": { "name": "n" } })], &[json!({ "below": { "name": 1 } })]);
    let lost = |schema: &str| told(&document("3.1.0", schema, rest)).join("; ");
    assert!(lost("{ $ref: '#nmaed' }").starts_with("the reference leads nowhere: there is no anchor `nmaed`"));
    assert!(lost("{ $ref: 'https://y.test/b' }").starts_with("a reference to the network is not followed"));
    let twice = rest.replace("Named: { $anchor: named", "Named: { $dynamicAnchor: node, $anchor: named");
    let twice = told(&document("3.1.0", "{ $ref: '#/components/schemas/Tree' }", &twice)).join("; ");
    assert!(twice.starts_with("`$dynamicRef` is not followed where `$dynamicAnchor: node` stands in several places"));
    assert!(lost("{ $recursiveRef: '#' }").starts_with("`$recursiveRef` is not followed"));
}

#[test]
fn older_dialects_are_read_in_their_own_words() {
    let seven = "jsonSchemaDialect: http://json-schema.org/draft-07/schema#\n";
    let contract = read(&document(
        "3.1.0",
        "{ dependencies: { a: [b], c: { required: [d] } }, properties: { l: { items: [{ type: string }], additionalItems: { type: integer } } } }",
        seven,
    ));
    judges(
        &contract,
        &[json!({ "a": 1, "b": 1 }), json!({ "c": 1, "d": 1 }), json!({ "l": ["x", 1] })],
        &[json!({ "a": 1 }), json!({ "c": 1 }), json!({ "l": [1] }), json!({ "l": ["x", "y"] })],
    );
    let beside = "components: { schemas: { S: { type: string } } }\n".to_owned() + seven;
    judges(
        &read(&document("3.1.0", "{ $ref: '#/components/schemas/S', maxLength: 1 }", &beside)),
        &[json!("abc")],
        &[json!(1)],
    );
    let four = "{ $schema: 'http://json-schema.org/draft-04/schema#', minimum: 1, exclusiveMinimum: true }";
    judges(&read(&document("3.1.0", four, "")), &[json!(2)], &[json!(1)]);
    let other = document("3.1.0", "{}", "jsonSchemaDialect: https://x.test/own\n");
    let refused = read_all(&[("c.yaml", &other)]).unwrap_err();
    assert_eq!(refused[0].title, "the dialect `https://x.test/own` is not read");
    assert_eq!(
        told(&document("3.1.0", "{ $schema: 'https://x.test/own' }", "")),
        ["the dialect `https://x.test/own` is not read () t"]
    );
}

#[test]
fn references_are_followed_where_they_may_stand() {
    let files = [
        (
            "api.yaml",
            "openapi: 3.0.3
info: { title: T, version: '1' }
paths:
  /a:
    $ref: path.yaml
    get: { operationId: own, responses: { '200': { description: d, content: { application/json: { $ref: media.yaml } } } } }
  /b: { get: { $ref: operation.yaml } }
",
        ),
        ("path.yaml", "get: { operationId: other, responses: {} }\npost: { operationId: posted, responses: {} }\n"),
        ("media.yaml", "schema: { type: object, required: [a] }\n"),
        ("operation.yaml", "operationId: elsewhere\nresponses: { '200': { description: d } }\n"),
    ];
    let contract = read_all(&files).unwrap();
    let ids: Vec<&str> = contract.operations.iter().map(|operation| operation.id.as_str()).collect();
    assert_eq!(ids, ["own", "posted", "elsewhere"], "what stands beside `$ref` wins");
    let schema = contract.operation("own").unwrap().responses[0].media[0].schema.clone().unwrap();
    assert!(!schema.is_valid(&json!({})));
}

#[test]
fn a_folder_around_the_contract_can_be_named() {
    let mut sources = Sources::default();
    let text = document("3.1.0", "{ $ref: '../common/s.yaml' }", "");
    let file = sources.add("specs/api.yaml", text);
    let mut read = |sources: &mut Sources, path: &str| match path {
        "common/s.yaml" => Ok(sources.add(path, "{ type: string }")),
        _ => Err(Box::new(Diagnostic::new(Code::MissingFile, path))),
    };
    let contract = load_below(&mut sources, file, "specs/api.yaml", "c", &mut read).unwrap();
    judges(&contract, &[json!("a")], &[json!(1)]);
    let alone = load_below(&mut sources, file, "", "c", &mut read).unwrap();
    let title = alone.faults_of("t").next().unwrap().diagnostic.title.clone();
    assert_eq!(title, "a reference leads out of the contract's folder");
}

#[test]
fn what_is_new_in_3_2_is_read_where_it_can_be() {
    let text = "openapi: 3.2.0
info: { title: T, version: '1' }
paths:
  /t:
    query: { operationId: asked, responses: { '200': { description: d, content: { application/jsonl: { itemSchema: { type: object } } } } } }
    additionalOperations: { COPY: { operationId: copied, responses: { '200': { description: d } } } }
";
    let contract = read(text);
    let methods: Vec<(&str, &str)> =
        contract.operations.iter().map(|operation| (operation.method.as_str(), operation.id.as_str())).collect();
    assert_eq!(methods, [("QUERY", "asked"), ("COPY", "copied")]);
    assert!(contract.operation("asked").unwrap().responses[0].media[0].item_schema.is_some());
    assert_eq!(
        told(&text.replace("3.2.0", "3.1.0")),
        [
            "warning: `query` means nothing in OpenAPI 3.1 () asked",
            "warning: `itemSchema` means nothing in OpenAPI 3.1 () asked",
            "warning: `additionalOperations` means nothing in OpenAPI 3.1 ()",
        ]
    );
}

#[test]
fn documents_of_webhooks_and_odd_characters_load() {
    let hooks = "openapi: 3.1.0\ninfo: { title: T, version: '1' }\nwebhooks: { a: { post: { responses: {} } } }\n";
    assert!(read(hooks).operations.is_empty());
    let odd = json!({
        "openapi": "3.1.0", "info": { "title": "T\u{7f}\u{80}\u{fffe}", "version": "1" },
        "paths": { "/t": { "get": { "operationId": "t", "description": "\u{9d}", "responses": {} } } },
    });
    // Written as they are, not as escapes: JSON allows it, YAML does not.
    let contract = read_all(&[("c.json", &odd.to_string())]).unwrap();
    assert_eq!(contract.title, "T\u{7f}\u{80}\u{fffe}");
}

#[test]
fn credentials_are_known_from_the_document() {
    let contract = read(&document(
        "3.0.3",
        "{}",
        "components: { securitySchemes: { q: { type: apiKey, in: query, name: api_key }, h: { type: apiKey, in: header, name: X-Sig }, o: { type: oauth2, flows: {} }, m: { type: mutualTLS } } }",
    ));
    let known: Vec<(ParameterIn, &str)> =
        contract.security_schemes.iter().map(|scheme| (scheme.place, scheme.parameter.as_str())).collect();
    assert_eq!(
        known,
        [(ParameterIn::Query, "api_key"), (ParameterIn::Header, "x-sig"), (ParameterIn::Header, "authorization")]
    );
}
