//! Where documentation disagrees with itself.
//!
//! The rules of `proviso contract lint` look at the contract, and what they mark is told at the lines of the document;
//! the rules here look at what only the document shows: members that move about, values no member carries, outcomes that
//! have no sample.

use super::contract::operations;
use super::facts::{Facts, Section};
use super::place::Place;
use super::shape::Shape;
use super::values::{bare, is_constant};
use crate::contract::lint::{RULES, Rule, lint};
use crate::import::tree::Tree;
use crate::source::Sources;
use crate::yaml::{Kind, Node, parse};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Places that cannot all be right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Which rule found it.
    pub rule: &'static str,
    /// A name that stays the same while the words change: the rule, and what it is about.
    pub id: String,
    /// What cannot all be right, in one line.
    pub title: String,
    /// The lines, each with what stands there.
    pub places: Vec<(Place, String)>,
}

/// Finds them all, in the order of the rules.
pub(super) fn find(contract: &Value, facts: &Facts, names: &[String]) -> Vec<Contradiction> {
    let mut found = Vec::new();
    if operations(contract) > 0 {
        found.extend(by_lint(contract, names));
    }
    found.extend(two_sections(facts));
    for section in &facts.sections {
        found.extend(moving_members(section));
        found.extend(one_name_twice(section));
        found.extend(never_shown(section));
        found.extend(carried_nowhere(section));
    }
    found.extend(http_of_some(facts));
    found.extend(outcome_of_others(facts));
    found.extend(unserved(facts));
    found
}

/// What lint finds in the contract, at the lines of the document.
fn by_lint(contract: &Value, names: &[String]) -> Vec<Contradiction> {
    let mut sources = Sources::default();
    let text = Tree::from(contract.clone()).to_yaml();
    let file = sources.add("contract", text);
    let Ok(root) = parse(&sources, file) else { return Vec::new() };
    // Nearly every operation of a document that says nothing of errors would be told; one sentence says it as well.
    let rules: Vec<&Rule> =
        RULES.iter().filter(|rule| !["no-error", "example-refused"].contains(&rule.code.name())).collect();
    let mut none = |_: &mut Sources, _: &str| {
        Err(Box::new(crate::diagnostic::Diagnostic::new(crate::diagnostic::Code::MissingFile, "no other file")))
    };
    let Ok(found) = lint(&mut sources, file, &rules, &mut none) else { return Vec::new() };
    let mut all = Vec::new();
    for one in found {
        let mut places: Vec<(Place, String)> = Vec::new();
        for label in &one.diagnostic.labels {
            let Some(place) = source_at(&root, &sources, label.place.line, label.place.column, names) else { continue };
            if !places.iter().any(|(known, text)| *known == place && *text == label.text) {
                places.push((place, label.text.clone()));
            }
        }
        if places.is_empty() {
            continue;
        }
        let rule = one.diagnostic.code.name();
        let title = one.diagnostic.title;
        all.push(Contradiction { rule, id: format!("{rule}:{}", subject(&title)), title, places });
    }
    all
}

/// What a sentence is about: its names in backticks, else its first word.
fn subject(title: &str) -> String {
    let quoted: Vec<&str> = title.split('`').skip(1).step_by(2).take(2).collect();
    if quoted.is_empty() {
        crate::text::slug(title.split_whitespace().next().unwrap_or_default())
    } else {
        quoted.join("+")
    }
}

/// The lines of the document for a place of the contract: those of the nearest node around it that says where it was read.
fn source_at(root: &Node, sources: &Sources, line: usize, column: usize, names: &[String]) -> Option<Place> {
    let inside = |node: &Node| {
        let start = sources.place(node.span);
        let end = sources.place(crate::source::Span { start: node.span.end, ..node.span });
        (start.line, start.column) <= (line, column) && (line, column) <= (end.line, end.column)
    };
    let mut best = None;
    let mut node = root;
    loop {
        if let Some(place) = source_of(node, names) {
            best = Some(place);
        }
        let next = match &node.kind {
            Kind::Map(entries) => entries
                .iter()
                .find(|entry| {
                    let key = sources.place(entry.key.span);
                    key.line == line && key.column == column
                })
                .or_else(|| entries.iter().find(|entry| inside(&entry.value)))
                .map(|entry| &entry.value),
            Kind::List(items) => items.iter().find(|item| inside(item)),
            _ => None,
        };
        match next {
            Some(next) => node = next,
            None => break,
        }
    }
    // A node that says nothing of itself may hold some that do: a path, the first of its operations.
    best.or_else(|| first_source(node, names)).or_else(|| source_of(node, names))
}

fn first_source(node: &Node, names: &[String]) -> Option<Place> {
    if let Some(place) = source_of(node, names) {
        return Some(place);
    }
    match &node.kind {
        Kind::Map(entries) => entries.iter().find_map(|entry| first_source(&entry.value, names)),
        Kind::List(items) => items.iter().find_map(|item| first_source(item, names)),
        _ => None,
    }
}

fn source_of(node: &Node, names: &[String]) -> Option<Place> {
    let Kind::Map(entries) = &node.kind else { return None };
    let source = entries.iter().find(|entry| entry.key.value == "x-source")?.value.to_json();
    let file = names.iter().position(|name| source["file"].as_str() == Some(name))?;
    let line = |index: usize| source["lines"][index].as_u64().and_then(|line| usize::try_from(line).ok());
    Some(Place { file, first: line(0)?, last: line(1)? })
}

fn made(rule: &'static str, about: &str, title: String, places: Vec<(Place, String)>) -> Contradiction {
    Contradiction { rule, id: format!("{rule}:{about}"), title, places }
}

fn label(section: &Section) -> String {
    section.endpoints.first().map(|endpoint| format!("{} {}", endpoint.method, endpoint.path)).unwrap_or_default()
}

/// Two sections that document one address.
fn two_sections(facts: &Facts) -> Vec<Contradiction> {
    let mut seen: BTreeMap<(String, String), Vec<Place>> = BTreeMap::new();
    for endpoint in facts.sections.iter().flat_map(|section| &section.endpoints) {
        seen.entry((endpoint.path.clone(), endpoint.method.clone())).or_default().push(endpoint.place);
    }
    let twice = seen.into_iter().filter(|(_, places)| places.len() > 1);
    twice
        .map(|((path, method), places)| {
            let title = format!("{method} {path} is documented {} times", places.len());
            let places = places.into_iter().map(|place| (place, "here".to_owned())).collect();
            made("two-sections", &format!("{method} {path}"), title, places)
        })
        .collect()
}

/// A member that stands in one object in one answer, and in another in the next.
fn moving_members(section: &Section) -> Vec<Contradiction> {
    let mut paths: BTreeMap<String, BTreeMap<String, Place>> = BTreeMap::new();
    let mut always: BTreeMap<String, usize> = BTreeMap::new();
    let answers: Vec<&Shape> =
        section.samples.iter().filter(|sample| !sample.is_request).map(|sample| &sample.shape).collect();
    for answer in &answers {
        let mut here: BTreeMap<String, Vec<(String, Place)>> = BTreeMap::new();
        walk(answer, "", &mut |path, name, member| {
            if let Some(place) = member.place {
                here.entry(name.to_owned()).or_default().push((path.to_owned(), place));
            }
        });
        for (name, places) in here {
            if let [(path, place)] = places.as_slice() {
                paths.entry(name.clone()).or_default().entry(path.clone()).or_insert(*place);
            }
            *always.entry(name).or_default() += 1;
        }
    }
    let moves = paths.into_iter().filter(|(name, places)| places.len() > 1 && always.get(name) == Some(&answers.len()));
    moves
        .map(|(name, places)| {
            let all: Vec<String> = places
                .keys()
                .map(|path| if path.is_empty() { "the top".to_owned() } else { format!("`{path}`") })
                .collect();
            let title = format!(
                "`{name}` stands in {} of the answers of {}",
                crate::text::either(&all).replace(" or ", " and in "),
                label(section)
            );
            let places = places.into_iter().map(|(path, place)| (place, format!("in `{path}` here"))).collect();
            made("moving-member", &format!("{}:{name}", label(section)), title, places)
        })
        .collect()
}

/// Two members of one name in one answer, where each could be meant.
fn one_name_twice(section: &Section) -> Vec<Contradiction> {
    let mut found: Vec<Contradiction> = Vec::new();
    for sample in section.samples.iter().filter(|sample| !sample.is_request) {
        let mut places: BTreeMap<String, Vec<(String, Place)>> = BTreeMap::new();
        walk(&sample.shape, "", &mut |path, name, member| {
            let holds = member.values.iter().any(|(value, _)| value.as_str().is_some_and(|text| !text.is_empty()));
            let text = member.types.contains(&"string") && holds;
            if let Some(place) = member.place.filter(|_| text && name.len() >= 8) {
                places.entry(name.to_owned()).or_default().push((path.to_owned(), place));
            }
        });
        for (name, places) in places.into_iter().filter(|(_, places)| places.len() > 1) {
            // `a` and `a.b` hold each other; lists of like objects do not come here, for they are one shape.
            let nested = places
                .iter()
                .any(|(path, _)| places.iter().any(|(other, _)| path != other && other.starts_with(path.as_str())));
            let id = format!("{}:{name}", label(section));
            if nested && !found.iter().any(|one| one.id.ends_with(&id)) {
                let title = format!("an answer of {} has two members `{name}`", label(section));
                let places = places.into_iter().map(|(path, place)| (place, format!("in `{path}` here"))).collect();
                found.push(made("one-name-twice", &id, title, places));
            }
        }
    }
    found
}

/// A member that samples show, and never with anything in it.
fn never_shown(section: &Section) -> Vec<Contradiction> {
    let mut all: Option<Shape> = None;
    for sample in section.samples.iter().filter(|sample| !sample.is_request) {
        match &mut all {
            Some(shape) => shape.merge(sample.shape.clone()),
            None => all = Some(sample.shape.clone()),
        }
    }
    let mut found = Vec::new();
    let Some(all) = all else { return found };
    let answers = section.samples.iter().filter(|sample| !sample.is_request).count();
    walk(&all, "", &mut |path, name, member| {
        let nothing = member.types.iter().all(|kind| {
            *kind == "null"
                || (*kind == "object" && member.members.is_empty())
                || (*kind == "array" && member.items.is_none())
        });
        if nothing && member.row.is_none() && member.types.contains(&"null") && answers > 1 && member.present > 1 {
            let title = format!("`{name}` in answers of {} is shown, and never with anything in it", label(section));
            let mut places: Vec<(Place, String)> = Vec::new();
            for sample in section.samples.iter().filter(|sample| !sample.is_request) {
                let names: Vec<&str> = path.split('.').filter(|part| !part.is_empty()).chain([name]).collect();
                if let Some((member, place)) =
                    sample.shape.below(&names).and_then(|member| Some((member, member.place?)))
                {
                    places.push((place, format!("{} here", member.types.join(" or "))));
                }
            }
            places.truncate(4);
            found.push(made("never-shown", &format!("{}:{name}", label(section)), title, places));
        }
    });
    found
}

/// Listed values that no member of any sample carries.
fn carried_nowhere(section: &Section) -> Vec<Contradiction> {
    let mut carried: BTreeSet<String> = BTreeSet::new();
    for sample in &section.samples {
        walk(&sample.shape, "", &mut |_, _, member| {
            carried.extend(member.values.iter().filter_map(|(value, _)| value.as_str().map(str::to_owned)));
        });
    }
    let answer = section.samples.iter().find(|sample| !sample.is_request);
    let lost = section
        .lists
        .iter()
        .filter(|list| list.values.len() > 1 && !list.values.iter().any(|(value, _, _)| carried.contains(value)));
    lost.map(|list| {
        let title = format!(
            "{} values of \"{}\" are listed, and no sample of {} has a member for them",
            list.values.len(),
            list.name,
            label(section)
        );
        let mut places = vec![(list.place, "listed here".to_owned())];
        places.extend(answer.map(|sample| (sample.place, "a sample without one".to_owned())));
        made("carried-nowhere", &format!("{}:{}", label(section), list.name), title, places)
    })
    .collect()
}

/// HTTP statuses that are documented for some codes only.
fn http_of_some(facts: &Facts) -> Vec<Contradiction> {
    let codes = || facts.sections.iter().flat_map(|section| &section.codes).chain(&facts.generic);
    let (with, without) =
        (codes().filter(|code| code.http.is_some()).count(), codes().filter(|code| code.http.is_none()).count());
    let (Some(first), Some(other)) =
        (codes().find(|code| code.http.is_some()), codes().find(|code| code.http.is_none()))
    else {
        return Vec::new();
    };
    let title = format!("HTTP statuses are documented for {with} status codes, and not for the other {without}");
    let places = vec![
        (first.place, format!("{} comes with {}", first.code, first.http.clone().unwrap_or_default())),
        (other.place, format!("nothing is said of {}", other.code)),
    ];
    vec![made("http-of-some", "codes", title, places)]
}

/// An outcome that polls of other operations have, and one has no sample of.
fn outcome_of_others(facts: &Facts) -> Vec<Contradiction> {
    let outcomes = |section: &Section| {
        let mut outcomes: BTreeMap<String, Place> = section.statuses.iter().cloned().collect();
        for sample in section.samples.iter().filter(|sample| !sample.is_request) {
            let status = sample.shape.below(&["data", "status"]);
            for (value, place) in status.into_iter().flat_map(|status| &status.values) {
                if let Some(text) = value.as_str().filter(|text| is_constant(text)) {
                    outcomes.entry(text.to_owned()).or_insert(*place);
                }
            }
        }
        outcomes
    };
    let polls: Vec<(&Section, BTreeMap<String, Place>)> = facts
        .sections
        .iter()
        .map(|section| (section, outcomes(section)))
        .filter(|(_, outcomes)| outcomes.contains_key("PROCESSING"))
        .collect();
    let failing = polls.iter().filter(|(_, outcomes)| outcomes.contains_key("FAILED")).count();
    if failing < 2 {
        return Vec::new();
    }
    let like = polls.iter().find_map(|(_, outcomes)| outcomes.get("FAILED")).copied();
    let odd = polls.iter().filter(|(_, outcomes)| !outcomes.contains_key("FAILED"));
    odd.filter_map(|(section, _)| {
        let title = format!("{} has no FAILED, as {failing} others that are polled have", label(section));
        let places = vec![
            (section.endpoints.first()?.place, "nothing says how it fails".to_owned()),
            (like?, "documented here".to_owned()),
        ];
        Some(made("outcome-of-others", &label(section), title, places))
    })
    .collect()
}

/// An action that an answer asks for, and that no operation takes.
fn unserved(facts: &Facts) -> Vec<Contradiction> {
    const VERBS: [&str; 10] =
        ["submit", "upload", "send", "verify", "confirm", "provide", "accept", "sign", "enter", "complete"];
    let mut found: Vec<Contradiction> = Vec::new();
    let mut known = String::new();
    for section in &facts.sections {
        let takes =
            section.endpoints.iter().any(|endpoint| ["POST", "PUT", "PATCH"].contains(&endpoint.method.as_str()));
        if takes {
            known.push_str(&bare(&label(section)));
            known.push_str(&section.title.as_ref().map(|(title, _)| bare(title)).unwrap_or_default());
            section.request.iter().for_each(|row| known.push_str(&bare(&row.name)));
            for sample in section.samples.iter().filter(|sample| sample.is_request) {
                walk(&sample.shape, "", &mut |_, name, _| known.push_str(&bare(name)));
            }
        }
    }
    for section in &facts.sections {
        for sample in section.samples.iter().filter(|sample| !sample.is_request) {
            walk(&sample.shape, "", &mut |_, name, member| {
                if !name.to_lowercase().contains("action") {
                    return;
                }
                for (text, place) in member.values.iter().filter_map(|(value, place)| Some((value.as_str()?, place))) {
                    let words: Vec<String> = text.split('_').map(str::to_lowercase).collect();
                    let asks = words.first().is_some_and(|verb| VERBS.contains(&verb.as_str()));
                    let lost: Vec<&String> =
                        words.iter().skip(1).filter(|word| !known.contains(word.as_str())).collect();
                    let about = format!("{}:{text}", label(section));
                    if asks && !lost.is_empty() && !found.iter().any(|one| one.id.ends_with(&about)) {
                        let title = format!("`{text}` asks for something that no operation takes");
                        let places = vec![
                            (*place, format!("no request speaks of {}", lost[0])),
                            (
                                section.endpoints.first().map_or(*place, |one| one.place),
                                "an answer of this operation".to_owned(),
                            ),
                        ];
                        found.push(made("unserved-action", &about, title, places));
                    }
                }
            });
        }
    }
    found
}

/// Calls `visit` with the path of the object, the name and the member, for every member at any depth.
fn walk(shape: &Shape, path: &str, visit: &mut impl FnMut(&str, &str, &Shape)) {
    for (name, member) in &shape.members {
        visit(path, name, member);
        let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        walk(member, &below, visit);
    }
    if let Some(items) = &shape.items {
        let below = format!("{path}[]");
        walk(items, &below, visit);
    }
}
