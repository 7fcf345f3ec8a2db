//! A run inside the test's own process: suites in, events out, and the reports made of them.

use proviso::diagnostic::{Diagnostic, Style, render};
use proviso::event::{Event, EventKind, FORMAT, RunStarted, Timestamp};
use proviso::expr::{Files, Services, Variables};
use proviso::journal::Journal;
use proviso::plan::{Library, Plan, Selection};
use proviso::report::{Junit, Reporter, RunFold, Terminal, Verbosity};
use proviso::run::{Clock, Contracts, FailFast, Rate, Runner, Snapshots, Stop, Waivers, Watchers};
use proviso::secret::Redactor;
use proviso::source::Sources;
use proviso::suite::{Policy, read_suite};
use proviso::transport::Transport;
use std::collections::{BTreeMap, HashMap};
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

/// The base URL of every run in process; nothing resolves it.
pub(crate) const BASE_URL: &str = "http://server.test";

/// A run to be: what the program decides from its command line.
pub(crate) struct Journey {
    pub(crate) plan: Plan,
    pub(crate) files: Arc<dyn Files>,
    pub(crate) variables: Variables,
    pub(crate) snapshots: Arc<Snapshots>,
    pub(crate) seed: u64,
    pub(crate) jobs: usize,
    pub(crate) rounds: u32,
    pub(crate) reruns: u32,
    pub(crate) rate: Option<f64>,
    pub(crate) fail_fast: FailFast,
    pub(crate) stop: Stop,
    pub(crate) policy: Policy,
    pub(crate) waivers: Waivers,
    pub(crate) watchers: Watchers,
}

impl Journey {
    /// A run of a plan: one case at a time, seed 7.
    pub(crate) fn new(plan: Plan) -> Self {
        Self {
            plan,
            files: Arc::new(HashMap::new()),
            variables: Variables::default(),
            snapshots: Arc::default(),
            seed: 7,
            jobs: 1,
            rounds: 1,
            reruns: 0,
            rate: None,
            fail_fast: FailFast::Never,
            stop: Stop::default(),
            policy: Policy::default(),
            waivers: Waivers::default(),
            watchers: Watchers::default(),
        }
    }

    /// A run of suites that are written in the test.
    #[track_caller]
    pub(crate) fn of(suites: &[&str]) -> Self {
        Self::selected(suites, &Selection::default())
    }

    /// A run of some cases of suites that are written in the test.
    #[track_caller]
    pub(crate) fn selected(suites: &[&str], selection: &Selection) -> Self {
        let mut sources = Sources::default();
        let mut read = Vec::new();
        for (number, text) in suites.iter().enumerate() {
            let file = sources.add(format!("suite-{}.yaml", number + 1), *text);
            read.push(read_suite(&sources, file).unwrap_or_else(|problems| panic!("{}", drawn(&problems))));
        }
        let services = Services {
            random: Mutex::new(fastrand::Rng::with_seed(7)),
            made: Mutex::default(),
            now: Arc::new(|| origin().timestamp()),
            files: Arc::new(HashMap::new()),
            variables: Arc::default(),
        };
        let library = Library {
            sources,
            suites: read,
            flows: HashMap::new(),
            tables: HashMap::new(),
            contracts: BTreeMap::new(),
            environment: None,
            overrides: Vec::new(),
            personas: std::collections::BTreeSet::new(),
            services: Arc::new(services),
        };
        Self::new(Plan::new(library, selection).unwrap_or_else(|problems| panic!("{}", drawn(&problems))))
    }

    /// Runs it and answers with its events as a journal has them.
    pub(crate) async fn run(self, transport: impl Transport + 'static) -> Vec<Event> {
        let heard: Arc<Mutex<Vec<Event>>> = Arc::default();
        let clock = Clock::starting_at(origin());
        let emit = {
            let heard = Arc::clone(&heard);
            Arc::new(move |event| heard.lock().unwrap_or_else(PoisonError::into_inner).push(event))
        };
        let started = Event { at: origin(), kind: EventKind::RunStarted(Box::new(self.started())) };
        let contracts = Contracts::new(&self.plan, self.policy.clone());
        let runner = Runner {
            watchers: self.watchers,
            plan: Arc::new(self.plan),
            transport: Arc::new(transport),
            base_url: BASE_URL.to_owned(),
            files: self.files,
            snapshots: self.snapshots,
            contracts: Arc::new(contracts),
            waivers: Arc::new(self.waivers),
            redactor: Redactor::new([]),
            variables: Arc::new(self.variables),
            seed: self.seed,
            jobs: NonZeroUsize::new(self.jobs).expect("at least one job"),
            rounds: self.rounds,
            reruns: self.reruns,
            inbox: None,
            rate: self.rate.and_then(Rate::per_second).map(Arc::new),
            fail_fast: self.fail_fast,
            clock,
            stop: self.stop,
            emit,
        };
        proviso::run::run(Arc::new(runner)).await;
        let mut journal = Journal::new(std::io::sink(), Redactor::new([]));
        let heard = std::mem::take(&mut *heard.lock().unwrap_or_else(PoisonError::into_inner));
        let events = std::iter::once(started).chain(heard);
        events.map(|event| journal.mask(event).expect("every event can be written")).collect()
    }

    fn started(&self) -> RunStarted {
        let (suites, cases) = proviso::run::entries(&self.plan);
        RunStarted {
            format: FORMAT,
            run: "20260301-023000-0007".into(),
            version: "0.0.0".into(),
            command: vec!["proviso".into(), "run".into()],
            environment: "test".into(),
            target: BASE_URL.into(),
            seed: self.seed,
            host: "host".into(),
            suites,
            cases,
            rounds: self.rounds,
            left_out: self.plan.left_out,
            flaky_fails: false,
            share: None,
        }
    }
}

/// The moment at which every run in process begins.
pub(crate) fn origin() -> Timestamp {
    Timestamp::new("2026-03-01T02:30:00Z".parse().expect("a timestamp"))
}

/// Runs something on one thread and on a clock that jumps over every wait.
pub(crate) fn on_virtual_time<T>(future: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build();
    runtime.expect("a runtime").block_on(future)
}

/// The report for people, without colours.
pub(crate) fn terminal(events: &[Event], verbosity: Verbosity) -> String {
    let mut bytes = Vec::new();
    feed(Terminal::new(&mut bytes, Style::Plain, verbosity, 100), events);
    String::from_utf8(bytes).expect("reports are UTF-8")
}

/// The report for CI.
pub(crate) fn junit(events: &[Event]) -> String {
    let mut bytes = Vec::new();
    feed(Junit::new(&mut bytes), events);
    String::from_utf8(bytes).expect("reports are UTF-8")
}

fn feed(mut reporter: impl Reporter, events: &[Event]) {
    let mut run = RunFold::default();
    for event in events {
        let event = Arc::new(event.clone());
        run.add(&event);
        reporter.event(&event, &run).expect("memory can be written to");
    }
    run.close();
    reporter.finish(&run).expect("memory can be written to");
}

/// Problems as the program draws them.
pub(crate) fn drawn(problems: &[Diagnostic]) -> String {
    problems.iter().map(|problem| render(problem, Style::Plain)).collect::<Vec<_>>().join("\n\n")
}
