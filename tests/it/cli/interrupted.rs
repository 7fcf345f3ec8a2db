//! Runs that are stopped: by Ctrl-C, by a second one, by force.

use crate::cli::place::{Place, end_of, eventually, signal};
use crate::cli::server::{Answer, Server};
use std::sync::mpsc::{Receiver, channel};
use std::sync::{Mutex, PoisonError};

const LONG_POLL: &str = "suite: Long
cases:
  - name: waits for hours
    steps:
      - request: { method: GET, path: /poll }
        poll: { until: { $.status: DONE }, every: 1h, within: 9h }
      - request: { method: GET, path: /never }
  - name: comes later
    steps:
      - request: { method: GET, path: /later }
        poll: { until: { $.status: DONE }, every: 1h, within: 9h }
";

/// A server whose answer is always the same, and which tells of every request.
fn telling(answer: Option<&'static str>) -> (Server, Receiver<String>) {
    let (sender, receiver) = channel();
    let sender = Mutex::new(sender);
    let server = Server::start(move |request| {
        // Nobody listens any more once the test is over.
        let _ = sender.lock().unwrap_or_else(PoisonError::into_inner).send(request.line.clone());
        answer.map(Answer::json)
    });
    (server, receiver)
}

fn journal_of(place: &Place) -> String {
    let read = |folder: std::path::PathBuf| std::fs::read_to_string(folder.join("journal.jsonl")).ok();
    place.only_run().and_then(read).unwrap_or_default()
}

#[test]
fn ctrl_c_during_a_long_poll_writes_the_reports_and_is_exit_130() {
    let (server, requests) = telling(Some("{\"status\": \"PROCESSING\"}"));
    let place = Place::with_suite(LONG_POLL);
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    for _ in 0..2 {
        requests.recv_timeout(crate::cli::place::PATIENCE).expect("both cases ask");
    }
    eventually("both attempts are in the journal", || journal_of(&place).matches("attempt_finished").count() == 2);
    signal(child.id(), "INT");
    let ended = end_of(child).expect(130).says("stopped by Ctrl-C");
    assert_eq!(ended.err, "");
    let journal = place.journal();
    let last: Vec<&str> = journal.lines().rev().take(2).collect();
    assert!(last[0].contains("run_finished") && last[1].contains("interrupted"), "{journal}");
    assert_eq!(journal.matches("attempt_finished").count(), 2, "no attempt begins after it:\n{journal}");
    let junit = place.read("reports/latest/junit.xml");
    assert!(junit.contains("skipped=\"2\"") && junit.contains("<skipped message=\"stopped by Ctrl-C"), "{junit}");
    place.run(&["report"]).expect(130).says("stopped by Ctrl-C");
}

#[test]
fn sigterm_is_told_as_what_it_was() {
    let (server, requests) = telling(Some("{}"));
    let place = Place::with_suite(LONG_POLL);
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    requests.recv_timeout(crate::cli::place::PATIENCE).expect("a case asks");
    signal(child.id(), "TERM");
    end_of(child).expect(130).says("stopped by SIGTERM");
    assert!(place.journal().contains("run_finished"));
}

#[test]
fn cases_that_had_not_begun_are_skipped_with_the_reason() {
    let (server, requests) = telling(None);
    let place = Place::with_suite(
        &LONG_POLL
            .replace("    steps:", "    steps:\n      - request: { method: GET, path: /silent }\n        timeout: 2s"),
    );
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url, "--jobs", "1"]);
    requests.recv_timeout(crate::cli::place::PATIENCE).expect("the first case asks");
    signal(child.id(), "INT");
    end_of(child).expect(130);
    let junit = place.read("reports/latest/junit.xml");
    assert!(junit.contains("skipped=\"1\"") && junit.contains("<skipped message=\"stopped by Ctrl-C"), "{junit}");
}

#[test]
fn a_second_ctrl_c_stops_at_once() {
    let (server, requests) = telling(None);
    let place = Place::with_suite(&LONG_POLL.replace("        poll:", "        timeout: 9h\n        poll:"));
    let mut child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    requests.recv_timeout(crate::cli::place::PATIENCE).expect("a case asks and gets no answer");
    // One alone waits for the answer, which never comes; so whatever ends this is not the first.
    eventually("the program stops", || {
        signal(child.id(), "INT");
        child.try_wait().expect("a child can be looked at").is_some()
    });
    end_of(child).expect(130);
    let journal = journal_of(&place);
    assert!(journal.contains("run_started") && !journal.contains("run_finished"), "{journal}");
}

#[test]
fn the_journal_of_a_run_that_was_killed_can_be_reported_and_a_missing_result_is_no_pass() {
    let (server, requests) = telling(Some("{\"status\": \"PROCESSING\"}"));
    let place = Place::with_suite(LONG_POLL);
    let child = place.start(&["run", "suite.yaml", "--base-url", &server.url]);
    requests.recv_timeout(crate::cli::place::PATIENCE).expect("a case asks");
    eventually("an attempt is in the journal", || journal_of(&place).contains("attempt_finished"));
    signal(child.id(), "KILL");
    assert_eq!(end_of(child).code, None, "it was ended by force");
    let folder = place.only_run().expect("the run left its folder");
    let folder = folder.to_str().expect("a path in UTF-8");
    let ended = place.run(&["report", folder]).expect(5);
    assert!(ended.out.contains("2 cases have no result") || ended.out.contains("have no result"), "{}", ended.out);
    let junit = std::fs::read_to_string(format!("{folder}/junit.xml")).expect("the report was written");
    assert!(junit.contains("errors=\"2\""), "{junit}");
}

#[test]
fn a_run_whose_time_is_up_has_no_verdict_on_what_it_did_not_run() {
    let (server, _requests) = telling(Some("{\"status\": \"PROCESSING\"}"));
    let place = Place::with_suite(LONG_POLL);
    let ended = place.run(&["run", "suite.yaml", "--base-url", &server.url, "--within", "200ms"]);
    let ended = ended.expect(5).says("the run's time is up");
    assert!(ended.out.contains("\nError: "), "{}", ended.out);
    place.run(&["report"]).expect(5).says("the run's time is up");
}
