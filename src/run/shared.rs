//! What setups give to the cases that need them: done once, waited for by all.

use super::runner::Runner;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::watch;

/// What a setup gave, or why it gave nothing.
pub(super) type Given = Result<Arc<Vec<(String, Value)>>, String>;

/// The setups of a run, each round with its own.
#[derive(Debug, Default)]
pub(super) struct Shared {
    given: HashMap<usize, watch::Sender<Option<Given>>>,
}

impl Shared {
    pub(super) fn new(runner: &Runner) -> Self {
        let cases = &runner.plan.cases;
        let numbers = 0..cases.len() * runner.rounds as usize;
        let setups = numbers.filter(|number| cases[number % cases.len()].outputs.is_some());
        Self { given: setups.map(|number| (number, watch::Sender::new(None))).collect() }
    }

    /// Hands over what a setup gave. Cases that are no setups have nothing to hand over.
    pub(super) fn give(&self, number: usize, given: Given) {
        if let Some(sender) = self.given.get(&number) {
            sender.send_replace(Some(given));
        }
    }

    /// Waits for what a setup gives.
    pub(super) async fn take(&self, number: usize) -> Given {
        let Some(sender) = self.given.get(&number) else { return Err("there is no such setup".into()) };
        let mut receiver = sender.subscribe();
        match receiver.wait_for(Option::is_some).await {
            Ok(given) => given.clone().unwrap_or_else(|| Err("it gave nothing".into())),
            Err(_) => Err("it was never done".into()),
        }
    }
}
