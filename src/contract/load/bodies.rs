//! Bodies of requests, and responses.

use super::document::{Found, child};
use super::{Loader, Version};
use crate::contract::schema::{Choices, Half, Schema, choices};
use crate::contract::{
    Discriminator, DocumentedResponse, FieldEncoding, Media, ParameterIn, ParameterStyle, RequestBody, ResponseStatus,
    StatusRange,
};

/// A media type in lower case, without its parameters.
pub(super) fn media_type(written: &str) -> String {
    written.split(';').next().unwrap_or_default().trim().to_lowercase()
}

/// The parameters of a media type, in lower case but for the values: `charset=utf-8`.
pub(in crate::contract) fn media_parameters(written: &str) -> Vec<(String, String)> {
    let parameters = written.split(';').skip(1).filter_map(|parameter| parameter.split_once('='));
    parameters.map(|(name, value)| (name.trim().to_lowercase(), value.trim().trim_matches('"').to_owned())).collect()
}

/// Whether a media type is JSON.
pub(super) fn is_json(media_type: &str) -> bool {
    matches!(media_type, "application/json" | "text/json") || media_type.ends_with("+json")
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

    pub(super) fn media(&mut self, owner: &Found, half: Half) -> Vec<Media> {
        let Some(content) = owner.child("content") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&content.node, "`content`").to_vec() {
            if entry.key.value.starts_with("x-") {
                continue;
            }
            let Some(found) = self.follow(content.entry(&entry)) else { continue };
            self.reader.map(&found.node, "a media type");
            let name = media_type(&entry.key.value);
            if !name.contains('/') {
                let next = "write it as in application/json".to_owned();
                self.warn(entry.key.span, format!("`{}` is not a media type", entry.key.value), "", next);
            }
            let schema = found.child("schema").map(|schema| self.schema(&schema, half));
            let discriminator = schema.as_ref().and_then(|schema| self.chosen(schema, half));
            let item_schema = found.child("itemSchema").filter(|_| self.version == Version::V32);
            let item_schema = item_schema.map(|schema| self.schema(&schema, half));
            let parameters = media_parameters(&entry.key.value);
            let encoding = self.encoding(&found, half);
            let span = entry.key.span;
            all.push(Media { media_type: name, parameters, schema, item_schema, discriminator, encoding, span });
        }
        all
    }

    /// How the fields of a form are written (`encoding`).
    fn encoding(&mut self, media: &Found, half: Half) -> Vec<FieldEncoding> {
        let Some(encoding) = media.child("encoding") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&encoding.node, "`encoding`").to_vec() {
            let node = &entry.value;
            self.reader.map(node, "an encoding");
            let types = child(node, "contentType").and_then(|node| self.reader.text(node, "`contentType`"));
            let types = types.map(|types| types.value).unwrap_or_default();
            let content_types =
                types.split(',').map(|one| one.trim().to_lowercase()).filter(|one| !one.is_empty()).collect();
            let styled = ["style", "explode", "allowReserved"].iter().any(|key| child(node, key).is_some());
            let style = self.style(node, ParameterIn::Query);
            let explode = self.flag(node, "explode").unwrap_or(style == ParameterStyle::Form);
            let mut headers = self.headers(&encoding.entry(&entry));
            // The type of a part is said above; half of an exchange changes nothing for headers of parts.
            headers.retain(|header| header.name != "content-type" && half == Half::Request);
            let field = entry.key.value.clone();
            let span = entry.key.span;
            all.push(FieldEncoding { field, content_types, style: styled.then_some(style), explode, headers, span });
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
