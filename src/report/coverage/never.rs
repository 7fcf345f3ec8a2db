//! Documented things that never came, although what they belong to did.

use super::{ContractCoverage, GroupCoverage, Row};
use crate::event::ThingKind;
use serde::Serialize;
use std::collections::HashSet;

/// A documented variant or member of a response that never came, although its operation answered.
///
/// A member is listed only where its variant, or its status, came: what a variant holds that never came itself is said by the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NeverCame {
    /// The same for the same thing in every run, as `never-came:getBre:offer /data/score`.
    pub id: String,
    /// A variant or a field.
    pub kind: ThingKind,
    /// The operation.
    pub operation: String,
    /// Its name, as documented: a variant, or a variant and a pointer into its body.
    pub name: String,
    /// What it means, where that is documented.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meaning: Option<String>,
}

impl ContractCoverage {
    /// What never came, in the contract's order.
    pub(super) fn look_for_missing(&self) -> Vec<NeverCame> {
        let mut never = Vec::new();
        for group in &self.groups {
            let Some(operation) = &group.operation else { continue };
            let answers = self.answers(operation);
            if answers.is_empty() {
                continue;
            }
            let missing = group.rows.iter().filter(|row| !row.came());
            let missing = missing.filter(|row| match group.kind {
                ThingKind::Variant => true,
                // What is sent stands in a `request`, which is no answer.
                ThingKind::Field => row.name.split_once(' ').is_some_and(|(whole, _)| answers.contains(whole)),
                ThingKind::Operation
                | ThingKind::Code
                | ThingKind::Status
                | ThingKind::Value
                | ThingKind::Ambiguity
                | ThingKind::Rule => false,
            });
            never.extend(missing.map(|row| NeverCame {
                id: format!("never-came:{operation}:{}", row.name),
                kind: group.kind,
                operation: operation.clone(),
                name: row.name.clone(),
                meaning: row.meaning.clone(),
            }));
        }
        never
    }

    /// The variants and statuses of an operation that came.
    fn answers(&self, operation: &str) -> HashSet<&str> {
        let of_answers = |group: &&GroupCoverage| {
            matches!(group.kind, ThingKind::Variant | ThingKind::Status)
                && group.operation.as_deref() == Some(operation)
        };
        let rows = self.groups.iter().filter(of_answers).flat_map(|group| &group.rows);
        rows.filter(|row| row.came()).map(|row| row.name.as_str()).collect()
    }
}

impl Row {
    /// Whether it came at all, as documented or broken.
    #[must_use]
    pub const fn came(&self) -> bool {
        self.seen.is_some() || self.violated.is_some()
    }
}
