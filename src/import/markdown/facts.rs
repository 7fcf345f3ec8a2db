//! What the blocks of a document say: endpoints, members, samples, codes, statuses, rules of time.

use super::blocks::{Block, BlockKind, Document};
use super::dialect::{Dialect, Title};
use super::endpoint::Endpoint;
use super::lines::Account;
use super::place::Place;
use super::shape::Shape;
use super::table::{Column, Table};
use super::values::{TypeWord, is_constant, plain, size_limit, type_word};
use crate::import::json;
use crate::source::{FileId, Sources};
use crate::yaml::{Kind, Node};
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// A member of a body, or a parameter, as a table lists it.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) kind: TypeWord,
    pub(super) description: Option<String>,
    /// Whether it must be there; none where the table does not say.
    pub(super) required: Option<bool>,
    pub(super) nullable: bool,
    pub(super) default: Option<String>,
    /// The only value, by a sentence.
    pub(super) fixed: Option<String>,
    /// The values allowed, by a sentence.
    pub(super) accepted: Vec<String>,
    /// The largest size, by a sentence.
    pub(super) most_bytes: Option<u64>,
    pub(super) place: Place,
}

/// A body that the documentation shows.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) title: String,
    pub(super) is_request: bool,
    /// The HTTP status said before it.
    pub(super) http: Option<(String, Place)>,
    pub(super) node: Node,
    /// What it shows.
    pub(super) shape: Shape,
    pub(super) place: Place,
}

/// A status code of the API's own.
#[derive(Debug, Clone)]
pub(super) struct CodeFact {
    pub(super) code: String,
    pub(super) case: String,
    pub(super) http: Option<String>,
    pub(super) place: Place,
}

/// A list of values, each with what it means.
#[derive(Debug, Clone)]
pub(super) struct ValueList {
    pub(super) name: String,
    pub(super) values: Vec<(String, String, Place)>,
    pub(super) place: Place,
}

/// When to ask again, in seconds.
#[derive(Debug, Clone)]
pub(super) struct Again {
    pub(super) least: String,
    pub(super) most: Option<String>,
    /// The wait between two tries, for retries.
    pub(super) every: Option<String>,
    /// The status of which it is said.
    pub(super) status: Option<String>,
    pub(super) place: Place,
}

/// A header of requests.
#[derive(Debug, Clone)]
pub(super) struct HeaderFact {
    pub(super) name: String,
    pub(super) value: String,
    pub(super) description: String,
    pub(super) place: Place,
}

/// Everything said under one heading of one operation, or of several that share it.
#[derive(Debug, Default)]
pub(super) struct Section {
    pub(super) endpoints: Vec<Endpoint>,
    pub(super) title: Option<(String, Place)>,
    pub(super) description: Vec<(String, Place)>,
    pub(super) request: Vec<Row>,
    pub(super) response: Vec<Row>,
    pub(super) query: Vec<Row>,
    pub(super) path: Vec<Row>,
    pub(super) headers: Vec<HeaderFact>,
    pub(super) samples: Vec<Sample>,
    pub(super) codes: Vec<CodeFact>,
    /// HTTP statuses with what they mean.
    pub(super) http: Vec<(String, String, Place)>,
    /// Values that a status in an answer may have.
    pub(super) statuses: Vec<(String, Place)>,
    pub(super) lists: Vec<ValueList>,
    pub(super) poll: Option<Again>,
    pub(super) retry: Option<Again>,
    /// Where it says that the request is a form.
    pub(super) form: Option<Place>,
}

/// Everything said.
#[derive(Debug, Default)]
pub(super) struct Facts {
    pub(super) title: Option<(String, Place)>,
    pub(super) sections: Vec<Section>,
    /// Codes that any operation may answer with.
    pub(super) generic: Vec<CodeFact>,
    pub(super) generic_section: Option<(String, Place)>,
    /// Headers of all operations.
    pub(super) headers: Vec<HeaderFact>,
    /// Objects that are described on their own.
    pub(super) objects: Vec<(String, Vec<Row>, Place)>,
    pub(super) samples: usize,
    pub(super) tables: usize,
    pub(super) repairs: Vec<(Place, Vec<&'static str>)>,
    pub(super) told: Vec<(Place, String)>,
}

static HTTP: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\bHTTP\b[^.]{0,40}?\b([1-5][0-9]{2}|[45]xx)\b|\b([1-5][0-9]{2}|[45]xx)\b(?: [A-Za-z]+)? HTTP\b")
        .expect("the pattern is valid")
});
static STATUS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"^([1-5][0-9]{2}|[1-5][xX]{2})\b").expect("the pattern is valid"));
static BOLD_STATUS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:\*\*|`)+([A-Z][A-Z0-9_]{2,60})\s*:?(?:\*\*|`)+\s*:?(?:\s|-|$)").expect("the pattern is valid")
});
static CONSTANTS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^([A-Za-z][A-Za-z ]{2,40}):\s*([A-Z][A-Z0-9_]{2,60}(?:\s*(?:,|/|\band\b|\bor\b|\s)\s*[A-Z][A-Z0-9_]{2,60})+)\.?$").expect("the pattern is valid")
});

/// The sections of a document and the blocks that belong to them.
struct Cut {
    section: Section,
    blocks: Range<usize>,
    /// Blocks that said the endpoint.
    said: Vec<usize>,
}

/// Collects what a document says.
pub(super) fn collect(
    sources: &Sources,
    id: FileId,
    file: usize,
    document: &Document,
    dialect: &Dialect,
    facts: &mut Facts,
    account: &mut Account,
) {
    let cuts = sections(file, document, dialect, account);
    let mut used = vec![false; document.blocks.len()];
    let mut reader = Reader { sources, id, file, document, dialect, facts, account };
    for cut in cuts {
        for index in cut.blocks.clone() {
            used[index] = true;
        }
        let mut state =
            State { section: cut.section, title: String::new(), titles: Vec::new(), http: None, status: None };
        for index in cut.blocks {
            let block = &document.blocks[index];
            if !cut.said.contains(&index) {
                reader.inside(block, &mut state);
            } else if matches!(block.kind, BlockKind::Table(_)) {
                reader.facts.tables += 1;
            }
        }
        reader.told(&state.section);
        reader.facts.sections.push(state.section);
    }
    let mut heading = (String::new(), Place::line(file, 1));
    for (index, block) in document.blocks.iter().enumerate().filter(|(index, _)| !used[*index]) {
        reader.outside(block, &mut heading, index);
    }
}

/// Half of an endpoint: its text and its block.
type Half = Option<(String, usize)>;
/// A row and the part of the request that a column says it belongs to.
type PlacedRow = (Row, Option<Title>);

/// Finds the endpoints of a document and cuts it into their sections.
fn sections(file: usize, document: &Document, dialect: &Dialect, account: &mut Account) -> Vec<Cut> {
    let mut found: Vec<(usize, Vec<Endpoint>, Vec<usize>)> = Vec::new();
    // A method and a URL that stand on lines of their own, each with its block.
    let mut half: (Half, Half) = (None, None);
    for (index, block) in document.blocks.iter().enumerate() {
        let place = Place::line(file, block.first);
        let lines: Vec<String> = match &block.kind {
            BlockKind::Heading { text, .. } => {
                half = (None, None);
                vec![text.clone()]
            }
            BlockKind::Paragraph { text } | BlockKind::Item { text } | BlockKind::Label { text } => vec![text.clone()],
            BlockKind::Fence { .. } if block.last <= block.first + 2 => {
                document.lines.get(block.first).filter(|_| block.last > block.first).cloned().into_iter().collect()
            }
            BlockKind::Table(rows) => {
                let endpoints = from_table(file, rows, document, dialect);
                if !endpoints.is_empty() {
                    account.read(block.first, block.last, "endpoint");
                    found.push((index, endpoints, vec![index]));
                }
                continue;
            }
            _ => continue,
        };
        let Some(said) = lines.iter().find_map(|line| dialect.endpoint(line)) else { continue };
        let (method, url) = match (said.method, said.url) {
            (Some(method), Some(url)) => ((method, index), (url, index)),
            (Some(method), None) => match half.1.take() {
                Some(url) => ((method, index), url),
                None => {
                    half.0 = Some((method, index));
                    continue;
                }
            },
            (None, Some(url)) => match half.0.take() {
                Some(method) => (method, (url, index)),
                None => {
                    half.1 = Some((url, index));
                    continue;
                }
            },
            (None, None) => continue,
        };
        let line = Place::line(file, document.blocks[url.1].first);
        let line = if matches!(document.blocks[url.1].kind, BlockKind::Fence { .. }) {
            Place::line(file, line.first + 1)
        } else {
            line
        };
        let place = Place { first: place.first.min(line.first), last: place.first.max(line.last), ..line };
        if let Some(mut endpoint) = Endpoint::new(&method.0, &url.0, line, &document.variables, dialect) {
            endpoint.place = if method.1 == url.1 { line } else { place };
            for said in [method.1, url.1] {
                account.read(document.blocks[said].first, document.blocks[said].last, "endpoint");
            }
            if url.0.contains("frontmatter")
                || document.variables.iter().any(|(name, _, _)| url.0.contains(name.as_str()))
            {
                for (_, _, line) in &document.variables {
                    account.read(*line, *line, "endpoint");
                }
            }
            let mut said = vec![method.1, url.1];
            said.dedup();
            found.push((index, vec![endpoint], said));
        }
    }
    let starts: Vec<usize> = found
        .iter()
        .enumerate()
        .map(|(number, (index, ..))| {
            let after = if number == 0 { 0 } else { found[number - 1].0 + 1 };
            start(document, dialect, after, *index)
        })
        .collect();
    let mut cuts = Vec::new();
    for (number, (index, endpoints, said)) in found.into_iter().enumerate() {
        let begin = starts[number];
        let next = starts.get(number + 1).copied().unwrap_or(document.blocks.len());
        let level = match &document.blocks[begin].kind {
            BlockKind::Heading { level, .. } => Some(*level),
            _ => None,
        };
        // A table of endpoints speaks for all that follows it.
        let ends = |block: &Block| matches!((&block.kind, level), (BlockKind::Heading { level: other, .. }, Some(level)) if *other <= level);
        let is_table = matches!(document.blocks[index].kind, BlockKind::Table(_));
        let end = match is_table {
            true => next,
            false => {
                document.blocks[index + 1..next.max(index + 1)].iter().position(ends).map_or(next, |at| index + 1 + at)
            }
        };
        let mut section = Section { endpoints, ..Section::default() };
        if let BlockKind::Heading { text, .. } = &document.blocks[begin].kind {
            let block = &document.blocks[begin];
            account.read(block.first, block.last, "operation");
            // What a heading says besides its endpoint.
            let name = if said.contains(&begin) {
                text.split('%').next().filter(|_| text.contains('%')).unwrap_or("")
            } else {
                text
            };
            section.title = (!name.trim().is_empty()).then(|| (plain(name), Place::line(file, block.first)));
        }
        let mut said = said;
        if level.is_some() {
            said.push(begin);
        }
        cuts.push(Cut { section, blocks: begin..end.max(index + 1), said });
    }
    cuts
}

/// The block where the section of an endpoint begins: its heading, or the endpoint where it shares one.
fn start(document: &Document, dialect: &Dialect, after: usize, index: usize) -> usize {
    let headings = || {
        (after..=index).rev().filter_map(|at| match &document.blocks[at].kind {
            BlockKind::Heading { level, text } => Some((at, *level, text)),
            _ => None,
        })
    };
    let Some((mut begin, mut level, mut text)) = headings().next() else { return index.max(after) };
    // `### Endpoint` below `## Create User`: the one above has the name.
    while dialect.generic.contains(&plain(text).to_lowercase().trim_end_matches(':').to_owned()) {
        let Some((at, above, name)) = headings().find(|(at, above, _)| *at < begin && *above < level) else { break };
        (begin, level, text) = (at, above, name);
    }
    begin
}

fn from_table(file: usize, rows: &[super::blocks::Row], document: &Document, dialect: &Dialect) -> Vec<Endpoint> {
    let Some(table) = Table::new(rows, dialect) else { return Vec::new() };
    if !table.has(Column::Endpoint) {
        return Vec::new();
    }
    let mut endpoints = Vec::new();
    for row in table.rows {
        let place = Place::line(file, row.line);
        let url = table.cell(row, Column::Endpoint).unwrap_or_default();
        let method = table.cell(row, Column::Method).map(plain).unwrap_or_default();
        let said = dialect.endpoint(url).and_then(|said| Some((said.method?, said.url?)));
        let (method, url) = said.unwrap_or_else(|| (method, plain(url)));
        if !["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"].contains(&method.as_str()) {
            continue;
        }
        endpoints.extend(Endpoint::new(&method, &url, place, &document.variables, dialect));
    }
    endpoints
}

/// What is known while the blocks of a section are read.
struct State {
    section: Section,
    /// The last title above a table or a sample.
    title: String,
    titles: Vec<Title>,
    http: Option<(String, Place)>,
    /// The status that the last item was about.
    status: Option<String>,
}

impl State {
    fn is(&self, title: Title) -> bool {
        self.titles.contains(&title)
    }

    /// Whether what comes is about the request; none where no title says.
    fn way(&self) -> Option<bool> {
        match (self.is(Title::Request) || self.is(Title::Query) || self.is(Title::Form), self.is(Title::Response)) {
            (true, false) => Some(true),
            (_, true) => Some(false),
            (false, false) => None,
        }
    }

    fn has_body(&self) -> bool {
        self.section
            .endpoints
            .first()
            .is_some_and(|endpoint| !["GET", "HEAD", "DELETE"].contains(&endpoint.method.as_str()))
    }
}

struct Reader<'r> {
    sources: &'r Sources,
    id: FileId,
    file: usize,
    document: &'r Document,
    dialect: &'r Dialect,
    facts: &'r mut Facts,
    account: &'r mut Account,
}

impl Reader<'_> {
    /// Reads a block of a section.
    fn inside(&mut self, block: &Block, state: &mut State) {
        let place = Place { file: self.file, first: block.first, last: block.last };
        match &block.kind {
            BlockKind::Heading { text, .. } | BlockKind::Label { text } => {
                self.account.read(block.first, block.last, "title");
                self.titled(text, state);
                state.status = None;
                if let Some(status) = http_status(text) {
                    state.http = Some((status, place));
                }
            }
            BlockKind::Fence { info, content, closed } => self.fence(block, info, content.clone(), *closed, state),
            BlockKind::Table(rows) => self.table(block, rows, state),
            BlockKind::Item { text } => self.item(text, place, state),
            BlockKind::Paragraph { text } => self.sentence(text, place, state),
            BlockKind::BoxStart { title } => {
                self.account.ignore(block.first, block.last, "mark");
                let _ = title;
            }
            other => self.other(block, other),
        }
    }

    fn other(&mut self, block: &Block, kind: &BlockKind) {
        let rule = match kind {
            BlockKind::BoxStart { .. } | BlockKind::BoxEnd | BlockKind::Rule => "mark",
            BlockKind::Comment => "comment",
            BlockKind::Tags => "tag",
            BlockKind::Image => "image",
            BlockKind::FrontMatter => "front-matter",
            _ => "prose",
        };
        self.account.ignore(block.first, block.last, rule);
    }

    fn titled(&mut self, text: &str, state: &mut State) {
        let titles = self.dialect.title(text);
        let way = state.way();
        let old = std::mem::replace(&mut state.titles, titles);
        state.title = plain(text);
        // `Success` below `Sample Response` is a response still.
        if state.way().is_none()
            && way.is_some()
            && !state.is(Title::Codes)
            && !state.is(Title::Headers)
            && !state.is(Title::Path)
        {
            state.titles.extend(
                old.into_iter().filter(|title| matches!(title, Title::Request | Title::Response | Title::Query)),
            );
        }
        if state.is(Title::Form) && state.is(Title::Request) && state.has_body() && text.to_lowercase().contains("form")
        {
            state.titles.push(Title::Form);
        }
    }

    fn item(&mut self, text: &str, place: Place, state: &mut State) {
        if state.is(Title::Headers)
            && let Some((name, value)) = plain(text).split_once(':')
            && !name.contains(' ')
        {
            let header = HeaderFact {
                name: name.trim().to_owned(),
                value: value.trim().to_owned(),
                description: String::new(),
                place,
            };
            self.account.read(place.first, place.last, "header");
            return state.section.headers.push(header);
        }
        let bare = plain(text);
        let bold = BOLD_STATUS.captures(text).map(|found| found[1].to_owned());
        let status = bold.or_else(|| is_constant(&bare).then_some(bare));
        if let Some(status) = status {
            self.account.read(place.first, place.last, "status");
            state.status = Some(status.clone());
            if !state.section.statuses.iter().any(|(known, _)| *known == status) {
                state.section.statuses.push((status, place));
            }
        }
        self.sentence(text, place, state);
    }

    fn sentence(&mut self, text: &str, place: Place, state: &mut State) {
        let words = plain(text);
        let mut understood = false;
        if let Some(status) = http_status(&words) {
            state.http = Some((status, place));
            self.account.read(place.first, place.last, "http-status");
            understood = true;
        }
        if let Some(found) = self.dialect.retry.captures(&words) {
            let group = |name: &str| found.name(name).map(|group| group.as_str().to_owned());
            let every = group("every").and_then(|every| duration(&every, &group("unit").unwrap_or_default()));
            if let (Some(least), Some(every)) = (group("least"), every) {
                let again =
                    Again { least, most: group("most"), every: Some(every), status: state.status.clone(), place };
                state.section.retry.get_or_insert(again);
                self.account.read(place.first, place.last, "retry");
                understood = true;
            }
        }
        if let Some(found) = self.dialect.poll.captures(&words) {
            let unit = found.name("unit").map_or("second", |group| group.as_str()).to_owned();
            let group = |name: &str| found.name(name).and_then(|group| duration(group.as_str(), &unit));
            if let Some(least) = group("least") {
                let again = Again { least, most: group("most"), every: None, status: state.status.clone(), place };
                state.section.poll.get_or_insert(again);
                self.account.read(place.first, place.last, "poll");
                understood = true;
            }
        }
        if let Some(found) = CONSTANTS.captures(&words) {
            let values: Vec<(String, String, Place)> = found[2]
                .split(|c: char| !(c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_'))
                .filter(|word| is_constant(word))
                .map(|word| (word.to_owned(), String::new(), place))
                .collect();
            state.section.lists.push(ValueList { name: found[1].trim().to_owned(), values, place });
            self.account.read(place.first, place.last, "values");
            understood = true;
        }
        state.section.description.push((words.clone(), place));
        if understood || !self.account.is_open(place.first) {
            return;
        }
        let numbered =
            words.chars().any(|c| c.is_ascii_digit()) && words.contains(':') && words.to_lowercase().contains("range");
        if self.dialect.rule.is_match(&words) || numbered {
            let cut = crate::text::cut(&words, 80);
            self.account.puzzle(place.first, place.last, &format!("\"{cut}\" looks like a rule and became none"));
        } else {
            self.account.read(place.first, place.last, "description");
        }
    }

    fn fence(&mut self, block: &Block, info: &str, content: Range<usize>, closed: bool, state: &mut State) {
        let text = &self.sources.file(self.id).text[content.clone()];
        let place =
            Place { file: self.file, first: block.first + 1, last: if closed { block.last - 1 } else { block.last } };
        let language = info.split([' ', '{', ',']).next().unwrap_or_default().to_lowercase();
        let body = ["json", "json5", "jsonc", "javascript", "js", "text", "txt", ""].contains(&language.as_str());
        let begins = text.trim_start().starts_with(['{', '[', '"']);
        if !body || !begins || text.trim().is_empty() {
            self.account.ignore(block.first, block.last, "code");
            return;
        }
        match json::lenient(text, self.id, content.start) {
            Ok(read) => {
                self.account.read(block.first, block.last, "sample");
                if !closed {
                    self.account.puzzle(block.first, block.first, "the fence is not closed");
                }
                let is_request = state.way().unwrap_or_else(|| {
                    state.has_body()
                        && !state.section.samples.iter().any(|one| one.is_request)
                        && !looks_like_answer(&read.node, self.dialect)
                });
                if !read.repairs.is_empty() {
                    let mut names: Vec<&'static str> = read.repairs.iter().map(|(repair, _)| repair.name()).collect();
                    names.sort_unstable();
                    names.dedup();
                    self.facts.repairs.push((place, names));
                }
                if is_request && state.is(Title::Form) {
                    state.section.form = Some(Place::line(self.file, block.first));
                }
                self.facts.samples += 1;
                let http = state.http.clone().filter(|_| !is_request);
                let shape = Shape::of(&read.node, self.sources, self.file);
                state.section.samples.push(Sample {
                    title: state.title.clone(),
                    is_request,
                    http,
                    node: read.node,
                    shape,
                    place,
                });
            }
            Err(error) => {
                let at = crate::source::Span { file: self.id, start: error.at, end: error.at };
                let line = self.sources.place(at).line;
                let why =
                    format!("a sample that is not JSON, and no repair explains it: {} (line {line})", error.message);
                self.account.puzzle(block.first, block.last, &why);
            }
        }
    }

    fn table(&mut self, block: &Block, rows: &[super::blocks::Row], state: &mut State) {
        let Some(table) = Table::new(rows, self.dialect) else { return };
        self.facts.tables += 1;
        let codes = self.codes(&table);
        if !codes.is_empty() {
            self.account.read(block.first, block.last, "codes");
            state.section.codes.extend(codes);
        } else if table.has(Column::Header) || (state.is(Title::Headers) && table.has(Column::Name)) {
            self.account.read(block.first, block.last, "headers");
            state.section.headers.extend(self.headers(&table));
        } else if !self.statuses(&table).is_empty()
            && (table.has(Column::Case) || table.has(Column::Code) || !table.has(Column::Name))
        {
            self.account.read(block.first, block.last, "http-statuses");
            let statuses = self.statuses(&table);
            state.section.http.extend(statuses);
            if let Some(list) = self.value_list(&table, state) {
                state.section.lists.push(list);
            }
        } else if let Some(list) = self.value_list(&table, state) {
            self.account.read(block.first, block.last, "values");
            state.section.lists.push(list);
        } else if table.lists_members() {
            self.account.read(block.first, block.last, "members");
            let (query, rest): (Vec<PlacedRow>, Vec<PlacedRow>) = self
                .rows(&table)
                .into_iter()
                .partition(|(_, place)| *place == Some(Title::Query) || (place.is_none() && state.is(Title::Query)));
            state.section.query.extend(query.into_iter().map(|(row, _)| row));
            for (row, place) in rest {
                let request = state.way().unwrap_or(true);
                match place {
                    Some(Title::Path) => state.section.path.push(row),
                    None if state.is(Title::Path) => state.section.path.push(row),
                    _ if request && !state.has_body() => state.section.query.push(row),
                    _ if request => state.section.request.push(row),
                    _ => state.section.response.push(row),
                }
            }
        } else {
            let names: Vec<String> = table.heading.cells.iter().map(|cell| plain(cell)).collect();
            let why = format!("a table whose columns no dialect knows: {}", crate::text::cut(&names.join(", "), 80));
            self.account.puzzle(block.first, block.last, &why);
        }
    }

    /// Members or parameters; where a column says in what part of a request, that part.
    fn rows(&self, table: &Table<'_>) -> Vec<PlacedRow> {
        let mut rows = Vec::new();
        for written in table.rows {
            let cell = |column| table.cell(written, column).map(plain).filter(|cell| !cell.is_empty() && cell != "-");
            let Some(name) = cell(Column::Name) else { continue };
            let name = name.split([' ', '(']).next().unwrap_or_default().trim_end_matches('*').to_owned();
            let (name, optional) = match name.strip_suffix('?') {
                Some(name) => (name.to_owned(), true),
                None => (name, false),
            };
            if name.is_empty() || name.starts_with("...") {
                continue;
            }
            let yes = |column| table.cell(written, column).and_then(|cell| self.dialect.yes(cell));
            let marks_optional = table.rows.iter().any(|row| {
                table
                    .cell(row, Column::Name)
                    .is_some_and(|name| plain(name).split(' ').next().unwrap_or_default().ends_with('?'))
            });
            let required = match (yes(Column::Required), yes(Column::Optional)) {
                _ if optional => Some(false),
                (Some(yes), _) => Some(yes),
                (None, Some(optional)) => Some(!optional),
                (None, None) if marks_optional => Some(true),
                (None, None) => None,
            };
            let description = cell(Column::Description);
            let rules = cell(Column::Rules);
            let said = [description.as_deref(), rules.as_deref()].into_iter().flatten().collect::<Vec<_>>().join(". ");
            let fixed = self.dialect.fixed.captures(&said).map(|found| found["value"].trim_end_matches('.').to_owned());
            let accepted =
                self.dialect.accepted.captures(&said).map(|found| accepted(&found["values"])).unwrap_or_default();
            let place = cell(Column::In).and_then(|place| match place.to_lowercase() {
                place if place.contains("query") => Some(Title::Query),
                place if place.contains("path") => Some(Title::Path),
                place if place.contains("body") || place.contains("form") => Some(Title::Request),
                _ => None,
            });
            rows.push((
                Row {
                    name,
                    kind: type_word(table.cell(written, Column::Type).unwrap_or_default(), self.dialect),
                    description: match (description, rules) {
                        (Some(one), Some(other)) => Some(format!("{one} {other}")),
                        (one, other) => one.or(other),
                    },
                    required,
                    nullable: yes(Column::Nullable).unwrap_or(false),
                    default: cell(Column::Default),
                    fixed,
                    accepted,
                    most_bytes: size_limit(&said),
                    place: Place::line(self.file, written.line),
                },
                place,
            ));
        }
        rows
    }

    fn headers(&self, table: &Table<'_>) -> Vec<HeaderFact> {
        let mut headers = Vec::new();
        for row in table.rows {
            let cell = |column| table.cell(row, column).map(plain).unwrap_or_default();
            let name = table
                .cell(row, Column::Header)
                .or_else(|| table.cell(row, Column::Name))
                .map(plain)
                .unwrap_or_default();
            if !name.is_empty() {
                let place = Place::line(self.file, row.line);
                headers.push(HeaderFact {
                    name,
                    value: cell(Column::Value),
                    description: cell(Column::Description),
                    place,
                });
            }
        }
        headers
    }

    /// The status codes of a table; none where it has no column of them.
    fn codes(&self, table: &Table<'_>) -> Vec<CodeFact> {
        let mut codes = Vec::new();
        for row in table.rows {
            // The column that says codes, or any whose cells are codes.
            let index = table.columns.iter().position(|column| *column == Some(Column::Code));
            let is_code = |cell: &&String| self.dialect.code.is_match(&plain(cell));
            let Some(cell) =
                index.and_then(|index| row.cells.get(index)).filter(is_code).or_else(|| row.cells.iter().find(is_code))
            else {
                continue;
            };
            let case = table
                .cell(row, Column::Case)
                .or_else(|| table.cell(row, Column::Description))
                .or_else(|| row.cells.iter().find(|other| *other != cell).map(String::as_str));
            let http =
                table.cell(row, Column::Http).and_then(|cell| Some(STATUS.captures(&plain(cell))?[1].to_uppercase()));
            codes.push(CodeFact {
                code: plain(cell),
                case: case.map(plain).unwrap_or_default(),
                http,
                place: Place::line(self.file, row.line),
            });
        }
        codes
    }

    /// The HTTP statuses of a table, each with what it means.
    fn statuses(&self, table: &Table<'_>) -> Vec<(String, String, Place)> {
        let mut statuses = Vec::new();
        for row in table.rows {
            let cells = table
                .columns
                .iter()
                .zip(&row.cells)
                .filter(|(column, _)| matches!(column, Some(Column::Http | Column::Code)));
            let Some(status) =
                cells.filter_map(|(_, cell)| Some(STATUS.captures(&plain(cell))?[1].to_uppercase())).next()
            else {
                continue;
            };
            let case = table.cell(row, Column::Case).or_else(|| table.cell(row, Column::Description));
            let case = case
                .map(plain)
                .or_else(|| row.cells.iter().map(|cell| plain(cell)).find(|cell| !STATUS.is_match(cell)));
            statuses.push((status, case.unwrap_or_default(), Place::line(self.file, row.line)));
        }
        statuses
    }

    /// A list of values: a first column of constants.
    fn value_list(&self, table: &Table<'_>, state: &State) -> Option<ValueList> {
        let values: Vec<(String, String, Place)> = table
            .rows
            .iter()
            .map(|row| {
                let cell = |index: usize| row.cells.get(index).map(|cell| plain(cell)).unwrap_or_default();
                (cell(0), cell(1), Place::line(self.file, row.line))
            })
            .collect();
        let constants = values.iter().filter(|(value, _, _)| is_constant(value)).count();
        if constants == 0 || constants * 5 < values.len() * 4 {
            return None;
        }
        let title = if state.title.is_empty() {
            table.heading.cells.first().map(|cell| plain(cell)).unwrap_or_default()
        } else {
            state.title.clone()
        };
        let place = Place::line(self.file, table.heading.line);
        Some(ValueList {
            name: title,
            values: values.into_iter().filter(|(value, _, _)| is_constant(value)).collect(),
            place,
        })
    }

    /// Reads a block that belongs to no operation.
    fn outside(&mut self, block: &Block, heading: &mut (String, Place), index: usize) {
        let place = Place { file: self.file, first: block.first, last: block.last };
        match &block.kind {
            BlockKind::Heading { level, text } => {
                *heading = (plain(text), place);
                if *level == 1 && self.facts.title.is_none() {
                    self.facts.title = Some((plain(text), place));
                }
                self.account.read(block.first, block.last, "heading");
            }
            BlockKind::FrontMatter => {
                let title = self.document.variables.iter().find(|(name, _, _)| name == "title");
                if let Some((_, title, line)) = title.filter(|_| self.facts.title.is_none()) {
                    self.facts.title = Some((title.clone(), Place::line(self.file, *line)));
                    self.account.read(*line, *line, "title");
                }
                self.account.ignore(block.first, block.first, "mark");
                self.account.ignore(block.last, block.last, "mark");
                self.account.ignore(block.first, block.last, "front-matter");
            }
            BlockKind::Table(rows) => self.table_outside(block, rows, heading),
            BlockKind::Fence { info, .. } => {
                let json = info.starts_with("json") || info.is_empty();
                self.account.ignore(block.first, block.last, if json { "sample-elsewhere" } else { "code" });
            }
            BlockKind::Item { text } if text.starts_with('[') && text.ends_with(')') => {
                self.account.ignore(block.first, block.last, "contents");
            }
            BlockKind::Item { .. } | BlockKind::Paragraph { .. } | BlockKind::Label { .. } => {
                self.account.ignore(block.first, block.last, "prose");
            }
            other => self.other(block, other),
        }
        let _ = index;
    }

    fn table_outside(&mut self, block: &Block, rows: &[super::blocks::Row], heading: &(String, Place)) {
        let Some(table) = Table::new(rows, self.dialect) else { return };
        self.facts.tables += 1;
        let codes = self.codes(&table);
        if !codes.is_empty() {
            self.account.read(block.first, block.last, "codes");
            self.facts.generic.extend(codes);
            self.facts.generic_section = Some(heading.clone());
        } else if table.has(Column::Header) {
            self.account.read(block.first, block.last, "headers");
            let headers = self.headers(&table);
            self.facts.headers.extend(headers);
        } else if table.lists_members() && table.has(Column::Type) {
            self.account.read(block.first, block.last, "members");
            let rows = self.rows(&table).into_iter().map(|(row, _)| row).collect();
            self.facts.objects.push((heading.0.clone(), rows, heading.1));
        } else {
            self.account.ignore(block.first, block.last, "table-elsewhere");
        }
    }

    /// Keeps a sentence for every fact of a section.
    fn told(&mut self, section: &Section) {
        let mut told = Vec::new();
        let of = section.endpoints.first().map(|one| format!("{} {}", one.method, one.path)).unwrap_or_default();
        for endpoint in &section.endpoints {
            told.push((endpoint.place, format!("operation {} {}", endpoint.method, endpoint.path)));
        }
        let tables = [
            ("request", &section.request),
            ("response", &section.response),
            ("query", &section.query),
            ("path", &section.path),
        ];
        for (what, row) in tables.iter().flat_map(|(what, rows)| rows.iter().map(move |row| (what, row))) {
            let needed = match row.required {
                Some(true) => ", required",
                Some(false) => ", optional",
                None => "",
            };
            told.push((
                row.place,
                format!("member `{}` of the {what} of {of}: {}{needed}", row.name, row.kind.written),
            ));
        }
        for sample in &section.samples {
            let what = if sample.is_request { "request" } else { "response" };
            told.push((sample.place, format!("a sample of the {what} of {of}")));
        }
        for code in &section.codes {
            told.push((code.place, format!("status code {} of {of}: {}", code.code, code.case)));
        }
        for (status, case, place) in &section.http {
            told.push((*place, format!("HTTP status {status} of {of}: {case}")));
        }
        for (status, place) in &section.statuses {
            told.push((*place, format!("value {status} of the status in answers of {of}")));
        }
        for (what, again) in [("poll", &section.poll), ("retry", &section.retry)] {
            if let Some(again) = again {
                told.push((again.place, format!("x-{what} of {of}")));
            }
        }
        for header in &section.headers {
            told.push((header.place, format!("header `{}` of {of}", header.name)));
        }
        for list in &section.lists {
            for (value, _, place) in &list.values {
                told.push((*place, format!("value {value} of the list \"{}\" of {of}", list.name)));
            }
        }
        self.facts.told.extend(told);
    }
}

fn http_status(text: &str) -> Option<String> {
    let found = HTTP.captures(text)?;
    found.get(1).or_else(|| found.get(2)).map(|status| status.as_str().to_uppercase())
}

fn duration(number: &str, unit: &str) -> Option<String> {
    let number: u64 = number.parse().ok()?;
    let unit = match unit.to_lowercase() {
        unit if unit.starts_with("ms") || unit.starts_with("milli") => "ms",
        unit if unit.starts_with('m') => "m",
        _ => "s",
    };
    Some(format!("{number}{unit}"))
}

/// The values of a sentence such as `PDF/ BASE64` or `a, b and c`.
fn accepted(text: &str) -> Vec<String> {
    let parts = text.split(['/', ',', '|']).flat_map(|part| part.split(" and ")).flat_map(|part| part.split(" or "));
    let values: Vec<String> = parts
        .map(|part| part.trim().trim_matches(['`', '"', '\'']).to_owned())
        .filter(|part| !part.is_empty())
        .collect();
    // A sentence that goes on is no list of values.
    if values.iter().any(|value| value.contains(' ')) { Vec::new() } else { values }
}

/// Whether a body has what answers have: a status code at its top.
fn looks_like_answer(node: &Node, dialect: &Dialect) -> bool {
    let Kind::Map(entries) = &node.kind else { return false };
    entries.iter().any(|entry| matches!(&entry.value.kind, Kind::Text(text) if dialect.code.is_match(text)))
}
