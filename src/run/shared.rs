//! What setups give to the cases that need them: done once, waited for by all.

use super::runner::Runner;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Mutex, MutexGuard, watch};
use tokio::time::Instant;

/// What a setup gave, or why it gave nothing.
pub(super) type Given = Result<Arc<Vec<(String, Value)>>, String>;

/// What a setup gave, and when.
type Dated = (Given, Instant);

/// The setups of a run, each round with its own.
#[derive(Debug, Default)]
pub(super) struct Shared {
    given: HashMap<usize, watch::Sender<Option<Dated>>>,
    /// Whoever does a setup again has it alone.
    renewing: HashMap<usize, Mutex<()>>,
}

impl Shared {
    pub(super) fn new(runner: &Runner) -> Self {
        let cases = &runner.plan.cases;
        let numbers = 0..cases.len() * runner.rounds as usize;
        let setups = numbers.filter(|number| cases[number % cases.len()].outputs.is_some());
        let given: HashMap<_, _> = setups.map(|number| (number, watch::Sender::new(None))).collect();
        let renewing = given.keys().map(|number| (*number, Mutex::default())).collect();
        Self { given, renewing }
    }

    /// Hands over what a setup gave. Cases that are no setups have nothing to hand over.
    pub(super) fn give(&self, number: usize, given: Given) {
        if let Some(sender) = self.given.get(&number) {
            sender.send_replace(Some((given, Instant::now())));
        }
    }

    /// Waits for what a setup gives.
    pub(super) async fn take(&self, number: usize) -> Given {
        let Some(sender) = self.given.get(&number) else { return Err("there is no such setup".into()) };
        let mut receiver = sender.subscribe();
        match receiver.wait_for(Option::is_some).await {
            Ok(given) => given.clone().map_or_else(|| Err("it gave nothing".into()), |(given, _)| given),
            Err(_) => Err("it was never done".into()),
        }
    }

    /// What a setup gave, where that is not older than it may be.
    pub(super) fn fresh(&self, number: usize, limit: Duration) -> Option<Given> {
        let given = self.given.get(&number)?.borrow().clone();
        given.filter(|(_, at)| at.elapsed() < limit).map(|(given, _)| given)
    }

    /// The right to do a setup again, one case at a time.
    pub(super) async fn renewal(&self, number: usize) -> Option<MutexGuard<'_, ()>> {
        Some(self.renewing.get(&number)?.lock().await)
    }
}
