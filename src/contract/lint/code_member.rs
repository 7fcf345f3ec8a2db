//! Status codes that stand in another member than those of most operations.

use super::{Found, Look, Mark};
use std::collections::BTreeMap;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for name in look.codes.members.values().flat_map(|members| members.keys().copied()) {
        *counts.entry(name).or_default() += 1;
    }
    let Some((usual, count)) = counts.iter().max_by_key(|(_, count)| **count) else { return Vec::new() };
    if *count < 3 {
        return Vec::new();
    }
    let like = look.codes.members.values().find(|members| members.len() == 1 && members.contains_key(usual));
    let mut found = Vec::new();
    for (index, members) in &look.codes.members {
        let operation = &look.document.operations[*index];
        let odd: Vec<_> = members.iter().filter(|(name, _)| **name != *usual).collect();
        let Some((name, at)) = odd.first() else { continue };
        let mut marks = vec![Mark::node(at, format!("in `{name}` here"))];
        marks
            .extend(like.and_then(|members| members.get(usual)).map(|at| Mark::node(at, format!("in `{usual}` here"))));
        found.push(Found {
            title: format!("{} carries its status code in `{name}`, others in `{usual}`", operation.name),
            marks,
            why: "a client that reads the code from the usual member finds none".to_owned(),
            next: format!("ask whether the code stands in `{name}`, in `{usual}`, or in both"),
        });
    }
    found
}
