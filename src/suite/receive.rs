//! `receive`: a step that waits for a request to us, as a webhook is one.

use super::capture::{CAPTURE, Capture};
use super::expect::{BodyCheck, HeaderCheck, read_body, read_headers};
use super::step::written;
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Names, Node, Object, Reader, Shape};
use std::time::Duration;

/// The time a request has to come when a step does not say.
const WITHIN: Duration = Duration::from_secs(120);

static KEYS: &[Key] = &[
    Key {
        name: "path",
        about: "the path that is called; what stands for it in a request to the server is `{{ webhook_url }}` and this path",
        shape: Shape::TextTemplate,
        example: "/hooks/{{ customerID }}",
    },
    Key {
        name: "method",
        about: "the method that it is called with; POST unless said",
        shape: Shape::Pattern("an HTTP method", super::request::METHOD),
        example: "POST",
    },
    Key {
        name: "within",
        about: "the time it has to come, from the beginning of the step; 2m unless said. What came earlier in the case counts",
        shape: Shape::Duration,
        example: "1m",
    },
    Key {
        name: "expect",
        about: "what it must hold",
        shape: Shape::Object(&RECEIVED),
        example: "{ body: { $.status: SUCCESS } }",
    },
    Key {
        name: "fail",
        about: "matchers for parts of its body: hopeless when any of these holds",
        shape: Shape::Map(Names::Paths, &Shape::Matcher),
        example: "{ $.status: FAILED }",
    },
    Key {
        name: "capture",
        about: "names for parts of it",
        shape: Shape::Map(Names::Variables, &Shape::Either(&[Shape::Path, Shape::Object(&CAPTURE)])),
        example: "{ event: $.event }",
    },
    Key {
        name: "answer",
        about: "the status it is answered with; 200 unless said",
        shape: Shape::Natural(200, 599),
        example: "204",
    },
];

static RECEIVED_KEYS: &[Key] = &[
    Key {
        name: "headers",
        about: "matchers for headers",
        shape: Shape::Map(Names::Any, &Shape::Matcher),
        example: "{ content-type: { contains: json } }",
    },
    Key {
        name: "body",
        about: "matchers for parts of the JSON body, by JSONPath",
        shape: Shape::Map(Names::Paths, &Shape::Matcher),
        example: "{ $.status: SUCCESS }",
    },
];

/// `receive`.
pub(super) static RECEIVE: Object =
    Object { name: "receive", what: "`receive`", keys: &[KEYS], needs: &["path"], kinds: &[] };

/// What a request to us must hold.
pub(super) static RECEIVED: Object =
    Object { name: "received", what: "what is received", keys: &[RECEIVED_KEYS], needs: &[], kinds: &[] };

/// A request to us that is waited for.
#[derive(Debug, Clone)]
pub struct Receive {
    /// The method it is called with, in capitals.
    pub method: String,
    /// The path that is called.
    pub path: Spanned<Template>,
    /// The time it has to come.
    pub within: Duration,
    /// What its headers must be.
    pub headers: Vec<HeaderCheck>,
    /// What its body must be.
    pub body: Vec<BodyCheck>,
    /// Hopeless when any of these holds.
    pub fail: Vec<BodyCheck>,
    /// Names for parts of it.
    pub capture: Vec<Capture>,
    /// What it must hold, as YAML; absent when the step says nothing of it.
    pub expected: Option<String>,
    /// The status it is answered with.
    pub answer: u16,
    /// Where it is written.
    pub span: Span,
}

impl Receive {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &RECEIVE);
        let path = fields
            .required(reader, "path")
            .and_then(|node| reader.text_template(node, "`path`").map(|path| Spanned::new(path, node.span)));
        let method = fields.get("method").and_then(|node| reader.text(node, "`method`"));
        let within = fields.get("within").map_or(Some(WITHIN), |node| reader.duration(node, "`within`"));
        let (mut headers, mut body) = (Vec::new(), Vec::new());
        if let Some(node) = fields.get("expect") {
            let fields = Fields::open(reader, node, &RECEIVED);
            headers = fields.get("headers").map(|node| read_headers(reader, node)).unwrap_or_default();
            body = fields.get("body").map(|node| read_body(reader, node)).unwrap_or_default();
        }
        let fail = fields.get("fail").map(|node| read_body(reader, node)).unwrap_or_default();
        let capture = fields.get("capture").map(|node| Capture::read_all(reader, node)).unwrap_or_default();
        let answer = fields.get("answer").map_or(Some(200), |node| {
            let answer = reader.natural(node, "`answer`", 200).and_then(|status| u16::try_from(status).ok());
            let known = answer.filter(|status| *status < 600);
            if answer.is_some() && known.is_none() {
                reader.problem(Code::WrongValue, node.span, "`answer` is an HTTP status", "200 to 599");
            }
            known
        });
        let method = method.map_or_else(|| "POST".to_owned(), |method| method.value.to_uppercase());
        Some(Self {
            method,
            path: path?,
            within: within?,
            headers,
            body,
            fail,
            capture,
            expected: written(reader, &fields, &["expect", "fail"]),
            answer: answer?,
            span: node.span,
        })
    }
}
