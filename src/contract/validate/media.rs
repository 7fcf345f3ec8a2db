//! Media types: what a body is said to be, and which of the documented ones that is.

use super::context::{ValidationContext, Violated};
use super::index::MediaIndex;
use super::words::{names, shown};
use crate::contract::{Media, Schema};
use crate::text::nearest;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use serde_json::Value;

/// The media type of a body, without its parameters.
pub(super) fn of(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    Some(essence(value)).filter(|essence| !essence.is_empty())
}

fn essence(media_type: &str) -> &str {
    media_type.split(';').next().unwrap_or_default().trim()
}

/// The documented body of a media type; an exact one before a range (OpenAPI 3.1, 4.8.14).
pub(super) fn find<'m>(media: &'m [Media], media_type: &str) -> Option<(usize, &'m Media)> {
    let exact = |documented: &Media| essence(&documented.media_type).eq_ignore_ascii_case(media_type);
    let class = |documented: &Media| {
        let class = essence(&documented.media_type).strip_suffix("/*");
        class.is_some_and(|class| media_type.split('/').next().is_some_and(|own| own.eq_ignore_ascii_case(class)))
    };
    let any = |documented: &Media| essence(&documented.media_type) == "*/*";
    let position = media.iter().position(exact).or_else(|| media.iter().position(class));
    let position = position.or_else(|| media.iter().position(any))?;
    Some((position, &media[position]))
}

/// The first documented body that is JSON.
pub(super) fn json(media: &[Media]) -> Option<(usize, &Media)> {
    media.iter().enumerate().find(|(_, media)| is_json(&media.media_type))
}

pub(super) fn is_json(media_type: &str) -> bool {
    let essence = essence(media_type).to_ascii_lowercase();
    essence == "application/json" || essence.ends_with("+json") || essence == "text/json"
}

/// The documented media types, in words.
pub(super) fn listed(media: &[Media]) -> String {
    names(media.iter().map(|media| media.media_type.as_str()))
}

/// The schema for a value: the one that its discriminator chooses, else the whole. With the place of the choice.
pub(super) fn chosen<'m>(media: &'m Media, value: &Value) -> Option<(Option<usize>, &'m Schema)> {
    let by_value = media.discriminator.as_ref().and_then(|discriminator| {
        let said = value.get(&discriminator.property)?.as_str()?;
        let choice = discriminator.choices.iter().position(|(name, _)| name == said)?;
        Some((Some(choice), &discriminator.choices[choice].1))
    });
    by_value.or_else(|| Some((None, media.schema.as_ref()?)))
}

/// Holds a body of a media type, and walks it.
pub(super) fn held(context: &mut ValidationContext<'_>, media: &Media, index: Option<&MediaIndex>, value: &Value) {
    let Some((choice, schema)) = chosen(media, value) else { return };
    let index = index.and_then(|index| match choice {
        Some(choice) => index.choices.get(choice),
        None => Some(&index.body),
    });
    context.schema(schema, value, "");
    if let (Some(discriminator), None) = (&media.discriminator, choice)
        && let Some(said) = value.get(&discriminator.property)
    {
        // One of the forms may fit all the same: a discriminator is a hint for JSON Schema, and a promise for people.
        let known: Vec<&str> = discriminator.choices.iter().map(|(name, _)| name.as_str()).collect();
        let pointer = format!("/{}", crate::text::pointer_escaped(&discriminator.property));
        let near = said.as_str().and_then(|said| nearest(said, known.iter().copied())).map(str::to_owned);
        let promised = format!("one of {}", known.join(", "));
        let broken = Violated::new(&pointer, "discriminator", promised, media.span).found(shown(said));
        context.violate(Violated { near, ..broken });
    }
    context.walk(schema, index, value);
}
