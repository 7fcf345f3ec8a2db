//! A gap in the numbers of status codes, such as `GNO-E-002` without a `GNO-E-001`.

use super::answers::parts;
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

/// Numbers from here on are chosen for what they mean, not counted.
const COUNTED: u32 = 100;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut stems: BTreeMap<&str, BTreeMap<u32, &str>> = BTreeMap::new();
    for code in look.codes.places.keys() {
        let Some((found, number)) = parts(code).and_then(|found| Some((found.clone(), found.number.parse().ok()?)))
        else {
            continue;
        };
        stems.entry(found.stem).or_default().insert(number, code);
    }
    let counted = |numbers: &&BTreeMap<u32, &str>| numbers.keys().all(|number| *number < COUNTED);
    // Where most families have gaps, numbers are not counted at all.
    let families: Vec<_> = stems.values().filter(counted).collect();
    let gaps: Vec<(u32, &str)> = families.iter().flat_map(|numbers| missing(numbers)).collect();
    if gaps.len() * 3 > families.len() {
        return Vec::new();
    }
    let found = gaps.into_iter().map(|(number, code)| {
        let digits = parts(code).map_or(3, |found| found.number.len());
        let lost = format!("{}{number:0digits$}", &code[..code.len() - digits]);
        Found {
            title: format!("`{code}` is documented, `{lost}` before it is not"),
            marks: vec![Mark::node(&look.codes.places[code][0], "the number before it is missing")],
            why: "an answer that nobody wrote down may come".to_owned(),
            next: format!("ask what `{lost}` means, or whether it is no longer sent"),
        }
    });
    found.collect()
}

/// Numbers left out, each with the code after the gap. Counting begins at 0 or 1.
fn missing<'c>(numbers: &BTreeMap<u32, &'c str>) -> Vec<(u32, &'c str)> {
    let mut expected = None;
    let mut gaps = Vec::new();
    for (number, code) in numbers {
        let next = expected.unwrap_or_else(|| u32::from(*number > 0));
        if *number > next {
            gaps.push((next, *code));
        }
        expected = Some(number + 1);
    }
    gaps
}
