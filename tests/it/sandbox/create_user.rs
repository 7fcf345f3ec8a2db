//! Create User.

use serde_json::json;

use crate::sandbox::client::Client;

#[tokio::test]
async fn a_new_customer_is_created() {
    let reply = Client::new().create().await.expect("200 CUR-S-000");
    assert_eq!(reply.text, r#"{"data":{"message":"user created!"},"error":"","statusCode":"CUR-S-000"}"#);
    assert_eq!(reply.headers["content-type"], "application/json");
}

#[tokio::test]
async fn mobiles_have_ten_digits_of_the_indian_kind() {
    let client = Client::new();
    for mobile in ["", "999999999", "99999999999", "5999999999", "99999x9999", "+919999999999"] {
        client.post("/v2/user/create", json!({ "customerID": "C", "mobile": mobile })).await.expect("400 CUR-E-001");
    }
    client
        .post("/v2/user/create", json!({ "customerID": "C", "mobile": 9_999_999_999_u64 }))
        .await
        .expect("400 CUR-E-001");
    client.post("/v2/user/create", json!({ "customerID": "C" })).await.expect("400 FBX-E-009");
    client.post("/v2/user/create", json!({ "customerID": "C", "mobile": "6000000000" })).await.expect("200 CUR-S-000");
}

#[tokio::test(start_paused = true)]
async fn an_existing_customer_stays_where_it_is() {
    let client = Client::new();
    client.accepted("ABCPE1234F").await;
    client.create().await.expect("409 CUR-E-002");
    client.upload_kyc_documents().await;
    client.trigger("/v2/kyc/ckyc").await.expect("200 TCK-S-000");
}
