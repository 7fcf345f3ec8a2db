//! An example that its schema refuses.

use super::document::At;
use super::fields::{Example, Way};
use super::{Found, Look, Mark};
use crate::contract::load::{ReadFile, schemas_at};
use crate::contract::schema::Half;
use crate::diagnostic::Diagnostic;
use crate::source::{FileId, Sources, Span};

/// What is wrong with an example.
#[derive(Debug)]
pub(super) struct Refused<'d> {
    /// The value that is not as promised, within the example.
    at: At<'d>,
    /// What was promised, in words.
    promised: String,
    /// Where that is written.
    schema: Span,
}

/// Holds every example against its schema; only the first fault of each is told.
///
/// # Errors
/// Everything for which the document is no contract that can be used.
pub(super) fn refused<'d>(
    sources: &mut Sources,
    file: FileId,
    examples: &[Example<'d>],
    read: ReadFile<'_>,
) -> Result<Vec<Refused<'d>>, Vec<Diagnostic>> {
    let place = |example: &Example<'d>| {
        let answered = example.uses.iter().any(|(_, way)| *way == Way::Answer);
        let half = if answered { Half::Response } else { Half::Request };
        (example.schema.pointer.clone(), example.schema.node.clone(), half)
    };
    let schemas = schemas_at(sources, file, read, &examples.iter().map(place).collect::<Vec<_>>())?;
    let mut all = Vec::new();
    for (example, schema) in examples.iter().zip(schemas) {
        let Some(error) = schema.errors(&example.at.node.to_json()).into_iter().next() else { continue };
        let at = example.at.below(&error.pointer).unwrap_or_else(|| example.at.clone());
        all.push(Refused { at, promised: error.promised, schema: error.span });
    }
    Ok(all)
}

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let found = look.refused.iter().map(|refused| Found {
        title: "an example is not what its schema promises".to_owned(),
        marks: vec![
            Mark::node(&refused.at, format!("promised: {}", refused.promised)),
            Mark { span: refused.schema, pointer: refused.at.pointer.clone(), text: "by this".to_owned() },
        ],
        why: "whoever builds from the example builds something that is refused".to_owned(),
        next: "ask which of the two is right, and correct the other".to_owned(),
    });
    found.collect()
}
