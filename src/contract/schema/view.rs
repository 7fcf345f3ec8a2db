//! The structure of a contract's schemas, for those who set two contracts side by side.

use super::definition::{Half, Id, Pool, What};
use super::{Schema, Span};
use serde_json::Value;
use std::sync::Arc;

/// Names a schema of one contract.
pub type SchemaId = usize;

/// The schemas of one contract, as one half of an exchange sees them. Cheap to clone.
#[derive(Clone)]
pub struct Schemas {
    pool: Arc<Pool>,
    half: Half,
}

/// One keyword of a schema.
#[derive(Debug, Clone, Copy)]
pub struct SchemaKeyword<'s> {
    /// The keyword of JSON Schema 2020-12; `false` for the schema that nothing fits.
    pub name: &'static str,
    /// Where it is written.
    pub span: Span,
    /// What stands under it.
    pub under: Under<'s>,
}

/// What stands under a keyword.
#[derive(Debug, Clone, Copy)]
pub enum Under<'s> {
    /// A value that says it all.
    Value(&'s Value),
    /// A schema.
    One(SchemaId),
    /// Schemas in order.
    Many(&'s [SchemaId]),
    /// Schemas by name.
    Named(&'s [(String, SchemaId)]),
}

impl Schema {
    /// The schemas it belongs to.
    #[must_use]
    pub fn schemas(&self) -> Schemas {
        Schemas { pool: Arc::clone(&self.0.pool), half: self.0.half }
    }

    /// Its name among them.
    #[must_use]
    pub fn schema_id(&self) -> SchemaId {
        self.0.id
    }
}

impl Schemas {
    /// What a schema says, in the order written.
    pub fn keywords(&self, id: SchemaId) -> impl Iterator<Item = SchemaKeyword<'_>> {
        self.pool.definition(id).keywords.iter().map(|keyword| SchemaKeyword {
            name: keyword.name,
            span: keyword.span,
            under: match &keyword.what {
                What::Value(value) => Under::Value(value),
                What::One(id) => Under::One(*id),
                What::Many(ids) => Under::Many(ids),
                What::Named(named) => Under::Named(named),
            },
        })
    }

    /// Where a schema is written.
    #[must_use]
    pub fn span(&self, id: SchemaId) -> Span {
        self.pool.definition(id).span
    }

    /// Where a schema stands, as `#/components/schemas/Offer`; empty for one inside another.
    #[must_use]
    pub fn pointer(&self, id: SchemaId) -> &str {
        &self.pool.definition(id).pointer
    }

    /// The ambiguities that a schema names itself (`x-ambiguity`).
    #[must_use]
    pub fn ambiguities(&self, id: SchemaId) -> &[String] {
        &self.pool.definition(id).ambiguities
    }

    /// Whether a schema, with those merged with it, describes a member that only the other half of an exchange has: it is
    /// not demanded here (`readOnly`, `writeOnly`).
    #[must_use]
    pub fn is_elsewhere(&self, id: SchemaId) -> bool {
        self.pool.belongs_elsewhere(id, self.half)
    }

    /// Whether these are the schemas of the same contract and half.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.pool, &other.pool) && self.half == other.half
    }

    /// A schema of them, ready to judge values.
    #[must_use]
    pub fn schema(&self, id: SchemaId) -> Schema {
        let definition = self.pool.definition(id);
        Schema::new(&self.pool, id, self.half, definition.pointer.clone(), definition.span)
    }
}

impl std::fmt::Debug for Schemas {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Schemas").field("half", &self.half).finish_non_exhaustive()
    }
}

// Ids are numbers inside the contract as well.
const _: fn(Id) -> SchemaId = |id| id;
