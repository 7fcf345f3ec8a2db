//! One member with two types: in two operations, or in the documentation and its samples.

use super::document::At;
use super::fields::Field;
use super::words::{Manner, manner};
use super::{Found, Look, Mark};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// Most places that are marked.
const MOST_MARKS: usize = 4;

/// A place and the types it allows.
struct Said<'f> {
    types: BTreeSet<String>,
    field: &'f Field<'f>,
    /// Whether the documentation says so, rather than the schema.
    documented: bool,
    mark: Mark,
}

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut names: BTreeMap<&str, Vec<Said<'_>>> = BTreeMap::new();
    for field in &look.fields.fields {
        let schema = types(field.schema.get("type").as_ref());
        let documented = field.documented("type");
        let said = names.entry(field.name).or_default();
        if !schema.is_empty() {
            let mark = Mark::key(field.span, &field.at, format!("{} here", listed(&schema)));
            said.push(Said { types: schema, field, documented: false, mark });
        }
        if let Some(at) = &documented {
            let types = types(Some(at));
            let text = format!("{} in the documentation", listed(&types));
            let mark = Mark { span: at.node.span, pointer: field.at.pointer.clone(), text };
            said.push(Said { types, field, documented: true, mark });
        }
    }
    names.into_iter().filter_map(|(name, said)| judge(look, name, said)).collect()
}

fn judge(look: &Look<'_>, name: &str, mut said: Vec<Said<'_>>) -> Option<Found> {
    // Only what clashes is shown: other places of that name may speak of other things.
    let clashing: Vec<bool> = said.iter().map(|one| said.iter().any(|other| one.clashes(look, other))).collect();
    let mut clashes = clashing.into_iter();
    said.retain(|_| clashes.next().unwrap_or(false));
    if said.is_empty() {
        return None;
    }
    // One place for each reading is enough; what the documentation says is shown each time.
    let mut seen: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    let told: Vec<Said<'_>> =
        said.into_iter().filter(|one| seen.insert(one.types.clone()) || one.documented).take(MOST_MARKS).collect();
    let all: BTreeSet<&String> = told.iter().flat_map(|one| &one.types).collect();
    let all: Vec<String> = all.into_iter().map(|name| with_article(name)).collect();
    Some(Found {
        title: format!("`{name}` is {}", text::either(&all)),
        marks: told.into_iter().map(|one| one.mark).collect(),
        why: "a typed client is generated from one of them and cannot read the others".to_owned(),
        next: "ask which type is sent and taken".to_owned(),
    })
}

impl Said<'_> {
    /// Whether two places cannot both be right.
    fn clashes(&self, look: &Look<'_>, other: &Self) -> bool {
        // A single word such as `value` names many things; two words name one, and so does a place with its documentation.
        let one_thing = match self.documented || other.documented {
            true => self.field.span == other.field.span || manner(self.field.name) != Manner::Plain,
            false => {
                manner(self.field.name) != Manner::Plain
                    && self.field.meets(other.field)
                    && look.fields.related(self.field, other.field)
            }
        };
        one_thing && self.types.is_disjoint(&other.types)
    }
}

fn listed(types: &BTreeSet<String>) -> String {
    text::either(&types.iter().collect::<Vec<_>>())
}

/// The types a schema names; `null` is no type of its own, and an integer is a number.
fn types(at: Option<&At<'_>>) -> BTreeSet<String> {
    let listed = at.map(|at| if at.text().is_some() { vec![at.clone()] } else { at.items() }).unwrap_or_default();
    let names = listed.iter().filter_map(At::text).filter(|name| *name != "null");
    names.map(|name| if name == "integer" { "number".to_owned() } else { name.to_owned() }).collect()
}

fn with_article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}
