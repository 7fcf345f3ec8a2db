//! Serving an app on a listener until told to stop, with limits on connections and on the time of their headers.
//!
//! With and without TLS it is the same loop: a connection is greeted first, which is nothing without TLS, and then served.

use std::{future::Future, io, sync::Arc, time::Duration};

use axum::{Router, response::Response};
use hyper::{
    Request,
    body::Incoming,
    server::conn::http1,
    service::{Service, service_fn},
};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use rustls::ServerConfig;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    sync::{Semaphore, watch},
    time::{sleep, timeout},
};
use tokio_rustls::TlsAcceptor;

use super::{faults::Dropped, unstalled::Unstalled};

/// How many connections are served at once; more have to wait until one is closed.
const CONNECTIONS: usize = 1024;

/// How long a client may take for the head of a request, the time between two requests included.
///
/// Partners poll at round intervals, so this is no round number: a connection that is closed just when the next request is
/// under way looks like a failure.
const HEAD_TIME: Duration = Duration::from_secs(77);

/// What is read of a head before the connection is closed; the app refuses less than that, in words.
const HEAD_SIZE: usize = 256 * 1024;
const HEADERS: usize = 256;

/// How long requests that are being answered may still take once the server is told to stop.
const GRACE: Duration = Duration::from_secs(10);

/// How long a client may take for the TLS handshake.
const HANDSHAKE_TIME: Duration = Duration::from_secs(10);

/// The pause after a connection could not be accepted, for want of file handles for instance.
const RECOVERY: Duration = Duration::from_millis(100);

/// Serves `app` on a bound listener until `shutdown` completes, then lets running requests finish.
///
/// # Errors
///
/// If the listener is not one.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    accept_all(listener, Door::Plain, app, shutdown).await
}

/// The same over TLS, with the certificate, key and protocol versions of a ready configuration.
///
/// # Errors
///
/// If the listener is not one.
pub async fn serve_tls(
    listener: TcpListener,
    tls: Arc<ServerConfig>,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    accept_all(listener, Door::Tls(TlsAcceptor::from(tls)), app, shutdown).await
}

/// How a connection begins.
#[derive(Clone)]
enum Door {
    /// With the first request.
    Plain,
    /// With a TLS handshake.
    Tls(TlsAcceptor),
}

/// An answer that closes the connection in place of being sent.
#[must_use]
pub fn dropped() -> Response {
    let mut dropped = Response::new(axum::body::Body::empty());
    dropped.extensions_mut().insert(Dropped);
    dropped
}

/// Marks a request that came over TLS.
#[derive(Debug, Clone, Copy)]
pub(super) struct Secured;

async fn accept_all(
    listener: TcpListener,
    door: Door,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    listener.local_addr()?;
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let (stop, stopping) = watch::channel(());
    let accepting = async {
        loop {
            // The semaphore is never closed, so this only waits.
            let Ok(place) = Arc::clone(&places).acquire_owned().await else {
                return;
            };
            match listener.accept().await {
                Ok((stream, _)) => {
                    // Small answers should not wait for each other.
                    let _ = stream.set_nodelay(true);
                    let connection = welcome(stream, door.clone(), app.clone(), stopping.clone());
                    tokio::spawn(async move {
                        connection.await;
                        drop(place);
                    });
                }
                Err(_) => sleep(RECOVERY).await,
            }
        }
    };
    tokio::select! {
        () = accepting => {}
        () = shutdown => {}
    }
    drop((listener, stopping));
    let _ = stop.send(());
    let _ = timeout(GRACE, stop.closed()).await;
    Ok(())
}

/// Greets a client and serves it. One who cannot finish a handshake is sent away without an answer: it could not read one.
async fn welcome(stream: TcpStream, door: Door, app: Router, mut stopping: watch::Receiver<()>) {
    match door {
        Door::Plain => serve_connection(stream, app, None, stopping).await,
        Door::Tls(acceptor) => {
            let greeted = tokio::select! {
                greeted = timeout(HANDSHAKE_TIME, acceptor.accept(stream)) => greeted,
                _ = stopping.changed() => return,
            };
            if let Ok(Ok(stream)) = greeted {
                serve_connection(stream, app, Some(Secured), stopping).await;
            }
        }
    }
}

/// Serves one connection. What goes wrong on it is the client's affair and already in the log as far as there was a request.
async fn serve_connection(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    app: Router,
    secured: Option<Secured>,
    mut stopping: watch::Receiver<()>,
) {
    let app = TowerToHyperService::new(app);
    let service = service_fn(move |mut request: Request<Incoming>| {
        if let Some(secured) = secured {
            request.extensions_mut().insert(secured);
        }
        let answer = app.call(request);
        async move {
            let Ok(response): Result<Response, _> = answer.await;
            if response.extensions().get::<Dropped>().is_some() {
                return Err(io::Error::other("the connection is closed on purpose"));
            }
            Ok(response)
        }
    });
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new()).header_read_timeout(HEAD_TIME).max_buf_size(HEAD_SIZE).max_headers(HEADERS);
    let connection = builder.serve_connection(TokioIo::new(Unstalled::new(stream)), service);
    tokio::pin!(connection);
    tokio::select! {
        _ = connection.as_mut() => {}
        _ = stopping.changed() => {
            connection.as_mut().graceful_shutdown();
            let _ = connection.await;
        }
    }
}
