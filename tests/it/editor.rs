//! `proviso lsp` with a scripted client, and what shells and manuals are told.

use crate::cli::place::{Ended, Place};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

/// An editor as far as the server can tell.
struct Client {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    number: i64,
    /// What came without being asked for.
    told: Vec<Value>,
}

impl Client {
    fn start(place: &Place) -> Self {
        let mut child = place
            .proviso(&["lsp"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("it starts");
        let input = child.stdin.take().expect("an input");
        let output = BufReader::new(child.stdout.take().expect("an output"));
        let mut client = Self { child, input, output, number: 0, told: Vec::new() };
        client.ask("initialize", &json!({ "capabilities": {} }));
        client.send(&json!({ "jsonrpc": "2.0", "method": "initialized", "params": {} }));
        client
    }

    fn send(&mut self, message: &Value) {
        let body = message.to_string();
        write!(self.input, "Content-Length: {}\r\n\r\n{body}", body.len()).expect("the server reads");
        self.input.flush().expect("the server reads");
    }

    fn read(&mut self) -> Value {
        let mut length = 0;
        loop {
            let mut line = String::new();
            assert!(self.output.read_line(&mut line).expect("the server writes") > 0, "the server is gone");
            match line.trim().split_once(": ") {
                Some(("Content-Length", number)) => length = number.parse().expect("a number"),
                _ if line.trim().is_empty() => break,
                _ => {}
            }
        }
        let mut body = vec![0; length];
        self.output.read_exact(&mut body).expect("the server writes");
        serde_json::from_slice(&body).expect("it is JSON")
    }

    fn ask(&mut self, method: &str, params: &Value) -> Value {
        self.number += 1;
        let id = self.number;
        self.send(&json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }));
        loop {
            let message = self.read();
            if message["id"] == id {
                return message["result"].clone();
            }
            self.told.push(message);
        }
    }

    fn note(&mut self, method: &str, params: &Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// The problems that are told next for a file.
    fn problems(&mut self, uri: &str) -> Vec<Value> {
        loop {
            let message = if self.told.is_empty() { self.read() } else { self.told.remove(0) };
            if message["method"] == "textDocument/publishDiagnostics" && message["params"]["uri"] == uri {
                return message["params"]["diagnostics"].as_array().cloned().unwrap_or_default();
            }
        }
    }

    fn end(mut self) {
        self.ask("shutdown", &Value::Null);
        self.note("exit", &Value::Null);
        assert!(self.child.wait().expect("it ends").success());
    }
}

const SUITE: &str = "suite: a\ncontract: lender-prism\ncases:\n  - name: b\n    steps:\n      - use: flows/onboard.yaml\n      - request: { operation: createUser, json: { customerID: \"{{ unique('C') }}\", mobile: \"{{ mobile() }}\" } }\n        capture: { said: $.data.message }\n      - request: { operation: getBankList, query: { customerID: \"{{ said }}\" } }\n        expect: { code: BANK-GBL-S-000 }\n";

fn at(text: &str, word: &str) -> Value {
    let offset = text.find(word).unwrap_or_else(|| panic!("{word} is there")) + 1;
    let before = &text[..offset];
    json!({ "line": before.matches('\n').count(), "character": before.len() - before.rfind('\n').map_or(0, |at| at + 1) })
}

#[test]
fn an_editor_is_told_what_check_tells_as_one_types() {
    let place = Place::new();
    place.write("suites/environments/sandbox.yaml", "base_url: embedded\n");
    place.write("suites/flows/onboard.yaml", "flow: onboard\nsteps:\n  - request: { method: GET, path: /a }\n");
    place.write("suites/a.yaml", SUITE);
    let root = place.path("suites").canonicalize().expect("it is there");
    let uri = format!("file://{}", root.join("a.yaml").display());
    let document = json!({ "uri": uri });
    let mut client = Client::start(&place);
    client.note(
        "textDocument/didOpen",
        &json!({ "textDocument": { "uri": uri, "languageId": "yaml", "version": 1, "text": SUITE } }),
    );
    assert_eq!(client.problems(&uri), Vec::<Value>::new());
    // Broken while it is typed, and on disk still whole.
    let broken = SUITE.replace("createUser", "createUsr");
    client.note(
        "textDocument/didChange",
        &json!({ "textDocument": { "uri": uri, "version": 2 }, "contentChanges": [{ "text": broken }] }),
    );
    let problems = client.problems(&uri);
    place.write("suites/a.yaml", &broken);
    let checked = place.run(&["check", "suites/a.yaml", "--format", "json"]).expect(3).out;
    let checked: Value = serde_json::from_str(&checked).expect("it is JSON");
    assert_eq!(problems.len(), checked.as_array().expect("a list").len());
    assert_eq!(problems[0]["code"], checked[0]["code"]);
    assert_eq!(problems[0]["range"]["start"], at(&broken, "createUsr").as_object().map(|place| json!({ "line": place["line"], "character": place["character"].as_u64().expect("a number") - 1 })).expect("a place"));
    client.note(
        "textDocument/didChange",
        &json!({ "textDocument": { "uri": uri, "version": 3 }, "contentChanges": [{ "text": SUITE }] }),
    );
    assert_eq!(client.problems(&uri), Vec::<Value>::new());

    let labels = |result: &Value| -> Vec<String> {
        result["items"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|item| item["label"].as_str().map(str::to_owned))
            .collect()
    };
    let ask = |client: &mut Client, word: &str| {
        client.ask("textDocument/completion", &json!({ "textDocument": document, "position": at(SUITE, word) }))
    };
    let operations = labels(&ask(&mut client, "createUser"));
    assert!(operations.contains(&"getBre".to_owned()) && operations.len() == 16, "{operations:?}");
    assert!(labels(&ask(&mut client, "BANK-GBL-S-000")).contains(&"CUR-S-000".to_owned()));
    assert_eq!(labels(&ask(&mut client, "flows/onboard.yaml")), ["flows/onboard.yaml"]);
    assert!(labels(&ask(&mut client, "said }}")).contains(&"said".to_owned()));
    assert!(labels(&ask(&mut client, "capture")).contains(&"expect".to_owned()));

    let hover =
        client.ask("textDocument/hover", &json!({ "textDocument": document, "position": at(SUITE, "createUser") }));
    assert!(hover["contents"]["value"].as_str().is_some_and(|said| said.contains("POST /v2/user/create")), "{hover}");
    let flow = client.ask(
        "textDocument/definition",
        &json!({ "textDocument": document, "position": at(SUITE, "flows/onboard.yaml") }),
    );
    assert!(flow["uri"].as_str().is_some_and(|uri| uri.ends_with("suites/flows/onboard.yaml")), "{flow}");
    let name =
        client.ask("textDocument/definition", &json!({ "textDocument": document, "position": at(SUITE, "said }}") }));
    assert_eq!(name["range"]["start"]["line"], at(SUITE, "said: $")["line"]);
    let renamed = client.ask(
        "textDocument/rename",
        &json!({ "textDocument": document, "position": at(SUITE, "said }}"), "newName": "message" }),
    );
    assert_eq!(renamed["changes"][&uri].as_array().map(Vec::len), Some(2), "{renamed}");
    client.end();
}

#[test]
fn shells_are_told_commands_environments_tags_and_operations() {
    let place = Place::new();
    place.write("suites/environments/uat.yaml", "base_url: http://127.0.0.1:1\n");
    place.write("suites/a.yaml", "suite: a\ntags: [smoke, slow]\ncases: []\n");
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ended = place.run(&["completions", shell]).expect(0);
        assert!(ended.out.contains("proviso") && ended.out.contains("PROVISO_COMPLETE"), "{shell}: {}", ended.out);
    }
    let ask = |words: &[&str]| {
        let mut command = place.proviso(&[&["--"], words].concat());
        let output = command.env("PROVISO_COMPLETE", "fish").output().expect("it runs");
        Ended::from(output).expect(0).out
    };
    let commands = ask(&["proviso", ""]);
    let help = place.run(&["--help"]).expect(0).out;
    let listed: Vec<&str> = help
        .lines()
        .skip_while(|line| !line.starts_with("Commands:"))
        .skip(1)
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(listed.len() > 10, "{help}");
    for name in &listed {
        assert!(commands.lines().any(|line| line.split('\t').next() == Some(name)), "{name} is not in\n{commands}");
    }
    assert!(ask(&["proviso", "run", "--env", ""]).contains("uat"));
    let tags = ask(&["proviso", "run", "--tag", ""]);
    assert!(tags.contains("smoke") && tags.contains("slow"), "{tags}");
    assert!(ask(&["proviso", "coverage", "--operation", "getB"]).contains("getBankList"));
    // Every command has a page, and every option of `run` stands in its own.
    place.run(&["man", "--output", "man"]).expect(0);
    let pages = place.names("man");
    for name in &listed {
        assert!(pages.contains(&format!("proviso-{name}.1")), "{name}: {pages:?}");
    }
    let page = place.read("man/proviso-run.1").replace('\\', "");
    let help = place.run(&["run", "--help"]).expect(0).out;
    for option in help
        .lines()
        .filter_map(|line| line.trim().strip_prefix("--"))
        .filter_map(|line| line.split([' ', '=', ',']).next())
    {
        assert!(page.contains(&format!("--{option}")), "--{option} is not in the manual");
    }
}

#[test]
fn a_failed_step_is_one_line_that_sends_it_again() {
    let place = Place::with_suite(
        "suite: a\ncontract: lender-prism\ncases:\n  - name: b\n    steps:\n      - name: c\n        request: { operation: createUser, json: { customerID: x-1, mobile: \"9876543210\" } }\n        expect: { code: CUR-E-002 }\n",
    );
    place.run(&["run", "suite.yaml"]).expect(1);
    let line = place.run(&["export", "curl", "--failed"]).expect(0).out;
    assert_eq!(line.lines().count(), 2, "{line}");
    assert!(
        line.contains("# a › b › c")
            && line.contains("curl -X POST")
            && line.contains("/v2/user/create")
            && line.contains("x-1"),
        "{line}"
    );
    // What is exported can be imported.
    place.run(&["export", "postman", "-o", "out.json"]).expect(0);
    place.run(&["import", "postman", "out.json", "-o", "imported"]).expect(0).says("1 request, 1 expectation");
    place.run(&["export", "har", "-o", "out.har"]).expect(0);
    place.run(&["import", "har", "out.har", "-o", "recorded"]).expect(0).says("1 request");
    place.run(&["export", "arazzo", "-o", "out.arazzo.json"]).expect(0);
    place.run(&["import", "arazzo", "out.arazzo.json", "--contract", "lender-prism", "-o", "flows"]).expect(0);
    assert!(place.names("flows").iter().any(|name| name.ends_with(".yaml")));
    place.run(&["export", "curl", "--step", "nothing"]).expect(4);
}
