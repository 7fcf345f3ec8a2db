//! A server in a process of its own, and a client for it.

use serde_json::Value;
use std::fs;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::PathBuf;
use std::process::{Child, ChildStderr, ChildStdout, Command, ExitStatus, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A folder of its own for each test, removed afterwards.
pub(crate) struct Folder(PathBuf);

impl Folder {
    pub(crate) fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("proviso-serve-{}-{number}", std::process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// The path of a file in it.
    pub(crate) fn path(&self, name: &str) -> String {
        self.0.join(name).to_str().unwrap().to_owned()
    }

    /// The path of a file in it that holds this.
    pub(crate) fn with(&self, name: &str, content: impl AsRef<[u8]>) -> String {
        let path = self.path(name);
        fs::write(&path, content).unwrap();
        path
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn program(args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
    command.args(["serve", "--color", "never"]).args(args).stdin(Stdio::null());
    command
}

/// Runs the command where it is expected to end by itself.
pub(crate) fn refused(args: &[&str]) -> Output {
    program(args).output().unwrap()
}

/// A server that runs; dropping it kills it.
pub(crate) struct Server {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: ChildStderr,
    /// The first line.
    pub(crate) url: String,
    /// The second line.
    pub(crate) greeting: String,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) headers: reqwest::header::HeaderMap,
    pub(crate) text: String,
}

impl Reply {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// The HTTP status and the code, in the form tests compare.
    pub(crate) fn verdict(&self) -> String {
        let body: Value = serde_json::from_str(&self.text).unwrap_or_default();
        let code = body["statusCode"].as_str().or(body["status"].as_str()).unwrap_or("-");
        format!("{} {code}", self.status)
    }
}

impl Server {
    /// Starts one on a free port, with stages that are over at once.
    pub(crate) fn start(args: &[&str]) -> Self {
        let mut command = program(&["--listen", "127.0.0.1:0"]);
        if !args.contains(&"--processing") {
            command.args(["--processing", "0ms"]);
        }
        let mut child = command.args(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut stderr = child.stderr.take().unwrap();
        let (mut url, mut greeting) = (String::new(), String::new());
        stdout.read_line(&mut url).unwrap();
        stdout.read_line(&mut greeting).unwrap();
        if url.is_empty() {
            let mut said = String::new();
            stderr.read_to_string(&mut said).unwrap();
            panic!("the server did not start: {said}");
        }
        Self { child, stdout, stderr, url: url.trim().to_owned(), greeting: greeting.trim().to_owned() }
    }

    pub(crate) async fn get(&self, path: &str, key: &str) -> Reply {
        reply(client().get(format!("{}{path}", self.url)).header("x-api-key", key)).await
    }

    pub(crate) async fn post(&self, path: &str, key: &str, body: Value) -> Reply {
        let request = client().post(format!("{}{path}", self.url)).header("x-api-key", key);
        reply(request.header("content-type", "application/json").body(body.to_string())).await
    }

    /// Creates a customer with the key that servers take by default.
    pub(crate) async fn create(&self, customer: &str) -> Reply {
        self.create_as(customer, "sandbox-key").await
    }

    pub(crate) async fn create_as(&self, customer: &str, key: &str) -> Reply {
        let body = serde_json::json!({ "customerID": customer, "mobile": "9876543210" });
        self.post("/v2/user/create", key, body).await
    }

    /// Sends what is asked for before offers, with this PAN.
    pub(crate) async fn details(&self, customer: &str, pan: &str) -> Reply {
        let consent = |kind: &str| {
            serde_json::json!({ "type": kind, "timestamp": "1704392919504", "body": "I agree", "ipAddress": "192.0.2.1",
                "url": "https://partner.example" })
        };
        let body = serde_json::json!({
            "customerID": customer, "program": "PERSONAL_LOAN",
            "basicDetails": {
                "personalDetails": { "pan": pan, "email": "asha.rao@example.test", "name": "Asha Rao",
                    "dob": "1997-11-18", "gender": "FEMALE",
                    "currentAddress": { "pincode": "560095", "currentAddressLine1": "12 Lake View",
                        "currentAddressLine2": "Koramangala", "currentAddressCity": "Bengaluru",
                        "currentAddressState": "Karnataka" } },
                "employmentDetails": { "employmentType": "Salaried", "monthlyIncome": "0-25000",
                    "email": "asha.rao@employer.example", "employmentOrganization": "Example Foods",
                    "address": { "line1": "4 Mill Road", "line2": "Whitefield", "city": "Bengaluru",
                        "state": "Karnataka", "pincode": "560066" } } },
            "consents": [consent("HYBRID_CONSENT"), consent("BUREAU"), consent("TNC")],
        });
        self.post("/v2/user/details/update", "sandbox-key", body).await
    }

    /// Triggers an offer, and gives its reference.
    pub(crate) async fn trigger_offer(&self, customer: &str) -> String {
        let body = serde_json::json!({ "customerID": customer, "riskVariables": {} });
        let receipt = self.post("/v2/user/offers", "sandbox-key", body).await;
        assert_eq!(receipt.verdict(), "200 GNO-S-000");
        receipt.json()["data"]["referenceID"].as_str().unwrap().to_owned()
    }

    /// Asks for an offer.
    pub(crate) async fn offer(&self, reference: &str) -> Reply {
        self.get(&format!("/v2/user/offers?referenceID={reference}"), "sandbox-key").await
    }

    /// Sends a signal by its name.
    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Waits until it has ended, and gives what it said after its greeting, on both streams.
    pub(crate) fn end(mut self) -> (ExitStatus, String, String) {
        let (mut out, mut err) = (String::new(), String::new());
        self.stdout.read_to_string(&mut out).unwrap();
        self.stderr.read_to_string(&mut err).unwrap();
        (self.child.wait().unwrap(), out, err)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A client that trusts the certificate of these tests and nothing else.
pub(crate) fn client() -> reqwest::Client {
    // Another test may have done it already, which is just as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let certificate = reqwest::Certificate::from_pem(include_bytes!("localhost.pem")).unwrap();
    let builder = reqwest::Client::builder().tls_certs_only([certificate]).redirect(reqwest::redirect::Policy::none());
    builder.build().unwrap()
}

pub(crate) async fn reply(request: reqwest::RequestBuilder) -> Reply {
    let response = request.send().await.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Reply { status, headers, text: response.text().await.unwrap() }
}
