//! What must not leave the files of others: secrets, paths of somebody's machine.

use regex::Regex;
use std::sync::LazyLock;

static PATHS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?:file://)?(?:/(?:Users|home)/[^/\s"'`,;)]+|/root|[A-Za-z]:\\{1,2}(?:Users|Documents and Settings)\\{1,2}[^\\\s"'`,;)]+)((?:[\\/]+[^\\/\s"'`,;)]+)*)"#)
        .expect("the pattern is valid")
});
static TOKENS: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(
        r"(?x)\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*   # a signed token
        | \b(?:AKIA|ASIA)[A-Z0-9]{16}\b                                        # an AWS key
        | \b(?:sk|pk|rk)_(?:live|test)_[A-Za-z0-9]{10,}                        # a payment key
        | \bgh[pousr]_[A-Za-z0-9]{20,}\b | \bglpat-[A-Za-z0-9_\-]{16,}         # a forge's token
        | \bxox[abprs]-[A-Za-z0-9\-]{10,}                                      # a chat's token
        | \bPMAK-[A-Za-z0-9\-]{16,} | \bAIza[A-Za-z0-9_\-]{30,}
        | -----BEGIN[A-Z ]*PRIVATE\ KEY-----[\s\S]*?(?:-----END[A-Z ]*PRIVATE\ KEY-----|$)",
    )
    .expect("the pattern is valid")
});
static SCHEMES: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(bearer|basic|digest|token)\s+([A-Za-z0-9+/=_\-.~]{8,})").expect("the pattern is valid")
});
static USERINFO: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"([a-z][a-z0-9+.\-]*://)[^/\s:@{}]+:[^/\s@{}]+@").expect("the pattern is valid"));

/// Words in a name that say that its value is a secret, without signs between them.
const SECRET_WORDS: [&str; 24] = [
    "apikey",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "token",
    "credential",
    "authorization",
    "privatekey",
    "accesskey",
    "serverhash",
    "signature",
    "jwt",
    "bearer",
    "sessionid",
    "sessid",
    "csrf",
    "xsrf",
    "otp",
    "clientkey",
    "serverkey",
    "authkey",
    "cookie",
    "pwd",
];

/// Names that have such a word and hold none.
const HARMLESS: [&str; 12] = [
    "tokentype",
    "granttype",
    "tokenexpires",
    "tokenexpiresin",
    "expiresin",
    "passwordless",
    "tokenurl",
    "accesstokenurl",
    "authurl",
    "nexttoken",
    "pagetoken",
    "cookies",
];

/// Whether a name says that its value is a secret.
#[must_use]
pub fn is_secret_name(name: &str) -> bool {
    let plain: String = name.chars().filter(char::is_ascii_alphanumeric).flat_map(char::to_lowercase).collect();
    if HARMLESS.contains(&plain.as_str()) || plain.ends_with("url") || plain.ends_with("count") {
        return false;
    }
    crate::secret::is_credential_header(name) || plain == "auth" || SECRET_WORDS.iter().any(|word| plain.contains(word))
}

/// Whether a value looks like a secret whatever it is called.
#[must_use]
pub fn is_secret_value(value: &str) -> bool {
    TOKENS.is_match(value) || SCHEMES.is_match(value)
}

/// The name of the environment variable for a secret.
#[must_use]
pub fn variable(name: &str) -> String {
    let mut made = String::new();
    for letter in name.chars() {
        match letter {
            c if c.is_ascii_alphanumeric() => {
                if c.is_ascii_uppercase() && made.ends_with(|last: char| last.is_ascii_lowercase()) {
                    made.push('_');
                }
                made.push(c);
            }
            _ if made.ends_with('_') || made.is_empty() => {}
            _ => made.push('_'),
        }
    }
    let made: String = made.trim_matches('_').to_uppercase();
    match made.chars().next() {
        None => "SECRET".to_owned(),
        Some(first) if first.is_ascii_digit() => format!("V_{made}"),
        Some(_) => made,
    }
}

/// A text without what must not be written: secrets become `[secret]`, a path below somebody's home its last part.
#[must_use]
pub fn clean(text: &str) -> String {
    let text = PATHS.replace_all(text, |found: &regex::Captures<'_>| {
        let last = found[1].rsplit(['/', '\\']).next().unwrap_or_default();
        if last.is_empty() { "[local path]".to_owned() } else { last.to_owned() }
    });
    let text = TOKENS.replace_all(&text, "[secret]");
    let text = SCHEMES.replace_all(&text, "$1 [secret]");
    USERINFO.replace_all(&text, "${1}[secret]@").into_owned()
}

/// The last part of a path, whatever system wrote it.
#[must_use]
pub fn file_name(path: &str) -> String {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| !c.is_control() && !"{}<>:\"|?*".contains(*c)).collect();
    if name.is_empty() || name.chars().all(|c| c == '.') { "file.bin".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_known_by_name_and_by_form() {
        for name in [
            "x-api-key",
            "server_api_key",
            "password",
            "accessToken",
            "server-hash",
            "Authorization",
            "client_secret",
            "PHPSESSID",
        ] {
            assert!(is_secret_name(name), "{name}");
        }
        for name in ["bank_name", "token_type", "customerID", "author", "tokenUrl", "key"] {
            assert!(!is_secret_name(name), "{name}");
        }
        assert!(is_secret_value("Bearer abcdefgh12345") && !is_secret_value("a token of thanks"));
        assert_eq!(variable("x-api-key"), "X_API_KEY");
        assert_eq!(variable("serverHash"), "SERVER_HASH");
    }

    #[test]
    fn what_is_written_has_no_path_and_no_secret() {
        assert_eq!(clean("@/Users/asha/work/a.pdf"), "@a.pdf");
        assert_eq!(clean(r"C:\Users\asha\b.pdf"), "b.pdf");
        assert_eq!(clean("see /home/asha"), "see [local path]");
        assert_eq!(clean("Authorization: Bearer abcdef1234567"), "Authorization: Bearer [secret]");
        assert_eq!(clean("https://asha:pw@a.example/x"), "https://[secret]@a.example/x");
        assert_eq!(file_name("/tmp/../a b.pdf"), "a b.pdf");
        assert_eq!(file_name(".."), "file.bin");
    }
}
