//! Proxies: asked in their own way, told who we are, and named when they fail.

use crate::transport::server::{Heard, OK, get, hear, listen, saying};
use crate::transport::tls::{Authority, Clients, serving, version};
use proviso::transport::{HttpClient, Proxy, Settings, Transport as _, TransportErrorKind};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;
use tokio::net::{TcpListener, TcpStream};

fn through(proxy: &str) -> HttpClient {
    HttpClient::new(Settings { proxy: Proxy::fixed(proxy).unwrap(), ..Settings::default() })
}

/// A proxy that answers `CONNECT` with a status and hangs up.
async fn refusing(status: &'static str) -> (SocketAddr, Heard) {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let address = listen(move |_, mut stream| {
        let note = Arc::clone(&note);
        async move {
            let Some(request) = hear(&mut stream).await else { return };
            note.lock().unwrap().push(request);
            let _ = stream.write_all(format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").as_bytes()).await;
        }
    })
    .await;
    (address, heard)
}

#[tokio::test]
async fn plain_requests_go_through_the_proxy_with_its_credentials() {
    let (proxy, heard) = saying(OK).await;
    let response = through(&format!("http://user:hu%40sh@{proxy}")).send(get("http://api.invalid/a?b=c")).await;
    assert_eq!(response.unwrap().body, "ok");
    let request = heard.lock().unwrap().join("");
    assert!(request.starts_with("GET http://api.invalid/a?b=c HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("proxy-authorization: Basic dXNlcjpodUBzaA=="), "{request}");
}

#[tokio::test]
async fn tls_asks_the_proxy_for_a_tunnel() {
    let (proxy, heard) = refusing("403 Forbidden").await;
    let error = through(&format!("http://user:hush@{proxy}")).send(get("https://api.invalid/a")).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Unreachable);
    assert_eq!(
        error.message,
        format!("no connection to api.invalid:443 through the proxy http://{proxy}: tunnel error: unsuccessful")
    );
    assert!(heard.lock().unwrap().join("").starts_with("CONNECT api.invalid:443 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn tls_goes_through_the_tunnel_to_the_target() {
    let authority = Authority::new();
    let server = serving(&authority.issue("api.test", |_| {}), Clients::Anyone, &[&version::TLS13]).await;
    let proxy = listen(move |_, mut stream| async move {
        let Some(request) = hear(&mut stream).await else { return };
        assert!(request.starts_with("CONNECT api.test:443 HTTP/1.1\r\n"), "{request}");
        stream.write_all(b"HTTP/1.1 200 Connected\r\n\r\n").await.unwrap();
        let mut onward = TcpStream::connect(server).await.unwrap();
        let _ = tokio::io::copy_bidirectional(&mut stream, &mut onward).await;
    })
    .await;
    let proxy = Proxy::fixed(&format!("http://{proxy}")).unwrap();
    let client = HttpClient::new(Settings { proxy, ..authority.trusted(server) });
    let first = client.send(get("https://api.test/")).await.unwrap();
    assert!(first.dns.is_none() && first.connect.is_some(), "the proxy's address needs no lookup");
    let second = client.send(get("https://api.test/")).await.unwrap();
    assert_eq!((second.body.as_ref(), second.connect), (&b"ok"[..], None));
}

#[tokio::test]
async fn a_proxy_that_is_not_there_is_named() {
    let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
    let error = through(&format!("http://{nobody}")).send(get("http://api.invalid/")).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Unreachable);
    assert_eq!(
        error.message,
        format!(
            "no connection to api.invalid:80 through the proxy http://{nobody}: it was refused: nothing listens there"
        )
    );
}

#[tokio::test]
async fn a_proxy_that_wants_credentials_is_said() {
    let (proxy, _) = refusing("407 Proxy Authentication Required").await;
    let error = through(&format!("http://{proxy}")).send(get("https://api.invalid/a")).await.unwrap_err();
    assert!(error.message.contains("proxy authorization required"), "{}", error.message);
}

#[tokio::test]
async fn the_systems_proxy_is_not_for_this_machine() {
    let (proxy, heard) = saying(OK).await;
    let (target, _) = saying(OK).await;
    let variables = HashMap::from([("http_proxy".to_owned(), format!("http://{proxy}"))]);
    let settings = Settings { proxy: Proxy::system(&variables).unwrap(), ..Settings::default() };
    let client = HttpClient::new(settings);
    client.send(get(format!("http://{target}/"))).await.unwrap();
    assert!(heard.lock().unwrap().is_empty());
    client.send(get("http://api.invalid/")).await.unwrap();
    assert_eq!(heard.lock().unwrap().len(), 1);
}
