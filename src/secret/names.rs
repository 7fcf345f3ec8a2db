//! Names of headers, cookies, parameters and members whose values are credentials, whatever they hold.

use std::borrow::Cow;

/// Headers that carry credentials and do not say so in their name, in lower case.
const HEADERS: [&str; 4] = ["authorization", "cookie", "proxy-authorization", "set-cookie"];

/// Parts of a name that say what it carries; hyphens and underscores left out, in lower case.
const PARTS: [&str; 6] = ["token", "secret", "password", "passwd", "apikey", "privatekey"];

/// Whether a header's value is masked whatever it holds, by the names that every run knows. The name's case does not
/// matter.
#[must_use]
pub fn is_credential_header(name: &str) -> bool {
    HEADERS.iter().any(|header| header.eq_ignore_ascii_case(name)) || is_credential_name(name)
}

/// Whether a name says that its value is a credential: `*token*`, `*secret*`, `*password*`, `api-key`.
fn is_credential_name(name: &str) -> bool {
    let mut plain = String::with_capacity(name.len());
    plain.extend(name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()));
    // What says something of a token is none: `token_type: bearer`, `tokenExpiresIn: 3600`.
    const ABOUT: [&str; 8] = ["type", "expiry", "expires", "expiresin", "expiresat", "count", "limit", "length"];
    PARTS.iter().any(|part| {
        plain.match_indices(part).any(|(at, _)| !ABOUT.iter().any(|about| plain[at + part.len()..].starts_with(about)))
    })
}

/// The names that a run knows: those above, those of the contract's security schemes, and those that the environment adds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CredentialNames {
    more: Vec<String>,
}

impl CredentialNames {
    /// With these besides the names that every run knows. Their case does not matter.
    #[must_use]
    pub fn with<'n>(names: impl IntoIterator<Item = &'n str>) -> Self {
        let mut more: Vec<String> = names.into_iter().map(str::to_ascii_lowercase).collect();
        more.sort();
        more.dedup();
        Self { more }
    }

    /// Whether a header's value is a credential.
    #[must_use]
    pub fn is_header(&self, name: &str) -> bool {
        is_credential_header(name) || self.is_more(name)
    }

    /// Whether the value of a member, a parameter or a cookie is a credential.
    #[must_use]
    pub fn is_member(&self, name: &str) -> bool {
        is_credential_name(name) || self.is_more(name)
    }

    fn is_more(&self, name: &str) -> bool {
        self.more.iter().any(|more| more.eq_ignore_ascii_case(name))
    }

    /// A text with the values of such members and parameters masked, where it holds JSON, a form or a query. It may be cut.
    #[must_use]
    pub fn mask_members<'t>(&self, text: &'t str, mask: &str) -> Cow<'t, str> {
        let mut clean = String::new();
        let mut from = 0;
        for value in members(text).filter(|value| self.is_member(value.name)) {
            if value.from < from {
                continue;
            }
            clean.push_str(&text[from..value.from]);
            clean.push_str(mask);
            from = value.to;
        }
        if from == 0 {
            return Cow::Borrowed(text);
        }
        clean.push_str(&text[from..]);
        Cow::Owned(clean)
    }
}

/// A member of an object in JSON text, and where its value stands: text without its quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Member<'t> {
    pub(super) name: &'t str,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// The members of JSON text whose values are texts; those in JSON that is a text itself too. The text may be cut, and it
/// may be no JSON at all.
pub(super) fn members(text: &str) -> impl Iterator<Item = Member<'_>> {
    let bytes = text.as_bytes();
    text.match_indices(':').filter_map(move |(colon, _)| {
        // `"name" : "value"`, or with a backslash before each quote where the JSON is a text in JSON.
        let before = text[..colon].trim_end();
        let name_end = before.strip_suffix('"')?;
        let name_end = name_end.strip_suffix('\\').unwrap_or(name_end);
        let begin = name_end.rfind('"')? + 1;
        let name = &name_end[begin..];
        let after = colon + 1 + (text[colon + 1..].len() - text[colon + 1..].trim_start().len());
        let nested = bytes.get(after) == Some(&b'\\') && bytes.get(after + 1) == Some(&b'"');
        if !nested && bytes.get(after) != Some(&b'"') {
            return None;
        }
        let from = after + if nested { 2 } else { 1 };
        let to = end_of_text(bytes, from, nested);
        (to > from).then_some(Member { name, from, to })
    })
}

/// Where a text in JSON ends that begins at a place: at its closing quote, or at the end of what was cut.
fn end_of_text(bytes: &[u8], from: usize, nested: bool) -> usize {
    let mut at = from;
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at,
            b'\\' if nested && bytes.get(at + 1) == Some(&b'"') => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_credentials_are_known_however_they_are_written() {
        for name in [
            "X-API-Key",
            "x_api_key",
            "apiKey",
            "access_token",
            "refreshToken",
            "X-Auth-Token",
            "clientSecret",
            "userPassword",
            "Cookie",
        ] {
            assert!(is_credential_header(name), "{name}");
        }
        for name in
            ["content-type", "x-request-id", "token_type", "tokenExpiresIn", "key", "referenceID", "passwordLength"]
        {
            assert!(!is_credential_header(name), "{name}");
        }
        let names = CredentialNames::with(["X-Partner-Code", "pin"]);
        assert!(names.is_header("x-partner-code") && names.is_member("PIN") && !names.is_member("pincode"));
    }

    #[test]
    fn values_of_such_members_are_masked_in_whole_cut_and_nested_json() {
        let masked = |text: &str| CredentialNames::default().mask_members(text, "[secret]").into_owned();
        assert_eq!(masked(r#"{"token": "ab\"c", "a": "b"}"#), r#"{"token": "[secret]", "a": "b"}"#);
        assert_eq!(masked(r#"{"x":"{\"apiKey\":\"k-1\",\"y\":1}"}"#), r#"{"x":"{\"apiKey\":\"[secret]\",\"y\":1}"}"#);
        assert_eq!(masked(r#"{"access_token":"abc…"#), r#"{"access_token":"[secret]"#);
        assert_eq!(masked(r#"{"token_type":"bearer","time":"10:20"}"#), r#"{"token_type":"bearer","time":"10:20"}"#);
        assert_eq!(masked("no: json"), "no: json");
    }
}
