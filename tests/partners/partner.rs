//! A partner's own system, as small as it can be: it takes customers through their journey and does the right thing when the
//! service answers badly. It knows nothing of modules and faults; it calls what is documented and reads what comes.
//!
//! With the name of a mistake it makes that one, and no other: each folder below `wrong` is one.

use bytes::Bytes;
use serde_json::{Value, json};
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

/// What is to come.
pub(crate) type Coming<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// How requests reach the service, and how time passes.
pub(crate) trait Wire: Send + Sync {
    /// Sends a request; nothing when no answer came.
    fn send(&self, request: http::Request<Bytes>) -> Coming<Option<http::Response<Bytes>>>;
    /// Waits.
    fn pause(&self, time: Duration) -> Coming<()>;
}

/// The partner's system.
#[derive(Clone)]
pub(crate) struct Partner {
    /// How it calls.
    pub(crate) wire: Arc<dyn Wire>,
    /// Its key.
    pub(crate) key: String,
    /// How it is integrated, 2 to 6.
    pub(crate) archetype: u8,
    /// The mistake it makes.
    pub(crate) mistake: Option<String>,
}

/// Between two questions about the same thing.
const POLL: Duration = Duration::from_secs(7);
/// Before what failed is tried again.
const AGAIN: Duration = Duration::from_secs(5);
/// Before the rule engine is tried again.
const ENGINE: Duration = Duration::from_secs(31);
/// How often the same is asked before the customer is given up.
const PATIENCE: usize = 40;

/// An answer.
#[derive(Debug, Clone, Default)]
struct Answer {
    status: u16,
    code: String,
    body: Value,
    retry_after: Option<u64>,
}

/// An offer, as far as it is needed.
#[derive(Debug, Clone)]
struct Offer {
    id: String,
    slabs: Vec<Value>,
}

/// How asking the rule engine ended.
enum Engine {
    Offer(Offer),
    Ended,
}

impl Partner {
    fn makes(&self, mistake: &str) -> bool {
        self.mistake.as_deref() == Some(mistake)
    }

    /// Takes a customer through its whole journey.
    pub(crate) async fn serve(&self, customer: &str, mobile: &str) {
        // A customer that cannot go on is left to people.
        let _ = self.journey(customer, mobile).await;
    }

    async fn journey(&self, customer: &str, mobile: &str) -> Option<()> {
        if self.makes("session-before-create") {
            self.once(self.session_request(customer)).await;
        }
        if self.makes("details-before-create") {
            self.once(self.details_request(customer)).await;
        }
        if self.makes("mobile-as-number") {
            let number: u64 = mobile.parse().ok()?;
            self.once(self.post("/v2/user/create", &json!({ "customerID": customer, "mobile": number }))).await;
        }
        let created =
            self.call(|| self.post("/v2/user/create", &json!({ "customerID": customer, "mobile": mobile }))).await?;
        if created.code == "CUR-E-002" && self.makes("stops-at-existing-customer") {
            return None;
        }
        if self.archetype >= 4 && self.makes("engine-before-details") {
            self.once(self.trigger_request(customer)).await;
        }
        if self.archetype >= 3 {
            self.call(|| self.details_request(customer)).await?;
        }
        if self.archetype >= 4 {
            let Engine::Offer(offer) = self.engine(customer).await? else { return None };
            if self.archetype >= 5 {
                if self.archetype == 6 && self.makes("kyc-before-acceptance") {
                    self.documents(customer).await?;
                    self.once(self.program_request("/v2/kyc/ckyc", customer, "PERSONAL_LOAN")).await;
                }
                self.accept(customer, offer).await?;
            }
        }
        if self.archetype == 6 {
            return self.deep(customer).await;
        }
        if self.makes("never-opens-session") || self.makes("never-opens-session-after-acceptance") {
            return None;
        }
        self.call(|| self.session_request(customer)).await?;
        Some(())
    }

    // The rule engine.

    async fn engine(&self, customer: &str) -> Option<Engine> {
        let mut failures = 0;
        loop {
            let triggered = self.call(|| self.trigger_request(customer)).await?;
            if self.makes("forgets-what-was-triggered") {
                return None;
            }
            let reference = triggered.body.pointer("/data/referenceID")?.as_str()?.to_owned();
            let answer = self.ask_engine(customer, &reference).await?;
            match answer.body.pointer("/data/status").and_then(Value::as_str) {
                Some("SUCCESS") => {
                    if self.makes("crashes-on-unknown-members") && answer.body.pointer("/data/cohort").is_some() {
                        return None;
                    }
                    let banking = answer.body.pointer("/data/dataRequired/banking").and_then(Value::as_bool);
                    if banking == Some(true) && self.archetype >= 5 {
                        self.banking(customer).await?;
                        if self.makes("forgets-the-engine-after-banking") {
                            return None;
                        }
                        continue;
                    }
                    return offer_of(&answer.body).map(Engine::Offer);
                }
                Some("REJECTED") => {
                    if self.makes("goes-on-after-rejection") {
                        self.wire.pause(AGAIN).await;
                        self.once(self.details_request(customer)).await;
                    }
                    return Some(Engine::Ended);
                }
                Some("FAILED") => {
                    failures += 1;
                    if self.makes("gives-up-after-the-first-failure") {
                        return Some(Engine::Ended);
                    }
                    let most = if self.makes("never-stops-trying") { 6 } else { 3 };
                    if failures > most {
                        // Held, and reported to people.
                        return Some(Engine::Ended);
                    }
                    self.wire
                        .pause(if self.makes("tries-again-at-once") { Duration::from_secs(2) } else { ENGINE })
                        .await;
                }
                _ => {
                    // Taken for a success, which it is not; afterwards it is asked about as usual.
                    self.once(self.session_request(customer)).await;
                    return self.asked_on(customer, &reference).await;
                }
            }
        }
    }

    async fn ask_engine(&self, customer: &str, reference: &str) -> Option<Answer> {
        for _ in 0..PATIENCE {
            self.wire.pause(self.pace("getBre")).await;
            let answer = self.call(|| self.get("/v2/user/offers", "referenceID", reference)).await?;
            match answer.body.pointer("/data/status").and_then(Value::as_str) {
                Some("SUCCESS" | "REJECTED" | "FAILED") => return Some(answer),
                Some("PROCESSING") => {}
                // A status that nobody documented is no success: it is asked about again.
                _ if self.makes("takes-unknown-status-for-success") => return Some(answer),
                _ if self.makes("stops-at-unknown-status") => return None,
                _ => {}
            }
        }
        let _ = customer;
        None
    }

    async fn asked_on(&self, customer: &str, reference: &str) -> Option<Engine> {
        let right = Self { mistake: None, ..self.clone() };
        let answer = right.ask_engine(customer, reference).await?;
        offer_of(&answer.body).map(Engine::Offer)
    }

    // Bank statements.

    async fn banking(&self, customer: &str) -> Option<()> {
        for round in 0..3 {
            let banks = self.call(|| self.get("/v2/bank/list", "customerID", customer)).await?;
            let takes = |bank: &&Value| bank["isPdfUpload_available"] == true;
            let list = banks.body.get("banks").or_else(|| banks.body.pointer("/data/banks"))?.as_array()?;
            let mut bank = list.iter().find(takes)?["name"].as_str()?.to_owned();
            if self.makes("names-a-bank-of-its-own") && round == 0 {
                bank = format!("{bank} Limited");
            }
            let sent = self.call(|| self.statement_request(customer, &bank)).await?;
            let reference = sent.body.pointer("/data/referenceID")?.as_str()?.to_owned();
            let result = self.result("getBankingResult", "/v2/user/bank/analyse", &reference, &["PROCESSING"]).await?;
            match result.body.pointer("/data/status").and_then(Value::as_str) {
                Some("SUCCESS") => return Some(()),
                _ if self.makes("stops-at-failed-banking") => return None,
                _ => self.wire.pause(AGAIN).await,
            }
        }
        None
    }

    // The offer.

    async fn accept(&self, customer: &str, mut offer: Offer) -> Option<()> {
        if self.makes("session-before-acceptance") {
            self.once(self.session_request(customer)).await;
        }
        if self.makes("accepts-an-offer-of-its-own") {
            let made_up = Offer { id: "00000000-0000-4000-8000-000000000000".to_owned(), slabs: offer.slabs.clone() };
            self.once(self.accept_request(customer, &made_up, 0, None)).await;
            let Engine::Offer(new) = self.engine(customer).await? else { return None };
            offer = new;
        }
        if self.makes("accepts-outside-the-slabs") {
            self.once(self.accept_request(customer, &offer, 0, Some(99_000_000))).await;
        }
        let mut slab = 0;
        for _ in 0..4 {
            let answer = self.call(|| self.accept_request(customer, &offer, slab, None)).await?;
            match answer.code.as_str() {
                "AOP-S-000" => {
                    if self.makes("accepts-twice") {
                        self.wire.pause(AGAIN).await;
                        self.once(self.accept_request(customer, &offer, slab, None)).await;
                    }
                    return Some(());
                }
                "AOP-E-002" => {
                    if self.makes("accepts-the-same-offer-again") {
                        self.once(self.accept_request(customer, &offer, slab, None)).await;
                        self.once(self.trigger_request(customer)).await;
                        return Some(());
                    }
                    if self.makes("gives-up-an-invalid-offer") {
                        return None;
                    }
                    let Engine::Offer(new) = self.engine(customer).await? else { return None };
                    offer = new;
                }
                "AOP-E-003" => {
                    if self.makes("gives-up-a-refused-acceptance") {
                        return None;
                    }
                    slab = (slab + 1) % offer.slabs.len().max(1);
                }
                _ => return None,
            }
            self.wire.pause(AGAIN).await;
        }
        None
    }

    // What follows in the deep integration.

    async fn documents(&self, customer: &str) -> Option<()> {
        self.call(|| self.document_request(customer, "AADHAAR_XML", "digilocker_aadhaar_xml", "aadhaar.xml")).await?;
        self.call(|| self.document_request(customer, "SELFIE", "selfie", "selfie.jpg")).await?;
        Some(())
    }

    async fn deep(&self, customer: &str) -> Option<()> {
        self.documents(customer).await?;
        self.identity(customer).await?;
        if self.makes("signs-before-the-mandate") {
            self.upload_agreement(customer).await?;
            self.once(self.program_request("/v2/loan/agreement", customer, "EDI")).await;
        }
        self.call(|| self.mandate_request(customer)).await?;
        if self.makes("signs-before-the-upload") {
            self.once(self.program_request("/v2/loan/agreement", customer, "EDI")).await;
        }
        self.upload_agreement(customer).await?;
        let mut signing = self.call(|| self.program_request("/v2/loan/agreement", customer, "EDI")).await?;
        if signing.code == "TAS-E-001" {
            if self.makes("signs-again-without-the-upload") {
                self.once(self.program_request("/v2/loan/agreement", customer, "EDI")).await;
                return None;
            }
            self.upload_agreement(customer).await?;
            signing = self.call(|| self.program_request("/v2/loan/agreement", customer, "EDI")).await?;
        }
        let reference = signing.body.pointer("/data/referenceID")?.as_str()?.to_owned();
        if self.makes("disburses-before-the-signature") {
            self.once(self.program_request("/v2/loan/disburse", customer, "EDI")).await;
        }
        let signed = self.result("getAgreement", "/v2/loan/agreement", &reference, &["PROCESSING"]).await?;
        if signed.body.pointer("/data/status").and_then(Value::as_str) != Some("SUCCESS") {
            return None;
        }
        let paying = self.call(|| self.program_request("/v2/loan/disburse", customer, "EDI")).await?;
        if self.makes("forgets-the-disbursal") {
            return None;
        }
        if self.makes("disburses-twice") {
            self.wire.pause(AGAIN).await;
            self.once(self.program_request("/v2/loan/disburse", customer, "EDI")).await;
        }
        let reference = paying.body.pointer("/data/referenceID")?.as_str()?.to_owned();
        self.result("getDisbursal", "/v2/loan/disburse", &reference, &["PROCESSING"]).await?;
        Some(())
    }

    async fn upload_agreement(&self, customer: &str) -> Option<()> {
        self.call(|| self.document_request(customer, "LOAN_AGREEMENT", "agreement", "agreement.pdf")).await.map(|_| ())
    }

    async fn identity(&self, customer: &str) -> Option<()> {
        for _ in 0..3 {
            let started = self.call(|| self.program_request("/v2/kyc/ckyc", customer, "PERSONAL_LOAN")).await?;
            let reference = started.body.pointer("/data/referenceID")?.as_str()?.to_owned();
            let pending = ["PROCESSING", "ACTION_PENDING"];
            let result = self.kyc_result(customer, &reference, &pending).await?;
            match result.body.pointer("/data/status").and_then(Value::as_str) {
                Some("APPROVED" | "CONTIONAL_SUCCESS") => return Some(()),
                Some("SOFT_REJECTED") => {
                    if self.makes("stops-at-soft-rejection") {
                        return None;
                    }
                    if self.makes("sends-the-mandate-after-soft-rejection") {
                        self.once(self.mandate_request(customer)).await;
                    }
                    self.wire.pause(AGAIN).await;
                    self.call(|| self.document_request(customer, "SELFIE", "selfie", "selfie.jpg")).await?;
                }
                _ => return None,
            }
        }
        None
    }

    async fn kyc_result(&self, customer: &str, reference: &str, pending: &[&str]) -> Option<Answer> {
        for round in 0..PATIENCE {
            self.wire.pause(self.pace("getKycDetails")).await;
            let answer = self.call(|| self.get("/v2/kyc/details", "referenceID", reference)).await?;
            let status = answer.body.pointer("/data/status").and_then(Value::as_str).unwrap_or_default().to_owned();
            if !pending.contains(&status.as_str()) {
                return Some(answer);
            }
            if status == "ACTION_PENDING" {
                if self.makes("stops-at-the-password") {
                    return None;
                }
                if round < 2 && self.makes("starts-kyc-anew") {
                    self.once(self.program_request("/v2/kyc/ckyc", customer, "PERSONAL_LOAN")).await;
                }
            }
        }
        None
    }

    async fn result(&self, operation: &str, path: &str, reference: &str, pending: &[&str]) -> Option<Answer> {
        for _ in 0..PATIENCE {
            self.wire.pause(self.pace(operation)).await;
            let answer = self.call(|| self.get(path, "referenceID", reference)).await?;
            let status = answer.body.pointer("/data/status").and_then(Value::as_str).unwrap_or_default();
            if !pending.contains(&status) {
                return Some(answer);
            }
        }
        None
    }

    fn pace(&self, operation: &str) -> Duration {
        if self.makes(&format!("asks-too-often-{operation}")) { Duration::from_millis(800) } else { POLL }
    }

    // One call, with what a good client does about trouble.

    async fn call(&self, request: impl Fn() -> http::Request<Bytes>) -> Option<Answer> {
        for _ in 0..6 {
            let Some(answer) = self.once(request()).await else {
                if self.makes("gives-up-without-an-answer") {
                    return None;
                }
                self.wire.pause(AGAIN).await;
                continue;
            };
            match answer.status {
                429 => {
                    let wait = if self.makes("ignores-retry-after") { Some(1) } else { answer.retry_after };
                    self.wire.pause(Duration::from_secs(wait.unwrap_or(30))).await;
                }
                500.. => {
                    if self.makes("gives-up-on-failures") {
                        return None;
                    }
                    self.wire.pause(AGAIN).await;
                }
                _ => return Some(answer),
            }
        }
        None
    }

    async fn once(&self, request: http::Request<Bytes>) -> Option<Answer> {
        let answer = self.wire.send(request).await?;
        let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
        let retry_after = header.and_then(|value| value.parse().ok());
        let body: Value = serde_json::from_slice(answer.body()).unwrap_or_default();
        let code = body.get("statusCode").or_else(|| body.get("status")).and_then(Value::as_str).unwrap_or_default();
        Some(Answer { status: answer.status().as_u16(), code: code.to_owned(), retry_after, body: body.clone() })
    }

    // Requests.

    fn request(&self, method: &str, target: &str, kind: Option<&str>, body: Vec<u8>) -> http::Request<Bytes> {
        let mut builder = http::Request::builder().method(method).uri(target).header("x-api-key", &self.key);
        if let Some(kind) = kind {
            builder = builder.header("content-type", kind);
        }
        builder.body(Bytes::from(body)).expect("a plain request")
    }

    fn post(&self, path: &str, body: &Value) -> http::Request<Bytes> {
        self.request("POST", path, Some("application/json"), body.to_string().into_bytes())
    }

    fn get(&self, path: &str, name: &str, value: &str) -> http::Request<Bytes> {
        // The documented headers go with every call, also with those that have no body.
        self.request("GET", &format!("{path}?{name}={value}"), Some("application/json"), Vec::new())
    }

    fn form(&self, path: &str, fields: &[(&str, &str)], file: (&str, &str, &[u8])) -> http::Request<Bytes> {
        let boundary = "partner-boundary-7d1f";
        let mut body = Vec::new();
        for (name, value) in fields {
            body.extend(
                format!("--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n").bytes(),
            );
        }
        let (name, file_name, content) = file;
        let kind = match file_name.rsplit('.').next() {
            Some("xml") => "application/xml",
            Some("jpg") => "image/jpeg",
            _ => "application/pdf",
        };
        let head = format!(
            "--{boundary}\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"{file_name}\"\r\ncontent-type: {kind}\r\n\r\n"
        );
        body.extend(head.bytes());
        body.extend(content);
        body.extend(format!("\r\n--{boundary}--\r\n").bytes());
        self.request("POST", path, Some(&format!("multipart/form-data; boundary={boundary}")), body)
    }

    fn session_request(&self, customer: &str) -> http::Request<Bytes> {
        self.post("/v2/user/session", &json!({ "customerID": customer, "redirectURL": "https://partner.example/back" }))
    }

    fn trigger_request(&self, customer: &str) -> http::Request<Bytes> {
        self.post("/v2/user/offers", &json!({ "customerID": customer, "riskVariables": {} }))
    }

    fn program_request(&self, path: &str, customer: &str, program: &str) -> http::Request<Bytes> {
        self.post(path, &json!({ "customerID": customer, "program": program }))
    }

    fn accept_request(&self, customer: &str, offer: &Offer, slab: usize, amount: Option<u64>) -> http::Request<Bytes> {
        let slab = offer.slabs.get(slab).cloned().unwrap_or_default();
        let amount = amount.map_or_else(|| slab["maxAmount"].clone(), Value::from);
        let details =
            json!({ "offerID": offer.id, "amount": amount, "tenure": slab["tenure"], "interest": slab["interest"] });
        self.post("/user/acceptOffer", &json!({ "customerID": customer, "offerDetails": details }))
    }

    fn statement_request(&self, customer: &str, bank: &str) -> http::Request<Bytes> {
        let fields = [("customerID", customer), ("bankName", bank), ("uploadType", "PDF")];
        let content = include_bytes!("../../suites/files/statement.pdf");
        self.form("/v2/user/bank/analyse", &fields, ("files", "statement.pdf", content))
    }

    fn document_request(&self, customer: &str, kind: &str, part: &str, file: &str) -> http::Request<Bytes> {
        let fields = [("program", "EDI"), ("documentType", kind), ("customerID", customer)];
        let content: &[u8] = match kind {
            "AADHAAR_XML" => include_bytes!("../../suites/files/aadhaar.xml"),
            "SELFIE" => include_bytes!("../../suites/files/selfie.jpg"),
            _ => include_bytes!("../../suites/files/agreement.pdf"),
        };
        self.form("/v2/document/upload", &fields, (part, file, content))
    }

    fn details_request(&self, customer: &str) -> http::Request<Bytes> {
        let consent = |kind: &str| json!({ "type": kind, "timestamp": "1704392919504", "body": "I agree.", "ipAddress": "192.0.2.1", "url": "https://partner.example/consent" });
        let body = json!({
            "customerID": customer,
            "program": "PERSONAL_LOAN",
            "basicDetails": {
                "personalDetails": {
                    "pan": "SBXPA0000A", "email": "asha.rao@example.test", "name": "Asha Rao", "dob": "1997-11-18", "gender": "FEMALE",
                    "currentAddress": {
                        "pincode": "560095", "currentAddressLine1": "12 Lake View", "currentAddressLine2": "Koramangala",
                        "currentAddressCity": "Bengaluru", "currentAddressState": "Karnataka",
                    },
                },
                "employmentDetails": {
                    "employmentType": "Salaried", "monthlyIncome": "0-25000", "email": "asha.rao@employer.example",
                    "employmentOrganization": "Example Foods",
                    "address": { "line1": "4 Mill Road", "line2": "Whitefield", "city": "Bengaluru", "state": "Karnataka", "pincode": "560066" },
                },
            },
            "consents": [consent("HYBRID_CONSENT"), consent("BUREAU"), consent("TNC")],
        });
        self.post("/v2/user/details/update", &body)
    }

    fn mandate_request(&self, customer: &str) -> http::Request<Bytes> {
        let body = json!({
            "customerID": customer,
            "program": "EDI",
            "mandateDetails": {
                "accountNumber": "111111111", "accountType": "savings", "bankName": "ICICI", "mandateType": "",
                "accountHolderName": "Asha Rao", "ifsc": "ICIC0003903", "mandateAmount": 94000, "vendor": "Example Mandates",
                "vendorDocID": "mandate-1", "npciTxnID": "npci-1",
            },
            "basicDetails": { "businessDetails": {
                "name": "Rao Stores", "category": "Retail", "subCategory": "Grocery",
                "address": {
                    "businessAddressType": "OWNED", "line1": "12 Lake View", "line2": "Koramangala", "city": "Bengaluru",
                    "state": "Karnataka", "pincode": "560095", "landmark": "Opposite the lake",
                    "location": { "latitude": "12.93", "longitude": "77.62" },
                },
                "uanDetails": { "uan": "UDYAM123456" },
            } },
            "loanDetails": { "insuranceDetails": { "premium": 1000, "gstApplicable": false, "gstRate": 0, "vendor": "Example Insurance" } },
            "consents": [{ "type": "INSURANCE", "timestamp": "1704392919504", "body": "I agree.", "ipAddress": "192.0.2.1", "url": "https://partner.example/consent" }],
        });
        self.post("/v2/user/details/update", &body)
    }
}

fn offer_of(body: &Value) -> Option<Offer> {
    let offer = body.pointer("/data/offers/0")?;
    let slabs = offer.get("slabs")?.as_array()?.clone();
    Some(Offer { id: offer.get("offerID")?.as_str()?.to_owned(), slabs })
}
