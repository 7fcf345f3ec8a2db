//! A small HTTP client that calls the router in process, and the bodies that most tests send.

use std::time::Duration;

use axum::{Router, body::Body};
use http::{HeaderMap, Request, StatusCode};
use proviso::sandbox::{DEFAULT_KEY, Settings, app};
use serde_json::{Value, json};
use tower::ServiceExt;

/// A partner that talks to one server about one customer.
#[derive(Clone)]
pub(crate) struct Client {
    app: Router,
    pub(crate) key: String,
    pub(crate) customer: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Reply {
    /// The HTTP status and the code, in the form tests compare.
    pub(crate) fn verdict(&self) -> String {
        let code = self.body["statusCode"].as_str().or(self.body["status"].as_str()).unwrap_or("-");
        format!("{} {code}", self.status.as_u16())
    }

    /// Fails the test unless status and code are these.
    #[track_caller]
    pub(crate) fn expect(self, verdict: &str) -> Self {
        assert_eq!(self.verdict(), verdict, "{}", self.text);
        self
    }

    /// The `referenceID` of a receipt.
    #[track_caller]
    pub(crate) fn reference(&self) -> String {
        self.body["data"]["referenceID"].as_str().expect("a reference").to_owned()
    }
}

/// A file or text of a form.
pub(crate) enum Part<'a> {
    Text(&'a str, &'a str),
    File(&'a str, &'a str, &'a [u8]),
}

pub(crate) const PDF: &[u8] = b"%PDF-1.4\n% a small statement\n%%EOF\n";
pub(crate) const JPEG: &[u8] = b"\xff\xd8\xff\xe0 a small picture \xff\xd9";
pub(crate) const XML: &[u8] = b"<?xml version=\"1.0\"?><OfflinePaperlessKyc/>";

/// Longer than a stage takes.
pub(crate) const A_WHILE: Duration = Duration::from_millis(250);

impl Client {
    pub(crate) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(crate) fn with(settings: Settings) -> Self {
        Self { app: app(settings), key: DEFAULT_KEY.to_owned(), customer: "CUST-1".to_owned() }
    }

    /// The same partner with another customer.
    pub(crate) fn about(&self, customer: &str) -> Self {
        Self { customer: customer.to_owned(), ..self.clone() }
    }

    pub(crate) async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.app.clone().oneshot(request).await.expect("the router never fails");
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("a body");
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        Reply { status: parts.status, headers: parts.headers, body, text }
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(self.json_request(path, body.to_string())).await
    }

    pub(crate) fn json_request(&self, path: &str, body: String) -> Request<Body> {
        let request = Request::post(path).header("x-api-key", &self.key).header("content-type", "application/json");
        request.header("host", "sandbox.test").body(Body::from(body)).expect("a well-formed request")
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Request::get(path).header("x-api-key", &self.key).body(Body::empty()).expect("a well-formed request"))
            .await
    }

    pub(crate) async fn form(&self, path: &str, parts: &[Part<'_>]) -> Reply {
        let mut body = Vec::new();
        for part in parts {
            let (head, content) = match part {
                Part::Text(name, text) => (format!("name=\"{name}\""), text.as_bytes()),
                Part::File(name, file, content) => (format!("name=\"{name}\"; filename=\"{file}\""), *content),
            };
            body.extend_from_slice(format!("--frontier\r\nContent-Disposition: form-data; {head}\r\n\r\n").as_bytes());
            body.extend_from_slice(content);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(b"--frontier--\r\n");
        let request = Request::post(path).header("x-api-key", &self.key);
        self.send(
            request
                .header("content-type", "multipart/form-data; boundary=frontier")
                .body(Body::from(body))
                .expect("a well-formed request"),
        )
        .await
    }

    // The operations, each with its ordinary request.

    pub(crate) async fn create(&self) -> Reply {
        self.post("/v2/user/create", json!({ "customerID": self.customer, "mobile": "9999999999" })).await
    }

    pub(crate) async fn details(&self, pan: &str) -> Reply {
        self.post("/v2/user/details/update", details(&self.customer, pan)).await
    }

    pub(crate) async fn mandate(&self) -> Reply {
        self.post("/v2/user/details/update", mandate(&self.customer)).await
    }

    pub(crate) async fn trigger_bre(&self) -> Reply {
        self.post("/v2/user/offers", json!({ "customerID": self.customer, "riskVariables": {} })).await
    }

    pub(crate) async fn bre(&self, reference: &str) -> Reply {
        self.get(&format!("/v2/user/offers?referenceID={reference}")).await
    }

    pub(crate) async fn accept(&self, offer: &str, amount: u32, tenure: u32, interest: f64) -> Reply {
        let choice = json!({ "offerID": offer, "amount": amount, "tenure": tenure, "interest": interest });
        self.post("/user/acceptOffer", json!({ "customerID": self.customer, "offerDetails": choice })).await
    }

    pub(crate) async fn trigger_banking(&self, bank: &str) -> Reply {
        let parts = [
            Part::Text("customerID", &self.customer),
            Part::Text("bankName", bank),
            Part::Text("uploadType", "PDF"),
            Part::File("files", "statement.pdf", PDF),
        ];
        self.form("/v2/user/bank/analyse", &parts).await
    }

    pub(crate) async fn upload(&self, kind: &str, part: &str, file: &str, content: &[u8]) -> Reply {
        let parts = [
            Part::Text("program", "EDI"),
            Part::File(part, file, content),
            Part::Text("documentType", kind),
            Part::Text("customerID", &self.customer),
        ];
        self.form("/v2/document/upload", &parts).await
    }

    pub(crate) async fn upload_kyc_documents(&self) {
        self.upload("AADHAAR_XML", "digilocker_aadhaar_xml", "aadhaar.xml", XML).await.expect("200 ");
        self.upload("SELFIE", "selfie", "selfie.jpg", JPEG).await.expect("200 ");
        self.upload("BUSINESS_PROOF_DOC", "business_proof_doc", "proof.pdf", PDF).await.expect("200 ");
    }

    pub(crate) async fn trigger(&self, path: &str) -> Reply {
        self.post(path, json!({ "customerID": self.customer, "program": "EDI" })).await
    }

    // Stretches of the journey.

    /// Creates a customer of a persona and gives the answer of the rule engine.
    pub(crate) async fn offered(&self, pan: &str) -> Reply {
        self.create().await.expect("200 CUR-S-000");
        self.details(pan).await.expect("200 UUD-S-000");
        let reference = self.trigger_bre().await.expect("200 GNO-S-000").reference();
        tokio::time::sleep(A_WHILE).await;
        self.bre(&reference).await
    }

    /// The same up to the accepted offer.
    pub(crate) async fn accepted(&self, pan: &str) {
        let offer = self.offered(pan).await.expect("200 GEO-S-000");
        let offer = offer.body["data"]["offers"][0]["offerID"].as_str().expect("an offer").to_owned();
        self.accept(&offer, 150_000, 12, 25.0).await.expect("200 AOP-S-000");
    }

    /// The same up to the end of KYC.
    pub(crate) async fn identified(&self, pan: &str) -> Reply {
        self.accepted(pan).await;
        self.upload_kyc_documents().await;
        let reference = self.trigger("/v2/kyc/ckyc").await.expect("200 TCK-S-000").reference();
        tokio::time::sleep(A_WHILE).await;
        self.get(&format!("/v2/kyc/details?referenceID={reference}")).await
    }

    /// The same up to the end of agreement signing.
    pub(crate) async fn signed(&self, pan: &str) -> Reply {
        self.identified(pan).await.expect("200 GKD-S-000");
        self.upload("LOAN_AGREEMENT", "agreement", "agreement.pdf", PDF).await.expect("200 ");
        self.mandate().await.expect("200 UUD-S-000");
        let reference = self.trigger("/v2/loan/agreement").await.expect("200 TAS-S-000").reference();
        tokio::time::sleep(A_WHILE).await;
        self.get(&format!("/v2/loan/agreement?referenceID={reference}")).await.expect("200 GAS-S-000")
    }
}

/// The ordinary details of a customer.
pub(crate) fn details(customer: &str, pan: &str) -> Value {
    let consent = |kind: &str| json!({ "type": kind, "timestamp": "someTimestamp", "body": "some", "ipAddress": "192.0.2.1", "url": "u" });
    json!({
        "customerID": customer,
        "program": "PERSONAL_LOAN",
        "basicDetails": {
            "personalDetails": {
                "pan": pan,
                "email": "testuser@gmail.com",
                "name": "Test User",
                "dob": "1997-11-18",
                "gender": "MALE",
                "currentAddress": {
                    "pincode": "560095",
                    "currentAddressLine1": "some_address_L1",
                    "currentAddressLine2": "some_address_L2",
                    "currentAddressCity": "some_city",
                    "currentAddressState": "some_state"
                }
            },
            "employmentDetails": { "employmentType": "Salaried", "monthlyIncome": "0-25000" }
        },
        "consents": [consent("HYBRID_CONSENT"), consent("BUREAU"), consent("TNC")]
    })
}

/// The ordinary details about repayment.
pub(crate) fn mandate(customer: &str) -> Value {
    json!({
        "customerID": customer,
        "program": "EDI",
        "mandateDetails": {
            "accountNumber": "111111111",
            "accountType": "savings",
            "bankName": "ICICI",
            "mandateType": "",
            "accountHolderName": "someName",
            "ifsc": "ICIC0003903",
            "mandateAmount": 94000,
            "vendor": "vendorName",
            "vendorDocID": "mandateID",
            "npciTxnID": "some_npci_txn_id"
        },
        "basicDetails": { "businessDetails": { "name": "", "uanDetails": { "uan": "UDYAM123456" } } },
        "loanDetails": { "insuranceDetails": { "premium": 1000, "gstApplicable": false, "gstRate": 0, "vendor": "Acko" } },
        "consents": [{ "type": "INSURANCE", "timestamp": "1704392919504", "body": "", "ipAddress": "0.0.0.0", "url": "someUrl" }]
    })
}
