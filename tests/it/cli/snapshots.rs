//! Snapshots on disk: proposed, refused in CI, reviewed whole and path by path, masked, left over.

use crate::cli::place::{Place, end_of};
use crate::cli::server::{Answer, Request, Server};
use std::sync::{Arc, Mutex, PoisonError};

const SUITE: &str = "suite: Loans # ours
cases:
  - name: a loan
    vars: { loanID: \"{{ unique('LOAN') }}\" }
    steps:
      - name: Get loan
        request: { method: GET, path: /loan, query: { id: \"{{ loanID }}\" } }
        snapshot: true # all of it
  - name: a user
    steps:
      - name: Get user
        request: { method: GET, path: /user }
        snapshot: { sort: [$.tags] }
";

const LOAN: &str = "snapshots/suite__a-loan__get-loan.snap";
const USER: &str = "snapshots/suite__a-user__get-user.snap";
const LOAN_NEW: &str = "snapshots/suite__a-loan__get-loan.snap.new";

/// A server whose loan is what the test says at the time; `ID` in it is the id it was asked for.
struct Bank {
    server: Server,
    loan: Arc<Mutex<String>>,
}

impl Bank {
    fn new() -> Self {
        let loan = Arc::new(Mutex::new(String::new()));
        let told = Arc::clone(&loan);
        let server = Server::start(move |request: &Request| {
            if request.line.contains("/user") {
                return Some(Answer::json(r#"{"tags": ["b", "a"], "pan": "ABCPE1234F", "bank": { "name": "SBI" } }"#));
            }
            let id = request.line.split_once("id=").map_or("", |(_, id)| id);
            Some(Answer::json(&told.lock().unwrap_or_else(PoisonError::into_inner).replace("ID", id)))
        });
        let bank = Self { server, loan };
        bank.says(r#"{"id": "ID", "rate": 12.50, "status": "OPEN", "fees": [{"name": "a", "amount": 1}]}"#);
        bank
    }

    fn says(&self, loan: &str) {
        loan.clone_into(&mut self.loan.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

fn run<'a>(bank: &'a Bank, more: &[&'a str]) -> Vec<&'a str> {
    [&["run", "suite.yaml", "--base-url", &bank.server.url], more].concat()
}

/// A folder whose two snapshots were accepted.
fn accepted() -> (Place, Bank) {
    let (place, bank) = (Place::with_suite(SUITE), Bank::new());
    place.run(&run(&bank, &["--snapshots", "update"])).expect(0).says("2 snapshots are accepted");
    (place, bank)
}

#[test]
fn a_new_snapshot_is_proposed_and_refused_in_ci_where_nothing_is_written() {
    let (place, bank) = (Place::with_suite(SUITE), Bank::new());
    for ci in ["true", "1", "yes"] {
        let mut command = place.proviso(&run(&bank, &[]));
        let ended = end_of(command.env("CI", ci).stdout(std::process::Stdio::piped()).spawn().expect("it starts"));
        ended.expect(1).says("there is no accepted snapshot of this response").says("suite.yaml:8:");
        assert!(!place.path("snapshots").exists(), "CI={ci} wrote something");
    }
    let mut command = place.proviso(&run(&bank, &[]));
    end_of(command.env("CI", "false").stdout(std::process::Stdio::piped()).spawn().expect("it starts")).expect(0);
    place.run(&run(&bank, &[])).expect(0).says("2 snapshots are new; `proviso review`");
    assert_eq!(place.names("snapshots"), ["suite__a-loan__get-loan.snap.new", "suite__a-user__get-user.snap.new"]);
    let text = place.read("snapshots/suite__a-user__get-user.snap.new");
    assert!(text.contains("\"pan\": \"[pan-1]\"") && text.contains("\"name\": \"SBI\""), "{text}");
    assert!(text.contains("assertion_line: 11\n"), "{text}");
}

#[test]
fn what_was_accepted_is_the_same_whatever_the_seed_and_in_ci_too() {
    let (place, bank) = accepted();
    assert!(
        place.read(LOAN).contains("\"id\": \"[id-1, 16 characters]\",\n  \"rate\": 12.50,"),
        "{}",
        place.read(LOAN)
    );
    assert!(!place.read(LOAN).contains("assertion_line"));
    let before = [place.read(LOAN), place.read(USER)];
    for seed in ["1", "2", "3"] {
        place.run(&run(&bank, &["--seed", seed, "--repeat", "3", "--jobs", "4"])).expect(0);
    }
    let mut command = place.proviso(&run(&bank, &[]));
    end_of(command.env("CI", "true").stdout(std::process::Stdio::piped()).spawn().expect("it starts")).expect(0);
    place.run(&run(&bank, &["--snapshots", "update"])).expect(0);
    assert_eq!([place.read(LOAN), place.read(USER)], before);
    assert_eq!(place.names("snapshots").len(), 2);
}

#[test]
fn a_difference_fails_is_told_by_path_and_as_text_and_is_proposed() {
    let (place, bank) = accepted();
    bank.says(r#"{"id": "ID", "rate": "12.50", "state": "OPEN", "fees": []}"#);
    let ended = place.run(&run(&bank, &[])).expect(1);
    let ended =
        ended.says("the response differs from its snapshot in 4 places").says("retyped $.rate: 12.50 → \"12.50\"");
    ended.says("removed $.status: \"OPEN\"").says("-  \"rate\": 12.50,").says("`proviso review`");
    let junit = place.read("reports/latest/junit.xml");
    assert!(junit.contains("retyped $.rate") && junit.contains("+  &quot;rate&quot;: &quot;12.50&quot;,"), "{junit}");
    assert!(place.journal().contains("\"kind\":\"retyped\",\"path\":\"$.rate\""), "{}", place.journal());
    assert!(place.path(LOAN_NEW).exists());
    // When all is well again nothing is proposed any more.
    bank.says(r#"{"fees": [{"amount": 1, "name": "a"}], "status": "OPEN", "id": "ID", "rate": 12.50}"#);
    place.run(&run(&bank, &[])).expect(0);
    assert!(!place.path(LOAN_NEW).exists());
    bank.says("{}");
    place.run(&run(&bank, &["--snapshots", "off"])).expect(0);
    assert!(!place.path(LOAN_NEW).exists());
}

#[test]
fn a_response_that_differs_from_time_to_time_is_never_accepted_by_chance() {
    let place = Place::with_suite(SUITE);
    let counter = Mutex::new(0);
    let server = Server::start(move |_: &Request| {
        let mut counter = counter.lock().unwrap_or_else(PoisonError::into_inner);
        *counter += 1;
        Some(Answer::json(&format!("{{\"turn\": {counter}}}")))
    });
    let arguments =
        ["run", "suite.yaml", "--base-url", &server.url, "--case", "a loan", "--repeat", "3", "--snapshots"];
    for mode in ["check", "update"] {
        let ended = place.run(&[&arguments[..], &[mode]].concat()).expect(1);
        ended.says("the response differs from an earlier one of this run in 1 place").says("changed $.turn");
    }
}

#[test]
fn review_lists_accepts_and_rejects_without_asking() {
    let (place, bank) = accepted();
    place.run(&["review", "suite.yaml", "--list"]).expect(0).says("No snapshot is proposed");
    bank.says(r#"{"id": "ID", "rate": 13, "status": "DONE", "fees": []}"#);
    place.run(&run(&bank, &[])).expect(1);
    let ended = place.run(&["review", "suite.yaml", "--list"]).expect(0);
    ended
        .says("snapshots/suite__a-loan__get-loan.snap differs in 3 places")
        .says("changed $.status: \"OPEN\" → \"DONE\"");
    place.run(&["review", "suite.yaml"]).expect(2).complains("nobody is there to answer").complains("--accept");
    place.run(&["review", "suite.yaml", "--accept", "--only", "other"]).expect(4).complains("matches --only other");
    place.run(&["review", "suite.yaml", "--accept", "--path", "$.nothing"]).expect(4).complains("is at $.nothing");
    place.run(&["review", "suit.yaml", "--list"]).expect(3).complains("did you mean suite.yaml?");
    place.run(&["review", "suite.yaml", "--accept", "--reject"]).expect(2);
    place.run(&["review", "suite.yaml", "--path", "$.a"]).expect(2);
    let ended = place.run(&["review", "suite.yaml", "--accept", "--only", "a-loan", "--path", "$.status"]).expect(0);
    ended.says("accepted 1 difference of snapshots/suite__a-loan__get-loan.snap; 2 differences left");
    assert!(place.read(LOAN).contains("\"status\": \"DONE\"") && place.read(LOAN).contains("\"rate\": 12.50"));
    place.run(&run(&bank, &[])).expect(1).says("differs from its snapshot in 2 places");
    place.run(&["review", "suite.yaml", "--reject"]).expect(0).says("rejected snapshots/suite__a-loan__get-loan.snap");
    assert!(!place.path(LOAN_NEW).exists());
    place.run(&["review", "suite.yaml", "--accept"]).expect(0).says("nothing to review");
    place.run(&run(&bank, &[])).expect(1);
    place.run(&["review", "suite.yaml", "--accept"]).expect(0).says("accepted snapshots/suite__a-loan__get-loan.snap");
    place.run(&run(&bank, &[])).expect(0);
    assert_eq!(place.names("snapshots").len(), 2);
}

#[test]
fn a_path_is_masked_from_now_on_in_the_suite_and_in_what_was_accepted() {
    let (place, bank) = accepted();
    bank.says(r#"{"id": "ID", "rate": 13, "status": "OPEN", "fees": [{"name": "a", "amount": 7}]}"#);
    place.run(&run(&bank, &[])).expect(1);
    let ended = place.run(&["review", "suite.yaml", "--mask", "$.rate"]).expect(0);
    ended.says("suite.yaml:8").says("+        snapshot: { redact: { $.rate: \"[rate]\" } } # all of it");
    assert_eq!(
        place.read("suite.yaml"),
        SUITE.replace("snapshot: true", "snapshot: { redact: { $.rate: \"[rate]\" } }")
    );
    place.run(&run(&bank, &[])).expect(1).says("differs from its snapshot in 1 place").says("$.fees[0].amount");
    place.run(&["review", "suite.yaml", "--mask", "$.fees[*].amount"]).expect(0);
    assert!(place.read("suite.yaml").contains("redact: { \"$.fees[*].amount\": \"[amount]\", $.rate: \"[rate]\" }"));
    assert!(!place.path(LOAN_NEW).exists(), "nothing is left to review");
    place.run(&run(&bank, &[])).expect(0);
    bank.says(r#"{"id": "ID", "rate": 99, "status": "GONE", "fees": [{"name": "a", "amount": 8}]}"#);
    place.run(&run(&bank, &[])).expect(1).says("differs from its snapshot in 1 place").says("$.status");
    place.run(&["review", "suite.yaml", "--mask", "$.a["]).expect(3).complains("is not a path that can be masked");
    place.run(&["review", "suite.yaml", "--mask", "$.nowhere"]).expect(4).complains("anything to mask at $.nowhere");
    assert!(place.names(".").iter().all(|name| !name.ends_with(".part")));
}

#[test]
fn what_belongs_to_no_step_is_told_and_removed_when_asked() {
    let (place, bank) = accepted();
    let all = |more: &[&'static str]| -> Vec<String> {
        ["run", ".", "--base-url", &bank.server.url].iter().chain(more).map(ToString::to_string).collect()
    };
    let all = |more: &[&'static str]| place.run(&all(more).iter().map(String::as_str).collect::<Vec<_>>());
    place.write("suite.yaml", SUITE.replace("- name: a user", "- name: another user"));
    all(&["--snapshots", "update"]).expect(0).says("1 snapshot belongs to no step any more");
    assert!(
        !all(&["--case", "a loan"]).expect(0).out.contains("belongs to no step"),
        "a part tells nothing of the rest"
    );
    place.run(&["review", ".", "--list"]).expect(0).says("snapshots/suite__a-user__get-user.snap belongs to no step");
    place.run(&["review", ".", "--remove-stale"]).expect(0).says("removed snapshots/suite__a-user__get-user.snap");
    assert_eq!(place.names("snapshots"), ["suite__a-loan__get-loan.snap", "suite__another-user__get-user.snap"]);
    place.run(&["review", ".", "--remove-stale"]).expect(0).says("nothing to remove");
    place.write("suite.yaml", "suite: broken\n");
    place.run(&["review", ".", "--remove-stale"]).expect(3).complains("the suites cannot be read");
    assert_eq!(place.names("snapshots").len(), 2, "nothing is removed on a guess");
}

#[test]
fn a_file_that_is_no_snapshot_is_explained_and_nothing_is_sent() {
    let (place, bank) = accepted();
    let merged = place
        .read(LOAN)
        .replace("  \"rate\": 12.50,\n", "<<<<<<< a\n  \"rate\": 1,\n=======\n  \"rate\": 2,\n>>>>>>> b\n");
    place.write(LOAN, merged);
    let ended =
        place.run(&run(&bank, &[])).expect(3).complains("a merge left its marks here").complains("nothing was sent");
    ended.complains("snapshots/suite__a-loan__get-loan.snap:18:1");
    place.run(&run(&bank, &["--snapshots", "update"])).expect(0);
    place.run(&run(&bank, &[])).expect(0);
}

#[test]
fn two_runs_at_once_leave_whole_files() {
    let (place, bank) = (Place::with_suite(SUITE), Bank::new());
    let long: Vec<String> = (0..4_000).map(|at| format!("{{\"name\": \"item {at}\"}}")).collect();
    bank.says(&format!("{{\"id\": \"ID\", \"items\": [{}]}}", long.join(",")));
    let runs: Vec<_> = (0..3).map(|_| place.start(&run(&bank, &["--repeat", "4", "--jobs", "4"]))).collect();
    runs.into_iter().for_each(|child| {
        end_of(child).expect(0);
    });
    assert_eq!(place.names("snapshots"), ["suite__a-loan__get-loan.snap.new", "suite__a-user__get-user.snap.new"]);
    place.run(&["review", "suite.yaml", "--accept"]).expect(0);
    place.run(&run(&bank, &[])).expect(0);
}

#[test]
fn what_a_run_writes_insta_reads() {
    let (place, bank) = accepted();
    bank.says("{}");
    place.run(&run(&bank, &[])).expect(1);
    for name in [LOAN, LOAN_NEW] {
        let read = insta::Snapshot::from_file(&place.path(name)).expect("insta reads it");
        assert_eq!(read.metadata().source(), Some("suite.yaml"), "{name}");
        assert_eq!(read.metadata().expression(), Some("GET /loan"), "{name}");
        assert_eq!(read.metadata().description(), Some("Loans › a loan › Get loan"), "{name}");
    }
    // As `cargo insta accept` does it.
    let proposed = insta::Snapshot::from_file(&place.path(LOAN_NEW)).expect("insta reads it");
    proposed.save(&place.path(LOAN)).expect("insta writes it");
    place.run(&run(&bank, &[])).expect(0);
}

#[test]
fn no_secret_reaches_a_snapshot() {
    let place = Place::with_suite(
        "suite: S\ncases:\n  - name: c\n    steps:\n      - name: Get\n        request: { method: GET, path: /loan, headers: { x-key: \"{{ secret('KEY') }}\" } }\n        snapshot: { redact: { $.x: y } }\n",
    );
    let bank = Bank::new();
    bank.says(r#"{"key": "swordfish-77", "in": "a swordfish-77 b", "base64": "c3dvcmRmaXNoLTc3"}"#);
    place.write("secrets.env", "KEY=swordfish-77\n");
    place.run(&run(&bank, &["--secrets", "secrets.env"])).expect(0);
    let text = place.read("snapshots/suite__c__get.snap.new");
    assert!(!text.contains("swordfish") && !text.contains("c3dv") && text.contains("a [secret] b"), "{text}");
}
