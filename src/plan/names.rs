//! Every placeholder is filled by something that comes before it.

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::{Expression, FUNCTIONS, Reference, Template, Variables};
use crate::source::{Sources, Span, Spanned};
use crate::suite::Reading;
use crate::text;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

/// What templates need from outside.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Files, with the first place that names each.
    pub(super) files: Vec<Spanned<String>>,
    /// Names of secrets.
    pub(super) secrets: Vec<String>,
    /// Names of the environment and the command line that templates read.
    pub(super) read: BTreeSet<String>,
    /// Personas that other environments have.
    pub(super) elsewhere: BTreeSet<String>,
    /// Personas that this environment has.
    pub(super) here: BTreeSet<String>,
}

impl Found {
    /// The same personas, and nothing found yet.
    pub(super) fn fresh(&self) -> Self {
        Self { elsewhere: self.elsewhere.clone(), here: self.here.clone(), ..Self::default() }
    }

    /// Whether this environment lacks a persona that another one has.
    pub(super) fn lacks(&self, persona: &str) -> bool {
        self.elsewhere.contains(persona) && !self.here.contains(persona)
    }

    /// Adds what others found.
    pub(super) fn extend(&mut self, more: Self) {
        self.read.extend(more.read);
        for file in more.files {
            if !self.files.iter().any(|known| known.value == file.value && known.span.file == file.span.file) {
                self.files.push(file);
            }
        }
        for secret in more.secrets {
            if !self.secrets.contains(&secret) {
                self.secrets.push(secret);
            }
        }
    }
}

/// The names one frame has so far.
#[derive(Debug, Default, Clone)]
pub(super) struct Names {
    known: BTreeMap<String, Known>,
}

/// How a name came to have a value.
#[derive(Debug, Clone)]
struct Known {
    /// Where it got one first.
    span: Span,
    /// The conditions under which it has one; empty when it has one for certain.
    conditions: Vec<String>,
}

impl Names {
    /// Notes that a name has a value, if these conditions hold.
    pub(super) fn define(&mut self, name: &Spanned<String>, conditions: &[String]) {
        let known = Known { span: name.span, conditions: conditions.to_vec() };
        match self.known.get_mut(&name.value) {
            Some(earlier) if earlier.conditions.len() <= conditions.len() => {}
            Some(earlier) => *earlier = known,
            None => {
                self.known.insert(name.value.clone(), known);
            }
        }
    }

    /// The same names, each with a value for certain: what steps see that run whatever happened before.
    pub(super) fn all_certain(&self) -> Self {
        let mut certain = self.clone();
        certain.known.values_mut().for_each(|known| known.conditions.clear());
        certain
    }
}

/// Checks the names of templates.
pub(super) struct Checker<'a> {
    pub(super) sources: &'a Sources,
    pub(super) globals: &'a Arc<HashMap<String, serde_json::Value>>,
    pub(super) variables: &'a Variables,
    pub(super) found: &'a mut Found,
    pub(super) problems: &'a mut Vec<Diagnostic>,
    /// The conditions under which what is checked is done.
    pub(super) conditions: Vec<String>,
    /// How much of the case there is to check.
    pub(super) reading: Reading,
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
        if reference.called {
            self.function(reference);
            return;
        }
        if self.globals.contains_key(name) {
            // A name that always has a nearer value is not read from there.
            if names.known.get(name).is_none_or(|known| !known.conditions.is_empty()) {
                self.found.read.insert(name.to_owned());
            }
            return;
        }
        if let Some(known) = names.known.get(name) {
            self.conditional(reference, known);
            return;
        }
        if self.reading == Reading::Partial {
            return;
        }
        if FUNCTIONS.iter().any(|function| function.name == name) {
            let title = format!("`{name}` is a function here, and nothing sets a name like it");
            let place = self.sources.place(reference.span);
            self.problems
                .push(Diagnostic::new(Code::UndefinedName, title).at(place, format!("write `{name}()` to call it")));
            return;
        }
        let title = format!("nothing sets `{name}` before it is used");
        let problem = Diagnostic::new(Code::UndefinedName, title).at(self.sources.place(reference.span), "used here");
        let known = names.known.keys().chain(self.globals.keys()).map(String::as_str);
        let problem = match (later.known.get(name), text::did_you_mean(name, known)) {
            (Some(known), _) => {
                problem.at(self.sources.place(known.span), "set here, later").next("capture it in an earlier step")
            }
            (None, guess) => problem.maybe_next(guess),
        };
        self.problems.push(problem);
    }

    fn function(&mut self, reference: &Reference) {
        let name = reference.name.as_str();
        let known = || FUNCTIONS.iter().map(|function| function.name);
        if !known().any(|known| known == name) {
            let label = text::did_you_mean(name, known().collect::<Vec<_>>()).unwrap_or_default();
            let place = self.sources.place(reference.span);
            let title = format!("there is no function `{name}`");
            self.problems.push(Diagnostic::new(Code::UndefinedName, title).at(place, label));
        }
    }

    /// A name that only has a value when a condition holds is good only where that condition holds too.
    fn conditional(&mut self, reference: &Reference, known: &Known) {
        let Some(condition) = known.conditions.iter().find(|condition| !self.conditions.contains(condition)) else {
            return;
        };
        let title = format!("`{}` may have no value here", reference.name);
        let problem = Diagnostic::new(Code::UndefinedName, title)
            .at(self.sources.place(reference.span), "used here")
            .at(self.sources.place(known.span), format!("set here, unless `when: {condition}` skips it"))
            .next("put the same `when` on this step, or give the name a value among `vars`");
        self.problems.push(problem);
    }

    /// Whether a name has a value, or may have one, so that a template that uses it can be filled.
    pub(super) fn knows(&self, name: &str, names: &Names) -> bool {
        self.globals.contains_key(name) || names.known.contains_key(name)
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
                Some(name) if self.variables.secret(&name).is_none() => self.problems.push(
                    Diagnostic::new(Code::MissingSecret, format!("the secret `{name}` has no value"))
                        .at(place, "needed here")
                        .next(format!(
                            "set the environment variable {name}, or give a file that has it with --secrets"
                        )),
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
