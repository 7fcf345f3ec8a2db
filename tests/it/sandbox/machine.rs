//! Whatever sequence of calls comes: no panic, no error of the server's own making, nobody's data in another's answer, and no
//! loan paid twice.

use std::collections::HashMap;

use proptest::{prelude::*, sample::select};
use proviso::sandbox::{Persona, Settings};
use serde_json::{Value, json};

use crate::sandbox::client::{A_WHILE, Client, JPEG, PDF, Part, Reply, XML, details};

/// One call, by whom and about whom.
#[derive(Debug, Clone)]
struct Call {
    partner: usize,
    customer: usize,
    kind: Kind,
}

#[derive(Debug, Clone)]
enum Kind {
    Create,
    Details(&'static str),
    Mandate,
    TriggerBre,
    Accept { amount: u32, tenure: u32 },
    Banking(&'static str),
    Upload(usize),
    Trigger(&'static str),
    LookUp { path: &'static str, reference: usize },
    Session,
    Nonsense { path: &'static str, body: Value },
    Wait(u64),
}

const PARTNERS: [&str; 2] = ["key-one", "key-two"];
const CUSTOMERS: [&str; 3] = ["Anand", "Bina", "Chitra"];
const PANS: [&str; 8] =
    ["ABCPE1234F", "SBXPB1003A", "SBXPB1005A", "SBXPB1007A", "SBXPK2002A", "SBXPK2008A", "SBXPG3002A", "SBXPM4001A"];
const TRIGGERS: [&str; 3] = ["/v2/kyc/ckyc", "/v2/loan/agreement", "/v2/loan/disburse"];
const LOOK_UPS: [&str; 5] =
    ["/v2/user/offers", "/v2/user/bank/analyse", "/v2/kyc/details", "/v2/loan/agreement", "/v2/loan/disburse"];
const POSTS: [&str; 6] = [
    "/v2/user/create",
    "/v2/user/details/update",
    "/v2/user/offers",
    "/user/acceptOffer",
    "/v2/loan/disburse",
    "/v2/user/session",
];

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
        Just(json!("Anand")),
    ];
    let key = select(vec![
        "customerID",
        "mobile",
        "program",
        "basicDetails",
        "consents",
        "mandateDetails",
        "offerDetails",
        "x",
    ]);
    leaf.prop_recursive(3, 16, 4, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            prop::collection::hash_map(key.clone().prop_map(str::to_owned), inner, 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

fn any_kind() -> impl Strategy<Value = Kind> {
    prop_oneof![
        2 => Just(Kind::Create),
        3 => select(&PANS[..]).prop_map(Kind::Details),
        2 => Just(Kind::Mandate),
        3 => Just(Kind::TriggerBre),
        4 => (select(vec![1, 100_000, 150_000, 900_000]), select(vec![12, 24])).prop_map(|(amount, tenure)| Kind::Accept { amount, tenure }),
        1 => select(vec!["HDFC", "NOBODY"]).prop_map(Kind::Banking),
        5 => (0_usize..3).prop_map(Kind::Upload),
        6 => select(&TRIGGERS[..]).prop_map(Kind::Trigger),
        4 => (select(&LOOK_UPS[..]), any::<usize>()).prop_map(|(path, reference)| Kind::LookUp { path, reference }),
        1 => Just(Kind::Session),
        1 => (select(&POSTS[..]), any_json()).prop_map(|(path, body)| Kind::Nonsense { path, body }),
        4 => (1_u64..400).prop_map(Kind::Wait),
    ]
}

fn any_call() -> impl Strategy<Value = Call> {
    // Few customers, so that they get far and in each other's way.
    let customer = prop_oneof![3 => Just(0_usize), 2 => Just(1), 1 => Just(2)];
    let partner = prop_oneof![6 => Just(0_usize), 1 => Just(1)];
    (partner, customer, any_kind()).prop_map(|(partner, customer, kind)| Call { partner, customer, kind })
}

/// What the test remembers by itself.
#[derive(Default)]
struct Model {
    /// Every reference with its owner.
    references: Vec<(String, usize, usize)>,
    /// The latest offer of each customer.
    offers: HashMap<(usize, usize), String>,
}

impl Model {
    /// Holds an answer against what must never happen.
    fn judge(&mut self, call: &Call, reply: &Reply) {
        assert!(!reply.status.is_server_error(), "{call:?}: {}", reply.text);
        assert!(reply.body.is_object() || reply.status == 200, "{call:?}: {}", reply.text);
        let owner = (call.partner, call.customer);
        if let Kind::LookUp { reference, .. } = call.kind {
            let Some((_, partner, customer)) = self.references.get(reference % self.references.len().max(1)) else {
                return;
            };
            if *partner != call.partner {
                assert_eq!(reply.verdict(), "404 FBX-E-008", "{call:?}: {}", reply.text);
            }
            for (other, name) in CUSTOMERS.iter().enumerate() {
                assert!(other == *customer || !reply.text.contains(name), "{call:?} tells of {name}: {}", reply.text);
            }
            if let Some(offer) = reply.body["data"]["offers"][0]["offerID"].as_str() {
                self.offers.insert((*partner, *customer), offer.to_owned());
            }
        }
        if let Some(reference) = reply.body["data"]["referenceID"].as_str() {
            let mut references = self.references.iter();
            match references.find(|(known, ..)| known == reference) {
                // An answer about a stage, or the refusal to repeat it, may name it again, but only to its owner.
                Some((_, partner, customer)) if !matches!(call.kind, Kind::LookUp { .. }) => {
                    assert_eq!(owner, (*partner, *customer), "{call:?}: {}", reply.text);
                }
                Some(_) => {}
                None => self.references.push((reference.to_owned(), owner.0, owner.1)),
            }
        }
    }
}

/// Plays calls after a customer has already come some way by itself.
async fn play(head_start: usize, calls: Vec<Call>) {
    let keys = PARTNERS.map(str::to_owned).to_vec();
    let persona = Persona::named("kyc-otp").expect("a persona");
    let client = Client::with(Settings { keys, persona, ..Settings::default() });
    let mut model = Model::default();
    let first = as_partner(&client, 0, 0);
    match head_start {
        0 => {}
        1 => drop(first.offered("SBXPA0000A").await),
        2 => first.accepted("SBXPA0000A").await,
        3 => drop(first.identified("SBXPA0000A").await),
        4 => drop(first.signed("SBXPA0000A").await),
        _ => drop(first.signed("SBXPM4001A").await),
    }
    for call in calls {
        let client = as_partner(&client, call.partner, call.customer);
        if let Some(reply) = send(&client, &call, &model).await {
            model.judge(&call, &reply);
        }
    }
    tokio::time::sleep(A_WHILE).await;
    let mut payments: HashMap<(usize, usize), usize> = HashMap::new();
    for (reference, partner, customer) in &model.references {
        let client = as_partner(&client, *partner, *customer);
        let reply = client.get(&format!("/v2/loan/disburse?referenceID={reference}")).await;
        *payments.entry((*partner, *customer)).or_default() += usize::from(reply.body["data"]["utrNumber"].is_string());
    }
    assert!(payments.values().all(|times| *times <= 1), "a loan was paid twice: {payments:?}");
}

fn as_partner(client: &Client, partner: usize, customer: usize) -> Client {
    let mut client = client.about(CUSTOMERS[customer]);
    PARTNERS[partner].clone_into(&mut client.key);
    client
}

async fn send(client: &Client, call: &Call, model: &Model) -> Option<Reply> {
    let name = &client.customer;
    Some(match &call.kind {
        Kind::Create => client.create().await,
        Kind::Details(pan) => {
            let mut body = details(name, pan);
            body["basicDetails"]["personalDetails"]["name"] = json!(format!("{name} Rao"));
            client.post("/v2/user/details/update", body).await
        }
        Kind::Mandate => client.mandate().await,
        Kind::TriggerBre => client.trigger_bre().await,
        Kind::Accept { amount, tenure } => {
            let offer = model.offers.get(&(call.partner, call.customer)).map_or("nothing", String::as_str);
            client.accept(offer, *amount, *tenure, 25.0).await
        }
        Kind::Banking(bank) => client.trigger_banking(bank).await,
        Kind::Upload(which) => {
            let (kind, part, content) = [
                ("AADHAAR_XML", "digilocker_aadhaar_xml", XML),
                ("SELFIE", "selfie", JPEG),
                ("LOAN_AGREEMENT", "agreement", PDF),
            ][*which];
            client.upload(kind, part, "file", content).await
        }
        Kind::Trigger(path) => client.trigger(path).await,
        Kind::LookUp { path, reference } => {
            let (reference, ..) = model.references.get(reference % model.references.len().max(1))?;
            client.get(&format!("{path}?referenceID={reference}")).await
        }
        Kind::Session => {
            client
                .post("/v2/user/session", json!({ "customerID": name, "redirectURL": "https://partner.example/" }))
                .await
        }
        Kind::Nonsense { path, body } => client.post(path, body.clone()).await,
        Kind::Wait(milliseconds) => {
            tokio::time::sleep(std::time::Duration::from_millis(*milliseconds)).await;
            return None;
        }
    })
}

/// Runs something on virtual time.
fn in_virtual_time(future: impl Future<Output = ()>) {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    runtime.expect("a runtime").block_on(future);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 192, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_sequence_of_calls_breaks_the_rules(head_start in 0_usize..6, calls in prop::collection::vec(any_call(), 1..80)) {
        in_virtual_time(play(head_start, calls));
    }

    #[test]
    fn no_body_is_answered_with_an_error_of_the_servers_own(path in select(&POSTS[..]), body in any_json()) {
        in_virtual_time(async {
            let reply = Client::new().post(path, body).await;
            assert!(reply.status.is_client_error() || reply.status.is_success(), "{}", reply.text);
            assert!(reply.body["error"].is_string(), "{}", reply.text);
        });
    }

    #[test]
    fn no_form_is_answered_with_an_error_of_the_servers_own(bytes in prop::collection::vec(any::<u8>(), 0..64), name in "[a-z]{0,12}\\.pdf") {
        in_virtual_time(async {
            let client = Client::new();
            client.create().await;
            client.details("ABCPE1234F").await;
            let parts = [
                Part::Text("customerID", "CUST-1"),
                Part::Text("bankName", "HDFC"),
                Part::Text("uploadType", "PDF"),
                Part::File("files", &name, &bytes),
            ];
            let reply = client.form("/v2/user/bank/analyse", &parts).await;
            assert!(reply.status.is_client_error() || reply.status.is_success(), "{}", reply.text);
        });
    }
}
