//! The other side: a server with canned answers, as cheap as one can be, so that the program is what is measured.

use bytes::Bytes;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// Method, path and body of each answer, one a line.
const ANSWERS: &str = include_str!("answers.txt");

/// How many banks the one large answer lists: about 86 KB.
const BANKS: usize = 435;

/// Answers by method and path.
pub(crate) struct Answers {
    canned: HashMap<String, Bytes>,
    begun: Instant,
    /// How long a job takes that a poll waits for.
    processing: Duration,
}

/// Starts the server in a thread of its own, which lives as long as the process.
pub(crate) fn start(processing: Duration) -> SocketAddr {
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
            sender.send(listener.local_addr().expect("an address")).expect("somebody waits for it");
            let answers = Arc::new(Answers::new(processing));
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(converse(stream, Arc::clone(&answers)));
            }
        });
    });
    receiver.recv().expect("the server starts")
}

fn canned() -> HashMap<String, Bytes> {
    let entry = |line: &'static str| {
        let (method, rest) = line.split_once(' ')?;
        let (path, body) = rest.split_once(' ')?;
        Some((format!("{method} {path}"), Bytes::from_static(body.as_bytes())))
    };
    let mut canned: HashMap<String, Bytes> = ANSWERS.lines().filter_map(entry).collect();
    canned.insert("GET /v2/bank/list".to_owned(), banks().into());
    canned
}

fn banks() -> String {
    let mut body = format!(r#"{{"data":{{"count":{BANKS},"banks":["#);
    for bank in 0..BANKS {
        let comma = if bank == 0 { "" } else { "," };
        let _ = write!(
            body,
            r#"{comma}{{"code":"BNK{bank:04}","name":"Example Co-operative Bank {bank:04} Limited","ifscPrefix":"EX{:02X}","netBanking":{},"debitCard":{},"eNach":{},"logo":"https://cdn.example.test/logos/bank-{:012x}.png"}}"#,
            bank % 256,
            bank % 3 != 0,
            bank % 2 == 0,
            bank % 5 != 0,
            bank * 7_919,
        );
    }
    body + r#"]},"error":"","statusCode":"GBL-S-000"}"#
}

impl Answers {
    /// Answers whose jobs take so long from now on.
    pub(crate) fn new(processing: Duration) -> Self {
        Self { canned: canned(), begun: Instant::now(), processing }
    }

    /// The body of the answer to a method and target.
    pub(crate) fn body(&self, asks: &str) -> Option<Bytes> {
        let (key, query) = asks.split_once('?').unwrap_or((asks, ""));
        let now = self.begun.elapsed().as_millis();
        let text = match key {
            "POST /v2/poll/start" => {
                format!(r#"{{"data":{{"referenceID":"{now}"}},"error":"","statusCode":"PST-S-000"}}"#)
            }
            "GET /v2/poll/status" => {
                let since: u128 = query.trim_start_matches("referenceID=").parse().unwrap_or(0);
                let status = if now - since < self.processing.as_millis() { "PROCESSING" } else { "SUCCESS" };
                format!(r#"{{"data":{{"status":"{status}"}},"error":"","statusCode":"PGT-S-000"}}"#)
            }
            _ => return self.canned.get(key).cloned(),
        };
        Some(text.into())
    }

    /// The whole answer.
    fn to(&self, asks: &str) -> Vec<u8> {
        let Some(body) = self.body(asks) else {
            return b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_vec();
        };
        let length = body.len();
        let head = format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n");
        [head.as_bytes(), &body].concat()
    }
}

/// Answers requests on one connection until it is closed. Clients wait for an answer before they ask again.
async fn converse(mut stream: TcpStream, answers: Arc<Answers>) {
    let _ = stream.set_nodelay(true);
    let mut buffer = vec![0; 64 * 1024];
    let mut filled = 0;
    while let Ok(read @ 1..) = stream.read(&mut buffer[filled..]).await {
        filled += read;
        let Some(request) = Request::of(&buffer[..filled]) else { continue };
        // The whole body is read before the answer, as servers do.
        let mut rest = (&mut stream).take((request.length - filled) as u64);
        if tokio::io::copy(&mut rest, &mut tokio::io::sink()).await.is_err() {
            return;
        }
        filled = 0;
        if stream.write_all(&answers.to(&request.asks)).await.is_err() {
            return;
        }
    }
}

/// What is needed of a request.
struct Request {
    /// Method and target.
    asks: String,
    /// Length of head and body.
    length: usize,
}

impl Request {
    /// The request that begins here, once its head is complete.
    fn of(bytes: &[u8]) -> Option<Self> {
        let head = bytes.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
        let text = String::from_utf8_lossy(&bytes[..head]);
        let asks = text.lines().next()?.trim_end_matches(" HTTP/1.1").to_owned();
        let mut headers = text.lines().filter_map(|line| line.split_once(": "));
        let length = headers.find(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        let body: usize = length.and_then(|(_, length)| length.parse().ok()).unwrap_or(0);
        Some(Self { asks, length: head + body })
    }
}
