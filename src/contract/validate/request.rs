//! A request, held against what is documented for its operation before it is sent.

use super::body::{self, Body};
use super::context::{Undocumented, ValidationContext, Violated};
use super::facts::{BodySent, Judged, RequestFacts};
use super::seen::{Key, Seen};
use super::{media, parameters};
use crate::contract::{Contract, Operation};
use crate::event::{FindingKind, Side};
use serde_json::Value;

pub(super) fn hold(contract: &Contract, operation: &Operation, request: &RequestFacts<'_>, seen: &Seen) -> Judged {
    let mut context = ValidationContext::new(contract, operation, seen, Side::Request);
    path_chosen(&mut context, request.path);
    parameters::held(&mut context, request);
    whole_body(&mut context, request);
    context.judged
}

/// Where several paths serve an operation, the one used is evidence.
fn path_chosen(context: &mut ValidationContext<'_>, path: &str) {
    let Some((_, index)) = context.index else { return };
    if !context.operation.path_alternatives.is_empty() {
        let id = &context.operation.id;
        for ambiguity in &index.of_path {
            context
                .record_evidence(*ambiguity, Key::new(b'u').with(id).with(path), || format!("{id} was sent to {path}"));
        }
    }
}

fn whole_body(context: &mut ValidationContext<'_>, request: &RequestFacts<'_>) {
    let operation = context.operation;
    let there = !matches!(request.body, BodySent::None) && !matches!(request.body, BodySent::Bytes(&[]));
    let Some(documented) = &operation.request else {
        if there {
            let what = format!("the {} has a body, and none is documented", context.whose());
            context.find(Undocumented::new(FindingKind::UndocumentedField, "", what, operation.span));
        }
        return;
    };
    if !there {
        if documented.required {
            context.judged.checks += 1;
            context.violate(Violated::new("", "body", "a body".into(), documented.span));
        }
        return;
    }
    context.judged.checks += 1;
    let said = media::of(request.headers).or(match request.body {
        // The transport writes the boundary, and the type with it.
        BodySent::Multipart(_) => Some("multipart/form-data"),
        _ => None,
    });
    let found = match said {
        Some(said) => media::find(&documented.media, said),
        None => media::without_type(&documented.media),
    };
    let Some(found) = found else {
        let listed = media::listed(&documented.media);
        let whose = context.whose();
        let what = match said {
            Some(said) => format!(
                "the {whose} has the content type `{}`, which is not documented; {listed} is",
                media::essence(said)
            ),
            None => format!("the {whose} has no content type; {listed} is documented"),
        };
        return context.find(Undocumented {
            detail: said.map(media::essence),
            found: said.map(str::to_owned),
            ..Undocumented::new(FindingKind::UndocumentedMediaType, "content type", what, documented.span)
        });
    };
    let index = context.index.and_then(|(_, index)| index.request.get(found.number));
    let validate = |context: &mut ValidationContext<'_>, json: Result<&Value, &str>, bytes: Option<&[u8]>| {
        body::validate(context, &found, index, &Body { bytes, json, media_type: said });
    };
    match &request.body {
        BodySent::Value(value) => validate(context, Ok(value), None),
        BodySent::Multipart(parts) => body::parts(context, &found, index, parts),
        BodySent::Bytes(bytes) => match serde_json::from_slice::<Value>(bytes) {
            Ok(value) => {
                if media::is_json(said.unwrap_or(&found.media.media_type)) {
                    context.duplicates(bytes, found.media.span);
                }
                validate(context, Ok(&value), Some(bytes));
            }
            Err(why) => validate(context, Err(&why.to_string()), Some(bytes)),
        },
        BodySent::None => {}
    }
}
