//! Connections that are kept: nothing is sent twice over them.

use crate::transport::server::{Heard, OK, get, hear, listen, post};
use proviso::transport::{HttpClient, Request, Settings, Transport as _, TransportErrorKind};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::io::AsyncWriteExt as _;

/// A server that answers the first request of a connection and closes it when the second one has come.
async fn closing_on_the_second() -> (SocketAddr, Heard) {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let address = listen(move |_, mut stream| {
        let note = Arc::clone(&note);
        async move {
            // A client may make a connection ahead and not use it.
            let Some(first) = hear(&mut stream).await else { return };
            note.lock().unwrap().push(first);
            stream.write_all(OK.as_bytes()).await.unwrap();
            if let Some(second) = hear(&mut stream).await {
                note.lock().unwrap().push(second);
            }
        }
    })
    .await;
    (address, heard)
}

/// Lets the client put its connection back: its tasks run on this thread too.
async fn settle() {
    for _ in 0..100 {
        tokio::task::yield_now().await;
    }
}

async fn second_over_a_kept_connection(request: fn(String) -> Request) {
    let (address, heard) = closing_on_the_second().await;
    let url = || format!("http://{address}/");
    let client = HttpClient::new(Settings::default());
    client.send(get(url())).await.unwrap();
    settle().await;
    let error = client.send(request(url())).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert_eq!(
        error.message,
        format!(
            "{address} closed the connection, which was kept from an earlier request, instead of answering; \
             it may have acted on this one all the same, so it was not sent again"
        )
    );
    assert_eq!(heard.lock().unwrap().len(), 2, "sent again: {heard:?}");
    // The next one makes a connection of its own.
    assert_eq!(client.send(get(url())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_post_is_not_sent_again_when_a_kept_connection_closes() {
    second_over_a_kept_connection(post).await;
}

#[tokio::test]
async fn nor_is_a_get() {
    second_over_a_kept_connection(get).await;
}

#[tokio::test]
async fn a_connection_that_closed_in_the_meantime_costs_nothing() {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let address = listen(move |_, mut stream| {
        let note = Arc::clone(&note);
        async move {
            let Some(request) = hear(&mut stream).await else { return };
            note.lock().unwrap().push(request);
            // It promises to keep the connection, and closes it right after.
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let client = HttpClient::new(Settings::default());
    let mut answered = 0;
    for _ in 0..50 {
        match client.send(post(format!("http://{address}/"))).await {
            Ok(_) => answered += 1,
            // The server's goodbye crossed the request on its way.
            Err(error) => assert!(error.message.contains("kept from an earlier request"), "{}", error.message),
        }
    }
    let heard = heard.lock().unwrap().len();
    assert_eq!(heard, answered, "{heard} requests came, {answered} answers went");
}
