//! Findings are counted once for each exchange, and every ambiguity that was touched has its evidence.

use super::{EvidenceFrom, Findings, FindingsFold};
use crate::event::testing::{Story, mixed_run, place};
use crate::event::{Event, Failure, Grade, Promise, StepOutcome};
use crate::report::coverage::fixture::{finding, held_run};

fn findings(events: &[Event]) -> Findings {
    let mut fold = FindingsFold::default();
    events.iter().for_each(|event| fold.add(event));
    fold.findings()
}

#[test]
fn a_finding_is_counted_once_for_each_exchange() {
    let told = findings(&held_run());
    let lines: Vec<String> =
        told.found.iter().map(|thing| format!("{} {} {}", thing.finding.pointer, thing.count, thing.first)).collect();
    assert_eq!(lines, ["/data/score 2 offers › an offer › Get BRE", "/data/banking 1 offers › an offer › Get BRE",]);
    assert_eq!((told.graded(Grade::Warn), told.graded(Grade::Error)), (2, 0));
}

#[test]
fn a_finding_that_failed_a_step_is_not_lost_and_not_counted_twice() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.contract();
    story.begin(0);
    let failure = |field| {
        let promise = Promise::Finding(Box::new(finding(field, Grade::Error)));
        Failure { place: place(1, 1, 1, "x"), promise }
    };
    story.hold(0, 0, vec![finding("score", Grade::Error)]);
    story.finish_step(0, 0, 1, None, StepOutcome::Failed(vec![failure("score"), failure("unsent")]));
    let told = findings(&story.over());
    assert_eq!(told.found.iter().map(|thing| thing.count).collect::<Vec<_>>(), [1, 1]);
    assert_eq!(told.graded(Grade::Error), 2);
    assert_eq!(told.found[1].first.to_string(), "a › one › Create user");
}

#[test]
fn the_worst_grade_counts() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.hold(0, 0, vec![finding("score", Grade::Warn)]);
    story.hold(0, 1, vec![finding("score", Grade::Error)]);
    assert_eq!(findings(&story.over()).found[0].finding.grade, Grade::Error);
}

#[test]
fn an_ambiguity_has_its_ruling_and_what_speaks_for_a_reading() {
    let told = findings(&held_run());
    let ids: Vec<&str> = told.ambiguities.iter().map(|touched| touched.ambiguity.id.as_str()).collect();
    assert_eq!(ids, ["A09", "A10"]);
    let evidence = |at: usize| -> Vec<(&str, &EvidenceFrom)> {
        told.ambiguities[at].evidence.iter().map(|evidence| (evidence.what.as_str(), &evidence.from)).collect()
    };
    let id = "undocumented-field:getBre:offer:/data/banking".to_owned();
    assert_eq!(
        evidence(0),
        [
            ("`dataRequired` is null", &EvidenceFrom::Exchange),
            ("`/data/banking` is not documented", &EvidenceFrom::Finding(id, 1)),
        ]
    );
    let id = "contract:getBre:rejected:/data/reason:enum".to_owned();
    let what = "\"TOO YOUNG\" came where one of \"AGE\" and \"SLAB\" is promised";
    assert_eq!(evidence(1), [(what, &EvidenceFrom::Violation(id, 1))]);
    assert_eq!(told.ambiguities[1].ambiguity.wire, "That.");
    assert_eq!(told.ambiguities[1].first.to_string(), "offers › a rejection › Get BRE");
}

#[test]
fn the_same_evidence_of_two_shards_is_told_once() {
    let mut events = held_run();
    events.extend(held_run());
    let told = findings(&events);
    assert_eq!(told.ambiguities.len(), 2);
    assert_eq!(told.ambiguities[0].evidence.len(), 2);
    assert_eq!(told.found[0].count, 4);
}

#[test]
fn a_run_without_a_contract_finds_nothing() {
    assert_eq!(findings(&mixed_run()), Findings::default());
}
