//! Two contracts side by side: pages, known truths, layouts, edits of the lender's contract.

mod containment;
mod layouts;
mod lender;
mod pages;

use super::{Document, Level, Report, compare};
use crate::contract::{Contract, load};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources};
use crate::yaml::{Node, parse};
use serde_json::{Map, Value, json};

/// The lender's contract, which is part of the program.
const LENDER: &str = include_str!("../../../schemas/lender-prism.openapi.yaml");

fn read(sources: &mut Sources, name: &str, text: &str) -> (Contract, Node) {
    let file: FileId = sources.add(name, text);
    let mut none = |_: &mut Sources, path: &str| {
        Err(Box::new(Diagnostic::new(Code::MissingFile, format!("there is no file {path}"))))
    };
    let contract = load(sources, file, "c", &mut none).unwrap_or_else(|problems| panic!("{problems:#?}\n{text}"));
    (contract, parse(sources, file).unwrap())
}

/// Compares two documents as they are written.
fn texts(old: &str, new: &str) -> Report {
    let mut sources = Sources::default();
    let (old, new) = (read(&mut sources, "old.yaml", old), read(&mut sources, "new.yaml", new));
    let side = |(contract, root): &'static (Contract, Node)| Document { contract, root };
    // Tests end before anybody minds.
    let (old, new) = (Box::leak(Box::new(old)), Box::leak(Box::new(new)));
    compare(side(old), side(new), &sources, Level::Behaviour)
}

/// A document with one operation, into which pieces of a contract are put.
fn with(place: &str, piece: &Value) -> String {
    let mut operation = json!({ "operationId": "getThings", "responses": { "200": { "description": "ok" } } });
    let mut root = json!({ "openapi": "3.1.0", "info": { "title": "Things", "version": "1" } });
    let media = json!({ "application/json": { "schema": piece } });
    let put = |into: &mut Value, piece: &Value| {
        let (Some(into), Some(members)) = (into.as_object_mut(), piece.as_object()) else { return };
        into.extend(members.clone());
    };
    match place {
        "request" => put(&mut operation, &json!({ "requestBody": { "required": true, "content": media } })),
        "response" => {
            put(&mut operation, &json!({ "responses": { "200": { "description": "ok", "content": media } } }));
        }
        "operation" => put(&mut operation, piece),
        _ => put(&mut root, piece),
    }
    if place != "document" {
        put(&mut root, &json!({ "paths": { "/things": { "post": operation } } }));
    }
    format!("{root:#}")
}

/// The changes of a report, one in a line: verdict and id.
fn lines(report: &Report) -> Vec<String> {
    report.changes.iter().map(|change| format!("{} {}", change.verdict.name(), change.id)).collect()
}

/// A member list as an object.
fn object(members: &[(&str, Value)]) -> Value {
    Value::Object(members.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect::<Map<_, _>>())
}
