//! What is known of keywords beyond their names.

/// Formats that the validator holds a text to; others are only words.
pub(super) const ASSERTED_FORMATS: [&str; 20] = [
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

/// Texts of a format, the plainest first.
pub(super) fn texts_of(format: &str) -> &'static [&'static str] {
    match format {
        "byte" => &["AAAA", "", "UHJvdmlzbw=="],
        "date" => &["2026-01-01", "1999-12-31"],
        "date-time" => &["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5+05:30"],
        "duration" => &["P1D", "PT1H"],
        "email" | "idn-email" => &["a@example.com", "asha.rao@example.org"],
        "hostname" | "idn-hostname" => &["example.com", "a"],
        "ipv4" => &["192.0.2.1", "198.51.100.255"],
        "ipv6" => &["2001:db8::1", "::1"],
        "iri" | "uri" => &["https://example.com/", "urn:a:b"],
        "iri-reference" | "uri-reference" => &["https://example.com/", "/a", ""],
        "json-pointer" => &["", "/a"],
        "regex" => &["^a$", ""],
        "relative-json-pointer" => &["0", "1/a"],
        "time" => &["00:00:00Z", "12:30:45+05:30"],
        "uri-template" => &["/a/{b}", ""],
        "uuid" => &["00000000-0000-4000-8000-000000000000", "7c9e6679-7425-40de-944b-e07fc1f90ae7"],
        _ => &[],
    }
}
