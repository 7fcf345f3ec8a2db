//! `expect`: what must come back.

use super::matcher::read_matcher;
use super::repeat::read_condition;
use crate::contract::StatusRange;
use crate::diagnostic::Code;
use crate::expr::{Context, Matcher, RenderError, Selector, Template};
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Names, Node, Object, Reader, Shape};
use serde_json::Value;
use std::time::Duration;

/// An HTTP status, or a class of them.
pub(super) static STATUS: Shape = Shape::Either(&[
    Shape::Natural(100, 599),
    Shape::Pattern("a class such as 4XX", "^([1-5][0-9][0-9]|[1-5][Xx][Xx])$"),
]);

/// The same, or a placeholder that gives one.
static OPEN_STATUS: Shape = Shape::Either(&[
    Shape::Natural(100, 599),
    Shape::Pattern("a class such as 4XX", "^([1-5][0-9][0-9]|[1-5][Xx][Xx])$"),
    Shape::Expression,
]);

static KEYS: &[Key] = &[
    Key {
        name: "status",
        about: "the HTTP status: a number, a class such as 4XX, a placeholder that gives one, or a list of these",
        shape: Shape::OneOrMany(&OPEN_STATUS),
        example: "200",
    },
    Key {
        name: "code",
        about: "the documented status code, or a list of good ones; the contract knows where it stands and which HTTP statuses go with it",
        shape: Shape::OneOrMany(&Shape::TextTemplate),
        example: "GEO-S-000",
    },
    Key { name: "within", about: "longest time the final attempt may take", shape: Shape::Duration, example: "3s" },
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
        example: "{ $.data.offers: { length: { min: 1 } } }",
    },
    Key {
        name: "text",
        about: "a matcher for the whole body as text, whatever its media type",
        shape: Shape::Matcher,
        example: "{ contains: status=UP }",
    },
    Key {
        name: "that",
        about: "conditions over several values; they see what the step captures",
        shape: Shape::OneOrMany(&Shape::Expression),
        example: r#"["{{ fee + net == total }}"]"#,
    },
];

/// `expect`.
pub(super) static EXPECT: Object = Object { name: "expect", what: "`expect`", keys: &[KEYS], needs: &[], kinds: &[] };

/// What must come back.
#[derive(Debug, Clone, Default)]
pub struct Expect {
    /// The HTTP status.
    pub status: Option<StatusCheck>,
    /// The documented status code.
    pub code: Option<CodeCheck>,
    /// Longest time of the final attempt.
    pub within: Option<Spanned<Duration>>,
    /// Headers.
    pub headers: Vec<HeaderCheck>,
    /// Parts of the body.
    pub body: Vec<BodyCheck>,
    /// The body as text.
    pub text: Option<TextCheck>,
    /// Conditions over several values.
    pub that: Vec<Spanned<Template>>,
}

/// What the body as text must be.
#[derive(Debug, Clone)]
pub struct TextCheck {
    /// What it must be.
    pub matcher: Matcher,
    /// Where the matcher is written.
    pub span: Span,
}

/// Documented status codes that are good.
#[derive(Debug, Clone)]
pub struct CodeCheck {
    /// The codes.
    pub codes: Vec<Spanned<Template>>,
    /// Where they are written.
    pub span: Span,
}

/// HTTP statuses that are good.
#[derive(Debug, Clone)]
pub struct StatusCheck {
    /// The statuses that are known before the run.
    pub ranges: Vec<StatusRange>,
    /// Placeholders that give others.
    pub open: Vec<Spanned<Template>>,
    /// Where they are written.
    pub span: Span,
}

/// What a header must be.
#[derive(Debug, Clone)]
pub struct HeaderCheck {
    /// The header's name, in lower case.
    pub name: Spanned<String>,
    /// What its value must be, as text.
    pub matcher: Matcher,
    /// Where the matcher is written.
    pub span: Span,
}

/// What a part of the body must be.
#[derive(Debug, Clone)]
pub struct BodyCheck {
    /// The part.
    pub selector: Selector,
    /// What it must be.
    pub matcher: Matcher,
    /// Where the matcher is written.
    pub span: Span,
}

impl Expect {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        let fields = Fields::open(reader, node, &EXPECT);
        let status = fields.get("status").and_then(|node| StatusCheck::read(reader, node));
        let code = fields.get("code").map(|node| CodeCheck::read(reader, node));
        let within = fields
            .get("within")
            .and_then(|node| reader.duration(node, "`within`").map(|limit| Spanned::new(limit, node.span)));
        let headers = fields.get("headers").map(|node| read_headers(reader, node)).unwrap_or_default();
        let body = fields.get("body").map(|node| read_body(reader, node)).unwrap_or_default();
        let text = fields.get("text").and_then(|node| TextCheck::read(reader, node));
        let that = fields.get("that").map(|node| read_conditions(reader, node)).unwrap_or_default();
        Self { status, code, within, headers, body, text, that }
    }
}

impl TextCheck {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let matcher = match node.kind {
            // A body is text; a number that was not quoted means its spelling.
            Kind::Number(_) | Kind::Bool(_) => reader.text_template(node, "`text`").map(Matcher::Equals),
            _ => read_matcher(reader, node),
        };
        matcher.map(|matcher| Self { matcher, span: node.span })
    }
}

fn read_conditions(reader: &mut Reader<'_>, node: &Node) -> Vec<Spanned<Template>> {
    let items = match &node.kind {
        Kind::List(items) => items.to_vec(),
        _ => vec![node.clone()],
    };
    items.iter().filter_map(|item| read_condition(reader, item, "a condition of `that`")).collect()
}

impl CodeCheck {
    fn read(reader: &mut Reader<'_>, node: &Node) -> Self {
        let one = |reader: &mut Reader<'_>, node: &Node| {
            reader.text_template(node, "a status code").map(|code| Spanned::new(code, node.span))
        };
        let codes = match &node.kind {
            Kind::List(items) => items.iter().filter_map(|item| one(reader, item)).collect(),
            _ => one(reader, node).into_iter().collect(),
        };
        Self { codes, span: node.span }
    }
}

impl StatusCheck {
    /// Whether a status is good.
    #[must_use]
    pub fn holds(&self, status: u16) -> bool {
        self.ranges.iter().any(|range| range.holds(status))
    }

    /// The same with its placeholders filled.
    ///
    /// # Errors
    /// When a placeholder cannot be filled, or gives no status.
    pub fn resolved(&self, context: &Context<'_>) -> Result<Self, RenderError> {
        let mut ranges = self.ranges.clone();
        for template in &self.open {
            let refuse = |message: String| RenderError { message, span: template.span };
            let value = template.value.render(context)?;
            let given = match &value {
                Value::Array(items) => items.clone(),
                one => vec![one.clone()],
            };
            for one in given {
                let text = one.as_str().map_or_else(|| one.to_string(), str::to_owned);
                let range = StatusRange::parse(&text);
                ranges.push(range.ok_or_else(|| refuse(format!("`{text}` is not an HTTP status such as 200 or 4XX")))?);
            }
        }
        Ok(Self { ranges, open: Vec::new(), span: self.span })
    }

    /// Reads a status, a class of them, a placeholder, or a list of these.
    pub fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let (mut ranges, mut open) = (Vec::new(), Vec::new());
        for status in reader.texts(node, "a status") {
            if status.value.contains("{{") {
                let template = reader.template_at(&status);
                open.push(Spanned::new(template, status.span));
                continue;
            }
            match StatusRange::parse(&status.value) {
                Some(range) => ranges.push(range),
                None => {
                    let title = format!("`{}` is not an HTTP status", status.value);
                    reader.problem(Code::WrongValue, status.span, title, "write 200, 4XX for a whole class, or a list");
                }
            }
        }
        (!ranges.is_empty() || !open.is_empty()).then_some(Self { ranges, open, span: node.span })
    }
}

/// Reads matchers by header; shared with polls.
pub(super) fn read_headers(reader: &mut Reader<'_>, node: &Node) -> Vec<HeaderCheck> {
    let mut checks = Vec::new();
    for entry in reader.map(node, "`headers`") {
        let name = Spanned::new(entry.key.value.to_lowercase(), entry.key.span);
        // A header is text; a number that was not quoted means its spelling.
        let matcher = match entry.value.kind {
            Kind::Number(_) | Kind::Bool(_) => reader.text_template(&entry.value, "a header").map(Matcher::Equals),
            _ => read_matcher(reader, &entry.value),
        };
        checks.extend(matcher.map(|matcher| HeaderCheck { name, matcher, span: entry.value.span }));
    }
    checks
}

/// Reads matchers by JSONPath; shared with polls and rules.
pub fn read_body(reader: &mut Reader<'_>, node: &Node) -> Vec<BodyCheck> {
    let mut checks = Vec::new();
    for entry in reader.map(node, "a mapping of JSONPaths") {
        checks.extend(read_body_check(reader, &entry.key, &entry.value));
    }
    checks
}

/// Reads one matcher under its JSONPath.
pub(super) fn read_body_check(reader: &mut Reader<'_>, key: &Spanned<String>, value: &Node) -> Option<BodyCheck> {
    let selector = read_selector(reader, key);
    let matcher = read_matcher(reader, value);
    let (selector, matcher) = (selector?, matcher?);
    if !selector.is_singular() && !matcher.takes_many() {
        let title = format!("`{}` can select several values, and the matcher speaks of one", key.value);
        let place = reader.sources.place(key.span);
        let problem = reader.problem(Code::Matcher, value.span, title, "which of them?");
        *problem = problem
            .clone()
            .at(place, "")
            .next("write `each:` for all of them, `any:` for at least one, `length:` for their number");
        return None;
    }
    Some(BodyCheck { selector, matcher, span: value.span })
}

/// Reads a JSONPath.
pub(super) fn read_selector(reader: &mut Reader<'_>, text: &Spanned<String>) -> Option<Selector> {
    match Selector::parse(&text.value) {
        Ok(selector) => Some(selector),
        Err(error) => {
            let exact = text.span.range().len() == text.value.len();
            let span = error.at.filter(|_| exact).map_or(text.span, |at| text.span.part(&(at..text.value.len())));
            reader.problem(
                Code::Selector,
                span,
                format!("`{}` is not a path that can be used", text.value),
                error.message,
            );
            None
        }
    }
}
