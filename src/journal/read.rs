//! Reading a journal back.

use super::seal::{self, Chain};
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Event, EventKind, FORMAT, Outcome};
use serde::Deserialize;
use std::collections::HashMap;
use std::io::BufRead;

/// Reads a journal, one event at a time.
pub const fn read<R: BufRead>(reader: R) -> Entries<R> {
    Entries {
        reader,
        line: Vec::new(),
        number: 0,
        ending: Ending::Killed,
        state: State::Beginning,
        worst: None,
        sealed: None,
    }
}

/// The events of a journal. After the last one, [`Entries::ending`] says whether the run came to its end.
pub struct Entries<R> {
    reader: R,
    line: Vec<u8>,
    number: usize,
    ending: Ending,
    state: State,
    /// The worst that steps of cases under way came to, their cleanups aside.
    worst: Option<HashMap<usize, Outcome>>,
    /// The chain of the seals so far; `Some(None)` for a journal without seals, as formats 1 and 2 are.
    sealed: Option<Option<Chain>>,
}

/// Most cases that a journal may say there are, all rounds together: more is no run, but a damaged number.
const MOST: usize = 50_000_000;

/// How a journal ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// With `RunFinished`: the run came to its end.
    Complete,
    /// After a whole line, without `RunFinished`: the run was killed, or is still going on.
    Killed,
    /// Within a line: the run was killed while it wrote. The incomplete line is left out.
    CutShort,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Beginning,
    Middle,
    Over,
}

/// Why a journal cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// The reader failed.
    Io {
        /// The line it failed at, from 1.
        line: usize,
        /// What the system says.
        error: std::io::Error,
    },
    /// A line is not an event.
    Line {
        /// The line, from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// A line says something that cannot be so, as the lines before it tell.
    Contradiction {
        /// The line, from 1.
        line: usize,
        /// What it says, and what they tell.
        what: String,
    },
    /// The first line does not begin a run.
    NotAJournal,
    /// The journal was written by a later Proviso.
    Newer {
        /// The journal's format.
        format: u32,
    },
}

impl<R> Entries<R> {
    /// How the journal ends; says something once the events are used up.
    pub const fn ending(&self) -> Ending {
        self.ending
    }
}

impl<R: BufRead> Entries<R> {
    /// The next line that has anything in it.
    fn fill(&mut self) -> Result<Filled, ReadError> {
        loop {
            self.line.clear();
            self.number += 1;
            let length = self.reader.read_until(b'\n', &mut self.line);
            match length.map_err(|error| ReadError::Io { line: self.number, error })? {
                0 => return Ok(Filled::Nothing),
                _ if self.line.trim_ascii().is_empty() => {}
                _ if self.line.ends_with(b"\n") => return Ok(Filled::Line),
                _ => return Ok(Filled::Piece),
            }
        }
    }

    fn entry(&mut self) -> Result<Option<Event>, ReadError> {
        let filled = self.fill()?;
        if filled == Filled::Nothing {
            return Ok(None);
        }
        // Without its line break, so that a complaint about the line's end names a column of this line.
        let event = match serde_json::from_slice::<Event>(self.line.trim_ascii_end()) {
            Ok(event) => event,
            Err(_) if filled == Filled::Piece => {
                self.ending = Ending::CutShort;
                return Ok(None);
            }
            Err(error) => return Err(self.refusal(error)),
        };
        if let EventKind::RunStarted(run) = &event.kind {
            if run.format > FORMAT {
                return Err(ReadError::Newer { format: run.format });
            }
        } else if self.state == State::Beginning {
            return Err(ReadError::NotAJournal);
        }
        match self.broken_seal().or_else(|| self.contradiction(&event.kind)) {
            Some(what) => Err(ReadError::Contradiction { line: self.number, what }),
            None => Ok(Some(event)),
        }
    }

    /// What its seal says against a line.
    fn broken_seal(&mut self) -> Option<String> {
        let line = self.line.trim_ascii_end();
        let said = seal::said(line);
        let chain = self.sealed.get_or_insert_with(|| said.as_ref().map(|_| Chain::default())).as_mut()?;
        match said {
            Some(said) => chain.check(line, &said).err(),
            None => Some("it has no seal, as the lines before it have".to_owned()),
        }
    }

    /// What an event says that cannot be so. A verdict that somebody wrote into a journal is not believed.
    fn contradiction(&mut self, event: &EventKind) -> Option<String> {
        let worst = self.worst.get_or_insert_default();
        match event {
            EventKind::RunStarted(run) => {
                let cases = run.cases.len().saturating_mul(run.rounds as usize);
                (cases > MOST).then(|| format!("it says that there are {cases} cases to run"))
            }
            EventKind::StepFinished(step) if !step.cleanup => {
                let outcome = Outcome::from(&step.outcome);
                let known = worst.entry(step.case).or_insert(outcome);
                *known = outcome.max(*known);
                None
            }
            EventKind::CaseRerun(rerun) => {
                worst.remove(&rerun.case);
                None
            }
            EventKind::CaseFinished(case) => {
                let worst = worst.remove(&case.case)?;
                let said = Outcome::from(&case.outcome);
                (said.is_good() && worst.is_bad()).then(|| {
                    format!("it says that case {} {}, and a step of it {}", case.case, said.word(), worst.word())
                })
            }
            _ => None,
        }
    }

    /// Why a whole line is not an event. A later format may have changed anything but the place of its number.
    fn refusal(&self, error: serde_json::Error) -> ReadError {
        match (serde_json::from_slice::<AnyFormat>(&self.line), self.state) {
            (Ok(AnyFormat { kind: AnyKind { run_started: Stamp { format } } }), _) if format > FORMAT => {
                ReadError::Newer { format }
            }
            (Err(_), State::Beginning) => ReadError::NotAJournal,
            (Ok(_) | Err(_), _) => ReadError::Line { line: self.number, error },
        }
    }
}

impl<R: BufRead> Iterator for Entries<R> {
    type Item = Result<Event, ReadError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Over {
            return None;
        }
        let entry = self.entry().transpose();
        match &entry {
            Some(Ok(event)) => {
                self.state = State::Middle;
                self.ending = match event.kind {
                    EventKind::RunFinished(_) => Ending::Complete,
                    EventKind::RunStarted(_)
                    | EventKind::ContractRead(_)
                    | EventKind::Touched(_)
                    | EventKind::SnapshotTaken(_)
                    | EventKind::WaiverRefused(_)
                    | EventKind::CaseStarted(_)
                    | EventKind::StepStarted(_)
                    | EventKind::AttemptFinished(_)
                    | EventKind::StepFinished(_)
                    | EventKind::CaseRerun(_)
                    | EventKind::CaseFinished(_)
                    | EventKind::Interrupted(_) => Ending::Killed,
                };
            }
            // After a broken line nothing that follows can be trusted to be complete.
            Some(Err(_)) | None => self.state = State::Over,
        }
        entry
    }
}

/// What a read of one line brought.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filled {
    Nothing,
    Line,
    /// A line without its line break, which only the last can be.
    Piece,
}

/// The one part of `RunStarted` that every format has.
#[derive(Deserialize)]
struct AnyFormat {
    kind: AnyKind,
}

#[derive(Deserialize)]
struct AnyKind {
    run_started: Stamp,
}

#[derive(Deserialize)]
struct Stamp {
    format: u32,
}

impl ReadError {
    /// The error as people see it; `file` is the journal's name.
    #[must_use]
    pub fn explain(&self, file: &str) -> Diagnostic {
        let new = |title: String| Diagnostic::new(Code::Journal, title);
        match self {
            Self::Io { line, error } => {
                new(format!("the journal {file} cannot be read at line {line}")).note(NoteKind::Why, error.to_string())
            }
            Self::Line { line, error } => new(format!("line {line} of the journal {file} is not an event"))
                .note(NoteKind::Why, in_line(error))
                .next("the file was changed or damaged after the run: a report made from it would not be true"),
            Self::Contradiction { line, what } => new(format!("line {line} of the journal {file} cannot be so"))
                .note(NoteKind::Why, what.as_str())
                .next("the file was changed or damaged after the run: a report made from it would not be true"),
            Self::NotAJournal => new(format!("{file} is not a journal"))
                .note(NoteKind::Why, "its first line does not begin a run")
                .next("name a run's folder or its `journal.jsonl`"),
            Self::Newer { format } => new(format!("the journal {file} was written by a later Proviso"))
                .note(NoteKind::Why, format!("it has format {format}, and this Proviso reads formats up to {FORMAT}"))
                .next("read it with the Proviso that wrote it, or a later one"),
        }
    }
}

/// The parser's words with the column only: its line is always 1 and would be taken for the journal's.
fn in_line(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    format!("{what}, at column {}", error.column())
}
