//! Broken promises of the contract, and what the contract does not say.

use super::{Draft, NOTHING, head, value, visible_line};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Finding, Side, Violation};

/// A value in a title is cut after this many characters.
const SHOWN: usize = 60;

/// A broken promise of the contract.
pub(super) fn violation(at: &impl Fn(Draft) -> Draft, violation: &Violation) -> Draft {
    let Violation { operation, side, variant, promised, found, section, .. } = violation;
    let variant = variant.as_ref().map_or_else(String::new, |variant| format!(", in the variant `{variant}`"));
    let section = section.as_ref().map_or_else(String::new, |section| format!(": {section}"));
    // Where one value is promised, it is the nearest, too.
    let nearest = violation.near.as_deref().filter(|near| near != promised);
    let promised = format!("{}, by the contract for `{operation}`{variant}{section}", value(promised));
    at(Draft::new(Code::Violation, &broken(violation)))
        .note(NoteKind::Promised, &promised)
        .note(NoteKind::Came, &found.as_deref().map_or_else(|| NOTHING.to_owned(), value))
        .maybe(NoteKind::Why, near(nearest, violation.ambiguity.as_deref()))
        .note(NoteKind::Id, &violation.id())
        .maybe(NoteKind::Next, next(*side, &violation.rule))
}

/// What is wrong, in one line.
fn broken(violation: &Violation) -> String {
    let Violation { operation, side, pointer, rule, promised, found, .. } = violation;
    let place = place(*side, pointer, operation);
    let half = half(*side);
    let is = |found: &str| format!("{place} is {}, not {}", head(&visible_line(found), SHOWN), value(promised));
    match (rule.as_str(), found.as_deref()) {
        ("required" | "parameter" | "header", _) if missing(violation) => {
            format!("{} is missing in the {half} of {operation}", named(pointer))
        }
        ("body", None) => format!("the {half} of {operation} has no body"),
        ("body", Some(_)) => format!("the body of the {half} of {operation} cannot be read as promised"),
        ("code", _) => format!("the {half} of {operation} has no status code"),
        ("status", Some(found)) => format!("the {half} of {operation} came with {found}, not {promised}"),
        ("violate", _) => format!("the {half} of {operation} keeps the contract, and the step says that it breaks it"),
        ("path", _) => format!("the {half} of {operation} goes to another path"),
        ("type", Some(found)) => format!("{place} is {}, not {}", kind(found), value(promised)),
        ("enum" | "const" | "discriminator", Some(found)) if promised.starts_with("one of ") => {
            format!("{place} is {}, which is not a documented value", head(&visible_line(found), SHOWN))
        }
        ("enum" | "const" | "discriminator", Some(found)) => is(found),
        ("minLength", _) => format!("{place} is too short"),
        ("maxLength", _) => format!("{place} is too long"),
        ("minimum" | "exclusiveMinimum", Some(_)) => format!("{place} is too small"),
        ("maximum" | "exclusiveMaximum", Some(_)) => format!("{place} is too large"),
        ("minItems" | "minProperties", _) => format!("{place} holds too few"),
        ("maxItems" | "maxProperties", _) => format!("{place} holds too many"),
        ("pattern" | "format", Some(_)) => format!("{place} does not have the promised form"),
        ("additionalProperties" | "unevaluatedProperties" | "false", Some(_)) => format!("{place} may not be there"),
        _ => format!("{place} breaks the contract"),
    }
}

/// Whether a promised thing is not there, whatever may stand in its place.
fn missing(violation: &Violation) -> bool {
    violation.rule == "required" || violation.found.is_none()
}

/// What a value is, from its JSON text, which may be cut.
fn kind(found: &str) -> &'static str {
    match found.as_bytes().first() {
        Some(b'"') => "text",
        Some(b'{') => "an object",
        Some(b'[') => "a list",
        Some(b't' | b'f') => "true or false",
        Some(b'n') => "null",
        _ if found.contains(['.', 'e', 'E']) => "a number with a fraction",
        _ => "a number",
    }
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

const fn half(side: Side) -> &'static str {
    match side {
        Side::Request => "request",
        Side::Response => "response",
    }
}

/// Where in the exchange, in words.
fn place(side: Side, pointer: &str, operation: &str) -> String {
    match pointer {
        "" => format!("the body of the {} of {operation}", half(side)),
        pointer => format!("{} in the {} of {operation}", named(pointer), half(side)),
    }
}

/// A pointer into a body as code, any other place in words.
fn named(pointer: &str) -> String {
    match pointer.split_once(' ') {
        Some((what, name)) if !pointer.starts_with('/') => format!("{what} `{name}`"),
        _ => format!("`{pointer}`"),
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

/// What to do: a request is the suite's own, so the suite can be changed.
fn next(side: Side, rule: &str) -> Option<String> {
    let next = match (side, rule) {
        (Side::Request, "violate") => "remove `contract: violate`, or break what the step means to break",
        (Side::Request, _) => "a step that means to send this says `contract: violate`",
        (Side::Response, _) => return None,
    };
    Some(next.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_promise_is_said_in_one_line() {
        let said = |side, pointer: &str, rule: &str, promised: &str, found: Option<&str>| {
            broken(&Violation {
                operation: "getBre".into(),
                side,
                variant: None,
                pointer: pointer.into(),
                rule: rule.into(),
                promised: promised.into(),
                found: found.map(Into::into),
                near: None,
                section: None,
                ambiguity: None,
            })
        };
        let (sent, came) = (Side::Request, Side::Response);
        for (said, title) in [
            (
                said(came, "/data/referenceID", "required", "the member `referenceID`", None),
                "`/data/referenceID` is missing in the response of getBre",
            ),
            (
                said(sent, "query referenceID", "parameter", "the query parameter `referenceID`", None),
                "query `referenceID` is missing in the request of getBre",
            ),
            (
                said(came, "/data/amount", "type", "a number", Some("\"12\"")),
                "`/data/amount` in the response of getBre is text, not a number",
            ),
            (
                said(came, "/data/status", "enum", "one of A, B", Some("\"C\"")),
                "`/data/status` in the response of getBre is \"C\", which is not a documented value",
            ),
            (
                said(came, "/data/status", "const", "SUCCESS", Some("\"C\"")),
                "`/data/status` in the response of getBre is \"C\", not SUCCESS",
            ),
            (
                said(came, "status", "status", "HTTP 200 or 4XX", Some("HTTP 503")),
                "the response of getBre came with HTTP 503, not HTTP 200 or 4XX",
            ),
            (said(sent, "", "body", "a body", None), "the request of getBre has no body"),
            (
                said(came, "", "body", "a JSON body", Some("not JSON")),
                "the body of the response of getBre cannot be read as promised",
            ),
            (
                said(came, "", "code", "a status code", Some("an empty object")),
                "the response of getBre has no status code",
            ),
            (
                said(sent, "/mobile", "pattern", "text that matches", Some("\"1\"")),
                "`/mobile` in the request of getBre does not have the promised form",
            ),
            (
                said(came, "/x", "uniqueItems", "a list", Some("[]")),
                "`/x` in the response of getBre breaks the contract",
            ),
        ] {
            assert_eq!(said, title);
        }
    }
}
