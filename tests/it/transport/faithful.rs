//! What comes is what is shown: redirects are answers, encodings are undone without hiding anything.

use crate::transport::server::{OK, get, hear, listen, saying, send};
use flate2::Compression;
use flate2::read::GzEncoder;
use http::HeaderValue;
use proviso::transport::{HttpClient, LARGEST_RESPONSE, Settings, Transport as _, TransportErrorKind};
use std::io::Read as _;
use tokio::io::AsyncWriteExt as _;

fn gzip(plain: impl std::io::Read) -> Vec<u8> {
    let mut bytes = Vec::new();
    GzEncoder::new(plain, Compression::fast()).read_to_end(&mut bytes).unwrap();
    bytes
}

fn answer(headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\n{headers}content-length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_the_key_goes_nowhere_else() {
    let (elsewhere, heard_there) = saying(OK).await;
    for status in [301, 302, 303, 307, 308] {
        let redirect =
            format!("HTTP/1.1 {status} Go\r\nlocation: http://{elsewhere}/next\r\ncontent-length: 0\r\n\r\n");
        let (address, heard) = saying(redirect).await;
        let mut request = get(format!("http://{address}/a?b=c"));
        request.headers.insert("x-api-key", HeaderValue::from_static("hush"));
        let response = send(request).await.unwrap();
        assert_eq!(response.status, status);
        assert_eq!(response.headers["location"], format!("http://{elsewhere}/next"));
        assert_eq!(heard.lock().unwrap().len(), 1);
    }
    assert!(heard_there.lock().unwrap().is_empty());
}

#[tokio::test]
async fn nothing_is_asked_for_that_was_not_set() {
    let (address, heard) = saying(OK).await;
    send(get(format!("http://{address}/"))).await.unwrap();
    let request = heard.lock().unwrap().join("").to_ascii_lowercase();
    for header in ["accept-encoding", "referer", "user-agent", "cookie"] {
        assert!(!request.contains(header), "{request}");
    }
}

#[tokio::test]
async fn an_encoded_body_is_decoded_and_its_headers_stay() {
    let body = gzip(&b"{\"a\":1}"[..]);
    let (address, _) = saying(answer("content-encoding: gzip\r\n", &body)).await;
    let response = send(get(format!("http://{address}/"))).await.unwrap();
    assert_eq!(response.body, "{\"a\":1}");
    assert_eq!(response.wire_bytes, Some(body.len()));
    assert_eq!(response.headers["content-encoding"], "gzip");
    assert_eq!(response.headers["content-length"], body.len().to_string());
}

#[tokio::test]
async fn a_body_that_only_looks_encoded_is_left_alone() {
    let body = gzip(&b"a file"[..]);
    let (address, _) = saying(answer("content-type: application/gzip\r\n", &body)).await;
    let response = send(get(format!("http://{address}/"))).await.unwrap();
    assert_eq!((response.body.as_ref(), response.wire_bytes), (body.as_slice(), None));
}

#[tokio::test]
async fn an_encoding_that_is_not_known_is_said() {
    let (address, _) = saying(answer("content-encoding: zstd\r\n", b"....")).await;
    let error = send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Encoding);
    assert!(error.first_byte.is_some());
    assert_eq!(error.message, "the body is encoded as `zstd`, which cannot be undone here: gzip, deflate and br can");
}

#[tokio::test]
async fn a_bomb_is_given_up() {
    let bomb = gzip(std::io::repeat(0).take(LARGEST_RESPONSE as u64 + 1));
    let (address, _) = saying(answer("content-encoding: gzip\r\n", &bomb)).await;
    let error = send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::TooLarge);
}

#[tokio::test]
async fn a_body_without_an_end_is_given_up() {
    let address = listen(|_, mut stream| async move {
        hear(&mut stream).await;
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await;
        while stream.write_all(&[b'x'; 1 << 16]).await.is_ok() {}
    })
    .await;
    let error = send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(
        (error.kind, error.message.as_str()),
        (TransportErrorKind::TooLarge, "the response is larger than 16 MB, the limit; --body-limit raises it")
    );
}

#[tokio::test]
async fn a_folded_header_is_read_and_a_broken_one_loses_only_itself() {
    let (address, _) = saying("HTTP/1.1 200 OK\r\nx-folded: a\r\n  b\r\ncontent-length: 2\r\n\r\n{}").await;
    let answer = send(get(format!("http://{address}/"))).await.unwrap();
    assert_eq!(answer.headers["x-folded"], "a b");
    let (address, _) = saying("HTTP/1.1 200 OK\r\nset-cookie: a=b\x01c\r\ncontent-length: 2\r\n\r\n{}").await;
    let answer = send(get(format!("http://{address}/"))).await.unwrap();
    assert_eq!((answer.status, &answer.body[..]), (200, &b"{}"[..]));
}

#[tokio::test]
async fn no_body_is_said_where_one_would_be_usual() {
    for method in ["POST", "PUT", "PATCH", "GET", "DELETE"] {
        let (address, heard) = saying(OK).await;
        let mut request = get(format!("http://{address}/"));
        request.method = method.parse().unwrap();
        send(request).await.unwrap();
        let said = heard.lock().unwrap()[0].to_ascii_lowercase().contains("content-length: 0");
        assert_eq!(said, ["POST", "PUT", "PATCH"].contains(&method), "{method}: {heard:?}");
    }
}

#[tokio::test]
async fn the_limit_of_a_body_is_a_setting() {
    let (address, _) = saying("HTTP/1.1 200 OK\r\ncontent-length: 2048\r\n\r\n".to_owned() + &"x".repeat(2048)).await;
    let client = HttpClient::new(Settings { body_limit: Some(1024), ..Settings::default() });
    let error = client.send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.message, "the response is larger than 1 KB, the limit; --body-limit raises it");
}
