//! Schemas as they are written, in a form that the validator, the explaining of errors and the shapes are all made from.

use super::Shape;
use super::validator::Compiled;
use super::xml::Xml;
use crate::source::Span;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// Names a schema of a [`Pool`].
pub(in crate::contract) type Id = usize;

/// Which half of an exchange a schema is for: members that only the other half has are not demanded (OpenAPI 3.1,
/// `readOnly` and `writeOnly`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::contract) enum Half {
    /// What is sent.
    Request,
    /// What comes.
    Response,
}

/// One schema, with what stands below it taken apart.
#[derive(Debug)]
pub(in crate::contract) struct Definition {
    /// Where it stands, as `#/components/schemas/Offer`; empty for one inside another.
    pub(in crate::contract) pointer: String,
    /// Where it is written.
    pub(in crate::contract) span: Span,
    /// What it says, in the order written.
    pub(in crate::contract) keywords: Vec<Keyword>,
    /// Ambiguities it names.
    pub(in crate::contract) ambiguities: Vec<String>,
    /// The only half that has it (`readOnly`: the response).
    pub(in crate::contract) only: Option<Half>,
    /// The member that chooses among its branches.
    pub(in crate::contract) discriminator: Option<Choices>,
    /// How it is written in XML.
    pub(in crate::contract) xml: Option<Xml>,
}

/// Something that a schema says.
#[derive(Debug)]
pub(in crate::contract) struct Keyword {
    /// The keyword of JSON Schema 2020-12.
    pub(in crate::contract) name: &'static str,
    /// Where it is written: its value, or for a value of many lines its name.
    pub(in crate::contract) span: Span,
    /// What stands under it.
    pub(in crate::contract) what: What,
    /// It alone, compiled when an error is explained.
    pub(in crate::contract) alone: OnceLock<Compiled>,
}

/// What stands under a keyword.
#[derive(Debug)]
pub(in crate::contract) enum What {
    /// A value that says it all.
    Value(Value),
    /// A schema.
    One(Id),
    /// Schemas in order.
    Many(Vec<Id>),
    /// Schemas by name.
    Named(Vec<(String, Id)>),
}

/// How a discriminator chooses.
#[derive(Debug)]
pub(in crate::contract) struct Choices {
    /// The member's name.
    pub(in crate::contract) property: String,
    /// Where it is written.
    pub(in crate::contract) span: Span,
    /// The schemas by the value that chooses each, named or by mapping.
    pub(in crate::contract) by_value: Vec<(String, Id)>,
}

/// All schemas of a contract. It is filled once, when the document has been read.
#[derive(Default)]
pub(in crate::contract) struct Pool {
    definitions: OnceLock<Vec<Definition>>,
    longest_way: OnceLock<usize>,
    /// Schemas that errors needed, compiled.
    compiled: Mutex<HashMap<(Id, Half), Arc<Compiled>>>,
    /// What forms document that a discriminator named.
    shapes: Mutex<HashMap<(Id, Half), Arc<Shape>>>,
}

impl Definition {
    /// What stands under a keyword.
    pub(in crate::contract) fn get(&self, name: &str) -> Option<&What> {
        self.keywords.iter().find(|keyword| keyword.name == name).map(|keyword| &keyword.what)
    }

    /// The schemas of members (`properties`).
    pub(in crate::contract) fn properties(&self) -> &[(String, Id)] {
        match self.get("properties") {
            Some(What::Named(named)) => named,
            _ => &[],
        }
    }

    /// The names that must be there (`required`).
    pub(in crate::contract) fn required(&self) -> impl Iterator<Item = &str> {
        let names = match self.get("required") {
            Some(What::Value(Value::Array(names))) => names.as_slice(),
            _ => &[],
        };
        names.iter().filter_map(Value::as_str)
    }

    /// Schemas that describe the same value, together with this one (`$ref`, `allOf`).
    pub(in crate::contract) fn merged(&self) -> impl Iterator<Item = Id> {
        self.keywords
            .iter()
            .flat_map(|keyword| match (keyword.name, &keyword.what) {
                ("$ref", What::One(target)) => std::slice::from_ref(target),
                ("allOf", What::Many(branches)) => branches,
                _ => &[],
            })
            .copied()
    }
}

impl Pool {
    /// Takes the schemas of the document, and how many of them at most lead from one to the next for the same value.
    pub(in crate::contract) fn fill(&self, definitions: Vec<Definition>, longest_way: usize) {
        // It is filled once, by the loader that made it.
        let _ = self.definitions.set(definitions);
        let _ = self.longest_way.set(longest_way);
    }

    /// The schema of that id.
    ///
    /// # Panics
    /// When the document has not been read to its end: no contract with such a pool is given away.
    pub(in crate::contract) fn definition(&self, id: Id) -> &Definition {
        &self.definitions()[id]
    }

    /// How many schemas at most lead from one to the next for the same value.
    pub(super) fn longest_way(&self) -> usize {
        self.longest_way.get().copied().unwrap_or(1)
    }

    /// All schemas.
    pub(in crate::contract) fn definitions(&self) -> &[Definition] {
        self.definitions.get().map_or(&[], Vec::as_slice)
    }

    /// A schema, compiled once.
    pub(super) fn compiled(&self, id: Id, half: Half) -> Arc<Compiled> {
        let known = self.compiled.lock().unwrap_or_else(PoisonError::into_inner).get(&(id, half)).cloned();
        known.unwrap_or_else(|| {
            let compiled = Arc::new(Compiled::new(&self.bundle(id, half)));
            let mut all = self.compiled.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry((id, half)).or_insert(compiled))
        })
    }

    /// What a schema documents, worked out once.
    pub(super) fn shape(&self, id: Id, half: Half) -> Arc<Shape> {
        let known = self.shapes.lock().unwrap_or_else(PoisonError::into_inner).get(&(id, half)).cloned();
        known.unwrap_or_else(|| {
            let shape = Arc::new(super::shape::shape(self, id, half));
            let mut all = self.shapes.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(all.entry((id, half)).or_insert(shape))
        })
    }

    /// Whether a schema is for a member that only the other half of an exchange has; `$ref` and `allOf` are followed.
    pub(super) fn belongs_elsewhere(&self, id: Id, half: Half) -> bool {
        let mut seen = Vec::new();
        let mut open = vec![id];
        while let Some(id) = open.pop() {
            if seen.contains(&id) {
                continue;
            }
            seen.push(id);
            let definition = self.definition(id);
            if definition.only.is_some_and(|only| only != half) {
                return true;
            }
            open.extend(definition.merged());
        }
        false
    }
}

/// The member that chooses among a schema's branches, and every branch by the value that chooses it: `$ref` is followed,
/// and a branch that chooses by the same member gives its own branches.
pub(in crate::contract) fn choices(definitions: &[Definition], id: Id) -> Option<Choices> {
    let mut at = &definitions[id];
    for _ in 0..LONGEST_CHAIN {
        match (&at.discriminator, at.get("$ref")) {
            (Some(choices), _) => {
                let mut all = Vec::new();
                gather(definitions, choices, &mut all, 0);
                return Some(Choices { property: choices.property.clone(), span: choices.span, by_value: all });
            }
            (None, Some(What::One(target))) => at = &definitions[*target],
            _ => return None,
        }
    }
    None
}

/// Most schemas that only lead to another.
const LONGEST_CHAIN: usize = 64;

fn gather(definitions: &[Definition], choices: &Choices, all: &mut Vec<(String, Id)>, depth: usize) {
    for (value, id) in &choices.by_value {
        let mut target = &definitions[*id];
        let mut steps = 0;
        while let (None, Some(What::One(next)), true) =
            (&target.discriminator, target.get("$ref"), steps < LONGEST_CHAIN)
        {
            target = &definitions[*next];
            steps += 1;
        }
        match &target.discriminator {
            Some(own) if own.property == choices.property && !own.by_value.is_empty() && depth < LONGEST_CHAIN => {
                gather(definitions, own, all, depth + 1);
            }
            _ if all.iter().any(|(known, _)| known == value) => {}
            _ => all.push((value.clone(), *id)),
        }
    }
}
