//! Everything a contract documents, each thing with a number.

use crate::contract::Contract;
use crate::event::{Ambiguity, Group, Inventory, ThingKind, Touch, TouchedThing};
use std::collections::HashMap;
use std::sync::Arc;

/// The number of a thing in its [`Catalogue`].
pub(super) type ThingId = u32;

/// Documented things, numbered in the order in which they were entered.
#[derive(Debug, Default)]
pub(super) struct Catalogue {
    things: Vec<Thing>,
    groups: Vec<Entries>,
    by_group: HashMap<(ThingKind, Option<u32>), usize>,
    operations: Vec<String>,
    /// Operations of which nothing but their name was entered.
    left_out: usize,
}

#[derive(Debug)]
struct Thing {
    group: u32,
    name: Arc<str>,
    meaning: Option<String>,
}

/// The things of one kind and one operation.
#[derive(Debug)]
struct Entries {
    kind: ThingKind,
    operation: Option<u32>,
    numbers: Vec<ThingId>,
    by_name: HashMap<Arc<str>, ThingId>,
}

impl Catalogue {
    pub(super) fn new(operations: Vec<String>) -> Self {
        Self { operations, ..Self::default() }
    }

    /// Takes note that of an operation nothing but its name is entered.
    pub(super) const fn leave_out(&mut self) {
        self.left_out += 1;
    }

    pub(super) const fn len(&self) -> usize {
        self.things.len()
    }

    /// The number of a thing, which is entered unless it is known. `operation` is the index of its group's.
    pub(super) fn enter(
        &mut self,
        kind: ThingKind,
        operation: Option<u32>,
        name: &str,
        meaning: impl FnOnce() -> Option<String>,
    ) -> ThingId {
        let groups = &mut self.groups;
        let group = *self.by_group.entry((kind, operation)).or_insert_with(|| {
            groups.push(Entries { kind, operation, numbers: Vec::new(), by_name: HashMap::new() });
            groups.len() - 1
        });
        if let Some(known) = groups[group].by_name.get(name) {
            return *known;
        }
        let id = ThingId::try_from(self.things.len()).unwrap_or(ThingId::MAX);
        let name: Arc<str> = name.into();
        let entries = &mut groups[group];
        entries.numbers.push(id);
        entries.by_name.insert(Arc::clone(&name), id);
        self.things.push(Thing { group: u32::try_from(group).unwrap_or(u32::MAX), name, meaning: meaning() });
        id
    }

    /// Whether anything of a kind was entered.
    pub(super) fn has(&self, kind: ThingKind, operation: Option<u32>) -> bool {
        self.by_group.contains_key(&(kind, operation))
    }

    /// The number of a thing that was entered.
    pub(super) fn number(&self, kind: ThingKind, operation: Option<u32>, name: &str) -> Option<ThingId> {
        self.groups[*self.by_group.get(&(kind, operation))?].by_name.get(name).copied()
    }

    /// What is told when a thing is touched.
    pub(super) fn touched(&self, id: ThingId, touch: Touch, evidence: Option<String>) -> TouchedThing {
        let thing = &self.things[id as usize];
        let group = &self.groups[thing.group as usize];
        TouchedThing {
            kind: group.kind,
            operation: group.operation.map(|operation| self.operations[operation as usize].clone()),
            name: thing.name.to_string(),
            touch,
            evidence,
        }
    }

    /// The same for everybody to read.
    pub(super) fn inventory(&self, contract: &Contract) -> Inventory {
        let things = |group: &Entries| {
            let told = |id: &ThingId| {
                let thing = &self.things[*id as usize];
                (thing.name.to_string(), thing.meaning.clone())
            };
            group.numbers.iter().map(told).collect()
        };
        let group = |group: &Entries| Group {
            kind: group.kind,
            operation: group.operation.map(|operation| self.operations[operation as usize].clone()),
            things: things(group),
        };
        let ambiguity = |note: &crate::contract::AmbiguityNote| Ambiguity {
            id: note.id.clone(),
            title: note.title.clone(),
            operations: note.operations.clone(),
            documented: note.documented.clone(),
            wire: note.wire.clone(),
            accept: note.accept.clone(),
        };
        Inventory {
            contract: contract.name.clone(),
            title: contract.title.clone(),
            version: contract.version.clone(),
            left_out: self.left_out,
            documented: self.groups.iter().map(group).collect(),
            ambiguities: contract.ambiguities.iter().map(ambiguity).collect(),
        }
    }
}
