//! Two manners of naming in one object, such as `isPdfUpload_available` beside `isAaAvailable`.

use super::fields::Field;
use super::words::{Manner, manner};
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

/// Most names that are marked.
const MOST_MARKS: usize = 4;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    let mut objects: BTreeMap<&str, Vec<&Field<'_>>> = BTreeMap::new();
    for field in &look.fields.fields {
        objects.entry(&field.owner).or_default().push(field);
    }
    let mut found: Vec<Found> = objects.into_values().filter_map(|fields| judge(&fields)).collect();
    found.sort_by_key(|found| found.marks.first().map(|mark| mark.span.start));
    found
}

fn judge(fields: &[&Field<'_>]) -> Option<Found> {
    let mut manners: BTreeMap<Manner, Vec<&Field<'_>>> = BTreeMap::new();
    for field in fields.iter().filter(|field| manner(field.name) != Manner::Plain) {
        manners.entry(manner(field.name)).or_default().push(field);
    }
    if manners.len() < 2 {
        return None;
    }
    // A name that mixes both is odd however often it comes.
    let usual = manners.iter().filter(|(manner, _)| **manner != Manner::Mixed).max_by_key(|(_, fields)| fields.len());
    let (usual, like) = usual.map(|(manner, fields)| (*manner, fields[0]))?;
    let odd: Vec<&&Field<'_>> =
        manners.iter().filter(|(manner, _)| **manner != usual).flat_map(|(_, fields)| fields).collect();
    let names: Vec<String> = odd.iter().take(MOST_MARKS).map(|field| format!("`{}`", field.name)).collect();
    let mut marks: Vec<Mark> =
        odd.iter().take(MOST_MARKS).map(|field| Mark::key(field.span, &field.at, "named in another manner")).collect();
    marks.push(Mark::key(like.span, &like.at, "beside this"));
    Some(Found {
        title: format!("{} beside `{}`: two manners of naming in one object", names.join(" and "), like.name),
        marks,
        why: "a client that derives names from the usual manner gets these wrong".to_owned(),
        next: "ask whether the names are meant to be so; once clients rely on them they have to stay".to_owned(),
    })
}
