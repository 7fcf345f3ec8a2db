//! Numbering everything a contract documents.

use super::catalogue::{Catalogue, ThingId};
use super::index::{AmbiguityIndex, BodyIndex, Index, MediaIndex, OperationIndex, PlaceIndex, ResponseIndex};
use super::words::{parameter_place, quoted_value, status_name};
use crate::contract::{
    AmbiguityNote, Contract, DocumentedResponse, Media, Operation, Schema, Shape, ShapeField, ShapeNode, ValueList,
    Variant,
};
use crate::event::ThingKind;
use std::collections::BTreeSet;

/// Most things that are numbered of operations which no step uses: what a run costs and what its journal begins with must
/// not grow with the contract.
const MOST_UNUSED: usize = 10_000;

/// Numbers everything a contract documents.
pub(super) fn number(contract: &Contract) -> (Catalogue, Index) {
    let numbered = Numbering::new(contract).all(|_| true, usize::MAX);
    numbered.map(|numbering| (numbering.catalogue, numbering.index)).unwrap_or_default()
}

/// Numbers what a contract documents of these operations, and of all others where that is not too much.
pub(super) fn number_used(contract: &Contract, used: &BTreeSet<usize>) -> (Catalogue, Index) {
    let whole = Numbering::new(contract).all(|_| true, MOST_UNUSED);
    let numbered = whole.or_else(|| Numbering::new(contract).all(|operation| used.contains(&operation), usize::MAX));
    numbered.map(|numbering| (numbering.catalogue, numbering.index)).unwrap_or_default()
}

struct Numbering<'c> {
    contract: &'c Contract,
    catalogue: Catalogue,
    index: Index,
}

/// A body while its things are numbered.
struct Body<'s> {
    /// What its members are named after: `request`, a variant, a status.
    label: &'s str,
    /// The operation's index, where it is one's own.
    group: Option<u32>,
    /// Whether the documentation states it.
    documented: bool,
    ambiguities: &'s [String],
}

impl<'c> Numbering<'c> {
    fn new(contract: &'c Contract) -> Self {
        let ids: Vec<String> = contract.operations.iter().map(|operation| operation.id.clone()).collect();
        let by_operation = ids.iter().enumerate().map(|(index, id)| (id.clone(), index)).collect();
        let index = Index { by_operation, ..Index::default() };
        Self { contract, catalogue: Catalogue::new(ids), index }
    }

    /// Numbers all but what belongs to operations that are not wanted. `None` when it comes to more things than `most`.
    fn all(mut self, wanted: impl Fn(usize) -> bool, most: usize) -> Option<Self> {
        let contract = self.contract;
        let section = |section: &Option<String>| section.clone();
        for operation in &contract.operations {
            self.catalogue.enter(ThingKind::Operation, None, &operation.id, || section(&operation.section));
        }
        for (name, code) in &contract.codes {
            let told = || match &code.section {
                Some(section) => format!("{} ({section})", code.case),
                None => code.case.clone(),
            };
            self.catalogue.enter(ThingKind::Code, None, name, || Some(told()));
        }
        for list in &contract.values {
            for (value, meaning) in &list.values {
                let name = format!("{} {}", list.name, quoted_value(value));
                self.catalogue.enter(ThingKind::Value, None, &name, || meaning.clone());
            }
        }
        for note in &contract.ambiguities {
            self.ambiguity(note);
        }
        for variant in &contract.variants {
            self.variant_thing(variant, None);
        }
        for variant in &contract.variants {
            let body = self.variant(variant, None);
            self.index.variants.push(body);
        }
        for (place, operation) in contract.operations.iter().enumerate() {
            let index = if wanted(place) {
                self.operation(operation, u32::try_from(place).unwrap_or(u32::MAX))
            } else {
                self.catalogue.leave_out();
                let thing = self.catalogue.enter(ThingKind::Operation, None, &operation.id, || None);
                OperationIndex::of_thing(thing)
            };
            self.index.operations.push(index);
            if self.catalogue.len() > most {
                return None;
            }
        }
        Some(self)
    }

    fn ambiguity(&mut self, note: &AmbiguityNote) {
        let thing = self.catalogue.enter(ThingKind::Ambiguity, None, &note.id, || Some(note.title.clone()));
        let all = note.operations.is_empty() || note.operations.iter().any(|operation| operation == "*");
        let known = |operation: &String| u32::try_from(*self.index.by_operation.get(operation)?).ok();
        let operations = (!all).then(|| note.operations.iter().filter_map(known).collect());
        let number = u32::try_from(self.index.ambiguities.len()).unwrap_or(u32::MAX);
        self.index.ambiguities.push(AmbiguityIndex { thing, operations });
        self.index.by_ambiguity.insert(note.id.clone(), number);
    }

    fn operation(&mut self, operation: &Operation, number: u32) -> OperationIndex {
        let thing = self.catalogue.enter(ThingKind::Operation, None, &operation.id, || None);
        let group = Some(number);
        for response in operation.responses.iter().filter(|response| response.documented) {
            self.catalogue.enter(ThingKind::Status, group, &status_name(response.status), || None);
        }
        for variant in operation.variants.iter().filter(|variant| variant.documented) {
            self.variant_thing(variant, group);
        }
        self.values(operation, group);
        let parameters = operation.parameters.iter().map(|parameter| {
            let name = format!("request {}", parameter_place(parameter));
            let field = self.catalogue.enter(ThingKind::Field, group, &name, || needed(parameter.required));
            let ambiguities = numbers(&self.index, &parameter.ambiguities);
            let telling = if parameter.required { Vec::new() } else { ambiguities.clone() };
            let telling = telling.into_iter().map(|ambiguity| (parameter.name.clone(), ambiguity)).collect();
            PlaceIndex { field: Some(field), values: Vec::new(), ambiguities, telling }
        });
        let parameters = parameters.collect();
        let taken = Body { label: "request", group, documented: true, ambiguities: &operation.ambiguities };
        let request = operation.request.iter().flat_map(|request| &request.media);
        let request: Vec<MediaIndex> = request.map(|media| self.media(media, &taken)).collect();
        let variants = operation.variants.iter().map(|variant| self.variant(variant, group)).collect();
        let told_apart = !operation.variants.is_empty();
        let responses = operation.responses.iter().map(|response| self.response(response, group, told_apart));
        let responses = responses.collect();
        let ambiguities = numbers(&self.index, &operation.ambiguities);
        let inside = |ambiguity: &u32| {
            let bodies = request.iter().flat_map(|media| media.choices.iter().chain([&media.body]));
            let mut places = bodies.flat_map(|body| &body.places);
            places.any(|place| place.ambiguities.contains(ambiguity))
        };
        let of_path = ambiguities.iter().copied().filter(|ambiguity| !inside(ambiguity)).collect();
        OperationIndex { thing, parameters, request, responses, variants, ambiguities, of_path }
    }

    fn variant_thing(&mut self, variant: &Variant, group: Option<u32>) {
        if variant.documented {
            let told = || {
                let code = if variant.codes.is_empty() { "no code".to_owned() } else { variant.codes.join(", ") };
                let status = variant.data_status.iter().map(|status| format!(" with {status}")).collect::<String>();
                let section = variant.section.iter().map(|section| format!(" ({section})")).collect::<String>();
                Some(format!("{code}{status}{section}"))
            };
            self.catalogue.enter(ThingKind::Variant, group, &variant.name, told);
        }
    }

    fn variant(&mut self, variant: &Variant, group: Option<u32>) -> BodyIndex {
        let body =
            Body { label: &variant.name, group, documented: variant.documented, ambiguities: &variant.ambiguities };
        let mut index = self.body(Some(&variant.schema), &body);
        index.variant = self.catalogue.number(ThingKind::Variant, group, &variant.name);
        let inside = |ambiguity: &u32| index.places.iter().skip(1).any(|place| place.ambiguities.contains(ambiguity));
        let rests = numbers(&self.index, &variant.ambiguities);
        index.ambiguities = rests.iter().copied().filter(|ambiguity| !inside(ambiguity)).collect();
        index.rests = rests;
        index
    }

    fn response(&mut self, response: &DocumentedResponse, group: Option<u32>, told_apart: bool) -> ResponseIndex {
        let name = status_name(response.status);
        let status = self.catalogue.number(ThingKind::Status, group, &name).filter(|_| response.documented);
        let header = |header: &crate::contract::ResponseHeader| {
            let name = format!("{name} header {}", header.name);
            let enter = || self.catalogue.enter(ThingKind::Field, group, &name, || needed(header.required));
            response.documented.then(enter)
        };
        let headers = response.headers.iter().map(header).collect();
        let body = Body { label: &name, group, documented: response.documented, ambiguities: &response.ambiguities };
        let media = if told_apart { &[][..] } else { &response.media };
        let media = media.iter().map(|media| self.media(media, &body)).collect();
        let ambiguities = numbers(&self.index, &response.ambiguities);
        ResponseIndex { name, status, headers, media, ambiguities }
    }

    fn media(&mut self, media: &Media, body: &Body<'_>) -> MediaIndex {
        let choices = media.discriminator.iter().flat_map(|discriminator| &discriminator.choices);
        let whole = self.body(media.schema.as_ref(), body);
        MediaIndex { body: whole, choices: choices.map(|(_, schema)| self.body(Some(schema), body)).collect() }
    }

    fn body(&mut self, schema: Option<&Schema>, body: &Body<'_>) -> BodyIndex {
        let Some(shape) = schema.map(Schema::shape) else { return BodyIndex::default() };
        let enter = |field: &ShapeField| {
            let name = format!("{} {}", body.label, field.pointer);
            body.documented
                .then(|| self.catalogue.enter(ThingKind::Field, body.group, &name, || needed(field.required)))
        };
        let fields: Vec<Option<ThingId>> = shape.fields.iter().map(enter).collect();
        let places = shape.nodes.iter().map(|node| self.place(node, shape, &fields, body)).collect();
        BodyIndex { places, ..BodyIndex::default() }
    }

    fn place(&self, node: &ShapeNode, shape: &Shape, fields: &[Option<ThingId>], body: &Body<'_>) -> PlaceIndex {
        let field = node.field.and_then(|field| Some((&shape.fields[field], fields[field]?)));
        let values = field.filter(|_| body.label != "request").map(|(field, _)| self.places_of(field, body.group));
        let named = |name: &String, ambiguities: &[String]| {
            let both = ambiguities.iter().filter(|ambiguity| body.ambiguities.contains(ambiguity));
            let both = both.filter_map(|ambiguity| self.index.ambiguity(ambiguity));
            both.map(|ambiguity| (name.clone(), ambiguity)).collect::<Vec<_>>()
        };
        let optional = node
            .members
            .iter()
            .filter(|(_, member)| shape.nodes[*member].field.is_some_and(|field| !shape.fields[field].required));
        let telling = optional.flat_map(|(name, member)| named(name, &shape.nodes[*member].ambiguities));
        PlaceIndex {
            field: field.map(|(_, thing)| thing),
            values: values.unwrap_or_default(),
            ambiguities: numbers(&self.index, &node.ambiguities),
            telling: telling.collect(),
        }
    }

    /// The documented values of a field, those that are things of their own.
    fn places_of(&self, field: &ShapeField, group: Option<u32>) -> Vec<(String, Vec<ThingId>)> {
        let things = |value: &String| {
            let own = format!("{} {}", field.pointer, quoted_value(value));
            let own = group.and_then(|_| self.catalogue.number(ThingKind::Value, group, &own));
            let lists = self.contract.values.iter().filter(|list| is_place_of(field, list));
            let listed = lists.filter_map(|list| {
                let name = format!("{} {}", list.name, quoted_value(value));
                self.catalogue.number(ThingKind::Value, None, &name)
            });
            own.into_iter().chain(listed).collect::<Vec<_>>()
        };
        let values = field.values.iter().map(|value| (value.clone(), things(value)));
        values.filter(|(_, things)| !things.is_empty()).collect()
    }

    /// Enters the values of an operation's fields that may have more than one. Codes are things of another kind, and so
    /// are the values of a documented list.
    fn values(&mut self, operation: &Operation, group: Option<u32>) {
        let variants = operation.variants.iter().filter(|variant| variant.documented);
        let mut schemas: Vec<&Schema> = variants.map(|variant| &variant.schema).collect();
        if operation.variants.is_empty() {
            let responses = operation.responses.iter().filter(|response| response.documented);
            schemas.extend(responses.flat_map(|response| &response.media).filter_map(|media| media.schema.as_ref()));
        }
        let mut found: Vec<(&str, Vec<&str>)> = Vec::new();
        for field in schemas.iter().flat_map(|schema| &schema.shape().fields) {
            let is_code = field.pointer.strip_prefix('/').is_some_and(|member| {
                !self.contract.codes.is_empty() && operation.code_members.iter().any(|code| code == member)
            });
            if field.values.is_empty() || is_code {
                continue;
            }
            let place = found.iter().position(|(pointer, _)| *pointer == field.pointer).unwrap_or_else(|| {
                found.push((&field.pointer, Vec::new()));
                found.len() - 1
            });
            let listed = |value: &str| {
                let mut lists = self.contract.values.iter().filter(|list| is_place_of(field, list));
                lists.any(|list| list.values.iter().any(|(listed, _)| listed == value))
            };
            for value in field.values.iter().filter(|value| !listed(value)) {
                if !found[place].1.contains(&value.as_str()) {
                    found[place].1.push(value);
                }
            }
        }
        for (pointer, values) in found.into_iter().filter(|(_, values)| values.len() > 1) {
            for value in values {
                let name = format!("{pointer} {}", quoted_value(value));
                self.catalogue.enter(ThingKind::Value, group, &name, || None);
            }
        }
    }
}

/// Whether a field is a place of a documented list: it may have every value of it.
fn is_place_of(field: &ShapeField, list: &ValueList) -> bool {
    !list.values.is_empty() && list.values.iter().all(|(value, _)| field.values.contains(value))
}

fn numbers(index: &Index, ambiguities: &[String]) -> Vec<u32> {
    ambiguities.iter().filter_map(|ambiguity| index.ambiguity(ambiguity)).collect()
}

fn needed(required: bool) -> Option<String> {
    required.then(|| "required".to_owned())
}
