//! Everything the server remembers, and the settings it works by.
//!
//! One lock per partner. No await happens while it is held, so a plain mutex is right, and whatever two requests do to one
//! customer happens one after the other.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::json;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::{
    breaks::{Active, Memory, Skip},
    clock::{Clock, Moment},
    code::Code,
    customers::Customers,
    ids::{Id, IdSource, fingerprint},
    journey::{Customer, Session},
    metrics::Metrics,
    problem::Problem,
    rate::Allowance,
    settings::Settings,
    store::{Change, Record, Store},
    visit::Visit,
};

/// A handle on the whole server, cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    clock: Clock,
    partners: Vec<Keeper>,
    metrics: Metrics,
    forms: Arc<Semaphore>,
    told: Memory,
}

/// How many forms are read at once: each may hold tens of megabytes, and the memory of the server is not the client's.
const FORMS_AT_ONCE: usize = 16;

/// One partner's customers.
#[derive(Debug)]
struct Keeper {
    fingerprint: u64,
    customers: Mutex<Customers>,
    allowance: Option<Allowance>,
}

/// A partner: the place of its key among the accepted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partner(u16);

impl World {
    /// A world with the customers that the store remembers, if there is one.
    pub(super) fn new(settings: Settings) -> Self {
        let found = settings.store.as_ref().map(Store::take_found).unwrap_or_default();
        let origin = Moment::from(settings.origin.unwrap_or_else(jiff::Timestamp::now));
        // Time does not run backwards over a restart, whatever the clock of the machine says.
        let origin = found.iter().map(|record| record.at).fold(origin, Moment::max);
        let clock = Clock::starting_at(origin, settings.time_scale);
        let partners = settings.keys.iter().map(|key| Keeper::of(key, &settings)).collect();
        let world = Self(Arc::new(Inner {
            settings,
            clock,
            partners,
            metrics: Metrics::default(),
            forms: Arc::new(Semaphore::new(FORMS_AT_ONCE)),
            told: Memory::default(),
        }));
        for record in found {
            world.restore(record);
        }
        world
    }

    /// The settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// The counters.
    pub(super) fn metrics(&self) -> &Metrics {
        &self.0.metrics
    }

    /// The time on the server's clock.
    pub(super) fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// How many customers there are.
    pub(super) fn population(&self) -> usize {
        self.0.partners.iter().map(|keeper| keeper.lock().len()).sum()
    }

    /// The partner that holds an API key.
    pub(super) fn partner(&self, key: &[u8]) -> Option<Partner> {
        let place = self.0.settings.keys.iter().position(|known| known.as_bytes() == key)?;
        u16::try_from(place).ok().map(Partner)
    }

    /// The first partner, for servers that take any key.
    pub(super) fn first_partner(&self) -> Option<Partner> {
        (!self.0.partners.is_empty()).then_some(Partner(0))
    }

    /// The ways to behave wrongly towards everybody who calls an operation.
    pub(super) fn active_for_all(&self, operation: &str) -> Active {
        Active::of(&self.0.settings.breaks, &self.0.settings.faults.standing(operation))
    }

    /// What was told wrongly so far.
    pub(super) fn told(&self) -> &Memory {
        &self.0.told
    }

    /// Refuses a partner who asks too often.
    pub(super) fn admit(&self, partner: Partner) -> Result<(), Problem> {
        match &self.keeper(partner)?.allowance {
            Some(allowance) if !allowance.take() => Err(Problem::bare(Code::TooManyRequests).with_retry_after(1)),
            _ => Ok(()),
        }
    }

    /// Waits until a form may be read.
    pub(super) async fn place_for_form(&self) -> Result<OwnedSemaphorePermit, Problem> {
        let place = Arc::clone(&self.0.forms).acquire_owned().await;
        place.map_err(|_| Problem::bare(Code::InternalIssue))
    }

    /// Adds a customer, unless the partner already has one of that name.
    pub(super) fn create(&self, partner: Partner, id: &str, active: &Active) -> Result<(), Problem> {
        let settings = &self.0.settings;
        let customer = Customer::new(IdSource::of_customer(settings.seed, partner.0, id));
        let keeper = self.keeper(partner)?;
        let leaver = {
            let mut customers = keeper.lock();
            if customers.contains(id) {
                if !active.skips(Skip::CustomerExists) {
                    return Err(Problem::new(Code::UserExists, "user already exists"));
                }
                customers.remove(id);
            }
            let leaver = customers.make_room(settings.max_customers);
            if let Some(leaver) = &leaver {
                self.keep(keeper, leaver, None)?;
            }
            self.keep(keeper, id, Some(&customer))?;
            customers.put(id.into(), customer);
            leaver
        };
        if let Some(leaver) = leaver {
            self.0.metrics.evicted();
            let leaver = format!("{:016x}", fingerprint(settings.seed, &leaver));
            settings.log.write(
                || json!({ "at": self.now().in_utc(), "event": "customer left to make room", "customer": leaver }),
            );
        }
        Ok(())
    }

    /// Does something with a customer while nobody else can.
    pub(super) fn visit<R>(
        &self,
        partner: Partner,
        id: &str,
        active: Active,
        act: impl FnOnce(&mut Visit<'_>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let keeper = self.keeper(partner)?;
        let mut customers = keeper.lock();
        let nameless = id.is_empty() && active.skips(Skip::CustomerName);
        if !customers.contains(id) && (nameless || active.skips(Skip::CustomerUnknown)) {
            let ids = IdSource::of_customer(self.0.settings.seed, partner.0, id);
            customers.put(id.into(), Customer::new(ids));
        }
        let found = customers.find(id).ok_or_else(unknown_customer)?;
        // What cannot be kept did not happen.
        let before = self.0.settings.store.as_ref().map(|_| found.customer.clone());
        let mut visit = Visit::new(&self.0.settings, self.now(), found, active);
        let result = act(&mut visit);
        let kept = visit.news().map_or(Ok(()), |news| self.keep(keeper, id, Some(news)));
        if let Err(problem) = kept {
            if let (Some(before), Some(found)) = (before, customers.find(id)) {
                *found.customer = before;
            }
            return Err(problem);
        }
        result
    }

    /// The customer that a reference leads to.
    pub(super) fn customer_of(&self, partner: Partner, reference: Id) -> Result<Arc<str>, Problem> {
        self.keeper(partner)?.lock().id_by_reference(reference).ok_or_else(Problem::unknown_reference)
    }

    /// The session of any partner's customer.
    pub(super) fn session(&self, id: Id) -> Option<Session> {
        self.0.partners.iter().find_map(|keeper| keeper.lock().session(id))
    }

    fn keeper(&self, partner: Partner) -> Result<&Keeper, Problem> {
        self.0.partners.get(usize::from(partner.0)).ok_or_else(|| Problem::bare(Code::Unauthorised))
    }

    /// Writes a change to the store, if there is one. What a full disk does not take is refused, and told in the log: a
    /// customer who was told of a change finds it again.
    fn keep(&self, keeper: &Keeper, id: &str, customer: Option<&Customer>) -> Result<(), Problem> {
        let Some(store) = &self.0.settings.store else {
            return Ok(());
        };
        let change = Change { partner: keeper.fingerprint, at: self.now(), id, customer };
        if let Err(error) = store.append(&change) {
            let reason = error.to_string();
            self.0
                .settings
                .log
                .write(|| json!({ "at": self.now().in_utc(), "event": "state not written", "reason": reason }));
            return Err(Problem::bare(Code::InternalIssue));
        }
        Ok(())
    }

    /// Takes back a customer of an accepted key; one of a key that is no longer accepted stays in the store.
    fn restore(&self, record: Record) {
        let keeper = self.0.partners.iter().find(|keeper| keeper.fingerprint == record.partner);
        if let (Some(keeper), Some(customer)) = (keeper, record.customer) {
            keeper.lock().put(record.id.into(), customer);
        }
    }
}

impl Keeper {
    fn of(key: &str, settings: &Settings) -> Self {
        // The fingerprint of a key must be the same under every seed, or the store could not be read under another one.
        let fingerprint = fingerprint(0, key);
        Self { fingerprint, customers: Mutex::default(), allowance: settings.rate.map(Allowance::per_second) }
    }

    /// A poisoned lock is taken all the same: customers change in single steps, so they are whole even then.
    fn lock(&self) -> MutexGuard<'_, Customers> {
        self.customers.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn unknown_customer() -> Problem {
    Problem::new(Code::UserNotFound, "user not found")
}
