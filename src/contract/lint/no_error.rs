//! An operation without a documented error.

use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut found = Vec::new();
    for operation in &look.document.operations {
        let Some(responses) = operation.at.entry("responses") else { continue };
        let statuses = responses.at.members();
        let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
        if statuses.iter().any(|response| is_error(response.name)) {
            continue;
        }
        found.push(Found {
            title: format!("{} has no documented error", operation.name),
            marks: vec![
                Mark::key(operation.span, &operation.at, "every operation can fail"),
                Mark::key(responses.key, &responses.at, "only good answers here"),
            ],
            why: "a client cannot prepare for what is not written down".to_owned(),
            next: "ask what it answers to a bad request and in trouble, or say so with `default`".to_owned(),
        });
    }
    found
}
