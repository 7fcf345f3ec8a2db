//! Holds rules in a run: promises over more than one exchange, of every customer that the cases have.
//!
//! A broken rule that binds the server fails the step at whose exchange it broke. What binds clients is told of the suite
//! itself, as a finding; so is what nobody states, unless an answer contradicts itself. Exchanges that the server refused
//! tell nothing of the suite: whoever tests a refusal breaks a rule on purpose.

use super::watch::{Monitor, RulesSaid, Watched};
use crate::contract::Contract;
use crate::event::{
    Failure, Finding, FindingKind, Grade, Group, Promise, RuleBroken, RuleExchange, Side, ThingKind, Timestamp, Touch,
    TouchedThing,
};
use crate::plan::Plan;
use crate::rule::{self, Binds, Broken, Exchange, Outcome, Request, Response, Rules, Settings, Standing, Witness};
use crate::source::Sources;
use crate::suite::Policy;
use crate::text::Fnv;
use crate::transport::Payload;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Holds the rules of a run's contracts.
pub struct RuleMonitor {
    sources: Arc<Sources>,
    policy: Policy,
    base_url: String,
    /// Whether the run is one of several shards.
    shard: bool,
    /// One for each contract of the plan.
    contracts: Vec<Held>,
}

/// The rules of one contract.
struct Held {
    contract: Arc<Contract>,
    rules: Rules,
    state: Mutex<State>,
}

struct State {
    monitor: rule::Monitor,
    number: u64,
    /// Rules that were told to be kept.
    told: HashSet<String>,
    /// Customers by case.
    customers: HashMap<usize, Vec<String>>,
}

impl RuleMonitor {
    /// For the contracts of a plan; `rules` are those of each by its name. Findings are graded by the policy. A run that
    /// is one of several shards says more, so that rules over all of them can be judged when they are read as one.
    #[must_use]
    pub fn new(plan: &Plan, mut rules: BTreeMap<String, Rules>, policy: Policy, base_url: &str, shard: bool) -> Self {
        let settings = Settings { pace: plan.globals.pace };
        let held = |contract: &Arc<Contract>| {
            let rules = rules.remove(&contract.name).unwrap_or_default();
            let state = State {
                monitor: rule::Monitor::new(rules.clone(), settings),
                number: 0,
                told: HashSet::new(),
                customers: HashMap::new(),
            };
            Held { contract: Arc::clone(contract), rules, state: Mutex::new(state) }
        };
        let contracts = plan.contracts.iter().map(held).collect();
        Self { sources: Arc::clone(&plan.sources), policy, base_url: base_url.to_owned(), shard, contracts }
    }

    /// The exchange as rules see it, with the contract it belongs to.
    fn exchange<'s>(&'s self, watched: &Watched<'_>) -> Option<(&'s Held, Exchange)> {
        let held = self.contracts.get(watched.codes?.number).filter(|held| !held.rules.all.is_empty())?;
        let operation = watched.operation?;
        let below = watched.request.url.strip_prefix(self.base_url.as_str())?;
        let body = watched.sent.cloned().or_else(|| form(&watched.request.body));
        let request = Request::new(watched.request.method.as_str(), below, &operation.path, body);
        let response = watched.response.map(|response| Response {
            status: response.status,
            headers: headers(&response.headers),
            body: watched.received.cloned().unwrap_or(Value::Null),
        });
        let exchange = Exchange {
            number: 0,
            operation: operation.id.clone(),
            request: request.with_headers(headers(&watched.request.headers)),
            response,
            sent: watched.started,
            received: watched.ended,
        };
        Some((held, exchange))
    }

    /// What broken rules are: failures, or findings graded by the policy.
    fn said(&self, held: &Held, exchange: &Exchange, broken: Vec<Broken>) -> RulesSaid {
        let mut said = RulesSaid::default();
        let refused = held.rules.codes.outcome(exchange).is_some_and(|outcome| outcome == Outcome::Refusal);
        for one in broken {
            let told = told(&held.contract.name, &one);
            let place = self.sources.place(one.rule.span);
            let client = one.rule.binds == Binds::Client;
            if client && (refused || one.silent) {
                continue;
            }
            if !client && !one.rule.is_only_a_warning() {
                said.failures.push(Failure { place, promise: Promise::Rule(Box::new(told)) });
                continue;
            }
            let finding = finding(&told, client);
            let Some(grade) = self.policy.grade(&finding) else { continue };
            let finding = Finding { grade, ..finding };
            if grade == Grade::Error {
                said.failures.push(Failure { place, promise: Promise::Finding(Box::new(finding.clone())) });
            }
            said.findings.push(finding);
        }
        said
    }
}

impl Monitor for RuleMonitor {
    fn documented(&self, contract: &str) -> Option<Group> {
        let held = self.contracts.iter().find(|held| held.contract.name == contract)?;
        let server = held.rules.all.iter().filter(|rule| rule.binds == Binds::Server);
        let things: Vec<_> = server.map(|rule| (rule.id.clone(), Some(rule.says.clone()))).collect();
        (!things.is_empty()).then_some(Group { kind: ThingKind::Rule, operation: None, things })
    }

    fn exchange(&self, watched: &Watched<'_>) -> RulesSaid {
        let Some((held, mut exchange)) = self.exchange(watched) else { return RulesSaid::default() };
        let mut state = held.state();
        let State { monitor, number, told, customers } = &mut *state;
        *number += 1;
        exchange.number = *number;
        let broken = monitor.observe(&exchange);
        let mut first: Vec<_> = monitor
            .kept_now()
            .filter(|rule| rule.binds == Binds::Server)
            .filter(|rule| told.insert(rule.id.clone()))
            .map(|rule| (held.contract.name.clone(), kept(&rule.id)))
            .collect();
        if self.shard {
            // Another shard may have seen the same value given to somebody else; nobody need read what it is.
            let customer = Fnv::default().text(monitor.customer_now().unwrap_or_default()).mixed();
            for (rule, text) in monitor.given_now().filter(|(rule, _)| rule.binds == Binds::Server) {
                let evidence = Some(format!("{:016x} {customer:016x}", Fnv::default().text(text).mixed()));
                first.push((held.contract.name.clone(), TouchedThing { evidence, ..kept(&rule.id) }));
            }
        }
        if let Some(customer) = monitor.customer_now() {
            let all = customers.entry(watched.case).or_default();
            if !all.iter().any(|own| own == customer) {
                all.push(customer.to_owned());
            }
        }
        drop(state);
        RulesSaid { kept: first, ..self.said(held, &exchange, broken) }
    }

    fn would_say(&self, watched: &Watched<'_>) -> Vec<Failure> {
        let Some((held, exchange)) = self.exchange(watched) else { return Vec::new() };
        let broken = held.state().monitor.would_break(&exchange);
        self.said(held, &exchange, broken).failures
    }

    fn case_over(&self, case: usize, _at: Timestamp) -> RulesSaid {
        let mut said = RulesSaid::default();
        for held in &self.contracts {
            let mut state = held.state();
            let State { monitor, told, customers, .. } = &mut *state;
            // What may never come and did not, until the end of the case, was kept.
            for customer in customers.remove(&case).unwrap_or_default() {
                for rule in held.rules.all.iter().filter(|rule| rule.binds == Binds::Server) {
                    if !told.contains(&rule.id) && monitor.standing(&rule.id, Some(&customer)) == Standing::KeptSoFar {
                        told.insert(rule.id.clone());
                        said.kept.push((held.contract.name.clone(), kept(&rule.id)));
                    }
                }
            }
        }
        said
    }
}

impl Held {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn kept(rule: &str) -> TouchedThing {
    TouchedThing { kind: ThingKind::Rule, operation: None, name: rule.to_owned(), touch: Touch::Seen, evidence: None }
}

fn told(contract: &str, broken: &Broken) -> RuleBroken {
    let Broken { rule, customer, came, expected, found, place, at, earlier, .. } = broken;
    RuleBroken {
        contract: contract.to_owned(),
        rule: rule.id.clone(),
        says: rule.says.clone(),
        binds: rule.binds.name().to_owned(),
        from: rule.origin.name().to_owned(),
        section: rule.section.clone(),
        ambiguities: rule.ambiguities.clone(),
        operation: at.operation.clone(),
        at: place.clone(),
        came: came.clone(),
        expected: expected.clone(),
        found: found.clone(),
        customer: customer.clone(),
        exchange: shown(at),
        earlier: earlier.as_deref().map(shown),
    }
}

fn shown(witness: &Witness) -> RuleExchange {
    RuleExchange {
        operation: witness.operation.clone(),
        method: witness.method.clone(),
        target: witness.target.clone(),
        status: witness.status,
        sent: witness.sent,
        received: witness.received,
    }
}

fn finding(told: &RuleBroken, client: bool) -> Finding {
    let whose = if client { "our own suite breaks" } else { "the answers break" };
    let pointer = told.at.as_deref().and_then(|at| at.strip_prefix("response $")).map(|path| path.replace('.', "/"));
    Finding {
        id: told.id(),
        kind: FindingKind::BrokenRule,
        grade: Grade::Warn,
        operation: told.operation.clone(),
        side: if client { Side::Request } else { Side::Response },
        variant: None,
        pointer: pointer.unwrap_or_default(),
        what: format!("{whose} rule {}: {} ({})", told.rule, told.says.trim_end_matches('.'), told.came),
        found: told.found.clone(),
        near: None,
        section: told.section.clone(),
        ambiguity: told.ambiguities.first().cloned(),
    }
}

fn headers(map: &http::HeaderMap) -> Vec<(String, String)> {
    let text = |value: &http::HeaderValue| String::from_utf8_lossy(value.as_bytes()).into_owned();
    map.iter().map(|(name, value)| (name.as_str().to_owned(), text(value))).collect()
}

/// The texts of a form as an object; files are told by their names.
fn form(body: &Payload) -> Option<Value> {
    let Payload::Multipart(parts) = body else { return None };
    let mut members = Map::new();
    for part in parts {
        let value = match &part.file_name {
            Some(name) => Value::from(name.as_str()),
            None => Value::from(String::from_utf8_lossy(&part.content).into_owned()),
        };
        members.entry(part.field.clone()).or_insert(value);
    }
    Some(Value::Object(members))
}
