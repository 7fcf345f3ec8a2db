//! What runs touched of a contract, read from their journals.

use crate::cli::place::Place;
use proviso::event::{
    Ambiguity, CaseEntry, Event, EventKind, FORMAT, Group, Inventory, RunFinished, RunStarted, Share, StepFinished,
    StepOutcome, SuiteEntry, ThingKind, Timestamp, Touch, Touched, TouchedThing,
};

/// A journal in which one case of one step touched these things.
fn journal(share: Option<Share>, touched: &[(ThingKind, Option<&str>, &str)]) -> String {
    let thing = |(kind, operation, name): &(ThingKind, Option<&str>, &str)| TouchedThing {
        kind: *kind,
        operation: operation.map(str::to_owned),
        name: (*name).to_owned(),
        touch: Touch::Seen,
        evidence: None,
    };
    let kinds = [
        started(share),
        EventKind::ContractRead(Box::new(inventory())),
        EventKind::Touched(Box::new(Touched {
            case: 0,
            step: 0,
            contract: "lender-prism".into(),
            operation: "createUser".into(),
            things: touched.iter().map(thing).collect(),
        })),
        EventKind::StepFinished(Box::new(finished())),
        EventKind::RunFinished(RunFinished { took_us: 1 }),
    ];
    kinds.into_iter().map(line).collect()
}

fn line(kind: EventKind) -> String {
    let at = Timestamp::new("2026-03-01T02:30:00Z".parse().expect("a moment"));
    format!("{}\n", serde_json::to_string(&Event { at, kind }).expect("an event is JSON"))
}

fn started(share: Option<Share>) -> EventKind {
    EventKind::RunStarted(Box::new(RunStarted {
        format: FORMAT,
        run: share.as_ref().map_or_else(|| "R-0".into(), |share| format!("R-{}", share.number)),
        version: "0.1.0".into(),
        command: vec!["proviso".into(), "run".into()],
        environment: "sandbox".into(),
        target: "the embedded server".into(),
        seed: 42,
        host: "ci-7".into(),
        suites: vec![SuiteEntry { file: "suites/users.yaml".into(), name: "Users".into(), about: None }],
        cases: vec![CaseEntry {
            suite: 0,
            name: "a user".into(),
            setup: false,
            line: None,
            tags: Vec::new(),
            about: None,
        }],
        rounds: 1,
        left_out: 0,
        flaky_fails: false,
        share,
    }))
}

fn finished() -> StepFinished {
    StepFinished {
        case: 0,
        step: 0,
        name: "Create user".into(),
        operation: Some("createUser".into()),
        place: None,
        used: Vec::new(),
        expected: None,
        outcome: StepOutcome::Passed,
        attempts: 1,
        checks: 1,
        captured: Vec::new(),
        took_us: 1,
        turn: None,
        cleanup: false,
    }
}

fn inventory() -> Inventory {
    let group = |kind, operation: Option<&str>, names: &[&str]| Group {
        kind,
        operation: operation.map(str::to_owned),
        things: names.iter().map(|name| ((*name).to_owned(), None)).collect(),
    };
    Inventory {
        contract: "lender-prism".into(),
        title: "Lender Prism APIs".into(),
        version: "2.0".into(),
        documented: vec![
            group(ThingKind::Operation, None, &["createUser", "getBre"]),
            group(ThingKind::Code, None, &["CUR-S-000", "FBX-E-012", "FBX-E-004"]),
            group(ThingKind::Field, Some("createUser"), &["request /mobile"]),
        ],
        ambiguities: vec![Ambiguity {
            id: "A01".into(),
            title: "customer_id or customerID".into(),
            operations: vec!["createUser".into()],
            documented: "Both.".into(),
            wire: "customerID".into(),
            accept: "customerID".into(),
        }],
    }
}

const USER: &[(ThingKind, Option<&str>, &str)] = &[
    (ThingKind::Operation, None, "createUser"),
    (ThingKind::Code, None, "CUR-S-000"),
    (ThingKind::Field, Some("createUser"), "request /mobile"),
];

fn ran() -> Place {
    let place = Place::new();
    place.write("reports/latest/journal.jsonl", journal(None, USER));
    place
}

#[test]
fn the_newest_run_is_shown_with_what_would_reach_the_rest() {
    ran()
        .run(&["coverage"])
        .expect(0)
        .says("codes                 3          0     1         0     33 %\n")
        .says("  FBX-E-012 · persona `lender-failure`\n  FBX-E-004 · mobile `9000000004` in Create User\n")
        .says("  getBre · a step with `operation: getBre`\n");
}

#[test]
fn too_little_coverage_is_exit_1_and_says_what_is_missing() {
    let place = ran();
    place.run(&["coverage", "--fail-under", "fields=100", "--fail-under", "codes=33"]).expect(0);
    place
        .run(&["coverage", "--fail-under", "codes=90"])
        .expect(1)
        .complains("1 of 3 codes were seen (33 %), and 90 % are demanded: FBX-E-012, FBX-E-004 are missing");
    // What is shown does not decide what is demanded.
    place.run(&["coverage", "--kind", "fields", "--fail-under", "codes=90"]).expect(1);
    place
        .run(&["coverage", "--fail-under", "50", "--fail-under", "codes=0", "--fail-under", "ambiguities=0"])
        .expect(0);
    place.run(&["coverage", "--fail-under", "51", "--fail-under", "codes=0"]).expect(1).complains("1 of 2 operations");
    place.run(&["coverage", "--fail-under", "values=1"]).expect(1).complains("the contract documents no values here");
}

#[test]
fn shares_of_a_run_are_one_and_a_missing_one_is_said() {
    let share = |number| Some(Share { by: "hash".into(), number, of: 2, set: None, group: None });
    let place = Place::new();
    place.write("one/journal.jsonl", journal(share(1), USER));
    place.write("two/journal.jsonl", journal(share(2), &[(ThingKind::Code, None, "FBX-E-004")]));
    place.run(&["coverage", "one", "two/journal.jsonl", "--fail-under", "codes=66"]).expect(0).says("     66 %");
    let alone = ["coverage", "one", "one/journal.jsonl", "--fail-under", "codes=66"];
    place.run(&alone).expect(5).says("share 2 of 2 by hash is missing").complains("share 2 of 2 by hash is missing");
}

#[test]
fn a_journal_cut_short_says_so_and_decides_nothing() {
    let place = Place::new();
    let whole = journal(None, USER);
    let cut = &whole[..whole.trim_end().len() - 10];
    place.write("cut/journal.jsonl", cut);
    place.run(&["coverage", "cut"]).expect(0).says("the journal of run R-0 has no end");
    place.run(&["coverage", "cut", "--fail-under", "codes=33"]).expect(0);
    place.run(&["coverage", "cut", "--fail-under", "codes=34"]).expect(5).complains("has no end");
}

#[test]
fn a_run_without_a_contract_has_nothing_to_cover() {
    let place = Place::new();
    let end = line(EventKind::RunFinished(RunFinished { took_us: 1 }));
    place.write("bare/journal.jsonl", line(started(None)) + &end);
    place.run(&["coverage", "bare"]).expect(0).says("names a contract, so there is nothing to cover");
    place.run(&["coverage", "bare", "--fail-under", "1"]).expect(5).complains("nothing was held against a contract");
}

#[test]
fn programs_get_json_with_the_documented_members() {
    let place = ran();
    let ended = place.run(&["coverage", "--format", "json", "--kind", "codes", "--fail-under", "codes=100"]).expect(1);
    let value: serde_json::Value = serde_json::from_str(&ended.out).expect("JSON");
    assert_eq!(value["format"], 1);
    let contract = &value["contracts"][0];
    assert_eq!(contract["kinds"]["codes"]["percent"], 33);
    assert_eq!(contract["things"][0]["seen"]["step"], "Create user");
    assert_eq!(contract["things"][1]["reached_by"], "persona `lender-failure`");
    assert_eq!(value["unmet"][0]["missing"][1], "FBX-E-004");
    let page =
        std::fs::read_to_string(crate::cli::place::repository().join("docs/coverage.md")).expect("the page is there");
    let members = |value: &serde_json::Value| value.as_object().expect("an object").keys().cloned().collect::<Vec<_>>();
    let all = [&value, &value["runs"][0], contract, &contract["things"][0], &contract["things"][0]["seen"]];
    for member in all.into_iter().chain([&value["unmet"][0], &contract["kinds"]["codes"]]).flat_map(members) {
        assert!(page.contains(&format!("`{member}`")), "docs/coverage.md does not describe `{member}`");
    }
}

#[test]
fn mistakes_are_told_with_what_was_meant() {
    let place = ran();
    place.run(&["coverage", "nowhere"]).expect(3).complains("there is no journal to read at nowhere");
    place.run(&["coverage", "--operation", "createuser"]).expect(4).complains("did you mean `createUser`?");
    place
        .run(&["coverage", "--fail-under", "cods=1"])
        .expect(2)
        .complains("`cods` is no kind; write operations, codes");
    place.run(&["coverage", "--fail-under", "codes=101"]).expect(2).complains("write a number from 0 to 100");
}
