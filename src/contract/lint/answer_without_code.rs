//! A good answer without a status code, where answers have one.

use super::answers::parts;
use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    if !look.codes.are_the_rule(&look.document) {
        return Vec::new();
    }
    let mut found: Vec<Found> = Vec::new();
    let mut seen: Vec<(usize, &str)> = Vec::new();
    for shape in look.shapes.iter().filter(|shape| shape.is_success()) {
        let operation = &look.document.operations[shape.operation];
        let pinned = |name: &&str| shape.pinned(&look.document, name);
        let carries = shape.names().iter().flat_map(pinned).any(|at| at.text().and_then(parts).is_some());
        if carries || seen.contains(&(shape.operation, &shape.at.pointer)) {
            continue;
        }
        seen.push((shape.operation, &shape.at.pointer));
        found.push(Found {
            title: format!("{} may answer well without a status code", operation.name),
            marks: vec![
                Mark::node(&shape.at, "no member here is promised to carry one"),
                Mark::key(operation.span, &operation.at, "an answer of this operation"),
            ],
            why: "a client that looks at the code first, as elsewhere, takes this answer for an error".to_owned(),
            next: "ask where the code stands in this answer".to_owned(),
        });
    }
    found
}
