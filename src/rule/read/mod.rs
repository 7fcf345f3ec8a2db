//! Reading rules: `x-rules` of a contract, files of rules, overlays, and what other members of a contract say over more
//! than one exchange. Every problem is told, each with its place.

mod common;
mod existing;
mod form;
pub(super) mod keys;
mod names;
mod pattern;

use super::model::{Binds, Codes, CommonKey, Earlier, Origin, Pattern, Pick, Rule, Rules, Slack};
use crate::contract::{Contract, StatusRange};
use crate::diagnostic::{Code, Diagnostic};
use crate::source::{FileId, Sources, Span, Spanned};
use crate::yaml::{Entry, Fields, Kind, Node, Reader, parse};
use keys::{BINDS, EARLIER, FILE, FORMS, FROM, GRADES, RULE};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Reads the rules of a contract: those of its own document, and those of files that stand beside it. `file` is the
/// contract's document, `more` are files of rules or overlays.
///
/// # Errors
/// Every problem of the rules, each with its place.
pub fn read(sources: &Sources, file: FileId, contract: &Contract, more: &[FileId]) -> Result<Rules, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut files = Vec::new();
    let mut problems = Vec::new();
    for file in more {
        match parse(sources, *file) {
            Ok(node) => files.push(node),
            Err(more) => problems.extend(more),
        }
    }
    let mut reader = Reader::new(sources);
    let mut reading = RuleReader { reader: &mut reader, contract, keys: Vec::new(), subject: None };
    let rules = reading.all(&root, &files);
    problems.append(&mut reader.problems);
    if problems.is_empty() { Ok(rules) } else { Err(problems) }
}

/// The name of the contract that a file of rules is for; `None` for one that says none, or is no such file.
#[must_use]
pub fn contract_of(sources: &Sources, file: FileId) -> Option<Spanned<String>> {
    let node = parse(sources, file).ok()?;
    let name = child(&node, "contract").or_else(|| child(&node, "x-contract"))?;
    match &name.kind {
        Kind::Text(text) => Some(Spanned::new(text.clone(), name.span)),
        _ => None,
    }
}

/// What is known while rules are read.
pub(super) struct RuleReader<'r, 's> {
    reader: &'r mut Reader<'s>,
    contract: &'r Contract,
    keys: Vec<CommonKey>,
    subject: Option<Spanned<String>>,
}

/// What stands under a key.
fn child<'n>(node: &'n Node, name: &str) -> Option<&'n Node> {
    entries(node).iter().find(|entry| entry.key.value == name).map(|entry| &entry.value)
}

/// The entries of a mapping; of anything else none.
fn entries(node: &Node) -> &[Entry] {
    match &node.kind {
        Kind::Map(entries) => entries,
        _ => &[],
    }
}

impl RuleReader<'_, '_> {
    fn all(&mut self, root: &Node, files: &[Node]) -> Rules {
        self.links(root);
        let mut lists: Vec<Node> = Vec::new();
        self.take(root, ["x-subject", "x-same", "x-rules"], &mut lists);
        for file in files {
            if child(file, "overlay").is_some() {
                self.overlay(file, &mut lists);
            } else {
                Fields::open(self.reader, file, &FILE);
                for needed in ["contract", "rules"] {
                    if child(file, needed).is_none() {
                        let title = format!("a file of rules needs the key `{needed}`");
                        self.reader.problem(Code::MissingKey, file.span, title, "it is missing here");
                    }
                }
                self.take(file, ["subject", "same", "rules"], &mut lists);
            }
        }
        let subject = self.subject.clone().and_then(|name| self.key(&name));
        let mut all = Vec::new();
        for list in &lists {
            for node in self.reader.list(list, "rules").to_vec() {
                all.extend(self.rule(&node));
            }
        }
        all.extend(self.existing(root, subject));
        self.distinct(&all);
        let rules = Rules {
            all: all.into_iter().map(Arc::new).collect(),
            keys: std::mem::take(&mut self.keys),
            subject,
            codes: codes(self.contract),
        };
        super::check::check(self.reader, self.contract, &rules);
        rules
    }

    /// Takes what one document says: who the customer is, what exchanges have in common, the rules.
    fn take(&mut self, node: &Node, [subject, same, rules]: [&str; 3], lists: &mut Vec<Node>) {
        if let Some(named) = child(node, same) {
            self.common(named);
        }
        if let Some(named) = child(node, subject) {
            self.subject = self.reader.text(named, &format!("`{subject}`"));
        }
        lists.extend(child(node, rules).cloned());
    }

    /// An OpenAPI Overlay (1.0): of its actions those that update the document itself.
    fn overlay(&mut self, file: &Node, lists: &mut Vec<Node>) {
        let Some(actions) = child(file, "actions").cloned() else {
            self.reader.problem(Code::MissingKey, file.span, "an overlay needs `actions`", "it is missing here");
            return;
        };
        for action in self.reader.list(&actions, "`actions`").to_vec() {
            let Some(update) = child(&action, "update").cloned() else { continue };
            let target = child(&action, "target").cloned();
            let whole = matches!(target.as_ref().map(|node| &node.kind), Some(Kind::Text(text)) if text == "$");
            if whole {
                self.take(&update, ["x-subject", "x-same", "x-rules"], lists);
            } else {
                let span = target.map_or(action.span, |node| node.span);
                let title = "only the document itself can be updated here";
                let problem = self.reader.problem(Code::WrongValue, span, title, "write `target: $`");
                *problem = problem.clone().next("an overlay for rules updates `x-rules`, `x-same` and `x-subject`");
            }
        }
    }

    fn rule(&mut self, node: &Node) -> Option<Rule> {
        let before = self.reader.problems.len();
        let fields = Fields::open(self.reader, node, &RULE);
        let misspelt = self.reader.problems.len() > before;
        let id = fields.required(self.reader, "id").and_then(|node| self.reader.text(node, "`id`"));
        let says = fields.required(self.reader, "says").and_then(|node| self.reader.text(node, "`says`"));
        let text = |reading: &mut Self, key: &str| {
            fields.get(key).and_then(|node| reading.reader.text(node, &format!("`{key}`"))).map(|text| text.value)
        };
        let section = text(self, "section");
        let binds = fields.get("binds").and_then(|node| self.reader.word(node, "`binds`", &BINDS));
        let from = fields.get("from").and_then(|node| self.reader.word(node, "`from`", &FROM));
        let grade = fields.get("grade").and_then(|node| self.reader.word(node, "`grade`", &GRADES));
        let ambiguities = fields.get("ambiguity").map(|node| self.ambiguities(node)).unwrap_or_default();
        let on = match fields.get("on") {
            Some(node) => Some(self.pattern(node)),
            None => {
                let span = id.as_ref().map_or(node.span, |id| id.span);
                let name = id.as_ref().map_or("this rule", |id| id.value.as_str());
                let title = format!("nothing makes {name} due");
                let problem = self.reader.problem(Code::MissingKey, span, title, "it has no `on`");
                *problem = problem.clone().next("name the exchanges it speaks of, as in `on: { operation: getBre }`");
                None
            }
        };
        let same = fields.get("same").map(|node| self.same(node));
        let with = fields.get("with").map(|node| self.with(node)).unwrap_or_default();
        let slack = fields.get("slack").and_then(|node| self.reader.duration(node, "`slack`"));
        let formed: Vec<&str> = FORMS.into_iter().filter(|form| fields.get(form).is_some()).collect();
        if formed.is_empty() && !misspelt {
            let span = id.as_ref().map_or(node.span, |id| id.span);
            let title = "the rule does not say what must be";
            let forms: Vec<String> = FORMS.iter().map(|form| format!("`{form}`")).collect();
            let problem = self.reader.problem(Code::MissingKey, span, title, "it has no form");
            *problem = problem.clone().next(format!("give it one of {}", crate::text::either(&forms)));
        }
        fields.one_of(self.reader, &FORMS);
        let on = on?;
        let form = formed.first().copied().and_then(|name| self.form(name, &fields, &on));
        let (id, says, form) = (id?, says?, form?);
        let binds = if binds == Some("client") { Binds::Client } else { Binds::Server };
        let origin = match from {
            Some("archetypes") => Origin::Archetypes,
            Some("sense") => Origin::Sense,
            _ => Origin::Documentation,
        };
        let mut rule = Rule {
            id: id.value,
            says: says.value,
            binds,
            section,
            origin,
            ambiguities,
            warning: grade.map(|grade| grade == "warning"),
            on,
            same: same.clone().unwrap_or_default(),
            with,
            form,
            slack: Slack { least: slack.unwrap_or(Slack::default().least), ..Slack::default() },
            span: id.span,
            reads: Default::default(),
            with_order: Vec::new(),
        };
        if same.is_none() && rule.needs_others() {
            let title = format!("{} does not say which exchanges belong together", rule.id);
            let problem = self.reader.problem(Code::MissingKey, rule.span, title, "it has no `same`");
            *problem = problem.clone().next("write `same: customerID`, or `same: run` for all exchanges of a run");
        }
        self.names(&mut rule);
        Some(rule)
    }

    fn ambiguities(&mut self, node: &Node) -> Vec<String> {
        let mut all = Vec::new();
        for named in self.reader.texts(node, "`ambiguity`") {
            let known = || self.contract.ambiguities.iter().map(|note| note.id.as_str());
            if known().all(|id| id != named.value) {
                let label = crate::text::did_you_mean(&named.value, known().collect::<Vec<_>>()).unwrap_or_default();
                let title = format!("there is no ambiguity `{}`", named.value);
                self.reader.problem(Code::UnknownInContract, named.span, title, label);
            }
            all.push(named.value);
        }
        all
    }

    fn with(&mut self, node: &Node) -> Vec<Earlier> {
        let mut all = Vec::new();
        for entry in self.reader.map(node, "`with`").to_vec() {
            let fields = Fields::open(self.reader, &entry.value, &EARLIER);
            let mut flag = |key: &str| {
                fields.get(key).and_then(|node| self.reader.boolean(node, &format!("`{key}`"))).unwrap_or(false)
            };
            let (first, latest) = (flag("first"), flag("latest"));
            if first && latest {
                fields.one_of(self.reader, &["first", "latest"]);
            }
            if fields.get("operation").is_none() {
                let title = "an earlier exchange needs the key `operation`";
                self.reader.problem(Code::MissingKey, entry.key.span, title, "it is missing here");
            }
            let pattern = self.pattern_of(&entry.value, &EARLIER);
            let pick = if first { Pick::First } else { Pick::Latest };
            all.push(Earlier { name: entry.key.value.clone(), pattern, pick, span: entry.key.span });
        }
        all
    }

    /// Two rules of one id could not be told apart, waived or counted.
    fn distinct(&mut self, all: &[Rule]) {
        let mut first: HashMap<&str, Span> = HashMap::new();
        for rule in all {
            if let Some(first) = first.insert(&rule.id, rule.span) {
                let place = self.reader.sources.place(first);
                let title = format!("two rules are called `{}`", rule.id);
                let problem = self.reader.problem(Code::DuplicateName, rule.span, title, "again here");
                *problem = problem.clone().at(place, "first here").next("give one of them another id");
            }
        }
    }
}

/// What the contract says of codes.
fn codes(contract: &Contract) -> Codes {
    let all = contract.codes.iter();
    let refusals = all.clone().filter(|(_, code)| code.is_refusal()).map(|(name, _)| name.clone());
    let conflict = |range: &StatusRange| *range == StatusRange::Exactly(409);
    let conflicts = all.filter(|(_, code)| code.statuses.first().is_some_and(conflict)).map(|(name, _)| name.clone());
    let members = contract.operations.iter().map(|operation| (operation.id.clone(), operation.code_members.clone()));
    Codes { refusals: refusals.collect(), conflicts: conflicts.collect(), members: members.collect() }
}

/// Nothing in a rule that members of the contract make was written as a rule.
fn made(id: String, says: String, span: Span, on: Pattern, form: super::model::Form) -> Rule {
    Rule {
        id,
        says,
        binds: Binds::Client,
        section: None,
        origin: Origin::Documentation,
        ambiguities: Vec::new(),
        warning: None,
        on,
        same: Vec::new(),
        with: Vec::new(),
        form,
        slack: Slack { least: Duration::from_millis(200), ..Slack::default() },
        span,
        reads: Default::default(),
        with_order: Vec::new(),
    }
}
