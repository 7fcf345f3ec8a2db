//! What a suite would do to reach what no run reached.

use super::{ContractCoverage, GroupCoverage, Row};
use crate::event::ThingKind;
use crate::text::either;
use std::collections::HashSet;

/// Operations that are named one by one.
const FEW: usize = 4;

/// What the target knows of itself: how documented words, a status code and a status, are made to come together; nothing
/// where it does not know.
pub type Knowledge<'k> = dyn Fn(&[&str]) -> Option<String> + 'k;

impl ContractCoverage {
    /// What would reach a thing of a group, in words; nothing where nothing useful is known.
    #[must_use]
    pub fn way_to(&self, group: &GroupCoverage, row: &Row, known: &Knowledge<'_>) -> Option<String> {
        let operation = group.operation.as_deref();
        let name = row.name.as_str();
        match group.kind {
            ThingKind::Operation => Some(format!("a step with `operation: {name}`")),
            ThingKind::Code => known(&[name]),
            ThingKind::Status => known(&[name]).or_else(|| Some(format!("an answer of {} with it", shown(operation)))),
            ThingKind::Variant => {
                known(&words(row)).or_else(|| Some(format!("an answer of {} that is it", shown(operation))))
            }
            ThingKind::Field => self.way_to_field(operation, name),
            ThingKind::Value => known(&self.words_of_value(operation, name))
                .or_else(|| Some(format!("an answer of {} that says so", shown(operation)))),
            ThingKind::Rule => Some("the exchanges that make it due, and one more that keeps it".to_owned()),
            ThingKind::Ambiguity => {
                let entry = self.ambiguities.iter().find(|entry| entry.id == name)?;
                let named: Vec<&str> =
                    entry.operations.iter().map(String::as_str).filter(|operation| *operation != "*").collect();
                match named.len() {
                    0 => None,
                    1..=FEW => Some(format!("an exchange of {} that it is about", either(&named))),
                    all => Some(format!("an exchange of any of {all} operations that it is about")),
                }
            }
        }
    }

    fn way_to_field(&self, operation: Option<&str>, name: &str) -> Option<String> {
        let (part, _) = name.split_once(' ')?;
        if part == "request" {
            return Some(format!("send it in a request of {}", shown(operation)));
        }
        let kinds = [ThingKind::Variant, ThingKind::Status];
        let whole = kinds.into_iter().find_map(|kind| self.row(kind, operation, part))?;
        Some(match &whole.seen {
            Some(seen) => format!("an answer like that of {seen}, which does without it"),
            None => format!("comes with `{part}`, which was not seen either"),
        })
    }

    /// The variants and statuses that members of this group stand in and that were not touched themselves.
    pub(super) fn unseen_wholes(&self, group: &GroupCoverage) -> HashSet<&str> {
        let of_answers = |other: &&GroupCoverage| {
            group.kind == ThingKind::Field
                && matches!(other.kind, ThingKind::Variant | ThingKind::Status)
                && other.operation == group.operation
        };
        let rows = self.groups.iter().filter(of_answers).flat_map(|group| &group.rows);
        rows.filter(|row| !row.came()).map(|row| row.name.as_str()).collect()
    }

    /// The word of a value, and the code of the variant in which it stands where there is one.
    fn words_of_value<'s>(&'s self, operation: Option<&str>, name: &'s str) -> Vec<&'s str> {
        let word = name.rsplit_once(' ').map_or(name, |(_, word)| word);
        let variants = self.groups.iter().filter(|group| group.kind == ThingKind::Variant);
        let variants = variants.filter(|group| operation.is_some() && group.operation.as_deref() == operation);
        let mut with_it = variants.flat_map(|group| &group.rows).map(words).filter(|words| words.contains(&word));
        with_it.next().unwrap_or_else(|| vec![word])
    }

    fn row(&self, kind: ThingKind, operation: Option<&str>, name: &str) -> Option<&Row> {
        let of_it = |group: &&GroupCoverage| group.kind == kind && group.operation.as_deref() == operation;
        self.groups.iter().filter(of_it).flat_map(|group| &group.rows).find(|row| row.name == name)
    }
}

/// The codes and statuses that a variant comes with: they stand in what is said of it, before its section.
fn words(variant: &Row) -> Vec<&str> {
    let said = variant.meaning.as_deref().unwrap_or_default();
    let said = said.split_once(" (").map_or(said, |(said, _)| said);
    said.split([' ', ',']).filter(|word| !word.is_empty()).collect()
}

fn shown(operation: Option<&str>) -> &str {
    operation.unwrap_or("any operation")
}

#[cfg(test)]
mod tests {
    use super::super::CoverageFold;
    use crate::event::testing::Story;
    use crate::event::{EventKind, Group, Inventory, ThingKind, Touch};
    use crate::report::coverage::fixture::thing;

    /// The way to a thing of Get KYC Details, whose approved variant was seen; the target says what it was asked.
    fn way(kind: ThingKind, name: &str) -> Option<String> {
        let group = |kind, things: &[(&str, &str)]| Group {
            kind,
            operation: Some("getKycDetails".into()),
            things: things.iter().map(|(name, meaning)| ((*name).to_owned(), Some((*meaning).to_owned()))).collect(),
        };
        let variants =
            [("approved", "GKD-S-000 with APPROVED (Get KYC)"), ("rejected", "GKD-E-000 with REJECTED (Get KYC)")];
        let documented = vec![
            group(ThingKind::Variant, &variants),
            group(ThingKind::Status, &[("200", ""), ("4XX", "")]),
            group(
                ThingKind::Field,
                &[("request query referenceID", ""), ("approved /data/x", ""), ("rejected /data/y", "")],
            ),
            group(ThingKind::Field, &[("4XX header retry-after", ""), ("gone /data/z", "")]),
            group(ThingKind::Value, &[("/data/status REJECTED", ""), ("/data/status OTHER", "")]),
        ];
        let (contract, title) = ("lender-prism".into(), String::new());
        let inventory = Inventory { contract, title, version: "2".into(), documented, ambiguities: Vec::new() };
        let mut story = Story::new(&[("kyc.yaml", "KYC", &["good"])], 1);
        story.say(EventKind::ContractRead(Box::new(inventory)));
        story.touch(0, 0, vec![thing(ThingKind::Variant, Some("getKycDetails"), "approved", Touch::Seen)]);
        let mut fold = CoverageFold::default();
        story.over().iter().for_each(|event| fold.add(event));
        let coverage = fold.coverage();
        let contract = &coverage.contracts[0];
        let known = |words: &[&str]| words.iter().any(|word| word.starts_with("GKD")).then(|| words.join("+"));
        let rows = contract.groups.iter().flat_map(|group| group.rows.iter().map(move |row| (group, row)));
        let (group, row) = rows.into_iter().find(|(group, row)| group.kind == kind && row.name == name)?;
        contract.way_to(group, row, &known)
    }

    #[test]
    fn the_target_is_asked_for_the_code_and_the_status_of_a_variant() {
        assert_eq!(way(ThingKind::Variant, "rejected").as_deref(), Some("GKD-E-000+with+REJECTED"));
        assert_eq!(way(ThingKind::Value, "/data/status REJECTED").as_deref(), Some("GKD-E-000+with+REJECTED"));
    }

    #[test]
    fn what_the_target_does_not_know_is_said_in_general_words() {
        let general = "an answer of getKycDetails";
        assert_eq!(way(ThingKind::Value, "/data/status OTHER"), Some(format!("{general} that says so")));
        assert_eq!(way(ThingKind::Status, "4XX"), Some(format!("{general} with it")));
        let field = |name| way(ThingKind::Field, name).unwrap_or_default();
        assert_eq!(field("request query referenceID"), "send it in a request of getKycDetails");
        assert_eq!(field("approved /data/x"), "an answer like that of kyc › good › step 1, which does without it");
        assert_eq!(field("rejected /data/y"), "comes with `rejected`, which was not seen either");
        assert_eq!(field("4XX header retry-after"), "comes with `4XX`, which was not seen either");
        assert_eq!(way(ThingKind::Field, "gone /data/z"), None);
    }
}
