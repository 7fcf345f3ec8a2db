//! Update User Details, both forms.

use serde_json::{Value, json};

use crate::sandbox::client::{Client, details, mandate};

const PATH: &str = "/v2/user/details/update";

async fn created() -> Client {
    let client = Client::new();
    client.create().await.expect("200 CUR-S-000");
    client
}

/// The ordinary details with one value replaced, or removed by null.
fn changed(mut body: Value, pointer: &str, value: Value) -> Value {
    *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
    body
}

#[tokio::test]
async fn ordinary_details_are_taken_and_may_be_sent_again() {
    let client = created().await;
    let reply = client.details("ABCPE1234F").await.expect("200 UUD-S-000");
    assert_eq!(reply.body, json!({ "data": { "message": "success" }, "error": "", "statusCode": "UUD-S-000" }));
    client.details("ABCPE1234F").await.expect("200 UUD-S-000");
}

#[tokio::test]
async fn values_and_members_are_checked() {
    let client = created().await;
    let person = "/basicDetails/personalDetails";
    let rows = [
        ("/basicDetails".to_owned(), json!([]), "400 UUD-E-000"),
        ("/basicDetails".to_owned(), Value::Null, "400 FBX-E-009"),
        ("/consents".to_owned(), json!({}), "400 UUD-E-000"),
        ("/consents".to_owned(), Value::Null, "400 FBX-E-009"),
        ("/consents".to_owned(), json!([]), "400 UUD-E-002"),
        ("/consents/1/type".to_owned(), json!("SOMETHING"), "400 UUD-E-002"),
        ("/consents/2/timestamp".to_owned(), Value::Null, "400 FBX-E-009"),
        (format!("{person}/pan"), json!("ABC"), "400 UUD-E-002"),
        (format!("{person}/pan"), json!(1), "400 UUD-E-000"),
        (format!("{person}/pan"), Value::Null, "400 FBX-E-009"),
        (format!("{person}/dob"), json!("18/11/1997"), "400 UUD-E-002"),
        (format!("{person}/dob"), json!("1997-02-30"), "400 UUD-E-002"),
        (format!("{person}/name"), json!(" "), "400 UUD-E-002"),
        (format!("{person}/dob"), json!("2999-01-01"), "400 UUD-E-002"),
        (format!("{person}/email"), json!("nobody"), "400 UUD-E-002"),
        (format!("{person}/currentAddress/pincode"), json!("5600"), "400 UUD-E-002"),
    ];
    for (pointer, value, verdict) in rows {
        let body = changed(details("CUST-1", "ABCPE1234F"), &pointer, value);
        let reply = client.post(PATH, body).await;
        assert_eq!(reply.verdict(), verdict, "{pointer}: {}", reply.text);
    }
}

#[tokio::test(start_paused = true)]
async fn the_mandate_is_checked_and_insurance_needs_consent() {
    let client = Client::new();
    client.identified("ABCPE1234F").await.expect("200 GKD-S-000");
    let rows = [
        ("/mandateDetails/ifsc", json!("ICIC1003903"), "400 UUD-E-002"),
        ("/mandateDetails/accountNumber", json!("12a"), "400 UUD-E-002"),
        ("/mandateDetails/accountNumber", Value::Null, "400 FBX-E-009"),
        ("/mandateDetails/mandateAmount", json!(0), "400 UUD-E-002"),
        ("/mandateDetails/mandateAmount", json!("94000"), "400 UUD-E-000"),
        ("/loanDetails/insuranceDetails/premium", Value::Null, "400 FBX-E-009"),
        ("/loanDetails/insuranceDetails/premium", json!(-1), "400 UUD-E-002"),
        ("/basicDetails/businessDetails/uanDetails/uan", json!("123"), "400 UUD-E-002"),
        ("/consents/0/type", json!("TNC"), "400 UUD-E-002"),
        ("/program", json!("EDUCATION"), "400 FBX-E-007"),
    ];
    for (pointer, value, verdict) in rows {
        let reply = client.post(PATH, changed(mandate("CUST-1"), pointer, value)).await;
        assert_eq!(reply.verdict(), verdict, "{pointer}: {}", reply.text);
    }
    client.mandate().await.expect("200 UUD-S-000");
}

#[tokio::test]
async fn one_persona_cannot_be_processed() {
    created().await.details("SBXPD0001A").await.expect("500 UUD-E-001");
}
