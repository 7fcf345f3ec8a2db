//! Accept Offer.

use serde_json::json;

use crate::sandbox::client::{Client, Reply};

fn offer_of(reply: &Reply) -> String {
    reply.body["data"]["offers"][0]["offerID"].as_str().expect("an offer").to_owned()
}

#[tokio::test(start_paused = true)]
async fn a_choice_inside_a_slab_is_accepted_at_both_paths() {
    for path in ["/user/acceptOffer", "/v2/user/acceptOffer"] {
        let client = Client::new();
        let offer = offer_of(&client.offered("ABCPE1234F").await);
        let choice = json!({ "offerID": offer, "amount": 200_000, "tenure": 12, "interest": 25 });
        let reply =
            client.post(path, json!({ "customerID": "CUST-1", "offerDetails": choice })).await.expect("200 AOP-S-000");
        assert_eq!(reply.body["data"], json!({ "message": "ok" }));
    }
}

#[tokio::test(start_paused = true)]
async fn a_slab_bounds_the_months_from_above() {
    for (tenure, verdict) in [(1, "200 AOP-S-000"), (11, "200 AOP-S-000"), (0, "422 AOP-E-003"), (13, "422 AOP-E-003")]
    {
        let client = Client::new();
        let offer = offer_of(&client.offered("ABCPE1234F").await);
        client.accept(&offer, 150_000, tenure, 25.0).await.expect(verdict);
    }
}

#[tokio::test(start_paused = true)]
async fn a_choice_outside_every_slab_is_not() {
    let client = Client::new();
    let offer = offer_of(&client.offered("ABCPE1234F").await);
    for (amount, tenure, interest) in
        [(99_999, 12, 25.0), (200_001, 12, 25.0), (150_000, 13, 25.0), (150_000, 12, 24.0)]
    {
        client.accept(&offer, amount, tenure, interest).await.expect("422 AOP-E-003");
    }
    let words = json!({ "offerID": offer, "amount": "150000", "tenure": 12, "interest": 25 });
    client
        .post("/user/acceptOffer", json!({ "customerID": "CUST-1", "offerDetails": words }))
        .await
        .expect("422 AOP-E-003");
    client
        .post("/user/acceptOffer", json!({ "customerID": "CUST-1", "offerDetails": [] }))
        .await
        .expect("422 AOP-E-003");
    client.post("/user/acceptOffer", json!({ "customerID": "CUST-1" })).await.expect("400 FBX-E-009");
    client
        .post("/user/acceptOffer", json!({ "customerID": "CUST-1", "offerDetails": {} }))
        .await
        .expect("400 FBX-E-009");
}

#[tokio::test(start_paused = true)]
async fn an_offer_of_someone_else_or_of_the_past_is_unknown() {
    let client = Client::new();
    let theirs = offer_of(&client.about("CUST-2").offered("ABCPE1234F").await);
    client.offered("ABCPE1234F").await.expect("200 GEO-S-000");
    client.accept(&theirs, 150_000, 12, 25.0).await.expect("422 AOP-E-002");
    client.accept("nonsense", 150_000, 12, 25.0).await.expect("422 AOP-E-002");
    let late = Client::new();
    let reply = late.offered("SBXPB1008A").await.expect("200 GEO-S-000");
    assert_eq!(reply.body["data"]["offers"][0]["status"], "EXPIRED");
    late.accept(&offer_of(&reply), 150_000, 12, 25.0).await.expect("422 AOP-E-002");
}

#[tokio::test(start_paused = true)]
async fn an_offer_expires_a_month_later() {
    let client = Client::new();
    let offer = offer_of(&client.offered("ABCPE1234F").await);
    tokio::time::sleep(std::time::Duration::from_secs(31 * 24 * 3600)).await;
    client.accept(&offer, 150_000, 12, 25.0).await.expect("422 AOP-E-002");
}

#[tokio::test(start_paused = true)]
async fn a_second_acceptance_changes_nothing() {
    let client = Client::new();
    let offer = offer_of(&client.offered("ABCPE1234F").await);
    client.accept(&offer, 150_000, 12, 25.0).await.expect("200 AOP-S-000");
    client.accept(&offer, 150_000, 12, 25.0).await.expect("409 FBX-S-208");
    client.accept(&offer, 160_000, 12, 25.0).await.expect("422 FBX-E-010");
}
