//! Text to nodes: the only file that knows the YAML libraries.
//!
//! The structure and every place come from `granit-parser`, which is safe against hostile input; plain scalars get their
//! type from `serde_yaml`, so that `1.10`, `no` and `0x1F` mean what YAML 1.2 says they mean. Anchors, aliases and merge
//! keys (`<<`) are followed here; whatever else YAML can do and suites do not need is refused with a sentence.

use super::{Entry, Kind, Node};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span, Spanned};
use granit_parser::{Event, Parser, ScalarStyle, Tag};
use serde_json::Number;
use std::collections::HashMap;

/// Deepest nesting of lists and mappings.
const DEEPEST: usize = 64;
/// Words that are not text when they stand bare (YAML 1.2, core schema).
const KEYWORDS: [&str; 9] = ["null", "Null", "NULL", "true", "True", "TRUE", "false", "False", "FALSE"];

/// Most nodes that aliases may repeat in all.
const MOST_REPEATED: usize = 100_000;
/// Largest file, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// Reads a text as one YAML document.
///
/// # Errors
/// Everything that is wrong with it as YAML; duplicate keys are all reported, a syntax error ends the reading.
pub fn parse(sources: &Sources, file: FileId) -> Result<Node, Vec<Diagnostic>> {
    let text = &sources.file(file).text;
    if text.len() > LARGEST {
        let title =
            format!("{} has {} MB; at most {} MB are read", sources.file(file).name, text.len() >> 20, LARGEST >> 20);
        return Err(vec![Diagnostic::new(Code::Yaml, title).next("split it into several suites")]);
    }
    let mut builder =
        Builder { sources, file, open: Vec::new(), anchors: HashMap::new(), repeated: 0, problems: Vec::new() };
    match builder.document(text) {
        Ok(root) if builder.problems.is_empty() => Ok(root),
        Ok(_) => Err(builder.problems),
        Err(problem) => {
            builder.problems.push(*problem);
            Err(builder.problems)
        }
    }
}

struct Builder<'s> {
    sources: &'s Sources,
    file: FileId,
    open: Vec<Open>,
    anchors: HashMap<usize, Anchor>,
    repeated: usize,
    problems: Vec<Diagnostic>,
}

/// A finished anchored node, how many nodes it has and how deep it is.
struct Anchor {
    node: Node,
    size: usize,
    depth: usize,
}

/// A list or mapping that is being read.
struct Open {
    span: Span,
    anchor: usize,
    size: usize,
    depth: usize,
    content: Content,
}

enum Content {
    List(Vec<Node>),
    Map { entries: Vec<Entry>, key: Option<Spanned<String>>, merged: Vec<Node> },
}

type Step<T> = Result<T, Box<Diagnostic>>;

impl Builder<'_> {
    fn document(&mut self, text: &str) -> Step<Node> {
        let mut options = granit_parser::options! {};
        options.emit_comments = false;
        options.disallow_directives = true;
        let mut root = None;
        let mut documents = 0;
        for next in Parser::new_from_str_with_options(text, options) {
            let (event, place) = next.map_err(|error| self.syntax(&error))?;
            let range = place.byte_range().unwrap_or(0..0);
            let span = self.span(range.start, range.end);
            let finished = match event {
                Event::DocumentStart(..) => {
                    documents += 1;
                    if documents > 1 {
                        return Err(self.refuse(
                            span,
                            "a second document starts here",
                            "one file holds one document: remove the `---`",
                        ));
                    }
                    None
                }
                Event::Scalar(value, style, anchor, tag) => {
                    let kind = self.scalar(&value, style, tag.as_deref(), span)?;
                    let node = Node { span, kind };
                    self.remember(anchor, &node, 1, 1);
                    Some((node, 1, 1))
                }
                Event::SequenceStart(_, anchor, tag) => {
                    self.start(Content::List(Vec::new()), span, anchor, tag.as_deref())?;
                    None
                }
                Event::MappingStart(_, anchor, tag) => {
                    let content = Content::Map { entries: Vec::new(), key: None, merged: Vec::new() };
                    self.start(content, span, anchor, tag.as_deref())?;
                    None
                }
                Event::SequenceEnd | Event::MappingEnd => Some(self.end(span)?),
                Event::Alias(id) => Some(self.alias(id, span)?),
                _ => None,
            };
            if let Some((node, size, depth)) = finished {
                match self.open.last() {
                    None => root = Some(node),
                    Some(_) => self.place(node, size, depth)?,
                }
            }
        }
        let end = self.span(text.len(), text.len());
        root.ok_or_else(|| self.refuse(end, "the file is empty", "suites begin with `suite: NAME`, contracts with `openapi: 3.1.0`; docs/suite-reference.md has every kind"))
    }

    fn start(&mut self, content: Content, span: Span, anchor: usize, tag: Option<&Tag>) -> Step<()> {
        if let Some(tag) = tag.filter(|tag| !tag.is_yaml_core_schema()) {
            return Err(self.refuse(
                span,
                format!("the tag `{}` means nothing here", tag.original()),
                "remove the tag",
            ));
        }
        if self.open.len() >= DEEPEST {
            return Err(self.refuse(span, format!("nested deeper than {DEEPEST} levels"), "flatten the value"));
        }
        self.open.push(Open { span, anchor, size: 1, depth: 1, content });
        Ok(())
    }

    fn end(&mut self, end: Span) -> Step<(Node, usize, usize)> {
        let open =
            self.open.pop().ok_or_else(|| self.refuse(end, "an end without a beginning", "correct the nesting"))?;
        let span = Span { end: end.end.max(open.span.end), ..open.span };
        let kind = match open.content {
            Content::List(items) => Kind::List(items.into()),
            Content::Map { entries, merged, .. } => Kind::Map(self.merge(entries, merged)?.into()),
        };
        let node = Node { span, kind };
        self.remember(open.anchor, &node, open.size, open.depth);
        Ok((node, open.size, open.depth))
    }

    /// Puts a finished node into the list or mapping that is open.
    fn place(&mut self, node: Node, size: usize, depth: usize) -> Step<()> {
        let below = self.open.len();
        if below + depth > DEEPEST {
            return Err(self.refuse(node.span, format!("nested deeper than {DEEPEST} levels"), "flatten the value"));
        }
        let Some(mut open) = self.open.pop() else { return Ok(()) };
        open.size += size;
        open.depth = open.depth.max(depth + 1);
        match &mut open.content {
            Content::List(items) => items.push(node),
            Content::Map { entries, key, merged } => match key.take() {
                None => *key = Some(self.key(node)?),
                Some(key) if key.value == "<<" && self.sources.slice(key.span) == "<<" => merged.push(node),
                Some(key) => {
                    if let Some(first) = entries.iter().find(|entry| entry.key.value == key.value) {
                        let title = format!("the key `{}` is given twice", key.value);
                        let problem = Diagnostic::new(Code::DuplicateKey, title)
                            .at(self.sources.place(key.span), "again here")
                            .at(self.sources.place(first.key.span), "first given here")
                            .next("remove one of the two");
                        self.problems.push(problem);
                    }
                    entries.push(Entry { key, value: node });
                }
            },
        }
        self.open.push(open);
        Ok(())
    }

    fn key(&self, node: Node) -> Step<Spanned<String>> {
        let text = match node.kind {
            Kind::Text(text) => text,
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => self.sources.slice(node.span).to_owned(),
            Kind::List(_) | Kind::Map(_) => {
                let braces = self.sources.file(self.file).text[..node.span.start as usize].ends_with('{');
                let template = braces || self.sources.slice(node.span).starts_with('{');
                return Err(if template {
                    self.refuse(
                        node.span,
                        "a template must be quoted",
                        "write \"{{ name }}\" with the quotes: bare braces begin a mapping in YAML",
                    )
                } else {
                    self.refuse(node.span, "a key must be text", "quote it")
                });
            }
        };
        Ok(Spanned::new(text, node.span))
    }

    /// Adds what merge keys bring; what the mapping has itself, and what an earlier merge brought, stays.
    fn merge(&self, mut entries: Vec<Entry>, merged: Vec<Node>) -> Step<Vec<Entry>> {
        for node in merged {
            let maps = match &node.kind {
                Kind::List(items) => items.to_vec(),
                _ => vec![node],
            };
            for map in maps {
                let Kind::Map(more) = &map.kind else {
                    return Err(self.refuse(
                        map.span,
                        "`<<` merges a mapping or a list of mappings",
                        "refer to a mapping, as in `<<: *name`",
                    ));
                };
                for entry in more.iter() {
                    if !entries.iter().any(|own| own.key.value == entry.key.value) {
                        entries.push(entry.clone());
                    }
                }
            }
        }
        Ok(entries)
    }

    fn remember(&mut self, anchor: usize, node: &Node, size: usize, depth: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, Anchor { node: node.clone(), size, depth });
        }
    }

    fn alias(&mut self, id: usize, span: Span) -> Step<(Node, usize, usize)> {
        let Some(anchor) = self.anchors.get(&id) else {
            return Err(self.refuse(span, "the alias stands inside what it refers to", "refer to something outside"));
        };
        self.repeated += anchor.size;
        if self.repeated > MOST_REPEATED {
            return Err(self.refuse(
                span,
                format!("aliases repeat more than {MOST_REPEATED} values in all"),
                "write a flow or a table of rows instead",
            ));
        }
        Ok((anchor.node.clone(), anchor.size, anchor.depth))
    }

    fn scalar(&self, value: &str, style: ScalarStyle, tag: Option<&Tag>, span: Span) -> Step<Kind> {
        match tag.map(|tag| (tag, tag.core_suffix())) {
            Some((_, Some("str"))) => return Ok(Kind::Text(value.to_owned())),
            Some((tag, _)) => {
                return Err(self.refuse(
                    span,
                    format!("the tag `{}` means nothing here", tag.original()),
                    "remove the tag; quotes make text of anything",
                ));
            }
            None if style != ScalarStyle::Plain => return Ok(Kind::Text(value.to_owned())),
            None => {}
        }
        // Only keywords and texts that begin like a number can be anything but text.
        let typed = match value.chars().next() {
            Some(first) if first.is_ascii_alphabetic() => KEYWORDS.contains(&value),
            Some(first) => first.is_ascii_digit() || "+-.~".contains(first),
            None => true,
        };
        if !typed {
            return Ok(Kind::Text(value.to_owned()));
        }
        Ok(match serde_yaml::from_str::<serde_yaml::Value>(value) {
            Ok(serde_yaml::Value::Null) => Kind::Null,
            Ok(serde_yaml::Value::Bool(flag)) => Kind::Bool(flag),
            // What is a number in JSON too keeps every digit it was written with.
            Ok(serde_yaml::Value::Number(number)) => {
                match serde_json::from_str(value).ok().or_else(|| json_number(&number)) {
                    Some(number) => Kind::Number(number),
                    None => {
                        return Err(self.refuse(
                            span,
                            format!("`{value}` is not a number that JSON can say"),
                            "quote it to make it text",
                        ));
                    }
                }
            }
            Ok(_) | Err(_) => match serde_json::from_str(value) {
                Ok(number) => Kind::Number(number),
                Err(_) => Kind::Text(value.to_owned()),
            },
        })
    }

    fn span(&self, start: usize, end: usize) -> Span {
        let clip = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Span { file: self.file, start: clip(start), end: clip(end.max(start)) }
    }

    fn refuse(&self, span: Span, title: impl Into<String>, next: &str) -> Box<Diagnostic> {
        Box::new(Diagnostic::new(Code::Yaml, title).at(self.sources.place(span), "").next(next))
    }

    fn syntax(&self, error: &granit_parser::ScanError) -> Box<Diagnostic> {
        let at = error.marker().byte_offset().unwrap_or(0);
        let text = &self.sources.file(self.file).text;
        let before = &text[..text.floor_char_boundary(at)];
        let line = before.rsplit('\n').next().unwrap_or("");
        let start = before.len() - line.len();
        let whole = text[start..].lines().next().unwrap_or("");
        let above = text[..start.saturating_sub(1)].rsplit('\n').next().unwrap_or("");
        if let Some(path) = bare_path(whole).or_else(|| bare_path(above)) {
            let next = format!("between braces a path with brackets stands in quotes: {{ \"{path}\": ... }}");
            return self.refuse(self.span(at, at), format!("the path {path} is not quoted"), &next);
        }
        let next = match error.info() {
            _ if line.contains("{{") => "quote a text that holds braces: \"{{ name }}\"",
            info if info.contains("tab") || line.starts_with('\t') => "indent with blanks: YAML allows no tabs there",
            info if info.contains("directive") => "remove the line: suites are plain YAML 1.2",
            info if info.contains("anchor") => "define it before this line, as in `&name`",
            info if info.contains("nest") || info.contains("recursion") => "flatten the value",
            _ => "look for a missing quote, colon or blank here or on the line before",
        };
        self.refuse(self.span(at, at), format!("not YAML: {}", error.info()), next)
    }
}

/// A JSONPath with brackets that stands bare between braces, where YAML takes its brackets for a list.
fn bare_path(line: &str) -> Option<&str> {
    let (mut braces, mut quote) = (0_usize, None);
    let mut previous = ' ';
    for (at, c) in line.char_indices() {
        match (quote, c) {
            (Some(open), c) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'') => quote = Some(c),
            (None, '{') => braces += 1,
            (None, '}') => braces = braces.saturating_sub(1),
            (None, '$') if braces > 0 && matches!(previous, '{' | ',' | ' ') => {
                let rest = &line[at..];
                let end = rest.find(": ").or_else(|| rest.find([' ', ',', '}'])).unwrap_or(rest.len());
                let path = rest[..end].trim_end_matches(':');
                if path.contains('[') && path.len() > 1 {
                    return Some(path);
                }
            }
            (None, _) => {}
        }
        previous = c;
    }
    None
}

fn json_number(number: &serde_yaml::Number) -> Option<Number> {
    match (number.as_u64(), number.as_i64()) {
        (Some(natural), _) => Some(Number::from(natural)),
        (None, Some(integer)) => Some(Number::from(integer)),
        (None, None) => number.as_f64().and_then(Number::from_f64),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        let mut sources = Sources::default();
        let file = sources.add("t.yaml", text);
        match parse(&sources, file) {
            Ok(node) => node.to_json().to_string(),
            Err(problems) => {
                let said = |p: &Diagnostic| {
                    let at =
                        p.labels.iter().map(|l| format!("{}:{}", l.place.line, l.place.column)).collect::<Vec<_>>();
                    format!("{} @ {}", p.title, at.join(" "))
                };
                problems.iter().map(said).collect::<Vec<_>>().join("; ")
            }
        }
    }

    #[test]
    fn a_bare_path_between_braces_gets_its_own_sentence() {
        let said = read("body: { $.a[0]: x }");
        assert!(said.contains("the path $.a[0] is not quoted"), "{said}");
        assert!(read("body: { $.o[*].s: 1, $.b: 2 }").contains("the path $.o[*].s is not quoted"));
        assert_eq!(read("body: { \"$.a[0]\": x }"), r#"{"body":{"$.a[0]":"x"}}"#);
        assert_eq!(read("body:\n  $.a[0]: x"), r#"{"body":{"$.a[0]":"x"}}"#);
    }

    #[test]
    fn scalars_have_the_types_of_yaml_1_2() {
        assert_eq!(
            read("[1, 1.5, 0x1F, no, on, y, true, ~, '1', 1.2.3, -3, 18446744073709551615]"),
            r#"[1,1.5,31,"no","on","y",true,null,"1","1.2.3",-3,18446744073709551615]"#
        );
        assert_eq!(
            read("[123456789012345678901234567890, 1.10, 1e400, -0.0]"),
            "[123456789012345678901234567890,1.10,1e+400,-0.0]"
        );
        assert_eq!(
            read("[True, FALSE, Null, NULL, tRUE, falsely, name, type]"),
            r#"[true,false,null,null,"tRUE","falsely","name","type"]"#
        );
        assert_eq!(read("a: .inf"), "`.inf` is not a number that JSON can say @ 1:4");
        assert_eq!(read("a: !!str 12"), r#"{"a":"12"}"#);
        assert_eq!(read(r#"a: "\ud83d\ude00""#), r#"{"a":"😀"}"#);
    }

    #[test]
    fn anchors_and_merge_keys_are_followed() {
        assert_eq!(
            read("base: &b {x: 1, y: 2}\nmore: {<<: *b, y: 3}\nlist: [*b]"),
            r#"{"base":{"x":1,"y":2},"more":{"y":3,"x":1},"list":[{"x":1,"y":2}]}"#
        );
        assert_eq!(read("a: {<<: 1}"), "`<<` merges a mapping or a list of mappings @ 1:9");
    }

    #[test]
    fn what_suites_do_not_need_is_refused_with_a_sentence() {
        assert_eq!(read("a: 1\nb: 2\na: 3"), "the key `a` is given twice @ 3:1 1:1");
        assert_eq!(read("a: 1\n---\nb: 2"), "a second document starts here @ 2:1");
        assert_eq!(read("path: {{ id }}"), "a template must be quoted @ 1:8");
        assert_eq!(read("a: !shell rm"), "the tag `!shell` means nothing here @ 1:11");
        assert!(read("%TAG ! x\n---\na: 1").starts_with("not YAML"));
        assert_eq!(read(""), "the file is empty @ 1:1");
        assert_eq!(read("a: &x [1, *x]"), "the alias stands inside what it refers to @ 1:11");
    }

    #[test]
    fn hostile_files_are_refused() {
        assert!(read(&"[".repeat(100_000)).contains("recursion limit"));
        assert!(read(&"{a: ".repeat(100_000)).contains("recursion limit"));
        let items = "x,".repeat(20_000);
        let bomb = format!("a: &a [{items}]\nb: [{}]", "*a,".repeat(2_000));
        assert!(read(&bomb).contains("aliases repeat more than"));
        let mut laughs = String::from("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
        for level in 1..10 {
            let inner = format!("*a{},", level - 1).repeat(10);
            laughs.push_str(&format!("a{level}: &a{level} [{inner}]\n"));
        }
        assert!(read(&laughs).contains("aliases repeat more than"));
    }
}
