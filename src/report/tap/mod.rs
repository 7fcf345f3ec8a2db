//! TAP version 14: a subtest for each suite, a point for each case. <https://testanything.org/tap-version-14-specification.html>
//!
//! A point that is waived is `not ok` with the directive TODO, which readers do not count as a failure. A run that ended
//! before its time bails out after what is known.

mod point;
#[cfg(test)]
mod tests;

use super::Reporter;
use super::names::visible_line;
use super::ordered_results::{Detail, Entry, OrderedResults};
use crate::event::Event;
use point::{escaped, point};
use std::io::{self, Write};

/// Writes TAP, suites as they come.
pub struct Tap<W> {
    writer: W,
    ledger: OrderedResults,
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
        Self { writer, ledger: OrderedResults::new(Detail::Stories), begun: false, suite: None }
    }

    fn begin(&mut self) -> io::Result<()> {
        if self.begun {
            return Ok(());
        }
        self.begun = true;
        writeln!(self.writer, "TAP version 14")
    }

    fn write(&mut self, entries: &[Entry]) -> io::Result<()> {
        for entry in entries {
            let Some(suite) = self.ledger.run().and_then(|run| run.index.suite(entry.case)) else { continue };
            self.open(suite)?;
            let Some(run) = self.ledger.run() else { continue };
            let open = self.suite.get_or_insert(Suite { suite, points: 0, failed: 0 });
            open.points += 1;
            open.failed += usize::from(entry.fails);
            let name = visible_line(&run.index.name(entry.case));
            self.writer.write_all(point(open.points, &name, entry).as_bytes())?;
        }
        Ok(())
    }

    /// Goes on to a suite: closes the one before it, and tells those that have no case.
    fn open(&mut self, suite: usize) -> io::Result<()> {
        while self.suite.as_ref().is_none_or(|open| open.suite < suite) {
            let next = self.suite.as_ref().map_or(0, |open| open.suite + 1);
            self.close()?;
            let Some(run) = self.ledger.run() else { return Ok(()) };
            writeln!(self.writer, "# Subtest: {}\n    1..{}", title(run, next), run.size(next))?;
            self.suite = Some(Suite { suite: next, points: 0, failed: 0 });
        }
        Ok(())
    }

    fn close(&mut self) -> io::Result<()> {
        let (Some(open), Some(run)) = (self.suite.take(), self.ledger.run()) else { return Ok(()) };
        let (not, skip) = match open {
            Suite { points: 0, .. } => ("", " # SKIP no case of it was run"),
            Suite { failed: 0, .. } => ("", ""),
            _ => ("not ", ""),
        };
        writeln!(self.writer, "{not}ok {} - {}{skip}", open.suite + 1, title(run, open.suite))
    }
}

/// What a suite is called, made fit for a line of TAP.
fn title(run: &super::ordered_results::Run, suite: usize) -> String {
    escaped(&run.started.suites.get(suite).map_or_else(String::new, |suite| visible_line(&suite.name)))
}

impl<W: Write> Reporter for Tap<W> {
    fn event(&mut self, event: &Event) -> io::Result<()> {
        let ready = self.ledger.add(event);
        if self.ledger.run().is_some() {
            self.begin()?;
        }
        self.write(&ready)
    }

    fn finish(&mut self) -> io::Result<()> {
        self.begin()?;
        let left = self.ledger.finish();
        self.write(&left)?;
        if let Some(last) = self.ledger.run().and_then(|run| run.started.suites.len().checked_sub(1)) {
            self.open(last)?;
        }
        self.close()?;
        // How many waivers cannot stay is known last, so the plan stands last.
        let mut points = self.ledger.run().map_or(0, |run| run.started.suites.len());
        for waiver in self.ledger.waivers() {
            points += 1;
            self.writer.write_all(point::waiver(points, waiver).as_bytes())?;
        }
        match points {
            0 => writeln!(self.writer, "1..0 # no suite was run")?,
            points => writeln!(self.writer, "1..{points}")?,
        }
        if let Some(reason) = self.ledger.cut_short() {
            writeln!(self.writer, "Bail out! {}", escaped(&reason))?;
        }
        self.writer.flush()
    }
}
