//! A small HTTP server on a free port of the loopback interface, answering as a test says.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;

/// A running server; its threads end with the test program.
pub(crate) struct Server {
    pub(crate) url: String,
}

/// A request as it came.
pub(crate) struct Request {
    /// `GET /path?query`.
    pub(crate) line: String,
    /// Head lines after the first, and the body.
    pub(crate) rest: String,
}

/// What to answer.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(body: &str) -> Self {
        let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
        Self { status: 200, headers, body: body.to_owned() }
    }
}

impl Server {
    /// Answers every request with what `answer` says; `None` leaves it without an answer.
    pub(crate) fn start(answer: impl Fn(&Request) -> Option<Answer> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = Arc::new(answer);
        std::thread::spawn(move || {
            for connection in listener.incoming().map_while(Result::ok) {
                let answer = Arc::clone(&answer);
                std::thread::spawn(move || serve(&connection, &*answer));
            }
        });
        Self { url }
    }
}

/// An address at which nobody listens: it was free a moment ago.
pub(crate) fn nobody() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("an address"))
}

/// One request per connection, which is then closed.
fn serve(connection: &TcpStream, answer: &dyn Fn(&Request) -> Option<Answer>) {
    let Some(request) = read(connection) else { return };
    let Some(answer) = answer(&request) else {
        // Until the other side has had enough.
        let _ = (&*connection).read(&mut [0; 1]);
        return;
    };
    let mut text = format!("HTTP/1.1 {} -\r\nconnection: close\r\n", answer.status);
    for (name, value) in &answer.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str(&format!("content-length: {}\r\n\r\n{}", answer.body.len(), answer.body));
    // The other side may be gone: some tests end it.
    let _ = (&*connection).write_all(text.as_bytes());
}

fn read(connection: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(connection);
    let mut first = String::new();
    reader.read_line(&mut first).ok().filter(|length| *length > 0)?;
    let (mut rest, mut length) = (String::new(), 0);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line).ok()?;
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().ok()?;
        }
        rest.push_str(&line);
        if line.trim().is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body).ok()?;
    rest.push_str(&String::from_utf8_lossy(&body));
    Some(Request { line: first.trim_end().trim_end_matches(" HTTP/1.1").to_owned(), rest })
}
