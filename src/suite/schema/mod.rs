//! JSON Schemas of suites, flows and environments, for editors: made from the tables that reading uses.
//!
//! A schema says what can be said without knowing other files. It is never stricter than reading; what it cannot say
//! (whether a template can be read, a name is defined) is left to `proviso check`.

mod shapes;

use super::case::SUITE;
use super::environment::ENVIRONMENT;
use super::flow::FLOW;
use super::policy::POLICY;
use super::waivers::WAIVERS;
use crate::yaml::Object;
use serde_json::{Value, json};

/// Kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// A suite.
    Suite,
    /// A flow.
    Flow,
    /// An environment.
    Environment,
    /// A policy.
    Policy,
    /// A file of waivers.
    Waivers,
}

impl FileKind {
    /// Every kind.
    pub const ALL: [Self; 5] = [Self::Suite, Self::Flow, Self::Environment, Self::Policy, Self::Waivers];

    /// Its name: in `proviso schema`, and in the name of its schema's file.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.object().name
    }

    /// The mapping at the top of such a file.
    pub(super) const fn object(self) -> &'static Object {
        match self {
            Self::Suite => &SUITE,
            Self::Flow => &FLOW,
            Self::Environment => &ENVIRONMENT,
            Self::Policy => &POLICY,
            Self::Waivers => &WAIVERS,
        }
    }

    const fn title(self) -> &'static str {
        match self {
            Self::Suite => "Proviso suite",
            Self::Flow => "Proviso flow",
            Self::Environment => "Proviso environment",
            Self::Policy => "Proviso policy",
            Self::Waivers => "Proviso waivers",
        }
    }
}

/// The JSON Schema (2020-12) of a kind of files, as its file in `schemas/` has it.
#[must_use]
pub fn schema(kind: FileKind) -> String {
    schema_of(kind.object(), kind.title())
}

/// The JSON Schema of a kind of files whose keys another module knows.
#[must_use]
pub fn schema_of(object: &'static Object, title: &str) -> String {
    let mut schema = shapes::document(object);
    let head = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": title,
        "description": format!("What {} may hold. Made by `proviso schema {}`.", object.what, object.name),
    });
    if let (Value::Object(schema), Value::Object(head)) = (&mut schema, head) {
        let rest = std::mem::take(schema);
        schema.extend(head);
        rest.into_iter().filter(|(name, _)| name != "title").for_each(|(name, value)| {
            schema.insert(name, value);
        });
    }
    let mut text = format!("{schema:#}");
    text.push('\n');
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::suite::reference::OBJECTS;
    use std::collections::BTreeSet;

    /// The keys of every mapping with a fixed set of them, by what the mapping is.
    fn mappings(schema: &Value, found: &mut BTreeSet<(String, Vec<String>)>) {
        if let (Some(title), Some(keys)) = (schema["title"].as_str(), schema["properties"].as_object())
            && schema["additionalProperties"] == false
        {
            found.insert((title.to_owned(), keys.keys().cloned().collect()));
        }
        match schema {
            Value::Object(members) => members.values().for_each(|member| mappings(member, found)),
            Value::Array(items) => items.iter().for_each(|item| mappings(item, found)),
            _ => {}
        }
    }

    #[test]
    fn schemas_and_tables_have_the_same_keys() {
        let mut in_schemas = BTreeSet::new();
        for kind in FileKind::ALL {
            mappings(&shapes::document(kind.object()), &mut in_schemas);
        }
        let keys = |object: &Object| object.each_key().map(|key| key.name.to_owned()).collect();
        let in_tables = OBJECTS.iter().map(|object| (object.what.to_owned(), keys(object)));
        assert_eq!(in_schemas, in_tables.collect());
    }
}
