//! Every case of `suites/` is a test of its own, run against the reference server in this process.
//!
//! No socket is opened and time is virtual, so that polls and stages cost nothing. `cargo nextest run --test suites` works
//! too, `--partition` included. A name is `file/case`; part of one selects, as in `cargo test --test suites -- deep`.

mod support;

use http_body_util::BodyExt as _;
use libtest_mimic::{Arguments, Failed, Trial};
use proviso::cli::embed::{self, Runnable};
use proviso::event::{Counts, Verdict};
use proviso::plan::{Plan, PlannedCase};
use proviso::report::Verbosity;
use proviso::sandbox;
use proviso::transport::InProcess;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use support::journey::{Journey, drawn, on_virtual_time, origin, terminal};
use tower::ServiceExt as _;

fn main() -> ExitCode {
    let arguments = Arguments::from_args();
    let read = embed::read(&[wanted(&arguments)], None).map_err(|problems| Failed::from(drawn(&problems)));
    let trials = match read {
        Ok(runnable) => trials(runnable),
        // Suites with mistakes are one test that fails, so that every tool shows what is wrong with them.
        Err(problems) => vec![Trial::test("the suites can be read", || Err(problems))],
    };
    libtest_mimic::run(&arguments, trials).exit_code()
}

/// What is to be read. Nextest starts a process for every case and asks it for one exact name: then one file is enough.
fn wanted(arguments: &Arguments) -> PathBuf {
    let exact = arguments.filter.as_deref().filter(|_| arguments.exact && !arguments.list).unwrap_or_default();
    let files = exact.match_indices('/').map(|(at, _)| PathBuf::from(format!("suites/{}.yaml", &exact[..at])));
    files.into_iter().find(|file| file.is_file()).unwrap_or_else(|| PathBuf::from("suites"))
}

/// One trial for every case.
fn trials(runnable: Runnable) -> Vec<Trial> {
    let runnable = Arc::new(runnable);
    let cases = runnable.plan.cases.iter();
    cases
        .map(|case| {
            let (runnable, case) = (Arc::clone(&runnable), Arc::clone(case));
            Trial::test(name(&runnable.plan, &case), move || run(&runnable, &case))
        })
        .collect()
}

/// A name without line breaks, which nextest refuses.
fn name(plan: &Plan, case: &PlannedCase) -> String {
    let file = &plan.suites[case.suite].file;
    let file = file.strip_prefix("suites/").unwrap_or(file);
    let file = file.strip_suffix(".yaml").unwrap_or(file);
    format!("{file}/{}", case.name).replace(char::is_control, " ")
}

fn run(runnable: &Runnable, case: &Arc<PlannedCase>) -> Result<(), Failed> {
    let whole = &runnable.plan;
    let plan = Plan {
        sources: Arc::clone(&whole.sources),
        suites: whole.suites.clone(),
        cases: vec![Arc::clone(case)],
        contracts: whole.contracts.clone(),
        left_out: whole.cases.len() - 1,
        unmatched: Vec::new(),
        set: String::new(),
        globals: whole.globals.clone(),
        files: whole.files.clone(),
        secrets: whole.secrets.clone(),
    };
    let files = Arc::clone(&runnable.files);
    // Snapshots are owned by the case's place in the whole plan.
    let place = whole.cases.iter().position(|other| Arc::ptr_eq(other, case)).unwrap_or_default();
    let snapshots = Arc::new(runnable.snapshots.of_case(place));
    let journey = Journey { files, snapshots, variables: (*runnable.variables).clone(), ..Journey::new(plan) };
    let events = on_virtual_time(async { journey.run(server()).await });
    let mut counts = Counts::default();
    events.iter().for_each(|event| counts.add(&event.kind));
    match counts.verdict() {
        Verdict::Passed => Ok(()),
        Verdict::Failed | Verdict::Error | Verdict::Interrupted => {
            let report = terminal(&events, Verbosity::Failures);
            // The header speaks of the whole run, which is of no use here.
            Err(Failed::from(report.split_once("\n\n").map_or(report.as_str(), |(_, rest)| rest).to_owned()))
        }
    }
}

/// A reference server of the case's own, with a clock that begins where the run's does.
fn server() -> InProcess {
    let app = sandbox::app(sandbox::Settings { origin: Some(origin().timestamp()), ..sandbox::Settings::default() });
    InProcess::new(move |request| {
        let app = app.clone();
        Box::pin(async move {
            let response = app.oneshot(request.map(axum::body::Body::from)).await;
            let (head, body) = response.map_err(|error| error.to_string())?.into_parts();
            let body = body.collect().await.map_err(|error| error.to_string())?.to_bytes();
            Ok(http::Response::from_parts(head, body))
        })
    })
}
