//! One word of names in two casings, such as `logoUrl` and `redirectURL`.

use super::fields::Field;
use super::words::{Manner, manner, parts};
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    // For each word in capitals somewhere: names with `URL`, names with `Url`.
    let mut words: BTreeMap<String, (Vec<&Field<'_>>, Vec<&Field<'_>>)> = BTreeMap::new();
    for field in look.fields.fields.iter().filter(|field| manner(field.name) == Manner::Camel) {
        // The first word of a name in camels' case is small by rule.
        for part in parts(field.name).into_iter().skip(1).filter(|part| part.len() > 1) {
            let capitals = part.chars().all(|c| !c.is_lowercase());
            let (all, first) = words.entry(part.to_lowercase()).or_default();
            if capitals { all.push(field) } else { first.push(field) }
        }
    }
    words.values().filter_map(|(all, first)| judge(all, first)).collect()
}

fn judge(capitals: &[&Field<'_>], capital: &[&Field<'_>]) -> Option<Found> {
    let (rare, usual) = if capitals.len() < capital.len() { (capitals, capital) } else { (capital, capitals) };
    let (odd, like) = (rare.first()?, usual.first()?);
    let mark = |field: &Field<'_>, text: &str| Mark::key(field.span, &field.at, text);
    Some(Found {
        title: format!("`{}` and `{}` write one word in two casings", odd.name, like.name),
        marks: vec![mark(odd, "so here"), mark(like, "and so here")],
        why: "names are compared letter by letter; a client that guesses the casing guesses wrong".to_owned(),
        next: "ask whether the names are meant to be so; once clients rely on them they have to stay".to_owned(),
    })
}
