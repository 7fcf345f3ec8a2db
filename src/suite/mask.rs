//! Writing a mask into a suite: the smallest edit of its text, with every comment and blank left where it is.

use crate::source::Sources;
use crate::yaml::{Entry, Kind, Node, parse};
use serde_json::{Map, Value};
use std::ops::Range;

/// A text with one more mask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Masked {
    /// The whole text.
    pub text: String,
    /// The number of the first line that changed, from 1.
    pub line: usize,
    /// The lines that changed, as they were.
    pub before: Vec<String>,
    /// The same lines as they are.
    pub after: Vec<String>,
}

/// Adds a path and its placeholder to `redact` of the `snapshot` that stands at a place in a text.
///
/// # Errors
/// Why it is left to a person, when it is not certain that nothing else would change.
pub fn add_mask(text: &str, snapshot: &Range<usize>, path: &str, placeholder: &str) -> Result<Masked, String> {
    let before = read(text)?;
    let mut places = Vec::new();
    find(&before, snapshot, &mut Vec::new(), &mut places);
    let [(pointer, node)] = places.as_slice() else {
        return Err("what is written there is used in several places of the file".to_owned());
    };
    let edited = edit(text, node, path, placeholder).ok_or("it is not written in a way that can be added to")?;
    let mut expected = before.to_json();
    redact(expected.pointer_mut(pointer).ok_or("the place cannot be found again")?, path, placeholder);
    // The edit is good when what is read afterwards is what was read before, and the mask.
    if read(&edited)?.to_json() != expected {
        return Err("it could not be added without changing something else".to_owned());
    }
    Ok(changed(text, edited))
}

fn read(text: &str) -> Result<Node, String> {
    let mut sources = Sources::default();
    let file = sources.add("suite", text);
    parse(&sources, file).map_err(|_| "the file cannot be read".to_owned())
}

/// Every place of a node, as a JSON pointer: an anchor may have several.
fn find<'n>(node: &'n Node, wanted: &Range<usize>, pointer: &mut Vec<String>, places: &mut Vec<(String, &'n Node)>) {
    let inside = pointer.last().is_some_and(|name| name == "snapshot");
    if node.span.range() == *wanted && inside {
        places.push((pointer.iter().map(|part| format!("/{}", crate::text::pointer_escaped(part))).collect(), node));
        return;
    }
    match &node.kind {
        Kind::Map(entries) => {
            for entry in entries.iter() {
                pointer.push(entry.key.value.clone());
                find(&entry.value, wanted, pointer, places);
                pointer.pop();
            }
        }
        Kind::List(items) => {
            for (index, item) in items.iter().enumerate() {
                pointer.push(index.to_string());
                find(item, wanted, pointer, places);
                pointer.pop();
            }
        }
        Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => {}
    }
}

fn redact(snapshot: &mut Value, path: &str, placeholder: &str) {
    if !snapshot.is_object() {
        *snapshot = Value::Object(Map::new());
    }
    snapshot["redact"][path] = Value::from(placeholder);
}

fn edit(text: &str, snapshot: &Node, path: &str, placeholder: &str) -> Option<String> {
    let mask = format!("{}: {}", key(path), Value::from(placeholder));
    let span = snapshot.span.range();
    let Kind::Map(entries) = &snapshot.kind else {
        return Some(replaced(text, span, &format!("{{ redact: {{ {mask} }} }}")));
    };
    match entries.iter().find(|entry| entry.key.value == "redact") {
        Some(Entry { value, .. }) => match &value.kind {
            Kind::Map(masks) => insert(text, value, masks, &mask),
            _ => None,
        },
        None => insert(text, snapshot, entries, &format!("redact: {{ {mask} }}")),
    }
}

/// Writes an entry before the first one of a mapping.
fn insert(text: &str, map: &Node, entries: &[Entry], entry: &str) -> Option<String> {
    let start = map.span.range().start;
    if text.get(start..)?.starts_with('{') {
        let comma = if entries.is_empty() { " " } else { "," };
        return Some(replaced(text, start + 1..start + 1, &format!(" {entry}{comma}")));
    }
    let first = entries.first()?.key.span.range().start;
    let line = text[..first].rfind('\n').map_or(0, |at| at + 1);
    let indent = text.get(line..first).filter(|indent| indent.bytes().all(|byte| byte == b' '))?;
    let ending = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Some(replaced(text, first..first, &format!("{entry}{ending}{indent}")))
}

fn replaced(text: &str, range: Range<usize>, with: &str) -> String {
    let mut edited = text.to_owned();
    edited.replace_range(range, with);
    edited
}

/// A path as a key of YAML, also between braces.
fn key(path: &str) -> String {
    let plain = path.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '$' | '.' | '_'));
    if plain { path.to_owned() } else { Value::from(path).to_string() }
}

fn changed(before: &str, after: String) -> Masked {
    let (old, new): (Vec<&str>, Vec<&str>) = (before.lines().collect(), after.lines().collect());
    let head = old.iter().zip(&new).take_while(|(a, b)| a == b).count();
    let tail = old[head..].iter().rev().zip(new[head..].iter().rev()).take_while(|(a, b)| a == b).count();
    let owned = |lines: &[&str]| lines.iter().map(|line| (*line).to_owned()).collect();
    let (before, after_lines) = (owned(&old[head..old.len() - tail]), owned(&new[head..new.len() - tail]));
    Masked { line: head + 1, before, after: after_lines, text: after }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Adds a mask to the first `snapshot` of a text.
    fn masked(text: &str, path: &str) -> Result<String, String> {
        let node = read(text).unwrap();
        let snapshot = first(&node).unwrap();
        add_mask(text, &snapshot.span.range(), path, "[x]").map(|masked| masked.text)
    }

    fn first(node: &Node) -> Option<&Node> {
        match &node.kind {
            Kind::Map(entries) => entries.iter().find_map(|entry| match entry.key.value.as_str() {
                "snapshot" => Some(&entry.value),
                _ => first(&entry.value),
            }),
            Kind::List(items) => items.iter().find_map(first),
            _ => None,
        }
    }

    #[test]
    fn a_mask_is_added_and_everything_else_stays() {
        let frame = |snapshot: &str| {
            format!("suite: A # name\nsteps:\n  - request: {{}} # sent\n    snapshot:{snapshot}\n  # end\n")
        };
        for (before, after) in [
            (" true # all of it", " { redact: { $.a: \"[x]\" } } # all of it"),
            (" { sort: [$.b] }", " { redact: { $.a: \"[x]\" }, sort: [$.b] }"),
            (" {}", " { redact: { $.a: \"[x]\" } }"),
            (" { redact: { $.b: \"[b]\" } }", " { redact: { $.a: \"[x]\", $.b: \"[b]\" } }"),
            (
                "\n      # what\n      sort: [$.b] # why\n",
                "\n      # what\n      redact: { $.a: \"[x]\" }\n      sort: [$.b] # why\n",
            ),
            (
                "\n      redact:\n        $.b: b # b\n      sort: $.c",
                "\n      redact:\n        $.a: \"[x]\"\n        $.b: b # b\n      sort: $.c",
            ),
        ] {
            assert_eq!(masked(&frame(before), "$.a"), Ok(frame(after)), "{before}");
        }
        let quoted = masked(&frame(" true"), "$.a[*]['b c']").unwrap();
        assert!(quoted.contains(r#"redact: { "$.a[*]['b c']": "[x]" }"#), "{quoted}");
    }

    #[test]
    fn what_is_not_certain_is_left_to_a_person() {
        let twice = "a: &it { snapshot: { sort: [$.b] } }\nb: *it\n";
        assert!(masked(twice, "$.a").unwrap_err().contains("several places"));
        let shared = "x: &masks { $.b: b }\na: { snapshot: { redact: *masks } }\n";
        assert!(masked(shared, "$.a").is_err());
        let there = "a: { snapshot: { redact: { $.a: y } } }\n";
        assert!(masked(there, "$.a").is_err());
    }

    #[test]
    fn what_changed_is_shown() {
        let text = "a:\n  snapshot: true\nb: 1\n";
        let node = read(text).unwrap();
        let done = add_mask(text, &first(&node).unwrap().span.range(), "$.a", "[x]").unwrap();
        assert_eq!((done.line, done.before), (2, vec!["  snapshot: true".to_owned()]));
        assert_eq!(done.after, ["  snapshot: { redact: { $.a: \"[x]\" } }"]);
    }
}
