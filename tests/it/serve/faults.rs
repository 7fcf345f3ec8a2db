//! Misbehaviour on demand.

use crate::serve::server::{Folder, Server};

#[tokio::test]
async fn a_fault_is_played_and_named() {
    let folder = Folder::new();
    let faults = "faults:\n  - name: wrong-code\n    operation: createUser\n    when: { first: 1 }\n    do: { code: CUR-S-999 }\n";
    let server = Server::start(&["--fault", &folder.with("faults.yaml", faults), "--log", "-"]);
    let spoilt = server.create("A").await;
    assert_eq!(spoilt.verdict(), "200 CUR-S-999");
    assert_eq!(spoilt.headers["x-sandbox-fault"], "wrong-code");
    assert_eq!(server.create("B").await.verdict(), "200 CUR-S-000");
    server.signal("TERM");
    let (_, _, log) = server.end();
    let lines: Vec<serde_json::Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines[0]["fault"], "wrong-code");
    assert!(lines[1]["fault"].is_null());
}
