//! A part of a coverage: some kinds, some operations.

use super::{ContractCoverage, Coverage, GroupCoverage};
use crate::event::ThingKind;

/// Which part is asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Scope {
    /// Only things of these kinds; all kinds when empty.
    pub kinds: Vec<ThingKind>,
    /// Only things of these operations; everything when empty.
    pub operations: Vec<String>,
}

impl Scope {
    /// Whether anything is left out.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        self.kinds.is_empty() && self.operations.is_empty()
    }

    /// Operations that are asked for and that no contract has.
    #[must_use]
    pub fn unknown<'s>(&'s self, coverage: &Coverage) -> Vec<&'s str> {
        let known = |operation: &&String| {
            coverage.contracts.iter().any(|contract| contract.operations().any(|row| row.name == **operation))
        };
        self.operations.iter().filter(|operation| !known(operation)).map(String::as_str).collect()
    }

    fn has_kind(&self, kind: ThingKind) -> bool {
        self.kinds.is_empty() || self.kinds.contains(&kind)
    }

    fn has_operation(&self, operation: Option<&str>) -> bool {
        self.operations.is_empty()
            || operation.is_some_and(|operation| self.operations.iter().any(|asked| asked == operation))
    }
}

impl Coverage {
    /// The part of it that is asked for. Of what belongs to no operation, operations themselves and the ambiguities that
    /// concern them go with an operation; codes do not.
    #[must_use]
    pub fn within(&self, scope: &Scope) -> Self {
        let contracts = self.contracts.iter().map(|contract| contract.within(scope)).collect();
        Self { runs: self.runs.clone(), contracts }
    }
}

impl ContractCoverage {
    fn within(&self, scope: &Scope) -> Self {
        let concerned = |id: &str| {
            let entry = self.ambiguities.iter().find(|entry| entry.id == id);
            entry.is_some_and(|entry| {
                entry.operations.iter().any(|operation| operation == "*" || scope.has_operation(Some(operation)))
            })
        };
        let group = |group: &GroupCoverage| {
            let kept = |name: &str| match group.kind {
                ThingKind::Operation => scope.has_operation(Some(name)),
                ThingKind::Ambiguity => scope.operations.is_empty() || concerned(name),
                ThingKind::Rule => scope.operations.is_empty(),
                ThingKind::Code | ThingKind::Status | ThingKind::Variant | ThingKind::Field | ThingKind::Value => {
                    scope.has_operation(group.operation.as_deref())
                }
            };
            let rows: Vec<_> = group.rows.iter().filter(|row| kept(&row.name)).cloned().collect();
            (scope.has_kind(group.kind) && !rows.is_empty()).then(|| GroupCoverage { rows, ..group.clone() })
        };
        let never = self.never_came.iter();
        let never = never.filter(|never| scope.has_kind(never.kind) && scope.has_operation(Some(&never.operation)));
        Self {
            groups: self.groups.iter().filter_map(group).collect(),
            never_came: never.cloned().collect(),
            ambiguities: self.ambiguities.iter().filter(|entry| concerned(&entry.id)).cloned().collect(),
            ..self.clone()
        }
    }
}
