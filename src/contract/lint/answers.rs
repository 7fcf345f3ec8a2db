//! The shapes an operation may answer with, and the status codes inside them.

use super::document::{At, Document, Member};
use super::fields::values;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// Most schemas of one answer that are looked into.
const MOST_SCHEMAS: usize = 2_000;
/// Most shapes of one answer that are told apart.
const MOST_SHAPES: usize = 512;

/// A code of an API's own, such as `GEO-S-001` or `ERR_042`: words in capitals, then a number.
static CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?<stem>[A-Z][A-Z0-9]*(?:[-_][A-Z][A-Z0-9]*)*)[-_](?<number>[0-9]{2,5})$")
        .expect("the pattern is valid")
});

/// One shape of an answer.
#[derive(Debug, Clone)]
pub(super) struct Shape<'d> {
    /// The operation, by index.
    pub(super) operation: usize,
    /// The HTTP status it is documented for: `200`, `4XX`, `default`.
    pub(super) status: &'d str,
    /// The schema that describes it nearest.
    pub(super) at: At<'d>,
    /// Members at the top of the body; the same name may come several times, where several schemas speak of it.
    members: Vec<Member<'d>>,
}

/// A value that a member must have, and where that is written.
#[derive(Debug, Clone)]
pub(super) struct Pinned<'d> {
    /// The member's name, with that of the object around it: `data.status`.
    pub(super) name: String,
    /// The value.
    pub(super) value: &'d str,
    /// Where the value is written.
    pub(super) at: At<'d>,
}

/// A code taken apart.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Parts<'d> {
    /// All before the number: `GEO-S`.
    pub(super) stem: &'d str,
    /// The number as written.
    pub(super) number: &'d str,
}

/// What answers of a document carry as codes.
#[derive(Debug, Default)]
pub(super) struct Codes<'d> {
    /// Every code with the places where a schema demands it.
    pub(super) places: BTreeMap<&'d str, Vec<At<'d>>>,
    /// Members in which codes stand, by operation.
    pub(super) members: BTreeMap<usize, BTreeMap<&'d str, At<'d>>>,
    /// Codes by operation.
    pub(super) of: BTreeMap<usize, BTreeSet<&'d str>>,
}

impl<'d> Shape<'d> {
    /// Whether it is documented for an HTTP status that means success.
    pub(super) fn is_success(&self) -> bool {
        self.status.starts_with('2')
    }

    /// Names of the members at the top.
    pub(super) fn names(&self) -> BTreeSet<&'d str> {
        self.members.iter().map(|member| member.name).collect()
    }

    /// The texts a member at the top is pinned to: those on which all schemas that speak of it agree.
    pub(super) fn pinned(&self, document: &Document<'d>, name: &str) -> Vec<At<'d>> {
        let mut agreed: Option<Vec<At<'d>>> = None;
        for member in self.members.iter().filter(|member| member.name == name) {
            let listed = values(&document.resolve(member.at.clone()));
            if listed.is_empty() {
                continue;
            }
            agreed = Some(match agreed {
                None => listed,
                Some(before) => {
                    before.into_iter().filter(|one| listed.iter().any(|other| other.text() == one.text())).collect()
                }
            });
        }
        agreed.unwrap_or_default()
    }

    /// Every member, at the top or one object below, that can have one text only.
    pub(super) fn constants(&self, document: &Document<'d>) -> Vec<Pinned<'d>> {
        let mut found = Vec::new();
        for member in &self.members {
            let schema = document.resolve(member.at.clone());
            found.extend(constant(member.name.to_owned(), &schema));
            for inner in schema.get("properties").map(|properties| properties.members()).unwrap_or_default() {
                let name = format!("{}.{}", member.name, inner.name);
                found.extend(constant(name, &document.resolve(inner.at)));
            }
        }
        found
    }
}

fn constant<'d>(name: String, schema: &At<'d>) -> Option<Pinned<'d>> {
    match values(schema).as_slice() {
        [only] => Some(Pinned { name, value: only.text()?, at: only.clone() }),
        _ => None,
    }
}

/// Every shape of every answer of a document.
pub(super) fn shapes<'d>(document: &Document<'d>) -> Vec<Shape<'d>> {
    let mut found = Vec::new();
    for (operation, written) in document.operations.iter().enumerate() {
        for response in written.at.get("responses").map(|responses| responses.members()).unwrap_or_default() {
            let content = document.resolve(response.at).get("content").map(|content| content.members());
            for schema in content.unwrap_or_default().iter().filter_map(|media| media.at.get("schema")) {
                let spread = Spread { document, around: Vec::new(), left: MOST_SCHEMAS }.of(schema).into_iter();
                let status = response.name;
                found.extend(spread.map(|Alternative { at, members }| Shape { operation, status, at, members }));
            }
        }
    }
    found
}

/// One way through the alternatives of a schema: where it ends, and all members on it.
struct Alternative<'d> {
    at: At<'d>,
    members: Vec<Member<'d>>,
}

/// Spreads a schema into its alternatives, each with all its members. Schemas that hold each other are looked into once
/// on each way down, and all ways together are bounded.
struct Spread<'s, 'd> {
    document: &'s Document<'d>,
    /// Where the schemas around begin.
    around: Vec<u32>,
    /// How many schemas may still be looked into.
    left: usize,
}

impl<'d> Spread<'_, 'd> {
    fn of(&mut self, at: At<'d>) -> Vec<Alternative<'d>> {
        let at = self.document.resolve(at);
        let start = at.node.span.start;
        if self.left == 0 || self.around.contains(&start) {
            return vec![Alternative { at, members: Vec::new() }];
        }
        self.left -= 1;
        self.around.push(start);
        let members = at.get("properties").map(|properties| properties.members()).unwrap_or_default();
        let mut shapes = vec![Alternative { at: at.clone(), members }];
        for part in at.get("allOf").map(|parts| parts.items()).unwrap_or_default() {
            let parts = self.of(part);
            shapes = crossed(&shapes, &parts);
        }
        for keyword in ["oneOf", "anyOf"] {
            let parts = at.get(keyword).map(|parts| parts.items()).unwrap_or_default();
            let parts: Vec<_> = parts.into_iter().flat_map(|part| self.of(part)).take(MOST_SHAPES).collect();
            if !parts.is_empty() {
                shapes = crossed(&shapes, &parts);
            }
        }
        self.around.pop();
        shapes
    }
}

fn crossed<'d>(shapes: &[Alternative<'d>], parts: &[Alternative<'d>]) -> Vec<Alternative<'d>> {
    let joined = |shape: &Alternative<'d>, part: &Alternative<'d>| {
        let nearest = if part.members.is_empty() { &shape.at } else { &part.at };
        Alternative { at: nearest.clone(), members: shape.members.iter().chain(&part.members).cloned().collect() }
    };
    let pairs = shapes.iter().flat_map(|shape| parts.iter().map(move |part| joined(shape, part)));
    let mut all: Vec<Alternative<'d>> = pairs.take(MOST_SHAPES).collect();
    // `oneOf` over what is required only makes no new shape.
    all.dedup_by(|one, other| one.at.pointer == other.at.pointer);
    all
}

/// Takes a code apart; none where it is no code.
pub(super) fn parts(code: &str) -> Option<Parts<'_>> {
    let found = CODE.captures(code)?;
    Some(Parts { stem: found.name("stem")?.as_str(), number: found.name("number")?.as_str() })
}

/// The codes that answers carry at the top of their bodies.
pub(super) fn codes<'d>(document: &Document<'d>, shapes: &[Shape<'d>]) -> Codes<'d> {
    let mut codes = Codes::default();
    for shape in shapes {
        for name in shape.names() {
            for at in shape.pinned(document, name) {
                let Some(code) = at.text().filter(|text| parts(text).is_some()) else { continue };
                let places = codes.places.entry(code).or_default();
                if !places.iter().any(|place| place.pointer == at.pointer) {
                    places.push(at.clone());
                }
                codes.members.entry(shape.operation).or_default().entry(name).or_insert(at);
                codes.of.entry(shape.operation).or_default().insert(code);
            }
        }
    }
    codes
}

impl Codes<'_> {
    /// Whether answers of this document carry codes as a rule, so that one without is an exception.
    pub(super) fn are_the_rule(&self, document: &Document<'_>) -> bool {
        self.places.len() >= 3 && self.of.len() * 3 >= document.operations.len() * 2
    }
}
