//! A status code unlike all others: other parts, other signs between them, another length of its number.

use super::{Found, Look, Mark};
use std::collections::BTreeMap;

/// Fewest codes from which a usual shape can be told.
const FEWEST: usize = 8;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let places = &look.codes.places;
    let mut shapes: BTreeMap<String, Vec<&str>> = BTreeMap::new();
    for code in places.keys() {
        shapes.entry(shape(code)).or_default().push(code);
    }
    if places.len() < FEWEST {
        return Vec::new();
    }
    let Some(usual) = shapes.values().max_by_key(|codes| codes.len()).and_then(|codes| codes.first()) else {
        return Vec::new();
    };
    // A family of several codes has a shape of its own; a lone one is a slip.
    let odd = shapes.values().filter(|codes| codes.len() == 1).map(|codes| codes[0]);
    let found = odd.map(|code| Found {
        title: format!("`{code}` is built unlike every other status code"),
        marks: vec![Mark::node(&places[code][0], "this one"), Mark::node(&places[usual][0], "one of the usual shape")],
        why: "a client that takes codes apart, or searches logs for them, misses it".to_owned(),
        next: "ask whether the code is written so".to_owned(),
    });
    found.collect()
}

/// A code with its words and digits left out: what stands between them, and how many digits there are.
fn shape(code: &str) -> String {
    let mut shape = String::new();
    for c in code.chars() {
        match c {
            '0'..='9' => shape.push('0'),
            'A'..='Z' if shape.ends_with('A') => {}
            'A'..='Z' => shape.push('A'),
            other => shape.push(other),
        }
    }
    shape
}
