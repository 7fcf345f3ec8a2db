//! Rules that span a run, judged again where several shards are read as one: a value that two shards saw under two
//! different customers was given twice.
//!
//! A run of a shard says of every such value a digest, and a digest of the customer it was given to, as what a rule was
//! touched by.

use crate::event::{
    CaseOutcome, Event, EventKind, Failure, Inventory, Promise, RuleBroken, RuleExchange, StepFinished, StepOutcome,
    ThingKind,
};
use crate::source::Location;
use std::collections::{HashMap, HashSet};

/// What the shards say of rules.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Sentences of rules, by contract and id.
    says: HashMap<(String, String), String>,
    /// By contract, rule and value, who was given it first.
    given: HashMap<(String, String, String), Given>,
    /// What a case under way was given in its step, by shard and case.
    pending: HashMap<(usize, usize), Vec<Seen>>,
    /// The latest exchange of a case.
    latest: HashMap<(usize, usize), RuleExchange>,
    /// Cases that broke a rule.
    broken: HashSet<(usize, usize)>,
}

/// A value in one shard.
#[derive(Debug)]
struct Seen {
    contract: String,
    rule: String,
    value: String,
    customer: String,
}

/// Who was given a value first.
#[derive(Debug)]
struct Given {
    shard: usize,
    customer: String,
    exchange: Option<RuleExchange>,
}

impl Rules {
    /// What contracts say of their rules.
    pub(super) fn read(&mut self, inventory: &Inventory) {
        for group in inventory.documented.iter().filter(|group| group.kind == ThingKind::Rule) {
            for (id, says) in &group.things {
                let key = (inventory.contract.clone(), id.clone());
                self.says.entry(key).or_insert_with(|| says.clone().unwrap_or_default());
            }
        }
    }

    /// Takes an event of a shard. What another shard contradicts fails its step and its case.
    pub(super) fn take(&mut self, shard: usize, event: &mut Event) {
        match &mut event.kind {
            EventKind::Touched(touched) => {
                for thing in touched.things.iter().filter(|thing| thing.kind == ThingKind::Rule) {
                    let Some((value, customer)) = thing.evidence.as_deref().and_then(|said| said.split_once(' '))
                    else {
                        continue;
                    };
                    self.pending.entry((shard, touched.case)).or_default().push(Seen {
                        contract: touched.contract.clone(),
                        rule: thing.name.clone(),
                        value: value.to_owned(),
                        customer: customer.to_owned(),
                    });
                }
            }
            EventKind::AttemptFinished(attempt) if self.pending.contains_key(&(shard, attempt.case)) => {
                let exchange = &attempt.exchange;
                let operation = attempt.validation.as_ref().map(|known| known.operation.clone()).unwrap_or_default();
                let took = std::time::Duration::from_micros(exchange.timing.total_us);
                let path = exchange.sent.url.split_once("://").map_or(exchange.sent.url.as_str(), |(_, rest)| rest);
                let target = path.find('/').map_or("/", |at| &path[at..]);
                let shown = RuleExchange {
                    operation,
                    method: exchange.sent.method.clone(),
                    target: target.to_owned(),
                    status: exchange.received.as_ref().map(|received| received.status),
                    sent: exchange.started,
                    received: exchange.started.after(took),
                };
                self.latest.insert((shard, attempt.case), shown);
            }
            EventKind::StepFinished(step) => self.step(shard, step),
            EventKind::CaseRerun(case) => {
                self.pending.remove(&(shard, case.case));
                self.broken.remove(&(shard, case.case));
            }
            EventKind::CaseFinished(case) if self.broken.remove(&(shard, case.case)) => {
                if matches!(case.outcome, CaseOutcome::Passed | CaseOutcome::Flaky { .. } | CaseOutcome::Waived) {
                    case.outcome = CaseOutcome::Failed;
                }
            }
            _ => {}
        }
    }

    fn step(&mut self, shard: usize, step: &mut StepFinished) {
        let key = (shard, step.case);
        let exchange = self.latest.remove(&key);
        let mut failures = Vec::new();
        for seen in self.pending.remove(&key).unwrap_or_default() {
            let value = (seen.contract.clone(), seen.rule.clone(), seen.value.clone());
            match self.given.get(&value) {
                Some(first) if first.shard != shard && first.customer != seen.customer => {
                    failures.extend(exchange.clone().map(|exchange| self.failure(&seen, first, exchange)));
                }
                Some(_) => {}
                None => {
                    let first = Given { shard, customer: seen.customer, exchange: exchange.clone() };
                    self.given.insert(value, first);
                }
            }
        }
        if failures.is_empty() {
            return;
        }
        self.broken.insert(key);
        let outcome = std::mem::replace(&mut step.outcome, StepOutcome::Passed);
        step.outcome = match outcome {
            StepOutcome::Passed => StepOutcome::Failed(failures),
            StepOutcome::Failed(mut own) => {
                own.extend(failures);
                StepOutcome::Failed(own)
            }
            StepOutcome::Waived(waived) => StepOutcome::Failed(waived.failures.into_iter().chain(failures).collect()),
            other => other,
        };
    }

    fn failure(&self, seen: &Seen, first: &Given, exchange: RuleExchange) -> Failure {
        let says = self.says.get(&(seen.contract.clone(), seen.rule.clone())).cloned().unwrap_or_default();
        let place = Location {
            file: "shards".to_owned(),
            line: 1,
            column: 1,
            length: says.chars().count().max(1),
            text: says.clone(),
        };
        let broken = RuleBroken {
            contract: seen.contract.clone(),
            rule: seen.rule.clone(),
            says,
            binds: "server".to_owned(),
            from: "documentation".to_owned(),
            section: None,
            ambiguities: Vec::new(),
            operation: exchange.operation.clone(),
            at: None,
            came: "a value was given here that another shard saw given to another customer".to_owned(),
            expected: Some("a value of its own".to_owned()),
            found: None,
            customer: None,
            exchange,
            earlier: first.exchange.clone(),
        };
        Failure { place, promise: Promise::Rule(Box::new(broken)) }
    }
}
