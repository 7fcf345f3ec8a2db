//! What is masked unless a suite says otherwise: what differs from run to run, and what is private.
//!
//! Every rule looks at the form of a text or at a member's name, never at a value's chance: what is masked under one seed
//! is masked under every other.

use super::form::{form, host};
use super::number::marker;
use regex::Regex;
use std::ops::Range;
use std::sync::LazyLock;

/// Forms of text that are replaced wherever they stand, the more telling one first. A group's name is its kind.
static FORMS: LazyLock<Regex> = LazyLock::new(|| {
    let forms = [
        r"(?<token>eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]*)",
        r"(?<uuid>[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12})",
        r"(?<time>\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|z| ?[+-]\d\d:?\d\d)?)",
        r"(?<httptime>(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT)",
        r"(?<date>\d{4}[-/]\d\d[-/]\d\d|\d\d[-/.]\d\d[-/.]\d{4})",
        r#"(?<url>(?:https?|wss?)://[^/?#\s"'<>\\]+)"#,
        r"(?<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)",
        r"(?<pan>[A-Za-z]{3}[ABCFGHJLPTabcfghjlpt][A-Za-z]\d{4}[A-Za-z])",
        r"(?<hex>[0-9A-Fa-f]{24,})",
        // A serial number under a few letters, as banks give them; a branch's code is shorter.
        r"(?<serial>[A-Z]{2,8}[-/]?\d{8,})",
        r"(?<ulid>[0-7][0-9A-HJKMNP-TV-Z]{25})",
        // Digits in a row, or in the groups that people write them in; what they are their number tells.
        r"(?<digits>\d{4}[ -]\d{4}[ -]\d{4}|(?:\+91[ -]?)?[6-9]\d{4}[ -]\d{5}|(?:\+91[ -]?)?\d{9,})",
    ];
    Regex::new(&forms.join("|")).expect("the forms are regular expressions")
});

/// A kind of what is recognised: its placeholder, whether it is private, whether the same value has one number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Kind(&'static str, Privacy, Numbering);

const TOKEN: Kind = Kind("token", Privacy::Private, Numbering::ByValue);
const UUID: Kind = Kind("uuid", Privacy::Open, Numbering::ByValue);
const ID: Kind = Kind("id", Privacy::Open, Numbering::ByValue);
/// Two times may be one and the same in one run and a millisecond apart in the next, so they have no numbers.
const TIME: Kind = Kind("time", Privacy::Open, Numbering::None);
const DATE: Kind = Kind("date", Privacy::Open, Numbering::None);
const EPOCH: Kind = Kind("epoch", Privacy::Open, Numbering::None);
const HOST: Kind = Kind("host", Privacy::Open, Numbering::None);
const EMAIL: Kind = Kind("email", Privacy::Private, Numbering::ByValue);
const PAN: Kind = Kind("pan", Privacy::Private, Numbering::ByValue);
const MOBILE: Kind = Kind("mobile", Privacy::Private, Numbering::ByValue);
const AADHAAR: Kind = Kind("aadhaar", Privacy::Private, Numbering::ByValue);
const ACCOUNT: Kind = Kind("account", Privacy::Private, Numbering::ByValue);

/// The groups of [`FORMS`] whose kind their form alone tells.
const GROUPS: [(&str, Kind); 11] = [
    ("token", TOKEN),
    ("uuid", UUID),
    ("time", TIME),
    ("httptime", TIME),
    ("date", DATE),
    ("url", HOST),
    ("email", EMAIL),
    ("pan", PAN),
    ("hex", ID),
    ("ulid", ID),
    ("serial", ID),
];

/// Whether a value may be shown where a suite asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Privacy {
    Open,
    Private,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Numbering {
    ByValue,
    None,
}

/// What is masked by form or name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// Everything that differs from run to run, and everything private.
    All,
    /// Only what is private.
    Private,
}

/// How placeholders are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wording<'a> {
    /// With the type and form of what they stand for; of hosts only this one, the target's own, has one.
    Typed(&'a str),
    /// With their kind only, and one for any host: as files have them that were accepted before there were forms.
    Untyped,
}

/// A text with everything masked in it that is recognised by its form.
pub(super) fn in_text(text: &str, extent: Extent, wording: Wording<'_>) -> String {
    let mut clean = String::with_capacity(text.len());
    let (mut done, mut from) = (0, 0);
    while let Some(found) = FORMS.captures_at(text, from) {
        let Some(part) = found.get(0) else { break };
        // What is a piece of something longer is not looked at again: every byte is passed once.
        from = part.end();
        let group = GROUPS.iter().find(|(group, _)| found.name(group).is_some());
        let kind = match group {
            // Digits alone or letters alone are a number or a word.
            Some(("hex", _)) if !is_mixed(part.as_str()) => None,
            Some((_, kind)) => stands_alone(text, &part.range()).then_some(*kind),
            None => digits(text, &part.range()),
        };
        let Some(kind) = kind.filter(|kind| extent == Extent::All || kind.1 == Privacy::Private) else { continue };
        let masked = match (part.as_str().split_once("://"), wording) {
            (Some((scheme, _)), Wording::Untyped) if kind == HOST => Some(format!("{scheme}://[host]")),
            (Some((scheme, authority)), Wording::Typed(own)) if kind == HOST => host(scheme, authority, own),
            _ => Some(kind.mask(part.as_str(), wording, Type::Text)),
        };
        let Some(masked) = masked else { continue };
        clean.push_str(&text[done..part.start()]);
        clean.push_str(&masked);
        done = part.end();
    }
    clean.push_str(&text[done..]);
    clean
}

/// Whether what was found is not a piece of something longer.
fn stands_alone(text: &str, range: &Range<usize>) -> bool {
    let letter = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    !letter(text[..range.start].chars().next_back()) && !letter(text[range.end..].chars().next())
}

fn is_mixed(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && text.bytes().any(|byte| byte.is_ascii_alphabetic())
}

/// What digits in a row are, if anything.
fn digits(text: &str, range: &Range<usize>) -> Option<Kind> {
    let mut after = text[range.end..].chars();
    let fraction = after.next() == Some('.') && after.next().is_some_and(|c| c.is_ascii_digit());
    if !stands_alone(text, range) || fraction || text[..range.start].ends_with('.') {
        return None;
    }
    let part = &text[range.clone()];
    let international = part.starts_with('+');
    let digits: String = part.trim_start_matches("+91").chars().filter(char::is_ascii_digit).collect();
    kind_of_digits(&digits).filter(|kind| !international || *kind == MOBILE)
}

/// What a whole number of so many digits is, if anything: no amount is as long.
fn kind_of_digits(digits: &str) -> Option<Kind> {
    let begins = |heads: &[&str]| heads.iter().any(|head| digits.starts_with(head));
    // From July 2017 to May 2050, in seconds and in milliseconds.
    let time = || begins(&["15", "16", "17", "18", "19", "20", "21", "22", "23", "24"]);
    match digits.len() {
        10 if begins(&["6", "7", "8", "9"]) => Some(MOBILE),
        11 if begins(&["06", "07", "08", "09"]) => Some(MOBILE),
        10 | 13 if time() => Some(EPOCH),
        12 if !begins(&["0", "1"]) => Some(AADHAAR),
        9..=18 => Some(ACCOUNT),
        _ => None,
    }
}

/// What stands for a number that is recognised by its digits. Account numbers are texts: a number as long may be an
/// amount in small units.
pub(super) fn in_number(number: &str, extent: Extent, wording: Wording<'_>) -> Option<String> {
    let kind = kind_of_digits(number).filter(|kind| *kind != ACCOUNT)?;
    (extent == Extent::All || kind.1 == Privacy::Private).then(|| kind.mask(number, wording, Type::Number))
}

/// What a value is in JSON: a number that becomes text is another value, whatever its digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Type {
    Text,
    Number,
}

/// What stands for an id that the case knows.
pub(super) fn known_id(id: &str, wording: Wording<'_>, of: Type) -> String {
    ID.mask(id, wording, of)
}

impl Kind {
    fn mask(self, value: &str, wording: Wording<'_>, of: Type) -> String {
        let form = match wording {
            Wording::Untyped => None,
            Wording::Typed(_) => {
                let parts = [form(self.0, value), (of == Type::Number).then(|| "number".to_owned())];
                Some(parts.into_iter().flatten().collect::<Vec<_>>().join(", ")).filter(|form| !form.is_empty())
            }
        };
        match (self.2, form) {
            (Numbering::ByValue, form) => marker(self.0, &value.to_lowercase(), form.as_deref()),
            (Numbering::None, Some(form)) => format!("[{} {form}]", self.0),
            (Numbering::None, None) => format!("[{}]", self.0),
        }
    }
}

/// What a member's name says of its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning(Kind);

/// Names of members, in lower case letters and digits only, whose values are private.
const PRIVATE: [(Kind, &[&str]); 9] = [
    (
        Kind("name", Privacy::Private, Numbering::ByValue),
        &[
            "firstname",
            "middlename",
            "lastname",
            "surname",
            "fathername",
            "fathersname",
            "mothername",
            "mothersname",
            "spousename",
            "maidenname",
            "customername",
            "applicantname",
            "borrowername",
            "beneficiaryname",
            "accountholdername",
            "accountname",
            "holdername",
            "panname",
            "aadhaarname",
            "nameonpan",
            "nameonaadhaar",
        ],
    ),
    (Kind("date", Privacy::Private, Numbering::None), &["dob", "dateofbirth", "birthdate"]),
    (
        Kind("address", Privacy::Private, Numbering::ByValue),
        &[
            "address",
            "addressline1",
            "addressline2",
            "addressline3",
            "permanentaddress",
            "currentaddress",
            "communicationaddress",
            "residentialaddress",
            "presentaddress",
        ],
    ),
    (ACCOUNT, &["accountnumber", "accountno", "accno", "bankaccountnumber", "bankaccount", "loanaccountnumber"]),
    (PAN, &["pan", "pannumber", "panno"]),
    (AADHAAR, &["aadhaar", "aadhaarnumber", "aadhar", "aadharnumber"]),
    (MOBILE, &["mobile", "mobilenumber", "mobileno", "phone", "phonenumber", "phoneno"]),
    (EMAIL, &["email", "emailid", "emailaddress"]),
    (
        TOKEN,
        &[
            "token",
            "accesstoken",
            "sessiontoken",
            "refreshtoken",
            "authtoken",
            "password",
            "secret",
            "otp",
            "signature",
        ],
    ),
];

/// Whether a name is a person's where it stands among what is known of a person.
pub(super) fn name_among(name: &str, mut others: impl Iterator<Item = impl AsRef<str>>) -> Option<Meaning> {
    let person = |other: &str| {
        let other = short(other);
        matches!(other.as_str(), "dob" | "dateofbirth" | "gender" | "pan" | "pannumber" | "aadhaar" | "aadhaarnumber")
    };
    let is_name = matches!(short(name).as_str(), "name" | "fullname");
    (is_name && others.any(|other| person(other.as_ref()))).then_some(Meaning(PRIVATE[0].0))
}

/// A member's name in lower case letters and digits only.
fn short(name: &str) -> String {
    name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

/// What a member's name says of its value, if anything.
pub(super) fn meaning(name: &str) -> Option<Meaning> {
    let short = short(name);
    let private = PRIVATE.iter().find(|(_, names)| names.contains(&short.as_str())).map(|(kind, _)| Meaning(*kind));
    private.or_else(|| names_an_id(name).then_some(Meaning(ID)))
}

/// Whether a name says that its value is an id: `id`, `customerID`, `loanId`, `order_id`, `transactionReference`.
#[must_use]
pub fn names_an_id(name: &str) -> bool {
    let ends = |end: &str| name.ends_with(end);
    matches!(name, "id" | "ID" | "Id" | "uuid" | "reference" | "ref" | "guid")
        || ["ID", "Id", "_id", "-id", "UUID", "Uuid", "_uuid", "Reference", "ReferenceNumber", "_reference", "Guid"]
            .iter()
            .any(|end| ends(end))
}

impl Meaning {
    /// What stands for a value of this meaning; `None` where it is left to its form.
    pub(super) fn mask(self, value: &str, extent: Extent, wording: Wording<'_>, of: Type) -> Option<String> {
        let masked = !value.is_empty() && (extent == Extent::All || self.is_private());
        masked.then(|| self.0.mask(value, wording, of))
    }

    /// Whether what stands below a member of this name is private as well.
    pub(super) fn is_private(self) -> bool {
        self.0.1 == Privacy::Private
    }
}

#[cfg(test)]
mod tests {
    use super::super::number::generic;
    use super::*;

    const OWN: Wording<'_> = Wording::Typed("127.0.0.1:41234");

    /// As it was before there were forms.
    fn masked(text: &str) -> String {
        generic(&in_text(text, Extent::All, Wording::Untyped))
    }

    #[test]
    fn what_differs_from_run_to_run_is_recognised_by_its_form() {
        for (text, clean) in [
            ("a 6f1c1b5e-8a53-4c1e-9d2b-0d1f6c7a8b9c b", "a [uuid] b"),
            ("2026-11-22T15:26:27.123Z", "[time]"),
            ("from 2026-11-22 10:00 to 2026-11-22T15:26:27+05:30", "from [time] to [time]"),
            ("Sun, 06 Nov 1994 08:49:37 GMT", "[time]"),
            ("1997-11-18 or 18/11/1997", "[date] or [date]"),
            ("http://127.0.0.1:41234/s/6f1c1b5e-8a53-4c1e-9d2b-0d1f6c7a8b9c?x=1", "http://[host]/s/[uuid]?x=1"),
            ("https://user:pass@host", "https://[host]"),
            ("1763825187", "[epoch]"),
            ("1763825187123", "[epoch]"),
            ("507f1f77bcf86cd799439011", "[id]"),
            ("01ARZ3NDEKTSV4RRFFQ69G5FAV", "[id]"),
            ("ABFL722041761405", "[id]"),
        ] {
            assert_eq!(masked(text), clean, "{text}");
            assert_eq!(in_text(text, Extent::Private, Wording::Untyped), text, "nothing of it is private");
        }
    }

    #[test]
    fn personal_data_is_recognised_by_its_form_whatever_is_kept() {
        for (text, clean) in [
            ("ABCPE1234F", "[pan]"),
            ("PAN ABCPE1234F, 2345 6789 0123", "PAN [pan], [aadhaar]"),
            ("234567890123", "[aadhaar]"),
            ("9876543210 +91 9876543210 +919876543210", "[mobile] [mobile] [mobile]"),
            ("asha.rao@example.co.in", "[email]"),
            ("50100123456789", "[account]"),
            ("user_9876543210, 98765 43210", "user_[mobile], [mobile]"),
        ] {
            assert_eq!(generic(&in_text(text, Extent::Private, Wording::Untyped)), clean, "{text}");
            assert_eq!(masked(text), clean, "{text}");
        }
    }

    #[test]
    fn placeholders_have_the_form_of_what_they_stand_for() {
        for (text, clean) in [
            ("6f1c1b5e-8a53-4c1e-9d2b-0d1f6c7a8b9c", "[uuid]"),
            ("6F1C1B5E-8A53-4C1E-9D2B-0D1F6C7A8B9C", "[uuid, capitals]"),
            ("2026-11-22T15:26:27.123Z", "[time Z]"),
            ("2026-11-22T15:26:27+05:30", "[time +05:30]"),
            ("2026-11-22 10:00", "[time no offset, a blank for T, no seconds]"),
            ("Sun, 06 Nov 1994 08:49:37 GMT", "[time http]"),
            ("1997-11-18", "[date yyyy-mm-dd]"),
            ("18/11/1997", "[date dd/mm/yyyy]"),
            ("1763825187", "[epoch s]"),
            ("1763825187123", "[epoch ms]"),
            ("507f1f77bcf86cd799439011", "[id, 24 hex digits]"),
            ("ABFL722041761405", "[id, 4 letters 12 digits]"),
            ("9876543210", "[mobile, 10 digits]"),
            ("+91 98765 43210", "[mobile, +99 99999 99999]"),
            ("2345 6789 0123", "[aadhaar, 9999 9999 9999]"),
            ("50100123456789", "[account, 14 digits]"),
            ("ABCPE1234F", "[pan]"),
            ("http://127.0.0.1:41234/s", "http://[host]/s"),
            ("http://127.0.0.1:5/s", "http://127.0.0.1:[port]/s"),
            ("https://cdn.example.com/a.png", "https://cdn.example.com/a.png"),
            ("https://u:p@cdn.example.com/", "https://[user]@cdn.example.com/"),
        ] {
            assert_eq!(generic(&in_text(text, Extent::All, OWN)), clean, "{text}");
        }
    }

    #[test]
    fn what_means_something_is_left_alone() {
        for text in [
            "GEO-S-000",
            "500000",
            "12.5",
            "CONTIONAL_SUCCESS",
            "HDFC0001234",
            "10.15.30",
            "123456.789012345",
            "",
            "application/json; charset=utf-8",
            "v1.2.3",
            "1234567890123456789012345",
            "Loan of 12,34,567",
        ] {
            assert_eq!(masked(text), text);
        }
    }

    #[test]
    fn names_tell_ids_and_what_is_private() {
        for name in ["id", "customerID", "loanId", "order_id", "bankReference"] {
            assert!(names_an_id(name), "{name}");
        }
        for name in ["paid", "valid", "IDs", "width", "preferences", "identity"] {
            assert!(!names_an_id(name), "{name}");
        }
        let kind = |name: &str| meaning(name).map(|meaning| meaning.0.0);
        assert_eq!(kind("father_name"), Some("name"));
        assert_eq!(kind("dateOfBirth"), Some("date"));
        assert_eq!(kind("lenderName"), None);
    }
}
