//! The one walk through a body: which documented members are there, and which are there that are not documented.

use super::context::{Undocumented, ValidationContext};
use super::form::Form;
use super::index::{BodyIndex, PlaceIndex};
use super::seen::Key;
use super::words::{shown, shown_text};
use crate::contract::schema::NamedForm;
use crate::contract::{Schema, Shape, ShapeNode};
use crate::event::{FindingKind, Side, Touch, general};
use crate::source::Span;
use crate::text::{nearest, pointer_escaped};
use serde_json::{Map, Value};
use std::fmt::{Display, Formatter, Write as _};
use std::sync::Arc;

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
    pub(super) schema: &'w Schema,
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
        if node.elsewhere {
            self.elsewhere(value, trail);
        }
        match value {
            Value::Object(members) => {
                let form = node.chooses.and_then(|chooses| self.schema.named_form(chooses, value));
                let form = form.and_then(|form| self.form(&form, value, trail));
                self.members(members, node, form.as_deref(), trail);
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

    /// What the form that a discriminator names documents. A value that is not of the form, and kept the schema all the same,
    /// is told: a discriminator changes no verdict (OpenAPI 3.1.1, 4.8.25).
    fn form(&mut self, named: &NamedForm, value: &Value, trail: Trail<'_>) -> Option<Arc<Shape>> {
        let whole = trail.to_string();
        let broken = self.context.judged.violations.iter().any(|(violation, _)| {
            general(&violation.pointer)
                .strip_prefix(whole.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        });
        let pointer = format!("{whole}/{}", pointer_escaped(&named.property));
        let (property, said) = (&named.property, &named.said);
        let Some(form) = named.form else {
            if !broken {
                let what = format!(
                    "`{property}` of the {} names the form `{said}`, which is not documented",
                    self.context.whose()
                );
                self.context.find(Undocumented {
                    found: Some(shown_text(said)),
                    near: nearest(said, named.known.iter().map(String::as_str)).map(str::to_owned),
                    ..Undocumented::new(FindingKind::DiscriminatorMismatch, &pointer, what, named.span)
                });
            }
            return None;
        };
        if let Some(error) = self.schema.differs_from(form, value).filter(|_| !broken) {
            let at = if error.pointer.is_empty() { String::new() } else { format!(" at {whole}{}", error.pointer) };
            let what = format!(
                "`{property}` of the {} names the form `{said}`, which it is not: {}{at} is promised",
                self.context.whose(),
                error.promised
            );
            self.context.find(Undocumented {
                found: error.found,
                ..Undocumented::new(FindingKind::DiscriminatorMismatch, &pointer, what, named.span)
            });
        }
        Some(self.schema.shape_of(form))
    }

    /// What only the other half of an exchange should have.
    fn elsewhere(&mut self, value: &Value, trail: Trail<'_>) {
        let pointer = trail.to_string();
        let whose = self.context.whose();
        let (kind, what) = match self.context.side {
            Side::Request => (
                FindingKind::ReadOnlySent,
                format!("the {whose} has `{pointer}`, which is `readOnly`: only answers have it"),
            ),
            Side::Response => {
                let kind = FindingKind::WriteOnlyReturned;
                (kind, format!("the {whose} has `{pointer}`, which is `writeOnly`: no answer should have it"))
            }
        };
        // A password that comes back is not shown to whoever reads of it.
        let found = Some(match self.context.side {
            Side::Request => shown(value),
            Side::Response => kind_of(value).to_owned(),
        });
        self.context.find(Undocumented { found, ..Undocumented::new(kind, &pointer, what, self.span) });
    }

    fn members(&mut self, members: &Map<String, Value>, node: &'w ShapeNode, form: Option<&Shape>, trail: Trail<'_>) {
        let has = |shape: &Shape, name: &str| {
            shape.nodes.first().is_none_or(|node| node.open || node.members.iter().any(|(known, _)| known == name))
        };
        for (name, value) in members {
            let inside = Trail { up: Some(&trail), part: name };
            match node.members.binary_search_by(|(known, _)| known.as_str().cmp(name)) {
                // A member of another form is not documented for this one.
                Ok(_) if form.is_some_and(|form| !has(form, name)) && self.is_of_forms(node, name) => {
                    self.undocumented(name, value, form.unwrap_or(self.shape), node, inside);
                }
                Ok(known) => self.value(value, node.members[known].1, inside),
                Err(_) if node.open || form.is_some_and(|form| has(form, name)) => {}
                Err(_) => self.undocumented(name, value, self.shape, node, inside),
            }
        }
    }

    /// Whether a member is documented by forms alone: what is documented beside them is documented for all of them.
    fn is_of_forms(&self, node: &ShapeNode, name: &str) -> bool {
        node.chooses.is_some_and(|chooses| !self.schema.documents_beside_forms(chooses, name))
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

    /// A member that is not documented; `form` is the shape of the form that was named, where there is one.
    fn undocumented(&mut self, name: &str, value: &Value, form: &Shape, node: &ShapeNode, trail: Trail<'_>) {
        let pointer = trail.to_string();
        let own = if std::ptr::eq(form, self.shape) { Some(node) } else { form.nodes.first() };
        let documented: Vec<String> =
            own.into_iter().flat_map(|node| &node.members).map(|(name, _)| name.clone()).collect();
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

/// What a value is, without what it says.
const fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "a boolean",
        Value::Number(_) => "a number",
        Value::String(_) => "text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}
