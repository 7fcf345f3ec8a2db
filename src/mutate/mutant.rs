//! One broken promise.

use super::operators::{Kind, Operator};
use crate::text::Fnv;

/// What is broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A documented answer of an operation.
    Answer(Place),
    /// The conduct of the server: a switch by its name.
    Conduct(String),
}

/// A place of an answer.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place {
    /// The operation.
    pub operation: String,
    /// The documented variant; the HTTP status where there is none.
    pub variant: String,
    /// The status code in the answer; empty where it has none.
    pub code: String,
    /// Where, as a JSON pointer with `*` for an index; empty for the answer as a whole.
    pub pointer: String,
}

/// A broken promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mutant {
    /// The same in every run: `getBre:offer:/data/offers/*/expiresAt:past`, `conduct:second-acceptance`.
    pub id: String,
    /// Its kind.
    pub kind: Kind,
    /// What is broken.
    pub target: Target,
    /// The operator; for conduct the switch.
    pub operator: String,
    /// What is broken, in words.
    pub says: String,
}

impl Mutant {
    /// An operator at a place.
    #[must_use]
    pub fn of(place: Place, operator: &Operator) -> Self {
        let Place { operation, variant, code, pointer } = &place;
        // Two codes of one variant are two answers.
        let code = if code.is_empty() { String::new() } else { format!(":{code}") };
        Self {
            id: format!("{operation}:{variant}{code}:{pointer}:{}", operator.name),
            kind: operator.kind,
            operator: operator.name.clone(),
            says: operator.says.clone(),
            target: Target::Answer(place),
        }
    }

    /// A switch of the server.
    #[must_use]
    pub fn conduct(name: &str, says: &str) -> Self {
        Self {
            id: format!("conduct:{name}"),
            kind: Kind::Behaviour,
            operator: name.to_owned(),
            says: says.trim_end_matches('.').to_owned(),
            target: Target::Conduct(name.to_owned()),
        }
    }

    /// Its place, where it is one of an answer.
    #[must_use]
    pub const fn place(&self) -> Option<&Place> {
        match &self.target {
            Target::Answer(place) => Some(place),
            Target::Conduct(_) => None,
        }
    }

    /// Whether it belongs to a share, from 1, of so many.
    #[must_use]
    pub fn belongs_to(&self, share: u32, of: u32) -> bool {
        Fnv::default().text(&self.id).mixed() % u64::from(of.max(1)) == u64::from(share.saturating_sub(1))
    }
}
