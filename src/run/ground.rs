//! What a step's exchanges are judged by, the answer itself left out. It can only be looked at.

use super::contracts::Contracts;
use crate::event::{StepError, StepErrorKind};
use crate::expr::{Context, RenderError};
use crate::plan::{Plan, PlannedStep};
use crate::source::{Location, Span};

/// What a step's exchanges are judged by.
#[derive(Clone, Copy)]
pub(super) struct Ground<'a> {
    /// The plan the step is part of.
    pub(super) plan: &'a Plan,
    /// The contracts of the run and how findings are graded.
    pub(super) contracts: &'a Contracts,
    /// The step.
    pub(super) step: &'a PlannedStep,
    /// The names it sees, and what functions may use.
    pub(super) context: Context<'a>,
}

impl Ground<'_> {
    /// Where a piece of the suite stands.
    pub(super) fn location(&self, span: Span) -> Location {
        self.plan.sources.place(span)
    }

    /// An expectation, a condition or a capture that could not be worked out.
    pub(super) fn expectation_error(&self, error: RenderError) -> StepError {
        StepError { kind: StepErrorKind::Expectation, message: error.message, place: self.location(error.span) }
    }
}
