//! The request log.

use crate::serve::server::{Folder, Server};
use serde_json::Value;

/// Whatever of a customer must not be found.
const PERSONAL: [&str; 8] = [
    "CUST-PRIVATE",
    "9876543210",
    "ABCPE1234F",
    "Asha",
    "asha.rao@example.test",
    "1997-11-18",
    "Lake View",
    "sandbox-key",
];

#[tokio::test]
async fn the_log_says_what_happened_and_nothing_about_whom() {
    let folder = Folder::new();
    let file = folder.with("log.jsonl", "{\"event\":\"an older line\"}\n");
    let server = Server::start(&["--log", &file]);
    server.create("CUST-PRIVATE").await;
    server.details("CUST-PRIVATE", "ABCPE1234F").await;
    server.get("/v2/bank/list?customerID=CUST-PRIVATE", "sandbox-key").await;
    server.get("/v2/asha.rao@example.test/CUST-PRIVATE", "sandbox-key").await;
    server.get("/v2/user/offers?referenceID=CUST-PRIVATE", "CUST-PRIVATE").await;
    server.signal("TERM");
    let (status, out, err) = server.end();
    assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""));
    let log = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<Value> = log.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let codes: Vec<&str> = lines[1..].iter().map(|line| line["code"].as_str().unwrap()).collect();
    assert_eq!(codes, ["CUR-S-000", "UUD-S-000", "", "FBX-E-001", "FBX-E-005"]);
    assert_eq!(lines[0]["event"], "an older line");
    for word in PERSONAL {
        assert!(!log.contains(word), "{word} stands in the log: {log}");
    }
}

#[tokio::test]
async fn a_line_is_there_before_the_server_ends() {
    use std::io::BufRead as _;
    let folder = Folder::new();
    let file = folder.path("pipe");
    assert!(std::process::Command::new("mkfifo").arg(&file).status().unwrap().success());
    // Opening a pipe waits for the other side.
    let reader = std::thread::spawn({
        let file = file.clone();
        move || {
            let mut line = String::new();
            std::io::BufReader::new(std::fs::File::open(file).unwrap()).read_line(&mut line).unwrap();
            line
        }
    });
    let server = Server::start(&["--log", &file]);
    server.create("A").await;
    assert!(reader.join().unwrap().contains("CUR-S-000"));
    // Whoever read the log is gone: that is no reason to fail a request.
    assert_eq!(server.create("B").await.verdict(), "200 CUR-S-000");
    assert_eq!(server.create("C").await.verdict(), "200 CUR-S-000");
}
