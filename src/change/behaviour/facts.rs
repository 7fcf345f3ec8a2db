//! One fact of both contracts, compared as its row of the table says.

use super::node::{at, json, shown, span_of, text, texts};
use super::table::{Direction, Fact, Measure, OPERATION_FACTS};
use crate::change::collect::{Collect, Found};
use crate::change::operations::written;
use crate::change::{Verdict, Which, Witness};
use crate::contract::Operation;
use crate::yaml::{Kind, Node, parse_duration};
use serde_json::Value;

/// What became of a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Same,
    More,
    Less,
    Other,
}

/// The facts of an operation.
pub(super) fn of_operation(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let (Some(before), Some(after)) = (written(collect.old.root, old), written(collect.new.root, new)) else { return };
    for fact in OPERATION_FACTS {
        let side = fact.path[0].trim_start_matches("x-");
        let place = fact.path[1..].join(".");
        let found = compare(fact, before, after);
        for (direction, what) in found {
            let (old_node, new_node) = (at(before, fact.path), at(after, fact.path));
            let found = Found::new(direction.1, direction.0, side).of(&old.id);
            let found = found.at(match what {
                Some(name) if place.is_empty() => name,
                Some(name) => format!("{place}:{name}"),
                None => place.clone(),
            });
            let found = found.says(shown(old_node), shown(new_node));
            let spans = (span_of(old_node).or(Some(old.span)), span_of(new_node).or(Some(new.span)));
            let witness = (direction.1 == Verdict::Breaking).then(|| Witness {
                what: "a client of".into(),
                value: format!("{} with {} {}", old.id, fact.path.join("."), shown(old_node)).into(),
                right_by: Which::Old,
                refused: format!("{} {} is promised", fact.path.join("."), shown(new_node)),
            });
            collect.add(Found { witness, ..found.spans(spans.0, spans.1) });
        }
    }
    unknown(collect, old, before, after);
}

/// What an operation says in words of its own that no table knows.
fn unknown(collect: &mut Collect<'_>, operation: &Operation, before: &Node, after: &Node) {
    /// Compared elsewhere.
    const KNOWN: [&str; 8] = [
        "x-variants",
        "x-envelope",
        "x-discriminator",
        "x-path-alternatives",
        "x-section",
        "x-ambiguity",
        "x-documented",
        "x-source",
    ];
    let own =
        |node| super::members(Some(node)).into_iter().map(|(name, ..)| name).filter(|name| name.starts_with("x-"));
    let mut names: Vec<&str> = own(before).chain(own(after)).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        if KNOWN.contains(&name) || OPERATION_FACTS.iter().any(|fact| fact.path[0] == name) {
            continue;
        }
        let (old, new) = (at(before, &[name]), at(after, &[name]));
        if old.map(json) != new.map(json) {
            let found = Found::new(Verdict::Meaning, "extension-changed", "operation").of(&operation.id).at(name);
            collect.add(found.says(shown(old), shown(new)).spans(span_of(old), span_of(new)));
        }
    }
}

/// What became of a fact: its directions, each with a name where names were added or removed.
pub(in crate::change) fn compare(fact: &Fact, before: &Node, after: &Node) -> Vec<(Direction, Option<String>)> {
    // A fact inside another that one side lacks has been told with that one.
    if fact.path.len() > 1 {
        let outer = &fact.path[..fact.path.len() - 1];
        if at(before, outer).is_none() != at(after, outer).is_none() {
            return Vec::new();
        }
    }
    let (old, new) = (at(before, fact.path), at(after, fact.path));
    directions(fact.measure, (old, new), (fact.more, fact.less, fact.other))
}

/// The directions in which a value went.
pub(super) fn directions(
    measure: Measure,
    (old, new): (Option<&Node>, Option<&Node>),
    (more, less, other): (Direction, Direction, Direction),
) -> Vec<(Direction, Option<String>)> {
    if old.map(json) == new.map(json) {
        return Vec::new();
    }
    let odd = |node: Option<&Node>| node.is_some_and(|node| matches!(node.kind, Kind::Map(_)));
    if measure == Measure::Names && (odd(old) || odd(new)) {
        return vec![(other, None)];
    }
    if measure == Measure::Names {
        let (old, new) = (texts(old), texts(new));
        let added = new.iter().filter(|name| !old.contains(name)).map(|name| (more, Some(name.clone())));
        let removed = old.iter().filter(|name| !new.contains(name)).map(|name| (less, Some(name.clone())));
        return added.chain(removed).collect();
    }
    if measure == Measure::Conditions {
        let listed = |node: Option<&Node>| {
            let members = super::members(node).into_iter();
            members
                .flat_map(|(place, node, _)| texts(Some(node)).into_iter().map(move |value| format!("{place} {value}")))
                .collect::<Vec<_>>()
        };
        let (old, new) = (listed(old), listed(new));
        let added = new.iter().filter(|name| !old.contains(name)).map(|name| (more, Some(name.clone())));
        let removed = old.iter().filter(|name| !new.contains(name)).map(|name| (less, Some(name.clone())));
        return added.chain(removed).collect();
    }
    let way = match (old, new) {
        (None, None) => Way::Same,
        (None, Some(_)) => Way::More,
        (Some(_), None) => Way::Less,
        (Some(old), Some(new)) => match measure {
            Measure::Duration => by_order(duration(old), duration(new)),
            Measure::Number => by_order(json(old).as_f64(), json(new).as_f64()),
            Measure::Range => by_range(range(old), range(new)),
            // One that is there on both sides is looked at part by part.
            Measure::Same if other.0.is_empty() => Way::Same,
            Measure::Same | Measure::Names | Measure::Conditions => Way::Other,
        },
    };
    match way {
        Way::Same => Vec::new(),
        Way::More => vec![(more, None)],
        Way::Less => vec![(less, None)],
        Way::Other => vec![(other, None)],
    }
}

fn duration(node: &Node) -> Option<f64> {
    match json(node) {
        Value::String(text) => parse_duration(&text).map(|duration| duration.as_secs_f64()),
        number => number.as_f64(),
    }
}

fn by_order(old: Option<f64>, new: Option<f64>) -> Way {
    match (old, new) {
        (Some(old), Some(new)) if new > old => Way::More,
        (Some(old), Some(new)) if new < old => Way::Less,
        (Some(_), Some(_)) => Way::Same,
        _ => Way::Other,
    }
}

/// `3`, `2-3` or `2..3`.
fn range(node: &Node) -> Option<(u64, u64)> {
    let text = text(node);
    let (low, high) = text.split_once("..").or_else(|| text.split_once('-')).unwrap_or((&text, &text));
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}

/// At least more often is more, at most fewer times is less, and only more choice is neither.
fn by_range(old: Option<(u64, u64)>, new: Option<(u64, u64)>) -> Way {
    match (old, new) {
        (Some(old), Some(new)) if old == new => Way::Same,
        (Some(old), Some(new)) if new.0 > old.0 => Way::More,
        (Some(old), Some(new)) if new.1 < old.1 => Way::Less,
        (Some(_), Some(_)) => Way::Other,
        _ => Way::More,
    }
}
