//! What can stand at a cursor.

use super::Known;
use super::context::context;
use super::look::names;
use super::schema::{keys, words};
use crate::expr::FUNCTIONS;

/// Something that can stand at a cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    /// What is written.
    pub label: String,
    /// What it is, in a line.
    pub detail: String,
    /// What kind of thing it is.
    pub kind: ItemKind,
    /// What is inserted: a key comes with its colon.
    pub insert: String,
}

/// Kinds of things that can stand at a cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ItemKind {
    /// A key.
    Key,
    /// A word of a fixed list.
    Word,
    /// An operation of the contract.
    Operation,
    /// A status code of the contract.
    Code,
    /// A name of an expression.
    Name,
    /// A function of expressions.
    Function,
    /// A file.
    File,
}

/// What can stand at a byte of a text, the likeliest first.
#[must_use]
pub fn complete(text: &str, offset: usize, known: &Known) -> Vec<Item> {
    let here = context(text, offset);
    let item = |label: &str, detail: &str, kind| Item {
        label: label.to_owned(),
        detail: detail.to_owned(),
        kind,
        insert: label.to_owned(),
    };
    if here.in_hole {
        let mut items: Vec<Item> =
            names(text).into_iter().map(|(name, what)| item(&name, what, ItemKind::Name)).collect();
        items.extend(FUNCTIONS.iter().map(|known| Item {
            insert: format!("{}(", known.name),
            ..item(known.name, known.about, ItemKind::Function)
        }));
        return items;
    }
    match here.key.as_deref() {
        Some("operation") => known
            .operations
            .iter()
            .map(|one| item(&one.id, &format!("{} {}", one.address, one.summary), ItemKind::Operation))
            .collect(),
        Some("code") => known.codes.iter().map(|(code, case)| item(code, case, ItemKind::Code)).collect(),
        Some("use") => known.flows.iter().map(|flow| item(flow, "flow", ItemKind::File)).collect(),
        Some("contract") if here.path.is_empty() => {
            vec![item("lender-prism", "the contract of the Lender Prism APIs", ItemKind::Word)]
        }
        Some(key) => {
            let path = [here.path.as_slice(), &[key.to_owned()]].concat();
            words(&known.schema, &path).iter().map(|word| item(word, "", ItemKind::Word)).collect()
        }
        None if here.path.last().is_some_and(|key| key == "query") => {
            let operation = super::look::operation_around(text, offset);
            let of = known.operations.iter().find(|one| Some(&one.id) == operation.as_ref());
            of.map(|one| {
                one.query
                    .iter()
                    .map(|name| Item { insert: format!("{name}: "), ..item(name, "query parameter", ItemKind::Key) })
                    .collect()
            })
            .unwrap_or_default()
        }
        None => keys(&known.schema, &here.path)
            .into_iter()
            .map(|(name, about)| Item { insert: format!("{name}: "), ..item(&name, &about, ItemKind::Key) })
            .collect(),
    }
}
