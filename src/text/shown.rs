//! Names and texts from suites and servers, made fit to be shown.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

/// The text with every character that would act on a terminal, or could make it lie, replaced by one that shows.
///
/// Every character stays one character, so that columns counted before still fit. Line breaks stay, tabs become spaces.
#[must_use]
pub fn visible(text: &str) -> Cow<'_, str> {
    if text.chars().all(|character| shown(character) == character) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().map(shown).collect())
}

/// The same, on one line.
#[must_use]
pub fn visible_line(text: &str) -> String {
    visible(text).split_whitespace().collect::<Vec<_>>().join(" ")
}

fn shown(character: char) -> char {
    match character {
        '\n' => '\n',
        '\t' => ' ',
        // Unicode has a picture for each of the old control characters, at the same distance from U+2400.
        '\0'..='\u{1f}' => char::from_u32(0x2400 + character as u32).unwrap_or('\u{fffd}'),
        '\u{7f}' => '\u{2421}',
        // Newer control characters, and those that turn the direction of writing around.
        '\u{80}'..='\u{9f}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{202a}'..='\u{202e}'
        | '\u{2066}'..='\u{2069}'
        | '\u{feff}' => '\u{fffd}',
        other => other,
    }
}

/// A suite's file without what all of them share: `operations/create-user` for `suites/operations/create-user.yaml`.
///
/// What stands before the folder `suites` is where somebody keeps the project, not part of a name that must stay the
/// same from machine to machine.
#[must_use]
pub fn stem(file: &str) -> String {
    let path = file.replace('\\', "/");
    let named: Vec<&str> = path.split('/').filter(|part| !matches!(*part, "" | "." | "..")).collect();
    let inside = match named.iter().rposition(|part| *part == "suites") {
        Some(folder) if folder + 1 < named.len() => &named[folder + 1..],
        Some(_) | None => &named[..],
    };
    let inside = inside.join("/");
    let bare = [".yaml", ".yml"].iter().find_map(|extension| inside.strip_suffix(extension)).unwrap_or(&inside);
    visible_line(bare)
}

/// How many columns a text takes on a terminal: wide characters take two, combining ones none.
#[must_use]
pub fn columns(text: &str) -> usize {
    text.width()
}

/// The text, its middle left out where it is wider than the limit.
///
/// Names of one suite begin alike and names of one table end alike, so both ends are worth keeping.
#[must_use]
pub fn squeeze(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let kept = limit.saturating_sub(1);
    let (head, tail) = (fitting(text.chars(), kept.div_ceil(2)), fitting(text.chars().rev(), kept / 2));
    let from = text.char_indices().rev().nth(tail.saturating_sub(1)).map_or(text.len(), |(at, _)| at);
    let tail = if tail == 0 { "" } else { &text[from..] };
    let head: String = text.chars().take(head).collect();
    format!("{head}…{tail}")
}

/// How many of the characters fit into so many columns.
fn fitting(characters: impl Iterator<Item = char>, limit: usize) -> usize {
    let mut used = 0;
    characters
        .take_while(|character| {
            used += character.width().unwrap_or(0);
            used <= limit
        })
        .count()
}

/// The beginning of a text, at most that many columns, with `…` where something was left out.
#[must_use]
pub fn head(text: &str, limit: usize) -> String {
    if columns(text) <= limit {
        return text.to_owned();
    }
    let kept = fitting(text.chars(), limit.saturating_sub(1));
    text.chars().take(kept).chain(['…']).collect()
}

/// The text in lines of at most that many columns, broken at spaces where there are any.
#[must_use]
pub fn wrap(text: &str, limit: usize) -> String {
    let limit = limit.max(1);
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        lines.push(String::new());
        // A line that fits keeps its spaces as they are: they may be indentation.
        let words: Vec<&str> = if columns(line) <= limit { vec![line] } else { line.split(' ').collect() };
        for mut word in words {
            loop {
                let last = lines.last().map_or(0, |line| columns(line));
                let gap = usize::from(last > 0);
                if last + gap + columns(word) <= limit {
                    append(&mut lines, gap, word);
                    break;
                }
                if last > 0 {
                    lines.push(String::new());
                } else {
                    // Not even alone on a line: a long value without spaces. A character wider than the line stands alone.
                    let fits = fitting(word.chars(), limit).max(1);
                    let at = word.char_indices().nth(fits).map_or(word.len(), |(at, _)| at);
                    append(&mut lines, 0, &word[..at]);
                    lines.push(String::new());
                    word = &word[at..];
                }
            }
        }
    }
    lines.join("\n")
}

fn append(lines: &mut [String], gap: usize, word: &str) {
    if let Some(line) = lines.last_mut() {
        line.extend(std::iter::repeat_n(' ', gap));
        line.push_str(word);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_act_on_a_terminal_is_shown_instead() {
        assert_eq!(visible("\u{1b}[31mred\u{7f}\0\u{202e}x\n\ty"), "␛[31mred␡␀\u{fffd}x\n y");
        assert!(matches!(visible("näher › 私"), Cow::Borrowed(_)));
        assert_eq!(visible_line("  a\n\t b\r"), "a b␍");
    }

    #[test]
    fn a_stem_does_not_depend_on_where_the_project_is() {
        for file in [
            "operations/create-user.yaml",
            "suites/operations/create-user.yml",
            "./suites/operations/create-user.yaml",
            "/home/somebody/project/suites/operations/create-user.yaml",
            "..\\suites\\operations\\create-user.yaml",
        ] {
            assert_eq!(stem(file), "operations/create-user", "{file}");
        }
        assert_eq!(stem("suites"), "suites");
    }

    #[test]
    fn a_long_name_keeps_both_ends() {
        assert_eq!(squeeze("abcdefghij", 10), "abcdefghij");
        assert_eq!(squeeze("abcdefghij", 6), "abc…ij");
        assert_eq!(squeeze("äöüßäöüß", 4), "äö…ß");
        assert_eq!(squeeze("abc", 0), "…");
        assert_eq!(head("abcdef", 4), "abc…");
        assert_eq!(head("abcd", 4), "abcd");
        // Wide characters take two columns each.
        assert_eq!((columns("顧客"), columns("e\u{301}")), (4, 1));
        assert_eq!((squeeze("顧客番号一覧", 7), head("顧客番号", 5)), ("顧…覧".to_owned(), "顧客…".to_owned()));
        assert_eq!(wrap("顧客番号", 5), "顧客\n番号");
    }

    #[test]
    fn text_is_wrapped_at_spaces_and_only_else_within_words() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("one\n  two", 7), "one\n  two");
        assert_eq!(wrap("abcdefgh ij", 3), "abc\ndef\ngh\nij");
        assert_eq!(wrap("", 3), "");
    }
}
