//! Reports for programs: where they go, what becomes of the others when one cannot be written, and what CI systems get
//! by themselves.

use crate::cli::place::{Ended, Place};
use crate::cli::server::{Answer, Request, Server};
use serde_json::Value;

const MIXED: &str = "suite: Mixed
tags: [nightly]
cases:
  - name: good
    steps: [{ request: { method: GET, path: /good } }]
  - name: bad
    steps: [{ request: { method: GET, path: /good }, expect: { body: { $.a: 1 } } }]
";

const GITHUB: [(&str, &str); 6] = [
    ("GITHUB_ACTIONS", "true"),
    ("GITHUB_STEP_SUMMARY", "job.md"),
    ("GITHUB_SERVER_URL", "https://github.example"),
    ("GITHUB_REPOSITORY", "o/r"),
    ("GITHUB_RUN_ID", "7"),
    ("GITHUB_SHA", "0123456789abcdef"),
];

fn server() -> Server {
    Server::start(|_: &Request| Some(Answer::json("{\"a\": 2}")))
}

/// Runs the mixed suite with these arguments and in this environment.
fn ran(arguments: &[&str], environment: &[(&str, &str)]) -> (Place, Ended) {
    let server = server();
    let place = Place::with_suite(MIXED);
    let ended = run_in(&place, &server, arguments, environment);
    (place, ended)
}

fn run_in(place: &Place, server: &Server, arguments: &[&str], environment: &[(&str, &str)]) -> Ended {
    let mut all = vec!["run", "suite.yaml", "--base-url", &server.url, "--jobs", "1"];
    all.extend(arguments);
    let mut command = place.proviso(&all);
    command.envs(environment.iter().copied());
    Ended::from(command.output().expect("the program can be started"))
}

#[test]
fn every_kind_is_made_and_made_again_from_the_journal_byte_for_byte() {
    let kinds = ["ctrf", "markdown", "tap", "gitlab", "json"];
    let arguments: Vec<&str> = kinds.iter().flat_map(|kind| ["--report", kind]).collect();
    let (place, ended) = ran(&arguments, &[]);
    let names = place.names("reports/latest");
    let made = [
        "ctrf.json",
        "gl-code-quality-report.json",
        "junit.xml",
        "report.html",
        "report.tap",
        "summary.json",
        "summary.md",
    ];
    assert_eq!(
        names.iter().filter(|name| *name != "journal.jsonl").collect::<Vec<_>>(),
        made.iter().collect::<Vec<_>>()
    );
    ended.expect(1).says("junit.xml, ").says("ctrf.json");
    // The page also shows what past runs say, which is another thing later.
    let made: Vec<&str> = made.into_iter().filter(|name| *name != "report.html").collect();
    let before: Vec<String> = made.iter().map(|name| place.read(&format!("reports/latest/{name}"))).collect();
    for name in &made {
        std::fs::remove_file(place.path(&format!("reports/latest/{name}"))).expect("the file is there");
    }
    let mut again = vec!["report"];
    again.extend(arguments);
    place.run(&again).expect(1);
    let after: Vec<String> = made.iter().map(|name| place.read(&format!("reports/latest/{name}"))).collect();
    assert_eq!(before, after);
}

#[test]
fn a_report_goes_where_it_is_said_and_its_folder_is_made() {
    let (place, ended) = ran(&["--report", "junit=build/reports/j.xml", "--report", "json=s.json"], &[]);
    ended.expect(1).says("/report.html, build/reports/j.xml, s.json");
    assert!(place.read("build/reports/j.xml").contains("<testsuites>"));
    assert_eq!(place.names("reports/latest"), ["journal.jsonl", "report.html"]);
    let summary: Value = serde_json::from_str(&place.read("s.json")).expect("it is JSON");
    assert_eq!(summary["verdict"], "failed");
    assert_eq!(summary["cases"][0]["tags"][0], "nightly");
}

#[test]
fn a_report_on_standard_output_has_it_for_itself() {
    let (_, ended) = ran(&["--report", "json=-"], &[]);
    let summary: Value = serde_json::from_str(&ended.out).expect("standard output is JSON and nothing else");
    assert_eq!(summary["counts"]["failed"], 1);
    ended.expect(1).complains("Failed: 1 of 2 cases broke the contract").complains("Reports: ");
}

#[test]
fn a_report_that_cannot_be_written_is_exit_6_and_the_others_are_written() {
    let (place, ended) = ran(&["--report", "ctrf=suite.yaml/ctrf.json", "--report", "tap=t.tap"], &[]);
    ended.expect(6).complains("suite.yaml/ctrf.json could not be written").says("Failed: 1 of 2 cases");
    assert!(place.read("t.tap").contains("not ok 2 - bad"));
    assert!(place.read("reports/latest/junit.xml").contains("failures=\"1\""));
}

#[test]
fn what_makes_no_sense_is_exit_2_and_nothing_is_sent() {
    let (place, ended) = ran(&["--report", "json=-", "--report", "tap=-"], &[]);
    ended.expect(2).complains("two reports would go to standard output: json and tap");
    assert!(!place.path("reports").exists());
    let (_, ended) = ran(&["--report", "jnit"], &[]);
    ended.expect(2).complains("did you mean `junit`?");
}

#[test]
fn github_actions_gets_annotations_and_a_summary_by_itself() {
    let server = server();
    let place = Place::with_suite(MIXED);
    place.write("job.md", "# An earlier step\n");
    let ended = run_in(&place, &server, &[], &GITHUB).expect(1);
    ended.says("::error file=suite.yaml,line=7,").says("title=suite › bad::step 1 of 1");
    let summary = place.read("job.md");
    assert!(summary.starts_with("# An earlier step\n## ❌ Proviso: Failed"), "{summary}");
    assert!(summary.contains("[0123456789ab](https://github.example/o/r/commit/0123456789abcdef)"), "{summary}");
    let before = place.read("job.md");
    let ended = run_in(&place, &server, &["--ci", "off"], &GITHUB).expect(1);
    assert!(!ended.out.contains("::error"), "{}", ended.out);
    assert_eq!(place.read("job.md"), before);
}

#[test]
fn annotations_can_be_had_anywhere() {
    let (_, ended) = ran(&["--report", "github"], &[]);
    ended.expect(1).says("::error file=suite.yaml,line=7,").says("Failed: 1 of 2 cases");
    let (place, ended) = ran(&["--report", "github=annotations.txt"], &[]);
    assert!(!ended.expect(1).out.contains("::error"));
    assert_eq!(place.read("annotations.txt").lines().count(), 1);
}

#[test]
fn ctrf_knows_the_build_it_is_part_of() {
    let gitlab = [("GITLAB_CI", "true"), ("CI_JOB_URL", "https://gitlab.example/-/jobs/5"), ("CI_COMMIT_SHA", "abc")];
    let (place, _) = ran(&["--report", "ctrf"], &gitlab);
    let ctrf: Value = serde_json::from_str(&place.read("reports/latest/ctrf.json")).expect("it is JSON");
    let environment = &ctrf["results"]["environment"];
    assert_eq!(environment["buildUrl"], "https://gitlab.example/-/jobs/5");
    assert_eq!((&environment["commit"], &environment["healthy"]), (&"abc".into(), &false.into()));
}

#[test]
fn a_reader_that_leaves_changes_nothing_about_the_run() {
    let server = server();
    let place = Place::with_suite(MIXED);
    for arguments in [vec![], vec!["--report", "tap=-"]] {
        let mut all = vec!["run", "suite.yaml", "--base-url", &server.url];
        all.extend(arguments);
        let mut child = place.start(&all);
        // Like `| head -0`: the pipe has no reader from the beginning.
        drop(child.stdout.take());
        let ended = crate::cli::place::end_of(child).expect(1);
        assert!(!ended.err.contains("panicked") && !ended.err.contains("could not be written"), "{}", ended.err);
    }
    assert!(place.read("reports/latest/junit.xml").contains("failures=\"1\""));
}
