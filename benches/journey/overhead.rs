//! What a step costs in Proviso itself: the journey in this process, answered from memory, its events thrown away.

use crate::measure::{Of, processor};
use crate::server::Answers;
use bytes::Bytes;
use proviso::event::Timestamp;
use proviso::expr::Services;
use proviso::plan::{Library, Plan, Selection};
use proviso::run::{Clock, Contracts, FailFast, Runner, Stop, Watchers};
use proviso::secret::Redactor;
use proviso::source::Sources;
use proviso::suite::{Policy, read_suite};
use proviso::transport::InProcess;
use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex};
use std::time::Duration;

const SUITE: &str = include_str!("journey.yaml");
const ROUNDS: u32 = 2_000;

/// Runs many steps; answers with their number and the processor time they took together.
pub(crate) fn measure() -> (u32, Duration) {
    let mut sources = Sources::default();
    let file = sources.add("journey.yaml", SUITE);
    let suite = read_suite(&sources, file).expect("the suite is right");
    let library = Library {
        sources,
        suites: vec![suite],
        flows: HashMap::new(),
        tables: HashMap::new(),
        contracts: std::collections::BTreeMap::new(),
        environment: None,
        overrides: Vec::new(),
        personas: std::collections::BTreeSet::new(),
        services: Arc::new(Services {
            random: Mutex::new(fastrand::Rng::new()),
            made: Mutex::default(),
            now: Arc::new(jiff::Timestamp::now),
            files: Arc::new(HashMap::new()),
            variables: Arc::default(),
        }),
    };
    let plan = Plan::new(library, &Selection::default()).expect("the suite is right");
    let steps = u32::try_from(plan.cases[0].steps()).unwrap_or(u32::MAX);
    let content = |name: &String| (name.clone(), Bytes::from_static(&[b'%'; 1024]));
    let files: HashMap<String, Bytes> = plan.files.iter().map(|file| content(&file.value)).collect();
    let answers = Answers::new(Duration::ZERO);
    let transport = InProcess::new(move |request| {
        let target = request.uri().path_and_query().map_or("", |target| target.as_str());
        let body = answers.body(&format!("{} {target}", request.method()));
        Box::pin(async move { Ok(http::Response::new(body.unwrap_or_default())) })
    });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let took = runtime.block_on(async {
        let contracts = Contracts::new(&plan, Policy::default());
        let runner = Runner {
            watchers: Watchers::default(),
            contracts: Arc::new(contracts),
            waivers: Arc::default(),
            plan: Arc::new(plan),
            transport: Arc::new(transport),
            base_url: "http://in.process".to_owned(),
            files: Arc::new(files),
            variables: Arc::default(),
            snapshots: Arc::default(),
            redactor: Redactor::default(),
            seed: 0,
            jobs: NonZeroUsize::MIN,
            rounds: ROUNDS,
            reruns: 0,
            inbox: None,
            rate: None,
            fail_fast: FailFast::FirstFailure,
            clock: Clock::starting_at(Timestamp::new(jiff::Timestamp::now())),
            stop: Stop::default(),
            emit: Arc::new(drop),
        };
        let before = processor(Of::Own);
        proviso::run::run(Arc::new(runner)).await;
        processor(Of::Own) - before
    });
    (steps * ROUNDS, took)
}
