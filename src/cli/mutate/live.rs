//! Suites run against the embedded server, clean or with one promise broken. Nothing is written: no journal, no history,
//! no snapshot.

use super::args::Mutate;
use super::catch_of;
use crate::cli::args::ServerSettings;
use crate::cli::embedded::{self, Embedded};
use crate::cli::load::{Destination, Loaded};
use crate::diagnostic::Diagnostic;
use crate::event::{CaseOutcome, Event, EventKind, Failure, StepErrorKind, StepOutcome, Timestamp};
use crate::mutate::{Catch, Grades, Mutant, Played, Shadow, Verdict};
use crate::plan::Plan;
use crate::run::{Clock, Contracts, FailFast, Runner, Snapshots, Stop, Waivers, Watchers};
use crate::sandbox::BREAKS;
use crate::secret::Redactor;
use crate::suite::Policy;
use crate::transport::{HttpClient, Transport};
use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// How long the reference server stays PROCESSING at every stage.
const PROCESSING: Duration = Duration::from_millis(5);
/// Most cases that are played for one mutant, the shortest first.
const MOST_CASES: usize = 12;

/// A poll that asked so often gets no further: the embedded server needs a few answers for every stage.
const ENDLESS: u32 = 100;

/// How a run with a broken promise ended.
pub(super) enum Ended {
    /// Every case passed.
    Green,
    /// A case noticed.
    Red(Catch),
    /// It could not be decided.
    Error(String),
}

/// How the clean run ended.
pub(super) struct Baseline {
    /// How many cases were run.
    pub(super) cases: usize,
    /// Cases that did not pass, each with its outcome.
    pub(super) bad: Vec<(usize, String)>,
}

/// Everything that runs are made of.
pub(super) struct Stage {
    runner: Runner,
    plan: Arc<Plan>,
    server: Option<Embedded>,
    /// How long each case took in the clean run.
    took: Mutex<Vec<Duration>>,
    seed: AtomicU64,
    within: Duration,
}

impl Stage {
    /// Starts the server and makes ready.
    pub(super) async fn open(args: &Mutate, loaded: Loaded, kept: Snapshots) -> Result<Self, Diagnostic> {
        let (server, base_url) = match &loaded.destination {
            Destination::Url(url) => (None, url.clone()),
            Destination::Embedded => {
                let server = embedded::start(&settings(None)).await?;
                let url = format!("http://{}", server.address);
                (Some(server), url)
            }
        };
        let plan = Arc::new(loaded.plan);
        let jobs = args.jobs.unwrap_or(std::num::NonZeroUsize::MIN.saturating_add(7));
        let runner = Runner {
            contracts: Arc::new(Contracts::new(&plan, Policy::default())),
            waivers: Arc::new(Waivers::default()),
            plan: Arc::clone(&plan),
            transport: Arc::new(HttpClient::new(loaded.network)),
            base_url,
            files: Arc::new(loaded.files),
            snapshots: Arc::new(kept),
            redactor: Redactor::default(),
            variables: loaded.variables,
            seed: args.seed,
            jobs,
            rounds: 1,
            reruns: 0,
            watchers: Watchers::default(),
            inbox: None,
            rate: None,
            fail_fast: FailFast::Never,
            clock: Clock::starting_at(Timestamp::new(jiff::Timestamp::now())),
            stop: Stop::default(),
            emit: Arc::new(|_| {}),
        };
        let took = Mutex::new(vec![Duration::ZERO; plan.cases.len()]);
        Ok(Self { runner, plan, server, took, seed: AtomicU64::new(args.seed), within: args.within })
    }

    pub(super) const fn is_embedded(&self) -> bool {
        self.server.is_some()
    }

    pub(super) fn cases(&self) -> usize {
        self.plan.cases.len()
    }

    /// Names of cases, with their suites.
    pub(super) fn case_names(&self) -> Vec<String> {
        let name =
            |case: &Arc<crate::plan::PlannedCase>| format!("{} › {}", self.plan.suites[case.suite].file, case.name);
        self.plan.cases.iter().map(name).collect()
    }

    /// The text of a file that was read.
    pub(super) fn source(&self, file: &str) -> Option<String> {
        self.plan.sources.text_of(file).map(str::to_owned)
    }

    /// The clean run, on which the shadow looks.
    pub(super) async fn baseline(&self, shadow: Arc<Shadow>) -> Baseline {
        let watchers = Watchers { shadow: Some(shadow), ..self.runner.watchers.clone() };
        let heard = Arc::new(Heard::default());
        let runner = Runner { watchers, emit: heard.emit(), ..self.runner.clone() };
        crate::run::run(Arc::new(runner)).await;
        let cases = heard.take();
        let mut took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        let mut bad = Vec::new();
        for case in &cases {
            if let Some(own) = took.get_mut(case.number) {
                *own = case.took;
            }
            match &case.outcome {
                CaseOutcome::Passed | CaseOutcome::Waived => {}
                CaseOutcome::Failed => bad.push((case.number, "failed".to_owned())),
                CaseOutcome::Flaky { .. } => bad.push((case.number, "flaky".to_owned())),
                CaseOutcome::Error => bad.push((case.number, "error".to_owned())),
                CaseOutcome::Skipped { .. } => {}
            }
        }
        bad.sort_unstable();
        Baseline { cases: cases.len(), bad }
    }

    /// Plays a mutant of an answer in the cases that reach it, the shortest first, until one notices.
    pub(super) async fn play(&self, mutant: &Mutant, cases: &BTreeSet<usize>, without_contract: bool) -> Ended {
        let mut order: Vec<usize> = cases.iter().copied().collect();
        {
            let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
            order.sort_by_key(|case| (took.get(*case).copied().unwrap_or_default(), *case));
        }
        order.truncate(MOST_CASES);
        let Some(contract) = self.contract_of(mutant) else { return Ended::Green };
        let inner: Arc<dyn Transport> = Arc::clone(&self.runner.transport);
        let played = Played::new(inner, contract, self.runner.base_url.clone(), mutant.clone());
        self.run(&order, Arc::new(played), self.runner.base_url.clone(), without_contract).await
    }

    fn contract_of(&self, mutant: &Mutant) -> Option<Arc<crate::contract::Contract>> {
        let operation = &mutant.place()?.operation;
        self.plan.contracts.iter().find(|contract| contract.operation(operation).is_some()).map(Arc::clone)
    }

    /// Runs every case against a server that behaves wrongly, until one notices.
    pub(super) async fn conduct(&self, switch: &str) -> Ended {
        let server = match embedded::start(&settings(Some(switch))).await {
            Ok(server) => server,
            Err(problem) => return Ended::Error(problem.title),
        };
        let all: Vec<usize> = (0..self.cases()).collect();
        let transport = Arc::clone(&self.runner.transport);
        self.run(&all, transport, format!("http://{}", server.address), false).await
    }

    /// Runs some cases with customers of their own.
    async fn run(
        &self,
        cases: &[usize],
        transport: Arc<dyn Transport>,
        base_url: String,
        without_contract: bool,
    ) -> Ended {
        let plan = Arc::new(self.plan.only(cases));
        let heard = Arc::new(Heard::default());
        let stop = Stop::default();
        let runner = Runner {
            contracts: Arc::new(Contracts::new(&plan, Policy::default())),
            snapshots: Arc::new(Snapshots::default()),
            emit: heard.emit(),
            plan: Arc::clone(&plan),
            transport,
            base_url,
            // Customers of an earlier run exist already.
            seed: self.seed.fetch_add(1, Ordering::Relaxed) + 1_000,
            fail_fast: if without_contract { FailFast::Never } else { FailFast::FirstFailure },
            stop: stop.clone(),
            ..self.runner.clone()
        };
        let run = crate::run::run(Arc::new(runner));
        let over = tokio::time::timeout(self.within, run).await.is_err();
        let ended = heard.take();
        let own = |number: usize| cases.get(number).copied().unwrap_or(number);
        let mut undecided = None;
        for case in &ended {
            let counts = |failure: &&Failure| {
                !without_contract || crate::mutate::guard_of(failure) != crate::mutate::Guard::Contract
            };
            if let Some((step, failure)) =
                case.failures.iter().find_map(|(step, failures)| Some((*step, failures.iter().find(counts)?)))
            {
                return Ended::Red(catch_of(own(case.number), step, failure));
            }
            undecided = undecided.or_else(|| case.error.clone());
        }
        // A poll that asked so often and got no further would go on to its own limit, which is a promise of its suite.
        let endless = heard.endless().filter(|_| over);
        if let Some((case, step)) = endless {
            let number = own(case);
            let place = self.place_of(number, step);
            let promise = "poll-gave-up".to_owned();
            return Ended::Red(Catch { guard: crate::mutate::Guard::Suite, case: number, step, promise, place });
        }
        match (over, undecided) {
            (true, _) => Ended::Error(format!("not over within {}", crate::text::duration(self.within))),
            (false, Some(why)) => Ended::Error(why),
            (false, None) => Ended::Green,
        }
    }

    /// Where a step of a case is written; the case, where it cannot be found.
    fn place_of(&self, case: usize, step: usize) -> crate::source::Location {
        let planned = &self.plan.cases[case.min(self.plan.cases.len() - 1)];
        let mut span = planned.span;
        let own = planned.body.iter().chain(planned.cleanup.iter());
        own.for_each(|block| {
            block.each_step(&mut |known| {
                if known.number == step {
                    span = known.span;
                }
            });
        });
        self.plan.sources.place(span)
    }

    /// Plays mutants that were judged in place; answers with those whose verdict is another then.
    pub(super) async fn compare(&self, all: &[Grades], number: usize, seed: u64) -> Vec<String> {
        let mut drawn: Vec<&Grades> = all.iter().filter(|grades| !grades.live && !grades.catches.is_empty()).collect();
        let mut random = fastrand::Rng::with_seed(seed);
        random.shuffle(&mut drawn);
        let mut differing = Vec::new();
        for grades in drawn.into_iter().take(number) {
            let Some(catch) = grades.catches.first() else { continue };
            match self.play(&grades.mutant, &BTreeSet::from([catch.case]), false).await {
                Ended::Red(_) => {}
                Ended::Green => differing.push(format!("{}: caught in place, not noticed live", grades.mutant.id)),
                Ended::Error(why) => differing.push(format!("{}: {why}", grades.mutant.id)),
            }
        }
        differing
    }
}

/// The reference server as mutants need it.
fn settings(switch: Option<&str>) -> ServerSettings {
    let breaks = BREAKS.iter().filter(|known| Some(known.name) == switch).collect();
    ServerSettings { processing: Some(PROCESSING), persona: None, fault: None, breaks }
}

/// What is heard of one case.
struct Case {
    number: usize,
    outcome: CaseOutcome,
    took: Duration,
    /// Broken promises, each step's.
    failures: Vec<(usize, Vec<Failure>)>,
    /// What could not be decided.
    error: Option<String>,
}

/// Listens to a run.
#[derive(Default)]
struct Heard {
    steps: Mutex<Vec<(usize, usize, StepOutcome)>>,
    cases: Mutex<Vec<(usize, CaseOutcome, Duration)>>,
    /// How often each step that is still under way asked.
    asked: Mutex<HashMap<(usize, usize), u32>>,
}

impl Heard {
    fn emit(self: &Arc<Self>) -> crate::run::Emit {
        let heard = Arc::clone(self);
        Arc::new(move |event: Event| match event.kind {
            EventKind::AttemptFinished(attempt) => {
                let mut asked = heard.asked.lock().unwrap_or_else(PoisonError::into_inner);
                asked.insert((attempt.case, attempt.step), attempt.attempt);
            }
            EventKind::StepFinished(step) => {
                heard.asked.lock().unwrap_or_else(PoisonError::into_inner).remove(&(step.case, step.step));
                let bad = !matches!(step.outcome, StepOutcome::Passed | StepOutcome::Skipped { .. });
                if bad {
                    let mut steps = heard.steps.lock().unwrap_or_else(PoisonError::into_inner);
                    steps.push((step.case, step.step, step.outcome));
                }
            }
            EventKind::CaseFinished(case) => {
                let took = Duration::from_micros(case.took_us);
                heard.cases.lock().unwrap_or_else(PoisonError::into_inner).push((case.case, case.outcome, took));
            }
            _ => {}
        })
    }

    /// The step under way that asked most, where that was far more than any clean run needs.
    fn endless(&self) -> Option<(usize, usize)> {
        let asked = self.asked.lock().unwrap_or_else(PoisonError::into_inner);
        let most = asked.iter().max_by_key(|(place, times)| (**times, std::cmp::Reverse(**place)))?;
        (*most.1 >= ENDLESS).then_some(*most.0)
    }

    /// What was heard, in the order of the cases.
    fn take(&self) -> Vec<Case> {
        let mut steps = std::mem::take(&mut *self.steps.lock().unwrap_or_else(PoisonError::into_inner));
        steps.sort_by_key(|(case, step, _)| (*case, *step));
        let cases = std::mem::take(&mut *self.cases.lock().unwrap_or_else(PoisonError::into_inner));
        let mut all: Vec<Case> = cases
            .into_iter()
            .map(|(number, outcome, took)| Case { number, outcome, took, failures: Vec::new(), error: None })
            .collect();
        all.sort_by_key(|case| case.number);
        for (number, step, outcome) in steps {
            let found = all.binary_search_by_key(&number, |case| case.number);
            let Ok(index) = found else {
                // The run was cut short before its case ended.
                let mut case = Case {
                    number,
                    outcome: CaseOutcome::Failed,
                    took: Duration::ZERO,
                    failures: Vec::new(),
                    error: None,
                };
                case.hear(step, outcome);
                all.push(case);
                all.sort_by_key(|case| case.number);
                continue;
            };
            all[index].hear(step, outcome);
        }
        all
    }
}

impl Case {
    fn hear(&mut self, step: usize, outcome: StepOutcome) {
        match outcome {
            StepOutcome::Failed(failures) => self.failures.push((step, failures)),
            StepOutcome::Error(error) => match error.kind {
                // What the suite asks of the answer, or sends of it, could not be worked out: it does not pass over it.
                StepErrorKind::Expectation | StepErrorKind::Request | StepErrorKind::Output => {
                    let promise = crate::event::Promise::Capture {
                        name: error.message.clone(),
                        found: crate::event::Found::default(),
                    };
                    self.failures.push((step, vec![Failure { place: error.place, promise }]));
                }
                StepErrorKind::Stopped => {}
                _ => self.error = Some(error.message),
            },
            StepOutcome::Passed | StepOutcome::Skipped { .. } | StepOutcome::Waived(_) => {}
        }
    }
}

/// A verdict that stands.
pub(super) const fn is_decided(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Error(_))
}
