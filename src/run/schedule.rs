//! Several cases at once, each in order within itself.

use super::runner::Runner;
use super::running::Permit;
use super::shared::Shared;
use super::{case, tell};
use crate::event::CaseOutcome;
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;
use tokio::task::{Id, JoinError, JoinSet};

/// Runs every case of the plan and tells `runner.emit` what happens. The caller has told of the run's start.
///
/// At most `runner.jobs` cases are at work at once. A case that waits between two attempts gives its permit away, so that
/// any number of polls can wait together.
pub async fn run(runner: Arc<Runner>) {
    tell::contracts(&runner);
    let permits = Arc::new(Semaphore::new(runner.jobs.get()));
    let shared = Arc::new(Shared::new(&runner));
    let mut running = JoinSet::new();
    let mut numbers = HashMap::new();
    let total = runner.plan.cases.len() * runner.rounds as usize;
    for number in 0..total {
        let permit = tokio::select! {
            biased;
            () = runner.stop.requested() => None,
            permit = Arc::clone(&permits).acquire_owned() => permit.ok(),
        };
        match permit {
            Some(permit) => {
                let (runner, permits, shared) = (Arc::clone(&runner), Arc::clone(&permits), Arc::clone(&shared));
                let task = running.spawn(async move {
                    case::run(&runner, &shared, number, Permit::new(permits, permit)).await;
                });
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
    tell::run_finished(&runner);
}

/// Closes a case. One that panicked met a defect of Proviso: it could not be told, and the others go on.
fn close(runner: &Runner, shared: &Shared, numbers: &mut HashMap<Id, usize>, ended: Result<(Id, ()), JoinError>) {
    match ended {
        Ok((id, ())) => {
            numbers.remove(&id);
        }
        Err(error) => {
            if let Some(case) = numbers.remove(&error.id()) {
                tell::case_finished(runner, case, CaseOutcome::Error, Duration::ZERO);
                shared.give(case, Err("a defect of Proviso ended it".into()));
            }
        }
    }
}
