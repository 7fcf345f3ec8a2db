//! Whose snapshots are whose: the suites, read as a run reads them.

use crate::cli::args::Target;
use crate::cli::load::{Needs, Purpose, load};
use crate::cli::snapshots::{home, stale};
use crate::plan::{Plan, PlannedStep};
use crate::run::{OwnedSnapshot, owned_snapshots};
use crate::source::Location;
use std::path::{Path, PathBuf};

/// The steps that own snapshots, as far as the suites can be read.
pub(super) struct Owners {
    /// Why it cannot be told who owns what, if so.
    pub(super) why: Option<String>,
    /// Snapshots that no step owns, in order.
    pub(super) stale: Vec<PathBuf>,
    suites: Vec<PathBuf>,
    plan: Option<Plan>,
    owned: Vec<OwnedSnapshot>,
}

/// Where the `snapshot` key of a step is written.
pub(super) struct Written {
    /// The suite or flow.
    pub(super) file: String,
    /// The value of the key, in bytes of the file as it was read.
    pub(super) range: std::ops::Range<usize>,
    /// The text of the file as it was read.
    pub(super) text: String,
    /// The value's place, for messages.
    pub(super) place: Location,
}

impl Owners {
    /// Reads the suites.
    pub(super) fn find(suites: &[PathBuf]) -> Self {
        let purpose = Purpose { needs: Needs::NoSecrets, ..Purpose::default() };
        match load(&Target::of(suites, None), purpose) {
            Ok(loaded) => {
                let owned = owned_snapshots(&loaded.plan, home);
                let stale = stale(suites, &loaded.plan, &owned).paths;
                Self { why: None, stale, suites: suites.to_vec(), plan: Some(loaded.plan), owned }
            }
            Err(problems) => {
                let first = problems.first().map(|problem| problem.title.clone()).unwrap_or_default();
                let why = Some(format!("the suites cannot be read: {first}"));
                Self { why, stale: Vec::new(), suites: suites.to_vec(), plan: None, owned: Vec::new() }
            }
        }
    }

    /// The same suites as they are now.
    pub(super) fn read_again(&self) -> Self {
        Self::find(&self.suites)
    }

    /// The paths that a snapshot's step redacts.
    pub(super) fn masks(&self, snapshot: &Path) -> Vec<String> {
        let step = self.plan.as_ref().and_then(|plan| self.step(plan, snapshot));
        let masks = step.and_then(|step| step.call.snapshot.as_ref()).map(|snapshot| &snapshot.redact);
        masks.into_iter().flatten().map(|(path, _)| path.text().to_owned()).collect()
    }

    /// Where the step says that its response is a snapshot.
    pub(super) fn written(&self, snapshot: &Path) -> Option<Written> {
        let plan = self.plan.as_ref()?;
        let span = self.step(plan, snapshot)?.call.snapshot.as_ref()?.span;
        let source = plan.sources.file(span.file);
        let (file, text) = (source.name.clone(), source.text.clone());
        Some(Written { file, range: span.range(), text, place: plan.sources.place(span) })
    }

    /// The step that owns a snapshot.
    fn step<'p>(&self, plan: &'p Plan, snapshot: &Path) -> Option<&'p PlannedStep> {
        let owned = self.owned.iter().find(|owned| Path::new(&owned.file) == snapshot)?;
        let case = plan.cases.get(owned.case)?;
        let mut found = None;
        case.body.iter().chain(case.cleanup.iter()).for_each(|planned| {
            planned.each_step(&mut |step| {
                if step.number == owned.step {
                    found = Some(step);
                }
            });
        });
        found
    }
}
