//! Reading kinds of exchanges, places and expressions.

use super::RuleReader;
use super::keys::{OUTCOMES, PATTERN};
use crate::contract::StatusRange;
use crate::diagnostic::Code;
use crate::expr::Expression;
use crate::rule::model::{Outcome, Pattern};
use crate::rule::place::Place;
use crate::source::{Span, Spanned};
use crate::suite::{StatusCheck, read_checks};
use crate::yaml::{Fields, Node, Object};
use std::sync::Arc;

impl RuleReader<'_, '_> {
    /// Reads a kind of exchange.
    pub(super) fn pattern(&mut self, node: &Node) -> Pattern {
        self.pattern_of(node, &PATTERN)
    }

    /// Reads a kind of exchange out of a mapping that has more keys.
    pub(super) fn pattern_of(&mut self, node: &Node, object: &'static Object) -> Pattern {
        let fields = Fields::open(self.reader, node, object);
        let operations = fields.get("operation").map(|node| self.operations(node)).unwrap_or_default();
        let except = fields.get("except").map(|node| self.operations(node)).unwrap_or_default();
        let any = operations.iter().any(|one| one == "*");
        let request = fields.get("request").map(|node| read_checks(self.reader, node)).unwrap_or_default();
        let response = fields.get("response").map(|node| read_checks(self.reader, node)).unwrap_or_default();
        let status = fields.get("status").and_then(|node| StatusCheck::read(self.reader, node));
        let codes = fields.get("code").map(|node| self.codes(node)).unwrap_or_default();
        let outcome = fields.get("outcome").and_then(|node| self.reader.word(node, "`outcome`", &OUTCOMES));
        Pattern {
            operations: if any { Vec::new() } else { operations },
            except,
            request,
            response,
            status: status.map_or_else(Vec::new, |status| -> Vec<StatusRange> { status.ranges }),
            codes,
            outcome: outcome.and_then(|word| {
                let at = OUTCOMES.iter().position(|own| *own == word)?;
                [Outcome::Success, Outcome::Refusal, Outcome::There].get(at).copied()
            }),
            span: Some(node.span),
        }
    }

    fn operations(&mut self, node: &Node) -> Vec<String> {
        let mut all = Vec::new();
        for named in self.reader.texts(node, "`operation`") {
            if named.value != "*" && self.contract.operation(&named.value).is_none() {
                let known = self.contract.operations.iter().map(|operation| operation.id.as_str());
                let label = crate::text::did_you_mean(&named.value, known).unwrap_or_default();
                let title = format!("there is no operation `{}`", named.value);
                self.reader.problem(Code::UnknownInContract, named.span, title, label);
            }
            all.push(named.value);
        }
        all
    }

    fn codes(&mut self, node: &Node) -> Vec<String> {
        let mut all = Vec::new();
        for named in self.reader.texts(node, "`code`") {
            if !self.contract.codes.is_empty() && !self.contract.codes.contains_key(&named.value) {
                let label = crate::text::did_you_mean(&named.value, self.contract.codes.keys().map(String::as_str));
                let title = format!("`{}` is not a documented code", named.value);
                self.reader.problem(Code::UnknownInContract, named.span, title, label.unwrap_or_default());
            }
            all.push(named.value);
        }
        all
    }

    /// Reads a place.
    pub(super) fn place(&mut self, node: &Node, what: &str) -> Option<Spanned<Place>> {
        let text = self.reader.text(node, what)?;
        match Place::parse(&text.value) {
            Ok(place) => Some(Spanned::new(Place { span: Some(text.span), ..place }, text.span)),
            Err(why) => {
                let title = format!("`{}` is not a place in an exchange", text.value);
                self.reader.problem(Code::Selector, text.span, title, why);
                None
            }
        }
    }

    /// Reads an expression, with or without braces around it.
    pub(super) fn expression(&mut self, node: &Node, what: &str) -> Option<Arc<Expression>> {
        let text = self.reader.text(node, what)?;
        let span = content(self, &text);
        let bare = text.value.trim();
        let inner = bare.strip_prefix("{{").and_then(|inner| inner.strip_suffix("}}")).unwrap_or(&text.value);
        let span = match inner.len() == text.value.len() {
            true => span,
            false => text.value.find(inner).map_or(span, |at| span.part(&(at..at + inner.len()))),
        };
        match Expression::parse(inner, span) {
            Ok(expression) => Some(Arc::new(expression)),
            Err(error) => {
                self.reader.problem(Code::Template, error.span, "an expression cannot be read", error.message);
                None
            }
        }
    }
}

/// The span of a text without its quotes.
fn content(reader: &RuleReader<'_, '_>, text: &Spanned<String>) -> Span {
    let span = text.span;
    let inner = Span { start: span.start + 1, end: span.end.saturating_sub(1).max(span.start + 1), ..span };
    if reader.reader.sources.slice(inner) == text.value { inner } else { span }
}
