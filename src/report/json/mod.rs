//! A plain summary as JSON, for scripts: the verdict, the counts, a line for each case.

use super::Reporter;
use super::explain::explain_waiver;
use super::findings::{FoundThing, grade};
use super::fold::RunFold;
use crate::event::{Event, Verdict, WaiverRefused};
use crate::text::visible_line;
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::Arc;

/// The version of this summary's shape; members may be added without a new one.
const FORMAT: u32 = 2;

/// Writes a summary, its cases as they come.
pub struct Json<W> {
    writer: W,
    begun: bool,
    cases: usize,
}

impl<W: Write> Json<W> {
    /// A report that writes there.
    pub fn new(writer: W) -> Self {
        Self { writer, begun: false, cases: 0 }
    }

    fn member(&mut self, name: &str, value: &Value) -> io::Result<()> {
        writeln!(self.writer, "  {}: {value},", Value::from(name))
    }

    fn begin(&mut self, run: &RunFold) -> io::Result<()> {
        self.begun = true;
        writeln!(self.writer, "{{")?;
        self.member("format", &FORMAT.into())?;
        if let (Some(started), Some((at, _))) = (run.started(), run.span()) {
            self.member("run", &started.run.as_str().into())?;
            self.member("version", &started.version.as_str().into())?;
            self.member("environment", &started.environment.as_str().into())?;
            self.member("target", &started.target.as_str().into())?;
            self.member("seed", &started.seed.into())?;
            if let Some(share) = &started.share {
                self.member("share", &json!({ "by": share.by, "number": share.number, "of": share.of }))?;
            }
            self.member("started", &at.to_string().into())?;
        }
        write!(self.writer, "  \"cases\": [")
    }

    fn write(&mut self, run: &RunFold) -> io::Result<()> {
        for result in run.ready() {
            let Some(index) = run.index() else { continue };
            let problem = result.problem.as_ref().map(|problem| {
                json!({
                    "code": problem.headline.code.name(),
                    "id": problem.id,
                    "step": problem.headline.step,
                    "title": problem.headline.title,
                    "place": problem.place.as_ref().map(|place| json!({ "file": place.file, "line": place.line })),
                })
            });
            let case = index.entry(result.case);
            let suite = index.suite(result.case);
            let mut value = json!({
                "file": suite.map(|suite| suite.file.as_str()),
                "line": case.and_then(|case| case.line),
                "suite": suite.map(|suite| visible_line(&suite.name)),
                "name": visible_line(&index.name(result.case)),
                "tags": case.map_or_else(Vec::new, |case| case.tags.clone()),
                "setup": case.is_some_and(|case| case.setup),
                "outcome": result.outcome.word(),
                "fails": result.fails,
                "ms": result.took_us / 1_000,
                "reruns": result.reruns,
                "skipped": result.skipped,
                "problem": problem,
                "cleanup": result.cleanup,
            });
            if let Value::Object(members) = &mut value {
                members.retain(|_, value| !value.is_null());
            }
            let comma = if self.cases == 0 { "" } else { "," };
            self.cases += 1;
            write!(self.writer, "{comma}\n    {value}")?;
        }
        Ok(())
    }
}

impl<W: Write> Reporter for Json<W> {
    fn event(&mut self, _: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        if !self.begun {
            self.begin(run)?;
        }
        self.write(run)
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        if !self.begun {
            self.begin(run)?;
        }
        self.write(run)?;
        writeln!(self.writer, "{}],", if self.cases > 0 { "\n  " } else { "" })?;
        self.member("waivers_refused", &run.waivers().iter().map(waiver).collect())?;
        let findings = run.findings();
        self.member("findings", &findings.found.iter().map(finding).collect())?;
        let counts = run.counts();
        let verdict = match counts.verdict() {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Error => "error",
            Verdict::Interrupted => "interrupted",
        };
        let numbers = json!({
            "cases": counts.planned,
            "passed": counts.passed,
            "setups": counts.setups,
            "flaky": counts.flaky,
            "failed": counts.failed,
            "waived": counts.waived,
            "errors": counts.troubled,
            // What 0.1 called them.
            "troubled": counts.troubled,
            "skipped": counts.skipped,
            "missing": counts.missing(),
            "steps": counts.steps,
            "requests": counts.requests,
            "checks": counts.checks,
            "findings": findings.found.len(),
        });
        self.member("counts", &numbers)?;
        self.member("complete", &counts.complete.into())?;
        self.member("ms", &u64::try_from(run.took().as_millis()).unwrap_or(u64::MAX).into())?;
        write!(self.writer, "  \"verdict\": \"{verdict}\"\n}}\n")?;
        self.writer.flush()
    }
}

fn waiver(refused: &WaiverRefused) -> Value {
    let place = &refused.waiver.place;
    json!({ "title": explain_waiver(refused).title, "place": { "file": place.file, "line": place.line } })
}

/// Something that the contract does not say, however often it came.
fn finding(thing: &FoundThing) -> Value {
    json!({
        "id": thing.finding.id,
        "grade": grade(thing.finding.grade),
        "operation": thing.finding.operation,
        "what": visible_line(&thing.finding.what),
        "times": thing.count,
        "first": thing.first.to_string(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{interrupted_run, killed_run, mixed_run};
    use crate::report::testing::told;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        told(&mut Json::new(&mut out), events);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mixed_run() {
        insta::assert_snapshot!(written(&mixed_run()));
    }

    #[test]
    fn whatever_the_run_it_is_json_and_says_the_verdict() {
        for (events, verdict, cases) in
            [(killed_run(), "error", 5), (interrupted_run(), "interrupted", 5), (Vec::new(), "error", 0)]
        {
            let value: Value = serde_json::from_str(&written(&events)).unwrap();
            assert_eq!(value["verdict"], verdict);
            assert_eq!(value["cases"].as_array().map(Vec::len), Some(cases));
        }
    }
}
