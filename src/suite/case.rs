//! `suite` and its `cases`: the top of a suite file.

use super::bindings::Binding;
use super::defaults::{DEFAULTS, Defaults};
use super::rows::{EACH, Rows};
use super::setup::{SETUP, Setup};
use super::skip::{SKIP_SHAPE, Skip};
use super::step::{STEP, Step, read_steps};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape, parse};
use std::sync::Arc;
use std::time::Duration;

static SUITE_KEYS: &[Key] = &[
    Key {
        name: "suite",
        about: "the suite's name, shown in every report",
        shape: Shape::Text,
        example: "Offers from the business rule engine",
    },
    ABOUT,
    Key {
        name: "defaults",
        about: "what every request of its cases has unless it says otherwise; setups get what needs none of their outputs",
        shape: Shape::Object(&DEFAULTS),
        example: r#"{ auth: { bearer: "{{ token }}" } }"#,
    },
    Key {
        name: "contract",
        about: "the contract every exchange belongs to: a name, or a path to an OpenAPI document",
        shape: Shape::Text,
        example: "lender-prism",
    },
    Key {
        name: "tags",
        about: "words to select the suite's cases by",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "[bre, type-4]",
    },
    Key {
        name: "vars",
        about: "names for all cases, evaluated anew for each",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ customerID: "{{ unique('CUST') }}" }"#,
    },
    Key {
        name: "setup",
        about: "steps by name that are done once for all cases that need them",
        shape: Shape::Map(Names::Variables, &Shape::Object(&SETUP)),
        example: r#"{ customer: { steps: [{ use: flows/onboard.yaml }], outputs: { customerID: "{{ customerID }}" } } }"#,
    },
    Key {
        name: "cases",
        about: "the cases, independent of each other",
        shape: Shape::Many(&Shape::Object(&CASE)),
        example: "[{ name: it works, steps: [{ request: { operation: getBankList } }] }]",
    },
];

/// `about` of a suite, a case, a step.
pub(super) const ABOUT: Key = Key {
    name: "about",
    about: "what it is for, in a sentence or two, shown in the reports",
    shape: Shape::Text,
    example: "Section 4.2 of the agreement",
};

static CASE_KEYS: &[Key] = &[
    Key {
        name: "name",
        about: "what the case shows, unique in its suite",
        shape: Shape::TextTemplate,
        example: "an approved applicant gets an offer",
    },
    ABOUT,
    Key {
        name: "skip",
        about: "why it is not run, or a mapping that says when it is not",
        shape: SKIP_SHAPE,
        example: r#"{ when: "{{ partner != 'acme' }}", reason: only for acme }"#,
    },
    Key {
        name: "tags",
        about: "words to select the case by, besides the suite's",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "[slow]",
    },
    Key {
        name: "each",
        about: "rows, a CSV or JSON file of them, or a matrix: the case is run once for each, with the row's values as names",
        shape: EACH,
        example: "[{ amount: 1000 }, { amount: 5000 }]",
    },
    Key {
        name: "need",
        about: "setups that must be done before; their outputs are names of the case",
        shape: Shape::OneOrMany(&Shape::Text),
        example: "[customer]",
    },
    Key {
        name: "vars",
        about: "names for this case, evaluated once when it begins",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ who: "{{ personas.approved }}" }"#,
    },
    Key {
        name: "within",
        about: "longest time for the whole case, waits included; cleanup has its own",
        shape: Shape::Duration,
        example: "5m",
    },
    Key {
        name: "steps",
        about: "what is done, in order; the first step that does not pass ends the case",
        shape: Shape::Many(&Shape::Object(&STEP)),
        example: "[{ use: flows/onboard.yaml }]",
    },
    Key {
        name: "cleanup",
        about: "steps that are done at the end whatever happened; they see the case's names and are reported apart",
        shape: Shape::Some(&Shape::Object(&STEP)),
        example: "[{ use: flows/open-session.yaml }]",
    },
];

/// A suite file.
pub(super) static SUITE: Object =
    Object { name: "suite", what: "a suite", keys: &[SUITE_KEYS], needs: &["suite", "cases"], kinds: &[] };

/// A case.
pub(super) static CASE: Object =
    Object { name: "case", what: "a case", keys: &[CASE_KEYS], needs: &["name", "steps"], kinds: &[] };

/// A suite file.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The file.
    pub file: FileId,
    /// The suite's name.
    pub name: Spanned<String>,
    /// What it is for.
    pub about: Option<String>,
    /// What every request has unless it says otherwise.
    pub defaults: Option<Arc<Defaults>>,
    /// The contract it names.
    pub contract: Option<Spanned<String>>,
    /// Tags of all its cases.
    pub tags: Vec<String>,
    /// Names for all its cases.
    pub vars: Vec<Binding>,
    /// What is done once for the cases that need it.
    pub setups: Vec<Setup>,
    /// Its cases, in order.
    pub cases: Vec<Case>,
}

/// A case: ordered steps with names of their own.
#[derive(Debug, Clone)]
pub struct Case {
    /// What it shows.
    pub name: Spanned<String>,
    /// What it is for.
    pub about: Option<String>,
    /// When it is not run.
    pub skip: Option<Skip>,
    /// Its own tags.
    pub tags: Vec<String>,
    /// The setups it needs.
    pub need: Vec<Spanned<String>>,
    /// The rows it is run for.
    pub each: Option<Rows>,
    /// Its names.
    pub vars: Vec<Binding>,
    /// Longest time for all of it.
    pub within: Option<Spanned<Duration>>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// Steps that are done at the end, whatever happened.
    pub cleanup: Vec<Step>,
    /// How much of it could be read.
    pub reading: Reading,
}

/// How much of a case could be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reading {
    /// All that gives names to what follows.
    Whole,
    /// Not all: a name that nothing sets may be set by what is missing, which has been spoken of.
    Partial,
}

/// Reads a suite file.
///
/// # Errors
/// All problems of the file.
pub fn read_suite(sources: &Sources, file: FileId) -> Result<Suite, Vec<Diagnostic>> {
    match read_what_can_be(sources, file) {
        (Some(suite), problems) if problems.is_empty() => Ok(suite),
        (_, problems) => Err(problems),
    }
}

/// Reads of a suite file what can be read, so that the rest can be judged too; and all problems of the file.
#[must_use]
pub fn read_what_can_be(sources: &Sources, file: FileId) -> (Option<Suite>, Vec<Diagnostic>) {
    let root = match parse(sources, file) {
        Ok(root) => root,
        Err(problems) => return (None, problems),
    };
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, &SUITE);
    let name = fields.required(&mut reader, "suite").and_then(|node| reader.text(node, "`suite`"));
    let contract = fields.get("contract").and_then(|node| reader.text(node, "`contract`"));
    let tags = read_tags(&mut reader, &fields);
    let vars = fields.get("vars").map(|node| Binding::read_all(&mut reader, node, "`vars`")).unwrap_or_default();
    let setups = fields.get("setup").map(|node| Setup::read_all(&mut reader, node)).unwrap_or_default();
    let cases = fields.required(&mut reader, "cases").map(|node| read_cases(&mut reader, node)).unwrap_or_default();
    let about = read_about(&mut reader, &fields);
    let defaults = fields.get("defaults").map(|node| Arc::new(Defaults::read(&mut reader, node)));
    let suite = name.map(|name| Suite { file, name, about, defaults, contract, tags, vars, setups, cases });
    (suite, reader.problems)
}

/// Reads `about`; shared with steps.
pub(super) fn read_about(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Option<String> {
    fields.get("about").and_then(|node| reader.text(node, "`about`")).map(|about| about.value.trim().to_owned())
}

fn read_tags(reader: &mut Reader<'_>, fields: &Fields<'_>) -> Vec<String> {
    let tags = fields.get("tags").map(|node| reader.texts(node, "a tag")).unwrap_or_default();
    tags.into_iter().map(|tag| tag.value).collect()
}

fn read_cases(reader: &mut Reader<'_>, node: &Node) -> Vec<Case> {
    let items = reader.list(node, "`cases`");
    if items.is_empty() {
        reader.problem(Code::WrongValue, node.span, "a suite needs at least one case", "");
    }
    // What the suite's own keys lack is missed by every case.
    let above = if reader.dropped == 0 { Reading::Whole } else { Reading::Partial };
    items.iter().filter_map(|item| read_case(reader, item, above)).collect()
}

/// An empty cleanup is a way to say that there is nothing to clean up.
fn read_cleanup(reader: &mut Reader<'_>, node: &Node) -> Vec<Step> {
    match &node.kind {
        Kind::List(items) if items.is_empty() => Vec::new(),
        _ => read_steps(reader, node),
    }
}

fn read_case(reader: &mut Reader<'_>, node: &Node, above: Reading) -> Option<Case> {
    let before = reader.dropped;
    let fields = Fields::open(reader, node, &CASE);
    let name = fields.required(reader, "name").and_then(|node| reader.text(node, "`name`"));
    let tags = read_tags(reader, &fields);
    let need = fields.get("need").map(|node| reader.texts(node, "a setup's name")).unwrap_or_default();
    let each = fields.get("each").and_then(|node| Rows::read(reader, node));
    let vars = fields.get("vars").map(|node| Binding::read_all(reader, node, "`vars`")).unwrap_or_default();
    let within = fields
        .get("within")
        .and_then(|node| reader.duration(node, "`within`").map(|within| Spanned::new(within, node.span)));
    let steps = fields.required(reader, "steps").map(|node| read_steps(reader, node)).unwrap_or_default();
    let cleanup = fields.get("cleanup").map(|node| read_cleanup(reader, node)).unwrap_or_default();
    let name = name.unwrap_or_else(|| unnamed(node.span));
    let reading = if reader.dropped == before { above } else { Reading::Partial };
    let about = read_about(reader, &fields);
    let skip = fields.get("skip").and_then(|node| Skip::read(reader, node));
    Some(Case { name, about, skip, tags, need, each, vars, within, steps, cleanup, reading })
}

/// Stands for a name that is missing, which has been said; never reaches a run.
fn unnamed(span: Span) -> Spanned<String> {
    Spanned::new(format!("case at byte {}", span.start), span)
}
