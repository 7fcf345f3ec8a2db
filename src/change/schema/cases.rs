//! Alternatives taken apart: a schema as a list of cases without any.

use super::facts::Facts;
use crate::contract::{SchemaId, Schemas};
use std::collections::HashMap;
use std::rc::Rc;

/// Most cases of one value. What is beyond stays together, which allows more: a proof from it still holds.
const MOST: usize = 256;

/// The cases of the schemas of one contract, each taken apart once.
#[derive(Debug)]
pub(super) struct Cases {
    pub(super) schemas: Schemas,
    known: HashMap<Vec<SchemaId>, Rc<Vec<Facts>>>,
}

impl Cases {
    pub(super) fn new(schemas: Schemas) -> Self {
        Self { schemas, known: HashMap::new() }
    }

    /// The cases of what these schemas say together of one value; none where nothing fits.
    pub(super) fn of(&mut self, ids: &[SchemaId]) -> Rc<Vec<Facts>> {
        if let Some(known) = self.known.get(ids) {
            return Rc::clone(known);
        }
        let facts = Facts::of(&self.schemas, ids);
        let mut cases = Vec::new();
        apart(&self.schemas, facts, &mut cases, MOST);
        let cases = Rc::new(cases);
        self.known.insert(ids.to_vec(), Rc::clone(&cases));
        cases
    }
}

fn apart(schemas: &Schemas, mut facts: Facts, cases: &mut Vec<Facts>, room: usize) {
    if facts.is_empty() {
        return;
    }
    let Some(choice) = facts.choices.pop() else { return cases.push(facts) };
    if choice.len() > room {
        return cases.push(facts);
    }
    for branch in &choice {
        let mut case = facts.clone();
        case.add(schemas, *branch);
        apart(schemas, case, cases, room / choice.len());
    }
}
