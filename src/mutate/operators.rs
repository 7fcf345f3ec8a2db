//! The ways to break a promise, as data.

use crate::source::Sources;
use crate::yaml::{Kind as NodeKind, Node, parse};
use std::sync::OnceLock;

/// Kinds of broken promises.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Which members there are, and of which type.
    Shape,
    /// What a value is.
    Value,
    /// Whom or what an answer is about.
    Identity,
    /// How values stand to each other and to the time.
    Relation,
    /// Which status code says what happened.
    Code,
    /// HTTP: status, content type, headers, a whole body.
    Transport,
    /// What the server does over several exchanges.
    Behaviour,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 7] =
        [Self::Shape, Self::Value, Self::Identity, Self::Relation, Self::Code, Self::Transport, Self::Behaviour];

    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shape => "shape",
            Self::Value => "value",
            Self::Identity => "identity",
            Self::Relation => "relation",
            Self::Code => "code",
            Self::Transport => "transport",
            Self::Behaviour => "behaviour",
        }
    }

    /// The kind of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// A way to break a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Operator {
    /// Its name, a part of ids.
    pub name: String,
    /// Its kind.
    pub kind: Kind,
    /// What it is applied to.
    pub to: String,
    /// What it does.
    pub act: String,
    /// The broken promise in words.
    pub says: String,
}

/// Every operator.
pub fn operators() -> &'static [Operator] {
    static ALL: OnceLock<Vec<Operator>> = OnceLock::new();
    ALL.get_or_init(|| {
        let mut sources = Sources::default();
        let file = sources.add("operators.yaml", include_str!("operators.yaml"));
        match parse(&sources, file).map(|root| root.kind) {
            Ok(NodeKind::List(items)) => items.iter().filter_map(read).collect(),
            _ => Vec::new(),
        }
    })
}

fn read(node: &Node) -> Option<Operator> {
    let NodeKind::Map(entries) = &node.kind else { return None };
    let text = |key: &str| {
        let entry = entries.iter().find(|entry| entry.key.value == key)?;
        match &entry.value.kind {
            NodeKind::Text(text) => Some(text.clone()),
            // `null` is a word here.
            NodeKind::Null => Some("null".to_owned()),
            _ => None,
        }
    };
    let kind = Kind::named(&text("kind")?)?;
    Some(Operator { name: text("name")?, kind, to: text("to")?, act: text("do")?, says: text("says")? })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mutate::apply;

    #[test]
    fn every_row_is_read_and_does_something_that_is_known() {
        let rows = include_str!("operators.yaml").lines().filter(|line| line.starts_with("- ")).count();
        assert_eq!(operators().len(), rows);
        for (index, operator) in operators().iter().enumerate() {
            assert!(apply::knows(&operator.act), "{}", operator.act);
            assert!(operators()[..index].iter().all(|other| other.name != operator.name), "{}", operator.name);
        }
    }
}
