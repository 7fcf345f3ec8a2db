//! `suite` and its `cases`: the top of a suite file.

use super::bindings::Binding;
use super::rows::Rows;
use super::setup::Setup;
use super::step::{Step, read_steps};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Node, Reader, parse};
use std::time::Duration;

const SUITE_KEYS: &[Key] = &[
    Key { name: "suite", about: "the suite's name, shown in every report" },
    Key { name: "contract", about: "the contract every exchange belongs to: a name, or a path to an OpenAPI document" },
    Key { name: "tags", about: "words to select the suite's cases by" },
    Key { name: "vars", about: "names for all cases, evaluated anew for each" },
    Key { name: "setup", about: "steps by name that are done once for all cases that need them" },
    Key { name: "cases", about: "the cases, independent of each other" },
];

const CASE_KEYS: &[Key] = &[
    Key { name: "name", about: "what the case shows, unique in its suite" },
    Key { name: "tags", about: "words to select the case by, besides the suite's" },
    Key {
        name: "each",
        about: "rows, or a CSV file of them: the case is run once for each, with the row's values as names",
    },
    Key { name: "need", about: "setups that must be done before; their outputs are names of the case" },
    Key { name: "vars", about: "names for this case, evaluated once when it begins" },
    Key { name: "within", about: "longest time for the whole case, waits included; cleanup has its own" },
    Key { name: "steps", about: "what is done, in order; the first step that does not pass ends the case" },
    Key {
        name: "cleanup",
        about: "steps that are done at the end whatever happened; they see the case's names and are reported apart",
    },
];

/// A suite file.
#[derive(Debug, Clone)]
pub struct Suite {
    /// The file.
    pub file: FileId,
    /// The suite's name.
    pub name: Spanned<String>,
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
}

/// Reads a suite file.
///
/// # Errors
/// All problems of the file.
pub fn read_suite(sources: &Sources, file: FileId) -> Result<Suite, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, "a suite", &[SUITE_KEYS]);
    let name = fields.required(&mut reader, "suite").and_then(|node| reader.text(node, "`suite`"));
    let contract = fields.get("contract").and_then(|node| reader.text(node, "`contract`"));
    let tags = read_tags(&mut reader, &fields);
    let vars = fields.get("vars").map(|node| Binding::read_all(&mut reader, node, "`vars`")).unwrap_or_default();
    let setups = fields.get("setup").map(|node| Setup::read_all(&mut reader, node)).unwrap_or_default();
    let cases = fields.required(&mut reader, "cases").map(|node| read_cases(&mut reader, node)).unwrap_or_default();
    match name {
        Some(name) if reader.problems.is_empty() => Ok(Suite { file, name, contract, tags, vars, setups, cases }),
        _ => Err(reader.problems),
    }
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
    let cases: Vec<Case> = items.iter().filter_map(|item| read_case(reader, item)).collect();
    for (index, case) in cases.iter().enumerate() {
        if let Some(first) = cases[..index].iter().find(|other| other.name.value == case.name.value) {
            let title = format!("two cases are named `{}`", case.name.value);
            let place = reader.sources.place(first.name.span);
            let problem = reader.problem(Code::DuplicateName, case.name.span, title, "again here");
            *problem =
                problem.clone().at(place, "first here").next("reports tell cases apart by their names: change one");
        }
    }
    cases
}

/// An empty cleanup is a way to say that there is nothing to clean up.
fn read_cleanup(reader: &mut Reader<'_>, node: &Node) -> Vec<Step> {
    match &node.kind {
        Kind::List(items) if items.is_empty() => Vec::new(),
        _ => read_steps(reader, node),
    }
}

fn read_case(reader: &mut Reader<'_>, node: &Node) -> Option<Case> {
    let fields = Fields::open(reader, node, "a case", &[CASE_KEYS]);
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
    Some(Case { name, tags, need, each, vars, within, steps, cleanup })
}

/// Stands for a name that is missing, which has been said; never reaches a run.
fn unnamed(span: Span) -> Spanned<String> {
    Spanned::new(format!("case at byte {}", span.start), span)
}
