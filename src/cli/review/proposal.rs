//! One proposed snapshot, beside the one that was accepted.

use super::unwritten;
use crate::cli::files::shown;
use crate::cli::snapshots::{accept, folders_of, paths_in, propose, proposed, read, remove};
use crate::diagnostic::Diagnostic;
use crate::event::Change;
use crate::expr::Selector;
use crate::snapshot::{Content, Differences, Stored, differences, merge, redact};
use std::path::{Path, PathBuf};

/// A proposed snapshot.
#[derive(Debug, Clone)]
pub(super) struct Proposal {
    /// Its name, without an ending.
    pub(super) name: String,
    /// The accepted snapshot's file.
    pub(super) path: PathBuf,
    /// What is proposed.
    pub(super) stored: Stored,
    /// What was accepted; nothing when it is new.
    pub(super) accepted: Option<Stored>,
}

/// What became of a proposal of which some was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    /// How many differences were accepted.
    pub(super) taken: usize,
    /// How many are left.
    pub(super) left: usize,
}

/// The name of a snapshot's file without its ending.
pub(super) fn name_of(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

/// All proposals below the folders of these suites, in the order of their names, and files that are no snapshots.
pub(super) fn all(suites: &[PathBuf]) -> (Vec<Proposal>, Vec<Diagnostic>) {
    let (mut proposals, mut problems) = (Vec::new(), Vec::new());
    for path in folders_of(suites).iter().flat_map(|folder| paths_in(folder)) {
        match Proposal::read(&path) {
            Ok(proposal) => proposals.extend(proposal),
            Err(problem) => problems.push(*problem),
        }
    }
    (proposals, problems)
}

impl Proposal {
    /// Reads what is proposed for a snapshot, if anything is.
    fn read(path: &Path) -> Result<Option<Self>, Box<Diagnostic>> {
        let Some(stored) = read(&proposed(path))? else { return Ok(None) };
        let accepted = read(path)?;
        Ok(Some(Self { name: name_of(path), path: path.to_owned(), stored, accepted }))
    }

    /// Its file, as people name it.
    pub(super) fn shown(&self) -> String {
        shown(&self.path)
    }

    /// How it differs from what was accepted; nothing does when it is new.
    pub(super) fn differences(&self) -> Differences {
        self.accepted.as_ref().map(|accepted| differences(&accepted.content, &self.stored.content)).unwrap_or_default()
    }

    /// Accepts all of it.
    pub(super) fn accept(&self) -> Result<(), Box<Diagnostic>> {
        accept(&self.path, &self.stored).map_err(|error| unwritten(&self.path, &error))
    }

    /// Forgets it.
    pub(super) fn reject(&self) -> Result<(), Box<Diagnostic>> {
        remove(&proposed(&self.path)).map_err(|error| unwritten(&self.path, &error))
    }

    /// Accepts some of its differences; `None` when there is none of them, or nothing was accepted before.
    pub(super) fn accept_some(&self, wanted: impl Fn(&Change) -> bool) -> Result<Option<Part>, Box<Diagnostic>> {
        let Some(accepted) = &self.accepted else { return Ok(None) };
        let mut taken = 0;
        let content = merge(&accepted.content, &self.stored.content, |change| {
            let wanted = wanted(change);
            taken += usize::from(wanted);
            wanted
        });
        if taken == 0 {
            return Ok(None);
        }
        let left = self.keep(content, self.stored.content.clone())?;
        Ok(Some(Part { taken, left }))
    }

    /// Puts a placeholder for everything at a path, in what was accepted and in what is proposed.
    pub(super) fn mask(&self, path: &Selector, placeholder: &str) -> Result<usize, Box<Diagnostic>> {
        let proposed = redact(&self.stored.content, path, placeholder);
        match &self.accepted {
            Some(accepted) => self.keep(redact(&accepted.content, path, placeholder), proposed),
            None => {
                let stored = Stored { content: proposed, ..self.stored.clone() };
                propose(&self.path, &stored).map_err(|error| unwritten(&self.path, &error))?;
                Ok(0)
            }
        }
    }

    /// Writes what is accepted from now on and what is still proposed beside it; answers with how much differs.
    fn keep(&self, content: Content, proposal: Content) -> Result<usize, Box<Diagnostic>> {
        let found = differences(&content, &proposal);
        let left = found.changes.len() + found.more;
        // While something is left, the words of what was accepted stay what they were.
        let before = self.accepted.as_ref().filter(|_| left > 0).map(|accepted| accepted.placeholders);
        let placeholders = before.unwrap_or(self.stored.placeholders);
        let written =
            accept(&self.path, &Stored { content, placeholders, ..self.stored.clone() }).and_then(|()| match left {
                0 => Ok(()),
                _ => propose(&self.path, &Stored { content: proposal, ..self.stored.clone() }),
            });
        written.map_err(|error| unwritten(&self.path, &error))?;
        Ok(left)
    }

    /// The same proposal as it is on disk now; `None` when it is no more.
    pub(super) fn again(&self) -> Result<Option<Self>, Box<Diagnostic>> {
        Self::read(&self.path)
    }
}
