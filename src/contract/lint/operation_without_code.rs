//! An operation without a status code of its own, where answers carry codes: all it can say is what any operation may.

use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let codes = &look.codes;
    if !codes.are_the_rule(&look.document) {
        return Vec::new();
    }
    let of = |index: usize| codes.of.get(&index).into_iter().flatten();
    let own =
        |index: usize| of(index).any(|code| codes.of.iter().all(|(other, all)| *other == index || !all.contains(code)));
    let operations = look.document.operations.iter().enumerate();
    let with = operations.clone().filter(|(index, _)| own(*index)).count();
    if with * 4 < look.document.operations.len() * 3 {
        return Vec::new();
    }
    let like = operations.clone().find(|(index, _)| own(*index)).map(|(_, operation)| operation);
    let found = operations.filter(|(index, _)| !own(*index)).map(|(_, operation)| {
        let mut marks = vec![Mark::key(operation.span, &operation.at, "no code of its own")];
        marks.extend(like.map(|like| Mark::key(like.span, &like.at, "has some, as most do")));
        Found {
            title: format!("{} has no status code of its own", operation.name),
            marks,
            why: "its answers cannot be told apart, and nothing says what a good one carries".to_owned(),
            next: "ask which codes it answers with".to_owned(),
        }
    });
    found.collect()
}
