//! Which members a schema documents.

use super::definition::{Half, Id, Pool, What};
use super::words;
use super::{Shape, ShapeField, ShapeNode};
use serde_json::Value;
use std::collections::HashMap;

/// Most nodes of a shape; what comes after is open.
const MOST_NODES: usize = 20_000;
/// Deepest documented member; what lies below is open.
const DEEPEST: usize = 64;

/// Which members a schema documents.
pub(super) fn shape(pool: &Pool, id: Id, half: Half) -> Shape {
    let mut making = Making { pool, half, shape: Shape::default(), known: HashMap::new() };
    making.node(vec![id], "", None);
    for node in &mut making.shape.nodes {
        node.members.sort();
    }
    making.shape
}

struct Making<'p> {
    pool: &'p Pool,
    half: Half,
    shape: Shape,
    /// Nodes by the schemas they are made from, each with the pointers above: a schema that holds itself leads back.
    known: HashMap<Vec<Id>, usize>,
}

/// What the schemas of one value say together.
#[derive(Default)]
struct Said {
    /// Members in the order documented, with their schemas and whether they must be there.
    members: Vec<(String, Vec<Id>)>,
    required: Vec<String>,
    items: Vec<Id>,
    open: bool,
    closed: bool,
    ambiguities: Vec<String>,
    values: Vec<String>,
    /// The schema whose discriminator chooses among forms.
    chooses: Option<Id>,
}

impl Making<'_> {
    /// The node of a value that all of these schemas describe.
    fn node(&mut self, ids: Vec<Id>, pointer: &str, field: Option<usize>) -> usize {
        let mut said = Said::default();
        for id in &ids {
            let mut path = Vec::new();
            let one = self.said(*id, &mut path);
            said.join_all(one);
        }
        let index = self.shape.nodes.len();
        self.shape.nodes.push(ShapeNode {
            members: Vec::new(),
            items: None,
            open: said.open || (said.members.is_empty() && !said.closed),
            closed: said.closed && !said.open,
            field,
            elsewhere: ids.iter().any(|id| self.pool.belongs_elsewhere(*id, self.half)),
            chooses: said.chooses,
            ambiguities: said.ambiguities,
        });
        if let Some(field) = field {
            self.shape.fields[field].values = said.values;
        }
        if self.shape.nodes.len() >= MOST_NODES || pointer.matches('/').count() >= DEEPEST {
            self.shape.nodes[index].open = true;
            return index;
        }
        let above = self.known.insert(ids.clone(), index);
        for (name, schemas) in said.members {
            let pointer = format!("{pointer}/{}", crate::text::pointer_escaped(&name));
            let elsewhere = schemas.iter().any(|id| self.pool.belongs_elsewhere(*id, self.half));
            let required = said.required.contains(&name) && !elsewhere;
            let node = self.below(schemas, &pointer, required);
            self.shape.nodes[index].members.push((name, node));
        }
        if !said.items.is_empty() {
            let node = match self.known.get(&said.items) {
                Some(known) => *known,
                // The items of a list are no field of their own: `/offers` is the field, `/offers/*/offerID` the next.
                None => self.node(said.items, &format!("{pointer}/*"), None),
            };
            self.shape.nodes[index].items = Some(node);
        }
        match above {
            Some(above) => self.known.insert(ids, above),
            None => self.known.remove(&ids),
        };
        index
    }

    /// The node of a member, with its field.
    fn below(&mut self, schemas: Vec<Id>, pointer: &str, required: bool) -> usize {
        if let Some(known) = self.known.get(&schemas) {
            return *known;
        }
        let field = self.shape.fields.len();
        self.shape.fields.push(ShapeField { pointer: pointer.to_owned(), required, values: Vec::new() });
        self.node(schemas, pointer, Some(field))
    }

    /// What one schema says of a value, those merged with it included.
    fn said(&self, id: Id, path: &mut Vec<Id>) -> Said {
        let mut said = Said::default();
        if path.contains(&id) {
            return said;
        }
        path.push(id);
        let definition = self.pool.definition(id);
        said.ambiguities.clone_from(&definition.ambiguities);
        said.chooses = definition.discriminator.as_ref().map(|_| id);
        said.required = definition.required().map(str::to_owned).collect();
        for keyword in &definition.keywords {
            match (&keyword.what, keyword.name) {
                (What::Named(named), "properties") => {
                    let members = named.iter().map(|(name, id)| (name.clone(), vec![*id])).collect();
                    said.join_all(Said { members, ..Said::default() });
                }
                (What::Named(_), "patternProperties") => said.open = true,
                (What::One(id), "additionalProperties" | "unevaluatedProperties") => {
                    match self.pool.definition(*id).get("false").is_some() {
                        true => said.closed = true,
                        false => said.open = true,
                    }
                }
                (What::One(id), "items") => said.items.push(*id),
                (What::Many(ids), "prefixItems") => said.items.extend(ids),
                (What::One(id), "$ref" | "then" | "else") => said.join_all(self.said(*id, path)),
                (What::Many(ids), "allOf") => ids.iter().for_each(|id| said.join_all(self.said(*id, path))),
                (What::Named(named), "dependentSchemas") => {
                    named.iter().for_each(|(_, id)| said.join_any(self.said(*id, path)));
                }
                (What::Many(ids), "oneOf" | "anyOf") => {
                    let branches = ids.iter().map(|id| self.said(*id, path));
                    if let Some(any) = branches.reduce(|mut left, right| {
                        left.join_either(right);
                        left
                    }) {
                        said.join_all(any);
                    }
                }
                (What::Value(values), "enum" | "const") => {
                    said.values.extend(words::texts(values).into_iter().filter(|_| is_listed(values)));
                }
                _ => {}
            }
        }
        path.pop();
        said
    }
}

/// Whether values tell anything apart: a constant that is empty, or nothing, does not.
fn is_listed(values: &Value) -> bool {
    !matches!(values, Value::Null | Value::Object(_)) && values.as_str() != Some("")
}

impl Said {
    fn take(&mut self, other: &mut Self) {
        for (name, schemas) in other.members.drain(..) {
            match self.members.iter_mut().find(|(own, _)| *own == name) {
                Some((_, own)) => own.extend(schemas.into_iter().filter(|id| !own.contains(id)).collect::<Vec<_>>()),
                None => self.members.push((name, schemas)),
            }
        }
        add(&mut self.items, &mut other.items);
        add(&mut self.ambiguities, &mut other.ambiguities);
        add(&mut self.values, &mut other.values);
        self.open |= other.open;
        self.closed |= other.closed;
        self.chooses = self.chooses.or(other.chooses);
    }

    /// Both hold.
    fn join_all(&mut self, mut other: Self) {
        self.take(&mut other);
        add(&mut self.required, &mut other.required);
    }

    /// The other may hold too.
    fn join_any(&mut self, mut other: Self) {
        self.take(&mut other);
    }

    /// One of them holds.
    fn join_either(&mut self, mut other: Self) {
        self.required.retain(|name| other.required.contains(name));
        self.take(&mut other);
    }
}

fn add<T: PartialEq>(to: &mut Vec<T>, from: &mut Vec<T>) {
    for one in from.drain(..) {
        if !to.contains(&one) {
            to.push(one);
        }
    }
}
