//! Generated values: the seed and the case's name decide, nothing else.

use crate::support::journey::{Journey, on_virtual_time};
use crate::support::scripted::Scripted;
use proviso::plan::Selection;

const SUITE: &str = "suite: Generated
cases:
  - name: first
    vars: { id: \"{{ unique('A-') }}\" }
    steps:
      - request: { method: POST, path: /first, json: [\"{{ id }}\", \"{{ id }}\", \"{{ uuid() }}\", \"{{ pan() }}\", \"{{ mobile() }}\"] }
  - name: second
    steps:
      - request: { method: POST, path: /second, json: [\"{{ unique() }}\", \"{{ unique() }}\"] }
      - request: { method: GET, path: \"/poll/{{ unique() }}\" }
        poll: { until: { status: 404 }, every: 1s, within: 1m }
";

const OTHER: &str = "suite: Another
cases:
  - name: first
    steps:
      - request: { method: POST, path: /other, json: [\"{{ unique('A-') }}\"] }
";

/// What a run sends, in an order that does not depend on which case was first.
fn sent(journey: Journey) -> Vec<String> {
    let server = Scripted::new("POST /first: [{}]\nPOST /second: [{}]\nPOST /other: [{}]");
    on_virtual_time(journey.run(server.clone()));
    let mut sent: Vec<String> = server
        .received()
        .replace("\ncontent-type: application/json\n\n", " ")
        .split("\n\n")
        .map(str::to_owned)
        .collect();
    sent.sort();
    sent
}

fn seeded(seed: u64, suites: &[&str]) -> Journey {
    Journey { seed, ..Journey::of(suites) }
}

#[test]
fn the_same_seed_generates_the_same_values() {
    let first = sent(seeded(42, &[SUITE]));
    assert_eq!(first, sent(seeded(42, &[SUITE])));
    assert_eq!(first, sent(Journey { jobs: 4, ..seeded(42, &[SUITE]) }));
    assert_ne!(first, sent(seeded(43, &[SUITE])));
}

#[test]
fn what_a_case_generates_does_not_depend_on_selection() {
    let all = sent(seeded(42, &[SUITE]));
    let selection = Selection { texts: vec!["/second".into()], ..Selection::default() };
    let some = sent(Journey { seed: 42, ..Journey::selected(&[SUITE], &selection) });
    assert_eq!(some.len(), 2);
    assert!(some.iter().all(|one| all.contains(one)), "{some:?} is not part of {all:?}");
}

#[test]
fn what_a_case_generates_does_not_depend_on_other_suites() {
    let alone = sent(seeded(42, &[SUITE]));
    let together = sent(seeded(42, &[SUITE, OTHER]));
    assert!(alone.iter().all(|one| together.contains(one)), "{alone:?} is not part of {together:?}");
}

#[test]
fn cases_of_one_name_in_two_suites_generate_values_of_their_own() {
    let both = sent(seeded(42, &[OTHER, OTHER]));
    assert_eq!(both.len(), 2);
    assert_ne!(both[0], both[1]);
}

#[test]
fn every_round_generates_values_of_its_own() {
    let mut rounds = sent(Journey { rounds: 3, ..seeded(42, &[OTHER]) });
    rounds.dedup();
    assert_eq!(rounds.len(), 3);
}

#[test]
fn a_name_keeps_its_value_within_its_case() {
    let sent = sent(seeded(42, &[SUITE]));
    let list = sent.iter().find_map(|one| one.strip_prefix("POST /first ")).expect("the first case sends a list");
    let list: Vec<String> = serde_json::from_str(list).expect("a list");
    assert_eq!(list[0], list[1]);
    assert!(list[0].starts_with("A-"));
}

#[test]
fn a_rerun_generates_values_of_its_own_and_the_same_under_the_same_seed() {
    let rerun = || {
        let server = Scripted::new("POST /other: [{ status: 500 }, {}]");
        on_virtual_time(Journey { reruns: 2, ..seeded(42, &[OTHER]) }.run(server.clone()));
        server.received().lines().filter(|line| line.starts_with('[')).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = rerun();
    assert_eq!(first.len(), 2, "it passes at the second time");
    assert_ne!(first[0], first[1], "what the first time left behind on the server must not meet the second");
    assert_eq!(first, rerun());
}
