//! What the old contract let a client send, and whether the new one takes it.

use super::collect::{Collect, Found, Half, Where};
use super::exchange::{Sample, refused_request};
use super::{Verdict, Which, Witness};
use crate::contract::{Media, Operation, Parameter, ParameterIn, Schema};

pub(super) fn compare(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    parameters(collect, old, new);
    body(collect, old, new);
}

/// The name of a parameter's place: `query limit`.
pub(super) fn place(parameter: &Parameter) -> String {
    let kind = match parameter.place {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Header => "header",
        ParameterIn::Cookie => "cookie",
    };
    format!("{kind} {}", parameter.name)
}

/// The parameter that stands where another does: in a path by order, for its name is nobody's business.
fn partner<'p>(operation: &'p Operation, other: &Operation, parameter: &Parameter) -> Option<&'p Parameter> {
    let same = |own: &&Parameter| own.place == parameter.place && own.name == parameter.name;
    if parameter.place != ParameterIn::Path {
        return operation.parameters.iter().find(same);
    }
    let names = |path: &str| {
        path.split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
            .map(|(name, _)| name.to_owned())
            .collect::<Vec<_>>()
    };
    let index = names(&other.path).iter().position(|name| *name == parameter.name)?;
    let name = names(&operation.path).get(index)?.clone();
    operation.parameters.iter().find(|own| own.place == ParameterIn::Path && own.name == name)
}

fn parameters(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    for parameter in &old.parameters {
        match partner(new, old, parameter) {
            Some(now) => both(collect, old, new, parameter, now),
            None if parameter.place == ParameterIn::Path => {}
            None => {
                let found =
                    Found::new(Verdict::Compatible, "parameter-removed", "request").of(&old.id).at(place(parameter));
                let note = "it is let pass, and nothing promises that it still does anything".to_owned();
                let found = found.says("documented", "not documented").spans(Some(parameter.span), Some(new.span));
                collect.add(Found { note: Some(note), ambiguities: parameter.ambiguities.clone(), ..found });
            }
        }
    }
    for parameter in &new.parameters {
        if partner(old, new, parameter).is_some() || parameter.place == ParameterIn::Path {
            continue;
        }
        let (verdict, rule) = match parameter.required {
            true => (Verdict::Breaking, "required-parameter-added"),
            false => (Verdict::Compatible, "parameter-added"),
        };
        let found = Found::new(verdict, rule, "request").of(&old.id).at(place(parameter));
        let says = if parameter.required { "it has to be there" } else { "it may be there" };
        let found = found.says("not documented", says).spans(Some(old.span), Some(parameter.span));
        let found = Found { ambiguities: parameter.ambiguities.clone(), ..found };
        if verdict == Verdict::Compatible {
            collect.add(found);
        } else {
            shown(collect, found, old, new);
        }
    }
}

/// Adds a break of requests with the least request of the old contract as its witness.
fn shown(collect: &mut Collect<'_>, found: Found<'_>, old: &Operation, new: &Operation) {
    let sample = Sample::least(collect, old);
    let found = match refused_request(collect, old, new, &sample) {
        Some(refused) => {
            let witness = Witness { what: "request".into(), value: sample.shown(old), right_by: Which::Old, refused };
            Found { witness: Some(witness), ..found }
        }
        None => {
            let note = "the validators refuse no request that could be made; taken as breaking".to_owned();
            Found { verdict: Verdict::Unsure, note: Some(note), ..found }
        }
    };
    collect.add(found);
}

fn both(collect: &mut Collect<'_>, operation: &Operation, after: &Operation, old: &Parameter, new: &Parameter) {
    let spans = (Some(old.span), Some(new.span));
    if old.required != new.required {
        let (verdict, rule) = match new.required {
            true => (Verdict::Breaking, "parameter-became-required"),
            false => (Verdict::Compatible, "parameter-became-optional"),
        };
        let says = |required: bool| if required { "it has to be there" } else { "it may be missing" };
        let found = Found::new(verdict, rule, "request").of(&operation.id).at(place(old));
        let found = found.says(says(old.required), says(new.required)).spans(spans.0, spans.1);
        let found = Found { ambiguities: old.ambiguities.clone(), ..found };
        if verdict == Verdict::Compatible { collect.add(found) } else { shown(collect, found, operation, after) }
    }
    let composed = |schema: &Option<Schema>| {
        schema
            .as_ref()
            .and_then(|schema| schema.shape().nodes.first())
            .is_some_and(|node| node.items.is_some() || !node.members.is_empty())
    };
    let composed = composed(&old.schema) || composed(&new.schema);
    let styled = old.style != new.style && (composed || old.place == ParameterIn::Path);
    let exploded = old.explode != new.explode && composed;
    if styled || exploded || old.as_json != new.as_json {
        let found = Found::new(Verdict::Unsure, "parameter-style-changed", "request").of(&operation.id).at(place(old));
        let says = |parameter: &Parameter| match parameter.as_json {
            true => "JSON as text".to_owned(),
            false => format!("{:?}, {}", parameter.style, if parameter.explode { "exploded" } else { "together" }),
        };
        let note = "its value is written another way; taken as breaking".to_owned();
        let found = found.says(says(old), says(new)).spans(spans.0, spans.1);
        collect.add(Found { note: Some(note), ..found });
    }
    let at = Where {
        operation,
        half: Half::Request,
        side: "request",
        variant: None,
        before: place(old),
        ambiguities: old.ambiguities.iter().chain(&new.ambiguities).cloned().collect(),
    };
    optional_schemas(collect, old.schema.as_ref(), new.schema.as_ref(), &at, spans);
}

/// Compares schemas of which one or both may be missing: then anything is allowed.
pub(super) fn optional_schemas(
    collect: &mut Collect<'_>,
    old: Option<&Schema>,
    new: Option<&Schema>,
    at: &Where<'_>,
    spans: (Option<crate::source::Span>, Option<crate::source::Span>),
) {
    let narrowed = match (old, new) {
        (Some(old), Some(new)) => return collect.schemas(old, new, at),
        (None, None) => return,
        (None, Some(new)) => new.schemas().keywords(new.schema_id()).next().is_some().then_some(true),
        (Some(old), None) => old.schemas().keywords(old.schema_id()).next().is_some().then_some(false),
    };
    let Some(narrowed) = narrowed else { return };
    let rule = if narrowed { "schema-added" } else { "schema-removed" };
    let breaks = narrowed == (at.half == Half::Request);
    let found = Found::new(if breaks { Verdict::Unsure } else { Verdict::Compatible }, rule, at.side);
    let found = found
        .of(&at.operation.id)
        .at(at.before.clone())
        .says(if narrowed { "anything" } else { "a schema" }, if narrowed { "a schema" } else { "anything" });
    let note = breaks.then(|| "one side says nothing of the value; taken as breaking".to_owned());
    collect.add(Found { variant: at.variant, note, ..found.spans(spans.0, spans.1) });
}

fn body(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let (before, after) = match (&old.request, &new.request) {
        (None, None) => return,
        (None, Some(after)) => {
            let (verdict, rule) = match after.required {
                true => (Verdict::Breaking, "body-became-required"),
                false => (Verdict::Compatible, "body-added"),
            };
            let found = Found::new(verdict, rule, "request").of(&old.id).says("no body", "a body");
            let found = found.spans(Some(old.span), Some(after.span));
            return if after.required { shown(collect, found, old, new) } else { collect.add(found) };
        }
        (Some(before), None) => {
            let found =
                Found::new(Verdict::Compatible, "body-removed", "request").of(&old.id).says("a body", "no body");
            let note = "a body is let pass, and nothing promises that it still does anything".to_owned();
            return collect.add(Found { note: Some(note), ..found.spans(Some(before.span), Some(new.span)) });
        }
        (Some(before), Some(after)) => (before, after),
    };
    if before.required != after.required {
        let (verdict, rule) = match after.required {
            true => (Verdict::Breaking, "body-became-required"),
            false => (Verdict::Compatible, "body-became-optional"),
        };
        let says = |required: bool| if required { "a body has to be there" } else { "a body may be missing" };
        let found = Found::new(verdict, rule, "request").of(&old.id).says(says(before.required), says(after.required));
        let found = found.spans(Some(before.span), Some(after.span));
        if after.required { shown(collect, found, old, new) } else { collect.add(found) }
    }
    for media in &before.media {
        match media_for(&after.media, &media.media_type) {
            None => {
                let found = Found::new(Verdict::Breaking, "media-type-removed", "request").of(&old.id);
                let found = found.at(media.media_type.clone()).says(media.media_type.clone(), listed(&after.media));
                let witness = Witness {
                    what: "content type".into(),
                    value: media.media_type.clone().into(),
                    right_by: Which::Old,
                    refused: format!("only {} is documented", listed(&after.media)),
                };
                collect.add(Found { witness: Some(witness), ..found.spans(Some(media.span), Some(after.span)) });
            }
            Some(now) => {
                let at = Where {
                    operation: old,
                    half: Half::Request,
                    side: "request",
                    variant: (before.media.len() > 1).then_some(media.media_type.as_str()),
                    before: String::new(),
                    ambiguities: Vec::new(),
                };
                let spans = (Some(media.span), Some(now.span));
                optional_schemas(collect, media.schema.as_ref(), now.schema.as_ref(), &at, spans);
            }
        }
    }
    for media in after.media.iter().filter(|media| media_for(&before.media, &media.media_type).is_none()) {
        let found = Found::new(Verdict::Compatible, "media-type-added", "request").of(&old.id);
        let found = found.at(media.media_type.clone()).says(listed(&before.media), media.media_type.clone());
        collect.add(found.spans(Some(before.span), Some(media.span)));
    }
}

/// The documented body of a media type; an exact one before a range.
pub(super) fn media_for<'m>(all: &'m [Media], media_type: &str) -> Option<&'m Media> {
    let class = media_type.split('/').next().unwrap_or_default();
    let find = |name: &str| all.iter().find(|media| media.media_type == name);
    find(media_type).or_else(|| find(&format!("{class}/*"))).or_else(|| find("*/*"))
}

/// Media types as a list.
pub(super) fn listed(all: &[Media]) -> String {
    match all {
        [] => "no body".to_owned(),
        all => all.iter().map(|media| media.media_type.as_str()).collect::<Vec<_>>().join(", "),
    }
}
