//! Connections that are kept: only what may be repeated is sent twice, and once.

use crate::transport::server::{Heard, OK, get, hear, listen, post};
use proviso::transport::{HttpClient, Settings, Transport as _, TransportErrorKind};
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

#[tokio::test]
async fn a_post_is_not_sent_again_when_a_kept_connection_closes() {
    let (address, heard) = closing_on_the_second().await;
    let url = || format!("http://{address}/");
    let client = HttpClient::new(Settings::default());
    client.send(get(url())).await.unwrap();
    settle().await;
    let error = client.send(post(url())).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Broken);
    assert_eq!(
        error.message,
        format!(
            "{address} closed the connection, which was kept from an earlier request, instead of answering; it may have \
             acted on this one all the same, and its method is not one to repeat, so it was not sent again"
        )
    );
    assert_eq!(heard.lock().unwrap().len(), 2, "sent again: {heard:?}");
    // The next one makes a connection of its own.
    assert_eq!(client.send(get(url())).await.unwrap().status, 200);
}

#[tokio::test]
async fn a_get_is_sent_again_once_on_a_fresh_connection_and_that_is_recorded() {
    let (address, heard) = closing_on_the_second().await;
    let url = || format!("http://{address}/");
    let client = HttpClient::new(Settings::default());
    assert!(!client.send(get(url())).await.unwrap().resent);
    settle().await;
    let answer = client.send(get(url())).await.unwrap();
    assert_eq!((answer.status, answer.resent), (200, true));
    assert_eq!(heard.lock().unwrap().len(), 3, "not once: {heard:?}");
}

#[tokio::test]
async fn a_fresh_connection_that_closes_is_not_tried_again() {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let address = listen(move |_, mut stream| {
        let note = Arc::clone(&note);
        async move {
            let Some(request) = hear(&mut stream).await else { return };
            note.lock().unwrap().push(request);
        }
    })
    .await;
    let error = HttpClient::new(Settings::default()).send(get(format!("http://{address}/"))).await.unwrap_err();
    assert_eq!(error.message, format!("{address} closed the connection instead of answering"));
    assert_eq!(heard.lock().unwrap().len(), 1, "sent again: {heard:?}");
}

#[tokio::test]
async fn a_connection_is_not_kept_longer_than_its_server_says() {
    let heard = Heard::default();
    let note = Arc::clone(&heard);
    let address = listen(move |number, mut stream| {
        let note = Arc::clone(&note);
        async move {
            while hear(&mut stream).await.is_some() {
                note.lock().unwrap().push(number.to_string());
                let answer = "HTTP/1.1 200 OK\r\nkeep-alive: timeout=0\r\ncontent-length: 2\r\n\r\nok";
                stream.write_all(answer.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let client = HttpClient::new(Settings::default());
    for _ in 0..3 {
        client.send(post(format!("http://{address}/"))).await.unwrap();
        settle().await;
    }
    // What it says is known from the first answer on, and no connection may be used twice.
    assert_eq!(*heard.lock().unwrap(), ["0", "1", "2"]);
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
