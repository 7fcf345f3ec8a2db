//! Reports made again from the journal alone.

use crate::cli::place::{Ended, Place};
use crate::cli::server::{Answer, Request, Server};

const MIXED: &str = "suite: Mixed
cases:
  - name: good
    steps: [{ request: { method: GET, path: /good } }]
  - name: bad
    steps: [{ request: { method: GET, path: /bad }, expect: { body: { $.a: 1 } } }, { request: { method: GET, path: /never } }]
  - name: polled
    steps:
      - request: { method: GET, path: /good }
        poll: { until: { $.a: 1 }, every: 1ms, within: 5ms }
";

fn ran() -> (Place, Ended) {
    let server = Server::start(|request: &Request| {
        let status = if request.line.contains("bad") { 404 } else { 200 };
        Some(Answer { status, ..Answer::json("{\"a\": \"<&>\\u0000\"}") })
    });
    let place = Place::with_suite(MIXED);
    let ended = place.run(&["run", "suite.yaml", "--base-url", &server.url, "--jobs", "1"]).expect(1);
    (place, ended)
}

#[test]
fn report_restores_a_lost_junit_file_byte_for_byte_and_exits_as_the_run_did() {
    let (place, _) = ran();
    let before = place.read("reports/latest/junit.xml");
    std::fs::remove_file(place.path("reports/latest/junit.xml")).expect("the file is there");
    place.run(&["report"]).expect(1);
    assert_eq!(place.read("reports/latest/junit.xml"), before);
    place.run(&["report", "reports/latest/journal.jsonl"]).expect(1);
    assert_eq!(place.read("reports/latest/junit.xml"), before);
}

#[test]
fn report_shows_the_same_screen_as_the_run() {
    let (place, ended) = ran();
    let again = place.run(&["report"]).expect(1);
    let without_paths =
        |text: &str| text.lines().filter(|line| !line.starts_with("Reports: ")).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(without_paths(&ended.out), without_paths(&again.out));
    assert_eq!(ended.err, again.err);
}

#[test]
fn a_journal_needs_nothing_else_of_its_run() {
    let (place, ended) = ran();
    let journal = place.journal();
    let elsewhere = Place::new();
    elsewhere.write("moved/journal.jsonl", journal);
    let again = elsewhere.run(&["report", "moved"]).expect(1);
    let body = |text: &str| text.split("Reports: ").next().map(str::to_owned);
    assert_eq!(body(&again.out), body(&ended.out));
}

#[test]
fn a_damaged_journal_is_exit_3_and_the_line_is_named() {
    let (place, _) = ran();
    let journal = place.journal();
    let mut lines: Vec<&str> = journal.lines().collect();
    lines[2] = "{ damaged";
    place.write("damaged/journal.jsonl", lines.join("\n"));
    place
        .run(&["report", "damaged"])
        .expect(3)
        .complains("line 3 of the journal damaged/journal.jsonl is not an event");
}

#[test]
fn a_report_of_a_journal_does_not_damage_the_report_that_was_there() {
    let (place, _) = ran();
    let before = place.read("reports/latest/junit.xml");
    let journal = place.journal();
    let mut lines: Vec<&str> = journal.lines().collect();
    lines[2] = "{ damaged";
    std::fs::write(place.path("reports/latest/journal.jsonl"), lines.join("\n")).expect("the journal can be written");
    place.run(&["report"]).expect(3);
    assert_eq!(place.read("reports/latest/junit.xml"), before);
    assert_eq!(place.names("reports/latest"), ["journal.jsonl", "junit.xml", "report.html"], "no draft is left behind");
}
