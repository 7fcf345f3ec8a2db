//! Hurl, Bruno, Insomnia, Arazzo, Step CI: what is made passes `check`, what is not translated is told.

use crate::cli::place::Place;

const HURL: &str = "# Log in\nPOST https://api.example/login\n{ \"user\": \"a\", \"password\": \"very-secret\" }\nHTTP 200\n[Captures]\ntoken: jsonpath \"$.token\"\n[Asserts]\njsonpath \"$.roles\" count == 2\nxpath \"//a\" exists\n\nGET https://api.example/me\nAuthorization: Bearer {{token}}\nHTTP 200\n";

const INSOMNIA: &str = r#"{ "_type": "export", "__export_format": 4, "resources": [
  { "_id": "wrk_1", "_type": "workspace", "name": "Shop" },
  { "_id": "env_1", "_type": "environment", "parentId": "wrk_1", "data": { "base": { "url": "https://api.example" }, "api_key": "very-secret-1" } },
  { "_id": "fld_1", "_type": "request_group", "parentId": "wrk_1", "name": "Users", "headers": [{ "name": "x-api-key", "value": "{{ _.api_key }}" }] },
  { "_id": "req_2", "_type": "request", "parentId": "fld_1", "name": "Me", "method": "GET", "metaSortKey": 2, "url": "{{ _.base.url }}/me",
    "headers": [{ "name": "Authorization", "value": "Bearer {% response 'body', 'req_1', 'b64::JC50b2tlbg==::46b' %}" }] },
  { "_id": "req_1", "_type": "request", "parentId": "fld_1", "name": "Log in", "method": "POST", "metaSortKey": 1, "url": "{{ _.base.url }}/login",
    "body": { "mimeType": "application/json", "text": "{\"user\": \"a\"}" },
    "afterResponseScript": "insomnia.test('ok', () => { insomnia.response.to.have.status(200); });" }
] }"#;

const INSOMNIA_5: &str = "type: collection.insomnia.rest/5.0\nname: Shop\ncollection:\n  - name: Me\n    url: \"{{ _.base_url }}/me\"\n    method: GET\n    meta: { id: req_1, sortKey: 1 }\nenvironments:\n  name: Base\n  data: { base_url: https://api.example }\n";

const ARAZZO: &str = "arazzo: 1.0.0\ninfo: { title: Shop, version: '1' }\nsourceDescriptions: [{ name: api, url: ./api.yaml, type: openapi }]\nworkflows:\n  - workflowId: order\n    summary: Make an order.\n    inputs: { type: object, properties: { sku: { type: string } } }\n    steps:\n      - stepId: make\n        operationId: makeOrder\n        requestBody: { contentType: application/json, payload: { sku: $inputs.sku } }\n        successCriteria:\n          - condition: $statusCode == 201\n          - condition: $response.body#/id != null\n        outputs: { order: $response.body#/id }\n      - stepId: read\n        operationId: getOrder\n        parameters: [{ name: id, in: path, value: $steps.make.outputs.order }]\n        successCriteria: [{ condition: $statusCode == 200 }]\n        onFailure: [{ name: again, type: goto, stepId: make }]\n";

const API: &str = "openapi: 3.1.0\ninfo: { title: Shop, version: '1' }\npaths:\n  /orders:\n    post: { operationId: makeOrder, requestBody: { content: { application/json: { schema: { type: object } } } }, responses: { '201': { description: made } } }\n  /orders/{id}:\n    get: { operationId: getOrder, parameters: [{ name: id, in: path, required: true, schema: { type: string } }], responses: { '200': { description: one } } }\n";

const STEPCI: &str = "version: '1.1'\nname: Posts\nenv: { host: api.example }\ntests:\n  post:\n    steps:\n      - name: Post\n        http:\n          url: https://${{env.host}}/posts\n          method: POST\n          json: { title: Hello }\n          captures: { id: { jsonpath: $.id } }\n          check: { status: 201, jsonpath: { $.id: [{ isNumber: true }, { gt: 0 }] }, ssl: { valid: true } }\n      - name: Read\n        http: { url: 'https://${{env.host}}/posts/${{captures.id}}', method: GET, check: { status: /^20/ } }\n      - name: Call\n        grpc: { host: a }\n";

/// Imports a file, checks what was made, and gives the suite.
fn imported(kind: &str, file: &str, text: &str, suite: &str) -> (String, String) {
    let place = Place::new();
    place.write(file, text);
    if kind == "arazzo" {
        place.write("api.yaml", API);
    }
    let ended = place.run(&["import", kind, file]).expect(0);
    let checked = place
        .proviso(&["check", "suites"])
        .env("PASSWORD", "swordfish")
        .env("API_KEY", "swordfish")
        .env("X_API_KEY", "swordfish")
        .env("TOKEN", "swordfish")
        .output()
        .expect("it runs");
    assert_eq!(
        checked.status.code(),
        Some(0),
        "{}\n{}",
        String::from_utf8_lossy(&checked.stderr),
        place.read(&format!("suites/{suite}"))
    );
    let made = place.read(&format!("suites/{suite}"));
    place.run(&["import", kind, file]).expect(0).says("unchanged");
    (made, ended.out)
}

fn has(text: &str, parts: &[&str]) {
    for part in parts {
        assert!(text.contains(part), "{part} is not in\n{text}");
    }
}

#[test]
fn hurl() {
    let (suite, told) = imported("hurl", "login.hurl", HURL, "login.yaml");
    has(
        &suite,
        &[
            "name: Log in",
            "secret('PASSWORD')",
            "token: { body: $.token, secret: true }",
            "$.roles: { length: 2 }",
            "# not translated: the assert xpath",
            "Bearer {{ token }}",
        ],
    );
    has(&told, &["not translated: 1", "line 9"]);
}

#[test]
fn insomnia_of_both_versions() {
    let (suite, _) = imported("insomnia", "shop.json", INSOMNIA, "shop.yaml");
    has(&suite, &["path: /login", "path: /me", "secret('API_KEY')", "status: 200", "$.token"]);
    assert!(suite.find("/login") < suite.find("/me") && !suite.contains("very-secret"), "{suite}");
    let (suite, _) = imported("insomnia", "shop.yaml", INSOMNIA_5, "shop.yaml");
    has(&suite, &["path: /me"]);
}

#[test]
fn arazzo_with_the_document_beside_it() {
    let (suite, told) = imported("arazzo", "shop.arazzo.yaml", ARAZZO, "shop.yaml");
    has(
        &suite,
        &[
            "contract: ./contracts/api.openapi.yaml",
            "operation: makeOrder",
            "sku: \"{{ sku }}\"",
            "status: 201",
            "make_order: $.id",
            "params: { id: \"{{ make_order }}\" }",
            "# not translated: on failure: go to make",
        ],
    );
    has(&told, &["not translated: 1"]);
}

#[test]
fn step_ci() {
    let (suite, told) = imported("stepci", "posts.yml", STEPCI, "posts.yaml");
    has(
        &suite,
        &[
            "status: 201",
            "id: $.id",
            "path: \"/posts/{{ id }}\"",
            "status: 2XX",
            "# not translated: the check `ssl`",
            "type: number",
        ],
    );
    has(&told, &["a step of the kind `grpc`"]);
}

#[test]
fn a_folder_of_bruno_is_read_without_its_links() {
    let place = Place::new();
    place.write("shop/bruno.json", "{ \"version\": \"1\", \"name\": \"Shop\" }");
    place.write(
        "shop/users/Me.bru",
        "meta {\n  name: Me\n  seq: 1\n}\nget {\n  url: {{host}}/me\n}\nassert {\n  res.status: eq 200\n}\n",
    );
    place.write("shop/environments/uat.bru", "vars {\n  host: https://api.example\n}\n");
    place.write("outside/Secret.bru", "meta {\n  name: Secret\n}\nget {\n  url: /secret\n}\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink(place.path("outside"), place.path("shop/link")).expect("a link can be made");
    place.run(&["import", "bruno", "shop"]).expect(0).says("1 request, 1 expectation");
    let suite = place.read("suites/shop.yaml");
    assert!(suite.contains("users / Me") && !suite.contains("secret"), "{suite}");
    place.run(&["check", "suites"]).expect(0);
    assert!(place.read("suites/environments/shop.yaml").contains("https://api.example"));
}

#[test]
fn broken_files_of_every_tool_end_with_their_line() {
    let place = Place::new();
    for (kind, text) in [
        ("hurl", HURL),
        ("insomnia", INSOMNIA),
        ("arazzo", ARAZZO),
        ("stepci", STEPCI),
        ("bruno", "meta {\n  name: a\n}\nget {\n"),
    ] {
        for length in (0..text.len()).step_by(97) {
            if !text.is_char_boundary(length) {
                continue;
            }
            place.write("cut", &text[..length]);
            let ended = place.run(&["import", kind, "cut", "-o", &format!("{kind}-{length}")]);
            assert!(
                matches!(ended.code, Some(0 | 3)) && !ended.err.contains("panicked"),
                "{kind} of {length} bytes: {ended:?}"
            );
        }
    }
    place.write("cut.json", &INSOMNIA[..INSOMNIA.len() / 2]);
    place.run(&["import", "insomnia", "cut.json"]).expect(3).complains("cut.json:");
}
