//! `contract diff` as a person uses it: sources, formats, waivers, exit codes, bad input.

use crate::cli::place::Place;
use std::process::Command;

/// A contract; `amount` is the schema of a member of its answer, `more` what else the document has.
fn contract(amount: &str, more: &str) -> String {
    format!(
        "openapi: 3.1.0
info: {{ title: Loans, version: '1' }}
paths:
  /loans:
    get:
      operationId: getLoan
      responses:
        '200':
          description: ok
          content:
            application/json:
              schema:
                type: object
                required: [amount]
                properties:
                  amount: {amount}
{more}"
    )
}

fn place() -> Place {
    let place = Place::new();
    place.write("old.yaml", contract("{ type: number, maximum: 10 }", ""));
    place.write("new.yaml", contract("{ type: number, maximum: 20 }", ""));
    place
}

const ID: &str = "getLoan:response:200:/amount:maximum-raised";

#[test]
fn a_break_is_told_with_both_places_and_a_witness() {
    let ended = place().run(&["contract", "diff", "old.yaml", "new.yaml"]).expect(1);
    for part in [ID, "old.yaml:16:", "new.yaml:16:", "\"amount\":", "right by the new contract", "1 breaking, 0 unsure"]
    {
        assert!(ended.out.contains(part), "{part} is not in {}", ended.out);
    }
}

#[test]
fn the_same_contract_and_one_that_allows_what_was_allowed_are_compatible() {
    let place = place();
    place.run(&["contract", "diff", "old.yaml", "old.yaml"]).expect(0).says("Compatible.");
    let back = place.run(&["contract", "diff", "new.yaml", "old.yaml", "--all"]).expect(0);
    assert!(back.out.contains("maximum-lowered"), "{}", back.out);
}

#[test]
fn a_level_hides_what_lies_beyond_it() {
    let place = place();
    place.run(&["contract", "diff", "old.yaml", "new.yaml", "--level", "shape"]).expect(0);
    place.run(&["contract", "diff", "old.yaml", "new.yaml", "--level", "wire"]).expect(1);
}

#[test]
fn every_format_names_the_change() {
    let place = place();
    let told =
        |format: &str| place.run(&["contract", "diff", "old.yaml", "new.yaml", "--format", format]).expect(1).out;
    let json: serde_json::Value = serde_json::from_str(&told("json")).expect("JSON");
    assert_eq!(json["changes"][0]["id"], ID);
    assert_eq!(json["changes"][0]["witness"]["rightBy"], "new");
    assert_eq!((&json["changes"][0]["old"]["line"], &json["counts"]["breaking"]), (&16.into(), &1.into()));
    let junit = told("junit");
    assert!(junit.contains("<testcase name=\"getLoan\"") && junit.contains(ID), "{junit}");
    assert!(told("markdown").contains(&format!("`{ID}`")));
    assert!(told("github").starts_with("::error file=new.yaml,line=16,"), "{}", told("github"));
    let gitlab: serde_json::Value = serde_json::from_str(&told("gitlab")).expect("JSON");
    assert_eq!((&gitlab[0]["location"]["lines"]["begin"], &gitlab[0]["severity"]), (&16.into(), &"critical".into()));
}

#[test]
fn somebody_may_answer_for_a_break_until_a_day() {
    let place = place();
    let waiver = |failure: &str, until: &str| {
        format!("waivers:\n  - {{ failure: '{failure}', owner: Asha, reason: agreed, expires: {until} }}\n")
    };
    let diff = ["contract", "diff", "old.yaml", "new.yaml", "--waivers", "waivers.yaml"];
    place.write("waivers.yaml", waiver("getLoan:response:*", "2999-12-31"));
    place.run(&diff).expect(0).says("waived by Asha until 2999-12-31");
    place.write("waivers.yaml", waiver(ID, "2020-01-01"));
    place.run(&diff).expect(1).says("expired on 2020-01-01");
    place.write("waivers.yaml", waiver("getOther:*", "2999-12-31"));
    place.run(&diff).expect(1).says("unused");
}

#[test]
fn a_revision_of_git_is_a_contract() {
    let place = place();
    let git = |arguments: &[&str]| {
        let base = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"];
        let status = Command::new("git").args(base).args(arguments).current_dir(place.path(".")).output();
        assert!(status.is_ok_and(|output| output.status.success()), "git {arguments:?}");
    };
    git(&["init", "-q"]);
    git(&["add", "old.yaml"]);
    git(&["commit", "-qm", "old"]);
    place.run(&["contract", "diff", "git:HEAD:old.yaml", "new.yaml"]).expect(1).says("git:HEAD:old.yaml:16:");
    place.run(&["contract", "diff", "git:HEAD:none.yaml", "new.yaml"]).expect(3);
    place.run(&["contract", "diff", "git:--output=x:old.yaml", "new.yaml"]).expect(3);
}

#[test]
fn what_is_no_contract_ends_with_three_and_says_why() {
    let place = place();
    place.write("page.html", "<html><body>not a contract</body></html>\n");
    place.write("swagger.yaml", "swagger: '2.0'\ninfo: { title: a, version: '1' }\npaths: {}\n");
    place.write("later.yaml", "openapi: 3.2.0\ninfo: { title: a, version: '1' }\npaths: {}\n");
    place.write("broken.yaml", contract("{ $ref: '#/components/schemas/None' }", ""));
    let twice =
        contract("{}", "  /again:\n    get: { operationId: getLoan, responses: { '200': { description: ok } } }\n");
    place.write("twice.yaml", twice);
    place.write("other.yaml", contract("{}", "").replace("/loans", "/cards").replace("getLoan", "getCard"));
    for (file, says) in [
        ("none.yaml", "there is no file none.yaml"),
        ("page.html", "not an OpenAPI 3 document"),
        ("swagger.yaml", "Swagger 2.0 document, which is not read"),
        ("later.yaml", "the contract has no operation"),
        ("broken.yaml", "None"),
        ("twice.yaml", "two operations are called `getLoan`"),
        (".", "is a folder"),
        ("other.yaml", "have no operation in common"),
    ] {
        let ended = place.run(&["contract", "diff", "old.yaml", file]).expect(3);
        assert!(ended.err.contains(says), "{file}: {}", ended.err);
        assert!(!ended.out.contains("ompatible"), "{file}: {}", ended.out);
    }
    place.run(&["contract", "diff", "-", "-"]).expect(3);
    place.run(&["contract", "diff", "old.yaml"]).expect(2);
}

#[test]
fn every_rule_can_be_explained() {
    let place = Place::new();
    place.run(&["contract", "diff", "--explain", "became-required"]).expect(0).says("level: shape");
    place.run(&["contract", "diff", "--explain", "became-requird"]).expect(2);
}
