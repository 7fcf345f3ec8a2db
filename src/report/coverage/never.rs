//! Documented things that never came, although what they belong to did.

use super::{ContractCoverage, GroupCoverage, Row};
use crate::event::ThingKind;
use serde::Serialize;

/// A documented variant or member of a response that never came, although its operation was called.
///
/// A member is listed only where its variant came: what a variant holds that never came itself is said by the variant.
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
    #[must_use]
    pub fn never_came(&self) -> Vec<NeverCame> {
        let mut never = Vec::new();
        for group in &self.groups {
            let Some(operation) = group.operation.as_deref().filter(|operation| self.was_called(operation)) else {
                continue;
            };
            let missing = group.rows.iter().filter(|row| !row.came());
            let missing = missing.filter(|row| match group.kind {
                ThingKind::Variant => true,
                ThingKind::Field => row.name.split_once(' ').is_some_and(|(part, _)| self.variant_came(group, part)),
                ThingKind::Operation
                | ThingKind::Code
                | ThingKind::Status
                | ThingKind::Value
                | ThingKind::Ambiguity => false,
            });
            never.extend(missing.map(|row| NeverCame {
                id: format!("never-came:{operation}:{}", row.name),
                kind: group.kind,
                operation: operation.to_owned(),
                name: row.name.clone(),
                meaning: row.meaning.clone(),
            }));
        }
        never
    }

    /// Whether anything of an operation was touched.
    fn was_called(&self, operation: &str) -> bool {
        self.operations().any(|row| row.name == operation && row.came())
            || self
                .groups
                .iter()
                .any(|group| group.operation.as_deref() == Some(operation) && group.rows.iter().any(Row::came))
    }

    /// Whether a variant of the fields of this group came; `request` is none.
    fn variant_came(&self, fields: &GroupCoverage, variant: &str) -> bool {
        let beside = |group: &&GroupCoverage| group.kind == ThingKind::Variant && group.operation == fields.operation;
        let mut variants = self.groups.iter().filter(beside).flat_map(|group| &group.rows);
        variants.any(|row| row.name == variant && row.came())
    }
}

impl Row {
    /// Whether it came at all, as documented or broken.
    #[must_use]
    pub const fn came(&self) -> bool {
        self.seen.is_some() || self.violated.is_some()
    }
}
