//! Media types: what a body is said to be, and which of the documented ones that is.

use super::context::ValidationContext;
use super::index::MediaIndex;
use crate::contract::{Media, Schema};
use crate::text::either;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

/// The media type of a body as it is said, parameters included.
pub(super) fn of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(value.trim()).filter(|value| !essence(value).is_empty())
}

/// A media type without its parameters.
pub(super) fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The boundary between parts.
pub(super) fn boundary(media_type: &str) -> Option<String> {
    parameter(media_type, "boundary").filter(|boundary| !boundary.is_empty())
}

fn parameter(media_type: &str, name: &str) -> Option<String> {
    let parameters = crate::contract::media_parameters(media_type);
    parameters.into_iter().find(|(own, _)| own == name).map(|(_, value)| value)
}

/// A documented body that a media type is one of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found<'m> {
    pub(super) number: usize,
    pub(super) media: &'m Media,
    /// Whether it is documented as one of many types, `text/*`.
    pub(super) range: bool,
}

/// Whether a media type is one that is documented, which may be a range.
pub(super) fn fits(documented: &str, came: &str) -> bool {
    let (own, came) = (essence(documented), essence(came));
    let class = |media_type: &str| media_type.split('/').next().unwrap_or_default().to_ascii_lowercase();
    match own.split_once('/') {
        Some(("*", "*")) => true,
        Some((_, "*")) => class(own) == class(came),
        // No range by the standard, and written all the same: `application/*+json`.
        Some((_, suffix)) if suffix.starts_with("*+") => {
            class(own) == class(came) && came.to_ascii_lowercase().ends_with(&suffix[1..].to_ascii_lowercase())
        }
        _ => own.eq_ignore_ascii_case(came),
    }
}

/// Whether a type has the parameters that a documented one is written with. A character set need not be said again.
fn has_parameters(documented: &Media, came: &str) -> bool {
    documented.parameters.iter().all(|(name, value)| match parameter(came, name) {
        Some(own) => own.eq_ignore_ascii_case(value),
        None => name == "charset",
    })
}

/// The documented body of a media type: one with its parameters before one without, an exact one before a range
/// (OpenAPI 3.1, 4.8.14).
pub(super) fn find<'m>(media: &'m [Media], came: &str) -> Option<Found<'m>> {
    let rank = |documented: &Media| {
        let exact = documented.media_type.eq_ignore_ascii_case(essence(came));
        match documented.media_type.as_str() {
            _ if exact => 0,
            "*/*" => 2,
            _ => 1,
        }
    };
    let fitting = media.iter().enumerate().filter(|(_, own)| fits(&own.media_type, came) && has_parameters(own, came));
    let best = fitting.min_by_key(|(_, own)| (rank(own), std::cmp::Reverse(own.parameters.len())));
    best.map(|(number, media)| Found { number, media, range: is_range(media) })
}

fn is_range(media: &Media) -> bool {
    media.media_type.ends_with("/*")
}

/// The documented body for one that comes without a type: the only one, else the first that is JSON.
pub(super) fn without_type(media: &[Media]) -> Option<Found<'_>> {
    match media {
        [only] => Some(Found { number: 0, media: only, range: is_range(only) }),
        several => json(several),
    }
}

/// The first documented body that is JSON.
pub(super) fn json(media: &[Media]) -> Option<Found<'_>> {
    let all = media.iter().enumerate();
    let first = all.into_iter().find(|(_, media)| is_json(&media.media_type));
    first.map(|(number, media)| Found { number, media, range: false })
}

pub(super) fn is_json(media_type: &str) -> bool {
    super::body::Reading::of(essence(media_type)) == super::body::Reading::Json
}

/// The documented media types, in words.
pub(super) fn listed(media: &[Media]) -> String {
    let one = |media: &Media| {
        let parameters = media.parameters.iter().map(|(name, value)| format!("; {name}={value}"));
        format!("`{}{}`", media.media_type, parameters.collect::<String>())
    };
    either(&media.iter().map(one).collect::<Vec<_>>())
}

/// Validates a body against its whole schema, and walks it. A discriminator names the form for those who read of it; what is
/// promised is the schema (OpenAPI 3.1.1, 4.8.25).
pub(super) fn validated(
    context: &mut ValidationContext<'_>,
    schema: &Schema,
    index: Option<&MediaIndex>,
    value: &Value,
) {
    context.schema(schema, value, "");
    context.walk(schema, index.map(|index| &index.body), value);
}
