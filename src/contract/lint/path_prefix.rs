//! A path without the version all others begin with.

use super::{Found, Look, Mark};
use std::collections::{BTreeMap, BTreeSet};

/// Fewest paths from which a prefix can be told.
const FEWEST: usize = 4;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let first = |path: &str| path.trim_start_matches('/').split('/').next().unwrap_or_default().to_owned();
    let paths: BTreeSet<&str> = look.document.operations.iter().map(|operation| operation.path).collect();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for path in &paths {
        *counts.entry(first(path)).or_default() += 1;
    }
    let usual = counts.iter().filter(|(prefix, _)| is_version(prefix)).max_by_key(|(_, count)| **count);
    // Other versions are beside the point, and one path in five may be told apart on purpose.
    let Some((prefix, count)) = usual.filter(|(_, count)| paths.len() >= FEWEST && **count * 5 >= paths.len() * 4)
    else {
        return Vec::new();
    };
    let Some(like) = look.document.operations.iter().find(|operation| first(operation.path) == *prefix) else {
        return Vec::new();
    };
    let odd = look.document.operations.iter().filter(|operation| !is_version(&first(operation.path)));
    let found = odd.map(|operation| Found {
        title: format!("`{}` does not begin with /{prefix}, as {count} of {} paths do", operation.path, paths.len()),
        marks: vec![
            Mark::key(operation.path_span, &operation.at, "here"),
            Mark::key(like.path_span, &like.at, "as this one"),
        ],
        why: "one of the two paths is answered with 404, or by another version".to_owned(),
        next: format!("ask whether the path is /{prefix}{}", operation.path),
    });
    found.collect()
}

fn is_version(segment: &str) -> bool {
    segment.strip_prefix(['v', 'V']).is_some_and(|number| number.starts_with(|c: char| c.is_ascii_digit()))
}
