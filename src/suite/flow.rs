//! A flow file: steps that several cases use, with inputs and outputs.

use super::bindings::{Binding, check_name};
use super::matcher::read_name;
use super::step::{STEP, Step, read_steps};
use crate::diagnostic::Diagnostic;
use crate::expr::{KIND_NAMES, KindName, Template};
use crate::source::{FileId, Sources, Spanned};
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape, parse};

/// An input: more, or its default.
static INPUT_SHAPE: Shape =
    Shape::Either(&[Shape::Object(&INPUT), Shape::Null, Shape::TextTemplate, Shape::Some(&Shape::Template)]);

static KEYS: &[Key] = &[
    Key {
        name: "flow",
        about: "the flow's name, shown before the names of its steps",
        shape: Shape::Text,
        example: "onboard",
    },
    Key {
        name: "inputs",
        about: "names the flow takes; a value is the default, null means that it must be given, a mapping says more",
        shape: Shape::Map(Names::Variables, &INPUT_SHAPE),
        example: "{ customerID: null, persona: approved, amount: { type: number, default: 5 } }",
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

static INPUT_KEYS: &[Key] = &[
    Key {
        name: "type",
        about: "the type it must have; an integer is a number too",
        shape: Shape::Word(&KIND_NAMES),
        example: "number",
    },
    Key {
        name: "default",
        about: "its value when none is given; without this key it must be given",
        shape: Shape::Template,
        example: "5",
    },
    Key { name: "about", about: "what it is for", shape: Shape::Text, example: "the amount in rupees" },
];

/// An input of a flow, where there is more to say than its default.
pub(super) static INPUT: Object =
    Object { name: "input", what: "an input", keys: &[INPUT_KEYS], needs: &[], kinds: &[] };

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
    /// The type it must have.
    pub kind: Option<Spanned<KindName>>,
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
            inputs.push(read_input(reader, &entry.key, &entry.value));
        }
    }
    inputs
}

/// A mapping says more than the default; a default that is a mapping itself is written under `default`.
fn read_input(reader: &mut Reader<'_>, name: &Spanned<String>, node: &Node) -> Input {
    let name = name.clone();
    if !matches!(node.kind, Kind::Map(_)) {
        let default = (!matches!(node.kind, Kind::Null)).then(|| reader.template(node));
        return Input { name, default, kind: None };
    }
    let fields = Fields::open(reader, node, &INPUT);
    fields.get("about").map(|node| reader.text(node, "`about`"));
    let kind = fields
        .get("type")
        .and_then(|node| read_name(reader, node, "type", &KIND_NAMES).map(|kind| Spanned::new(kind, node.span)));
    Input { name, default: fields.get("default").map(|node| reader.template(node)), kind }
}
