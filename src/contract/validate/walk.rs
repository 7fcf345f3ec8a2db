//! The one walk through a body: which documented members are there, and which are there that are not documented.

use super::context::{Undocumented, ValidationContext};
use super::form::Form;
use super::index::{BodyIndex, PlaceIndex};
use super::seen::Key;
use super::words::shown;
use crate::contract::{Shape, ShapeNode};
use crate::event::{FindingKind, Side, Touch};
use crate::source::Span;
use crate::text::nearest;
use serde_json::{Map, Value};
use std::fmt::{Display, Formatter, Write as _};

/// Where the walk is: a list on the stack, so that a pointer is only written when somebody has to read it.
#[derive(Clone, Copy)]
struct Trail<'t> {
    up: Option<&'t Trail<'t>>,
    part: &'t str,
}

impl Display for Trail<'_> {
    /// Writes a JSON pointer (RFC 6901) with `*` for an index.
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        if let Some(up) = self.up {
            up.fmt(f)?;
            f.write_char('/')?;
            for letter in self.part.chars() {
                match letter {
                    '~' => f.write_str("~0")?,
                    '/' => f.write_str("~1")?,
                    letter => f.write_char(letter)?,
                }
            }
        }
        Ok(())
    }
}

/// What is documented at a pointer into a value.
pub(super) fn node_at<'s>(shape: &'s Shape, pointer: &str) -> Option<&'s ShapeNode> {
    let mut node = shape.nodes.first()?;
    for part in pointer.split('/').skip(1) {
        let name = crate::text::pointer_unescaped(part);
        let next = match node.members.binary_search_by(|(known, _)| known.as_str().cmp(&name)) {
            Ok(known) => node.members[known].1,
            Err(_) => node.items?,
        };
        node = shape.nodes.get(next)?;
    }
    Some(node)
}

pub(super) struct Walk<'w, 'a> {
    pub(super) context: &'w mut ValidationContext<'a>,
    pub(super) shape: &'w Shape,
    pub(super) index: Option<&'w BodyIndex>,
    /// Where the schema is written.
    pub(super) span: Span,
    /// What evidence of this operation and this half begins with.
    pub(super) key: Key,
}

impl<'w> Walk<'w, '_> {
    pub(super) fn whole(&mut self, value: &Value) {
        if !self.shape.nodes.is_empty() {
            self.value(value, 0, Trail { up: None, part: "" });
        }
    }

    fn value(&mut self, value: &Value, number: usize, trail: Trail<'_>) {
        let shape = self.shape;
        let Some(node) = shape.nodes.get(number) else { return };
        let place = self.index.and_then(|index| index.places.get(number));
        if let Some(place) = place {
            self.touch(value, place, number, trail);
        }
        match value {
            Value::Object(members) => {
                self.members(members, node, trail);
                place.into_iter().for_each(|place| self.missing(members, place, number, trail));
            }
            Value::Array(items) => {
                if let Some(item) = node.items {
                    let trail = Trail { up: Some(&trail), part: "*" };
                    items.iter().for_each(|value| self.value(value, item, trail));
                }
            }
            _ => {}
        }
    }

    fn members(&mut self, members: &Map<String, Value>, node: &'w ShapeNode, trail: Trail<'_>) {
        for (name, value) in members {
            let inside = Trail { up: Some(&trail), part: name };
            match node.members.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
                Ok(known) => self.value(value, node.members[known].1, inside),
                Err(_) if node.open => {}
                Err(_) => self.undocumented(name, value, node, inside),
            }
        }
    }

    fn touch(&mut self, value: &Value, place: &PlaceIndex, number: usize, trail: Trail<'_>) {
        self.context.mark(place.field, Touch::Seen);
        if let (Value::String(text), false) = (value, place.values.is_empty()) {
            let same = place.values.iter().find(|(known, _)| known == text);
            for thing in same.into_iter().flat_map(|(_, things)| things) {
                self.context.mark(Some(*thing), Touch::Seen);
            }
        }
        let Some((operation, _)) = self.context.index else { return };
        // Of a whole body with a code, the code says more than its members.
        let told_by_code = trail.up.is_none() && self.context.judged.code.is_some();
        for ambiguity in place.ambiguities.iter().filter(|_| !told_by_code) {
            if self.context.seen.asks(*ambiguity, operation) {
                let form = Form::of(value);
                let key = form.key(self.key.number(number));
                let (id, side, label) = (&self.context.operation.id, self.context.side, self.context.label);
                self.context.record_evidence(*ambiguity, key, || {
                    let said = match trail.up {
                        None => form.to_string(),
                        Some(_) => format!("{trail}: {form}"),
                    };
                    match side {
                        Side::Request => format!("{id} was sent {said}"),
                        Side::Response => format!("{id} answered `{label}` with {said}"),
                    }
                });
            }
        }
    }

    /// What is not there speaks as well, where the variant rests on the ruling about it.
    fn missing(&mut self, members: &Map<String, Value>, place: &PlaceIndex, number: usize, trail: Trail<'_>) {
        let Some((operation, _)) = self.context.index else { return };
        for (name, ambiguity) in &place.telling {
            if self.context.seen.asks(*ambiguity, operation) && !members.contains_key(name) {
                let trail = Trail { up: Some(&trail), part: name };
                let key = self.key.with("without").number(number);
                let (id, side, label) = (&self.context.operation.id, self.context.side, self.context.label);
                let words = || match side {
                    Side::Request => format!("{id} was sent without {trail}"),
                    Side::Response => format!("{id} answered `{label}` without {trail}"),
                };
                self.context.record_evidence(*ambiguity, key, words);
            }
        }
    }

    fn undocumented(&mut self, name: &str, value: &Value, node: &ShapeNode, trail: Trail<'_>) {
        let pointer = trail.to_string();
        let documented: Vec<String> = node.members.iter().map(|(name, _)| name.clone()).collect();
        if let Some(respelling) = self.context.contract.respelling(name, &documented) {
            self.context.respelt(respelling, &pointer, None, self.span);
            return;
        }
        // A promise not to have it says it already.
        if self.context.is_violated(&pointer) {
            return;
        }
        let what = format!("the {} has `{pointer}`, which is not documented", self.context.whose());
        self.context.find(Undocumented {
            found: Some(shown(value)),
            near: nearest(name, documented.iter().map(String::as_str)).map(str::to_owned),
            ..Undocumented::new(FindingKind::UndocumentedField, &pointer, what, self.span)
        });
    }
}
