//! Which documented thing stands where in the contract, so that an exchange need not look anything up by name.

use super::catalogue::ThingId;
use std::collections::HashMap;

/// The documented things of a contract by their places in it.
#[derive(Debug, Default)]
pub(super) struct Index {
    pub(super) operations: Vec<OperationIndex>,
    /// Of the variants that any operation may answer with.
    pub(super) variants: Vec<BodyIndex>,
    pub(super) ambiguities: Vec<AmbiguityIndex>,
    pub(super) by_operation: HashMap<String, usize>,
    pub(super) by_ambiguity: HashMap<String, u32>,
}

/// An ambiguity.
#[derive(Debug)]
pub(super) struct AmbiguityIndex {
    pub(super) thing: ThingId,
    /// The operations it concerns; absent when it concerns them all.
    pub(super) operations: Option<Vec<u32>>,
}

/// An operation; every list is parallel to the one of the contract.
#[derive(Debug)]
pub(super) struct OperationIndex {
    pub(super) thing: ThingId,
    pub(super) parameters: Vec<PlaceIndex>,
    pub(super) request: Vec<MediaIndex>,
    pub(super) responses: Vec<ResponseIndex>,
    pub(super) variants: Vec<BodyIndex>,
    pub(super) ambiguities: Vec<u32>,
    /// Those of them that no member of its request names.
    pub(super) of_path: Vec<u32>,
}

/// A response of the document.
#[derive(Debug)]
pub(super) struct ResponseIndex {
    /// The status as the document writes it.
    pub(super) name: String,
    /// Absent where the documentation does not state it.
    pub(super) status: Option<ThingId>,
    pub(super) headers: Vec<Option<ThingId>>,
    /// Empty for an operation whose bodies are told apart as variants.
    pub(super) media: Vec<MediaIndex>,
    pub(super) ambiguities: Vec<u32>,
}

/// A body of one media type.
#[derive(Debug, Default)]
pub(super) struct MediaIndex {
    pub(super) body: BodyIndex,
    /// Parallel to the discriminator's choices.
    pub(super) choices: Vec<BodyIndex>,
}

/// A body whose members are known; `places` is parallel to the nodes of its shape.
#[derive(Debug, Default)]
pub(super) struct BodyIndex {
    /// The variant that it is, where it is a documented one.
    pub(super) variant: Option<ThingId>,
    pub(super) places: Vec<PlaceIndex>,
    /// Ambiguities that the variant rests on.
    pub(super) rests: Vec<u32>,
    /// Those of them that none of its members names: what a member says of one says more than that the variant came.
    pub(super) ambiguities: Vec<u32>,
}

/// A place in an exchange: a parameter, or a value of a body.
#[derive(Debug, Default)]
pub(super) struct PlaceIndex {
    pub(super) field: Option<ThingId>,
    /// Documented values and the things that they are: of the operation's, of a list's.
    pub(super) values: Vec<(String, Vec<ThingId>)>,
    pub(super) ambiguities: Vec<u32>,
    /// Members whose absence is evidence: the name, and the ambiguity that the variant and the member both name.
    pub(super) telling: Vec<(String, u32)>,
}

impl OperationIndex {
    /// An operation of which nothing else is numbered.
    pub(super) const fn of_thing(thing: ThingId) -> Self {
        Self {
            thing,
            parameters: Vec::new(),
            request: Vec::new(),
            responses: Vec::new(),
            variants: Vec::new(),
            ambiguities: Vec::new(),
            of_path: Vec::new(),
        }
    }
}

impl Index {
    pub(super) fn operation(&self, id: &str) -> Option<(u32, &OperationIndex)> {
        let index = *self.by_operation.get(id)?;
        Some((u32::try_from(index).ok()?, &self.operations[index]))
    }

    pub(super) fn ambiguity(&self, id: &str) -> Option<u32> {
        self.by_ambiguity.get(id).copied()
    }
}

impl AmbiguityIndex {
    pub(super) fn concerns(&self, operation: u32) -> bool {
        self.operations.as_ref().is_none_or(|operations| operations.contains(&operation))
    }
}
