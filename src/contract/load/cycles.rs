//! Schemas that say of a value only what they say of the same value: nothing could ever be held against them.

use super::Loader;
use crate::contract::schema::{Definition, Id, What};
use crate::source::Span;

/// Most schemas of one value that lead from one to the next.
const LONGEST: usize = 64;

impl Loader<'_> {
    /// Notes schemas that lead back to themselves without going down into the value. Answers how many at most lead from
    /// one to the next.
    pub(super) fn cycles(&mut self) -> usize {
        let mut state = vec![State::Unseen; self.definitions.len()];
        let mut problems = Problems::default();
        for start in 0..self.definitions.len() {
            look(&self.definitions, start, &mut state, &mut problems);
        }
        for (id, target) in std::mem::take(&mut problems.cut) {
            // What leads back to itself says nothing; whoever refers to it is told.
            self.definitions[id].keywords.retain(|keyword| match &keyword.what {
                What::One(to) => *to != target,
                What::Many(all) => !all.contains(&target),
                What::Named(all) => keyword.name != "dependentSchemas" || !all.iter().any(|(_, to)| *to == target),
                What::Value(_) => true,
            });
        }
        for (span, title) in problems.told {
            let next = "let it lead into a member or an item, or say there what it is".to_owned();
            self.refuse(span, title, "", Some(next));
        }
        let length = |state: &State| if let State::Done(length) = state { *length } else { 1 };
        state.iter().map(length).max().unwrap_or(1)
    }
}

/// What is wrong, and which schema leads to which in a circle.
#[derive(Debug, Default)]
struct Problems {
    told: Vec<(Span, String)>,
    cut: Vec<(Id, Id)>,
}

/// How far a schema has been looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    /// It is on the way.
    Open,
    /// It leads to no error, through at most so many schemas.
    Done(usize),
}

/// A schema on the way, what it leads to, and the longest way from it that has been gone.
struct Visit {
    id: Id,
    next: Vec<(Id, Span)>,
    longest: usize,
}

fn look(definitions: &[Definition], start: Id, state: &mut [State], problems: &mut Problems) {
    if state[start] != State::Unseen {
        return;
    }
    state[start] = State::Open;
    let mut path = vec![Visit { id: start, next: same_value(&definitions[start]), longest: 0 }];
    while let Some(visit) = path.last_mut() {
        let Some((target, span)) = visit.next.pop() else {
            let (id, length) = (visit.id, visit.longest + 1);
            state[id] = State::Done(length);
            // Said once, where the way becomes too long.
            if length == LONGEST {
                let title =
                    format!("from here {LONGEST} schemas lead from one to the next without a member or an item");
                problems.told.push((definitions[id].span, title));
            }
            path.pop();
            if let Some(above) = path.last_mut() {
                above.longest = above.longest.max(length);
            }
            continue;
        };
        match state[target] {
            State::Open => {
                problems.cut.push((visit.id, target));
                problems.told.push((span, "the schema is described by itself alone".into()));
            }
            State::Done(length) => visit.longest = visit.longest.max(length),
            State::Unseen => {
                state[target] = State::Open;
                path.push(Visit { id: target, next: same_value(&definitions[target]), longest: 0 });
            }
        }
    }
}

/// Schemas that describe the same value, with where they are named.
fn same_value(definition: &Definition) -> Vec<(Id, Span)> {
    let mut all = Vec::new();
    for keyword in &definition.keywords {
        match (keyword.name, &keyword.what) {
            ("$ref" | "not" | "if" | "then" | "else", What::One(id)) => all.push((*id, keyword.span)),
            ("allOf" | "anyOf" | "oneOf", What::Many(ids)) => all.extend(ids.iter().map(|id| (*id, keyword.span))),
            ("dependentSchemas", What::Named(named)) => all.extend(named.iter().map(|(_, id)| (*id, keyword.span))),
            _ => {}
        }
    }
    all
}
