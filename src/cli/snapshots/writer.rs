//! Writes what a run says of snapshots: one thread, whole files.

use super::folder::{accept, proposal, propose, remove};
use crate::event::{Event, EventKind, SnapshotState, SnapshotTaken};
use crate::report::{Reporter, RunFold};
use crate::run::{OwnedSnapshot, SnapshotMode};
use crate::snapshot::{Content, Placeholders, Stored};
use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

/// Writes proposed and accepted snapshots from what the journal has, secrets masked.
pub(in crate::cli) struct Writer {
    mode: SnapshotMode,
    owned: HashMap<String, OwnedSnapshot>,
    /// Files of snapshots that were refused: a later time at which all is well does not undo that.
    refused: HashSet<String>,
}

impl Writer {
    pub(in crate::cli) fn new(mode: SnapshotMode, owned: &[OwnedSnapshot]) -> Self {
        let owned = owned.iter().map(|snapshot| (snapshot.file.clone(), snapshot.clone())).collect();
        Self { mode, owned, refused: HashSet::new() }
    }

    fn taken(&mut self, taken: &SnapshotTaken) -> io::Result<()> {
        // Where nothing may be written nothing is tidied either.
        if matches!(self.mode, SnapshotMode::Off | SnapshotMode::Refuse) {
            return Ok(());
        }
        let path = Path::new(&taken.file);
        match (taken.state, &taken.content) {
            (SnapshotState::Same, _) if self.refused.contains(&taken.file) => Ok(()),
            (SnapshotState::Same, _) => remove(&proposal(path)),
            (SnapshotState::Refused, None) => Ok(()),
            (SnapshotState::Refused, Some(content)) => {
                self.refused.insert(taken.file.clone());
                propose(path, &self.stored(taken, content)?)
            }
            (SnapshotState::Proposed, Some(content)) => propose(path, &self.stored(taken, content)?),
            (SnapshotState::Updated, Some(content)) => accept(path, &self.stored(taken, content)?),
            (SnapshotState::Proposed | SnapshotState::Updated, None) => Ok(()),
        }
    }

    fn stored(&self, taken: &SnapshotTaken, content: &str) -> io::Result<Stored> {
        let owned = self.owned.get(&taken.file).ok_or_else(|| io::Error::other("its name holds a secret"))?;
        let content = Content::parse(content).map_err(|(line, message)| {
            io::Error::other(format!("line {line} of what was taken for {}: {message}", taken.file))
        })?;
        Ok(Stored {
            source: owned.source.clone(),
            line: Some(owned.line),
            description: owned.description.clone(),
            expression: owned.expression.clone(),
            placeholders: Placeholders::Typed,
            content,
        })
    }
}

impl Reporter for Writer {
    fn event(&mut self, event: &Arc<Event>, _: &RunFold) -> io::Result<()> {
        match &event.kind {
            EventKind::SnapshotTaken(taken) => self.taken(taken),
            _ => Ok(()),
        }
    }

    fn finish(&mut self, _: &RunFold) -> io::Result<()> {
        Ok(())
    }
}
