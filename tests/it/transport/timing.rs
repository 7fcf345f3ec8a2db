//! Where the time of an exchange went. Only what is there is asserted, never how long it took.

use crate::transport::server::{OK, get, hear, listen};
use proviso::transport::{HttpClient, Settings, Transport as _};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::io::AsyncWriteExt as _;
use tokio::sync::Barrier;
use tokio::task::JoinSet;

fn resolving(port: u16) -> HttpClient {
    let resolve = vec![format!("api.test:{port}:127.0.0.1").parse().unwrap()];
    HttpClient::new(Settings { resolve, ..Settings::default() })
}

#[tokio::test]
async fn one_after_the_other_only_the_first_makes_a_connection() {
    let address = listen(|_, mut stream| async move {
        while hear(&mut stream).await.is_some() {
            stream.write_all(OK.as_bytes()).await.unwrap();
        }
    })
    .await;
    let client = resolving(address.port());
    let url = format!("http://api.test:{}/", address.port());
    let first = client.send(get(&url)).await.unwrap();
    assert!(first.dns.is_some() && first.connect.is_some());
    assert!(first.dns.unwrap() + first.connect.unwrap() <= first.first_byte);
    assert!(first.first_byte <= first.total);
    let second = client.send(get(&url)).await.unwrap();
    assert_eq!((second.dns, second.connect), (None, None));
}

#[tokio::test]
async fn an_address_is_not_looked_up() {
    let address = listen(|_, mut stream| async move {
        hear(&mut stream).await;
        stream.write_all(OK.as_bytes()).await.unwrap();
    })
    .await;
    let client = HttpClient::new(Settings::default());
    let response = client.send(get(format!("http://{address}/"))).await.unwrap();
    assert!(response.dns.is_none() && response.connect.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn forty_at_once_each_know_their_own_connection() {
    const MANY: usize = 40;
    // Nobody is answered before all of them have come, so there are that many connections.
    let (all, accepted) = (Arc::new(Barrier::new(MANY)), Arc::new(AtomicUsize::new(0)));
    let counter = Arc::clone(&accepted);
    let address = listen(move |_, mut stream| {
        let all = Arc::clone(&all);
        counter.fetch_add(1, Ordering::SeqCst);
        async move {
            while hear(&mut stream).await.is_some() {
                all.wait().await;
                stream.write_all(OK.as_bytes()).await.unwrap();
            }
        }
    })
    .await;
    let client = Arc::new(resolving(address.port()));
    let url = format!("http://api.test:{}/", address.port());
    let mut made = Vec::new();
    for _ in 0..2 {
        let mut sending = JoinSet::new();
        for _ in 0..MANY {
            let (client, request) = (Arc::clone(&client), get(&url));
            sending.spawn(async move { client.send(request).await.unwrap() });
        }
        let responses = sending.join_all().await;
        made.push(responses.iter().filter(|response| response.dns.is_some() && response.connect.is_some()).count());
        assert!(responses.iter().all(|response| response.dns.is_some() == response.connect.is_some()));
    }
    assert_eq!(made[0], MANY, "the first forty make a connection each");
    let more = accepted.load(Ordering::SeqCst) - MANY;
    assert!(made[1] <= more, "the next forty made {more} connections, and {} say so", made[1]);
    assert!(made[1] < MANY, "none of forty kept connections was used");
}
