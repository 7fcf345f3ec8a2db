//! Timestamps written in several ways, by the examples of members that hold one.

use super::fields::each_member;
use super::words::words;
use super::{Found, Look, Mark};
use regex::Regex;
use std::sync::LazyLock;

/// Ways to write a moment, each with its name; the first that fits counts.
static WAYS: LazyLock<[(Regex, &str); 5]> = LazyLock::new(|| {
    let regex = |pattern: &str| Regex::new(pattern).expect("the pattern is valid");
    [
        (regex(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?[Zz]$"), "RFC 3339 in UTC"),
        (regex(r"^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d(:\d\d(\.\d+)?)?[+-]\d\d:?\d\d$"), "RFC 3339 with an offset"),
        (regex(r"^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d+)?)?$"), "without a time zone"),
        (regex(r"^1\d{12}$"), "milliseconds since 1970"),
        (regex(r"^1\d{9}$"), "seconds since 1970"),
    ]
});

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut ways: Vec<(&str, Mark)> = Vec::new();
    let mut note = |name: &str, value: &super::At<'_>| {
        let json = value.node.to_json();
        let written = json.as_str().map_or_else(|| json.to_string(), str::to_owned);
        let Some((_, way)) = WAYS.iter().find(|(regex, _)| regex.is_match(&written)) else { return };
        let field = look.fields.fields.iter().find(|field| field.name == name);
        if let Some(field) = field.filter(|_| !ways.iter().any(|(known, _)| known == way)) {
            ways.push((way, Mark::key(field.span, &field.at, format!("{way}, as {written}"))));
        }
    };
    for example in &look.fields.examples {
        each_member(&example.at, &mut |name, at| {
            if is_moment(name) {
                note(name, at);
            }
        });
    }
    for field in look.fields.fields.iter().filter(|field| is_moment(field.name)) {
        let own = [&field.schema, &field.at].into_iter().flat_map(|at| {
            let several = at.get("examples").map(|list| list.items()).unwrap_or_default();
            at.get("example").into_iter().chain(several)
        });
        own.for_each(|at| note(field.name, &at));
    }
    if ways.len() < 2 {
        return Vec::new();
    }
    let title = format!("timestamps are written in {} ways", ways.len());
    vec![Found {
        title,
        marks: ways.into_iter().map(|(_, mark)| mark).collect(),
        why: "a client that reads all of them with one parser takes some for errors, or for the wrong hour".to_owned(),
        next: "ask how each is written, and say so with `format` and a description".to_owned(),
    }]
}

/// Whether a name says that a moment is meant.
fn is_moment(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map(String::as_str).unwrap_or_default();
    ["at", "on", "time", "timestamp", "date", "datetime", "since", "until"].contains(&last)
}
