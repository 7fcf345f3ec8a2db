//! Which documented variant a response is meant to be.

use super::words::status_path;
use crate::contract::{Contract, Operation, SchemaError, Variant};
use crate::event::general;
use serde_json::Value;

/// The status code in a body, and where it stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct CodeCame<'a> {
    pub(super) code: &'a str,
    pub(super) member: &'a str,
}

/// What a body is meant to be.
#[derive(Debug)]
pub(super) enum Meant<'a> {
    /// One variant, by its place: the operation's own, or one that any operation may answer with.
    Variant(Chosen<'a>),
    /// The same, and its schema is known to be kept.
    Fitting(Chosen<'a>),
    /// The code is documented here, but not with what stands at the second path.
    Among(Vec<Chosen<'a>>),
    /// No variant is documented for it.
    Nothing,
}

/// A variant and its place in the contract.
#[derive(Debug, Clone, Copy)]
pub(super) enum Chosen<'a> {
    Own(usize, &'a Variant),
    Root(usize, &'a Variant),
}

impl<'a> Chosen<'a> {
    pub(super) const fn variant(self) -> &'a Variant {
        match self {
            Self::Own(_, variant) | Self::Root(_, variant) => variant,
        }
    }
}

/// The code in a body: the first documented one of the members in which it may stand, else the first of them.
pub(super) fn code_in<'a>(contract: &Contract, operation: &'a Operation, body: &'a Value) -> Option<CodeCame<'a>> {
    let mut first = None;
    for member in &operation.code_members {
        if let Some(code) = code_at(body, member).and_then(Value::as_str).filter(|code| !code.is_empty()) {
            let came = CodeCame { code, member };
            if contract.codes.contains_key(code) {
                return Some(came);
            }
            first = first.or(Some(came));
        }
    }
    first
}

/// What stands where a code may stand: at a member's name, or at a JSON pointer.
#[must_use]
pub fn code_at<'b>(body: &'b Value, member: &str) -> Option<&'b Value> {
    if member.starts_with('/') { body.pointer(member) } else { body.get(member) }
}

/// The variant that a code chooses, and then the value at the second path.
pub(super) fn by_code<'a>(
    contract: &'a Contract,
    operation: &'a Operation,
    came: CodeCame<'_>,
    body: &Value,
) -> Meant<'a> {
    let fits = |variant: &Variant| {
        variant.codes.iter().any(|code| code == came.code)
            && variant.member.as_deref().is_none_or(|member| member == came.member)
    };
    let own = operation.variants.iter().enumerate().map(|(index, variant)| Chosen::Own(index, variant));
    let root = contract.variants.iter().enumerate().map(|(index, variant)| Chosen::Root(index, variant));
    among(own.filter(|chosen| fits(chosen.variant())), operation, body)
        .or_else(|| among(root.filter(|chosen| fits(chosen.variant())), operation, body))
        .unwrap_or(Meant::Nothing)
}

/// The variant for bodies without a code. A body that has none of its members is not meant to be it: then it is the code
/// of another variant that is missing.
pub(super) fn without_code<'a>(operation: &'a Operation, body: &Value) -> Meant<'a> {
    let alone = operation.variants.iter().all(|variant| variant.codes.is_empty());
    let own = operation.variants.iter().enumerate().map(|(index, variant)| Chosen::Own(index, variant));
    let fits = |variant: &Variant| variant.codes.is_empty() && (alone || resembles(variant, body));
    among(own.filter(|chosen| fits(chosen.variant())), operation, body).unwrap_or(Meant::Nothing)
}

/// Whether a body has a member of a variant, or none at all.
fn resembles(variant: &Variant, body: &Value) -> bool {
    let (Value::Object(members), Some(node)) = (body, variant.schema.shape().nodes.first()) else { return true };
    members.is_empty() || node.members.is_empty() || node.members.iter().any(|(name, _)| members.contains_key(name))
}

fn among<'a>(
    mut candidates: impl Iterator<Item = Chosen<'a>>,
    operation: &Operation,
    body: &Value,
) -> Option<Meant<'a>> {
    let first = candidates.next()?;
    let Some(second) = candidates.next() else { return Some(Meant::Variant(first)) };
    let status = status_path(operation).and_then(|path| body.pointer(path)).and_then(Value::as_str);
    let all: Vec<Chosen<'a>> = [first, second].into_iter().chain(candidates).collect();
    let says = |chosen: &&Chosen<'a>| status.is_some() && chosen.variant().data_status.as_deref() == status;
    if let Some(chosen) = all.iter().find(says) {
        return Some(Meant::Variant(*chosen));
    }
    // Variants that nothing tells apart: the first that fits, else the one of which the least is broken.
    let silent: Vec<Chosen<'a>> = all.iter().copied().filter(|chosen| chosen.variant().data_status.is_none()).collect();
    if let Some(fitting) = silent.iter().find(|chosen| chosen.variant().schema.is_valid(body)) {
        return Some(Meant::Fitting(*fitting));
    }
    let nearest = silent.into_iter().min_by_key(|chosen| places(&chosen.variant().schema.errors(body)));
    Some(nearest.map_or(Meant::Among(all), Meant::Variant))
}

/// How many promises are not kept, those of all items of a list counted once: the variant that was meant breaks the fewest.
fn places(errors: &[SchemaError]) -> usize {
    let mut places: Vec<(String, &str)> =
        errors.iter().map(|error| (general(&error.pointer), error.keyword.as_str())).collect();
    places.sort();
    places.dedup();
    places.len()
}
