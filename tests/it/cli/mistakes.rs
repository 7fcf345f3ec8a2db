//! Bad input: a clear sentence, the exit code of the table, and nothing sent.

use crate::cli::place::Place;

const GOOD: &str = "suite: Good\ncases:\n  - name: only\n    steps: [{ request: { method: GET, path: / } }]\n";

#[test]
fn a_command_line_that_makes_no_sense_is_exit_2() {
    let place = Place::with_suite(GOOD);
    for wrong in [
        &["run", "--no-such-flag"][..],
        &["run", "--jobs", "0"],
        &["run", "--jobs", "many"],
        &["run", "--repeat", "0"],
        &["run", "--processing", "soon"],
        &["serve", "--listen", "nowhere"],
        &["no-such-command"],
        &["check", "--color", "sometimes"],
    ] {
        let ended = place.run(wrong).expect(2).complains("error:");
        assert_eq!(ended.out, "", "{wrong:?}");
    }
    assert_eq!(place.names("."), ["suite.yaml"], "nothing was written");
}

#[test]
fn without_a_command_the_help_names_the_three_commands_most_people_want() {
    let ended = Place::new().run(&[]);
    let said = format!("{}{}", ended.out, ended.err);
    for command in ["proviso run ", "proviso run --env uat", "proviso check"] {
        assert!(said.contains(command), "{said}");
    }
    Place::new().run(&["--help"]).expect(0).says("Exit codes:");
    Place::new().run(&["--version"]).expect(0).says("proviso ");
}

#[test]
fn a_file_that_is_not_there_is_exit_3_and_names_the_nearest() {
    let place = Place::with_suite(GOOD);
    place
        .run(&["run", "suit.yaml"])
        .expect(3)
        .complains("there is no file suit.yaml")
        .complains("did you mean suite.yaml?");
    place.run(&["run", "no/such/folder"]).expect(3).complains("there is no file no/such/folder");
    place.run(&["run"]).expect(3).complains("there is no file suites");
    assert_eq!(place.names("."), ["suite.yaml"], "nothing was written");
}

#[test]
fn a_file_that_cannot_be_read_is_exit_3() {
    let place = Place::with_suite(GOOD);
    place.write("latin.yaml", b"suite: caf\xe9\n");
    place.run(&["run", "latin.yaml"]).expect(3).complains("latin.yaml is not UTF-8 text").complains("line 1");
    place.write("folder.yaml/inside.txt", "x");
    place.run(&["run", "folder.yaml"]).expect(3).complains("there is no suite in folder.yaml");
    // A link to itself cannot be read by anybody, root included.
    std::os::unix::fs::symlink("loop.yaml", place.path("loop.yaml")).expect("a link can be made");
    place.run(&["run", "loop.yaml"]).expect(3).complains("loop.yaml cannot be read");
}

#[test]
fn what_is_not_a_suite_is_exit_3_with_its_place() {
    let place = Place::new();
    place.write("not-yaml.yaml", "suite: [unclosed\n");
    place.run(&["run", "not-yaml.yaml"]).expect(3).complains("error[yaml]").complains("not-yaml.yaml:");
    place.write("wrong-key.yaml", GOOD.replace("cases", "csaes"));
    place.run(&["run", "wrong-key.yaml"]).expect(3).complains("wrong-key.yaml:2:1").complains("did you mean `cases`?");
    place.write("undefined.yaml", GOOD.replace("path: /", "path: \"/{{ customerID }}\""));
    place
        .run(&["run", "undefined.yaml"])
        .expect(3)
        .complains("nothing sets `customerID`")
        .complains("nothing was sent");
}

#[test]
fn all_problems_of_all_files_are_told_in_one_go() {
    let place = Place::new();
    place.write("suites/a.yaml", GOOD.replace("method", "metod"));
    place.write("suites/b.yaml", GOOD.replace("path: /", "path: \"/{{ customerID }}\""));
    place.write("suites/c.yaml", "suite: [\n");
    let ended = place.run(&["check"]).expect(3);
    let ended = ended.complains("suites/a.yaml:4").complains("suites/b.yaml:4").complains("suites/c.yaml:");
    assert!(ended.err.ends_with("problems; nothing was sent\n"), "{}", ended.err);
}

#[test]
fn an_environment_that_is_not_there_is_exit_3() {
    let place = Place::with_suite(GOOD);
    place.write("environments/uat.yaml", "base_url: http://127.0.0.1:1\n");
    place
        .run(&["run", "suite.yaml", "--env", "uta"])
        .expect(3)
        .complains("there is no environment `uta`")
        .complains("`uat`");
}

#[test]
fn nothing_selected_is_exit_4_and_says_what_was_asked() {
    let place = Place::with_suite(GOOD);
    let ended = place.run(&["run", "suite.yaml", "--case", "nothing", "--tag", "none"]).expect(4);
    ended.complains("--tag none and --case nothing match no case");
    assert_eq!(place.names("."), ["suite.yaml"], "nothing was written");
    let ended = place.run(&["run", "suite.yaml", "--partition", "count:2/2"]).expect(4);
    ended.complains("none of 1 case matches --partition count:2/2");
    assert!(place.journal().contains("run_finished"), "a share without a case is no share that is missing");
}

#[test]
fn reports_that_cannot_be_written_are_exit_6_and_nothing_is_sent() {
    let place = Place::with_suite(GOOD);
    place.write("file", "not a folder");
    let ended = place.run(&["run", "suite.yaml", "--reports", "file/reports"]).expect(6);
    ended.complains("file/reports cannot be made").complains("--reports");
}

#[test]
fn a_base_url_that_is_none_is_exit_3() {
    let place = Place::with_suite(GOOD);
    for url in ["127.0.0.1:80", "ftp://127.0.0.1", "http://", "/path"] {
        place.run(&["run", "suite.yaml", "--base-url", url]).expect(3).complains("is not an http or https URL");
    }
}

#[test]
fn check_reads_everything_and_sends_nothing() {
    let place = Place::with_suite(GOOD);
    let nobody = crate::cli::server::nobody();
    let ended = place.run(&["check", "suite.yaml", "--base-url", &nobody]).expect(0);
    assert_eq!(
        (ended.out.as_str(), ended.err.as_str()),
        ("No problem in 1 suite, 1 case, 1 step; nothing was sent.\n", "")
    );
    assert_eq!(place.names("."), ["suite.yaml"], "nothing was written");
}

#[test]
fn a_journal_that_is_none_is_exit_3() {
    let place = Place::with_suite(GOOD);
    place.run(&["report"]).expect(3).complains("there is no journal to read at reports/latest");
    place.write("other/journal.jsonl", "{\"a\": 1}\n");
    place.run(&["report", "other"]).expect(3).complains("is not a journal");
    place.run(&["report", "suite.yaml"]).expect(3).complains("is not a journal");
}
