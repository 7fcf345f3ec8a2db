//! One member with two lists of values that overlap: one of them was written first and the other forgotten.

use super::fields::Field;
use super::words::GENERIC;
use super::{Found, Look, Mark};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut names: BTreeMap<&str, Vec<&Field<'_>>> = BTreeMap::new();
    for field in look.fields.fields.iter().filter(|field| field.values().len() > 1 && !GENERIC.contains(&field.name)) {
        names.entry(field.name).or_default().push(field);
    }
    let mut found = Vec::new();
    for (name, fields) in names {
        let pairs = fields
            .iter()
            .enumerate()
            .flat_map(|(index, one)| fields[index + 1..].iter().map(move |other| (*one, *other)));
        let related = |(one, other): &(&Field<'_>, &Field<'_>)| one.meets(other) && look.fields.related(one, other);
        found.extend(pairs.filter(related).find_map(|(one, other)| judge(name, one, other)));
    }
    found
}

fn judge(name: &str, one: &Field<'_>, other: &Field<'_>) -> Option<Found> {
    let texts = |field: &Field<'_>| -> BTreeSet<String> {
        field.values().iter().map(|value| value.node.to_json().to_string()).collect()
    };
    let (first, second) = (texts(one), texts(other));
    let missing = |from: &BTreeSet<String>, of: &BTreeSet<String>| {
        let lacking: Vec<&str> = of.difference(from).map(String::as_str).take(4).collect();
        if lacking.is_empty() { String::new() } else { format!("without {}", lacking.join(", ")) }
    };
    // A part of the values may be all that makes sense in one place; values that each lacks of the other were forgotten.
    let forgotten = !first.is_subset(&second) && !second.is_subset(&first) && !first.is_disjoint(&second);
    forgotten.then(|| Found {
        title: format!("`{name}` has two lists of values"),
        marks: vec![
            Mark::key(one.span, &one.at, missing(&first, &second)),
            Mark::key(other.span, &other.at, missing(&second, &first)),
        ],
        why: "a value that one operation promises or takes is unknown to the other".to_owned(),
        next: "ask for the one list, and refer to it from both places".to_owned(),
    })
}
