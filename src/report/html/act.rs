//! Who must act: what did not pass, by the person it sends to work, one card for each problem.

use super::data::{ActData, GroupData, OutcomeData};
use crate::diagnostic::NoteKind;
use crate::event::WaiverRefused;
use crate::report::changes::is_new;
use crate::report::fold::{ProblemGroup, RunFold, Who, fault};
use crate::text::visible_line;
use std::collections::HashSet;

/// What has to be done, by whom, the most urgent first. `new` are the cases that newly fail.
pub(super) fn act(run: &RunFold, new: &HashSet<usize>) -> Vec<ActData> {
    let mut people: Vec<(Who, Vec<GroupData>)> = Vec::new();
    let mut groups: Vec<&ProblemGroup> = run.groups().by_urgency().into_iter().map(|(_, group)| group).collect();
    // What is new comes first of what one person has to do.
    groups.sort_by_key(|group| (group.who, !is_new(group, new)));
    let waivers = run.waivers().iter().map(|refused| (Who::WaiverOwner, waiver(refused)));
    let cards = groups.into_iter().map(|group| (group.who, card(run, group, new))).chain(waivers);
    for (who, card) in cards {
        match people.iter_mut().find(|(known, _)| *known == who) {
            Some((_, cards)) => cards.push(card),
            None => people.push((who, vec![card])),
        }
    }
    people.sort_by_key(|(who, _)| *who);
    people.into_iter().map(|(who, groups)| ActData { who: who.name(), why: who.why(), groups }).collect()
}

fn card(run: &RunFold, group: &ProblemGroup, new: &HashSet<usize>) -> GroupData {
    let cause = group.cause.and_then(|cause| run.groups().all().get(cause));
    GroupData {
        outcome: OutcomeData(group.outcome),
        title: group.title.clone(),
        operations: group.operations.iter().cloned().collect(),
        notes: group.notes(),
        place: group.headline.place.clone(),
        cases: group.cases.clone(),
        new: is_new(group, new),
        cause: cause.map(|cause| cause.title.clone()),
    }
}

fn waiver(refused: &WaiverRefused) -> GroupData {
    let waiver = &refused.waiver;
    let text = visible_line(&format!("by {} until {}: {}", waiver.owner, waiver.expires, waiver.reason));
    GroupData {
        outcome: OutcomeData(crate::event::Outcome::Failed),
        title: format!("the waiver for {} {}", visible_line(&waiver.what), fault(refused)),
        operations: Vec::new(),
        notes: vec![(NoteKind::Waived.word(), text)],
        place: format!("{}:{}", visible_line(&waiver.place.file), waiver.place.line),
        cases: Vec::new(),
        new: false,
        cause: None,
    }
}
