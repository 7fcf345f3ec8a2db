//! Serving an app on a listener until told to stop.

use std::{future::Future, io};

use axum::Router;
use tokio::net::TcpListener;

/// Serves `app` on a bound listener until `shutdown` completes, then lets running requests finish.
///
/// # Errors
///
/// If the listener breaks.
pub async fn serve(
    listener: TcpListener,
    app: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    axum::serve(listener, app).with_graceful_shutdown(shutdown).await
}
