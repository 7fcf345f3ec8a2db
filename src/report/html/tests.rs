//! The page as a whole: what is in it, and what is not.

use super::Html;
use crate::event::testing::{
    everything_run, interrupted_run, killed_run, mixed_run, passing_run, rounds_run, unreachable_run,
};
use crate::event::{Event, EventKind};
use crate::history::Past;
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
    assert_eq!(data(&page, "c3").unwrap()["times"][0]["steps"][0]["outcome"], "passed", "its first step was over");
}

#[test]
fn a_step_has_what_was_sent_what_came_and_what_was_expected() {
    let page = page(&mixed_run());
    let case = data(&page, "c2").unwrap();
    let text = |index: &Value| case["texts"][usize::try_from(index.as_u64().unwrap()).unwrap()].as_str().unwrap();
    let step = &case["times"][0]["steps"][1];
    assert_eq!(text(&step["sent"]["line"]), "GET http://127.0.0.1:4010/v1/bre?referenceID=R-1");
    assert_eq!(text(&step["received"]["line"]), "200 OK");
    assert_eq!(text(&step["expected"]), "code: GEO-S-000");
    let body: Vec<&str> = text(&step["received"]["body"]).lines().collect();
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
