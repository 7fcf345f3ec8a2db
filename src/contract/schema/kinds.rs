//! Which types of values a schema lets pass, as far as its types say: how a text is read depends on it.

use super::definition::{Id, Pool, What};
use serde_json::Value;

/// Most schemas that lead from one to the next for the same value.
const DEEPEST: usize = 24;

/// Types of JSON values, as a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kinds(u8);

impl Kinds {
    const NULL: u8 = 1;
    const BOOLEAN: u8 = 2;
    const NUMBER: u8 = 4;
    const STRING: u8 = 8;
    const ARRAY: u8 = 16;
    const OBJECT: u8 = 32;
    const ALL: u8 = 63;

    /// Every type.
    #[must_use]
    pub const fn all() -> Self {
        Self(Self::ALL)
    }

    /// Whether lists are among them.
    #[must_use]
    pub const fn lists(self) -> bool {
        self.0 & Self::ARRAY != 0
    }

    /// Whether objects are among them.
    #[must_use]
    pub const fn objects(self) -> bool {
        self.0 & Self::OBJECT != 0
    }

    /// Whether text is among them, or what a text can be read as: a number, a boolean, null.
    #[must_use]
    pub const fn scalars(self) -> bool {
        self.0 & (Self::NULL | Self::BOOLEAN | Self::NUMBER | Self::STRING) != 0
    }

    /// Whether text is among them.
    #[must_use]
    pub const fn texts(self) -> bool {
        self.0 & Self::STRING != 0
    }

    /// Whether nothing is said of the type.
    #[must_use]
    pub const fn anything(self) -> bool {
        self.0 == Self::ALL
    }

    const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn named(name: &str) -> Self {
        Self(match name {
            "null" => Self::NULL,
            "boolean" => Self::BOOLEAN,
            "number" | "integer" => Self::NUMBER,
            "string" => Self::STRING,
            "array" => Self::ARRAY,
            "object" => Self::OBJECT,
            _ => Self::ALL,
        })
    }

    const fn of_value(value: &Value) -> Self {
        Self(match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(_) => Self::NUMBER,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        })
    }
}

/// The types that a schema lets pass.
pub(super) fn of(pool: &Pool, id: Id, depth: usize) -> Kinds {
    let mut kinds = Kinds::all();
    if depth > DEEPEST {
        return kinds;
    }
    let several = |values: &[Value], one: &dyn Fn(&Value) -> Kinds| values.iter().map(one).fold(Kinds(0), Kinds::or);
    for keyword in &pool.definition(id).keywords {
        let said = match (&keyword.what, keyword.name) {
            (What::Value(Value::String(name)), "type") => Kinds::named(name),
            (What::Value(Value::Array(names)), "type") => {
                several(names, &|name| name.as_str().map_or(Kinds::all(), Kinds::named))
            }
            (What::Value(Value::Array(values)), "enum") => several(values, &Kinds::of_value),
            (What::Value(value), "const") => Kinds::of_value(value),
            (What::One(target), "$ref") => of(pool, *target, depth + 1),
            (What::Many(ids), "allOf") => ids.iter().map(|id| of(pool, *id, depth + 1)).fold(Kinds::all(), Kinds::and),
            (What::Many(ids), "oneOf" | "anyOf") => {
                ids.iter().map(|id| of(pool, *id, depth + 1)).fold(Kinds(0), Kinds::or)
            }
            _ => continue,
        };
        kinds = kinds.and(said);
    }
    kinds
}

/// The schema of each item of a list, where there is one; of an object's member, by its name.
pub(super) fn below(pool: &Pool, id: Id, member: Option<&str>, depth: usize) -> Option<Id> {
    if depth > DEEPEST {
        return None;
    }
    let definition = pool.definition(id);
    let own = match member {
        Some(name) => definition.properties().iter().find(|(known, _)| known == name).map(|(_, id)| *id),
        None => match definition.get("items") {
            Some(What::One(items)) => Some(*items),
            _ => None,
        },
    };
    own.or_else(|| {
        let further = definition.keywords.iter().flat_map(|keyword| match (&keyword.what, keyword.name) {
            (What::One(target), "$ref") => std::slice::from_ref(target),
            (What::Many(ids), "allOf" | "oneOf" | "anyOf") => ids,
            _ => &[],
        });
        further.copied().find_map(|id| below(pool, id, member, depth + 1))
    })
}

/// The schema of members that no name is listed for (`additionalProperties`); whether it refuses them all.
pub(super) fn additional(pool: &Pool, id: Id, depth: usize) -> Additional {
    if depth > DEEPEST {
        return Additional::Unsaid;
    }
    let definition = pool.definition(id);
    match definition.get("additionalProperties") {
        Some(What::One(schema)) if pool.definition(*schema).get("false").is_some() => return Additional::None,
        Some(What::One(schema)) => return Additional::Schema(*schema),
        _ => {}
    }
    let further = definition.merged().map(|id| additional(pool, id, depth + 1));
    further.into_iter().find(|said| *said != Additional::Unsaid).unwrap_or(Additional::Unsaid)
}

/// What is said of members that no name is listed for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Additional {
    /// Nothing.
    Unsaid,
    /// There must be none.
    None,
    /// What each must be.
    Schema(Id),
}
