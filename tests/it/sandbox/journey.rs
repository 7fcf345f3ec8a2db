//! The whole journey, and its order.

use proviso::sandbox::Settings;
use serde_json::json;

use crate::sandbox::client::{A_WHILE, Client};

const ORDINARY: &str = "ABCPE1234F";

#[tokio::test(start_paused = true)]
async fn the_deep_journey_ends_with_money() {
    let client = Client::new();
    let agreement = client.signed(ORDINARY).await;
    assert_eq!(agreement.body["data"]["status"], "SUCCESS");
    let reference = client.trigger("/v2/loan/disburse").await.expect("200 TDB-S-200").reference();
    let path = format!("/v2/loan/disburse?referenceID={reference}");
    let waiting = client.get(&path).await.expect("200 GDB-S-200");
    assert_eq!(
        waiting.body["data"],
        json!({ "customerID": "CUST-1", "message": "", "referenceID": reference, "status": "PROCESSING" })
    );
    tokio::time::sleep(A_WHILE).await;
    let paid = client.get(&path).await.expect("200 GDB-S-200");
    assert_eq!(paid.body["data"]["status"], "SUCCESS");
    assert_eq!(paid.body["data"]["disbursedAmount"], 150_000);
    let paid_at = paid.body["data"]["disbursedAt"].as_str().unwrap();
    assert!(paid_at.ends_with("+05:30") && paid_at.len() == "2024-01-25T23:00:54.963518+05:30".len(), "{paid_at}");
}

#[tokio::test(start_paused = true)]
async fn each_step_waits_for_the_one_before() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.trigger_bre().await.expect("422 FBX-E-010");
    client.trigger_banking("HDFC").await.expect("422 FBX-E-010");
    client.accept("3a6112e6-61de-437a-a84b-5c6f8b655722", 1, 1, 1.0).await.expect("422 FBX-E-010");
    client.upload("SELFIE", "selfie", "selfie.jpg", crate::sandbox::client::JPEG).await.expect("422 FBX-E-010");
    client.trigger("/v2/kyc/ckyc").await.expect("422 FBX-E-010");
    client.mandate().await.expect("422 FBX-E-010");
    client.trigger("/v2/loan/agreement").await.expect("422 FBX-E-010");
    client.trigger("/v2/loan/disburse").await.expect("422 FBX-E-010");
}

#[tokio::test(start_paused = true)]
async fn details_are_closed_once_an_offer_is_accepted() {
    let client = Client::new();
    client.accepted(ORDINARY).await;
    client.details(ORDINARY).await.expect("422 FBX-E-010");
    client.trigger_bre().await.expect("422 FBX-E-010");
}

#[tokio::test(start_paused = true)]
async fn the_same_calls_get_the_same_references() {
    let mut references = Vec::new();
    for seed in [1, 1, 2] {
        let client = Client::with(Settings { seed, ..Settings::default() });
        client.create().await;
        client.details(ORDINARY).await;
        references.push(client.trigger_bre().await.reference());
    }
    assert_eq!(references[0], references[1]);
    assert_ne!(references[1], references[2]);
}
