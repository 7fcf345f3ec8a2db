//! A file of waivers: failures for which somebody answers until a day.

use crate::diagnostic::{Code, Diagnostic};
use crate::event::WaiverEntry;
use crate::source::{FileId, Sources, Spanned};
use crate::yaml::{Fields, Key, Node, Object, Reader, Shape, parse};
use jiff::civil::Date;

static KEYS: &[Key] = &[Key {
    name: "waivers",
    about: "failures for which somebody answers until a day",
    shape: Shape::Some(&Shape::Object(&WAIVER)),
    example: "[{ case: an approved applicant, owner: Asha, reason: fixed in 2.4, expires: 2026-12-31 }]",
}];

static WAIVER_KEYS: &[Key] = &[
    Key {
        name: "failure",
        about: "what fails, by the id that reports show; a `*` at its end stands for any rest",
        shape: Shape::Text,
        example: "contract:getBre:offer:/data/offers/*/offerID:format",
    },
    Key {
        name: "suite",
        about: "in which suite, by its file or name",
        shape: Shape::Text,
        example: "journeys/deep.yaml",
    },
    Key {
        name: "case",
        about: "in which case, by its whole name",
        shape: Shape::Text,
        example: "an approved applicant",
    },
    Key { name: "step", about: "in which step, by its whole name", shape: Shape::Text, example: "Get BRE" },
    Key { name: "operation", about: "of which operation", shape: Shape::Text, example: "getBre" },
    Key { name: "owner", about: "who answers for it", shape: Shape::Text, example: "Asha Rao" },
    Key { name: "reason", about: "why it may be so", shape: Shape::Text, example: "the fix ships with 2.4" },
    Key {
        name: "expires",
        about: "the last day it holds, in UTC",
        shape: Shape::Pattern("a date", "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"),
        example: "2026-12-31",
    },
];

/// A file of waivers.
pub(super) static WAIVERS: Object =
    Object { name: "waivers", what: "a file of waivers", keys: &[KEYS], needs: &["waivers"], kinds: &[] };

/// A waiver.
pub(super) static WAIVER: Object = Object {
    name: "waiver",
    what: "a waiver",
    keys: &[WAIVER_KEYS],
    needs: &["owner", "reason", "expires"],
    kinds: &[],
};

/// Somebody answers for a failure until a day.
#[derive(Debug, Clone)]
pub struct Waiver {
    /// What fails, as [`crate::event::Promise::id`]; anything without it.
    pub failure: Option<String>,
    /// The suite, by file or name; any without it.
    pub suite: Option<String>,
    /// The case; any without it.
    pub case: Option<String>,
    /// The step; any without it.
    pub step: Option<String>,
    /// The operation; any without it.
    pub operation: Option<String>,
    /// The last day it holds.
    pub expires: Date,
    /// As events name it.
    pub entry: WaiverEntry,
}

impl Waiver {
    /// Whether a failure of that id is one it is about.
    #[must_use]
    pub fn is_about(&self, id: &str) -> bool {
        self.failure.as_deref().is_none_or(|own| match own.strip_suffix('*') {
            Some(beginning) => id.starts_with(beginning),
            None => own == id,
        })
    }
}

/// Reads a file of waivers.
///
/// # Errors
/// Every problem of the file.
pub fn read_waivers(sources: &Sources, file: FileId) -> Result<Vec<Waiver>, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, &WAIVERS);
    let items = fields.required(&mut reader, "waivers").map(|node| reader.list(node, "`waivers`")).unwrap_or_default();
    let waivers = items.iter().filter_map(|item| read_waiver(&mut reader, item)).collect();
    if reader.problems.is_empty() { Ok(waivers) } else { Err(reader.problems) }
}

fn read_waiver(reader: &mut Reader<'_>, node: &Node) -> Option<Waiver> {
    let fields = Fields::open(reader, node, &WAIVER);
    let mut what = Vec::new();
    let mut text = |name: &str| {
        let text = fields.get(name).and_then(|node| reader.text(node, name))?;
        what.push(format!("{name} `{}`", text.value));
        Some(text.value)
    };
    let failure = text("failure");
    let (suite, case, step, operation) = (text("suite"), text("case"), text("step"), text("operation"));
    if what.is_empty() {
        let title = "a waiver needs to say what it waives";
        reader.problem(Code::MissingKey, node.span, title, "give `failure`, `suite`, `case`, `step` or `operation`");
    }
    let mut needed = |name: &str| fields.required(reader, name).and_then(|node| reader.text(node, name));
    let (owner, reason, expires) = (needed("owner"), needed("reason"), needed("expires"));
    let day = expires.and_then(|expires| date(reader, &expires));
    for empty in [&owner, &reason].into_iter().flatten().filter(|text| text.value.trim().is_empty()) {
        reader.problem(Code::WrongValue, empty.span, "a waiver needs an owner and a reason", "this is empty");
    }
    let (owner, reason, expires) = (owner?, reason?, day?);
    let entry = WaiverEntry {
        what: what.join(", "),
        owner: owner.value,
        reason: reason.value,
        expires: expires.to_string(),
        place: reader.sources.place(node.span),
    };
    Some(Waiver { failure, suite, case, step, operation, expires, entry })
}

fn date(reader: &mut Reader<'_>, text: &Spanned<String>) -> Option<Date> {
    let day = text.value.parse();
    if day.is_err() {
        let title = format!("`{}` is not a day", text.value);
        reader.problem(Code::WrongValue, text.span, title, "write it as in 2026-12-31");
    }
    day.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Vec<Waiver>, Vec<String>> {
        let mut sources = Sources::default();
        let file = sources.add("waivers.yaml", text);
        read_waivers(&sources, file).map_err(|problems| problems.into_iter().map(|problem| problem.title).collect())
    }

    #[test]
    fn a_waiver_says_what_who_why_and_until_when() {
        let text = "waivers:\n  - failure: contract:getBre:*\n    owner: Asha\n    reason: fixed in 2.4\n    expires: 2026-12-31\n";
        let waivers = read(text).unwrap();
        let [waiver] = waivers.as_slice() else { panic!("one waiver: {waivers:?}") };
        assert_eq!(waiver.entry.what, "failure `contract:getBre:*`");
        assert_eq!((waiver.entry.expires.as_str(), waiver.entry.place.line), ("2026-12-31", 2));
        assert!(waiver.is_about("contract:getBre:offer:/data:required") && !waiver.is_about("contract:getKyc:x"));
    }

    #[test]
    fn a_waiver_that_does_not_is_refused() {
        let refused = |text: &str| read(text).unwrap_err().join("; ");
        assert_eq!(
            refused("waivers: [{ owner: a, reason: b, expires: 2026-12-31 }]"),
            "a waiver needs to say what it waives"
        );
        assert_eq!(
            refused("waivers: [{ case: x, owner: ' ', reason: b, expires: 2026-02-30 }]"),
            "`2026-02-30` is not a day; a waiver needs an owner and a reason"
        );
        assert!(refused("waivers: [{ case: x }]").contains("`owner`"));
    }
}
