//! Document Upload.

use crate::sandbox::client::{Client, JPEG, PDF, Part, XML};

#[tokio::test(start_paused = true)]
async fn each_kind_is_taken_in_its_own_part_and_format() {
    let client = Client::new();
    client.accepted("ABCPE1234F").await;
    let good = [
        ("AADHAAR_XML", "digilocker_aadhaar_xml", XML),
        ("SELFIE", "selfie", JPEG),
        ("LOAN_AGREEMENT", "agreement", PDF),
        ("BUSINESS_PROOF_DOC", "business_proof_doc", PDF),
    ];
    for (kind, part, content) in good {
        let reply = client.upload(kind, part, "file", content).await.expect("200 ");
        assert_eq!(reply.text, r#"{"data":{"message":"document uploaded"},"error":"","statusCode":""}"#);
        client.upload(kind, part, "file", b"something else").await.expect("400 FBX-E-013");
        client.upload(kind, part, "file", b"").await.expect("400 FBX-E-013");
        client.upload(kind, "file", "file", content).await.expect("400 FBX-E-009");
    }
}

#[tokio::test(start_paused = true)]
async fn unknown_kinds_programs_and_large_files_are_refused() {
    let client = Client::new();
    client.accepted("ABCPE1234F").await;
    client.upload("PASSPORT", "passport", "file", PDF).await.expect("400 FBX-E-001");
    let program = [
        Part::Text("program", "GOLD"),
        Part::Text("customerID", "CUST-1"),
        Part::Text("documentType", "SELFIE"),
        Part::File("selfie", "s.jpg", JPEG),
    ];
    client.form("/v2/document/upload", &program).await.expect("400 FBX-E-007");
    let mut large = JPEG.to_vec();
    large.resize(5 * 1024 * 1024 + 1, 0);
    client.upload("SELFIE", "selfie", "s.jpg", &large).await.expect("400 FBX-E-013");
    large.pop();
    client.upload("SELFIE", "selfie", "s.jpg", &large).await.expect("200 ");
}
