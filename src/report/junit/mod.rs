//! The report for CI: JUnit XML in the one shape that both well-known schemas accept.
//!
//! The schema of Ant and that of Jenkins contradict each other in much, so only what both allow is used: a bare root;
//! suites with every attribute that Ant demands; cases with a class, a name, a time and at most one verdict. A broken
//! contract is a `failure`; what could not be told is an `error`, and so is a case without a result: a missing result is
//! never a pass.
//!
//! Every case keeps its own whole message. Which cases have one and the same problem stands in the suite's `system-out`.
//! The file is written as a whole at the end, in the order of the plan, whatever order cases ended in.

mod names;
#[cfg(test)]
mod tests;
mod write;
mod xml;

use super::Reporter;
use super::fold::RunFold;
use crate::event::Event;
use std::io::{self, Write};
use std::sync::Arc;

/// Writes a run as JUnit XML.
pub struct Junit<W> {
    writer: W,
}

impl<W: Write> Junit<W> {
    /// A report that writes there, once, at the end.
    pub const fn new(writer: W) -> Self {
        Self { writer }
    }
}

impl<W: Write> Reporter for Junit<W> {
    fn event(&mut self, _: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        Ok(())
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        write::write(&mut self.writer, run)?;
        self.writer.flush()
    }
}
