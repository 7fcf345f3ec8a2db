//! The example partners: the right one is certified on every profile, each wrong one breaks its own rule and no other, and
//! there is a wrong one for every rule.

use super::bench::{Bench, PROFILES, broken, judge, told};
use proviso::conduct::REQUESTS;
use proviso::conduct::record::{ModuleState, RuleState, Verdict};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// What a folder of `tests/partners/wrong` says of its partner.
struct Expected {
    name: String,
    profile: String,
    modules: Vec<String>,
    rule: String,
}

fn expected() -> Vec<Expected> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/partners/wrong");
    let mut all: Vec<Expected> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| {
            let path = entry.unwrap().path();
            let value: Value = serde_json::from_slice(&std::fs::read(path.join("expect.json")).unwrap()).unwrap();
            assert_eq!(value["exit"], 1);
            let text = |name: &str| value[name].as_str().unwrap().to_owned();
            Expected {
                name: path.file_name().unwrap().to_str().unwrap().to_owned(),
                profile: text("profile"),
                modules: value["modules"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|id| id.as_str().unwrap().to_owned())
                    .collect(),
                rule: text("rule"),
            }
        })
        .collect();
    all.sort_by(|left, right| left.name.cmp(&right.name));
    all
}

async fn right(profile: &str) {
    let bench = Bench::new(judge(profile));
    bench.serve(&bench.partner(None), &[]).await;
    let record = bench.close().await;
    assert_eq!(record.verdict, Verdict::Certified, "{profile}: {:?}{}", record.reasons, told(&record));
    assert!(record.modules.iter().all(|module| module.state == ModuleState::Passed));
    assert!(record.misconfigured.is_empty(), "{:?}", record.misconfigured);
    // The journal alone says the same, to the byte.
    let again = bench.regraded(bench.judge().clone());
    assert_eq!(again.to_json().unwrap(), record.to_json().unwrap());
}

#[tokio::test(start_paused = true)]
async fn the_right_partner_is_certified_on_type_2_and_3() {
    right("type-2").await;
    right("type-3").await;
}

#[tokio::test(start_paused = true)]
async fn the_right_partner_is_certified_on_type_4() {
    right("type-4").await;
}

#[tokio::test(start_paused = true)]
async fn the_right_partner_is_certified_on_type_5() {
    right("type-5").await;
}

#[tokio::test(start_paused = true)]
async fn the_right_partner_is_certified_on_type_6() {
    right("type-6").await;
}

/// Each wrong partner, in the modules where its mistake shows; in all of them with `PROVISO_WHOLE`.
async fn wrong(profiles: &[&str]) {
    let whole = std::env::var_os("PROVISO_WHOLE").is_some();
    let mut failures = Vec::new();
    for expected in expected().iter().filter(|expected| profiles.contains(&expected.profile.as_str())) {
        let bench = Bench::new(judge(&expected.profile));
        let modules: Vec<&str> = if whole { Vec::new() } else { expected.modules.iter().map(String::as_str).collect() };
        bench.serve(&bench.partner(Some(&expected.name)), &modules).await;
        let record = bench.close().await;
        let found = broken(&record);
        if record.verdict != Verdict::NotCertified || found != [expected.rule.as_str()] {
            failures.push(format!(
                "{}: {} {found:?}, expected {}{}",
                expected.name,
                record.verdict.words(),
                expected.rule,
                told(&record)
            ));
            continue;
        }
        for module in &expected.modules {
            let state = record.module(module).unwrap().state;
            if state != ModuleState::Failed {
                failures.push(format!("{}: {module} is {}{}", expected.name, state.words(), told(&record)));
            }
        }
        // The judge without this rule no longer says so: the rule is what found it.
        let blind = bench.regraded(bench.judge().without(&expected.rule));
        if blind.verdict == Verdict::NotCertified {
            failures.push(format!("{}: also found without {}", expected.name, expected.rule));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test(start_paused = true)]
async fn each_wrong_partner_of_types_2_to_4_breaks_its_own_rule() {
    wrong(&["type-2", "type-3", "type-4"]).await;
}

#[tokio::test(start_paused = true)]
async fn each_wrong_partner_of_type_5_breaks_its_own_rule() {
    wrong(&["type-5"]).await;
}

#[tokio::test(start_paused = true)]
async fn each_wrong_partner_of_type_6_breaks_its_own_rule() {
    wrong(&["type-6"]).await;
}

#[test]
fn every_rule_has_a_partner_that_breaks_it_alone() {
    let all = expected();
    assert!(all.len() >= 24, "{}", all.len());
    let broken: BTreeSet<&str> = all.iter().map(|expected| expected.rule.as_str()).collect();
    let mut missing: BTreeMap<String, &str> = BTreeMap::new();
    for (name, _) in PROFILES {
        let judge = judge(name);
        let rules = judge.rules.all.iter().map(|rule| rule.id.clone()).chain([REQUESTS.to_owned()]);
        missing.extend(rules.filter(|rule| !broken.contains(rule.as_str())).map(|rule| (rule, name)));
    }
    assert!(missing.is_empty(), "a partner in tests/partners/wrong is missing for {missing:?}");
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_says_nothing_is_not_certified() {
    let bench = Bench::new(judge("type-4"));
    let record = bench.close().await;
    assert_eq!(record.verdict, Verdict::NotKnown);
    assert_eq!(record.reasons[0].code, "nothing-observed");
    assert!(record.modules.iter().all(|module| module.state == ModuleState::NotObserved && module.attempts.is_empty()));
}

#[tokio::test(start_paused = true)]
async fn a_partner_that_stops_half_way_has_kept_nothing_that_comes_later() {
    let bench = Bench::new(judge("type-6"));
    let partner = bench.partner(None);
    let request = |path: &str, body: Value| {
        let builder =
            http::Request::post(path).header("x-api-key", &partner.key).header("content-type", "application/json");
        builder.body(body.to_string().into()).unwrap()
    };
    let body = serde_json::json!({ "customerID": "C1", "mobile": "9000600001" });
    bench.send(request("/v2/user/create", body)).await.unwrap();
    let record = bench.close().await;
    assert_eq!(record.verdict, Verdict::NotKnown, "{}", told(&record));
    let attempt = &record.module("M01").unwrap().attempts[0];
    let kept: Vec<&str> =
        attempt.rules.iter().filter(|rule| rule.state == RuleState::Kept).map(|rule| rule.rule.as_str()).collect();
    assert_eq!(kept, ["C01"], "{}", told(&record));
    assert_eq!(record.module("M01").unwrap().state, ModuleState::NotObserved);
}

#[tokio::test(start_paused = true)]
async fn a_fault_of_the_referee_voids_and_never_fails() {
    let bench = Bench::spoilt(judge("type-2"), |path, answer| {
        if path != "/v2/user/session" {
            return answer;
        }
        let mut value: Value = serde_json::from_slice(answer.body()).unwrap();
        value["data"]["url"] = Value::from(5);
        answer.map(|_| value.to_string().into())
    });
    bench.serve(&bench.partner(None), &[]).await;
    let record = bench.close().await;
    assert_eq!(record.verdict, Verdict::NotKnown);
    assert!(broken(&record).is_empty(), "{}", told(&record));
    assert!(record.modules.iter().all(|module| module.state == ModuleState::Void), "{}", told(&record));
    assert!(record.modules[0].attempts[0].void[0].contains("/data/url"), "{}", told(&record));
}
