//! State that survives the worst end.

use crate::serve::server::{Folder, Server, refused};

#[tokio::test]
async fn everything_is_there_after_kill_9() {
    let folder = Folder::new();
    let file = folder.path("state.jsonl");
    let first = Server::start(&["--state", &file]);
    first.create("A").await;
    first.details("A", "ABCPE1234F").await;
    let reference = first.trigger_offer("A").await;
    let offer = first.offer(&reference).await.json();
    assert_eq!(offer["statusCode"], "GEO-S-000");
    first.signal("KILL");
    assert!(!first.end().0.success());
    let second = Server::start(&["--state", &file]);
    assert_eq!(second.create("A").await.verdict(), "409 CUR-E-002");
    assert_eq!(second.offer(&reference).await.json(), offer);
}

#[tokio::test]
async fn a_state_file_has_one_server_at_a_time() {
    let folder = Folder::new();
    let file = folder.path("state.jsonl");
    let first = Server::start(&["--state", &file]);
    let second = refused(&["--listen", "127.0.0.1:0", "--state", &file]);
    let said = String::from_utf8(second.stderr).unwrap();
    assert_eq!(second.status.code(), Some(3), "{said}");
    assert!(said.contains("another server uses"), "{said}");
    assert_eq!(first.create("A").await.verdict(), "200 CUR-S-000");
}
