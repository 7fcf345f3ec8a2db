//! Several partners on one server.

use crate::serve::server::{Folder, Server};

#[tokio::test]
async fn partners_do_not_see_each_other() {
    let folder = Folder::new();
    let keys = folder.with("keys.txt", "# two partners\nkey-of-one\n\n  key-of-two  \n");
    let server = Server::start(&["--keys", &keys]);
    assert!(
        server.greeting.contains("2 API keys of") && !server.greeting.contains("key-of-one"),
        "{}",
        server.greeting
    );
    assert_eq!(server.create_as("SAME", "key-of-one").await.verdict(), "200 CUR-S-000");
    let session = serde_json::json!({ "customerID": "SAME", "redirectURL": "https://partner.example" });
    let theirs = server.post("/v2/user/session", "key-of-two", session.clone()).await;
    assert_eq!(theirs.verdict(), "404 FBX-E-006");
    assert_eq!(server.post("/v2/user/session", "key-of-one", session).await.verdict(), "200 PSS-S-000");
    assert_eq!(server.create_as("SAME", "key-of-two").await.verdict(), "200 CUR-S-000");
    for wrong in ["sandbox-key", "key-of-three", "# two partners", ""] {
        assert_eq!(server.create_as("SAME", wrong).await.verdict(), "401 FBX-E-005", "{wrong}");
    }
}
