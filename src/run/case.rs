//! One case: what it needs, its names, how often it is run.

use super::runner::{FailFast, Runner};
use super::running::{Limit, Permit, Running, Stage, services};
use super::shared::{Given, Shared};
use super::stop::FAIL_FAST;
use super::walk::{self, Gives};
use super::{tell, verdict};
use crate::event::{CaseOutcome, StepError, StepErrorKind};
use crate::expr::{RenderError, Scope};
use crate::plan::{PlannedCase, PlannedSkip};
use serde_json::Value;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::time::Instant;

/// Runs one case, again if it does not pass and may be run again. `number` counts through all rounds.
pub(super) async fn run(runner: &Runner, shared: &Shared, number: usize, mut permit: Permit) {
    let started = Instant::now();
    let planned = &runner.plan.cases[number % runner.plan.cases.len()];
    if let Some(skip) = planned.skip.as_ref().filter(|skip| skip.when.is_none()) {
        return self::skip(runner, shared, number, &skip.reason);
    }
    let given = match needed(runner, shared, number, &mut permit).await {
        Ok(given) => given,
        Err(reason) => return skip(runner, shared, number, &reason),
    };
    let mut time = 1;
    let (last, gives) = loop {
        permit.take().await;
        let (outcome, gives) = once(runner, shared, number, time, &given, &mut permit).await;
        if !verdict::runs_again(&outcome) || time > runner.reruns || runner.stop.reason().is_some() {
            break (outcome, gives);
        }
        tell::case_rerun(runner, number, outcome, time);
        time += 1;
    };
    let outcome = verdict::of_runs(last, time);
    let (good, bad) = (verdict::gives(&outcome), verdict::runs_again(&outcome));
    tell::case_finished(runner, number, outcome, started.elapsed());
    // While this case still has its permit: the next one must not begin in between.
    if bad && runner.fail_fast == FailFast::FirstFailure {
        runner.stop.request(FAIL_FAST);
    }
    let name = &runner.plan.cases[number % runner.plan.cases.len()].name;
    shared.give(number, gives.filter(|_| good).map(Arc::new).ok_or_else(|| format!("`{name}` did not pass")));
    drop(permit);
}

/// Tells of a case that is not run.
pub(super) fn skip(runner: &Runner, shared: &Shared, case: usize, reason: &str) {
    tell::case_finished(runner, case, CaseOutcome::Skipped { reason: reason.to_owned() }, Duration::ZERO);
    shared.give(case, Err(reason.to_owned()));
}

/// What the setups give that a case needs, waited for with its permit given away.
async fn needed(
    runner: &Runner,
    shared: &Shared,
    number: usize,
    permit: &mut Permit,
) -> Result<Vec<Arc<Gives>>, String> {
    let cases = runner.plan.cases.len();
    let mut given = Vec::new();
    for need in &runner.plan.cases[number % cases].needs {
        permit.leave();
        let setup = number / cases * cases + need;
        given.push(tokio::select! {
            biased;
            () = runner.stop.requested() => return Err(runner.stop.reason().unwrap_or_default()),
            given = shared.take(setup) => given?,
        });
    }
    Ok(given)
}

/// Runs a case one time; answers with how it ended and, for a setup, with what it gives.
async fn once(
    runner: &Runner,
    shared: &Shared,
    number: usize,
    time: u32,
    given: &[Arc<Gives>],
    permit: &mut Permit,
) -> (CaseOutcome, Option<Gives>) {
    tell::case_started(runner, number);
    let planned = Arc::clone(&runner.plan.cases[number % runner.plan.cases.len()]);
    let mut running = Running {
        runner,
        case: number,
        scope: Scope::new(Arc::clone(&runner.plan.globals.names), planned.frames),
        services: Arc::new(services(runner, &planned, number, time)),
        permit,
        limit: planned
            .within
            .as_ref()
            .map(|within| Limit { at: Instant::now() + within.value, within: within.clone() }),
        stage: Stage::Body,
        jar: Mutex::default(),
        behind: 0,
        pointed: Mutex::default(),
    };
    for (name, value) in given.iter().flat_map(|given| given.iter()) {
        running.scope.set(0, name, value.clone());
    }
    for setup in planned.needs.iter().copied() {
        match renew(&mut running, shared, &planned, setup).await {
            Ok(None) => {}
            Ok(Some(given)) => given.iter().for_each(|(name, value)| running.scope.set(0, name, value.clone())),
            Err(outcome) => return (outcome, None),
        }
    }
    let begin = set_vars(&mut running, &planned).err();
    let begin = match planned.skip.as_ref().filter(|_| begin.is_none()).map(|skip| (skip, skips(&running, skip))) {
        Some((skip, Ok(true))) => return (CaseOutcome::Skipped { reason: skip.reason.clone() }, None),
        Some((_, Err(error))) => Some(error),
        Some((_, Ok(false))) | None => begin,
    };
    let ended = walk::body(&mut running, &planned, begin).await;
    walk::cleanup(&mut running, &planned).await;
    ended
}

/// Does a setup again whose outputs are older than they may be, within the case that needs it; answers with what it gives
/// then, or how the case ended because it gave nothing.
async fn renew(
    running: &mut Running<'_>,
    shared: &Shared,
    planned: &PlannedCase,
    setup: usize,
) -> Result<Option<Arc<Gives>>, CaseOutcome> {
    let runner = running.runner;
    let cases = runner.plan.cases.len();
    let of_setup = Arc::clone(&runner.plan.cases[setup]);
    let Some(limit) = of_setup.fresh else { return Ok(None) };
    let number = running.case / cases * cases + setup;
    let fresh = |given: Given| given.map(Some).map_err(|_| CaseOutcome::Error);
    if let Some(given) = shared.fresh(number, limit) {
        return fresh(given);
    }
    let _alone = shared.renewal(number).await;
    if let Some(given) = shared.fresh(number, limit) {
        return fresh(given);
    }
    let mut again = Running {
        runner,
        case: running.case,
        scope: Scope::new(Arc::clone(&runner.plan.globals.names), of_setup.frames),
        services: Arc::new(services(runner, &of_setup, number, 2)),
        permit: &mut *running.permit,
        limit: running.limit.clone(),
        stage: Stage::Body,
        jar: Mutex::default(),
        behind: planned.all_steps(),
        pointed: Mutex::default(),
    };
    let begin = set_vars(&mut again, &of_setup).err();
    match walk::body(&mut again, &of_setup, begin).await {
        (outcome, Some(gives)) if verdict::gives(&outcome) => {
            let gives = Arc::new(gives);
            shared.give(number, Ok(Arc::clone(&gives)));
            Ok(Some(gives))
        }
        (CaseOutcome::Passed, _) => Err(CaseOutcome::Error),
        (outcome, _) => Err(outcome),
    }
}

/// Whether a case is not run, now that its names have values.
fn skips(running: &Running<'_>, skip: &PlannedSkip) -> Result<bool, StepError> {
    let Some(when) = &skip.when else { return Ok(true) };
    let rendered = when.value.render(&running.context(0)).and_then(|value| match value {
        Value::Bool(flag) => Ok(flag),
        other => {
            let message = format!("the condition gives {}, not true or false", crate::expr::kind_of(&other));
            Err(RenderError { message, span: when.span })
        }
    });
    rendered.map_err(|error| running.error(StepErrorKind::Request, error))
}

/// Gives the case's names their values. An error in them is told as the first step's, which cannot begin.
fn set_vars(running: &mut Running<'_>, planned: &PlannedCase) -> Result<(), StepError> {
    for (name, template) in &planned.vars {
        let rendered = template.render(&running.context(0));
        let value = rendered.map_err(|error| running.error(StepErrorKind::Request, error))?;
        running.scope.set(0, name, value);
    }
    Ok(())
}
