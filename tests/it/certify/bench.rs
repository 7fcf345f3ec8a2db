//! A referee in this process with the reference server behind it, and a partner that calls it. Time is the test's own.

use bytes::Bytes;
use http_body_util::BodyExt as _;
use proviso::conduct::dossier::sha256;
use proviso::conduct::journal::{self, Entry, Line, Opened};
use proviso::conduct::profile::{self, Known, Profile};
use proviso::conduct::record::{Environment, Mode, Partner as Named, Pinned, Record, Tool};
use proviso::conduct::{Answering, Append, Backend, Clock, Grader, Judge, Mask, Play, Referee, Reply, Session};
use proviso::contract::{self, Contract};
use proviso::event::Timestamp;
use proviso::rule;
use proviso::sandbox::{self, Acts, Persona};
use proviso::secret::Redactor;
use proviso::source::Sources;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tower::ServiceExt as _;

#[path = "../../partners/partner.rs"]
pub(crate) mod partner;

pub(crate) use partner::Partner;
use partner::{Coming, Wire};

/// The key of the one partner.
pub(crate) const KEY: &str = "partner-key-1";

/// The profiles, by name.
pub(crate) const PROFILES: [(&str, &str); 5] = [
    ("type-2", include_str!("../../../suites/profiles/type-2.yaml")),
    ("type-3", include_str!("../../../suites/profiles/type-3.yaml")),
    ("type-4", include_str!("../../../suites/profiles/type-4.yaml")),
    ("type-5", include_str!("../../../suites/profiles/type-5.yaml")),
    ("type-6", include_str!("../../../suites/profiles/type-6.yaml")),
];

/// The contract.
pub(crate) const CONTRACT: &str = include_str!("../../../schemas/lender-prism.openapi.yaml");
/// The rules of certifications.
pub(crate) const RULES: &str = include_str!("../../../suites/profiles/rules.yaml");

/// The contract and its rules, read once: it takes a while.
fn contract() -> &'static (Arc<Contract>, rule::Rules) {
    static READ: OnceLock<(Arc<Contract>, rule::Rules)> = OnceLock::new();
    READ.get_or_init(|| {
        let mut sources = Sources::default();
        let file = sources.add("contract", CONTRACT);
        let contract = contract::load(&mut sources, file, "lender-prism", &mut |_, _| panic!("one document"))
            .expect("the contract");
        let more = sources.add("rules.yaml", RULES);
        let rules = rule::read(&sources, file, &contract, &[more]).unwrap_or_else(|problems| panic!("{problems:#?}"));
        (Arc::new(contract), rules)
    })
}

/// A profile as its text has it.
pub(crate) fn read_profile(text: &str) -> Profile {
    let (contract, rules) = contract();
    let mut sources = Sources::default();
    let file = sources.add("profile.yaml", text);
    let known = Known {
        contract: "lender-prism",
        operations: contract.operations.iter().map(|operation| operation.id.as_str()).collect(),
        codes: contract.codes.keys().map(String::as_str).collect(),
        rules: Judge::known(rules),
        personas: Persona::names().collect(),
    };
    profile::read(&sources, file, &known).unwrap_or_else(|problems| panic!("{problems:#?}"))
}

/// The judge of a profile.
pub(crate) fn judge(name: &str) -> Judge {
    let (_, text) = PROFILES.iter().find(|(known, _)| *known == name).expect("a profile");
    Judge::new(read_profile(text), &contract().1, &contract().0)
}

/// Lines of a journal in memory.
#[derive(Clone, Default)]
pub(crate) struct Memory(Arc<Mutex<Vec<u8>>>);

impl Append for Memory {
    fn append(&mut self, line: &str) -> std::io::Result<()> {
        let mut text = self.0.lock().unwrap();
        text.extend(line.as_bytes());
        text.push(b'\n');
        Ok(())
    }
}

impl Memory {
    pub(crate) fn text(&self) -> Vec<u8> {
        self.0.lock().unwrap().clone()
    }

    pub(crate) fn lines(&self) -> Vec<Line> {
        let mut lines = Vec::new();
        journal::read(&self.text(), |line| lines.push(line)).unwrap();
        lines
    }
}

/// The reference server, and what a test has it do wrong.
struct Reference {
    app: axum::Router,
    spoil: fn(&str, http::Response<Bytes>) -> http::Response<Bytes>,
}

impl Backend for Reference {
    fn answer(&self, request: http::Request<Bytes>, play: &Play) -> Answering {
        let (app, spoil) = (self.app.clone(), self.spoil);
        let acts = Acts { persona: play.persona.as_deref().and_then(Persona::named), processing: play.processing };
        Box::pin(async move {
            let path = request.uri().path().to_owned();
            let mut request = request.map(axum::body::Body::from);
            request.extensions_mut().insert(acts);
            let answer = app.oneshot(request).await.ok()?;
            let (parts, body) = answer.into_parts();
            let body = body.collect().await.ok()?.to_bytes();
            Some(spoil(&path, http::Response::from_parts(parts, body)))
        })
    }
}

/// A certification under way.
pub(crate) struct Bench {
    pub(crate) referee: Arc<Referee>,
    pub(crate) journal: Memory,
    judge: Judge,
}

impl Bench {
    pub(crate) fn new(judge: Judge) -> Self {
        Self::spoilt(judge, |_, answer| answer)
    }

    /// With a service that does something wrong.
    pub(crate) fn spoilt(judge: Judge, spoil: fn(&str, http::Response<Bytes>) -> http::Response<Bytes>) -> Self {
        let origin: jiff::Timestamp = "2026-11-30T10:00:00Z".parse().unwrap();
        let settings = sandbox::Settings {
            keys: vec![KEY.to_owned()],
            processing: Duration::from_secs(1),
            origin: Some(origin),
            ..sandbox::Settings::default()
        };
        let backend = Arc::new(Reference { app: sandbox::app(settings), spoil });
        let (_, text) = PROFILES.iter().find(|(name, _)| *name == judge.profile.id).expect("a profile");
        let pinned = |id: &str, version: String, text: &str| Pinned {
            id: id.to_owned(),
            version,
            sha256: sha256(text.as_bytes()),
        };
        let opened = Opened {
            format: journal::FORMAT,
            dossier: "acme-20261130".to_owned(),
            mode: Mode::Certification,
            partner: Named { name: "Acme Lending".to_owned(), product: "los".to_owned(), build: "4.2.0".to_owned() },
            environment: Environment { kind: "referee".to_owned(), upstream: None, time_scale: 1.into() },
            profile: pinned(&judge.profile.id, judge.profile.version.to_string(), text),
            contract: pinned("lender-prism", contract().0.version.clone(), CONTRACT),
            rules: sha256(RULES.as_bytes()),
            tool: Tool { name: "proviso".to_owned(), version: "0".to_owned(), sha256: "0".repeat(64) },
            only: Vec::new(),
        };
        let first = Line { at: Timestamp::new(origin), what: Entry::Opened(Box::new(opened)) };
        let mut journal = Memory::default();
        journal.append(&first.to_json().unwrap()).unwrap();
        let data = judge.profile.modules.iter().flat_map(|module| module.data.iter().map(|(_, value)| value.clone()));
        let mask = Mask::new(Redactor::new([KEY]), data.chain(Persona::pans().map(str::to_owned)).collect());
        let session = Session::new(Grader::new(judge.clone()), Box::new(journal.clone()), mask, &[first]);
        let clock = Clock::new(Timestamp::new(origin), 1.0);
        let referee = Referee::new(Arc::clone(&contract().0), backend, clock, vec![(session, vec![KEY.to_owned()])]);
        Self { referee: Arc::new(referee), journal, judge }
    }

    /// A partner that calls it.
    pub(crate) fn partner(&self, mistake: Option<&str>) -> Partner {
        let archetype = self.judge.profile.id.rsplit('-').next().and_then(|digit| digit.parse().ok()).unwrap_or(4);
        Partner {
            wire: Arc::new(Calls(Arc::clone(&self.referee))),
            key: KEY.to_owned(),
            archetype,
            mistake: mistake.map(str::to_owned),
        }
    }

    /// The partner serves the customers of these modules, all at once; of all modules when none is named.
    pub(crate) async fn serve(&self, partner: &Partner, modules: &[&str]) {
        let mut all = Vec::new();
        for module in &self.judge.profile.modules {
            if modules.is_empty() || modules.contains(&module.id.as_str()) {
                let (partner, mobile) = (partner.clone(), module.data[0].1.clone());
                let customer = format!("CUST-{}", module.id);
                all.push(tokio::spawn(async move { partner.serve(&customer, &mobile).await }));
            }
        }
        for one in all {
            one.await.unwrap();
        }
    }

    /// Sends one request.
    pub(crate) async fn send(&self, request: http::Request<Bytes>) -> Option<http::Response<Bytes>> {
        match Arc::clone(&self.referee).answer(request).await {
            Reply::Answer(answer) => Some(*answer),
            Reply::Close => None,
        }
    }

    /// Waits until nothing more can be due, and closes.
    pub(crate) async fn close(&self) -> Record {
        tokio::time::sleep(Duration::from_secs(40 * 60)).await;
        let mut session = self.referee.session(0).unwrap();
        session.close(self.referee.clock().now()).unwrap();
        session.record().unwrap()
    }

    /// What the journal comes to by a judge.
    pub(crate) fn regraded(&self, judge: Judge) -> Record {
        let mut grader = Grader::new(judge);
        self.journal.lines().iter().for_each(|line| grader.take(line));
        grader.record().unwrap()
    }

    pub(crate) fn judge(&self) -> &Judge {
        &self.judge
    }
}

/// Calls that reach the referee in this process.
struct Calls(Arc<Referee>);

impl Wire for Calls {
    fn send(&self, request: http::Request<Bytes>) -> Coming<Option<http::Response<Bytes>>> {
        let referee = Arc::clone(&self.0);
        // A client that gives up after half a minute.
        let limit = Duration::from_secs(30);
        Box::pin(async move {
            match tokio::time::timeout(limit, referee.answer(request)).await {
                Ok(Reply::Answer(answer)) => Some(*answer),
                Ok(Reply::Close) | Err(_) => None,
            }
        })
    }

    fn pause(&self, time: Duration) -> Coming<()> {
        Box::pin(tokio::time::sleep(time))
    }
}

/// The rules that were broken, by any customer.
pub(crate) fn broken(record: &Record) -> Vec<String> {
    let attempts = record.modules.iter().flat_map(|module| &module.attempts);
    let rules = attempts.flat_map(|attempt| &attempt.rules).filter(|rule| !rule.breaches.is_empty());
    let mut broken: Vec<String> = rules.map(|rule| rule.rule.clone()).collect();
    broken.sort();
    broken.dedup();
    broken
}

/// Every module that is not what it should be, with its rules, for messages.
pub(crate) fn told(record: &Record) -> String {
    let mut told = String::new();
    for module in &record.modules {
        for attempt in &module.attempts {
            let rules = attempt.rules.iter().map(|rule| {
                let came: Vec<&str> = rule.breaches.iter().map(|breach| breach.came.as_str()).collect();
                format!("\n      {} {} {} {came:?}", rule.rule, rule.state.words(), rule.kept)
            });
            let rules: String = rules.collect();
            told += &format!("\n  {} {} {:?}{rules}", module.id, attempt.state.words(), attempt.void);
        }
    }
    told
}
