//! Shares read as one run.

use crate::diagnostic::{Style, render};
use crate::event::testing::{Story, place};
use crate::event::{
    CaseOutcome, Counts, Event, EventKind, Group, Inventory, Share, SnapshotState, SnapshotTaken, StepOutcome,
    ThingKind, Timestamp, Verdict, Waived, WaiverEntry, WaiverFault, WaiverRefused,
};
use crate::journal::{Journal, MergeError, Merged, merge, read};
use crate::report::testing::told;
use crate::report::{Junit, Terminal, Verbosity};
use crate::secret::Redactor;
use std::time::Duration;

/// A share of a run of these cases, begun so many seconds after the first.
fn shard(number: u32, of: u32, after: u64, cases: &[&str]) -> Story {
    let mut story = Story::new(&[("suites/a.yaml", "A", cases)], 1);
    begun(&mut story, |run| {
        run.share = Some(Share { by: "count".into(), number, of, set: None, group: None });
        run.run = format!("run-{number}-{after}");
        run.left_out = 6 - cases.len();
    });
    later(&mut story, after);
    story
}

fn begun(story: &mut Story, change: impl Fn(&mut crate::event::RunStarted)) {
    if let Some(EventKind::RunStarted(run)) = story.events.first_mut().map(|event| &mut event.kind) {
        change(run);
    }
}

fn later(story: &mut Story, seconds: u64) {
    for event in &mut story.events {
        event.at = event.at.after(Duration::from_secs(seconds));
    }
}

/// A whole share: every case passes.
fn passed(number: u32, of: u32, after: u64, cases: &[&str]) -> Vec<Event> {
    let mut story = shard(number, of, 0, cases);
    (0..cases.len()).for_each(|case| story.pass(case, 1));
    let mut events = story.over();
    for event in &mut events {
        event.at = event.at.after(Duration::from_secs(after));
    }
    if let Some(EventKind::RunStarted(run)) = events.first_mut().map(|event| &mut event.kind) {
        run.run = format!("run-{number}-{after}");
    }
    events
}

fn text(events: &[Event]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut journal = Journal::new(&mut out, Redactor::new([]));
    for event in events {
        journal.mask(event.clone()).unwrap();
        journal.write().unwrap();
    }
    out
}

fn merging(shards: &[Vec<Event>]) -> Result<Merged<std::io::Cursor<Vec<u8>>>, MergeError> {
    let named = |(index, shard): (usize, &Vec<Event>)| {
        (format!("{}/journal.jsonl", index + 1), read(std::io::Cursor::new(text(shard))))
    };
    merge(shards.iter().enumerate().map(named).collect())
}

/// The merged events, and what is said of them.
fn merged(shards: &[Vec<Event>]) -> (Vec<Event>, Vec<String>) {
    let mut merged = merging(shards).unwrap();
    let events = merged.by_ref().collect::<Result<Vec<_>, _>>().unwrap();
    let remarks = merged.remarks().to_vec();
    (events, remarks)
}

fn refusal(shards: &[Vec<Event>]) -> String {
    render(&merging(shards).err().unwrap().explain(), Style::Plain)
}

fn screen(events: &[Event]) -> String {
    let mut out = Vec::new();
    told(&mut Terminal::new(&mut out, Style::Plain, Verbosity::Cases, 100), events);
    String::from_utf8(out).unwrap()
}

fn verdict(events: &[Event]) -> Verdict {
    let mut counts = Counts::default();
    events.iter().for_each(|event| counts.add(&event.kind));
    counts.verdict()
}

/// The cases in the order of the merged plan, with how often each ended.
fn cases(events: &[Event]) -> Vec<(String, usize)> {
    let Some(EventKind::RunStarted(run)) = events.first().map(|event| &event.kind) else { return Vec::new() };
    let ended = |number: usize| {
        events
            .iter()
            .filter(|event| matches!(&event.kind, EventKind::CaseFinished(case) if case.case == number))
            .count()
    };
    run.cases.iter().enumerate().map(|(number, case)| (case.name.clone(), ended(number))).collect()
}

#[test]
fn every_case_is_there_once_whatever_order_the_journals_are_named_in() {
    let shards = [passed(1, 3, 0, &["a", "d"]), passed(2, 3, 1, &["b", "e"]), passed(3, 3, 0, &["c", "f"])];
    let (events, _) = merged(&shards);
    let names = ["a", "b", "c", "d", "e", "f"].map(|name| (name.to_owned(), 1));
    assert_eq!(cases(&events), names, "rows of one line are dealt out in turn");
    assert_eq!(verdict(&events), Verdict::Passed);
    let [one, two, three] = shards;
    assert_eq!(merged(&[three, one, two]).0, events);
    let Some(EventKind::RunStarted(run)) = events.first().map(|event| &event.kind) else { panic!("no start") };
    assert_eq!((run.left_out, &run.share), (0, &None));
}

#[test]
fn times_never_go_back_and_the_run_lasts_from_its_first_event_to_its_last() {
    let (events, _) = merged(&[passed(1, 2, 3, &["a"]), passed(2, 2, 0, &["b"])]);
    assert!(events.is_sorted_by_key(|event| event.at));
    let span = |event: &Event| event.at.timestamp();
    let whole = span(events.last().unwrap()).duration_since(span(&events[0])).as_micros();
    assert!(matches!(&events.last().unwrap().kind, EventKind::RunFinished(run) if i128::from(run.took_us) == whole));
}

#[test]
fn a_missing_share_is_a_case_that_could_not_be_told() {
    let (events, _) = merged(&[passed(1, 3, 0, &["a"]), passed(3, 3, 0, &["c"])]);
    assert_eq!(verdict(&events), Verdict::Error);
    insta::assert_snapshot!(screen(&events));
    let mut junit = Vec::new();
    told(&mut Junit::new(&mut junit), &events);
    let junit = String::from_utf8(junit).unwrap();
    assert!(junit.contains("errors=\"1\"") && junit.contains("share 2 of 3 is missing"), "{junit}");
}

#[test]
fn a_share_that_was_killed_leaves_no_verdict() {
    let mut killed = passed(2, 2, 0, &["b", "c"]);
    killed.truncate(6);
    let (events, remarks) = merged(&[passed(1, 2, 0, &["a"]), killed]);
    assert_eq!(verdict(&events), Verdict::Error);
    assert!(remarks.contains(&"did not come to its end: share 2 of 2 (2/journal.jsonl)".to_owned()), "{remarks:?}");
    assert!(screen(&events).contains("the run ended before its time"));
}

#[test]
fn a_share_that_was_stopped_is_told_with_its_number() {
    let mut story = shard(2, 2, 0, &["b"]);
    story.interrupt("stopped by Ctrl-C");
    story.skip(0, "stopped by Ctrl-C");
    let (events, _) = merged(&[passed(1, 2, 0, &["a"]), story.over()]);
    assert_eq!(verdict(&events), Verdict::Interrupted);
    assert!(screen(&events).contains("share 2 of 2: stopped by Ctrl-C"));
}

#[test]
fn a_case_in_two_shares_is_refused() {
    insta::assert_snapshot!(refusal(&[passed(1, 2, 0, &["a", "b", "c"]), passed(2, 2, 0, &["c", "a"])]));
}

#[test]
fn shares_of_different_divisions_are_refused() {
    let refused = refusal(&[passed(1, 2, 0, &["a"]), passed(2, 3, 0, &["b"])]);
    assert!(
        refused.contains("1/journal.jsonl is one of 2 by count, 2/journal.jsonl is one of 3 by count"),
        "{refused}"
    );
}

#[test]
fn a_share_that_was_run_again_counts_as_it_was_last() {
    let mut first = shard(2, 2, 0, &["b"]);
    first.skip(0, "it was not ready");
    let (events, remarks) = merged(&[passed(2, 2, 60, &["b"]), first.over(), passed(1, 2, 0, &["a"])]);
    assert_eq!(cases(&events), [("a".to_owned(), 1), ("b".to_owned(), 1)]);
    assert_eq!(verdict(&events), Verdict::Passed);
    assert_eq!(
        remarks,
        ["share 2 of 2 was run twice; 1/journal.jsonl is the later run and counts, 2/journal.jsonl does not"]
    );
}

#[test]
fn a_run_that_is_named_twice_counts_once() {
    let one = passed(1, 1, 0, &["a"]);
    let (events, remarks) = merged(&[one.clone(), one]);
    assert_eq!(cases(&events), [("a".to_owned(), 1)]);
    assert_eq!(remarks, ["1/journal.jsonl and 2/journal.jsonl are the same run; it counts once"]);
}

#[test]
fn a_setup_that_several_shares_did_is_no_double() {
    let with_setup = |number, name: &'static str| {
        let mut story = shard(number, 2, 0, &["setup: token", name]);
        begun(&mut story, |run| run.cases[0].setup = true);
        story.pass(0, 1);
        story.pass(1, 1);
        story.over()
    };
    let (events, _) = merged(&[with_setup(1, "a"), with_setup(2, "b")]);
    let names: Vec<String> = cases(&events).into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["setup: token [share 1 of 2]", "setup: token [share 2 of 2]", "a", "b"]);
    assert_eq!(verdict(&events), Verdict::Passed);
}

#[test]
fn rounds_are_kept_apart() {
    let rounds = |number, name: &'static str| {
        let mut story = shard(number, 2, 0, &[name]);
        begun(&mut story, |run| run.rounds = 2);
        story.pass(0, 1);
        story.pass(1, 1);
        story.over()
    };
    let (events, _) = merged(&[rounds(1, "a"), rounds(2, "b")]);
    let mut ended: Vec<usize> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::CaseFinished(case) => Some(case.case),
            _ => None,
        })
        .collect();
    ended.sort_unstable();
    assert_eq!(ended, [0, 1, 2, 3]);
    assert!(refusal(&[rounds(1, "a"), passed(2, 2, 0, &["b"])]).contains("--repeat 2"));
}

#[test]
fn a_snapshot_belongs_to_its_case_by_the_new_number() {
    let taken = |number, name: &'static str| {
        let mut story = shard(number, 2, 0, &[name]);
        story.say(EventKind::SnapshotTaken(Box::new(SnapshotTaken {
            case: 0,
            step: 0,
            name: name.to_owned(),
            file: format!("{name}.snap"),
            state: SnapshotState::Same,
            content: None,
        })));
        story.pass(0, 1);
        story.over()
    };
    let (events, _) = merged(&[taken(1, "a"), taken(2, "b")]);
    let cases: Vec<(&str, usize)> = events
        .iter()
        .filter_map(|event| match &event.kind {
            EventKind::SnapshotTaken(taken) => Some((taken.name.as_str(), taken.case)),
            _ => None,
        })
        .collect();
    assert_eq!(cases, [("a", 0), ("b", 1)]);
}

#[test]
fn what_is_not_the_same_is_said() {
    let mut other = passed(2, 2, 0, &["b"]);
    if let Some(EventKind::RunStarted(run)) = other.first_mut().map(|event| &mut event.kind) {
        run.environment = "uat".into();
        run.seed = 43;
    }
    let contract = |version: &str| {
        let things = vec![(version.to_owned(), None)];
        let group = Group { kind: ThingKind::Operation, operation: None, things };
        let inventory = Inventory {
            contract: "api".into(),
            title: "API".into(),
            version: version.into(),
            documented: vec![group],
            ambiguities: Vec::new(),
        };
        Event {
            at: Timestamp::new("2026-03-01T02:30:00Z".parse().unwrap()),
            kind: EventKind::ContractRead(Box::new(inventory)),
        }
    };
    let mut one = passed(1, 2, 0, &["a"]);
    one.insert(1, contract("1.0"));
    other.insert(1, contract("1.1"));
    let (events, remarks) = merged(&[one, other]);
    assert_eq!(
        remarks,
        [
            "the environment is not the same: sandbox (share 1 of 2); uat (share 2 of 2)",
            "the seed is not the same: 42 (share 1 of 2); 43 (share 2 of 2)",
            "the contract api is not the same: share 1 of 2 has version 1.0, share 2 of 2 has version 1.1",
        ]
    );
    let contracts = events.iter().filter(|event| matches!(event.kind, EventKind::ContractRead(_))).count();
    assert_eq!(contracts, 1);
    assert!(matches!(events[1].kind, EventKind::ContractRead(_)), "it stands before the first case");
}

#[test]
fn a_waiver_that_another_share_needed_may_stay() {
    let waiver = WaiverEntry {
        what: "it".into(),
        owner: "Asha".into(),
        reason: "known".into(),
        expires: "2026-12-31".into(),
        place: place(1, 1, 1, "x"),
    };
    let refused = |why| EventKind::WaiverRefused(Box::new(WaiverRefused { waiver: waiver.clone(), why }));
    let mut one = shard(1, 2, 0, &["a"]);
    one.begin(0);
    let waived = Waived { failures: Vec::new(), waivers: vec![waiver.clone()] };
    one.step(0, 0, None, StepOutcome::Waived(Box::new(waived)));
    one.end(0, CaseOutcome::Waived);
    let two = |why| {
        let mut story = shard(2, 2, 0, &["b"]);
        story.pass(0, 1);
        story.say(refused(why));
        story.over()
    };
    let one = one.over();
    assert_eq!(verdict(&merged(&[one.clone(), two(WaiverFault::Unmatched)]).0), Verdict::Passed);
    assert_eq!(verdict(&merged(&[one, two(WaiverFault::Expired)]).0), Verdict::Failed);
    let three = passed(1, 2, 0, &["a"]);
    assert_eq!(verdict(&merged(&[three, two(WaiverFault::Unmatched)]).0), Verdict::Failed);
}

#[test]
fn what_is_no_journal_or_is_damaged_is_named() {
    let named = |text: &str| read(std::io::Cursor::new(text.as_bytes().to_vec()));
    let good = String::from_utf8(text(&passed(1, 2, 0, &["a"]))).unwrap();
    let told = |journals: Vec<(String, _)>| match merge(journals) {
        Ok(merged) => merged.filter_map(Result::err).map(|error| error.explain().title).collect::<Vec<_>>().join("\n"),
        Err(error) => error.explain().title,
    };
    assert_eq!(told(vec![("x".into(), named(&good)), ("y".into(), named(""))]), "the journal y is empty");
    assert_eq!(told(vec![("x".into(), named(&good)), ("y".into(), named("{}\n"))]), "y is not a journal");
    let mut lines: Vec<&str> = good.lines().collect();
    lines[3] = "{ damaged";
    assert_eq!(told(vec![("x".into(), named(&(lines.join("\n") + "\n")))]), "line 4 of the journal x is not an event");
}
