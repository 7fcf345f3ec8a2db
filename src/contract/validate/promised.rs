//! What a step of a suite promised by name, and got.

use super::facts::Promised;
use super::index::PlaceIndex;
use super::response::response_for;
use super::seen::{Key, Seen, Touches};
use super::words::{quoted_value, status_name};
use crate::contract::Operation;
use crate::event::{ThingKind, Touch};
use serde_json::Value;

pub(super) fn touched(operation: &Operation, promised: &Promised<'_>, seen: &Seen) -> Touches {
    let Some((number, index)) = seen.index.operation(&operation.id) else { return Touches::default() };
    let mut told = Told { seen, touches: Touches::default() };
    told.mark(Some(index.thing));
    let catalogue = &seen.catalogue;
    told.mark(promised.code.and_then(|code| catalogue.number(ThingKind::Code, None, code)));
    let status = promised.status.and_then(|status| response_for(operation, status));
    if let Some(place) = status {
        told.mark(index.responses.get(place).and_then(|response| response.status));
    }
    let mut group = Some(number);
    let mut meant = None;
    if let Some(variant) = promised.variant {
        let own = operation.variants.iter().position(|own| own.name == variant);
        let root = catalogue.number(ThingKind::Variant, None, variant);
        match own {
            Some(place) => meant = index.variants.get(place),
            None => {
                group = None;
                meant = seen.index.variants.iter().find(|body| body.variant.is_some() && body.variant == root);
            }
        }
    }
    if let Some(meant) = meant {
        told.mark(meant.variant);
        for ambiguity in index.ambiguities.iter().chain(&meant.rests) {
            told.mark(Some(seen.index.ambiguities[*ambiguity as usize].thing));
        }
    }
    let label = promised.variant.map(str::to_owned);
    let label = label.or_else(|| status.map(|place| status_name(operation.responses[place].status)));
    let Some(label) = label else { return told.touches };
    let has_values = catalogue.has(ThingKind::Value, Some(number));
    for pointer in promised.pointers {
        let found = promised.body.map(|body| values(body, pointer)).unwrap_or_default();
        if found.is_empty() {
            continue;
        }
        // Whoever promises a member promises what it is in. Whatever was promised once is not looked up again.
        let key = Key::new(b'm').number(number as usize).with(&label).with(pointer).done();
        if !seen.was_promised(key) {
            for (end, _) in pointer.match_indices('/').skip(1).chain([(pointer.len(), "")]) {
                let name = format!("{label} {}", &pointer[..end]);
                told.mark(catalogue.number(ThingKind::Field, group, &name));
            }
            told.touches.promise(key);
        }
        let field = || catalogue.number(ThingKind::Field, group, &format!("{label} {pointer}"));
        let places: Vec<&PlaceIndex> = meant.map_or_else(Vec::new, |body| {
            let field = field();
            body.places.iter().filter(|place| place.field.is_some() && place.field == field).collect()
        });
        if !has_values && places.iter().all(|place| place.values.is_empty()) {
            continue;
        }
        for value in found.iter().filter_map(|value| value.as_str()) {
            let name = format!("{pointer} {}", quoted_value(value));
            told.mark(catalogue.number(ThingKind::Value, Some(number), &name));
            let same = places.iter().flat_map(|place| &place.values).filter(|(known, _)| known == value);
            same.flat_map(|(_, things)| things).for_each(|thing| told.mark(Some(*thing)));
        }
    }
    told.touches
}

struct Told<'s> {
    seen: &'s Seen,
    touches: Touches,
}

impl Told<'_> {
    fn mark(&mut self, thing: Option<u32>) {
        if let Some(thing) = thing {
            self.seen.mark(thing, Touch::Promised, &mut self.touches);
        }
    }
}

/// The values at a pointer, `*` for every item.
fn values<'v>(body: &'v Value, pointer: &str) -> Vec<&'v Value> {
    let mut here = vec![body];
    for part in pointer.split('/').skip(1) {
        let name = crate::text::pointer_unescaped(part);
        here = here
            .into_iter()
            .flat_map(|value| match value {
                Value::Array(items) if part == "*" => items.iter().collect(),
                Value::Array(items) => {
                    part.parse().ok().and_then(|index: usize| items.get(index)).into_iter().collect()
                }
                other => other.get(&name).into_iter().collect::<Vec<_>>(),
            })
            .collect();
    }
    here
}
