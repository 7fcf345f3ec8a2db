//! One half of an exchange while it is held: what it is known to be, and what was found so far.

use super::duplicates::duplicates;
use super::facts::Judged;
use super::index::{BodyIndex, OperationIndex, PlaceIndex};
use super::response::elsewhere as elsewhere_documented;
use super::seen::{Key, Seen};
use super::walk::{Walk, node_at};
use super::words::{shown_text, status_path};
use crate::contract::{Contract, Operation, Respelling, Schema, SchemaError, Shape};
use crate::event::{Finding, FindingKind, Grade, Side, ThingKind, Touch, Violation, general};
use crate::source::Span;
use crate::text::{cut, nearest};
use serde_json::Value;

/// Broken promises, and findings, that are told of one half of an exchange, at most.
const MOST: usize = 500;

/// A detail of what came is cut after this many bytes where it is part of an id.
const LONGEST_DETAIL: usize = 64;

/// One half of an exchange.
pub(super) struct ValidationContext<'a> {
    pub(super) contract: &'a Contract,
    pub(super) operation: &'a Operation,
    pub(super) seen: &'a Seen,
    pub(super) index: Option<(u32, &'a OperationIndex)>,
    pub(super) side: Side,
    /// The variant that was meant, by name.
    pub(super) variant: Option<&'a str>,
    /// What the members are named after in the inventory: `request`, a variant, a status.
    pub(super) label: &'a str,
    pub(super) section: Option<&'a str>,
    /// The variant that was meant, in the index.
    pub(super) meant: Option<&'a BodyIndex>,
    pub(super) judged: Judged,
}

/// A promise that is not kept.
pub(super) struct Violated<'b> {
    pub(super) pointer: &'b str,
    pub(super) rule: &'b str,
    pub(super) promised: String,
    pub(super) found: Option<String>,
    pub(super) near: Option<String>,
    pub(super) ambiguity: Option<String>,
    pub(super) span: Span,
}

impl<'b> Violated<'b> {
    pub(super) const fn new(pointer: &'b str, rule: &'b str, promised: String, span: Span) -> Self {
        Self { pointer, rule, promised, found: None, near: None, ambiguity: None, span }
    }

    pub(super) fn found(self, found: impl Into<Option<String>>) -> Self {
        Self { found: found.into(), ..self }
    }
}

/// Something that is not documented.
pub(super) struct Undocumented<'s> {
    pub(super) kind: FindingKind,
    pub(super) pointer: &'s str,
    /// Which of several things at one place it is; part of the id.
    pub(super) detail: Option<&'s str>,
    pub(super) what: String,
    pub(super) found: Option<String>,
    pub(super) near: Option<String>,
    pub(super) ambiguity: Option<String>,
    pub(super) span: Span,
}

impl<'s> Undocumented<'s> {
    pub(super) const fn new(kind: FindingKind, pointer: &'s str, what: String, span: Span) -> Self {
        Self { kind, pointer, detail: None, what, found: None, near: None, ambiguity: None, span }
    }
}

impl<'a> ValidationContext<'a> {
    pub(super) fn new(contract: &'a Contract, operation: &'a Operation, seen: &'a Seen, side: Side) -> Self {
        let index = seen.index.operation(&operation.id);
        let label = if side == Side::Request { "request" } else { "response" };
        let section = operation.section.as_deref();
        let judged = Judged::default();
        let mut context =
            Self { contract, operation, seen, index, side, variant: None, label, section, meant: None, judged };
        if let Some((_, index)) = context.index {
            context.mark(Some(index.thing), Touch::Seen);
        }
        context
    }

    pub(super) fn mark(&mut self, thing: Option<u32>, touch: Touch) {
        if let Some(thing) = thing {
            self.seen.mark(thing, touch, &mut self.judged.touches);
        }
    }

    /// Tells of a promise that is not kept, once for each place and promise.
    pub(super) fn violate(&mut self, broken: Violated<'_>) {
        let violation = Violation {
            operation: self.operation.id.clone(),
            side: self.side,
            variant: self.variant.map(str::to_owned),
            pointer: broken.pointer.to_owned(),
            rule: broken.rule.to_owned(),
            promised: broken.promised,
            found: broken.found,
            near: broken.near,
            section: self.section.map(str::to_owned),
            ambiguity: broken.ambiguity,
        };
        let id = violation.id();
        if self.judged.violations.len() >= MOST || self.judged.violations.iter().any(|(known, _)| known.id() == id) {
            return;
        }
        self.mark_violated(&violation);
        self.judged.violations.push((violation, broken.span));
    }

    fn mark_violated(&mut self, violation: &Violation) {
        let Some((number, index)) = self.index else { return };
        // A request is a suite's own, and may be meant to be bad: that says nothing of the operation.
        if self.side == Side::Response {
            self.mark(Some(index.thing), Touch::Violated);
        }
        let catalogue = &self.seen.catalogue;
        let name = format!("{} {}", self.label, general(&violation.pointer));
        let field = catalogue.number(ThingKind::Field, Some(number), &name);
        let field = field.or_else(|| catalogue.number(ThingKind::Field, None, &name));
        let variant = self.variant.and_then(|variant| {
            let own = catalogue.number(ThingKind::Variant, Some(number), variant);
            own.or_else(|| catalogue.number(ThingKind::Variant, None, variant))
        });
        let code = self.judged.code.as_deref().and_then(|code| catalogue.number(ThingKind::Code, None, code));
        let ambiguity = violation.ambiguity.as_deref();
        let ambiguity = ambiguity.and_then(|id| catalogue.number(ThingKind::Ambiguity, None, id));
        for thing in [field, variant, code, ambiguity] {
            self.mark(thing, Touch::Violated);
        }
    }

    /// Whether a promise about a place is not kept.
    pub(super) fn is_violated(&self, pointer: &str) -> bool {
        self.judged.violations.iter().any(|(violation, _)| general(&violation.pointer) == pointer)
    }

    /// Tells of something that is not documented, once for each place.
    pub(super) fn find(&mut self, strange: Undocumented<'_>) {
        let side = match self.side {
            Side::Request => "request",
            Side::Response => "response",
        };
        let whose = self.variant.unwrap_or(side);
        let mut id = format!("{}:{}:{whose}:{}", strange.kind.name(), self.operation.id, strange.pointer);
        if let Some(detail) = strange.detail {
            id.push(' ');
            id.push_str(&cut(detail, LONGEST_DETAIL));
        }
        if self.judged.findings.len() >= MOST || self.judged.findings.iter().any(|(known, _)| known.id == id) {
            return;
        }
        let finding = Finding {
            id,
            kind: strange.kind,
            grade: Grade::Warn,
            operation: self.operation.id.clone(),
            side: self.side,
            variant: self.variant.map(str::to_owned),
            pointer: strange.pointer.to_owned(),
            what: strange.what,
            found: strange.found,
            near: strange.near,
            section: self.section.map(str::to_owned),
            ambiguity: strange.ambiguity,
        };
        self.judged.findings.push((finding, strange.span));
    }

    /// Tells of members that a JSON text has twice.
    pub(super) fn duplicates(&mut self, text: &[u8], span: Span) {
        for pointer in duplicates(text) {
            let what = format!("the {} has the member `{pointer}` twice; readers take one or the other", self.whose());
            let place = general(&pointer);
            self.find(Undocumented::new(FindingKind::DuplicateMember, &place, what, span));
        }
    }

    /// Holds a value against a schema. `place` is before every pointer: empty for a body, `query referenceID`.
    pub(super) fn schema(&mut self, schema: &Schema, value: &Value, place: &str) {
        self.judged.checks += 1;
        if schema.is_valid(value) {
            return;
        }
        for error in schema.errors(value) {
            self.broken(schema, error, value, place);
        }
    }

    fn broken(&mut self, schema: &Schema, error: SchemaError, whole: &Value, place: &str) {
        let there = whole.pointer(&error.pointer).and_then(Value::as_str);
        let respelt = there.and_then(|there| self.contract.respelling(there, &error.documented));
        let pointer = format!("{place}{}", error.pointer);
        let found = error.found.or_else(|| in_place_of(schema.shape(), &error.pointer, whole));
        let elsewhere = there.filter(|_| status_path(self.operation) == Some(&error.pointer));
        let elsewhere = elsewhere.and_then(|there| elsewhere_documented(self.operation, there));
        let promised = format!("{}{}", error.promised, elsewhere.unwrap_or_default());
        let near = match (respelt, there) {
            (Some(respelling), _) => Some(respelling.documented.clone()),
            (None, Some(there)) => nearest(there, error.documented.iter().map(String::as_str)).map(str::to_owned),
            (None, None) => None,
        };
        if let Some(respelling) = respelt {
            self.respelt(respelling, &pointer, there, error.span);
        }
        let ambiguity = respelt.and_then(|respelling| respelling.ambiguity.clone()).or(error.ambiguity);
        let broken = Violated::new(&pointer, &error.keyword, promised, error.span);
        self.violate(Violated { found, near, ambiguity, ..broken });
    }

    /// Tells of a spelling that somebody was bound to correct; `value` is the one of the place that is respelt, absent for
    /// a name.
    pub(super) fn respelt(&mut self, respelling: &Respelling, pointer: &str, value: Option<&str>, span: Span) {
        let (written, documented) = (&respelling.written, &respelling.documented);
        let what = format!("the {} has `{written}` where `{documented}` is documented", self.whose());
        self.find(Undocumented {
            detail: value,
            found: Some(shown_text(written)),
            near: Some(documented.clone()),
            ambiguity: respelling.ambiguity.clone(),
            ..Undocumented::new(FindingKind::Respelling, pointer, what, span)
        });
        if let Some(ambiguity) = respelling.ambiguity.as_deref().and_then(|id| self.seen.index.ambiguity(id)) {
            let key = Key::new(b'r').with(&self.operation.id).with(written);
            let verb = if self.side == Side::Request { "sent" } else { "answered with" };
            let id = &self.operation.id;
            self.record_evidence(ambiguity, key, || {
                format!("{id} {verb} `{written}` where `{documented}` is documented")
            });
        }
    }

    /// Tells evidence of an ambiguity, where it concerns the operation and is not known yet.
    pub(super) fn record_evidence(&mut self, ambiguity: u32, key: Key, words: impl FnOnce() -> String) {
        if self.index.is_some_and(|(operation, _)| self.seen.asks(ambiguity, operation)) {
            self.seen.record_evidence(ambiguity, key.done(), &mut self.judged.touches, words);
        }
    }

    /// Marks a place that is there, and tells what is there of ambiguities it names.
    pub(super) fn place(&mut self, place: &PlaceIndex, key: &str, words: impl Fn() -> String) {
        self.mark(place.field, Touch::Seen);
        let Some((operation, _)) = self.index else { return };
        for ambiguity in &place.ambiguities {
            if self.seen.asks(*ambiguity, operation) {
                let key = Key::new(b'p').with(&self.operation.id).with(self.label).with(key).with(&words());
                self.record_evidence(*ambiguity, key, &words);
            }
        }
    }

    /// Which half of which exchange, in words.
    pub(super) fn whose(&self) -> String {
        let id = &self.operation.id;
        match (self.side, self.variant) {
            (Side::Request, _) => format!("request of {id}"),
            (Side::Response, Some(variant)) => format!("response `{variant}` of {id}"),
            (Side::Response, None) => format!("response of {id}"),
        }
    }

    /// Walks a body: every documented member that is there is marked, every other one told.
    pub(super) fn walk(&mut self, schema: &Schema, index: Option<&BodyIndex>, value: &Value) {
        let key = Key::new(b'm').with(&self.operation.id).with(self.label);
        Walk { context: self, schema, shape: schema.shape(), index, span: schema.span(), key }.whole(value);
    }
}

/// For a pointer at which nothing is: the member of an undocumented name that stands in its place, in words.
pub(super) fn in_place_of(shape: &Shape, pointer: &str, whole: &Value) -> Option<String> {
    let (parent, missing) = pointer.rsplit_once('/')?;
    let members = whole.pointer(parent)?.as_object()?;
    let documented = &node_at(shape, parent)?.members;
    let others = members.keys().filter(|name| !documented.iter().any(|(known, _)| known == *name));
    let near = nearest(missing, others.map(String::as_str))?;
    Some(format!("no such member, but `{near}`, which is not documented"))
}

impl Contract {
    /// The documented spelling that was bound to be written so, among what is documented at a place.
    pub(super) fn respelling(&self, written: &str, documented: &[String]) -> Option<&Respelling> {
        let fits = |known: &&Respelling| known.written == written && documented.contains(&known.documented);
        self.respellings.iter().find(fits)
    }
}
