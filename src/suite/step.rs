//! A step: one request and what is expected of it, the use of a flow, or a group that is repeated.

use super::bindings::Binding;
use super::capture::{CAPTURE, Capture};
use super::case::{ABOUT, read_about};
use super::contract_mode::{HOLDING, read_holding};
use super::expect::{EXPECT, Expect};
use super::poll::{POLL, Poll};
use super::receive::{RECEIVE, Receive};
use super::repeat::{REPEAT, Repeat, read_condition};
use super::request::{REQUEST, Request};
use super::retry::{RETRY, RetryOn};
use super::snapshot::{SNAPSHOT, Snapshot};
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Form, Key, Names, Node, Object, Reader, Shape};
use std::sync::Arc;
use std::time::Duration;

static KEYS: &[Key] = &[
    Key { name: "name", about: "what the step does, shown in every report", shape: Shape::Text, example: "Get BRE" },
    Key {
        name: "when",
        about: "done only when this expression is true",
        shape: Shape::Expression,
        example: r#""{{ status == 'PENDING' }}""#,
    },
    ABOUT,
];

static RECEIVE_KEYS: &[Key] = &[Key {
    name: "receive",
    about: "waits for a request to us, as a webhook is one",
    shape: Shape::Object(&RECEIVE),
    example: "{ path: /hooks/loan, within: 1m, expect: { body: { $.status: SUCCESS } } }",
}];

static CALL_KEYS: &[Key] = &[
    Key {
        name: "request",
        about: "what is sent",
        shape: Shape::Object(&REQUEST),
        example: r#"{ operation: getBre, query: { referenceID: "{{ referenceID }}" } }"#,
    },
    Key { name: "expect", about: "what must come back", shape: Shape::Object(&EXPECT), example: "{ code: GEO-S-000 }" },
    Key {
        name: "capture",
        about: "names for parts of the response, for later steps: a JSONPath into the body, or more",
        shape: Shape::Map(Names::Variables, &Shape::Either(&[Shape::Path, Shape::Object(&CAPTURE)])),
        example: "{ referenceID: $.data.referenceID, token: { header: x-token, secret: true } }",
    },
    Key {
        name: "poll",
        about: "send again until a condition holds; then, and only then, expect and capture",
        shape: Shape::Object(&POLL),
        example: "{ until: { $.data.status: SUCCESS }, every: 5s, within: 2m }",
    },
    Key {
        name: "snapshot",
        about: "compare the response with the one that was accepted: true, or more",
        shape: Shape::Either(&[Shape::True, Shape::Object(&SNAPSHOT)]),
        example: r#"{ redact: { $.data.referenceID: "[reference]" } }"#,
    },
    Key {
        name: "timeout",
        about: "longest time for one attempt, from sending to the last byte",
        shape: Shape::Duration,
        example: "10s",
    },
    Key {
        name: "retry_on",
        about: "what to send again for: transport, and HTTP statuses such as 429 and 503",
        shape: Shape::OneOrMany(&RETRY),
        example: "[transport, 429, 503]",
    },
    HOLDING,
];

static USE_KEYS: &[Key] = &[
    Key { name: "use", about: "the flow whose steps are done here", shape: Shape::Text, example: "flows/onboard.yaml" },
    Key {
        name: "with",
        about: "values for the flow's inputs",
        shape: Shape::Map(Names::Variables, &Shape::Template),
        example: "{ persona: approved }",
    },
];

static REPEAT_KEYS: &[Key] = &[
    Key {
        name: "repeat",
        about: "how often the steps below are done",
        shape: Shape::Object(&REPEAT),
        example: "{ times: 3, every: 30s }",
    },
    Key {
        name: "steps",
        about: "the steps that are repeated",
        shape: Shape::Many(&Shape::Object(&STEP)),
        example: "[{ request: { operation: getBre } }]",
    },
];

/// A step.
pub(super) static STEP: Object = Object {
    name: "step",
    what: "a step",
    keys: &[KEYS, CALL_KEYS, USE_KEYS, REPEAT_KEYS, RECEIVE_KEYS],
    needs: &[],
    kinds: &[&[
        Form { title: "a request", needs: &["request"], lacks: &["use", "with", "repeat", "steps", "receive"] },
        Form {
            title: "a request to us",
            needs: &["receive"],
            lacks: &[
                "request", "expect", "capture", "poll", "snapshot", "timeout", "retry_on", "contract", "use", "with",
                "repeat", "steps",
            ],
        },
        Form {
            title: "the use of a flow",
            needs: &["use"],
            lacks: &[
                "request", "expect", "capture", "poll", "snapshot", "timeout", "retry_on", "contract", "repeat",
                "steps", "receive",
            ],
        },
        Form {
            title: "a group that is repeated",
            needs: &["repeat", "steps"],
            lacks: &[
                "request", "expect", "capture", "poll", "snapshot", "timeout", "retry_on", "contract", "use", "with",
                "receive",
            ],
        },
    ]],
};

/// A step.
#[derive(Debug, Clone)]
pub struct Step {
    /// Where it is written.
    pub span: Span,
    /// Its name, if it has one.
    pub name: Option<Spanned<String>>,
    /// What it is for.
    pub about: Option<String>,
    /// Done only when this is true.
    pub when: Option<Spanned<Template>>,
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
    /// Does steps several times.
    Repeat(Repeat, Vec<Step>),
    /// Waits for a request to us.
    Receive(Arc<Receive>),
}

/// A request and what is expected of it.
#[derive(Debug, Clone)]
pub struct Call {
    /// What is sent.
    pub request: Request,
    /// What must come back.
    pub expect: Expect,
    /// What must come back, and what is waited for, as YAML; absent when the step says nothing of it.
    pub expected: Option<String>,
    /// Names for parts of it.
    pub capture: Vec<Capture>,
    /// How often to ask.
    pub poll: Option<Poll>,
    /// What is compared with the accepted response; nothing is without it.
    pub snapshot: Option<Snapshot>,
    /// Longest time for one attempt.
    pub timeout: Option<Duration>,
    /// What to send again for.
    pub retry_on: RetryOn,
    /// Whether the request keeps the contract, in a word; it does without it.
    pub contract_mode: Option<Spanned<Template>>,
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
    let steps: Vec<Step> = items.iter().filter_map(|item| read_step(reader, item)).collect();
    reader.dropped += items.len() - steps.len();
    steps
}

fn read_step(reader: &mut Reader<'_>, node: &Node) -> Option<Step> {
    let fields = Fields::open(reader, node, &STEP);
    let name = fields.get("name").and_then(|node| reader.text(node, "`name`"));
    let when = fields.get("when").and_then(|node| read_condition(reader, node, "`when`"));
    let about = read_about(reader, &fields);
    let action = match fields.one_of(reader, &["request", "use", "repeat", "receive"]) {
        Some(("receive", node)) => {
            refuse_all(reader, &fields, &[CALL_KEYS, USE_KEYS, REPEAT_KEYS], "a step that waits for a request");
            StepAction::Receive(Arc::new(Receive::read(reader, node)?))
        }
        Some(("use", flow)) => {
            refuse_all(reader, &fields, &[CALL_KEYS, REPEAT_KEYS], "a step that uses a flow");
            let with = fields.get("with").map(|node| Binding::read_all(reader, node, "`with`")).unwrap_or_default();
            StepAction::Use(Use { flow: reader.text(flow, "`use`")?, with })
        }
        Some(("repeat", repeat)) => {
            refuse_all(reader, &fields, &[CALL_KEYS, USE_KEYS], "a group of steps");
            let repeat = Repeat::read(reader, repeat);
            let steps = fields.required(reader, "steps").map(|node| read_steps(reader, node)).unwrap_or_default();
            StepAction::Repeat(repeat?, steps)
        }
        Some((_, request)) => {
            refuse_all(reader, &fields, &[USE_KEYS, REPEAT_KEYS], "a step that sends a request");
            StepAction::Call(Arc::new(read_call(reader, &fields, request)?))
        }
        None => {
            let title = "a step needs `request`, `use`, `repeat` or `receive`";
            reader.problem(Code::MissingKey, node.span, title, "it has none of them");
            return None;
        }
    };
    Some(Step { span: name.as_ref().map_or(node.span, |name| name.span), name, about, when, action })
}

fn read_call(reader: &mut Reader<'_>, fields: &Fields<'_>, request: &Node) -> Option<Call> {
    let request = Request::read(reader, request);
    let expect = fields.get("expect").map(|node| Expect::read(reader, node)).unwrap_or_default();
    let capture = fields.get("capture").map(|node| Capture::read_all(reader, node)).unwrap_or_default();
    let poll = fields.get("poll").and_then(|node| Poll::read(reader, node));
    let snapshot = fields.get("snapshot").and_then(|node| Snapshot::read(reader, node));
    let timeout = fields.get("timeout").and_then(|node| reader.duration(node, "`timeout`"));
    let retry_on = fields.get("retry_on").map(|node| RetryOn::read(reader, node)).unwrap_or_default();
    let contract_mode = fields.get("contract").and_then(|node| read_holding(reader, node));
    let expected = written(reader, fields, &["expect", "poll"]);
    Some(Call { request: request?, expect, expected, capture, poll, snapshot, timeout, retry_on, contract_mode })
}

/// The text of some keys as the file has it, moved to the left.
pub(super) fn written(reader: &Reader<'_>, fields: &Fields<'_>, keys: &[&str]) -> Option<String> {
    let mut text = String::new();
    for entry in keys.iter().filter_map(|key| fields.entry(key)) {
        let indent = reader.sources.place(entry.key.span).column - 1;
        let span = Span { end: entry.value.span.end, ..entry.key.span };
        for (number, line) in reader.sources.slice(span).trim_end().lines().enumerate() {
            // Lines after the first begin where their file's do.
            let cut = if number == 0 { 0 } else { line.len() - line.trim_start().len() };
            text.push_str(line.get(cut.min(indent)..).unwrap_or(line));
            text.push('\n');
        }
    }
    (!text.is_empty()).then_some(text)
}

/// Keys of the other kinds of steps. Those that tell the kinds apart have been spoken of already.
fn refuse_all(reader: &mut Reader<'_>, fields: &Fields<'_>, others: &[&[Key]], what: &str) {
    let keys = others
        .iter()
        .flat_map(|keys| keys.iter())
        .filter(|key| !matches!(key.name, "request" | "use" | "repeat" | "receive"));
    for entry in keys.filter_map(|key| fields.entry(key.name)) {
        let title = format!("`{}` cannot stand in {what}", entry.key.value);
        reader.problem(Code::ConflictingKeys, entry.key.span, title, "remove this");
    }
}
