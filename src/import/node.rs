//! Reading JSON and YAML of other tools: forgiving of what is missing, exact about lines.

use super::json;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{Entry, Kind, Node, parse};
use serde_json::Value;

/// Reads a file as JSON where it begins so, else as YAML.
///
/// # Errors
/// Where and why it is neither.
pub fn read(sources: &Sources, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    if text.trim_start().starts_with(['{', '[']) {
        return json::strict(text, file, 0).map_err(|error| {
            let span = Span { file, start: error.at, end: error.at };
            let title = format!("{} is not JSON: {}", sources.file(file).name, error.message);
            vec![
                Diagnostic::new(Code::WrongValue, title)
                    .at(sources.place(span), "")
                    .next("export the file again; is it whole?"),
            ]
        });
    }
    parse(sources, file)
}

/// The entries of a mapping; none of anything else.
#[must_use]
pub fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        Kind::Map(entries) => entries,
        _ => &[],
    }
}

/// The items of a list; none of anything else.
#[must_use]
pub fn items(node: &Node) -> &[Node] {
    match &node.kind {
        Kind::List(items) => items,
        _ => &[],
    }
}

/// The value under a key.
#[must_use]
pub fn get<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    entries(node).iter().find(|entry| entry.key.value == key).map(|entry| &entry.value)
}

/// The value under keys below each other.
#[must_use]
pub fn below<'n>(node: &'n Node, keys: &[&str]) -> Option<&'n Node> {
    keys.iter().try_fold(node, |node, key| get(node, key))
}

/// A scalar as text; null and what is no scalar is none.
#[must_use]
pub fn as_text(node: &Node) -> Option<String> {
    match &node.kind {
        Kind::Text(text) => Some(text.clone()),
        Kind::Number(number) => Some(number.to_string()),
        Kind::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// The scalar under a key as text.
#[must_use]
pub fn text(node: &Node, key: &str) -> Option<String> {
    get(node, key).and_then(as_text)
}

/// Whether `true` stands under a key.
#[must_use]
pub fn is_true(node: &Node, key: &str) -> bool {
    matches!(get(node, key).map(|node| &node.kind), Some(Kind::Bool(true)))
}

/// Whether `false` stands under a key.
#[must_use]
pub fn is_false(node: &Node, key: &str) -> bool {
    matches!(get(node, key).map(|node| &node.kind), Some(Kind::Bool(false)))
}

/// The line of a node.
#[must_use]
pub fn line(sources: &Sources, node: &Node) -> usize {
    sources.place(node.span).line
}

/// A problem with a whole file.
#[must_use]
pub fn refuse(sources: &Sources, node: &Node, title: impl Into<String>, next: &str) -> Vec<Diagnostic> {
    vec![Diagnostic::new(Code::WrongValue, title).at(sources.place(node.span), "").next(next)]
}

/// The mark of a placeholder that stood without quotes; no text of a file has it.
pub const BARE: char = '\u{1}';

/// A text as JSON, where it is JSON but for placeholders, comments and trailing commas.
#[must_use]
pub fn json_body(text: &str) -> Option<Value> {
    if !text.trim_start().starts_with(['{', '[', '"']) || text.contains(BARE) {
        return None;
    }
    let file = Sources::default().add("", "");
    let read = json::lenient(text, file, 0).ok()?;
    let fine = read.repairs.iter().all(|(repair, at)| match repair {
        json::Repair::Comment | json::Repair::TrailingComma => true,
        json::Repair::Placeholder => text.get(*at as usize..).is_some_and(|rest| rest.starts_with("{{")),
        _ => false,
    });
    let bare: Vec<u32> =
        read.repairs.iter().filter(|(repair, _)| *repair == json::Repair::Placeholder).map(|(_, at)| *at).collect();
    fine.then(|| marked(&read.node, &bare))
}

/// A value in which placeholders that stood without quotes are marked: what fills them keeps its type.
fn marked(node: &Node, bare: &[u32]) -> Value {
    match &node.kind {
        Kind::Text(text) if bare.contains(&node.span.start) => format!("{BARE}{text}").into(),
        Kind::List(items) => items.iter().map(|item| marked(item, bare)).collect(),
        Kind::Map(entries) => {
            Value::Object(entries.iter().map(|entry| (entry.key.value.clone(), marked(&entry.value, bare))).collect())
        }
        _ => node.to_json(),
    }
}
