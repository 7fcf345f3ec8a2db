//! Annotations of GitHub Actions: a line for each case that somebody has to look at, shown at the suite's line.
//!
//! GitHub shows no more than ten of each severity and drops the rest without a word, so a tenth says how many there are.
//! <https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions>

use super::Reporter;
use super::build::Build;
use super::names::visible_line;
use super::ordered_results::{Detail, Ending, Entry, OrderedResults};
use crate::diagnostic::{Severity, annotation, in_lines, to_annotation};
use crate::event::Event;
use crate::source::Location;
use crate::text::grouped;
use std::io::{self, Write};

/// How many annotations of one severity GitHub shows.
const SHOWN: usize = 10;

/// Writes annotations, once, at the end.
pub struct Annotations<W> {
    writer: W,
    build: Build,
    ledger: OrderedResults,
    entries: Vec<Entry>,
}

impl<W: Write> Annotations<W> {
    /// A report that writes there. Of `build` it is the folder that counts.
    pub fn new(writer: W, build: Build) -> Self {
        let ledger = OrderedResults::new(Detail::Headlines);
        Self { writer, build, ledger, entries: Vec::new() }
    }

    fn keep(&mut self, entries: Vec<Entry>) {
        self.entries.extend(entries.into_iter().filter(|entry| entry.problem.is_some()));
    }

    fn line(&self, entry: &Entry) -> Option<(Severity, String)> {
        let (run, problem) = (self.ledger.run()?, entry.problem.as_ref()?);
        let severity = match entry.ending {
            _ if entry.fails => Severity::Error,
            Ending::Flaky => Severity::Warning,
            _ => Severity::Notice,
        };
        let title = format!("{} › {}", run.index.stem(entry.case), visible_line(&run.index.name(entry.case)));
        let said = problem.diagnostic.as_ref().map_or_else(|| problem.headline.title.clone(), in_lines);
        let how = match entry.ending {
            Ending::Flaky => "flaky, the first time: ",
            Ending::Waived => "waived: ",
            _ => "",
        };
        let step = if problem.headline.step.is_empty() { "" } else { ": " };
        let message = format!("{how}{}{step}{said}", problem.headline.step);
        let place = problem.place.clone().or_else(|| self.case_place(entry.case));
        Some((severity, annotation(severity, place.as_ref(), &title, &message, &self.build.folder)))
    }

    /// Where the case is written, for a problem of which nothing more is known.
    fn case_place(&self, case: usize) -> Option<Location> {
        let run = self.ledger.run()?;
        let (file, line) = (run.suite(case)?.file.clone(), run.entry(case)?.line?);
        Some(Location { file, line, column: 1, length: 0, text: String::new() })
    }
}

impl<W: Write> Reporter for Annotations<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let ready = self.ledger.add(event);
        self.keep(ready);
        Ok(())
    }

    fn finish(&mut self) -> io::Result<()> {
        let left = self.ledger.finish();
        self.keep(left);
        // What is certain comes first.
        self.entries.sort_by_key(|entry| entry.ending != Ending::Failed);
        let lines: Vec<(Severity, String)> = self.entries.iter().filter_map(|entry| self.line(entry)).collect();
        let waivers = self.ledger.waivers().iter().map(|waiver| to_annotation(waiver, &self.build.folder));
        let waivers: Vec<String> = waivers.collect();
        for severity in [Severity::Error, Severity::Warning, Severity::Notice] {
            let of = |(own, line): &(Severity, String)| (*own == severity).then(|| line.clone());
            let mut lines: Vec<String> = lines.iter().filter_map(of).collect();
            if severity == Severity::Error {
                lines.extend(waivers.iter().cloned());
            }
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
    use crate::report::testing::{Story, every_promise, everything_run, killed_run, mixed_run, told};

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
        assert_eq!(text.lines().count(), 3);
        assert!(text.starts_with("::error file=tests/suites/offers.yaml,line=7,col=1,endColumn=1,title=offers › "));
    }

    #[test]
    fn what_github_would_drop_is_counted() {
        let text = written(&everything_run());
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(
            lines[9],
            format!("::error title=Proviso::{} more that GitHub does not show here", lines.len() - 10)
        );
        assert!(lines.iter().all(|line| line.starts_with("::error ")), "{text}");
    }

    #[test]
    fn nothing_a_server_says_can_be_a_command_of_its_own() {
        let mut story = Story::new(&[("suites/a.yaml", "A", &["one\n::set-output name=x::y"])], 1);
        let (_, exchange, _) = every_promise().swap_remove(0);
        let found = crate::report::testing::found("$.a", "1", Some("\"x\r\n::add-mask::a\n%0A::stop-commands::\""));
        story.fail(0, exchange, vec![crate::event::Promise::Body(found)]);
        let text = written(&story.over());
        assert_eq!(text.lines().count(), 1, "{text}");
    }
}
