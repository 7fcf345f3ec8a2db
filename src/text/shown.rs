//! Names and texts from suites and servers, made fit to be shown.

use std::borrow::Cow;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

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

/// How many columns a text takes on a terminal: two for a wide character, none for one that joins the character before.
#[must_use]
pub fn columns(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The longest beginning of a text that takes at most that many columns, and the rest.
fn split(text: &str, limit: usize) -> (&str, &str) {
    let mut used = 0;
    let end = text.char_indices().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > limit
    });
    text.split_at(end.map_or(text.len(), |(at, _)| at))
}

/// The longest end of a text that takes at most that many columns.
fn tail(text: &str, limit: usize) -> &str {
    let mut used = 0;
    let begin = text.char_indices().rev().find(|(_, character)| {
        used += character.width().unwrap_or(0);
        used > limit
    });
    &text[begin.map_or(0, |(at, character)| at + character.len_utf8())..]
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
    format!("{}…{}", split(text, kept.div_ceil(2)).0, tail(text, kept / 2))
}

/// The beginning of a text, at most that many columns, with `…` where something was left out.
#[must_use]
pub fn head(text: &str, limit: usize) -> String {
    // Every character takes a byte at least, and most take a column: a short text is not measured.
    if text.len() <= limit || columns(text) <= limit {
        return text.to_owned();
    }
    format!("{}…", split(text, limit.saturating_sub(1)).0)
}

/// The text in lines of at most that many columns, broken at spaces where there are any.
#[must_use]
pub fn wrap(text: &str, limit: usize) -> String {
    let limit = limit.max(1);
    let mut lines: Vec<String> = Vec::new();
    for line in text.split('\n') {
        let mut current = String::new();
        let mut used = 0;
        // A line that fits keeps its spaces as they are: they may be indentation.
        let words: Vec<&str> = if columns(line) <= limit { vec![line] } else { line.split(' ').collect() };
        for mut word in words {
            loop {
                let gap = usize::from(used > 0);
                let width = columns(word);
                if used + gap + width <= limit {
                    current.extend(std::iter::repeat_n(' ', gap));
                    current.push_str(word);
                    used += gap + width;
                    break;
                }
                if used == 0 {
                    // Not even alone on a line: a long value without spaces. A character wider than the limit is taken
                    // all the same.
                    let (fits, rest) = match split(word, limit) {
                        ("", _) => word.split_at(word.chars().next().map_or(0, char::len_utf8)),
                        both => both,
                    };
                    current.push_str(fits);
                    word = rest;
                    if word.is_empty() {
                        used = limit;
                        break;
                    }
                }
                lines.push(std::mem::take(&mut current));
                used = 0;
            }
        }
        lines.push(current);
    }
    lines.join("\n")
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
    }

    #[test]
    fn text_is_wrapped_at_spaces_and_only_else_within_words() {
        assert_eq!(wrap("one two three", 7), "one two\nthree");
        assert_eq!(wrap("one\n  two", 7), "one\n  two");
        assert_eq!(wrap("abcdefgh ij", 3), "abc\ndef\ngh\nij");
        assert_eq!(wrap("", 3), "");
    }

    #[test]
    fn wide_characters_take_two_columns_and_joining_ones_none() {
        assert_eq!((columns("私は"), columns("e\u{301}"), columns("ok")), (4, 1, 2));
        assert_eq!(squeeze("私はここに", 7), "私…に");
        assert_eq!(head("私はここに", 6), "私は…");
        assert_eq!(wrap("私はここ に", 4), "私は\nここ\nに");
        assert_eq!(wrap("私", 1), "私");
    }
}
