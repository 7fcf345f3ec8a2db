//! What other members of a contract say over more than one exchange, as rules: `x-requires`, `x-poll` and `x-retry` of
//! operations, `x-journey` of the document. They are compiled, never copied: a change there is a change of the rule.

use super::common::selector_of;
use super::form::times_of;
use super::{RuleReader, child, entries, made};
use crate::contract::Operation;
use crate::diagnostic::Code;
use crate::expr::{Matcher, Template};
use crate::rule::model::{Binds, Form, Origin, Outcome, Pattern, Rule};
use crate::rule::place::{Part, Place};
use crate::source::Span;
use crate::suite::BodyCheck;
use crate::yaml::{Entry, Kind, Node};

impl RuleReader<'_, '_> {
    /// The rules that other members make.
    pub(super) fn existing(&mut self, root: &Node, subject: Option<usize>) -> Vec<Rule> {
        let mut all = Vec::new();
        let paths = child(root, "paths").map(entries).unwrap_or_default();
        for method in paths.iter().flat_map(|path| entries(&path.value)) {
            let Some(id) = child(&method.value, "operationId") else { continue };
            let Some(id) = self.reader.text(id, "`operationId`") else { continue };
            let Some(operation) = self.contract.operation(&id.value).cloned() else { continue };
            self.requires(&operation, &method.value, subject, &mut all);
            self.poll(&operation, &method.value, subject, &mut all);
            self.retry(&operation, &method.value, subject, &mut all);
        }
        if let Some(journey) = child(root, "x-journey").cloned() {
            for node in self.reader.list(&journey, "`x-journey`").to_vec() {
                self.journey(&node, subject, &mut all);
            }
        }
        all
    }

    fn of(&self, operations: &[&str]) -> Pattern {
        Pattern { operations: operations.iter().map(|id| (*id).to_owned()).collect(), ..Pattern::default() }
    }

    fn known(&mut self, name: &str, span: Span) -> bool {
        let known = name == "*" || self.contract.operation(name).is_some();
        if !known {
            let ids = self.contract.operations.iter().map(|operation| operation.id.as_str());
            let label = crate::text::did_you_mean(name, ids).unwrap_or_default();
            self.reader.problem(Code::UnknownInContract, span, format!("there is no operation `{name}`"), label);
        }
        known
    }

    fn requires(&mut self, operation: &Operation, node: &Node, subject: Option<usize>, all: &mut Vec<Rule>) {
        let Some(list) = child(node, "x-requires") else { return };
        for needed in self.reader.texts(list, "`x-requires`") {
            if !self.known(&needed.value, needed.span) {
                continue;
            }
            let on = self.of(&[&operation.id]);
            let before = Pattern { outcome: Some(Outcome::There), ..self.of(&[&needed.value]) };
            let says = format!("{} is called only once {} has been.", operation.id, needed.value);
            let id = format!("requires:{}:{}", operation.id, needed.value);
            let rule = made(id, says, needed.span, on, Form::Precedes { before, among: None });
            all.push(Rule { same: subject.into_iter().collect(), section: operation.section.clone(), ..rule });
        }
    }

    /// What tells the runs of an operation apart: what a link hands it, else the customer.
    fn thread(&self, operation: &Operation, subject: Option<usize>) -> Vec<usize> {
        let linked = self.keys.iter().position(|key| {
            key.asked.iter().any(|place| place.operation.as_deref() == Some(operation.id.as_str()))
                && key.given.iter().any(|place| place.operation.is_some())
        });
        linked.or(subject).into_iter().collect()
    }

    fn poll(&mut self, operation: &Operation, node: &Node, subject: Option<usize>, all: &mut Vec<Rule>) {
        let Some(poll) = child(node, "x-poll") else { return };
        let limit = |reading: &mut Self, key: &str| {
            child(poll, key).and_then(|node| reading.reader.duration(node, &format!("`{key}`")))
        };
        let (least, most) = (limit(self, "every"), limit(self, "max-every"));
        let during = self.pointers(poll, "while").map(|response| Pattern { response, ..self.of(&[&operation.id]) });
        let said = |limit: std::time::Duration| format!("{} s", limit.as_secs_f64());
        let says = match (least, most) {
            (Some(least), Some(most)) => {
                format!("{} is asked again every {} to {}.", operation.id, said(least), said(most))
            }
            (Some(limit), None) | (None, Some(limit)) => {
                format!("{} is asked again every {}.", operation.id, said(limit))
            }
            (None, None) => return,
        };
        let form = Form::Paced { least, most, during };
        let rule = made(format!("poll:{}", operation.id), says, poll.span, self.of(&[&operation.id]), form);
        let ambiguities = self.noted(poll);
        let same = self.thread(operation, subject);
        all.push(Rule { same, section: operation.section.clone(), ambiguities, ..rule });
    }

    fn retry(&mut self, operation: &Operation, node: &Node, subject: Option<usize>, all: &mut Vec<Rule>) {
        let Some(retry) = child(node, "x-retry") else { return };
        let Some(restart) = child(retry, "restart").and_then(|node| self.reader.text(node, "`restart`")) else {
            return;
        };
        if !self.known(&restart.value, restart.span) {
            return;
        }
        let every = child(retry, "every").and_then(|node| self.reader.duration(node, "`every`"));
        let times = child(retry, "times").and_then(|node| self.reader.text(node, "`times`"));
        let (least, most) = times.as_ref().and_then(|times| times_of(&times.value)).unwrap_or((1, u32::MAX));
        let Some(response) = self.pointers(retry, "when") else { return };
        let on = Pattern { response, ..self.of(&[&operation.id]) };
        let again = self.of(&[&restart.value]);
        let often = times.map(|times| format!(" {} times", times.value)).unwrap_or_default();
        let pause = every.map(|every| format!(", {} s apart", every.as_secs_f64())).unwrap_or_default();
        let says = format!("When {} fails, {} starts it over{often}{pause}.", operation.id, restart.value);
        let done = self.ended(operation, node, &on);
        let form = Form::Repeats { again, least, most, every, done };
        let rule = made(format!("retry:{}", operation.id), says, retry.span, on, form);
        let ambiguities = self.noted(retry);
        all.push(Rule { same: subject.into_iter().collect(), section: operation.section.clone(), ambiguities, ..rule });
    }

    /// Answers that end trying: neither the failure nor those that are asked again.
    fn ended(&mut self, operation: &Operation, node: &Node, on: &Pattern) -> Option<Pattern> {
        let running = child(node, "x-poll").and_then(|poll| self.pointers(poll, "while"))?;
        let mut response = Vec::new();
        for check in on.response.iter().chain(&running) {
            response.push(BodyCheck { matcher: Matcher::Not(Box::new(check.matcher.clone())), ..check.clone() });
        }
        Some(Pattern { response, ..self.of(&[&operation.id]) })
    }

    /// Matchers by JSON pointer, as the members that are older than rules have them; `any` is anything that is there.
    fn pointers(&mut self, node: &Node, key: &str) -> Option<Vec<BodyCheck>> {
        let map = child(node, key)?;
        let mut checks = Vec::new();
        for Entry { key, value } in entries(map) {
            let Some(selector) = selector_of(&key.value) else {
                let title = format!("`{}` is not a JSON pointer", key.value);
                self.reader.problem(Code::Selector, key.span, title, "write it as /data/status");
                continue;
            };
            let matcher = match &value.kind {
                Kind::Text(text) if text == "any" => Matcher::Exists,
                Kind::List(items) => Matcher::OneOf(items.iter().map(|item| Template::fixed(item.to_json())).collect()),
                _ => Matcher::Equals(Template::fixed(value.to_json())),
            };
            checks.push(BodyCheck { selector, matcher, span: value.span });
        }
        Some(checks)
    }

    fn noted(&mut self, node: &Node) -> Vec<String> {
        let named = child(node, "ambiguity").map(|node| self.reader.texts(node, "`ambiguity`"));
        named.unwrap_or_default().into_iter().map(|text| text.value).collect()
    }

    /// One entry of `x-journey`.
    fn journey(&mut self, node: &Node, subject: Option<usize>, all: &mut Vec<Rule>) {
        let text = |reading: &mut Self, key: &str| {
            child(node, key).and_then(|node| reading.reader.text(node, &format!("`{key}`")))
        };
        let (Some(id), Some(says)) = (text(self, "id"), text(self, "rule")) else {
            let label = "give it an `id` and say the `rule` in one sentence";
            self.reader.problem(Code::MissingKey, node.span, "an order rule lacks a name or a sentence", label);
            return;
        };
        let named = ["operation", "after", "never-after", "once", "next"].map(|key| text(self, key));
        for name in named.iter().flatten() {
            if !self.known(&name.value, name.span) {
                return;
            }
        }
        let [operation, after, never_after, once, next] = named.map(|name| name.map(|name| name.value));
        let (section, from, otherwise) = (text(self, "section"), text(self, "from"), text(self, "otherwise"));
        let where_ = child(node, "where");
        let half =
            |reading: &mut Self, half: &str| where_.and_then(|node| reading.pointers(node, half)).unwrap_or_default();
        let (request, response) = (half(self, "request"), half(self, "response"));
        let narrowed = |reading: &Self, name: &str| Pattern {
            request: request.clone(),
            response: response.clone(),
            outcome: Some(Outcome::There),
            ..reading.of(&[name])
        };
        let everything = |reading: &Self, name: &str, after: &str| match name {
            "*" => Pattern { except: vec![after.to_owned()], ..Pattern::default() },
            _ => reading.of(&[name]),
        };
        let form = match (&operation, &after, &never_after, &once, &next) {
            (Some(operation), Some(after), None, None, None) => {
                let before = narrowed(self, after);
                let among = self.matched(node);
                Some((everything(self, operation, after), Form::Precedes { before, among }))
            }
            (Some(operation), None, Some(after), None, None) => {
                let after = narrowed(self, after);
                Some((self.of(&[operation]), Form::NeverAfter { after, within: None, until: None }))
            }
            (None, None, None, Some(once), Some(next)) => {
                Some((narrowed(self, once), Form::Responds { then: self.of(&[next]), within: None }))
            }
            _ => None,
        };
        let Some((on, form)) = form else {
            let title = format!("{} has none of the three forms of an order rule", id.value);
            let problem = self.reader.problem(Code::MissingKey, id.span, title, "");
            let next = "write `operation` with `after` or `never-after`, or `once` with `next`";
            *problem = problem.clone().next(next);
            return;
        };
        let origin = match from.as_ref().map(|from| from.value.as_str()) {
            Some("archetypes") => Origin::Archetypes,
            Some("sense") => Origin::Sense,
            _ => Origin::Documentation,
        };
        let section = section.map(|section| section.value);
        let ambiguities = self.noted(node);
        let same: Vec<usize> = subject.into_iter().collect();
        let rule = made(id.value.clone(), says.value.clone(), id.span, on, form);
        if let Some(code) = &otherwise {
            let refused = format!("A call that breaks {} is refused with {}.", id.value, code.value);
            let on = Pattern { outcome: Some(Outcome::Success), ..rule.on.clone() };
            let answer = made(format!("{}.answer", id.value), refused, code.span, on, rule.form.clone());
            all.push(Rule {
                binds: Binds::Server,
                same: same.clone(),
                origin,
                section: section.clone(),
                ambiguities: ambiguities.clone(),
                ..answer
            });
        }
        all.push(Rule { same, origin, section, ambiguities, ..rule });
    }

    /// `match` of an order rule: a member of the request, and what the earlier answer gave for it.
    fn matched(&mut self, node: &Node) -> Option<(Place, Place)> {
        let entry = entries(child(node, "match")?).first()?.clone();
        let to = self.reader.text(&entry.value, "`match`")?;
        let (Some(asked), Some(given)) = (selector_of(&entry.key.value), selector_of(&to.value)) else {
            self.reader.problem(
                Code::Selector,
                entry.key.span,
                "`match` takes two JSON pointers",
                "write /member: /data/list/*/member",
            );
            return None;
        };
        let request = Place {
            earlier: None,
            text: format!("request {}", asked.text()),
            part: Part::Request(asked),
            span: Some(entry.key.span),
        };
        let response = Place {
            earlier: None,
            text: format!("response {}", given.text()),
            part: Part::Response(given),
            span: Some(entry.value.span),
        };
        Some((request, response))
    }
}
