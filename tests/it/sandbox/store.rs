//! State that outlives the server.

use std::{
    fs,
    path::PathBuf,
    sync::atomic::{AtomicU32, Ordering},
};

use proviso::sandbox::{Settings, Store, Sync};

use crate::sandbox::client::{A_WHILE, Client};

/// A path of its own for each test, removed afterwards.
struct Place(PathBuf);

impl Place {
    fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        Self(std::env::temp_dir().join(format!("sandbox-state-{}-{number}.jsonl", std::process::id())))
    }

    /// A server on this file. The one before may still be there: it was killed and closed nothing.
    fn server(&self, change: impl FnOnce(&mut Settings)) -> Client {
        let store = Some(Store::open(&self.0, Sync::Process).expect("a state file"));
        let mut settings = Settings { store, ..Settings::default() };
        change(&mut settings);
        Client::with(settings)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[tokio::test(start_paused = true)]
async fn a_journey_goes_on_after_the_server_was_killed() {
    let place = Place::new();
    let before = place.server(|_| ());
    before.signed("ABCPE1234F").await;
    let reference = before.trigger("/v2/loan/disburse").await.expect("200 TDB-S-200").reference();
    tokio::time::sleep(A_WHILE).await;
    let path = format!("/v2/loan/disburse?referenceID={reference}");
    let paid = before.get(&path).await.body;
    let after = place.server(|_| ());
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(after.get(&path).await.body, paid);
    assert_eq!(after.trigger("/v2/loan/disburse").await.expect("409 FBX-S-208").reference(), reference);
    after.create().await.expect("409 CUR-E-002");
}

#[tokio::test(start_paused = true)]
async fn ids_go_on_where_they_were() {
    let place = Place::new();
    let before = place.server(|_| ());
    before.create().await.expect("200 CUR-S-000");
    before.details("SBXPB1006A").await.expect("200 UUD-S-000");
    let first = before.trigger_bre().await.reference();
    let after = place.server(|_| ());
    tokio::time::sleep(A_WHILE).await;
    assert_ne!(after.trigger_bre().await.expect("200 GNO-S-000").reference(), first);
    after.bre(&first).await.expect("200 GEO-S-003");
}

#[tokio::test]
async fn partners_stay_apart_and_keys_are_not_written() {
    let place = Place::new();
    let mut one = place.server(|settings| settings.keys = vec!["key-one".to_owned(), "key-two".to_owned()]);
    "key-one".clone_into(&mut one.key);
    one.create().await.expect("200 CUR-S-000");
    assert!(!fs::read_to_string(&place.0).unwrap().contains("key-one"));
    let mut two = place.server(|settings| settings.keys = vec!["key-two".to_owned()]);
    "key-two".clone_into(&mut two.key);
    two.create().await.expect("200 CUR-S-000");
    let mut again = place.server(|settings| settings.keys = vec!["key-two".to_owned(), "key-one".to_owned()]);
    "key-one".clone_into(&mut again.key);
    again.create().await.expect("409 CUR-E-002");
}

#[tokio::test]
async fn those_who_left_do_not_come_back() {
    let place = Place::new();
    let before = place.server(|settings| settings.max_customers = 1);
    before.about("FIRST").create().await.expect("200 CUR-S-000");
    before.about("SECOND").create().await.expect("200 CUR-S-000");
    let after = place.server(|_| ());
    after.about("SECOND").create().await.expect("409 CUR-E-002");
    after.about("FIRST").create().await.expect("200 CUR-S-000");
}

#[tokio::test]
async fn a_line_that_was_cut_off_is_forgotten_and_a_foreign_file_is_left_alone() {
    let place = Place::new();
    let before = place.server(|_| ());
    before.about("WHOLE").create().await.expect("200 CUR-S-000");
    before.about("TORN").create().await.expect("200 CUR-S-000");
    let text = fs::read_to_string(&place.0).unwrap();
    fs::write(&place.0, &text[..text.len() - 10]).unwrap();
    let after = place.server(|_| ());
    after.about("WHOLE").create().await.expect("409 CUR-E-002");
    after.about("TORN").create().await.expect("200 CUR-S-000");
    fs::write(&place.0, "notes of someone\n").unwrap();
    assert!(Store::open(&place.0, Sync::Process).is_err());
    assert_eq!(fs::read_to_string(&place.0).unwrap(), "notes of someone\n");
    fs::write(&place.0, text.replacen("WHOLE", "\u{0}", 1)).unwrap();
    assert!(Store::open(&place.0, Sync::Process).unwrap_err().to_string().contains("line 2"));
}

#[test]
fn a_file_of_a_newer_format_is_told_as_one() {
    let place = Place::new();
    fs::write(&place.0, "{\"format\":\"proviso sandbox state\",\"version\":9}\n").unwrap();
    let told = Store::open(&place.0, Sync::Process).unwrap_err().to_string();
    assert_eq!(told, "it was written by a newer Proviso (format 9; this one reads up to 1)");
}

#[tokio::test]
async fn a_file_that_ends_anywhere_is_read_as_far_as_it_goes() {
    let place = Place::new();
    let server = place.server(|_| ());
    server.create().await.expect("200 CUR-S-000");
    server.details("SBXPB1006A").await.expect("200 UUD-S-000");
    drop(server);
    let whole = fs::read(&place.0).unwrap();
    let header = whole.iter().position(|byte| *byte == b'\n').unwrap();
    for length in header + 1..whole.len() {
        fs::write(&place.0, &whole[..length]).unwrap();
        Store::open(&place.0, Sync::Process).unwrap_or_else(|error| panic!("cut at {length}: {error}"));
    }
}
