//! Reading typed values out of nodes. Nothing here stops at the first problem: a reader collects them all.

use super::{Entry, Kind, Node};
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Template, TemplateError};
use crate::source::{Sources, Span, Spanned};
use crate::text;
use std::time::Duration;

/// Collects problems while nodes are read.
#[derive(Debug)]
pub struct Reader<'s> {
    /// Where the nodes came from.
    pub sources: &'s Sources,
    /// What is wrong so far.
    pub problems: Vec<Diagnostic>,
    /// How much was left out because it could not be read, and might have given names to what follows.
    pub dropped: usize,
}

impl<'s> Reader<'s> {
    /// A reader that has seen no problem yet.
    #[must_use]
    pub const fn new(sources: &'s Sources) -> Self {
        Self { sources, problems: Vec::new(), dropped: 0 }
    }

    /// Notes a problem at a place and returns it for more to be said.
    pub fn problem(
        &mut self,
        code: Code,
        span: Span,
        title: impl Into<String>,
        label: impl Into<String>,
    ) -> &mut Diagnostic {
        self.problems.push(Diagnostic::new(code, title).at(self.sources.place(span), label));
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    /// Notes that a node is not what was expected there.
    pub fn wrong_type(&mut self, node: &Node, what: &str, expected: &str) {
        let found = match &node.kind {
            Kind::Null => "nothing is here".to_owned(),
            Kind::Text(text) => format!("this is text: {:?}", text::cut(text, 40)),
            Kind::Bool(_) | Kind::Number(_) => format!("this is {}: {}", node.kind_name(), node.to_json()),
            Kind::List(_) | Kind::Map(_) => format!("this is {}", node.kind_name()),
        };
        self.problem(Code::WrongType, node.span, format!("{what} must be {expected}"), found);
    }

    /// The entries of a mapping.
    pub fn map<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Entry] {
        match &node.kind {
            Kind::Map(entries) => entries,
            _ => {
                self.wrong_type(node, what, "a mapping");
                &[]
            }
        }
    }

    /// The items of a list.
    pub fn list<'n>(&mut self, node: &'n Node, what: &str) -> &'n [Node] {
        match &node.kind {
            Kind::List(items) => items,
            _ => {
                self.wrong_type(node, what, "a list");
                &[]
            }
        }
    }

    /// Text as written; a number or boolean that was not quoted keeps its spelling.
    pub fn text(&mut self, node: &Node, what: &str) -> Option<Spanned<String>> {
        let text = match &node.kind {
            Kind::Text(text) => text.clone(),
            Kind::Number(_) | Kind::Bool(_) => self.sources.slice(node.span).to_owned(),
            Kind::Null | Kind::List(_) | Kind::Map(_) => {
                self.wrong_type(node, what, "text");
                return None;
            }
        };
        Some(Spanned::new(text, node.span))
    }

    /// A list of texts; a single text stands for a list of one.
    pub fn texts(&mut self, node: &Node, what: &str) -> Vec<Spanned<String>> {
        match &node.kind {
            Kind::List(items) => items.iter().filter_map(|item| self.text(item, what)).collect(),
            _ => self.text(node, what).into_iter().collect(),
        }
    }

    /// A whole number of at least `least`.
    pub fn natural(&mut self, node: &Node, what: &str, least: u64) -> Option<u64> {
        match &node.kind {
            Kind::Number(number) if number.as_u64().is_some_and(|number| number >= least) => number.as_u64(),
            _ => {
                self.wrong_type(node, what, &format!("a whole number, {least} or more"));
                None
            }
        }
    }

    /// One of some words.
    pub fn word(&mut self, node: &Node, what: &str, words: &[&'static str]) -> Option<&'static str> {
        let text = self.text(node, what)?;
        let known = words.iter().find(|word| **word == text.value).copied();
        if known.is_none() {
            let label = text::did_you_mean(&text.value, words.iter().copied()).unwrap_or_default();
            self.problem(
                Code::WrongValue,
                node.span,
                format!("`{}` is not one of the words for {what}", text.value),
                label,
            );
        }
        known
    }

    /// `true` or `false`.
    pub fn boolean(&mut self, node: &Node, what: &str) -> Option<bool> {
        match node.kind {
            Kind::Bool(flag) => Some(flag),
            _ => {
                self.wrong_type(node, what, "true or false");
                None
            }
        }
    }

    /// A number, whole or decimal.
    pub fn decimal(&mut self, node: &Node, what: &str) -> Option<f64> {
        match &node.kind {
            Kind::Number(number) => number.as_f64(),
            _ => {
                self.wrong_type(node, what, "a number");
                None
            }
        }
    }

    /// A duration with its unit: `200ms`, `5s`, `2m`, `1h`, `1m30s`.
    pub fn duration(&mut self, node: &Node, what: &str) -> Option<Duration> {
        let written = match &node.kind {
            Kind::Text(text) => text.as_str(),
            Kind::Number(number) => {
                let label = format!("{number} of what? write {number}s or {number}ms");
                self.problem(Code::WrongValue, node.span, format!("{what} needs a unit"), label);
                return None;
            }
            Kind::Null | Kind::Bool(_) | Kind::List(_) | Kind::Map(_) => {
                self.wrong_type(node, what, "a duration such as 5s");
                return None;
            }
        };
        let parsed = parse_duration(written);
        if parsed.is_none() {
            let label = "write 200ms, 5s, 2m, 1h or 1m30s";
            self.problem(Code::WrongValue, node.span, format!("{what} is not a duration"), label);
        }
        parsed
    }

    /// A value with placeholders.
    pub fn template(&mut self, node: &Node) -> Template {
        match &node.kind {
            Kind::Text(text) => self.template_text(text, node.span),
            Kind::List(items) => Template::list(items.iter().map(|item| self.template(item)).collect()),
            Kind::Map(entries) => {
                for key in entries.iter().map(|entry| &entry.key).filter(|key| key.value.contains("{{")) {
                    let label = "names are sent as they are written";
                    self.problem(Code::Template, key.span, "the name of a member cannot be a template", label);
                }
                let member = |entry: &Entry| (entry.key.value.clone(), self.template(&entry.value));
                Template::map(entries.iter().map(member).collect())
            }
            Kind::Null | Kind::Bool(_) | Kind::Number(_) => Template::fixed(node.to_json()),
        }
    }

    /// A text with placeholders; numbers and booleans keep their spelling.
    pub fn text_template(&mut self, node: &Node, what: &str) -> Option<Template> {
        let text = self.text(node, what)?;
        Some(self.template_text(&text.value, node.span))
    }

    /// A text that was read already, with its placeholders.
    pub fn template_at(&mut self, text: &Spanned<String>) -> Template {
        self.template_text(&text.value, text.span)
    }

    fn template_text(&mut self, text: &str, span: Span) -> Template {
        Template::parse(text, content_span(self.sources, text, span)).unwrap_or_else(|error| {
            let TemplateError { message, span } = error;
            self.problem(Code::Template, span, "a template cannot be read", message);
            Template::fixed(serde_json::Value::Null)
        })
    }
}

/// The span of a scalar's content, without its quotes, where the content is written without escapes.
fn content_span(sources: &Sources, text: &str, span: Span) -> Span {
    let inner = Span { start: span.start + 1, end: span.end.saturating_sub(1).max(span.start + 1), ..span };
    if sources.slice(inner) == text { inner } else { span }
}

/// Reads a duration with its unit: `200ms`, `5s`, `2m`, `1h`, `1m30s`.
#[must_use]
pub fn parse_duration(text: &str) -> Option<Duration> {
    let mut rest = text.trim();
    let mut total = Duration::ZERO;
    if rest.is_empty() {
        return None;
    }
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').filter(|at| *at > 0)?;
        let number: f64 = rest[..digits].parse().ok()?;
        let unit_end = rest[digits..].find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |at| digits + at);
        let seconds = match &rest[digits..unit_end] {
            "ms" => number / 1000.0,
            "s" => number,
            "m" => number * 60.0,
            "h" => number * 3600.0,
            _ => return None,
        };
        total = total.checked_add(Duration::try_from_secs_f64(seconds).ok()?)?;
        rest = rest[unit_end..].trim_start();
    }
    Some(total)
}

#[cfg(test)]
mod tests {
    use super::parse_duration;
    use std::time::Duration;

    #[test]
    fn durations_carry_their_unit() {
        assert_eq!(parse_duration("200ms"), Some(Duration::from_millis(200)));
        assert_eq!(parse_duration("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!(parse_duration("1m30s"), Some(Duration::from_secs(90)));
        assert_eq!(parse_duration("1h"), Some(Duration::from_secs(3600)));
        for wrong in ["", "5", "s", "5 parsecs", "-5s", "1.2.3s", "5s!"] {
            assert_eq!(parse_duration(wrong), None, "{wrong}");
        }
    }
}
