//! Which members a schema documents.

use super::definition::{Half, Id, Pool, What};
use super::words;
use super::{Shape, ShapeField, ShapeNode};
use serde_json::Value;
use std::collections::HashMap;

/// Most nodes of a shape that are told apart by where they stand. Schemas that refer to each other have as many places as
/// there are ways through them; of such a shape fewer levels are told apart.
const MOST_PLACES: usize = 2_000;
/// Levels that are told apart, tried in this order until the places are few enough. The last always are: a value has no
/// more members than its schema has lines.
const DEPTHS: [usize; 9] = [64, 16, 10, 8, 6, 5, 4, 3, 2];
/// Most nodes of a shape that stand for a schema wherever it is; what comes after is open.
const MOST_SHARED: usize = 20_000;

/// Which members a schema documents.
pub(super) fn shape(pool: &Pool, id: Id, half: Half) -> Shape {
    let made = DEPTHS.iter().find_map(|deepest| Making::new(pool, half, *deepest, MOST_PLACES).made(id));
    made.or_else(|| Making::new(pool, half, 1, usize::MAX).made(id)).unwrap_or_default()
}

struct Making<'p> {
    pool: &'p Pool,
    half: Half,
    /// Levels that are told apart.
    deepest: usize,
    /// Places that may be told apart.
    most: usize,
    shape: Shape,
    /// Nodes by the schemas they are made from, those of the places above: a schema that holds itself leads back.
    known: HashMap<Vec<Id>, usize>,
    /// Nodes below the levels that are told apart, by the schemas they are made from.
    shared: HashMap<Vec<Id>, usize>,
    /// Those of them that are not filled yet.
    open: Vec<(usize, Vec<Id>)>,
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
}

impl<'p> Making<'p> {
    fn new(pool: &'p Pool, half: Half, deepest: usize, most: usize) -> Self {
        let (known, shared) = (HashMap::new(), HashMap::new());
        Self { pool, half, deepest, most, shape: Shape::default(), known, shared, open: Vec::new() }
    }

    /// The shape; `None` when it has too many places.
    fn made(mut self, id: Id) -> Option<Shape> {
        self.node(vec![id], "", 0, None);
        if self.shape.nodes.len() > self.most {
            return None;
        }
        while let Some((index, ids)) = self.open.pop() {
            let said = self.said_of(&ids);
            for (name, schemas) in said.members {
                let node = self.shared(schemas);
                self.shape.nodes[index].members.push((name, node));
            }
            if !said.items.is_empty() {
                self.shape.nodes[index].items = Some(self.shared(said.items));
            }
        }
        for node in &mut self.shape.nodes {
            node.members.sort();
        }
        Some(self.shape)
    }

    /// What schemas say together.
    fn said_of(&self, ids: &[Id]) -> Said {
        let mut said = Said::default();
        for id in ids {
            said.join_all(self.said(*id, &mut Vec::new()));
        }
        said
    }

    /// A new node for what schemas say, without what is below it.
    fn push(&mut self, said: &mut Said, field: Option<usize>) -> usize {
        self.shape.nodes.push(ShapeNode {
            members: Vec::new(),
            items: None,
            open: said.open || (said.members.is_empty() && !said.closed),
            field,
            ambiguities: std::mem::take(&mut said.ambiguities),
        });
        self.shape.nodes.len() - 1
    }

    /// The node of a value that all of these schemas describe, at a place of its own.
    fn node(&mut self, ids: Vec<Id>, pointer: &str, depth: usize, field: Option<usize>) -> usize {
        let mut said = self.said_of(&ids);
        let index = self.push(&mut said, field);
        if let Some(field) = field {
            self.shape.fields[field].values = said.values;
        }
        if self.shape.nodes.len() > self.most {
            return index;
        }
        let above = self.known.insert(ids.clone(), index);
        for (name, schemas) in said.members {
            let pointer = format!("{pointer}/{}", crate::text::pointer_escaped(&name));
            let elsewhere = schemas.iter().any(|id| self.pool.belongs_elsewhere(*id, self.half));
            let required = said.required.contains(&name) && !elsewhere;
            let node = self.below(schemas, &pointer, depth + 1, Some(required));
            self.shape.nodes[index].members.push((name, node));
        }
        if !said.items.is_empty() {
            // The items of a list are no field of their own: `/offers` is the field, `/offers/*/offerID` the next.
            let node = self.below(said.items, &format!("{pointer}/*"), depth + 1, None);
            self.shape.nodes[index].items = Some(node);
        }
        match above {
            Some(above) => self.known.insert(ids, above),
            None => self.known.remove(&ids),
        };
        index
    }

    /// The node of a member, with its field, or of the items of a list.
    fn below(&mut self, schemas: Vec<Id>, pointer: &str, depth: usize, required: Option<bool>) -> usize {
        if let Some(known) = self.known.get(&schemas) {
            return *known;
        }
        if depth > self.deepest {
            return self.shared(schemas);
        }
        let field = required.map(|required| {
            self.shape.fields.push(ShapeField { pointer: pointer.to_owned(), required, values: Vec::new() });
            self.shape.fields.len() - 1
        });
        self.node(schemas, pointer, depth, field)
    }

    /// The node that stands for these schemas wherever they describe a value below the levels that are told apart.
    fn shared(&mut self, ids: Vec<Id>) -> usize {
        if let Some(known) = self.shared.get(&ids) {
            return *known;
        }
        let mut said = self.said_of(&ids);
        let index = self.push(&mut said, None);
        if self.shared.len() >= MOST_SHARED {
            self.shape.nodes[index].open = true;
        } else {
            self.shared.insert(ids.clone(), index);
            self.open.push((index, ids));
        }
        index
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
