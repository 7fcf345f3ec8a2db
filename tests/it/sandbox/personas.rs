//! The table of test data, as a document, as a page and as a setting.

use std::{fs, path::Path, time::Duration};

use proviso::sandbox::{Persona, Settings, personas_document, ways_to};

use crate::sandbox::client::{A_WHILE, Client};

#[test]
fn the_document_says_what_the_code_does() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/personas.md");
    let made = personas_document();
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &made).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(made == kept, "docs/personas.md is stale: run `UPDATE_DOCS=1 cargo test --test it personas`");
}

#[tokio::test]
async fn the_page_for_people_needs_no_key_and_nothing_from_elsewhere() {
    let mut client = Client::new();
    client.key.clear();
    let page = client.get("/").await;
    assert_eq!(page.status, 200);
    assert!(page.headers["content-type"].to_str().unwrap().starts_with("text/html"));
    for name in Persona::names() {
        assert!(page.text.contains(&format!("<code>{name}</code>")), "{name}");
    }
    assert!(page.text.contains("color-scheme:light dark"));
    assert!(!page.text.contains("http://") && !page.text.contains("https://") && !page.text.contains("src="));
}

#[test]
fn every_name_and_every_piece_of_test_data_is_there_once() {
    let document = personas_document();
    let rows: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    let firsts: std::collections::BTreeSet<&str> = rows.iter().filter_map(|row| row.split('|').nth(1)).collect();
    assert_eq!(firsts.len(), rows.len());
    assert!(Persona::named("approved").is_some() && Persona::named("nobody").is_none());
}

#[test]
fn words_that_stand_together_are_reached_by_what_leads_to_all_of_them() {
    let way = |words: &[&str]| ways_to(words).unwrap_or_default();
    assert_eq!(way(&["FBX-E-012"]), "persona `lender-failure`");
    assert_eq!(way(&["FBX-E-004"]), "mobile `9000000004` in Create User");
    assert_eq!(way(&["CUR-E-002", "unheard-of"]), "create the same customer again");
    assert_eq!(way(&["GKD-S-001", "PROCESSING"]), "ask before the processing time is over; persona `kyc-slow`");
    assert_eq!(
        way(&["BANK-GBR-S-002", "PDF_IS_IMAGE"]),
        "send statements that the table of banking errors lists; persona `banking-scanned-once`; a statement with `scanned` in its file name"
    );
    assert_eq!(way(&["GAS-S-000", "REJECTED"]), "ask how the signing went; persona `agreement-rejected`");
    assert!(way(&["GKD-E-000"]).ends_with("; more in docs/personas.md"));
    assert_eq!(ways_to(&["SUCCESS"]), None);
    assert_eq!(ways_to(&[]), None);
}

#[tokio::test(start_paused = true)]
async fn a_server_may_have_another_persona_by_default() {
    let persona = Persona::named("lender-bre-reject").unwrap();
    let client = Client::with(Settings { persona, ..Settings::default() });
    client.offered("ABCPE1234F").await.expect("200 GEO-S-002");
    client.about("CUST-2").offered("SBXPA0000A").await.expect("200 GEO-S-000");
}

#[tokio::test(start_paused = true)]
async fn a_server_may_run_faster_than_time() {
    let client =
        Client::with(Settings { processing: Duration::from_secs(20), time_scale: 100.0, ..Settings::default() });
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    let reference = client.trigger_bre().await.reference();
    client.bre(&reference).await.expect("200 GEO-S-001");
    tokio::time::sleep(A_WHILE).await;
    client.bre(&reference).await.expect("200 GEO-S-000");
}

#[tokio::test(start_paused = true)]
async fn the_bank_list_may_come_in_an_envelope() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    let plain = client.get("/v2/bank/list?customerID=CUST-1").await;
    client.details("SBXPD0003A").await.expect("200 UUD-S-000");
    let enveloped = client.get("/v2/bank/list?customerID=CUST-1").await.expect("200 BANK-GBL-S-000");
    assert_eq!(enveloped.body["data"], plain.body);
    assert_eq!(enveloped.body["error"], "");
}

#[tokio::test(start_paused = true)]
async fn a_service_may_fail_at_the_first_call_of_every_operation() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.details("SBXPD0004A").await.expect("200 UUD-S-000");
    client.trigger_bre().await.expect("500 FBX-E-002");
    let reference = client.trigger_bre().await.expect("200 GNO-S-000").reference();
    client.bre(&reference).await.expect("500 FBX-E-002");
    client.bre(&reference).await.expect("200 GEO-S-001");
    tokio::time::sleep(A_WHILE).await;
    client.bre(&reference).await.expect("200 GEO-S-000");
    // Another customer is another beginning.
    let other = client.about("CUST-2");
    other.create().await.expect("200 CUR-S-000");
    other.details("SBXPD0004A").await.expect("200 UUD-S-000");
    other.trigger_bre().await.expect("500 FBX-E-002");
}
