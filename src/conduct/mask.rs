//! What never reaches a dossier: keys, credentials, and what identifies a person who is no test customer.
//!
//! A masked text keeps its shape (digits stay digits, letters letters), so that what is documented about its shape holds
//! of it as it did before.

use crate::secret::Redactor;
use serde_json::Value;
use std::borrow::Cow;

/// Members whose text is masked whatever it is: names are compared without case, `_` and `-`.
const MEMBERS: [&str; 14] = [
    "password",
    "pdfpassword",
    "otp",
    "pin",
    "secret",
    "token",
    "accesstoken",
    "refreshtoken",
    "apikey",
    "xapikey",
    "authorization",
    "aadhaar",
    "aadhaarnumber",
    "accountnumber",
];

/// Masks what goes into a journal.
#[derive(Debug, Clone)]
pub struct Mask {
    redactor: Redactor,
    /// Data of test customers, which everybody knows.
    known: Vec<String>,
}

impl Mask {
    /// A mask for these secrets that leaves these data of test customers as they are.
    #[must_use]
    pub const fn new(redactor: Redactor, known: Vec<String>) -> Self {
        Self { redactor, known }
    }

    /// Masks a body.
    pub fn value(&self, value: &mut Value) {
        match value {
            Value::String(text) => {
                if let Cow::Owned(masked) = self.text(text) {
                    *text = masked;
                }
            }
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item)),
            Value::Object(members) => {
                for (name, member) in members {
                    match member {
                        Value::String(text) if is_masked_member(name) => *text = shape(text),
                        Value::Number(number) if is_masked_member(name) => {
                            *member = Value::String(shape(&number.to_string()));
                        }
                        member => self.value(member),
                    }
                }
            }
            _ => {}
        }
    }

    /// Masks a text.
    #[must_use]
    pub fn text<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let redacted = self.redactor.redact(text);
        let spans: Vec<(usize, usize)> = words(&redacted)
            .filter(|(start, end)| {
                let word = &redacted[*start..*end];
                // A part of an id with hyphens, as a UUID is, says nothing of a person.
                let part = redacted[..*start].ends_with('-') || redacted[*end..].starts_with('-');
                let personal = is_pan(word) || (is_personal_number(word) && !part);
                personal && !self.known.iter().any(|known| known == word)
            })
            .collect();
        if spans.is_empty() {
            return redacted;
        }
        let mut masked = redacted.into_owned();
        for (start, end) in spans.into_iter().rev() {
            let hidden = shape(&masked[start..end]);
            masked.replace_range(start..end, &hidden);
        }
        Cow::Owned(masked)
    }
}

fn is_masked_member(name: &str) -> bool {
    let plain: String =
        name.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect();
    MEMBERS.contains(&plain.as_str())
}

/// A text of the same shape that says nothing. Its first letter keeps its kind too, and a mobile number stays one.
fn shape(text: &str) -> String {
    let mobile = text.len() == 10 && text.bytes().all(|byte| byte.is_ascii_digit());
    let letters = text.char_indices().map(|(place, letter)| match letter {
        '0'..='9' if mobile && place == 0 => '6',
        '0'..='9' => '0',
        // The fourth letter of a permanent account number says whose it is; a person's is P.
        'P' if place == 3 && is_pan(text) => 'P',
        'A'..='Z' => 'X',
        'a'..='z' => 'x',
        other if other.is_ascii() => other,
        _ => 'x',
    });
    letters.collect()
}

/// The runs of letters and digits in a text.
fn words(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let mut rest = 0;
    let bytes = text.as_bytes();
    std::iter::from_fn(move || {
        let start = (rest..bytes.len()).find(|place| bytes[*place].is_ascii_alphanumeric())?;
        let end = (start..bytes.len()).find(|place| !bytes[*place].is_ascii_alphanumeric()).unwrap_or(bytes.len());
        rest = end;
        Some((start, end))
    })
}

/// Whether it is a permanent account number: five letters, four digits, a letter.
fn is_pan(word: &str) -> bool {
    let bytes = word.as_bytes();
    bytes.len() == 10
        && bytes[..5].iter().all(u8::is_ascii_alphabetic)
        && bytes[5..9].iter().all(u8::is_ascii_digit)
        && bytes[9].is_ascii_alphabetic()
}

/// Whether it is likely a mobile number (10 digits that begin with 6 to 9), or an Aadhaar number (12 digits).
fn is_personal_number(word: &str) -> bool {
    let digits = word.bytes().all(|byte| byte.is_ascii_digit());
    digits && (word.len() == 12 || (word.len() == 10 && word.starts_with(['6', '7', '8', '9'])))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_identifies_a_person_keeps_its_shape_only() {
        let mask = Mask::new(Redactor::new(["sandbox-key"]), vec!["9000100107".to_owned(), "SBXPA0000A".to_owned()]);
        let mut body = json!({
            "customerID": "C-1", "mobile": "9000100107", "pan": "ABCPE1234F", "note": "pan abcpe1234f, id 123456789012.",
            "mandateDetails": { "accountNumber": 111222333, "ifsc": "ICIC0003903" }, "otp": "123456", "pdf_password": "Geheim-1",
            "list": ["9876543210", "SBXPA0000A", "my sandbox-key"], "count": 9876543210u64,
        });
        mask.value(&mut body);
        assert_eq!(
            body,
            json!({
                "customerID": "C-1", "mobile": "9000100107", "pan": "XXXPX0000X", "note": "pan xxxxx0000x, id 000000000000.",
                "mandateDetails": { "accountNumber": "000000000", "ifsc": "ICIC0003903" }, "otp": "000000", "pdf_password": "Xxxxxx-0",
                "list": ["6000000000", "SBXPA0000A", "my [secret]"], "count": 9876543210u64,
            })
        );
        assert_eq!(mask.text("/v2/x?mobile=9876543210&pan=ABCPE1234F"), "/v2/x?mobile=6000000000&pan=XXXPX0000X");
    }
}
