//! Credentials: what a client had to show has to be enough still.

use super::node::{at, entries, json, members, shown, span_of};
use crate::change::Verdict;
use crate::change::collect::{Collect, Found};
use crate::change::operations::written;
use crate::contract::Operation;
use crate::yaml::{Kind, Node};
use serde_json::Value;

/// One way to be let in: the schemes that are needed together, by what they are.
type Way = Vec<String>;

pub(super) fn compare(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let (before, after) = (ways(collect.old.root, old), ways(collect.new.root, new));
    let enough = |way: &Way, others: &[Way]| others.iter().any(|other| other.iter().all(|scheme| way.contains(scheme)));
    let lost = before.iter().find(|way| !enough(way, &after));
    let won = after.iter().find(|way| !enough(way, &before));
    let words = |ways: &[Way]| match ways {
        [way] if way.is_empty() => "nothing".to_owned(),
        ways => ways
            .iter()
            .map(|way| if way.is_empty() { "nothing".to_owned() } else { way.join(" and ") })
            .collect::<Vec<_>>()
            .join(" or "),
    };
    let (verdict, rule) = match (lost, won) {
        (Some(_), _) => (Verdict::Breaking, "credentials-tightened"),
        (None, Some(_)) => (Verdict::Compatible, "credentials-loosened"),
        (None, None) => return,
    };
    let node = |root, operation| {
        let own = written(root, operation).and_then(|node| at(node, &["security"]));
        span_of(own.or_else(|| at(root, &["security"])))
    };
    let spans = (node(collect.old.root, old).or(Some(old.span)), node(collect.new.root, new).or(Some(new.span)));
    let found = Found::new(verdict, rule, "security").of(&old.id).says(words(&before), words(&after));
    collect.add(found.spans(spans.0, spans.1));
}

/// The ways into an operation; a document that says nothing asks for nothing.
fn ways(root: &Node, operation: &Operation) -> Vec<Way> {
    let own = written(root, operation).and_then(|node| at(node, &["security"]));
    let Some(Node { kind: Kind::List(items), .. }) = own.or_else(|| at(root, &["security"])) else {
        return vec![Vec::new()];
    };
    if items.is_empty() {
        return vec![Vec::new()];
    }
    let way = |item: &Node| {
        let schemes = members(Some(item)).into_iter();
        let mut way: Way = schemes.map(|(name, scopes, _)| scheme(root, name, scopes)).collect();
        way.sort_unstable();
        way
    };
    items.iter().map(way).collect()
}

/// A scheme by what it asks for, whatever it is called.
fn scheme(root: &Node, name: &str, scopes: &Node) -> String {
    let schemes = at(root, &["components", "securitySchemes"]);
    let found = entries(schemes, &[]).into_iter().find(|(own, ..)| own == name);
    let Some((_, node, _)) = found else { return name.to_owned() };
    let text = |key: &str| shown(at(node, &[key]));
    let scopes = match json(scopes) {
        Value::Array(scopes) if !scopes.is_empty() => format!(" {}", Value::Array(scopes)),
        _ => String::new(),
    };
    match text("type").as_str() {
        "apiKey" => format!("{} `{}`", text("in"), text("name")),
        "http" => format!("http {}", text("scheme").to_lowercase()),
        other => format!("{other} {name}{scopes}"),
    }
}
