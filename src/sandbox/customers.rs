//! The customers of one partner, as many as there is room for.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

use super::{
    ids::Id,
    journey::{Customer, Session},
};

/// Customers by id and by reference. Every reference leads to a customer who is there, and the order of arrival names each
/// customer once.
#[derive(Debug, Default)]
pub(super) struct Customers {
    by_id: HashMap<Arc<str>, Customer>,
    by_reference: HashMap<Id, Arc<str>>,
    arrivals: VecDeque<Arc<str>>,
}

/// A customer, and the references to add to while it is visited.
pub(super) struct Found<'a> {
    /// The customer's id.
    pub(super) id: Arc<str>,
    /// The customer.
    pub(super) customer: &'a mut Customer,
    /// The references of all customers of the partner.
    pub(super) by_reference: &'a mut HashMap<Id, Arc<str>>,
}

impl Customers {
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.by_id.len()
    }

    /// Whether there is one of that id.
    pub(super) fn contains(&self, id: &str) -> bool {
        self.by_id.contains_key(id)
    }

    /// The customer of that id.
    pub(super) fn find(&mut self, id: &str) -> Option<Found<'_>> {
        let id = self.by_id.get_key_value(id).map(|(id, _)| Arc::clone(id))?;
        let customer = self.by_id.get_mut(&id)?;
        Some(Found { id, customer, by_reference: &mut self.by_reference })
    }

    /// The id of the customer that a reference leads to.
    pub(super) fn id_by_reference(&self, reference: Id) -> Option<Arc<str>> {
        self.by_reference.get(&reference).cloned()
    }

    /// The session of that id.
    pub(super) fn session(&self, id: Id) -> Option<Session> {
        let customer = self.by_id.get(self.by_reference.get(&id)?)?;
        customer.session.clone().filter(|session| session.id == id)
    }

    /// Adds a customer whose id is new.
    pub(super) fn put(&mut self, id: Arc<str>, customer: Customer) {
        for reference in customer.references() {
            self.by_reference.insert(reference, Arc::clone(&id));
        }
        self.by_id.insert(Arc::clone(&id), customer);
        self.arrivals.push_back(id);
    }

    /// Forgets a customer.
    pub(super) fn remove(&mut self, id: &str) {
        if let Some(customer) = self.by_id.remove(id) {
            for reference in customer.references() {
                self.by_reference.remove(&reference);
            }
            self.arrivals.retain(|own| &**own != id);
        }
    }

    /// Makes the customer who came first leave, if there are `limit` or more.
    pub(super) fn make_room(&mut self, limit: usize) -> Option<Arc<str>> {
        if self.by_id.len() < limit {
            return None;
        }
        let oldest = self.arrivals.pop_front()?;
        for reference in self.by_id.remove(&oldest)?.references() {
            self.by_reference.remove(&reference);
        }
        Some(oldest)
    }
}
