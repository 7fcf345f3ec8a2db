//! Whether two schemas say the same, word for word but for order, layout and references.

use super::numbers::same;
use crate::contract::{SchemaId, SchemaKeyword, Schemas, Under};
use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

/// How far down alternatives are told apart before they are compared.
const LOOKED: usize = 5;

/// Pairs of schemas that are known to say the same.
#[derive(Debug, Default)]
pub(super) struct Equal {
    known: HashSet<(SchemaId, SchemaId)>,
    different: HashSet<(SchemaId, SchemaId)>,
}

/// Keywords that say nothing of what a value is.
fn is_silent(keyword: &SchemaKeyword<'_>) -> bool {
    matches!((keyword.name, keyword.under), ("uniqueItems", Under::Value(Value::Bool(false))))
        || matches!((keyword.name, keyword.under), ("required", Under::Value(Value::Array(names))) if names.is_empty())
}

impl Equal {
    /// Whether they say the same. Schemas that lead back to themselves are followed once: as long as nothing differs on
    /// the way, nothing differs.
    pub(super) fn are(&mut self, left: (&Schemas, SchemaId), right: (&Schemas, SchemaId)) -> bool {
        let start = (left.1, right.1);
        if self.known.contains(&start) {
            return true;
        }
        if self.different.contains(&start) {
            return false;
        }
        let mut open = vec![start];
        let mut seen = HashSet::from([start]);
        while let Some((a, b)) = open.pop() {
            let Some(below) = compared((left.0, a), (right.0, b)) else {
                self.different.insert(start);
                self.different.insert((a, b));
                return false;
            };
            for pair in below {
                if self.different.contains(&pair) {
                    self.different.insert(start);
                    return false;
                }
                if !self.known.contains(&pair) && seen.insert(pair) {
                    open.push(pair);
                }
            }
        }
        self.known.extend(seen);
        true
    }
}

/// What has to be the same below two schemas that are so far; nothing where they differ.
fn compared(left: (&Schemas, SchemaId), right: (&Schemas, SchemaId)) -> Option<Vec<(SchemaId, SchemaId)>> {
    let (left, right) = (followed(left), followed(right));
    let of = |(schemas, id): (&'_ Schemas, SchemaId)| {
        let mut by_name: BTreeMap<&'static str, usize> = BTreeMap::new();
        let all: Vec<SchemaKeyword<'_>> = schemas.keywords(id).filter(|keyword| !is_silent(keyword)).collect();
        for keyword in &all {
            *by_name.entry(keyword.name).or_default() += 1;
        }
        by_name
    };
    if of(left) != of(right) {
        return None;
    }
    if left.0.is_elsewhere(left.1) != right.0.is_elsewhere(right.1) {
        return None;
    }
    let mut below = Vec::new();
    for keyword in left.0.keywords(left.1).filter(|keyword| !is_silent(keyword)) {
        let other = right.0.keywords(right.1).find(|other| other.name == keyword.name)?;
        match (keyword.under, other.under) {
            (Under::Value(a), Under::Value(b)) if said_alike(keyword.name, a, b) => {}
            (Under::One(a), Under::One(b)) => below.push((a, b)),
            (Under::Many(a), Under::Many(b)) if a.len() == b.len() => match keyword.name {
                // Alternatives say the same in any order.
                "allOf" | "anyOf" | "oneOf" if a.len() > 1 => {
                    let sorted = |schemas: &Schemas, ids: &[SchemaId]| {
                        let mut ids: Vec<(u64, SchemaId)> =
                            ids.iter().map(|id| (fingerprint(schemas, *id, LOOKED), *id)).collect();
                        ids.sort_by_key(|(print, _)| *print);
                        ids.into_iter().map(|(_, id)| id).collect::<Vec<_>>()
                    };
                    below.extend(sorted(left.0, a).into_iter().zip(sorted(right.0, b)));
                }
                _ => below.extend(a.iter().copied().zip(b.iter().copied())),
            },
            (Under::Named(a), Under::Named(b)) if a.len() == b.len() => {
                let by_name: BTreeMap<&str, SchemaId> = b.iter().map(|(name, id)| (name.as_str(), *id)).collect();
                for (name, id) in a {
                    below.push((*id, *by_name.get(name.as_str())?));
                }
            }
            _ => return None,
        }
    }
    Some(below)
}

/// A number that is the same for schemas that say the same, as far down as is looked. It only pairs alternatives: whether
/// they are the same is looked at anyhow.
fn fingerprint(schemas: &Schemas, id: SchemaId, depth: usize) -> u64 {
    let (schemas, id) = followed((schemas, id));
    if depth == 0 {
        return 0;
    }
    let hash = |parts: &dyn Fn(&mut DefaultHasher)| {
        let mut hasher = DefaultHasher::new();
        parts(&mut hasher);
        hasher.finish()
    };
    let all = schemas.keywords(id).filter(|keyword| !is_silent(keyword)).map(|keyword| {
        hash(&|hasher| {
            keyword.name.hash(hasher);
            match keyword.under {
                Under::Value(value) => value_print(value).hash(hasher),
                Under::One(id) => fingerprint(schemas, id, depth - 1).hash(hasher),
                Under::Many(ids) => {
                    let prints = ids.iter().map(|id| fingerprint(schemas, *id, depth - 1));
                    prints.fold(0_u64, u64::wrapping_add).hash(hasher);
                }
                Under::Named(named) => {
                    let prints = named.iter().map(|(name, id)| {
                        hash(&|hasher| {
                            name.hash(hasher);
                            fingerprint(schemas, *id, depth - 1).hash(hasher);
                        })
                    });
                    prints.fold(0_u64, u64::wrapping_add).hash(hasher);
                }
            }
        })
    });
    all.fold(0, u64::wrapping_add)
}

/// The same number for values that are the same, in any order of a list.
fn value_print(value: &Value) -> u64 {
    let mut hasher = DefaultHasher::new();
    match value {
        Value::Array(items) => items.iter().map(value_print).fold(0_u64, u64::wrapping_add).hash(&mut hasher),
        Value::Object(members) => {
            let print = |(name, value): (&String, &Value)| {
                let mut hasher = DefaultHasher::new();
                name.hash(&mut hasher);
                value_print(value).hash(&mut hasher);
                hasher.finish()
            };
            members.iter().map(print).fold(0_u64, u64::wrapping_add).hash(&mut hasher);
        }
        Value::Number(number) => number.as_f64().unwrap_or_default().to_bits().hash(&mut hasher),
        other => other.hash(&mut hasher),
    }
    hasher.finish()
}

/// What a schema that is nothing but a reference leads to.
fn followed((schemas, mut id): (&Schemas, SchemaId)) -> (&Schemas, SchemaId) {
    loop {
        let mut keywords = schemas.keywords(id);
        match (keywords.next(), keywords.next()) {
            (Some(SchemaKeyword { name: "$ref", under: Under::One(target), .. }), None) => id = target,
            _ => return (schemas, id),
        }
    }
}

fn said_alike(name: &str, left: &Value, right: &Value) -> bool {
    match (name, left, right) {
        ("enum" | "required" | "type", Value::Array(a), Value::Array(b)) => {
            let within = |a: &[Value], b: &[Value]| a.iter().all(|one| b.iter().any(|other| same(one, other)));
            (a.len() == b.len() && a.len() > 64 && a == b) || (within(a, b) && within(b, a))
        }
        _ => same(left, right),
    }
}
