//! The contracts of a run, how findings are graded, and what the run has shown of each contract so far.

use crate::contract::Seen;
use crate::plan::Plan;
use crate::suite::Policy;

/// How exchanges are validated against the contracts of a run, and what the run has shown of them so far.
#[derive(Debug)]
pub struct Contracts {
    pub(super) policy: Policy,
    /// One for each contract of the plan.
    pub(super) seen: Vec<Seen>,
}

impl Contracts {
    /// For the contracts of a plan; findings are graded by the policy.
    #[must_use]
    pub fn new(plan: &Plan, policy: Policy) -> Self {
        Self { policy, seen: plan.contracts.iter().map(|contract| Seen::new(contract)).collect() }
    }
}
