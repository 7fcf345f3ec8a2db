//! Values that lie in a set: the least that fits, and others near the edges. What is made is only likely to fit; whoever
//! uses it asks the validator.

use super::cases::Cases;
use super::facts::{Facts, Types};
use super::keywords::texts_of;
use super::numbers::{is_multiple, same, value};
use super::pattern::{Patterns, texts};
use crate::contract::SchemaId;
use serde_json::{Map, Value};
use std::collections::HashMap;
use std::rc::Rc;

/// Deepest value that is made.
const DEEPEST: usize = 12;
/// Most optional members that are tried one by one.
const MOST_OPTIONAL: usize = 40;
/// Longest text and list that are made.
const LONGEST: u64 = 2000;

/// Which optional members an object gets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fill {
    /// None.
    Least,
    /// All that can be made, on the first level.
    Most,
}

/// Edges of the other side, near which values are tried.
#[derive(Debug, Default, Clone)]
pub(super) struct Hints {
    pub(super) numbers: Vec<f64>,
    pub(super) counts: Vec<u64>,
}

impl Hints {
    /// The edges of a set.
    pub(super) fn of(facts: &Facts) -> Self {
        let numbers = facts.low.iter().chain(&facts.high).map(|bound| bound.at).chain(facts.multiples.iter().copied());
        let counts = [facts.length, facts.items, facts.members].into_iter();
        let counts = counts.flat_map(|count| [Some(count.least).filter(|least| *least > 0), count.most]);
        Self { numbers: numbers.collect(), counts: counts.flatten().filter(|count| *count <= LONGEST).collect() }
    }
}

/// Makes values of one contract's schemas.
#[derive(Debug, Default)]
pub(super) struct Maker {
    least: HashMap<Vec<SchemaId>, Option<Value>>,
    pub(super) patterns: Patterns,
}

impl Maker {
    /// The least value of a set; nothing where none could be made.
    pub(super) fn least(&mut self, cases: &mut Cases, ids: &[SchemaId], depth: usize) -> Option<Value> {
        if let Some(known) = self.least.get(ids) {
            return known.clone();
        }
        if depth > DEEPEST {
            return None;
        }
        // A set that leads back to itself: found again on the way, it has no least value there.
        self.least.insert(ids.to_vec(), None);
        let all = cases.of(ids);
        let found = all.iter().find_map(|case| self.least_of(cases, case, depth));
        self.least.insert(ids.to_vec(), found.clone());
        found
    }

    fn least_of(&mut self, cases: &mut Cases, case: &Facts, depth: usize) -> Option<Value> {
        Types::EACH
            .iter()
            .filter(|kind| case.types.has(**kind))
            .find_map(|kind| self.values(cases, case, *kind, &Hints::default(), depth).into_iter().next())
    }

    /// Values of one kind in a set without alternatives, plain ones first.
    pub(super) fn values(
        &mut self,
        cases: &mut Cases,
        case: &Facts,
        kind: Types,
        hints: &Hints,
        depth: usize,
    ) -> Vec<Value> {
        if let Some(values) = &case.values {
            return values.iter().filter(|value| kind.has(Types::of_value(value))).cloned().collect();
        }
        match kind {
            Types::NULL => vec![Value::Null],
            Types::BOOLEAN => vec![false.into(), true.into()],
            Types::WHOLE | Types::FRACTION => {
                numbers(case, kind, &hints.numbers).into_iter().filter_map(value).collect()
            }
            Types::STRING => self.strings(case, &hints.counts).into_iter().map(Value::String).collect(),
            Types::ARRAY => {
                let own = [case.items.least, case.items.least + 1, 2].into_iter().chain(case.items.most);
                let lengths = own.chain(hints.counts.iter().flat_map(|n| [n.saturating_sub(1), *n, n + 1]));
                let fits =
                    |n: &u64| *n >= case.items.least && case.items.most.is_none_or(|most| *n <= most) && *n <= LONGEST;
                let mut lengths: Vec<u64> = lengths.filter(fits).collect();
                lengths.dedup();
                lengths.iter().filter_map(|length| self.list(cases, case, *length, None, depth)).collect()
            }
            _ => {
                let fills = [Fill::Least, Fill::Most];
                let mut all: Vec<Value> =
                    fills.iter().filter_map(|fill| self.object(cases, case, &[], *fill, depth)).collect();
                for count in &hints.counts {
                    let mut wider = case.clone();
                    wider.members.least = wider.members.least.max(count + 1);
                    all.extend(self.object(cases, &wider, &[], Fill::Least, depth));
                }
                if depth == 0 {
                    self.with_few(cases, case, &mut all);
                }
                all.dedup();
                all
            }
        }
    }

    /// Objects with one optional member, and with all but one.
    fn with_few(&mut self, cases: &mut Cases, case: &Facts, all: &mut Vec<Value>) {
        let optional = case.named().into_iter().filter(|name| !case.requires(name)).take(MOST_OPTIONAL);
        let optional: Vec<String> = optional.map(str::to_owned).collect();
        let most = self.object(cases, case, &[], Fill::Most, 0);
        for name in &optional {
            let ids = case.member(name, &|pattern, name| self.patterns.fits(pattern, name)).unwrap_or_default();
            let value = self.least(cases, &ids, 1);
            all.extend(value.and_then(|value| self.object(cases, case, &[(name, &value)], Fill::Least, 0)));
            if let Some(Value::Object(members)) = &most {
                let mut members = members.clone();
                members.shift_remove(name);
                all.push(Value::Object(members));
            }
        }
    }

    fn strings(&self, case: &Facts, hints: &[u64]) -> Vec<String> {
        let fits = |text: &String| {
            let length = text.chars().count() as u64;
            length >= case.length.least && case.length.most.is_none_or(|most| length <= most)
        };
        let lengths: Vec<u64> =
            [case.length.least].into_iter().chain(case.length.most).chain(hints.iter().copied()).collect();
        let mut all: Vec<String> = Vec::new();
        for format in &case.formats {
            all.extend(texts_of(format).iter().map(|text| (*text).to_owned()));
        }
        for pattern in &case.patterns {
            all.extend(texts(pattern, &lengths));
        }
        if case.formats.is_empty() && case.patterns.is_empty() {
            let around = lengths.iter().flat_map(|n| [*n, n + 1, n.saturating_sub(1)]);
            let mut counts: Vec<u64> = [case.length.least.max(1), 0].into_iter().chain(around).collect();
            counts.retain(|count| *count <= LONGEST);
            counts.dedup();
            for letter in ["a", "A", "0", " ", "é"] {
                all.extend(counts.iter().filter_map(|n| usize::try_from(*n).ok()).map(|n| letter.repeat(n)));
            }
        }
        all.retain(fits);
        all.retain(|text| case.patterns.iter().all(|pattern| self.patterns.fits(pattern, text)));
        all
    }

    /// A list of that length; `set` is what stands at one place.
    pub(super) fn list(
        &mut self,
        cases: &mut Cases,
        case: &Facts,
        length: u64,
        set: Option<(usize, &Value)>,
        depth: usize,
    ) -> Option<Value> {
        let length = usize::try_from(length).ok()?;
        let mut items: Vec<Value> = Vec::with_capacity(length);
        for index in 0..length {
            let item = match set {
                Some((at, value)) if at == index => value.clone(),
                _ => {
                    let ids = case.item(index);
                    let least = self.least(cases, &ids, depth + 1)?;
                    match case.unique && items.iter().any(|known| same(known, &least)) {
                        false => least,
                        true => self.another(cases, &ids, &items, depth + 1)?,
                    }
                }
            };
            items.push(item);
        }
        Some(Value::Array(items))
    }

    /// A value of a set that is none of these.
    fn another(&mut self, cases: &mut Cases, ids: &[SchemaId], known: &[Value], depth: usize) -> Option<Value> {
        let all = cases.of(ids);
        let hints = Hints { numbers: vec![known.len() as f64], counts: vec![known.len() as u64] };
        let new = |value: &Value| !known.iter().any(|known| same(known, value));
        all.iter().find_map(|case| {
            Types::EACH
                .iter()
                .filter(|kind| case.types.has(**kind))
                .find_map(|kind| self.values(cases, case, *kind, &hints, depth).into_iter().find(new))
        })
    }

    /// An object; `set` are members that are given.
    pub(super) fn object(
        &mut self,
        cases: &mut Cases,
        case: &Facts,
        set: &[(&str, &Value)],
        fill: Fill,
        depth: usize,
    ) -> Option<Value> {
        let mut members = Map::new();
        let mut wanted: Vec<String> = case.demanded().cloned().collect();
        if fill == Fill::Most {
            for layer in case.layers.clone() {
                wanted.extend(layer.named.iter().map(|(name, _)| name.clone()).filter(|name| !case.requires(name)));
            }
        }
        for name in wanted {
            if set.iter().any(|(known, _)| *known == name) || members.contains_key(&name) {
                continue;
            }
            let ids = case.member(&name, &|pattern, name| self.patterns.fits(pattern, name)).unwrap_or_default();
            match self.least(cases, &ids, depth + 1) {
                Some(value) => {
                    members.insert(name, value);
                }
                None if case.requires(&name) => return None,
                None => {}
            }
        }
        for (name, value) in set {
            members.insert((*name).to_owned(), (*value).clone());
        }
        let layers: Vec<Rc<_>> = case.layers.clone();
        let mut spare = layers.iter().flat_map(|layer| layer.named.iter().map(|(name, _)| name.clone()));
        let mut number = 0;
        while (members.len() as u64) < case.members.least {
            number += 1;
            let name = spare.next().unwrap_or_else(|| format!("other{number}"));
            if number > LONGEST {
                return None;
            }
            let ids = case.member(&name, &|pattern, name| self.patterns.fits(pattern, name)).unwrap_or_default();
            if let Some(value) = self.least(cases, &ids, depth + 1) {
                members.entry(name).or_insert(value);
            }
        }
        Some(Value::Object(members))
    }
}

/// Numbers of a kind in a set, near its edges and those asked for.
fn numbers(case: &Facts, kind: Types, hints: &[f64]) -> Vec<f64> {
    let edges = case.low.iter().chain(&case.high).map(|bound| bound.at).chain(hints.iter().copied());
    let near = edges.clone().flat_map(|at| [at, at + 1.0, at - 1.0, at + 0.5, at - 0.5, at.floor(), at.ceil()]);
    let multiples = case.multiples.iter().flat_map(|of| {
        let at = edges.clone().flat_map(move |at| [(at / of).ceil() * of, (at / of).floor() * of]);
        at.chain([0.0, *of, of * 2.0, -of])
    });
    let mut all: Vec<f64> =
        [1.0, 0.0, 0.5, 1.5, -1.0, -0.5, 7.0, 1_000_000.0].into_iter().chain(near).chain(multiples).collect();
    all.retain(|number| {
        let whole = number.fract() == 0.0;
        (whole == (kind == Types::WHOLE))
            && case.low.is_none_or(|low| if low.open { *number > low.at } else { *number >= low.at })
            && case.high.is_none_or(|high| if high.open { *number < high.at } else { *number <= high.at })
            && case.multiples.iter().all(|of| is_multiple(*number, *of))
    });
    all.dedup();
    all
}
