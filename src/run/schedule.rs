//! Several cases at once, each in order within itself.

use super::shared::Shared;
use super::stop::OVER_TIME;
use super::{Runner, case, validate};
use crate::event::{CaseFinished, CaseOutcome, EventKind, Interrupted, RunFinished};
use crate::run::clock::micros;
use std::collections::HashMap;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinError, JoinSet};

/// The reason with which `--fail-fast` stops a run; such a run was not interrupted by anybody.
pub(super) const FAIL_FAST: &str = "an earlier case did not pass, and the run stops at the first";

/// Runs every case of the plan and tells `runner.emit` what happens. The caller has told of the run's start.
///
/// At most `runner.jobs` cases are at work at once. A case that waits between two attempts gives its place away, so that
/// any number of polls can wait together.
pub async fn run(runner: Arc<Runner>) {
    validate::tell_contracts(&runner);
    let places = Arc::new(Semaphore::new(runner.jobs.get()));
    let shared = Arc::new(Shared::new(&runner));
    let mut running = JoinSet::new();
    let mut numbers = HashMap::new();
    let total = runner.plan.cases.len() * runner.rounds as usize;
    for number in 0..total {
        let place = tokio::select! {
            biased;
            () = runner.stop.requested() => None,
            place = Arc::clone(&places).acquire_owned() => place.ok(),
        };
        match place {
            Some(place) => {
                let (runner, places, shared) = (Arc::clone(&runner), Arc::clone(&places), Arc::clone(&shared));
                let task = running.spawn(async move { case::run(&runner, &shared, number, &places, place).await });
                numbers.insert(task.id(), number);
            }
            None => case::skip(&runner, &shared, number, &runner.stop.reason().unwrap_or_default()),
        }
        while let Some(ended) = running.try_join_next_with_id() {
            close(&runner, &shared, &mut numbers, ended);
        }
    }
    while let Some(ended) = running.join_next_with_id().await {
        close(&runner, &shared, &mut numbers, ended);
    }
    runner.waivers.refused(&runner.plan).into_iter().for_each(|refused| runner.emit(refused));
    if let Some(reason) = runner.stop.reason().filter(|reason| reason != FAIL_FAST) {
        let over_time = reason == OVER_TIME;
        runner.emit(EventKind::Interrupted(Interrupted { reason, over_time }));
    }
    runner.emit(EventKind::RunFinished(RunFinished { took_us: micros(runner.clock.elapsed()) }));
}

/// Closes a case. One that panicked met a defect of Proviso: it could not be told, and the others go on.
fn close(runner: &Runner, shared: &Shared, numbers: &mut HashMap<Id, usize>, ended: Result<(Id, ()), JoinError>) {
    match ended {
        Ok((id, ())) => {
            numbers.remove(&id);
        }
        Err(error) => {
            if let Some(case) = numbers.remove(&error.id()) {
                let outcome = CaseOutcome::Error;
                runner.emit(EventKind::CaseFinished(CaseFinished { case, outcome, took_us: 0 }));
                shared.give(case, Err("a defect of Proviso ended it".into()));
            }
        }
    }
}
