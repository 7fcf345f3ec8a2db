//! Proxies: asked in their own way, told who we are, and named when they fail.

use crate::server::{Heard, OK, get, hear, listen, saying};
use proviso::transport::{HttpClient, Proxy, Settings, Transport as _, TransportErrorKind};
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

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
