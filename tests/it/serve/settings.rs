//! The first line, and the flags that change how the server behaves.

use crate::serve::server::Server;

#[tokio::test]
async fn the_first_line_is_the_address_and_it_answers() {
    let server = Server::start(&[]);
    assert!(server.url.starts_with("http://127.0.0.1:") && !server.url.ends_with(":0"), "{}", server.url);
    assert!(server.greeting.contains("sandbox-key"), "{}", server.greeting);
    assert_eq!(server.create("C").await.verdict(), "200 CUR-S-000");
    assert_eq!(server.get("/healthz", "").await.status, 200);
    assert!(server.get("/metrics", "").await.text.contains("sandbox_requests_total"));
}

#[tokio::test]
async fn a_persona_is_what_happens_to_ordinary_customers_only() {
    let server = Server::start(&["--persona", "pre-bre-reject"]);
    for (customer, pan, verdict) in [("A", "ABCPE1234F", "200 GEO-S-002"), ("B", "SBXPB1006A", "200 GEO-S-003")] {
        server.create(customer).await;
        server.details(customer, pan).await;
        let reference = server.trigger_offer(customer).await;
        assert_eq!(server.offer(&reference).await.verdict(), verdict);
    }
}

#[tokio::test]
async fn the_same_seed_gives_the_same_ids() {
    let mut references = Vec::new();
    for seed in ["7", "7", "8"] {
        let server = Server::start(&["--seed", seed]);
        server.create("A").await;
        server.details("A", "ABCPE1234F").await;
        references.push(server.trigger_offer("A").await);
    }
    assert_eq!(references[0], references[1]);
    assert_ne!(references[0], references[2]);
}

#[tokio::test]
async fn a_clock_runs_as_fast_as_it_is_told() {
    // An hour of theirs is less than four thousandths of a second of ours.
    let server = Server::start(&["--processing", "1h", "--time-scale", "1000000"]);
    server.create("A").await;
    server.details("A", "ABCPE1234F").await;
    let reference = server.trigger_offer("A").await;
    for _ in 0..10_000 {
        match server.offer(&reference).await.verdict().as_str() {
            "200 GEO-S-001" => {}
            verdict => return assert_eq!(verdict, "200 GEO-S-000"),
        }
    }
    panic!("it is still processing");
}

#[tokio::test]
async fn the_oldest_customer_leaves_when_there_are_too_many() {
    let server = Server::start(&["--max-customers", "1"]);
    for customer in ["FIRST", "SECOND", "FIRST"] {
        assert_eq!(server.create(customer).await.verdict(), "200 CUR-S-000");
    }
    assert_eq!(server.create("FIRST").await.verdict(), "409 CUR-E-002");
}

#[tokio::test]
async fn who_asks_too_often_is_refused() {
    let server = Server::start(&["--rate", "1"]);
    for number in 0..1000 {
        let reply = server.create(&format!("C{number}")).await;
        if reply.verdict() == "429 FBX-E-004" {
            assert_eq!(reply.headers["retry-after"], "1");
            return;
        }
    }
    panic!("a thousand requests in a row were let in");
}
