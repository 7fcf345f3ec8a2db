//! Two at once: one wins.

use crate::sandbox::client::{A_WHILE, Client};

/// How many of many calls at once end with this verdict; all others must end with the other.
async fn winners(replies: Vec<tokio::task::JoinHandle<String>>, won: &str, lost: &str) -> usize {
    let mut winners = 0;
    for reply in replies {
        let verdict = reply.await.expect("a verdict");
        assert!(verdict == won || verdict == lost, "{verdict}");
        winners += usize::from(verdict == won);
    }
    winners
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_acceptances_wins() {
    for round in 0..8 {
        let client = Client::new().about(&format!("CUST-{round}"));
        let offered = client.offered("ABCPE1234F").await.expect("200 GEO-S-000");
        let offer = offered.body["data"]["offers"][0]["offerID"].as_str().unwrap().to_owned();
        let race = |amount: u32| {
            let (client, offer) = (client.clone(), offer.clone());
            tokio::spawn(async move { client.accept(&offer, amount, 12, 25.0).await.verdict() })
        };
        let replies = (0..8).map(|step| race(100_000 + step)).collect();
        assert_eq!(winners(replies, "200 AOP-S-000", "422 FBX-E-010").await, 1);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_many_creations_and_one_of_many_payments_wins() {
    let client = Client::new();
    let create = || {
        let client = client.clone();
        tokio::spawn(async move { client.create().await.verdict() })
    };
    assert_eq!(winners((0..16).map(|_| create()).collect(), "200 CUR-S-000", "409 CUR-E-002").await, 1);
    let client = client.about("CUST-2");
    client.signed("ABCPE1234F").await;
    let pay = || {
        let client = client.clone();
        tokio::spawn(async move { client.trigger("/v2/loan/disburse").await.verdict() })
    };
    assert_eq!(winners((0..16).map(|_| pay()).collect(), "200 TDB-S-200", "409 FBX-S-208").await, 1);
    tokio::time::sleep(A_WHILE).await;
    assert_eq!(winners((0..16).map(|_| pay()).collect(), "200 TDB-S-200", "409 FBX-S-208").await, 0);
}
