//! Which documented variant a response is meant to be.

use super::words::status_path;
use crate::contract::{Contract, Operation, Variant};
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
        if let Some(code) = body.get(member).and_then(Value::as_str).filter(|code| !code.is_empty()) {
            let came = CodeCame { code, member };
            if contract.codes.contains_key(code) {
                return Some(came);
            }
            first = first.or(Some(came));
        }
    }
    first
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

/// The variant for bodies without a code.
pub(super) fn without_code<'a>(operation: &'a Operation, body: &Value) -> Meant<'a> {
    let own = operation.variants.iter().enumerate().map(|(index, variant)| Chosen::Own(index, variant));
    among(own.filter(|chosen| chosen.variant().codes.is_empty()), operation, body).unwrap_or(Meant::Nothing)
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
    let silent = |chosen: &&Chosen<'a>| chosen.variant().data_status.is_none();
    // The first that fits, for variants that a contract does not tell apart by code and status.
    let fitting = || all.iter().filter(silent).find(|chosen| chosen.variant().schema.is_valid(body));
    let chosen = all.iter().find(says).or_else(fitting).or_else(|| all.iter().find(silent));
    Some(chosen.copied().map_or_else(|| Meant::Among(all.clone()), Meant::Variant))
}
