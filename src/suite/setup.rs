//! `setup`: steps that are done once for all cases that `need` them.

use super::bindings::{Binding, check_name};
use super::step::{Step, read_steps};
use crate::source::Spanned;
use crate::yaml::{Fields, Key, Node, Reader};

const KEYS: &[Key] = &[
    Key { name: "vars", about: "names of the setup's own, evaluated when it begins" },
    Key { name: "steps", about: "what is done, in order" },
    Key { name: "outputs", about: "names that every case that needs the setup gets" },
];

/// Steps that are done once, and what they give to the cases that need them.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Its name.
    pub name: Spanned<String>,
    /// Its own names.
    pub vars: Vec<Binding>,
    /// What is done.
    pub steps: Vec<Step>,
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
            let fields = Fields::open(reader, &entry.value, "a setup", &[KEYS]);
            let bindings = |reader: &mut Reader<'_>, key: &str| {
                fields.get(key).map(|node| Binding::read_all(reader, node, &format!("`{key}`"))).unwrap_or_default()
            };
            let vars = bindings(reader, "vars");
            let steps = fields.required(reader, "steps").map(|node| read_steps(reader, node)).unwrap_or_default();
            let outputs = bindings(reader, "outputs");
            setups.push(Self { name: entry.key.clone(), vars, steps, outputs });
        }
        setups
    }
}
