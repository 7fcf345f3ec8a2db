//! Personal data, replaced by pseudonyms that keep their form.
//!
//! What people are known by in lending is found by its form (PAN, Aadhaar, mobile number, card, e-mail address, GSTIN) and
//! by the member it stands in (names, addresses, dates of birth, account numbers). A pseudonym is made by a keyed hash: the
//! same value has the same pseudonym wherever it stands, so that equal stays equal, and it is valid where the value was:
//! letters stay letters, digits digits, a date a date, and check digits fit.

use super::names::members;
use ring::hmac;
use ring::rand::SecureRandom as _;
use std::borrow::Cow;

/// Members that hold personal data whatever their form, in lower case without `_` and `-`: the data row that says so.
const MEMBERS: [(&str, Kind); 29] = [
    ("name", Kind::Words),
    ("fullname", Kind::Words),
    ("firstname", Kind::Words),
    ("middlename", Kind::Words),
    ("lastname", Kind::Words),
    ("fathername", Kind::Words),
    ("mothername", Kind::Words),
    ("spousename", Kind::Words),
    ("accountholdername", Kind::Words),
    ("accountname", Kind::Words),
    ("address", Kind::Words),
    ("addressline1", Kind::Words),
    ("addressline2", Kind::Words),
    ("line1", Kind::Words),
    ("line2", Kind::Words),
    ("landmark", Kind::Words),
    ("street", Kind::Words),
    ("currentaddress", Kind::Words),
    ("permanentaddress", Kind::Words),
    ("dob", Kind::Date),
    ("dateofbirth", Kind::Date),
    ("birthdate", Kind::Date),
    ("accountnumber", Kind::Characters),
    ("bankaccountnumber", Kind::Characters),
    ("aadhaar", Kind::Characters),
    ("aadhaarnumber", Kind::Characters),
    ("mobile", Kind::Characters),
    ("phone", Kind::Characters),
    ("email", Kind::Email),
];

/// What a value is, and so what its pseudonym has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// Letters and digits each replaced by others.
    Characters,
    /// The same, for words: blanks and signs stay.
    Words,
    /// A date, in whatever order: another date.
    Date,
    /// An address at a host: another one below `example`.
    Email,
    /// Ten capitals and digits, the fourth of which says what the holder is and stays.
    Pan,
    /// 15 characters with a PAN inside; the state in front stays.
    Gstin,
    /// 12 digits, the last of which checks the others (Verhoeff).
    Aadhaar,
    /// 10 digits, the first of which stays in 6 to 9.
    Mobile,
    /// 13 to 19 digits, the last of which checks the others (Luhn, ISO/IEC 7812-1).
    Card,
}

/// Makes pseudonyms. Two with one key make the same ones.
pub struct Pseudonyms {
    key: hmac::Key,
}

impl std::fmt::Debug for Pseudonyms {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Pseudonyms")
    }
}

impl Pseudonyms {
    /// With a key of any length, which never leaves the process.
    #[must_use]
    pub fn new(key: &[u8]) -> Self {
        Self { key: hmac::Key::new(hmac::HMAC_SHA256, key) }
    }

    /// With a key that nobody knows; `None` where the system gives no random numbers.
    #[must_use]
    pub fn fresh() -> Option<Self> {
        let mut key = [0; 32];
        ring::rand::SystemRandom::new().fill(&mut key).ok()?;
        Some(Self::new(&key))
    }

    /// The text with personal data replaced; borrowed when there were none.
    #[must_use]
    pub fn replace<'t>(&self, text: &'t str) -> Cow<'t, str> {
        let mut found: Vec<(usize, usize, Kind)> = Vec::new();
        for member in members(text) {
            if let Some(kind) = kind_of_member(member.name) {
                found.push((member.from, member.to, best(kind, &text[member.from..member.to])));
            }
        }
        by_form(text, &mut found);
        if found.is_empty() {
            return Cow::Borrowed(text);
        }
        // What is known by its member comes before what only looks like something inside it.
        found.sort_by_key(|(from, to, _)| (*from, std::cmp::Reverse(*to)));
        let (mut clean, mut from) = (String::with_capacity(text.len()), 0);
        for (begin, end, kind) in found {
            if begin >= from {
                clean.push_str(&text[from..begin]);
                clean.push_str(&self.pseudonym(kind, &text[begin..end]));
                from = end;
            }
        }
        clean.push_str(&text[from..]);
        Cow::Owned(clean)
    }

    /// The value of a member, as the text replaced; borrowed when it is no personal data. It may have quotes around it.
    #[must_use]
    pub fn replace_value<'t>(&self, member: &str, value: &'t str) -> Cow<'t, str> {
        let plain = value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        match (kind_of_member(member), plain) {
            (Some(kind), Some(plain)) => Cow::Owned(format!("\"{}\"", self.pseudonym(best(kind, plain), plain))),
            (Some(kind), None) if !value.starts_with(['{', '[']) => {
                Cow::Owned(self.pseudonym(best(kind, value), value))
            }
            _ => self.replace(value),
        }
    }

    fn pseudonym(&self, kind: Kind, value: &str) -> String {
        let mut draws = Draws { tag: hmac::sign(&self.key, value.to_lowercase().as_bytes()), at: 0 };
        match kind {
            Kind::Characters | Kind::Words => value.chars().map(|c| draws.like(c)).collect(),
            Kind::Date => date(value, &mut draws),
            Kind::Email => {
                let (user, _) = value.split_once('@').unwrap_or((value, ""));
                user.chars().map(|c| draws.like(c)).chain("@personal.example".chars()).collect()
            }
            Kind::Pan => value.char_indices().map(|(at, c)| if at == 3 { c } else { draws.like(c) }).collect(),
            Kind::Gstin => {
                let pan = self.pseudonym(Kind::Pan, &value[2..12]);
                format!("{}{pan}{}", &value[..2], &value[12..])
            }
            Kind::Aadhaar => {
                let digits = value.chars().filter(char::is_ascii_digit).count();
                // The first is 2 to 9.
                let mut made: Vec<u8> = vec![2 + draws.below(8)];
                made.extend((2..digits).map(|_| draws.below(10)));
                made.push(verhoeff_digit(&made));
                in_the_form_of(value, &made)
            }
            Kind::Mobile => {
                let mut made = vec![6 + draws.below(4)];
                made.extend((0..9).map(|_| draws.below(10)));
                in_the_form_of(value, &made)
            }
            Kind::Card => {
                let digits = value.chars().filter(char::is_ascii_digit).count();
                let first = value.bytes().next().map_or(0, |byte| byte - b'0');
                let mut made = vec![first];
                made.extend((2..digits).map(|_| draws.below(10)));
                made.push(luhn_digit(&made));
                in_the_form_of(value, &made)
            }
        }
    }
}

/// Numbers drawn from a hash, the same for the same value.
struct Draws {
    tag: hmac::Tag,
    at: usize,
}

impl Draws {
    fn next(&mut self) -> u8 {
        let bytes = self.tag.as_ref();
        let round = u8::try_from(self.at / bytes.len()).unwrap_or(u8::MAX);
        let byte = bytes[self.at % bytes.len()].rotate_left(3 * u32::from(round)) ^ round;
        self.at += 1;
        byte
    }

    fn below(&mut self, limit: u8) -> u8 {
        self.next() % limit
    }

    /// A character of the same kind. What has no case and is no digit stays, so that escapes and blanks do.
    fn like(&mut self, c: char) -> char {
        let from = |first: u8, drawn: u8| char::from(first + drawn);
        match c {
            '0'..='9' => from(b'0', self.below(10)),
            'a'..='z' => from(b'a', self.below(26)),
            'A'..='Z' => from(b'A', self.below(26)),
            c if c.is_alphabetic() => from(b'a', self.below(26)),
            other => other,
        }
    }
}

fn kind_of_member(name: &str) -> Option<Kind> {
    let mut plain = String::with_capacity(name.len());
    plain.extend(name.chars().filter(|c| !matches!(c, '-' | '_')).map(|c| c.to_ascii_lowercase()));
    MEMBERS.iter().find(|(known, _)| *known == plain).map(|(_, kind)| *kind)
}

/// A value's own form says more than the member it stands in.
fn best(kind: Kind, value: &str) -> Kind {
    let mut found = Vec::new();
    by_form(value, &mut found);
    match found.as_slice() {
        [(0, to, own)] if *to == value.len() => *own,
        _ => kind,
    }
}

/// Digits put where the digits of a value were.
fn in_the_form_of(value: &str, digits: &[u8]) -> String {
    let mut digits = digits.iter();
    value
        .chars()
        .map(|c| if c.is_ascii_digit() { digits.next().map_or(c, |digit| char::from(b'0' + digit)) } else { c })
        .collect()
}

/// Another date in the form of one: a year of four digits becomes one from 1950 to 2004, a number before or after it a day
/// or a month that every month has.
fn date(value: &str, draws: &mut Draws) -> String {
    let mut made = String::with_capacity(value.len());
    let mut rest = value;
    let mut numbers = 0;
    while let Some(begin) = rest.find(|c: char| c.is_ascii_digit()) {
        made.push_str(&rest[..begin]);
        let length = rest[begin..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - begin);
        let number = &rest[begin..begin + length];
        numbers += 1;
        match length {
            4 => made.push_str(&(1950 + u16::from(draws.below(55))).to_string()),
            // Up to three numbers are the date; what follows is a time of day.
            1 | 2 if numbers <= 3 => {
                made.push_str(&format!("{:0length$}", 1 + draws.below(if length == 1 { 9 } else { 12 })));
            }
            _ => made.push_str(number),
        }
        rest = &rest[begin + length..];
    }
    made.push_str(rest);
    made
}

/// What a text holds that is known by its form.
fn by_form(text: &str, found: &mut Vec<(usize, usize, Kind)>) {
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_alphanumeric() {
            if bytes[at] == b'@' {
                email(bytes, at, found);
            }
            at += 1;
            continue;
        }
        let length = bytes[at..].iter().position(|byte| !byte.is_ascii_alphanumeric()).unwrap_or(bytes.len() - at);
        let word = &bytes[at..at + length];
        // A letter of an escape such as `\n` before a word belongs to the escape.
        let before = at.checked_sub(1).map(|before| bytes[before]);
        if before == Some(b'\\') && length > 1 {
            at += 1;
            continue;
        }
        if let Some(kind) = kind_of_word(word, before, bytes.get(at + length).copied()) {
            found.push((at, at + length, kind));
        } else if let Some(end) = grouped(bytes, at) {
            found.push((at, end, Kind::Aadhaar));
            at = end;
            continue;
        }
        at += length;
    }
}

fn kind_of_word(word: &[u8], before: Option<u8>, after: Option<u8>) -> Option<Kind> {
    let digits = word.iter().all(u8::is_ascii_digit);
    // A number with a fraction is an amount, one with a hyphen around it a part of an id or a time.
    let inside = |byte: Option<u8>| byte.is_some_and(|byte| matches!(byte, b'.' | b'-' | b'_' | b'%'));
    match word.len() {
        10 if is_pan(word) => Some(Kind::Pan),
        15 if word[..2].iter().all(u8::is_ascii_digit) && is_pan(&word[2..12]) && word[13] == b'Z' => Some(Kind::Gstin),
        _ if !digits || inside(before) || inside(after) => None,
        10 if matches!(word[0], b'6'..=b'9') => Some(Kind::Mobile),
        12 if word.starts_with(b"91") && matches!(word[2], b'6'..=b'9') => Some(Kind::Characters),
        12 if matches!(word[0], b'2'..=b'9') && checks(word, verhoeff_digit) => Some(Kind::Aadhaar),
        14..=19 if matches!(word[0], b'2'..=b'6') && checks(word, luhn_digit) => Some(Kind::Card),
        _ => None,
    }
}

fn is_pan(word: &[u8]) -> bool {
    word[..5].iter().all(u8::is_ascii_uppercase)
        && word[5..9].iter().all(u8::is_ascii_digit)
        && word[9].is_ascii_uppercase()
        && b"ABCFGHJLPT".contains(&word[3])
}

/// `2345 6789 0124`: an Aadhaar number in groups; where it ends.
fn grouped(bytes: &[u8], at: usize) -> Option<usize> {
    let text = bytes.get(at..at + 14)?;
    let shape = text.iter().enumerate().all(|(place, byte)| match place {
        4 | 9 => *byte == b' ',
        _ => byte.is_ascii_digit(),
    });
    let closed = bytes.get(at + 14).is_none_or(|byte| !byte.is_ascii_alphanumeric());
    let digits: Vec<u8> = text.iter().copied().filter(u8::is_ascii_digit).collect();
    (shape && closed && matches!(digits[0], b'2'..=b'9') && checks(&digits, verhoeff_digit)).then_some(at + 14)
}

/// An e-mail address around an `@`.
fn email(bytes: &[u8], at: usize, found: &mut Vec<(usize, usize, Kind)>) {
    let user = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'+' | b'-');
    let host = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    let from = at - bytes[..at].iter().rev().take_while(|byte| user(byte)).count();
    let mut to = at + 1 + bytes[at + 1..].iter().take_while(|byte| host(byte)).count();
    while to > at && matches!(bytes[to - 1], b'.' | b'-') {
        to -= 1;
    }
    if from < at && to > at + 1 && bytes[at + 1..to].contains(&b'.') {
        found.push((from, to, Kind::Email));
    }
}

fn checks(word: &[u8], digit: impl Fn(&[u8]) -> u8) -> bool {
    let digits: Vec<u8> = word.iter().map(|byte| byte - b'0').collect();
    digits.split_last().is_some_and(|(last, others)| digit(others) == *last)
}

/// The digit that checks these (Luhn).
fn luhn_digit(digits: &[u8]) -> u8 {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit) * 2) {
            (0, double) if double > 9 => double - 9,
            (0, double) => double,
            _ => u32::from(*digit),
        })
        .sum();
    u8::try_from((10 - sum % 10) % 10).unwrap_or_default()
}

/// The digit that checks these (Verhoeff, in the dihedral group of order 10).
fn verhoeff_digit(digits: &[u8]) -> u8 {
    const TIMES: [[u8; 10]; 10] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 2, 3, 4, 0, 6, 7, 8, 9, 5],
        [2, 3, 4, 0, 1, 7, 8, 9, 5, 6],
        [3, 4, 0, 1, 2, 8, 9, 5, 6, 7],
        [4, 0, 1, 2, 3, 9, 5, 6, 7, 8],
        [5, 9, 8, 7, 6, 0, 4, 3, 2, 1],
        [6, 5, 9, 8, 7, 1, 0, 4, 3, 2],
        [7, 6, 5, 9, 8, 2, 1, 0, 4, 3],
        [8, 7, 6, 5, 9, 3, 2, 1, 0, 4],
        [9, 8, 7, 6, 5, 4, 3, 2, 1, 0],
    ];
    const PLACES: [[u8; 10]; 8] = [
        [0, 1, 2, 3, 4, 5, 6, 7, 8, 9],
        [1, 5, 7, 6, 2, 8, 3, 0, 9, 4],
        [5, 8, 0, 3, 7, 9, 6, 1, 4, 2],
        [8, 9, 1, 6, 0, 4, 3, 5, 2, 7],
        [9, 4, 5, 3, 1, 2, 6, 8, 7, 0],
        [4, 2, 8, 6, 5, 7, 3, 9, 0, 1],
        [2, 7, 9, 3, 8, 0, 6, 4, 1, 5],
        [7, 0, 4, 6, 9, 1, 3, 2, 5, 8],
    ];
    const INVERSE: [u8; 10] = [0, 4, 3, 2, 1, 5, 6, 7, 8, 9];
    let check = digits.iter().rev().enumerate().fold(0_u8, |check, (place, digit)| {
        TIMES[usize::from(check)][usize::from(PLACES[(place + 1) % 8][usize::from(*digit)])]
    });
    INVERSE[usize::from(check)]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        Pseudonyms::new(b"key").replace(text).into_owned()
    }

    #[test]
    fn check_digits_are_those_of_the_standards() {
        assert_eq!(luhn_digit(&[7, 9, 9, 2, 7, 3, 9, 8, 7, 1]), 3);
        assert_eq!(verhoeff_digit(&[2, 3, 6]), 3);
        assert_eq!(verhoeff_digit(&[1, 2, 3, 4, 5]), 1);
    }

    #[test]
    fn what_is_known_by_its_form_gets_another_of_the_same_form() {
        let card = format!("411111111111111{}", luhn_digit(&[4, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]));
        let aadhaar = format!("23456789012{}", verhoeff_digit(&[2, 3, 4, 5, 6, 7, 8, 9, 0, 1, 2]));
        for (value, kind) in [
            ("ABCPE1234F", Kind::Pan),
            ("27ABCPE1234F1Z5", Kind::Gstin),
            ("9876543210", Kind::Mobile),
            (card.as_str(), Kind::Card),
            (aadhaar.as_str(), Kind::Aadhaar),
        ] {
            let text = format!("{{\"x\":\"{value}\",\"y\":{value}}}");
            let clean = masked(&text);
            assert!(!clean.contains(value), "{clean}");
            let made = &clean[6..6 + value.len()];
            assert_eq!(kind_of_word(made.as_bytes(), None, None), Some(kind), "{value} became {made}");
            assert_eq!(clean.matches(made).count(), 2, "equal stays equal: {clean}");
        }
        assert!(masked("write to asha.rao@bank.co.in today.").ends_with("@personal.example today."));
        let grouped = format!("{} {} {}", &aadhaar[..4], &aadhaar[4..8], &aadhaar[8..]);
        let clean = masked(&grouped);
        assert!(clean != grouped && clean.as_bytes()[4] == b' ', "{clean}");
    }

    #[test]
    fn what_stands_in_a_documented_member_is_replaced_in_its_own_form() {
        let text = r#"{"name":"Asha Rao","dob":"1990-05-17","accountNumber":"000123456789","address":{"line1":"12, M G Road"},"email":"a@b.co","status":"SUCCESS"}"#;
        let clean = masked(text);
        for gone in ["Asha", "1990-05-17", "000123456789", "M G Road", "a@b.co"] {
            assert!(!clean.contains(gone), "{gone} in {clean}");
        }
        let value: serde_json::Value = serde_json::from_str(&clean).unwrap();
        assert_eq!(value["status"], "SUCCESS");
        let dob = value["dob"].as_str().unwrap();
        assert!(dob.len() == 10 && dob.as_bytes()[4] == b'-', "{dob}");
        assert_eq!(value["accountNumber"].as_str().unwrap().len(), 12);
    }

    #[test]
    fn numbers_times_and_ids_are_left_alone() {
        for text in [
            r#"{"at":1764480000000,"amount":9876543210.55,"ref":"5b3f9876543210aa","id":"a1-9876543210-b"}"#,
            r#"{"createdAt":"2026-11-30T05:36:28.123456+05:30","took_us":1234,"type":"SUCCESS","code":"GEO-S-000"}"#,
            "CUST-000123 and 0123456789 and ABCDE1234F",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn another_key_gives_other_pseudonyms() {
        assert_ne!(Pseudonyms::new(b"one").replace("9876543210"), Pseudonyms::new(b"two").replace("9876543210"));
    }
}
