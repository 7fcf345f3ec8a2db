//! Secrets, and the one redactor that keeps them out of everything that leaves the process.
//!
//! Two kinds of things are masked. *Values* that were declared secret are masked wherever they occur, as they are and in
//! the encodings they are likely to travel in. *Headers* that carry credentials are masked by name, whatever they hold.
//! Masking happens once, on the line that is written to the journal; every report is made from such lines.

use crate::text::percent_encoded;
use aho_corasick::{AhoCorasick, MatchKind};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use std::borrow::Cow;

/// What stands in place of a secret.
pub const MASK: &str = "[secret]";

/// A secret shorter than this is not searched for: masking every `a` would hide the report, not the secret.
pub const SHORTEST: usize = 4;

/// The sign that a text was cut, as `text::cut` writes it.
const CUT: char = '…';

/// Headers whose value is always masked, in lower case.
const CREDENTIAL_HEADERS: [&str; 6] =
    ["authorization", "cookie", "proxy-authorization", "set-cookie", "x-api-key", "x-auth-token"];

/// Whether a header's value is masked whatever it holds. The name's case does not matter.
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    CREDENTIAL_HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name))
}

/// Replaces secret values in text.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    needles: Option<AhoCorasick>,
    forms: Vec<String>,
}

impl Redactor {
    /// A redactor for these values, each in all of its encodings. Values shorter than [`SHORTEST`] are left out.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut needles: Vec<String> =
            secrets.into_iter().filter(|s| s.len() >= SHORTEST).flat_map(encodings).collect();
        needles.sort();
        needles.dedup();
        if needles.is_empty() {
            return Self::default();
        }
        // Building fails only beyond the automaton's size limits; then masking nothing would be the wrong answer.
        let built = AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&needles);
        Self { needles: Some(built.expect("a handful of short patterns fits an automaton")), forms: needles }
    }

    /// The text with every secret replaced by [`MASK`]; borrowed when there was none. What stands before the `…` of a
    /// text that was cut is masked when it could be the beginning of a secret.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let Some(needles) = &self.needles else { return Cow::Borrowed(text) };
        let whole = if needles.is_match(text) {
            let mut clean = String::with_capacity(text.len());
            needles.replace_all_with(text, &mut clean, |_, _, clean| {
                clean.push_str(MASK);
                true
            });
            Cow::Owned(clean)
        } else {
            Cow::Borrowed(text)
        };
        self.redact_cut(whole)
    }

    /// Masks the beginnings of secrets that a cut left behind.
    fn redact_cut<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let begun = |before: &str| self.longest_beginning(before);
        if !text.match_indices(CUT).any(|(at, _)| begun(&text[..at]) > 0) {
            return text;
        }
        let pieces: Vec<&str> = text.split(CUT).collect();
        let mut clean = String::with_capacity(text.len());
        for (index, piece) in pieces.iter().enumerate() {
            if index + 1 == pieces.len() {
                clean.push_str(piece);
                continue;
            }
            match begun(piece) {
                0 => clean.push_str(piece),
                length => {
                    clean.push_str(&piece[..piece.len() - length]);
                    clean.push_str(MASK);
                }
            }
            clean.push(CUT);
        }
        Cow::Owned(clean)
    }

    /// How many bytes at the end of a text could be the beginning of a secret; fewer than [`SHORTEST`] are none.
    fn longest_beginning(&self, text: &str) -> usize {
        let begins = |needle: &String| {
            (SHORTEST..needle.len())
                .rev()
                .find(|length| needle.is_char_boundary(*length) && text.ends_with(&needle[..*length]))
        };
        self.forms.iter().filter_map(begins).max().unwrap_or(0)
    }
}

/// The forms in which a value may turn up.
fn encodings(secret: &str) -> Vec<String> {
    let escaped = json_escaped(secret);
    let percent = percent_encoded(secret);
    vec![
        secret.to_owned(),
        lower_escapes(&percent),
        percent.replace("%20", "+"),
        percent,
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        URL_SAFE_NO_PAD.encode(secret),
        json_escaped(&escaped),
        escaped.replace('/', "\\/"),
        ascii_escaped(&escaped),
        escaped,
    ]
}

/// As writers of pure ASCII escape JSON: everything else as `\uXXXX`.
fn ascii_escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii() {
            escaped.push(character);
        } else {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&format!("\\u{unit:04x}"));
            }
        }
    }
    escaped
}

/// The text as it stands between the quotes of a JSON string.
fn json_escaped(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// The same escapes with their hexadecimal digits in lower case, as some clients write them.
fn lower_escapes(percent: &str) -> String {
    let mut parts = percent.split('%');
    let mut lower = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (digits, rest) = part.split_at(2);
        lower.push('%');
        lower.push_str(&digits.to_lowercase());
        lower.push_str(rest);
    }
    lower
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_masked_in_every_encoding() {
        let secret = "p@ss \"wörd\"/+";
        let redactor = Redactor::new([secret]);
        for form in encodings(secret) {
            let text = format!("before {form} after");
            assert_eq!(redactor.redact(&text), format!("before {MASK} after"), "{form}");
        }
        assert!(encodings(secret).contains(&"p%40ss%20%22w%C3%B6rd%22%2F%2B".to_owned()));
        assert!(encodings(secret).contains(&"p@ss \\\"wörd\\\"/+".to_owned()));
    }

    #[test]
    fn the_beginning_of_a_secret_before_a_cut_is_masked() {
        let redactor = Redactor::new(["swordfish-7"]);
        assert_eq!(redactor.redact("key=swordfi… and swordfish-7"), "key=[secret]… and [secret]");
        assert_eq!(redactor.redact("a word… and more"), "a word… and more");
    }

    #[test]
    fn text_without_a_secret_is_left_alone() {
        let redactor = Redactor::new(["swordfish", "no"]);
        assert!(matches!(redactor.redact("no 1 0 true"), Cow::Borrowed("no 1 0 true")));
    }

    #[test]
    fn credential_headers_are_known_in_any_case() {
        assert!(is_credential_header("X-API-Key"));
        assert!(!is_credential_header("content-type"));
    }
}
