//! Regular expressions of schemas: whether a name fits one, and texts that fit one.

use regex_syntax::hir::{Class, Hir, HirKind, Repetition};
use std::cell::RefCell;
use std::collections::HashMap;

/// Longest text that is made for a pattern, in characters.
const LONGEST: usize = 4096;

/// Patterns, compiled once.
#[derive(Debug, Default)]
pub(super) struct Patterns(RefCell<HashMap<String, Option<regex::Regex>>>);

impl Patterns {
    /// Whether a pattern is found in a text; a pattern that cannot be compiled fits nothing.
    pub(super) fn fits(&self, pattern: &str, text: &str) -> bool {
        let mut known = self.0.borrow_mut();
        if !known.contains_key(pattern) {
            known.insert(pattern.to_owned(), regex::Regex::new(pattern).ok());
        }
        known.get(pattern).and_then(Option::as_ref).is_some_and(|regex| regex.is_match(text))
    }
}

/// How a text is made.
#[derive(Debug, Clone, Copy)]
struct Manner {
    /// How often more than needed something is repeated.
    more: u32,
    /// Which character of a class, which of several alternatives.
    choice: usize,
}

/// Texts that fit a pattern, as far as they can be made; lengths are tried around those asked for.
pub(super) fn texts(pattern: &str, lengths: &[u64]) -> Vec<String> {
    let Ok(hir) = regex_syntax::parse(pattern) else { return Vec::new() };
    let mut all: Vec<String> = Vec::new();
    let extra = lengths.iter().filter_map(|length| u32::try_from(*length).ok()).filter(|length| *length <= 300);
    let more: Vec<u32> = [0, 1, 2, 5].into_iter().chain(extra.flat_map(|n| [n.saturating_sub(1), n, n + 1])).collect();
    for more in more {
        for choice in 0..3 {
            let mut text = String::new();
            if write(&hir, Manner { more, choice }, &mut text).is_some() && !all.contains(&text) {
                all.push(text);
            }
        }
    }
    all
}

fn write(hir: &Hir, manner: Manner, text: &mut String) -> Option<()> {
    if text.len() > LONGEST {
        return None;
    }
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(std::str::from_utf8(&literal.0).ok()?),
        HirKind::Class(class) => text.push(character(class, manner.choice)?),
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let times = min.saturating_add(manner.more).min(max.unwrap_or(u32::MAX)).min(1000);
            for _ in 0..times.max(*min) {
                write(sub, manner, text)?;
            }
        }
        HirKind::Capture(capture) => write(&capture.sub, manner, text)?,
        HirKind::Concat(all) => {
            for one in all {
                write(one, manner, text)?;
            }
        }
        HirKind::Alternation(all) => write(all.get(manner.choice % all.len())?, manner, text)?,
    }
    Some(())
}

/// A character of a class that people can read, if it has one.
fn character(class: &Class, choice: usize) -> Option<char> {
    let Class::Unicode(class) = class else {
        let Class::Bytes(class) = class else { return None };
        return class.ranges().first().map(|range| char::from(range.start()));
    };
    let wanted = [['a', 'A', '0', '1', 'z', '-'], ['A', '9', 'b', '2', 'Z', '_'], ['0', 'Z', 'c', '3', 'y', ' ']];
    let holds = |c: &char| class.iter().any(|range| range.start() <= *c && *c <= range.end());
    let plain = wanted[choice % wanted.len()].iter().find(|c| holds(c)).copied();
    plain.or_else(|| class.iter().next().map(regex_syntax::hir::ClassUnicodeRange::start))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_of_a_pattern_fit_it() {
        let patterns = Patterns::default();
        for pattern in ["^[A-Z]{5}[0-9]{4}[A-Z]$", "^(GET|POST)-x?$", "a+b*", "^[6-9][0-9]{9}$", r"^\d{2}/\d{2}$", "^$"]
        {
            let texts = texts(pattern, &[3]);
            assert!(!texts.is_empty(), "{pattern}");
            assert!(texts.iter().all(|text| patterns.fits(pattern, text)), "{pattern}: {texts:?}");
        }
    }
}
