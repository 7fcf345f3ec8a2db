//! The one redactor: what it knows is shared by all its clones.

use super::encodings::{encodings, parts};
use super::names::CredentialNames;
use super::needles::Needles;
use super::personal::Pseudonyms;
use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::{Arc, PoisonError, RwLock};

/// What stands in place of a secret.
pub const MASK: &str = "[secret]";

/// A secret shorter than this, in bytes, is not searched for: masking every `a` would hide the report, not the secret.
pub const SHORTEST: usize = 4;

/// What is sent in a header of credentials and is shorter, in bytes, may be any word.
const SHORTEST_KEY: usize = 8;

/// A secret of letters alone that is no longer, in bytes, may be a word that a report has of its own.
const LONGEST_WORD: usize = 12;

/// The sign that a text was cut, as `text::cut` writes it.
const CUT: char = '…';

/// Masks secrets and personal data in text. Clones share what they know, so that a value that turns out to be secret while
/// a run goes on is masked from then on by all of them.
#[derive(Debug, Clone, Default)]
pub struct Redactor {
    known: Arc<RwLock<Known>>,
    names: Arc<CredentialNames>,
    pseudonyms: Option<Arc<Pseudonyms>>,
    /// Whether what is sent in a header of credentials is secret wherever else it turns up.
    watches_headers: bool,
}

/// What is searched for.
#[derive(Debug, Default)]
struct Known {
    secrets: HashSet<String>,
    needles: Needles,
}

/// A secret that is still to be seen in a text, and the form it has there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Where it begins, in bytes.
    pub at: usize,
    /// How long it is, in bytes. What it is is not said again.
    pub length: usize,
}

impl Redactor {
    /// A redactor for these values, each in all of its encodings. Values shorter than [`SHORTEST`] are left out.
    #[must_use]
    pub fn new<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let redactor = Self::default();
        secrets.into_iter().for_each(|secret| redactor.learn(secret));
        redactor
    }

    /// The same, which knows these names of credentials.
    #[must_use]
    pub fn knowing(self, names: CredentialNames) -> Self {
        Self { names: Arc::new(names), ..self }
    }

    /// The same, which replaces personal data by pseudonyms too.
    #[must_use]
    pub fn with_pseudonyms(self, pseudonyms: Pseudonyms) -> Self {
        Self { pseudonyms: Some(Arc::new(pseudonyms)), ..self }
    }

    /// The same, for which what is sent in a header of credentials is secret wherever else it turns up.
    #[must_use]
    pub fn watching_headers(self) -> Self {
        Self { watches_headers: true, ..self }
    }

    /// Takes note of what is sent in a header of credentials: the key itself, without the scheme before it.
    pub fn sent(&self, value: &str) {
        if self.watches_headers {
            let key = value.rsplit_once(' ').map_or(value, |(_, key)| key);
            if key.len() >= SHORTEST_KEY {
                self.learn(key);
            }
        }
    }

    /// The names of credentials.
    #[must_use]
    pub fn names(&self) -> &CredentialNames {
        &self.names
    }

    /// What personal data are replaced by, where they are.
    #[must_use]
    pub fn pseudonyms(&self) -> Option<&Pseudonyms> {
        self.pseudonyms.as_deref()
    }

    /// Masks another value from now on.
    pub fn learn(&self, secret: &str) {
        if secret.len() < SHORTEST || self.read(|known| known.secrets.contains(secret)) {
            return;
        }
        let forms: Vec<String> = parts(secret).iter().flat_map(|part| encodings(part)).collect();
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        forms.iter().for_each(|form| known.needles.add(form));
        known.secrets.insert(secret.to_owned());
    }

    fn read<T>(&self, ask: impl FnOnce(&Known) -> T) -> T {
        ask(&self.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The text with every secret replaced by [`MASK`]; borrowed when there was none. What stands before the `…` of a
    /// text that was cut is masked when it could be the beginning of a secret.
    #[must_use]
    pub fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.read(|known| known.redact(text))
    }

    /// The first secret that can be seen in bytes that were written. One that is a plain word does not count: the words of
    /// a report are its own, and a secret like that is masked where it came from.
    #[must_use]
    pub fn seen_in(&self, written: &[u8]) -> Option<Shown> {
        self.read(|known| {
            let mut next = 0;
            while let Some((from, to)) = known.needles.find(written, next) {
                if to - from > LONGEST_WORD || !written[from..to].iter().all(u8::is_ascii_alphabetic) {
                    return Some(Shown { at: from, length: to - from });
                }
                next = to;
            }
            None
        })
    }
}

impl Known {
    fn redact<'a>(&self, text: &'a str) -> Cow<'a, str> {
        if self.needles.is_empty() {
            return Cow::Borrowed(text);
        }
        let mut clean = String::new();
        let mut from = 0;
        while let Some((begin, end)) = self.needles.find(text.as_bytes(), from) {
            clean.push_str(&text[from..begin]);
            clean.push_str(MASK);
            from = end;
        }
        if from == 0 {
            return self.redact_cut(Cow::Borrowed(text));
        }
        clean.push_str(&text[from..]);
        self.redact_cut(Cow::Owned(clean))
    }

    /// Masks the beginnings of secrets that a cut left behind.
    fn redact_cut<'a>(&self, text: Cow<'a, str>) -> Cow<'a, str> {
        let begun = |before: &str| self.needles.longest_beginning(before.as_bytes());
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
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn a_secret_is_masked_in_every_encoding() {
        let secret = "p@ss \"wörd\"/+";
        let redactor = Redactor::new([secret]);
        for form in encodings(secret) {
            let text = format!("before {form} after");
            assert_eq!(redactor.redact(&text), format!("before {MASK} after"), "{form}");
        }
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
        assert_eq!(redactor.seen_in(b"a swordfish"), None, "a word");
        let redactor = Redactor::new(["swordfish-7"]);
        assert_eq!(redactor.seen_in(b"a swordfish-7"), Some(Shown { at: 2, length: 11 }));
        assert_eq!(redactor.seen_in(b"nothing"), None);
    }
}
