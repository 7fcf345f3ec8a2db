//! The documented shapes of responses (`x-variants`).

use super::Loader;
use super::codes::TEXTS;
use super::document::Found;
use crate::contract::Variant;
use crate::contract::schema::Half;
use crate::yaml::{Fields, Key, Object, Shape};

static VARIANT_KEYS: &[Key] = &[
    Key { name: "code", about: "status codes that choose it, or generic", shape: TEXTS, example: "GEO-S-000" },
    Key {
        name: "dataStatus",
        about: "the value at the discriminator's second path that chooses it",
        shape: Shape::Text,
        example: "SUCCESS",
    },
    Key {
        name: "in",
        about: "the member of the envelope in which the code has to stand",
        shape: Shape::Text,
        example: "status",
    },
    Key { name: "schema", about: "the whole response body", shape: Shape::Value, example: "{ $ref: '#/x' }" },
    Key { name: "status", about: "HTTP statuses that may carry it; the usual one first", shape: TEXTS, example: "200" },
    Key {
        name: "documented",
        about: "false for what is let pass although the documentation does not state it",
        shape: Shape::Boolean,
        example: "false",
    },
    Key { name: "ambiguity", about: "ambiguities it rests on", shape: TEXTS, example: "[A09]" },
    Key { name: "section", about: "the section of the documentation", shape: Shape::Text, example: "'4.2'" },
];

/// A documented shape of a response.
static VARIANT: Object =
    Object { name: "variant", what: "a variant", keys: &[VARIANT_KEYS], needs: &["schema", "status"], kinds: &[] };

impl Loader<'_> {
    /// The variants of an operation, or of the document for those that any operation has.
    pub(super) fn variants(&mut self, owner: &Found) -> Vec<Variant> {
        let Some(variants) = owner.child("x-variants") else { return Vec::new() };
        let entries = self.reader.map(&variants.node, "`x-variants`").to_vec();
        let mut all = Vec::with_capacity(entries.len());
        for entry in &entries {
            let found = variants.entry(entry);
            let reader = &mut self.reader;
            let fields = Fields::open(reader, &found.node, &VARIANT);
            let written = fields.get("code").map(|node| reader.texts(node, "`code`")).unwrap_or_default();
            let mut text = |key: &str| fields.get(key).and_then(|node| reader.text(node, key)).map(|text| text.value);
            let (data_status, member, section) = (text("dataStatus"), text("in"), text("section"));
            let documented = fields.get("documented").and_then(|node| reader.boolean(node, "`documented`"));
            let ambiguities = fields.get("ambiguity").map(|node| reader.texts(node, "`ambiguity`"));
            let statuses = fields.required(reader, "status").map(|node| reader.texts(node, "`status`"));
            let has_schema = fields.required(reader, "schema").is_some();
            let mut codes = Vec::new();
            for code in written {
                match code.value.as_str() {
                    "generic" => codes.extend(self.generic.iter().cloned()),
                    _ => codes.push(code.value),
                }
            }
            let statuses = self.statuses(statuses.unwrap_or_default());
            let Some(schema) = found.child("schema").filter(|_| has_schema) else { continue };
            all.push(Variant {
                name: entry.key.value.clone(),
                codes,
                data_status,
                member,
                schema: self.schema(&schema, Half::Response),
                statuses,
                section,
                documented: documented.unwrap_or(true),
                ambiguities: ambiguities.unwrap_or_default().into_iter().map(|text| text.value).collect(),
                span: entry.key.span,
            });
        }
        all
    }
}
