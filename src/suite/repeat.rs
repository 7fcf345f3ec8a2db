//! `repeat`: a group of steps, done several times.

use crate::diagnostic::Code;
use crate::expr::Template;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Node, Object, Reader, Shape};
use std::time::Duration;

static KEYS: &[Key] = &[
    Key { name: "times", about: "how often at most", shape: Shape::Natural(1, 1000), example: "3" },
    Key {
        name: "every",
        about: "the wait between two times; there is none after the last",
        shape: Shape::Duration,
        example: "30s",
    },
    Key {
        name: "until",
        about: "done when this expression is true; without it the steps are done `times` times",
        shape: Shape::Expression,
        example: r#""{{ status == 'SUCCESS' }}""#,
    },
];

/// `repeat`.
pub(super) static REPEAT: Object =
    Object { name: "repeat", what: "`repeat`", keys: &[KEYS], needs: &["times"], kinds: &[] };

/// How often a group of steps is done.
#[derive(Debug, Clone)]
pub struct Repeat {
    /// How often at most.
    pub times: u32,
    /// The wait between two times.
    pub every: Duration,
    /// Done when this is true.
    pub until: Option<Spanned<Template>>,
    /// Where it is written.
    pub span: Span,
}

impl Repeat {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        let fields = Fields::open(reader, node, &REPEAT);
        let times = fields.required(reader, "times").and_then(|node| {
            let times = reader.natural(node, "`times`", 1)?;
            let small = u32::try_from(times).ok().filter(|times| *times <= 1000);
            if small.is_none() {
                reader.problem(Code::WrongValue, node.span, "`times` is at most 1000", "");
            }
            small
        });
        let every = fields.get("every").map_or(Some(Duration::ZERO), |node| reader.duration(node, "`every`"));
        let until = fields.get("until").and_then(|node| read_condition(reader, node, "`until`"));
        Some(Self { times: times?, every: every?, until, span: node.span })
    }
}

/// Reads an expression that is true or false.
pub(super) fn read_condition(reader: &mut Reader<'_>, node: &Node, what: &str) -> Option<Spanned<Template>> {
    let text = reader.text(node, what)?;
    let trimmed = text.value.trim();
    let one_hole = trimmed.starts_with("{{") && trimmed.ends_with("}}") && trimmed.matches("{{").count() == 1;
    if !one_hole {
        let label = "write \"{{ ... }}\" with an expression that is true or false";
        reader.problem(Code::Template, node.span, format!("{what} must be one expression"), label);
        return None;
    }
    reader.text_template(node, what).map(|template| Spanned::new(template, node.span))
}
