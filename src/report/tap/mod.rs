//! TAP version 14: a subtest for each suite, a point for each case. <https://testanything.org/tap-version-14-specification.html>
//!
//! A point that is waived is `not ok` with the directive TODO, which readers do not count as a failure. A run that ended
//! before its time bails out after what is known.

mod point;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::explain::explain_waiver;
use super::findings::grade;
use super::fold::{Index, RunFold};
use crate::event::Event;
use crate::text::visible_line;
use point::{escaped, point};
use std::io::{self, Write};
use std::sync::Arc;

/// Writes TAP, suites as they come.
pub struct Tap<W> {
    writer: W,
    begun: bool,
    suite: Option<Suite>,
}

/// The suite that is being written.
#[derive(Debug)]
struct Suite {
    suite: usize,
    points: usize,
    failed: usize,
}

impl<W: Write> Tap<W> {
    /// A report that writes there.
    pub fn new(writer: W) -> Self {
        Self { writer, begun: false, suite: None }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        writeln!(self.writer, "TAP version 14")
    }

    fn write(&mut self, run: &RunFold) -> io::Result<()> {
        let Some(index) = run.index() else { return Ok(()) };
        for result in run.ready() {
            let Some(suite) = index.suite_number(result.case) else { continue };
            self.open(index, suite)?;
            let open = self.suite.get_or_insert(Suite { suite, points: 0, failed: 0 });
            open.points += 1;
            open.failed += usize::from(result.fails);
            let name = visible_line(&index.name(result.case));
            self.writer.write_all(point(open.points, &name, result).as_bytes())?;
        }
        Ok(())
    }

    /// Goes on to a suite: closes the one before it, and tells those that have no case.
    fn open(&mut self, index: &Index, suite: usize) -> io::Result<()> {
        while self.suite.as_ref().is_none_or(|open| open.suite < suite) {
            let next = self.suite.as_ref().map_or(0, |open| open.suite + 1);
            self.close(index)?;
            writeln!(self.writer, "# Subtest: {}\n    1..{}", title(index, next), index.size(next))?;
            self.suite = Some(Suite { suite: next, points: 0, failed: 0 });
        }
        Ok(())
    }

    fn close(&mut self, index: &Index) -> io::Result<()> {
        let Some(open) = self.suite.take() else { return Ok(()) };
        let (not, skip) = match open {
            Suite { points: 0, .. } => ("", " # SKIP no case of it was run"),
            Suite { failed: 0, .. } => ("", ""),
            _ => ("not ", ""),
        };
        writeln!(self.writer, "{not}ok {} - {}{skip}", open.suite + 1, title(index, open.suite))
    }
}

/// What a suite is called, made fit for a line of TAP.
fn title(index: &Index, suite: usize) -> String {
    escaped(&index.started().suites.get(suite).map_or_else(String::new, |suite| visible_line(&suite.name)))
}

impl<W: Write> Reporter for Tap<W> {
    fn event(&mut self, _: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        if run.index().is_some() {
            self.begin()?;
        }
        self.write(run)
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        self.begin()?;
        self.write(run)?;
        let suites = run.started().map_or(0, |run| run.suites.len());
        if let (Some(index), Some(last)) = (run.index(), suites.checked_sub(1)) {
            self.open(index, last)?;
            self.close(index)?;
        }
        // How many waivers cannot stay is known last, so the plan stands last.
        let mut points = suites;
        for refused in run.waivers() {
            points += 1;
            self.writer.write_all(point::waiver(points, &explain_waiver(refused)).as_bytes())?;
        }
        for thing in run.findings().found {
            writeln!(self.writer, "# finding ({}): {}", grade(thing.finding.grade), escaped(&thing.line()))?;
        }
        match points {
            0 => writeln!(self.writer, "1..0 # no suite was run")?,
            points => writeln!(self.writer, "1..{points}")?,
        }
        if let Some(reason) = run.cut_short() {
            writeln!(self.writer, "Bail out! {}", escaped(&reason))?;
        }
        self.writer.flush()
    }
}
