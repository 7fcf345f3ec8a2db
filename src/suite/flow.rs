//! A flow file: steps that several cases use, with inputs and outputs.

use super::bindings::{Binding, check_name};
use super::step::{STEP, Step, read_steps};
use crate::diagnostic::Diagnostic;
use crate::expr::Template;
use crate::source::{FileId, Sources, Spanned};
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape, parse};

static KEYS: &[Key] = &[
    Key {
        name: "flow",
        about: "the flow's name, shown before the names of its steps",
        shape: Shape::Text,
        example: "onboard",
    },
    Key {
        name: "inputs",
        about: "names the flow takes; a value is the default, null means that it must be given",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: "{ customerID: null, persona: approved }",
    },
    Key {
        name: "vars",
        about: "names of the flow's own, evaluated when it begins",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ who: "{{ personas[persona] }}" }"#,
    },
    Key {
        name: "steps",
        about: "what is done, in order",
        shape: Shape::Many(&Shape::Object(&STEP)),
        example: "[{ request: { operation: getBankList } }]",
    },
    Key {
        name: "outputs",
        about: "names its user gets when it is done",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: r#"{ customerID: "{{ customerID }}" }"#,
    },
];

/// A flow file.
pub(super) static FLOW: Object =
    Object { name: "flow", what: "a flow", keys: &[KEYS], needs: &["flow", "steps"], kinds: &[] };

/// A flow file.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The file.
    pub file: FileId,
    /// The flow's name.
    pub name: Spanned<String>,
    /// What it takes.
    pub inputs: Vec<Input>,
    /// Its own names.
    pub vars: Vec<Binding>,
    /// Its steps.
    pub steps: Vec<Step>,
    /// What it gives.
    pub outputs: Vec<Binding>,
}

/// A name a flow takes.
#[derive(Debug, Clone)]
pub struct Input {
    /// The name.
    pub name: Spanned<String>,
    /// Its value when none is given; without one it must be.
    pub default: Option<Template>,
}

/// Reads a flow file.
///
/// # Errors
/// All problems of the file.
pub fn read_flow(sources: &Sources, file: FileId) -> Result<Flow, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, &FLOW);
    let name = fields.required(&mut reader, "flow").and_then(|node| reader.text(node, "`flow`"));
    let inputs = fields.get("inputs").map(|node| read_inputs(&mut reader, node)).unwrap_or_default();
    let vars = fields.get("vars").map(|node| Binding::read_all(&mut reader, node, "`vars`")).unwrap_or_default();
    let steps = fields.required(&mut reader, "steps").map(|node| read_steps(&mut reader, node)).unwrap_or_default();
    let outputs =
        fields.get("outputs").map(|node| Binding::read_all(&mut reader, node, "`outputs`")).unwrap_or_default();
    match name {
        Some(name) if reader.problems.is_empty() => Ok(Flow { file, name, inputs, vars, steps, outputs }),
        _ => Err(reader.problems),
    }
}

fn read_inputs(reader: &mut Reader<'_>, node: &Node) -> Vec<Input> {
    let mut inputs = Vec::new();
    for entry in reader.map(node, "`inputs`") {
        if check_name(reader, &entry.key) {
            let default = (!matches!(entry.value.kind, Kind::Null)).then(|| reader.template(&entry.value));
            inputs.push(Input { name: entry.key.clone(), default });
        }
    }
    inputs
}
