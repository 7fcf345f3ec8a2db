//! Being told to stop.

use crate::serve::server::{Folder, Server, client, reply};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;

#[tokio::test]
async fn both_signals_end_it_well() {
    for name in ["TERM", "INT"] {
        let server = Server::start(&[]);
        server.create("C").await;
        server.signal(name);
        let (status, out, err) = server.end();
        assert_eq!((status.code(), out.as_str(), err.as_str()), (Some(0), "", ""), "{name}");
    }
}

#[tokio::test]
async fn a_request_that_is_being_answered_gets_its_answer() {
    let folder = Folder::new();
    let slow = "faults: [{ operation: createUser, do: { latency: 300ms } }]";
    let server = Server::start(&["--fault", &folder.with("slow.yaml", slow), "--log", "-"]);
    let mut stream = TcpStream::connect(&server.url["http://".len()..]).unwrap();
    let body = r#"{"customerID":"C","mobile":"9876543210"}"#;
    // The request is sent but for its last byte; an answer to another one shows that the server is past reading its head.
    let head = format!(
        "POST /v2/user/create HTTP/1.1\r\nhost: x\r\nx-api-key: sandbox-key\r\n\
        content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(&body.as_bytes()[..body.len() - 1]).unwrap();
    let health = client().get(format!("{}/healthz", server.url));
    assert_eq!(reply(health).await.status, 200);
    server.signal("TERM");
    stream.write_all(b"}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 200") && answer.contains("CUR-S-000"), "{answer}");
    assert_eq!(server.end().0.code(), Some(0));
}
