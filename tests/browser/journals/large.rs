//! A run of many cases, nearly all of which pass: four steps each, one of them a poll.

use super::fixture::{Step, Story, accept_offer, bre, create_user, exchange, failed, get_bre, only, trigger_bre};
use proviso::event::{CaseOutcome, Event, Promise, StepOutcome};

/// A run of that many cases.
pub(crate) fn run(cases: usize) -> Vec<Event> {
    let names = |suite: usize| {
        let of_it = (0..cases).filter(|case| case % 20 == suite);
        let named = of_it.map(|case| {
            (format!("an applicant of row {case} gets an offer"), vec!["bre", ["type-1", "type-2"][case % 2]])
        });
        named.collect::<Vec<_>>()
    };
    let suites: Vec<(String, String)> =
        (0..20).map(|n| (format!("suites/offers-{n}.yaml"), format!("Offers, part {n}"))).collect();
    let suites: Vec<_> =
        suites.iter().enumerate().map(|(n, (file, name))| (file.as_str(), name.as_str(), names(n))).collect();
    let mut story = Story::new(&suites);
    for case in 0..cases {
        let offers = format!(r#","offers":[{{"offerID":"O-{case}","amount":{}.50,"tenure":12}}]"#, 50_000 + case);
        let us = 8_000 + (case as u64 * 7_919) % 60_000;
        let bad = case % 100 == 99;
        let outcome =
            if bad { failed(vec![Promise::Latency { limit_ms: 3_000, took_ms: 3_100 }]) } else { StepOutcome::Passed };
        let last = if bad { accept_offer() } else { accepted(us) };
        let steps = vec![create_user(us), trigger_bre(us / 2), get_bre(2, bre(us, "SUCCESS", &offers), outcome), last];
        story.case(case, steps, if bad { CaseOutcome::Failed } else { CaseOutcome::Passed });
    }
    story.over()
}

fn accepted(us: u64) -> Step {
    let request = r#"{"customerID":"CUST-7Q2K","offerID":"O-1"}"#;
    let response = r#"{"data":{"status":"ACCEPTED"},"statusCode":"ACO-S-000","error":""}"#;
    let attempts = only(exchange("POST", "/v1/offer/accept", request, 200, response, us));
    Step { outcome: StepOutcome::Passed, attempts, ..accept_offer() }
}
