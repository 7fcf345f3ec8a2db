//! https on the same listener.

use crate::serve::server::{Folder, Server, client};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

const CERTIFICATE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/serve/localhost.pem");
const KEY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/serve/localhost.key");

#[tokio::test]
async fn a_client_who_trusts_the_certificate_is_served() {
    let server = Server::start(&["--tls-cert", CERTIFICATE, "--tls-key", KEY]);
    assert!(server.url.starts_with("https://127.0.0.1:"), "{}", server.url);
    assert_eq!(server.create("C").await.verdict(), "200 CUR-S-000");
    let session = serde_json::json!({ "customerID": "C", "redirectURL": "https://partner.example/back" });
    let opened = server.post("/v2/user/session", "sandbox-key", session).await.json();
    let page = opened["data"]["url"].as_str().unwrap();
    assert!(page.starts_with(&server.url), "{page}");
    let back = client().get(page).send().await.unwrap();
    assert_eq!(back.headers()["location"], "https://partner.example/back");
}

#[tokio::test]
async fn who_does_not_shake_hands_disturbs_nobody() {
    let server = Server::start(&["--tls-cert", CERTIFICATE, "--tls-key", KEY]);
    let silent = TcpStream::connect(&server.url["https://".len()..]).unwrap();
    let mut plain = TcpStream::connect(&server.url["https://".len()..]).unwrap();
    plain.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    // Whether the connection is closed or reset is up to the system.
    let _ = plain.read_to_end(&mut answer);
    assert!(!answer.starts_with(b"HTTP"));
    assert_eq!(server.create("C").await.verdict(), "200 CUR-S-000");
    server.signal("TERM");
    assert_eq!(server.end().0.code(), Some(0));
    drop(silent);
}

#[tokio::test]
async fn a_certificate_and_the_key_of_another_make_no_server() {
    let folder = Folder::new();
    let other = folder.path("other.key");
    let made =
        std::process::Command::new("openssl").args(["genpkey", "-algorithm", "ED25519", "-out", &other]).output();
    // Without openssl there is no other key to be had.
    if made.is_ok_and(|made| made.status.success()) {
        let output = crate::serve::server::refused(&["--tls-cert", CERTIFICATE, "--tls-key", &other]);
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.contains("make no https server") && output.stdout.is_empty(), "{said}");
    }
}
