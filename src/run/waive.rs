//! Waivers: failures for which somebody answers, and waivers that may not stay as they are.

use crate::event::{Failure, WaiverEntry, WaiverFault, WaiverRefused};
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

/// What a step says of waivers, by their numbers.
#[derive(Debug, Default)]
pub(super) struct Uses {
    /// Those that are about the step.
    pub(super) about: Vec<usize>,
    /// Those that cover a failure of it.
    pub(super) covering: Vec<usize>,
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

    /// Whether somebody answers for a failure.
    pub(super) fn cover(&self, at: At<'_>, failure: &Failure) -> bool {
        self.watched.iter().any(|watched| watched.covers(at, failure))
    }

    /// What a step that was judged says of waivers.
    pub(super) fn uses(&self, at: At<'_>, failures: &[Failure]) -> Uses {
        let numbers = |is: &dyn Fn(&Watched) -> bool| {
            let fits = self.watched.iter().enumerate().filter(|(_, watched)| is(watched));
            fits.map(|(number, _)| number).collect()
        };
        Uses {
            about: numbers(&|watched| watched.is_at(at)),
            covering: numbers(&|watched| failures.iter().any(|failure| watched.covers(at, failure))),
        }
    }

    /// A waiver as reports show it.
    pub(super) fn entry(&self, number: usize) -> WaiverEntry {
        self.watched[number].waiver.entry.clone()
    }

    /// Takes note of what a step said of waivers.
    pub(super) fn note(&self, uses: &Uses) {
        uses.about.iter().for_each(|number| self.watched[*number].tried.store(true, Ordering::Relaxed));
        uses.covering.iter().for_each(|number| self.watched[*number].used.store(true, Ordering::Relaxed));
    }

    /// Waivers that may not stay as they are. One that nothing matched is refused only where that is certain: what it is
    /// about was run, all of it or a case that it names, or there is no such thing among all cases.
    pub(super) fn refused(&self, plan: &Plan) -> Vec<WaiverRefused> {
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
        let refuse =
            |watched: &Watched| Some(WaiverRefused { waiver: watched.waiver.entry.clone(), why: fault(watched)? });
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
