//! Every documented code, status and message can be had from this server.

use std::collections::BTreeSet;

use serde_json::json;

use crate::sandbox::client::{A_WHILE, Client, JPEG, PDF, Reply, XML};

/// The codes as documented; the one of the bank list comes in an envelope that the documented answer does not have.
const CODES: [&str; 47] = [
    "CUR-S-000",
    "CUR-E-001",
    "CUR-E-002",
    "UUD-S-000",
    "UUD-E-000",
    "UUD-E-001",
    "UUD-E-002",
    "GNO-S-000",
    "GNO-E-002",
    "GEO-S-000",
    "GEO-S-001",
    "GEO-S-002",
    "GEO-S-003",
    "AOP-S-000",
    "AOP-E-002",
    "AOP-E-003",
    "BANK-TBN-S-000",
    "BANK-GBR-S-000",
    "BANK-GBR-S-001",
    "BANK-GBR-S-002",
    "BANK-GBL-S-000",
    "TCK-S-000",
    "GKD-S-000",
    "GKD-S-001",
    "GKD-E-000",
    "TAS-S-000",
    "TAS-E-001",
    "GAS-S-000",
    "TDB-S-200",
    "GDB-S-200",
    "PSS-S-000",
    "FBX-E-000",
    "FBX-E-001",
    "FBX-E-002",
    "FBX-E-003",
    "FBX-E-004",
    "FBX-E-005",
    "FBX-E-006",
    "FBX-E-007",
    "FBX-E-008",
    "FBX-E-009",
    "FBX-E-010",
    "FBX-E-011",
    "FBX-E-012",
    "FBX-E-013",
    "FBX-E-014",
    "FBX-S-208",
];

/// Collects the codes of replies.
#[derive(Default)]
struct Seen(BTreeSet<String>);

impl Seen {
    fn note(&mut self, reply: &Reply) {
        let code = reply.body["statusCode"].as_str().or(reply.body["status"].as_str());
        self.0.extend(code.map(str::to_owned));
    }
}

#[tokio::test(start_paused = true)]
async fn every_code_is_reached() {
    let mut seen = Seen::default();
    refusals(&mut seen).await;
    journeys(&mut seen).await;
    let missing: Vec<&str> = CODES.into_iter().filter(|code| !seen.0.contains(*code)).collect();
    assert_eq!(missing, Vec::<&str>::new());
}

async fn refusals(seen: &mut Seen) {
    let client = Client::new();
    seen.note(&client.create().await);
    seen.note(&client.create().await);
    for mobile in ["1", "9000000000", "9000000002", "9000000003", "9000000004"] {
        seen.note(&client.post("/v2/user/create", json!({ "customerID": "NEW", "mobile": mobile })).await);
    }
    for body in
        [json!([]), json!({}), json!({ "customerID": "CUST-1" }), json!({ "customerID": "CUST-1", "program": "GOLD" })]
    {
        seen.note(&client.post("/v2/user/details/update", body).await);
    }
    seen.note(&client.post("/v2/kyc/ckyc", json!([])).await);
    for pan in ["x", "SBXPD0001A"] {
        seen.note(&client.details(pan).await);
    }
    seen.note(&client.trigger_bre().await);
    client.details("SBXPD0003A").await;
    seen.note(&client.get("/v2/bank/list?customerID=CUST-1").await);
    for pan in ["SBXPB1001A", "SBXPB1002A", "SBXPD0002A"] {
        seen.note(&client.details(pan).await);
        seen.note(&client.trigger_bre().await);
    }
    seen.note(&client.about("STRANGER").trigger_bre().await);
    seen.note(&client.bre("stranger").await);
    let mut nobody = client.clone();
    nobody.key.clear();
    seen.note(&nobody.trigger_bre().await);
    seen.note(
        &client
            .post("/v2/user/session", json!({ "customerID": "CUST-1", "redirectURL": "https://partner.example" }))
            .await,
    );
}

async fn journeys(seen: &mut Seen) {
    for pan in ["SBXPB1003A", "SBXPB1006A", "SBXPB1008A"] {
        let client = Client::new();
        let reply = client.offered(pan).await;
        seen.note(&reply);
        let offer = reply.body["data"]["offers"][0]["offerID"].as_str().unwrap_or_default().to_owned();
        seen.note(&client.accept(&offer, 150_000, 12, 25.0).await);
    }
    banking(seen).await;
    let client = Client::new();
    client.accepted("SBXPA0000A").await;
    seen.note(&client.upload("SELFIE", "selfie", "s.jpg", PDF).await);
    client.upload_kyc_documents().await;
    follow(seen, &client, "/v2/kyc/ckyc", "/v2/kyc/details").await;
    client.mandate().await.expect("200 UUD-S-000");
    seen.note(&client.trigger("/v2/loan/agreement").await);
    client.upload("LOAN_AGREEMENT", "agreement", "a.pdf", PDF).await.expect("200 ");
    follow(seen, &client, "/v2/loan/agreement", "/v2/loan/agreement").await;
    follow(seen, &client, "/v2/loan/disburse", "/v2/loan/disburse").await;
    seen.note(&Client::new().identified("SBXPK2012A").await);
}

async fn banking(seen: &mut Seen) {
    let client = Client::new();
    let reply = client.offered("SBXPB1007A").await;
    seen.note(&reply);
    for bank in ["HDFC", "NO SUCH BANK"] {
        let trigger = client.trigger_banking(bank).await;
        let path = format!("/v2/user/bank/analyse?referenceID={}", trigger.reference());
        seen.note(&trigger);
        seen.note(&client.get(&path).await);
        tokio::time::sleep(A_WHILE).await;
        seen.note(&client.get(&path).await);
    }
    client.trigger_banking("HDFC").await.expect("200 BANK-TBN-S-000");
    tokio::time::sleep(A_WHILE).await;
    let trigger = client.trigger_bre().await;
    seen.note(&trigger);
    seen.note(&client.bre(&trigger.reference()).await);
    tokio::time::sleep(A_WHILE).await;
    let offered = client.bre(&trigger.reference()).await;
    let offer = offered.body["data"]["offers"][0]["offerID"].as_str().unwrap_or_default().to_owned();
    for amount in [1, 150_000] {
        seen.note(&client.accept(&offer, amount, 12, 25.0).await);
    }
}

/// Triggers a stage, asks at once, triggers it again, and asks when it is over.
async fn follow(seen: &mut Seen, client: &Client, trigger: &str, look_up: &str) {
    let triggered = client.trigger(trigger).await;
    let path = format!("{look_up}?referenceID={}", triggered.reference());
    seen.note(&triggered);
    seen.note(&client.get(&path).await);
    seen.note(&client.trigger(trigger).await);
    tokio::time::sleep(A_WHILE).await;
    seen.note(&client.get(&path).await);
}

#[tokio::test]
async fn being_asked_too_often_says_when_to_come_back() {
    let body = json!({ "customerID": "CUST-1", "mobile": "9000000004" });
    let reply = Client::new().post("/v2/user/create", body).await.expect("429 FBX-E-004");
    assert_eq!(reply.headers["retry-after"], "1");
}

#[tokio::test(start_paused = true)]
async fn a_bad_document_decides_and_a_better_one_mends_it() {
    let rows: [([&str; 3], &[u8], [&str; 2]); 2] = [
        (["SELFIE", "selfie", "not-live.jpg"], JPEG, ["SOFT_REJECTED", "LIVENESS_REJECT"]),
        (["AADHAAR_XML", "digilocker_aadhaar_xml", "unsigned.xml"], XML, ["FAILED", "DIGITAL_SIGNATURE_REJECTED"]),
    ];
    for ([kind, part, file], content, [status, message]) in rows {
        let client = Client::new();
        client.accepted("ABCPE1234F").await;
        client.upload_kyc_documents().await;
        client.upload(kind, part, file, content).await.expect("200 ");
        let ask = async || {
            let reference = client.trigger("/v2/kyc/ckyc").await.expect("200 TCK-S-000").reference();
            tokio::time::sleep(A_WHILE).await;
            client.get(&format!("/v2/kyc/details?referenceID={reference}")).await
        };
        let bad = ask().await.expect("200 GKD-E-000");
        assert_eq!(bad.body["data"]["status"], status);
        assert_eq!(bad.body["error"], message);
        client.upload(kind, part, "better", content).await.expect("200 ");
        ask().await.expect("200 GKD-S-000");
    }
}
