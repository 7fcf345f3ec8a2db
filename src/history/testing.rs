//! Past runs for tests, short to write.

use super::{CaseRecord, Latencies, Problem, RunRecord};
use crate::event::{Outcome, Timestamp, Verdict};
use std::time::Duration;

/// The first night.
fn start() -> Timestamp {
    Timestamp::new("2026-03-01T02:30:00Z".parse().unwrap())
}

/// A problem of that kind.
pub(super) fn problem(id: &str) -> Problem {
    Problem {
        id: id.to_owned(),
        title: format!("the {id} is wrong"),
        step: "Get BRE".to_owned(),
        operation: Some("getBre".to_owned()),
    }
}

/// The run of a night: a letter for each case. `f` fails as `F`, for another reason.
pub(super) fn night(number: u64, letters: &str) -> RunRecord {
    let case = |(index, letter): (usize, char)| {
        let sign = Outcome::of_letter(letter.to_ascii_uppercase())?;
        (sign != Outcome::Missing).then(|| CaseRecord {
            suite: "offers".to_owned(),
            case: format!("case {index}"),
            sign,
            unsteady: sign == Outcome::Flaky,
            took_us: 12_000,
            problem: (sign > Outcome::Passed).then(|| problem(if letter == 'f' { "code" } else { "status" })),
        })
    };
    let cases: Vec<CaseRecord> = letters.chars().enumerate().filter_map(case).collect();
    let mut latencies = Latencies::default();
    (1..=20).for_each(|request| latencies.add(request * 1_000 * (number + 1)));
    RunRecord {
        run: format!("night-{number}"),
        share: None,
        started: start().after(Duration::from_secs(86_400 * number)),
        took_us: Some(1_000_000),
        environment: "uat".to_owned(),
        target: "https://uat.example".to_owned(),
        seed: Some(number),
        verdict: if cases.iter().any(|case| case.sign == Outcome::Failed) { Verdict::Failed } else { Verdict::Passed },
        planned: letters.len(),
        cases,
        operations: vec![("getBre".to_owned(), latencies)],
        contracts: Vec::new(),
    }
}
