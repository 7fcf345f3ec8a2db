//! What the new contract lets a server answer, and whether the old one promised it. Variants are compared one by one.

use super::collect::{Collect, Found, Half, Where};
use super::request::{listed, media_for, optional_schemas};
use super::{Verdict, Which, Witness};
use crate::contract::{DocumentedResponse, Operation, ResponseStatus, StatusRange, Variant};
use serde_json::json;

pub(super) fn compare(collect: &mut Collect<'_>, old: &Operation, new: &Operation) {
    let by_variant = !old.variants.is_empty() && !new.variants.is_empty();
    if by_variant {
        variants(collect, old, &old.variants, &new.variants);
    }
    for response in &new.responses {
        match for_status(old, response.status) {
            None => status_added(collect, old, new, response),
            Some(before) => both(collect, old, before, response, by_variant),
        }
    }
    for response in &old.responses {
        if for_status(new, response.status).is_some() {
            continue;
        }
        // Fewer answers break nobody, unless it is the good one that somebody waits for.
        let good =
            matches!(response.status, ResponseStatus::Range(StatusRange::Exactly(200..300) | StatusRange::Class(2)));
        let (verdict, rule) = match good {
            true => (Verdict::Breaking, "success-removed"),
            false => (Verdict::Compatible, "status-removed"),
        };
        let name = name(response.status);
        let found = Found::new(verdict, rule, "response").of(&old.id).says(format!("HTTP {name}"), "not documented");
        let note = good.then(|| "a client that waits for it waits for ever".to_owned());
        let found = Found { variant: Some(&name), note, ..found.spans(Some(response.span), Some(new.span)) };
        collect.add(found);
    }
}

/// Variants that any operation may answer with.
pub(super) fn common(collect: &mut Collect<'_>) {
    let (old, new) = (collect.old.contract, collect.new.contract);
    // They are compared as answers of an operation that both have; which one does not matter.
    let both = old.operations.iter().find(|operation| new.operation(&operation.id).is_some());
    let Some(operation) = both else { return };
    let any = Operation { id: "*".into(), variants: Vec::new(), ambiguities: Vec::new(), ..operation.clone() };
    variants(collect, &any, &old.variants, &new.variants);
}

/// The documented response for statuses: the same, then a class that holds them, then the default.
fn for_status(operation: &Operation, status: ResponseStatus) -> Option<&DocumentedResponse> {
    let find =
        |fits: &dyn Fn(ResponseStatus) -> bool| operation.responses.iter().find(|response| fits(response.status));
    let class = |own: ResponseStatus| match (own, status) {
        (ResponseStatus::Range(range), ResponseStatus::Range(StatusRange::Exactly(exact))) => range.holds(exact),
        _ => false,
    };
    find(&|own| own == status).or_else(|| find(&class)).or_else(|| find(&|own| own == ResponseStatus::Default))
}

pub(super) fn name(status: ResponseStatus) -> String {
    match status {
        ResponseStatus::Range(range) => range.to_string(),
        ResponseStatus::Default => "default".to_owned(),
    }
}

fn example(status: ResponseStatus) -> u16 {
    match status {
        ResponseStatus::Range(StatusRange::Exactly(status)) => status,
        ResponseStatus::Range(StatusRange::Class(class)) => class * 100,
        ResponseStatus::Default => 500,
    }
}

fn status_added(collect: &mut Collect<'_>, old: &Operation, new: &Operation, response: &DocumentedResponse) {
    let name = name(response.status);
    let status = example(response.status);
    let found = Found::new(Verdict::Breaking, "status-added", "response").of(&old.id);
    let found = found.says("not documented", format!("HTTP {name}")).spans(Some(old.span), Some(response.span));
    // Where no status was ever documented, none was promised.
    if old.responses.is_empty() {
        let note = Some("the old contract documents no status at all".to_owned());
        return collect.add(Found { verdict: Verdict::Compatible, note, variant: Some(&name), ..found });
    }
    if !response.documented {
        let note = Some("the new contract only lets it pass".to_owned());
        return collect.add(Found { verdict: Verdict::Compatible, note, variant: Some(&name), ..found });
    }
    let refused = super::exchange::status_refused(collect, old, new, status);
    let witness = refused.map(|refused| Witness {
        what: "response status".into(),
        value: json!(status),
        right_by: Which::New,
        refused,
    });
    let verdict = if witness.is_some() { Verdict::Breaking } else { Verdict::Unsure };
    collect.add(Found { witness, verdict, variant: Some(&name), ..found });
}

fn both(
    collect: &mut Collect<'_>,
    operation: &Operation,
    old: &DocumentedResponse,
    new: &DocumentedResponse,
    by_variant: bool,
) {
    let name = name(new.status);
    headers(collect, operation, old, new, &name);
    for media in &new.media {
        match media_for(&old.media, &media.media_type) {
            None => {
                let found = Found::new(Verdict::Breaking, "media-type-added", "response").of(&operation.id);
                let found = found.at(media.media_type.clone()).says(listed(&old.media), media.media_type.clone());
                let witness = Witness {
                    what: "content type".into(),
                    value: media.media_type.clone().into(),
                    right_by: Which::New,
                    refused: format!("only {} is documented", listed(&old.media)),
                };
                let found = found.spans(Some(old.span), Some(media.span));
                // Where no body at all was documented, a client reads none.
                let (verdict, witness, note) = match old.media.is_empty() {
                    true => (Verdict::Compatible, None, Some("no body was documented before".to_owned())),
                    false => (Verdict::Breaking, Some(witness), None),
                };
                collect.add(Found { verdict, witness, note, variant: Some(&name), ..found });
            }
            Some(before) if !by_variant => {
                let at = Where {
                    operation,
                    half: Half::Response,
                    side: "response",
                    variant: Some(&name),
                    before: String::new(),
                    ambiguities: old.ambiguities.iter().chain(&new.ambiguities).cloned().collect(),
                };
                let spans = (Some(before.span), Some(media.span));
                optional_schemas(collect, before.schema.as_ref(), media.schema.as_ref(), &at, spans);
            }
            Some(_) => {}
        }
    }
    for media in old.media.iter().filter(|media| media_for(&new.media, &media.media_type).is_none()) {
        let found = Found::new(Verdict::Breaking, "media-type-removed", "response").of(&operation.id);
        let found = found.at(media.media_type.clone()).says(media.media_type.clone(), listed(&new.media));
        let witness = Witness {
            what: "a client that accepts only".into(),
            value: media.media_type.clone().into(),
            right_by: Which::Old,
            refused: format!("only {} is documented", listed(&new.media)),
        };
        let found = found.spans(Some(media.span), Some(new.span));
        collect.add(Found { witness: Some(witness), variant: Some(&name), ..found });
    }
}

fn headers(
    collect: &mut Collect<'_>,
    operation: &Operation,
    old: &DocumentedResponse,
    new: &DocumentedResponse,
    name: &str,
) {
    for header in &old.headers {
        let place = format!("header {}", header.name);
        let now = new.headers.iter().find(|other| other.name == header.name);
        let lost = header.required && now.is_none_or(|now| !now.required);
        let (verdict, rule, after) = match (now, lost) {
            (None, true) => (Verdict::Breaking, "header-removed", "not documented"),
            (None, false) => (Verdict::Compatible, "header-removed", "not documented"),
            (Some(_), true) => (Verdict::Breaking, "header-became-optional", "it may be missing"),
            (Some(now), false) if now.required && !header.required => {
                (Verdict::Compatible, "header-became-required", "it is always there")
            }
            (Some(_), false) => (Verdict::Compatible, "", ""),
        };
        let span = now.map_or(new.span, |now| now.span);
        if !rule.is_empty() {
            let before = if header.required { "it is always there" } else { "it may be there" };
            let found = Found::new(verdict, rule, "response").of(&operation.id).at(place.clone());
            let witness = lost.then(|| Witness {
                what: "response without".into(),
                value: header.name.clone().into(),
                right_by: Which::New,
                refused: format!("the header `{}` is promised", header.name),
            });
            let found = found.says(before, after).spans(Some(header.span), Some(span));
            collect.add(Found { witness, variant: Some(name), ..found });
        }
        if let Some(now) = now {
            let at = Where {
                operation,
                half: Half::Response,
                side: "response",
                variant: Some(name),
                before: place,
                ambiguities: Vec::new(),
            };
            let spans = (Some(header.span), Some(now.span));
            optional_schemas(collect, header.schema.as_ref(), now.schema.as_ref(), &at, spans);
        }
    }
    for header in new.headers.iter().filter(|header| !old.headers.iter().any(|other| other.name == header.name)) {
        let found = Found::new(Verdict::Compatible, "header-added", "response").of(&operation.id);
        let found = found.at(format!("header {}", header.name)).says("not documented", "documented");
        collect.add(Found { variant: Some(name), ..found.spans(Some(old.span), Some(header.span)) });
    }
}

/// The old variant that a new one is: of the same choice and name, of the same choice, of the same name.
fn partner<'v>(old: &'v [Variant], variant: &Variant) -> Option<&'v Variant> {
    let chosen = |own: &&Variant| {
        own.data_status == variant.data_status
            && own.member == variant.member
            && (own.codes == variant.codes || own.codes.iter().any(|code| variant.codes.contains(code)))
    };
    let named = |own: &&Variant| own.name == variant.name;
    let both = old.iter().find(|own| chosen(own) && named(own));
    both.or_else(|| old.iter().find(named)).or_else(|| {
        let mut same = old.iter().filter(chosen);
        // One of several that nothing tells apart is only known by its name.
        same.next().filter(|_| same.next().is_none())
    })
}

fn variants(collect: &mut Collect<'_>, operation: &Operation, old: &[Variant], new: &[Variant]) {
    let mut met = Vec::new();
    for variant in new {
        match partner(old, variant) {
            Some(before) => {
                met.push(before.name.as_str());
                both_variants(collect, operation, before, variant);
            }
            None => {
                let says = chosen_by(variant);
                let found = Found::new(Verdict::Breaking, "variant-added", "response").of(&operation.id);
                let found = found.says("no such answer", says).spans(Some(operation.span), Some(variant.span));
                let witness = super::exchange::variant_refused(collect, operation, variant);
                let verdict = match (&witness, variant.documented) {
                    (_, false) => Verdict::Compatible,
                    (Some(_), true) => Verdict::Breaking,
                    (None, true) => Verdict::Unsure,
                };
                let ambiguities = variant.ambiguities.clone();
                collect.add(Found { verdict, witness, ambiguities, variant: Some(&variant.name), ..found });
            }
        }
    }
    for variant in old.iter().filter(|variant| !met.contains(&variant.name.as_str())) {
        let found = Found::new(Verdict::Breaking, "variant-removed", "response").of(&operation.id);
        let found = found.says(chosen_by(variant), "no such answer").spans(Some(variant.span), None);
        let verdict = if variant.documented { Verdict::Breaking } else { Verdict::Compatible };
        let note = Some("a client that acts on this answer never gets it; what comes instead is not said".to_owned());
        let ambiguities = variant.ambiguities.clone();
        collect.add(Found { verdict, note, ambiguities, variant: Some(&variant.name), ..found });
    }
}

/// What chooses a variant, in words.
fn chosen_by(variant: &Variant) -> String {
    let codes = match variant.codes.as_slice() {
        [] => "no code".to_owned(),
        codes => codes.join(", "),
    };
    match &variant.data_status {
        Some(status) => format!("{codes} with {status}"),
        None => codes,
    }
}

fn both_variants(collect: &mut Collect<'_>, operation: &Operation, old: &Variant, new: &Variant) {
    let spans = (Some(old.span), Some(new.span));
    let words = |all: &[StatusRange]| all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let more = |a: &[StatusRange], b: &[StatusRange]| -> Option<StatusRange> {
        a.iter().find(|range| !b.iter().any(|other| covers(*other, **range))).copied()
    };
    let base = |verdict, rule| {
        let found = Found::new(verdict, rule, "response").of(&operation.id);
        let found = found.says(words(&old.statuses), words(&new.statuses)).spans(spans.0, spans.1);
        Found { variant: Some(&new.name), ambiguities: new.ambiguities.clone(), ..found }
    };
    if old.codes != new.codes || old.data_status != new.data_status || old.member != new.member {
        let found = base(Verdict::Breaking, "variant-rechosen").says(chosen_by(old), chosen_by(new));
        collect.add(found);
    }
    if let Some(range) = more(&new.statuses, &old.statuses) {
        let status = example(ResponseStatus::Range(range));
        let witness = Witness {
            what: "response status".into(),
            value: json!(status),
            right_by: Which::New,
            refused: format!("HTTP {} is promised", words(&old.statuses)),
        };
        let found = base(Verdict::Breaking, "variant-status-added");
        collect.add(Found { witness: Some(witness), ..found });
    }
    if more(&old.statuses, &new.statuses).is_some() {
        collect.add(base(Verdict::Compatible, "variant-status-removed"));
    } else if old.statuses.first() != new.statuses.first() && more(&new.statuses, &old.statuses).is_none() {
        let found = base(Verdict::Unsure, "usual-status-changed");
        let note = Some("the status that is usually sent is another one, and both were allowed before".to_owned());
        collect.add(Found { note, ..found });
    }
    if old.documented && !new.documented {
        let found = base(Verdict::Unsure, "variant-only-let-pass").says("documented", "only let pass");
        collect.add(found);
    }
    let at = Where {
        operation,
        half: Half::Response,
        side: "response",
        variant: Some(&new.name),
        before: String::new(),
        ambiguities: old.ambiguities.iter().chain(&new.ambiguities).cloned().collect(),
    };
    collect.schemas(&old.schema, &new.schema, &at);
}

fn covers(range: StatusRange, other: StatusRange) -> bool {
    match other {
        StatusRange::Exactly(status) => range.holds(status),
        StatusRange::Class(_) => range == other,
    }
}
