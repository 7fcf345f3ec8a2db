//! Several cases at once, each in order within itself.

use super::shared::Shared;
use super::{Runner, case};
use crate::event::{EventKind, Interrupted, RunFinished};
use crate::run::clock::micros;
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

/// The reason with which `--fail-fast` stops a run; such a run was not interrupted by anybody.
pub(super) const FAIL_FAST: &str = "an earlier case did not pass, and the run stops at the first";

/// Runs every case of the plan and tells `runner.emit` what happens. The caller has told of the run's start.
///
/// At most `runner.jobs` cases are at work at once. A case that waits between two attempts gives its place away, so that
/// any number of polls can wait together.
pub async fn run(runner: Arc<Runner>) {
    let places = Arc::new(Semaphore::new(runner.jobs.get()));
    let shared = Arc::new(Shared::new(&runner));
    let mut running = JoinSet::new();
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
                running.spawn(async move { case::run(&runner, &shared, number, &places, place).await });
            }
            None => case::skip(&runner, &shared, number, &runner.stop.reason().unwrap_or_default()),
        }
        while let Some(ended) = running.try_join_next() {
            resume_panic(ended);
        }
    }
    while let Some(ended) = running.join_next().await {
        resume_panic(ended);
    }
    if let Some(reason) = runner.stop.reason().filter(|reason| reason != FAIL_FAST) {
        runner.emit(EventKind::Interrupted(Interrupted { reason }));
    }
    runner.emit(EventKind::RunFinished(RunFinished { took_us: micros(runner.clock.elapsed()) }));
}

/// A panic in a case is a bug of ours; it must not look like a case that ended.
fn resume_panic(ended: Result<(), tokio::task::JoinError>) {
    if let Err(error) = ended
        && let Ok(panic) = error.try_into_panic()
    {
        std::panic::resume_unwind(panic);
    }
}
