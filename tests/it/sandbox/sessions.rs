//! Session.

use serde_json::json;

use crate::sandbox::client::Client;

#[tokio::test]
async fn a_session_has_a_url_that_leads_back_to_the_partner() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    let body = json!({ "customerID": "CUST-1", "redirectURL": "https://partner.example/back?x=1" });
    let reply = client.post("/v2/user/session", body.clone()).await;
    assert_eq!(reply.body["status"], "PSS-S-000");
    assert!(reply.body.get("statusCode").is_none());
    let url = reply.body["data"]["url"].as_str().unwrap();
    let path = url.strip_prefix("http://sandbox.test").expect("the host that was asked");
    let followed = client.get(path).await;
    assert_eq!(followed.headers["location"], "https://partner.example/back?x=1");
    client.post("/v2/user/session", body).await;
    client.get(path).await.expect("404 FBX-E-008");
}

#[tokio::test]
async fn the_way_back_must_be_a_web_address() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    for url in ["", "back", "/back", "javascript:alert(1)", "ftp://partner.example/"] {
        client
            .post("/v2/user/session", json!({ "customerID": "CUST-1", "redirectURL": url }))
            .await
            .expect("400 FBX-E-001");
    }
    client.post("/v2/user/session", json!({ "customerID": "CUST-1" })).await.expect("400 FBX-E-009");
}
