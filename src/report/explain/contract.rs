//! Broken promises of the contract, and what the contract does not say.

use super::{Draft, NOTHING, value};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Finding, Side, Violation};

/// A broken promise of the contract.
pub(super) fn violation(at: &impl Fn(Draft) -> Draft, violation: &Violation) -> Draft {
    let Violation { operation, side, variant, pointer, promised, found, section, .. } = violation;
    let title = format!("{} breaks the contract of {operation}", place(*side, pointer));
    let variant = variant.as_ref().map_or_else(String::new, |variant| format!(", in the variant `{variant}`"));
    let section = section.as_ref().map_or_else(String::new, |section| format!(": {section}"));
    let promised = format!("{}, by the contract for `{operation}`{variant}{section}", value(promised));
    at(Draft::new(Code::Violation, &title))
        .note(NoteKind::Promised, &promised)
        .note(NoteKind::Came, &found.as_deref().map_or_else(|| NOTHING.to_owned(), value))
        .maybe(NoteKind::Why, near(violation.near.as_deref(), violation.ambiguity.as_deref()))
        .maybe(NoteKind::Next, sent(*side))
}

/// Something that the contract does not say, where that is an error.
pub(super) fn finding(at: &impl Fn(Draft) -> Draft, finding: &Finding) -> Draft {
    let section = finding.section.as_ref().map_or_else(String::new, |section| format!(": {section}"));
    let promised = format!("only what the contract documents for `{}`{section}", finding.operation);
    at(Draft::new(Code::Finding, &finding.what))
        .note(NoteKind::Promised, &promised)
        .maybe(NoteKind::Came, finding.found.as_deref().map(value))
        .maybe(NoteKind::Why, near(finding.near.as_deref(), finding.ambiguity.as_deref()))
        .note(NoteKind::Next, &format!("where this is meant to be, let the policy say so: {}", finding.id))
}

/// Says what a finding is about, apart from any place in a suite.
#[must_use]
pub(in crate::report) fn explain_finding(told: &Finding) -> Diagnostic {
    finding(&|draft| draft, told).done()
}

/// Where in the exchange, in words.
fn place(side: Side, pointer: &str) -> String {
    let side = match side {
        Side::Request => "request",
        Side::Response => "response",
    };
    match pointer {
        "" => format!("the body of the {side}"),
        pointer if pointer.starts_with('/') => format!("`{pointer}` of the {side}"),
        pointer => format!("{pointer} of the {side}"),
    }
}

/// What is documented and comes nearest.
fn near(near: Option<&str>, ambiguity: Option<&str>) -> Option<String> {
    let ruled = ambiguity.map(|ambiguity| format!("ruled in {ambiguity}"));
    match (near.map(|near| format!("documented and nearest is `{near}`")), ruled) {
        (Some(near), Some(ruled)) => Some(format!("{near} ({ruled})")),
        (near, ruled) => near.or(ruled),
    }
}

/// A request that breaks the contract is the suite's own, so the suite can be changed.
fn sent(side: Side) -> Option<String> {
    let next = "a step that means to send this says `contract: violate`";
    (side == Side::Request).then(|| next.to_owned())
}
