//! Parameters and headers.

use super::Loader;
use super::document::{Found, child};
use crate::contract::schema::{Half, Schema};
use crate::contract::{Parameter, ParameterIn, ParameterStyle, ResponseHeader};
use crate::yaml::{Kind, Node};

/// Headers that OpenAPI leaves to media types and security (OpenAPI 3.1, 4.8.12.2).
const OTHERWISE_SAID: [&str; 3] = ["accept", "content-type", "authorization"];

impl Loader<'_> {
    /// The parameters of an operation: its own, and those of its path that it does not override.
    pub(super) fn parameters(&mut self, path: &[Found], operation: &Found) -> Vec<Parameter> {
        let mut all = self.parameters_of(operation);
        for parameter in path.iter().flat_map(|item| self.parameters_of(item)).collect::<Vec<_>>() {
            if !all.iter().any(|own| own.name == parameter.name && own.place == parameter.place) {
                all.push(parameter);
            }
        }
        all
    }

    fn parameters_of(&mut self, owner: &Found) -> Vec<Parameter> {
        let Some(list) = owner.child("parameters") else { return Vec::new() };
        let items = self.reader.list(&list.node, "`parameters`").to_vec();
        let mut all: Vec<Parameter> = Vec::with_capacity(items.len());
        for (index, item) in items.iter().enumerate() {
            let Some(found) = self.follow(list.item(index, item)) else { continue };
            let Some(parameter) = self.parameter(&found) else { continue };
            if all.iter().any(|other| other.name == parameter.name && other.place == parameter.place) {
                let title = format!("the parameter `{}` is given twice", parameter.name);
                self.refuse(item.span, title, "again here", Some("remove one of the two".into()));
            } else if !(parameter.place == ParameterIn::Header && OTHERWISE_SAID.contains(&parameter.name.as_str())) {
                all.push(parameter);
            }
        }
        all
    }

    fn parameter(&mut self, found: &Found) -> Option<Parameter> {
        let node = &found.node;
        let name = self.needed(node, "name", "a parameter")?;
        let name = self.reader.text(&name, "`name`")?.value;
        let place = self.needed(node, "in", "a parameter")?;
        let place = match self.reader.text(&place, "`in`")?.value.as_str() {
            "path" => ParameterIn::Path,
            "query" => ParameterIn::Query,
            "header" => ParameterIn::Header,
            "cookie" => ParameterIn::Cookie,
            other => {
                let title = format!("a parameter cannot stand in `{other}`");
                self.refuse(place.span, title, "write path, query, header or cookie", None);
                return None;
            }
        };
        let required = self.flag(node, "required");
        if place == ParameterIn::Path && required != Some(true) {
            let next = "write `required: true`: a path without it is another path".to_owned();
            self.warn(node.span, format!("the path parameter `{name}` must be required"), "", next);
        }
        let style = self.style(node, place);
        let explode = self.flag(node, "explode").unwrap_or(style == ParameterStyle::Form);
        let (schema, as_json) = self.content_or_schema(found, Half::Request, "a parameter");
        let allow_empty = self.flag(node, "allowEmptyValue").unwrap_or(false);
        let allow_reserved = self.flag(node, "allowReserved").unwrap_or(false);
        Some(Parameter {
            name: if place == ParameterIn::Header { name.to_lowercase() } else { name },
            place,
            required: required.unwrap_or(false) || place == ParameterIn::Path,
            allow_empty,
            allow_reserved,
            style,
            explode,
            schema,
            as_json,
            ambiguities: self.ambiguities(node),
            span: child(node, "name").map_or(node.span, |name| name.span),
        })
    }

    pub(super) fn style(&mut self, node: &Node, place: ParameterIn) -> ParameterStyle {
        use ParameterStyle::{DeepObject, Form, Label, Matrix, PipeDelimited, Simple, SpaceDelimited};
        let usual = match place {
            ParameterIn::Query | ParameterIn::Cookie => Form,
            ParameterIn::Path | ParameterIn::Header => Simple,
        };
        let Some(written) = child(node, "style") else { return usual };
        let allowed: &[(&str, ParameterStyle)] = match place {
            ParameterIn::Path => &[("matrix", Matrix), ("label", Label), ("simple", Simple)],
            ParameterIn::Query => &[
                ("form", Form),
                ("spaceDelimited", SpaceDelimited),
                ("pipeDelimited", PipeDelimited),
                ("deepObject", DeepObject),
            ],
            ParameterIn::Header => &[("simple", Simple)],
            ParameterIn::Cookie => &[("form", Form), ("cookie", Form)],
        };
        let text = self.reader.text(written, "`style`").map(|text| text.value).unwrap_or_default();
        match allowed.iter().find(|(name, _)| *name == text) {
            Some((_, style)) => *style,
            None => {
                let names: Vec<&str> = allowed.iter().map(|(name, _)| *name).collect();
                let label = format!("write {}", crate::text::either(&names));
                self.refuse(written.span, format!("`{text}` is no style of a parameter there"), label, None);
                usual
            }
        }
    }

    /// The schema of a parameter or header, and whether the value is JSON as text.
    fn content_or_schema(&mut self, found: &Found, half: Half, what: &str) -> (Option<Schema>, bool) {
        match (found.child("schema"), found.child("content")) {
            (Some(schema), None) => (Some(self.schema(&schema, half)), false),
            (None, Some(content)) => {
                let entries = self.reader.map(&content.node, "`content`").to_vec();
                let [only] = &entries[..] else {
                    self.refuse(content.node.span, format!("`content` of {what} has one media type"), "", None);
                    return (None, false);
                };
                let as_json = super::bodies::is_json(&super::bodies::media_type(&only.key.value));
                let media = self.follow(content.entry(only));
                let schema = media.and_then(|media| media.child("schema"));
                (schema.map(|schema| self.schema(&schema, half)), as_json)
            }
            (Some(_), Some(content)) => {
                self.refuse(content.node.span, format!("{what} has either `schema` or `content`"), "", None);
                (None, false)
            }
            (None, None) => (None, false),
        }
    }

    /// The headers that a response promises.
    pub(super) fn headers(&mut self, response: &Found) -> Vec<ResponseHeader> {
        let Some(headers) = response.child("headers") else { return Vec::new() };
        let mut all = Vec::new();
        for entry in self.reader.map(&headers.node, "`headers`").to_vec() {
            let name = entry.key.value.to_lowercase();
            let Some(found) = self.follow(headers.entry(&entry)) else { continue };
            self.reader.map(&found.node, "a header");
            let required = self.flag(&found.node, "required").unwrap_or(false);
            let (schema, as_json) = self.content_or_schema(&found, Half::Response, "a header");
            let explode = self.flag(&found.node, "explode").unwrap_or(false);
            if name != "content-type" {
                all.push(ResponseHeader { name, required, schema, explode, as_json, span: entry.key.span });
            }
        }
        all
    }

    /// What must stand under a key.
    pub(super) fn needed(&mut self, node: &Node, key: &str, what: &str) -> Option<Node> {
        let found = child(node, key).cloned();
        if found.is_none() {
            match &node.kind {
                Kind::Map(entries) => {
                    let span = entries.first().map_or(node.span, |entry| entry.key.span);
                    self.refuse(span, format!("{what} needs `{key}`"), "it is missing here", None);
                }
                _ => self.reader.wrong_type(node, what, "a mapping"),
            }
        }
        found
    }

    /// A flag, where it is written.
    pub(super) fn flag(&mut self, node: &Node, key: &str) -> Option<bool> {
        child(node, key).and_then(|node| self.reader.boolean(node, &format!("`{key}`")))
    }
}
