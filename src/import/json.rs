//! JSON with places, as strictly or as leniently as asked.
//!
//! Files of other tools are read strictly. Samples in documentation are often nearly JSON; each way in which one may
//! differ is a [`Repair`] with a name, and each use of one is told. What no repair explains is no JSON.

use crate::source::{FileId, Span, Spanned};
use crate::yaml::{Entry, Kind, Node};
use serde_json::Number;

/// Deepest nesting of lists and objects.
const DEEPEST: usize = 256;

/// A way in which a text may differ from JSON and still be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Repair {
    /// A comma before a closing bracket.
    TrailingComma,
    /// `// ...` or `/* ... */`.
    Comment,
    /// No comma between two members or items on two lines.
    MissingComma,
    /// Members without the braces around them.
    MissingBraces,
    /// The text ends before its last bracket.
    MissingEnd,
    /// `<file>`, `{{name}}` or `...` where a value belongs.
    Placeholder,
    /// Texts in single or typographic quotes.
    Quotes,
    /// A key or a value without quotes.
    BareWord,
}

impl Repair {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TrailingComma => "trailing-comma",
            Self::Comment => "comment",
            Self::MissingComma => "missing-comma",
            Self::MissingBraces => "missing-braces",
            Self::MissingEnd => "missing-end",
            Self::Placeholder => "placeholder",
            Self::Quotes => "quotes",
            Self::BareWord => "bare-word",
        }
    }
}

/// Where and why a text is not JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JsonError {
    /// The byte, from the start of the file.
    pub at: u32,
    /// Why, without a full stop.
    pub message: String,
}

/// What was read.
#[derive(Debug)]
pub struct Read {
    /// The value; its spans are those of the file.
    pub node: Node,
    /// Repairs that were made, in order, each with its byte in the file.
    pub repairs: Vec<(Repair, u32)>,
}

/// Reads a text as JSON; nothing is repaired. `start` is where the text begins in its file.
///
/// # Errors
/// Where and why it is not JSON.
pub fn strict(text: &str, file: FileId, start: usize) -> Result<Node, JsonError> {
    Parser::new(text, file, start, false).document().map(|read| read.node)
}

/// Reads a text as JSON, repairing what has a name. `start` is where the text begins in its file.
///
/// # Errors
/// Where and why it is nothing that can be repaired.
pub fn lenient(text: &str, file: FileId, start: usize) -> Result<Read, JsonError> {
    Parser::new(text, file, start, true).document()
}

struct Parser<'t> {
    text: &'t str,
    file: FileId,
    start: usize,
    at: usize,
    lenient: bool,
    repairs: Vec<(Repair, u32)>,
}

impl<'t> Parser<'t> {
    const fn new(text: &'t str, file: FileId, start: usize, lenient: bool) -> Self {
        Self { text, file, start, at: 0, lenient, repairs: Vec::new() }
    }

    fn document(mut self) -> Result<Read, JsonError> {
        self.blanks();
        let from = self.at;
        let mut node = if self.lenient && self.is_bare_pairs() {
            self.repaired(Repair::MissingBraces);
            let entries = self.members(None, 0)?;
            Node { span: self.span(from), kind: Kind::Map(entries.into()) }
        } else {
            self.value(0)?
        };
        self.blanks();
        // `"error": { ... }` after a whole value, or the rest of a text whose braces were closed too early.
        if self.lenient && self.peek() == Some(',') {
            self.at += 1;
            self.repaired(Repair::TrailingComma);
            self.blanks();
        }
        if self.at < self.text.len() {
            return Err(self.error("something follows the value"));
        }
        node.span.end = node.span.end.max(self.offset(from));
        Ok(Read { node, repairs: self.repairs })
    }

    /// Whether the text begins with a key and a colon rather than with a value.
    fn is_bare_pairs(&self) -> bool {
        let rest = self.rest();
        let Some(inner) = rest.strip_prefix('"') else { return false };
        inner.find('"').is_some_and(|end| inner[end + 1..].trim_start().starts_with(':'))
    }

    fn value(&mut self, depth: usize) -> Result<Node, JsonError> {
        if depth > DEEPEST {
            return Err(self.error(format!("nested deeper than {DEEPEST} levels")));
        }
        self.blanks();
        let from = self.at;
        let kind = match self.peek() {
            None => return Err(self.error("a value is missing")),
            Some('{') if !(self.lenient && self.rest().starts_with("{{")) => {
                self.at += 1;
                Kind::Map(self.members(Some('}'), depth + 1)?.into())
            }
            Some('[') => {
                self.at += 1;
                Kind::List(self.items(depth + 1)?.into())
            }
            Some('"') => Kind::Text(self.string('"')?),
            Some('\'') if self.lenient => {
                self.repaired(Repair::Quotes);
                Kind::Text(self.string('\'')?)
            }
            Some('“' | '”') if self.lenient => {
                self.repaired(Repair::Quotes);
                Kind::Text(self.typographic()?)
            }
            Some(letter) if letter == '-' || letter.is_ascii_digit() => self.number()?,
            Some(_) => self.word()?,
        };
        Ok(Node { span: self.span(from), kind })
    }

    fn members(&mut self, close: Option<char>, depth: usize) -> Result<Vec<Entry>, JsonError> {
        let mut entries: Vec<Entry> = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                found if found.is_some() && found == close => {
                    self.at += 1;
                    return Ok(entries);
                }
                None if close.is_none() => return Ok(entries),
                None if self.lenient && !entries.is_empty() => {
                    self.repaired(Repair::MissingEnd);
                    return Ok(entries);
                }
                None => return Err(self.error("the object is not closed")),
                Some(',') if self.lenient && !entries.is_empty() => {
                    self.at += 1;
                    continue;
                }
                Some(_) => {}
            }
            if self.lenient && self.ellipsis() {
                continue;
            }
            let from = self.at;
            let key = self.key()?;
            let key = Spanned::new(key, self.span(from));
            self.blanks();
            if self.peek() != Some(':') {
                return Err(
                    self.error(format!("a colon is missing after the key {:?}", crate::text::cut(&key.value, 40)))
                );
            }
            self.at += 1;
            let value = self.value(depth)?;
            // As in every reader of JSON, the last of two members of one name counts.
            entries.retain(|entry| entries_differ(entry, &key.value));
            entries.push(Entry { key, value });
            self.separator(close)?;
        }
    }

    fn items(&mut self, depth: usize) -> Result<Vec<Node>, JsonError> {
        let mut items = Vec::new();
        loop {
            self.blanks();
            match self.peek() {
                Some(']') => {
                    self.at += 1;
                    return Ok(items);
                }
                None if self.lenient && !items.is_empty() => {
                    self.repaired(Repair::MissingEnd);
                    return Ok(items);
                }
                None => return Err(self.error("the list is not closed")),
                Some(_) => {}
            }
            if self.lenient && self.ellipsis() {
                continue;
            }
            items.push(self.value(depth)?);
            self.separator(Some(']'))?;
        }
    }

    /// Reads what stands between two members or items.
    fn separator(&mut self, close: Option<char>) -> Result<(), JsonError> {
        let before = self.at;
        self.blanks();
        match self.peek() {
            Some(',') => {
                self.at += 1;
                self.blanks();
                let ends = self.peek().is_none_or(|next| Some(next) == close);
                if ends && close.is_some() && self.peek().is_some() {
                    if !self.lenient {
                        return Err(self.error("a comma stands before the closing bracket"));
                    }
                    self.repaired(Repair::TrailingComma);
                }
                Ok(())
            }
            found if found == close || found.is_none() => Ok(()),
            Some('"' | '{' | '[') if self.lenient && self.text[before..self.at].contains('\n') => {
                self.repaired(Repair::MissingComma);
                Ok(())
            }
            _ => Err(self.error("a comma is missing here")),
        }
    }

    /// `...` or `…` for what was left out.
    fn ellipsis(&mut self) -> bool {
        let length = ["...", "…", "..."].iter().find(|dots| self.rest().starts_with(**dots)).map(|dots| dots.len());
        let Some(length) = length else { return false };
        self.repaired(Repair::Placeholder);
        self.at += length;
        while self.peek() == Some('.') {
            self.at += 1;
        }
        self.blanks();
        if self.peek() == Some(',') {
            self.at += 1;
        }
        true
    }

    fn key(&mut self) -> Result<String, JsonError> {
        match self.peek() {
            Some('"') => self.string('"'),
            Some('\'') if self.lenient => {
                self.repaired(Repair::Quotes);
                self.string('\'')
            }
            Some('“' | '”') if self.lenient => {
                self.repaired(Repair::Quotes);
                self.typographic()
            }
            Some(letter) if self.lenient && (letter.is_alphabetic() || letter == '_') => {
                self.repaired(Repair::BareWord);
                let word: String =
                    self.rest().chars().take_while(|c| c.is_alphanumeric() || "_-$.".contains(*c)).collect();
                self.at += word.len();
                Ok(word)
            }
            _ => Err(self.error("a key in quotes is missing")),
        }
    }

    fn string(&mut self, quote: char) -> Result<String, JsonError> {
        let opened = self.at;
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(|c: char| c == quote || c == '\\' || (c < ' ')).unwrap_or(rest.len());
            text.push_str(&rest[..plain]);
            self.at += plain;
            match self.peek() {
                Some(found) if found == quote => {
                    self.at += 1;
                    return Ok(text);
                }
                Some('\\') => self.escape(&mut text)?,
                Some('\n') | None => {
                    self.at = opened;
                    return Err(self.error("a quote is not closed on its line"));
                }
                // Tools write tabs as they are; only a line end means that the quote is missing.
                Some(control) => {
                    text.push(control);
                    self.at += control.len_utf8();
                }
            }
        }
    }

    fn escape(&mut self, text: &mut String) -> Result<(), JsonError> {
        let Some(letter) = self.rest()[1..].chars().next() else { return Err(self.error("an escape has no end")) };
        self.at += 1 + letter.len_utf8();
        match letter {
            'n' => text.push('\n'),
            't' => text.push('\t'),
            'r' => text.push('\r'),
            'b' => text.push('\u{8}'),
            'f' => text.push('\u{c}'),
            '"' | '\\' | '/' | '\'' => text.push(letter),
            'u' => {
                let first = self.unit()?;
                let wide = (0xd800..0xdc00).contains(&first) && self.rest().starts_with("\\u");
                let mut units = vec![first];
                if wide {
                    self.at += 2;
                    units.push(self.unit()?);
                }
                // A lone half of a pair is no character; it stays visible as U+FFFD.
                text.extend(char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER)));
            }
            _ if self.lenient => text.push(letter),
            _ => return Err(self.error(format!("`\\{letter}` is no escape of JSON"))),
        }
        Ok(())
    }

    fn unit(&mut self) -> Result<u16, JsonError> {
        let unit = self.rest().get(..4).and_then(|digits| u16::from_str_radix(digits, 16).ok());
        let Some(unit) = unit else { return Err(self.error("`\\u` needs four hexadecimal digits")) };
        self.at += 4;
        Ok(unit)
    }

    fn typographic(&mut self) -> Result<String, JsonError> {
        let rest = self.rest();
        let inner = &rest[rest.chars().next().map_or(0, char::len_utf8)..];
        let end = inner.find(['“', '”', '"']).filter(|end| !inner[..*end].contains('\n'));
        let Some(end) = end else { return Err(self.error("a quote is not closed on its line")) };
        let close = inner[end..].chars().next().map_or(0, char::len_utf8);
        self.at += rest.len() - inner.len() + end + close;
        Ok(inner[..end].to_owned())
    }

    fn number(&mut self) -> Result<Kind, JsonError> {
        let length =
            self.rest().find(|c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c))).unwrap_or(self.rest().len());
        let written = &self.rest()[..length];
        match serde_json::from_str::<Number>(written) {
            Ok(number) => {
                self.at += length;
                Ok(Kind::Number(number))
            }
            Err(_) if self.lenient => self.word(),
            Err(_) => Err(self.error(format!("`{}` is no number", crate::text::cut(written, 40)))),
        }
    }

    fn word(&mut self) -> Result<Kind, JsonError> {
        let rest = self.rest();
        for (word, kind) in [("true", Kind::Bool(true)), ("false", Kind::Bool(false)), ("null", Kind::Null)] {
            if rest.starts_with(word) && !rest[word.len()..].starts_with(|c: char| c.is_alphanumeric()) {
                self.at += word.len();
                return Ok(kind);
            }
        }
        if !self.lenient {
            return Err(self.error("not a value of JSON"));
        }
        let end = match (
            rest.starts_with('<').then(|| rest.find('>')).flatten(),
            rest.starts_with("{{").then(|| rest.find("}}")).flatten(),
        ) {
            (Some(end), _) => end + 1,
            (_, Some(end)) => end + 2,
            _ => rest.find([',', '}', ']', '\n', ':']).unwrap_or(rest.len()),
        };
        let word = rest[..end].trim_end();
        if word.is_empty() || word.contains('\n') {
            return Err(self.error("not a value of JSON"));
        }
        let dots = word.chars().all(|c| c == '.' || c == '…');
        // Several words that are the whole of it are prose or a command, and no document.
        if self.at == 0 && !dots && word.contains(' ') && !rest.starts_with(['<', '{']) {
            let at = word.find(' ').unwrap_or_default();
            self.at += at;
            return Err(self.error("something follows the value"));
        }
        self.repaired(if dots || rest.starts_with(['<', '{']) { Repair::Placeholder } else { Repair::BareWord });
        self.at += word.len();
        Ok(match word {
            "True" => Kind::Bool(true),
            "False" => Kind::Bool(false),
            "None" | "undefined" => Kind::Null,
            _ => Kind::Text(word.to_owned()),
        })
    }

    /// Passes over blanks, and over comments where they are repaired.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let blank = rest.len() - rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{a0}', '\u{feff}']).len();
            self.at += blank;
            let rest = self.rest();
            let length = match () {
                () if !self.lenient => return,
                () if rest.starts_with("//") || rest.starts_with('#') => rest.find('\n').unwrap_or(rest.len()),
                () if rest.starts_with("/*") => rest.find("*/").map_or(rest.len(), |end| end + 2),
                () => return,
            };
            self.repaired(Repair::Comment);
            self.at += length;
        }
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn rest(&self) -> &'t str {
        &self.text[self.at..]
    }

    fn repaired(&mut self, repair: Repair) {
        let at = self.offset(self.at);
        self.repairs.push((repair, at));
    }

    fn offset(&self, at: usize) -> u32 {
        u32::try_from(self.start + at).unwrap_or(u32::MAX)
    }

    fn span(&self, from: usize) -> Span {
        Span { file: self.file, start: self.offset(from), end: self.offset(self.at) }
    }

    fn error(&self, message: impl Into<String>) -> JsonError {
        JsonError { at: self.offset(self.at), message: message.into() }
    }
}

fn entries_differ(entry: &Entry, name: &str) -> bool {
    entry.key.value != name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Sources;

    fn file() -> FileId {
        Sources::default().add("a.json", "")
    }

    fn read(text: &str) -> String {
        match lenient(text, file(), 0) {
            Ok(read) => {
                let names: Vec<&str> = read.repairs.iter().map(|(repair, _)| repair.name()).collect();
                format!("{} {}", read.node.to_json(), names.join(" ")).trim_end().to_owned()
            }
            Err(error) => format!("{} @ {}", error.message, error.at),
        }
    }

    #[test]
    fn strict_json_is_what_the_library_reads() {
        for text in
            [r#"{"a":[1,-2.5e3,true,null,"x\n\u00e4\ud83d\ude00"],"b":{}}"#, "[]", "\"a\"", "0", " {\t\"a\"\r\n: 1 } "]
        {
            let expected: serde_json::Value = serde_json::from_str(text).expect("it is JSON");
            assert_eq!(strict(text, file(), 0).expect("it is read").to_json(), expected, "{text}");
        }
        for text in ["{", "[1,]", "{\"a\" 1}", "{'a':1}", "[1] 2", "01", "\"a\nb\"", "", "{\"a\":1,}", "nul", "\"\\x\""]
        {
            assert!(strict(text, file(), 0).is_err(), "{text}");
        }
    }

    #[test]
    fn repairs_have_names() {
        assert_eq!(read("{\"a\": 1, // one\n}"), r#"{"a":1} comment trailing-comma"#);
        assert_eq!(read("{\"a\": 1\n \"b\": <file>}"), r#"{"a":1,"b":"<file>"} missing-comma placeholder"#);
        assert_eq!(read("\"a\": 1,\n\"b\": 2"), r#"{"a":1,"b":2} missing-braces"#);
        assert_eq!(read("{\"a\": [1, ...], \"b\": 'x'"), r#"{"a":[1],"b":"x"} placeholder quotes missing-end"#);
        assert_eq!(read("{a: True, \"b\": “x”}"), r#"{"a":true,"b":"x"} bare-word bare-word quotes"#);
        assert_eq!(read("{\"a\": {{id}}}"), r#"{"a":"{{id}}"} placeholder"#);
    }

    #[test]
    fn what_no_repair_explains_is_no_json() {
        assert_eq!(read("curl -X POST"), "something follows the value @ 4");
        assert!(read("{\"a\" = 1}").contains("a colon is missing"));
        assert!(strict(&"[".repeat(100_000), file(), 0).expect_err("too deep").message.contains("deeper"));
    }
}
