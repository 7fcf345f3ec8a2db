//! Lists of the document's root whose entries have names: rules of order, archetypes, ambiguities, lists of values.

use super::facts::directions;
use super::node::{at, entries, json, members, shown, span_of, texts};
use super::table::{Direction, How, KEYED, Keyed, Measure};
use crate::change::collect::{Collect, Found};
use crate::change::{Verdict, Which, Witness};
use crate::source::Span;
use crate::yaml::Node;

pub(super) fn compare(collect: &mut Collect<'_>) {
    for keyed in KEYED {
        list(collect, keyed);
    }
    value_lists(collect);
    rules(collect);
    common(collect);
    unknown(collect);
}

fn tell(
    collect: &mut Collect<'_>,
    direction: Direction,
    (side, place): (&str, String),
    (old, new): (Option<&Node>, Option<&Node>),
    (old_span, new_span): (Option<Span>, Option<Span>),
) {
    let found = Found::new(direction.1, direction.0, side).at(place).says(shown(old), shown(new));
    let note = (direction.1 == Verdict::Unsure)
        .then(|| "whether the same is asked of a client is for a person to say; taken as breaking".to_owned());
    let words = |node: Option<&Node>| match node {
        Some(node) => shown(Some(node)),
        None => "nothing of it".to_owned(),
    };
    let witness = (direction.1 == Verdict::Breaking).then(|| Witness {
        what: format!("a client that keeps {side} {}:", found.place),
        value: words(old).into(),
        right_by: Which::Old,
        refused: format!("promised {}", words(new)),
    });
    collect.add(Found { note, witness, ..found.spans(span_of(old).or(old_span), span_of(new).or(new_span)) });
}

fn list(collect: &mut Collect<'_>, keyed: &Keyed) {
    let (old_root, new_root) = (at(collect.old.root, &[keyed.root]), at(collect.new.root, &[keyed.root]));
    let (old, new) = (entries(old_root, keyed.names), entries(new_root, keyed.names));
    for (name, before, span) in &old {
        match new.iter().find(|(other, ..)| other == name) {
            None => {
                let places = (Some(*span), span_of(new_root));
                tell(collect, keyed.removed, (keyed.side, name.clone()), (Some(before), None), places);
            }
            Some((_, after, _)) => entry(collect, keyed, name, before, after),
        }
    }
    for (name, after, span) in new.iter().filter(|(name, ..)| !old.iter().any(|(other, ..)| other == name)) {
        let places = (span_of(old_root), Some(*span));
        tell(collect, keyed.added, (keyed.side, name.clone()), (None, Some(after)), places);
    }
}

fn entry(collect: &mut Collect<'_>, keyed: &Keyed, name: &str, before: &Node, after: &Node) {
    for part in keyed.parts {
        let (old, new) = (at(before, part.path), at(after, part.path));
        let places = (Some(before.span), Some(after.span));
        let place = format!("{name}:{}", part.path.join("."));
        match &part.compare {
            How::Silent => {}
            How::Fact(measure, more, less, other) => {
                for (direction, _) in directions(*measure, (old, new), (*more, *less, *other)) {
                    tell(collect, direction, (keyed.side, place.clone()), (old, new), places);
                }
            }
            How::Calls(more, less, other) => {
                calls(collect, (keyed.side, &place), (old, new), (*more, *less, *other), places);
            }
            How::Entries(names, added, removed, changed) => {
                let (all_old, all_new) = (entries(old, names), entries(new, names));
                for (inner, before, span) in &all_old {
                    let other = all_new.iter().find(|(other, ..)| other == inner);
                    let direction = match other {
                        None => *removed,
                        Some((_, after, _)) if without_notes(before) == without_notes(after) => continue,
                        Some(_) => *changed,
                    };
                    let new = other.map(|(_, node, _)| *node);
                    let place = format!("{place}:{inner}");
                    tell(collect, direction, (keyed.side, place), (Some(before), new), (Some(*span), places.1));
                }
                for (inner, after, span) in
                    all_new.iter().filter(|(name, ..)| !all_old.iter().any(|(other, ..)| other == name))
                {
                    let place = format!("{place}:{inner}");
                    tell(collect, *added, (keyed.side, place), (None, Some(after)), (places.0, Some(*span)));
                }
            }
        }
    }
    let known = |key: &str| keyed.parts.iter().any(|part| part.path[0] == key);
    let own = |node: &Node| members(Some(node)).into_iter().map(|(key, ..)| key.to_owned()).collect::<Vec<_>>();
    let mut keys = own(before);
    keys.extend(own(after));
    keys.sort_unstable();
    keys.dedup();
    for key in keys.iter().filter(|key| !known(key) && !keyed.names.contains(&key.as_str())) {
        let (old, new) = (at(before, &[key]), at(after, &[key]));
        for (direction, _) in directions(Measure::Same, (old, new), (keyed.other, keyed.other, keyed.other)) {
            let places = (Some(before.span), Some(after.span));
            tell(collect, direction, (keyed.side, format!("{name}:{key}")), (old, new), places);
        }
    }
}

/// A value without the ambiguities it names.
fn without_notes(node: &Node) -> serde_json::Value {
    let mut value = json(node);
    if let Some(members) = value.as_object_mut() {
        members.shift_remove("ambiguity");
    }
    value
}

/// Operations that are called in order; one may be called twice.
fn calls(
    collect: &mut Collect<'_>,
    (side, place): (&str, &str),
    (old_node, new_node): (Option<&Node>, Option<&Node>),
    (more, less, other): (Direction, Direction, Direction),
    spans: (Option<Span>, Option<Span>),
) {
    let (old, new) = (texts(old_node), texts(new_node));
    if old == new {
        return;
    }
    let mut spare = old.clone();
    let mut added = Vec::new();
    for name in &new {
        match spare.iter().position(|known| known == name) {
            Some(at) => {
                spare.remove(at);
            }
            None => added.push(name.clone()),
        }
    }
    for name in &added {
        tell(collect, more, (side, format!("{place}:{name}")), (old_node, new_node), spans);
    }
    for name in &spare {
        tell(collect, less, (side, format!("{place}:{name}")), (old_node, new_node), spans);
    }
    let kept = |all: &[String], but: &[String]| {
        let mut but = but.to_vec();
        let keep = |name: &&String| match but.iter().rposition(|other| other == *name) {
            Some(at) => {
                but.remove(at);
                false
            }
            None => true,
        };
        all.iter().rev().filter(keep).cloned().collect::<Vec<_>>()
    };
    if kept(&old, &spare) != kept(&new, &added) {
        tell(collect, other, (side, place.to_owned()), (old_node, new_node), spans);
    }
}

/// Lists of documented values: one more may come, one fewer need not be expected.
fn value_lists(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old.contract, collect.new.contract);
    for list in &new.values {
        let before = old.values.iter().find(|other| other.name == list.name);
        let node = |root, value: &str| at(root, &[list.name.as_str(), value]);
        for (value, meaning) in &list.values {
            let known = before.and_then(|before| before.values.iter().find(|(other, _)| other == value));
            let direction = match known {
                None => ("list-value-added", Verdict::Breaking),
                Some((_, old)) if old != meaning => ("meaning-changed", Verdict::Meaning),
                Some(_) => continue,
            };
            let nodes = (node(collect.old.root, value), node(collect.new.root, value));
            let spans = (span_of(at(collect.old.root, &[&list.name])), span_of(at(collect.new.root, &[&list.name])));
            tell(collect, direction, ("list", format!("{}:{value}", list.name)), nodes, spans);
        }
    }
    for list in &old.values {
        let after = new.values.iter().find(|other| other.name == list.name);
        for (value, _) in &list.values {
            if !after.is_some_and(|after| after.values.iter().any(|(other, _)| other == value)) {
                let old = at(collect.old.root, &[list.name.as_str(), value]);
                let spans = (span_of(old), span_of(at(collect.new.root, &[&list.name])));
                let direction = ("list-value-removed", Verdict::Compatible);
                tell(collect, direction, ("list", format!("{}:{value}", list.name)), (old, None), spans);
            }
        }
    }
}

/// Rules over several exchanges: one that binds the client asks more of it, one that binds the server promises it more.
fn rules(collect: &mut Collect<'_>) {
    const TEXTS: [&str; 2] = ["says", "grade"];
    const SILENT: [&str; 4] = ["id", "section", "from", "ambiguity"];
    let (old_root, new_root) = (at(collect.old.root, &["x-rules"]), at(collect.new.root, &["x-rules"]));
    let (old, new) = (entries(old_root, &["id"]), entries(new_root, &["id"]));
    let binds_server = |node: &Node| {
        let who = texts(at(node, &["binds"]));
        who.is_empty() || who.iter().any(|who| who == "server")
    };
    for (name, before, span) in &old {
        let Some((_, after, _)) = new.iter().find(|(other, ..)| other == name) else {
            let verdict = if binds_server(before) { Verdict::Breaking } else { Verdict::Compatible };
            tell(
                collect,
                ("rule-removed", verdict),
                ("rule", name.clone()),
                (Some(before), None),
                (Some(*span), span_of(new_root)),
            );
            continue;
        };
        let mut keys: Vec<String> =
            members(Some(before)).into_iter().chain(members(Some(after))).map(|(key, ..)| key.to_owned()).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            let (old, new) = (at(before, &[&key]), at(after, &[&key]));
            if !SILENT.contains(&key.as_str()) && old.map(json) != new.map(json) {
                let direction = match TEXTS.contains(&key.as_str()) {
                    true => ("rule-text-changed", Verdict::Meaning),
                    false => ("rule-changed", Verdict::Unsure),
                };
                tell(
                    collect,
                    direction,
                    ("rule", format!("{name}:{key}")),
                    (old, new),
                    (Some(before.span), Some(after.span)),
                );
            }
        }
    }
    for (name, after, span) in new.iter().filter(|(name, ..)| !old.iter().any(|(other, ..)| other == name)) {
        let verdict = if binds_server(after) { Verdict::Compatible } else { Verdict::Breaking };
        tell(
            collect,
            ("rule-added", verdict),
            ("rule", name.clone()),
            (None, Some(after)),
            (span_of(old_root), Some(*span)),
        );
    }
}

/// What exchanges have in common, for all rules.
fn common(collect: &mut Collect<'_>) {
    for key in ["x-subject", "x-same"] {
        let (old, new) = (at(collect.old.root, &[key]), at(collect.new.root, &[key]));
        for (direction, _) in directions(Measure::Same, (old, new), (COMMON, COMMON, COMMON)) {
            tell(collect, direction, ("rule", key.to_owned()), (old, new), (None, None));
        }
    }
}

/// What exchanges have in common decides what every rule speaks of.
const COMMON: Direction = ("rule-changed", Verdict::Unsure);

/// Extensions of the root that no table knows.
fn unknown(collect: &mut Collect<'_>) {
    const KNOWN: [&str; 9] = [
        "x-codes",
        "x-variants",
        "x-envelope",
        "x-value-lists",
        "x-documented",
        "x-rules",
        "x-source",
        "x-subject",
        "x-same",
    ];
    let lists: Vec<String> =
        collect.old.contract.values.iter().chain(&collect.new.contract.values).map(|list| list.name.clone()).collect();
    let own =
        |node| members(Some(node)).into_iter().map(|(name, ..)| name.to_owned()).filter(|name| name.starts_with("x-"));
    let mut names: Vec<String> = own(collect.old.root).chain(own(collect.new.root)).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let known =
            KNOWN.contains(&name.as_str()) || KEYED.iter().any(|keyed| keyed.root == name) || lists.contains(&name);
        let (old, new) = (at(collect.old.root, &[&name]), at(collect.new.root, &[&name]));
        if !known && old.map(json) != new.map(json) {
            tell(
                collect,
                ("extension-changed", Verdict::Meaning),
                ("document", name.clone()),
                (old, new),
                (None, None),
            );
        }
    }
}
