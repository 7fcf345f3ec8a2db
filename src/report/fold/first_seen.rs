//! Where in a run something was shown first, in the words by which people find it again.

use super::index::Index;
use crate::event::{Event, EventKind};
use crate::text::visible_line;
use serde::Serialize;
use std::collections::HashMap;
use std::fmt;

/// A step of a case of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Where {
    /// The run's id.
    pub run: String,
    /// The case's number in the run.
    pub case: usize,
    /// The case's file, without what all of them share: `operations/create-user`.
    pub suite: String,
    /// The case's name.
    pub name: String,
    /// The step's number in the case, from 0.
    pub step: usize,
    /// The step's name; absent where the run ended before the step did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step_name: Option<String>,
}

impl fmt::Display for Where {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} › {} › ", visible_line(&self.suite), visible_line(&self.name))?;
        match &self.step_name {
            Some(name) => f.write_str(&visible_line(name)),
            None => write!(f, "step {}", self.step.saturating_add(1)),
        }
    }
}

/// A place that was taken down, to be asked for later: a step's name is known only when the step is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::report) struct FirstSeen(usize);

/// The places taken down so far, one for each step that showed anything.
#[derive(Debug, Default)]
pub(in crate::report) struct Spots {
    run: String,
    index: Option<Index>,
    taken: Vec<Where>,
    open: HashMap<(usize, usize), FirstSeen>,
}

impl Spots {
    /// Takes one event. The places of a step that is over keep its name; another run may follow.
    pub(in crate::report) fn add(&mut self, event: &Event) {
        match &event.kind {
            EventKind::RunStarted(run) => {
                (self.run, self.index) = (run.run.clone(), Some(Index::new(run)));
                self.open.clear();
            }
            EventKind::StepFinished(step) => {
                let taken = self.open.remove(&(step.case, step.step)).and_then(|spot| self.taken.get_mut(spot.0));
                if let Some(taken) = taken {
                    taken.step_name = Some(step.name.clone());
                }
            }
            EventKind::ContractRead(_)
            | EventKind::CaseStarted(_)
            | EventKind::StepStarted(_)
            | EventKind::AttemptFinished(_)
            | EventKind::Touched(_)
            | EventKind::SnapshotTaken(_)
            | EventKind::CaseRerun(_)
            | EventKind::CaseFinished(_)
            | EventKind::WaiverRefused(_)
            | EventKind::Interrupted(_)
            | EventKind::RunFinished(_) => {}
        }
    }

    /// Takes a step down.
    pub(in crate::report) fn take(&mut self, case: usize, step: usize) -> FirstSeen {
        if let Some(spot) = self.open.get(&(case, step)) {
            return *spot;
        }
        let index = self.index.as_ref();
        self.taken.push(Where {
            run: self.run.clone(),
            case,
            suite: index.map_or_else(String::new, |index| index.stem(case).to_owned()),
            name: index.map_or_else(String::new, |index| index.name(case)),
            step,
            step_name: None,
        });
        let spot = FirstSeen(self.taken.len() - 1);
        self.open.insert((case, step), spot);
        spot
    }

    /// What was taken down.
    pub(in crate::report) fn place(&self, spot: FirstSeen) -> Where {
        self.taken[spot.0].clone()
    }
}
