//! JSON to nodes. YAML reads nearly all of it, but not every character that JSON allows, and not as deep.

use super::{Entry, Kind, Node};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span, Spanned};

/// Deepest nesting of lists and objects.
const DEEPEST: usize = 256;

/// Reads a text as one JSON document. Answers nothing for a text that is none, so that YAML can say what is wrong with it.
///
/// # Errors
/// Members that are given twice.
pub fn parse_json(sources: &Sources, file: FileId) -> Option<Result<Node, Vec<Diagnostic>>> {
    let text = &sources.file(file).text;
    let start = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    let mut reader = Json { sources, file, text, at: start, problems: Vec::new() };
    reader.blanks();
    if !matches!(reader.peek(), Some(b'{' | b'[')) {
        return None;
    }
    let node = reader.value(0)?;
    reader.blanks();
    if reader.at < text.len() {
        return None;
    }
    Some(if reader.problems.is_empty() { Ok(node) } else { Err(reader.problems) })
}

struct Json<'t> {
    sources: &'t Sources,
    file: FileId,
    text: &'t str,
    at: usize,
    problems: Vec<Diagnostic>,
}

impl Json<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let fits = self.peek() == Some(byte);
        self.at += usize::from(fits);
        fits
    }

    fn blanks(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at += 1;
        }
    }

    fn span(&self, start: usize) -> Span {
        let clip = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file: self.file, start: clip(start), end: clip(self.at) }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > DEEPEST {
            return None;
        }
        let start = self.at;
        let kind = match self.peek()? {
            b'{' => self.object(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Kind::Text(self.string()?),
            b't' => self.word("true", Kind::Bool(true))?,
            b'f' => self.word("false", Kind::Bool(false))?,
            b'n' => self.word("null", Kind::Null)?,
            _ => self.number()?,
        };
        Some(Node { span: self.span(start), kind })
    }

    fn word(&mut self, word: &str, kind: Kind) -> Option<Kind> {
        self.text[self.at..].starts_with(word).then(|| {
            self.at += word.len();
            kind
        })
    }

    fn number(&mut self) -> Option<Kind> {
        let rest = &self.text[self.at..];
        let length = rest.bytes().take_while(|byte| byte.is_ascii_digit() || b"+-.eE".contains(byte)).count();
        let number = serde_json::from_str(&rest[..length]).ok()?;
        self.at += length;
        Some(Kind::Number(number))
    }

    fn string(&mut self) -> Option<String> {
        let start = self.at;
        self.at += 1;
        let bytes = self.text.as_bytes();
        while let Some(byte) = bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'"' => {
                    let inside = &self.text[start + 1..self.at - 1];
                    // What has no escape is what it says, unless it has a character that must be escaped.
                    return match inside.bytes().any(|byte| byte == b'\\' || byte < 0x20) {
                        true => serde_json::from_str(&self.text[start..self.at]).ok(),
                        false => Some(inside.to_owned()),
                    };
                }
                b'\\' => self.at += 1,
                _ => {}
            }
        }
        None
    }

    fn list(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut items = Vec::new();
        self.blanks();
        if self.takes(b']') {
            return Some(Kind::List(items.into()));
        }
        loop {
            self.blanks();
            items.push(self.value(depth + 1)?);
            self.blanks();
            if self.takes(b']') {
                return Some(Kind::List(items.into()));
            }
            self.takes(b',').then_some(())?;
        }
    }

    fn object(&mut self, depth: usize) -> Option<Kind> {
        self.at += 1;
        let mut entries: Vec<Entry> = Vec::new();
        self.blanks();
        if self.takes(b'}') {
            return Some(Kind::Map(entries.into()));
        }
        let mut known = std::collections::HashMap::new();
        loop {
            self.blanks();
            let start = self.at;
            (self.peek()? == b'"').then_some(())?;
            let key = Spanned::new(self.string()?, self.span(start));
            self.blanks();
            self.takes(b':').then_some(())?;
            self.blanks();
            let value = self.value(depth + 1)?;
            if let Some(first) = known.insert(key.value.clone(), key.span) {
                let problem = Diagnostic::new(Code::DuplicateKey, format!("the key `{}` is given twice", key.value))
                    .at(self.sources.place(key.span), "again here")
                    .at(self.sources.place(first), "first given here")
                    .next("remove one of the two");
                self.problems.push(problem);
            }
            entries.push(Entry { key, value });
            self.blanks();
            if self.takes(b'}') {
                return Some(Kind::Map(entries.into()));
            }
            self.takes(b',').then_some(())?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::yaml::parse;

    fn read(text: &str) -> Option<String> {
        let mut sources = Sources::default();
        let file = sources.add("t.json", text);
        Some(match parse_json(&sources, file)? {
            Ok(node) => node.to_json().to_string(),
            Err(problems) => problems.iter().map(|problem| problem.title.clone()).collect::<Vec<_>>().join("; "),
        })
    }

    #[test]
    fn json_is_read_as_it_is() {
        let text = r#" {"a": [1, -1.50, "x\n\u00e9\ud83d\ude00", true, false, null, {}, []], "b": {"c": "d"}} "#;
        assert_eq!(read(text).as_deref(), Some(r#"{"a":[1,-1.50,"x\né😀",true,false,null,{},[]],"b":{"c":"d"}}"#));
        let odd = "{\"a\u{7f}\": \"\u{80}\u{9f}\u{fffe}\"}";
        assert_eq!(read(odd).as_deref(), Some("{\"a\u{7f}\":\"\u{80}\u{9f}\u{fffe}\"}"));
        assert_eq!(read("\u{feff}{}").as_deref(), Some("{}"));
        assert_eq!(read(r#"{"a": 1, "b": 2, "a": 3}"#).as_deref(), Some("the key `a` is given twice"));
        let deep = "[".repeat(200) + &"]".repeat(200);
        assert_eq!(read(&deep), Some(deep));
    }

    #[test]
    fn what_is_no_json_is_left_to_yaml() {
        for text in ["a: 1", "{a: 1}", "{\"a\": 1,}", "{\"a\": 01}", "{\"a\": \"x\ny\"}", "[1", "{} {}", "\"a\"", ""] {
            assert_eq!(read(text), None, "{text}");
        }
        assert_eq!(read(&"[".repeat(100_000)), None);
    }

    #[test]
    fn places_are_those_of_yaml() {
        let mut sources = Sources::default();
        let text = "{ \"a\": { \"b\": [1, \"x\"] },\n  \"c\": true }";
        let file = sources.add("t.json", text);
        let spans = |node: &Node| {
            let mut all = Vec::new();
            fn walk(node: &Node, all: &mut Vec<(u32, u32)>) {
                match &node.kind {
                    Kind::List(items) => items.iter().for_each(|item| walk(item, all)),
                    Kind::Map(entries) => entries.iter().for_each(|entry| {
                        all.push((entry.key.span.start, entry.key.span.end));
                        walk(&entry.value, all);
                    }),
                    _ => all.push((node.span.start, node.span.end)),
                }
            }
            walk(node, &mut all);
            all
        };
        let json = parse_json(&sources, file).unwrap().unwrap();
        let yaml = parse(&sources, file).unwrap();
        assert_eq!(spans(&json), spans(&yaml));
    }
}
