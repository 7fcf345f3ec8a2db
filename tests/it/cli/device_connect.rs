//! DeviceConnect's call, whose salt is a hash of a hash: the suite among the examples, against a server that checks it.

use super::place::{Place, repository};
use std::io::{Read as _, Write as _};
use std::net::TcpListener;

/// Values that DeviceConnect publishes, so that a salt can be checked.
const CUSTOMER: &str = "82169C6312B50CA8233482169F9F288F812B5C02114A6A74E9A62";
const HASH: &str = "5f8cd80c69a34b9785dc66298eabe95b";
const SALT: &str = "Ki4WO2bbzYOL1tEi4XA46Q8rpcC2yilTZMhOGXRsqOQ=";

/// A server that knows one customer and the salt that belongs to it.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port is free");
    let address = listener.local_addr().expect("it has an address");
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut bytes = Vec::new();
            let mut piece = [0; 4096];
            while !bytes.ends_with(b"}") {
                match stream.read(&mut piece) {
                    Ok(count) if count > 0 => bytes.extend_from_slice(&piece[..count]),
                    _ => break,
                }
            }
            let right = String::from_utf8_lossy(&bytes).contains(&format!("\"salt\":\"{SALT}\""));
            let (status, body) = if right {
                ("200 OK", format!("{{\"status\":\"complete\",\"customer_id\":\"{CUSTOMER}\"}}"))
            } else {
                ("403 Forbidden", "{\"status\":\"error\"}".to_owned())
            };
            let head = format!("content-type: application/json\r\ncontent-length: {}\r\nconnection: close", body.len());
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\n{head}\r\n\r\n{body}").as_bytes());
        }
    });
    format!("http://{address}")
}

#[test]
fn the_salt_of_device_connect_is_made_as_documented() {
    let place = Place::new();
    let example = repository().join("docs/examples/device-connect/insights.yaml");
    place.write("suites/insights.yaml", std::fs::read(&example).expect("the example is there"));
    let url = server();
    let mut command = place.proviso(&["run", "suites", "--base-url", &url, "--ci", "off"]);
    let ran = command.env("DC_SERVER_HASH", HASH).env("DC_CUSTOMER_ID", CUSTOMER).output().expect("it can be started");
    let said = String::from_utf8_lossy(&ran.stdout);
    assert_eq!(ran.status.code(), Some(0), "{said}{}", String::from_utf8_lossy(&ran.stderr));
    assert!(said.contains("Passed: 2 cases"), "{said}");
    assert!(!place.journal().contains(HASH), "the hash is a secret");
}
