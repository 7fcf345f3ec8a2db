//! What `check`, `contract lint` and `schema` say to programs.

use crate::cli::place::Place;
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

const CONTRADICTION: &str = "
openapi: 3.1.0
paths:
  /orders:
    get: { operationId: listOrders, responses: { '200': { description: All. } } }
";

#[test]
fn lint_finds_every_contradiction_of_the_embedded_contract_ruled() {
    let place = Place::new();
    place.run(&["contract", "lint"]).expect(0).says(" ruled, 0 not.").says("ruled: in A13");
    place.run(&["contract", "lint", "--strict"]).expect(1);
    let some = place.run(&["contract", "lint", "--rule", "path-prefix", "--format", "json"]).expect(0);
    let said: Value = serde_json::from_str(&some.out).expect("an array");
    assert_eq!((said.as_array().map(Vec::len), &said[0]["code"]), (Some(1), &"path-prefix".into()));
    assert_eq!(said[0]["rulings"][0]["id"], "A02");
    // What is ruled is no error to GitHub either.
    assert_eq!(place.run(&["contract", "lint", "--format", "github"]).expect(0).out, "");
}

#[test]
fn lint_tells_programs_and_people_of_a_contract_on_disk() {
    let place = Place::new();
    place.write("api.yaml", CONTRADICTION);
    place.run(&["contract", "lint", "--style", "api.yaml"]).expect(1).says("1 contradiction: 0 ruled, 1 not.");
    let annotated = place.run(&["contract", "lint", "--style", "api.yaml", "--format", "github"]).expect(1).out;
    assert!(annotated.starts_with("::error file=api.yaml,line=5,col=25,endColumn=35,title=no-error::"), "{annotated}");
    place.run(&["contract", "lint", "other.yaml"]).expect(3).complains("there is no file other.yaml");
    place.run(&["contract", "lint", "api.yaml", "--rule", "no-eror"]).expect(2).complains("there is no-error");
}
