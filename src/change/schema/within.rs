//! The walk: every place where the left set allows what the right set does not.

use super::cases::Cases;
use super::equal::Equal;
use super::facts::{Bound, Count, Facts, Types};
use super::make::{Fill, Hints, Maker};
use super::numbers::{exact, is_multiple, same};
use crate::change::rules::schema::{Family, rule};
use crate::contract::{Schema, SchemaId, Schemas, Under};
use crate::source::Span;
use crate::text::{cut, pointer_escaped};
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet};
use std::rc::Rc;

/// Deepest place that is looked at; what differs below is told as not decided.
const DEEPEST: usize = 200;
/// Most values that are tried at one place.
const MOST_TRIED: usize = 400;
/// Longest value that is shown in words, in bytes.
const LONGEST_WORDS: usize = 100;

/// Which contract a set belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(in crate::change) enum Side {
    /// What was promised.
    Old,
    /// What is promised now.
    New,
}

/// A place where the left set allows what the right set does not.
#[derive(Debug, Clone)]
pub(in crate::change) struct Gap {
    /// Where in the value, as a JSON pointer with `*` for an index.
    pub(in crate::change) pointer: String,
    /// What kind of difference it is.
    pub(in crate::change) family: Family,
    /// The rule's name.
    pub(in crate::change) rule: &'static str,
    /// Whether it only concerns members that the left side does not document.
    pub(in crate::change) undocumented: bool,
    /// Where the left side says what it allows, or the nearest place.
    pub(in crate::change) left: Span,
    /// Where the right side says what it does not allow.
    pub(in crate::change) right: Span,
    /// What the left side says there, in words.
    pub(in crate::change) left_says: String,
    /// What the right side says there, in words.
    pub(in crate::change) right_says: String,
    /// A value of the left set that is not in the right one, by the validator.
    pub(in crate::change) witness: Option<Value>,
    /// Ambiguities that are named on the way to the place.
    pub(in crate::change) ambiguities: Vec<String>,
}

/// Sets the schemas of two contracts side by side, for one half of an exchange and one direction.
#[derive(Debug)]
pub(in crate::change) struct Walk {
    left: Cases,
    right: Cases,
    /// Whose the right side is.
    right_is: Side,
    maker: Maker,
    equal: Equal,
    known: HashMap<(Vec<SchemaId>, SchemaId), Rc<Vec<Gap>>>,
    open: HashSet<(Vec<SchemaId>, SchemaId)>,
    ready: HashMap<(bool, SchemaId), Schema>,
}

/// What is compared at one place.
struct At<'a> {
    case: &'a Facts,
    /// The left schemas, which judge what is made.
    left: &'a [SchemaId],
    /// What the right schema says with all that is merged with it.
    whole: &'a Facts,
    depth: usize,
}

impl Walk {
    /// Compares the left contract's schemas with the right one's.
    pub(in crate::change) fn new(left: Schemas, right: Schemas, right_is: Side) -> Self {
        Self {
            left: Cases::new(left),
            right: Cases::new(right),
            right_is,
            maker: Maker::default(),
            equal: Equal::default(),
            known: HashMap::new(),
            open: HashSet::new(),
            ready: HashMap::new(),
        }
    }

    /// Whether two schemas say the same.
    pub(in crate::change) fn same(&mut self, left: SchemaId, right: SchemaId) -> bool {
        self.equal.are((&self.left.schemas, left), (&self.right.schemas, right))
    }

    /// Every place where the left schema allows what the right one does not; none when it is contained.
    pub(in crate::change) fn gaps(&mut self, left: SchemaId, right: SchemaId) -> Rc<Vec<Gap>> {
        self.within(&[left], right, 0)
    }

    /// A value of the left schema, the least that is valid.
    pub(in crate::change) fn least(&mut self, left: SchemaId) -> Option<Value> {
        let cases = self.left.of(&[left]);
        let made = self.maker.least(&mut self.left, &[left], 0);
        let mut others = Vec::new();
        for case in cases.iter() {
            for kind in Types::EACH.iter().filter(|kind| case.types.has(**kind)) {
                others.extend(self.maker.values(&mut self.left, case, *kind, &Hints::default(), 0).into_iter().take(8));
            }
        }
        made.into_iter().chain(others).find(|value| self.is_left(&[left], value))
    }

    fn schema(&mut self, of_left: bool, id: SchemaId) -> Schema {
        let schemas = if of_left { &self.left.schemas } else { &self.right.schemas };
        self.ready.entry((of_left, id)).or_insert_with(|| schemas.schema(id)).clone()
    }

    fn is_left(&mut self, ids: &[SchemaId], value: &Value) -> bool {
        ids.iter().all(|id| self.schema(true, *id).is_valid(value))
    }

    fn is_right(&mut self, id: SchemaId, value: &Value) -> bool {
        self.schema(false, id).is_valid(value)
    }

    fn within(&mut self, left: &[SchemaId], right: SchemaId, depth: usize) -> Rc<Vec<Gap>> {
        if left.iter().any(|id| self.same(*id, right)) {
            return Rc::default();
        }
        let key = (left.to_vec(), right);
        if let Some(known) = self.known.get(&key) {
            return Rc::clone(known);
        }
        // A schema that holds itself: what differs further down has been found on the way.
        if !self.open.insert(key.clone()) {
            return Rc::default();
        }
        let cases = self.left.of(left);
        let whole = Facts::of(&self.right.schemas, &[right]);
        let mut gaps: Vec<Gap> = Vec::new();
        if depth > DEEPEST {
            gaps.push(self.unsure_at(left, right));
        } else {
            for case in cases.iter() {
                let at = At { case, left, whole: &whole, depth };
                let found = match &case.values {
                    Some(values) => self.listed(&at, right, values),
                    None => self.case(&at, right),
                };
                for gap in found {
                    add(&mut gaps, gap);
                }
            }
        }
        let own = left.iter().flat_map(|id| named_ambiguities(&self.left.schemas, *id));
        let own: Vec<String> = own.chain(named_ambiguities(&self.right.schemas, right)).collect();
        for gap in &mut gaps {
            for id in &own {
                if !gap.ambiguities.contains(id) {
                    gap.ambiguities.push(id.clone());
                }
            }
        }
        self.open.remove(&key);
        let gaps = Rc::new(gaps);
        self.known.insert(key, Rc::clone(&gaps));
        gaps
    }

    fn unsure_at(&self, left: &[SchemaId], right: SchemaId) -> Gap {
        let right_span = self.right.schemas.span(right);
        let left = left.first().map_or(right_span, |id| self.left.schemas.span(*id));
        self.gap(Family::Depth, "", (left, right_span), ("deeper than is looked at", "deeper than is looked at"), None)
    }

    fn gap(
        &self,
        family: Family,
        pointer: &str,
        (left, right): (Span, Span),
        (left_says, right_says): (impl Into<String>, impl Into<String>),
        witness: Option<Value>,
    ) -> Gap {
        Gap {
            pointer: pointer.to_owned(),
            family,
            rule: rule(family, self.right_is == Side::New),
            undocumented: false,
            left,
            right,
            left_says: left_says.into(),
            right_says: right_says.into(),
            witness,
            ambiguities: Vec::new(),
        }
    }

    /// Where the left side is written, for a keyword or the nearest.
    fn left_place(&self, at: &At<'_>, names: &[&str]) -> Option<Span> {
        at.case.place(names).or_else(|| at.left.first().map(|id| self.left.schemas.span(*id)))
    }

    /// A left set that lists its values: each is asked of the validator.
    fn listed(&mut self, at: &At<'_>, right: SchemaId, values: &[Value]) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for value in values {
            if !self.is_left(at.left, value) || self.is_right(right, value) {
                continue;
            }
            let schema = self.schema(false, right);
            let errors = schema.errors(value);
            let error = errors.first();
            let pointer = error.map(|error| error.pointer.as_str()).unwrap_or_default();
            let family = Family::of_keyword(error.map_or("enum", |error| error.keyword.as_str()));
            let right_span = error.map_or_else(|| self.right.schemas.span(right), |error| error.span);
            let promised = error.map(|error| error.promised.clone()).unwrap_or_default();
            let left_span = self.left_place(at, &["enum", "const", "type"]).unwrap_or(right_span);
            let says = (shown(value), promised);
            let gap = self.gap(family, &general(pointer), (left_span, right_span), says, Some(value.clone()));
            add(&mut gaps, gap);
        }
        gaps
    }

    /// A left set without alternatives against everything that a right schema says.
    fn case(&mut self, at: &At<'_>, right: SchemaId) -> Vec<Gap> {
        let schemas = self.right.schemas.clone();
        let mut gaps = Vec::new();
        let mut narrowed = None;
        if let Some(keyword) = schemas.keywords(right).find(|keyword| keyword.name == "type")
            && let Under::Value(value) = keyword.under
        {
            let allowed = Types::of(value);
            let more = at.case.types.without(allowed);
            if !more.is_empty() {
                let witness = self.refute(at, right, "type", more);
                let left = self.left_place(at, &["type", "const", "enum"]).unwrap_or(keyword.span);
                let says = (at.case.types.words(), allowed.words());
                gaps.push(self.gap(Family::Type, "", (left, keyword.span), says, witness));
                let common = at.case.types.and(allowed);
                if common.is_empty() {
                    return gaps;
                }
                narrowed = Some(at.case.narrowed(common));
            }
        }
        let at = At { case: narrowed.as_ref().unwrap_or(at.case), left: at.left, whole: at.whole, depth: at.depth };
        for keyword in schemas.keywords(right) {
            let found = match (keyword.name, keyword.under) {
                ("type", _) => Vec::new(),
                ("false", _) => {
                    let witness = self.any(&at, right);
                    let left = self.left_place(&at, &["type"]).unwrap_or(keyword.span);
                    vec![self.gap(Family::Never, "", (left, keyword.span), ("something", "nothing"), witness)]
                }
                ("$ref", Under::One(target)) => self.case(&at, target),
                ("allOf", Under::Many(ids)) => ids.iter().flat_map(|id| self.case(&at, *id)).collect(),
                ("anyOf" | "oneOf", Under::Many(ids)) => self.choice(&at, right, keyword.name, ids, keyword.span),
                ("properties", Under::Named(named)) => self.properties(&at, named),
                ("patternProperties", Under::Named(named)) => self.by_pattern(&at, right, named, keyword.span),
                ("additionalProperties" | "unevaluatedProperties", Under::One(rest)) => {
                    self.others(&at, right, keyword.name, rest, keyword.span)
                }
                ("required", Under::Value(names)) => self.required(&at, right, names, keyword.span),
                ("prefixItems", Under::Many(ids)) => self.prefix(&at, ids),
                ("items", Under::One(rest)) => self.items(&at, right, rest),
                ("propertyNames", Under::One(names)) => self.names(&at, right, names, keyword.span),
                ("not", Under::One(id)) if self.is_disjoint(at.case, id) => Vec::new(),
                ("then" | "else" | "minContains" | "maxContains", _) => Vec::new(),
                (name, Under::Value(value)) => self.value(&at, right, name, value, keyword.span),
                (name, _) => self.whole_keyword(&at, right, name, keyword.span),
            };
            for gap in found {
                add(&mut gaps, gap);
            }
        }
        gaps
    }

    /// A keyword whose value says it all.
    fn value(&mut self, at: &At<'_>, right: SchemaId, name: &'static str, value: &Value, span: Span) -> Vec<Gap> {
        let case = at.case;
        let number = exact(value);
        let count = value.as_u64();
        let (kinds, holds) = match name {
            "const" | "enum" => {
                let listed = match name {
                    "const" => std::slice::from_ref(value),
                    _ => value.as_array().map_or(&[][..], Vec::as_slice),
                };
                let within = |own: &Value| listed.iter().any(|other| same(own, other));
                (Types::ALL, case.values.as_ref().is_some_and(|values| values.iter().all(within)))
            }
            "minimum" | "exclusiveMinimum" => {
                (Types::NUMBER, number.is_some_and(|at| is_above(case.low, at, name != "minimum")))
            }
            "maximum" | "exclusiveMaximum" => {
                (Types::NUMBER, number.is_some_and(|at| is_below(case.high, at, name != "maximum")))
            }
            "multipleOf" => {
                let whole = !case.types.has(Types::FRACTION);
                let is =
                    |of: f64| case.multiples.iter().any(|own| is_multiple(*own, of)) || (whole && is_multiple(1.0, of));
                (Types::NUMBER, number.is_some_and(is))
            }
            "minLength" => (Types::STRING, at_least(case.length, count)),
            "maxLength" => (Types::STRING, at_most(case.length, count)),
            "minItems" => (Types::ARRAY, at_least(case.items, count)),
            "maxItems" => (Types::ARRAY, at_most(case.items, count)),
            "minProperties" => {
                let demanded = case.demanded().count() as u64;
                let least = Count { least: case.members.least.max(demanded), most: None };
                (Types::OBJECT, at_least(least, count))
            }
            "maxProperties" => (Types::OBJECT, at_most(case.members, count)),
            "uniqueItems" => {
                let few = case.items.most.is_some_and(|most| most <= 1);
                (Types::ARRAY, value.as_bool() != Some(true) || case.unique || few)
            }
            "pattern" => {
                (Types::STRING, value.as_str().is_some_and(|own| case.patterns.contains(own) || own.is_empty()))
            }
            "format" => match value.as_str() {
                Some("int32") => (
                    Types::NUMBER,
                    is_above(case.low, f64::from(i32::MIN), false) && is_below(case.high, f64::from(i32::MAX), false),
                ),
                Some("int64") => {
                    let edge = 9.2e18;
                    let own = is_above(case.low, -edge, false) && is_below(case.high, edge, false);
                    (Types::NUMBER, own || self.has_same(at, right, name))
                }
                Some(format) if super::keywords::ASSERTED_FORMATS.contains(&format) => {
                    (Types::STRING, case.formats.contains(format))
                }
                _ => (Types::STRING, true),
            },
            "dependentRequired" => (Types::OBJECT, self.has_same(at, right, name)),
            _ => (Types::ALL, self.has_same(at, right, name)),
        };
        let concerned = case.types.and(kinds);
        if holds || concerned.is_empty() {
            return Vec::new();
        }
        let family = Family::of_keyword(name);
        let witness = self.refute(at, right, name, concerned);
        let left = self.left_place(at, family.keywords()).unwrap_or(span);
        let says = (self.left_words(at, family), format!("{name}: {}", shown(value)));
        vec![self.gap(family, "", (left, span), says, witness)]
    }

    /// What the left side says of a family of keywords.
    fn left_words(&self, at: &At<'_>, family: Family) -> String {
        let named = |schemas: &Schemas, id: SchemaId| {
            let said = schemas.keywords(id).find(|keyword| family.keywords().contains(&keyword.name));
            said.and_then(|keyword| match keyword.under {
                Under::Value(value) => Some(format!("{}: {}", keyword.name, shown(value))),
                _ => None,
            })
        };
        let said = at.left.iter().find_map(|id| named(&self.left.schemas, *id));
        said.unwrap_or_else(|| match family {
            Family::Values => format!("any {}", at.case.types.words()),
            _ => format!("no {}", family.keywords().first().copied().unwrap_or("such word")),
        })
    }

    /// A keyword that is only held to be kept where the left side has the very same.
    fn whole_keyword(&mut self, at: &At<'_>, right: SchemaId, name: &'static str, span: Span) -> Vec<Gap> {
        if self.has_same(at, right, name) {
            return Vec::new();
        }
        let concerned = match name {
            "contains" | "unevaluatedItems" => at.case.types.and(Types::ARRAY),
            "dependentSchemas" => at.case.types.and(Types::OBJECT),
            _ => at.case.types,
        };
        if concerned.is_empty() {
            return Vec::new();
        }
        let family = Family::of_keyword(name);
        let witness = self.refute(at, right, name, concerned);
        let left = self.left_place(at, &[name]).unwrap_or(span);
        vec![self.gap(family, "", (left, span), (format!("no such `{name}`"), format!("`{name}`")), witness)]
    }

    /// Whether a schema of the left side has the same keyword, with those it goes together with.
    fn has_same(&mut self, at: &At<'_>, right: SchemaId, name: &'static str) -> bool {
        let group: &[&str] = match name {
            "if" => &["if", "then", "else"],
            "contains" => &["contains", "minContains", "maxContains"],
            _ => &[name],
        };
        let owners: Vec<SchemaId> =
            at.case.others.iter().filter(|other| other.name == name).map(|other| other.owner).collect();
        let (left, rights) = (self.left.schemas.clone(), self.right.schemas.clone());
        owners.into_iter().any(|owner| {
            group.iter().all(|name| {
                let own = left.keywords(owner).find(|keyword| keyword.name == *name);
                let other = rights.keywords(right).find(|keyword| keyword.name == *name);
                match (own.map(|own| own.under), other.map(|other| other.under)) {
                    (None, None) => true,
                    (Some(Under::Value(a)), Some(Under::Value(b))) => same(a, b),
                    (Some(Under::One(a)), Some(Under::One(b))) => self.same(a, b),
                    (Some(Under::Many(a)), Some(Under::Many(b))) => {
                        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| self.same(*a, *b))
                    }
                    (Some(Under::Named(a)), Some(Under::Named(b))) => {
                        a.len() == b.len()
                            && a.iter().all(|(name, a)| b.iter().any(|(other, b)| other == name && self.same(*a, *b)))
                    }
                    _ => false,
                }
            })
        })
    }

    /// The schemas of a member on the left side.
    fn member(&self, case: &Facts, name: &str) -> Option<Vec<SchemaId>> {
        case.member(name, &|pattern, name| self.maker.patterns.fits(pattern, name))
    }

    fn properties(&mut self, at: &At<'_>, named: &[(String, SchemaId)]) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if !at.case.types.has(Types::OBJECT) {
            return gaps;
        }
        for (name, schema) in named {
            let Some(ids) = self.member(at.case, name) else {
                gaps.extend(self.unknown_member(at, name, *schema));
                continue;
            };
            let below = self.within(&ids, *schema, at.depth + 1);
            gaps.extend(self.raised(at, &below, name));
        }
        gaps
    }

    /// Gaps of a member, as gaps of its object.
    fn raised(&mut self, at: &At<'_>, below: &[Gap], name: &str) -> Vec<Gap> {
        let part = pointer_escaped(name);
        let raise = |walk: &mut Self, gap: &Gap| {
            let witness = gap.witness.as_ref().and_then(|value| walk.object_with(at, name, value));
            Gap { pointer: format!("/{part}{}", gap.pointer), witness, ..gap.clone() }
        };
        below.iter().map(|gap| raise(self, gap)).collect()
    }

    fn object_with(&mut self, at: &At<'_>, name: &str, value: &Value) -> Option<Value> {
        [Fill::Least, Fill::Most].into_iter().find_map(|fill| {
            let made = self.maker.object(&mut self.left, at.case, &[(name, value)], fill, 0)?;
            self.is_left(at.left, &made).then_some(made)
        })
    }

    /// A member of which the left side says nothing. Where the new side is the right one, nobody was told that it might
    /// be there: it is new, and asks nothing of anybody. Where the old side is, it is no longer promised to be what it was.
    fn unknown_member(&mut self, at: &At<'_>, name: &str, schema: SchemaId) -> Option<Gap> {
        let pointer = format!("/{}", pointer_escaped(name));
        let right = self.right.schemas.span(schema);
        let left = self.left_place(at, &["properties", "type"]).unwrap_or(right);
        let says = ("not documented".to_owned(), format!("`{name}` is documented"));
        let required = at.whole.requires(name);
        if self.right_is == Side::New {
            // One that has to be there is told as that.
            let gap = self.gap(Family::Member, &pointer, (left, right), says, None);
            return (!required).then_some(Gap { undocumented: true, ..gap });
        }
        let junk = [Value::Null, json!(0), json!(""), json!({}), json!([]), json!(true), json!(0.5), json!("proviso")];
        let wrong = junk.into_iter().find(|value| !self.is_right(schema, value));
        let undocumented = wrong.is_none() && !required;
        let witness = wrong.and_then(|value| self.object_with(at, name, &value));
        Some(Gap { undocumented, ..self.gap(Family::Member, &pointer, (left, right), says, witness) })
    }

    fn required(&mut self, at: &At<'_>, right: SchemaId, names: &Value, span: Span) -> Vec<Gap> {
        if !at.case.types.has(Types::OBJECT) {
            return Vec::new();
        }
        let names = names.as_array().into_iter().flatten().filter_map(Value::as_str);
        let mut gaps = Vec::new();
        for name in names.filter(|name| at.whole.requires(name) && !at.case.requires(name)) {
            let made = [Fill::Least, Fill::Most].into_iter().filter_map(|fill| {
                let mut made = self.maker.object(&mut self.left, at.case, &[], fill, 0)?;
                made.as_object_mut()?.shift_remove(name);
                Some(made)
            });
            let made: Vec<Value> = made.collect();
            let witness = made.into_iter().find(|value| self.is_left(at.left, value) && !self.is_right(right, value));
            let known = at.case.names_member(name);
            let family = if known { Family::Required } else { Family::MemberRequired };
            let says = match known {
                true => ("it may be missing", "it has to be there"),
                false => ("not documented", "it has to be there"),
            };
            let left = self.left_place(at, if known { &["required", "properties"] } else { &["properties", "type"] });
            let pointer = format!("/{}", pointer_escaped(name));
            gaps.push(self.gap(family, &pointer, (left.unwrap_or(span), span), says, witness));
        }
        gaps
    }

    fn by_pattern(&mut self, at: &At<'_>, right: SchemaId, named: &[(String, SchemaId)], span: Span) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if !at.case.types.has(Types::OBJECT) {
            return gaps;
        }
        for (pattern, schema) in named {
            let names: Vec<String> = at.case.named().into_iter().map(str::to_owned).collect();
            for name in names.iter().filter(|name| self.maker.patterns.fits(pattern, name)).cloned().collect::<Vec<_>>()
            {
                let ids = self.member(at.case, &name).unwrap_or_default();
                let below = self.within(&ids, *schema, at.depth + 1);
                gaps.extend(self.raised(at, &below, &name));
            }
            // Names that no member has: the same pattern, or what the others are.
            let own: Vec<SchemaId> = at
                .case
                .layers
                .iter()
                .flat_map(|layer| layer.patterns.clone())
                .filter(|(own, _)| own == pattern)
                .map(|(_, id)| id)
                .collect();
            let others = if own.is_empty() { at.case.rest() } else { Some(own) };
            let example = super::pattern::texts(pattern, &[]).into_iter().find(|name| !names.contains(name));
            match others {
                Some(ids) => {
                    let below = self.within(&ids, *schema, at.depth + 1);
                    let name = example.unwrap_or_else(|| "*".to_owned());
                    let raised = self.raised(at, &below, &name);
                    gaps.extend(
                        raised
                            .into_iter()
                            .zip(below.iter())
                            .map(|(gap, inner)| Gap { pointer: format!("/*{}", inner.pointer), ..gap }),
                    );
                }
                None if self.right.schemas.keywords(*schema).next().is_some() => {
                    let junk = [Value::Null, json!(0), json!(""), json!({}), json!([])];
                    let wrong = junk.into_iter().find(|value| !self.is_right(*schema, value));
                    let witness = example.zip(wrong).and_then(|(name, value)| self.object_with(at, &name, &value));
                    let left = self.left_place(at, &["properties", "type"]).unwrap_or(span);
                    let says = ("not documented".to_owned(), format!("members like {pattern} are documented"));
                    let gap = self.gap(Family::Member, "/*", (left, span), says, witness);
                    gaps.push(Gap { undocumented: self.right_is == Side::New, ..gap });
                }
                None => {}
            }
        }
        let _ = right;
        gaps
    }

    /// Members that a right schema does not name.
    fn others(&mut self, at: &At<'_>, right: SchemaId, name: &'static str, rest: SchemaId, span: Span) -> Vec<Gap> {
        if !at.case.types.has(Types::OBJECT) || (name == "unevaluatedProperties" && self.has_same(at, right, name)) {
            return Vec::new();
        }
        let merged;
        let siblings = match name {
            "unevaluatedProperties" => {
                merged = Facts::of(&self.right.schemas, &[right]);
                merged.layers.clone()
            }
            _ => own_layer(&self.right.schemas, right),
        };
        let known = |walk: &Self, name: &str| {
            siblings.iter().any(|layer| {
                layer.named.iter().any(|(own, _)| own == name)
                    || layer.patterns.iter().any(|(pattern, _)| walk.maker.patterns.fits(pattern, name))
            })
        };
        let names: HashSet<&str> =
            siblings.iter().flat_map(|layer| layer.named.iter().map(|(name, _)| name.as_str())).collect();
        let forbids = self.right.schemas.keywords(rest).any(|keyword| keyword.name == "false");
        let mut gaps = Vec::new();
        let own: Vec<String> =
            at.case.named().into_iter().filter(|name| !names.contains(name)).map(str::to_owned).collect();
        for member in own {
            if known(self, &member) {
                continue;
            }
            let ids = self.member(at.case, &member).unwrap_or_default();
            let below = self.within(&ids, rest, at.depth + 1);
            let raised = self.raised(at, &below, &member);
            gaps.extend(raised.into_iter().map(|gap| match forbids && gap.family == Family::Never {
                true => Gap {
                    family: Family::Forbidden,
                    rule: rule(Family::Forbidden, self.right_is == Side::New),
                    right: span,
                    left_says: format!("`{member}` is documented"),
                    right_says: "other members are not allowed".into(),
                    ..gap
                },
                false => gap,
            }));
        }
        let patterns: Vec<(String, SchemaId)> =
            at.case.layers.iter().flat_map(|layer| layer.patterns.clone()).collect();
        for (pattern, id) in patterns {
            if siblings.iter().any(|layer| layer.patterns.iter().any(|(own, _)| *own == pattern)) {
                continue;
            }
            let below = self.within(&[id], rest, at.depth + 1);
            let name = super::pattern::texts(&pattern, &[]).into_iter().find(|name| !known(self, name));
            let raised = self.raised(at, &below, &name.unwrap_or_default());
            gaps.extend(
                raised
                    .into_iter()
                    .zip(below.iter())
                    .map(|(gap, inner)| Gap { pointer: format!("/*{}", inner.pointer), ..gap }),
            );
        }
        let others = at.case.rest();
        let below = self.within(&others.unwrap_or_default(), rest, at.depth + 1);
        let spare = (0..50).map(|n| if n == 0 { "other".to_owned() } else { format!("other{n}") });
        let name = spare.into_iter().find(|name| !known(self, name) && !at.case.names_member(name)).unwrap_or_default();
        let raised = self.raised(at, &below, &name);
        gaps.extend(raised.into_iter().zip(below.iter()).map(|(gap, inner)| match forbids {
            true => Gap {
                pointer: String::new(),
                family: Family::Closed,
                rule: rule(Family::Closed, self.right_is == Side::New),
                right: span,
                left_says: "other members are let pass".into(),
                right_says: "other members are not allowed".into(),
                ..gap
            },
            false => Gap { pointer: format!("/*{}", inner.pointer), ..gap },
        }));
        gaps
    }

    fn names(&mut self, at: &At<'_>, right: SchemaId, names: SchemaId, span: Span) -> Vec<Gap> {
        let own = at.case.names.clone();
        if !at.case.types.has(Types::OBJECT) || own.iter().any(|id| self.same(*id, names)) {
            return Vec::new();
        }
        let closed = at
            .case
            .layers
            .iter()
            .any(|layer| layer.patterns.is_empty() && layer.rest.is_some_and(|id| self.left.of(&[id]).is_empty()));
        let listed: Vec<Value> = at.case.named().into_iter().map(Value::from).collect();
        if closed && listed.iter().all(|name| self.is_right(names, name)) {
            return Vec::new();
        }
        let wrong = ["other", "", "A", "0", "é", "a b"]
            .into_iter()
            .map(Value::from)
            .chain(listed)
            .find(|name| !self.is_right(names, name));
        let witness = wrong.as_ref().and_then(Value::as_str).map(str::to_owned);
        let witness = witness.and_then(|name| {
            let ids = self.member(at.case, &name).unwrap_or_default();
            let value = self.maker.least(&mut self.left, &ids, 1)?;
            self.object_with(at, &name, &value)
        });
        let left = self.left_place(at, &["propertyNames", "properties", "type"]).unwrap_or(span);
        let _ = right;
        vec![self.gap(Family::Names, "", (left, span), ("other names", "names are limited"), witness)]
    }

    fn prefix(&mut self, at: &At<'_>, ids: &[SchemaId]) -> Vec<Gap> {
        let mut gaps = Vec::new();
        if !at.case.types.has(Types::ARRAY) {
            return gaps;
        }
        for (index, id) in ids.iter().enumerate() {
            if at.case.items.most.is_some_and(|most| most <= index as u64) {
                break;
            }
            let left = at.case.item(index);
            let below = self.within(&left, *id, at.depth + 1);
            gaps.extend(self.raised_item(at, &below, index, &index.to_string()));
        }
        gaps
    }

    fn items(&mut self, at: &At<'_>, right: SchemaId, rest: SchemaId) -> Vec<Gap> {
        if !at.case.types.has(Types::ARRAY) {
            return Vec::new();
        }
        let schemas = self.right.schemas.clone();
        let from = schemas
            .keywords(right)
            .find(|keyword| keyword.name == "prefixItems")
            .map_or(0, |keyword| if let Under::Many(ids) = keyword.under { ids.len() } else { 0 });
        let mut gaps = Vec::new();
        let until = at.case.prefix().max(from);
        for index in from..=until {
            if at.case.items.most.is_some_and(|most| most <= index as u64) {
                break;
            }
            let left = at.case.item(index);
            let below = self.within(&left, rest, at.depth + 1);
            let name = if index == until { "*".to_owned() } else { index.to_string() };
            for gap in self.raised_item(at, &below, index, &name) {
                add(&mut gaps, gap);
            }
        }
        gaps
    }

    fn raised_item(&mut self, at: &At<'_>, below: &[Gap], index: usize, name: &str) -> Vec<Gap> {
        let mut gaps = Vec::new();
        for gap in below {
            let witness = gap.witness.as_ref().and_then(|value| {
                let length = at.case.items.least.max(index as u64 + 1);
                let made = self.maker.list(&mut self.left, at.case, length, Some((index, value)), 0)?;
                self.is_left(at.left, &made).then_some(made)
            });
            gaps.push(Gap { pointer: format!("/{name}{}", gap.pointer), witness, ..gap.clone() });
        }
        gaps
    }

    /// A right schema with alternatives: one of them has to hold all of a left set without any, or all of each kind of
    /// value in it.
    fn choice(
        &mut self,
        at: &At<'_>,
        right: SchemaId,
        name: &'static str,
        branches: &[SchemaId],
        span: Span,
    ) -> Vec<Gap> {
        let mut best: Option<(usize, Vec<Gap>)> = None;
        for (number, branch) in branches.iter().enumerate() {
            if self.is_disjoint(at.case, *branch) {
                continue;
            }
            let whole = Facts::of(&self.right.schemas, &[*branch]);
            let below = At { case: at.case, left: at.left, whole: &whole, depth: at.depth + 1 };
            let gaps =
                if at.depth > DEEPEST { vec![self.unsure_at(at.left, *branch)] } else { self.case(&below, *branch) };
            let broken = gaps.iter().filter(|gap| !gap.undocumented).count();
            if broken == 0 {
                let mut gaps = gaps;
                if name == "oneOf" && !self.is_only_one(at, branches, number) {
                    let witness = self.refute(at, right, name, at.case.types);
                    let left = self.left_place(at, &["oneOf", "type"]).unwrap_or(span);
                    let says = ("one of these", "of which only one may fit");
                    gaps.push(self.gap(Family::Overlap, "", (left, span), says, witness));
                }
                return gaps;
            }
            if best.as_ref().is_none_or(|(least, _)| broken < *least) {
                best = Some((broken, gaps));
            }
        }
        let kinds: Vec<Types> =
            [Types::NULL, Types::BOOLEAN, Types::NUMBER, Types::STRING, Types::ARRAY, Types::OBJECT]
                .into_iter()
                .filter(|kind| at.case.types.has(*kind))
                .collect();
        if kinds.len() > 1 {
            let mut gaps = Vec::new();
            for kind in kinds {
                let case = at.case.narrowed(kind);
                let below = At { case: &case, left: at.left, whole: at.whole, depth: at.depth };
                let found = match &case.values {
                    Some(values) => self.listed(&below, right, values),
                    None => self.choice(&below, right, name, branches, span),
                };
                for gap in found {
                    add(&mut gaps, gap);
                }
            }
            return gaps;
        }
        match best {
            // It is one of them, and not quite.
            Some((_, gaps)) => gaps
                .into_iter()
                .map(|gap| {
                    let witness = gap.witness.clone().filter(|value| !self.is_right(right, value));
                    let witness = witness.or_else(|| self.refute(at, right, name, at.case.types));
                    Gap { witness, ..gap }
                })
                .collect(),
            None => {
                let witness = self.any(at, right);
                let left = at.left.last().map_or(span, |id| self.left.schemas.span(*id));
                let left = at.case.place(&["properties", "type", "const"]).unwrap_or(left);
                vec![self.gap(Family::Variant, "", (left, span), ("one more form", "none of the forms"), witness)]
            }
        }
    }

    /// Whether no other branch can hold anything of a left set that one of them holds.
    fn is_only_one(&mut self, at: &At<'_>, branches: &[SchemaId], chosen: usize) -> bool {
        let owners: Vec<SchemaId> =
            at.case.others.iter().filter(|other| other.name == "oneOf").map(|other| other.owner).collect();
        let left = self.left.schemas.clone();
        let own: Vec<SchemaId> = owners
            .iter()
            .filter_map(|owner| left.keywords(*owner).find(|keyword| keyword.name == "oneOf"))
            .flat_map(|keyword| if let Under::Many(ids) = keyword.under { ids.to_vec() } else { Vec::new() })
            .collect();
        branches.iter().enumerate().filter(|(number, _)| *number != chosen).all(|(_, branch)| {
            // What lay in one branch alone lies in no other that is still the same.
            self.is_disjoint(at.case, *branch) || own.iter().any(|own| self.same(*own, *branch))
        })
    }

    /// Whether nothing of a left set without alternatives can be what a right schema says.
    fn is_disjoint(&mut self, case: &Facts, right: SchemaId) -> bool {
        let cases = self.right.of(&[right]);
        cases.iter().all(|other| self.are_disjoint(case, other, 0))
    }

    fn are_disjoint(&mut self, left: &Facts, right: &Facts, depth: usize) -> bool {
        let common = left.types.and(right.types);
        if common.is_empty() || left.is_empty() || right.is_empty() {
            return true;
        }
        match (&left.values, &right.values) {
            (Some(a), Some(b)) => return !a.iter().any(|a| b.iter().any(|b| same(a, b))),
            (Some(values), None) => {
                return values.iter().all(|value| !right.types.has(Types::of_value(value)) || !in_bounds(right, value));
            }
            (None, Some(values)) => {
                return values.iter().all(|value| !left.types.has(Types::of_value(value)) || !in_bounds(left, value));
            }
            (None, None) => {}
        }
        if common.without(Types::NUMBER).is_empty() && bounds_apart(left, right) {
            return true;
        }
        if common != Types::OBJECT || depth > 8 {
            return false;
        }
        let demanded: Vec<String> = left.demanded().chain(right.demanded()).cloned().collect();
        demanded.into_iter().any(|name| {
            let a = self.member(left, &name).map(|ids| self.left.of(&ids));
            let b = self.member(right, &name).map(|ids| self.right.of(&ids));
            match (a, b) {
                (Some(a), Some(b)) => a.iter().all(|a| b.iter().all(|b| self.are_disjoint(a, b, depth + 1))),
                (Some(one), None) | (None, Some(one)) => one.is_empty(),
                (None, None) => false,
            }
        })
    }

    /// Any value of a left set that a right schema refuses.
    fn any(&mut self, at: &At<'_>, right: SchemaId) -> Option<Value> {
        Types::EACH.into_iter().filter(|kind| at.case.types.has(*kind)).find_map(|kind| {
            let values = self.maker.values(&mut self.left, at.case, kind, &Hints::default(), 0);
            values
                .into_iter()
                .take(MOST_TRIED)
                .find(|value| self.is_left(at.left, value) && !self.is_right(right, value))
        })
    }

    /// A value of a left set that breaks one keyword of a right schema.
    fn refute(&mut self, at: &At<'_>, right: SchemaId, keyword: &str, kinds: Types) -> Option<Value> {
        let hints = Hints::of(&Facts::of(&self.right.schemas, &[right]));
        let schema = self.schema(false, right);
        let mut second = None;
        for kind in Types::EACH.into_iter().filter(|kind| at.case.types.and(kinds).has(*kind)) {
            let values = self.maker.values(&mut self.left, at.case, kind, &hints, 0);
            for value in values.into_iter().take(MOST_TRIED) {
                if schema.is_valid(&value) || !self.is_left(at.left, &value) {
                    continue;
                }
                let own =
                    schema.errors(&value).iter().any(|error| error.keyword == keyword && error.pointer.is_empty());
                if own {
                    return Some(value);
                }
                second = second.or(Some(value));
            }
        }
        // Keywords that only show through others have no error of their own.
        second.filter(|_| {
            !matches!(keyword, "minimum" | "maximum" | "minLength" | "maxLength" | "enum" | "const" | "type")
        })
    }
}

/// What a schema says of members itself, without what is merged with it.
fn own_layer(schemas: &Schemas, id: SchemaId) -> Vec<Rc<super::facts::Layer>> {
    let facts = Facts::only(schemas, id);
    facts.layers
}

/// Ambiguities that a schema and those merged with it name.
fn named_ambiguities(schemas: &Schemas, id: SchemaId) -> Vec<String> {
    let mut all = schemas.ambiguities(id).to_vec();
    let (mut next, mut steps) = (id, 0);
    while let Some(target) = schemas.keywords(next).find_map(|keyword| match (keyword.name, keyword.under) {
        ("$ref", Under::One(target)) => Some(target),
        _ => None,
    }) {
        all.extend(schemas.ambiguities(target).iter().cloned());
        next = target;
        steps += 1;
        if steps > 64 {
            break;
        }
    }
    all
}

/// Adds a gap, unless one of the same place and rule is there; a witness fills in for one that has none.
fn add(gaps: &mut Vec<Gap>, gap: Gap) {
    match gaps.iter_mut().find(|known| known.pointer == gap.pointer && known.rule == gap.rule) {
        Some(known) => {
            known.undocumented &= gap.undocumented;
            if known.witness.is_none() {
                known.witness = gap.witness;
            }
        }
        None => gaps.push(gap),
    }
}

/// A pointer with `*` for every index.
fn general(pointer: &str) -> String {
    crate::event::general(pointer)
}

fn shown(value: &Value) -> String {
    cut(&value.to_string(), LONGEST_WORDS)
}

fn is_above(low: Option<Bound>, at: f64, open: bool) -> bool {
    low.is_some_and(|low| low.at > at || (low.at == at && (low.open || !open)))
}

fn is_below(high: Option<Bound>, at: f64, open: bool) -> bool {
    high.is_some_and(|high| high.at < at || (high.at == at && (high.open || !open)))
}

fn at_least(count: Count, least: Option<u64>) -> bool {
    least.is_some_and(|least| count.least >= least)
}

fn at_most(count: Count, most: Option<u64>) -> bool {
    most.is_some_and(|most| count.most.is_some_and(|own| own <= most))
}

fn in_bounds(facts: &Facts, value: &Value) -> bool {
    let Some(number) = exact(value) else { return true };
    facts.low.is_none_or(|low| if low.open { number > low.at } else { number >= low.at })
        && facts.high.is_none_or(|high| if high.open { number < high.at } else { number <= high.at })
}

fn bounds_apart(left: &Facts, right: &Facts) -> bool {
    let apart = |low: Option<Bound>, high: Option<Bound>| match (low, high) {
        (Some(low), Some(high)) => low.at > high.at || (low.at == high.at && (low.open || high.open)),
        _ => false,
    };
    apart(left.low, right.high) || apart(right.low, left.high)
}
