//! One partner's certification while it goes on: whose customer is of which module, what is answered otherwise, and the
//! journal to which everything is appended before it is answered.

use super::grade::Grader;
use super::journal::{Armed, Closed, Entry, Exchange, Line, Misconfiguration, Resumed};
use super::mask::Mask;
use super::profile::{Action, Module, Profile};
use super::record::{Attested, Provider, Record, WaivedModule};
use crate::event::Timestamp;
use serde_json::Value;
use std::collections::{HashMap, HashSet};
use std::time::Duration;

/// Within so much time the same bytes once more, before an answer, are a repetition below the partner's own code.
const SAME_BREATH: Duration = Duration::from_millis(50);

/// Most mistakes of set-up of one kind that are written down.
const MOST_MISTAKES: u64 = 1000;

/// Where a journal goes. It is with the system when `append` returns.
pub trait Append: Send {
    /// Appends a line; its end is added.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    fn append(&mut self, line: &str) -> std::io::Result<()>;
}

/// How the reference server is to play a customer's journey.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Play {
    /// The persona's name.
    pub persona: Option<String>,
    /// How long stages stay PROCESSING.
    pub processing: Option<Duration>,
}

/// What is to be done with a request.
#[derive(Debug, Clone, Default)]
pub(super) struct Planned {
    pub(super) customer: Option<String>,
    pub(super) module: Option<String>,
    pub(super) play: Play,
    pub(super) action: Option<Action>,
    pub(super) duplicate: bool,
}

/// A certification under way.
pub struct Session {
    grader: Grader,
    journal: Box<dyn Append>,
    mask: Mask,
    /// What is known of customers, by their id as it is written down.
    customers: HashMap<String, Known>,
    /// The customer that a reference was given to.
    references: HashMap<String, String>,
    armed: Option<String>,
    named: HashMap<String, String>,
    mistakes: HashMap<String, u64>,
    next: u64,
    /// The latest request: a number of its bytes, when it came, and whether it was answered.
    last: Option<(u64, Timestamp, bool)>,
    closed: bool,
    /// Why the journal cannot be written any more, if so: nothing is answered then.
    broken: Option<String>,
    /// The latest time that was written down.
    at: Timestamp,
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Session").field("next", &self.next).field("closed", &self.closed).finish_non_exhaustive()
    }
}

#[derive(Debug, Default)]
struct Known {
    module: Option<String>,
    /// How many requests of each operation there were.
    counts: HashMap<String, u64>,
    latest: Option<Timestamp>,
}

/// What goes on with one module, for whoever watches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Going {
    /// The customer.
    pub customer: String,
    /// When its latest exchange was.
    pub latest: Timestamp,
}

impl Session {
    /// A session that begins, or goes on after these lines. They were written; they are not written again.
    #[must_use]
    pub fn new(mut grader: Grader, journal: Box<dyn Append>, mask: Mask, lines: &[Line]) -> Self {
        for line in lines {
            grader.take(line);
        }
        let mut session = Self {
            grader,
            journal,
            mask,
            customers: HashMap::new(),
            references: HashMap::new(),
            armed: None,
            named: HashMap::new(),
            mistakes: HashMap::new(),
            next: 1,
            last: None,
            closed: false,
            broken: None,
            at: Timestamp::new(jiff::Timestamp::UNIX_EPOCH),
        };
        lines.iter().for_each(|line| session.recall(line));
        session
    }

    /// What a line that was written tells the session itself.
    fn recall(&mut self, line: &Line) {
        self.at = self.at.max(line.at);
        match &line.what {
            Entry::Exchange(exchange) => {
                self.next = self.next.max(exchange.n + 1);
                self.learn(exchange);
                if let Some(customer) = &exchange.customer {
                    let known = self.customers.entry(customer.clone()).or_default();
                    *known.counts.entry(exchange.operation.clone()).or_default() += u64::from(!exchange.duplicate);
                }
            }
            Entry::Armed(armed) => self.arm_with(armed),
            Entry::Closed(_) => self.closed = true,
            _ => {}
        }
    }

    fn profile(&self) -> &Profile {
        &self.grader.judge().profile
    }

    /// Whether nothing more can come.
    #[must_use]
    pub const fn is_closed(&self) -> bool {
        self.closed
    }

    /// Why the journal cannot be written any more, if so.
    #[must_use]
    pub fn broken(&self) -> Option<&str> {
        self.broken.as_deref()
    }

    /// The latest time that was written down.
    #[must_use]
    pub const fn latest(&self) -> Timestamp {
        self.at
    }

    /// What was found so far.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        self.grader.record()
    }

    /// Breaks what had to come before a time and did not.
    pub fn silence(&mut self, now: Timestamp) {
        self.grader.silence(now);
    }

    /// What is known of the latest customer of each module that has one.
    #[must_use]
    pub fn going(&self) -> HashMap<String, Going> {
        let mut going: HashMap<String, Going> = HashMap::new();
        for (id, known) in &self.customers {
            let (Some(module), Some(latest)) = (&known.module, known.latest) else { continue };
            if going.get(module).is_none_or(|other| other.latest < latest) {
                going.insert(module.clone(), Going { customer: id.clone(), latest });
            }
        }
        going
    }

    /// The module that the next customer is of, if one is.
    #[must_use]
    pub fn armed(&self) -> Option<&str> {
        self.armed.as_deref()
    }

    /// Writes a line, and then takes it for true.
    fn write(&mut self, line: &Line) -> Result<(), String> {
        if let Some(why) = &self.broken {
            return Err(why.clone());
        }
        let written = line.to_json().map_err(|error| error.to_string());
        let written = written.and_then(|text| self.journal.append(&text).map_err(|error| error.to_string()));
        if let Err(why) = written {
            self.broken = Some(why.clone());
            return Err(why);
        }
        self.grader.take(line);
        self.recall(line);
        Ok(())
    }

    /// The next customer that is created, or the one that is named, is of this module.
    ///
    /// # Errors
    ///
    /// If there is no such module, or nothing can be written.
    pub fn arm(&mut self, module: &str, customer: Option<String>, at: Timestamp) -> Result<(), String> {
        if self.profile().module(module).is_none() {
            return Err(format!("there is no module `{module}`"));
        }
        let customer = customer.map(|customer| self.mask.text(&customer).into_owned());
        self.write(&Line { at, what: Entry::Armed(Armed { module: module.to_owned(), customer }) })
    }

    fn arm_with(&mut self, armed: &Armed) {
        match &armed.customer {
            Some(customer) => {
                self.named.insert(customer.clone(), armed.module.clone());
            }
            None => self.armed = Some(armed.module.clone()),
        }
    }

    /// Notes what a person answered.
    ///
    /// # Errors
    ///
    /// If nothing asks for it, or nothing can be written.
    pub fn attest(&mut self, attested: Attested) -> Result<(), String> {
        let asked =
            self.profile().modules.iter().flat_map(|module| &module.questions).any(|(rule, _)| *rule == attested.rule);
        if !asked {
            return Err(format!("no module asks for `{}`", attested.rule));
        }
        self.write(&Line { at: attested.at, what: Entry::Attested(Box::new(attested)) })
    }

    /// Notes how the other half fared.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn provider(&mut self, provider: Provider) -> Result<(), String> {
        self.write(&Line { at: provider.at, what: Entry::Provider(Box::new(provider)) })
    }

    /// Notes failures that somebody answers for.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn waive(&mut self, waived: Vec<WaivedModule>, at: Timestamp) -> Result<(), String> {
        self.write(&Line { at, what: Entry::Waived(waived) })
    }

    /// Notes that it goes on, with this build.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn resume(&mut self, build: &str, at: Timestamp) -> Result<(), String> {
        self.write(&Line { at, what: Entry::Resumed(Resumed { build: build.to_owned() }) })
    }

    /// Ends it: rules that are open end as they stand.
    ///
    /// # Errors
    ///
    /// If nothing can be written.
    pub fn close(&mut self, at: Timestamp) -> Result<(), String> {
        if self.closed {
            return Ok(());
        }
        self.write(&Line { at: at.max(self.at), what: Entry::Closed(Closed {}) })
    }

    /// Notes a mistake of set-up.
    pub(super) fn mistaken(&mut self, says: &str, at: Timestamp) {
        let says = self.mask.text(says).into_owned();
        let count = self.mistakes.entry(says.clone()).or_default();
        *count += 1;
        if *count <= MOST_MISTAKES {
            // A journal that cannot be written is told at the next exchange, which then gets no answer.
            let _ = self.write(&Line { at, what: Entry::Misconfigured(Misconfiguration { says }) });
        }
    }

    /// What to do with a request; `print` is a number made of all its bytes.
    pub(super) fn plan(
        &mut self,
        operation: &str,
        value: &Value,
        query: &[(String, String)],
        print: u64,
        at: Timestamp,
    ) -> Planned {
        let duplicate = self.last.is_some_and(|(last, then, answered)| {
            let gap = at.timestamp().as_microsecond() - then.timestamp().as_microsecond();
            last == print && !answered && u128::from(gap.unsigned_abs()) < SAME_BREATH.as_micros()
        });
        self.last = Some((print, at, false));
        let customer = self.customer_of(value, query);
        let Some(customer) = customer else { return Planned { duplicate, ..Planned::default() } };
        let module = self.module_of(&customer, operation, value);
        let creates = self.creates(operation);
        if creates && module.is_none() {
            let says = "a customer was created with none of the sheet's data, so it is of no module";
            self.mistaken(says, at);
        }
        let known = self.customers.entry(customer.clone()).or_default();
        if known.module.is_none() {
            known.module.clone_from(&module);
        }
        known.latest = Some(at);
        let module = known.module.clone();
        let number = known.counts.get(operation).copied().unwrap_or_default() + 1;
        let mut planned = Planned { customer: Some(customer), module: module.clone(), duplicate, ..Planned::default() };
        let Some(module) = module.as_deref().and_then(|id| self.profile().module(id)) else { return planned };
        for answer in &module.answers {
            let meant = answer.operation.as_deref().is_none_or(|own| own == operation);
            // A journey is played one way from its beginning to its end.
            if let Some(persona) = answer.action.persona.as_ref().filter(|_| answer.operation.is_none()) {
                planned.play.persona = Some(persona.clone());
            }
            if let Some(processing) = answer.action.processing.filter(|_| meant) {
                planned.play.processing = Some(processing);
            }
            if meant && answer.when.meets(number) && answer.action.changes_the_answer() && planned.action.is_none() {
                planned.action = Some(answer.action.clone());
            }
        }
        planned
    }

    fn customer_of(&self, value: &Value, query: &[(String, String)]) -> Option<String> {
        let names = &self.profile().customer;
        let find = |name: &str| {
            let member = match value.get(name) {
                Some(Value::String(text)) => Some(text.clone()),
                Some(Value::Number(number)) => Some(number.to_string()),
                _ => None,
            };
            member.or_else(|| query.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone()))
        };
        if let Some(id) = find(&names.id).filter(|id| !id.is_empty()) {
            return Some(self.mask.text(&id).into_owned());
        }
        let reference = find(&names.reference)?;
        self.references.get(self.mask.text(&reference).as_ref()).cloned()
    }

    /// The module of a customer: the one it is of, else the one that was named for it, else the one whose data the
    /// request has, else the one that was armed, where the request creates a customer.
    fn module_of(&mut self, customer: &str, operation: &str, value: &Value) -> Option<String> {
        if let Some(module) = self.customers.get(customer).and_then(|known| known.module.clone()) {
            return Some(module);
        }
        if let Some(module) = self.named.get(customer) {
            return Some(module.clone());
        }
        let by_data =
            self.profile().modules.iter().find(|module| has_data(module, value)).map(|module| module.id.clone());
        by_data.or_else(|| if operation == self.profile().customer.create { self.armed.take() } else { None })
    }

    /// Remembers what an answer gave to whom.
    fn learn(&mut self, exchange: &Exchange) {
        let Some(customer) = &exchange.customer else { return };
        let known = self.customers.entry(customer.clone()).or_default();
        if known.module.is_none() {
            known.module.clone_from(&exchange.module);
        }
        known.latest = known.latest.max(Some(exchange.answered));
        let name = self.profile().customer.reference.clone();
        let body = exchange.response.as_ref().map(|response| &response.body);
        let given = body.and_then(|body| body.get("data").and_then(|data| data.get(&name)).or_else(|| body.get(&name)));
        if let Some(Value::String(reference)) = given {
            self.references.entry(reference.clone()).or_insert_with(|| customer.clone());
        }
    }

    /// Writes an exchange down. Only then may it be answered.
    pub(super) fn exchange(&mut self, mut exchange: Exchange) -> Result<(), String> {
        exchange.n = self.next;
        if let (Some((_, sent, answered)), true) = (&mut self.last, exchange.response.is_some())
            && *sent == exchange.sent
        {
            // Whoever was answered and asks the same again means it.
            *answered = true;
        }
        exchange.request.target = self.mask.text(&exchange.request.target).into_owned();
        if let Some(body) = &mut exchange.request.body {
            self.mask.value(body);
        }
        if let Some(response) = &mut exchange.response {
            self.mask.value(&mut response.body);
        }
        for fault in exchange.request_faults.iter_mut().chain(&mut exchange.response_faults) {
            fault.says = self.mask.text(&fault.says).into_owned();
        }
        let at = exchange.answered;
        self.write(&Line { at, what: Entry::Exchange(Box::new(exchange)) })
    }

    /// Whether nothing came yet.
    pub(super) const fn is_fresh(&self) -> bool {
        self.next == 1
    }

    /// Whether an operation makes a customer.
    pub(super) fn creates(&self, operation: &str) -> bool {
        self.profile().customer.create == operation
    }

    /// How long nothing more may come before a module is over.
    #[must_use]
    pub fn window_of(&self, module: &str) -> Duration {
        self.profile().module(module).map(|module| module.window).unwrap_or_default()
    }

    /// The data of a module's test customer.
    #[must_use]
    pub fn data_of(&self, module: &str) -> &[(String, String)] {
        self.profile().module(module).map(|module| module.data.as_slice()).unwrap_or_default()
    }
}

/// Whether a request has the data of a module's test customer, at any depth.
fn has_data(module: &Module, value: &Value) -> bool {
    let wanted: HashSet<(&str, &str)> =
        module.data.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    fn any(value: &Value, wanted: &HashSet<(&str, &str)>) -> bool {
        match value {
            Value::Object(members) => members.iter().any(|(name, member)| match member {
                Value::String(text) => wanted.contains(&(name.as_str(), text.as_str())),
                Value::Number(number) => wanted.contains(&(name.as_str(), number.to_string().as_str())),
                member => any(member, wanted),
            }),
            Value::Array(items) => items.iter().any(|item| any(item, wanted)),
            _ => false,
        }
    }
    any(value, &wanted)
}
