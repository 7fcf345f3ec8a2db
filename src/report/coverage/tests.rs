//! What is counted, who touched it first, and that several runs are one.

use super::fixture::{held_run, inventory, thing};
use super::{ContractCoverage, Coverage, CoverageFold, Demand, Depth, Numbers, Row, RunEnding, Scope, Screen, to_json};
use crate::diagnostic::Style;
use crate::event::testing::{Story, mixed_run};
use crate::event::{Event, EventKind, ThingKind, Touch};
use crate::report::findings::FindingsFold;
use crate::text::columns;

fn coverage(events: &[Event]) -> Coverage {
    let mut fold = CoverageFold::default();
    events.iter().for_each(|event| fold.add(event));
    fold.coverage()
}

fn only(coverage: &Coverage) -> &ContractCoverage {
    assert_eq!(coverage.contracts.len(), 1);
    &coverage.contracts[0]
}

fn numbers(contract: &ContractCoverage, kind: ThingKind) -> [usize; 4] {
    let Numbers { documented, exercised, seen, violated } = contract.numbers(kind);
    [documented, exercised, seen, violated]
}

fn row<'c>(contract: &'c ContractCoverage, kind: ThingKind, name: &str) -> &'c Row {
    let mut rows = contract.groups.iter().filter(|group| group.kind == kind).flat_map(|group| &group.rows);
    rows.find(|row| row.name == name).unwrap_or_else(|| panic!("{name} is documented"))
}

#[test]
fn everything_documented_is_counted_by_how_it_was_touched() {
    let coverage = coverage(&held_run());
    let contract = only(&coverage);
    assert_eq!(numbers(contract, ThingKind::Operation), [3, 0, 2, 1]);
    assert_eq!(numbers(contract, ThingKind::Code), [4, 2, 3, 0]);
    assert_eq!(numbers(contract, ThingKind::Status), [3, 1, 2, 0]);
    assert_eq!(numbers(contract, ThingKind::Variant), [4, 2, 3, 1]);
    assert_eq!(numbers(contract, ThingKind::Field), [5, 1, 2, 1]);
    assert_eq!(numbers(contract, ThingKind::Value), [2, 0, 2, 0]);
    assert_eq!(numbers(contract, ThingKind::Ambiguity), [3, 0, 1, 1]);
    assert_eq!(contract.numbers_of(ThingKind::Variant, Some("getBre")).seen, 2);
    assert_eq!(contract.numbers_of(ThingKind::Variant, None), Numbers { documented: 1, ..Numbers::default() });
    assert_eq!(coverage.runs[0].ending, RunEnding::Complete);
}

#[test]
fn the_case_and_the_step_that_showed_a_thing_first_are_kept() {
    let coverage = coverage(&held_run());
    let said = |place: &Option<super::Where>| place.as_ref().map(ToString::to_string);
    let offer = row(only(&coverage), ThingKind::Variant, "offer");
    assert_eq!(said(&offer.exercised).as_deref(), Some("offers › an offer › Get BRE"));
    let rejected = row(only(&coverage), ThingKind::Variant, "rejected");
    assert_eq!((&rejected.exercised, &rejected.seen), (&None, &rejected.violated));
    assert_eq!(said(&rejected.violated).as_deref(), Some("offers › a rejection › Get BRE"));
}

#[test]
fn a_step_that_never_ended_is_named_by_its_number() {
    let mut events = held_run();
    let end = events.iter().position(|event| matches!(event.kind, EventKind::StepFinished(_))).unwrap();
    events.truncate(end);
    let coverage = coverage(&events);
    let seen = row(only(&coverage), ThingKind::Operation, "getBre").seen.clone().unwrap();
    assert_eq!(seen.to_string(), "offers › an offer › step 3");
    assert_eq!(coverage.runs[0].ending, RunEnding::Killed);
}

#[test]
fn a_hundred_per_cent_is_all_of_them() {
    let percent = |documented, seen| Numbers { documented, seen, ..Numbers::default() }.percent();
    assert_eq!(percent(1000, 999), Some(99));
    assert_eq!(percent(3, 2), Some(66));
    assert_eq!(percent(3, 3), Some(100));
    assert_eq!(percent(3, 0), Some(0));
    assert_eq!(percent(0, 0), None);
}

#[test]
fn several_runs_are_one() {
    let mut other = Story::new(&[("suites/sessions.yaml", "Sessions", &["a session"])], 1);
    other.contract();
    other.begin(0);
    other.touch(
        0,
        0,
        vec![
            thing(ThingKind::Operation, None, "createSession", Touch::Seen),
            thing(ThingKind::Code, None, "GEO-S-000", Touch::Promised),
        ],
    );
    let mut events = held_run();
    events.extend(other.events);
    let coverage = coverage(&events);
    let contract = only(&coverage);
    assert_eq!(numbers(contract, ThingKind::Operation), [3, 0, 3, 1]);
    let seen = |name| row(contract, ThingKind::Operation, name).seen.clone().unwrap().suite;
    assert_eq!((seen("createSession").as_str(), seen("getBre").as_str()), ("sessions", "offers"));
    assert_eq!(row(contract, ThingKind::Code, "GEO-S-000").seen.clone().unwrap().suite, "offers");
    assert_eq!(
        coverage.runs.iter().map(|run| run.ending).collect::<Vec<_>>(),
        [RunEnding::Complete, RunEnding::Killed]
    );
}

#[test]
fn a_later_version_of_the_contract_adds_to_the_earlier_one() {
    let mut later = inventory();
    later.version = "2.1".into();
    later.documented[1].things.push(("GEO-S-009".into(), None));
    let mut events = held_run();
    let mut story = Story::new(&[], 1);
    story.say(EventKind::ContractRead(Box::new(later)));
    events.extend(story.events);
    let coverage = coverage(&events);
    assert_eq!(only(&coverage).versions, ["2.0", "2.1"]);
    assert_eq!(numbers(only(&coverage), ThingKind::Code), [5, 2, 3, 0]);
}

#[test]
fn a_name_that_is_not_documented_covers_nothing_and_is_told() {
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.contract();
    story.touch(0, 0, vec![thing(ThingKind::Variant, Some("getBre"), "oafer", Touch::Seen)]);
    let coverage = coverage(&story.over());
    assert_eq!(only(&coverage).unlisted, ["variants getBre oafer"]);
    assert_eq!(numbers(only(&coverage), ThingKind::Variant), [4, 0, 0, 0]);
}

#[test]
fn what_never_came_is_told_where_it_could_have_come() {
    let never = |events: &[Event]| -> Vec<String> {
        only(&coverage(events)).never_came.iter().map(|thing| thing.id.clone()).collect()
    };
    // `rejected /data/reason` came broken, and requests are ours to send.
    assert_eq!(never(&held_run()), ["never-came:getBre:offer /data/dataRequired"]);
    let mut story = Story::new(&[("a.yaml", "A", &["one"])], 1);
    story.contract();
    assert_eq!(never(&story.events), Vec::<String>::new());
    // A request that was never sent has no answer.
    story.touch(0, 0, vec![thing(ThingKind::Operation, None, "getBre", Touch::Violated)]);
    assert_eq!(never(&story.events), Vec::<String>::new());
    story.touch(0, 0, vec![thing(ThingKind::Status, Some("getBre"), "200", Touch::Seen)]);
    assert_eq!(never(&story.over()), ["never-came:getBre:offer", "never-came:getBre:rejected"]);
}

#[test]
fn a_run_without_a_contract_has_no_coverage() {
    let coverage = coverage(&mixed_run());
    assert!(coverage.contracts.is_empty());
    assert_eq!(coverage.runs[0].contracts, 0);
}

fn screen(events: &[Event], scope: &Scope, style: Style, width: usize) -> String {
    let mut findings = FindingsFold::default();
    events.iter().for_each(|event| findings.add(event));
    let (coverage, findings) = (coverage(events).within(scope), findings.findings());
    let known = |words: &[&str]| words.contains(&"FBX-E-012").then(|| "persona `lender-failure`".to_owned());
    let depth = if scope.is_everything() { Depth::Beginning } else { Depth::Everything };
    let screen = Screen { coverage: &coverage, findings: &findings, known: &known, depth, style, width };
    screen.lines().join("\n")
}

fn plain(events: &[Event], width: usize) -> String {
    screen(events, &Scope::default(), Style::Plain, width)
}

#[test]
fn the_screen_says_what_was_covered_and_what_would_reach_the_rest() {
    insta::assert_snapshot!("screen_100", plain(&held_run(), 100));
    insta::assert_snapshot!("screen_44", plain(&held_run(), 44));
}

#[test]
fn a_part_of_it_is_told_whole() {
    let scope = Scope { kinds: vec![ThingKind::Field, ThingKind::Ambiguity], operations: vec!["getBre".into()] };
    insta::assert_snapshot!(screen(&held_run(), &scope, Style::Plain, 100));
}

#[test]
fn a_run_without_a_contract_says_so() {
    assert!(plain(&mixed_run(), 80).ends_with("\nNo suite of it names a contract, so there is nothing to cover."));
}

#[test]
fn a_journal_without_an_end_says_so() {
    let mut events = held_run();
    events.pop();
    let text = plain(&events, 80);
    assert!(text.contains("\nthe journal of run 2026-03-01-0230-k7 has no end"), "{text}");
}

#[test]
fn every_line_fits_and_colours_change_nothing_else() {
    for width in [40, 60, 80, 200] {
        let text = plain(&held_run(), width);
        for line in text.lines() {
            assert!(columns(line) <= width, "{} columns of {width}: {line}", columns(line));
        }
        let coloured = screen(&held_run(), &Scope::default(), Style::Coloured, width);
        assert_eq!(anstream::adapter::strip_str(&coloured).to_string(), text);
    }
}

#[test]
fn long_lists_are_cut_and_the_rest_is_pointed_to() {
    let mut inventory = inventory();
    inventory.documented[1].things = (0..30).map(|number| (format!("XYZ-E-{number:03}"), None)).collect();
    let mut story = Story::new(&[], 1);
    story.say(EventKind::ContractRead(Box::new(inventory)));
    let text = plain(&story.over(), 100);
    assert!(text.contains("\n  XYZ-E-007\n  … and 22 more: --kind codes\n"), "{text}");
}

#[test]
fn programs_get_the_same() {
    let (events, known) = (held_run(), |_: &[&str]| None);
    let mut findings = FindingsFold::default();
    events.iter().for_each(|event| findings.add(event));
    let coverage = coverage(&events).within(&Scope { kinds: vec![ThingKind::Variant], operations: Vec::new() });
    let unmet = coverage.short_of(&[Demand { kind: Some(ThingKind::Variant), percent: 100.0 }]);
    insta::assert_snapshot!(format!("{:#}", to_json(&coverage, &findings.findings(), &unmet, &known)));
}
