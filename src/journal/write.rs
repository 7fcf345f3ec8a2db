//! Writing a journal.

use super::mask;
use super::seal::Chain;
use crate::event::Event;
use crate::secret::Redactor;
use std::borrow::Cow;
use std::io::{self, Write};

/// Writes events, one line of JSON each, secrets masked.
///
/// Each line goes to the writer in one piece, so that a killed process leaves at most one incomplete line, the last.
pub struct Journal<W> {
    writer: W,
    redactor: Redactor,
    // Kept between events: a run writes thousands of lines of about the same length.
    line: Vec<u8>,
    chain: Chain,
}

impl<W: Write> Journal<W> {
    /// A journal that writes there and masks with that.
    pub fn new(writer: W, redactor: Redactor) -> Self {
        Self { writer, redactor, line: Vec::new(), chain: Chain::default() }
    }

    /// Masks every secret in an event and hands it back as the journal will have it: what [`Journal::write`] writes next.
    ///
    /// # Errors
    /// Never for an event that can be written.
    pub fn mask(&mut self, mut event: Event) -> io::Result<Event> {
        mask::credentials(&mut event, self.redactor.names());
        if let Some(pseudonyms) = self.redactor.pseudonyms() {
            mask::personal(&mut event, pseudonyms)?;
        }
        self.line.clear();
        serde_json::to_writer(&mut self.line, &event)?;
        let line = std::str::from_utf8(&self.line).map_err(io::Error::other)?;
        if let Cow::Owned(masked) = self.redactor.redact(line) {
            event = mask::event(&event, &masked, &self.redactor)?;
            self.line.clear();
            serde_json::to_writer(&mut self.line, &event)?;
        }
        self.chain.seal(&mut self.line);
        self.line.push(b'\n');
        Ok(event)
    }

    /// Writes the event masked last. Apart from masking, so that a full disk does not keep the other reports from it.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn write(&mut self) -> io::Result<()> {
        self.writer.write_all(&self.line)
    }

    /// Passes everything written so far on.
    ///
    /// # Errors
    /// When the writer fails.
    pub fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
