//! What past runs say: kept at the end of every run, imported, shown; and what happens when that cannot be done.

use crate::cli::place::{Ended, Place};
use crate::cli::server::{Answer, Request, Server};
use rusqlite::Connection;
use serde_json::Value;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};

const SUITE: &str = "suite: Offers
cases:
  - name: steady
    steps: [{ request: { method: GET, path: /steady } }]
  - name: at times
    steps:
      - { name: Ask, request: { method: GET, path: /times }, expect: { status: 200 } }
";

/// A server whose answer to one of the cases has this status.
fn server() -> (Server, Arc<AtomicU16>) {
    let status = Arc::new(AtomicU16::new(200));
    let answered = Arc::clone(&status);
    let server = Server::start(move |request: &Request| {
        let status = if request.line.contains("times") { answered.load(Ordering::Relaxed) } else { 200 };
        Some(Answer { status, ..Answer::json("{}") })
    });
    (server, status)
}

/// A run whose answer to `at times` has that status; the seed is part of the run's id.
fn night(place: &Place, status: u16) -> Ended {
    let (server, answered) = server();
    answered.store(status, Ordering::Relaxed);
    place.run(&["run", "suite.yaml", "--base-url", &server.url])
}

fn three_nights() -> Place {
    let place = Place::with_suite(SUITE);
    night(&place, 200).expect(0);
    night(&place, 500).expect(1);
    night(&place, 404).expect(1);
    place
}

fn json(ended: &Ended) -> Value {
    serde_json::from_str(&ended.out).unwrap_or_else(|error| panic!("{error}:\n{}", ended.out))
}

#[test]
fn every_run_is_in_the_history_and_a_case_fails_since_its_first_bad_night() {
    let place = three_nights();
    let ended = place.run(&["history"]).expect(0).says("Failing for longer: 1 case\n  ✓✗✗ suite › at times\n");
    assert!(ended.out.contains(": the status is 500 Internal Server Error,"), "{}", ended.out);
    assert!(ended.out.contains("1 case is passing"), "{}", ended.out);
    assert_eq!(ended.err, "");
    let picture = json(&place.run(&["history", "--failing", "--last", "2", "--format", "json"]).expect(0));
    assert_eq!(picture["cases"].as_array().map(Vec::len), Some(1));
    let case = &picture["cases"][0];
    assert_eq!((&case["signs"], &case["standing"]), (&"FF".into(), &"failing".into()));
    assert_eq!((&case["since"]["runs"], &case["since"]["first"]["id"]), (&2.into(), &"status".into()));
    assert_eq!(picture["runs"].as_array().map(Vec::len), Some(2));
    place.run(&["history", "--case", "steady"]).expect(0).says("✓✓✓ suite › steady");
    place.run(&["history", "--color", "always"]).expect(0).says("\u{1b}[31m✗");
}

#[test]
fn runs_of_elsewhere_are_imported_once_whether_folders_or_journals() {
    let place = three_nights();
    std::fs::rename(place.path("reports"), place.path("artefacts")).expect("a folder can be moved");
    std::fs::remove_file(place.path("artefacts/history.db")).expect("the history is there");
    place.run(&["history"]).expect(4).complains("there is no history at reports/history.db");
    let ended = place.run(&["history", "import", "artefacts", "artefacts/latest/journal.jsonl"]).expect(0);
    assert_eq!(ended.out, "reports/history.db: 3 runs added, 1 known already\n");
    place.run(&["history"]).expect(0).says("✓✗✗ suite › at times");
    place.run(&["history", "import", "artefacts"]).expect(0).says("0 runs added, 3 known already");
    place.write("damaged/journal.jsonl", "{ damaged\n");
    let ended = place.run(&["history", "import", "damaged", "artefacts", "suite.yaml", "nowhere"]).expect(3);
    assert_eq!(ended.err.matches("error[journal]").count(), 3, "{}", ended.err);
    assert!(ended.out.contains("3 known already"), "{}", ended.out);
}

#[test]
fn pruning_forgets_runs_and_leaves_their_folders() {
    let place = three_nights();
    place.run(&["history", "prune", "--keep", "1"]).expect(0).says("2 runs forgotten");
    place.run(&["history"]).expect(0).says("  ✗ suite › at times").says("or earlier");
    let folders = place.names("reports").into_iter().filter(|name| name.starts_with("20")).count();
    assert_eq!(folders, 3);
}

/// Runs with a history as it is, and looks that nothing but the warning is different.
#[track_caller]
fn runs_all_the_same(place: &Place, warning: &str, left: &[u8]) {
    for (status, code) in [(200, 0), (500, 1)] {
        let ended = night(place, status).expect(code);
        assert!(ended.err.starts_with("warning: this run is not in the history: "), "{}", ended.err);
        assert!(ended.err.contains(warning), "`{warning}` is not in:\n{}", ended.err);
        assert_eq!(ended.err.lines().count(), 1, "one sentence: {}", ended.err);
        assert!(place.journal().contains("run_finished"));
    }
    assert_eq!(std::fs::read(place.path("reports/history.db")).expect("it is still there"), left);
}

#[test]
fn a_damaged_history_is_told_and_left_alone_and_the_run_is_what_it_is() {
    let place = Place::with_suite(SUITE);
    place.write("reports/history.db", "this was a database once");
    runs_all_the_same(&place, "is damaged (file is not a database); move the file away", b"this was a database once");
    place.run(&["history"]).expect(3).complains("the history reports/history.db is damaged");
    std::fs::rename(place.path("reports/history.db"), place.path("away.db")).expect("a file can be moved");
    place.run(&["history", "import", "reports"]).expect(0).says("2 runs added");
    place.run(&["history"]).expect(0).says("✓✗ suite › at times");
}

#[test]
fn a_history_of_a_later_proviso_is_told_and_left_alone() {
    let place = three_nights();
    let database = Connection::open(place.path("reports/history.db")).expect("the history is a database");
    database.execute_batch("PRAGMA user_version = 3").expect("it can be written");
    drop(database);
    let left = std::fs::read(place.path("reports/history.db")).expect("it can be read");
    runs_all_the_same(&place, "was written by a later Proviso (it has version 3", &left);
    place.run(&["history"]).expect(3).complains("use that Proviso");
}

#[test]
fn a_history_that_is_held_is_waited_for_and_then_told() {
    let place = three_nights();
    let holder = Connection::open(place.path("reports/history.db")).expect("the history is a database");
    holder.execute_batch("BEGIN EXCLUSIVE").expect("nobody else holds it");
    let ended = night(&place, 500).expect(1);
    let again =
        ended.err.split_once("is held by another program; when that is done: `proviso ").map(|(_, again)| again);
    let again = again.unwrap_or_else(|| panic!("not told: {}", ended.err)).trim_end().trim_end_matches('`');
    place.run(&["history"]).expect(3).complains("is held by another program");
    drop(holder);
    // What it says to do does it.
    let arguments: Vec<&str> = again.split(' ').collect();
    place.run(&arguments).expect(0).says("1 run added");
    place.run(&["history"]).expect(0).says("✓✗✗✗ suite › at times");
}

#[test]
fn a_history_that_cannot_be_made_is_told() {
    let place = Place::with_suite(SUITE);
    place.write("reports/history.db/in-the-way", "");
    night(&place, 200)
        .expect(0)
        .complains("warning: this run is not in the history: the history reports/history.db cannot be opened");
}

#[test]
fn environments_have_histories_of_their_own() {
    let place = three_nights();
    let ended = place.run(&["history", "--env", "uta"]).expect(4);
    assert!(ended.err.contains("there is no run against uta"), "{}", ended.err);
}

/// A run of three steps against a server that answers so.
fn journey(place: &Place, suite: &str, answer: impl Fn(&str) -> (u16, String) + Send + Sync + 'static) -> Ended {
    place.write("journey.yaml", suite);
    let server = Server::start(move |request: &Request| {
        let (status, body) = answer(&request.line);
        Some(Answer { status, ..Answer::json(&body) })
    });
    place.run(&["run", "journey.yaml", "--base-url", &server.url])
}

const JOURNEY: &str = "suite: Journey
cases:
  - name: to the offer
    steps:
      - { name: Create, request: { method: POST, path: /create, json: { customerID: \"{{ uuid() }}\" } } }
      - { name: Trigger, request: { method: POST, path: /trigger } }
      - name: Get
        request: { method: GET, path: /get }
        poll: { until: { $.status: [SUCCESS, REJECTED] }, every: 1ms, within: 1m }
        expect: { body: { $.status: SUCCESS } }
  - name: always the same
    steps: [{ request: { method: GET, path: /same } }]
";

fn good(line: &str) -> (u16, String) {
    match line.split_once(' ') {
        Some((_, "/get")) => {
            (200, r#"{"status":"SUCCESS","amount":12345678901234567890.10,"offers":[{"id":"a1b2"}]}"#.into())
        }
        _ => (200, r#"{"id":"0d6c"}"#.into()),
    }
}

/// The folders of the runs, the oldest first.
fn runs(place: &Place) -> Vec<String> {
    let mut runs: Vec<(String, String)> = place
        .names("reports")
        .into_iter()
        .filter(|name| name.starts_with("20"))
        .map(|name| {
            let journal = place.read(&format!("reports/{name}/journal.jsonl"));
            let at = journal.lines().next().and_then(|line| line.split('"').nth(3)).map(str::to_owned);
            (at.expect("a journal begins with a time"), name)
        })
        .collect();
    runs.sort();
    runs.into_iter().map(|(_, name)| name).collect()
}

#[test]
fn two_runs_are_set_side_by_side_by_id_folder_or_journal() {
    let place = Place::new();
    journey(&place, JOURNEY, good).expect(0);
    let renamed = JOURNEY.replace("name: Trigger", "name: Start the engine");
    journey(&place, &renamed, |line| match line.split_once(' ') {
        Some((_, "/get")) => {
            (200, r#"{"status":"REJECTED","amount":"12345678901234567890.10","reason":"slab"}"#.into())
        }
        _ => good(line),
    })
    .expect(1);
    let ids = runs(&place);
    let [a, b] = ids.as_slice() else { panic!("two runs: {ids:?}") };
    let ended = place.run(&["history", "compare", a, b]).expect(0).says("1 of 2 cases differs.");
    let told = &ended.out;
    for line in [
        "✓ → ✗ journey › to the offer\n      first at step 3, Get: value $.status \"SUCCESS\" → \"REJECTED\"\n",
        "    response   $.amount number → text\n",
        "    outcome    passed → failed (body:$.status)\n",
        "    response   − $.offers list\n",
        "    response   + $.reason text\n",
        "    value      $.status \"SUCCESS\" → \"REJECTED\"\n",
        "    name       Trigger → Start the engine\n",
    ] {
        assert!(told.contains(line), "`{line}` is not in:\n{told}");
    }
    assert_eq!(ended.err, "");
    let journal = format!("reports/{a}/journal.jsonl");
    assert_eq!(place.run(&["history", "compare", &journal, "latest"]).expect(0).out, *told);
    let comparison = json(&place.run(&["history", "compare", a, b, "--format", "json"]).expect(0));
    assert_eq!(comparison["same"], 1);
    assert_eq!(comparison["cases"][0]["steps"][1]["differences"][1]["what"], "response");
    place.run(&["history", "compare", a, a]).expect(0).says("The 2 cases of both are the same.");
}

#[test]
fn a_run_that_cannot_be_compared_says_why() {
    let place = Place::new();
    journey(&place, JOURNEY, good).expect(0);
    journey(&place, JOURNEY, good).expect(0);
    let ids = runs(&place);
    let [a, b] = ids.as_slice() else { panic!("two runs: {ids:?}") };
    place.run(&["history", "compare", a, "20"]).expect(3).complains("2 runs begin with 20");
    place.run(&["history", "compare", a, "nobody"]).expect(3).complains("the newest are ");
    std::fs::remove_dir_all(place.path("reports").join(b)).expect("the folder is there");
    place.run(&["history", "compare", a, b]).expect(3).complains(&format!("the journal of the run {b} is gone"));
    place.run(&["history", "compare", a, "elsewhere", "--reports", "other"]).expect(3).complains("there is no run");
    place.write("damaged.jsonl", "{}\n");
    place.run(&["history", "compare", "damaged.jsonl", a]).expect(3).complains("damaged.jsonl is not a journal");
}
