//! What happens below a request, told to the request: looking its host up, making its connection.
//!
//! The HTTP library does both inside the task that sends, unless a kept connection comes free first; so the watch hangs
//! on that task. Whether a connection was made for a request is told by its own end of it, address and port.

use super::settings::Resolve;
use hyper_util::client::legacy::connect::{Connection, HttpInfo};
use reqwest::dns::{Addrs, Name, Resolving};
use std::error::Error;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::time::Instant;

tokio::task_local! {
    static WATCH: Arc<Watch>;
}

/// What is known about the making of one request's connection.
#[derive(Debug)]
pub(super) struct Watch {
    /// The port that the request's URL names.
    port: u16,
    began: OnceLock<()>,
    lookup: OnceLock<Duration>,
    made: OnceLock<Made>,
}

/// A connection that was made.
#[derive(Debug)]
struct Made {
    /// Looking up, TCP, TLS.
    took: Duration,
    here: Option<SocketAddr>,
}

/// How far the making of a connection went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// There was no need: one was kept from an earlier request.
    Reused,
    /// It began and did not end.
    Connecting,
    /// It ended.
    Connected,
}

/// How long the making of a connection took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Times {
    /// Looking the host up; absent for an address and for a reused connection.
    pub(super) dns: Option<Duration>,
    /// TCP and TLS; absent for a reused connection.
    pub(super) connect: Option<Duration>,
}

impl Watch {
    pub(super) fn new(port: u16) -> Arc<Self> {
        Arc::new(Self { port, began: OnceLock::new(), lookup: OnceLock::new(), made: OnceLock::new() })
    }

    /// Runs what sends a request under this watch.
    pub(super) fn over<F: Future>(self: &Arc<Self>, sending: F) -> impl Future<Output = F::Output> {
        WATCH.scope(Arc::clone(self), sending)
    }

    pub(super) fn progress(&self) -> Progress {
        match (self.began.get(), self.made.get()) {
            (None, _) => Progress::Reused,
            (Some(()), None) => Progress::Connecting,
            (Some(()), Some(_)) => Progress::Connected,
        }
    }

    /// The times of the connection that a response came over, if it was made for this request.
    pub(super) fn times(&self, response: &http::Extensions) -> Times {
        let came_over = response.get::<HttpInfo>().map(HttpInfo::local_addr);
        match self.made.get() {
            Some(made) if made.here == came_over => {
                let dns = self.lookup.get().copied();
                Times { dns, connect: Some(made.took.saturating_sub(dns.unwrap_or_default())) }
            }
            Some(_) | None => Times::default(),
        }
    }
}

/// The system's resolver, after the answers that the command line gives.
pub(super) struct Resolver(pub(super) Vec<Resolve>);

/// A name that has no address.
#[derive(Debug)]
pub(super) struct Unknown {
    /// The name.
    pub(super) host: String,
    /// What the system says.
    pub(super) why: String,
}

impl fmt::Display for Unknown {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.host, self.why)
    }
}

impl Error for Unknown {}

impl reqwest::dns::Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let watch = WATCH.try_with(Arc::clone).ok();
        let host = name.as_str();
        let meant = |given: &&Resolve| {
            given.host.eq_ignore_ascii_case(host) && watch.as_ref().is_none_or(|watch| watch.port == given.port)
        };
        let given: Vec<_> = self.0.iter().filter(meant).map(|given| SocketAddr::new(given.address, 0)).collect();
        let host = host.to_owned();
        Box::pin(async move {
            let started = Instant::now();
            let found: Vec<SocketAddr> = if given.is_empty() {
                let found = tokio::net::lookup_host((host.as_str(), 0)).await.map(Iterator::collect);
                found.map_err(|error| Unknown { host: host.clone(), why: error.to_string() })?
            } else {
                given
            };
            if let Some(watch) = watch {
                let _ = watch.lookup.set(started.elapsed());
            }
            if found.is_empty() {
                return Err(Unknown { host, why: "it has no address".to_owned() }.into());
            }
            Ok(Box::new(found.into_iter()) as Addrs)
        })
    }
}

/// Around what makes connections: tells the watch when it begins and when it is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Timing;

impl<S> tower_layer::Layer<S> for Timing {
    type Service = Timed<S>;

    fn layer(&self, inner: S) -> Timed<S> {
        Timed(inner)
    }
}

/// What makes connections, timed.
#[derive(Debug, Clone)]
pub(super) struct Timed<S>(S);

impl<S, T> tower_service::Service<T> for Timed<S>
where
    S: tower_service::Service<T>,
    S::Response: Connection,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.0.poll_ready(context)
    }

    fn call(&mut self, target: T) -> Self::Future {
        let watch = WATCH.try_with(Arc::clone).ok();
        if let Some(watch) = &watch {
            let _ = watch.began.set(());
        }
        let started = Instant::now();
        let connecting = self.0.call(target);
        Box::pin(async move {
            let connection = connecting.await?;
            if let Some(watch) = watch {
                let mut known = http::Extensions::new();
                connection.connected().get_extras(&mut known);
                let here = known.get::<HttpInfo>().map(HttpInfo::local_addr);
                let _ = watch.made.set(Made { took: started.elapsed(), here });
            }
            Ok(connection)
        })
    }
}
