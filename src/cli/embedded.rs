//! The reference server inside this process, on a free port of the loopback interface.

use super::args::ServerSettings;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::sandbox;
use std::net::SocketAddr;
use tokio::net::TcpListener;
use tokio::sync::oneshot;

/// A running reference server; dropping it stops it.
pub(super) struct Embedded {
    /// Where it listens.
    pub(super) address: SocketAddr,
    _stop: oneshot::Sender<()>,
}

/// Starts it.
pub(super) async fn start(settings: &ServerSettings) -> Result<Embedded, Diagnostic> {
    let (listener, address) = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
    let (stop, stopped) = oneshot::channel::<()>();
    let app = sandbox::app(sandbox_settings(settings));
    tokio::spawn(sandbox::serve(listener, app, async {
        // Either way, asked or dropped, it is time to stop.
        let _ = stopped.await;
    }));
    Ok(Embedded { address, _stop: stop })
}

/// The reference server's settings from what was typed.
pub(super) fn sandbox_settings(settings: &ServerSettings) -> sandbox::Settings {
    sandbox::Settings { processing: settings.processing, ..sandbox::Settings::default() }
}

/// Takes an address.
pub(super) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Diagnostic> {
    let bound = TcpListener::bind(address).await.and_then(|listener| Ok((listener.local_addr()?, listener)));
    match bound {
        Ok((address, listener)) => Ok((listener, address)),
        Err(error) => {
            let next = match error.kind() {
                std::io::ErrorKind::AddrInUse => {
                    "another program listens there: stop it, or take a free port with --listen 127.0.0.1:0"
                }
                std::io::ErrorKind::PermissionDenied => "take a port above 1023",
                _ => "take another address with --listen",
            };
            let problem = Diagnostic::new(Code::Listen, format!("cannot listen on {address}"));
            Err(problem.note(NoteKind::Why, error.to_string()).next(next))
        }
    }
}
