//! The names that expressions of a rule use: known ones only, and no two that wait for each other.

use super::RuleReader;
use crate::diagnostic::Code;
use crate::expr::{Expression, FUNCTIONS};
use crate::rule::model::{Form, Pattern, Rule};
use crate::rule::view::{OWN_NAMES, Reads};

impl RuleReader<'_, '_> {
    /// Checks the names a rule uses, and notes what its expressions look at.
    pub(super) fn names(&mut self, rule: &mut Rule) {
        let mut reads = Reads::default();
        let with: Vec<String> = rule.with.iter().map(|earlier| earlier.name.clone()).collect();
        for earlier in &rule.with {
            if OWN_NAMES.contains(&earlier.name.as_str()) || earlier.name == "it" || earlier.name == "value" {
                let title = format!("`{}` is what the exchange at hand gives", earlier.name);
                self.reader.problem(Code::DuplicateName, earlier.span, title, "give the earlier exchange another name");
            }
        }
        let mut known: Vec<&str> = OWN_NAMES.to_vec();
        known.extend(with.iter().map(String::as_str));
        match &rule.form {
            Form::Every { expect } => self.of_pattern(expect, &known, &mut reads),
            Form::Assert { expression, each } => {
                known.extend(each.iter().map(|_| "it"));
                self.of_expression(expression, &known, &mut reads);
            }
            Form::WithinSet { value, holds, .. } => {
                known.push("it");
                known.extend(value.iter().map(|_| "value"));
                if let Some(holds) = holds {
                    self.of_expression(holds, &known, &mut reads);
                }
            }
            _ => {}
        }
        // What is asked of kinds of exchanges is fixed: a rule is due, or it is not, whatever was before.
        for pattern in
            rule.patterns().filter(|pattern| rule.with.iter().all(|earlier| earlier.pattern.span != pattern.span))
        {
            self.fixed(pattern);
        }
        for earlier in &rule.with {
            let names: Vec<&str> = OWN_NAMES.into_iter().chain(with.iter().map(String::as_str)).collect();
            self.of_pattern(&earlier.pattern, &names, &mut reads);
        }
        self.order(rule);
        let named = rule.places().filter_map(|place| Some((place.earlier.clone()?, place.span.unwrap_or(rule.span))));
        let unknown: Vec<_> = named.filter(|(name, _)| !with.contains(name)).collect();
        for (name, span) in unknown {
            let label = crate::text::did_you_mean(&name, with.iter().map(String::as_str)).unwrap_or_default();
            let title = format!("`{name}` is no earlier exchange of {}", rule.id);
            let problem = self.reader.problem(Code::UndefinedName, span, title, label);
            *problem = problem.clone().next(format!("add it, as in `with: {{ {name}: {{ operation: getBre }} }}`"));
        }
        if let Form::SameValue { of, .. } | Form::WithinSet { of, .. } = &rule.form
            && of.earlier.is_none()
            && matches!(rule.form, Form::WithinSet { .. })
            && rule.with.is_empty()
            && rule.needs_others()
        {
            let title = format!("`{}` is of the exchange itself", of.text);
            self.reader.problem(Code::WrongValue, rule.span, title, "name an earlier exchange before it");
        }
        rule.reads = reads;
    }

    fn of_pattern(&mut self, pattern: &Pattern, known: &[&str], reads: &mut Reads) {
        let mut found: Vec<(String, crate::source::Span, bool)> = Vec::new();
        pattern.each_expression(&mut |expression| {
            reads.note(expression);
            found.extend(uses(expression));
        });
        self.unknown(found, known);
    }

    fn of_expression(&mut self, expression: &Expression, known: &[&str], reads: &mut Reads) {
        reads.note(expression);
        self.unknown(uses(expression), known);
    }

    fn unknown(&mut self, found: Vec<(String, crate::source::Span, bool)>, known: &[&str]) {
        for (name, span, called) in found {
            let functions = FUNCTIONS.iter().map(|function| function.name);
            if called && functions.clone().any(|function| function == name) || !called && known.contains(&name.as_str())
            {
                continue;
            }
            let near: Vec<&str> = known.iter().copied().chain(functions).collect();
            let label = crate::text::did_you_mean(&name, near.iter().copied()).unwrap_or_default();
            let problem =
                self.reader.problem(Code::UndefinedName, span, format!("nothing here is called `{name}`"), label);
            let names: Vec<String> = known.iter().map(|name| format!("`{name}`")).collect();
            *problem = problem.clone().next(format!("an expression of this rule knows {}", names.join(", ")));
        }
    }

    fn fixed(&mut self, pattern: &Pattern) {
        let mut spans = Vec::new();
        pattern.each_expression(&mut |expression| spans.push(expression.span()));
        for span in spans {
            let title = "what makes a rule due is fixed";
            let problem = self.reader.problem(Code::Template, span, title, "no placeholder can stand here");
            *problem = problem
                .clone()
                .next("compare with an earlier exchange in `expect`, `assert`, `same-value` or `within-set`");
        }
    }

    /// The order in which earlier exchanges are remembered.
    fn order(&mut self, rule: &mut Rule) {
        let names: Vec<&str> = rule.with.iter().map(|earlier| earlier.name.as_str()).collect();
        let needs: Vec<Vec<usize>> = rule
            .with
            .iter()
            .map(|earlier| {
                let mut needed = Vec::new();
                earlier.pattern.each_expression(&mut |expression| {
                    for reference in expression.references() {
                        needed.extend(names.iter().position(|name| *name == reference.name));
                    }
                });
                needed
            })
            .collect();
        let mut order: Vec<usize> = Vec::new();
        while order.len() < needs.len() {
            let ready =
                |number: &usize| !order.contains(number) && needs[*number].iter().all(|need| order.contains(need));
            let Some(next) = (0..needs.len()).find(ready) else { break };
            order.push(next);
        }
        let waiting: Vec<usize> = (0..needs.len()).filter(|number| !order.contains(number)).collect();
        if let [first, rest @ ..] = waiting.as_slice() {
            let cycle: Vec<String> = waiting.iter().map(|number| format!("`{}`", names[*number])).collect();
            let title = match cycle.as_slice() {
                [one] => format!("{one} speaks of itself"),
                _ => format!("{} wait for each other", cycle.join(" and ")),
            };
            let place = rest.first().map(|number| self.reader.sources.place(rule.with[*number].span));
            let problem = self.reader.problem(Code::UndefinedName, rule.with[*first].span, title, "this");
            let mut told = problem.clone().next("let one of them be found without the other");
            if let Some(place) = place {
                told = told.at(place, "and this");
            }
            *problem = told;
        }
        rule.with_order = order;
    }
}

fn uses(expression: &Expression) -> Vec<(String, crate::source::Span, bool)> {
    expression.references().iter().map(|used| (used.name.clone(), used.span, used.called)).collect()
}
