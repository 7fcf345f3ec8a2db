//! Reading a profile: every problem of it, each with its place.

use super::keys::{ACTION, ADJUSTED, ANSWER, CUSTOMER, MODULE, NOT_SCORED, PROFILE, QUESTION};
use super::{A_WINDOW, A_YEAR, Action, Adjusted, Answer, Customer, Module, Profile, When};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Spanned};
use crate::text;
use crate::yaml::{Fields, Kind, Node, Object, Reader, parse};
use std::time::Duration;

/// What a profile may name.
#[derive(Debug, Default)]
pub struct Known<'a> {
    /// The contract's name.
    pub contract: &'a str,
    /// The contract's operations.
    pub operations: Vec<&'a str>,
    /// The documented codes.
    pub codes: Vec<&'a str>,
    /// Rules that bind a client, with the operations that make each due; none for any operation.
    pub rules: Vec<(&'a str, Vec<&'a str>)>,
    /// The reference server's personas.
    pub personas: Vec<&'a str>,
}

/// Reads a profile.
///
/// # Errors
///
/// Every problem of the file.
pub fn read(sources: &Sources, file: FileId, known: &Known<'_>) -> Result<Profile, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reading = Reading { reader: Reader::new(sources), known };
    let profile = reading.profile(&root);
    match profile {
        Some(profile) if reading.reader.problems.is_empty() => Ok(profile),
        _ => Err(reading.reader.problems),
    }
}

struct Reading<'r, 's> {
    reader: Reader<'s>,
    known: &'r Known<'r>,
}

impl Reading<'_, '_> {
    fn profile(&mut self, root: &Node) -> Option<Profile> {
        let fields = Fields::open(&mut self.reader, root, &PROFILE);
        let id = self.needed(fields, "profile");
        let version = fields.required(&mut self.reader, "version");
        let version = version.and_then(|node| self.reader.natural(node, "`version`", 1));
        let contract = self.needed(fields, "contract");
        if let Some(contract) = contract.as_ref().filter(|contract| contract.value != self.known.contract) {
            let title = format!("the profile is for the contract `{}`", contract.value);
            let label = format!("the contract at hand is `{}`", self.known.contract);
            self.reader.problem(Code::UnknownInContract, contract.span, title, label);
        }
        let archetype = self.needed(fields, "archetype");
        let window = self.duration(fields, "window").unwrap_or(A_WINDOW);
        let always = self.rules(fields, "always");
        let modules = match fields.required(&mut self.reader, "modules") {
            Some(node) => self.modules(node, window),
            None => Vec::new(),
        };
        let named: Vec<&str> = modules.iter().map(|module| module.id.as_str()).collect();
        let not_scored = self.each(fields, "not_scored", &NOT_SCORED, |reading, fields| {
            let (module, reason) = (reading.needed(fields, "module")?, reading.needed(fields, "reason")?);
            if !named.contains(&module.value.as_str()) {
                reading.unknown(&module, "module", named.iter().copied());
            }
            Some((module.value, reason.value))
        });
        if !modules.is_empty() && modules.iter().all(|module| not_scored.iter().any(|(id, _)| *id == module.id)) {
            let title = "no module counts";
            self.reader.problem(
                Code::WrongValue,
                root.span,
                title,
                "a certificate of nothing would be given to everybody",
            );
        }
        let suites = fields.get("suites").map(|node| self.reader.texts(node, "`suites`")).unwrap_or_default();
        Some(Profile {
            id: id?.value,
            version: version?,
            contract: contract?.value,
            archetype: archetype?.value,
            valid_for: self.duration(fields, "valid_for").unwrap_or(A_YEAR),
            customer: self.customer(fields),
            always: always.into_iter().map(|rule| rule.value).collect(),
            adjusted: self.adjusted(fields),
            not_scored,
            suites: suites.into_iter().map(|suite| suite.value).collect(),
            modules,
        })
    }

    fn customer(&mut self, fields: Fields<'_>) -> Customer {
        let inner = fields.get("customer").map(|node| Fields::open(&mut self.reader, node, &CUSTOMER));
        let create = inner.and_then(|fields| self.operation(fields, "create"));
        let mut member = |name: &str, usual: &str| {
            let node = inner.and_then(|fields| fields.get(name));
            node.and_then(|node| self.reader.text(node, name)).map_or_else(|| usual.to_owned(), |text| text.value)
        };
        Customer {
            create: create.unwrap_or_else(|| "createUser".to_owned()),
            id: member("id", "customerID"),
            reference: member("reference", "referenceID"),
        }
    }

    fn adjusted(&mut self, fields: Fields<'_>) -> Vec<(String, Adjusted)> {
        let Some(node) = fields.get("rules") else { return Vec::new() };
        let entries = self.reader.map(node, "`rules`");
        let mut adjusted = Vec::new();
        for entry in entries {
            self.rule(&entry.key);
            let inner = Fields::open(&mut self.reader, &entry.value, &ADJUSTED);
            let share = inner.get("tolerance").and_then(|node| self.reader.decimal(node, "`tolerance`"));
            if let (Some(share), Some(node)) = (share, inner.get("tolerance"))
                && !(0.0..=50.0).contains(&share)
            {
                let label = "write 0 to 50: more would let everything pass";
                self.reader.problem(Code::WrongValue, node.span, "`tolerance` is a number of per cent", label);
            }
            let (least, within) = (self.duration(inner, "least"), self.duration(inner, "within"));
            let share = share.map(|share| share / 100.0);
            adjusted.push((entry.key.value.clone(), Adjusted { share, least, within }));
        }
        adjusted
    }

    fn modules(&mut self, node: &Node, window: Duration) -> Vec<Module> {
        let items = self.reader.list(node, "`modules`");
        if items.is_empty() && matches!(node.kind, Kind::List(_)) {
            let label = "a certificate of nothing would be given to everybody";
            self.reader.problem(Code::WrongValue, node.span, "`modules` is empty", label);
        }
        let mut modules: Vec<Module> = Vec::new();
        let mut places: Vec<(Spanned<String>, Vec<Spanned<String>>)> = Vec::new();
        for item in items {
            let fields = Fields::open(&mut self.reader, item, &MODULE);
            let (Some(id), Some(title), Some(clause)) =
                (self.needed(fields, "id"), self.needed(fields, "title"), self.needed(fields, "clause"))
            else {
                continue;
            };
            if let Some((first, _)) = places.iter().find(|(first, _)| first.value == id.value) {
                let place = self.reader.sources.place(first.span);
                let problem = self.reader.problem(
                    Code::DuplicateName,
                    id.span,
                    format!("there are two modules `{}`", id.value),
                    "",
                );
                *problem = problem.clone().at(place, "the first");
            }
            let data = self.data(fields);
            for (name, value) in &data {
                let taken = places.iter().flat_map(|(module, data)| data.iter().map(move |value| (module, value)));
                if let Some((module, first)) = taken.into_iter().find(|(_, first)| first.value == value.value) {
                    let place = self.reader.sources.place(first.span);
                    let title = format!("two modules have the {name} {}", value.value);
                    let label = format!("a customer with it would be of `{}` and `{}`", module.value, id.value);
                    let problem = self.reader.problem(Code::DuplicateName, value.span, title, label);
                    *problem = problem.clone().at(place, "the first");
                }
            }
            let expect = self.rules(fields, "expect");
            let asks = self.each(fields, "ask", &QUESTION, |reading, fields| {
                Some((reading.needed(fields, "rule")?.value, reading.needed(fields, "question")?.value))
            });
            if fields.get("expect").is_none() {
                self.reader.problem(Code::MissingKey, fields.span, "a module needs the key `expect`", "");
            } else if expect.is_empty() {
                let node = fields.get("expect").map_or(item.span, |node| node.span);
                let label = "nothing would make it due: name at least one rule that must be kept";
                self.reader.problem(Code::WrongValue, node, "a module needs a rule to show", label);
            }
            places.push((id.clone(), data.iter().map(|(_, value)| value.clone()).collect()));
            modules.push(Module {
                id: id.value,
                title: title.value,
                clause: clause.value,
                todo: fields.get("do").and_then(|node| self.reader.text(node, "`do`")).map(|text| text.value),
                data: data.into_iter().map(|(name, value)| (name, value.value)).collect(),
                answers: self.each(fields, "answers", &ANSWER, Self::answer),
                expect: expect.into_iter().map(|rule| rule.value).collect(),
                window: self.duration(fields, "window").unwrap_or(window),
                questions: asks,
            });
        }
        modules
    }

    fn data(&mut self, fields: Fields<'_>) -> Vec<(String, Spanned<String>)> {
        let Some(node) = fields.required(&mut self.reader, "data") else { return Vec::new() };
        let entries = self.reader.map(node, "`data`");
        if entries.is_empty() && matches!(node.kind, Kind::Map(_)) {
            let label = "no customer could be told to be of this module";
            self.reader.problem(Code::WrongValue, node.span, "`data` is empty", label);
        }
        let values = entries.iter().filter_map(|entry| {
            Some((entry.key.value.clone(), self.reader.text(&entry.value, &format!("`{}`", entry.key.value))?))
        });
        values.collect()
    }

    fn answer(&mut self, fields: Fields<'_>) -> Option<Answer> {
        let operation = self.operation(fields, "operation");
        let first = fields.get("first").and_then(|node| self.reader.natural(node, "`first`", 1));
        let nth = fields.get("nth").and_then(|node| self.reader.natural(node, "`nth`", 1));
        fields.one_of(&mut self.reader, &["first", "nth"]);
        let action = fields.required(&mut self.reader, "do")?;
        let action = self.action(action);
        let when = first.map(When::First).or_else(|| nth.map(When::Nth)).unwrap_or(When::Always);
        Some(Answer { operation, when, action })
    }

    fn action(&mut self, node: &Node) -> Action {
        let fields = Fields::open(&mut self.reader, node, &ACTION);
        fields.one_of(&mut self.reader, &["refuse", "claim", "reset", "lost", "silent"]);
        let persona = self.text(fields, "persona");
        if let Some(persona) = persona.as_ref().filter(|name| !self.known.personas.contains(&name.value.as_str())) {
            self.unknown(persona, "persona", self.known.personas.iter().copied());
        }
        let mut code = |name: &str| {
            let code = self.text(fields, name)?;
            if !self.known.codes.contains(&code.value.as_str()) {
                self.unknown(&code, "documented code", self.known.codes.iter().copied());
            }
            Some(code.value)
        };
        let (refuse, claim) = (code("refuse"), code("claim"));
        let set = fields.get("set").map(|node| self.reader.map(node, "`set`")).unwrap_or_default();
        for entry in set.iter().filter(|entry| !entry.key.value.starts_with('/')) {
            let title = format!("`{}` is no JSON pointer", entry.key.value);
            self.reader.problem(Code::WrongValue, entry.key.span, title, "write it as in /data/status");
        }
        let remove = fields.get("remove").map(|node| self.reader.texts(node, "`remove`")).unwrap_or_default();
        for pointer in remove.iter().filter(|pointer| !pointer.value.starts_with('/')) {
            let title = format!("`{}` is no JSON pointer", pointer.value);
            self.reader.problem(Code::WrongValue, pointer.span, title, "write it as in /data/status");
        }
        let mut natural = |name: &str| fields.get(name).and_then(|node| self.reader.natural(node, name, 0));
        let (retry_after, status) = (natural("retry_after"), natural("status"));
        let mut flag = |name: &str| fields.get(name).and_then(|node| self.reader.boolean(node, name)).unwrap_or(false);
        let (reset, lost) = (flag("reset"), flag("lost"));
        let action = Action {
            persona: persona.map(|persona| persona.value),
            processing: self.duration(fields, "processing"),
            refuse,
            claim,
            retry_after,
            status: status.and_then(|status| u16::try_from(status).ok()),
            error: self.text(fields, "error").map(|text| text.value),
            set: set.iter().map(|entry| (entry.key.value.clone(), entry.value.to_json())).collect(),
            remove: remove.into_iter().map(|pointer| pointer.value).collect(),
            late: self.duration(fields, "late").unwrap_or_default(),
            reset,
            lost,
            silent: self.duration(fields, "silent"),
        };
        if action == Action::default() {
            self.reader.problem(Code::MissingKey, node.span, "nothing is done", "say what is answered otherwise");
        }
        action
    }

    fn each<T>(
        &mut self,
        fields: Fields<'_>,
        key: &str,
        object: &'static Object,
        mut read: impl FnMut(&mut Self, Fields<'_>) -> Option<T>,
    ) -> Vec<T> {
        let items = fields.get(key).map(|node| self.reader.list(node, key)).unwrap_or_default();
        let mut all = Vec::new();
        for item in items {
            let inner = Fields::open(&mut self.reader, item, object);
            all.extend(read(self, inner));
        }
        all
    }

    fn text(&mut self, fields: Fields<'_>, key: &str) -> Option<Spanned<String>> {
        let node = fields.get(key)?;
        self.reader.text(node, &format!("`{key}`"))
    }

    /// A text that must be there and say something.
    fn needed(&mut self, fields: Fields<'_>, key: &str) -> Option<Spanned<String>> {
        let node = fields.required(&mut self.reader, key)?;
        let text = self.reader.text(node, &format!("`{key}`"))?;
        if text.value.trim().is_empty() {
            self.reader.problem(Code::WrongValue, text.span, format!("`{key}` is empty"), "");
        }
        Some(text)
    }

    fn duration(&mut self, fields: Fields<'_>, key: &str) -> Option<Duration> {
        let node = fields.get(key)?;
        self.reader.duration(node, &format!("`{key}`"))
    }

    fn operation(&mut self, fields: Fields<'_>, key: &str) -> Option<String> {
        let operation = self.text(fields, key)?;
        if !self.known.operations.contains(&operation.value.as_str()) {
            self.unknown(&operation, "operation", self.known.operations.iter().copied());
        }
        Some(operation.value)
    }

    fn rules(&mut self, fields: Fields<'_>, key: &str) -> Vec<Spanned<String>> {
        let rules = match fields.get(key) {
            Some(node) => self.reader.list(node, key).iter().collect::<Vec<_>>(),
            None => Vec::new(),
        };
        let rules: Vec<Spanned<String>> = rules.into_iter().filter_map(|node| self.reader.text(node, key)).collect();
        for rule in &rules {
            self.rule(rule);
        }
        rules
    }

    fn rule(&mut self, rule: &Spanned<String>) {
        if !self.known.rules.iter().any(|(known, _)| *known == rule.value) {
            self.unknown(rule, "rule", self.known.rules.iter().map(|(known, _)| *known));
        }
    }

    fn unknown<'a>(&mut self, name: &Spanned<String>, what: &str, known: impl Iterator<Item = &'a str>) {
        let label = text::nearest(&name.value, known).map(|near| format!("did you mean `{near}`?")).unwrap_or_default();
        self.reader.problem(Code::UnknownInContract, name.span, format!("there is no {what} `{}`", name.value), label);
    }
}
