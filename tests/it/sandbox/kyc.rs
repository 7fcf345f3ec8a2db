//! Trigger KYC and Get KYC Details.

use serde_json::json;

use crate::sandbox::client::{A_WHILE, Client, JPEG, XML};

#[tokio::test(start_paused = true)]
async fn the_customers_own_identity_is_confirmed() {
    let client = Client::new();
    let reply = client.identified("ABCPE1234F").await.expect("200 GKD-S-000");
    let data = &reply.body["data"];
    assert_eq!(data["status"], "APPROVED");
    assert_eq!(data["personalKYC"][0]["name"], "Test User");
    assert_eq!(data["personalKYC"][0]["address"]["pincode"], "560095");
    assert_eq!(
        data["results"],
        json!({ "dobMatch": true, "faceLiveliness": true, "faceMatch": true, "nameMatch": true })
    );
    client.trigger("/v2/kyc/ckyc").await.expect("409 FBX-S-208");
}

#[tokio::test(start_paused = true)]
async fn documents_come_first_and_then_it_takes_time() {
    let client = Client::new();
    client.accepted("ABCPE1234F").await;
    let refused = client.trigger("/v2/kyc/ckyc").await.expect("422 FBX-E-010");
    assert!(refused.body["error"].as_str().unwrap().contains("AADHAAR_XML"));
    client.upload("AADHAAR_XML", "digilocker_aadhaar_xml", "a.xml", XML).await.expect("200 ");
    client.trigger("/v2/kyc/ckyc").await.expect("422 FBX-E-010");
    client.upload("SELFIE", "selfie", "s.jpg", JPEG).await.expect("200 ");
    let reference = client.trigger("/v2/kyc/ckyc").await.expect("200 TCK-S-000").reference();
    let waiting = client.get(&format!("/v2/kyc/details?referenceID={reference}")).await.expect("200 GKD-S-001");
    assert_eq!(waiting.body["data"], json!({ "action": "WAIT", "personalKYC": null, "status": "PROCESSING" }));
    client.trigger("/v2/kyc/ckyc").await.expect("409 FBX-S-208");
}

#[tokio::test(start_paused = true)]
async fn every_ending_is_told_by_its_status_and_message() {
    let rows = [
        ("SBXPK2003A", "200 GKD-S-000", "CONTIONAL_SUCCESS", "MANUAL_REVIEW_REQUIRED"),
        ("SBXPK2004A", "200 GKD-E-000", "REJECTED", "PAN_DATA_MISMATCH"),
        ("SBXPK2005A", "200 GKD-E-000", "REJECTED", "NAME_MISMATCH"),
        ("SBXPK2006A", "200 GKD-E-000", "REJECTED", "MANUAL_KYC_REJECT"),
        ("SBXPK2007A", "200 GKD-E-000", "REJECTED", "MANUAL_PENNYDROP_REJECT"),
        ("SBXPK2008A", "200 GKD-E-000", "SOFT_REJECTED", "FACE_MISMATCH"),
        ("SBXPK2009A", "200 GKD-E-000", "SOFT_REJECTED", "LIVENESS_REJECT"),
        ("SBXPK2010A", "200 GKD-E-000", "FAILED", "DIGITAL_SIGNATURE_REJECTED"),
        ("SBXPK2011A", "200 GKD-E-000", "FAILED", "CKYC_FAILED"),
        ("SBXPK2012A", "200 GKD-E-000", "FAILED", ""),
    ];
    for (pan, verdict, status, message) in rows {
        let client = Client::new();
        let reply = client.identified(pan).await.expect(verdict);
        assert_eq!(reply.body["data"]["status"], status);
        assert_eq!(reply.body["error"], message);
        let again = if status == "REJECTED" { "422 FBX-E-011" } else { "200 TCK-S-000" };
        let again = if status == "CONTIONAL_SUCCESS" { "409 FBX-S-208" } else { again };
        client.trigger("/v2/kyc/ckyc").await.expect(again);
    }
}

#[tokio::test(start_paused = true)]
async fn a_one_time_password_holds_it_up_for_some_answers() {
    let rows: [(&str, &[&str]); 2] = [
        ("SBXPK2001A", &["SUBMIT_CKYC_OTP", "SUBMIT_CKYC_OTP", ""]),
        ("SBXPK2002A", &["SUBMIT_CKYC_OTP", "SUBMIT_CKYC_OTP", "INVALID_CKYC_OTP", "INVALID_CKYC_OTP", ""]),
    ];
    for (pan, actions) in rows {
        let client = Client::new();
        client.accepted(pan).await;
        client.upload_kyc_documents().await;
        let reference = client.trigger("/v2/kyc/ckyc").await.reference();
        tokio::time::sleep(A_WHILE).await;
        for action in actions {
            let reply = client.get(&format!("/v2/kyc/details?referenceID={reference}")).await;
            assert_eq!(reply.body["data"]["action"], *action);
            if !action.is_empty() {
                let data = json!({
                    "action": action, "customerID": "CUST-1", "referenceID": reference, "results": null, "status": "ACTION_PENDING"
                });
                assert_eq!(reply.expect("200 GKD-S-001").body["data"], data);
            }
        }
    }
}
