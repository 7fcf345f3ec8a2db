//! A snapshot's file, in the form that insta reads and writes: a header of YAML between two lines `---`, the content.

use super::{Content, Placeholders};
use std::fmt;

/// The line around the header.
const RULE: &str = "---";

/// A snapshot as its file has it.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored {
    /// The file of the step, as people name it.
    pub source: String,
    /// The step's line, which only a proposal has: an accepted snapshot does not change when a suite grows.
    pub line: Option<usize>,
    /// Whose it is, in words.
    pub description: String,
    /// What was asked: an operation, or a method and a path.
    pub expression: String,
    /// How its placeholders are written; files that do not say are of a time before placeholders had forms.
    pub placeholders: Placeholders,
    /// What it holds.
    pub content: Content,
}

/// Why a text is no snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub message: String,
}

impl Stored {
    /// Reads a file's text. Of the header only what is known here is kept, in whichever way YAML quotes it.
    ///
    /// # Errors
    /// When it is not a snapshot of a response.
    pub fn parse(text: &str) -> Result<Self, StoredError> {
        let error = |line, message: &str| StoredError { line, message: message.to_owned() };
        let mut lines = text.split_inclusive('\n');
        let first = lines.next().unwrap_or_default();
        if first.trim_end() != RULE {
            return Err(error(1, "a snapshot begins with a line `---`"));
        }
        let (mut read, mut number) = (first.len(), 1);
        let mut stored = Self {
            source: String::new(),
            line: None,
            description: String::new(),
            expression: String::new(),
            placeholders: Placeholders::Untyped,
            content: Content { status: 0, headers: Vec::new(), body: super::Body::Empty },
        };
        loop {
            let line = lines.next().ok_or_else(|| error(number, "the header does not end with a line `---`"))?;
            read += line.len();
            number += 1;
            if line.trim_end() == RULE {
                break;
            }
            match line.trim_end().split_once(": ") {
                Some(("source", value)) => stored.source = unquoted(value),
                Some(("description", value)) => stored.description = unquoted(value),
                Some(("expression", value)) => stored.expression = unquoted(value),
                Some(("placeholders", "typed")) => stored.placeholders = Placeholders::Typed,
                Some(("assertion_line", value)) => stored.line = value.parse().ok(),
                _ => {}
            }
        }
        stored.content =
            Content::parse(&text[read..]).map_err(|(line, message)| StoredError { line: number + line, message })?;
        Ok(stored)
    }
}

impl fmt::Display for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // JSON's strings are YAML's too.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        writeln!(f, "{RULE}\nsource: {}", plain(&self.source).unwrap_or_else(|| quoted(&self.source)))?;
        if let Some(line) = self.line {
            writeln!(f, "assertion_line: {line}")?;
        }
        writeln!(f, "description: {}", quoted(&self.description))?;
        writeln!(f, "expression: {}", plain(&self.expression).unwrap_or_else(|| quoted(&self.expression)))?;
        if self.placeholders == Placeholders::Typed {
            writeln!(f, "placeholders: typed")?;
        }
        write!(f, "{RULE}\n{}", self.content.to_text())
    }
}

/// A text that YAML reads as itself without quotes.
fn plain(text: &str) -> Option<String> {
    let safe = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | '/');
    let word = text.starts_with(|c: char| c.is_ascii_alphabetic()) && text.chars().all(safe);
    let other = ["true", "false", "null", "yes", "no", "on", "off"].contains(&text.to_lowercase().as_str());
    (word && !other).then(|| text.to_owned())
}

/// A scalar of YAML on one line, its quotes undone.
fn unquoted(value: &str) -> String {
    let value = value.trim();
    if let Some(inner) = value.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return inner.replace("''", "'");
    }
    serde_json::from_str::<String>(value).unwrap_or_else(|_| value.trim_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::snapshot::Body;

    fn stored() -> Stored {
        Stored {
            source: "suites/operations/get-bre.yaml".into(),
            line: Some(12),
            description: "Get BRE › \"an offer\" › Get BRE: again".into(),
            expression: "GET /a b".into(),
            placeholders: Placeholders::Typed,
            content: Content { status: 200, headers: Vec::new(), body: Body::of_text("---\nno header\n---") },
        }
    }

    #[test]
    fn what_is_written_is_read_back() {
        assert_eq!(Stored::parse(&stored().to_string()), Ok(stored()));
    }

    #[test]
    fn the_quoting_of_another_writer_is_read_too() {
        let written = Stored { line: None, ..stored() };
        let theirs = written.to_string().replace("expression: \"GET /a b\"", "expression: GET /a b\nextra: 'it''s'");
        assert_eq!(Stored::parse(&theirs), Ok(written));
    }

    #[test]
    fn what_is_no_snapshot_is_refused_with_its_line() {
        let line = |text: &str| Stored::parse(text).unwrap_err().line;
        assert_eq!(line("status: 200"), 1);
        assert_eq!(line("---\nsource: a\nstatus: 200\n"), 3);
        assert_eq!(line("---\nsource: a\n---\nstatus: 200\nnonsense\n"), 5);
    }
}
