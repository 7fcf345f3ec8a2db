//! Which members a schema documents.

use super::definition::{Half, Id, Pool, What};
use super::words;
use super::{Shape, ShapeField, ShapeNode};
use serde_json::Value;
use std::collections::HashMap;
use std::rc::Rc;

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
    let mut making = Making { pool, half, known: HashMap::new() };
    let made = DEPTHS.iter().find_map(|deepest| making.shape(id, *deepest, MOST_PLACES));
    made.or_else(|| making.shape(id, 1, usize::MAX)).unwrap_or_default()
}

struct Making<'p> {
    pool: &'p Pool,
    half: Half,
    /// What sets of schemas say together: worked out once, however often they are met.
    known: HashMap<Vec<Id>, Rc<Together>>,
}

/// What all schemas of one value say.
struct Together {
    members: Vec<Member>,
    items: Vec<Id>,
    open: bool,
    closed: bool,
    elsewhere: bool,
    chooses: Option<Id>,
    ambiguities: Vec<String>,
    values: Vec<String>,
}

struct Member {
    name: String,
    schemas: Vec<Id>,
    required: bool,
}

/// A shape while it is drawn.
struct Drawing<'m, 'p> {
    making: &'m mut Making<'p>,
    /// Levels that are told apart.
    deepest: usize,
    /// Places that may be told apart.
    most: usize,
    shape: Shape,
    /// Nodes by the schemas they are made from, those of the places above: a schema that holds itself leads back.
    above: HashMap<Vec<Id>, usize>,
    /// Nodes below the levels that are told apart, by the schemas they are made from.
    shared: HashMap<Vec<Id>, usize>,
    /// Those of them that are not filled yet.
    open: Vec<(usize, Rc<Together>)>,
}

impl Drawing<'_, '_> {
    /// A new node for what schemas say, without what is below it.
    fn push(&mut self, said: &Together, field: Option<usize>) -> usize {
        self.shape.nodes.push(ShapeNode {
            members: Vec::new(),
            items: None,
            open: said.open,
            closed: said.closed,
            field,
            elsewhere: said.elsewhere,
            chooses: said.chooses,
            ambiguities: said.ambiguities.clone(),
        });
        self.shape.nodes.len() - 1
    }

    /// The node of a value that all of these schemas describe, at a place of its own.
    fn node(&mut self, ids: &[Id], pointer: &str, depth: usize, field: Option<usize>) -> usize {
        let said = self.making.together(ids);
        let index = self.push(&said, field);
        if let Some(field) = field {
            self.shape.fields[field].values.clone_from(&said.values);
        }
        if self.shape.nodes.len() > self.most {
            return index;
        }
        let above = self.above.insert(ids.to_vec(), index);
        for member in &said.members {
            let pointer = format!("{pointer}/{}", crate::text::pointer_escaped(&member.name));
            let node = self.below(&member.schemas, &pointer, depth + 1, Some(member.required));
            self.shape.nodes[index].members.push((member.name.clone(), node));
            if self.shape.nodes.len() > self.most {
                return index;
            }
        }
        if !said.items.is_empty() {
            // The items of a list are no field of their own: `/offers` is the field, `/offers/*/offerID` the next.
            let node = self.below(&said.items, &format!("{pointer}/*"), depth + 1, None);
            self.shape.nodes[index].items = Some(node);
        }
        match above {
            Some(above) => self.above.insert(ids.to_vec(), above),
            None => self.above.remove(ids),
        };
        index
    }

    /// The node of a member, with its field, or of the items of a list.
    fn below(&mut self, schemas: &[Id], pointer: &str, depth: usize, required: Option<bool>) -> usize {
        if let Some(above) = self.above.get(schemas) {
            return *above;
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
    fn shared(&mut self, ids: &[Id]) -> usize {
        if let Some(known) = self.shared.get(ids) {
            return *known;
        }
        let said = self.making.together(ids);
        let index = self.push(&said, None);
        if self.shared.len() >= MOST_SHARED {
            self.shape.nodes[index].open = true;
            self.shape.nodes[index].closed = false;
        } else {
            self.shared.insert(ids.to_vec(), index);
            self.open.push((index, said));
        }
        index
    }

    /// Fills the nodes that are shared.
    fn fill(&mut self) {
        while let Some((index, said)) = self.open.pop() {
            for member in &said.members {
                let node = self.shared(&member.schemas);
                self.shape.nodes[index].members.push((member.name.clone(), node));
            }
            if !said.items.is_empty() {
                self.shape.nodes[index].items = Some(self.shared(&said.items));
            }
        }
    }
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
    /// The shape in which so many levels are told apart; `None` when it has too many places.
    fn shape(&mut self, id: Id, deepest: usize, most: usize) -> Option<Shape> {
        let (above, shared) = (HashMap::new(), HashMap::new());
        let mut drawing =
            Drawing { making: self, deepest, most, shape: Shape::default(), above, shared, open: Vec::new() };
        drawing.node(&[id], "", 0, None);
        if drawing.shape.nodes.len() > most {
            return None;
        }
        drawing.fill();
        let mut shape = drawing.shape;
        shape.nodes.iter_mut().for_each(|node| node.members.sort());
        Some(shape)
    }

    /// What schemas say together.
    fn together(&mut self, ids: &[Id]) -> Rc<Together> {
        if let Some(known) = self.known.get(ids) {
            return Rc::clone(known);
        }
        let mut said = Said::default();
        for id in ids {
            said.join_all(self.said(*id, &mut Vec::new()));
        }
        let elsewhere = |schemas: &[Id]| schemas.iter().any(|id| self.pool.belongs_elsewhere(*id, self.half));
        let required = said.required;
        let open = said.open || (said.members.is_empty() && !said.closed);
        let closed = said.closed && !said.open;
        let members = said.members.into_iter().map(|(name, schemas)| Member {
            required: required.contains(&name) && !elsewhere(&schemas),
            name,
            schemas,
        });
        let together = Rc::new(Together {
            members: members.collect(),
            items: said.items,
            open,
            closed,
            elsewhere: elsewhere(ids),
            chooses: said.chooses,
            ambiguities: said.ambiguities,
            values: said.values,
        });
        self.known.insert(ids.to_vec(), Rc::clone(&together));
        together
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
