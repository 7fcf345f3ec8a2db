//! What a schema promises, in plain words.

use crate::text;
use serde_json::Value;

/// Most values that are listed.
const MOST_LISTED: usize = 24;

/// What one keyword promises of a value.
pub(super) fn promised(keyword: &str, value: &Value) -> String {
    let number = || count(value);
    match keyword {
        "type" => types(value),
        "enum" => one_of(value.as_array().map_or(&[], Vec::as_slice)),
        "const" => shown(value),
        "minLength" if number() == 1 => "text that is not empty".into(),
        "minLength" => format!("text of at least {}", text::count(number(), "character")),
        "maxLength" => format!("text of at most {}", text::count(number(), "character")),
        "pattern" => format!("text that matches `{}`", value.as_str().unwrap_or_default()),
        "format" => format(value.as_str().unwrap_or_default()),
        "minimum" => format!("a number of at least {value}"),
        "maximum" => format!("a number of at most {value}"),
        "exclusiveMinimum" => format!("a number above {value}"),
        "exclusiveMaximum" => format!("a number below {value}"),
        "multipleOf" => format!("a multiple of {value}"),
        "minItems" => format!("a list of at least {}", text::count(number(), "item")),
        "maxItems" => format!("a list of at most {}", text::count(number(), "item")),
        "uniqueItems" => "a list without two equal items".into(),
        "minProperties" => format!("an object with at least {}", text::count(number(), "member")),
        "maxProperties" => format!("an object with at most {}", text::count(number(), "member")),
        "false" => "nothing here".into(),
        _ => format!("what `{keyword}` says"),
    }
}

fn count(value: &Value) -> usize {
    // A schema may write 5 as 5.0.
    let whole = value.as_u64().and_then(|number| usize::try_from(number).ok());
    whole.or_else(|| value.as_f64().and_then(|number| format!("{number:.0}").parse().ok())).unwrap_or(usize::MAX)
}

fn types(value: &Value) -> String {
    let one = |value: &Value| match value.as_str() {
        Some("string") => "text",
        Some("number") => "a number",
        Some("integer") => "a whole number",
        Some("boolean") => "true or false",
        Some("array") => "a list",
        Some("object") => "an object",
        _ => "null",
    };
    match value {
        Value::Array(types) => text::either(&types.iter().map(one).collect::<Vec<_>>()),
        single => one(single).to_owned(),
    }
}

fn one_of(values: &[Value]) -> String {
    if let [only] = values {
        return shown(only);
    }
    let mut listed: Vec<String> = values.iter().take(MOST_LISTED).map(shown).collect();
    if values.len() > MOST_LISTED {
        listed.push(format!("{} more", values.len() - MOST_LISTED));
    }
    format!("one of {}", listed.join(", "))
}

/// A documented value as people read it: text bare where nothing is lost by that.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::String(text) if text.is_empty() => "empty text".into(),
        Value::String(text) if is_plain(text) => text.clone(),
        other => text::cut(&other.to_string(), 80),
    }
}

/// Whether a text would not be taken for anything else.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_alphabetic())
        && text.chars().all(|letter| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.' | '/'))
        && !matches!(text, "true" | "false" | "null")
}

fn format(name: &str) -> String {
    let words = match name {
        "date-time" => "a date and time as in 2026-03-04T11:32:08Z (RFC 3339)",
        "date" => "a date as in 2026-03-04 (RFC 3339)",
        "time" => "a time as in 11:32:08Z (RFC 3339)",
        "duration" => "a duration as in P3DT4H (ISO 8601)",
        "email" | "idn-email" => "an email address",
        "hostname" | "idn-hostname" => "a host's name",
        "ipv4" => "an IPv4 address",
        "ipv6" => "an IPv6 address",
        "uri" | "iri" => "an absolute URL",
        "uri-reference" | "iri-reference" => "a URL, absolute or relative",
        "uri-template" => "a URL with placeholders (RFC 6570)",
        "uuid" => "a UUID",
        "regex" => "a regular expression",
        "json-pointer" => "a JSON pointer",
        "byte" | "base64" => "bytes in base64",
        "base64url" => "bytes in base64 for URLs",
        "int8" => "a whole number of 8 bits",
        "int16" => "a whole number of 16 bits",
        "int32" => "a whole number of 32 bits",
        "int64" => "a whole number of 64 bits",
        "uint8" => "a whole number of 8 bits, not below 0",
        "uint16" => "a whole number of 16 bits, not below 0",
        "uint32" => "a whole number of 32 bits, not below 0",
        "uint64" => "a whole number of 64 bits, not below 0",
        other => return format!("text of the format `{other}`"),
    };
    words.into()
}

/// The texts of values that are listed, for the nearest of them.
pub(super) fn texts(value: &Value) -> Vec<String> {
    let one = |value: &Value| match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match value {
        Value::Array(values) => values.iter().map(one).collect(),
        single => vec![one(single)],
    }
}

#[cfg(test)]
mod tests {
    use super::promised;
    use serde_json::json;

    #[test]
    fn promises_read_as_people_say_them() {
        for (keyword, value, words) in [
            ("type", json!("string"), "text"),
            ("type", json!(["object", "null"]), "an object or null"),
            ("enum", json!(["SUCCESS", "PROCESSING"]), "one of SUCCESS, PROCESSING"),
            ("enum", json!(["", "10", 10, null, "true"]), "one of empty text, \"10\", 10, null, \"true\""),
            ("const", json!("GEO-S-000"), "GEO-S-000"),
            ("const", json!(""), "empty text"),
            ("minLength", json!(1), "text that is not empty"),
            ("maxLength", json!(5), "text of at most 5 characters"),
            ("minItems", json!(1), "a list of at least 1 item"),
            ("minItems", json!(2.0), "a list of at least 2 items"),
            ("exclusiveMinimum", json!(0), "a number above 0"),
            ("format", json!("date"), "a date as in 2026-03-04 (RFC 3339)"),
            ("format", json!("x-odd"), "text of the format `x-odd`"),
        ] {
            assert_eq!(promised(keyword, &value), words, "{keyword} {value}");
        }
        let many: Vec<usize> = (0..30).collect();
        assert!(promised("enum", &json!(many)).ends_with("23, 6 more"));
    }
}
