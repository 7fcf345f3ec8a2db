//! `poll`: send again until a condition holds. It has three endings: the condition holds, it never will, or time is up.

use super::expect::{BodyCheck, HeaderCheck, STATUS, StatusCheck, TextCheck, read_body_check, read_headers};
use super::matcher::read_matcher;
use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::Span;
use crate::yaml::{Fields, Key, Names, Node, Object, Reader, Shape};
use std::time::Duration;

static CONDITION_KEYS: &[Key] = &[
    Key { name: "status", about: "the HTTP status is one of these", shape: Shape::OneOrMany(&STATUS), example: "200" },
    Key {
        name: "headers",
        about: "matchers for headers",
        shape: Shape::Map(Names::Any, &Shape::Matcher),
        example: "{ x-state: done }",
    },
    Key {
        name: "text",
        about: "a matcher for the whole body as text",
        shape: Shape::Matcher,
        example: "{ contains: COMPLETED }",
    },
    Key {
        name: "time",
        about: "a matcher for the time the attempt took, in milliseconds",
        shape: Shape::Matcher,
        example: "{ max: 500 }",
    },
];

static KEYS: &[Key] = &[
    Key {
        name: "until",
        about: "done when all of these hold: matchers by JSONPath, and `status`, `headers`, `text`, `time`",
        shape: Shape::Conditions(&CONDITIONS, &Shape::Matcher),
        example: "{ $.data.status: SUCCESS }",
    },
    Key {
        name: "fail",
        about: "hopeless when any of these holds: stop now and fail",
        shape: Shape::Conditions(&CONDITIONS, &Shape::Matcher),
        example: "{ $.data.status: [REJECTED, FAILED] }",
    },
    Key {
        name: "every",
        about: "the wait between two attempts, 5s unless said; there is none after the last",
        shape: Shape::Duration,
        example: "5s",
    },
    Key {
        name: "within",
        about: "the time all attempts and waits have together, 2m unless said",
        shape: Shape::Duration,
        example: "2m",
    },
];

/// `poll`.
pub(super) static POLL: Object = Object { name: "poll", what: "a poll", keys: &[KEYS], needs: &["until"], kinds: &[] };

/// What a poll waits for; other keys are JSONPaths.
pub(super) static CONDITIONS: Object =
    Object { name: "conditions", what: "conditions", keys: &[CONDITION_KEYS], needs: &[], kinds: &[] };

/// The wait between attempts when a poll does not say.
const EVERY: Duration = Duration::from_secs(5);
/// The time a poll has when it does not say.
const WITHIN: Duration = Duration::from_secs(120);

/// How often to ask, and until when.
#[derive(Debug, Clone)]
pub struct Poll {
    /// Done when all of these hold.
    pub until: Vec<Condition>,
    /// Hopeless when any of these holds.
    pub fail: Vec<Condition>,
    /// The wait between attempts.
    pub every: Duration,
    /// The time for all of it.
    pub within: Duration,
    /// Where the limit is written, else the poll.
    pub span: Span,
}

/// Something an answer may show.
#[derive(Debug, Clone)]
pub enum Condition {
    /// A part of the body matches.
    Body(BodyCheck),
    /// The HTTP status is one of these.
    Status(StatusCheck),
    /// A header matches.
    Header(HeaderCheck),
    /// The body as text matches.
    Text(TextCheck),
    /// The time the attempt took, in milliseconds, matches.
    Time(TextCheck),
}

impl Condition {
    /// Where it is written.
    #[must_use]
    pub const fn span(&self) -> Span {
        match self {
            Self::Body(check) => check.span,
            Self::Status(check) => check.span,
            Self::Header(check) => check.span,
            Self::Text(check) | Self::Time(check) => check.span,
        }
    }

    /// Calls `visit` for every template inside.
    pub fn each_template<'t>(&'t self, visit: &mut impl FnMut(&'t Template)) {
        match self {
            Self::Body(check) => check.matcher.each_template(visit),
            Self::Header(check) => check.matcher.each_template(visit),
            Self::Text(check) | Self::Time(check) => check.matcher.each_template(visit),
            Self::Status(_) => {}
        }
    }
}

impl Poll {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &POLL);
        let until = fields.required(reader, "until").map(|node| read_conditions(reader, node, "`until`"));
        let fail = fields.get("fail").map(|node| read_conditions(reader, node, "`fail`")).unwrap_or_default();
        let every = fields.get("every").map_or(Some(EVERY), |node| {
            let every = reader.duration(node, "`every`");
            if every.is_some_and(|every| every.is_zero()) {
                reader.problem(Code::WrongValue, node.span, "a poll must wait between attempts", "write 100ms or more");
            }
            every
        });
        let within = fields.get("within").map_or(Some(WITHIN), |node| reader.duration(node, "`within`"));
        let span = fields.get("within").map_or(node.span, |node| node.span);
        let poll = Self { until: until?, fail, every: every?, within: within?, span };
        if poll.every > poll.within {
            let title = "a poll that waits longer than it has time asks once";
            reader.problem(Code::WrongValue, poll.span, title, "make `within` longer than `every`");
        }
        Some(poll)
    }

    /// Whether the poll itself looks at the HTTP status, so that an error status may still mean "not yet".
    #[must_use]
    pub fn looks_at_status(&self) -> bool {
        self.until.iter().chain(&self.fail).any(|condition| matches!(condition, Condition::Status(_)))
    }
}

/// A poll's statuses are known before the run.
fn read_status(reader: &mut Reader<'_>, node: &Node) -> Option<StatusCheck> {
    let check = StatusCheck::read(reader, node)?;
    if let Some(open) = check.open.first() {
        let title = "the statuses of a poll are written as they are";
        reader.problem(Code::WrongValue, open.span, title, "write 200, 4XX for a whole class, or a list");
        return None;
    }
    Some(check)
}

fn read_conditions(reader: &mut Reader<'_>, node: &Node, what: &str) -> Vec<Condition> {
    let before = reader.problems.len();
    let entries = reader.map(node, what);
    if entries.is_empty() && reader.problems.len() == before {
        reader.problem(Code::WrongValue, node.span, format!("{what} needs at least one condition"), "");
    }
    let mut conditions = Vec::new();
    for entry in entries {
        match entry.key.value.as_str() {
            "status" => conditions.extend(read_status(reader, &entry.value).map(Condition::Status)),
            "headers" => conditions.extend(read_headers(reader, &entry.value).into_iter().map(Condition::Header)),
            "text" => conditions.extend(TextCheck::read(reader, &entry.value).map(Condition::Text)),
            "time" => {
                let matcher = read_matcher(reader, &entry.value);
                let check = matcher.map(|matcher| TextCheck { matcher, span: entry.value.span });
                conditions.extend(check.map(Condition::Time));
            }
            _ => conditions.extend(read_body_check(reader, &entry.key, &entry.value).map(Condition::Body)),
        }
    }
    conditions
}
