//! The monitor: exchanges go in one after the other, broken rules come out. It never looks back and never looks at a
//! clock.

use super::common::{Memory, Values};
use super::exchange::{Exchange, Witness};
use super::model::{Across, Rule, Rules};
use super::state::{Standing, State};
use super::step::{Stepping, settle, standing};
use super::view;
use crate::event::Timestamp;
use crate::expr::Services;
use serde_json::Value;
use std::collections::{BTreeSet, HashMap, HashSet, hash_map::Entry};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

/// How rules are applied.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// A factor on the limits of time that bind clients: a run or a rehearsal may be faster than what is documented.
    pub pace: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { pace: 1.0 }
    }
}

/// A rule that was broken.
#[derive(Debug, Clone)]
pub struct Broken {
    /// The rule.
    pub rule: Arc<Rule>,
    /// The customer, where known.
    pub customer: Option<String>,
    /// What came instead, in one sentence without a full stop.
    pub came: String,
    /// What was expected where a value is wrong, in words.
    pub expected: Option<String>,
    /// The value that is wrong, as JSON text.
    pub found: Option<String>,
    /// Where the value stands, as `response $.data.status`.
    pub place: Option<String>,
    /// The exchange that broke it; of a silence, the exchange that it followed.
    pub at: Arc<Witness>,
    /// The earlier exchange that it does not agree with.
    pub earlier: Option<Arc<Witness>>,
    /// Whether nothing came, where something had to.
    pub silent: bool,
}

/// How one rule fared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fared {
    /// How often it was kept.
    pub kept: u32,
    /// How often it was broken.
    pub broken: u32,
    /// For how many customers, or whatever else its exchanges have in common, it is not yet decided.
    pub open: u32,
}

/// Exchanges that belong together.
#[derive(Debug, Default)]
struct Group {
    customer: Option<u32>,
    /// By rule.
    states: Vec<(u32, State)>,
}

/// Whose a value is.
#[derive(Debug)]
struct Owner {
    group: u32,
    operation: Arc<str>,
    witness: Arc<Witness>,
}

/// Most different values of one `unique` rule that are remembered for one group.
const MOST_VALUES: u32 = 4096;

/// Applies rules to exchanges, in the order of their answers.
#[derive(Debug)]
pub struct Monitor {
    rules: Rules,
    settings: Settings,
    services: Arc<Services>,
    memory: Memory,
    /// Rules that concern an operation.
    concerned: HashMap<String, Arc<[u32]>>,
    groups: Vec<Group>,
    group_numbers: HashMap<(Vec<usize>, String), u32>,
    customers: Vec<Arc<str>>,
    customer_numbers: HashMap<Arc<str>, u32>,
    groups_of: Vec<Vec<u32>>,
    values: HashMap<(u32, u64), Owner>,
    value_counts: HashMap<(u32, u32), u32>,
    hasher: RandomState,
    /// What is remembered of exchanges, each different value once.
    pool: HashSet<Arc<Value>>,
    lists: HashSet<Arc<Vec<Value>>>,
    /// What is waited for until a moment.
    due: BTreeSet<(Timestamp, u32, u32)>,
    /// The rules that the last exchange kept, and its customer.
    kept_now: Vec<u32>,
    customer_now: Option<u32>,
    /// Values of `unique` rules that the last exchange gave first, as text.
    given_now: Vec<(u32, String)>,
}

impl Monitor {
    /// A monitor that has seen nothing.
    #[must_use]
    pub fn new(rules: Rules, settings: Settings) -> Self {
        Self {
            rules,
            settings,
            services: view::services(),
            memory: Memory::default(),
            concerned: HashMap::new(),
            groups: Vec::new(),
            group_numbers: HashMap::new(),
            customers: Vec::new(),
            customer_numbers: HashMap::new(),
            groups_of: Vec::new(),
            values: HashMap::new(),
            value_counts: HashMap::new(),
            hasher: RandomState::new(),
            pool: HashSet::new(),
            lists: HashSet::new(),
            due: BTreeSet::new(),
            kept_now: Vec::new(),
            customer_now: None,
            given_now: Vec::new(),
        }
    }

    /// The rules it applies.
    #[must_use]
    pub const fn rules(&self) -> &Rules {
        &self.rules
    }

    /// Takes an exchange and answers with the rules it breaks, in the order of the rules. Exchanges come in the order of
    /// their answers.
    pub fn observe(&mut self, exchange: &Exchange) -> Vec<Broken> {
        let concerned = self.concerned(&exchange.operation);
        self.kept_now.clear();
        self.given_now.clear();
        self.customer_now = None;
        if concerned.is_empty() {
            return Vec::new();
        }
        let values = self.memory.read(&self.rules.keys, exchange);
        let customer = self.customer(&values);
        self.customer_now = customer;
        let mut witness = None;
        let mut broken = Vec::new();
        for &number in concerned.iter() {
            let rule = Arc::clone(&self.rules.all[number as usize]);
            let Some(group) = self.group(&rule, &values, customer) else { continue };
            self.apply(number, &rule, group, exchange, &mut witness, &mut broken);
        }
        for one in &mut broken {
            one.customer = customer.map(|number| self.customers[number as usize].to_string());
        }
        broken
    }

    /// What [`Monitor::observe`] would answer, without taking note of the exchange.
    #[must_use]
    pub fn would_break(&self, exchange: &Exchange) -> Vec<Broken> {
        let values = self.memory.peek(&self.rules.keys, exchange);
        let customer = self.rules.subject.and_then(|key| values.get(key)?.clone());
        let (mut witness, mut broken) = (None, Vec::new());
        let (mut pool, mut lists) = (HashSet::new(), HashSet::new());
        let blank = view::View::blank(&self.services);
        for (number, rule) in self.rules.all.iter().enumerate().filter(|(_, rule)| rule.concerns(&exchange.operation)) {
            let Some(name) = group_name(rule, &values) else { continue };
            let group = self.group_numbers.get(&(rule.same.clone(), name)).copied();
            let states = group.map(|group| &self.groups[group as usize].states);
            let known = states.and_then(|states| states.iter().find(|(own, _)| *own as usize == number));
            let mut state = known.map(|(_, state)| state.clone()).unwrap_or_default();
            let mut stepping = Stepping {
                rule,
                blank: &blank,
                codes: &self.rules.codes,
                services: &self.services,
                pace: self.settings.pace,
                exchange,
                witness: &mut witness,
                pool: &mut pool,
                lists: &mut lists,
                broken: &mut broken,
            };
            for (text, value) in stepping.step(&mut state) {
                let number = u32::try_from(number).unwrap_or(u32::MAX);
                let owner = self.values.get(&(number, self.hasher.hash_one(text.as_str())));
                if let Some(came) = owner.and_then(|owner| self.shared(rule, owner, group, exchange, &value)) {
                    let at = witness.get_or_insert_with(|| Arc::new(exchange.witness()));
                    broken.push(Broken {
                        earlier: owner.map(|owner| Arc::clone(&owner.witness)),
                        ..Broken::new(rule, came, at)
                    });
                }
            }
        }
        for one in &mut broken {
            one.customer.clone_from(&customer);
        }
        broken
    }

    /// The rules that the exchange observed last kept.
    pub fn kept_now(&self) -> impl Iterator<Item = &Arc<Rule>> {
        self.kept_now.iter().map(|number| &self.rules.all[*number as usize])
    }

    /// Values that nobody else may be given and that the exchange observed last gave first, each with its rule: what has
    /// to be set beside other traffic of the same server to judge the rule over all of it.
    pub fn given_now(&self) -> impl Iterator<Item = (&Arc<Rule>, &str)> {
        self.given_now.iter().map(|(number, text)| (&self.rules.all[*number as usize], text.as_str()))
    }

    /// The customer of the exchange observed last.
    #[must_use]
    pub fn customer_now(&self) -> Option<&str> {
        self.customer_now.map(|number| &*self.customers[number as usize])
    }

    /// Breaks what had to come before this moment and did not. Nothing that was sent before it may be observed later.
    pub fn advance(&mut self, now: Timestamp) -> Vec<Broken> {
        let mut broken = Vec::new();
        while let Some(&(until, number, group)) = self.due.first().filter(|(until, ..)| *until < now) {
            self.due.remove(&(until, number, group));
            self.settle(number, group, now, false, &mut broken);
        }
        broken
    }

    /// Ends everything: what had to come in time and did not is broken, what may never come and did not is kept. What
    /// has no end of time, or one that is still ahead, stays open.
    pub fn close(&mut self, now: Timestamp) -> Vec<Broken> {
        let all: Vec<u32> = (0..u32::try_from(self.groups.len()).unwrap_or(u32::MAX)).collect();
        self.close_groups(&all, now)
    }

    /// Ends everything of one customer, as [`Monitor::close`] does for all.
    pub fn close_customer(&mut self, customer: &str, now: Timestamp) -> Vec<Broken> {
        let number = self.customer_numbers.get(customer).copied();
        let groups = number.map(|number| self.groups_of[number as usize].clone()).unwrap_or_default();
        self.close_groups(&groups, now)
    }

    /// Where a rule stands for one customer, or for all of them together.
    #[must_use]
    pub fn standing(&self, rule: &str, customer: Option<&str>) -> Standing {
        let Some(number) = self.rules.all.iter().position(|own| own.id == rule) else { return Standing::NotDue };
        let every: Vec<u32>;
        let groups: &[u32] = match customer {
            Some(customer) => {
                let number = self.customer_numbers.get(customer);
                number.map_or(&[], |number| self.groups_of[*number as usize].as_slice())
            }
            None => {
                every = (0..u32::try_from(self.groups.len()).unwrap_or(u32::MAX)).collect();
                &every
            }
        };
        let states = groups.iter().flat_map(|group| &self.groups[*group as usize].states);
        states
            .filter(|(own, _)| *own as usize == number)
            .map(|(_, state)| standing(state))
            .fold(Standing::NotDue, Standing::and)
    }

    /// How every rule fared, in their order.
    #[must_use]
    pub fn fared(&self) -> Vec<(Arc<Rule>, Fared)> {
        let mut all = vec![Fared::default(); self.rules.all.len()];
        for (number, state) in self.groups.iter().flat_map(|group| &group.states) {
            let fared = &mut all[*number as usize];
            fared.kept += state.kept;
            fared.broken += state.broken;
            fared.open += u32::from(matches!(standing(state), Standing::DueBy(_) | Standing::KeptSoFar));
        }
        self.rules.all.iter().cloned().zip(all).collect()
    }

    /// The customers seen, in the order they came.
    pub fn customers(&self) -> impl Iterator<Item = &str> {
        self.customers.iter().map(AsRef::as_ref)
    }

    fn concerned(&mut self, operation: &str) -> Arc<[u32]> {
        if let Some(known) = self.concerned.get(operation) {
            return Arc::clone(known);
        }
        let numbered = self.rules.all.iter().enumerate();
        let concerned: Arc<[u32]> = numbered
            .filter(|(_, rule)| rule.concerns(operation))
            .filter_map(|(number, _)| u32::try_from(number).ok())
            .collect();
        self.concerned.insert(operation.to_owned(), Arc::clone(&concerned));
        concerned
    }

    fn customer(&mut self, values: &Values) -> Option<u32> {
        let name = values.get(self.rules.subject?)?.as_deref()?;
        if let Some(number) = self.customer_numbers.get(name) {
            return Some(*number);
        }
        let (number, name) = (u32::try_from(self.customers.len()).ok()?, Arc::<str>::from(name));
        self.customers.push(Arc::clone(&name));
        self.customer_numbers.insert(name, number);
        self.groups_of.push(Vec::new());
        Some(number)
    }

    /// The group an exchange belongs to by what a rule names; `None` when that is not known of it.
    fn group(&mut self, rule: &Rule, values: &Values, customer: Option<u32>) -> Option<u32> {
        let name = group_name(rule, values)?;
        let next = u32::try_from(self.groups.len()).ok()?;
        match self.group_numbers.entry((rule.same.clone(), name)) {
            Entry::Occupied(known) => {
                let number = *known.get();
                let group = &mut self.groups[number as usize];
                if let (None, Some(customer), false) = (group.customer, customer, rule.same.is_empty()) {
                    group.customer = Some(customer);
                    self.groups_of[customer as usize].push(number);
                }
                Some(number)
            }
            Entry::Vacant(free) => {
                free.insert(next);
                let customer = customer.filter(|_| !rule.same.is_empty());
                self.groups.push(Group { customer, states: Vec::new() });
                if let Some(customer) = customer {
                    self.groups_of[customer as usize].push(next);
                }
                Some(next)
            }
        }
    }

    fn apply(
        &mut self,
        number: u32,
        rule: &Arc<Rule>,
        group: u32,
        exchange: &Exchange,
        witness: &mut Option<Arc<Witness>>,
        broken: &mut Vec<Broken>,
    ) {
        let states = &mut self.groups[group as usize].states;
        let (at, mut state) = match states.iter().position(|(own, _)| *own == number) {
            Some(at) => (Some(at), std::mem::take(&mut states[at].1)),
            None => (None, State::default()),
        };
        let (before, kept) = (until(&state), state.kept);
        let blank = view::View::blank(&self.services);
        let mut stepping = Stepping {
            rule,
            blank: &blank,
            codes: &self.rules.codes,
            services: &self.services,
            pace: self.settings.pace,
            exchange,
            witness,
            pool: &mut self.pool,
            lists: &mut self.lists,
            broken,
        };
        let shared = stepping.step(&mut state);
        for (text, value) in shared {
            self.unique(number, rule, group, &text, &value, &mut state, exchange, witness, broken);
        }
        if state.kept > kept {
            self.kept_now.push(number);
        }
        if before != until(&state) {
            if let Some(until) = before {
                self.due.remove(&(until, number, group));
            }
            if let Some(until) = until(&state) {
                self.due.insert((until, number, group));
            }
        }
        let states = &mut self.groups[group as usize].states;
        match at {
            Some(at) => states[at].1 = state,
            None if state.is_new() => {}
            None => states.push((number, state)),
        }
    }

    /// Whether a value was given to somebody else.
    #[expect(clippy::too_many_arguments, reason = "all of them belong to one application of one rule")]
    fn unique(
        &mut self,
        number: u32,
        rule: &Arc<Rule>,
        group: u32,
        text: &str,
        value: &Value,
        state: &mut State,
        exchange: &Exchange,
        witness: &mut Option<Arc<Witness>>,
        broken: &mut Vec<Broken>,
    ) {
        let digest = self.hasher.hash_one(text);
        let at = witness.get_or_insert_with(|| Arc::new(exchange.witness()));
        if let Some(owner) = self.values.get(&(number, digest)) {
            let earlier = Some(Arc::clone(&owner.witness));
            match self.shared(rule, owner, Some(group), exchange, value) {
                None => state.kept += 1,
                Some(came) => {
                    state.broken += 1;
                    broken.push(Broken {
                        found: Some(crate::expr::excerpt(value)),
                        expected: Some("a value of its own".to_owned()),
                        earlier,
                        ..Broken::new(rule, came, at)
                    });
                }
            }
            return;
        }
        state.kept += 1;
        let count = self.value_counts.entry((number, group)).or_default();
        if *count < MOST_VALUES {
            *count += 1;
            let operation = Arc::from(exchange.operation.as_str());
            self.given_now.push((number, text.to_owned()));
            self.values.insert((number, digest), Owner { group, operation, witness: Arc::clone(at) });
        }
    }

    /// What is wrong with a value that was given before, if anything is.
    fn shared(
        &self,
        rule: &Rule,
        owner: &Owner,
        group: Option<u32>,
        exchange: &Exchange,
        value: &Value,
    ) -> Option<String> {
        let operations = matches!(rule.form, super::Form::Unique { across: Across::GroupsAndOperations, .. });
        let other = Some(owner.group) != group;
        let shared = other || (operations && *owner.operation != *exchange.operation);
        if !shared {
            return None;
        }
        let of = if other { "another" } else { "another operation of the same" };
        let said = crate::expr::excerpt(value);
        Some(format!("{said} was given before, to {of}{}", whose(rule, &self.rules, other)))
    }

    fn settle(&mut self, number: u32, group: u32, now: Timestamp, closing: bool, broken: &mut Vec<Broken>) {
        let rule = Arc::clone(&self.rules.all[number as usize]);
        let owner = &mut self.groups[group as usize];
        let Some((_, state)) = owner.states.iter_mut().find(|(own, _)| *own == number) else { return };
        let customer = owner.customer.map(|customer| self.customers[customer as usize].to_string());
        let first = broken.len();
        settle(&rule, state, now, self.settings.pace, closing, broken);
        for one in &mut broken[first..] {
            one.customer.clone_from(&customer);
        }
    }

    fn close_groups(&mut self, groups: &[u32], now: Timestamp) -> Vec<Broken> {
        let mut broken = Vec::new();
        for &group in groups {
            let numbers: Vec<u32> = self.groups[group as usize].states.iter().map(|(number, _)| *number).collect();
            for number in numbers {
                let state = self.groups[group as usize].states.iter().find(|(own, _)| *own == number);
                if let Some(until) = state.and_then(|(_, state)| until(state)) {
                    self.due.remove(&(until, number, group));
                }
                self.settle(number, group, now, true, &mut broken);
            }
        }
        broken
    }
}

/// What the exchanges of a rule that belong to this one have in common; `None` when that is not known of it.
fn group_name(rule: &Rule, values: &Values) -> Option<String> {
    let mut name = String::new();
    for key in &rule.same {
        name.push_str(values.get(*key)?.as_deref()?);
        name.push('\u{1f}');
    }
    Some(name)
}

/// What the owner of a value is called: ` customerID`.
fn whose(rule: &Rule, rules: &Rules, other: bool) -> String {
    match rule.same.first().map(|key| rules.keys[*key].name.as_str()) {
        Some(name) => format!(" {name}"),
        None if other => " customer".to_owned(),
        None => String::new(),
    }
}

/// Until when a state waits for something.
fn until(state: &State) -> Option<Timestamp> {
    match state.progress.as_deref() {
        Some(super::state::Progress::Waiting(_, until)) => *until,
        _ => None,
    }
}

impl State {
    fn is_new(&self) -> bool {
        self.kept == 0 && self.broken == 0 && self.with.is_none() && self.progress.is_none()
    }
}

impl Broken {
    /// A rule that an exchange broke.
    pub(super) fn new(rule: &Arc<Rule>, came: String, at: &Arc<Witness>) -> Self {
        Self {
            rule: Arc::clone(rule),
            customer: None,
            came,
            expected: None,
            found: None,
            place: None,
            at: Arc::clone(at),
            earlier: None,
            silent: false,
        }
    }
}
