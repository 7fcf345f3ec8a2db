//! Hand-made runs for the tests of reports: short to write, complete enough to be real.

use super::{
    Against, AttemptFinished, Body, Captured, CaseEntry, CaseFinished, CaseOutcome, CaseStarted, Change, ChangeKind,
    Event, EventKind, Exchange, FORMAT, Failure, Finding, FindingKind, Found, Grade, Interrupted, Promise, Received,
    RunFinished, RunStarted, Seen, Sent, Side, SnapshotDifference, StepError, StepErrorKind, StepFinished, StepOutcome,
    StepStarted, SuiteEntry, Timestamp, Timing, Violation, WaiverEntry, WaiverFault, WaiverRefused,
};
use crate::source::Location;
use std::time::Duration;

/// Where requests of these runs go.
pub(crate) const TARGET: &str = "http://127.0.0.1:4010";

/// The moment at which these runs begin.
pub(crate) fn start() -> Timestamp {
    Timestamp::new("2026-03-01T02:30:00Z".parse().unwrap())
}

/// A run in the making. Every event comes 5 ms after the one before it.
pub(crate) struct Story {
    pub(crate) events: Vec<Event>,
}

impl Story {
    /// Begins a run of these cases: suite file, suite name, case names.
    pub(crate) fn new(suites: &[(&str, &str, &[&str])], rounds: u32) -> Self {
        let mut cases = Vec::new();
        for (suite, (_, _, names)) in suites.iter().enumerate() {
            cases.extend(names.iter().map(|name| CaseEntry {
                suite,
                name: (*name).to_owned(),
                setup: false,
                line: Some(7),
                tags: Vec::new(),
                about: None,
            }));
        }
        let entry = |(file, name, _): &(&str, &str, &[&str])| SuiteEntry {
            file: (*file).into(),
            name: (*name).into(),
            about: None,
        };
        let mut story = Self { events: Vec::new() };
        story.say(EventKind::RunStarted(Box::new(RunStarted {
            format: FORMAT,
            run: "2026-03-01-0230-k7".into(),
            version: "0.1.0".into(),
            command: ["proviso", "run", "--seed", "42"].map(String::from).into(),
            environment: "sandbox".into(),
            target: format!("the embedded server at {TARGET}"),
            seed: 42,
            host: "ci-7".into(),
            suites: suites.iter().map(entry).collect(),
            cases,
            rounds,
            left_out: 0,
            flaky_fails: false,
            share: None,
        })));
        story
    }

    /// Adds an event.
    pub(crate) fn say(&mut self, kind: EventKind) {
        let after = Duration::from_millis(5 * self.events.len() as u64);
        self.events.push(Event { at: start().after(after), kind });
    }

    pub(crate) fn begin(&mut self, case: usize) {
        self.say(EventKind::CaseStarted(CaseStarted { case }));
    }

    pub(crate) fn end(&mut self, case: usize, outcome: CaseOutcome) {
        self.say(EventKind::CaseFinished(CaseFinished { case, outcome, took_us: 42_000 }));
    }

    /// A step with one exchange.
    pub(crate) fn step(&mut self, case: usize, step: usize, exchange: Option<Exchange>, outcome: StepOutcome) {
        self.say(EventKind::StepStarted(StepStarted { case, step, name: String::new() }));
        self.finish_step(case, step, 1, exchange, outcome);
    }

    /// The end of a step, with its final exchange.
    pub(crate) fn finish_step(
        &mut self,
        case: usize,
        step: usize,
        attempt: u32,
        exchange: Option<Exchange>,
        outcome: StepOutcome,
    ) {
        if let Some(exchange) = exchange {
            let attempt = AttemptFinished {
                case,
                step,
                attempt,
                exchange,
                seen: Vec::new(),
                wait_ms: None,
                within_ms: None,
                retried: None,
                validation: None,
            };
            self.say(EventKind::AttemptFinished(Box::new(attempt)));
        }
        let bad = matches!(outcome, StepOutcome::Failed(_) | StepOutcome::Error(_));
        self.say(EventKind::StepFinished(Box::new(StepFinished {
            case,
            step,
            name: ["Create user", "Trigger BRE", "Get BRE", "Accept offer"][step % 4].into(),
            operation: Some(["createUser", "triggerBre", "getBre", "acceptOffer"][step % 4].into()),
            place: bad.then(|| place(12 + 10 * step, 9, 4, "      - name: a step")),
            expected: Some("code: GEO-S-000".into()),
            outcome,
            attempts: attempt,
            checks: 4,
            captured: Vec::new(),
            took_us: 12_000,
            turn: None,
            cleanup: false,
            used: Vec::new(),
        })));
    }

    /// A whole case of that many steps, all passed.
    pub(crate) fn pass(&mut self, case: usize, steps: usize) {
        self.begin(case);
        for step in 0..steps {
            self.step(case, step, Some(ok()), StepOutcome::Passed);
        }
        self.end(case, CaseOutcome::Passed);
    }

    /// A case whose second of four steps fails so.
    pub(crate) fn fail(&mut self, case: usize, exchange: Exchange, promises: Vec<Promise>) {
        self.begin(case);
        self.step(case, 0, Some(ok()), StepOutcome::Passed);
        let failures = promises.into_iter().map(|promise| Failure { place: promise_place(), promise }).collect();
        self.step(case, 1, Some(exchange), StepOutcome::Failed(failures));
        self.skip_rest(case);
        self.end(case, CaseOutcome::Failed);
    }

    /// A case whose second of four steps could not be judged.
    pub(crate) fn error(&mut self, case: usize, exchange: Option<Exchange>, kind: StepErrorKind, message: &str) {
        self.begin(case);
        self.step(case, 0, Some(ok()), StepOutcome::Passed);
        let error = StepError { kind, message: message.into(), place: promise_place() };
        self.step(case, 1, exchange, StepOutcome::Error(Box::new(error)));
        self.skip_rest(case);
        self.end(case, CaseOutcome::Error);
    }

    fn skip_rest(&mut self, case: usize) {
        for step in 2..4 {
            let reason = "an earlier step did not pass".to_owned();
            self.finish_step(case, step, 1, None, StepOutcome::Skipped { reason });
        }
    }

    pub(crate) fn skip(&mut self, case: usize, reason: &str) {
        self.end(case, CaseOutcome::Skipped { reason: reason.into() });
    }

    pub(crate) fn interrupt(&mut self, reason: &str) {
        self.say(EventKind::Interrupted(Interrupted { reason: reason.into(), over_time: false }));
    }

    /// Ends the run.
    pub(crate) fn over(mut self) -> Vec<Event> {
        self.say(EventKind::RunFinished(RunFinished { took_us: 2_100_000 }));
        self.events
    }
}

/// A place in a suite.
pub(crate) fn place(line: usize, column: usize, length: usize, text: &str) -> Location {
    Location { file: "suites/offers.yaml".into(), line, column, length, text: text.into() }
}

fn promise_place() -> Location {
    place(25, 19, 9, "          expect: { code: GNO-S-000 }")
}

/// An exchange that took 12 ms.
pub(crate) fn exchange(method: &str, status: u16, body: &str) -> Exchange {
    let whole = |text: &str| (!text.is_empty()).then(|| Body { bytes: text.len(), text: text.into(), cut: false });
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    let request = if method == "GET" { "" } else { r#"{"customerID":"CUST-1","mobile":"99"}"# };
    Exchange {
        begun: None,
        resent: false,
        started: start(),
        sent: Sent {
            method: method.into(),
            url: format!("{TARGET}/v1/bre?referenceID=R-1"),
            headers: vec![header("x-api-key", "[secret]"), header("content-type", "application/json")],
            body: whole(request),
            form: Vec::new(),
        },
        received: Some(Received {
            status,
            headers: vec![header("content-type", "application/json"), header("x-request-id", "req-81")],
            body: whole(body),
            wire_bytes: None,
        }),
        timing: Timing { first_byte_us: Some(11_000), total_us: 12_345, ..Timing::default() },
    }
}

fn ok() -> Exchange {
    exchange("POST", 200, r#"{"data":{},"statusCode":"CUR-S-000"}"#)
}

/// An exchange to which nothing came.
pub(crate) fn unanswered(method: &str) -> Exchange {
    let timing = Timing { total_us: 30_000_000, ..Timing::default() };
    Exchange { received: None, timing, ..exchange(method, 200, "") }
}

/// Something looked for at a path.
pub(crate) fn found(path: &str, expected: &str, found: Option<&str>) -> Found {
    Found { path: path.into(), expected: expected.into(), found: found.map(String::from), why: None }
}

/// A stretch of a poll.
pub(crate) fn seen(what: &str, times: u32, from_ms: u64, to_ms: u64) -> Seen {
    Seen { what: what.into(), times, from_ms, to_ms }
}

/// One promise of each kind, with the exchange that broke it.
pub(crate) fn every_promise() -> Vec<(&'static str, Exchange, Promise)> {
    let bre = r#"{"data":{"status":"REJECTED","reason":"slab","offers":[{"offerID":"O-1"}]},"statusCode":"GEO-S-000"}"#;
    let refused = r#"{"error":"customerID is unknown","statusCode":"FBX-E-006"}"#;
    vec![
        (
            "status",
            exchange("POST", 500, r#"{"error":"internal"}"#),
            Promise::Status { expected: "200".into(), found: 500, section: Some("Trigger BRE, response codes".into()) },
        ),
        (
            "code",
            exchange("POST", 404, refused),
            Promise::Code {
                expected: "GNO-S-000".into(),
                meaning: Some("BRE triggered".into()),
                found: Some("FBX-E-006".into()),
                found_meaning: Some("User Not Found".into()),
                error: Some("customerID is unknown".into()),
            },
        ),
        (
            "no code",
            exchange("POST", 401, r#"{"message":"no"}"#),
            Promise::Code {
                expected: "GNO-S-000".into(),
                meaning: None,
                found: None,
                found_meaning: None,
                error: None,
            },
        ),
        ("body", exchange("GET", 200, bre), Promise::Body(found("$.data.status", "\"SUCCESS\"", Some("\"REJECTED\"")))),
        ("body missing", exchange("GET", 200, bre), Promise::Body(found("$.data.offer", "an array", None))),
        (
            "header",
            exchange("GET", 200, bre),
            Promise::Header(found("content-type", "a text that contains \"xml\"", Some("\"application/json\""))),
        ),
        ("latency", exchange("GET", 200, bre), Promise::Latency { limit_ms: 3_000, took_ms: 3_040 }),
        (
            "json",
            exchange("GET", 502, "<!doctype html>\n<title>Bad gateway</title>"),
            Promise::Json {
                content_type: Some("text/html".into()),
                why: "expected value at line 1 column 1".into(),
                excerpt: "<!doctype html>\n<title>Bad gateway</title>".into(),
            },
        ),
        (
            "capture",
            exchange("GET", 200, bre),
            Promise::Capture { name: "offerID".into(), found: found("$.data.offers[1].offerID", "", None) },
        ),
        (
            "gave up",
            exchange("GET", 200, bre),
            Promise::GaveUp {
                within_ms: 120_000,
                attempts: 25,
                waiting_for: vec![found("$.data.status", "\"SUCCESS\"", Some("\"PROCESSING\""))],
                history: vec![seen("\"INITIATED\"", 1, 12, 12), seen("\"PROCESSING\"", 24, 5_012, 119_800)],
            },
        ),
        (
            "hopeless",
            exchange("GET", 200, bre),
            Promise::Hopeless {
                because: "$.data.status is \"REJECTED\", which the poll's `fail` names".into(),
                attempts: 3,
                history: vec![seen("\"PROCESSING\"", 2, 12, 5_012), seen("\"REJECTED\"", 1, 10_020, 10_020)],
            },
        ),
        (
            "contract",
            exchange("GET", 200, bre),
            Promise::Contract(Box::new(Violation {
                operation: "getBre".into(),
                side: Side::Response,
                variant: Some("rejected".into()),
                pointer: "/data/status".into(),
                rule: "enum".into(),
                promised: "one of \"REJECTED\"".into(),
                found: Some("\"REFUSED\"".into()),
                near: Some("REJECTED".into()),
                section: Some("Get BRE API".into()),
                ambiguity: Some("A43".into()),
            })),
        ),
        (
            "finding",
            exchange("GET", 200, bre),
            Promise::Finding(Box::new(Finding {
                id: "undocumented-field:getBre:rejected:/data/reason".into(),
                kind: FindingKind::UndocumentedField,
                grade: Grade::Error,
                operation: "getBre".into(),
                side: Side::Response,
                variant: Some("rejected".into()),
                pointer: "/data/reason".into(),
                what: "`/data/reason` is not documented".into(),
                found: Some("\"slab\"".into()),
                near: Some("rejectionReason".into()),
                section: Some("Get BRE API".into()),
                ambiguity: None,
            })),
        ),
        (
            "snapshot",
            exchange("GET", 200, bre),
            Promise::Snapshot(Box::new(SnapshotDifference {
                name: "offers__case__get-bre".into(),
                file: "snapshots/offers__case__get-bre.snap".into(),
                against: Against::Accepted,
                more: 0,
                changes: vec![Change {
                    kind: ChangeKind::Changed,
                    path: "$.data.reason".into(),
                    before: Some("\"age\"".into()),
                    after: Some("\"slab\"".into()),
                }],
                text: vec!["-  \"reason\": \"age\"".into(), "+  \"reason\": \"slab\"".into()],
            })),
        ),
    ]
}

/// One error of each kind.
pub(crate) fn every_error() -> Vec<(StepErrorKind, Option<Exchange>, &'static str)> {
    vec![
        (StepErrorKind::Unreachable, Some(unanswered("POST")), "connection refused (os error 111)"),
        (StepErrorKind::TimedOut, Some(unanswered("POST")), "no complete answer within 30 s"),
        (StepErrorKind::Broken, Some(unanswered("GET")), "connection closed before message completed"),
        (StepErrorKind::Tls, Some(unanswered("GET")), "invalid peer certificate: UnknownIssuer"),
        (StepErrorKind::TooLarge, Some(unanswered("GET")), "the body has more than 64 MB"),
        (
            StepErrorKind::Encoding,
            Some(unanswered("GET")),
            "the body is encoded as `zstd`, which cannot be undone here",
        ),
        (StepErrorKind::Request, None, "the file `suites/files/pan.pdf` cannot be read: permission denied"),
        (StepErrorKind::Gateway, Some(unanswered("GET")), "HTTP 502 came, which the contract does not document"),
        (StepErrorKind::Expectation, Some(exchange("GET", 200, "{}")), "`o.nope` has no value here"),
        (StepErrorKind::Output, None, "`offer.id` has no value here"),
        (StepErrorKind::Stopped, None, "the run was stopped by Ctrl-C"),
        (StepErrorKind::Missing, None, "share 3 of 4 is missing: no journal of it was given"),
    ]
}

const SUITES: &[(&str, &str, &[&str])] = &[
    ("suites/operations/create-user.yaml", "Create user", &["a new customer is created", "a known mobile is refused"]),
    (
        "suites/offers.yaml",
        "Offers from the business rule engine",
        &[
            "an approved applicant gets an offer inside the slabs",
            "a rejected applicant gets no offer",
            "an offer is accepted once",
        ],
    ),
];

/// Everything passes; cases end in another order than they are listed.
pub(crate) fn passing_run() -> Vec<Event> {
    let mut story = Story::new(SUITES, 1);
    for case in [1, 0, 4, 2, 3] {
        story.pass(case, 4);
    }
    story.over()
}

/// A night with something of everything.
pub(crate) fn mixed_run() -> Vec<Event> {
    let mut story = Story::new(SUITES, 1);
    story.pass(1, 1);
    let body =
        r#"{"data":{"status":"REJECTED","reason":"slab","offers":[]},"statusCode":"GEO-E-003","error":"no slab"}"#;
    story.fail(
        2,
        exchange("GET", 200, body),
        vec![
            Promise::Code {
                expected: "GEO-S-000".into(),
                meaning: Some("Offers generated".into()),
                found: Some("GEO-E-003".into()),
                found_meaning: Some("No offer".into()),
                error: Some("no slab".into()),
            },
            Promise::Body(found("$.data.status", "\"SUCCESS\"", Some("\"REJECTED\""))),
        ],
    );
    story.error(3, Some(unanswered("POST")), StepErrorKind::Unreachable, "connection refused (os error 111)");
    story.pass(0, 4);
    story.skip(4, "`--fail-fast`: case 3 failed");
    story.over()
}

/// A run that was killed: one case under way, two never begun.
pub(crate) fn killed_run() -> Vec<Event> {
    let mut story = Story::new(SUITES, 1);
    story.pass(0, 4);
    story.pass(1, 4);
    story.begin(3);
    story.step(3, 0, Some(ok()), StepOutcome::Passed);
    story.events
}

/// A run that somebody stopped.
pub(crate) fn interrupted_run() -> Vec<Event> {
    let mut story = Story::new(SUITES, 1);
    story.pass(0, 4);
    story.interrupt("Ctrl-C");
    story.error(2, None, StepErrorKind::Stopped, "the run was stopped by Ctrl-C");
    for case in [1, 3, 4] {
        story.skip(case, "the run was stopped");
    }
    story.over()
}

/// A run against a server that is down.
pub(crate) fn unreachable_run() -> Vec<Event> {
    let mut story = Story::new(SUITES, 1);
    for case in [1, 0, 2, 4, 3] {
        story.error(case, Some(unanswered("POST")), StepErrorKind::Unreachable, "connection refused (os error 111)");
    }
    story.over()
}

/// Two cases, three rounds; the second case fails in the second round.
pub(crate) fn rounds_run() -> Vec<Event> {
    let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["one", "two"])], 3);
    for case in [0, 2, 1, 4, 5] {
        story.pass(case, 2);
    }
    let (_, exchange, promise) = every_promise().swap_remove(3);
    story.fail(3, exchange, vec![promise]);
    story.over()
}

/// Every promise and every error, a case each.
pub(crate) fn everything_run() -> Vec<Event> {
    let (promises, errors) = (every_promise(), every_error());
    let names: Vec<String> = promises
        .iter()
        .map(|(name, ..)| format!("broken promise: {name}"))
        .chain(errors.iter().map(|(kind, ..)| format!("error: {kind:?}")))
        .collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let mut story = Story::new(&[("suites/offers.yaml", "Everything", &names)], 1);
    let count = promises.len();
    for (case, (_, exchange, promise)) in promises.into_iter().enumerate() {
        story.fail(case, exchange, vec![promise]);
    }
    for (index, (kind, exchange, message)) in errors.into_iter().enumerate() {
        story.error(count + index, exchange, kind, message);
    }
    story.over()
}

/// A step that captured something, for the journal.
pub(crate) fn captured(name: &str, value: &str) -> Captured {
    Captured { name: name.into(), value: value.into() }
}

/// A waiver whose last day is over.
pub(crate) fn refused_waiver() -> EventKind {
    let waiver = WaiverEntry {
        what: "the code of Get BRE".into(),
        owner: "Asha".into(),
        reason: "known".into(),
        expires: "2026-02-28".into(),
        place: place(1, 1, 1, "x"),
    };
    EventKind::WaiverRefused(Box::new(WaiverRefused { waiver, why: WaiverFault::Expired }))
}
