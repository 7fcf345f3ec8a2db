//! A body of another type than the documentation's common headers say (`x-documented` at the root).

use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let headers = look.document.root.get("x-documented").and_then(|said| said.get("headers"));
    let common = headers.map(|headers| headers.members()).unwrap_or_default();
    let Some(common) = common.into_iter().find(|header| header.name.eq_ignore_ascii_case("content-type")) else {
        return Vec::new();
    };
    let Some(usual) = common.at.text() else { return Vec::new() };
    let mut found = Vec::new();
    for operation in &look.document.operations {
        let content = operation.at.get("requestBody").and_then(|body| look.document.resolve(body).get("content"));
        let types = content.map(|content| content.members()).unwrap_or_default();
        if types.iter().any(|media| media.name.split(';').next() == Some(usual)) {
            continue;
        }
        found.extend(types.first().map(|media| Found {
            title: format!("{} takes {}, though all operations are said to take {usual}", operation.name, media.name),
            marks: vec![
                Mark { span: media.key, pointer: operation.at.pointer.clone(), text: "here".to_owned() },
                Mark::node(&common.at, "for all operations"),
            ],
            why: "a client that sets the common headers once sends a form under the wrong name".to_owned(),
            next: "ask whether the common header is for bodies in JSON only".to_owned(),
        }));
    }
    found
}
