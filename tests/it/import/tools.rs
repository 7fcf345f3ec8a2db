//! `proviso init` and `proviso import`: what is made passes `check`, and runs.

use crate::cli::place::Place;
use crate::cli::server::{Answer, Server};

const COLLECTION: &str = r#"{
  "info": { "name": "Loans", "schema": "https://schema.getpostman.com/json/collection/v2.1.0/collection.json", "_exporter_id": "42" },
  "auth": { "type": "apikey", "apikey": [{ "key": "key", "value": "x-api-key" }, { "key": "value", "value": "sk-very-secret-1" }] },
  "variable": [{ "key": "base-url", "value": "https://loans.example" }, { "key": "bank", "value": "sbi" }],
  "item": [
    { "name": "Upload", "event": [{ "listen": "test", "script": { "exec": [
        "var jsonData = JSON.parse(responseBody);",
        "pm.test('ok', function () { pm.response.to.have.status(200); });",
        "postman.setEnvironmentVariable(\"entity-id\", jsonData.entity_id);",
        "if (jsonData.weird) { doSomething(); }" ] } }],
      "request": { "method": "POST", "url": { "raw": "{{base-url}}/upload/?identity=true" },
        "body": { "mode": "formdata", "formdata": [
          { "key": "file", "type": "file", "src": "/Users/asha/Desktop/statement.pdf" },
          { "key": "bank_name", "value": "{{bank}}", "type": "text" },
          { "key": "off", "value": "x", "type": "text", "disabled": true } ] } } },
    { "name": "Folder", "auth": { "type": "noauth" }, "item": [
      { "name": "Identity", "request": { "method": "GET", "url": "{{base-url}}/entity/{{entity-id}}/identity/" },
        "event": [{ "listen": "test", "script": { "exec": "pm.expect(pm.response.json().name).to.eql('Asha Rao')" } }] },
      { "name": "Banks", "request": "{{base-url}}/banks" } ] }
  ]
}"#;

#[test]
fn init_makes_a_project_that_is_green_and_overwrites_nothing() {
    let place = Place::new();
    place.run(&[]).expect(2).complains("proviso init");
    place.run(&["init", "--ci", "github"]).expect(0).says("Next: proviso run");
    place.run(&["check"]).expect(0);
    place.run(&["run"]).expect(0).says("Passed: 2 cases");
    place.run(&["init"]).expect(3).complains("suites/first.yaml");
}

#[test]
fn init_makes_a_case_for_every_operation_of_a_document() {
    let place = Place::new();
    place.write(
        "api.yaml",
        "openapi: 3.1.0\ninfo: { title: Pets, version: '1' }\nservers: [{ url: 'https://pets.example/v1' }]\npaths:\n  /pets:\n    post:\n      operationId: addPet\n      tags: [pets]\n      requestBody: { content: { application/json: { schema: { type: object, required: [name], properties: { name: { type: string }, age: { type: integer } } } } } }\n      responses: { '201': { description: made } }\n  /pets/{petId}:\n    get:\n      operationId: getPet\n      tags: [pets]\n      parameters: [{ name: petId, in: path, required: true, schema: { type: integer, minimum: 7 } }]\n      responses: { '200': { description: one } }\n  /health:\n    get: { responses: { '200': { description: fine } } }\n",
    );
    place.run(&["init", "project", "--openapi", "api.yaml"]).expect(0).says("3 operations");
    assert_eq!(
        place.names("project/suites"),
        ["contracts", "environments", "pets-2.yaml", "pets.yaml"]
            .into_iter()
            .filter(|name| place.path("project/suites").join(name).exists())
            .collect::<Vec<_>>()
    );
    place.run(&["check", "project/suites"]).expect(0).says("3 cases");
    let server = Server::start(|request| {
        let line = &request.line;
        let mut answer = Answer::json("{}");
        answer.status = if line.starts_with("POST") { 201 } else { 200 };
        assert!(
            line.starts_with("POST /pets") || line.starts_with("GET /pets/7") || line.starts_with("GET /health"),
            "{line}"
        );
        Some(answer)
    });
    place.run(&["run", "project/suites", "--base-url", &server.url]).expect(0);
    let url = Server::start(move |_| Some(Answer::json("{\"openapi\":\"3.1.0\",\"info\":{\"title\":\"A\",\"version\":\"1\"},\"paths\":{\"/a\":{\"get\":{\"responses\":{\"200\":{\"description\":\"b\"}}}}}}"))).url;
    place.run(&["init", "fetched", "--openapi", &format!("{url}/openapi.json")]).expect(0).says("1 operation");
    place
        .run(&["init", "far", "--openapi", "https://far.example/openapi.json"])
        .expect(3)
        .complains("not on this machine");
}

#[test]
fn a_collection_becomes_suites_that_run() {
    let place = Place::new();
    place.write("loans.json", COLLECTION);
    let ended = place.run(&["import", "postman", "loans.json"]).expect(0);
    assert!(ended.out.contains("3 requests, 2 expectations, 1 capture"), "{}", ended.out);
    assert!(ended.out.contains("renamed: entity-id is entity_id now"), "{}", ended.out);
    assert!(ended.out.contains("not translated: 2"), "{}", ended.out);
    let suite = place.read("suites/loans.yaml");
    for absent in ["sk-very-secret", "/Users", "asha", "off:", "_exporter"] {
        assert!(!suite.contains(absent), "{absent} is in\n{suite}");
    }
    for present in [
        "entity_id: $.entity_id",
        "statement.pdf",
        "status: 200",
        "$.name: Asha Rao",
        "{{ secret('X_API_KEY') }}",
        "# not translated",
        "doSomething",
    ] {
        assert!(suite.contains(present), "{present} is not in\n{suite}");
    }
    let server = Server::start(|request| {
        let identity = request.line.contains("/entity/e-7/identity/");
        assert!(request.line.starts_with("POST") == request.rest.contains("swordfish"), "{}", request.rest);
        Some(Answer::json(if identity { "{\"name\":\"Asha Rao\"}" } else { "{\"entity_id\":\"e-7\"}" }))
    });
    let mut command = place.proviso(&["run", "suites", "--base-url", &server.url]);
    let output = command.env("X_API_KEY", "swordfish").output().expect("it runs");
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    // A second import changes nothing; a changed file is shown and left.
    place.run(&["import", "postman", "loans.json"]).expect(0).says("unchanged");
    place.write("loans.json", COLLECTION.replace("'Asha Rao'", "'Ravi'"));
    let ended = place.run(&["import", "postman", "loans.json"]).expect(1);
    assert!(
        ended.out.contains("-          body: { $.name: Asha Rao }")
            || ended.out.contains("Asha Rao") && ended.out.contains("+"),
        "{}",
        ended.out
    );
    assert!(place.read("suites/loans.yaml").contains("Asha Rao"));
    place.run(&["import", "postman", "loans.json", "--force"]).expect(0).says("replaced");
}

#[test]
fn curl_lines_become_steps_and_operations_of_a_contract() {
    let place = Place::new();
    place.write("calls.sh", "curl -X POST https://x.example/v2/user/create -H 'x-api-key: abcdefgh' -H 'content-type: application/json' -d '{\"customerID\": \"a\"}'\ncurl 'https://x.example/v9/other?a=1'\n");
    let ended = place.run(&["import", "curl", "calls.sh", "--contract", "lender-prism", "-o", "suites"]).expect(0);
    assert!(ended.out.contains("documents no operation for GET /v9/other"), "{}", ended.out);
    let suite = place.read("suites/calls.yaml");
    assert!(suite.contains("operation: createUser") && suite.contains("contract: lender-prism"), "{suite}");
    assert!(!suite.contains("abcdefgh"), "{suite}");
}

#[test]
fn a_recording_keeps_the_api_and_sends_on_what_answers_gave() {
    let place = Place::new();
    let entry = |method: &str, url: &str, body: &str, status: u16, kind: &str, answer: &str| {
        let data = if body.is_empty() {
            String::new()
        } else {
            format!(r#","postData":{{"mimeType":"application/json","text":{}}}"#, serde_json::Value::from(body))
        };
        format!(
            r#"{{"request":{{"method":"{method}","url":"{url}","headers":[{{"name":"Cookie","value":"sid=abc123secret"}},{{"name":"Authorization","value":"Bearer abcdefgh12345"}}]{data}}},"response":{{"status":{status},"content":{{"mimeType":"{kind}","text":{}}}}}}}"#,
            serde_json::Value::from(answer)
        )
    };
    let entries = [
        entry("GET", "https://cdn.example/a.png", "", 200, "image/png", ""),
        entry("GET", "https://app.example/", "", 200, "text/html", "<html>"),
        entry(
            "POST",
            "https://api.example/orders",
            "{\"sku\":\"a\"}",
            201,
            "application/json",
            "{\"id\":\"ord-4711\",\"n\":1}",
        ),
        entry("GET", "https://api.example/orders/ord-4711", "", 200, "application/json", "{\"id\":\"ord-4711\"}"),
        entry("POST", "https://tracker.example/t", "{}", 204, "", ""),
    ];
    place.write(
        "shop.har",
        format!(r#"{{"log":{{"creator":{{"name":"Asha's browser"}},"entries":[{}]}}}}"#, entries.join(",")),
    );
    let ended = place.run(&["import", "har", "shop.har"]).expect(0);
    for line in [
        "left out: 1 pictures, styles, scripts and fonts",
        "left out: 1 pages",
        "left out: 1 other hosts",
        "left out: 2 cookies",
    ] {
        assert!(ended.out.contains(line), "{line} is not in {}", ended.out);
    }
    let suite = place.read("suites/shop.yaml");
    for absent in ["abc123secret", "abcdefgh12345", "Asha", "ord-4711"] {
        assert!(!suite.contains(absent), "{absent} is in\n{suite}");
    }
    assert!(suite.contains("path: \"/orders/{{ id }}\"") && suite.contains("id: $.id"), "{suite}");
    place.run(&["check", "suites", "--base-url", "http://127.0.0.1:1"]);
}

#[test]
fn hostile_files_end_with_a_line_and_never_a_panic() {
    let place = Place::new();
    let kinds = ["postman", "openapi", "har", "curl"];
    let texts: Vec<Vec<u8>> = vec![
        Vec::new(),
        b"{".to_vec(),
        COLLECTION.as_bytes()[..COLLECTION.len() / 2].to_vec(),
        "[".repeat(100_000).into_bytes(),
        b"\xff\xfe\x00".to_vec(),
        b"PK\x03\x04\0\0\0\0".to_vec(),
        b"{\"item\": 7, \"log\": {\"entries\": {}}, \"paths\": [], \"openapi\": \"3.1.0\"}".to_vec(),
        b"curl 'https://a".to_vec(),
        b"null".to_vec(),
    ];
    for (index, text) in texts.iter().enumerate() {
        place.write("hostile", text);
        for kind in kinds {
            let ended = place.run(&["import", kind, "hostile", "-o", &format!("out-{kind}-{index}")]);
            assert!(matches!(ended.code, Some(0 | 3)), "{kind} of file {index}: {ended:?}");
            assert!(!ended.err.contains("panicked"), "{kind} of file {index}: {}", ended.err);
        }
    }
    place.write("cut.json", &COLLECTION.as_bytes()[..COLLECTION.len() / 2]);
    place.run(&["import", "postman", "cut.json"]).expect(3).complains("cut.json:");
}

#[test]
fn byte_order_marks_and_utf_16_are_read() {
    let place = Place::new();
    place.write("wide.json", COLLECTION.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>());
    place.run(&["import", "postman", "wide.json", "-o", "a"]).expect(0).says("3 requests");
    place.write("marked.json", [&[0xef, 0xbb, 0xbf], COLLECTION.as_bytes()].concat());
    place.run(&["import", "postman", "marked.json", "-o", "b"]).expect(0).says("3 requests");
    assert_eq!(place.read("a/loans.yaml").replace("wide", "marked"), place.read("b/loans.yaml"));
}
