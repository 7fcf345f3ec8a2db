//! YAML as nodes with places, and reading typed values out of them.
//!
//! Suites, flows, environments and contracts are all read through here, so that a mistake in any of them is shown the
//! same way: the exact node, with carets, and what to do.

mod decode;
mod fields;
mod json;
mod parse;
mod shape;

pub use decode::{Reader, parse_duration};
pub use fields::Fields;
pub use json::parse_json;
pub use parse::parse;
pub use shape::{Form, Key, Names, Object, Shape};

use crate::source::{Span, Spanned};
use serde_json::{Number, Value};
use std::rc::Rc;

/// A node and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    /// Where.
    pub span: Span,
    /// What.
    pub kind: Kind,
}

/// What a node is.
#[derive(Debug, Clone)]
pub enum Kind {
    /// `null`, `~` or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number that JSON can say.
    Number(Number),
    /// Text.
    Text(String),
    /// A list.
    List(Rc<[Node]>),
    /// A mapping, in the order written; merged entries come last.
    Map(Rc<[Entry]>),
}

/// An entry of a mapping.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The key.
    pub key: Spanned<String>,
    /// The value.
    pub value: Node,
}

impl Node {
    /// What it is, with its article.
    #[must_use]
    pub fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Null => "nothing",
            Kind::Bool(_) => "a boolean",
            Kind::Number(_) => "a number",
            Kind::Text(_) => "text",
            Kind::List(_) => "a list",
            Kind::Map(_) => "a mapping",
        }
    }

    /// The JSON value, without looking for templates.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(flag) => Value::Bool(*flag),
            Kind::Number(number) => Value::Number(number.clone()),
            Kind::Text(text) => Value::String(text.clone()),
            Kind::List(items) => items.iter().map(Self::to_json).collect(),
            Kind::Map(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect())
            }
        }
    }
}
