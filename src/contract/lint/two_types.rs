//! One member with two types: in two operations, or in the documentation and its samples.

use super::words::{Manner, manner};
use super::{Found, Look, Mark};
use crate::text;
use std::collections::{BTreeMap, BTreeSet};

/// A place and the types it allows.
struct Said {
    types: BTreeSet<String>,
    mark: Mark,
}

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut names: BTreeMap<&str, Vec<Said>> = BTreeMap::new();
    for field in &look.fields.fields {
        let mut said = Vec::new();
        let types = types(field.schema.get("type").as_ref());
        let documented = field.documented("type");
        if !types.is_empty() {
            let text = text::either(&types.iter().collect::<Vec<_>>());
            said.push(Said { mark: Mark::key(field.span, &field.at, format!("{text} here")), types });
        }
        if let Some(at) = &documented {
            let types = self::types(Some(at));
            let text = format!("{} in the documentation", text::either(&types.iter().collect::<Vec<_>>()));
            said.push(Said { types, mark: Mark { span: at.node.span, pointer: field.at.pointer.clone(), text } });
        }
        // A single word such as `value` names many things; two words name one.
        if manner(field.name) != Manner::Plain || documented.is_some() {
            names.entry(field.name).or_default().extend(said);
        }
    }
    names.into_iter().filter_map(|(name, said)| judge(name, said)).collect()
}

fn judge(name: &str, said: Vec<Said>) -> Option<Found> {
    let clash = said.iter().any(|one| said.iter().any(|other| one.types.is_disjoint(&other.types)));
    if !clash {
        return None;
    }
    // One place for each reading is enough, those of the documentation included.
    let mut seen: BTreeSet<BTreeSet<String>> = BTreeSet::new();
    let told: Vec<Said> =
        said.into_iter().filter(|one| seen.insert(one.types.clone()) || one.mark.text.contains("doc")).collect();
    let all: BTreeSet<&String> = told.iter().flat_map(|one| &one.types).collect();
    let title = format!("`{name}` is {}", text::either(&all.iter().map(|one| article(one)).collect::<Vec<_>>()));
    Some(Found {
        title,
        marks: told.into_iter().map(|one| one.mark).take(4).collect(),
        why: "a typed client is generated from one of them and cannot read the others".to_owned(),
        next: "ask which type is sent and taken".to_owned(),
    })
}

/// The types a schema names; `null` is no type of its own, and an integer is a number.
fn types(at: Option<&super::At<'_>>) -> BTreeSet<String> {
    let listed = at.map(|at| if at.text().is_some() { vec![at.clone()] } else { at.items() }).unwrap_or_default();
    let names = listed.iter().filter_map(|one| one.text()).filter(|name| *name != "null");
    names.map(|name| if name == "integer" { "number".to_owned() } else { name.to_owned() }).collect()
}

fn article(name: &str) -> String {
    let vowel = name.starts_with(['a', 'e', 'i', 'o', 'u']);
    format!("{} {name}", if vowel { "an" } else { "a" })
}
