//! How one house writes its documentation, as data.

use super::table::Column;
use super::values::plain;
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span};
use crate::yaml::{Entry, Kind, Node, parse};
use regex::Regex;

/// Dialects that are part of the program: name and text.
pub const BUILT_IN: [(&str, &str); 2] =
    [("plain", include_str!("dialects/plain.yaml")), ("finbox", include_str!("dialects/finbox.yaml"))];

/// Every method a line may name.
const VERBS: &str = "GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS";
/// Longest line that is matched against endpoints, in bytes.
const LONGEST: usize = 2_000;
/// Largest program a regular expression of a dialect may become, in bytes.
const LARGEST_PATTERN: usize = 1 << 20;

/// What the title above a table or a sample is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Title {
    Request,
    Response,
    Query,
    Path,
    Headers,
    Form,
    Codes,
    Statuses,
}

const TITLES: [(Title, &str); 8] = [
    (Title::Headers, "headers"),
    (Title::Query, "query"),
    (Title::Path, "path"),
    (Title::Form, "form"),
    (Title::Codes, "codes"),
    (Title::Request, "request"),
    (Title::Response, "response"),
    (Title::Statuses, "statuses"),
];

/// Types of JSON Schema that words may stand for.
const TYPES: [&str; 6] = ["string", "integer", "number", "boolean", "array", "object"];
/// Formats of texts that words may stand for.
const FORMATS: [&str; 3] = ["date", "date-time", "binary"];

/// How one house writes its documentation.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// Its name.
    pub name: String,
    endpoints: Vec<Regex>,
    bases: Vec<Regex>,
    columns: Vec<(String, Column)>,
    types: Vec<(String, &'static str, Option<&'static str>)>,
    yes: Vec<String>,
    no: Vec<String>,
    titles: Vec<(Title, Vec<String>)>,
    pub(super) generic: Vec<String>,
    pub(super) left_out: Vec<String>,
    pub(super) code: Regex,
    pub(super) success: Regex,
    pub(super) fixed: Regex,
    pub(super) accepted: Regex,
    pub(super) poll: Regex,
    pub(super) retry: Regex,
    pub(super) rule: Regex,
}

/// An endpoint as a line says it: a method, a URL, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) method: Option<String>,
    pub(super) url: Option<String>,
}

impl Dialect {
    /// The dialect that every other begins from.
    #[must_use]
    pub fn plain() -> Self {
        Self::built_in("plain").unwrap_or_else(Self::empty)
    }

    /// A dialect that is part of the program.
    #[must_use]
    pub fn built_in(name: &str) -> Option<Self> {
        let (name, text) = BUILT_IN.iter().find(|(known, _)| *known == name)?;
        let mut sources = Sources::default();
        let file = sources.add(*name, *text);
        Self::read(&sources, file).ok()
    }

    /// Reads a dialect.
    ///
    /// # Errors
    /// Everything that is wrong with it.
    pub fn read(sources: &Sources, file: FileId) -> Result<Self, Vec<Diagnostic>> {
        let root = parse(sources, file)?;
        let mut reader = Reader { sources, problems: Vec::new() };
        let Kind::Map(entries) = &root.kind else {
            reader.problem(
                root.span,
                "a dialect must be a mapping",
                "write `dialect: NAME`, `extends: plain`, and what differs",
            );
            return Err(reader.problems);
        };
        let mut dialect = Self::empty();
        if let Some(base) = entries.iter().find(|entry| entry.key.value == "extends") {
            let name = reader.text(&base.value);
            match name.as_deref().and_then(Self::built_in) {
                Some(known) => dialect = known,
                None => {
                    let names: Vec<&str> = BUILT_IN.iter().map(|(name, _)| *name).collect();
                    reader.problem(
                        base.value.span,
                        "no such dialect to extend",
                        &format!("one of {}", names.join(", ")),
                    );
                }
            }
        }
        for entry in entries.iter() {
            dialect.take(entry, &mut reader);
        }
        if reader.problems.is_empty() { Ok(dialect) } else { Err(reader.problems) }
    }

    fn empty() -> Self {
        let never = || Regex::new("[^\\s\\S]").expect("the pattern is valid");
        Self {
            name: String::new(),
            endpoints: Vec::new(),
            bases: Vec::new(),
            columns: Vec::new(),
            types: Vec::new(),
            yes: Vec::new(),
            no: Vec::new(),
            titles: Vec::new(),
            generic: Vec::new(),
            left_out: Vec::new(),
            code: never(),
            success: never(),
            fixed: never(),
            accepted: never(),
            poll: never(),
            retry: never(),
            rule: never(),
        }
    }

    /// Takes in one entry. What a dialect lists comes before what the one it extends lists.
    fn take(&mut self, entry: &Entry, reader: &mut Reader<'_>) {
        let node = &entry.value;
        let one = |reader: &mut Reader<'_>, place: &mut Regex, groups: &[&str]| {
            if let Some(pattern) = reader.text(node)
                && let Some(regex) = reader.regex(&pattern, node.span, groups)
            {
                *place = regex;
            }
        };
        match entry.key.value.as_str() {
            "dialect" => self.name = reader.text(node).unwrap_or_default(),
            "about" | "extends" => {}
            "endpoints" => prepend(&mut self.endpoints, reader.regexes(node, &[])),
            "bases" => prepend(&mut self.bases, reader.regexes(node, &[])),
            "columns" => {
                for (key, words) in reader.words_by(node, &Column::ALL.map(|(_, name)| name)) {
                    let column = Column::ALL.iter().find(|(_, name)| *name == key).map(|(column, _)| *column);
                    prepend(&mut self.columns, words.into_iter().filter_map(|word| Some((word, column?))).collect());
                }
            }
            "types" => {
                for (key, words) in reader.words_by(node, &TYPES) {
                    prepend(&mut self.types, words.into_iter().map(|word| (word, key, None)).collect());
                }
            }
            "formats" => {
                for (key, words) in reader.words_by(node, &FORMATS) {
                    prepend(&mut self.types, words.into_iter().map(|word| (word, "string", Some(key))).collect());
                }
            }
            "titles" => {
                for (key, words) in reader.words_by(node, &TITLES.map(|(_, name)| name)) {
                    let title = TITLES.iter().find(|(_, name)| *name == key).map(|(title, _)| *title);
                    let Some(title) = title else { continue };
                    match self.titles.iter_mut().find(|(known, _)| *known == title) {
                        Some((_, known)) => prepend(known, words),
                        None => self.titles.push((title, words)),
                    }
                }
            }
            "yes" => prepend(&mut self.yes, reader.words(node)),
            "no" => prepend(&mut self.no, reader.words(node)),
            "generic" => prepend(&mut self.generic, reader.words(node)),
            "left-out" => prepend(&mut self.left_out, reader.words(node)),
            "code" => one(reader, &mut self.code, &[]),
            "success" => one(reader, &mut self.success, &[]),
            "fixed" => one(reader, &mut self.fixed, &["value"]),
            "accepted" => one(reader, &mut self.accepted, &["values"]),
            "poll" => one(reader, &mut self.poll, &["least", "unit"]),
            "retry" => one(reader, &mut self.retry, &["least", "every", "unit"]),
            "rule" => one(reader, &mut self.rule, &[]),
            other => {
                let known = [
                    "dialect",
                    "about",
                    "extends",
                    "endpoints",
                    "bases",
                    "columns",
                    "types",
                    "formats",
                    "titles",
                    "yes",
                    "no",
                    "generic",
                    "left-out",
                    "code",
                    "success",
                    "fixed",
                    "accepted",
                    "poll",
                    "retry",
                    "rule",
                ];
                let label = crate::text::did_you_mean(other, known).unwrap_or_default();
                reader.problem(entry.key.span, &format!("`{other}` is not a key of a dialect"), &label);
            }
        }
    }

    /// The endpoint that a line speaks of, if it speaks of one.
    pub(super) fn endpoint(&self, line: &str) -> Option<Said> {
        if line.len() > LONGEST {
            return None;
        }
        let line = plain(line);
        self.endpoints.iter().find_map(|pattern| {
            let found = pattern.captures(&line)?;
            let group = |name: &str| found.name(name).map(|group| group.as_str().trim().to_owned());
            let said = Said { method: group("method"), url: group("url") };
            (said.method.is_some() || said.url.is_some()).then_some(said)
        })
    }

    /// Whether a line names a method and a URL, so that its tags are no tags of a page.
    pub(super) fn is_endpoint(&self, line: &str) -> bool {
        line.starts_with('<') && self.endpoint(line).is_some_and(|said| said.method.is_some() && said.url.is_some())
    }

    /// What is left of a URL when its scheme and host are a placeholder; none when they are not.
    pub(super) fn without_base<'u>(&self, url: &'u str) -> Option<&'u str> {
        self.bases.iter().find_map(|base| base.find(url).map(|found| &url[found.end()..]))
    }

    /// What a column says, by its heading.
    pub(super) fn column(&self, heading: &str) -> Option<Column> {
        let heading = plain(heading).to_lowercase();
        self.columns.iter().find(|(word, _)| *word == heading).map(|(_, column)| *column)
    }

    /// The type and format that a word stands for.
    pub(super) fn type_of(&self, word: &str) -> Option<(&'static str, Option<&'static str>)> {
        let word = word.trim();
        self.types.iter().find(|(known, _, _)| known == word).map(|(_, schema, format)| (*schema, *format))
    }

    /// Whether a cell says yes; none where it says neither.
    pub(super) fn yes(&self, cell: &str) -> Option<bool> {
        let cell = plain(cell).to_lowercase();
        let first = cell.split([' ', '(', ',']).next().unwrap_or_default().to_owned();
        let is = |words: &[String]| words.contains(&cell) || (!first.is_empty() && words.contains(&first));
        match () {
            () if is(&self.yes) => Some(true),
            () if is(&self.no) => Some(false),
            () => None,
        }
    }

    /// What a title is about.
    pub(super) fn title(&self, text: &str) -> Vec<Title> {
        let text = plain(text).to_lowercase();
        let is = |title: Title| {
            let words = self.titles.iter().find(|(known, _)| *known == title).map(|(_, words)| words);
            words.is_some_and(|words| words.iter().any(|word| text.contains(word.as_str())))
        };
        TITLES.iter().map(|(title, _)| *title).filter(|title| is(*title)).collect()
    }
}

fn prepend<T>(all: &mut Vec<T>, mut first: Vec<T>) {
    first.append(all);
    *all = first;
}

struct Reader<'s> {
    sources: &'s Sources,
    problems: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn problem(&mut self, span: Span, title: &str, label: &str) {
        self.problems.push(Diagnostic::new(Code::WrongValue, title).at(self.sources.place(span), label));
    }

    fn text(&mut self, node: &Node) -> Option<String> {
        match &node.kind {
            Kind::Text(text) => Some(text.clone()),
            Kind::Bool(_) | Kind::Number(_) => Some(self.sources.slice(node.span).to_owned()),
            _ => {
                self.problem(node.span, "text must stand here", "");
                None
            }
        }
    }

    fn words(&mut self, node: &Node) -> Vec<String> {
        match &node.kind {
            Kind::List(items) => {
                items.iter().filter_map(|item| self.text(item)).map(|word| word.to_lowercase()).collect()
            }
            _ => self.text(node).into_iter().collect(),
        }
    }

    fn words_by<'k>(&mut self, node: &Node, keys: &[&'k str]) -> Vec<(&'k str, Vec<String>)> {
        let Kind::Map(entries) = &node.kind else {
            self.problem(node.span, "a mapping of lists of words must stand here", "");
            return Vec::new();
        };
        let mut all = Vec::new();
        for entry in entries.iter() {
            match keys.iter().find(|key| **key == entry.key.value) {
                Some(key) => {
                    let words = self.words(&entry.value);
                    all.push((*key, words));
                }
                None => {
                    let label = crate::text::did_you_mean(&entry.key.value, keys.iter().copied()).unwrap_or_default();
                    self.problem(entry.key.span, &format!("`{}` means nothing here", entry.key.value), &label);
                }
            }
        }
        all
    }

    fn regexes(&mut self, node: &Node, groups: &[&str]) -> Vec<Regex> {
        let Kind::List(items) = &node.kind else {
            self.problem(node.span, "a list of regular expressions must stand here", "");
            return Vec::new();
        };
        items.iter().filter_map(|item| self.text(item).and_then(|text| self.regex(&text, item.span, groups))).collect()
    }

    fn regex(&mut self, pattern: &str, span: Span, groups: &[&str]) -> Option<Regex> {
        let pattern = pattern.replace("VERB", VERBS);
        match regex::RegexBuilder::new(&pattern).size_limit(LARGEST_PATTERN).build() {
            Ok(regex) => {
                let lacks: Vec<&&str> = groups
                    .iter()
                    .filter(|group| !regex.capture_names().flatten().any(|name| name == **group))
                    .collect();
                if let Some(group) = lacks.first() {
                    self.problem(span, &format!("the pattern needs a group `(?<{group}>...)`"), "");
                    return None;
                }
                Some(regex)
            }
            Err(error) => {
                let why = error.to_string();
                self.problem(span, "not a regular expression", why.lines().last().unwrap_or_default());
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_dialects_of_the_program_can_be_read() {
        for (name, text) in BUILT_IN {
            let mut sources = Sources::default();
            let file = sources.add(name, text);
            let dialect = Dialect::read(&sources, file).unwrap_or_else(|problems| panic!("{name}: {problems:?}"));
            assert_eq!(dialect.name, name);
        }
    }

    #[test]
    fn endpoints_are_known_in_every_spelling_and_prose_is_none() {
        let plain = Dialect::plain();
        let said = |line: &str| {
            plain
                .endpoint(line)
                .map(|said| format!("{} {}", said.method.unwrap_or_default(), said.url.unwrap_or_default()))
        };
        assert_eq!(said("**Method:** POST").as_deref(), Some("POST "));
        assert_eq!(said("**URL:** `<baseurl>/v2/user/create`").as_deref(), Some(" <baseurl>/v2/user/create"));
        assert_eq!(said("POST **`base_url`/v1/user/create**").as_deref(), Some("POST base_url/v1/user/create"));
        let route =
            r#"<Route method="GET">/guilds/[\{guild.id\}](/developers/resources/guild#guild-object)/emojis</Route>"#;
        assert_eq!(said(route).as_deref(), Some("GET /guilds/{guild.id}/emojis"));
        assert_eq!(
            said("Get Emoji % GET /guilds/{guild.id#DOCS}/emojis").as_deref(),
            Some("GET /guilds/{guild.id#DOCS}/emojis")
        );
        assert_eq!(said("`GET /api/v3/ping`").as_deref(), Some("GET /api/v3/ping"));
        for prose in ["Use GET /a to ask", "POST", "GET your key first", "URL: see below", "Do not GET /x twice."] {
            assert_eq!(said(prose), None, "{prose}");
        }
    }

    #[test]
    fn mistakes_in_a_dialect_are_told_with_their_line() {
        let mut sources = Sources::default();
        let file = sources.add("d.yaml", "extends: plain\ncolums: {}\ncode: '('\npoll: 'x'\n");
        let problems = Dialect::read(&sources, file).expect_err("there are mistakes");
        let lines: Vec<usize> = problems.iter().map(|problem| problem.labels[0].place.line).collect();
        assert_eq!(lines, [2, 3, 4]);
        assert!(problems[0].labels[0].text.contains("columns"));
    }
}
