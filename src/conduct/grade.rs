//! Grading: a fold over the journal's lines. What a certification found is worked out here and nowhere else, live and
//! again from the journal, so that both say the same.

use super::journal::{Entry, Exchange, Line, Opened};
use super::judge::{Judge, NO_ANSWER, REQUESTS, REQUESTS_SAYS};
use super::profile::Module;
use super::record::{
    Attempt, Attested, Breach, Cause, FORMAT, Issued, Misconfigured, ModuleFound, ModuleState, NotScored, Observed,
    Provider, Record, RuleFound, RuleState, Verdict, WaivedModule,
};
use crate::event::Timestamp;
use crate::rule::{self, Broken, Form, Monitor, Settings, Standing};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Most breaches of one rule by one customer that are told.
const MOST_BREACHES: usize = 5;

/// What was seen so far.
#[derive(Debug)]
pub struct Grader {
    judge: Judge,
    monitor: Monitor,
    opened: Option<Opened>,
    build: String,
    customers: Vec<Customer>,
    numbers: HashMap<String, usize>,
    /// How many attempts each module has.
    attempts: BTreeMap<String, u32>,
    observed: Observed,
    attested: Vec<Attested>,
    waived: Vec<WaivedModule>,
    misconfigured: Vec<Misconfigured>,
    ambiguities: BTreeSet<String>,
    provider: Option<Provider>,
    closed: bool,
    issued: Option<Issued>,
}

/// What was seen of one customer.
#[derive(Debug)]
struct Customer {
    id: String,
    module: Option<(String, u32)>,
    build: String,
    from: Timestamp,
    to: Timestamp,
    exchanges: u64,
    void: Vec<String>,
    good_requests: u64,
    breaches: BTreeMap<String, Vec<Breach>>,
}

impl Grader {
    /// Nothing seen yet.
    #[must_use]
    pub fn new(judge: Judge) -> Self {
        let monitor = Monitor::new(judge.rules_at(1.0), Settings::default());
        Self {
            judge,
            monitor,
            opened: None,
            build: String::new(),
            customers: Vec::new(),
            numbers: HashMap::new(),
            attempts: BTreeMap::new(),
            observed: Observed { from: None, to: None, exchanges: 0 },
            attested: Vec::new(),
            waived: Vec::new(),
            misconfigured: Vec::new(),
            ambiguities: BTreeSet::new(),
            provider: None,
            closed: false,
            issued: None,
        }
    }

    /// What it judges by.
    #[must_use]
    pub const fn judge(&self) -> &Judge {
        &self.judge
    }

    /// Takes the journal's next line.
    pub fn take(&mut self, line: &Line) {
        match &line.what {
            Entry::Opened(opened) => {
                let scale = opened.environment.time_scale.as_f64().unwrap_or(1.0);
                self.monitor = Monitor::new(self.judge.rules_at(scale), Settings::default());
                self.build.clone_from(&opened.partner.build);
                self.opened = Some((**opened).clone());
            }
            Entry::Resumed(resumed) => self.build.clone_from(&resumed.build),
            Entry::Exchange(exchange) => self.exchange(exchange),
            Entry::Armed(_) => {}
            Entry::Attested(attested) => self.attested.push((**attested).clone()),
            Entry::Misconfigured(wrong) => match self.misconfigured.iter_mut().find(|known| known.says == wrong.says) {
                Some(known) => known.requests += 1,
                None => self.misconfigured.push(Misconfigured { says: wrong.says.clone(), requests: 1 }),
            },
            Entry::Provider(provider) => self.provider = Some((**provider).clone()),
            Entry::Waived(waived) => self.waived.clone_from(waived),
            Entry::Closed(_) => {
                self.silence(line.at);
                let broken = self.monitor.close(line.at);
                self.note(broken);
                self.closed = true;
            }
            Entry::Issued(issued) => self.issued = Some((**issued).clone()),
        }
    }

    /// Breaks what had to come before a time and did not.
    pub fn silence(&mut self, now: Timestamp) {
        let broken = self.monitor.advance(now);
        self.note(broken);
    }

    fn exchange(&mut self, exchange: &Exchange) {
        self.observed.exchanges += 1;
        self.observed.from.get_or_insert(exchange.sent);
        self.observed.to = self.observed.to.max(Some(exchange.answered));
        let Some(customer) = &exchange.customer else { return };
        let number = self.customer(customer, exchange.sent);
        let build = self.build.clone();
        let seen = &mut self.customers[number];
        if seen.module.is_none()
            && let Some(module) = &exchange.module
        {
            let n = self.attempts.entry(module.clone()).or_default();
            *n += 1;
            seen.module = Some((module.clone(), *n));
            seen.build = build;
        }
        seen.to = seen.to.max(exchange.answered);
        seen.exchanges += 1;
        if exchange.duplicate {
            return;
        }
        for fault in &exchange.response_faults {
            let words = format!("exchange {}: {}", exchange.n, fault.says);
            if seen.void.len() < MOST_BREACHES {
                seen.void.push(words);
            }
        }
        if self.judge.judges_requests() {
            match exchange.request_faults.first() {
                None => seen.good_requests += 1,
                Some(fault) => {
                    let breach = Breach {
                        at: exchange.sent,
                        exchanges: vec![exchange.n],
                        came: format!("{}: {}", exchange.operation, fault.says),
                        next: "send what is documented; `proviso check` and the contract show the shape".to_owned(),
                    };
                    push(seen.breaches.entry(REQUESTS.to_owned()).or_default(), breach);
                }
            }
        }
        if let Some(touched) = self.judge.ambiguities.get(&exchange.operation) {
            self.ambiguities.extend(touched.iter().cloned());
        }
        let broken = self.monitor.observe(&as_rules_see_it(exchange));
        self.note(broken);
    }

    fn customer(&mut self, id: &str, at: Timestamp) -> usize {
        if let Some(number) = self.numbers.get(id) {
            return *number;
        }
        let number = self.customers.len();
        self.customers.push(Customer {
            id: id.to_owned(),
            module: None,
            build: self.build.clone(),
            from: at,
            to: at,
            exchanges: 0,
            void: Vec::new(),
            good_requests: 0,
            breaches: BTreeMap::new(),
        });
        self.numbers.insert(id.to_owned(), number);
        number
    }

    fn note(&mut self, broken: Vec<Broken>) {
        for one in broken {
            let Some(number) = one.customer.as_deref().and_then(|id| self.numbers.get(id)) else { continue };
            let earlier = one.earlier.as_ref().map(|witness| witness.number);
            let mut exchanges: Vec<u64> = earlier.into_iter().chain([one.at.number]).collect();
            exchanges.dedup();
            let at = if one.silent { one.at.received } else { one.at.sent };
            let next = advice(&one);
            let breach = Breach { at, exchanges, came: one.came, next };
            push(self.customers[*number].breaches.entry(one.rule.id.clone()).or_default(), breach);
        }
    }

    /// What was found so far; nothing before the first line.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        let opened = self.opened.as_ref()?;
        let profile = &self.judge.profile;
        let tried = |module: &Module| opened.only.is_empty() || opened.only.contains(&module.id);
        let mut ambiguities = self.ambiguities.clone();
        let mut by_module: BTreeMap<&str, Vec<&Customer>> = BTreeMap::new();
        for customer in &self.customers {
            if let Some((module, _)) = &customer.module {
                by_module.entry(module).or_default().push(customer);
            }
        }
        let mut modules = Vec::new();
        for module in &profile.modules {
            let customers = by_module.get(module.id.as_str()).map(Vec::as_slice).unwrap_or_default();
            let attempts: Vec<Attempt> = customers.iter().map(|customer| self.attempt(module, customer)).collect();
            for found in
                attempts.iter().flat_map(|attempt| &attempt.rules).filter(|found| found.state != RuleState::NotDue)
            {
                if let Some(rule) = self.judge.rules.get(&found.rule) {
                    ambiguities.extend(rule.ambiguities.iter().cloned());
                }
            }
            let state = if !profile.scores(&module.id) || !tried(module) {
                ModuleState::NotScored
            } else {
                self.state(module, &attempts)
            };
            modules.push(ModuleFound {
                id: module.id.clone(),
                title: module.title.clone(),
                clause: module.clause.clone(),
                state,
                attempts,
            });
        }
        let scored = profile.not_scored.iter().map(|(module, reason)| (module.clone(), reason.clone()));
        let left_out = profile.modules.iter().filter(|module| !tried(module));
        let left_out = left_out.map(|module| (module.id.clone(), "not part of this rehearsal".to_owned()));
        let not_scored: Vec<NotScored> =
            scored.chain(left_out).map(|(module, reason)| NotScored { module, reason }).collect();
        let waived = self
            .waived
            .iter()
            .filter(|waiver| modules.iter().any(|found| found.id == waiver.id && found.state == ModuleState::Waived));
        let (verdict, reasons) = self.verdict(&modules);
        Some(Record {
            format: FORMAT,
            dossier: opened.dossier.clone(),
            verdict,
            reasons,
            mode: opened.mode,
            closed: self.closed,
            partner: super::record::Partner { build: self.build.clone(), ..opened.partner.clone() },
            environment: opened.environment.clone(),
            profile: opened.profile.clone(),
            archetype: profile.archetype.clone(),
            contract: opened.contract.clone(),
            tool: opened.tool.clone(),
            waived: waived.cloned().collect(),
            modules,
            not_scored,
            attested: self.attested.clone(),
            ambiguities_touched: ambiguities.into_iter().collect(),
            observed: self.observed.clone(),
            misconfigured: self.misconfigured.clone(),
            provider: self.provider.clone(),
            issued: self.issued.clone(),
        })
    }

    fn attempt(&self, module: &Module, customer: &Customer) -> Attempt {
        let mut rules: Vec<RuleFound> = Vec::new();
        let named =
            module.expect.iter().chain(self.judge.profile.always.iter().filter(|rule| !module.expect.contains(rule)));
        for rule in named {
            rules.push(self.rule(rule, customer));
        }
        // What the profile names for other modules is not due here, and broken all the same when it is broken.
        let others = self.judge.rules.all.iter().map(|rule| rule.id.as_str()).chain([REQUESTS]);
        for rule in others.filter(|rule| !rules.iter().any(|found| found.rule == *rule)).collect::<Vec<_>>() {
            let found = self.rule(rule, customer);
            if found.state != RuleState::NotDue {
                rules.push(found);
            }
        }
        for (rule, _) in &module.questions {
            rules.push(self.question(rule, module));
        }
        let state = |rules: &[RuleFound]| {
            let any = |state: RuleState| rules.iter().any(|found| found.state == state);
            let shown = |rule: &String| rules.iter().any(|found| found.rule == *rule && found.state == RuleState::Kept);
            if !customer.void.is_empty() {
                ModuleState::Void
            } else if any(RuleState::Broken) {
                ModuleState::Failed
            } else if any(RuleState::Open) || !module.expect.iter().all(shown) {
                ModuleState::NotObserved
            } else if any(RuleState::Review) {
                ModuleState::Review
            } else {
                ModuleState::Passed
            }
        };
        Attempt {
            n: customer.module.as_ref().map_or(0, |(_, n)| *n),
            customer: customer.id.clone(),
            build: customer.build.clone(),
            state: state(&rules),
            counts: customer.build == self.build,
            from: customer.from,
            to: customer.to,
            exchanges: customer.exchanges,
            void: customer.void.clone(),
            rules,
        }
    }

    fn rule(&self, rule: &str, customer: &Customer) -> RuleFound {
        let breaches = customer.breaches.get(rule).cloned().unwrap_or_default();
        let standing = match rule {
            REQUESTS if customer.good_requests > 0 => {
                Standing::Kept(u32::try_from(customer.good_requests).unwrap_or(u32::MAX))
            }
            REQUESTS => Standing::NotDue,
            rule => self.monitor.standing(rule, Some(&customer.id)),
        };
        let (state, kept, due) = match standing {
            _ if !breaches.is_empty() => (RuleState::Broken, 0, None),
            Standing::NotDue => (RuleState::NotDue, 0, None),
            Standing::DueBy(due) => (RuleState::Open, 0, due),
            Standing::KeptSoFar => (RuleState::Open, 0, None),
            Standing::Kept(kept) => (RuleState::Kept, u64::from(kept), None),
            Standing::Broken(_) => (RuleState::Broken, 0, None),
        };
        let (says, section) = self.judge.says(rule);
        RuleFound {
            rule: rule.to_owned(),
            says: if rule == REQUESTS { REQUESTS_SAYS.to_owned() } else { says.to_owned() },
            section: section.map(str::to_owned),
            state,
            kept,
            due,
            breaches,
        }
    }

    fn question(&self, rule: &str, module: &Module) -> RuleFound {
        let question = module.questions.iter().find(|(id, _)| id == rule).map(|(_, question)| question.clone());
        let answered = self.attested.iter().rev().find(|attested| attested.rule == rule);
        let (state, breaches) = match answered {
            None => (RuleState::Review, Vec::new()),
            Some(answer) if answer.answer == "yes" => (RuleState::Kept, Vec::new()),
            Some(answer) => {
                let came = format!("{} answered {}", answer.by, answer.answer);
                let next = "mend it, then have somebody attest it again".to_owned();
                (RuleState::Broken, vec![Breach { at: answer.at, exchanges: Vec::new(), came, next }])
            }
        };
        RuleFound {
            rule: rule.to_owned(),
            says: question.unwrap_or_default(),
            section: None,
            state,
            kept: u64::from(state == RuleState::Kept),
            due: None,
            breaches,
        }
    }

    /// The latest attempt with a result decides; without one, the latest attempt. Attempts of an earlier build are history.
    fn state(&self, module: &Module, attempts: &[Attempt]) -> ModuleState {
        let counting = || attempts.iter().rev().filter(|attempt| attempt.counts);
        let decided = counting().find(|attempt| matches!(attempt.state, ModuleState::Passed | ModuleState::Failed));
        let state = decided.or_else(|| counting().next()).map_or(ModuleState::NotObserved, |attempt| attempt.state);
        let waived = self.waived.iter().any(|waived| waived.id == module.id);
        if state == ModuleState::Failed && waived { ModuleState::Waived } else { state }
    }

    fn verdict(&self, modules: &[ModuleFound]) -> (Verdict, Vec<Cause>) {
        let mut reasons = Vec::new();
        let mut cause = |code: &str, module: Option<&ModuleFound>| {
            reasons.push(Cause { code: code.to_owned(), module: module.map(|module| module.id.clone()) });
        };
        if self.observed.exchanges == 0 {
            cause("nothing-observed", None);
        }
        for module in modules {
            match module.state {
                ModuleState::Failed => cause("module-failed", Some(module)),
                ModuleState::NotObserved => cause("module-not-observed", Some(module)),
                ModuleState::Void => cause("module-void", Some(module)),
                ModuleState::Review => cause("module-review", Some(module)),
                ModuleState::Passed | ModuleState::Waived | ModuleState::NotScored => {}
            }
        }
        match self.provider.as_ref().map(|provider| provider.verdict.as_str()) {
            None | Some("passed") => {}
            Some("failed") => cause("provider-failed", None),
            Some(_) => cause("provider-not-known", None),
        }
        let failed = |cause: &Cause| matches!(cause.code.as_str(), "module-failed" | "provider-failed");
        let verdict = match reasons.as_slice() {
            // A profile whose every module is left out shows nothing.
            [] if modules.iter().any(|module| module.state == ModuleState::Passed) => Verdict::Certified,
            reasons if reasons.iter().any(failed) => Verdict::NotCertified,
            _ => Verdict::NotKnown,
        };
        (verdict, reasons)
    }
}

fn push(breaches: &mut Vec<Breach>, breach: Breach) {
    if breaches.len() < MOST_BREACHES {
        breaches.push(breach);
    }
}

/// An exchange as rules see it.
fn as_rules_see_it(exchange: &Exchange) -> rule::Exchange {
    let request = &exchange.request;
    let response = match &exchange.response {
        Some(response) => {
            rule::Response { status: response.status, headers: response.headers.clone(), body: response.body.clone() }
        }
        None => rule::Response { status: NO_ANSWER, headers: Vec::new(), body: Value::Null },
    };
    rule::Exchange {
        number: exchange.n,
        operation: exchange.operation.clone(),
        request: rule::Request::new(&request.method, &request.target, "", request.body.clone()),
        response: Some(response),
        sent: exchange.sent,
        received: exchange.answered,
    }
}

/// What to do about a broken rule.
fn advice(broken: &Broken) -> String {
    let rule = &broken.rule;
    match &rule.form {
        Form::Paced { .. } | Form::Repeats { .. } => "keep the documented pace: wait, then ask again".to_owned(),
        Form::NeverAfter { .. } => "stop there, or wait, as the rule says".to_owned(),
        Form::Responds { then, .. } => match then.operations.as_slice() {
            [only] => format!("call {only}"),
            _ => "go on with the journey".to_owned(),
        },
        Form::Precedes { before, .. } => format!("first call {}", before.operations.join(" or ")),
        Form::WithinSet { of, .. } | Form::SameValue { of, .. } => format!("take the value from {}", of.text),
        _ => "do what the rule says".to_owned(),
    }
}
