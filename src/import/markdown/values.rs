//! What words in cells and sentences say: types, yes and no, fixed and accepted values, sizes.

use super::dialect::Dialect;
use regex::Regex;
use std::sync::LazyLock;

/// A type as the documentation names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct TypeWord {
    /// The type of JSON Schema; none where the word is not known.
    pub(super) schema: Option<&'static str>,
    /// The format, such as `date-time`.
    pub(super) format: Option<&'static str>,
    /// The type of a list's items.
    pub(super) items: Option<&'static str>,
    /// Most characters.
    pub(super) longest: Option<u64>,
    /// Whether null may stand for it.
    pub(super) nullable: bool,
    /// As written.
    pub(super) written: String,
}

static LENGTH: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"[\[(]\s*(\d{1,6})\s*[\])]").expect("the pattern is valid"));
static SIZE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(?:size|limit|maximum|max)\b[^.\d]{0,40}(\d{1,4})\s*(kb|mb|kib|mib)\b")
        .expect("the pattern is valid")
});
static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"<[^<>]{0,200}>").expect("the pattern is valid"));
static LINK: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"!?\[([^\[\]]{0,400})\]\([^()]{0,400}\)").expect("the pattern is valid"));

/// A type by the words of a cell.
pub(super) fn type_word(cell: &str, dialect: &Dialect) -> TypeWord {
    let written = plain(cell);
    let nullable = written.starts_with('?') || written.to_lowercase().contains("nullable");
    let word = written.trim_start_matches('?').to_lowercase();
    let longest = LENGTH.captures(&word).and_then(|found| found[1].parse().ok());
    let list = ["array of ", "list of ", "arrays of ", "array<", "list<", "array["]
        .iter()
        .find_map(|start| word.strip_prefix(start));
    if let Some(items) = list.or_else(|| word.strip_suffix("[]")) {
        let items = dialect
            .type_of(items.trim_end_matches(['>', ']', 's']))
            .or_else(|| dialect.type_of(items))
            .map(|(schema, _)| schema);
        let items = items.or_else(|| items_word(&word));
        return TypeWord { schema: Some("array"), format: None, items, longest: None, nullable, written };
    }
    let found = dialect.type_of(&word).or_else(|| {
        // `string with format ...`, `STRING [260]`, `[user](...) object`
        let first = word.split(|c: char| !c.is_alphanumeric()).find(|part| !part.is_empty()).unwrap_or_default();
        let last = word.split_whitespace().last().unwrap_or_default();
        dialect.type_of(first).or_else(|| dialect.type_of(last))
    });
    TypeWord {
        schema: found.map(|(schema, _)| schema),
        format: found.and_then(|(_, format)| format),
        items: None,
        longest,
        nullable,
        written,
    }
}

fn items_word(word: &str) -> Option<&'static str> {
    (word.contains("object") || word.contains("dict")).then_some("object")
}

/// A cell or a sentence without its marks: emphasis, backticks, links, tags and escapes.
pub(super) fn plain(text: &str) -> String {
    let text = LINK.replace_all(text, "$1");
    let text = TAG.replace_all(&text, |found: &regex::Captures<'_>| {
        let tag = &found[0];
        // `<file>` and `<session_id>` are placeholders, not tags.
        let known = [
            "<br", "</", "<b>", "<i>", "<p", "<a ", "<span", "<code", "<strong", "<em", "<sup", "<sub", "<img",
            "<small", "<u>",
        ];
        if known.iter().any(|start| tag.to_lowercase().starts_with(start)) { " ".to_owned() } else { tag.to_owned() }
    });
    let text =
        text.replace("**", "").replace(['`'], "").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let mut out = String::with_capacity(text.len());
    let mut letters = text.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek().is_some_and(|next| "{}_*[]<>|\\#`".contains(*next)) => out.extend(letters.next()),
            letter => out.push(letter),
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A limit of a size in bytes.
pub(super) fn size_limit(text: &str) -> Option<u64> {
    let found = SIZE.captures(text)?;
    let number: u64 = found[1].parse().ok()?;
    let unit = if found[2].to_lowercase().starts_with('k') { 1 << 10 } else { 1 << 20 };
    Some(number * unit)
}

/// Whether a text is written as constants are: capitals, digits and underscores, at least three of them.
pub(super) fn is_constant(text: &str) -> bool {
    text.len() >= 3
        && text.starts_with(|c: char| c.is_ascii_uppercase())
        && text.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

/// A name without its case and its signs, so that two spellings of it are equal.
pub(super) fn bare(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// An identifier made of the words of a text: `Create User API` is `createUser`.
pub(super) fn identifier(text: &str, left_out: &[String]) -> Option<String> {
    let text = plain(text);
    let text = text.split('%').next().unwrap_or_default();
    let mut name = String::new();
    for word in text.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty()) {
        let lower = word.to_lowercase();
        if left_out.contains(&lower) || (name.is_empty() && word.chars().all(|c| c.is_ascii_digit())) {
            continue;
        }
        if name.is_empty() {
            name.push_str(&lower);
        } else {
            name.push_str(&crate::text::capitalised(&lower));
        }
        if name.len() > 60 {
            break;
        }
    }
    (!name.is_empty()).then_some(name)
}
