//! Trigger Banking, Get Banking Result and Get Bank List.

use std::collections::HashSet;

use serde_json::json;

use crate::sandbox::client::{A_WHILE, Client, PDF, Part};

const PATH: &str = "/v2/user/bank/analyse";

async fn ready() -> Client {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    client
}

#[tokio::test(start_paused = true)]
async fn statements_are_analysed() {
    let client = ready().await;
    let reference = client.trigger_banking("HDFC").await.expect("200 BANK-TBN-S-000").reference();
    let path = format!("{PATH}?referenceID={reference}");
    let details = json!({ "errorCode": "", "errorMessage": "" });
    let waiting = client.get(&path).await.expect("200 BANK-GBR-S-001");
    assert_eq!(
        waiting.body["data"],
        json!({ "bankingDetails": details, "referenceID": reference, "status": "PROCESSING" })
    );
    tokio::time::sleep(A_WHILE).await;
    let done = client.get(&path).await.expect("200 BANK-GBR-S-000");
    let data = json!({ "errorCode": "", "errorMessage": "", "referenceID": reference, "status": "SUCCESS" });
    assert_eq!(done.body["data"], data);
}

#[tokio::test(start_paused = true)]
async fn a_bank_that_is_not_listed_fails() {
    let client = ready().await;
    let reference = client.trigger_banking("NO SUCH BANK").await.expect("200 BANK-TBN-S-000").reference();
    tokio::time::sleep(A_WHILE).await;
    let failed = client.get(&format!("{PATH}?referenceID={reference}")).await.expect("200 BANK-GBR-S-002");
    let details = json!({ "errorCode": "INVALID_BANK_NAME", "errorMessage": "Invalid bank identifier." });
    assert_eq!(failed.body["data"], json!({ "bankingDetails": details, "referenceID": reference, "status": "FAILED" }));
    client.trigger_banking("HDFC").await.expect("200 BANK-TBN-S-000");
}

#[tokio::test]
async fn a_file_that_is_no_statement_is_refused() {
    let client = ready().await;
    let send = async |kind: &'static str, content: &'static [u8]| {
        let parts = [
            Part::Text("customerID", "CUST-1"),
            Part::Text("bankName", "HDFC"),
            Part::Text("uploadType", kind),
            Part::File("files", "statement.pdf", content),
        ];
        client.form(PATH, &parts).await
    };
    send("PDF", b"not a statement").await.expect("400 FBX-E-013");
    send("PDF", b"").await.expect("400 FBX-E-013");
    send("BASE64", b"%%%").await.expect("400 FBX-E-013");
    send("BASE64", b"aGVsbG8=").await.expect("400 FBX-E-013");
    send("DOC", PDF).await.expect("400 FBX-E-001");
    send("BASE64", b"JVBERi0xLjQK").await.expect("200 BANK-TBN-S-000");
}

#[tokio::test]
async fn the_list_has_435_different_banks_in_no_envelope() {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    let reply = client.get("/v2/bank/list?customerID=CUST-1").await;
    assert_eq!(reply.status, 200);
    assert_eq!(reply.body["count"], 435);
    let banks = reply.body["banks"].as_array().unwrap();
    let different = |key: &str| banks.iter().map(|bank| bank[key].as_str().unwrap()).collect::<HashSet<_>>().len();
    assert_eq!([different("name"), different("fullName"), different("npciCode")], [435; 3]);
    let keys: Vec<&str> = banks[0].as_object().unwrap().keys().map(String::as_str).collect();
    let documented =
        ["name", "fullName", "npciCode", "logoUrl", "isPdfUpload_available", "isNetBanking_available", "isAaAvailable"];
    assert_eq!(keys, documented);
    assert_eq!(banks[0]["name"], "SBI");
}
