//! The listener of a run: requests to us, as webhooks are, into its inbox.

use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::run::{Inbox, Incoming};
use axum::Router;
use axum::body::to_bytes;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// Largest body of a request to us, in bytes.
const LARGEST: usize = 16 * 1024 * 1024;

/// A listener that takes requests in until it is dropped.
pub(super) struct Listener {
    /// Where it listens.
    pub(super) address: SocketAddr,
    /// What it took in.
    pub(super) inbox: Arc<Inbox>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Listens at an address; port 0 takes a free one.
    pub(super) async fn start(at: SocketAddr) -> Result<Self, Diagnostic> {
        let problem = |error: std::io::Error| {
            Diagnostic::new(Code::Listen, format!("requests to us cannot be listened for at {at}"))
                .note(NoteKind::Why, error.to_string())
                .next("name a free address with --listen, as in --listen 127.0.0.1:0")
        };
        let socket = TcpListener::bind(at).await.map_err(problem)?;
        let address = socket.local_addr().map_err(problem)?;
        let inbox = Arc::new(Inbox::default());
        let router = Router::new().fallback(take).with_state(Arc::clone(&inbox));
        let task = tokio::spawn(async move {
            let _ = axum::serve(socket, router).await;
        });
        Ok(Self { address, inbox, task })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.task.abort();
    }
}

async fn take(State(inbox): State<Arc<Inbox>>, request: Request) -> StatusCode {
    let (head, body) = request.into_parts();
    let Ok(body) = to_bytes(body, LARGEST).await else { return StatusCode::PAYLOAD_TOO_LARGE };
    let target = head.uri.path_and_query().map_or("/", |target| target.as_str()).to_owned();
    let status = inbox.receive(Incoming { method: head.method, target, headers: head.headers, body });
    StatusCode::from_u16(status).unwrap_or(StatusCode::OK)
}
