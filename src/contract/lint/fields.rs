//! Every documented member and example of requests and answers, each with the operations that reach it.

use super::document::{At, Document};
use crate::source::Span;
use crate::yaml::Kind;
use std::collections::{BTreeSet, HashMap, HashSet};

/// Which way a value travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Way {
    /// To the server.
    Request,
    /// From the server.
    Answer,
}

/// A documented member: a property of a schema, or a parameter.
#[derive(Debug)]
pub(super) struct Field<'d> {
    pub(super) name: &'d str,
    /// Where the name is written.
    pub(super) span: Span,
    /// The pointer of the object that has it; of a parameter its own.
    pub(super) owner: String,
    /// As written, a `$ref` with its neighbours.
    pub(super) at: At<'d>,
    /// The schema, references followed.
    pub(super) schema: At<'d>,
    /// The operations that reach it, by index, and which way it travels there.
    pub(super) uses: BTreeSet<(usize, Way)>,
}

/// An example of a schema, a body or a parameter.
#[derive(Debug)]
pub(super) struct Example<'d> {
    /// The value.
    pub(super) at: At<'d>,
    /// What it is an example of.
    pub(super) schema: At<'d>,
    /// The operations that reach it.
    pub(super) uses: BTreeSet<(usize, Way)>,
}

/// Members and examples of a document, in the order in which operations reach them.
#[derive(Debug, Default)]
pub(super) struct Fields<'d> {
    pub(super) fields: Vec<Field<'d>>,
    pub(super) examples: Vec<Example<'d>>,
    /// Every schema, once.
    pub(super) schemas: Vec<At<'d>>,
    /// The names of the members that an object has, by its pointer.
    members: HashMap<String, BTreeSet<&'d str>>,
}

/// Objects are related when they have so many members in common, and more than half of the smaller one's.
const RELATED: usize = 2;

impl Fields<'_> {
    /// Whether two members belong to objects that describe the same kind of thing: most of what the smaller has beside them
    /// the other has too. Things that merely have one name in common are not related.
    pub(super) fn related(&self, one: &Field<'_>, other: &Field<'_>) -> bool {
        let beside = |field: &Field<'_>| -> BTreeSet<&str> {
            let all = self.members.get(&field.owner).into_iter().flatten();
            all.copied().filter(|name| *name != field.name).collect()
        };
        let (own, others) = (beside(one), beside(other));
        let shared = own.intersection(&others).count();
        shared >= RELATED && shared * 2 > own.len().min(others.len())
    }
}

impl Field<'_> {
    /// Whether it travels this way in any operation.
    pub(super) fn travels(&self, way: Way) -> bool {
        self.uses.iter().any(|(_, used)| *used == way)
    }

    /// Whether it and another travel the same way in different operations.
    pub(super) fn meets(&self, other: &Field<'_>) -> bool {
        [Way::Request, Way::Answer].into_iter().any(|way| {
            let (own, others) = (self.operations(way), other.operations(way));
            !own.is_empty() && !others.is_empty() && own.is_disjoint(&others)
        })
    }

    /// The operations in which it travels this way.
    pub(super) fn operations(&self, way: Way) -> BTreeSet<usize> {
        self.uses.iter().filter(|(_, used)| *used == way).map(|(operation, _)| *operation).collect()
    }
}

impl<'d> Field<'d> {
    /// What the documentation says of it where the contract follows another reading (`x-documented`).
    pub(super) fn documented(&self, what: &str) -> Option<At<'d>> {
        let said = |at: &At<'d>| at.get("x-documented")?.get(what);
        said(&self.at).or_else(|| said(&self.schema))
    }

    /// The values it may have, where they are listed (`enum`, `const`).
    pub(super) fn values(&self) -> Vec<At<'d>> {
        values(&self.schema)
    }
}

/// The values a schema lists (`enum`, `const`).
pub(super) fn values<'d>(schema: &At<'d>) -> Vec<At<'d>> {
    let listed = schema.get("enum").map(|list| list.items()).unwrap_or_default();
    schema.get("const").into_iter().chain(listed).collect()
}

/// Collects the members and examples of a document.
pub(super) fn collect<'d>(document: &Document<'d>) -> Fields<'d> {
    let (found, fields, examples) = (Fields::default(), HashMap::new(), HashMap::new());
    let mut walk = Walk { document, found, fields, examples, schemas: HashSet::new() };
    for (index, operation) in document.operations.iter().enumerate() {
        let mut seen = HashSet::new();
        for parameter in &operation.parameters {
            walk.parameter(parameter, index);
        }
        if let Some(body) = operation.at.get("requestBody") {
            walk.content(&document.resolve(body), (index, Way::Request), &mut seen);
        }
        let mut seen = HashSet::new();
        for response in operation.at.get("responses").map(|responses| responses.members()).unwrap_or_default() {
            walk.content(&document.resolve(response.at), (index, Way::Answer), &mut seen);
        }
    }
    walk.found
}

struct Walk<'w, 'd> {
    document: &'w Document<'d>,
    found: Fields<'d>,
    /// Members by where their names stand.
    fields: HashMap<u32, usize>,
    /// Examples by their pointers.
    examples: HashMap<String, usize>,
    /// Schemas by where they begin.
    schemas: HashSet<u32>,
}

impl<'d> Walk<'_, 'd> {
    fn parameter(&mut self, parameter: &At<'d>, operation: usize) {
        let used = (operation, Way::Request);
        let Some(name) = parameter.get("name") else { return };
        // Header names are compared without case, and are spelt as HTTP spells them.
        let of_body = matches!(parameter.get("in").and_then(|place| place.text()), Some("path" | "query" | "cookie"));
        let Some(schema) = parameter.get("schema").filter(|_| of_body) else { return };
        if let Some(text) = name.text() {
            self.field(text, name.node.span, &parameter.pointer, schema.clone(), used);
        }
        let schema = self.document.resolve(schema);
        self.examples_of(parameter, &schema, used);
        self.schema(schema, used, &mut HashSet::new());
    }

    fn content(&mut self, holder: &At<'d>, used: (usize, Way), seen: &mut HashSet<u32>) {
        for media in holder.get("content").map(|content| content.members()).unwrap_or_default() {
            let Some(schema) = media.at.get("schema") else { continue };
            let schema = self.document.resolve(schema);
            self.examples_of(&media.at, &schema, used);
            self.schema(schema, used, seen);
        }
    }

    fn schema(&mut self, at: At<'d>, used: (usize, Way), seen: &mut HashSet<u32>) {
        let at = self.document.resolve(at);
        if !matches!(at.node.kind, Kind::Map(_)) || !seen.insert(at.node.span.start) {
            return;
        }
        if self.schemas.insert(at.node.span.start) {
            self.found.schemas.push(at.clone());
        }
        self.examples_of(&at, &at, used);
        for keyword in ["properties", "patternProperties", "$defs"] {
            for property in at.get(keyword).map(|properties| properties.members()).unwrap_or_default() {
                if keyword == "properties" {
                    self.field(property.name, property.key, &at.pointer, property.at.clone(), used);
                }
                if keyword != "$defs" {
                    self.schema(property.at, used, seen);
                }
            }
        }
        for keyword in ["items", "additionalProperties", "unevaluatedProperties", "contains", "if", "then", "else"] {
            at.get(keyword).into_iter().for_each(|part| self.schema(part, used, seen));
        }
        for keyword in ["allOf", "oneOf", "anyOf", "prefixItems"] {
            let parts = at.get(keyword).map(|parts| parts.items()).unwrap_or_default();
            parts.into_iter().for_each(|part| self.schema(part, used, seen));
        }
    }

    fn field(&mut self, name: &'d str, span: Span, owner: &str, at: At<'d>, used: (usize, Way)) {
        let index = *self.fields.entry(span.start).or_insert_with(|| {
            let schema = self.document.resolve(at.clone());
            self.found.members.entry(owner.to_owned()).or_default().insert(name);
            self.found.fields.push(Field { name, span, owner: owner.to_owned(), at, schema, uses: BTreeSet::new() });
            self.found.fields.len() - 1
        });
        self.found.fields[index].uses.insert(used);
    }

    fn examples_of(&mut self, holder: &At<'d>, schema: &At<'d>, used: (usize, Way)) {
        let one = holder.get("example");
        let several = holder.get("examples").map(|examples| match &examples.node.kind {
            Kind::List(_) => examples.items(),
            _ => examples.members().into_iter().filter_map(|one| self.document.resolve(one.at).get("value")).collect(),
        });
        // A default has to be a value that is allowed, too.
        let default = holder.get("default");
        for at in one.into_iter().chain(default).chain(several.unwrap_or_default()) {
            let index = *self.examples.entry(at.pointer.clone()).or_insert_with(|| {
                self.found.examples.push(Example { at, schema: schema.clone(), uses: BTreeSet::new() });
                self.found.examples.len() - 1
            });
            self.found.examples[index].uses.insert(used);
        }
    }
}

/// Calls `visit` with the name and value of every member at any depth of an example.
pub(super) fn each_member<'d>(at: &At<'d>, visit: &mut impl FnMut(&'d str, &At<'d>)) {
    for member in at.members() {
        visit(member.name, &member.at);
        each_member(&member.at, visit);
    }
    at.items().iter().for_each(|item| each_member(item, visit));
}
