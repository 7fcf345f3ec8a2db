//! Everything the server remembers: per partner, the customers and the references that lead to them.
//!
//! One lock per partner. No await happens while it is held, so a plain mutex is right, and whatever two requests do to one
//! customer happens one after the other.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use serde_json::json;

use super::{
    clock::{Clock, Moment},
    code::Code,
    ids::{Id, IdSource},
    journey::{Customer, Run, Session, Stage, StageKind},
    personas::{self, Plot},
    problem::Problem,
    settings::Settings,
};

/// A handle on the whole server, cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct World(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    settings: Settings,
    clock: Clock,
    partners: Vec<Mutex<Customers>>,
}

/// The customers of one partner. Every reference in the map belongs to a customer in the other.
#[derive(Debug, Default)]
struct Customers {
    by_id: HashMap<Arc<str>, Customer>,
    by_reference: HashMap<Id, Arc<str>>,
}

/// A partner: the place of its key among the accepted ones.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Partner(u16);

/// A customer while the lock on its partner's customers is held.
pub(super) struct Visit<'a> {
    /// The customer.
    pub(super) customer: &'a mut Customer,
    /// The time of this visit.
    pub(super) now: Moment,
    settings: &'a Settings,
    id: &'a Arc<str>,
    by_reference: &'a mut HashMap<Id, Arc<str>>,
}

impl World {
    /// A world without customers.
    pub(super) fn new(settings: Settings) -> Self {
        let clock = Clock::starting_at(settings.origin.unwrap_or_else(jiff::Timestamp::now), settings.time_scale);
        let partners = settings.keys.iter().map(|_| Mutex::default()).collect();
        Self(Arc::new(Inner { settings, clock, partners }))
    }

    /// The time on the server's clock.
    pub(super) fn now(&self) -> Moment {
        self.0.clock.now()
    }

    /// The partner that holds an API key.
    pub(super) fn partner(&self, key: &[u8]) -> Option<Partner> {
        let place = self.0.settings.keys.iter().position(|known| known.as_bytes() == key)?;
        u16::try_from(place).ok().map(Partner)
    }

    /// Adds a customer, unless the partner already has one of that name.
    pub(super) fn create(&self, partner: Partner, id: &str) -> Result<(), Problem> {
        let mut customers = self.customers(partner)?;
        if customers.by_id.contains_key(id) {
            return Err(Problem::new(Code::UserExists, "user already exists"));
        }
        let ids = IdSource::of_customer(self.0.settings.seed, partner.0, id);
        customers.by_id.insert(id.into(), Customer::new(ids));
        Ok(())
    }

    /// Does something with a customer while nobody else can.
    pub(super) fn visit<R>(
        &self,
        partner: Partner,
        id: &str,
        act: impl FnOnce(&mut Visit<'_>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let mut customers = self.customers(partner)?;
        let Customers { by_id, by_reference } = &mut *customers;
        let id: Arc<str> = by_id.get_key_value(id).map(|(id, _)| Arc::clone(id)).ok_or_else(unknown_customer)?;
        let customer = by_id.get_mut(&id).ok_or_else(unknown_customer)?;
        act(&mut Visit { customer, now: self.0.clock.now(), settings: &self.0.settings, id: &id, by_reference })
    }

    /// Does something with the customer that a reference leads to.
    pub(super) fn visit_by_reference<R>(
        &self,
        partner: Partner,
        reference: Id,
        act: impl FnOnce(&mut Visit<'_>) -> Result<R, Problem>,
    ) -> Result<R, Problem> {
        let id = self.customers(partner)?.by_reference.get(&reference).cloned().ok_or_else(unknown_reference)?;
        self.visit(partner, &id, act)
    }

    /// The session of any partner's customer.
    pub(super) fn session(&self, id: Id) -> Option<Session> {
        self.0.partners.iter().find_map(|customers| {
            let customers = lock(customers);
            let customer = customers.by_id.get(customers.by_reference.get(&id)?)?;
            customer.session.clone().filter(|session| session.id == id)
        })
    }

    fn customers(&self, partner: Partner) -> Result<MutexGuard<'_, Customers>, Problem> {
        let customers = self.0.partners.get(usize::from(partner.0));
        customers.map(lock).ok_or_else(|| Problem::bare(Code::Unauthorised))
    }
}

impl Visit<'_> {
    /// The customer's id.
    pub(super) fn id(&self) -> &str {
        self.id
    }

    /// When a stage that starts now is over.
    pub(super) fn end_of_stage(&self) -> Moment {
        self.now.plus(self.settings.processing)
    }

    /// What the customer's data brings about.
    pub(super) fn plot(&self) -> Plot {
        let pan = self.customer.applicant.as_ref().map(|applicant| applicant.pan.as_str());
        self.plot_of(pan.unwrap_or_default())
    }

    /// What a permanent account number brings about.
    pub(super) fn plot_of(&self, pan: &str) -> Plot {
        personas::plot_of(pan).unwrap_or(self.settings.persona.plot())
    }

    /// The run that a reference names.
    pub(super) fn run(&mut self, reference: Id) -> Result<&mut Run, Problem> {
        self.customer.runs.iter_mut().find(|run| run.reference == reference).ok_or_else(unknown_reference)
    }

    /// Refuses to trigger what is still going on or has ended well for good; the answer names the run there is.
    pub(super) fn refuse_repeat(&self, kind: StageKind) -> Result<(), Problem> {
        match self.customer.latest(kind).filter(|run| run.makes_a_repeat(self.now)) {
            None => Ok(()),
            Some(run) => Err(Problem::bare(Code::AlreadyReported).with_data(json!({ "referenceID": run.reference }))),
        }
    }

    /// Starts a stage and gives the reference to ask for it by.
    pub(super) fn start(&mut self, stage: Stage) -> Id {
        let reference = self.customer.ids.next();
        self.customer.runs.push(Run::starting(reference, self.now, self.settings.processing, stage));
        self.by_reference.insert(reference, Arc::clone(self.id));
        reference
    }

    /// Opens a session in place of the one before.
    pub(super) fn open_session(&mut self, redirect: &str) -> Id {
        let id = self.customer.ids.next();
        if let Some(before) = self.customer.session.replace(Session { id, redirect: redirect.to_owned() }) {
            self.by_reference.remove(&before.id);
        }
        self.by_reference.insert(id, Arc::clone(self.id));
        id
    }
}

/// A poisoned lock is taken all the same: the state is changed in single steps, so it is whole even then.
fn lock(customers: &Mutex<Customers>) -> MutexGuard<'_, Customers> {
    customers.lock().unwrap_or_else(PoisonError::into_inner)
}

fn unknown_customer() -> Problem {
    Problem::new(Code::UserNotFound, "user not found")
}

/// The refusal for a reference that leads nowhere, or to a stage of another kind.
pub(super) fn unknown_reference() -> Problem {
    Problem::bare(Code::ReferenceInvalid)
}
