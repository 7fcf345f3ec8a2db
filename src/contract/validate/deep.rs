//! Names with brackets, as `filter[created][gt]`, as objects and lists.

use crate::contract::Kinds;
use serde_json::{Map, Value};

/// A value and the way to it.
#[derive(Debug, Clone)]
pub(super) struct Leaf {
    /// The names between brackets; an empty one, or a number, is an item of a list where one may stand.
    pub(super) path: Vec<String>,
    pub(super) text: String,
}

/// The names between brackets: `[a][b]`, `[]`.
pub(super) fn path(brackets: &str) -> Vec<String> {
    let names = brackets.split('[').skip(1);
    names.map(|name| name.strip_suffix(']').unwrap_or(name).to_owned()).collect()
}

/// What leaves say together. `kinds` says which types may stand at a path.
pub(super) fn value(leaves: &[Leaf], kinds: &impl Fn(&[String]) -> Kinds) -> Value {
    let all: Vec<(&[String], &str)> = leaves.iter().map(|leaf| (leaf.path.as_slice(), leaf.text.as_str())).collect();
    below(&all, &mut Vec::new(), kinds)
}

fn below(leaves: &[(&[String], &str)], at: &mut Vec<String>, kinds: &impl Fn(&[String]) -> Kinds) -> Value {
    let own = kinds(at);
    let ends: Vec<&str> = leaves.iter().filter(|(path, _)| path.is_empty()).map(|(_, text)| *text).collect();
    if ends.len() == leaves.len() {
        return match ends.as_slice() {
            [one] if !own.lists() || own.scalars() => Value::from(*one),
            several => several.iter().map(|text| Value::from(*text)).collect(),
        };
    }
    let is_index = |name: &str| name.is_empty() || name.bytes().all(|byte| byte.is_ascii_digit());
    let listed = leaves.iter().all(|(path, _)| path.first().is_none_or(|name| is_index(name)));
    if listed && own.lists() && !own.anything()
        || leaves.iter().any(|(path, _)| path.first().is_some_and(String::is_empty))
    {
        return leaves
            .iter()
            .map(|(path, text)| {
                let rest = path.get(1..).unwrap_or_default();
                at.push("0".to_owned());
                let value = below(&[(rest, *text)], at, kinds);
                at.pop();
                value
            })
            .collect();
    }
    let mut members = Map::new();
    for (path, _) in leaves {
        let Some(name) = path.first().filter(|name| !members.contains_key(*name)) else { continue };
        let inside: Vec<(&[String], &str)> = leaves
            .iter()
            .filter(|(path, _)| path.first() == Some(name))
            .map(|(path, text)| (&path[1..], *text))
            .collect();
        at.push(name.clone());
        members.insert(name.clone(), below(&inside, at, kinds));
        at.pop();
    }
    Value::Object(members)
}
