//! Diagnostics for programs: as JSON, and as the lines that GitHub Actions turns into annotations.

use super::Diagnostic;
use crate::source::Location;
use serde_json::{Map, Value, json};

/// One diagnostic as JSON. The place is that of its first line, and null where there is none.
#[must_use]
pub fn to_json(diagnostic: &Diagnostic) -> Value {
    let mut value = Map::new();
    value.insert("code".into(), diagnostic.code.name().into());
    value.insert("title".into(), diagnostic.title.as_str().into());
    value.extend(place(diagnostic.labels.first().map(|label| &label.place)));
    let labels = diagnostic.labels.iter().map(|label| {
        let mut value = place(Some(&label.place));
        value.insert("label".into(), label.text.as_str().into());
        Value::Object(value)
    });
    value.insert("labels".into(), labels.collect());
    let notes = diagnostic.notes.iter().map(|note| json!({ "kind": note.kind.word(), "text": note.text }));
    value.insert("notes".into(), notes.collect());
    Value::Object(value)
}

fn place(place: Option<&Location>) -> Map<String, Value> {
    let members = [
        ("file", place.map(|place| Value::from(place.file.as_str()))),
        ("line", place.map(|place| place.line.into())),
        ("column", place.map(|place| place.column.into())),
        ("length", place.map(|place| place.length.into())),
        ("text", place.map(|place| place.text.as_str().into())),
    ];
    members.map(|(name, value)| (name.to_owned(), value.unwrap_or(Value::Null))).into_iter().collect()
}

/// One diagnostic as a workflow command of GitHub Actions. `folder` is what leads from the repository's root to the
/// folder that the files' names are below; it is empty or ends in a slash.
#[must_use]
pub fn to_annotation(diagnostic: &Diagnostic, folder: &str) -> String {
    let place = diagnostic.labels.first().map(|label| &label.place);
    annotation(Severity::Error, place, diagnostic.code.name(), &in_lines(diagnostic), folder)
}

/// How loud an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Something is wrong.
    Error,
    /// Something may be.
    Warning,
    /// Somebody should know.
    Notice,
}

/// A workflow command of GitHub Actions that becomes an annotation; `folder` as in [`to_annotation`].
#[must_use]
pub fn annotation(severity: Severity, place: Option<&Location>, title: &str, message: &str, folder: &str) -> String {
    let mut properties = Vec::new();
    if let Some(place) = place {
        let file = if place.file.starts_with('/') { place.file.clone() } else { format!("{folder}{}", place.file) };
        properties.push(format!("file={}", property(&file)));
        properties.push(format!("line={}", place.line));
        properties.push(format!("col={}", place.column));
        properties.push(format!("endColumn={}", place.column.saturating_add(place.length)));
    }
    properties.push(format!("title={}", property(title)));
    let command = match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Notice => "notice",
    };
    format!("::{command} {}::{}", properties.join(","), data(message))
}

/// A diagnostic as plain lines: its title, what is said of its places, its notes.
#[must_use]
pub fn in_lines(diagnostic: &Diagnostic) -> String {
    let labels = diagnostic.labels.iter().enumerate().map(|(index, label)| match index {
        0 => label.text.clone(),
        _ if label.text.is_empty() => String::new(),
        _ => format!("{}: {}", label.place, label.text),
    });
    let notes = diagnostic.notes.iter().map(|note| format!("{}: {}", note.kind.word(), note.text));
    let lines = std::iter::once(diagnostic.title.clone()).chain(labels.filter(|text| !text.is_empty())).chain(notes);
    lines.collect::<Vec<_>>().join("\n")
}

/// The message of a workflow command, escaped as GitHub's own toolkit does.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// A property of a workflow command, escaped as GitHub's own toolkit does.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Code;

    fn diagnostic() -> Diagnostic {
        let text = "    expct: 100%".to_owned();
        let place = Location { file: "suites/a,b.yaml".into(), line: 12, column: 5, length: 5, text };
        let problem = Diagnostic::new(Code::UnknownKey, "`expct` is not a key: 100%").at(place.clone(), "did you mean");
        problem.at(place, "").next("one\ntwo")
    }

    #[test]
    fn an_annotation_survives_every_character() {
        assert_eq!(
            to_annotation(&diagnostic(), "sub/"),
            "::error file=sub/suites/a%2Cb.yaml,line=12,col=5,endColumn=10,title=unknown-key::`expct` is not a key: \
             100%25%0Adid you mean%0Anext: one%0Atwo"
        );
        let nowhere = Diagnostic::new(Code::MissingFile, "there is no file");
        assert_eq!(to_annotation(&nowhere, ""), "::error title=missing-file::there is no file");
    }

    #[test]
    fn json_has_the_place_of_the_first_line() {
        let value = to_json(&diagnostic());
        assert_eq!(value["file"], "suites/a,b.yaml");
        assert_eq!((&value["line"], &value["column"], &value["length"]), (&json!(12), &json!(5), &json!(5)));
        assert_eq!(value["text"], "    expct: 100%");
        assert_eq!(value["labels"][0]["label"], "did you mean");
        assert_eq!(value["notes"], json!([{ "kind": "next", "text": "one\ntwo" }]));
        assert_eq!(to_json(&Diagnostic::new(Code::MissingFile, "no"))["file"], Value::Null);
    }
}
