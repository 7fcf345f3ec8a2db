//! Words and numbers for people.

mod shown;

pub use shown::{columns, head, squeeze, stem, visible, visible_line, wrap};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::time::Duration;

/// A count with its noun: `1 case`, `3 cases`. The plural is the noun with an `s`.
#[must_use]
pub fn count(number: usize, noun: &str) -> String {
    match number {
        1 => format!("1 {noun}"),
        _ => format!("{} {noun}s", grouped(number)),
    }
}

/// A whole number with its thousands set apart: `12,345`.
#[must_use]
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A duration in the unit a person would say: `180 µs`, `42 ms`, `3.1 s`, `2 min 5 s`.
#[must_use]
pub fn duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match duration.as_micros() {
        micros @ 0..1_000 => format!("{micros} µs"),
        micros @ 1_000..1_000_000 => format!("{} ms", micros / 1_000),
        _ if seconds < 10 && duration.subsec_millis() >= 50 => format!("{:.1} s", duration.as_secs_f64()),
        _ if seconds < 60 => format!("{seconds} s"),
        _ if seconds.is_multiple_of(60) => format!("{} min", seconds / 60),
        _ => format!("{} min {} s", seconds / 60, seconds % 60),
    }
}

/// A size as a person would say it: `17 bytes`, `300 KB`, `16 MB`; a KB has 1,024 bytes.
#[must_use]
pub fn size(bytes: usize) -> String {
    match bytes {
        0..1_024 => count(bytes, "byte"),
        1_024..1_048_576 => format!("{} KB", bytes >> 10),
        _ => format!("{} MB", bytes >> 20),
    }
}

/// A size as a person types it, in bytes: `1048576`, `300KB`, `16MB`; `k`, `kib` and the like in any case.
///
/// # Errors
/// It is none; the error is a sentence.
pub fn read_size(text: &str) -> Result<usize, String> {
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic()).trim_end();
    let factor = match text[digits.len()..].trim().to_ascii_lowercase().as_str() {
        "" | "b" => Some(1),
        "k" | "kb" | "kib" => Some(1 << 10),
        "m" | "mb" | "mib" => Some(1 << 20),
        "g" | "gb" | "gib" => Some(1 << 30),
        _ => None,
    };
    let read = digits.parse::<usize>().ok().filter(|number| *number > 0).zip(factor);
    read.and_then(|(number, factor)| number.checked_mul(factor))
        .ok_or_else(|| format!("`{text}` is not a size; write it as 16MB, 300KB or in bytes"))
}

/// A list in words: `a`, `a or b`, `a, b or c`.
#[must_use]
pub fn either<T: AsRef<str>>(items: &[T]) -> String {
    match items {
        [] => String::new(),
        [only] => only.as_ref().to_owned(),
        [head @ .., last] => {
            let head: Vec<&str> = head.iter().map(AsRef::as_ref).collect();
            format!("{} or {}", head.join(", "), last.as_ref())
        }
    }
}

/// The beginning of a text, at most `limit` bytes and never within a character, with `…` when something was left out.
#[must_use]
pub fn cut(text: &str, limit: usize) -> String {
    if text.len() <= limit {
        return text.to_owned();
    }
    format!("{}…", &text[..text.floor_char_boundary(limit)])
}

/// The name among `known` that was most likely meant, if any is near enough.
#[must_use]
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&lower, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| *distance <= (candidate.chars().count().max(name.chars().count()) / 3).max(1))
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// The last part of many messages: a guess at the name meant, else the names there are.
#[must_use]
pub fn did_you_mean<'a>(name: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> Option<String> {
    if let Some(near) = nearest(name, known.clone()) {
        return Some(format!("did you mean `{near}`?"));
    }
    let names: Vec<String> = known.into_iter().map(|name| format!("`{name}`")).collect();
    (!names.is_empty()).then(|| format!("known here: {}", names.join(", ")))
}

/// Longest part of a file's name that is made of somebody's words, in bytes.
const LONGEST_SLUG: usize = 64;

/// A text as part of a file's name: lower-case ASCII letters and digits, a dash for everything between them. Where more
/// than the blanks and signs of a text is lost, a few digits that stand for the whole of it follow, so that two texts seldom
/// have one slug.
#[must_use]
pub fn slug(text: &str) -> String {
    let mut slug = String::with_capacity(text.len());
    for letter in text.chars().map(|letter| letter.to_ascii_lowercase()) {
        if letter.is_ascii_alphanumeric() {
            slug.push(letter);
        } else if !slug.ends_with('-') && !slug.is_empty() {
            slug.push('-');
        }
    }
    let foreign = text.chars().any(|letter| !letter.is_ascii() && letter.is_alphanumeric());
    slug.truncate(slug.trim_end_matches('-').len());
    if slug.len() <= LONGEST_SLUG && !foreign && !slug.is_empty() {
        return slug;
    }
    slug.truncate(LONGEST_SLUG);
    slug.truncate(slug.trim_end_matches('-').len());
    let hash = text.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    let dash = if slug.is_empty() { "" } else { "-" };
    format!("{slug}{dash}{hash:08x}")
}

/// RFC 3986: everything but the unreserved characters is encoded.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// Percent-encodes everything but RFC 3986's unreserved characters.
#[must_use]
pub fn percent_encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
}

/// Percent-encoding undone; what is none stays as it is.
#[must_use]
pub fn percent_decoded(text: &str) -> String {
    percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()
}

/// A name as a part of a JSON pointer (RFC 6901, section 3).
#[must_use]
pub fn pointer_escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// The name that a part of a JSON pointer stands for (RFC 6901, section 4).
#[must_use]
pub fn pointer_unescaped(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

/// A text with its first letter as a capital.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut rest = text.chars();
    rest.next().map(|first| first.to_uppercase().chain(rest).collect()).unwrap_or_default()
}

/// A hash that is the same on every machine and in every version (FNV-1a, 64 bits). What decides a shard, a seed or a
/// fingerprint is hashed with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    /// Takes bytes.
    #[must_use]
    pub fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)))
    }

    /// Takes a text, and that it ends here.
    #[must_use]
    pub fn text(self, text: &str) -> Self {
        self.bytes(text.as_bytes()).bytes(&[0xff])
    }

    /// Takes a number.
    #[must_use]
    pub fn number(self, number: u64) -> Self {
        self.bytes(&number.to_le_bytes())
    }

    /// The hash.
    #[must_use]
    pub const fn done(self) -> u64 {
        self.0
    }

    /// The hash with its bits mixed, where a few of them decide something: a remainder, a seed.
    #[must_use]
    pub const fn mixed(self) -> u64 {
        let mut hash = self.0;
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
        hash = (hash ^ (hash >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
        hash ^ (hash >> 33)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_pointer_and_back() {
        for (name, part) in [("a/b", "a~1b"), ("~1", "~01"), ("~/", "~0~1"), ("plain", "plain")] {
            assert_eq!((pointer_escaped(name).as_str(), pointer_unescaped(part).as_str()), (part, name));
        }
    }

    #[test]
    fn counts_are_said_as_people_say_them() {
        assert_eq!(count(1, "case"), "1 case");
        assert_eq!(count(0, "case"), "0 cases");
        assert_eq!(count(1_234_567, "step"), "1,234,567 steps");
    }

    #[test]
    fn durations_are_said_in_a_fitting_unit() {
        let said = |ms: u64| duration(Duration::from_millis(ms));
        assert_eq!(duration(Duration::from_micros(180)), "180 µs");
        assert_eq!(said(42), "42 ms");
        assert_eq!(said(3_100), "3.1 s");
        assert_eq!(said(3_000), "3 s");
        assert_eq!(said(59_900), "59 s");
        assert_eq!(said(120_000), "2 min");
        assert_eq!(said(125_000), "2 min 5 s");
    }

    #[test]
    fn a_cut_never_splits_a_character() {
        assert_eq!(cut("näher", 2), "n…");
        assert_eq!(cut("näher", 6), "näher");
    }

    #[test]
    fn a_slug_is_readable_and_part_of_a_files_name() {
        assert_eq!(slug("an offer has slabs, a lender…"), "an-offer-has-slabs-a-lender");
        assert_eq!(slug("GET /bre/{id}"), "get-bre-id");
        assert_ne!(slug("ऋण"), slug("ॠण"));
        assert_eq!(slug(""), "811c9dc5");
        let long = slug(&"a name that goes on and on ".repeat(9));
        assert!(long.len() <= LONGEST_SLUG + 9 && long.starts_with("a-name-that-goes-on"), "{long}");
    }

    #[test]
    fn the_nearest_name_is_near() {
        assert_eq!(nearest("expct", ["expect", "request"]), Some("expect"));
        assert_eq!(nearest("CUR-S-00", ["CUR-S-000", "CUR-E-001"]), Some("CUR-S-000"));
        assert_eq!(nearest("banana", ["expect", "request"]), None);
    }
}
