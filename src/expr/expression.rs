//! One expression: what stands between `{{` and `}}`.

use super::evaluate::evaluate;
use super::given::Given;
use super::scope::Context;
use super::syntax::{self, Kind};
use crate::source::Span;
use bytes::Bytes;
use serde_json::Value;

/// Longest expression, in bytes.
const LONGEST: usize = 2 * 1024;

/// An expression, read.
#[derive(Debug)]
pub struct Expression {
    span: Span,
    text: String,
    tree: syntax::Node,
    references: Vec<Reference>,
}

/// A use of a name in an expression.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The name.
    pub name: String,
    /// Where it is used first.
    pub span: Span,
    /// Whether it is called, as in `name(...)`: then it stands for the function, whatever value has the same name.
    pub called: bool,
}

/// A member that an expression asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Member {
    /// The one of this name.
    Fixed(String),
    /// The one whose name this name has for its value.
    Named(String),
}

/// Why an expression cannot be read, and the bytes of it that are wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExpressionError {
    /// What is wrong.
    pub message: String,
    /// Where.
    pub span: Span,
}

impl Expression {
    /// Reads an expression. `span` is where `text` stands, without the braces.
    ///
    /// # Errors
    /// When it is empty, too long, not an expression, or asks for a filter, test or argument that there is not.
    pub fn parse(text: &str, span: Span) -> Result<Self, ExpressionError> {
        let fail = |message: String, span| Err(ExpressionError { message, span });
        let trimmed = text.trim();
        if trimmed.is_empty() {
            return fail("the braces are empty".into(), span);
        }
        if trimmed.len() > LONGEST {
            return fail(format!("the expression has {} bytes; at most {LONGEST} are allowed", trimmed.len()), span);
        }
        let indent = text.len() - text.trim_start().len();
        let span = span.part(&(indent..indent + trimmed.len()));
        let tree = match syntax::parse(trimmed) {
            Ok(tree) => tree,
            Err(error) => return fail(error.message, span.part(&error.range)),
        };
        let mut references: Vec<Reference> = Vec::new();
        tree.each(&mut |node| {
            let (name, called, length) = match &node.kind {
                Kind::Name(name) => (name, false, node.range.len()),
                Kind::Call(name, _) => (name, true, name.len()),
                _ => return,
            };
            if !references.iter().any(|known| known.name == *name && known.called == called) {
                let start = node.range.start;
                references.push(Reference { name: name.clone(), span: span.part(&(start..start + length)), called });
            }
        });
        references.sort_by_key(|reference| reference.span.start);
        Ok(Self { span, text: trimmed.to_owned(), tree, references })
    }

    /// Where it stands, without braces and surrounding blanks.
    #[must_use]
    pub const fn span(&self) -> Span {
        self.span
    }

    /// Its text, without braces and surrounding blanks.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The names it uses, functions included, in order of first use.
    #[must_use]
    pub fn references(&self) -> &[Reference] {
        &self.references
    }

    /// Literal first arguments of calls of a function: the `X` of `secret('X')`. `None` stands for a call whose
    /// first argument is not a plain string.
    #[must_use]
    pub fn literal_arguments(&self, function: &str) -> Vec<Option<String>> {
        let mut found = Vec::new();
        self.tree.each(&mut |node| {
            let Kind::Call(name, bound) = &node.kind else { return };
            if name == function {
                let first = bound.as_ref().and_then(|bound| bound.arguments.first()?.as_ref());
                found.push(first.and_then(|node| match &node.kind {
                    Kind::Literal(Value::String(text)) => Some(text.clone()),
                    _ => None,
                }));
            }
        });
        found
    }

    /// The members of a name's value that it asks for, and where: the `x` of `name.x` and `name['x']`, and the name `y` of
    /// `name[y]`.
    #[must_use]
    pub fn members_of(&self, object: &str) -> Vec<(Member, Span)> {
        let mut members = Vec::new();
        let is_object = |node: &syntax::Node| matches!(&node.kind, Kind::Name(name) if name == object);
        self.tree.each(&mut |node| {
            let member = match &node.kind {
                Kind::Member(of, name) if is_object(of) => Some(Member::Fixed(name.clone())),
                Kind::Index(of, index) if is_object(of) => match &index.kind {
                    Kind::Literal(Value::String(name)) => Some(Member::Fixed(name.clone())),
                    Kind::Name(name) => Some(Member::Named(name.clone())),
                    _ => None,
                },
                _ => None,
            };
            members.extend(member.map(|member| (member, self.span.part(&node.range))));
        });
        members
    }

    /// Its name, where it is nothing but one.
    #[must_use]
    pub fn as_name(&self) -> Option<&str> {
        match &self.tree.kind {
            Kind::Name(name) => Some(name),
            _ => None,
        }
    }

    /// The value.
    ///
    /// # Errors
    /// When a name or member is undefined, values of different types are compared, a function fails, or the result is
    /// nothing JSON can say.
    pub fn evaluate(&self, context: &Context<'_>) -> Result<Value, ExpressionError> {
        let fail = |message: String, span| Err(ExpressionError { message, span });
        match evaluate(&self.tree, &self.text, context) {
            Err(fault) => fail(fault.message, self.span.part(&fault.range)),
            Ok(Given::Bytes(_)) => {
                let text = &self.text;
                fail(
                    format!("`{text}` is a file that is not text, which JSON cannot say; base64({text}) can"),
                    self.span,
                )
            }
            Ok(given) => given.into_json().or_else(|message| fail(message, self.span)),
        }
    }

    /// The value as the content of a body: bytes as they are, anything else as [`Expression::evaluate`] gives it.
    ///
    /// # Errors
    /// As [`Expression::evaluate`].
    pub fn evaluate_bytes(&self, context: &Context<'_>) -> Result<Option<Bytes>, ExpressionError> {
        match evaluate(&self.tree, &self.text, context) {
            Ok(Given::Bytes(bytes)) => Ok(Some(bytes)),
            Ok(_) => Ok(None),
            Err(fault) => Err(ExpressionError { message: fault.message, span: self.span.part(&fault.range) }),
        }
    }

    /// Both sides of a comparison at its top, in words and worked out: `fee + net` is 120, `total` is 121.
    #[must_use]
    pub fn sides(&self, context: &Context<'_>) -> Vec<(String, String)> {
        let Kind::Binary(_, sides) = &self.tree.kind else { return Vec::new() };
        let side = |node: &syntax::Node| {
            let said = self.text.get(node.range.clone()).unwrap_or_default().to_owned();
            let value = evaluate(node, &self.text, context).ok()?;
            Some((said, value.shown()))
        };
        sides.iter().filter_map(side).collect()
    }
}
