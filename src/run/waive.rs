//! Waivers: failures for which somebody answers, and waivers that may not stay as they are.

use crate::event::{EventKind, Failure, StepOutcome, Waived, WaiverFault, WaiverRefused};
use crate::plan::{Plan, PlannedStep};
use crate::suite::Waiver;
use jiff::civil::Date;
use std::sync::atomic::{AtomicBool, Ordering};

/// The waivers of a run, and what the run has shown of them so far.
#[derive(Debug, Default)]
pub struct Waivers {
    watched: Vec<Watched>,
    scope: Scope,
}

/// What a run was read from.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Scope {
    /// All suites there are.
    #[default]
    Everything,
    /// Some of them: of what the others hold nothing is known.
    Part,
}

#[derive(Debug)]
struct Watched {
    waiver: Waiver,
    expired: bool,
    /// Whether something that it is about was run.
    tried: AtomicBool,
    /// Whether it covered a failure.
    used: AtomicBool,
}

/// Where a failure is.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    pub(super) plan: &'a Plan,
    /// The case, as an index into [`Plan::cases`].
    pub(super) case: usize,
    pub(super) step: &'a PlannedStep,
}

impl Waivers {
    /// These, as they stand on a day.
    #[must_use]
    pub fn new(waivers: Vec<Waiver>, today: Date, scope: Scope) -> Self {
        let watch = |waiver: Waiver| Watched {
            expired: waiver.expires < today,
            waiver,
            tried: AtomicBool::default(),
            used: AtomicBool::default(),
        };
        Self { watched: waivers.into_iter().map(watch).collect(), scope }
    }

    /// Takes note of a step that was run to an end.
    pub(super) fn tried(&self, at: At<'_>) {
        for watched in self.watched.iter().filter(|watched| watched.is_at(at)) {
            watched.tried.store(true, Ordering::Relaxed);
        }
    }

    /// Whether somebody answers for every one of these failures.
    pub(super) fn cover(&self, at: At<'_>, failures: &[Failure]) -> bool {
        !self.watched.is_empty()
            && failures.iter().all(|failure| self.watched.iter().any(|watched| watched.covers(at, failure)))
    }

    /// The outcome of a step with these failures.
    pub(super) fn outcome(&self, at: At<'_>, failures: Vec<Failure>) -> StepOutcome {
        let mut waivers = Vec::new();
        for watched in &self.watched {
            if failures.iter().any(|failure| watched.covers(at, failure)) {
                watched.used.store(true, Ordering::Relaxed);
                waivers.push(watched.waiver.entry.clone());
            }
        }
        match self.cover(at, &failures) {
            true => StepOutcome::Waived(Box::new(Waived { failures, waivers })),
            false => StepOutcome::Failed(failures),
        }
    }

    /// Waivers that may not stay as they are. One that nothing matched is refused only where that is certain: what it is
    /// about was run, all of it or a case that it names, or there is no such thing among all cases.
    pub(super) fn refused(&self, plan: &Plan) -> Vec<EventKind> {
        let whole = plan.left_out == 0 && self.scope == Scope::Everything;
        let fault = |watched: &Watched| match watched.expired {
            true => Some(WaiverFault::Expired),
            false => {
                let used = watched.used.load(Ordering::Relaxed);
                let tried = watched.tried.load(Ordering::Relaxed);
                let certain = match tried {
                    true => whole || watched.waiver.case.is_some(),
                    false => whole && !watched.is_planned(plan),
                };
                (!used && certain).then_some(WaiverFault::Unmatched)
            }
        };
        let refuse = |watched: &Watched| {
            let refused = WaiverRefused { waiver: watched.waiver.entry.clone(), why: fault(watched)? };
            Some(EventKind::WaiverRefused(Box::new(refused)))
        };
        self.watched.iter().filter_map(refuse).collect()
    }
}

impl Watched {
    fn is_at(&self, at: At<'_>) -> bool {
        let case = &at.plan.cases[at.case];
        let suite = &at.plan.suites[case.suite];
        let same = |wanted: &Option<String>, own: &str| wanted.as_ref().is_none_or(|wanted| wanted == own);
        let of_suite = |wanted: &String| *wanted == suite.name || ends_in(&suite.file, wanted);
        same(&self.waiver.case, &case.name)
            && same(&self.waiver.step, &at.step.name)
            && same(&self.waiver.operation, at.step.operation.as_deref().unwrap_or_default())
            && self.waiver.suite.as_ref().is_none_or(of_suite)
    }

    /// Whether a plan has anything that it is about.
    fn is_planned(&self, plan: &Plan) -> bool {
        (0..plan.cases.len()).any(|case| {
            let mut found = false;
            let body = plan.cases[case].body.iter();
            body.for_each(|planned| planned.each_step(&mut |step| found |= self.is_at(At { plan, case, step })));
            found
        })
    }

    fn covers(&self, at: At<'_>, failure: &Failure) -> bool {
        !self.expired && self.is_at(at) && self.waiver.is_about(&failure.promise.id())
    }
}

/// Whether a path ends in these folders and this file, each by its whole name.
fn ends_in(path: &str, end: &str) -> bool {
    let above = path.strip_suffix(end.strip_prefix("./").unwrap_or(end));
    !end.is_empty() && above.is_some_and(|above| above.is_empty() || above.ends_with('/') || end.starts_with('/'))
}
