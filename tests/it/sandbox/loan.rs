//! Agreement signing and disbursal.

use crate::sandbox::client::{A_WHILE, Client, PDF};

#[tokio::test(start_paused = true)]
async fn an_agreement_must_be_uploaded_before_it_is_signed() {
    let client = Client::new();
    client.identified("ABCPE1234F").await.expect("200 GKD-S-000");
    client.trigger("/v2/loan/agreement").await.expect("422 FBX-E-010");
    client.mandate().await.expect("200 UUD-S-000");
    let missing = client.trigger("/v2/loan/agreement").await.expect("422 TAS-E-001");
    assert_eq!(missing.text, r#"{"data":{},"error":"agreement document not found","statusCode":"TAS-E-001"}"#);
    client.upload("LOAN_AGREEMENT", "agreement", "a.pdf", PDF).await.expect("200 ");
    let reference = client.trigger("/v2/loan/agreement").await.expect("200 TAS-S-000").reference();
    let waiting = client.get(&format!("/v2/loan/agreement?referenceID={reference}")).await.expect("200 GAS-S-000");
    assert_eq!(
        waiting.text,
        r#"{"data":{"status":"PROCESSING","agreementURL":null},"error":"","statusCode":"GAS-S-000"}"#
    );
    client.trigger("/v2/loan/disburse").await.expect("422 FBX-E-010");
}

#[tokio::test(start_paused = true)]
async fn signing_may_be_rejected_or_fail() {
    for (pan, status) in [("SBXPG3001A", "REJECTED"), ("SBXPG3002A", "FAILED")] {
        let client = Client::new();
        let reply = client.signed(pan).await;
        assert_eq!(reply.body["data"]["status"], status);
        assert!(reply.body["data"]["agreementURL"].is_null());
        client.trigger("/v2/loan/disburse").await.expect("422 FBX-E-010");
    }
}

#[tokio::test(start_paused = true)]
async fn a_signed_agreement_has_a_url_and_is_not_signed_twice() {
    let client = Client::new();
    let reply = client.signed("ABCPE1234F").await;
    assert!(reply.body["data"]["agreementURL"].as_str().unwrap().starts_with("https://"));
    client.trigger("/v2/loan/agreement").await.expect("409 FBX-S-208");
}

#[tokio::test(start_paused = true)]
async fn money_goes_out_once() {
    let client = Client::new();
    client.signed("ABCPE1234F").await;
    let first = client.trigger("/v2/loan/disburse").await.expect("200 TDB-S-200").reference();
    assert_eq!(client.trigger("/v2/loan/disburse").await.expect("409 FBX-S-208").reference(), first);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(client.trigger("/v2/loan/disburse").await.expect("409 FBX-S-208").reference(), first);
}

#[tokio::test(start_paused = true)]
async fn a_failed_payment_may_be_tried_again() {
    let client = Client::new();
    client.signed("SBXPM4001A").await;
    let reference = client.trigger("/v2/loan/disburse").await.expect("200 TDB-S-200").reference();
    tokio::time::sleep(A_WHILE).await;
    let reply = client.get(&format!("/v2/loan/disburse?referenceID={reference}")).await.expect("200 GDB-S-200");
    assert_eq!(reply.body["data"]["status"], "FAILED");
    client.trigger("/v2/loan/disburse").await.expect("200 TDB-S-200");
}
