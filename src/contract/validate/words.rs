//! Words for what is held: places, statuses, values, kinds of values.

use crate::contract::{Operation, Parameter, ParameterIn, ResponseStatus, StatusRange, Variant};
use crate::text::{cut, either};
use serde_json::Value;

/// What came is cut after this many bytes: it is there to be recognised, not to be read.
const LONGEST: usize = 200;

/// A status as the document writes it.
pub(super) fn status_name(status: ResponseStatus) -> String {
    match status {
        ResponseStatus::Range(range) => range.to_string(),
        ResponseStatus::Default => "default".to_owned(),
    }
}

/// Where a parameter stands, as `query referenceID`.
pub(super) fn parameter_place(parameter: &Parameter) -> String {
    format!("{} {}", parameter_in(parameter.place), parameter.name)
}

/// `query`, `header`.
pub(super) const fn parameter_in(place: ParameterIn) -> &'static str {
    match place {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    }
}

/// A documented value as part of a name: bare, but `""` when it is empty.
pub(super) fn quoted_value(value: &str) -> &str {
    if value.is_empty() { "\"\"" } else { value }
}

/// A value as JSON text, cut when long.
pub(super) fn shown(value: &Value) -> String {
    cut(&value.to_string(), LONGEST)
}

/// A text as JSON text, cut when long.
pub(super) fn shown_text(text: &str) -> String {
    shown(&Value::String(cut(text, LONGEST)))
}

/// Statuses in words: `HTTP 200, 409 or 4XX`.
pub(super) fn statuses(ranges: &[StatusRange]) -> String {
    let ranges: Vec<String> = ranges.iter().map(ToString::to_string).collect();
    format!("HTTP {}", either(&ranges))
}

/// Names as code, in words: `` `a` or `b` ``.
pub(super) fn names<'a>(names: impl IntoIterator<Item = &'a str>) -> String {
    either(&names.into_iter().map(|name| format!("`{name}`")).collect::<Vec<_>>())
}

/// The members in which a code may stand, in words.
pub(super) fn code_members(operation: &Operation) -> String {
    names(operation.code_members.iter().map(String::as_str))
}

/// The path of the second value that chooses a variant.
pub(super) fn status_path(operation: &Operation) -> Option<&str> {
    operation.discriminator.iter().map(String::as_str).find(|path| path.starts_with('/'))
}

/// The section of a variant, else of its operation.
pub(super) fn section<'a>(variant: Option<&'a Variant>, operation: &'a Operation) -> Option<&'a str> {
    variant.and_then(|variant| variant.section.as_deref()).or(operation.section.as_deref())
}
