//! Which personas a case asks for, and which of them its environment lacks.

use super::names::Found;
use super::unfold::Unfolding;
use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Expression, Member};
use crate::source::Span;
use crate::text;
use serde_json::Value;

/// The name under which templates see the environment's personas.
pub(super) const PERSONAS: &str = "personas";

/// What a case asks of the personas.
#[derive(Debug, Default)]
pub(super) struct Asked {
    /// Personas that other environments have, and this one lacks.
    pub(super) lacking: Vec<String>,
    /// Columns of the case's table whose values are personas.
    pub(super) columns: Vec<String>,
}

impl Asked {
    fn note(&mut self, name: &str) {
        if !self.lacking.iter().any(|known| known == name) {
            self.lacking.push(name.to_owned());
        }
    }

    /// Why a case is not run with these values of its row.
    pub(super) fn refusal(&self, found: &Found, value: impl Fn(&str) -> Option<Value>) -> Option<String> {
        let of_row = self.columns.iter().filter_map(|column| value(column));
        let of_row = of_row.filter_map(|value| value.as_str().map(str::to_owned)).find(|name| found.lacks(name));
        let name = self.lacking.first().cloned().or(of_row)?;
        Some(format!("this environment has no persona `{name}`"))
    }
}

impl Unfolding<'_> {
    /// Notes which personas an expression asks for; answers whether one of them is lacking, so that nothing can be made of
    /// it here.
    pub(super) fn personas(&mut self, expression: &Expression, frame: usize) -> bool {
        let mut lacking = false;
        for (member, span) in expression.members_of(PERSONAS) {
            let name = match member {
                Member::Fixed(name) => Some(name),
                Member::Named(name) => match self.constant(frame, &name).and_then(Value::as_str) {
                    Some(name) => Some(name.to_owned()),
                    None => {
                        self.asked.columns.extend(self.column(frame, &name));
                        None
                    }
                },
            };
            lacking |= name.is_some_and(|name| self.lacks(&name, span));
        }
        lacking
    }

    /// Whether the environment lacks a persona that others have. One that none has is a mistake.
    fn lacks(&mut self, name: &str, span: Span) -> bool {
        if self.checker.found.lacks(name) {
            self.asked.note(name);
            return true;
        }
        if let Some(here) = self.checker.globals.get(PERSONAS).and_then(Value::as_object)
            && !here.contains_key(name)
            && !self.checker.found.elsewhere.is_empty()
        {
            let known = here.keys().map(String::as_str).chain(self.checker.found.elsewhere.iter().map(String::as_str));
            let label = text::did_you_mean(name, known.collect::<Vec<_>>()).unwrap_or_default();
            let place = self.checker.sources.place(span);
            let problem = Diagnostic::new(Code::UndefinedName, format!("no environment has a persona `{name}`"));
            self.checker.problems.push(problem.at(place, label));
            return true;
        }
        false
    }
}
