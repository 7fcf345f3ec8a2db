//! The forms in which a secret may turn up: the encodings that clients, servers and formats put it in.

use crate::text::percent_encoded;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE_NO_PAD};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// A line of a secret of several lines is a secret of its own from so many characters on.
const SHORTEST_LINE: usize = 8;

/// What `encodeURIComponent` leaves as it is (ECMA-262, section 19.2.6.4).
const COMPONENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'!')
    .remove(b'~')
    .remove(b'*')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')');

/// What form encoding leaves as it is (WHATWG URL, section 5.2), the blank apart.
const FORM: &AsciiSet = &NON_ALPHANUMERIC.remove(b'*').remove(b'-').remove(b'.').remove(b'_').remove(b' ');

/// The values that are secret with a value: itself, without the blanks around it, and each of its lines that is no word.
pub(super) fn parts(secret: &str) -> Vec<String> {
    let mut parts = vec![secret.to_owned(), secret.trim().to_owned()];
    let lines = || secret.lines().map(str::trim);
    if lines().count() > 1 {
        // The lines around a key in PEM are the same for everybody.
        let own = lines().filter(|line| line.chars().count() >= SHORTEST_LINE && !line.starts_with("-----"));
        parts.extend(own.map(str::to_owned));
    }
    parts.sort();
    parts.dedup();
    parts
}

/// The forms in which a value may turn up, each once.
pub(super) fn encodings(secret: &str) -> Vec<String> {
    let escaped = json_escaped(secret);
    let mut forms = vec![secret.to_owned(), json_escaped(&escaped), escaped.replace('/', "\\/"), html_safe(&escaped)];
    for upper in [false, true] {
        forms.push(unicode_escaped(&escaped, upper, |c| !c.is_ascii()));
        forms.push(unicode_escaped(&escaped.replace('/', "\\/"), upper, |c| !c.is_ascii()));
        forms.push(unicode_escaped(secret, upper, |c| !c.is_ascii_alphanumeric()));
        forms.push(unicode_escaped(secret, upper, |_| true));
    }
    forms.push(escaped);
    let component = utf8_percent_encode(secret, COMPONENT).to_string();
    let form = utf8_percent_encode(secret, FORM).to_string().replace(' ', "+");
    for percent in [percent_encoded(secret), percent_encoded(secret).replace("%20", "+"), component, form] {
        forms.push(percent_encoded(&percent));
        forms.push(lower_escapes(&percent));
        forms.push(percent);
    }
    for quote in ["&quot;", "&#34;", "&#x22;"] {
        for apostrophe in ["'", "&apos;", "&#39;", "&#x27;"] {
            let entities = secret.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            forms.push(entities.replace('"', quote).replace('\'', apostrophe));
        }
    }
    let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(hex.to_uppercase());
    forms.push(hex);
    base64(secret, &mut forms);
    // Encoded twice, as a token that is put into basic authentication.
    for inner in [STANDARD.encode(secret), STANDARD_NO_PAD.encode(secret), URL_SAFE_NO_PAD.encode(secret)] {
        base64(&inner, &mut forms);
    }
    // Header names and some servers change the case of what they repeat.
    if secret.len() >= SHORTEST_LINE {
        forms.push(secret.to_lowercase());
        forms.push(secret.to_uppercase());
    }
    forms.sort();
    forms.dedup();
    forms
}

/// In Base64, by itself and inside a longer text.
fn base64(text: &str, forms: &mut Vec<String>) {
    forms.extend([STANDARD.encode(text), STANDARD_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(text)]);
    forms.extend((0..3).flat_map(|before| inside_base64(text, before)));
}

/// What is surely seen of a value in the Base64 of a longer text, as in basic authentication: the digits that depend on
/// the value alone when `before` bytes (beyond a multiple of three) stand before it.
fn inside_base64(secret: &str, before: usize) -> [String; 2] {
    let longer = [&vec![0; before], secret.as_bytes()].concat();
    let own = (before * 8).div_ceil(6)..longer.len() * 8 / 6;
    [STANDARD_NO_PAD, URL_SAFE_NO_PAD].map(|alphabet| alphabet.encode(&longer)[own.clone()].to_owned())
}

/// As writers of JSON escape characters: those asked for as `\uXXXX`.
fn unicode_escaped(text: &str, upper: bool, is_escaped: impl Fn(char) -> bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if is_escaped(character) {
            let mut units = [0; 2];
            for unit in character.encode_utf16(&mut units) {
                escaped.push_str(&if upper { format!("\\u{unit:04X}") } else { format!("\\u{unit:04x}") });
            }
        } else {
            escaped.push(character);
        }
    }
    escaped
}

/// As writers escape JSON that stands in HTML: `<`, `>`, `&` and the apostrophe too.
fn html_safe(escaped: &str) -> String {
    unicode_escaped(escaped, false, |c| matches!(c, '<' | '>' | '&' | '\u{2028}' | '\u{2029}'))
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
        let (digits, rest) = part.split_at(part.len().min(2));
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
    fn a_value_is_known_in_the_forms_that_others_write_it_in() {
        let forms = encodings("p@ss \"wörd\"/+&<'");
        for form in [
            "p%40ss%20%22w%C3%B6rd%22%2F%2B%26%3C%27",
            "p%40ss%20%22w%c3%b6rd%22%2f%2b%26%3c'",
            "p%40ss+%22w%C3%B6rd%22%2F%2B%26%3C%27",
            "p@ss \\\"wörd\\\"/+\\u0026\\u003c'",
            "p@ss \\\"w\\u00F6rd\\\"\\/+&<'",
            "p@ss &quot;wörd&quot;/+&amp;&lt;&apos;",
            "p@ss &#34;wörd&#34;/+&amp;&lt;&#39;",
            "70407373202277c3b672642",
        ] {
            assert!(forms.iter().any(|own| own.starts_with(form)), "{form} in {forms:#?}");
        }
        assert!(encodings("tok").contains(&STANDARD.encode(STANDARD.encode("tok"))));
    }

    #[test]
    fn lines_and_trimmed_values_are_secret_too() {
        let pem = "-----BEGIN KEY-----\nMIIBszCCAVmgAwIBAgIU\nshort\n-----END KEY-----\n";
        assert_eq!(parts(pem), [pem.trim(), pem, "MIIBszCCAVmgAwIBAgIU"]);
        assert_eq!(parts("tok-1234\n"), ["tok-1234", "tok-1234\n"]);
    }
}
