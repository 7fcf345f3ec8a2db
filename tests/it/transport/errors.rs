//! What is said when no complete response comes, without TLS.

use crate::transport::server::{LONG, OK, SHORT, get, hear, listen, post, saying, send};
use proviso::transport::{TransportError, TransportErrorKind};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::AsyncWriteExt as _;

async fn error_at(address: SocketAddr, limit: Duration) -> TransportError {
    let mut request = post(format!("http://{address}/path"));
    request.timeout = limit;
    send(request).await.unwrap_err()
}

/// What is said, without the port.
fn said(error: &TransportError, address: SocketAddr) -> String {
    error.message.replace(&address.to_string(), "HOST")
}

#[tokio::test]
async fn a_refused_connection_is_said() {
    let address = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Unreachable);
    assert_eq!(said(&error, address), "no connection to HOST: it was refused: nothing listens there");
}

#[tokio::test]
async fn an_unknown_name_is_said() {
    // Names below `invalid` never exist (RFC 6761, section 6.4).
    let error = send(get("http://api.invalid/")).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Unreachable);
    assert!(error.message.starts_with("the name api.invalid is not known: "), "{}", error.message);
}

#[tokio::test]
async fn a_head_that_does_not_come_in_time_is_said() {
    let address = listen(|_, mut stream| async move {
        hear(&mut stream).await;
        std::future::pending::<()>().await;
    })
    .await;
    let error = error_at(address, SHORT).await;
    assert_eq!((error.kind, error.first_byte), (TransportErrorKind::TimedOut, None));
    assert_eq!(said(&error, address), "no answer within 100 ms: HOST took the request and has not begun to answer");
}

#[tokio::test]
async fn a_body_that_does_not_end_in_time_is_said() {
    let address = listen(|_, mut stream| async move {
        hear(&mut stream).await;
        stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await.unwrap();
        std::future::pending::<()>().await;
    })
    .await;
    let error = error_at(address, SHORT).await;
    assert_eq!(error.kind, TransportErrorKind::TimedOut);
    assert!(error.first_byte.is_some());
    assert_eq!(
        said(&error, address),
        "no complete answer within 100 ms: the answer began, and 4 bytes of its body came"
    );
}

#[tokio::test]
async fn half_an_answer_is_said() {
    let (address, _) = saying("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf").await;
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert_eq!(
        said(&error, address),
        "the answer began, and 4 bytes of its body came; then HOST closed the connection before its end"
    );
}

#[tokio::test]
async fn a_connection_without_an_answer_is_said() {
    let (address, _) = saying("").await;
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert_eq!(said(&error, address), "HOST closed the connection instead of answering");
}

#[tokio::test]
async fn a_reset_is_said() {
    let address = listen(|_, mut stream| async move {
        hear(&mut stream).await;
        // Closing with nothing left to wait for resets.
        stream.set_zero_linger().unwrap();
    })
    .await;
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert_eq!(said(&error, address), "HOST reset the connection instead of answering");
}

#[tokio::test]
async fn what_is_not_http_is_said() {
    let (address, _) = saying("SSH-2.0-OpenSSH_9.9\r\n\r\n").await;
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Broken);
    let message = said(&error, address);
    assert!(message.starts_with("what HOST answered is not HTTP ("), "{message}");
    assert!(message.ends_with("; if it speaks TLS there, write https://"), "{message}");
}

#[tokio::test]
async fn another_scheme_is_not_sent_to() {
    let error = send(get("ftp://127.0.0.1/")).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Request);
    assert_eq!(error.message, "ftp://127.0.0.1/: only http and https can be sent to");
}

#[tokio::test]
async fn an_answer_is_no_error() {
    let (address, _) = saying(OK).await;
    assert_eq!(send(get(format!("http://{address}/"))).await.unwrap().body, "ok");
}

#[tokio::test]
async fn what_came_before_an_answer_broke_off_is_kept() {
    let (address, _) =
        saying("HTTP/1.1 500 Oops\r\nx-id: R-77\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\nzz\r\n").await;
    let error = error_at(address, LONG).await;
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert!(said(&error, address).contains("what followed is not HTTP"), "{}", error.message);
    let begun = error.begun.unwrap();
    assert_eq!((begun.status, &begun.headers["x-id"], &begun.body[..]), (500, &"R-77".parse().unwrap(), &b"ab"[..]));
}
