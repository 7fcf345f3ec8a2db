//! A run divided among machines, and put together again.

use crate::cli::place::{Ended, Place};
use crate::cli::server::{Answer, Request, Server};
use serde_json::Value;

const FIRST: &str = r#"suite: First
setup:
  token:
    steps: [{ request: { method: GET, path: /token }, capture: { token: $.a } }]
    outputs: { token: "{{ token }}" }
cases:
  - name: one
    need: token
    steps: [{ request: { method: GET, path: '/one?{{ token }}' } }]
  - name: two
    need: token
    steps: [{ request: { method: GET, path: '/two?{{ token }}' } }]
  - name: "row {{ row }}"
    each: [{ row: a }, { row: b }, { row: c }, { row: d }]
    steps: [{ request: { method: GET, path: '/row/{{ row }}' } }]
"#;

const SECOND: &str = "suite: Second
cases:
  - name: three
    steps: [{ request: { method: GET, path: /three } }]
  - name: four
    steps: [{ request: { method: GET, path: /four }, expect: { body: { $.a: 1 } } }]
";

fn place() -> (Place, Server) {
    let place = Place::new();
    place.write("suites/first.yaml", FIRST);
    place.write("suites/second.yaml", SECOND);
    (place, Server::start(|_: &Request| Some(Answer::json("{\"a\": 2}"))))
}

/// Runs one share; its folder is `shards/NUMBER`.
fn share(place: &Place, server: &Server, partition: &str, number: u32) -> Ended {
    let folder = format!("shards/{number}");
    let arguments = ["run", "--base-url", &server.url, "--partition", partition, "--reports", &folder, "--seed", "1"];
    place.run(&arguments)
}

fn summary(place: &Place, file: &str) -> Value {
    serde_json::from_str(&place.read(file)).expect("it is JSON")
}

/// Suite, name and outcome of every case that is no setup.
fn cases(place: &Place, file: &str) -> Vec<String> {
    let summary = summary(place, file);
    let cases = summary["cases"].as_array().expect("cases");
    let told = |case: &Value| format!("{} {} {}", case["suite"], case["name"], case["outcome"]);
    cases.iter().filter(|case| case["setup"] == false).map(told).collect()
}

#[test]
fn four_shares_together_are_one_whole_run() {
    for by in ["hash", "count"] {
        let (place, server) = place();
        place.run(&["run", "--base-url", &server.url, "--report", "json=whole.json"]).expect(1);
        for number in 1..=4 {
            share(&place, &server, &format!("{by}:{number}/4"), number);
        }
        let merge = ["report", "shards/1/latest", "shards/2/latest", "shards/3/latest", "shards/4/latest"];
        place.run(&[&merge[..], &["--report", "json=merged.json"]].concat()).expect(1);
        let (mut whole, mut merged) = (cases(&place, "whole.json"), cases(&place, "merged.json"));
        assert_eq!(whole.len(), 8);
        if by == "hash" {
            // Which row was which nobody knows any more.
            whole.sort();
            merged.sort();
        }
        assert_eq!(whole, merged, "{by}: the same cases in the same order");
        assert_eq!(summary(&place, "merged.json")["counts"]["failed"], 1);
    }
}

#[test]
fn a_share_without_a_case_is_not_missing() {
    let (place, server) = place();
    place.write("suites/second.yaml", SECOND.replace("{ $.a: 1 }", "{ $.a: 2 }"));
    for number in 1..=9 {
        let expected = if number == 9 { 4 } else { 0 };
        share(&place, &server, &format!("count:{number}/9"), number).expect(expected);
    }
    place.run(&["report", "shards"]).expect(0).says("Passed: 10 cases");
}

#[test]
fn the_order_in_which_shares_are_named_changes_nothing() {
    let (place, server) = place();
    for number in 1..=2 {
        share(&place, &server, &format!("count:{number}/2"), number);
    }
    let journals = ["shards/1/latest", "shards/2/latest"];
    place.run(&["report", "--out", "a", journals[0], journals[1]]).expect(1);
    place.run(&["report", "--out", "b", journals[1], journals[0]]).expect(1);
    for file in ["junit.xml", "journal.jsonl"] {
        assert_eq!(place.read(&format!("a/{file}")), place.read(&format!("b/{file}")), "{file}");
    }
    // What was merged is a run like any other.
    let again = place.run(&["report", "a"]).expect(1);
    assert_eq!(again.err, "");
    // The folder of all shares stands for them; the link in each names no run twice, and what was merged before is not
    // one of them.
    for _ in 0..2 {
        place.run(&["report", "--out", "shards/all", "shards"]).expect(1);
        assert_eq!(place.read("shards/all/junit.xml"), place.read("a/junit.xml"));
    }
}

#[test]
fn a_missing_share_is_never_passed_over() {
    let (place, server) = place();
    place.write("suites/second.yaml", SECOND.replace("{ $.a: 1 }", "{ $.a: 2 }"));
    for number in [1, 2, 4] {
        share(&place, &server, &format!("count:{number}/4"), number).expect(0);
    }
    let ended = place.run(&["report", "shards"]).expect(5);
    ended.says("share 3 of 4 is missing").says("Error: 1 of ");
    assert!(place.read("reports/merged/junit.xml").contains("share 3 of 4 is missing"));
    // Also where only one came.
    place.run(&["report", "shards/1", "--out", "alone"]).expect(5).says("share 2 of 4 is missing");
    // One share by itself is its own run, and says that it is no more.
    place.run(&["report", "shards/1/latest"]).expect(0).complains("this is share 1 of 4 alone");
}

#[test]
fn a_case_in_two_journals_is_refused() {
    let (place, server) = place();
    share(&place, &server, "count:1/2", 1);
    share(&place, &server, "count:1/1", 2);
    let ended = place.run(&["report", "shards"]).expect(3);
    ended.complains("a case was run in two of the journals: first › ");
    assert!(!place.path("reports/merged").exists());
}

#[test]
fn reports_of_all_shares_replace_none_of_one() {
    let (place, server) = place();
    share(&place, &server, "count:1/2", 1);
    share(&place, &server, "count:2/2", 2);
    let before = place.read("shards/1/latest/junit.xml");
    let ended = place.run(&["report", "shards", "--out", "shards/1/latest"]).expect(2);
    ended.complains("the reports of all shares would replace those in shards/1/latest");
    assert_eq!(place.read("shards/1/latest/junit.xml"), before);
}

#[test]
fn the_share_is_found_in_what_started_the_job() {
    let (place, server) = place();
    let run = |set: &[(&str, &str)]| {
        let mut command = place.proviso(&["run", "--base-url", &server.url, "--partition", "auto", "--reports", "out"]);
        Ended::from(command.envs(set.iter().copied()).output().expect("the program can be started"))
    };
    let ended = run(&[("JOB_COMPLETION_INDEX", "1"), ("JOB_COMPLETIONS", "2")]);
    assert!(
        ended.err.contains("share 2 of 2, as JOB_COMPLETION_INDEX and JOB_COMPLETIONS say (Kubernetes)"),
        "{}",
        ended.err
    );
    assert!(place.read("out/latest/journal.jsonl").contains(r#"{"by":"count","number":2,"of":2"#));
    run(&[]).expect(2).complains("nothing says which share this is");
    run(&[("JOB_COMPLETION_INDEX", "1")]).expect(2).complains("JOB_COMPLETION_INDEX is set and JOB_COMPLETIONS is not");
}
