//! What those who keep a server running rely on: health, metrics, log, room.

use std::sync::{Arc, Mutex};

use proviso::sandbox::{Log, Settings};
use serde_json::Value;

use crate::sandbox::client::Client;

/// A log that tests can read.
fn read_log() -> (Log, Arc<Mutex<Vec<String>>>) {
    let lines = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&lines);
    let log = Log::to(move |line| {
        kept.lock().expect("no test panics here").push(line.to_owned());
    });
    (log, lines)
}

#[tokio::test]
async fn health_and_metrics_need_no_key() {
    let mut client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.create().await.expect("409 CUR-E-002");
    client.key.clear();
    let health = client.get("/healthz").await;
    assert_eq!((health.status.as_u16(), health.text.as_str()), (200, r#"{"status":"ok","customers":1}"#));
    let metrics = client.get("/metrics").await;
    assert!(metrics.headers["content-type"].to_str().unwrap().starts_with("text/plain; version=0.0.4"));
    for line in [
        "# TYPE sandbox_requests_total counter",
        "sandbox_requests_total{operation=\"createUser\",status=\"200\",code=\"CUR-S-000\"} 1",
        "sandbox_requests_total{operation=\"createUser\",status=\"409\",code=\"CUR-E-002\"} 1",
        "sandbox_request_seconds_count{operation=\"createUser\"} 2",
        "sandbox_customers 1",
    ] {
        assert!(metrics.text.lines().any(|found| found == line), "{line} is not in\n{}", metrics.text);
    }
}

#[tokio::test(start_paused = true)]
async fn the_log_has_a_line_for_each_request_and_names_nobody() {
    let (log, lines) = read_log();
    let client = Client::with(Settings { log, ..Settings::default() }).about("Asha-9812345678");
    client.signed("ABCPE1234F").await;
    client.get("/v2/user/offers?referenceID=Asha-9812345678").await.expect("404 FBX-E-008");
    client.get("/Asha-9812345678").await.expect("404 FBX-E-001");
    let lines = lines.lock().unwrap();
    for line in lines.iter() {
        let value: Value = serde_json::from_str(line).unwrap();
        assert!(value["at"].is_string() && value["status"].is_number() && value["milliseconds"].is_number(), "{line}");
        for secret in ["Asha", "9812345678", "9999999999", "ABCPE1234F", "Test User", "111111111", "sandbox-key"] {
            assert!(!line.contains(secret), "{secret} is in {line}");
        }
    }
    let of =
        |operation: &str| lines.iter().filter(|line| line.contains(&format!("\"operation\":\"{operation}\""))).count();
    assert_eq!([of("createUser"), of("uploadDocument"), of("getKycDetails"), of("other")], [1, 4, 1, 1]);
    let customers: std::collections::BTreeSet<String> = lines
        .iter()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok()?["customer"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(customers.len(), 1, "one customer has one fingerprint");
}

#[tokio::test(start_paused = true)]
async fn the_customer_who_came_first_makes_room() {
    let (log, lines) = read_log();
    let client = Client::with(Settings { max_customers: 2, log, ..Settings::default() });
    let (first, second, third) = (client.about("FIRST"), client.about("SECOND"), client.about("THIRD"));
    first.create().await.expect("200 CUR-S-000");
    first.details("ABCPE1234F").await.expect("200 UUD-S-000");
    let reference = first.trigger_bre().await.expect("200 GNO-S-000").reference();
    second.create().await.expect("200 CUR-S-000");
    third.create().await.expect("200 CUR-S-000");
    first.trigger_bre().await.expect("404 FBX-E-006");
    first.bre(&reference).await.expect("404 FBX-E-008");
    second.create().await.expect("409 CUR-E-002");
    assert!(lines.lock().unwrap().iter().any(|line| line.contains("customer left to make room")));
    assert!(client.get("/metrics").await.text.contains("sandbox_evicted_customers_total 1\n"));
}

#[tokio::test(start_paused = true)]
async fn a_partner_who_asks_too_often_is_told_to_wait() {
    let client = Client::with(Settings { rate: Some(3), ..Settings::default() });
    for _ in 0..3 {
        client.trigger_bre().await.expect("404 FBX-E-006");
    }
    let reply = client.trigger_bre().await.expect("429 FBX-E-004");
    assert_eq!(reply.headers["retry-after"], "1");
    tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    client.trigger_bre().await.expect("404 FBX-E-006");
}

#[tokio::test(start_paused = true)]
async fn a_customer_who_tries_for_ever_is_not_remembered_for_ever() {
    let client = Client::new();
    let first = client.offered("SBXPB1006A").await.expect("200 GEO-S-003").body["data"]["referenceID"].clone();
    let mut latest = String::new();
    for _ in 0..40 {
        latest = client.trigger_bre().await.expect("200 GNO-S-000").reference();
        tokio::time::sleep(crate::sandbox::client::A_WHILE).await;
    }
    client.bre(first.as_str().unwrap()).await.expect("404 FBX-E-008");
    client.bre(&latest).await.expect("200 GEO-S-003");
}

#[tokio::test]
async fn urls_that_are_handed_out_begin_as_told() {
    let public_url = Some("https://sandbox.example/".to_owned());
    let client = Client::with(Settings { public_url, ..Settings::default() });
    client.create().await.expect("200 CUR-S-000");
    let body = serde_json::json!({ "customerID": "CUST-1", "redirectURL": "https://partner.example/" });
    let reply = client.post("/v2/user/session", body).await;
    assert!(reply.body["data"]["url"].as_str().unwrap().starts_with("https://sandbox.example/session/"));
}
