//! A run in the making: short to write, complete enough to be real.

use proviso::event::{
    AttemptFinished, Body, CaseEntry, CaseFinished, CaseOutcome, CaseStarted, Event, EventKind, Exchange, FORMAT,
    Failure, Found, Promise, Received, RunFinished, RunStarted, Sent, StepFinished, StepOutcome, StepStarted,
    SuiteEntry, Timestamp, Timing, Validation,
};
use proviso::source::Location;
use std::time::Duration;

/// Where requests of these runs go.
pub(crate) const TARGET: &str = "http://127.0.0.1:4010";

/// A suite: its file, its name, and its cases with their tags.
pub(crate) type SuiteOf<'a> = (&'a str, &'a str, Vec<(String, Vec<&'a str>)>);

/// A run in the making.
pub(crate) struct Story {
    pub(crate) events: Vec<Event>,
    now: Timestamp,
}

/// A step to be told.
pub(crate) struct Step {
    pub(crate) name: &'static str,
    pub(crate) operation: &'static str,
    pub(crate) expected: &'static str,
    pub(crate) outcome: StepOutcome,
    pub(crate) attempts: Vec<Attempt>,
}

/// An exchange, and what a poll made of it.
pub(crate) struct Attempt {
    pub(crate) exchange: Exchange,
    pub(crate) seen: Vec<Found>,
    pub(crate) wait_ms: Option<u64>,
    pub(crate) retried: Option<String>,
    pub(crate) held: Option<Validation>,
}

impl Story {
    /// Begins a run of these cases: for each suite its file and name, then its cases with their tags.
    pub(crate) fn new(suites: &[SuiteOf<'_>]) -> Self {
        let mut cases = Vec::new();
        for (suite, (_, _, names)) in suites.iter().enumerate() {
            cases.extend(names.iter().enumerate().map(|(index, (name, tags))| CaseEntry {
                suite,
                name: name.clone(),
                setup: false,
                line: Some(9 + 14 * index),
                tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
                about: None,
            }));
        }
        let suites =
            suites.iter().map(|(file, name, _)| SuiteEntry { file: (*file).into(), name: (*name).into(), about: None });
        let now = Timestamp::new("2026-03-01T02:30:00Z".parse().expect("the moment is one"));
        let mut story = Self { events: Vec::new(), now };
        story.say(EventKind::RunStarted(Box::new(RunStarted {
            format: FORMAT,
            run: "20260301-023000-002a".into(),
            version: "0.1.0".into(),
            command: ["proviso", "run", "--env", "uat", "--reruns", "1", "--seed", "42"].map(String::from).into(),
            environment: "uat".into(),
            target: TARGET.into(),
            seed: 42,
            host: "ci-7".into(),
            suites: suites.collect(),
            cases,
            rounds: 1,
            left_out: 3,
            flaky_fails: false,
            share: None,
        })));
        story
    }

    /// Adds an event.
    pub(crate) fn say(&mut self, kind: EventKind) {
        self.events.push(Event { at: self.now, kind });
    }

    /// Lets time pass.
    pub(crate) fn wait(&mut self, us: u64) {
        self.now = self.now.after(Duration::from_micros(us));
    }

    /// A case of these steps.
    pub(crate) fn case(&mut self, case: usize, steps: Vec<Step>, outcome: CaseOutcome) {
        self.time(case, steps);
        self.end(case, outcome);
    }

    /// One time through a case.
    pub(crate) fn time(&mut self, case: usize, steps: Vec<Step>) {
        self.say(EventKind::CaseStarted(CaseStarted { case }));
        for (number, step) in steps.into_iter().enumerate() {
            self.step(case, number, step);
        }
    }

    /// The end of a case.
    pub(crate) fn end(&mut self, case: usize, outcome: CaseOutcome) {
        self.say(EventKind::CaseFinished(CaseFinished { case, outcome, took_us: 2_350_000 }));
    }

    fn step(&mut self, case: usize, number: usize, step: Step) {
        if !matches!(step.outcome, StepOutcome::Skipped { .. }) {
            self.say(EventKind::StepStarted(StepStarted { case, step: number, name: step.name.into() }));
        }
        let (made, mut took_us) = (u32::try_from(step.attempts.len()).unwrap_or(u32::MAX), 0);
        for (attempt, one) in (1..).zip(step.attempts) {
            let exchange = Exchange { started: self.now, ..one.exchange };
            let passed = exchange.timing.total_us + one.wait_ms.unwrap_or(0) * 1_000;
            took_us += passed;
            self.say(EventKind::AttemptFinished(Box::new(AttemptFinished {
                case,
                step: number,
                attempt,
                exchange,
                seen: one.seen,
                wait_ms: one.wait_ms,
                within_ms: None,
                retried: one.retried,
                validation: one.held.map(Box::new),
            })));
            self.wait(passed);
        }
        let good = matches!(step.outcome, StepOutcome::Passed);
        self.say(EventKind::StepFinished(Box::new(StepFinished {
            case,
            step: number,
            name: step.name.into(),
            operation: Some(step.operation.into()),
            place: (!good).then(|| place(12 + 10 * number, "      - name: a step")),
            used: Vec::new(),
            expected: Some(step.expected.into()),
            outcome: step.outcome,
            attempts: made,
            checks: 4,
            captured: Vec::new(),
            took_us,
            turn: None,
            cleanup: false,
        })));
    }

    /// Ends the run.
    pub(crate) fn over(mut self) -> Vec<Event> {
        self.say(EventKind::RunFinished(RunFinished { took_us: 184_200_000 }));
        self.events
    }
}

/// A place in a suite.
pub(crate) fn place(line: usize, text: &str) -> Location {
    let column = text.len() - text.trim_start().len() + 1;
    Location { file: "suites/offers.yaml".into(), line, column, length: text.trim().len(), text: text.into() }
}

/// A failure, written there.
pub(crate) fn failure(promise: Promise) -> Failure {
    Failure { place: place(31, "            $.data.status: SUCCESS"), promise }
}

/// A failed step's outcome.
pub(crate) fn failed(promises: Vec<Promise>) -> StepOutcome {
    StepOutcome::Failed(promises.into_iter().map(failure).collect())
}

/// Something looked for.
pub(crate) fn found(path: &str, expected: &str, found: Option<&str>) -> Found {
    Found { path: path.into(), expected: expected.into(), found: found.map(String::from), why: None }
}

/// An exchange.
pub(crate) fn exchange(method: &str, path: &str, request: &str, status: u16, response: &str, us: u64) -> Exchange {
    let whole = |text: &str| (!text.is_empty()).then(|| Body { bytes: text.len(), text: text.into(), cut: false });
    let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
    Exchange {
        begun: None,
        resent: false,
        started: Timestamp::new("2026-03-01T02:30:00Z".parse().expect("the moment is one")),
        sent: Sent {
            method: method.into(),
            url: format!("{TARGET}{path}"),
            headers: vec![
                header("x-api-key", "[secret]"),
                header("content-type", "application/json"),
                header("accept-encoding", "gzip, br"),
                header("user-agent", "proviso/0.1.0"),
            ],
            body: whole(request),
            form: Vec::new(),
        },
        received: Some(Received {
            status,
            headers: vec![
                header("content-type", "application/json; charset=utf-8"),
                header("date", "Sun, 01 Mar 2026 02:30:00 GMT"),
                header("x-request-id", "0d9c7d5e-6a2b-4c1f-9f0e-3b1c5a7e9d11"),
            ],
            body: whole(response),
            wire_bytes: None,
        }),
        timing: Timing {
            dns_us: Some(us / 20),
            connect_us: Some(us / 8),
            first_byte_us: Some(us - us / 10),
            total_us: us,
        },
    }
}

/// An attempt that ends its step.
pub(crate) fn only(exchange: Exchange) -> Vec<Attempt> {
    vec![Attempt { exchange, seen: Vec::new(), wait_ms: None, retried: None, held: None }]
}

/// A step that passed.
pub(crate) fn create_user(us: u64) -> Step {
    let request = r#"{"customerID":"CUST-7Q2K","mobile":"9000000001","source":"partner"}"#;
    let response = r#"{"data":{"customerID":"CUST-7Q2K","status":"CREATED"},"statusCode":"CUR-S-000","error":""}"#;
    Step {
        name: "Create user",
        operation: "createUser",
        expected: "code: CUR-S-000\nbody:\n  $.data.customerID: { equals: CUST-7Q2K }",
        outcome: StepOutcome::Passed,
        attempts: only(exchange("POST", "/v1/user", request, 200, response, us)),
    }
}

/// A step that passed.
pub(crate) fn trigger_bre(us: u64) -> Step {
    let request = r#"{"customerID":"CUST-7Q2K","riskVariables":{"vintage":14,"gmv":182000.50}}"#;
    let response = r#"{"data":{"referenceID":"R-81"},"statusCode":"GNO-S-000","error":""}"#;
    Step {
        name: "Trigger BRE",
        operation: "triggerBre",
        expected: "code: GNO-S-000",
        outcome: StepOutcome::Passed,
        attempts: only(exchange("POST", "/v1/bre", request, 200, response, us)),
    }
}

/// The answer to Get BRE.
pub(crate) fn bre(us: u64, status: &str, rest: &str) -> Exchange {
    let response = format!(r#"{{"data":{{"status":"{status}"{rest}}},"statusCode":"GEO-S-000","error":""}}"#);
    exchange("GET", "/v1/bre?referenceID=R-81", "", 200, &response, us)
}

/// A poll that asked so often in vain, then with this answer.
pub(crate) fn get_bre(asked: u64, last: Exchange, outcome: StepOutcome) -> Step {
    let mut attempts: Vec<Attempt> = (0..asked)
        .map(|n| {
            let status = if n < 2 { "INITIATED" } else { "PROCESSING" };
            Attempt {
                exchange: bre(9_000 + n * 700, status, ""),
                seen: vec![found("$.data.status", "\"SUCCESS\"", Some(&format!("\"{status}\"")))],
                wait_ms: Some(150),
                retried: None,
                held: None,
            }
        })
        .collect();
    attempts.extend(only(last));
    Step {
        name: "Get BRE",
        operation: "getBre",
        expected: "status: 200\ncode: GEO-S-000\nwithin: 3s\nbody:\n  $.data.status: SUCCESS\n  $.data.offers: { length: { min: 1 } }",
        outcome,
        attempts,
    }
}

/// A step that was not run.
pub(crate) fn accept_offer() -> Step {
    Step {
        name: "Accept offer",
        operation: "acceptOffer",
        expected: "code: ACO-S-000",
        outcome: StepOutcome::Skipped { reason: "an earlier step did not pass".into() },
        attempts: Vec::new(),
    }
}
