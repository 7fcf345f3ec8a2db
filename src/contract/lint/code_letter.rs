//! A code of success for an outcome that is none: `GEO-S-003` for FAILED, where S codes stand for success.

use super::answers::parts;
use super::words::words;
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

/// Words of outcomes that are no success.
const BAD: [&str; 9] =
    ["failed", "failure", "rejected", "declined", "error", "denied", "cancelled", "expired", "refused"];
/// Words of outcomes that are.
const GOOD: [&str; 7] = ["success", "successful", "succeeded", "approved", "completed", "complete", "accepted"];

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let outcomes = super::one_code_many_outcomes::outcomes(look);
    let letter =
        |code: &str| parts(code).map(|found| found.stem.rsplit(['-', '_']).next().unwrap_or_default().to_owned());
    let is = |words_of: &[&str], value: &str| words(value).iter().any(|word| words_of.contains(&word.as_str()));
    let mut good: BTreeMap<String, usize> = BTreeMap::new();
    for (code, all) in &outcomes {
        if all.iter().any(|outcome| is(&GOOD, outcome.value)) {
            *good.entry(letter(code).unwrap_or_default()).or_default() += 1;
        }
    }
    let Some((letter_of_success, _)) = good.iter().max_by_key(|(_, count)| **count).filter(|(_, count)| **count > 1)
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for (code, all) in outcomes.iter().filter(|(code, _)| letter(code).as_ref() == Some(letter_of_success)) {
        // A code for several outcomes says nothing by its letter; that is a contradiction of its own.
        let [outcome] = all.as_slice() else { continue };
        if is(&BAD, outcome.value) {
            found.push(Found {
                title: format!("`{code}` is a code of success and stands for {}", outcome.value),
                marks: vec![
                    Mark::node(&look.codes.places[code][0], format!("{letter_of_success}, as in codes of success")),
                    Mark::node(&outcome.at, "the outcome it comes with"),
                ],
                why: "a client that reads success from the code takes a refusal for one".to_owned(),
                next: "ask whether the code or the outcome says how it went".to_owned(),
            });
        }
    }
    found
}
