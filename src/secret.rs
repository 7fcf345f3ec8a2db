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
        Self { needles: Some(built.expect("a handful of short patterns fits an automaton")) }
    }

    /// The text with every secret replaced by [`MASK`]; borrowed when there was none.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        match &self.needles {
            Some(needles) if needles.is_match(text) => {
                let mut clean = String::with_capacity(text.len());
                needles.replace_all_with(text, &mut clean, |_, _, clean| {
                    clean.push_str(MASK);
                    true
                });
                Cow::Owned(clean)
            }
            Some(_) | None => Cow::Borrowed(text),
        }
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
        let secret = "p@ss \"w0rd\"/+";
        let redactor = Redactor::new([secret]);
        for form in encodings(secret) {
            let text = format!("before {form} after");
            assert_eq!(redactor.redact(&text), format!("before {MASK} after"), "{form}");
        }
        assert!(encodings(secret).contains(&"p%40ss%20%22w0rd%22%2F%2B".to_owned()));
        assert!(encodings(secret).contains(&"p@ss \\\"w0rd\\\"/+".to_owned()));
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
