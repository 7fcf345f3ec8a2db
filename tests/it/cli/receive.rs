//! A step that waits for a request to us, against a server that makes one.

use super::place::Place;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::thread;

const SUITE: &str = r#"suite: Webhooks
cases:
  - name: the loan is paid out
    steps:
      - request: { method: POST, path: /loans, json: { callback: "{{ webhook_url }}/hooks/L 7", states: [PENDING, DISBURSED] } }
      - receive:
          path: /hooks/{{ 'L 7' }}
          within: 20s
          expect: { headers: { content-type: { contains: json } }, body: { $.state: DISBURSED } }
          capture: { amount: $.amount }
      - request: { method: POST, path: /told, json: { amount: "{{ amount }}" } }
  - name: it fails
    steps:
      - request: { method: POST, path: /loans, json: { callback: "{{ webhook_url }}/fails", states: [FAILED] } }
      - receive: { path: /fails, within: 20s, expect: { body: { $.state: DISBURSED } }, fail: { $.state: FAILED } }
  - name: nothing comes
    steps:
      - receive: { path: /silence, within: 50ms }
"#;

/// A server that calls back: a request for every state, one after the other.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    thread::spawn(move || {
        for stream in listener.incoming().map_while(Result::ok) {
            thread::spawn(move || answer(stream));
        }
    });
    format!("http://{address}")
}

fn answer(mut stream: TcpStream) {
    let Some(body) = read(&mut stream) else { return };
    let json: serde_json::Value = serde_json::from_str(&body).unwrap_or_default();
    let _ = stream.write_all(
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}",
    );
    drop(stream);
    let Some(callback) = json["callback"].as_str() else { return };
    let (host, path) = callback.trim_start_matches("http://").split_once('/').expect("a path");
    for state in json["states"].as_array().into_iter().flatten() {
        let sent = format!("{{\"state\":{state},\"amount\":1000.50}}");
        let mut back = TcpStream::connect(host).expect("the run listens");
        let head = format!(
            "POST /{} HTTP/1.1\r\nhost: {host}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            path.replace(' ', "%20"),
            sent.len()
        );
        back.write_all(head.as_bytes()).and_then(|()| back.write_all(sent.as_bytes())).expect("it takes it");
        let _ = back.read_to_end(&mut Vec::new());
    }
}

/// The body of a request whose head says how long it is.
fn read(stream: &mut TcpStream) -> Option<String> {
    let mut bytes = Vec::new();
    let mut piece = [0; 4096];
    loop {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .to_lowercase()
                .split("content-length: ")
                .nth(1)
                .and_then(|rest| rest.lines().next()?.trim().parse().ok());
            if body.len() >= length.unwrap_or(0) {
                return Some(body.to_owned());
            }
        }
        let count = stream.read(&mut piece).ok().filter(|count| *count > 0)?;
        bytes.extend_from_slice(&piece[..count]);
    }
}

#[test]
fn a_webhook_is_waited_for_and_has_three_endings() {
    let place = Place::new();
    place.write("suites/hooks.yaml", SUITE);
    let ran = place.run(&["run", "suites", "--base-url", &server(), "--seed", "1", "--ci", "off"]).expect(1);
    let ran = ran.says("2 of 3 cases");
    let ran = ran.says("$.state came, which `fail` names");
    ran.says("no request came");
    let journal = place.journal();
    assert!(journal.contains("/hooks/L%207"), "the exchange is in the journal");
    assert!(journal.contains("1000.50"), "what was captured is sent as it came: {journal}");
}
