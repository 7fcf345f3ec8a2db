//! Annotations of GitHub Actions: one for each problem that somebody has to look at, shown at the suite's line.
//!
//! GitHub shows no more than ten of each severity and drops the rest without a word, so a tenth says how many there are.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use super::Reporter;
use super::build::Build;
use super::explain::explain_waiver;
use super::findings::{FoundThing, grade};
use super::fold::{Index, ProblemGroup, RunFold};
use crate::diagnostic::{Severity, annotation, in_lines, to_annotation};
use crate::event::{Event, Grade, Outcome};
use crate::source::Location;
use crate::text::{count, grouped};
use std::io::{self, Write};
use std::sync::Arc;

/// How many annotations of one severity GitHub shows.
const SHOWN: usize = 10;

/// Most cases with one problem that an annotation names.
const NAMED: usize = 5;

/// Writes annotations, once, at the end.
pub struct Annotations<W> {
    writer: W,
    build: Build,
}

impl<W: Write> Annotations<W> {
    /// A report that writes there. Of `build` it is the folder that counts.
    pub const fn new(writer: W, build: Build) -> Self {
        Self { writer, build }
    }

    /// One for a problem, at the line of its first case.
    fn line(&self, group: &ProblemGroup, index: &Index, fails: bool) -> (Severity, String) {
        let severity = match group.outcome {
            _ if fails => Severity::Error,
            Outcome::Flaky => Severity::Warning,
            _ => Severity::Notice,
        };
        let first = group.cases.first().copied().unwrap_or_default();
        let said = group.diagnostic.as_ref().map_or_else(|| group.headline.title.clone(), in_lines);
        let how = match group.outcome {
            Outcome::Flaky => "flaky, the first time: ",
            Outcome::Waived => "waived: ",
            _ => "",
        };
        let step = if group.headline.step.is_empty() { "" } else { ": " };
        let mut message = format!("{how}{}{step}{said}", group.headline.step);
        let others = group.cases.get(1..).unwrap_or_default();
        if !others.is_empty() {
            let named: Vec<String> = others.iter().take(NAMED).map(|case| index.title(*case)).collect();
            let more = others.len().saturating_sub(NAMED);
            let more = if more > 0 { format!("\n… and {} more", grouped(more)) } else { String::new() };
            message.push_str(&format!(
                "\nthe same in {}:\n{}{more}",
                count(others.len(), "other case"),
                named.join("\n")
            ));
        }
        let place = group.place.clone().or_else(|| case_place(index, first));
        let title = index.title(first);
        (severity, annotation(severity, place.as_ref(), &title, &message, &self.build.folder))
    }

    /// A finding, at the case that showed it first.
    fn finding(&self, thing: &FoundThing, index: &Index) -> (Severity, String) {
        let place = case_place(index, thing.first.case);
        let title = format!("finding ({})", grade(thing.finding.grade));
        let severity = match thing.finding.grade {
            Grade::Error => Severity::Warning,
            Grade::Warn => Severity::Notice,
        };
        (severity, annotation(severity, place.as_ref(), &title, &thing.line(), &self.build.folder))
    }
}

/// Where a case is written, for a problem of which nothing more is known.
fn case_place(index: &Index, case: usize) -> Option<Location> {
    let (file, line) = (index.suite(case)?.file.clone(), index.entry(case)?.line?);
    Some(Location { file, line, column: 1, length: 0, text: String::new() })
}

impl<W: Write> Reporter for Annotations<W> {
    fn event(&mut self, _: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        let Some(index) = run.index() else { return self.writer.flush() };
        let fails =
            |group: &ProblemGroup| group.cases.iter().any(|case| run.result(*case).is_some_and(|result| result.fails));
        let mut groups: Vec<&ProblemGroup> = run.groups().by_urgency().into_iter().map(|(_, group)| group).collect();
        // What is certain comes first.
        groups.sort_by_key(|group| group.outcome != Outcome::Failed);
        let mut lines: Vec<(Severity, String)> =
            groups.into_iter().map(|group| self.line(group, index, fails(group))).collect();
        let waivers = run
            .waivers()
            .iter()
            .map(|refused| (Severity::Error, to_annotation(&explain_waiver(refused), &self.build.folder)));
        lines.extend(waivers);
        lines.extend(run.findings().found.iter().map(|thing| self.finding(thing, index)));
        for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
            let of = |(own, line): &(Severity, String)| (*own == severity).then(|| line.clone());
            let mut lines: Vec<String> = lines.iter().filter_map(of).collect();
            if lines.len() > SHOWN {
                let more = format!("{} more that GitHub does not show here", grouped(lines.len() + 1 - SHOWN));
                lines.insert(SHOWN - 1, annotation(severity, None, "Proviso", &more, ""));
            }
            for line in lines {
                writeln!(self.writer, "{line}")?;
            }
        }
        self.writer.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::testing::{Story, every_promise, everything_run, killed_run, mixed_run};
    use crate::report::testing::told;

    fn written(events: &[Event]) -> String {
        let mut out = Vec::new();
        let build = Build { folder: "tests/".into(), ..Build::default() };
        told(&mut Annotations::new(&mut out, build), events);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_mixed_run() {
        insta::assert_snapshot!(written(&mixed_run()));
    }

    #[test]
    fn a_case_without_a_result_is_shown_at_its_own_line() {
        let text = written(&killed_run());
        assert_eq!(text.lines().count(), 1);
        assert!(text.contains("the same in 2 other cases"), "{text}");
        assert!(text.starts_with("::error file=tests/suites/offers.yaml,line=7,col=1,endColumn=1,title=offers › "));
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let text = written(&everything_run());
        let errors: Vec<&str> = text.lines().filter(|line| line.starts_with("::error ")).collect();
        assert_eq!(
            errors[9],
            format!("::error title=Proviso::{} more that GitHub does not show here", errors.len() - 10)
        );
        let others: Vec<&str> = text.lines().filter(|line| !line.starts_with("::error ")).collect();
        assert!(matches!(others[..], [finding] if finding.starts_with("::warning ")), "{text}");
    }

    #[test]
    fn nothing_a_server_says_can_be_a_command_of_its_own() {
        let mut story = Story::new(&[("suites/a.yaml", "A", &["one\n::set-output name=x::y"])], 1);
        let (_, exchange, _) = every_promise().swap_remove(0);
        let found = crate::event::testing::found("$.a", "1", Some("\"x\r\n::add-mask::a\n%0A::stop-commands::\""));
        story.fail(0, exchange, vec![crate::event::Promise::Body(found)]);
        let text = written(&story.over());
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
