//! The page as a whole: what is in it, and what is not.

use super::Html;
use crate::event::testing::{Story, exchange};
use crate::event::testing::{
    everything_run, interrupted_run, killed_run, mixed_run, passing_run, rounds_run, unreachable_run,
};
use crate::event::{CaseOutcome, Event, EventKind, StepOutcome};
use crate::history::Past;
use crate::report::explain::lay_out;
use crate::report::history_record;
use crate::report::testing::folded;
use crate::report::testing::told;
use serde_json::Value;
use std::sync::Arc;

/// The page of a run.
fn page(events: &[Event]) -> String {
    let mut page = Vec::new();
    told(&mut Html::new(&mut page), events);
    String::from_utf8(page).unwrap()
}

/// The data of one element of a page.
fn data(page: &str, id: &str) -> Option<Value> {
    let (_, rest) = page.split_once(&format!("<script type=\"application/json\" id=\"{id}\">"))?;
    Some(serde_json::from_str(rest.split_once("</script>")?.0).unwrap())
}

/// A case of a page, put together as the page does it: its steps, each time it was run.
fn case(page: &str, number: usize) -> Value {
    let packed = data(page, &format!("c{number}")).unwrap();
    let run = data(page, "run").unwrap();
    let mut seen: Vec<String> = Vec::new();
    let mut unpack = |parts: &Value| -> Value {
        let parts = parts.as_array().unwrap();
        let template = run["templates"][usize::try_from(parts[0].as_u64().unwrap()).unwrap()].as_str().unwrap();
        let mut pieces = template.split('\u{1}');
        let mut text = pieces.next().unwrap().to_owned();
        for (part, piece) in parts[1..].iter().zip(pieces) {
            match (part.as_i64(), part.as_str()) {
                (Some(number), _) if number < 0 => text.push_str(&seen[usize::try_from(-number - 1).unwrap()]),
                (Some(number), _) => text.push_str(&number.to_string()),
                (None, one) => {
                    let one = one.unwrap();
                    seen.extend((one.len() >= 4).then(|| one.to_owned()));
                    text.push_str(one);
                }
            }
            text.push_str(piece);
        }
        serde_json::from_str(&text).unwrap()
    };
    let mut case = unpack(&packed[0]);
    let times = packed[1].as_array().unwrap().iter().map(|time| {
        let mut own = unpack(&time[0]);
        own["steps"] = time[1].as_array().unwrap().iter().map(&mut unpack).collect();
        own
    });
    case["times"] = times.collect();
    case
}

/// The cases of the list: a name and an outcome each.
fn cases(page: &str) -> Vec<(String, String)> {
    let run = data(page, "run").unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    run["cases"].as_array().unwrap().iter().map(|case| (text(&case["n"]), text(&case["o"]))).collect()
}

#[test]
fn every_case_of_the_plan_is_in_the_list_whatever_became_of_it() {
    for events in
        [passing_run(), mixed_run(), killed_run(), interrupted_run(), unreachable_run(), rounds_run(), everything_run()]
    {
        let EventKind::RunStarted(run) = &events[0].kind else { panic!("a run begins with its start") };
        let told = cases(&page(&events));
        assert_eq!(told.len(), run.cases.len() * run.rounds as usize);
        let wanted = (0..told.len()).map(|case| &run.cases[case % run.cases.len()].name);
        assert!(told.iter().zip(wanted).all(|((name, _), wanted)| name.starts_with(wanted)), "{told:?}");
    }
}

#[test]
fn a_killed_run_has_no_result_for_what_it_did_not_come_to() {
    let page = page(&killed_run());
    let outcomes: Vec<String> = cases(&page).into_iter().map(|(_, outcome)| outcome).collect();
    assert_eq!(outcomes, ["passed", "passed", "missing", "missing", "missing"]);
    let run = data(&page, "run").unwrap();
    assert_eq!(run["verdict"]["word"], "Error");
    assert_eq!(case(&page, 3)["times"][0]["steps"][0]["outcome"], "passed", "its first step was over");
}

#[test]
fn a_step_has_what_was_sent_what_came_and_what_was_expected() {
    let page = page(&mixed_run());
    let case = case(&page, 2);
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let step = &case["times"][0]["steps"][1];
    assert_eq!(step["sent"]["line"], "GET http://127.0.0.1:4010/v1/bre?referenceID=R-1");
    assert_eq!(step["received"]["line"], "200 OK");
    assert_eq!(step["expected"], "code: GEO-S-000");
    let body: Vec<String> = lay_out(&text(&step["received"]["body"])).into_iter().map(|line| line.text).collect();
    let marked: Vec<&str> = step["received"]["marks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mark| body[usize::try_from(mark.as_u64().unwrap()).unwrap()].trim())
        .collect();
    assert_eq!(marked, ["\"status\": \"REJECTED\",", "\"statusCode\": \"GEO-E-003\","]);
    assert_eq!(step["told"][0]["title"], "the status code is GEO-E-003, not GEO-S-000");
    assert!(text(&step["curl"]).contains("\"$X_API_KEY\""));
    assert_eq!(case["times"][0]["steps"][3]["reason"], "an earlier step did not pass");
}

#[test]
fn a_run_of_which_nothing_is_known_is_no_pass() {
    let page = page(&[]);
    assert_eq!(data(&page, "run").unwrap()["verdict"]["word"], "Error");
    assert!(page.ends_with("</html>\n"));
}

#[test]
fn nothing_of_a_run_is_markup() {
    let mut events = mixed_run();
    for event in &mut events {
        if let EventKind::StepFinished(step) = &mut event.kind {
            step.name = "</script><img src=x onerror=alert(1)>\u{2028}".into();
        }
    }
    let page = page(&events);
    assert!(!page.contains("<img") && !page.contains('\u{2028}'));
    assert!(page.contains("\\u003c/script\\u003e\\u003cimg"));
}

#[test]
fn past_runs_are_data_like_any_other_and_this_run_is_the_last_of_them() {
    let mut before = mixed_run();
    if let EventKind::RunStarted(run) = &mut before[0].kind {
        run.run = "</script>\u{202e}".into();
    }
    let past = Past::default().with(&history_record(&folded(&before)).unwrap());
    let mut page = Vec::new();
    told(&mut Html::new(&mut page).with_past(Some(Arc::new(past))), &passing_run());
    let page = String::from_utf8(page).unwrap();
    let run = data(&page, "run").unwrap();
    assert_eq!(run["history"]["runs"][0]["runs"][0], "</script>\u{fffd}");
    assert_eq!(run["history"]["runs"][1]["verdict"], "passed");
    assert!(page.contains("\\u003c/script\\u003e"));
    let kinds: Vec<&str> = run["changes"].as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["mended"]);
}

#[test]
fn a_thousand_green_journeys_make_a_small_page() {
    let names: Vec<String> = (0..1000).map(|number| format!("journey {number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut story = Story::new(&[("suites/journey.yaml", "Journey", &names)], 1);
    for case in 0..1000 {
        story.begin(case);
        for step in 0..16 {
            let id = format!("{:08x}-{case:04x}", case * 7919 + step);
            let body = format!(
                r#"{{"data":{{"customerID":"CUST-{id}","status":"SUCCESS","offers":[{{"offerID":"O-{id}","amount":{}}}],"note":"{}"}},"statusCode":"GEO-S-000"}}"#,
                case * 100,
                "words ".repeat(60)
            );
            story.step(case, step, Some(exchange("POST", 200, &body)), StepOutcome::Passed);
        }
        story.end(case, CaseOutcome::Passed);
    }
    let page = page(&story.over());
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    assert_eq!(case(&page, 999)["times"][0]["steps"].as_array().map(Vec::len), Some(16));
}
