//! Code Quality of GitLab: what a merge request shows in its widget and beside the suite's lines.
//!
//! JUnit tells GitLab about cases; this tells it about lines. <https://docs.gitlab.com/ci/testing/code_quality/>

use super::Reporter;
use super::build::Build;
use super::explain::explain_waiver;
use super::findings::FoundThing;
use super::fold::RunFold;
use crate::diagnostic::{Diagnostic, in_lines};
use crate::event::{Event, Grade, Outcome};
use crate::text::{Fnv, visible_line};
use serde_json::{Value, json};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes an array of what is wrong, case by case.
pub struct CodeQuality<W> {
    writer: W,
    build: Build,
    begun: bool,
}

impl<W: Write> CodeQuality<W> {
    /// A report that writes there. Of `build` it is the folder that counts.
    pub fn new(writer: W, build: Build) -> Self {
        Self { writer, build, begun: false }
    }

    fn write(&mut self, run: &RunFold) -> io::Result<()> {
        for result in run.ready() {
            let (Some(index), Some(problem)) = (run.index(), &result.problem) else { continue };
            let (stem, name) = (index.stem(result.case), visible_line(&index.name(result.case)));
            let file = problem.place.as_ref().map(|place| place.file.as_str());
            let file = file.or(index.suite(result.case).map(|suite| suite.file.as_str())).unwrap_or(stem);
            let line = problem.place.as_ref().map(|place| place.line);
            let line = line.or(index.entry(result.case).and_then(|case| case.line)).unwrap_or(1);
            let severity = match result.outcome {
                Outcome::Failed => "critical",
                _ if result.fails => "major",
                Outcome::Flaky => "minor",
                _ => "info",
            };
            let how = match result.outcome {
                Outcome::Flaky => "flaky: ",
                Outcome::Waived => "waived: ",
                _ => "",
            };
            let issue = json!({
                "description": format!("{stem} › {name}: {how}{}", problem.headline.message()),
                "check_name": problem.headline.code.name(),
                // Without the line: what moved is not new.
                "fingerprint": fingerprint(&[stem, &name, &problem.id]),
                "severity": severity,
                "location": { "path": self.build.path(file), "lines": { "begin": line.max(1) } },
            });
            self.issue(&issue)?;
        }
        Ok(())
    }

    fn issue(&mut self, issue: &Value) -> io::Result<()> {
        self.writer.write_all(if self.begun { b",\n" } else { b"[\n" })?;
        self.begun = true;
        serde_json::to_writer(&mut self.writer, issue)?;
        Ok(())
    }

    fn waiver(&self, waiver: &Diagnostic) -> Value {
        let place = waiver.labels.first().map(|label| &label.place);
        json!({
            "description": in_lines(waiver),
            "check_name": waiver.code.name(),
            "fingerprint": fingerprint(&[waiver.code.name(), &waiver.title]),
            "severity": "major",
            "location": {
                "path": self.build.path(place.map_or("", |place| &place.file)),
                "lines": { "begin": place.map_or(1, |place| place.line) },
            },
        })
    }

    /// Something that the contract does not say, at the case that showed it first.
    fn finding(&self, thing: &FoundThing, run: &RunFold) -> Option<Value> {
        let index = run.index()?;
        let file = index.suite(thing.first.case)?.file.as_str();
        let line = index.entry(thing.first.case)?.line.unwrap_or(1);
        let severity = match thing.finding.grade {
            Grade::Error => "major",
            Grade::Warn => "minor",
        };
        Some(json!({
            "description": format!("finding: {}", thing.line()),
            "check_name": "finding",
            "fingerprint": fingerprint(&["finding", &thing.finding.id]),
            "severity": severity,
            "location": { "path": self.build.path(file), "lines": { "begin": line.max(1) } },
        }))
    }
}

impl<W: Write> Reporter for CodeQuality<W> {
    fn event(&mut self, _: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        self.write(run)
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        self.write(run)?;
        for refused in run.waivers() {
            let issue = self.waiver(&explain_waiver(refused));
            self.issue(&issue)?;
        }
        for thing in run.findings().found {
            if let Some(issue) = self.finding(&thing, run) {
                self.issue(&issue)?;
            }
        }
        self.writer.write_all(if self.begun { b"\n]\n" } else { b"[]\n" })?;
        self.writer.flush()
    }
}

/// A number that is the same for the same texts in every run and every version.
fn fingerprint(texts: &[&str]) -> String {
    let hash = texts.iter().fold(Fnv::default(), |hash, text| hash.bytes(text.as_bytes()).bytes(&[0]));
    format!("{:016x}", hash.done())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{everything_run, mixed_run, passing_run};
    use crate::report::testing::told;
    use std::collections::HashSet;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        told(&mut CodeQuality::new(&mut out, Build { folder: "tests/".into(), ..Build::default() }), events);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mixed_run() {
        insta::assert_snapshot!(written(&mixed_run()));
    }

    #[test]
    fn nothing_wrong_is_an_empty_array() {
        assert_eq!(written(&passing_run()), "[]\n");
        assert_eq!(written(&[]), "[]\n");
    }

    #[test]
    fn every_problem_has_a_fingerprint_of_its_own() {
        let issues: Vec<Value> = serde_json::from_str(&written(&everything_run())).unwrap();
        let prints: HashSet<&str> = issues.iter().filter_map(|issue| issue["fingerprint"].as_str()).collect();
        assert!(issues.len() > 20);
        assert_eq!(prints.len(), issues.len());
        assert_eq!(fingerprint(&["a"]), "089be207b544f1e4");
    }
}
