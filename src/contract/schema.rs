//! Schemas of a contract: whether a value is what was promised, and which members are documented. The one place that
//! knows the validator.

use crate::source::Span;
use serde_json::Value;
use std::sync::Arc;

/// A schema of a contract, compiled when it is first used. Cheap to clone.
#[derive(Clone)]
pub struct Schema(Arc<Inner>);

struct Inner {
    pointer: String,
    span: Span,
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
    /// The field that the value is, as an index into [`Shape::fields`]; of the value itself there is none.
    pub field: Option<usize>,
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
    pub fn is_valid(&self, _value: &Value) -> bool {
        unimplemented!()
    }

    /// Where a value is not what was promised; empty when it is. A bounded number of places, the certain ones first.
    #[must_use]
    pub fn errors(&self, _value: &Value) -> Vec<SchemaError> {
        unimplemented!()
    }

    /// Which members it documents.
    #[must_use]
    pub fn shape(&self) -> &Shape {
        unimplemented!()
    }
}

impl std::fmt::Debug for Schema {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Schema").field(&self.0.pointer).finish()
    }
}
