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
use std::sync::{Arc, PoisonError, RwLock};

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

/// Replaces secret values in text. Clones share what they know, so that a value that turns out to be secret while a run
/// goes on is masked from then on by all of them.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Arc<Known>>>,
}

/// What is searched for.
#[derive(Debug, Default)]
struct Known {
    secrets: Vec<String>,
    forms: Vec<String>,
    needles: Option<AhoCorasick>,
}

impl Known {
    fn new(mut secrets: Vec<String>) -> Self {
        secrets.retain(|secret| secret.len() >= SHORTEST);
        let mut forms: Vec<String> = secrets.iter().flat_map(|secret| encodings(secret)).collect();
        forms.sort();
        forms.dedup();
        // Building fails only beyond the automaton's size limits; then masking nothing would be the wrong answer.
        let build = || AhoCorasick::builder().match_kind(MatchKind::LeftmostLongest).build(&forms);
        let needles = (!forms.is_empty()).then(|| build().expect("a handful of short patterns fits an automaton"));
        Self { secrets, forms, needles }
    }
}

impl Redactor {
    /// A redactor for these values, each in all of its encodings. Values shorter than [`SHORTEST`] are left out.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let known = Known::new(secrets.into_iter().map(str::to_owned).collect());
        Self { known: Arc::new(RwLock::new(Arc::new(known))) }
    }

    /// Masks another value from now on.
    pub fn learn(&self, secret: &str) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        if !known.secrets.iter().any(|other| other == secret) {
            let secrets = known.secrets.iter().cloned().chain([secret.to_owned()]).collect();
            *known = Arc::new(Known::new(secrets));
        }
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text with every secret replaced by [`MASK`]; borrowed when there was none. What stands before the `…` of a
    /// text that was cut is masked when it could be the beginning of a secret.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let known = self.known();
        let Some(needles) = &known.needles else { return Cow::Borrowed(text) };
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
        known.redact_cut(whole)
    }
}

impl Known {
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
    let mut forms = vec![
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
    ];
    forms.extend((0..3).flat_map(|before| inside_base64(secret, before)));
    forms
}

/// What is surely seen of a value in the Base64 of a longer text, as in basic authentication: the digits that depend on
/// the value alone when `before` bytes (beyond a multiple of three) stand before it.
fn inside_base64(secret: &str, before: usize) -> [String; 2] {
    let longer = [&vec![0; before], secret.as_bytes()].concat();
    let own = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
    [STANDARD_NO_PAD, URL_SAFE_NO_PAD].map(|alphabet| alphabet.encode(&longer)[own.clone()].to_owned())
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
    fn a_secret_learnt_later_is_masked_by_every_clone() {
        let redactor = Redactor::default();
        let clone = redactor.clone();
        redactor.learn("token-1");
        assert_eq!(clone.redact("a token-1"), "a [secret]");
    }

    #[test]
    fn a_secret_inside_a_longer_base64_text_is_masked_wherever_it_stands() {
        let secret = "swordfish-77";
        let redactor = Redactor::new([secret]);
        for before in ["", "u", "us", "use", "user:"] {
            for after in ["", "!", "!!", "!!!"] {
                let encoded = STANDARD.encode(format!("{before}{secret}{after}"));
                let masked = redactor.redact(&encoded);
                let left = masked.replace(MASK, "").len();
                assert!(masked.contains(MASK) && left <= encoded.len() - 14, "{encoded} became {masked}");
            }
        }
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
