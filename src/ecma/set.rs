//! Sets of characters.

use regex_syntax::hir::{Class, ClassUnicode, ClassUnicodeRange, HirKind};

/// A set of characters. ECMA-262 also has halves of surrogate pairs, which no text here can hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Set(ClassUnicode);

impl Set {
    pub(super) fn empty() -> Self {
        Self(ClassUnicode::empty())
    }

    pub(super) fn one(letter: char) -> Self {
        Self::ranges(&[(letter, letter)])
    }

    pub(super) fn ranges(ranges: &[(char, char)]) -> Self {
        Self(ClassUnicode::new(ranges.iter().map(|(first, last)| ClassUnicodeRange::new(*first, *last))))
    }

    /// `\d`: the ten digits.
    pub(super) fn digits() -> Self {
        Self::ranges(&[('0', '9')])
    }

    /// `\w`: letters and digits of ASCII, and the underscore.
    pub(super) fn word() -> Self {
        Self::ranges(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')])
    }

    /// `\s`: white space and ends of lines (ECMA-262, 12.2 and 12.3).
    pub(super) fn space() -> Self {
        Self::ranges(&[
            ('\t', '\r'),
            (' ', ' '),
            ('\u{a0}', '\u{a0}'),
            ('\u{1680}', '\u{1680}'),
            ('\u{2000}', '\u{200a}'),
            ('\u{2028}', '\u{2029}'),
            ('\u{202f}', '\u{202f}'),
            ('\u{205f}', '\u{205f}'),
            ('\u{3000}', '\u{3000}'),
            ('\u{feff}', '\u{feff}'),
        ])
    }

    /// Ends of lines (ECMA-262, 12.3).
    pub(super) fn line_ends() -> Self {
        Self::ranges(&[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')])
    }

    /// `\p{...}`: characters of a property; nothing where there is none of that name.
    pub(super) fn property(inside: &str) -> Option<Self> {
        let named = |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_=".contains(letter));
        if inside.is_empty() || !named(inside) {
            return None;
        }
        let hir = regex_syntax::parse(&format!(r"\p{{{inside}}}")).ok()?;
        match hir.kind() {
            HirKind::Class(Class::Unicode(class)) => Some(Self(class.clone())),
            // A property of a single character is a literal there.
            HirKind::Literal(literal) => Some(Self::one(std::str::from_utf8(&literal.0).ok()?.chars().next()?)),
            _ => None,
        }
    }

    pub(super) fn negated(mut self) -> Self {
        self.0.negate();
        self
    }

    pub(super) fn add(&mut self, other: &Self) {
        self.0.union(&other.0);
    }

    /// With every other case of its characters.
    pub(super) fn any_case(mut self) -> Self {
        // The tables are part of the crate as it is built here.
        let _ = self.0.try_case_fold_simple();
        self
    }

    pub(super) fn holds(&self, letter: char) -> bool {
        let ranges = self.0.ranges();
        let after = ranges.partition_point(|range| range.start() <= letter);
        after > 0 && ranges[after - 1].end() >= letter
    }

    /// The only character, where there is one.
    pub(super) fn only(&self) -> Option<char> {
        match self.0.ranges() {
            [one] if one.start() == one.end() => Some(one.start()),
            _ => None,
        }
    }

    pub(super) fn each_range(&self) -> impl Iterator<Item = (char, char)> {
        self.0.ranges().iter().map(|range| (range.start(), range.end()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.ranges().is_empty()
    }
}
