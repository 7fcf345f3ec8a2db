//! Schemas of a contract: whether a value is what was promised, and which members are documented. The one place that
//! knows the validator.

mod bundle;
mod definition;
mod explain;
mod kinds;
mod shape;

#[cfg(test)]
mod tests;
mod validator;
mod view;
mod words;
mod xml;

pub(in crate::contract) use definition::{Choices, Definition, Half, Id, Keyword, Pool, What, choices};
pub use kinds::Kinds;
use validator::Compiled;
pub(in crate::contract) use validator::pattern_fault;
pub use view::{SchemaId, SchemaKeyword, Schemas, Under};
pub(in crate::contract) use xml::Xml;

use crate::source::Span;
use serde_json::Value;
use std::sync::{Arc, OnceLock};

/// Deepest value that is looked into: the validator goes down by calling itself, and a stack has an end.
const DEEPEST: usize = 128;
/// Most schemas inside each other that are looked into on the stack at hand.
const SHALLOW: usize = 256;
/// The stack for deeper ones, in bytes; what is not used costs nothing.
const ROOM: usize = 256 << 20;

/// A schema of a contract, compiled when it is first used. Cheap to clone.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    pool: Arc<Pool>,
    id: Id,
    half: Half,
    pointer: String,
    span: Span,
    compiled: OnceLock<Arc<Compiled>>,
    shape: OnceLock<Shape>,
}

/// Where a value is not what was promised.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemaError {
    /// Where in the value, as a JSON pointer (RFC 6901); empty for the value itself.
    pub pointer: String,
    /// The keyword that is not kept, as `enum`.
    pub keyword: String,
    /// What was promised, in words, as `one of SUCCESS, PROCESSING`.
    pub promised: String,
    /// What is there, as JSON text, cut when long; absent when nothing is.
    pub found: Option<String>,
    /// The values or names that are documented there, for the nearest of them.
    pub documented: Vec<String>,
    /// The ambiguity that the schema names nearest to the keyword (`x-ambiguity`).
    pub ambiguity: Option<String>,
    /// Where the keyword is written.
    pub span: Span,
}

/// Which members a schema documents, `$ref` and `allOf` followed, the branches of `oneOf` and `anyOf` put together.
#[derive(Debug, Default)]
pub struct Shape {
    /// The nodes; the first is the value itself. A schema that holds itself has a node that leads back.
    pub nodes: Vec<ShapeNode>,
    /// The documented members, in the document's order.
    pub fields: Vec<ShapeField>,
}

/// What is documented of one value.
#[derive(Debug, Default)]
pub struct ShapeNode {
    /// Documented members, sorted by name, with their nodes.
    pub members: Vec<(String, usize)>,
    /// The node of every item of a list.
    pub items: Option<usize>,
    /// Whether members that are not listed are documented all the same: the schema lists none, or says what others may be.
    pub open: bool,
    /// Whether the schema forbids every member that is not listed.
    pub closed: bool,
    /// The field that the value is, as an index into [`Shape::fields`]; of the value itself there is none.
    pub field: Option<usize>,
    /// Whether only the other half of an exchange should have it (`readOnly` in a request, `writeOnly` in a response).
    pub elsewhere: bool,
    /// The schema whose discriminator chooses among forms of it.
    pub(in crate::contract) chooses: Option<Id>,
    /// Ambiguities that the schemas here name (`x-ambiguity`).
    pub ambiguities: Vec<String>,
}

/// A documented member.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShapeField {
    /// Where, as a JSON pointer with `*` for an index.
    pub pointer: String,
    /// Whether every object at its place must have it.
    pub required: bool,
    /// The values it may have, where they are listed (`enum`, `const`), as text.
    pub values: Vec<String>,
}

impl Schema {
    /// The schema of a pool, as one half of an exchange sees it.
    pub(in crate::contract) fn new(pool: &Arc<Pool>, id: Id, half: Half, pointer: String, span: Span) -> Self {
        let (compiled, shape) = (OnceLock::new(), OnceLock::new());
        Self(Arc::new(Inner { pool: Arc::clone(pool), id, half, pointer, span, compiled, shape }))
    }

    /// Its name in the pool.
    pub(in crate::contract) fn id(&self) -> Id {
        self.0.id
    }

    /// Where it stands in the document, as `#/components/schemas/GEO-S-000`.
    #[must_use]
    pub fn pointer(&self) -> &str {
        &self.0.pointer
    }

    /// Where it is written.
    #[must_use]
    pub fn span(&self) -> Span {
        self.0.span
    }

    /// Whether a value is what was promised.
    #[must_use]
    pub fn is_valid(&self, value: &Value) -> bool {
        match depth(value, DEEPEST) {
            depth if self.is_shallow(depth) => self.compiled().is_valid(value),
            ..=DEEPEST => with_room(|| self.compiled().is_valid(value)).unwrap_or(false),
            _ => false,
        }
    }

    /// Where a value is not what was promised; empty when it is. A bounded number of places, the certain ones first.
    #[must_use]
    pub fn errors(&self, value: &Value) -> Vec<SchemaError> {
        let found = match depth(value, DEEPEST) {
            depth if self.is_shallow(depth) => return self.explain(value),
            ..=DEEPEST => with_room(|| self.explain(value)),
            _ => None,
        };
        found.unwrap_or_else(|| {
            // Writing such a value would need as deep a stack as looking into it.
            let promised = format!("at most {DEEPEST} lists and objects inside each other");
            vec![self.error("depth", promised, &Value::from("more of them"))]
        })
    }

    /// Whether a value of that depth can be looked into on the stack at hand.
    fn is_shallow(&self, depth: usize) -> bool {
        depth <= DEEPEST && (depth + 1) * self.0.pool.longest_way() <= SHALLOW
    }

    fn explain(&self, value: &Value) -> Vec<SchemaError> {
        if self.compiled().is_valid(value) {
            return Vec::new();
        }
        let mut errors = explain::errors(&self.0.pool, self.0.id, self.0.half, value);
        // What the walk has no words for, the validator has.
        if errors.is_empty()
            && let Some(said) = self.compiled().says(value)
        {
            let there = value.pointer(&said.pointer).unwrap_or(value);
            errors.push(SchemaError { pointer: said.pointer, ..self.error(&said.keyword, said.words, there) });
        }
        errors
    }

    /// Which members it documents.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        self.0.shape.get_or_init(|| shape::shape(&self.0.pool, self.0.id, self.0.half))
    }

    /// Which types of values it lets pass, as far as its types say.
    #[must_use]
    pub fn kinds(&self) -> Kinds {
        kinds::of(&self.0.pool, self.0.id, 0)
    }

    /// Which types the items of a list may have.
    #[must_use]
    pub fn item_kinds(&self) -> Kinds {
        let items = kinds::below(&self.0.pool, self.0.id, None, 0);
        items.map_or(Kinds::all(), |items| kinds::of(&self.0.pool, items, 0))
    }

    /// Which types a member may have that is reached by these names; a number stands for an item of a list.
    #[must_use]
    pub fn member_kinds<'p>(&self, path: impl IntoIterator<Item = &'p str>) -> Kinds {
        let mut id = self.0.id;
        for name in path {
            let named = kinds::below(&self.0.pool, id, Some(name), 0);
            let listed = || kinds::below(&self.0.pool, id, None, 0).filter(|_| name.parse::<usize>().is_ok());
            let other = || match kinds::additional(&self.0.pool, id, 0) {
                kinds::Additional::Schema(schema) => Some(schema),
                _ => None,
            };
            match named.or_else(listed).or_else(other) {
                Some(below) => id = below,
                None => return Kinds::all(),
            }
        }
        kinds::of(&self.0.pool, id, 0)
    }

    /// Whether members may have names that are not listed, because the schema says what they are or lists none.
    #[must_use]
    pub fn takes_any_member(&self) -> bool {
        match kinds::additional(&self.0.pool, self.0.id, 0) {
            kinds::Additional::Schema(_) => true,
            kinds::Additional::None => false,
            kinds::Additional::Unsaid => self.shape().nodes.first().is_none_or(|node| node.members.is_empty()),
        }
    }

    /// The form of a value that the discriminator of one of its schemas names.
    pub(in crate::contract) fn named_form(&self, chooses: Id, value: &Value) -> Option<NamedForm> {
        let choices = choices(self.0.pool.definitions(), chooses)?;
        let member = value.get(&choices.property)?;
        let said = scalar_text(member)?;
        let form = choices.by_value.iter().find(|(name, _)| *name == said).map(|(_, id)| *id);
        let known = choices.by_value.iter().map(|(name, _)| name.clone()).collect();
        Some(NamedForm { property: choices.property, said, form, known, span: choices.span })
    }

    /// Whether a schema with a discriminator documents a member itself, beside the forms that it chooses among.
    pub(in crate::contract) fn documents_beside_forms(&self, chooses: Id, name: &str) -> bool {
        let definition = self.0.pool.definition(chooses);
        let own = |id: Id| {
            self.0
                .pool
                .shape(id, self.0.half)
                .nodes
                .first()
                .is_some_and(|node| node.members.iter().any(|(known, _)| known == name))
        };
        // A base whose heirs build upon it has no branches: all that it documents is beside them.
        let has_branches = definition.get("oneOf").or_else(|| definition.get("anyOf")).is_some();
        !has_branches || definition.properties().iter().any(|(known, _)| known == name) || definition.merged().any(own)
    }

    /// What a form documents.
    pub(in crate::contract) fn shape_of(&self, form: Id) -> Arc<Shape> {
        self.0.pool.shape(form, self.0.half)
    }

    /// Where a value is not of a form, the first place alone.
    pub(in crate::contract) fn differs_from(&self, form: Id, value: &Value) -> Option<SchemaError> {
        if depth(value, DEEPEST) > SHALLOW.min(DEEPEST) || self.0.pool.compiled(form, self.0.half).is_valid(value) {
            return None;
        }
        explain::errors(&self.0.pool, form, self.0.half, value).into_iter().next()
    }

    /// Whether it says anything of how a value is written in XML.
    #[must_use]
    pub fn speaks_of_xml(&self) -> bool {
        xml::is_spoken_of(&self.0.pool, self.0.id)
    }

    /// An XML document as a value; texts stand for everything.
    ///
    /// # Errors
    /// Why it is not XML as the schema describes it.
    pub fn from_xml(&self, text: &str) -> Result<Value, String> {
        xml::read(&self.0.pool, self.0.id, text)
    }

    fn compiled(&self) -> &Compiled {
        self.0.compiled.get_or_init(|| self.0.pool.compiled(self.0.id, self.0.half))
    }

    fn error(&self, keyword: &str, promised: String, found: &Value) -> SchemaError {
        SchemaError {
            pointer: String::new(),
            keyword: keyword.to_owned(),
            promised,
            found: Some(explain::found_text(found)),
            documented: Vec::new(),
            ambiguity: None,
            span: self.0.span,
        }
    }
}

/// What a discriminator says of a value.
#[derive(Debug)]
pub(in crate::contract) struct NamedForm {
    /// The member that says it.
    pub(in crate::contract) property: String,
    /// What it says.
    pub(in crate::contract) said: String,
    /// The schema of that form; nothing for a name that none is documented for.
    pub(in crate::contract) form: Option<Id>,
    /// The names that are documented.
    pub(in crate::contract) known: Vec<String>,
    /// Where the member is named.
    pub(in crate::contract) span: Span,
}

/// A value as the text that a discriminator compares.
pub(in crate::contract) fn scalar_text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

/// How deep a value has lists and objects inside each other; no more than one beyond `most`.
fn depth(value: &Value, most: usize) -> usize {
    let below = |inner: &Value| if most == 0 { 0 } else { depth(inner, most - 1) };
    match value {
        Value::Array(items) => 1 + items.iter().map(below).max().unwrap_or(0),
        Value::Object(members) => 1 + members.values().map(below).max().unwrap_or(0),
        _ => 0,
    }
}

/// Does something that goes deep, where there is room for it; nothing where the system gives none.
fn with_room<T: Send>(what: impl FnOnce() -> T + Send) -> Option<T> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(ROOM).spawn_scoped(scope, what);
        thread.ok().and_then(|thread| thread.join().ok())
    })
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&self.0.pointer).finish()
    }
}
