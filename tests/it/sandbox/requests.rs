//! What is true of every operation: keys, customers, references, members, bodies.

use axum::body::Body;
use http::Request;
use proviso::sandbox::Settings;
use serde_json::json;

use crate::sandbox::client::Client;

const POSTS: [&str; 8] = [
    "/v2/user/create",
    "/v2/user/details/update",
    "/v2/user/offers",
    "/user/acceptOffer",
    "/v2/kyc/ckyc",
    "/v2/loan/agreement",
    "/v2/loan/disburse",
    "/v2/user/session",
];
const FORMS: [&str; 2] = ["/v2/user/bank/analyse", "/v2/document/upload"];
const LOOK_UPS: [&str; 5] =
    ["/v2/user/offers", "/v2/user/bank/analyse", "/v2/kyc/details", "/v2/loan/agreement", "/v2/loan/disburse"];
const STRANGER: &str = "c3a709e0-8bcb-47aa-86cd-b8d6581f4782";

#[tokio::test]
async fn a_missing_or_wrong_key_is_refused_everywhere() {
    let mut client = Client::new();
    "wrong".clone_into(&mut client.key);
    for path in POSTS {
        client.post(path, json!({})).await.expect("401 FBX-E-005");
    }
    for path in FORMS {
        client.form(path, &[]).await.expect("401 FBX-E-005");
    }
    for path in LOOK_UPS {
        let reply = client.get(&format!("{path}?referenceID={STRANGER}")).await.expect("401 FBX-E-005");
        assert!(reply.body["error"].as_str().unwrap().contains("x-api-key"));
    }
    client.get("/v2/bank/list?customerID=CUST-1").await.expect("401 FBX-E-005");
    client.send(Request::get("/v2/bank/list").body(Body::empty()).unwrap()).await.expect("401 FBX-E-005");
}

#[tokio::test]
async fn the_customer_id_is_required_everywhere_and_the_other_spelling_is_named() {
    let client = Client::new();
    for path in POSTS {
        client.post(path, json!({})).await.expect("400 FBX-E-014");
        client.post(path, json!({ "customerID": "" })).await.expect("400 FBX-E-014");
        client.post(path, json!({ "customerID": null })).await.expect("400 FBX-E-014");
        client.post(path, json!({ "customerID": 7 })).await;
        let reply = client.post(path, json!({ "customer_id": "CUST-1" })).await.expect("400 FBX-E-009");
        let hint = reply.body["error"].as_str().unwrap();
        assert!(hint.contains("customerID") && hint.contains("customer_id"), "{hint}");
    }
    for path in FORMS {
        client.form(path, &[]).await.expect("400 FBX-E-014");
        client.form(path, &[crate::sandbox::client::Part::Text("customer_id", "CUST-1")]).await.expect("400 FBX-E-009");
    }
    client.get("/v2/bank/list").await.expect("400 FBX-E-014");
    client.get("/v2/bank/list?customer_id=CUST-1").await.expect("400 FBX-E-009");
}

#[tokio::test]
async fn an_unknown_customer_is_not_found() {
    let client = Client::new();
    client.details("ABCPE1234F").await.expect("404 FBX-E-006");
    client.mandate().await.expect("404 FBX-E-006");
    client.trigger_bre().await.expect("404 FBX-E-006");
    client.accept(STRANGER, 1, 1, 1.0).await.expect("404 FBX-E-006");
    let banking = client.trigger_banking("HDFC").await.expect("404 FBX-E-006");
    assert_eq!(banking.body, json!({ "data": {}, "error": "user not found", "statusCode": "FBX-E-006" }));
    client.get("/v2/bank/list?customerID=CUST-1").await.expect("404 FBX-E-006");
    client.upload("SELFIE", "selfie", "selfie.jpg", crate::sandbox::client::JPEG).await.expect("404 FBX-E-006");
    for path in ["/v2/kyc/ckyc", "/v2/loan/agreement", "/v2/loan/disburse"] {
        client.trigger(path).await.expect("404 FBX-E-006");
    }
    let session = json!({ "customerID": "CUST-1", "redirectURL": "https://partner.example/back" });
    client.post("/v2/user/session", session).await.expect("404 FBX-E-006");
}

#[tokio::test]
async fn references_must_exist_and_be_of_the_right_kind() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    let bre = client.trigger_bre().await.reference();
    for path in LOOK_UPS {
        client.get(path).await.expect("400 FBX-E-009");
        client.get(&format!("{path}?referenceID={STRANGER}")).await.expect("404 FBX-E-008");
        client.get(&format!("{path}?referenceID=nonsense")).await.expect("404 FBX-E-008");
        if path != "/v2/user/offers" {
            client.get(&format!("{path}?referenceID={bre}")).await.expect("404 FBX-E-008");
        }
    }
}

#[tokio::test]
async fn partners_do_not_see_each_other() {
    let keys = vec!["one".to_owned(), "two".to_owned()];
    let mut one = Client::with(Settings { keys, ..Settings::default() });
    "one".clone_into(&mut one.key);
    let mut two = one.clone();
    "two".clone_into(&mut two.key);
    one.create().await.expect("200 CUR-S-000");
    one.details("ABCPE1234F").await.expect("200 UUD-S-000");
    let reference = one.trigger_bre().await.reference();
    two.details("ABCPE1234F").await.expect("404 FBX-E-006");
    two.bre(&reference).await.expect("404 FBX-E-008");
    two.create().await.expect("200 CUR-S-000");
    two.details("ABCPE1234F").await.expect("200 UUD-S-000");
    assert_ne!(two.trigger_bre().await.reference(), reference);
}

#[tokio::test]
async fn programs_other_than_the_two_are_refused() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    for path in ["/v2/user/details/update", "/v2/kyc/ckyc", "/v2/loan/agreement", "/v2/loan/disburse"] {
        client.post(path, json!({ "customerID": "CUST-1", "program": "GOLD_LOAN" })).await.expect("400 FBX-E-007");
        client.post(path, json!({ "customerID": "CUST-1" })).await.expect("400 FBX-E-009");
    }
}

#[tokio::test]
async fn bodies_must_be_json_objects_and_say_so() {
    let client = Client::new();
    for path in POSTS {
        for nonsense in ["", "{", "[]", "null", "\u{0}"] {
            let reply = client.send(client.json_request(path, nonsense.to_owned())).await;
            assert!(
                reply.status.is_client_error() && reply.body["error"].is_string(),
                "{path} {nonsense}: {}",
                reply.text
            );
        }
        let text = Request::post(path).header("x-api-key", &client.key).header("content-type", "text/plain");
        client.send(text.body(Body::from("{}")).unwrap()).await.expect("415 FBX-E-001");
    }
    for path in FORMS {
        client.post(path, json!({})).await.expect("415 FBX-E-001");
    }
}

#[tokio::test]
async fn unknown_paths_and_methods_answer_in_the_envelope() {
    let client = Client::new();
    client.get("/v2/nothing").await.expect("404 FBX-E-001");
    client.get("/v2/user/create").await.expect("405 FBX-E-001");
}
