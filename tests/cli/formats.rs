//! What `check` and `schema` say to programs.

use crate::place::Place;
use proviso::suite::{FileKind, schema};
use serde_json::Value;

const WRONG: &str =
    "suite: s\ncases:\n  - name: c\n    stepz: []\n    steps: [{ request: { method: GET, path: / } }]\n";
const GOOD: &str = "suite: s\ncases:\n  - name: c\n    steps: [{ request: { method: GET, path: / } }]\n";
const ANNOTATION: &str = "::error file=suite.yaml,line=4,col=5,endColumn=10,title=unknown-key::`stepz` is not a key of a case%0Adid you \
     mean `steps`?\n";

#[test]
fn check_tells_programs_as_json() {
    let ended = Place::with_suite(WRONG).run(&["check", "suite.yaml", "--format", "json"]).expect(3);
    let said: Value = serde_json::from_str(&ended.out).expect("an array");
    let first = &said[0];
    assert_eq!((&first["code"], &first["file"]), (&Value::from("unknown-key"), &Value::from("suite.yaml")));
    assert_eq!((&first["line"], &first["column"], &first["length"]), (&4.into(), &5.into(), &5.into()));
    assert_eq!(first["labels"][0]["label"], "did you mean `steps`?");
    assert_eq!(ended.err, "");
    let ended = Place::with_suite(GOOD).run(&["check", "suite.yaml", "--format", "json"]).expect(0);
    assert_eq!(ended.out, "[]\n");
}

#[test]
fn check_annotates_for_github() {
    let place = Place::with_suite(WRONG);
    let ended = place.run(&["check", "suite.yaml", "--format", "github"]).expect(3);
    assert_eq!((ended.out.as_str(), ended.err.as_str()), (ANNOTATION, ""));
    // In its own place the text stays, and annotations come with it.
    let mut command = place.proviso(&["check", "suite.yaml"]);
    let output = command.env("GITHUB_ACTIONS", "true").output().expect("the program can be started");
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(String::from_utf8_lossy(&output.stdout), ANNOTATION);
    assert!(String::from_utf8_lossy(&output.stderr).contains("error[unknown-key]"));
    assert_eq!(place.run(&["check", "suite.yaml"]).expect(3).out, "");
}

#[test]
fn annotations_name_files_from_the_repository_on() {
    let place = Place::with_suite(GOOD);
    place.write("below/suite.yaml", WRONG);
    let mut command = place.proviso(&["check", "suite.yaml", "--format", "github"]);
    let command = command.current_dir(place.path("below")).env("GITHUB_WORKSPACE", place.path("."));
    let output = command.output().expect("the program can be started");
    assert!(String::from_utf8_lossy(&output.stdout).starts_with("::error file=below/suite.yaml,line=4,"));
}

#[test]
fn schema_prints_the_schema_of_each_kind() {
    let place = Place::new();
    for kind in FileKind::ALL {
        let printed = place.run(&["schema", kind.name()]).expect(0).out;
        assert!(printed == schema(kind), "{printed}");
    }
    place.run(&["schema"]).expect(0).says("Proviso suite");
    place.run(&["schema", "waiver"]).expect(2);
}
