//! Bodies of requests, and responses.

use super::Loader;
use super::document::Found;
use crate::contract::schema::{Choices, Half, Schema, choices};
use crate::contract::{Discriminator, DocumentedResponse, Media, RequestBody, ResponseStatus, StatusRange};

/// A media type in lower case, without its parameters.
pub(super) fn media_type(written: &str) -> String {
    written.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// Whether a media type is JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    media_type == "application/json" || media_type.ends_with("+json")
}

impl Loader<'_> {
    /// What an operation takes as a body.
    pub(super) fn request(&mut self, operation: &Found) -> Option<RequestBody> {
        let found = self.follow(operation.child("requestBody")?)?;
        self.needed(&found.node, "content", "a request body")?;
        let required = self.flag(&found.node, "required").unwrap_or(false);
        Some(RequestBody { required, media: self.media(&found, Half::Request), span: found.node.span })
    }

    /// The responses of an operation.
    pub(super) fn responses(&mut self, operation: &Found) -> Vec<DocumentedResponse> {
        let Some(responses) = operation.child("responses") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&responses.node, "`responses`").to_vec() {
            let key = entry.key.value.as_str();
            if key.starts_with("x-") {
                continue;
            }
            let status = match (key, StatusRange::parse(key)) {
                ("default", _) => Some(ResponseStatus::Default),
                (_, range) => range.map(ResponseStatus::Range),
            };
            let Some(status) = status else {
                let label = "write 200, 2XX for a whole class, or default";
                self.refuse(entry.key.span, format!("`{key}` is not an HTTP status"), label, None);
                continue;
            };
            let Some(found) = self.follow(responses.entry(&entry)) else { continue };
            self.reader.map(&found.node, "a response");
            all.push(DocumentedResponse {
                status,
                headers: self.headers(&found),
                media: self.media(&found, Half::Response),
                documented: self.flag(&found.node, "x-documented").unwrap_or(true),
                ambiguities: self.ambiguities(&found.node),
                span: entry.key.span,
            });
        }
        all
    }

    fn media(&mut self, owner: &Found, half: Half) -> Vec<Media> {
        let Some(content) = owner.child("content") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&content.node, "`content`").to_vec() {
            let found = content.entry(&entry);
            self.reader.map(&found.node, "a media type");
            let name = media_type(&entry.key.value);
            if !name.contains('/') {
                let label = "write it as in application/json";
                self.refuse(entry.key.span, format!("`{}` is not a media type", entry.key.value), label, None);
            }
            let schema = found.child("schema").map(|schema| self.schema(&schema, half));
            let discriminator = schema.as_ref().and_then(|schema| self.chosen(schema, half));
            all.push(Media { media_type: name, schema, discriminator, span: entry.key.span });
        }
        all
    }

    /// The schemas that a member's value chooses among.
    fn chosen(&mut self, schema: &Schema, half: Half) -> Option<Discriminator> {
        let Choices { property, by_value, .. } = choices(&self.definitions, schema.id())?;
        let choices = by_value.into_iter().map(|(value, id)| (value, self.schema_of(id, half))).collect();
        Some(Discriminator { property, choices })
    }
}
