//! Requests that are too large, too slow or broken, in process and over a socket.

use std::{
    io,
    net::SocketAddr,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http::Request;
use hyper::body::Frame;
use proviso::sandbox::{Settings, app, serve};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

use crate::sandbox::client::{Client, JPEG, Part};

/// A body that begins and never ends.
struct Endless(Option<Bytes>);

impl hyper::body::Body for Endless {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.take().map_or(Poll::Pending, |bytes| Poll::Ready(Some(Ok(Frame::data(bytes)))))
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_does_not_arrive_ends_in_a_documented_error() {
    let client = Client::new();
    for (path, kind) in
        [("/v2/user/create", "application/json"), ("/v2/document/upload", "multipart/form-data; boundary=b")]
    {
        let request = Request::post(path).header("x-api-key", &client.key).header("content-type", kind);
        let body = Body::new(Endless(Some(Bytes::from_static(b"{"))));
        let reply = client.send(request.body(body).unwrap()).await.expect("504 FBX-E-003");
        assert_eq!(reply.headers["connection"], "close");
    }
}

#[tokio::test]
async fn bodies_have_a_greatest_size() {
    let client = Client::new();
    let large = format!("{{\"customerID\":\"{}\"}}", "C".repeat(300 * 1024));
    client.send(client.json_request("/v2/user/create", large)).await.expect("413 FBX-E-001");
    client.create().await.expect("200 CUR-S-000");
    let files = vec![b'x'; 12 * 1024 * 1024];
    client.upload("SELFIE", "selfie", "s.jpg", &files).await.expect("413 FBX-E-013");
    let id = "C".repeat(129);
    client.about(&id).create().await.expect("400 FBX-E-001");
}

#[tokio::test]
async fn malformed_forms_are_refused() {
    let client = Client::new();
    let send = async |kind: &str, body: &str| {
        let request =
            Request::post("/v2/document/upload").header("x-api-key", &client.key).header("content-type", kind);
        client.send(request.body(Body::from(body.to_owned())).unwrap()).await
    };
    send("multipart/form-data", "").await.expect("415 FBX-E-001");
    send("multipart/form-data; boundary=b", "").await.expect("400 FBX-E-001");
    send("multipart/form-data; boundary=b", "nonsense").await.expect("400 FBX-E-001");
    send("multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\nno end")
        .await
        .expect("400 FBX-E-001");
    send("multipart/form-data; boundary=b", "--b\r\n\r\n\r\n--b--\r\n").await.expect("400 FBX-E-001");
    let many: Vec<Part<'_>> = (0..65).map(|_| Part::File("selfie", "s.jpg", JPEG)).collect();
    client.form("/v2/document/upload", &many).await.expect("400 FBX-E-001");
}

/// A server on a socket of its own.
async fn start(settings: Settings) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<io::Result<()>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    let (stop, stopped) = oneshot::channel::<()>();
    let shutdown = async {
        let _ = stopped.await;
    };
    (address, stop, tokio::spawn(serve(listener, app(settings), shutdown)))
}

/// Sends bytes as they are and gives whatever comes back until the server closes.
async fn exchange(address: SocketAddr, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(address).await.expect("a connection");
    stream.write_all(bytes).await.expect("room to write");
    let mut answer = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut answer)).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn a_socket_speaks_http_and_refuses_what_is_not() {
    let (address, stop, server) = start(Settings { patience: Duration::from_millis(100), ..Settings::default() }).await;
    let head =
        "POST /v2/user/create HTTP/1.1\r\nhost: x\r\nx-api-key: sandbox-key\r\ncontent-type: application/json\r\n";
    let body = r#"{"customerID":"C","mobile":"9999999999"}"#;
    let good = format!("{head}connection: close\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    assert!(exchange(address, good.as_bytes()).await.contains("CUR-S-000"));
    let slow = format!("{head}content-length: 1000\r\n\r\n{body}");
    let answer = exchange(address, slow.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 504") && answer.contains("FBX-E-003"), "{answer}");
    let large = format!("{head}connection: close\r\nx-large: {}\r\n\r\n", "x".repeat(100_000));
    let answer = exchange(address, large.as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 431") && answer.contains("FBX-E-001"), "{answer}");
    let _ = stop.send(());
    server.await.unwrap().unwrap();
}

#[tokio::test]
async fn a_server_that_is_told_to_stop_answers_first() {
    let yaml = "faults: [{ operation: createUser, do: { latency: 300ms } }]";
    let faults = proviso::sandbox::Faults::parse(yaml).unwrap();
    let (address, stop, server) = start(Settings { faults, ..Settings::default() }).await;
    let body = r#"{"customerID":"C","mobile":"9999999999"}"#;
    let request = format!(
        "POST /v2/user/create HTTP/1.1\r\nhost: x\r\nx-api-key: sandbox-key\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    );
    let idle = TcpStream::connect(address).await.unwrap();
    let pending = tokio::spawn(async move { exchange(address, request.as_bytes()).await });
    tokio::time::sleep(Duration::from_millis(100)).await;
    let _ = stop.send(());
    server.await.unwrap().unwrap();
    assert!(pending.await.unwrap().contains("CUR-S-000"));
    drop(idle);
    assert!(TcpStream::connect(address).await.is_err());
}

#[tokio::test]
async fn a_connection_may_be_reset_on_purpose() {
    let faults = proviso::sandbox::Faults::parse("faults: [{ do: { reset: true } }]").unwrap();
    let (address, stop, server) = start(Settings { faults, ..Settings::default() }).await;
    let request = "GET /v2/bank/list?customerID=C HTTP/1.1\r\nhost: x\r\nx-api-key: sandbox-key\r\n\r\n";
    assert_eq!(exchange(address, request.as_bytes()).await, "");
    assert!(exchange(address, b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.contains("ok"));
    let _ = stop.send(());
    server.await.unwrap().unwrap();
}
