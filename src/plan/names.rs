//! Every hole is filled by something that comes before it.

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Expression, FUNCTIONS, Reference, Template};
use crate::source::{Sources, Span, Spanned};
use crate::text;
use std::collections::{BTreeMap, HashMap};

/// Functions of the template engine itself that expressions may call.
const ENGINE_FUNCTIONS: [&str; 3] = ["range", "dict", "namespace"];

/// What templates need from outside.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files, with the first place that names each.
    pub(super) files: Vec<Spanned<String>>,
    /// Names of secrets.
    pub(super) secrets: Vec<String>,
}

/// The names one frame has so far, and where each got its value first.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    known: BTreeMap<String, Span>,
}

impl Names {
    pub(super) fn define(&mut self, name: &Spanned<String>) {
        self.known.entry(name.value.clone()).or_insert(name.span);
    }

    pub(super) fn place(&self, name: &str) -> Option<Span> {
        self.known.get(name).copied()
    }
}

/// Checks the names of templates.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    pub(super) globals: &'a HashMap<String, serde_json::Value>,
    pub(super) variables: &'a HashMap<String, String>,
    pub(super) found: &'a mut Found,
    pub(super) problems: &'a mut Vec<Diagnostic>,
}

impl Checker<'_> {
    /// Checks one template against the names known so far; `later` are names that get a value only after it.
    pub(super) fn template(&mut self, template: &Template, names: &Names, later: &Names) {
        template.each_expression(&mut |expression| {
            for reference in expression.references() {
                self.reference(reference, names, later);
            }
            self.secrets(expression);
            for name in expression.literal_arguments("file").into_iter().flatten() {
                self.file(&name, expression.span());
            }
        });
    }

    /// Notes a file that a step needs.
    pub(super) fn file(&mut self, name: &str, span: Span) {
        if !self.found.files.iter().any(|file| file.value == name && file.span.file == span.file) {
            self.found.files.push(Spanned::new(name.to_owned(), span));
        }
    }

    fn reference(&mut self, reference: &Reference, names: &Names, later: &Names) {
        let name = reference.name.as_str();
        let function = FUNCTIONS.iter().any(|(known, _)| *known == name) || ENGINE_FUNCTIONS.contains(&name);
        if function || names.known.contains_key(name) || self.globals.contains_key(name) {
            return;
        }
        let title = format!("nothing sets `{name}` before it is used");
        let problem = Diagnostic::new(Code::UndefinedName, title).at(self.sources.place(reference.span), "used here");
        let known = names.known.keys().chain(self.globals.keys()).map(String::as_str);
        let problem = match (later.place(name), text::did_you_mean(name, known)) {
            (Some(span), _) => {
                problem.at(self.sources.place(span), "set here, later").next("capture it in an earlier step")
            }
            (None, guess) => problem.maybe_next(guess),
        };
        self.problems.push(problem);
    }

    fn secrets(&mut self, expression: &Expression) {
        for name in expression.literal_arguments("secret") {
            let place = self.sources.place(expression.span());
            match name {
                None => self.problems.push(
                    Diagnostic::new(Code::Template, "`secret` takes the secret's name in quotes").at(place, "").next(
                        "write secret('NAME'): the name must be known before the run, so that the value can be masked",
                    ),
                ),
                Some(name) if !self.variables.contains_key(&name) => self.problems.push(
                    Diagnostic::new(Code::MissingSecret, format!("the secret `{name}` has no value"))
                        .at(place, "needed here")
                        .next(format!("set the environment variable {name}")),
                ),
                Some(name) => {
                    if !self.found.secrets.contains(&name) {
                        self.found.secrets.push(name);
                    }
                }
            }
        }
    }
}
