//! A schema as one JSON document for the validator: everything it refers to is inside.

use super::definition::{Definition, Half, Id, Keyword, Pool, What};
use super::validator::{Bundle, PATTERN};
use crate::ecma::Pattern;
use crate::format::WHOLE_NUMBERS;
use serde_json::{Map, Value, json};
use std::collections::HashSet;

impl Pool {
    /// A schema with everything it refers to.
    pub(super) fn bundle(&self, id: Id, half: Half) -> Bundle {
        let mut bundler = Bundler { pool: self, half, seen: HashSet::from([id]), open: vec![id], looks_around: false };
        let mut definitions = Map::new();
        while let Some(next) = bundler.open.pop() {
            let schema = bundler.schema(next, &HashSet::new());
            definitions.insert(next.to_string(), schema);
        }
        let schema = json!({ "$ref": format!("#/$defs/{id}"), "$defs": definitions });
        Bundle { schema, looks_around: bundler.looks_around }
    }

    /// One keyword of a schema, with everything it refers to; keywords that say nothing without others bring those along.
    pub(super) fn bundle_keyword(&self, definition: &Definition, name: &str, half: Half) -> Bundle {
        let mut bundler = Bundler { pool: self, half, seen: HashSet::new(), open: Vec::new(), looks_around: false };
        let group: &[&str] = match name {
            "contains" | "minContains" | "maxContains" => &["contains", "minContains", "maxContains"],
            _ => &[name],
        };
        let mut schema = Map::new();
        for keyword in definition.keywords.iter().filter(|keyword| group.contains(&keyword.name)) {
            bundler.keyword(keyword, &mut schema, &HashSet::new());
        }
        let mut definitions = Map::new();
        while let Some(next) = bundler.open.pop() {
            let schema = bundler.schema(next, &HashSet::new());
            definitions.insert(next.to_string(), schema);
        }
        let mut schema = finished(schema);
        if let Value::Object(members) = &mut schema {
            members.insert("$defs".into(), Value::Object(definitions));
        }
        Bundle { schema, looks_around: bundler.looks_around }
    }

    /// Names of members, as far as this schema and those merged with it say, that only the other half has.
    pub(super) fn names_elsewhere(&self, id: Id, half: Half) -> HashSet<&str> {
        let mut names = HashSet::new();
        let mut seen = HashSet::from([id]);
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            let definition = self.definition(id);
            let elsewhere = definition.properties().iter().filter(|(_, schema)| self.belongs_elsewhere(*schema, half));
            names.extend(elsewhere.map(|(name, _)| name.as_str()));
            open.extend(definition.merged().filter(|next| seen.insert(*next)));
        }
        names
    }
}

struct Bundler<'p> {
    pool: &'p Pool,
    half: Half,
    seen: HashSet<Id>,
    open: Vec<Id>,
    /// Whether a pattern of members' names looks around or back.
    looks_around: bool,
}

impl<'p> Bundler<'p> {
    /// A schema; `elsewhere` are members that the schema it is merged with knows to be the other half's alone.
    fn schema(&mut self, id: Id, elsewhere: &HashSet<&'p str>) -> Value {
        let definition = self.pool.definition(id);
        let mut elsewhere = elsewhere.clone();
        if definition.keywords.iter().any(|keyword| matches!(keyword.name, "required" | "allOf")) {
            elsewhere.extend(self.pool.names_elsewhere(id, self.half));
        }
        let mut schema = Map::new();
        for keyword in &definition.keywords {
            self.keyword(keyword, &mut schema, &elsewhere);
        }
        finished(schema)
    }

    fn keyword(&mut self, keyword: &Keyword, schema: &mut Map<String, Value>, elsewhere: &HashSet<&'p str>) {
        let value = match (&keyword.what, keyword.name) {
            (What::Value(Value::Array(names)), "required") => names
                .iter()
                .filter(|name| !name.as_str().is_some_and(|name| elsewhere.contains(name)))
                .cloned()
                .collect(),
            (What::Value(value), _) => value.clone(),
            (What::One(target), "$ref") => {
                if self.seen.insert(*target) {
                    self.open.push(*target);
                }
                Value::String(format!("#/$defs/{target}"))
            }
            (What::One(id), _) => self.schema(*id, &HashSet::new()),
            (What::Many(ids), "allOf") => ids.iter().map(|id| self.schema(*id, elsewhere)).collect(),
            (What::Many(ids), _) => ids.iter().map(|id| self.schema(*id, &HashSet::new())).collect(),
            (What::Named(named), "patternProperties") => {
                let patterns = named.iter().filter_map(|(pattern, id)| Some((Pattern::new(pattern).ok()?, *id)));
                let patterns: Vec<(Pattern, Id)> = patterns.collect();
                let mut members = Map::new();
                for (pattern, id) in &patterns {
                    self.looks_around |= pattern.linear().is_none();
                    let value = self.schema(*id, &HashSet::new());
                    // The other engine reads these as well.
                    members.insert(pattern.linear().unwrap_or_else(|| pattern.fancy()), value);
                }
                Value::Object(members)
            }
            (What::Named(named), _) => Value::Object(
                named.iter().map(|(name, id)| (name.clone(), self.schema(*id, &HashSet::new()))).collect(),
            ),
        };
        schema.insert(if keyword.name == "pattern" { PATTERN } else { keyword.name }.to_owned(), value);
    }
}

/// A schema as the validator knows it: OpenAPI's formats of numbers are bounds, beside those it may have of its own.
fn finished(mut schema: Map<String, Value>) -> Value {
    if schema.contains_key("false") {
        return Value::Bool(false);
    }
    let name = schema.get("format").and_then(Value::as_str);
    let Some((_, least, greatest)) = WHOLE_NUMBERS.iter().find(|(own, ..)| Some(*own) == name) else {
        return Value::Object(schema);
    };
    let number = |text: &str| serde_json::from_str::<Value>(text).unwrap_or_default();
    let bounds = json!({ "minimum": number(least), "maximum": number(greatest) });
    schema.remove("format");
    match schema.get_mut("allOf").and_then(Value::as_array_mut) {
        Some(all) => all.push(bounds),
        None => {
            schema.insert("allOf".into(), json!([bounds]));
        }
    }
    Value::Object(schema)
}
