//! All reports of one run held against each other: the same cases, the same outcomes, the same first failure, the same
//! counts.

use crate::diagnostic::Style;
use crate::event::testing::{
    Story, every_promise, everything_run, interrupted_run, killed_run, mixed_run, passing_run, rounds_run,
    unreachable_run,
};
use crate::event::{CaseOutcome, CaseRerun, Event, EventKind, Failure, Outcome, StepOutcome};
use crate::report::coverage::fixture::{held_run, waived_run};
use crate::report::fold::RunFold;
use crate::report::testing::{folded, told};
use crate::report::{
    Annotations, Build, CodeQuality, Ctrf, Html, Json, Junit, Markdown, Reporter, Tap, Terminal, Tracing, Verbosity,
    history_record,
};
use quick_xml::events::Event as Xml;
use serde_json::Value;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A case that passes when it is run again, and one that does not.
fn reruns() -> Vec<Event> {
    let mut story = Story::new(&[("suites/offers.yaml", "Offers", &["flaky", "stubborn"])], 1);
    for (case, last) in [(0, StepOutcome::Passed), (1, StepOutcome::Passed)] {
        let (_, exchange, promise) = every_promise().swap_remove(0);
        let failure = Failure { place: crate::event::testing::place(3, 1, 1, "x"), promise };
        story.begin(case);
        story.step(case, 0, Some(exchange.clone()), StepOutcome::Failed(vec![failure.clone()]));
        story.say(EventKind::CaseRerun(CaseRerun { case, outcome: CaseOutcome::Failed, time: 1 }));
        story.begin(case);
        let (last, outcome) = match case {
            0 => (last, CaseOutcome::Flaky { reruns: 1 }),
            _ => (StepOutcome::Failed(vec![failure]), CaseOutcome::Failed),
        };
        story.step(case, 0, Some(exchange), last);
        story.end(case, outcome);
    }
    story.over()
}

pub(super) fn runs() -> Vec<(&'static str, Vec<Event>)> {
    vec![
        ("passing", passing_run()),
        ("mixed", mixed_run()),
        ("killed", killed_run()),
        ("interrupted", interrupted_run()),
        ("unreachable", unreachable_run()),
        ("rounds", rounds_run()),
        ("everything", everything_run()),
        ("held", held_run()),
        ("waived", waived_run()),
        ("reruns", reruns()),
    ]
}

/// What one report says of every case: how it ended and what was wrong first, by its name.
type Cases = BTreeMap<String, (String, String)>;

fn written(make: impl for<'a> FnOnce(&'a mut Vec<u8>) -> Box<dyn Reporter + 'a>, events: &[Event]) -> String {
    let mut out = Vec::new();
    told(&mut make(&mut out), events);
    String::from_utf8(out).unwrap()
}

fn folded_cases(run: &RunFold) -> Cases {
    let index = run.index().unwrap();
    let case = |result: &crate::report::fold::CaseResult| {
        let problem = result.problem.as_ref().map(|problem| problem.headline.message()).unwrap_or_default();
        (index.name(result.case), (result.outcome.word().to_owned(), problem))
    };
    run.results().iter().map(case).collect()
}

fn json_cases(events: &[Event]) -> (Cases, Value) {
    let text = written(|out| Box::new(Json::new(out)), events);
    let value: Value = serde_json::from_str(&text).unwrap();
    let case = |case: &Value| {
        let problem = case["problem"].as_object().map_or_else(String::new, |problem| {
            let (step, title) = (problem["step"].as_str().unwrap(), problem["title"].as_str().unwrap());
            if step.is_empty() { title.to_owned() } else { format!("{step}: {title}") }
        });
        (case["name"].as_str().unwrap().to_owned(), (case["outcome"].as_str().unwrap().to_owned(), problem))
    };
    (value["cases"].as_array().unwrap().iter().map(case).collect(), value["counts"].clone())
}

fn ctrf_cases(events: &[Event]) -> (Cases, Value) {
    let text = written(|out| Box::new(Ctrf::new(out, Build::default())), events);
    let value: Value = serde_json::from_str(&text).unwrap();
    let tests = value["results"]["tests"].as_array().unwrap();
    let cases = tests.iter().filter(|test| test["rawStatus"] != "waiver").map(|test| {
        let outcome = test["rawStatus"].as_str().unwrap().to_owned();
        let problem = if outcome == "skipped" { "" } else { test["message"].as_str().unwrap_or_default() };
        (test["name"].as_str().unwrap().to_owned(), (outcome, problem.to_owned()))
    });
    (cases.collect(), value["results"]["summary"].clone())
}

/// JUnit has fewer outcomes: what it makes of each, and the message of what is bad.
fn junit_cases(events: &[Event]) -> Cases {
    let text = written(|out| Box::new(Junit::new(out)), events);
    let mut reader = quick_xml::Reader::from_str(&text);
    let (mut cases, mut name) = (Cases::new(), String::new());
    loop {
        match reader.read_event().unwrap() {
            Xml::Start(tag) | Xml::Empty(tag) => {
                let attribute = |wanted: &str| {
                    tag.attributes().flatten().find(|attribute| attribute.key.as_ref() == wanted.as_bytes()).map(
                        |one| {
                            let value = String::from_utf8(one.value.into_owned()).unwrap();
                            quick_xml::escape::unescape(&value).unwrap().into_owned()
                        },
                    )
                };
                match tag.name().as_ref() {
                    b"testcase" if attribute("classname").as_deref() == Some("waivers") => name.clear(),
                    b"testcase" => {
                        name = attribute("name").unwrap();
                        cases.insert(name.clone(), ("passed".to_owned(), String::new()));
                    }
                    kind @ (b"failure" | b"error" | b"skipped") => {
                        let kind = String::from_utf8(kind.to_vec()).unwrap();
                        let message = if kind == "skipped" { String::new() } else { attribute("message").unwrap() };
                        if let Some(case) = cases.get_mut(&name) {
                            *case = (kind, message);
                        }
                    }
                    _ => {}
                }
            }
            Xml::Eof => return cases,
            _ => {}
        }
    }
}

fn as_junit(outcome: &str) -> &'static str {
    match outcome {
        "failed" => "failure",
        "error" | "no result" => "error",
        "waived" | "skipped" => "skipped",
        _ => "passed",
    }
}

fn html_cases(events: &[Event]) -> BTreeMap<String, String> {
    let text = written(|out| Box::new(Html::new(out)), events);
    let (_, rest) = text.split_once("<script type=\"application/json\" id=\"run\">").unwrap();
    let run: Value = serde_json::from_str(rest.split_once("</script>").unwrap().0).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    run["cases"].as_array().unwrap().iter().map(|case| (text(&case["n"]), text(&case["o"]))).collect()
}

#[test]
fn every_report_says_the_same_of_every_case() {
    for (name, events) in runs() {
        let run = folded(&events);
        let cases = folded_cases(&run);
        assert_eq!(json_cases(&events).0, cases, "summary.json of the run {name}");
        assert_eq!(ctrf_cases(&events).0, cases, "CTRF of the run {name}");
        let page = html_cases(&events);
        let on_page = |outcome: &str| if outcome == "no result" { "missing".to_owned() } else { outcome.to_owned() };
        let wanted: BTreeMap<String, String> =
            cases.iter().map(|(case, (outcome, _))| (case.clone(), on_page(outcome))).collect();
        assert_eq!(page, wanted, "the HTML report of the run {name}");
        let junit = junit_cases(&events);
        for (case, (outcome, problem)) in &cases {
            let wanted = as_junit(outcome);
            let message = if matches!(wanted, "failure" | "error") { problem.as_str() } else { "" };
            let case = case.split_whitespace().collect::<Vec<_>>().join(" ");
            let (kind, said) = &junit[&case];
            assert_eq!((kind.as_str(), said.as_str()), (wanted, message), "JUnit of the run {name}, {case}");
        }
    }
}

#[test]
fn every_report_tells_the_same_first_failure() {
    for (name, events) in runs() {
        let run = folded(&events);
        let index = run.index().unwrap();
        let tap = written(|out| Box::new(Tap::new(out)), &events);
        let gitlab = written(|out| Box::new(CodeQuality::new(out, Build::default())), &events);
        let gitlab: Vec<Value> = serde_json::from_str(&gitlab).unwrap();
        let markdown = written(|out| Box::new(Markdown::new(out, Build::default())), &events);
        let annotations = written(|out| Box::new(Annotations::new(out, Build::default())), &events);
        let screen = written(|out| Box::new(Terminal::new(out, Style::Plain, Verbosity::Cases, 400)), &events);
        for result in run.results() {
            let Some(problem) = &result.problem else { continue };
            let message = problem.headline.message();
            assert!(tap.contains(&Value::from(message.as_str()).to_string()), "TAP of {name}: {message}\n{tap}");
            let described = |issue: &Value| issue["description"].as_str().unwrap().contains(&message);
            assert!(gitlab.iter().any(described), "GitLab of {name}: {message}");
            let group = &run.groups().all()[problem.group];
            assert!(group.cases.contains(&result.case), "every problem is in its group");
            let is_first = group.cases.first() == Some(&result.case);
            let title = index.title(result.case);
            if is_first && annotations.lines().count() < 10 {
                assert!(annotations.contains(&title), "annotations of {name}: {title}\n{annotations}");
            }
            if is_first {
                let plain = title.split(" › ").last().unwrap();
                assert!(markdown.replace('\\', "").contains(plain), "Markdown of {name}: {plain}");
            }
            if result.outcome.is_bad() {
                assert!(screen.contains(&title), "the screen of {name}: {title}\n{screen}");
            }
        }
    }
}

#[test]
fn every_report_counts_alike() {
    for (name, events) in runs() {
        let run = folded(&events);
        let counts = run.counts();
        let (_, json) = json_cases(&events);
        let (_, ctrf) = ctrf_cases(&events);
        let of = |outcome: Outcome| run.results().iter().filter(|result| result.outcome == outcome).count();
        let wanted = [
            ("passed", of(Outcome::Passed), counts.passed),
            ("failed", of(Outcome::Failed), counts.failed),
            ("errors", of(Outcome::Error), counts.troubled),
            ("flaky", of(Outcome::Flaky), counts.flaky),
            ("waived", of(Outcome::Waived), counts.waived),
            ("skipped", of(Outcome::Skipped), counts.skipped),
            ("missing", of(Outcome::Missing), counts.missing()),
        ];
        for (kind, results, counted) in wanted {
            assert_eq!(results, counted, "{kind} of the run {name}");
            assert_eq!(json[kind], counted, "summary.json of {name}: {kind}");
        }
        let bad = of(Outcome::Failed) + of(Outcome::Error) + of(Outcome::Missing) + counts.waivers_refused;
        assert_eq!(ctrf["failed"], bad, "CTRF of the run {name}");
        let record = history_record(&run).unwrap();
        let mut tracing = Tracing::default();
        events.iter().for_each(|event| tracing.add(&Arc::new(event.clone())));
        let trace = tracing.finish().unwrap();
        assert_eq!(trace.verdict, record.verdict);
        assert_eq!(trace.operations.into_iter().collect::<Vec<_>>(), record.operations, "times of the run {name}");
        let kept: BTreeMap<&str, Outcome> = record.cases.iter().map(|case| (case.case.as_str(), case.sign)).collect();
        let compared: BTreeMap<&str, Outcome> =
            trace.cases.iter().map(|case| (case.case.as_str(), case.sign)).collect();
        assert_eq!(kept, compared, "the history and comparisons of the run {name}");
    }
}
