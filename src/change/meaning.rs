//! What only people read: descriptions, samples, defaults, and the facts that stand beside a schema. A changed one is
//! never a break by itself, and never silent: a sample that was a fraction and is a hundred now, an id that names
//! something else.
//!
//! Both documents are walked together, each pair of places once, and told where they are reached first.

use super::behaviour::{SCHEMA_FACTS, at, compare_fact, entries, members, shown, span_of};
use super::collect::{Collect, Found};
use super::operations::written;
use super::{Verdict, Which, Witness, behaviour};
use crate::contract::{Operation, Schema, SchemaId, Schemas, Under};
use crate::source::Span;
use crate::text::pointer_escaped;
use crate::yaml::{Kind, Node};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::rc::Rc;

/// Deepest place that is walked to.
const DEEPEST: usize = 64;

/// The mappings of a document by where they are written.
type Index<'n> = HashMap<Span, &'n Node>;

/// What two places are compared of.
struct Walk<'n> {
    old: Index<'n>,
    new: Index<'n>,
    seen: HashSet<(Vec<SchemaId>, Vec<SchemaId>)>,
}

/// Where a pair of places is reached from.
struct From<'f> {
    operation: &'f str,
    side: &'f str,
    variant: Option<&'f str>,
    before: &'f str,
}

pub(super) fn compare(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old, collect.new);
    let mut walk = Walk { old: index(old.root), new: index(new.root), seen: HashSet::new() };
    for (before, after) in collect.pairs() {
        texts(collect, before, after);
        parameters(collect, &mut walk, before, after);
        let media = before.request.iter().flat_map(|request| &request.media);
        for media in media {
            let now =
                after.request.as_ref().and_then(|request| super::request::media_for(&request.media, &media.media_type));
            let from = From { operation: &before.id, side: "request", variant: None, before: "" };
            walk.schemas(collect, media.schema.as_ref(), now.and_then(|now| now.schema.as_ref()), &from);
        }
        for variant in &before.variants {
            let now = after.variant(&variant.name).map(|now| &now.schema);
            let from = From { operation: &before.id, side: "response", variant: Some(&variant.name), before: "" };
            walk.schemas(collect, Some(&variant.schema), now, &from);
        }
        for response in &before.responses {
            let Some(now) = after.responses.iter().find(|now| now.status == response.status) else { continue };
            let name = super::response::name(response.status);
            for media in &response.media {
                let now = super::request::media_for(&now.media, &media.media_type);
                let from = From { operation: &before.id, side: "response", variant: Some(&name), before: "" };
                walk.schemas(collect, media.schema.as_ref(), now.and_then(|now| now.schema.as_ref()), &from);
            }
        }
    }
    for variant in &old.contract.variants {
        let now = new.contract.variants.iter().find(|now| now.name == variant.name).map(|now| &now.schema);
        let from = From { operation: "*", side: "response", variant: Some(&variant.name), before: "" };
        walk.schemas(collect, Some(&variant.schema), now, &from);
    }
}

fn index(root: &Node) -> Index<'_> {
    let mut index = HashMap::new();
    let mut open = vec![root];
    while let Some(node) = open.pop() {
        match &node.kind {
            Kind::Map(entries) => {
                index.insert(node.span, node);
                open.extend(entries.iter().map(|entry| &entry.value));
            }
            Kind::List(items) => open.extend(items.iter()),
            _ => {}
        }
    }
    index
}

/// Tells of a text or a sample that both sides have and that is another.
fn told(
    collect: &mut Collect<'_>,
    from: &From<'_>,
    place: &str,
    key: &str,
    (old, new): (Option<&Node>, Option<&Node>),
) {
    let (Some(old), Some(new)) = (old, new) else { return };
    if behaviour::same_value(old, new) {
        return;
    }
    let (verdict, rule) = match (key, from.side) {
        ("example" | "examples", _) => (Verdict::Meaning, "example-changed"),
        ("default", "request") => (Verdict::Unsure, "default-changed"),
        ("default", _) => (Verdict::Meaning, "default-changed"),
        _ => (Verdict::Meaning, "text-changed"),
    };
    let space = if from.before.is_empty() || place.is_empty() { "" } else { " " };
    let found = Found::new(verdict, rule, from.side).at(format!("{}{space}{place}", from.before));
    let note = (verdict == Verdict::Unsure)
        .then(|| "whoever leaves it out gets something else now; taken as breaking".to_owned());
    let (before, after) = behaviour::shown_apart(old, new);
    let found = found.says(before, after).spans(Some(old.span), Some(new.span));
    collect.add(Found {
        operation: Some(from.operation).filter(|id| *id != "*"),
        variant: from.variant,
        note,
        ..found
    });
}

/// What an operation, its body and its responses say in words, and the samples beside their schemas.
fn texts(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let (old_root, new_root) = (collect.old.root, collect.new.root);
    let (Some(before), Some(after)) = (written(old_root, old), written(new_root, new)) else { return };
    let from = From { operation: &old.id, side: "operation", variant: None, before: "" };
    for key in ["summary", "description"] {
        told(collect, &from, key, key, (at(before, &[key]), at(after, &[key])));
    }
    let bodies = (at(before, &["requestBody"]), at(after, &["requestBody"]));
    let from = From { side: "request", ..from };
    content(
        collect,
        &from,
        (bodies.0.map(|node| followed(old_root, node)), bodies.1.map(|node| followed(new_root, node))),
    );
    for (status, response, _) in members(at(before, &["responses"])) {
        let now = at(after, &["responses", status]).map(|node| followed(new_root, node));
        let from = From { side: "response", variant: Some(status), ..from };
        content(collect, &from, (Some(followed(old_root, response)), now));
    }
}

/// A local reference, followed once: what it leads to is no reference as a rule.
fn followed<'n>(root: &'n Node, node: &'n Node) -> &'n Node {
    let Some(reference) = at(node, &["$ref"]) else { return node };
    let text = behaviour::text(reference);
    let Some(path) = text.strip_prefix("#/") else { return node };
    let parts: Vec<String> = path.split('/').map(crate::text::pointer_unescaped).collect();
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    at(root, &parts).unwrap_or(node)
}

fn content(collect: &mut Collect<'_>, from: &From<'_>, (old, new): (Option<&Node>, Option<&Node>)) {
    let (Some(old), Some(new)) = (old, new) else { return };
    told(collect, from, "description", "description", (at(old, &["description"]), at(new, &["description"])));
    for (media, before, _) in members(at(old, &["content"])) {
        let Some(after) = at(new, &["content", media]) else { continue };
        told(collect, from, "example", "example", (at(before, &["example"]), at(after, &["example"])));
        for (name, sample, _) in entries(at(before, &["examples"]), &[]) {
            let now = at(after, &["examples", &name, "value"]);
            told(collect, from, &format!("examples {name}"), "examples", (at(sample, &["value"]), now));
        }
    }
}

fn parameters(collect: &mut Collect<'_>, walk: &mut Walk<'_>, old: &Operation, new: &Operation) {
    let (old_root, new_root) = (collect.old.root, collect.new.root);
    let listed = |root, operation: &Operation| -> Vec<(String, &Node)> {
        let own = written(root, operation).and_then(|node| at(node, &["parameters"]));
        let path = at(root, &["paths", &operation.path, "parameters"]);
        let nodes = [own, path].into_iter().flatten().flat_map(|node| match &node.kind {
            Kind::List(items) => items.iter().collect::<Vec<_>>(),
            _ => Vec::new(),
        });
        nodes
            .map(|node| followed(root, node))
            .filter_map(|node| {
                Some((
                    format!("{} {}", behaviour::text(at(node, &["in"])?), behaviour::text(at(node, &["name"])?)),
                    node,
                ))
            })
            .collect()
    };
    let after = listed(new_root, new);
    for (place, before) in listed(old_root, old) {
        let Some((_, after)) = after.iter().find(|(other, _)| *other == place) else { continue };
        let from = From { operation: &old.id, side: "request", variant: None, before: &place };
        for key in ["description", "example"] {
            told(collect, &from, key, key, (at(before, &[key]), at(after, &[key])));
        }
    }
    for parameter in &old.parameters {
        let place = super::request::place(parameter);
        let same = |now: &&crate::contract::Parameter| now.name == parameter.name && now.place == parameter.place;
        let now = new.parameters.iter().find(same).and_then(|now| now.schema.as_ref());
        let from = From { operation: &old.id, side: "request", variant: None, before: &place };
        walk.schemas(collect, parameter.schema.as_ref(), now, &from);
    }
}

/// What schemas merged together are made of.
#[derive(Default)]
struct Merged {
    ids: Vec<SchemaId>,
    members: BTreeMap<String, Vec<SchemaId>>,
    items: Vec<SchemaId>,
    branches: Vec<SchemaId>,
}

impl Merged {
    fn add(&mut self, schemas: &Schemas, id: SchemaId) {
        if self.ids.contains(&id) {
            return;
        }
        self.ids.push(id);
        for keyword in schemas.keywords(id) {
            match (keyword.name, keyword.under) {
                ("$ref", Under::One(target)) => self.add(schemas, target),
                ("allOf", Under::Many(ids)) => ids.iter().for_each(|id| self.add(schemas, *id)),
                ("oneOf" | "anyOf", Under::Many(ids)) => self.branches.extend(ids),
                ("properties", Under::Named(named)) => {
                    for (name, id) in named {
                        self.members.entry(name.clone()).or_default().push(*id);
                    }
                }
                ("items", Under::One(id)) => self.items.push(id),
                _ => {}
            }
        }
    }
}

impl Walk<'_> {
    fn schemas(&mut self, collect: &mut Collect<'_>, old: Option<&Schema>, new: Option<&Schema>, from: &From<'_>) {
        let (Some(old), Some(new)) = (old, new) else { return };
        let sides = (old.schemas(), new.schemas());
        self.pair(collect, &sides, &(vec![old.schema_id()], vec![new.schema_id()]), "", from, 0);
    }

    fn pair(
        &mut self,
        collect: &mut Collect<'_>,
        sides: &(Schemas, Schemas),
        ids: &(Vec<SchemaId>, Vec<SchemaId>),
        pointer: &str,
        from: &From<'_>,
        depth: usize,
    ) {
        if depth > DEEPEST || !self.seen.insert(ids.clone()) {
            return;
        }
        let (mut old, mut new) = (Merged::default(), Merged::default());
        ids.0.iter().for_each(|id| old.add(&sides.0, *id));
        ids.1.iter().for_each(|id| new.add(&sides.1, *id));
        let nodes = |index: &Index<'_>, schemas: &Schemas, merged: &Merged| {
            merged.ids.iter().filter_map(|id| index.get(&schemas.span(*id)).copied().cloned()).collect::<Vec<Node>>()
        };
        let (before, after) = (nodes(&self.old, &sides.0, &old), nodes(&self.new, &sides.1, &new));
        annotations(collect, from, pointer, &before, &after);
        let nothing = Vec::new;
        for (name, ids) in old.members {
            if let Some(now) = new.members.remove(&name) {
                let pointer = format!("{pointer}/{}", pointer_escaped(&name));
                self.pair(collect, sides, &(ids, now), &pointer, from, depth + 1);
            }
        }
        let items = (std::mem::replace(&mut old.items, nothing()), std::mem::replace(&mut new.items, nothing()));
        if !items.0.is_empty() && !items.1.is_empty() {
            self.pair(collect, sides, &items, &format!("{pointer}/*"), from, depth + 1);
        }
        if old.branches.len() == new.branches.len() {
            for (old, new) in old.branches.into_iter().zip(new.branches) {
                self.pair(collect, sides, &(vec![old], vec![new]), pointer, from, depth + 1);
            }
        }
    }
}

/// What stands beside two schemas of the same place.
fn annotations(collect: &mut Collect<'_>, from: &From<'_>, pointer: &str, old: &[Node], new: &[Node]) {
    let find = |nodes: &'_ [Node], key: &str| nodes.iter().find_map(|node| at(node, &[key]).cloned());
    for key in ["description", "title", "example", "examples", "default"] {
        let (before, after) = (find(old, key), find(new, key));
        told(collect, from, pointer, key, (before.as_ref(), after.as_ref()));
    }
    let empty = |nodes: &[Node]| nodes.first().map(|node| Node { span: node.span, kind: Kind::Map(Rc::from([])) });
    for fact in SCHEMA_FACTS {
        let holder = |nodes: &[Node]| {
            nodes.iter().find(|node| at(node, &[fact.path[0]]).is_some()).cloned().or_else(|| empty(nodes))
        };
        let (Some(before), Some(after)) = (holder(old), holder(new)) else { continue };
        for (direction, _) in compare_fact(fact, &before, &after) {
            let (old, new) = (at(&before, fact.path), at(&after, fact.path));
            let found = Found::new(direction.1, direction.0, from.side).at(format!("{}{pointer}", from.before));
            let found = found
                .says(shown(old), shown(new))
                .spans(span_of(old).or(Some(before.span)), span_of(new).or(Some(after.span)));
            let operation = Some(from.operation).filter(|id| *id != "*");
            let witness = (direction.1 == Verdict::Breaking).then(|| Witness {
                what: format!("a client that keeps {}", fact.path.join(".")),
                value: shown(old).into(),
                right_by: Which::Old,
                refused: format!("promised {}", shown(new)),
            });
            collect.add(Found { operation, witness, variant: from.variant, ..found });
        }
    }
}
