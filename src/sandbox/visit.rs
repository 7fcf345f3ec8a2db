//! A customer while nobody else can touch it.

use std::{sync::Arc, time::Duration};

use serde_json::json;

use super::{
    acts::Acts,
    breaks::{Active, Skip},
    clock::Moment,
    code::Code,
    customers::Found,
    ids::Id,
    journey::{Customer, Progress, Run, Session, Stage, StageKind, Step},
    personas::{self, Persona, Plot},
    problem::Problem,
    settings::Settings,
};

/// How long a stage takes that somebody wants to see PROCESSING.
const A_DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A customer while the lock on its partner's customers is held.
pub(super) struct Visit<'a> {
    settings: &'a Settings,
    now: Moment,
    found: Found<'a>,
    active: Active,
    acts: Acts,
    changed: bool,
}

impl<'a> Visit<'a> {
    /// A visit at that time.
    pub(super) fn new(settings: &'a Settings, now: Moment, found: Found<'a>, active: Active) -> Self {
        Self { settings, now, found, active, acts: Acts::default(), changed: false }
    }

    /// From here on the journey goes as the request wants it.
    pub(super) fn play(&mut self, acts: Acts) {
        self.acts = acts;
    }

    /// Whether a check is left out on purpose.
    pub(super) fn skips(&self, skip: Skip) -> bool {
        self.active.skips(skip)
    }

    /// Whether the customer goes on on purpose although it was rejected.
    pub(super) fn goes_on(&self) -> bool {
        self.active.skips(Skip::Rejected) && self.found.customer.is_disqualified(self.now)
    }

    /// The customer as it is now, if there is something new to keep.
    pub(super) fn news(&self) -> Option<&Customer> {
        self.changed.then_some(&*self.found.customer)
    }

    /// The customer's id.
    pub(super) fn id(&self) -> &str {
        &self.found.id
    }

    /// The time of this visit.
    pub(super) fn now(&self) -> Moment {
        self.now
    }

    /// When a stage that starts now is over.
    pub(super) fn end_of_stage(&self) -> Moment {
        self.now.plus(self.processing())
    }

    fn processing(&self) -> Duration {
        self.acts.processing.unwrap_or(self.settings.processing)
    }

    /// The customer, to look at.
    pub(super) fn customer(&self) -> &Customer {
        self.found.customer
    }

    /// The customer, to change.
    pub(super) fn change(&mut self) -> &mut Customer {
        self.changed = true;
        self.found.customer
    }

    /// Refuses a step whose time has not come, or has passed.
    pub(super) fn may(&self, step: Step) -> Result<(), Problem> {
        if self.goes_on() {
            return Ok(());
        }
        self.found.customer.may(step, self.now, &self.active)
    }

    /// Refuses to trigger what is still going on or has ended well for good; the answer names the run there is.
    pub(super) fn refuse_repeat(&self, kind: StageKind) -> Result<(), Problem> {
        if kind == StageKind::Disbursal && self.active.skips(Skip::Paid) {
            return Ok(());
        }
        match self.found.customer.latest(kind).filter(|run| run.makes_a_repeat(self.now)) {
            None => Ok(()),
            Some(run) => Err(Problem::bare(Code::AlreadyReported).with_data(json!({ "referenceID": run.reference }))),
        }
    }

    /// Refuses the first call of an operation, if the customer's data says so.
    pub(super) fn survive_first_call(&mut self, operation: &str) -> Result<(), Problem> {
        let failed = self.found.customer.failed.iter().any(|failed| failed == operation);
        if failed || self.plot() != Plot::FailsFirst {
            return Ok(());
        }
        self.change().failed.push(operation.to_owned());
        Err(Problem::bare(Code::InternalIssue))
    }

    /// What the customer's data brings about.
    pub(super) fn plot(&self) -> Plot {
        let pan = self.found.customer.applicant.as_ref().map(|applicant| applicant.pan.as_str());
        self.plot_of(pan.unwrap_or_default())
    }

    /// What a permanent account number brings about.
    pub(super) fn plot_of(&self, pan: &str) -> Plot {
        let acted = self.acts.persona.map(Persona::plot);
        acted.or_else(|| personas::plot_of(pan)).unwrap_or(self.settings.persona.plot())
    }

    /// Starts a stage and gives the reference to ask for it by.
    pub(super) fn start(&mut self, stage: Stage) -> Id {
        let now = self.now;
        let processing = match self.plot() {
            Plot::Slow(kind) if kind == stage.kind() => A_DAY,
            _ => self.processing(),
        };
        let customer = self.change();
        let reference = customer.ids.next();
        let forgotten = customer.add_run(Run::starting(reference, now, processing, stage));
        if let Some(forgotten) = forgotten {
            self.found.by_reference.remove(&forgotten);
        }
        self.found.by_reference.insert(reference, Arc::clone(&self.found.id));
        reference
    }

    /// Asks how far the run is that a reference names, which must be of that kind.
    pub(super) fn ask(&mut self, kind: StageKind, reference: Id) -> Result<(Progress, &Run), Problem> {
        let mut runs = self.found.customer.runs.iter_mut();
        let run = runs.find(|run| run.reference == reference && run.stage.kind() == kind);
        let run = run.ok_or_else(Problem::unknown_reference)?;
        let progress = run.ask(self.now);
        // Only an answer about the one-time password is counted; the rest is a matter of time.
        self.changed |= matches!(progress, Progress::PasswordAsked | Progress::PasswordMistaken);
        Ok((progress, run))
    }

    /// Opens a session in place of the one before.
    pub(super) fn open_session(&mut self, redirect: &str) -> Id {
        let customer = self.change();
        let id = customer.ids.next();
        let before = customer.session.replace(Session { id, redirect: redirect.to_owned() });
        if let Some(before) = before {
            self.found.by_reference.remove(&before.id);
        }
        self.found.by_reference.insert(id, Arc::clone(&self.found.id));
        id
    }
}
