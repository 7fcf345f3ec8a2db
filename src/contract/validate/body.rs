//! Bodies, read by the media type they come with: JSON as JSON, text as text, forms as forms. What cannot be judged is told.

use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::Part;
use super::index::MediaIndex;
use super::media::{self, Found};
use super::values::fit;
use super::words::shown_text;
use super::{fields, multipart, stream};
use crate::contract::{Media, Schema};
use crate::event::FindingKind;
use serde_json::Value;
use std::borrow::Cow;

/// How much of a body that cannot be read is shown, in bytes.
const EXCERPT: usize = 80;

/// Formats that may hold an object although they are not JSON: nobody can say that it is not the one that was promised.
const STRUCTURED: [&str; 15] = [
    "avro",
    "bson",
    "cbor",
    "csv",
    "excel",
    "msgpack",
    "plist",
    "proto",
    "smile",
    "spreadsheet",
    "tab-separated",
    "thrift",
    "toml",
    "xml",
    "yaml",
];

/// What a media type is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    Json,
    /// JSON on every line.
    Lines,
    /// Server-sent events.
    Events,
    Xml,
    /// `application/x-www-form-urlencoded`.
    Form,
    Multipart,
    Text,
    Bytes,
}

impl Reading {
    /// By the type without its parameters.
    pub(super) fn of(essence: &str) -> Self {
        // Nearly every body is.
        if essence.eq_ignore_ascii_case("application/json") {
            return Self::Json;
        }
        let essence = essence.to_ascii_lowercase();
        let (kind, subtype) = essence.split_once('/').unwrap_or((essence.as_str(), ""));
        let (name, suffix) = subtype.rsplit_once('+').unwrap_or((subtype, ""));
        match (kind, name, suffix) {
            (
                _,
                "x-ndjson" | "ndjson" | "jsonl" | "x-jsonl" | "jsonlines" | "x-jsonlines" | "json-lines" | "json-seq",
                _,
            )
            | (_, "x-json-stream" | "stream", _)
            | (_, _, "json-seq" | "ndjson" | "jsonl") => Self::Lines,
            (_, "json" | "x-json", _) | (_, _, "json") => Self::Json,
            ("text", "event-stream", _) => Self::Events,
            (_, "xml", _) | (_, _, "xml") => Self::Xml,
            (_, "x-www-form-urlencoded", _) => Self::Form,
            ("multipart", ..) => Self::Multipart,
            ("text", ..) | (_, _, "yaml") => Self::Text,
            (
                _,
                "javascript" | "x-javascript" | "ecmascript" | "yaml" | "x-yaml" | "toml" | "sql" | "graphql" | "jwt",
                _,
            ) => Self::Text,
            (_, "csv" | "jose" | "pem-certificate-chain" | "x-pem-file" | "x-sh" | "xhtml", _) => Self::Text,
            _ => Self::Bytes,
        }
    }
}

/// A body as it was sent or came.
#[derive(Debug, Clone, Copy)]
pub(super) struct Body<'b> {
    /// Its bytes, where they are at hand.
    pub(super) bytes: Option<&'b [u8]>,
    /// The same as JSON, or why it is none.
    pub(super) json: Result<&'b Value, &'b str>,
    /// The media type it comes with, parameters included.
    pub(super) media_type: Option<&'b str>,
}

impl<'b> Body<'b> {
    fn bytes(&self) -> Cow<'b, [u8]> {
        match (self.bytes, self.json) {
            (Some(bytes), _) => Cow::Borrowed(bytes),
            (None, Ok(value)) => Cow::Owned(value.to_string().into_bytes()),
            (None, Err(_)) => Cow::Borrowed(&[]),
        }
    }

    /// What it is read as. Without a type it is what it was documented as; where that is any type, what it looks like.
    fn reading(&self, found: &Found<'_>) -> Reading {
        match self.media_type {
            Some(came) => Reading::of(media::essence(came)),
            None if found.range && self.json.is_ok() => Reading::Json,
            None if found.range => Reading::Text,
            None => Reading::of(&found.media.media_type),
        }
    }
}

/// Validates a body as the documented media type that it has, and walks it.
pub(super) fn validate(
    context: &mut ValidationContext<'_>,
    found: &Found<'_>,
    index: Option<&MediaIndex>,
    body: &Body<'_>,
) {
    let reading = body.reading(found);
    let judge = Judge { found, index, body };
    match (reading, &found.media.schema) {
        (Reading::Json, schema) => match (body.json, schema) {
            (Ok(value), Some(schema)) => judge.json(context, schema, value),
            (Ok(_), None) => {}
            (Err(why), _) => judge.no_json(context, why),
        },
        (Reading::Lines | Reading::Events, _) => stream::validate(context, found.media, index, reading, &body.bytes()),
        (_, None) => {}
        (Reading::Xml, Some(schema)) => judge.xml(context, schema),
        (Reading::Form, Some(schema)) => judge.form(context, schema),
        (Reading::Multipart, Some(schema)) => judge.multipart(context, schema),
        (Reading::Text | Reading::Bytes, Some(schema)) => judge.text(context, schema),
    }
}

/// Validates the parts of a multipart form.
pub(super) fn parts(
    context: &mut ValidationContext<'_>,
    found: &Found<'_>,
    index: Option<&MediaIndex>,
    parts: &[Part<'_>],
) {
    let Some(schema) = &found.media.schema else { return };
    fields::types_of_parts(context, found.media, parts);
    let value = fields::of_parts(found.media, schema, parts);
    media::validated(context, schema, index, &fit(schema, value));
}

struct Judge<'j> {
    found: &'j Found<'j>,
    index: Option<&'j MediaIndex>,
    body: &'j Body<'j>,
}

impl Judge<'_> {
    fn whole(&self, context: &mut ValidationContext<'_>, schema: &Schema, value: &Value) {
        media::validated(context, schema, self.index, value);
    }

    fn json(&self, context: &mut ValidationContext<'_>, schema: &Schema, value: &Value) {
        // Text is promised for whatever comes, and JSON is text as well.
        if self.found.range && schema.kinds().texts() && !schema.is_valid(value) {
            let text = Value::String(text_of(&self.body.bytes()));
            if schema.is_valid(&text) {
                return unjudged(context, self.found.media, "JSON", "text");
            }
        }
        self.whole(context, schema, value);
    }

    fn no_json(&self, context: &mut ValidationContext<'_>, why: &str) {
        context.judged.checks += 1;
        let found = format!("not JSON: {why}; it begins with {}", head(&self.body.bytes()));
        context.violate(Violated::new("", "body", "a JSON body".into(), self.found.media.span).found(found));
    }

    fn text(&self, context: &mut ValidationContext<'_>, schema: &Schema) {
        let text = text_of(&self.body.bytes());
        let kinds = schema.kinds();
        let came = self.body.media_type.map_or("text", media::essence);
        if kinds.scalars() {
            return self.whole(context, schema, &fit(schema, Value::String(text)));
        }
        let structured = STRUCTURED.iter().any(|word| came.to_ascii_lowercase().contains(word));
        if self.found.range && !structured {
            // Whatever comes is promised to be that; a page for people is not.
            return self.whole(context, schema, &Value::String(text));
        }
        let promised = if kinds.objects() { "an object" } else { "a list" };
        unjudged(context, self.found.media, &format!("`{came}`"), promised);
    }

    fn xml(&self, context: &mut ValidationContext<'_>, schema: &Schema) {
        if !schema.speaks_of_xml() {
            return self.text(context, schema);
        }
        let bytes = self.body.bytes();
        match schema.from_xml(&text_of(&bytes)) {
            Ok(value) => self.whole(context, schema, &fit(schema, value)),
            Err(why) => {
                context.judged.checks += 1;
                let found = format!("{why}; it begins with {}", head(&bytes));
                let promised = "XML as the schema describes it".to_owned();
                context.violate(Violated::new("", "body", promised, self.found.media.span).found(found));
            }
        }
    }

    fn form(&self, context: &mut ValidationContext<'_>, schema: &Schema) {
        // What `form:` sent is at hand as its fields.
        let pairs = match (self.body.bytes, self.body.json) {
            (None, Ok(value)) => fields::pairs_of(value),
            _ => fields::pairs(&self.body.bytes()),
        };
        let Some(pairs) = pairs else {
            context.judged.checks += 1;
            let promised = format!("a form (`{}`)", self.found.media.media_type);
            let found = format!("a body that begins with {}", head(&self.body.bytes()));
            return context.violate(Violated::new("", "body", promised, self.found.media.span).found(found));
        };
        let value = fields::of_pairs(self.found.media, schema, &pairs);
        self.whole(context, schema, &fit(schema, value));
    }

    fn multipart(&self, context: &mut ValidationContext<'_>, schema: &Schema) {
        let bytes = self.body.bytes();
        let boundary = self.body.media_type.and_then(media::boundary);
        match boundary.and_then(|boundary| multipart::read(&bytes, &boundary)) {
            // Parts without names are no members of anything.
            Some(all) if all.iter().all(|part| part.field.is_empty()) => {
                unjudged(context, self.found.media, "a sequence of parts", "an object");
            }
            Some(all) => {
                let borrowed: Vec<Part<'_>> = all.iter().map(multipart::Owned::borrowed).collect();
                fields::types_of_parts(context, self.found.media, &borrowed);
                let value = fields::of_parts(self.found.media, schema, &borrowed);
                self.whole(context, schema, &fit(schema, value));
            }
            None => {
                context.judged.checks += 1;
                let promised = format!("a form (`{}`)", self.found.media.media_type);
                let found = format!("a body that begins with {}", head(&bytes));
                context.violate(Violated::new("", "body", promised, self.found.media.span).found(found));
            }
        }
    }
}

/// Tells that a body was not judged, and why.
pub(super) fn unjudged(context: &mut ValidationContext<'_>, media: &Media, came: &str, promised: &str) {
    let whose = context.whose();
    let what = format!("the body of the {whose} is {came}, where {promised} is documented: it could not be judged");
    context.find(Undocumented {
        detail: Some(&media.media_type),
        ..Undocumented::new(FindingKind::UnjudgedBody, "", what, media.span)
    });
}

/// The beginning of a body.
pub(super) fn head(bytes: &[u8]) -> String {
    let dots = if bytes.len() > EXCERPT { "…" } else { "" };
    format!("{}{dots}", shown_text(&String::from_utf8_lossy(&bytes[..bytes.len().min(EXCERPT)])))
}

/// Bytes as text. What is not UTF-8 becomes a character for each byte, so that its length stays what it is. Of a large file
/// only the beginning and the end are what they are, which a pattern may look at; every byte between counts for its length
/// and no more.
pub(super) fn text_of(bytes: &[u8]) -> String {
    const EXACT: usize = 4 * 1024;
    const ANY: &str = "\u{80}";
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.to_owned();
    }
    let each = |bytes: &[u8]| bytes.iter().map(|byte| char::from(*byte)).collect::<String>();
    match bytes.len().checked_sub(2 * EXACT) {
        Some(middle) if middle > 0 => {
            let (head, tail) = (&bytes[..EXACT], &bytes[EXACT + middle..]);
            [each(head), ANY.repeat(middle), each(tail)].concat()
        }
        _ => each(bytes),
    }
}

#[cfg(test)]
mod tests {
    use super::Reading;

    #[test]
    fn a_media_type_says_how_it_is_read() {
        for (essence, reading) in [
            ("application/json", Reading::Json),
            ("application/problem+json", Reading::Json),
            ("application/vnd.api+JSON", Reading::Json),
            ("text/json", Reading::Json),
            ("application/x-ndjson", Reading::Lines),
            ("application/stream+json", Reading::Lines),
            ("application/json-seq", Reading::Lines),
            ("application/geo+json-seq", Reading::Lines),
            ("text/event-stream", Reading::Events),
            ("application/xml", Reading::Xml),
            ("text/xml", Reading::Xml),
            ("application/atom+xml", Reading::Xml),
            ("application/x-www-form-urlencoded", Reading::Form),
            ("multipart/mixed", Reading::Multipart),
            ("text/csv", Reading::Text),
            ("text/html", Reading::Text),
            ("application/yaml", Reading::Text),
            ("application/pdf", Reading::Bytes),
            ("image/png", Reading::Bytes),
        ] {
            assert_eq!(Reading::of(essence), reading, "{essence}");
        }
    }
}
