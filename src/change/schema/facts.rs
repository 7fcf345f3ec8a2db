//! What the schemas of one value say together: `$ref` and `allOf` are followed, alternatives are kept for [`super::cases`].

use super::keywords::ASSERTED_FORMATS;
use super::numbers::{exact, same};
use crate::contract::{SchemaId, Schemas, Under};
use crate::source::Span;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

/// Kinds of JSON values, as a set of bits; whole numbers are apart from those with a fraction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(pub(super) u8);

impl Types {
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const WHOLE: Self = Self(4);
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const NUMBER: Self = Self(12);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ALL: Self = Self(127);

    /// Each kind alone, the likeliest to be meant first.
    pub(super) const EACH: [Self; 7] =
        [Self::OBJECT, Self::STRING, Self::WHOLE, Self::FRACTION, Self::BOOLEAN, Self::ARRAY, Self::NULL];

    /// What `type` lists.
    pub(super) fn of(value: &Value) -> Self {
        let one = |name: &str| match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "integer" => Self::WHOLE,
            "number" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self(0),
        };
        match value {
            Value::Array(names) => Self(names.iter().filter_map(Value::as_str).fold(0, |all, name| all | one(name).0)),
            Value::String(name) => one(name),
            _ => Self::ALL,
        }
    }

    /// The kind of a value.
    pub(super) fn of_value(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) => match number.as_f64() {
                Some(float) if float.fract() == 0.0 => Self::WHOLE,
                _ => Self::FRACTION,
            },
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }

    pub(super) const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    pub(super) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// In words, as `string or null`.
    pub(super) fn words(self) -> String {
        let mut names = Vec::new();
        let mut add = |kind: Self, name: &'static str| {
            if self.0 & kind.0 == kind.0 {
                names.push(name);
            }
        };
        add(Self::OBJECT, "object");
        add(Self::ARRAY, "array");
        add(Self::STRING, "string");
        if self.0 & Self::NUMBER.0 == Self::NUMBER.0 {
            add(Self::NUMBER, "number");
        } else {
            add(Self::WHOLE, "integer");
            add(Self::FRACTION, "number with a fraction");
        }
        add(Self::BOOLEAN, "boolean");
        add(Self::NULL, "null");
        names.join(" or ")
    }
}

/// A bound of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Bound {
    pub(super) at: f64,
    /// Whether the bound itself is out.
    pub(super) open: bool,
}

/// How many there may be.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) least: u64,
    pub(super) most: Option<u64>,
}

impl Count {
    fn at_least(&mut self, least: u64) {
        self.least = self.least.max(least);
    }

    fn at_most(&mut self, most: u64) {
        self.most = Some(self.most.map_or(most, |known| known.min(most)));
    }

    pub(super) fn is_empty(self) -> bool {
        self.most.is_some_and(|most| most < self.least)
    }
}

/// What one schema says of an object's members.
#[derive(Debug)]
pub(super) struct Layer {
    /// Documented members in order.
    pub(super) named: Vec<(String, SchemaId)>,
    index: HashMap<String, SchemaId>,
    /// Members by pattern.
    pub(super) patterns: Vec<(String, SchemaId)>,
    /// What others may be, where the schema says so.
    pub(super) rest: Option<SchemaId>,
}

/// What one schema says of a list's items.
#[derive(Debug)]
pub(super) struct ListLayer {
    pub(super) prefix: Vec<SchemaId>,
    pub(super) rest: Option<SchemaId>,
}

/// A keyword that is only known to be there.
#[derive(Debug, Clone)]
pub(super) struct Other {
    pub(super) name: &'static str,
    /// The schema that has it.
    pub(super) owner: SchemaId,
}

/// What the schemas of one value say together.
#[derive(Debug, Clone)]
pub(super) struct Facts {
    pub(super) types: Types,
    pub(super) values: Option<Vec<Value>>,
    pub(super) low: Option<Bound>,
    pub(super) high: Option<Bound>,
    pub(super) multiples: Vec<f64>,
    pub(super) length: Count,
    pub(super) patterns: BTreeSet<String>,
    pub(super) formats: BTreeSet<String>,
    pub(super) items: Count,
    pub(super) unique: bool,
    pub(super) lists: Vec<Rc<ListLayer>>,
    pub(super) members: Count,
    pub(super) required: BTreeSet<String>,
    pub(super) layers: Vec<Rc<Layer>>,
    /// Schemas of members' names.
    pub(super) names: Vec<SchemaId>,
    /// Alternatives that are still to be taken apart.
    pub(super) choices: Vec<Vec<SchemaId>>,
    pub(super) others: Vec<Other>,
    pub(super) spans: Vec<(&'static str, Span)>,
    /// Members that only the other half has.
    elsewhere: BTreeSet<String>,
    seen: Vec<SchemaId>,
}

impl Default for Facts {
    fn default() -> Self {
        Self {
            types: Types::ALL,
            values: None,
            low: None,
            high: None,
            multiples: Vec::new(),
            length: Count::default(),
            patterns: BTreeSet::new(),
            formats: BTreeSet::new(),
            items: Count::default(),
            unique: false,
            lists: Vec::new(),
            members: Count::default(),
            required: BTreeSet::new(),
            layers: Vec::new(),
            names: Vec::new(),
            choices: Vec::new(),
            others: Vec::new(),
            spans: Vec::new(),
            elsewhere: BTreeSet::new(),
            seen: Vec::new(),
        }
    }
}

impl Facts {
    /// What schemas say together of one value.
    pub(super) fn of(schemas: &Schemas, ids: &[SchemaId]) -> Self {
        let mut facts = Self::default();
        for id in ids {
            facts.add(schemas, *id);
        }
        facts
    }

    /// What one schema says of members itself, without what is merged with it.
    pub(super) fn only(schemas: &Schemas, id: SchemaId) -> Self {
        let mut facts = Self::default();
        let mut layer = Layer { named: Vec::new(), index: HashMap::new(), patterns: Vec::new(), rest: None };
        for keyword in schemas.keywords(id) {
            match (keyword.name, keyword.under) {
                ("properties", Under::Named(named)) => layer.named = named.to_vec(),
                ("patternProperties", Under::Named(named)) => layer.patterns = named.to_vec(),
                _ => {}
            }
        }
        layer.index = layer.named.iter().cloned().collect();
        facts.layers.push(Rc::new(layer));
        facts
    }

    /// Takes in what one more schema says.
    pub(super) fn add(&mut self, schemas: &Schemas, id: SchemaId) {
        // The same schema twice says nothing new; a circle of them is refused when a contract is read.
        if self.seen.contains(&id) {
            return;
        }
        self.seen.push(id);
        let mut layer = Layer { named: Vec::new(), index: HashMap::new(), patterns: Vec::new(), rest: None };
        let mut list = ListLayer { prefix: Vec::new(), rest: None };
        let (mut has_layer, mut has_list) = (false, false);
        for keyword in schemas.keywords(id) {
            self.spans.push((keyword.name, keyword.span));
            match (keyword.name, keyword.under) {
                ("false", _) => self.types = Types(0),
                ("$ref", Under::One(target)) => self.add(schemas, target),
                ("allOf", Under::Many(ids)) => ids.iter().for_each(|id| self.add(schemas, *id)),
                ("anyOf" | "oneOf", Under::Many(ids)) => {
                    self.choices.push(ids.to_vec());
                    if keyword.name == "oneOf" {
                        self.others.push(Other { name: "oneOf", owner: id });
                    }
                }
                ("properties", Under::Named(named)) => {
                    has_layer = true;
                    for (name, member) in named {
                        if schemas.is_elsewhere(*member) {
                            self.elsewhere.insert(name.clone());
                        }
                    }
                    layer.named = named.to_vec();
                    layer.index = named.iter().cloned().collect();
                }
                ("patternProperties", Under::Named(named)) => {
                    has_layer = true;
                    layer.patterns = named.to_vec();
                }
                ("additionalProperties", Under::One(rest)) => {
                    has_layer = true;
                    layer.rest = Some(rest);
                }
                ("prefixItems", Under::Many(ids)) => {
                    has_list = true;
                    list.prefix = ids.to_vec();
                }
                ("items", Under::One(rest)) => {
                    has_list = true;
                    list.rest = Some(rest);
                }
                ("propertyNames", Under::One(names)) => self.names.push(names),
                (name, Under::Value(value)) if self.value(name, value) => {}
                (name, _) => self.others.push(Other { name, owner: id }),
            }
        }
        if has_layer {
            self.layers.push(Rc::new(layer));
        }
        if has_list {
            self.lists.push(Rc::new(list));
        }
        self.settle();
    }

    /// Takes in a keyword whose value says it all; false for one that is not understood.
    fn value(&mut self, name: &str, value: &Value) -> bool {
        match name {
            "type" => self.types = self.types.and(Types::of(value)),
            "const" => self.one_of(std::slice::from_ref(value)),
            "enum" => self.one_of(value.as_array().map_or(&[], Vec::as_slice)),
            "minimum" | "exclusiveMinimum" => match exact(value) {
                Some(at) => self.low = Some(higher(self.low, Bound { at, open: name != "minimum" })),
                None => return false,
            },
            "maximum" | "exclusiveMaximum" => match exact(value) {
                Some(at) => self.high = Some(lower(self.high, Bound { at, open: name != "maximum" })),
                None => return false,
            },
            "multipleOf" => match exact(value) {
                Some(of) => self.multiples.push(of),
                None => return false,
            },
            "minLength" => self.length.at_least(value.as_u64().unwrap_or(0)),
            "maxLength" => self.length.at_most(value.as_u64().unwrap_or(u64::MAX)),
            "minItems" => self.items.at_least(value.as_u64().unwrap_or(0)),
            "maxItems" => self.items.at_most(value.as_u64().unwrap_or(u64::MAX)),
            "minProperties" => self.members.at_least(value.as_u64().unwrap_or(0)),
            "maxProperties" => self.members.at_most(value.as_u64().unwrap_or(u64::MAX)),
            "uniqueItems" => self.unique |= value.as_bool() == Some(true),
            "pattern" => {
                self.patterns.extend(value.as_str().map(str::to_owned));
            }
            "format" => match value.as_str() {
                Some("int32") => self.between(f64::from(i32::MIN), f64::from(i32::MAX)),
                Some("int64") => return false,
                Some(format) if ASSERTED_FORMATS.contains(&format) => {
                    self.formats.insert(format.to_owned());
                }
                _ => {}
            },
            "required" => {
                let names = value.as_array().into_iter().flatten().filter_map(Value::as_str);
                self.required.extend(names.map(str::to_owned));
            }
            _ => return false,
        }
        true
    }

    fn between(&mut self, low: f64, high: f64) {
        self.low = Some(higher(self.low, Bound { at: low, open: false }));
        self.high = Some(lower(self.high, Bound { at: high, open: false }));
    }

    fn one_of(&mut self, values: &[Value]) {
        self.values = Some(match self.values.take() {
            Some(known) => known.into_iter().filter(|one| values.iter().any(|other| same(one, other))).collect(),
            None => values.to_vec(),
        });
    }

    /// Draws what follows at once.
    fn settle(&mut self) {
        if let Some(values) = &mut self.values {
            let types = self.types;
            values.retain(|value| types.has(Types::of_value(value)));
            let listed = values.iter().fold(0, |all, value| all | Types::of_value(value).0);
            self.types = self.types.and(Types(listed));
        }
        if self.values.is_none() && self.types.without(Types(Types::NULL.0 | Types::BOOLEAN.0)).is_empty() {
            let all = [(Types::NULL, Value::Null), (Types::BOOLEAN, false.into()), (Types::BOOLEAN, true.into())];
            self.values =
                Some(all.into_iter().filter(|(kind, _)| self.types.has(*kind)).map(|(_, value)| value).collect());
        }
        if let (Some(low), Some(high)) = (self.low, self.high)
            && (low.at > high.at || (low.at == high.at && (low.open || high.open)))
        {
            self.types = self.types.without(Types::NUMBER);
        }
        for (count, kind) in [(self.length, Types::STRING), (self.items, Types::ARRAY), (self.members, Types::OBJECT)] {
            if count.is_empty() {
                self.types = self.types.without(kind);
            }
        }
    }

    /// The same, of fewer kinds of values.
    pub(super) fn narrowed(&self, types: Types) -> Self {
        let mut facts = self.clone();
        facts.types = facts.types.and(types);
        facts.settle();
        facts
    }

    /// Whether nothing can be all of this.
    pub(super) fn is_empty(&self) -> bool {
        self.types.is_empty() || self.values.as_ref().is_some_and(Vec::is_empty)
    }

    /// Whether a member must be there.
    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.contains(name) && !self.elsewhere.contains(name)
    }

    /// The members that must be there.
    pub(super) fn demanded(&self) -> impl Iterator<Item = &String> {
        self.required.iter().filter(|name| !self.elsewhere.contains(*name))
    }

    /// The members that are documented by name, each once.
    pub(super) fn named(&self) -> BTreeSet<&str> {
        self.layers.iter().flat_map(|layer| layer.named.iter().map(|(name, _)| name.as_str())).collect()
    }

    /// Whether a member is documented by name.
    pub(super) fn names_member(&self, name: &str) -> bool {
        self.layers.iter().any(|layer| layer.index.contains_key(name))
    }

    /// The schemas that a member of that name is of, all at once; `None` where nothing is said of it.
    pub(super) fn member(&self, name: &str, matches: &dyn Fn(&str, &str) -> bool) -> Option<Vec<SchemaId>> {
        let mut all = Vec::new();
        let mut said = false;
        for layer in &self.layers {
            let before = all.len();
            all.extend(layer.index.get(name).copied());
            all.extend(layer.patterns.iter().filter(|(pattern, _)| matches(pattern, name)).map(|(_, id)| *id));
            if all.len() == before
                && let Some(rest) = layer.rest
            {
                all.push(rest);
            }
            said |= all.len() > before;
        }
        said.then_some(all)
    }

    /// The schemas that members without a documented name are of; `None` where nothing is said of them.
    pub(super) fn rest(&self) -> Option<Vec<SchemaId>> {
        let all: Vec<SchemaId> = self.layers.iter().filter_map(|layer| layer.rest).collect();
        (!all.is_empty()).then_some(all)
    }

    /// The schemas that an item is of.
    pub(super) fn item(&self, index: usize) -> Vec<SchemaId> {
        self.lists.iter().filter_map(|list| list.prefix.get(index).copied().or(list.rest)).collect()
    }

    /// How many items have schemas of their own.
    pub(super) fn prefix(&self) -> usize {
        self.lists.iter().map(|list| list.prefix.len()).max().unwrap_or(0)
    }

    /// Where one of these keywords is written, the first that is.
    pub(super) fn place(&self, names: &[&str]) -> Option<Span> {
        names.iter().find_map(|name| self.spans.iter().find(|(known, _)| known == name).map(|(_, span)| *span))
    }
}

fn higher(known: Option<Bound>, new: Bound) -> Bound {
    match known {
        Some(known) if known.at > new.at || (known.at == new.at && known.open) => known,
        _ => new,
    }
}

fn lower(known: Option<Bound>, new: Bound) -> Bound {
    match known {
        Some(known) if known.at < new.at || (known.at == new.at && known.open) => known,
        _ => new,
    }
}
