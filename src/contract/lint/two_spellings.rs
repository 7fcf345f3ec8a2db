//! One member in two spellings, such as `customer_id` and `customerID`.

use super::words::plain;
use super::{Found, Look, Mark};
use std::collections::BTreeMap;

pub(super) fn find(look: &Look<'_>) -> Vec<Found> {
    // Spellings of each name with their places, in the order of the document.
    let mut names: BTreeMap<String, Vec<(String, Vec<Mark>)>> = BTreeMap::new();
    let mut note = |name: &str, mark: Mark| {
        // `+1` and `-1` differ in nothing but their signs, and mean it; `ids[]` is `ids` as a list.
        if !name.contains(char::is_alphabetic) || name.contains('[') {
            return;
        }
        let spellings = names.entry(plain(name)).or_default();
        match spellings.iter_mut().find(|(spelling, _)| spelling == name) {
            Some((_, marks)) => marks.push(mark),
            None => spellings.push((name.to_owned(), vec![mark])),
        }
    };
    for field in &look.fields.fields {
        let operations: Vec<&str> =
            field.uses.iter().map(|(index, _)| look.document.operations[*index].name.as_str()).collect();
        let of = operations.first().copied().unwrap_or_default();
        note(field.name, Mark::key(field.span, &field.at, format!("`{}` here, in {of}", field.name)));
        if let Some((said, name)) = field.documented("name").and_then(|at| Some((at.clone(), at.text()?))) {
            let text = format!("`{name}` in the documentation of {of}");
            note(name, Mark { span: said.node.span, pointer: field.at.pointer.clone(), text });
        }
    }
    names.into_values().filter(|spellings| spellings.len() > 1).map(found).collect()
}

fn found(mut spellings: Vec<(String, Vec<Mark>)>) -> Found {
    // The rare spelling first: it is the one to look at.
    spellings.sort_by_key(|(_, marks)| marks.len());
    let usual = spellings.last().map(|(name, _)| name.clone()).unwrap_or_default();
    let rare: Vec<String> = spellings[..spellings.len() - 1].iter().map(|(name, _)| format!("`{name}`")).collect();
    let title = format!("{} and `{usual}` are one member in two spellings", rare.join(", "));
    let (last, others) = spellings.split_last_mut().expect("there are at least two spellings");
    let mut marks: Vec<Mark> = others.iter_mut().flat_map(|(_, marks)| marks.drain(..).take(3)).collect();
    marks.extend(last.1.drain(..).take(1));
    Found {
        title,
        marks,
        why: "a client that sends or reads the one spelling misses the other".to_owned(),
        next: format!("ask which one counts; the document writes `{usual}` most often"),
    }
}
