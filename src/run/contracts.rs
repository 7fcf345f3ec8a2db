//! The contracts of a run, how findings are graded, and what the run has shown of each contract so far.

use crate::contract::Seen;
use crate::plan::Plan;
use crate::suite::Policy;
use std::collections::BTreeSet;

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
        let used = used(plan);
        Self {
            policy,
            seen: plan.contracts.iter().zip(&used).map(|(contract, used)| Seen::of_used(contract, used)).collect(),
        }
    }
}

/// For each contract of a plan the operations that its steps use, as far as they are known before anything is sent.
fn used(plan: &Plan) -> Vec<BTreeSet<usize>> {
    let mut used = vec![BTreeSet::new(); plan.contracts.len()];
    for planned in plan.cases.iter().flat_map(|case| case.body.iter().chain(case.cleanup.iter())) {
        planned.each_step(&mut |step| {
            if let Some(codes) = &step.codes
                && let Some(operation) = codes.operation
                && let Some(used) = used.get_mut(codes.number)
            {
                used.insert(operation);
            }
        });
    }
    used
}
