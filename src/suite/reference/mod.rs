//! The reference for people who write suites: a frame of prose and examples, filled with the tables that reading uses.

use super::auth::{AUTH, BASIC};
use super::body::FILE;
use super::capture::CAPTURE;
use super::case::{CASE, SUITE};
use super::defaults::DEFAULTS;
use super::environment::{ENVIRONMENT, TLS};
use super::expect::EXPECT;
use super::flow::{FLOW, INPUT};
use super::matcher::{BOUND, NEAR, OPERATOR};
use super::parts::PART;
use super::policy::{POLICY, RULE};
use super::poll::{CONDITIONS, POLL};
use super::receive::{RECEIVE, RECEIVED};
use super::repeat::REPEAT;
use super::request::REQUEST;
use super::rows::MATRIX;
use super::service::SERVICE;
use super::setup::SETUP;
use super::skip::SKIP;
use super::snapshot::SNAPSHOT;
use super::step::STEP;
use super::waivers::{WAIVER, WAIVERS};
use crate::expr::{DIGITS, FILTERS, FORMATS, FUNCTIONS, Function, KIND_NAMES, TESTS, TIME_FORMATS};
use crate::yaml::{Key, Names, Object, Shape};

/// Prose and examples; a line such as `<!-- keys: step -->` stands for a heading and a table.
const FRAME: &str = include_str!("frame.md");

/// Objects the frame may name. A test finds those that it does not name.
pub(super) static OBJECTS: [&Object; 32] = [
    &SUITE,
    &SETUP,
    &CASE,
    &STEP,
    &REQUEST,
    &FILE,
    &EXPECT,
    &CAPTURE,
    &POLL,
    &CONDITIONS,
    &SNAPSHOT,
    &REPEAT,
    &FLOW,
    &INPUT,
    &ENVIRONMENT,
    &TLS,
    &OPERATOR,
    &BOUND,
    &NEAR,
    &POLICY,
    &RULE,
    &WAIVERS,
    &WAIVER,
    &AUTH,
    &BASIC,
    &DEFAULTS,
    &MATRIX,
    &PART,
    &RECEIVE,
    &RECEIVED,
    &SERVICE,
    &SKIP,
];

/// The suite reference, in Markdown.
#[must_use]
pub fn reference() -> String {
    let mut text = String::new();
    let mut rest = FRAME;
    while let Some((before, after)) = rest.split_once("<!-- ") {
        let (mark, after) = after.split_once(" -->").unwrap_or((after, ""));
        text.push_str(before);
        text.push_str(&filled(mark));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn filled(mark: &str) -> String {
    let (kind, name) = mark.split_once(": ").unwrap_or((mark, ""));
    let object = OBJECTS.iter().find(|object| object.name == name);
    match (kind, object) {
        ("keys", Some(object)) => format!("## {}\n\n{}", crate::text::capitalised(object.name), table(object)),
        ("table", Some(object)) => table(object),
        ("words", _) if name == "types" => listed(&KIND_NAMES),
        ("words", _) if name == "times" => listed(&TIME_FORMATS),
        ("words", _) => listed(&FORMATS),
        ("functions", _) => {
            let line = |function: &Function| match function.about.split_once("): ") {
                Some((call, gives)) => format!("- `{call})`: {gives}"),
                None => format!("- {}", function.about),
            };
            FUNCTIONS.iter().map(line).collect::<Vec<_>>().join("\n")
        }
        ("filters", _) => named(FILTERS),
        ("tests", _) => named(TESTS),
        ("digits", _) => DIGITS.to_string(),
        _ => format!("(nothing is known of {mark})"),
    }
}

/// Filters or tests, each with what it gives.
fn named(functions: &[Function]) -> String {
    let line = |function: &Function| format!("- `{}`: {}", function.name, function.about);
    functions.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn table(object: &Object) -> String {
    let mut text = "| Key | Meaning | Value | Example |\n|---|---|---|---|".to_owned();
    for key in object.each_key() {
        let needed = if object.needs.contains(&key.name) { " (needed)" } else { "" };
        let Key { name, about, shape, example } = key;
        let (about, words, example) = (cell(about), cell(&words(shape)), cell(example));
        text.push_str(&format!("\n| `{name}`{needed} | {about} | {words} | `{name}: {example}` |"));
    }
    text
}

/// A text that does not end its cell.
fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn listed(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

/// A shape in words.
fn words(shape: &Shape) -> String {
    match shape {
        Shape::Value => "any value, as it is".into(),
        Shape::Template => "any value, with placeholders".into(),
        Shape::TextTemplate => "text, with placeholders".into(),
        Shape::Text => "text".into(),
        Shape::Pattern(what, _) => (*what).into(),
        Shape::Expression => "one `{{ expression }}`".into(),
        Shape::Path => "a JSONPath".into(),
        Shape::Regex => "a regular expression".into(),
        Shape::Duration => "a duration".into(),
        Shape::Natural(least, most) => format!("a whole number, {least} to {most}"),
        Shape::Number(least, most) => format!("a number, {least} to {most}"),
        Shape::Positive => "a number above 0".into(),
        Shape::NumberTemplate => "a number or a placeholder".into(),
        Shape::Boolean => "true or false".into(),
        Shape::True => "true".into(),
        Shape::Null => "null".into(),
        Shape::Word(words) => format!("one of {}", listed(words)),
        Shape::Some(item) | Shape::Many(item) => format!("a list: {}", words(item)),
        Shape::OneOrMany(item) => format!("{}; or a list", words(item)),
        Shape::Map(Names::Any, value) => format!("by name: {}", words(value)),
        Shape::Map(Names::Variables, value) => format!("by variable: {}", words(value)),
        Shape::Map(Names::Paths, value) => format!("by JSONPath: {}", words(value)),
        Shape::Object(object) => object.what.into(),
        Shape::Conditions(_, value) => format!("by JSONPath: {}", words(value)),
        Shape::Either(shapes) => shapes.iter().map(words).collect::<Vec<_>>().join(", or "),
        Shape::Matcher => "[a matcher](#matchers)".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_frame_names_every_object_and_nothing_else() {
        for object in OBJECTS {
            let times = FRAME.matches(&format!(": {} -->", object.name)).count();
            assert_eq!(times, 1, "the frame names `{}` once", object.name);
        }
        assert!(!reference().contains("(nothing is known of"), "{}", reference());
    }
}
