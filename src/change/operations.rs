//! Which operation of the new contract is which of the old one.

use super::collect::{Collect, Found};
use super::{Verdict, Which, Witness};
use super::{request, response};
use crate::contract::{Contract, Operation};
use crate::yaml::Node;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Every operation of the old contract, with the new one that it is.
pub(super) fn paired<'a>(old: &'a Contract, new: &'a Contract) -> Vec<(&'a Operation, Option<&'a Operation>)> {
    let mut by_path: HashMap<(&str, String), &Operation> = HashMap::new();
    let mut by_id: HashMap<&str, &Operation> = HashMap::new();
    for operation in &new.operations {
        for path in &operation.path_alternatives {
            by_path.entry((&operation.method, plain(path))).or_insert(operation);
        }
    }
    for operation in &new.operations {
        by_path.insert((&operation.method, plain(&operation.path)), operation);
        by_id.insert(&operation.id, operation);
    }
    let served: HashSet<(&str, String)> =
        old.operations.iter().map(|operation| (operation.method.as_str(), plain(&operation.path))).collect();
    let mut taken = HashSet::new();
    let mut pairs = Vec::with_capacity(old.operations.len());
    for operation in &old.operations {
        let path = plain(&operation.path);
        let by_path = by_path.get(&(operation.method.as_str(), path)).copied();
        // An id that the old contract gave to another path as well says less than a path.
        let by_id = by_id.get(operation.id.as_str()).copied().filter(|other| {
            let there = (other.method.as_str(), plain(&other.path));
            there == (operation.method.as_str(), plain(&operation.path)) || !served.contains(&there)
        });
        let found = by_path.or(by_id).filter(|found| taken.insert(found.id.as_str()));
        pairs.push((operation, found));
    }
    pairs
}

/// Compares every operation that both contracts have; tells of those that only one has.
pub(super) fn compare(collect: &mut Collect<'_>) {
    let new = collect.new.contract;
    let paired = collect.paired.clone();
    collect.operations = paired.len();
    let taken: HashSet<&str> = paired.iter().filter_map(|(_, found)| found.map(|found| found.id.as_str())).collect();
    for (operation, found) in paired.iter() {
        match found {
            Some(found) => {
                collect.common += 1;
                both(collect, operation, found);
            }
            None => gone(collect, operation),
        }
    }
    for operation in new.operations.iter().filter(|operation| !taken.contains(operation.id.as_str())) {
        let found = Found::new(Verdict::Compatible, "operation-added", "operation").of(&operation.id);
        let says = format!("{} {}", operation.method, operation.path);
        collect.add(found.says("there is none", says).spans(None, Some(operation.span)));
    }
}

/// An operation as the document has it.
pub(super) fn written<'n>(root: &'n Node, operation: &Operation) -> Option<&'n Node> {
    super::behaviour::at(root, &["paths", &operation.path, &operation.method.to_lowercase()])
}

/// A path with its parameters unnamed, below the server's own.
fn plain(path: &str) -> String {
    let mut plain = String::with_capacity(path.len());
    let mut inside = false;
    for c in path.chars() {
        match c {
            '{' => {
                inside = true;
                plain.push('{');
            }
            '}' => {
                inside = false;
                plain.push('}');
            }
            _ if inside => {}
            c => plain.push(c),
        }
    }
    plain
}

fn gone(collect: &mut Collect<'_>, operation: &Operation) {
    let path = super::exchange::path_of(operation);
    let sent = format!("{} {path}", operation.method);
    let served = collect.new.contract.operation_at(&operation.method, &path);
    let refused = match served {
        None => "the new contract has no operation there".to_owned(),
        Some(other) => format!("the new contract serves it as {}", other.id),
    };
    let witness = Witness { what: "request".into(), value: Value::String(sent), right_by: Which::Old, refused };
    let found = Found::new(Verdict::Breaking, "operation-removed", "operation").of(&operation.id);
    let found = found.says(format!("{} {}", operation.method, operation.path), "there is none");
    collect.add(Found { witness: Some(witness), ..found.spans(Some(operation.span), None) });
}

fn both(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let spans = (Some(old.span), Some(new.span));
    if old.id != new.id {
        let found = Found::new(Verdict::Compatible, "operation-renamed", "operation").of(&old.id);
        collect.add(found.says(old.id.as_str(), new.id.as_str()).spans(spans.0, spans.1));
    }
    paths(collect, old, new);
    request::compare(collect, old, new);
    response::compare(collect, old, new);
}

/// Every path by which the old operation could be reached has to lead to the new one.
fn paths(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let served: Vec<String> =
        std::iter::once(&new.path).chain(&new.path_alternatives).map(|path| plain(path)).collect();
    let moved = old.method != new.method;
    if moved || !served.contains(&plain(&old.path)) {
        let path = super::exchange::path_of(old);
        let sent = format!("{} {path}", old.method);
        let refused = match collect.new.contract.operation_at(&old.method, &path) {
            None => format!("{} is not served there", new.id),
            Some(other) => format!("it goes to {}", other.id),
        };
        let witness = Witness { what: "request".into(), value: Value::String(sent), right_by: Which::Old, refused };
        let rule = if moved { "method-changed" } else { "path-moved" };
        let found = Found::new(Verdict::Breaking, rule, "operation").of(&old.id);
        let found = found.says(format!("{} {}", old.method, old.path), format!("{} {}", new.method, new.path));
        collect.add(Found { witness: Some(witness), ..found.spans(Some(old.span), Some(new.span)) });
    }
    for path in &old.path_alternatives {
        if !served.contains(&plain(path)) {
            let found = Found::new(Verdict::Breaking, "path-alternative-removed", "operation").of(&old.id).at(path);
            collect.add(found.says(path.as_str(), "not served").spans(Some(old.span), Some(new.span)));
        }
    }
    let known: Vec<String> = std::iter::once(&old.path).chain(&old.path_alternatives).map(|path| plain(path)).collect();
    for path in new.path_alternatives.iter().filter(|path| !known.contains(&plain(path))) {
        let found = Found::new(Verdict::Compatible, "path-alternative-added", "operation").of(&old.id).at(path);
        collect.add(found.says("not served", path.as_str()).spans(Some(old.span), Some(new.span)));
    }
}
