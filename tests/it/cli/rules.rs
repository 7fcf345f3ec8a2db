//! Rules as a person meets them: in a run, in `check`, in reports.

use crate::cli::place::{Place, repository};
use crate::cli::server::{Answer, Request, Server};

/// The one case that calls every operation.
fn journey(place: &Place, more: &[&str]) -> crate::cli::place::Ended {
    let suite = repository().join("suites/journeys/answers.yaml");
    let suite = suite.to_str().expect("a path in UTF-8");
    let whole = ["run", suite, "--case", "a loan from the first call", "--snapshots", "off", "--processing", "5ms"];
    place.run(&[&whole, more].concat())
}

#[test]
fn well_shaped_lies_are_told_by_name_of_the_rule() {
    for (lie, rules) in [
        ("operation: getKycDetails\n    do: { set: { /data/personalKYC/0/dob: \"1901-01-01\" } }", &["R50"][..]),
        (
            "operation: getBre\n    do: { set: { /data/offers/0/createdAt: \"2031-01-02T00:00:00Z\", /data/offers/0/expiresAt: \"2031-01-01T00:00:00Z\" } }",
            &["R22", "R23"],
        ),
        ("operation: getDisbursal\n    do: { set: { /data/disbursedAmount: 5 } }", &["R31"]),
        ("operation: getBankingResult\n    do: { break: other-reference }", &["R02"]),
    ] {
        let place = Place::new();
        place.write("lie.yaml", format!("faults:\n  - name: lie\n    {lie}\n"));
        let ended = journey(&place, &["--fault", "lie.yaml"]).expect(1);
        for rule in rules {
            assert!(ended.out.contains(&format!("rule {rule} is broken")), "{rule}\n{}", ended.out);
            assert!(place.read("reports/latest/junit.xml").contains(&format!("rule:{rule}")), "{rule}");
        }
        assert!(ended.out.contains("error[rule-broken]"), "{}", ended.out);
    }
}

#[test]
fn a_run_that_keeps_every_rule_says_how_many() {
    let place = Place::new();
    journey(&place, &["--seed", "3"]).expect(0);
    let covered = place.run(&["coverage"]).expect(0);
    let line =
        covered.out.lines().find(|line| line.starts_with("rules: kept ")).unwrap_or_else(|| panic!("{}", covered.out));
    assert!(line.contains("never due"), "{line}");
}

/// An API of our own with rules in a file beside the suite.
const API: &str = "openapi: 3.1.0
info: { title: Shop, version: '1' }
paths:
  /orders:
    post:
      operationId: placeOrder
      requestBody: { content: { application/json: { schema: { type: object, properties: { customer: { type: string }, amount: { type: number } } } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { id: { type: string }, amount: { type: number } } } } } } }
  /pay:
    post:
      operationId: pay
      requestBody: { content: { application/json: { schema: { type: object, properties: { customer: { type: string } } } } } }
      responses: { '200': { description: ok, content: { application/json: { schema: { type: object, properties: { amount: { type: number }, receipt: { type: string } } } } } } }
";

const RULES: &str = "contract: ../api.yaml
subject: customer
rules:
  - id: S1
    says: What is paid is what was ordered.
    section: Payments
    on: { operation: pay }
    same: customer
    with: { order: { operation: placeOrder } }
    expect: { response: { $.amount: { equals: '{{ order.request.amount }}' } } }
  - id: S2
    says: A receipt is one customer's.
    on: { operation: pay }
    same: customer
    unique: response $.receipt
  - id: S3
    says: Nobody pays twice within a minute.
    binds: client
    on: { operation: pay }
    same: customer
    never-after: { operation: pay, within: 60s }
";

fn suite(who: &str) -> String {
    format!(
        "  - name: case {who}
    steps:
      - request: {{ operation: placeOrder, json: {{ customer: {who}, amount: 20 }} }}
      - request: {{ operation: pay, json: {{ customer: {who} }} }}
      - request: {{ operation: pay, json: {{ customer: {who} }} }}
"
    )
}

fn shop(amount: &'static str) -> (Place, Server) {
    let place = Place::new();
    place.write("suites/api.yaml", API);
    place.write("suites/rules/shop.yaml", RULES);
    place.write("suites/shop.yaml", format!("suite: Shop\ncontract: ./api.yaml\ncases:\n{}{}", suite("A"), suite("B")));
    let server = Server::start(move |request: &Request| {
        let body = request.rest.split_once("\r\n\r\n").map_or("", |(_, body)| body);
        let who = if body.contains("\"A\"") { "A" } else { "B" };
        Some(Answer::json(&match request.line.contains("/pay") {
            true => format!("{{\"amount\": {amount}, \"receipt\": \"r-{who}\"}}"),
            false => "{\"id\": \"o1\", \"amount\": 20}".to_owned(),
        }))
    });
    (place, server)
}

#[test]
fn rules_beside_suites_are_held_and_what_binds_clients_is_told_of_the_suite() {
    let (place, server) = shop("20");
    let ended = place.run(&["run", "suites", "--base-url", &server.url, "--jobs", "1"]).expect(0);
    assert!(ended.out.contains("rule:S3 · 2 times"), "{}", ended.out);
    place.run(&["run", "suites", "--base-url", &server.url, "--strict"]).expect(1).says("our own suite breaks rule S3");
    place.write("policy.yaml", "rules: [{ kind: broken-rule, grade: off }]\n");
    let off = place.run(&["run", "suites", "--base-url", &server.url, "--policy", "policy.yaml"]).expect(0);
    assert!(!off.out.contains("rule:S3"), "{}", off.out);
}

#[test]
fn an_overlay_holds_rules_for_a_contract_that_one_may_not_edit() {
    let (place, server) = shop("19");
    let rules = RULES.split_once("rules:").map(|(_, rules)| rules.replace('\n', "\n      ")).unwrap_or_default();
    let overlay = format!(
        "overlay: 1.0.0\ninfo: {{ title: Rules, version: '1' }}\nx-contract: ../api.yaml\nactions:\n  - target: $\n    update:\n      x-subject: customer\n      x-rules:{rules}\n"
    );
    place.write("suites/rules/shop.yaml", overlay);
    place.run(&["run", "suites", "--base-url", &server.url]).expect(1).says("rule S1 is broken");
}

#[test]
fn a_broken_rule_fails_its_step_names_both_exchanges_and_can_be_waived() {
    let (place, server) = shop("19");
    let ended = place.run(&["run", "suites", "--base-url", &server.url, "--jobs", "1"]).expect(1);
    for part in [
        "rule S1 is broken: response $.amount is 19, not 20",
        "What is paid is what was ordered. (rule S1, by the contract for `pay`: Payments)",
        "POST /orders -> 200",
        "POST /pay -> 200",
        "id: rule:S1",
        "customer A",
    ] {
        assert!(ended.out.contains(part), "{part}\n{}", ended.out);
    }
    place.write(
        "waivers.yaml",
        "waivers:\n  - { failure: \"rule:S1\", owner: shop, reason: known, expires: 2999-01-01 }\n",
    );
    place.run(&["run", "suites", "--base-url", &server.url, "--waivers", "waivers.yaml"]).expect(0).says("waived");
}

#[test]
fn bad_rules_are_told_by_check_with_their_place() {
    let (place, _) = shop("20");
    place.write("suites/rules/shop.yaml", RULES.replace("response $.receipt", "response $.reciept"));
    let ended = place.run(&["check", "suites"]).expect(3);
    let told = format!("{}{}", ended.out, ended.err);
    for part in [
        "`$.reciept` leads nowhere: no response of pay has it",
        "suites/rules/shop.yaml:15:",
        "did you mean `receipt`?",
    ] {
        assert!(told.contains(part), "{part}\n{told}");
    }
    place.write("suites/rules/shop.yaml", RULES.replace("../api.yaml", "../apl.yaml"));
    let told = place.run(&["check", "suites"]).expect(3);
    assert!(
        format!("{}{}", told.out, told.err).contains("no suite names the contract `../apl.yaml`"),
        "{}{}",
        told.out,
        told.err
    );
}

#[test]
fn a_value_that_two_shards_saw_given_to_two_customers_is_told_when_they_are_read_as_one() {
    let (place, _) = shop("20");
    let shared = Server::start(|request: &Request| {
        Some(Answer::json(match request.line.contains("/pay") {
            true => "{\"amount\": 20, \"receipt\": \"r-1\"}",
            false => "{\"id\": \"o1\", \"amount\": 20}",
        }))
    });
    let run = |part: &str, folder: &str| {
        place.run(&["run", "suites", "--base-url", &shared.url, "--partition", part, "--reports", folder]).expect(0);
    };
    run("count:1/2", "one");
    run("count:2/2", "two");
    let merged = place.run(&["report", "one/latest", "two/latest", "--out", "both"]).expect(1);
    assert!(merged.out.contains("rule S2 is broken"), "{}", merged.out);
    // One run sees it by itself.
    place.run(&["run", "suites", "--base-url", &shared.url]).expect(1).says("rule S2 is broken");
}
