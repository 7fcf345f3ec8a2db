//! A document cut into blocks, line by line.
//!
//! Documentation of APIs mixes Markdown with boxes, tags and template text of its generator, and every line has to be
//! accounted for; so lines are what this works on, not a tree of a Markdown library in which boxes have no place.

use super::dialect::Dialect;
use std::ops::Range;

/// Most cells of one row that are looked at.
const MOST_CELLS: usize = 64;

/// A document.
#[derive(Debug)]
pub(super) struct Document {
    /// Its lines without their ends.
    pub(super) lines: Vec<String>,
    /// Names that its front matter gives to texts, with their lines.
    pub(super) variables: Vec<(String, String, usize)>,
    /// Its blocks, in order.
    pub(super) blocks: Vec<Block>,
}

/// A block and its lines, from 1.
#[derive(Debug)]
pub(super) struct Block {
    pub(super) first: usize,
    pub(super) last: usize,
    pub(super) kind: BlockKind,
}

#[derive(Debug)]
pub(super) enum BlockKind {
    FrontMatter,
    Heading {
        level: usize,
        text: String,
    },
    /// A line in bold letters that stands alone, which documents use as a small heading.
    Label {
        text: String,
    },
    Fence {
        info: String,
        content: Range<usize>,
        closed: bool,
    },
    Table(Vec<Row>),
    /// An item of a list, with its mark taken away.
    Item {
        text: String,
    },
    Paragraph {
        text: String,
    },
    /// The mark at the beginning of a box such as `::: tip Note`, with its title.
    BoxStart {
        title: String,
    },
    BoxEnd,
    Tags,
    Comment,
    Rule,
    Image,
}

/// A row of a table: its line and its cells.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) line: usize,
    pub(super) cells: Vec<String>,
}

/// Cuts a text into blocks.
pub(super) fn cut(text: &str, dialect: &Dialect) -> Document {
    let mut lines = Vec::new();
    let mut starts = Vec::new();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        starts.push(at);
        at += line.len();
        lines.push(line.trim_end_matches(['\n', '\r']).to_owned());
    }
    let mut cutter = Cutter { text, lines: &lines, starts: &starts, at: 0, blocks: Vec::new(), variables: Vec::new() };
    cutter.front_matter();
    while cutter.at < lines.len() {
        cutter.block(dialect);
    }
    let (blocks, variables) = (cutter.blocks, cutter.variables);
    Document { lines, variables, blocks }
}

struct Cutter<'t> {
    text: &'t str,
    lines: &'t [String],
    starts: &'t [usize],
    /// The line that comes next, from 0.
    at: usize,
    blocks: Vec<Block>,
    variables: Vec<(String, String, usize)>,
}

impl Cutter<'_> {
    fn push(&mut self, first: usize, kind: BlockKind) {
        self.blocks.push(Block { first: first + 1, last: self.at, kind });
    }

    /// `---` on the first line, names and texts, `---`.
    fn front_matter(&mut self) {
        if self.lines.first().is_none_or(|line| line.trim_end() != "---") {
            return;
        }
        let Some(end) = self.lines.iter().skip(1).take(200).position(|line| line.trim_end() == "---") else { return };
        for (index, line) in self.lines[1..=end].iter().enumerate() {
            let Some((name, value)) = line.split_once(':').filter(|_| !line.starts_with([' ', '#'])) else { continue };
            let value = value.split(" #").next().unwrap_or_default().trim().trim_matches(['"', '\'']);
            self.variables.push((name.trim().to_owned(), value.to_owned(), index + 2));
        }
        self.at = end + 2;
        self.push(0, BlockKind::FrontMatter);
    }

    fn block(&mut self, dialect: &Dialect) {
        let first = self.at;
        let line = self.lines[first].as_str();
        let trimmed = line.trim();
        self.at += 1;
        if trimmed.is_empty() {
            return;
        }
        if let Some(fence) = opening_fence(trimmed) {
            return self.fence(first, fence);
        }
        if trimmed.starts_with("<!--") {
            while !self.lines[self.at - 1].contains("-->") && self.at < self.lines.len() {
                self.at += 1;
            }
            return self.push(first, BlockKind::Comment);
        }
        if trimmed.starts_with("{/*") {
            while !self.lines[self.at - 1].contains("*/}") && self.at < self.lines.len() {
                self.at += 1;
            }
            return self.push(first, BlockKind::Comment);
        }
        if let Some(level) = heading_level(trimmed) {
            let text = trimmed[level..].trim().trim_end_matches('#').trim();
            return self.push(first, BlockKind::Heading { level, text: text.to_owned() });
        }
        if let Some(title) = trimmed.strip_prefix(":::") {
            let title = title.trim_start_matches(':').trim();
            let kind = match title.is_empty() {
                true => BlockKind::BoxEnd,
                false => BlockKind::BoxStart {
                    title: title.split_once(' ').map_or("", |(_, title)| title).trim().to_owned(),
                },
            };
            return self.push(first, kind);
        }
        if self.is_table(first) {
            return self.table(first);
        }
        if trimmed.len() >= 3 && ["-", "*", "_", "="].iter().any(|mark| trimmed.replace(mark, "").trim().is_empty()) {
            return self.push(first, BlockKind::Rule);
        }
        if trimmed.starts_with("![") {
            return self.push(first, BlockKind::Image);
        }
        if dialect.is_endpoint(trimmed) {
            return self.push(first, BlockKind::Paragraph { text: trimmed.to_owned() });
        }
        let module = (trimmed.starts_with("import ") && trimmed.contains(" from ")) || trimmed.starts_with("export ");
        if module || is_only_tags(trimmed) {
            return self.push(first, BlockKind::Tags);
        }
        if let Some(item) = item(trimmed) {
            return self.push(first, BlockKind::Item { text: item.to_owned() });
        }
        if let Some(label) = label(trimmed) {
            return self.push(first, BlockKind::Label { text: label.to_owned() });
        }
        self.push(first, BlockKind::Paragraph { text: trimmed.to_owned() });
    }

    fn fence(&mut self, first: usize, (mark, length): (char, usize)) {
        let info = self.lines[first].trim().trim_start_matches(mark).trim().to_owned();
        let closes = |line: &str| {
            let line = line.trim();
            line.len() >= length && line.chars().all(|c| c == mark)
        };
        let end = self.lines[self.at..].iter().position(|line| closes(line));
        // A fence without an end would swallow the rest: it ends before the next heading.
        let (end, closed) = match end {
            Some(length) => (self.at + length, true),
            None => {
                let heading = self.lines[self.at..].iter().position(|line| heading_level(line).is_some());
                (heading.map_or(self.lines.len(), |length| self.at + length), false)
            }
        };
        let byte = |line: usize| self.starts.get(line).copied().unwrap_or(self.text.len());
        let content = byte(first + 1)..byte(end);
        self.at = if closed { end + 1 } else { end };
        self.push(first, BlockKind::Fence { info, content, closed });
    }

    /// Whether a table begins here: a row, and below it a row of dashes.
    fn is_table(&self, first: usize) -> bool {
        let line = self.lines[first].trim();
        line.contains('|') && self.lines.get(first + 1).is_some_and(|next| is_delimiter(next.trim()))
    }

    fn table(&mut self, first: usize) {
        let mut rows = vec![Row { line: first + 1, cells: cells(&self.lines[first]) }];
        self.at += 1;
        while self.lines.get(self.at).is_some_and(|line| line.contains('|') && !line.trim().is_empty()) {
            rows.push(Row { line: self.at + 1, cells: cells(&self.lines[self.at]) });
            self.at += 1;
        }
        self.push(first, BlockKind::Table(rows));
    }
}

fn opening_fence(line: &str) -> Option<(char, usize)> {
    let mark = line.chars().next().filter(|c| "`~".contains(*c))?;
    let length = line.chars().take_while(|c| *c == mark).count();
    (length >= 3 && !line[length..].contains(mark)).then_some((mark, length))
}

fn heading_level(line: &str) -> Option<usize> {
    let level = line.chars().take_while(|c| *c == '#').count();
    ((1..=6).contains(&level) && line[level..].starts_with([' ', '\t'])).then_some(level)
}

fn is_delimiter(line: &str) -> bool {
    line.contains('-') && line.contains('|') && line.chars().all(|c| "|-: \t".contains(c))
}

/// The cells of a row; `\|` is no border, nor is one within backticks.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    let mut code = false;
    for letter in line.chars() {
        let more = cells.len() < MOST_CELLS;
        let Some(cell) = cells.last_mut() else { break };
        match letter {
            '|' if escaped => {
                cell.pop();
                cell.push('|');
            }
            '|' if !code && more => cells.push(String::new()),
            letter => {
                // A backtick without its pair on the line is a backtick.
                code = if letter == '`' { !code && line.matches('`').count().is_multiple_of(2) } else { code };
                cell.push(letter);
            }
        }
        escaped = letter == '\\' && !escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) && line.trim_end().ends_with('|') {
        cells.pop();
    }
    cells.into_iter().map(|cell| cell.trim().to_owned()).collect()
}

fn is_only_tags(line: &str) -> bool {
    if !line.starts_with('<') || !line.ends_with('>') {
        return false;
    }
    let mut rest = line;
    while let Some(inner) = rest.strip_prefix('<') {
        let Some(end) = inner.find('>') else { return false };
        rest = inner[end + 1..].trim_start();
    }
    rest.is_empty()
}

fn item(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix(['-', '*', '+']).filter(|rest| rest.starts_with([' ', '\t'])) {
        return Some(rest.trim());
    }
    let digits = line.chars().take_while(char::is_ascii_digit).count();
    let rest = line[digits..].strip_prefix(['.', ')'])?;
    ((1..=3).contains(&digits) && rest.starts_with(' ')).then(|| rest.trim())
}

/// The text of a line that is bold from end to end, or short and ends in a colon.
fn label(line: &str) -> Option<&str> {
    let line = line.trim_end();
    for mark in ["**", "__"] {
        let inner = line.strip_prefix(mark).and_then(|rest| {
            rest.strip_suffix(mark).or_else(|| rest.strip_suffix(':').and_then(|rest| rest.strip_suffix(mark)))
        });
        if let Some(inner) = inner.filter(|inner| !inner.contains(mark)) {
            return Some(inner.trim());
        }
    }
    let short = line.len() <= 60 && line.ends_with(':') && line.split_whitespace().count() <= 6;
    short.then(|| line.trim_end_matches(':'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &str) -> Vec<String> {
        let document = cut(text, &Dialect::plain());
        let name = |block: &Block| {
            let kind = match &block.kind {
                BlockKind::Table(rows) => format!("table of {}", rows.len()),
                BlockKind::Heading { level, text } => format!("h{level} {text}"),
                BlockKind::Label { text } => format!("label {text}"),
                BlockKind::Fence { info, closed, content } => {
                    format!("fence {info} {closed} {:?}", &text[content.clone()])
                }
                BlockKind::Item { text } => format!("item {text}"),
                BlockKind::Paragraph { text } => format!("p {text}"),
                BlockKind::BoxStart { title } => format!("box {title}"),
                other => format!("{other:?}"),
            };
            format!("{}-{} {kind}", block.first, block.last)
        };
        document.blocks.iter().map(name).collect()
    }

    #[test]
    fn every_kind_of_block_has_its_lines() {
        let text = "---\na: b # c\n---\n# T\n\ntext\n**Label**\n| a | b |\n|---|---|\n| 1 | x \\| y |\n- one\n1. two\n```json\n{}\n```\n::: tip Note\n:::\n<div>\n";
        assert_eq!(
            kinds(text),
            [
                "1-3 FrontMatter",
                "4-4 h1 T",
                "6-6 p text",
                "7-7 label Label",
                "8-10 table of 2",
                "11-11 item one",
                "12-12 item two",
                "13-15 fence json true \"{}\\n\"",
                "16-16 box Note",
                "17-17 BoxEnd",
                "18-18 Tags",
            ]
        );
    }

    #[test]
    fn an_unclosed_fence_ends_before_the_next_heading() {
        assert_eq!(kinds("```json\n{\n## A\nb"), ["1-2 fence json false \"{\\n\"", "3-3 h2 A", "4-4 p b"]);
        assert_eq!(kinds("```\n"), ["1-1 fence  false \"\""]);
    }

    #[test]
    fn borders_of_cells() {
        assert_eq!(cells("| a | b \\| c | `d | e` |"), ["a", "b | c", "`d | e`"]);
        assert_eq!(cells("a | b"), ["a", "b"]);
        assert_eq!(cells("| a | |"), ["a", ""]);
        assert!(cells(&"|x".repeat(10_000)).len() <= MOST_CELLS);
    }
}
