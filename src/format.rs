//! Forms of text that have a name (`format`): the same ones for contracts and for suites.

use crate::ecma::Pattern;
use base64::Engine as _;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use jsonschema::{EmailOptions, ValidationOptions, Validator};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Every form that text is held to; one of another name is not asserted. RFC 3339 (dates and times), RFC 5321 (email),
/// RFC 1123 (hosts), RFC 3986 and 3987 (URIs and IRIs), RFC 4122 (UUIDs), RFC 4648 (base64), RFC 6570, RFC 6901, ISO 8601
/// (durations), ECMA-262 (regular expressions).
pub const ASSERTED: [&str; 22] = [
    "base64",
    "base64url",
    "byte",
    "date",
    "date-time",
    "duration",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv4",
    "ipv6",
    "iri",
    "iri-reference",
    "json-pointer",
    "regex",
    "relative-json-pointer",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
    "uuid",
];

/// Forms of numbers: the least and the greatest that each has room for.
pub const WHOLE_NUMBERS: [(&str, &str, &str); 8] = [
    ("int8", "-128", "127"),
    ("int16", "-32768", "32767"),
    ("int32", "-2147483648", "2147483647"),
    ("int64", "-9223372036854775808", "9223372036854775807"),
    ("uint8", "0", "255"),
    ("uint16", "0", "65535"),
    ("uint32", "0", "4294967295"),
    ("uint64", "0", "18446744073709551615"),
];

/// Names that documents give to other forms, on purpose: nobody can hold text to them.
pub const NOT_ASSERTED: [&str; 18] = [
    "binary",
    "char",
    "commonmark",
    "decimal",
    "decimal128",
    "double",
    "double-int",
    "float",
    "html",
    "http-date",
    "media-range",
    "password",
    "sf-binary",
    "sf-boolean",
    "sf-decimal",
    "sf-integer",
    "sf-string",
    "sf-token",
];

/// Whether a text has the form of that name; nothing where the name is not one of [`ASSERTED`].
#[must_use]
pub fn has(name: &str, text: &str) -> Option<bool> {
    static VALIDATORS: LazyLock<BTreeMap<&str, Option<Validator>>> = LazyLock::new(|| {
        let one =
            |name: &&'static str| (*name, asserting(jsonschema::options()).build(&json!({ "format": name })).ok());
        ASSERTED.iter().map(one).collect()
    });
    Some(VALIDATORS.get(name)?.as_ref()?.is_valid(&Value::from(text)))
}

/// Options of the validator with every form.
#[must_use]
pub fn asserting(options: ValidationOptions<'_>) -> ValidationOptions<'_> {
    options
        .should_validate_formats(true)
        .with_email_options(EmailOptions::default().without_display_text())
        .with_format("byte", is_base64)
        .with_format("base64", is_base64)
        .with_format("base64url", is_base64url)
        .with_format("duration", is_duration)
        .with_format("regex", |text: &str| Pattern::new(text).is_ok())
}

/// Bits of the last letter that belong to no byte may be anything, as for every other decoder (RFC 4648, 3.5).
const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true);

fn is_base64(text: &str) -> bool {
    GeneralPurpose::new(&STANDARD, LENIENT).decode(text).is_ok()
}

fn is_base64url(text: &str) -> bool {
    let padded_or_not = LENIENT.with_decode_padding_mode(DecodePaddingMode::Indifferent);
    GeneralPurpose::new(&URL_SAFE, padded_or_not).decode(text).is_ok()
}

/// `P3DT4H30M`: units in order, each once, the last with a fraction if need be; weeks stand alone (ISO 8601).
fn is_duration(text: &str) -> bool {
    let Some(rest) = text.strip_prefix('P') else { return false };
    let (date, time) = rest.split_once('T').map_or((rest, None), |(date, time)| (date, Some(time)));
    if let Some(weeks) = date.strip_suffix('W') {
        return time.is_none() && amount(weeks).is_some();
    }
    let Some((days, fraction)) = units(date, "YMD") else { return false };
    match time {
        None => days > 0,
        Some(time) => !fraction && units(time, "HMS").is_some_and(|(parts, _)| parts > 0),
    }
}

/// How many units there are, and whether the last has a fraction; nothing where they are not as they should be.
fn units(text: &str, mut order: &str) -> Option<(usize, bool)> {
    let (mut parts, mut fraction) = (0, false);
    for part in text.split_inclusive(|letter: char| letter.is_ascii_alphabetic()) {
        let unit = part.chars().last()?;
        let place = order.find(unit)?;
        order = &order[place + 1..];
        if fraction {
            return None;
        }
        fraction = amount(&part[..part.len() - 1])?;
        parts += 1;
    }
    Some((parts, fraction))
}

/// Whether a number has a fraction; nothing where it is none.
fn amount(text: &str) -> Option<bool> {
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    match text.split_once(['.', ',']) {
        Some((whole, fraction)) => (digits(whole) && digits(fraction)).then_some(true),
        None => digits(text).then_some(false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_takes_what_it_should_and_nothing_else() {
        for (name, good, bad) in [
            ("date", &["2026-02-28", "2024-02-29"][..], &["2026-02-30", "2026-2-3", "20260228"][..]),
            (
                "date-time",
                &["2026-02-28T10:00:00.120Z", "2026-02-28t10:00:00+05:30", "1998-12-31T23:59:60Z"],
                &["2026-02-28 10:00", "2026-02-28T10:00:00", "2026-02-28T24:00:00Z"],
            ),
            ("time", &["11:32:08Z", "11:32:08.5+05:30"], &["11:32:08", "25:00:00Z"]),
            (
                "duration",
                &["P3DT4H", "PT0.5S", "PT1,5H", "P2W", "P1Y", "P1Y2M3DT4H5M6.7S", "P1.5W", "PT1H30S", "P1Y3D"],
                &["", "P", "PT", "P1DT", "P1S", "PT1D", "P1D2M", "P1WT1H", "P1W2D", "PT1.5H3M", "PT.5S", "P-1D", "1D"],
            ),
            (
                "email",
                &["a@example.com", "a+b.c@x.co.in", "\"joe bloggs\"@example.com", "a@localhost"],
                &["a", "Joe <a@b.co>", "a@", "@b.co", "a b@c.de", "a@b..c", ".a@b.co"],
            ),
            ("idn-email", &["실례@실례.테스트"], &["실례"]),
            ("hostname", &["example.com", "xn--4gbwdl.xn--wgbh1c", "a"], &["-a.com", "a_b.com", "a..b", "ä.de"]),
            ("idn-hostname", &["ä.de", "실례.테스트"], &["a..b", "-ä.de"]),
            ("ipv4", &["198.51.100.7"], &["198.51.100.700", "1.2.3", "01.2.3.4"]),
            ("ipv6", &["::1", "fe80::1"], &["12345::", ":::"]),
            ("uri", &["https://example.com/a?b", "urn:x:y"], &["/a", "a b:c", "//x/y", "https://a/ b"]),
            ("uri-reference", &["/a", "a?b#c", "https://x"], &["\\a", "a b"]),
            ("uuid", &["9a1c7be2-5c0d-4e5f-8a55-2f0f2f8f9b11"], &["9a1c7be2", "9a1c7be25c0d4e5f8a552f0f2f8f9b11"]),
            ("byte", &["aGVsbG8=", "aGVsbG9=", ""], &["???", "aGVsbG8", "aGVs bG8="]),
            ("base64", &["aGVsbG8="], &["a-_="]),
            ("base64url", &["a-_", "aGVsbG8="], &["a+/"]),
            ("json-pointer", &["", "/a/~0~1"], &["a", "/~2"]),
            ("regex", &[r"^[\w-.]+$"], &["(", "^(abc]"]),
        ] {
            for text in good {
                assert_eq!(has(name, text), Some(true), "{name} {text:?}");
            }
            for text in bad {
                assert_eq!(has(name, text), Some(false), "{name} {text:?}");
            }
        }
        assert_eq!(has("phone-of-the-moon", "x"), None);
        assert!(ASSERTED.iter().all(|name| has(name, "\u{1}").is_some()) && ASSERTED.is_sorted());
        assert!(NOT_ASSERTED.is_sorted());
    }
}
