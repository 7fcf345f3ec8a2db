//! What samples and tables together say of a value: the schema, with the lines of every member.
//!
//! A member is there if a sample or a table says so. Where the two disagree on its type, the sample is what was really
//! sent: the schema follows it, and the table's word stays as `x-documented`.

use super::facts::Row;
use super::place::Place;
use super::values::bare;
use crate::source::Sources;
use crate::yaml::{Kind, Node};
use serde_json::{Map, Value, json};

/// Deepest nesting that becomes a schema; below it anything is allowed.
const DEEPEST: usize = 24;
/// Most members of one object that are kept.
const MOST_MEMBERS: usize = 2_000;
/// Most different values of a member that are remembered.
const MOST_VALUES: usize = 24;

/// What is known of a value.
#[derive(Debug, Clone, Default)]
pub(super) struct Shape {
    /// Where the first sample has it.
    pub(super) place: Option<Place>,
    /// Types seen in samples, in order.
    pub(super) types: Vec<&'static str>,
    /// Members of objects, in order.
    pub(super) members: Vec<(String, Self)>,
    /// Items of lists.
    pub(super) items: Option<Box<Self>>,
    /// How many objects were seen here.
    pub(super) objects: usize,
    /// In how many objects around it this member was.
    pub(super) present: usize,
    /// Scalars seen, each once, with their places.
    pub(super) values: Vec<(Value, Place)>,
    /// What a table says.
    pub(super) row: Option<Row>,
}

/// Which way a body goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// To the server: what only samples show may be left out.
    Request,
    /// From the server: what every sample shows is promised.
    Response,
}

impl Shape {
    /// What one sample shows.
    pub(super) fn of(node: &Node, sources: &Sources, file: usize) -> Self {
        Self::seen(node, sources, file, 0)
    }

    fn seen(node: &Node, sources: &Sources, file: usize, depth: usize) -> Self {
        let line = sources.place(node.span).line;
        let place = Place::line(file, line);
        let mut shape = Self { place: Some(place), present: 1, ..Self::default() };
        if depth > DEEPEST {
            return shape;
        }
        shape.types = vec![match &node.kind {
            Kind::Null => "null",
            Kind::Bool(_) => "boolean",
            Kind::Number(_) => "number",
            Kind::Text(_) => "string",
            Kind::List(_) => "array",
            Kind::Map(_) => "object",
        }];
        match &node.kind {
            Kind::Map(entries) => {
                shape.objects = 1;
                for entry in entries.iter().take(MOST_MEMBERS) {
                    let mut member = Self::seen(&entry.value, sources, file, depth + 1);
                    member.place = Some(Place::line(file, sources.place(entry.key.span).line));
                    shape.members.push((entry.key.value.clone(), member));
                }
            }
            Kind::List(items) => {
                let mut all: Option<Self> = None;
                for item in items.iter().take(MOST_MEMBERS) {
                    let item = Self::seen(item, sources, file, depth + 1);
                    match &mut all {
                        Some(all) => all.merge(item),
                        None => all = Some(item),
                    }
                }
                shape.items = all.map(Box::new);
            }
            _ => shape.values.push((node.to_json(), place)),
        }
        shape
    }

    /// Takes in what another sample shows at the same place.
    pub(super) fn merge(&mut self, other: Self) {
        self.place = self.place.or(other.place);
        for kind in other.types {
            if !self.types.contains(&kind) {
                self.types.push(kind);
            }
        }
        self.objects += other.objects;
        self.present += other.present;
        for (value, place) in other.values {
            if self.values.len() < MOST_VALUES && !self.values.iter().any(|(known, _)| *known == value) {
                self.values.push((value, place));
            }
        }
        for (name, member) in other.members {
            match self.members.iter().position(|(known, _)| *known == name) {
                Some(index) => self.members[index].1.merge(member),
                None if self.members.len() < MOST_MEMBERS => self.members.push((name, member)),
                None => {}
            }
        }
        match (&mut self.items, other.items) {
            (Some(known), Some(items)) => known.merge(*items),
            (None, Some(items)) => self.items = Some(items),
            _ => {}
        }
        if self.row.is_none() {
            self.row = other.row;
        }
    }

    /// The member under a name.
    pub(super) fn member(&self, name: &str) -> Option<&Self> {
        self.members.iter().find(|(known, _)| known == name).map(|(_, member)| member)
    }

    /// The member at a pointer of names.
    pub(super) fn below(&self, names: &[&str]) -> Option<&Self> {
        names.iter().try_fold(self, |shape, name| shape.member(name))
    }

    /// Takes in a row of a table. `anywhere`: the name may be that of a member further down, as tables of answers list
    /// them; else it is one at the top.
    pub(super) fn describe(&mut self, row: &Row, anywhere: bool) {
        let parts: Vec<&str> = row.name.split('.').filter(|part| !part.is_empty()).collect();
        if parts.len() > 1 {
            return self.describe_path(&parts, row);
        }
        if let Some(member) = self.find(&row.name, if anywhere { DEEPEST } else { 1 }) {
            member.row.get_or_insert_with(|| row.clone());
            return;
        }
        self.add(&row.name, row);
    }

    fn describe_path(&mut self, parts: &[&str], row: &Row) {
        let Some((first, rest)) = parts.split_first() else { return };
        let list = first.ends_with("[]") || first.ends_with("[*]");
        let name = first.trim_end_matches("[]").trim_end_matches("[*]");
        if !self.members.iter().any(|(known, _)| known == name) {
            self.objects = self.objects.max(1);
            self.members.push((name.to_owned(), Self::default()));
        }
        let Some((_, member)) = self.members.iter_mut().find(|(known, _)| known == name) else { return };
        let inner = match list || member.items.is_some() {
            true => member.items.get_or_insert_default().as_mut(),
            false => member,
        };
        match rest {
            [] => inner.row = Some(row.clone()),
            rest => inner.describe_path(rest, row),
        }
    }

    /// The member of that name, in this spelling or another, nearest to the top.
    fn find(&mut self, name: &str, depth: usize) -> Option<&mut Self> {
        if depth == 0 {
            return None;
        }
        let exact = self.members.iter().position(|(known, _)| known == name);
        let near = exact.or_else(|| {
            let name = bare(name);
            self.members.iter().position(|(known, member)| bare(known) == name && member.row.is_none())
        });
        if let Some(index) = near {
            return self.members.get_mut(index).map(|(_, member)| member);
        }
        let deeper = self.members.iter().position(|(_, member)| member.has(name, depth - 1));
        if let Some(index) = deeper {
            return self.members.get_mut(index).and_then(|(_, member)| member.find(name, depth - 1));
        }
        self.items.as_mut().and_then(|items| items.find(name, depth))
    }

    fn has(&self, name: &str, depth: usize) -> bool {
        if depth == 0 {
            return false;
        }
        let plain = bare(name);
        self.members.iter().any(|(known, member)| {
            (bare(known) == plain && (known == name || member.row.is_none())) || member.has(name, depth - 1)
        }) || self.items.as_ref().is_some_and(|items| items.has(name, depth))
    }

    fn add(&mut self, name: &str, row: &Row) {
        if self.members.len() < MOST_MEMBERS {
            self.members.push((name.to_owned(), Self { row: Some(row.clone()), ..Self::default() }));
        }
    }

    /// Removes the sample values that only stand for one.
    fn scalars(&self) -> impl Iterator<Item = &(Value, Place)> {
        self.values.iter().filter(|(value, _)| !value.is_null())
    }

    /// The schema. `pinned` has the values that tell this shape from others, by pointer.
    pub(super) fn schema(&self, way: Way, names: &[String], pinned: &[(Vec<&str>, Value)]) -> Value {
        let mut schema = Map::new();
        let row = self.row.as_ref();
        if let Some(text) = row.and_then(|row| row.description.as_deref()) {
            schema.insert("description".into(), text.into());
        }
        let said = row.map(|row| &row.kind);
        let mut documented = Map::new();
        let mut types: Vec<&str> = self.types.iter().copied().filter(|kind| *kind != "null").collect();
        let mut nullable = self.types.contains(&"null") || row.is_some_and(|row| row.nullable);
        if let Some(word) = said.and_then(|said| said.schema) {
            nullable |= said.is_some_and(|said| said.nullable);
            match types.as_slice() {
                [] => types = vec![word],
                ["number"]
                    if word == "integer" && self.scalars().all(|(value, _)| value.is_i64() || value.is_u64()) =>
                {
                    types = vec!["integer"];
                }
                [one] if compatible(one, word) => {}
                [_] => {
                    documented.insert("type".into(), word.into());
                }
                _ => {}
            }
        }
        let binary = said.is_some_and(|said| said.format == Some("binary"))
            || (way == Way::Request
                && !self.values.is_empty()
                && self.values.iter().all(|(value, _)| value.as_str() == Some("<file>")));
        if binary {
            types = vec!["string"];
            documented.remove("type");
            schema.insert("format".into(), "binary".into());
        }
        // Nothing but null was seen, and no table says more: anything may come.
        if !types.is_empty() {
            if nullable {
                types.push("null");
            }
            let value: Value = if types.len() == 1 { types[0].into() } else { types.clone().into() };
            schema.insert("type".into(), value);
        }
        if let Some(longest) = said.and_then(|said| said.longest).filter(|_| types.contains(&"string")) {
            schema.insert("maxLength".into(), longest.into());
        }
        if let Some(row) = row {
            self.rules(row, &mut schema, &mut documented, binary);
        }
        if let Some((_, value)) = pinned.iter().find(|(path, _)| path.is_empty()) {
            schema.insert("const".into(), value.clone());
        }
        if types.contains(&"object") && !self.members.is_empty() {
            self.object(&mut schema, way, names, pinned);
        }
        if types.contains(&"array") {
            let items = match (&self.items, said.and_then(|said| said.items)) {
                (Some(items), _) => items.schema(way, names, &[]),
                (None, Some(kind)) => json!({ "type": kind }),
                (None, None) => json!({}),
            };
            schema.insert("items".into(), items);
        }
        if !documented.is_empty() {
            if let Some(row) = row {
                documented.insert("x-source".into(), row.place.source(names));
            }
            schema.insert("x-documented".into(), documented.into());
        }
        if let Some(said) = said.filter(|said| said.schema.is_none() && !said.written.is_empty()) {
            schema.insert("x-type".into(), said.written.clone().into());
        }
        let place = self.place.or_else(|| row.map(|row| row.place));
        if let Some(place) = place {
            schema.insert("x-source".into(), place.source(names));
        }
        if let Some(row) = row.filter(|row| Some(row.place) != place) {
            schema.insert("x-source-table".into(), row.place.source(names));
        }
        schema.into()
    }

    /// What a row says of values.
    fn rules(&self, row: &Row, schema: &mut Map<String, Value>, documented: &mut Map<String, Value>, binary: bool) {
        if let Some(fixed) = &row.fixed {
            let other = self.scalars().any(|(value, _)| value.as_str() != Some(fixed));
            let (place, name) = if other { (&mut *documented, "const") } else { (&mut *schema, "const") };
            place.insert(name.into(), fixed.clone().into());
        }
        if row.accepted.len() > 1 {
            // A sample that shows the list itself, such as `PDF/BASE64`, stands for all of it.
            let listed = |value: &str| {
                value.split(['/', '|', ',']).all(|part| row.accepted.iter().any(|one| one == part.trim()))
            };
            let other = self.scalars().any(|(value, _)| value.as_str().is_some_and(|value| !listed(value)));
            let whole = self
                .scalars()
                .any(|(value, _)| value.as_str().is_some_and(|value| !row.accepted.iter().any(|one| one == value)));
            let place = if other || whole { &mut *documented } else { &mut *schema };
            place.insert("enum".into(), row.accepted.clone().into());
        }
        if let Some(bytes) = row.most_bytes.filter(|_| binary) {
            schema.insert("x-max-bytes".into(), bytes.into());
        }
        if let Some(default) = &row.default {
            schema.insert("x-default".into(), default.clone().into());
        }
    }

    fn object(&self, schema: &mut Map<String, Value>, way: Way, names: &[String], pinned: &[(Vec<&str>, Value)]) {
        let mut properties = Map::new();
        let mut required = Vec::new();
        let has_table = self.members.iter().any(|(_, member)| member.row.is_some());
        for (name, member) in &self.members {
            let inner: Vec<(Vec<&str>, Value)> = pinned
                .iter()
                .filter(|(path, _)| path.first() == Some(&name.as_str()))
                .map(|(path, value)| (path[1..].to_vec(), value.clone()))
                .collect();
            let mut value = member.schema(way, names, &inner);
            if let Some(row) = member.row.as_ref().filter(|row| row.name != *name && !row.name.contains('.'))
                && let Some(object) = value.as_object_mut()
            {
                let said = object.entry("x-documented").or_insert_with(|| json!({}));
                said["name"] = row.name.clone().into();
                said["x-source"] = row.place.source(names);
            }
            let said = member.row.as_ref().and_then(|row| row.required);
            let always = member.place.is_some() && member.present >= self.objects && self.objects > 0;
            let needed = match (said, way) {
                (Some(said), _) => said && (way == Way::Request || member.place.is_none() || always),
                (None, Way::Request) => always && !has_table,
                (None, Way::Response) => always,
            };
            if needed || !inner.is_empty() {
                required.push(Value::from(name.clone()));
            }
            properties.insert(name.clone(), value);
        }
        if !required.is_empty() {
            schema.insert("required".into(), required.into());
        }
        schema.insert("properties".into(), properties.into());
    }
}

/// Whether a sample's type and a table's word can both be right.
fn compatible(sample: &str, word: &str) -> bool {
    sample == word || (sample == "number" && word == "integer") || (sample == "integer" && word == "number")
}
