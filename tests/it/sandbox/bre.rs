//! Trigger BRE and Get BRE.

use proviso::sandbox::Settings;
use serde_json::json;

use crate::sandbox::client::{A_WHILE, Client};

#[tokio::test(start_paused = true)]
async fn an_ordinary_customer_waits_and_gets_an_offer() {
    let origin = "2024-02-29T12:17:52.414026Z".parse().ok();
    let client = Client::with(Settings { origin, ..Settings::default() });
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    let reference = client.trigger_bre().await.expect("200 GNO-S-000").reference();
    let waiting = client.bre(&reference).await.expect("200 GEO-S-001");
    let nothing = json!({
        "dataRequired": null, "offers": null, "outputVariables": null, "rejectionReason": null,
        "referenceID": reference, "status": "PROCESSING"
    });
    assert_eq!(waiting.body["data"], nothing);
    tokio::time::sleep(A_WHILE).await;
    let done = client.bre(&reference).await.expect("200 GEO-S-000");
    let offer = &done.body["data"]["offers"][0];
    assert_eq!(offer["createdAt"], "2024-02-29T12:17:52.614026Z");
    assert_eq!(offer["expiresAt"], "2024-03-30T00:00:00Z");
    assert_eq!(offer["status"], "ACTIVE");
    assert_eq!(offer["slabs"][1]["interest"].to_string(), "25");
    assert_eq!(offer["slabs"][1]["minAmount"], 100_000);
    assert_eq!(offer["slabs"][1]["maxAmount"], 200_000);
    assert_eq!(done.body, client.bre(&reference).await.body, "asking again changes nothing");
}

#[tokio::test(start_paused = true)]
async fn rejections_name_who_and_why_and_end_the_journey() {
    for (pan, who) in [("SBXPB1003A", "PRE_BRE_REJECT"), ("SBXPB1004A", "LENDER_BRE_REJECT")] {
        let client = Client::new();
        let reply = client.offered(pan).await.expect("200 GEO-S-002");
        assert_eq!(reply.body["data"]["rejectionReason"], who);
        assert_eq!(reply.body["data"]["status"], "REJECTED");
        assert!(reply.body["data"]["outputVariables"]["rejectionReason"].as_str().unwrap().len() > 20);
        client.trigger_bre().await.expect("422 FBX-E-011");
        client.details(pan).await.expect("422 FBX-E-011");
    }
}

#[tokio::test(start_paused = true)]
async fn a_failure_may_pass_or_stay() {
    for (pan, second) in [("SBXPB1005A", "200 GEO-S-000"), ("SBXPB1006A", "200 GEO-S-003")] {
        let client = Client::new();
        let reply = client.offered(pan).await.expect("200 GEO-S-003");
        assert_eq!(reply.body["data"]["status"], "FAILED");
        let reference = client.trigger_bre().await.expect("200 GNO-S-000").reference();
        tokio::time::sleep(A_WHILE).await;
        client.bre(&reference).await.expect(second);
    }
}

#[tokio::test(start_paused = true)]
async fn statements_may_be_required_first() {
    let client = Client::new();
    let reply = client.offered("SBXPB1007A").await.expect("200 GEO-S-000");
    assert_eq!(reply.body["data"]["dataRequired"], json!({ "banking": true }));
    assert_eq!(reply.body["data"]["offers"], json!([]));
    client.trigger_banking("HDFC").await.expect("200 BANK-TBN-S-000");
    tokio::time::sleep(A_WHILE).await;
    let reference = client.trigger_bre().await.expect("200 GNO-S-000").reference();
    tokio::time::sleep(A_WHILE).await;
    let reply = client.bre(&reference).await.expect("200 GEO-S-000");
    assert_eq!(reply.body["data"]["dataRequired"], json!({}));
    assert_eq!(reply.body["data"]["offers"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn refusals_when_triggering() {
    for (pan, verdict) in [("SBXPB1001A", "422 GNO-E-002"), ("SBXPB1002A", "502 FBX-E-012")] {
        let client = Client::new();
        client.create().await.expect("200 CUR-S-000");
        client.details(pan).await.expect("200 UUD-S-000");
        client.trigger_bre().await.expect(verdict);
    }
}

#[tokio::test]
async fn risk_variables_must_be_there_and_a_second_trigger_is_a_repeat() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    client.post("/v2/user/offers", json!({ "customerID": "CUST-1" })).await.expect("400 FBX-E-009");
    client
        .post("/v2/user/offers", json!({ "customerID": "CUST-1", "riskVariables": "" }))
        .await
        .expect("400 FBX-E-001");
    let first = client.trigger_bre().await.expect("200 GNO-S-000").reference();
    let second = client.trigger_bre().await.expect("409 FBX-S-208");
    assert_eq!(second.reference(), first);
}
