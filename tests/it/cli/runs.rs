//! Runs from beginning to end: what they do, what they select, what they leave behind.

use crate::cli::place::{Place, repository};
use crate::cli::server::{Answer, Request, Server};
use std::sync::{Arc, Mutex, PoisonError};

const THREE_CASES: &str = "suite: Three
tags: [all]
cases:
  - name: first
    tags: [smoke]
    vars: { id: \"{{ unique('C-') }}\", other: \"{{ uuid() }} {{ pan() }} {{ mobile() }}\" }
    steps:
      - request: { method: POST, path: /first, json: { id: \"{{ id }}\", other: \"{{ other }}\" } }
  - name: second
    steps:
      - request: { method: GET, path: /second }
  - name: third
    tags: [smoke, slow]
    vars: { id: \"{{ unique('C-') }}\" }
    steps:
      - request: { method: POST, path: /third, json: { id: \"{{ id }}\" } }
";

/// A server that says yes and keeps what it was sent.
fn keeping() -> (Server, Arc<Mutex<Vec<String>>>) {
    let kept: Arc<Mutex<Vec<String>>> = Arc::default();
    let keep = Arc::clone(&kept);
    let server = Server::start(move |request: &Request| {
        let body = request.rest.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let line = format!("{} {body}", request.line).trim().to_owned();
        keep.lock().unwrap_or_else(PoisonError::into_inner).push(line);
        let status = if request.line.contains("bad") { 500 } else { 200 };
        Some(Answer { status, ..Answer::json("{}") })
    });
    (server, kept)
}

/// What was kept so far, in an order that does not depend on which case was faster.
fn take(kept: &Mutex<Vec<String>>) -> Vec<String> {
    let mut all = std::mem::take(&mut *kept.lock().unwrap_or_else(PoisonError::into_inner));
    all.sort();
    all
}

#[test]
fn a_suite_that_is_named_twice_is_run_once() {
    let (server, kept) = keeping();
    let place = Place::with_suite(THREE_CASES);
    place.run(&["run", "suite.yaml", "./suite.yaml", ".", "--base-url", &server.url]).expect(0);
    assert_eq!(take(&kept).len(), 3);
}

#[test]
fn the_main_job_runs_the_suites_against_the_embedded_server_and_leaves_its_reports() {
    let place = Place::new();
    let suites = repository().join("suites");
    let suites = suites.to_str().expect("a path in UTF-8");
    let ended = place.run(&["run", suites, "--seed", "11", "--processing", "5ms"]).expect(0);
    assert_eq!(ended.err, "");
    let ended = ended.says("the embedded reference server, http://127.0.0.1:").says("Passed: ").says("junit.xml");
    assert!(ended.out.contains("seed 11"), "{}", ended.out);
    let run = std::fs::read_link(place.path("reports/latest")).expect("`latest` is a link");
    assert_eq!(place.names(&format!("reports/{}", run.display())), ["journal.jsonl", "junit.xml", "report.html"]);
    let journal = place.journal();
    assert!(journal.lines().next().is_some_and(|line| line.contains("run_started")), "{journal}");
    assert!(journal.lines().last().is_some_and(|line| line.contains("run_finished")), "{journal}");
    assert!(place.read("reports/latest/junit.xml").starts_with("<?xml"));
}

#[test]
fn a_broken_contract_is_exit_1_and_trouble_without_one_is_exit_5() {
    let (server, _) = keeping();
    let place = Place::with_suite(
        "suite: Both\ncases:\n  - name: broken\n    tags: [broken]\n    steps:\n      - request: { method: GET, path: /bad }\n  - name: troubled\n    steps:\n      - request: { method: GET, path: \"http://127.0.0.1:1/\" }\n  - name: fine\n    tags: [broken]\n    steps:\n      - request: { method: GET, path: /fine }\n",
    );
    let run = |more: &[&str]| place.run(&[&["run", "suite.yaml", "--base-url", &server.url], more].concat());
    run(&[]).expect(1).says("Failed: 1 of 3 cases broke the contract");
    run(&["--tag", "broken"]).expect(1).says("1 passed");
    run(&["--case", "troubled"]).expect(5).says("ended with an error");
    run(&["--case", "fine"]).expect(0).says("Passed: 1 case");
}

#[test]
fn a_refused_connection_says_what_to_do_and_is_exit_5() {
    let place = Place::with_suite(THREE_CASES);
    let nobody = crate::cli::server::nobody();
    let ended = place.run(&["run", "suite.yaml", "--base-url", &nobody]).expect(5);
    let ended = ended.says(&format!("{nobody} could not be reached")).says("--base-url");
    assert!(ended.out.contains("3 of 3 cases ended with an error"), "{}", ended.out);
    assert!(place.journal().contains("run_finished"));
}

#[test]
fn tags_and_texts_select_cases_and_each_can_be_given_more_than_once() {
    let (server, kept) = keeping();
    let place = Place::with_suite(THREE_CASES);
    let sent = |more: &[&str]| {
        place.run(&[&["run", "suite.yaml", "--base-url", &server.url], more].concat()).expect(0);
        let paths = |line: &String| line.split(' ').nth(1).unwrap_or_default().to_owned();
        take(&kept).iter().map(paths).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(sent(&[]), "/second /first /third");
    assert_eq!(sent(&["--tag", "smoke"]), "/first /third");
    // One that finds nothing is a slip, whatever the others find.
    place.run(&["run", "suite.yaml", "--tag", "slow", "--tag", "none-has-this"]).expect(4);
    assert_eq!(sent(&["--tag", "slow"]), "/third");
    assert_eq!(sent(&["--case", "SECOND"]), "/second");
    assert_eq!(sent(&["--case", "first", "--case", "suite.yaml/Three/sec"]), "/second /first");
    assert_eq!(sent(&["--tag", "smoke", "--case", "third"]), "/third");
}

#[test]
fn the_same_seed_sends_the_same_values_whatever_else_is_selected() {
    let (server, kept) = keeping();
    let place = Place::with_suite(THREE_CASES);
    let sent = |more: &[&str]| {
        place.run(&[&["run", "suite.yaml", "--base-url", &server.url], more].concat()).expect(0);
        take(&kept)
    };
    let first = sent(&["--seed", "42"]);
    assert_eq!(first.len(), 3);
    assert_eq!(first, sent(&["--seed", "42", "--jobs", "1"]));
    assert!(first.contains(&sent(&["--seed", "42", "--case", "third"])[0]));
    assert_ne!(first, sent(&["--seed", "43"]));
    assert_ne!(sent(&[]), sent(&[]), "without a seed every run has its own");
    let seed = place.run(&["run", "suite.yaml", "--base-url", &server.url]).expect(0).out;
    let seed: String =
        seed.split("seed ").nth(1).expect("the seed is said").chars().take_while(char::is_ascii_digit).collect();
    let again = take(&kept);
    assert_eq!(again, sent(&["--seed", &seed]), "the seed that was said gives the same values");
}

#[test]
fn repeat_goes_through_the_cases_again_with_values_of_their_own() {
    let (server, kept) = keeping();
    let place = Place::with_suite(THREE_CASES);
    let arguments = ["run", "suite.yaml", "--base-url", &server.url, "--repeat", "3", "--case", "third"];
    place.run(&arguments).expect(0).says("Passed: 3 cases");
    let mut sent = take(&kept);
    assert_eq!(sent.len(), 3);
    sent.dedup();
    assert_eq!(sent.len(), 3, "every round generates values of its own: {sent:?}");
    let junit = place.read("reports/latest/junit.xml");
    assert_eq!(junit.matches("<testcase ").count(), 3, "{junit}");
}

#[test]
fn fail_fast_stops_at_the_first_case_that_does_not_pass_and_says_why_the_rest_was_skipped() {
    let (server, kept) = keeping();
    let place = Place::with_suite(
        "suite: Fast\ncases:\n  - name: good\n    steps: [{ request: { method: GET, path: /good } }]\n  - name: bad\n    steps: [{ request: { method: GET, path: /bad } }, { request: { method: GET, path: /never } }]\n  - name: later\n    steps: [{ request: { method: GET, path: /later } }]\n",
    );
    let arguments = ["run", "suite.yaml", "--base-url", &server.url, "--fail-fast", "--jobs", "1"];
    place.run(&arguments).expect(1).says("an earlier case did not pass");
    assert_eq!(take(&kept), ["GET /bad", "GET /good"]);
    let junit = place.read("reports/latest/junit.xml");
    assert!(junit.contains("skipped=\"1\""), "{junit}");
    assert!(junit.contains("<skipped message=\"an earlier case did not pass"), "{junit}");
    assert!(!place.journal().contains("interrupted"), "nobody interrupted the run");
}

#[test]
fn two_runs_of_the_same_second_have_folders_of_their_own() {
    let (server, _) = keeping();
    let place = Place::with_suite(THREE_CASES);
    for _ in 0..3 {
        place.run(&["run", "suite.yaml", "--base-url", &server.url, "--seed", "1"]).expect(0);
    }
    let names = place.names("reports");
    assert_eq!(names.len(), 5, "three runs, `latest` and the history: {names:?}");
}

#[test]
fn files_on_the_command_line_keep_their_order() {
    let (server, _) = keeping();
    let place = Place::new();
    let suite = |name: &str| {
        format!("suite: {name}\ncases:\n  - name: only\n    steps: [{{ request: {{ method: GET, path: / }} }}]\n")
    };
    for name in ["b", "a", "c"] {
        place.write(&format!("{name}.yaml"), suite(name));
    }
    place.run(&["run", "b.yaml", "a.yaml", "c.yaml", "--base-url", &server.url]).expect(0);
    let junit = place.read("reports/latest/junit.xml");
    let order: Vec<&str> = junit.split("classname=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    assert_eq!(order, ["b", "a", "c"]);
}

#[test]
fn nobody_reading_standard_output_is_no_reason_to_fail() {
    let (server, _) = keeping();
    let place = Place::with_suite(THREE_CASES);
    let arguments =
        ["run", "suite.yaml", "--base-url", &server.url, "--repeat", "200", "--show", "steps", "--color", "always"];
    let mut child = place.start(&arguments);
    drop(child.stdout.take());
    let ended = crate::cli::place::end_of(child).expect(0);
    assert_eq!(ended.err, "");
    assert!(place.read("reports/latest/junit.xml").ends_with("</testsuites>\n"));
}

#[test]
fn reading_only_the_beginning_of_standard_output_is_no_reason_to_fail() {
    use std::io::{BufRead as _, BufReader};
    let (server, _) = keeping();
    let place = Place::with_suite(THREE_CASES);
    let mut child =
        place.start(&["run", "suite.yaml", "--base-url", &server.url, "--repeat", "500", "--show", "steps"]);
    let mut first = String::new();
    let mut reader = BufReader::new(child.stdout.take().expect("a pipe"));
    reader.read_line(&mut first).expect("a line");
    assert!(first.starts_with("Proviso "), "{first}");
    drop(reader);
    let ended = crate::cli::place::end_of(child).expect(0);
    assert_eq!(ended.err, "");
}
