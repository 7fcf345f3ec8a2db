//! A value said to be fixed, and another one sent elsewhere under the same name.

use super::document::At;
use super::fields::{Field, Way, each_member};
use super::words::GENERIC;
use super::{Found, Look, Mark};

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let sent = look.fields.fields.iter().filter(|field| field.travels(Way::Request));
    sent.filter_map(|field| judge(look, field)).collect()
}

fn judge(look: &Look<'_>, field: &Field<'_>) -> Option<Found> {
    let said = field.documented("const");
    let fixed = match &said {
        Some(at) => at.clone(),
        None if GENERIC.contains(&field.name) => return None,
        None => only(field)?,
    };
    let value = fixed.node.to_json();
    let own = field.operations(Way::Request);
    let others = || look.fields.fields.iter().filter(|other| other.name == field.name && other.travels(Way::Request));
    // Alternatives of one body tell themselves apart by such values.
    let alternative = |other: &Field<'_>| !other.operations(Way::Request).is_disjoint(&own);
    if said.is_none() && others().any(|other| other.span != field.span && alternative(other)) {
        return None;
    }
    let mut marks =
        vec![Mark { span: fixed.node.span, pointer: field.at.pointer.clone(), text: "fixed here".to_owned() }];
    let mut values = Vec::new();
    // What tells alternatives of another body apart is nobody else's business.
    let related = |other: &Field<'_>| said.is_some() || look.fields.related(field, other);
    for other in others().filter(|other| other.span != field.span && !alternative(other) && related(other)) {
        let differing: Vec<At<'_>> = other.values().into_iter().filter(|one| one.node.to_json() != value).collect();
        if let Some(first) = differing.first() {
            values.push(first.node.to_json());
            marks.push(Mark::key(other.span, &other.at, "other values here"));
        }
    }
    // Of its own operations, or of any where the documentation says that it is always so.
    let near = |uses: &std::collections::BTreeSet<(usize, Way)>| {
        uses.iter().any(|(operation, way)| *way == Way::Request && (said.is_some() || own.contains(operation)))
    };
    for example in look.fields.examples.iter().filter(|example| near(&example.uses)) {
        each_member(&example.at, &mut |name, at| {
            if name == field.name && at.node.to_json() != value {
                values.push(at.node.to_json());
                marks.push(Mark::node(at, "another value here"));
            }
        });
    }
    let other = values.first()?;
    marks.truncate(4);
    Some(Found {
        title: format!("`{}` is said to be {value} always, and is {other} elsewhere", field.name),
        marks,
        why: "a client that sends the fixed value everywhere, or checks for it, is wrong in one of the places"
            .to_owned(),
        next: "ask which values are taken by which operation".to_owned(),
    })
}

/// The only value a schema allows.
fn only<'d>(field: &Field<'d>) -> Option<At<'d>> {
    match field.values().as_slice() {
        [one] => Some(one.clone()),
        _ => None,
    }
}
