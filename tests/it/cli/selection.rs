//! What is run: nothing that was asked for is passed over in silence.

use super::place::Place;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

const SUITE: &str = r#"suite: S
about: what the suite is for
cases:
  - name: alpha
    about: what the case is for
    tags: [fast]
    steps: [{ request: { method: GET, path: /a } }]
  - name: beta
    tags: [slow]
    steps: [{ request: { method: GET, path: /bad } }]
  - name: gamma
    skip: not ready
    steps: [{ request: { method: GET, path: /a } }]
"#;

/// A server that answers `/bad` with 500 and everything else with 200.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            std::thread::spawn(move || {
                let mut bytes = [0; 4096];
                let count = stream.read(&mut bytes).unwrap_or(0);
                let bad = String::from_utf8_lossy(&bytes[..count]).contains(" /bad ");
                let status = if bad { "500 Broken" } else { "200 OK" };
                let head = "content-type: application/json\r\ncontent-length: 2\r\nconnection: close";
                let _ = stream.write_all(format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n{{}}").as_bytes());
            });
        }
    });
    format!("http://{address}")
}

fn place(suite: &str) -> Place {
    let place = Place::new();
    place.write("suites/s.yaml", suite);
    place
}

fn run<'a>(url: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    ["run", "suites", "--base-url", url, "--ci", "off", "--snapshots", "off"].iter().chain(more).copied().collect()
}

#[test]
fn each_option_that_finds_nothing_is_told() {
    let (place, url) = (place(SUITE), server());
    place
        .run(&run(&url, &["--case", "alpha", "--case", "nobody"]))
        .expect(4)
        .complains("--case nobody matches no case");
    place.run(&run(&url, &["--tag", "fast", "--tag", "nothing"])).expect(4).complains("--tag nothing matches no case");
    // What another option leaves out is found by none.
    place.run(&run(&url, &["--case", "beta", "--case", "alpha", "--tag", "fast"])).expect(4).complains("--case beta");
    place.run(&run(&url, &["--tag", "!slow"])).expect(0).says("Passed: 1 case");
    // A shard without a case is none that found nothing.
    place.run(&run(&url, &["--case", "alpha", "--partition", "count:2/2"])).expect(4);
    place.run(&["check", "suites", "--case", "nobody"]).expect(4);
}

#[test]
fn what_would_be_run_is_listed() {
    let place = place(SUITE);
    let text = place.run(&["list", "suites"]).expect(0);
    text.says("alpha  [fast]").says("gamma  (not run: not ready)").says("3 cases in 1 suite.");
    let json = place.run(&["list", "suites", "--tag", "!slow", "--format", "json"]).expect(0);
    let cases: serde_json::Value = serde_json::from_str(&json.out).expect("it is JSON");
    assert_eq!(cases[0]["case"], "alpha");
    assert_eq!(cases[0]["about"], "what the case is for");
    assert_eq!(cases[1]["skip"]["reason"], "not ready");
    assert_eq!(cases.as_array().map(Vec::len), Some(2));
}

#[test]
fn what_did_not_pass_is_run_again() {
    let (place, url) = (place(SUITE), server());
    place.run(&run(&url, &["--failed"])).expect(4);
    place.run(&run(&url, &[])).expect(1).says("beta");
    let again = place.run(&["list", "suites", "--failed"]).expect(0);
    again.says("beta").says("1 left out");
    place.run(&run(&url, &["--failed", "--case", "alpha"])).expect(4);
}

#[test]
fn a_setup_that_did_nothing_is_not_green() {
    let suite = r#"suite: s
setup:
  base:
    steps: [{ when: "{{ false }}", request: { method: GET, path: /a } }]
    outputs: { k: 1 }
cases:
  - { name: c, need: base, steps: [{ request: { method: GET, path: /bad } }] }
  - { name: d, steps: [{ request: { method: GET, path: /a } }] }
"#;
    place(suite).run(&run(&server(), &[])).expect(5).says("the setup did nothing");
}

#[test]
fn a_waiver_for_a_case_that_is_not_there_is_told() {
    let place = place(SUITE);
    place.write("w.yaml", "waivers:\n  - { case: zzz, owner: o, reason: r, expires: 2100-01-01 }\n");
    let ran = place.run(&run(&server(), &["--case", "alpha", "--waivers", "w.yaml"]));
    assert_eq!(ran.code, Some(0), "of a part of the cases nothing is known: {}", ran.out);
    let suite = "suite: s\ncases:\n  - { name: c, steps: [{ request: { method: GET, path: /a } }] }\n";
    place.write("suites/s.yaml", suite);
    place.run(&run(&server(), &["--waivers", "w.yaml"])).expect(1);
}

#[test]
fn a_name_on_the_command_line_is_read_or_refused() {
    let place = place(
        "suite: s\ncases:\n  - { name: \"c\", steps: [{ when: \"{{ n == 5 }}\", request: { method: GET, path: /bad } }] }\n",
    );
    let url = server();
    place.run(&run(&url, &["--var", "n:=5"])).expect(1);
    place.run(&run(&url, &["--var", "n=5"])).expect(5).says("values of different types are not compared");
    place.run(&run(&url, &["--var", "n:=5", "--var", "nn=1"])).expect(3).complains("nothing reads `nn`");
}

#[test]
fn a_protected_environment_is_changed_with_leave_only() {
    let place = Place::new();
    let url = server();
    place.write("suites/environments/live.yaml", format!("environment: live\nbase_url: {url}\nprotected: true\n"));
    place.write(
        "suites/s.yaml",
        "suite: s\ncases:\n  - { name: c, steps: [{ request: { method: POST, path: /a } }] }\n",
    );
    let live = ["run", "suites", "--env", "live", "--ci", "off"];
    place.run(&live).expect(3).complains("the environment live is protected");
    place.run(&[&live[..], &["--allow", "live"]].concat()).expect(0);
    place.run(&["check", "suites", "--env", "live"]).expect(0);
    place
        .write("suites/s.yaml", "suite: s\ncases:\n  - { name: c, steps: [{ request: { method: GET, path: /a } }] }\n");
    place.run(&live).expect(0);
}

#[test]
fn a_persona_that_another_environment_has_is_not_run_here() {
    let place = Place::new();
    let url = server();
    place.write(
        "suites/environments/one.yaml",
        format!("environment: one\nbase_url: {url}\npersonas: {{ a: {{ pan: X }} }}\n"),
    );
    place.write(
        "suites/environments/two.yaml",
        format!("environment: two\nbase_url: {url}\npersonas: {{ b: {{ pan: Y }} }}\n"),
    );
    let step = |path: &str| format!("steps: [{{ request: {{ method: GET, path: \"{path}\" }} }}]");
    let suite = format!(
        "suite: s\ncases:\n  - {{ name: fixed, {} }}\n  - {{ name: \"row {{{{ who }}}}\", each: [{{ who: a }}, {{ who: b }}], {} }}\n",
        step("/{{ personas.a.pan }}"),
        step("/{{ personas[who].pan }}")
    );
    place.write("suites/s.yaml", suite);
    let ran = place.run(&["run", "suites", "--env", "two", "--ci", "off"]).expect(0);
    ran.says("this environment has no persona `a`").says("Passed: 1 case");
    place
        .write("suites/s.yaml", format!("suite: s\ncases:\n  - {{ name: typo, {} }}\n", step("/{{ personas.c.pan }}")));
    place
        .run(&["run", "suites", "--env", "two", "--ci", "off"])
        .expect(3)
        .complains("no environment has a persona `c`");
}

#[test]
fn check_needs_no_secrets() {
    let place = place(
        "suite: s\ncases:\n  - { name: c, steps: [{ request: { method: GET, path: /, headers: { x: \"{{ secret('KEY') }}\" } } }] }\n",
    );
    place.write("suites/environments/e.yaml", "environment: e\nbase_url: \"{{ secret('URL') }}\"\n");
    place
        .run(&["check", "suites", "--env", "e"])
        .expect(0)
        .says("A run needs 2 secrets that are not set here: KEY, URL.");
    place.run(&["list", "suites", "--env", "e"]).expect(0);
    place.run(&["run", "suites", "--env", "e"]).expect(3).complains("the secret `KEY` has no value");
}

#[test]
fn shards_of_different_sets_are_not_merged() {
    let suite = |last: &str| {
        let cases: String = ["a", "b", "c", last]
            .iter()
            .map(|name| format!("  - {{ name: {name}, steps: [{{ request: {{ method: GET, path: /a }} }}] }}\n"))
            .collect();
        format!("suite: s\ncases:\n{cases}")
    };
    let (place, url) = (place(&suite("d")), server());
    place.run(&run(&url, &["--partition", "count:1/2", "--reports", "r/1", "--group", "g"])).expect(0);
    place.run(&run(&url, &["--partition", "count:2/2", "--reports", "r/2", "--group", "g"])).expect(0);
    place.run(&["report", "r", "--out", "whole"]).expect(0);
    place.write("suites/s.yaml", suite("e"));
    place.run(&run(&url, &["--partition", "count:2/2", "--reports", "q/2", "--group", "g"])).expect(0);
    place.run(&["report", "r/1", "q/2", "--out", "part"]).expect(3).complains("shards of different sets of cases");
    place.write("suites/s.yaml", suite("d"));
    place.run(&run(&url, &["--partition", "count:2/2", "--reports", "p/2", "--group", "h"])).expect(0);
    place.run(&["report", "r/1", "p/2", "--out", "other"]).expect(3).complains("shards of different runs");
}

#[cfg(unix)]
#[test]
fn nothing_outside_the_suites_folder_is_read_or_waited_for() {
    let place = place(
        "suite: x\ncases: [{ name: a, steps: [{ request: { method: POST, path: /ok, raw: \"{{ file('link.txt') }}\" } }] }]\n",
    );
    place.write("out/secret.txt", "TOPSECRET: [not, yaml\n");
    let link = |to: &str, from: &str| std::os::unix::fs::symlink(to, place.path(from)).expect("a link can be made");
    link("../out/secret.txt", "suites/link.txt");
    let ran = place.run(&["check", "suites"]).expect(3).complains("leads out of the suites' folder");
    assert!(!ran.err.contains("TOPSECRET"));
    place.write("suites/s.yaml", "suite: x\ncontract: ../out/secret.txt\ncases: [{ name: a, steps: [{ request: { method: GET, path: /ok } }] }]\n");
    let ran = place.run(&["check", "suites"]).expect(3);
    assert!(!ran.err.contains("TOPSECRET"), "{}", ran.err);
    place.write("suites/s.yaml", "suite: x\ncases: [{ name: a, steps: [{ request: { method: GET, path: /ok } }] }]\n");
    link("/", "suites/root");
    link(".", "suites/again");
    assert!(
        std::process::Command::new("mkfifo").arg(place.path("suites/x.yaml")).status().is_ok_and(|made| made.success())
    );
    place.run(&["check", "suites"]).expect(0).says("1 suite, 1 case");
}
