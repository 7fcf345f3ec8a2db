//! What is written: YAML with comments, laid out the same way each time.

use crate::expr::Template;
use serde_json::Value;
use std::fmt::Write as _;

/// Longest line in which a list or a mapping stands within its brackets, in characters.
const WIDTH: usize = 110;

/// A value to be written.
#[derive(Debug, Clone, PartialEq)]
pub enum Tree {
    /// Null, a boolean, a number or text.
    Scalar(Value),
    /// A list.
    List(Vec<Item>),
    /// A mapping.
    Map(Vec<Member>),
}

/// An item of a list, and the comments above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// Lines without their `#`.
    pub comments: Vec<String>,
    /// The value.
    pub value: Tree,
}

/// A member of a mapping, and the comments above it.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Lines without their `#`.
    pub comments: Vec<String>,
    /// The key.
    pub key: String,
    /// The value.
    pub value: Tree,
}

impl From<Value> for Tree {
    fn from(value: Value) -> Self {
        match value {
            Value::Array(items) => {
                Self::List(items.into_iter().map(|value| Item { comments: Vec::new(), value: value.into() }).collect())
            }
            Value::Object(members) => Self::Map(
                members
                    .into_iter()
                    .map(|(key, value)| Member { comments: Vec::new(), key, value: value.into() })
                    .collect(),
            ),
            scalar => Self::Scalar(scalar),
        }
    }
}

impl From<&str> for Tree {
    fn from(text: &str) -> Self {
        Self::Scalar(text.into())
    }
}

impl From<String> for Tree {
    fn from(text: String) -> Self {
        Self::Scalar(text.into())
    }
}

impl Tree {
    /// An empty mapping.
    #[must_use]
    pub const fn map() -> Self {
        Self::Map(Vec::new())
    }

    /// Adds a member to a mapping.
    pub fn put(&mut self, key: impl Into<String>, value: impl Into<Self>) -> &mut Self {
        self.put_noted(key, value, Vec::new())
    }

    /// Adds a member with comments above it to a mapping.
    pub fn put_noted(&mut self, key: impl Into<String>, value: impl Into<Self>, comments: Vec<String>) -> &mut Self {
        if let Self::Map(members) = self {
            members.push(Member { comments, key: key.into(), value: value.into() });
        }
        self
    }

    /// Whether it is an empty list or mapping.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::List(items) => items.is_empty(),
            Self::Map(members) => members.is_empty(),
        }
    }

    /// The text of a YAML file.
    #[must_use]
    pub fn to_yaml(&self) -> String {
        let mut text = String::new();
        self.block(&mut text, 0);
        text
    }

    fn has_comments(&self) -> bool {
        match self {
            Self::Scalar(_) => false,
            Self::List(items) => items.iter().any(|item| !item.comments.is_empty() || item.value.has_comments()),
            Self::Map(members) => members.iter().any(|one| !one.comments.is_empty() || one.value.has_comments()),
        }
    }

    /// Whether it holds no list of mappings and no mapping of mappings, which read better below each other.
    fn is_flat(&self, left: usize) -> bool {
        match self {
            Self::Scalar(_) => true,
            Self::List(items) => left > 0 && items.iter().all(|item| item.value.is_flat(left - 1)),
            Self::Map(members) => left > 0 && members.iter().all(|one| one.value.is_flat(left - 1)),
        }
    }

    /// The value on one line, where it fits in.
    fn inline(&self, used: usize) -> Option<String> {
        if self.has_comments() || !self.is_flat(2) {
            return None;
        }
        if let Self::Scalar(Value::String(text)) = self
            && text.contains('\n')
            && literal(text)
        {
            return None;
        }
        let text = self.flow();
        (used + text.chars().count() <= WIDTH || matches!(self, Self::Scalar(_))).then_some(text)
    }

    fn flow(&self) -> String {
        match self {
            Self::Scalar(value) => scalar(value, true),
            Self::List(items) => {
                let items: Vec<String> = items.iter().map(|item| item.value.flow()).collect();
                format!("[{}]", items.join(", "))
            }
            Self::Map(members) if members.is_empty() => "{}".to_owned(),
            Self::Map(members) => {
                let members: Vec<String> =
                    members.iter().map(|one| format!("{}: {}", key(&one.key, true), one.value.flow())).collect();
                format!("{{ {} }}", members.join(", "))
            }
        }
    }

    fn block(&self, text: &mut String, indent: usize) {
        match self {
            Self::Scalar(value) => {
                let _ = writeln!(text, "{:indent$}{}", "", scalar(value, false));
            }
            Self::List(items) => {
                for item in items {
                    comments(text, &item.comments, indent);
                    let _ = write!(text, "{:indent$}-", "");
                    item.value.after(text, indent, 2, true);
                }
            }
            Self::Map(members) => {
                for member in members {
                    comments(text, &member.comments, indent);
                    let key = key(&member.key, false);
                    let _ = write!(text, "{:indent$}{key}:", "");
                    member.value.after(text, indent, key.chars().count() + 1, false);
                }
            }
        }
    }

    /// Writes the value after `-` or `key:`.
    fn after(&self, text: &mut String, indent: usize, used: usize, dash: bool) {
        if let Some(inline) = self.inline(indent + used + 1) {
            // Outside brackets a text needs fewer quotes.
            let inline = if let Self::Scalar(value) = self { scalar(value, false) } else { inline };
            let _ = writeln!(text, " {inline}");
            return;
        }
        match self {
            Self::Scalar(Value::String(lines)) => {
                let chomp = if lines.ends_with('\n') { "" } else { "-" };
                let _ = writeln!(text, " |{chomp}");
                for line in lines.trim_end_matches('\n').split('\n') {
                    let indent = if line.is_empty() { 0 } else { indent + 2 };
                    let _ = writeln!(text, "{:indent$}{line}", "");
                }
            }
            Self::Map(members) if dash => {
                let (first, rest) = members.split_at(1);
                let mut below = String::new();
                Self::Map(first.to_vec()).block(&mut below, indent + 2);
                Self::Map(rest.to_vec()).block(&mut below, indent + 2);
                if first[0].comments.is_empty() {
                    text.push(' ');
                    text.push_str(&below[indent + 2..]);
                } else {
                    text.push('\n');
                    text.push_str(&below);
                }
            }
            _ => {
                text.push('\n');
                self.block(text, indent + 2);
            }
        }
    }
}

fn comments(text: &mut String, lines: &[String], indent: usize) {
    for line in lines.iter().flat_map(|comment| comment.lines()) {
        // What comes from a file of somebody else must not end the comment.
        let line: String = line.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
        let _ = writeln!(text, "{:indent$}# {}", "", line.trim_end());
    }
}

/// Whether a text of several lines can stand as it is below `|`.
fn literal(text: &str) -> bool {
    let printable = |c: char| {
        c == '\n' || !(c.is_control() || ('\u{80}'..'\u{a0}').contains(&c) || "\u{feff}\u{2028}\u{2029}".contains(c))
    };
    !text.starts_with([' ', '\n', '\t']) && !text.ends_with("\n\n") && text.chars().all(printable) && text.trim() != ""
}

fn key(text: &str, flow: bool) -> String {
    if plain(text, flow) { text.to_owned() } else { quoted(text) }
}

fn scalar(value: &Value, flow: bool) -> String {
    match value {
        Value::String(text) if plain(text, flow) => text.clone(),
        Value::String(text) => quoted(text),
        other => other.to_string(),
    }
}

/// Whether a text means itself without quotes.
fn plain(text: &str, flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    let starts = first.is_alphabetic() || "/$_^(".contains(first) || text.starts_with("./") || text.starts_with("../");
    let allowed = |c: char| {
        c.is_alphanumeric()
            || " _-./$+()=^;'<>*?!~".contains(c)
            || (!flow && "[],".contains(c))
            || c == ':'
            || c == '@'
            || c == '%'
    };
    let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n"];
    // A number with a unit, such as `500ms`, and a class of statuses, such as `2XX`.
    let digits = text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let measured = digits > 0 && ["ms", "s", "m", "h", "XX"].contains(&&text[digits..]);
    measured
        || starts
            && text.chars().all(allowed)
            && !text.contains(": ")
            && !text.ends_with([':', ' '])
            && (!flow || !text.contains(':'))
            && !words.contains(&text.to_lowercase().as_str())
}

/// A text in double quotes; what YAML does not let stand there is escaped.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for letter in text.chars() {
        match letter {
            '"' => quoted.push_str("\\\""),
            '\\' => quoted.push_str("\\\\"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            c if c.is_control() || "\u{feff}\u{2028}\u{2029}\u{fffe}\u{ffff}".contains(c) => {
                let _ = write!(quoted, "\\u{:04x}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

/// Text in which nothing is a placeholder: braces that would begin one are written as an expression.
#[must_use]
pub fn as_text(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '{' if letters.peek() == Some(&'{') => out.push_str("{{ '{' }}"),
            letter => out.push(letter),
        }
    }
    out
}

/// Whether a text can be read as a template.
#[must_use]
pub fn is_template(text: &str) -> bool {
    let mut sources = crate::source::Sources::default();
    let file = sources.add("", text);
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    Template::parse(text, crate::source::Span { file, start: 0, end }).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;
    use serde_json::json;

    fn back(tree: &Tree) -> Value {
        let text = tree.to_yaml();
        let mut sources = Sources::default();
        let file = sources.add("t.yaml", text.clone());
        crate::yaml::parse(&sources, file).unwrap_or_else(|problems| panic!("{problems:?}\n{text}")).to_json()
    }

    #[test]
    fn what_is_written_is_read_again() {
        let hostile = [
            "",
            " ",
            "a: b",
            "a #b",
            "#a",
            "- a",
            "true",
            "No",
            "null",
            "~",
            "1",
            "1.5",
            "0x1F",
            "-3",
            "[a]",
            "{a}",
            "a, b",
            "a]",
            "&a",
            "*a",
            "!a",
            "|",
            ">",
            "%a",
            "@a",
            "`a`",
            "'a'",
            "\"a\"",
            "a\"b",
            "a\\b",
            "a\nb",
            "a\nb\n",
            "a\n\nb\n\n",
            " a\nb",
            "a\r\nb",
            "a\tb",
            "\u{7f}",
            "\u{85}",
            "\u{feff}a",
            "\u{2028}",
            "😀",
            "näme",
            "a:",
            "a: ",
            ":a",
            "?a",
            "? a",
            "---",
            "...",
            "=",
            "<<",
            "2026-01-01",
            "{{ a }}",
            "a\u{0}b",
            "trailing ",
            "http://a:80/b?c=d&e#f",
            "a\n  b\n c",
            "\n",
        ];
        for text in hostile {
            let value =
                json!({ text: text, "list": [text, [text], { "k": text }], "deep": { "a": { "b": { "c": [text] } } } });
            assert_eq!(back(&Tree::from(value.clone())), value, "{text:?}");
        }
    }

    #[test]
    fn comments_stand_above_what_they_speak_of() {
        let mut map = Tree::map();
        map.put("suite", "a");
        map.put_noted(
            "cases",
            Tree::List(vec![Item { comments: vec!["one\ntwo".into()], value: json!({ "name": "b" }).into() }]),
            vec!["three".into()],
        );
        assert_eq!(map.to_yaml(), "suite: a\n# three\ncases:\n  # one\n  # two\n  - { name: b }\n");
        assert_eq!(back(&map), json!({ "suite": "a", "cases": [{ "name": "b" }] }));
    }
}
