//! What is kept comes back, and what is wrong with a database is told.

use super::*;
use crate::diagnostic::{Style, render};
use crate::event::Share;
use crate::history::testing::{night, problem};
use crate::history::{Signs, Standing, WantedCases};
use rusqlite::OpenFlags;

const AT_ONCE: Duration = Duration::ZERO;

const ALL: Wanted = Wanted { last: 14, texts: Vec::new(), cases: WantedCases::All };

fn store() -> Store {
    Store::new(Connection::open_in_memory().unwrap(), AT_ONCE).unwrap()
}

fn of(nights: &[&str]) -> Store {
    let mut store = store();
    for (number, letters) in nights.iter().enumerate() {
        store.add(&night(number as u64, letters), None).unwrap();
    }
    store
}

fn seen(store: &Store, wanted: &Wanted) -> Picture {
    store.picture(None, None, wanted).unwrap().unwrap()
}

fn signs(picture: &Picture) -> Vec<(String, String)> {
    let text = |Signs(signs): &Signs| signs.iter().map(|sign| sign.letter()).collect();
    picture.cases.iter().map(|strip| (strip.case.clone(), text(&strip.signs))).collect()
}

/// A database that several connections share, under a name of the test's own.
fn shared(name: &str) -> Connection {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_URI
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    Connection::open_with_flags(format!("file:{name}?mode=memory&cache=shared"), flags).unwrap()
}

#[test]
fn nights_come_back_as_strips_with_who_must_act_first() {
    let picture = seen(&of(&["PPPPY", "PPFPP", "PPFPP", "PFfTP"]), &ALL);
    let expected = [
        ("case 1", "PPPF", Standing::NewlyFailing),
        ("case 2", "PFFF", Standing::Failing),
        ("case 3", "PPPT", Standing::Error),
        ("case 4", "YPPP", Standing::Unsteady),
        ("case 0", "PPPP", Standing::Passing),
    ];
    let standings = picture.cases.iter().map(|strip| strip.standing);
    let found: Vec<_> = signs(&picture).into_iter().zip(standings).collect();
    for ((found, standing), (case, letters, expected)) in found.iter().zip(expected) {
        assert_eq!((found.0.as_str(), found.1.as_str(), *standing), (case, letters, expected));
    }
    assert_eq!(found.len(), expected.len());
    let since = picture.cases[1].since.as_ref().unwrap();
    assert_eq!((since.run.as_str(), since.runs, since.or_earlier), ("night-1", 3, false));
    assert_eq!((since.first.clone(), since.now.clone()), (Some(problem("status")), Some(problem("code"))));
    assert_eq!(picture.cases[0].since.as_ref().unwrap().now, None, "the same as first");
    assert_eq!(picture.cases[3].flaky, 1);
}

#[test]
fn since_when_a_case_fails_is_known_beyond_the_runs_that_are_shown() {
    let nights: Vec<&str> = std::iter::once("P").chain(std::iter::repeat_n("F", 9)).collect();
    let picture = seen(&of(&nights), &Wanted { last: 3, ..ALL });
    assert_eq!(signs(&picture), [("case 0".to_owned(), "FFF".to_owned())]);
    let since = picture.cases[0].since.as_ref().unwrap();
    assert_eq!((since.run.as_str(), since.runs), ("night-1", 9));
}

#[test]
fn latencies_stand_beside_as_many_runs_before() {
    let picture = seen(&of(&["P", "P", "P", "P"]), &Wanted { last: 2, ..ALL });
    let [trend] = picture.operations.as_slice() else { panic!("one operation: {picture:?}") };
    let (now, before) = (trend.now, trend.before.unwrap());
    assert_eq!((now.requests, before.requests), (40, 40));
    // Nights 3 and 4 took three and four times as long as night 1, which took 1 to 20 ms; night 2 twice as long.
    let near = |found: u64, expected: u64| found.abs_diff(expected) <= expected / 50;
    assert!(near(before.p50_us, 14_000) && near(before.p95_us, 36_000), "{before:?}");
    assert!(near(now.p50_us, 36_000) && near(now.p95_us, 72_000), "{now:?}");
    assert_eq!(trend.points.len(), 2);
    let only = seen(&of(&["P"]), &ALL);
    assert_eq!(only.operations[0].before, None);
}

#[test]
fn a_run_is_counted_once_and_a_killed_one_is_completed() {
    let mut store = of(&["PF"]);
    assert_eq!(store.add(&night(0, "PF"), None).unwrap(), Added::Known);
    let whole = night(1, "PP");
    let killed = RunRecord { took_us: None, cases: whole.cases[..1].to_vec(), ..whole.clone() };
    assert_eq!(store.add(&killed, Some("/artefacts/1")).unwrap(), Added::New);
    assert_eq!(store.add(&killed, None).unwrap(), Added::Known);
    assert_eq!(store.add(&whole, None).unwrap(), Added::Completed);
    assert_eq!(store.add(&killed, None).unwrap(), Added::Known, "what is complete stays complete");
    assert_eq!(store.runs().unwrap().len(), 2);
    assert_eq!(seen(&store, &ALL).runs.last().unwrap().passed, 2);
}

#[test]
fn shares_of_one_run_are_one_column_even_with_one_id() {
    let mut store = store();
    for (number, letters) in [(1, "P.."), (3, "P.F")] {
        let share = Share { by: "hash".into(), number, of: 3, set: None, group: None };
        store.add(&RunRecord { share: Some(share), ..night(0, letters) }, None).unwrap();
    }
    let picture = seen(&store, &ALL);
    let [column] = picture.runs.as_slice() else { panic!("one column: {picture:?}") };
    assert_eq!((column.runs.len(), column.missing_shares, column.cases), (2, 1, 2));
    assert_eq!((column.verdict, column.passed, column.failed), ("failed", 1, 1));
}

#[test]
fn environments_are_never_mixed_and_the_newest_run_says_which_is_meant() {
    let mut store = of(&["P", "P"]);
    store.add(&RunRecord { environment: "sandbox".into(), ..night(5, "F") }, None).unwrap();
    assert_eq!(seen(&store, &ALL).environment, "sandbox");
    let uat = store.picture(Some("uat"), None, &ALL).unwrap().unwrap();
    assert_eq!((uat.environment.as_str(), uat.runs.len()), ("uat", 2));
    let then = store.picture(None, Some("night-0"), &ALL).unwrap().unwrap();
    assert_eq!((then.environment.as_str(), then.runs.len()), ("uat", 1), "what came later is left out");
    assert_eq!(store.picture(Some("nowhere"), None, &ALL).unwrap(), None);
    let empty = Store::new(Connection::open_in_memory().unwrap(), AT_ONCE).unwrap();
    assert_eq!(empty.picture(None, None, &ALL).unwrap(), None);
}

#[test]
fn cases_are_chosen_by_text_and_by_standing() {
    let store = of(&["PF", "PF"]);
    let chosen =
        |wanted: &Wanted| seen(&store, wanted).cases.iter().map(|strip| strip.case.clone()).collect::<Vec<_>>();
    assert_eq!(chosen(&Wanted { cases: WantedCases::Failing, ..ALL }), ["case 1"]);
    assert_eq!(chosen(&Wanted { texts: vec!["case 0".into()], ..ALL }), ["case 0"]);
    assert_eq!(chosen(&Wanted { texts: vec!["offers".into()], ..ALL }).len(), 2);
    assert_eq!(
        seen(&store, &Wanted { texts: vec!["none".into()], ..ALL }).runs[1].failed,
        1,
        "runs keep their numbers"
    );
}

#[test]
fn pruning_keeps_the_newest_of_every_environment_and_no_name_that_nobody_needs() {
    let mut store = of(&["PF", "P", "P"]);
    store.add(&RunRecord { environment: "sandbox".into(), run: "other".into(), ..night(0, "P") }, None).unwrap();
    assert_eq!(store.prune(Some(2), None).unwrap().len(), 1);
    assert_eq!(
        store.runs().unwrap().iter().map(|run| run.run.as_str()).collect::<Vec<_>>(),
        ["other", "night-1", "night-2"]
    );
    let left = |table: &str| -> i64 {
        store.connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((left("suite_case"), left("problem"), left("result"), left("latency")), (1, 0, 3, 3));
}

fn told(error: &StoreError) -> String {
    render(&error.explain("reports/history.db", "`proviso history import reports/x`"), Style::Plain)
}

#[test]
fn a_database_that_another_program_holds_is_told_and_nothing_of_the_run_is_in_it() {
    let mut store = Store::new(shared("held"), AT_ONCE).unwrap();
    store.add(&night(0, "P"), None).unwrap();
    let other = shared("held");
    other.execute_batch("BEGIN EXCLUSIVE").unwrap();
    let error = store.add(&night(1, "P"), None).unwrap_err();
    assert_eq!(error, StoreError::Locked);
    assert!(told(&error).contains("when that is done: `proviso history import reports/x`"), "{}", told(&error));
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(store.runs().unwrap().len(), 1);
    assert_eq!(store.add(&night(1, "P"), None).unwrap(), Added::New);
}

#[test]
fn a_full_disk_leaves_the_history_as_it_was() {
    let mut store = of(&["P"]);
    let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.connection.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |_| Ok(())).unwrap();
    let error = store.add(&night(1, &"PF".repeat(2_000)), None).unwrap_err();
    assert_eq!(error, StoreError::Full);
    assert_eq!(seen(&store, &ALL).runs.len(), 1);
}

#[test]
fn a_database_that_may_only_be_read_is_read() {
    let mut store = of(&["P"]);
    store.connection.execute_batch("PRAGMA query_only = ON").unwrap();
    assert_eq!(seen(&store, &ALL).runs.len(), 1);
    assert_eq!(store.add(&night(1, "P"), None).unwrap_err(), StoreError::ReadOnly);
}

#[test]
fn databases_of_later_versions_and_of_other_programs_are_left_alone() {
    let refusal = |sql: &str| {
        let connection = Connection::open_in_memory().unwrap();
        connection.execute_batch(sql).unwrap();
        Store::new(connection, AT_ONCE).err().unwrap()
    };
    let newer = refusal("PRAGMA application_id = 0x50727673; PRAGMA user_version = 7; CREATE TABLE run (id);");
    assert_eq!(newer, StoreError::Newer { version: 7, known: 2 });
    assert!(told(&newer).contains("it has version 7, and this Proviso knows versions up to 2"), "{}", told(&newer));
    assert_eq!(refusal("CREATE TABLE customers (id);"), StoreError::Foreign);
    assert_eq!(refusal("PRAGMA user_version = 1;"), StoreError::Foreign);
}

#[test]
fn what_nothing_here_writes_is_damage() {
    for (sql, what) in [
        ("UPDATE result SET sign = 'x'", "a sign"),
        ("UPDATE run SET verdict = 'fine'", "a verdict"),
        ("UPDATE latency SET buckets = x'80'", "latencies"),
        ("DELETE FROM suite_case", "a result of no case"),
        ("DROP TABLE result", "no such table"),
    ] {
        let store = of(&["P"]);
        store.connection.execute_batch(sql).unwrap();
        let error = store.picture(None, None, &ALL).unwrap_err();
        assert!(matches!(&error, StoreError::Damaged(why) if why.contains(what)), "{sql}: {error:?}");
        assert!(told(&error).contains("move the file away"), "{}", told(&error));
    }
}
