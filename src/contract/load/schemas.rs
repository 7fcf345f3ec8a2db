//! Reading schemas: those of OpenAPI 3.1 as they are, those of 3.0 as 3.1 would write them.

use super::document::{Found, child};
use super::keywords::{KEYWORDS, Under};
use super::resources::Dialect;
use super::{Loader, Version};
use crate::contract::schema::{Choices, Definition, Half, Id, Keyword, Schema, What, Xml, pattern_fault};
use crate::source::Span;
use crate::yaml::{Entry, Kind, Node};
use serde_json::{Value, json};
use std::sync::OnceLock;

const TYPES: [&str; 7] = ["string", "number", "integer", "boolean", "object", "array", "null"];

/// Where a schema is read: what its references start from, and which words it has.
#[derive(Debug, Clone, Copy)]
pub(super) struct Site {
    document: usize,
    resource: usize,
    dialect: Dialect,
}

impl Loader<'_> {
    /// A schema for one half of an exchange; everything it refers to is read.
    pub(super) fn schema(&mut self, found: &Found, half: Half) -> Schema {
        let id = self.schema_at(found.clone());
        self.read_open_schemas();
        self.schema_of(id, half)
    }

    /// A schema that has been read, for one half of an exchange.
    pub(super) fn schema_of(&mut self, id: Id, half: Half) -> Schema {
        // A schema that is nothing but a reference is known by what it refers to.
        let target = match &self.definitions[id].keywords[..] {
            [Keyword { name: "$ref", what: What::One(target), .. }] if self.definitions[id].ambiguities.is_empty() => {
                *target
            }
            _ => id,
        };
        if let Some(known) = self.schemas.get(&(target, half)) {
            return known.clone();
        }
        let definition = &self.definitions[target];
        let schema = Schema::new(&self.pool, target, half, definition.pointer.clone(), definition.span);
        self.schemas.insert((target, half), schema.clone());
        schema
    }

    /// The schema at a place, which is read later: schemas lead to each other without end.
    pub(super) fn schema_at(&mut self, found: Found) -> Id {
        let key = (found.document, found.pointer.clone());
        if let Some(id) = self.named.get(&key) {
            return *id;
        }
        let pointer = self.documents.address(found.document, &found.pointer);
        let id = self.new_definition(pointer, found.node.span);
        let site = self.site(found.document, &found.pointer);
        self.named.insert(key, id);
        self.open.push((id, site, found.node));
        id
    }

    fn site(&self, document: usize, pointer: &str) -> Site {
        let resource = self.documents.resources.at(document, pointer);
        let dialect = self.documents.resources.dialect(resource).unwrap_or(self.dialect);
        Site { document, resource, dialect }
    }

    /// Reads the schemas that were found on the way.
    pub(super) fn read_open_schemas(&mut self) {
        while let Some((id, site, node)) = self.open.pop() {
            self.fill(id, site, &node);
        }
    }

    fn new_definition(&mut self, pointer: String, span: Span) -> Id {
        let (keywords, ambiguities) = (Vec::new(), Vec::new());
        self.definitions.push(Definition {
            pointer,
            span,
            keywords,
            ambiguities,
            only: None,
            discriminator: None,
            xml: None,
        });
        self.definitions.len() - 1
    }

    fn inside(&mut self, site: Site, node: &Node) -> Id {
        let id = self.new_definition(String::new(), node.span);
        self.fill(id, site, node);
        id
    }

    /// Where the parts of a schema are read, which may have a URI or a dialect of its own.
    fn opened(&mut self, site: Site, node: &Node) -> Site {
        let own = |name: &str| child(node, name).filter(|node| matches!(node.kind, Kind::Text(_)));
        if self.version == Version::V30 || own("$id").or_else(|| own("$schema")).is_none() {
            return site;
        }
        if let Some(named) = own("$schema")
            && let Kind::Text(uri) = &named.kind
            && Dialect::named(uri).is_none()
        {
            self.unknown_dialect(uri, named.span);
        }
        let resource = self.documents.resources.that_begins(site.document, site.resource, node.span);
        let dialect = self.documents.resources.dialect(resource).unwrap_or(self.dialect);
        Site { resource, dialect, ..site }
    }

    /// Notes that a schema is written in words that are not known.
    pub(super) fn unknown_dialect(&mut self, uri: &str, span: Span) {
        let next = "write it as JSON Schema 2020-12; 2019-09 and drafts 4 to 7 are read as well".to_owned();
        self.refuse(span, format!("the dialect `{uri}` is not read"), "", Some(next));
    }

    fn fill(&mut self, id: Id, site: Site, node: &Node) {
        let entries = match &node.kind {
            Kind::Bool(true) if self.version == Version::V31 => return,
            Kind::Bool(false) if self.version == Version::V31 => {
                return self.definitions[id].keywords.push(keyword(
                    "false",
                    node.span,
                    What::Value(Value::Bool(false)),
                ));
            }
            Kind::Map(entries) => entries.clone(),
            _ => return self.reader.wrong_type(node, "a schema", "a mapping"),
        };
        let site = self.opened(site, node);
        self.definitions[id].ambiguities = self.ambiguities(node);
        let reference = entries.iter().find(|entry| entry.key.value == "$ref");
        if let Some(entry) = reference {
            let Some(text) = self.reader.text(&entry.value, "`$ref`") else { return };
            let found = self.resolve(site.document, site.resource, &text.value, entry.value.span);
            let Some(found) = found else { return };
            let target = self.schema_at(found);
            self.definitions[id].keywords.push(keyword("$ref", entry.value.span, What::One(target)));
            // Beside `$ref`, OpenAPI 3.0 and the older drafts read nothing.
            if self.version == Version::V30 || site.dialect.reads_references_alone() {
                return;
            }
        }
        let mut keywords = Vec::new();
        for entry in entries.iter() {
            if site.dialect != Dialect::Draft202012 && self.older(site, entry, &entries, &mut keywords) {
                continue;
            }
            let Some((name, under)) = KEYWORDS.iter().find(|(name, _)| *name == entry.key.value) else { continue };
            if *under == Under::Dynamic {
                if let Some(target) = self.dynamic(site, entry) {
                    keywords.push(keyword("$ref", entry.value.span, What::One(target)));
                }
            } else if let Some(what) = self.under(site, *under, entry, node) {
                keywords.push(keyword(name, place(self, entry), what));
            }
        }
        if self.version == Version::V30 || site.dialect == Dialect::Draft4 {
            as_written_in_31(&mut keywords, node);
        }
        let flag = |name: &str| child(node, name).is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
        let definition = &mut self.definitions[id];
        definition.keywords.extend(keywords);
        definition.only = match (flag("readOnly"), flag("writeOnly")) {
            (true, false) => Some(Half::Response),
            (false, true) => Some(Half::Request),
            _ => None,
        };
        definition.xml = child(node, "xml").map(|xml| {
            let is = |name: &str| child(xml, name).is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
            let text = |name: &str| match child(xml, name).map(|node| &node.kind) {
                Some(Kind::Text(text)) => Some(text.clone()),
                _ => None,
            };
            let attribute = is("attribute") || text("nodeType").as_deref() == Some("attribute");
            Xml { name: text("name"), attribute, wrapped: is("wrapped") }
        });
        if let Some(written) = child(node, "discriminator") {
            self.definitions[id].discriminator = self.discriminator(site, written, node, id);
        }
    }

    /// What older drafts write otherwise: `dependencies`, and lists of schemas under `items`. Answers whether an entry is
    /// one of these.
    fn older(&mut self, site: Site, entry: &Entry, all: &[Entry], keywords: &mut Vec<Keyword>) -> bool {
        let tuple = all.iter().any(|entry| entry.key.value == "items" && matches!(entry.value.kind, Kind::List(_)));
        let span = place(self, entry);
        match (entry.key.value.as_str(), &entry.value.kind) {
            ("dependencies", Kind::Map(needs)) => {
                let (mut names, mut schemas) = (serde_json::Map::new(), Vec::new());
                for need in needs.iter() {
                    match &need.value.kind {
                        Kind::List(_) => {
                            if let Some(What::Value(list)) = self.names(&need.value, "`dependencies`") {
                                names.insert(need.key.value.clone(), list);
                            }
                        }
                        _ => schemas.push((need.key.value.clone(), self.inside(site, &need.value))),
                    }
                }
                if !names.is_empty() {
                    keywords.push(keyword("dependentRequired", span, What::Value(Value::Object(names))));
                }
                if !schemas.is_empty() {
                    keywords.push(keyword("dependentSchemas", span, What::Named(schemas)));
                }
            }
            ("items", Kind::List(items)) => {
                let ids: Vec<Id> = items.iter().map(|item| self.inside(site, item)).collect();
                if !ids.is_empty() {
                    keywords.push(keyword("prefixItems", span, What::Many(ids)));
                }
            }
            ("additionalItems", _) => {
                if tuple {
                    let id = self.inside(site, &entry.value);
                    keywords.push(keyword("items", span, What::One(id)));
                }
            }
            ("prefixItems" | "dependentRequired" | "dependentSchemas", _) if site.dialect.reads_references_alone() => {}
            _ => return false,
        }
        true
    }

    /// What `$dynamicRef` leads to: the same as `$ref`, as long as no other place could be meant.
    fn dynamic(&mut self, site: Site, entry: &Entry) -> Option<Id> {
        let text = self.reader.text(&entry.value, "`$dynamicRef`")?;
        let anchor = text.value.split_once('#').map_or("", |(_, fragment)| fragment);
        if self.documents.resources.dynamic(anchor) > 1 {
            let title =
                format!("`$dynamicRef` is not followed where `$dynamicAnchor: {anchor}` stands in several places");
            let next = "refer to the schema that is meant with `$ref`".to_owned();
            self.refuse(entry.value.span, title, "", Some(next));
            return None;
        }
        let found = self.resolve(site.document, site.resource, &text.value, entry.value.span)?;
        Some(self.schema_at(found))
    }

    fn under(&mut self, site: Site, under: Under, entry: &Entry, schema: &Node) -> Option<What> {
        let node = &entry.value;
        let name = format!("`{}`", entry.key.value);
        let old = self.version == Version::V30;
        let flags = old || site.dialect == Dialect::Draft4;
        let value = || Some(What::Value(node.to_json()));
        match under {
            Under::Any => value(),
            Under::Values => {
                let values = self.reader.list(node, &name);
                if values.is_empty() && matches!(node.kind, Kind::List(_)) {
                    let next = "list at least one value".to_owned();
                    self.refuse(node.span, format!("{name} lists nothing, so nothing fits"), "", Some(next));
                }
                (!values.is_empty()).then(|| What::Value(values.iter().map(Node::to_json).collect()))
            }
            Under::Types => self.types(node),
            Under::Count => {
                let number = match &node.kind {
                    Kind::Number(number) => number.as_u64().or_else(|| whole(number.as_f64()?)),
                    _ => None,
                };
                match number {
                    Some(number) => Some(What::Value(number.into())),
                    None => self.reader.natural(node, &name, 0).map(|number| What::Value(number.into())),
                }
            }
            // In 3.0 these are flags on `minimum` and `maximum`.
            Under::Number if flags && name.starts_with("`exclusive") => {
                let other = if entry.key.value == "exclusiveMinimum" { "minimum" } else { "maximum" };
                let bound = child(schema, other).filter(|bound| matches!(bound.kind, Kind::Number(_)))?;
                self.reader.boolean(node, &name)?.then(|| What::Value(bound.to_json()))
            }
            Under::Number => self.reader.decimal(node, &name).and_then(|_| value()),
            Under::Positive => {
                if self.reader.decimal(node, &name)? <= 0.0 {
                    self.refuse(node.span, format!("{name} must be above 0"), "", None);
                    return None;
                }
                value()
            }
            Under::Flag => self.reader.boolean(node, &name).map(|flag| What::Value(flag.into())),
            Under::Word => self.reader.text(node, &name).map(|text| What::Value(text.value.into())),
            Under::Pattern => {
                let pattern = self.reader.text(node, &name)?;
                self.is_pattern(&pattern.value, node.span).then(|| What::Value(pattern.value.into()))
            }
            // As in drafts before the fourth, on the member itself.
            Under::Names if matches!(node.kind, Kind::Bool(_)) => {
                let next = "list the member's name under `required` of the object around it".to_owned();
                self.warn(entry.key.span, "`required` of a schema is a list of names", "it demands nothing", next);
                None
            }
            Under::Names => self.names(node, &name),
            Under::NamesByName => {
                let mut all = serde_json::Map::new();
                for entry in self.reader.map(node, &name) {
                    if let Some(What::Value(names)) = self.names(&entry.value, &name) {
                        all.insert(entry.key.value.clone(), names);
                    }
                }
                Some(What::Value(Value::Object(all)))
            }
            Under::Schema if old && matches!(node.kind, Kind::Bool(_)) && name == "`additionalProperties`" => {
                let id = self.new_definition(String::new(), node.span);
                if matches!(node.kind, Kind::Bool(false)) {
                    let never = keyword("false", node.span, What::Value(Value::Bool(false)));
                    self.definitions[id].keywords.push(never);
                }
                Some(What::One(id))
            }
            Under::Schema => Some(What::One(self.inside(site, node))),
            Under::Schemas => {
                let nodes = self.reader.list(node, &name).to_vec();
                if nodes.is_empty() && matches!(node.kind, Kind::List(_)) {
                    self.refuse(node.span, format!("{name} lists no schema"), "", Some("list at least one".into()));
                }
                let ids: Vec<Id> = nodes.iter().map(|node| self.inside(site, node)).collect();
                (!ids.is_empty()).then_some(What::Many(ids))
            }
            Under::SchemaByName | Under::SchemaByPattern => {
                let entries = self.reader.map(node, &name).to_vec();
                let mut named = Vec::with_capacity(entries.len());
                for entry in &entries {
                    if under == Under::SchemaByName || self.is_pattern(&entry.key.value, entry.key.span) {
                        named.push((entry.key.value.clone(), self.inside(site, &entry.value)));
                    }
                }
                Some(What::Named(named))
            }
            Under::Dynamic | Under::Refused => {
                let next = "refer to the schema by its place with `$ref`".to_owned();
                self.refuse(entry.key.span, format!("{name} is not followed"), "", Some(next));
                None
            }
        }
    }

    fn types(&mut self, node: &Node) -> Option<What> {
        let old = self.version == Version::V30;
        if old && matches!(node.kind, Kind::List(_)) {
            let next = "write one type, and `nullable: true` for null, or make the document `openapi: 3.1.0`";
            self.refuse(node.span, "OpenAPI 3.0 knows no list of types", "", Some(next.into()));
            return None;
        }
        let types = self.reader.texts(node, "`type`");
        let known = &TYPES[..if old { 6 } else { 7 }];
        let mut good = true;
        for kind in types.iter().filter(|kind| !known.contains(&kind.value.as_str())) {
            good = false;
            let label = crate::text::did_you_mean(&kind.value, known.iter().copied()).unwrap_or_default();
            let null = old && kind.value == "null";
            let next = null.then(|| "write `nullable: true` beside another type".to_owned());
            self.refuse(
                kind.span,
                format!("`{}` is not a type", kind.value),
                if null { String::new() } else { label },
                next,
            );
        }
        if !good || types.is_empty() {
            return None;
        }
        let mut types: Vec<String> = types.into_iter().map(|text| text.value).collect();
        types.sort_by_key(|kind| TYPES.iter().position(|known| known == kind));
        types.dedup();
        Some(What::Value(match &types[..] {
            [one] => json!(one),
            several => json!(several),
        }))
    }

    fn names(&mut self, node: &Node, name: &str) -> Option<What> {
        let mut names: Vec<Value> = Vec::new();
        for item in self.reader.list(node, name) {
            let text = Value::from(self.reader.text(item, name)?.value);
            if !names.contains(&text) {
                names.push(text);
            }
        }
        matches!(node.kind, Kind::List(_)).then_some(What::Value(Value::Array(names)))
    }

    /// Whether a pattern can be used; what is wrong with it is noted.
    fn is_pattern(&mut self, pattern: &str, span: Span) -> bool {
        let fault = self.patterns.entry(pattern.to_owned()).or_insert_with(|| pattern_fault(pattern)).clone();
        let good = fault.is_none();
        if let Some(fault) = fault {
            let next = "write a regular expression as ECMA-262 has them".to_owned();
            self.refuse(span, "the pattern is not a regular expression", fault, Some(next));
        }
        good
    }

    fn discriminator(&mut self, site: Site, written: &Node, schema: &Node, own: Id) -> Option<Choices> {
        let Some(property) = child(written, "propertyName") else {
            self.reader.map(written, "`discriminator`");
            let next = "write `propertyName: NAME`".to_owned();
            self.refuse(written.span, "the discriminator names no member", "", Some(next));
            return None;
        };
        let property = self.reader.text(property, "`propertyName`")?;
        let branches = ["oneOf", "anyOf"].iter().find_map(|name| child(schema, name));
        let mut by_value: Vec<(String, Id)> = Vec::new();
        let mut mapped = Vec::new();
        if let Some(mapping) = child(written, "mapping") {
            for entry in self.reader.map(mapping, "`mapping`").to_vec() {
                let Some(text) = self.reader.text(&entry.value, "`mapping`") else { continue };
                // A name stands for a schema of the components.
                let is_name =
                    !text.value.contains(['#', '/', '.']) || self.component(site.document, &text.value).is_some();
                let reference = match is_name {
                    true => format!("#/components/schemas/{}", crate::text::pointer_escaped(&text.value)),
                    false => text.value.clone(),
                };
                if let Some(found) = self.resolve(site.document, site.resource, &reference, entry.value.span) {
                    let id = self.schema_at(found);
                    mapped.push(id);
                    by_value.push((entry.key.value.clone(), id));
                }
            }
        }
        let branch_nodes = branches.map(|node| self.reader.list(node, "the branches").to_vec()).unwrap_or_default();
        for branch in &branch_nodes {
            let Some(Kind::Text(reference)) = child(branch, "$ref").map(|node| node.kind.clone()) else { continue };
            let Some(found) = self.resolve(site.document, site.resource, &reference, branch.span) else { continue };
            let name = name_of(&reference);
            let id = self.schema_at(found);
            if !mapped.contains(&id) && !by_value.iter().any(|(value, _)| *value == name) {
                by_value.push((name, id));
            }
        }
        if branch_nodes.is_empty() {
            self.inherited.push(own);
        }
        Some(Choices { property: property.value, span: property.span, by_value })
    }

    /// Gives a discriminator without branches those that build upon its schema (`allOf`), by their names.
    pub(super) fn heirs(&mut self) {
        for own in std::mem::take(&mut self.inherited) {
            let refers =
                |id: &Id| matches!(self.definitions[*id].get("$ref"), Some(What::One(target)) if *target == own);
            let heirs = self.definitions.iter().enumerate().filter(|(_, definition)| {
                !definition.pointer.is_empty()
                    && matches!(definition.get("allOf"), Some(What::Many(ids)) if ids.iter().any(refers))
            });
            let mut heirs: Vec<(String, Id)> =
                heirs.map(|(id, definition)| (name_of(&definition.pointer), id)).collect();
            let itself = (name_of(&self.definitions[own].pointer), own);
            if let Some(choices) = &mut self.definitions[own].discriminator {
                // What is nothing more than the base is called like it.
                heirs.push(itself);
                heirs.retain(|(_, heir)| !choices.by_value.iter().any(|(_, known)| known == heir));
                choices.by_value.extend(heirs);
            }
        }
    }

    /// A schema of the components of a document.
    fn component(&self, document: usize, name: &str) -> Option<Node> {
        let root = self.documents.root_of(document);
        child(child(child(root, "components")?, "schemas")?, name).cloned()
    }
}

/// The name that a reference ends in.
pub(super) fn name_of(reference: &str) -> String {
    let name = reference.rsplit('/').next().unwrap_or_default();
    let name = match name.split_once('#') {
        Some((file, "")) => file,
        _ => name,
    };
    let name = [".yaml", ".yml", ".json"].iter().find_map(|ending| name.strip_suffix(ending)).unwrap_or(name);
    let name = percent_encoding::percent_decode_str(name).decode_utf8_lossy();
    crate::text::pointer_unescaped(&name)
}

/// A whole number that is written with a point, as 5.0.
fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && number >= 0.0).then(|| format!("{number:.0}").parse().ok()).flatten()
}

fn keyword(name: &'static str, span: Span, what: What) -> Keyword {
    Keyword { name, span, what, alone: OnceLock::new() }
}

/// Where a keyword is shown: its value, or its name where the value has lines of its own.
fn place(loader: &Loader<'_>, entry: &Entry) -> Span {
    let flow = matches!(entry.value.kind, Kind::List(_) | Kind::Map(_))
        && !loader.reader.sources.slice(entry.value.span).starts_with(['[', '{']);
    let lines = loader.reader.sources.slice(entry.value.span).contains('\n');
    if flow || lines { entry.key.span } else { entry.value.span }
}

/// Makes what OpenAPI 3.0 says of its own into JSON Schema 2020-12.
fn as_written_in_31(keywords: &mut Vec<Keyword>, schema: &Node) {
    let has = |keywords: &[Keyword], name: &str| keywords.iter().any(|keyword| keyword.name == name);
    // The flags have become bounds, which say more than `minimum` and `maximum` did.
    for (bound, exclusive) in [("minimum", "exclusiveMinimum"), ("maximum", "exclusiveMaximum")] {
        if has(keywords, exclusive) {
            keywords.retain(|keyword| keyword.name != bound);
        }
    }
    // Null is only allowed beside a type (OpenAPI 3.0.3, 4.7.24.1).
    let nullable = child(schema, "nullable").is_some_and(|node| matches!(node.kind, Kind::Bool(true)));
    let kind = keywords.iter_mut().find(|keyword| keyword.name == "type").filter(|_| nullable);
    if let Some(Keyword { what: What::Value(kind), .. }) = kind {
        *kind = json!([kind.clone(), "null"]);
    }
}
