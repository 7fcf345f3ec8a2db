//! Calls the reference server in process and shows every exchange to a monitor.

use crate::sandbox::client::{JPEG, PDF, XML, details, mandate};
use axum::{Router, body::Body};
use http::{Request as HttpRequest, StatusCode};
use proviso::contract::{self, Contract};
use proviso::event::Timestamp;
use proviso::rule::{self, Broken, Exchange, Monitor, Request, Response, Rules, Settings as Pace};
use proviso::sandbox::{DEFAULT_KEY, Settings, app};
use proviso::source::Sources;
use serde_json::{Value, json};
use std::sync::LazyLock;
use std::time::Duration;
use tokio::time::Instant;
use tower::ServiceExt;

/// Longer than a stage takes, and a pace that is documented.
const A_WHILE: Duration = Duration::from_secs(6);

/// The built-in contract and its rules.
pub(super) fn lender() -> (&'static Contract, Rules) {
    static LENDER: LazyLock<(Contract, Rules)> = LazyLock::new(read);
    (&LENDER.0, LENDER.1.clone())
}

fn read() -> (Contract, Rules) {
    let mut sources = Sources::default();
    let text = include_str!("../../../schemas/lender-prism.openapi.yaml");
    let file = sources.add("lender-prism.openapi.yaml", text);
    let contract = contract::load(&mut sources, file, "lender-prism", &mut |_, _| unreachable!("one file"));
    let contract = contract.expect("the contract can be read");
    let rules = rule::read(&sources, file, &contract, &[]).expect("its rules can be read");
    (contract, rules)
}

/// Somebody who calls the server and watches what it does.
pub(super) struct Desk {
    app: Router,
    contract: &'static Contract,
    monitor: Monitor,
    number: u64,
    began: Instant,
    origin: Timestamp,
    key: Option<String>,
    pub(super) broken: Vec<Broken>,
}

impl Desk {
    pub(super) fn new(settings: Settings) -> Self {
        let (contract, rules) = lender();
        let origin = "2026-03-02T09:00:00Z".parse().expect("a timestamp");
        Self {
            app: app(Settings { origin: Some(origin), ..settings }),
            contract,
            monitor: Monitor::new(rules, Pace::default()),
            number: 0,
            began: Instant::now(),
            origin: Timestamp::new(origin),
            key: Some(DEFAULT_KEY.to_owned()),
            broken: Vec::new(),
        }
    }

    fn now(&self) -> Timestamp {
        self.origin.after(self.began.elapsed())
    }

    /// The rules that bind the server and were broken, each once.
    pub(super) fn of_the_server(&self) -> Vec<String> {
        let mut ids: Vec<String> = Vec::new();
        for broken in self.broken.iter().filter(|broken| broken.rule.binds == rule::Binds::Server) {
            if !ids.contains(&broken.rule.id) {
                ids.push(broken.rule.id.clone());
            }
        }
        ids
    }

    /// The rules that were kept at the end of the traffic, each with how often.
    pub(super) fn kept(&mut self) -> Vec<(String, u32)> {
        let now = self.now();
        self.broken.extend(self.monitor.close(now));
        self.monitor.fared().into_iter().map(|(rule, fared)| (rule.id.clone(), fared.kept)).collect()
    }

    async fn call(
        &mut self,
        operation: &str,
        query: &str,
        kind: Option<&str>,
        body: Vec<u8>,
        value: Option<Value>,
    ) -> Value {
        let found = self.contract.operation(operation).expect("a documented operation").clone();
        let target = if query.is_empty() { found.path.clone() } else { format!("{}?{query}", found.path) };
        let mut request =
            HttpRequest::builder().method(found.method.as_str()).uri(&target).header("host", "sandbox.test");
        let mut headers = Vec::new();
        if let Some(key) = &self.key {
            request = request.header("x-api-key", key);
            headers.push(("x-api-key".to_owned(), key.clone()));
        }
        if let Some(kind) = kind {
            request = request.header("content-type", kind);
        }
        let sent = self.now();
        let answer =
            self.app.clone().oneshot(request.body(Body::from(body)).expect("a request")).await.expect("an answer");
        let (parts, content) = answer.into_parts();
        let content = axum::body::to_bytes(content, usize::MAX).await.expect("a body");
        let body: Value = serde_json::from_slice(&content).unwrap_or(Value::Null);
        self.number += 1;
        let came =
            parts.headers.iter().map(|(name, value)| (name.to_string(), value.to_str().unwrap_or_default().to_owned()));
        let exchange = Exchange {
            number: self.number,
            operation: operation.to_owned(),
            request: Request::new(&found.method, &target, &found.path, value).with_headers(headers),
            response: Some(Response { status: parts.status.as_u16(), headers: came.collect(), body: body.clone() }),
            sent,
            received: self.now(),
        };
        self.broken.extend(self.monitor.observe(&exchange));
        assert!(parts.status != StatusCode::INTERNAL_SERVER_ERROR || body.is_object(), "{operation}: {body}");
        body
    }

    async fn post(&mut self, operation: &str, body: Value) -> Value {
        self.call(operation, "", Some("application/json"), body.to_string().into_bytes(), Some(body)).await
    }

    async fn get(&mut self, operation: &str, query: &str) -> Value {
        self.call(operation, query, None, Vec::new(), None).await
    }

    async fn form(&mut self, operation: &str, texts: &[(&str, &str)], file: (&str, &str, &[u8])) -> Value {
        let mut body = Vec::new();
        for (name, text) in texts {
            let head = format!("--frontier\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{text}\r\n");
            body.extend_from_slice(head.as_bytes());
        }
        let (field, name, content) = file;
        let head =
            format!("--frontier\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\n\r\n");
        body.extend_from_slice(head.as_bytes());
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n--frontier--\r\n");
        let value: serde_json::Map<String, Value> =
            texts.iter().map(|(name, text)| ((*name).to_owned(), Value::from(*text))).collect();
        let kind = Some("multipart/form-data; boundary=frontier");
        self.call(operation, "", kind, body, Some(Value::Object(value))).await
    }

    async fn create(&mut self, who: &str) {
        self.post("createUser", json!({ "customerID": who, "mobile": "9999999999" })).await;
    }

    async fn trigger(&mut self, operation: &str, who: &str) -> String {
        let body = match operation {
            "triggerBre" => json!({ "customerID": who, "riskVariables": {} }),
            _ => json!({ "customerID": who, "program": "EDI" }),
        };
        reference(&self.post(operation, body).await)
    }

    /// Asks until the answer is final, and then once more.
    async fn result(&mut self, operation: &str, reference: &str) -> Value {
        let query = format!("referenceID={reference}");
        let mut last = Value::Null;
        for _ in 0..3 {
            last = self.get(operation, &query).await;
            tokio::time::sleep(A_WHILE).await;
        }
        last
    }

    async fn offered(&mut self, who: &str, pan: &str) -> Value {
        self.create(who).await;
        self.post("updateUserDetails", details(who, pan)).await;
        let reference = self.trigger("triggerBre", who).await;
        self.result("getBre", &reference).await
    }

    async fn accept(&mut self, who: &str, offer: &str, amount: u32) -> Value {
        let choice = json!({ "offerID": offer, "amount": amount, "tenure": 12, "interest": 25 });
        self.post("acceptOffer", json!({ "customerID": who, "offerDetails": choice })).await
    }

    async fn upload(&mut self, who: &str, kind: &str, field: &str, content: &[u8]) {
        let texts = [("program", "EDI"), ("documentType", kind), ("customerID", who)];
        self.form("uploadDocument", &texts, (field, "file", content)).await;
    }

    async fn banking(&mut self, who: &str, bank: &str, file: &str) {
        let texts = [("customerID", who), ("bankName", bank), ("uploadType", "PDF")];
        let answer = self.form("triggerBanking", &texts, ("files", file, PDF)).await;
        self.result("getBankingResult", &reference(&answer)).await;
    }

    async fn identified(&mut self, who: &str, pan: &str) {
        let offer = self.offered(who, pan).await;
        self.accept(who, &offer_of(&offer), 150_000).await;
        self.upload(who, "AADHAAR_XML", "digilocker_aadhaar_xml", XML).await;
        self.upload(who, "SELFIE", "selfie", JPEG).await;
        let reference = self.trigger("triggerKyc", who).await;
        self.result("getKycDetails", &reference).await;
    }

    async fn signed(&mut self, who: &str, pan: &str) {
        self.identified(who, pan).await;
        self.post("updateUserDetails", mandate(who)).await;
        self.upload(who, "LOAN_AGREEMENT", "agreement", PDF).await;
        let reference = self.trigger("triggerAgreement", who).await;
        self.result("getAgreement", &reference).await;
    }

    /// The whole journey, every result asked for again once it is final.
    pub(super) async fn whole_journey(&mut self, who: &str) {
        self.get("getBankList", &format!("customerID={who}")).await;
        self.signed(who, "ABCPE1234F").await;
        let reference = self.trigger("triggerDisbursal", who).await;
        self.result("getDisbursal", &reference).await;
        self.trigger("triggerDisbursal", who).await;
        self.post("createSession", json!({ "customerID": who, "redirectURL": "https://partner.example/back" })).await;
    }

    /// Everything that has to be refused, and every ending that is no success.
    pub(super) async fn everything_else(&mut self) {
        self.post("updateUserDetails", details("NOBODY", "ABCPE1234F")).await;
        for operation in ["getBre", "getBankingResult", "getKycDetails", "getAgreement", "getDisbursal"] {
            self.get(operation, "referenceID=0a0a0a0a-1111-4111-8111-222222222222").await;
        }
        self.post("createUser", json!({ "customerID": "M", "mobile": "12" })).await;
        self.post("createUser", json!({ "mobile": "9999999999" })).await;
        self.create("TWICE").await;
        self.create("TWICE").await;
        self.create("EARLY").await;
        self.trigger("triggerBre", "EARLY").await;
        let mut other = details("EARLY", "ABCPE1234F");
        other["program"] = json!("CAR_LOAN");
        self.post("updateUserDetails", other).await;
        self.keys().await;

        let offer = self.offered("CHOOSES", "ABCPE1234F").await;
        self.accept("CHOOSES", "0a0a0a0a-1111-4111-8111-222222222222", 150_000).await;
        self.accept("CHOOSES", &offer_of(&offer), 1).await;
        self.accept("CHOOSES", &offer_of(&offer), 150_000).await;
        self.accept("CHOOSES", &offer_of(&offer), 160_000).await;
        self.trigger("triggerDisbursal", "CHOOSES").await;
        let lapsed = self.offered("LATE", "SBXPB1008A").await;
        self.accept("LATE", &offer_of(&lapsed), 150_000).await;
        self.offered("REJECTED", "SBXPB1003A").await;
        self.accept("REJECTED", "0a0a0a0a-1111-4111-8111-222222222222", 150_000).await;
        self.offered("FAILED", "SBXPB1006A").await;

        self.create("BANKS").await;
        self.post("updateUserDetails", details("BANKS", "ABCPE1234F")).await;
        self.get("getBankList", "customerID=BANKS").await;
        self.banking("BANKS", "HDFC", "ICICI_statement.pdf").await;
        self.banking("BANKS", "HDFC", "statement.pdf").await;

        for who in ["HASTY", "HASTIER"] {
            let offer = self.offered(who, "ABCPE1234F").await;
            self.accept(who, &offer_of(&offer), 150_000).await;
        }
        self.trigger("triggerKyc", "HASTY").await;
        self.post("updateUserDetails", mandate("HASTIER")).await;
        self.upload("HASTIER", "LOAN_AGREEMENT", "agreement", PDF).await;
        self.trigger("triggerAgreement", "HASTIER").await;
        self.identified("UNBANKED", "ABCPE1234F").await;
        self.upload("UNBANKED", "LOAN_AGREEMENT", "agreement", PDF).await;
        self.trigger("triggerAgreement", "UNBANKED").await;

        self.identified("OTHERDATE", "SBXPK2004A").await;
        self.trigger("triggerAgreement", "OTHERDATE").await;
        self.identified("OTP", "SBXPK2001A").await;
        self.upload_nothing().await;
        self.signed("UNSIGNED", "SBXPG3001A").await;
        self.trigger("triggerDisbursal", "UNSIGNED").await;
    }

    /// A key that nobody was given, and none.
    async fn keys(&mut self) {
        let good = self.key.replace("nobody-s-key".to_owned());
        self.post("updateUserDetails", details("EARLY", "ABCPE1234F")).await;
        self.key = None;
        self.post("updateUserDetails", details("EARLY", "ABCPE1234F")).await;
        self.key = good;
    }

    /// The signing is started without an agreement.
    async fn upload_nothing(&mut self) {
        self.identified("PAPERLESS", "ABCPE1234F").await;
        self.post("updateUserDetails", mandate("PAPERLESS")).await;
        self.trigger("triggerAgreement", "PAPERLESS").await;
    }
}

fn reference(answer: &Value) -> String {
    answer.pointer("/data/referenceID").and_then(Value::as_str).unwrap_or("none").to_owned()
}

fn offer_of(answer: &Value) -> String {
    answer.pointer("/data/offers/0/offerID").and_then(Value::as_str).unwrap_or("none").to_owned()
}
