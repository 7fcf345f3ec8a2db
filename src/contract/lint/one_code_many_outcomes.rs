//! One status code for several outcomes: answers with the same code that differ in `data.status`.

use super::answers::{Pinned, parts};
use super::document::At;
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

/// Most outcomes that are marked.
const MOST_MARKS: usize = 4;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let several = outcomes(look).into_iter().filter(|(_, outcomes)| outcomes.len() > 1);
    let found = several.map(|(code, outcomes)| {
        let values: Vec<&str> = outcomes.iter().map(|outcome| outcome.value).collect();
        let name = &outcomes[0].name;
        let mut marks = vec![Mark::node(&look.codes.places[code][0], "one code")];
        marks.extend(outcomes.iter().take(MOST_MARKS).map(|outcome| Mark::node(&outcome.at, "an outcome")));
        Found {
            title: format!("`{code}` stands for {} outcomes: {}", values.len(), values.join(", ")),
            marks,
            why: "a client that goes by the code takes one outcome for another".to_owned(),
            next: format!("ask whether `{name}` alone tells the outcome"),
        }
    });
    found.collect()
}

/// The outcomes each code comes with: values that one member is pinned to, in the answers that carry the code.
pub(super) fn outcomes<'d>(look: &Look<'d>) -> BTreeMap<&'d str, Vec<Pinned<'d>>> {
    let mut found: BTreeMap<&str, BTreeMap<String, Vec<Pinned<'d>>>> = BTreeMap::new();
    for shape in &look.shapes {
        let names = shape.names();
        let pinned: Vec<_> = names.iter().flat_map(|name| shape.pinned(&look.document, name)).collect();
        let constants = shape.constants(&look.document);
        for code in pinned.iter().filter_map(At::text).filter(|text| parts(text).is_some()) {
            for constant in &constants {
                if constant.value.is_empty() || parts(constant.value).is_some() {
                    continue;
                }
                let all = found.entry(code).or_default().entry(constant.name.clone()).or_default();
                if !all.iter().any(|known| known.value == constant.value) {
                    all.push(constant.clone());
                }
            }
        }
    }
    // The member with the most values is the one that tells outcomes apart.
    let telling =
        |all: BTreeMap<String, Vec<Pinned<'d>>>| all.into_values().max_by_key(|one| (one.len(), is_status(one)));
    found.into_iter().filter_map(|(code, all)| Some((code, telling(all)?))).collect()
}

/// Whether a member is called what outcomes usually are.
fn is_status(pinned: &[Pinned<'_>]) -> bool {
    let name = pinned.first().map(|one| one.name.rsplit('.').next().unwrap_or_default().to_lowercase());
    name.is_some_and(|name| ["status", "state", "outcome", "result"].contains(&name.as_str()))
}
