//! What can be told of rules before anything is sent: places that lead nowhere, kinds of exchanges that the contract's
//! own schemas rule out.

use super::model::{Pattern, Rule, Rules};
use super::place::{Part, Place};
use crate::contract::{Contract, Operation, Schema};
use crate::diagnostic::Code;
use crate::expr::{Matcher, Selector};
use crate::source::Span;
use crate::suite::BodyCheck;
use crate::yaml::Reader;
use serde_json::Value;

/// Which half of an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Half {
    Request,
    Response,
}

/// Checks rules against their contract.
pub(super) fn check(reader: &mut Reader<'_>, contract: &Contract, rules: &Rules) {
    let mut checking = Checking { reader, contract };
    for rule in &rules.all {
        for pattern in rule.patterns() {
            checking.pattern(rule, pattern);
        }
        if let super::Form::Every { expect } = &rule.form {
            let operations = rule.on.operations.clone();
            checking.places_of(&Pattern { operations, ..expect.clone() });
        }
        for place in rule.places() {
            checking.place(rule, place);
        }
    }
}

struct Checking<'r, 's> {
    reader: &'r mut Reader<'s>,
    contract: &'r Contract,
}

/// What a schema says of a place.
enum Documented {
    /// Nothing: there is no such member.
    Nowhere,
    /// Something of any value.
    Open,
    /// One of these values, as text.
    Values(Vec<String>),
}

impl Checking<'_, '_> {
    fn pattern(&mut self, rule: &Rule, pattern: &Pattern) {
        self.places_of(pattern);
        for (half, check) in halves(pattern) {
            let Some(wanted) = fixed(&check.matcher) else { continue };
            let mut documented = Vec::new();
            for operation in self.operations(pattern) {
                match self.documented(&operation, half, &check.selector) {
                    Documented::Open => return,
                    Documented::Values(values) => documented.extend(values),
                    Documented::Nowhere => {}
                }
            }
            if documented.is_empty() || wanted.iter().any(|value| documented.contains(&text(value))) {
                continue;
            }
            let near = wanted.first().map(text).unwrap_or_default();
            let label = crate::text::did_you_mean(&near, documented.iter().map(String::as_str).collect::<Vec<_>>());
            let title = format!("{} can never be due: `{}` is never {near}", rule.id, check.selector.text());
            let problem = self.reader.problem(Code::UnknownInContract, check.span, title, label.unwrap_or_default());
            documented.sort();
            documented.dedup();
            *problem = problem.clone().next(format!("the contract documents {}", crate::text::either(&documented)));
        }
        if let (false, [operation]) = (pattern.codes.is_empty(), pattern.operations.as_slice()) {
            let elsewhere = pattern
                .codes
                .iter()
                .find(|code| self.contract.codes.get(*code).is_some_and(|known| !known.belongs_to(Some(operation))));
            if let (Some(code), Some(span)) = (elsewhere, pattern.span) {
                let title = format!("{} can never be due: {operation} never answers {code}", rule.id);
                self.reader.problem(
                    Code::UnknownInContract,
                    span,
                    title,
                    "the code is documented for other operations",
                );
            }
        }
    }

    /// Notes paths of a pattern that lead nowhere.
    fn places_of(&mut self, pattern: &Pattern) {
        for (half, check) in halves(pattern) {
            if !matches!(check.matcher, Matcher::Absent) {
                self.leads_somewhere(&self.operations(pattern), half, &check.selector, check.span);
            }
        }
    }

    fn place(&mut self, rule: &Rule, place: &Place) {
        let pattern = match &place.earlier {
            None => match &rule.form {
                super::Form::Precedes { before, among: Some((_, of)) } if of.text == place.text => before,
                _ => &rule.on,
            },
            Some(name) => match rule.with.iter().find(|earlier| earlier.name == *name) {
                Some(earlier) => &earlier.pattern,
                None => return,
            },
        };
        let operations = self.operations(pattern);
        let span = place.span.unwrap_or(rule.span);
        match &place.part {
            Part::Request(selector) => self.leads_somewhere(&operations, Half::Request, selector, span),
            Part::Response(selector) => self.leads_somewhere(&operations, Half::Response, selector, span),
            Part::Header(_) | Part::RequestHeader(_) => {}
        }
    }

    fn operations(&self, pattern: &Pattern) -> Vec<Operation> {
        self.contract.operations.iter().filter(|operation| pattern.is_of(&operation.id)).cloned().collect()
    }

    fn leads_somewhere(&mut self, operations: &[Operation], half: Half, selector: &Selector, span: Span) {
        let found = |operation: &Operation| !matches!(self.documented(operation, half, selector), Documented::Nowhere);
        if operations.is_empty() || operations.iter().any(found) {
            return;
        }
        let half_name = if half == Half::Request { "request" } else { "response" };
        let of = match operations {
            [one] => one.id.clone(),
            _ => format!("any of {} operations", operations.len()),
        };
        let title = format!("`{}` leads nowhere: no {half_name} of {of} has it", selector.text());
        let near = self.near(operations, half, selector).unwrap_or_default();
        self.reader.problem(Code::UnknownInContract, span, title, near);
    }

    /// The documented member that a path may have meant.
    fn near(&self, operations: &[Operation], half: Half, selector: &Selector) -> Option<String> {
        let pointer = selector.pointer()?;
        let mut known: Vec<String> = Vec::new();
        for schema in operations.iter().flat_map(|operation| self.schemas(operation, half)) {
            known.extend(schema.shape().fields.iter().map(|field| field.pointer.clone()));
        }
        let (above, last) = pointer.rsplit_once('/')?;
        let siblings = known.iter().filter_map(|known| known.rsplit_once('/')).filter(|(own, _)| *own == above);
        let names: Vec<&str> = siblings.map(|(_, name)| name).collect();
        crate::text::did_you_mean(last, names)
    }

    fn schemas(&self, operation: &Operation, half: Half) -> Vec<Schema> {
        match half {
            Half::Request => {
                operation.request.iter().flat_map(|body| &body.media).filter_map(|media| media.schema.clone()).collect()
            }
            Half::Response if operation.variants.is_empty() => {
                let media = operation.responses.iter().flat_map(|response| &response.media);
                media.filter_map(|media| media.schema.clone()).collect()
            }
            Half::Response => {
                operation.variants.iter().chain(&self.contract.variants).map(|variant| variant.schema.clone()).collect()
            }
        }
    }

    fn documented(&self, operation: &Operation, half: Half, selector: &Selector) -> Documented {
        let Some(pointer) = selector.pointer() else { return Documented::Open };
        if half == Half::Request {
            let first = pointer.split('/').nth(1).unwrap_or_default();
            if operation.parameters.iter().any(|parameter| parameter.name == first) {
                return Documented::Open;
            }
        }
        let schemas = self.schemas(operation, half);
        let mut values = Vec::new();
        let mut found = half == Half::Response && schemas.is_empty();
        for schema in &schemas {
            match look(schema, &pointer) {
                Documented::Open => return Documented::Open,
                Documented::Values(more) => {
                    found = true;
                    values.extend(more);
                }
                Documented::Nowhere => {}
            }
        }
        if !found {
            return Documented::Nowhere;
        }
        if values.is_empty() { Documented::Open } else { Documented::Values(values) }
    }
}

fn halves(pattern: &Pattern) -> impl Iterator<Item = (Half, BodyCheck)> + use<> {
    let of = |half: Half, checks: &[BodyCheck]| checks.iter().map(|check| (half, check.clone())).collect::<Vec<_>>();
    of(Half::Request, &pattern.request).into_iter().chain(of(Half::Response, &pattern.response))
}

/// What a schema says of a place.
fn look(schema: &Schema, pointer: &str) -> Documented {
    let shape = schema.shape();
    let Some(mut node) = shape.nodes.first() else { return Documented::Open };
    for part in pointer.split('/').skip(1) {
        let name = crate::text::pointer_unescaped(part);
        let next = if part == "*" {
            node.items
        } else {
            node.members.iter().find(|(member, _)| *member == name).map(|(_, node)| *node)
        };
        match next.and_then(|next| shape.nodes.get(next)) {
            Some(next) => node = next,
            // Members that are not listed are let pass by nearly every schema; what a rule speaks of is documented.
            None if node.members.is_empty() && node.items.is_none() && node.open => return Documented::Open,
            None => return Documented::Nowhere,
        }
    }
    match node.field.and_then(|field| shape.fields.get(field)) {
        Some(field) if !field.values.is_empty() => Documented::Values(field.values.clone()),
        _ => Documented::Open,
    }
}

/// The values that a matcher takes, when they are few and fixed.
fn fixed(matcher: &Matcher) -> Option<Vec<Value>> {
    match matcher {
        Matcher::Equals(template) => template.as_fixed().map(|value| vec![value.clone()]),
        Matcher::OneOf(templates) => templates.iter().map(|template| template.as_fixed().cloned()).collect(),
        _ => None,
    }
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
