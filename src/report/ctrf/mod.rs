//! CTRF, the Common Test Report Format: JSON for dashboards. <https://ctrf.io/docs/specification/overview>
//!
//! A case is a test and its steps are steps. What could not be told is `failed` with the raw status `error`, and so is
//! a case without a result: readers that gate on `failed` must not let either pass. What is waived is `other`.

mod test;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::build::Build;
use super::explain::explain_waiver;
use super::findings::{FoundThing, grade};
use super::fold::{CaseResult, RunFold};
use crate::event::{Event, Outcome, RunStarted, Timestamp, Verdict};
use crate::text::visible_line;
use serde_json::{Map, Value, json};
use std::io::{self, Write};
use std::sync::Arc;

/// The version of the specification that is followed.
const SPECIFICATION: &str = "0.1.0";

/// Writes CTRF, its tests as they come.
pub struct Ctrf<W> {
    writer: W,
    build: Build,
    begun: bool,
    counts: Counts,
}

/// What was written, as the summary counts it.
#[derive(Debug, Default)]
struct Counts {
    tests: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    other: usize,
    flaky: usize,
}

impl<W: Write> Ctrf<W> {
    /// A report that writes there, of a run that is part of that build.
    pub fn new(writer: W, build: Build) -> Self {
        Self { writer, build, begun: false, counts: Counts::default() }
    }

    fn begin(&mut self, run: Option<&RunStarted>) -> io::Result<()> {
        self.begun = true;
        write!(self.writer, r#"{{"reportFormat":"CTRF","specVersion":"{SPECIFICATION}","generatedBy":"Proviso","#)?;
        let mut tool = json!({ "name": "Proviso" });
        if let Some(run) = run {
            write!(self.writer, r#""runId":{},"#, Value::from(named(&run.run)))?;
            tool["version"] = run.version.as_str().into();
        }
        write!(self.writer, r#""results":{{"tool":{tool},"tests":["#)
    }

    fn write(&mut self, run: &RunFold) -> io::Result<()> {
        let Some(index) = run.index() else { return Ok(()) };
        for result in run.ready() {
            let test = test::test(index, result, &self.build);
            self.counts.add(result);
            self.test(&test)?;
        }
        Ok(())
    }

    fn test(&mut self, test: &Value) -> io::Result<()> {
        self.writer.write_all(if self.counts.tests > 1 { b",\n" } else { b"\n" })?;
        serde_json::to_writer(&mut self.writer, test)?;
        Ok(())
    }

    fn summary(&self, run: &RunFold) -> Value {
        let Counts { tests, passed, failed, skipped, other, flaky } = self.counts;
        let (first, last) = run.span().map_or((0, 0), |(first, last)| (millis(first), millis(last)));
        json!({
            "tests": tests,
            "passed": passed,
            "failed": failed,
            "skipped": skipped,
            "pending": 0,
            "other": other,
            "flaky": flaky,
            "suites": run.started().map_or(0, |run| run.suites.len()),
            "start": first,
            "stop": last,
            "duration": u64::try_from(run.took().as_millis()).unwrap_or(u64::MAX),
        })
    }

    fn environment(&self, fold: &RunFold) -> Value {
        let run = fold.started();
        let build = &self.build;
        let text = |text: &Option<String>| text.as_deref().map(Value::from);
        let share = run.and_then(|run| run.share.as_ref());
        let members = [
            ("reportName", Some(Value::from("Proviso"))),
            ("testEnvironment", run.map(|run| run.environment.as_str().into())),
            ("shardId", share.map(|share| format!("{}:{}/{}", share.by, share.number, share.of).into())),
            ("healthy", Some((fold.counts().verdict() == Verdict::Passed).into())),
            ("buildId", text(&build.id)),
            ("buildName", text(&build.name)),
            ("buildNumber", build.number.map(Value::from)),
            ("buildUrl", text(&build.url)),
            ("repositoryName", text(&build.repository)),
            ("repositoryUrl", text(&build.repository_url)),
            ("commit", text(&build.commit)),
            ("branchName", text(&build.branch)),
            ("osPlatform", text(&build.platform)),
            ("extra", run.map(|run| extra(run, build, &fold.findings().found))),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect::<Map<_, _>>().into()
    }

    /// A run of which not even the beginning is known is no pass either.
    fn nothing(&mut self) -> io::Result<()> {
        self.counts = Counts { tests: 1, failed: 1, ..Counts::default() };
        let message = "no result: the run ended before it said what it would do";
        self.test(
            &json!({ "name": "run", "status": "failed", "rawStatus": "no result", "duration": 0, "message": message }),
        )
    }
}

impl Counts {
    fn add(&mut self, result: &CaseResult) {
        self.tests += 1;
        self.flaky += usize::from(result.outcome == Outcome::Flaky);
        match test::status(result) {
            "passed" => self.passed += 1,
            "failed" => self.failed += 1,
            "skipped" => self.skipped += 1,
            _ => self.other += 1,
        }
    }
}

impl<W: Write> Reporter for Ctrf<W> {
    fn event(&mut self, _: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        if !self.begun {
            self.begin(run.started())?;
        }
        self.write(run)
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        if !self.begun {
            self.begin(run.started())?;
        }
        self.write(run)?;
        if run.index().is_none() {
            self.nothing()?;
        }
        for refused in run.waivers() {
            self.counts.tests += 1;
            self.counts.failed += 1;
            self.test(&test::waiver(&explain_waiver(refused), &self.build))?;
        }
        let (summary, environment) = (self.summary(run), self.environment(run));
        write!(self.writer, "\n],\n\"summary\":{summary},\n\"environment\":{environment}}}")?;
        if let Some((_, last)) = run.span() {
            write!(self.writer, ",\"timestamp\":\"{last}\"")?;
        }
        self.writer.write_all(b"}\n")?;
        self.writer.flush()
    }
}

/// What there is no member for.
fn extra(run: &RunStarted, build: &Build, found: &[FoundThing]) -> Value {
    let mut extra = json!({ "target": run.target, "seed": run.seed, "host": run.host, "command": run.command });
    if let Some(system) = &build.system {
        extra["system"] = system.as_str().into();
    }
    if !found.is_empty() {
        let finding = |thing: &FoundThing| {
            json!({
                "id": thing.finding.id,
                "grade": grade(thing.finding.grade),
                "what": visible_line(&thing.finding.what),
                "times": thing.count,
                "first": thing.first.to_string(),
            })
        };
        extra["findings"] = found.iter().map(finding).collect();
    }
    extra
}

/// The text, and never an empty one.
fn named(text: &str) -> String {
    let text = visible_line(text);
    if text.is_empty() { "unnamed".to_owned() } else { text }
}

/// Milliseconds since 1970.
fn millis(moment: Timestamp) -> i64 {
    moment.timestamp().as_millisecond()
}
