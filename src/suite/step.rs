//! A step: one request and what is expected of it, or the use of a flow.

use super::bindings::Binding;
use super::capture::Capture;
use super::expect::Expect;
use super::poll::Poll;
use super::request::Request;
use crate::diagnostic::Code;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Node, Reader};
use std::sync::Arc;
use std::time::Duration;

const KEYS: &[Key] = &[Key { name: "name", about: "what the step does, shown in every report" }];

const CALL_KEYS: &[Key] = &[
    Key { name: "request", about: "what is sent" },
    Key { name: "expect", about: "what must come back" },
    Key { name: "capture", about: "names for parts of the response, for later steps" },
    Key { name: "poll", about: "send again until a condition holds; then, and only then, expect and capture" },
    Key { name: "timeout", about: "longest time for one attempt, from sending to the last byte" },
];

const USE_KEYS: &[Key] = &[
    Key { name: "use", about: "the flow whose steps are done here" },
    Key { name: "with", about: "values for the flow's inputs" },
];

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it is written.
    pub span: Span,
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// What it does.
    pub action: StepAction,
}

/// What a step does.
#[derive(Debug, Clone)]
pub enum StepAction {
    /// Sends a request.
    Call(Arc<Call>),
    /// Does the steps of a flow.
    Use(Use),
}

/// A request and what is expected of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is sent.
    pub request: Request,
    /// What must come back.
    pub expect: Expect,
    /// Names for parts of it.
    pub capture: Vec<Capture>,
    /// How often to ask.
    pub poll: Option<Poll>,
    /// Longest time for one attempt.
    pub timeout: Option<Duration>,
}

/// The use of a flow.
#[derive(Debug, Clone)]
pub struct Use {
    /// The flow's file.
    pub flow: Spanned<String>,
    /// Values for its inputs.
    pub with: Vec<Binding>,
}

/// Reads a list of steps.
pub(super) fn read_steps(reader: &mut Reader<'_>, node: &Node) -> Vec<Step> {
    let items = reader.list(node, "`steps`");
    if items.is_empty() {
        reader.problem(Code::WrongValue, node.span, "at least one step is needed", "");
    }
    items.iter().filter_map(|item| read_step(reader, item)).collect()
}

fn read_step(reader: &mut Reader<'_>, node: &Node) -> Option<Step> {
    let fields = Fields::open(reader, node, "a step", &[KEYS, CALL_KEYS, USE_KEYS]);
    let name = fields.get("name").and_then(|node| reader.text(node, "`name`"));
    let action = match fields.one_of(reader, &["request", "use"]) {
        Some(("use", flow)) => {
            refuse_all(reader, &fields, CALL_KEYS, "a step that uses a flow");
            let with = fields.get("with").map(|node| Binding::read_all(reader, node, "`with`")).unwrap_or_default();
            StepAction::Use(Use { flow: reader.text(flow, "`use`")?, with })
        }
        Some((_, request)) => {
            refuse_all(reader, &fields, USE_KEYS, "a step that sends a request");
            StepAction::Call(Arc::new(read_call(reader, &fields, request)?))
        }
        None => {
            reader.problem(Code::MissingKey, node.span, "a step needs `request` or `use`", "it has neither");
            return None;
        }
    };
    Some(Step { span: name.as_ref().map_or(node.span, |name| name.span), name, action })
}

fn read_call(reader: &mut Reader<'_>, fields: &Fields<'_>, request: &Node) -> Option<Call> {
    let request = Request::read(reader, request);
    let expect = fields.get("expect").map(|node| Expect::read(reader, node)).unwrap_or_default();
    let capture = fields.get("capture").map(|node| Capture::read_all(reader, node)).unwrap_or_default();
    let poll = fields.get("poll").and_then(|node| Poll::read(reader, node));
    let timeout = fields.get("timeout").and_then(|node| reader.duration(node, "`timeout`"));
    Some(Call { request: request?, expect, capture, poll, timeout })
}

/// Keys of the other kind of step. The one that told the kinds apart has been spoken of already.
fn refuse_all(reader: &mut Reader<'_>, fields: &Fields<'_>, keys: &[Key], what: &str) {
    for entry in
        keys.iter().filter(|key| !matches!(key.name, "request" | "use")).filter_map(|key| fields.entry(key.name))
    {
        let title = format!("`{}` cannot stand in {what}", entry.key.value);
        reader.problem(Code::ConflictingKeys, entry.key.span, title, "remove this");
    }
}
