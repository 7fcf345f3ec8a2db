//! `skip`: a case that is not run, and why.

use super::repeat::read_condition;
use crate::expr::Template;
use crate::source::{Span, Spanned};
use crate::yaml::{Fields, Key, Kind, Node, Object, Reader, Shape};

/// What `skip` may be.
pub(super) static SKIP_SHAPE: Shape = Shape::Either(&[Shape::Text, Shape::Object(&SKIP)]);

static KEYS: &[Key] = &[
    Key {
        name: "when",
        about: "not run only when this expression is true; it sees the environment, the row and `vars`",
        shape: Shape::Expression,
        example: r#""{{ partner != 'acme' }}""#,
    },
    Key {
        name: "reason",
        about: "why it is not run, shown in every report",
        shape: Shape::Text,
        example: "not ready yet",
    },
];

/// `skip`, where it hangs on a condition.
pub(super) static SKIP: Object = Object { name: "skip", what: "`skip`", keys: &[KEYS], needs: &["reason"], kinds: &[] };

/// When a case is not run, and why.
#[derive(Debug, Clone)]
pub struct Skip {
    /// Not run only when this is true.
    pub when: Option<Spanned<Template>>,
    /// Why.
    pub reason: String,
    /// Where it is written.
    pub span: Span,
}

impl Skip {
    pub(super) fn read(reader: &mut Reader<'_>, node: &Node) -> Option<Self> {
        if !matches!(node.kind, Kind::Map(_)) {
            let reason = reader.text(node, "`skip`, the reason,")?;
            return Some(Self { when: None, reason: reason.value, span: node.span });
        }
        let fields = Fields::open(reader, node, &SKIP);
        let when = fields.get("when").and_then(|node| read_condition(reader, node, "`when`"));
        let reason = fields.required(reader, "reason").and_then(|node| reader.text(node, "`reason`"))?;
        Some(Self { when, reason: reason.value, span: node.span })
    }
}
