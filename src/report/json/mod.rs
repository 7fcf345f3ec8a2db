//! A plain summary as JSON, for scripts: the verdict, the counts, a line for each case.

use super::Reporter;
use super::names::visible_line;
use super::ordered_results::{Detail, Entry, OrderedResults};
use crate::event::{Event, EventKind, Verdict};
use serde_json::{Value, json};
use std::io::{self, Write};

/// The version of this summary's shape; members may be added without a new one.
const FORMAT: u32 = 1;

/// Writes a summary, its cases as they come.
pub struct Json<W> {
    writer: W,
    ledger: OrderedResults,
    cases: usize,
}

impl<W: Write> Json<W> {
    /// A report that writes there.
    pub fn new(writer: W) -> Self {
        Self { writer, ledger: OrderedResults::new(Detail::Headlines), cases: 0 }
    }

    fn member(&mut self, name: &str, value: &Value) -> io::Result<()> {
        writeln!(self.writer, "  {}: {value},", Value::from(name))
    }

    fn begin(&mut self, event: &Event) -> io::Result<()> {
        writeln!(self.writer, "{{")?;
        self.member("format", &FORMAT.into())?;
        if let EventKind::RunStarted(run) = &event.kind {
            self.member("run", &run.run.as_str().into())?;
            self.member("version", &run.version.as_str().into())?;
            self.member("environment", &run.environment.as_str().into())?;
            self.member("target", &run.target.as_str().into())?;
            self.member("seed", &run.seed.into())?;
            if let Some(share) = &run.share {
                self.member("share", &json!({ "by": share.by, "number": share.number, "of": share.of }))?;
            }
            self.member("started", &event.at.to_string().into())?;
        }
        write!(self.writer, "  \"cases\": [")
    }

    fn write(&mut self, entries: &[Entry]) -> io::Result<()> {
        for entry in entries {
            let Some(run) = self.ledger.run() else { continue };
            let problem = entry.problem.as_ref().map(|problem| {
                json!({
                    "code": problem.headline.code.name(),
                    "id": problem.id,
                    "step": problem.headline.step,
                    "title": problem.headline.title,
                    "place": problem.place.as_ref().map(|place| json!({ "file": place.file, "line": place.line })),
                })
            });
            let case = run.entry(entry.case);
            let mut value = json!({
                "file": run.suite(entry.case).map(|suite| suite.file.as_str()),
                "line": case.and_then(|case| case.line),
                "suite": run.suite(entry.case).map(|suite| visible_line(&suite.name)),
                "name": visible_line(&run.index.name(entry.case)),
                "tags": case.map_or_else(Vec::new, |case| case.tags.clone()),
                "setup": case.is_some_and(|case| case.setup),
                "outcome": entry.ending.word(),
                "fails": entry.fails,
                "ms": entry.took_us / 1_000,
                "reruns": entry.earlier.len(),
                "skipped": entry.skipped,
                "problem": problem,
                "cleanup": entry.cleanup,
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
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let first = self.ledger.run().is_none();
        let ready = self.ledger.add(event);
        if first && self.ledger.run().is_some() {
            self.begin(event)?;
        }
        self.write(&ready)
    }

    fn finish(&mut self) -> io::Result<()> {
        if self.ledger.run().is_none() {
            write!(self.writer, "{{\n  \"format\": {FORMAT},\n  \"cases\": [")?;
        }
        let left = self.ledger.finish();
        self.write(&left)?;
        writeln!(self.writer, "{}],", if self.cases > 0 { "\n  " } else { "" })?;
        let waivers = self.ledger.waivers().iter().map(|waiver| {
            let place = waiver.labels.first().map(|label| &label.place);
            let place = place.map(|place| json!({ "file": place.file, "line": place.line }));
            json!({ "title": waiver.title, "place": place })
        });
        let waivers: Value = waivers.collect();
        self.member("waiversRefused", &waivers)?;
        let counts = self.ledger.counts();
        let verdict = match counts.verdict() {
            Verdict::Passed => "passed",
            Verdict::Failed => "failed",
            Verdict::Error => "undecided",
            Verdict::Interrupted => "interrupted",
        };
        let complete = counts.complete;
        let counts = json!({
            "cases": counts.planned,
            "passed": counts.passed,
            "setups": counts.setups,
            "flaky": counts.flaky,
            "failed": counts.failed,
            "waived": counts.waived,
            "troubled": counts.troubled,
            "skipped": counts.skipped,
            "missing": counts.missing(),
            "steps": counts.steps,
            "requests": counts.requests,
            "checks": counts.checks,
        });
        let took = u64::try_from(self.ledger.took().as_millis()).unwrap_or(u64::MAX);
        self.member("counts", &counts)?;
        self.member("complete", &complete.into())?;
        self.member("ms", &took.into())?;
        write!(self.writer, "  \"verdict\": \"{verdict}\"\n}}\n")?;
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::testing::{interrupted_run, killed_run, mixed_run, told};

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
            [(killed_run(), "undecided", 5), (interrupted_run(), "interrupted", 5), (Vec::new(), "undecided", 0)]
        {
            let value: Value = serde_json::from_str(&written(&events)).unwrap();
            assert_eq!(value["verdict"], verdict);
            assert_eq!(value["cases"].as_array().map(Vec::len), Some(cases));
        }
    }
}
