//! An operation without a documented error.

use super::document::{Member, Operation};
use super::{Found, Look, Mark};

/// Most operations that are told one by one; more are a habit of the document.
const MOST_TOLD: usize = 10;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let without: Vec<_> = look.document.operations.iter().filter_map(|one| Some((one, only_good(one)?))).collect();
    if without.len() <= MOST_TOLD {
        let told = without.into_iter().map(|(operation, responses)| {
            let mark = Mark::key(responses.key, &responses.at, "only good answers here");
            found(format!("{} has no documented error", operation.name), vec![mark], operation)
        });
        return told.collect();
    }
    let title = format!("{} of {} operations have no documented error", without.len(), look.document.operations.len());
    let others = without[1..].iter().take(2).map(|(operation, _)| Mark::key(operation.span, &operation.at, "and this"));
    vec![found(title, others.collect(), without[0].0)]
}

/// The answers of an operation, where none of them is an error.
fn only_good<'d>(operation: &Operation<'d>) -> Option<Member<'d>> {
    let responses = operation.at.entry("responses")?;
    let is_error = |status: &str| status.starts_with(['4', '5']) || status == "default";
    responses.at.members().iter().all(|response| !is_error(response.name)).then_some(responses)
}

fn found(title: String, others: Vec<Mark>, operation: &Operation<'_>) -> Found {
    let mut marks = vec![Mark::key(operation.span, &operation.at, "every operation can fail")];
    marks.extend(others);
    Found {
        title,
        marks,
        why: "a client cannot prepare for what is not written down".to_owned(),
        next: "ask what is answered to a bad request and in error, or say so with `default`".to_owned(),
    }
}
