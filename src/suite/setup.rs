//! `setup`: steps that are done once for all cases that `need` them.

use super::bindings::{Binding, check_name};
use super::step::{STEP, Step, read_steps};
use crate::source::Spanned;
use crate::yaml::{Fields, Key, Names, Node, Object, Reader, Shape};
use std::time::Duration;

static KEYS: &[Key] = &[
    Key {
        name: "vars",
        about: "names of the setup's own, evaluated when it begins",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ who: "{{ personas.approved }}" }"#,
    },
    Key {
        name: "steps",
        about: "what is done, in order",
        shape: Shape::Many(&Shape::Object(&STEP)),
        example: "[{ use: flows/onboard.yaml }]",
    },
    Key {
        name: "fresh",
        about: "how long what it gives is good: it is done again for a case that begins later; without it, for the whole run",
        shape: Shape::Duration,
        example: "50m",
    },
    Key {
        name: "outputs",
        about: "names that every case that needs the setup gets",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ customerID: "{{ customerID }}" }"#,
    },
];

/// A shared setup.
pub(super) static SETUP: Object =
    Object { name: "setup", what: "a setup", keys: &[KEYS], needs: &["steps"], kinds: &[] };

/// Steps that are done once, and what they give to the cases that need them.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Its name.
    pub name: Spanned<String>,
    /// Its own names.
    pub vars: Vec<Binding>,
    /// What is done.
    pub steps: Vec<Step>,
    /// How long what it gives is good.
    pub fresh: Option<Duration>,
    /// What it gives.
    pub outputs: Vec<Binding>,
}

impl Setup {
    pub(super) fn read_all(reader: &mut Reader<'_>, node: &Node) -> Vec<Self> {
        let mut setups = Vec::new();
        for entry in reader.map(node, "`setup`") {
            if !check_name(reader, &entry.key) {
                continue;
            }
            let fields = Fields::open(reader, &entry.value, &SETUP);
            let bindings = |reader: &mut Reader<'_>, key: &str| {
                fields.get(key).map(|node| Binding::read_all(reader, node, &format!("`{key}`"))).unwrap_or_default()
            };
            let vars = bindings(reader, "vars");
            let steps = fields.required(reader, "steps").map(|node| read_steps(reader, node)).unwrap_or_default();
            let outputs = bindings(reader, "outputs");
            let fresh = fields.get("fresh").and_then(|node| reader.duration(node, "`fresh`"));
            setups.push(Self { name: entry.key.clone(), vars, steps, fresh, outputs });
        }
        setups
    }
}
