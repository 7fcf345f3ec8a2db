//! What ends a run before its time: signals, and the run's own limit.
//!
//! The first request lets what is under way end, and the reports are written. A second one, or the time below, cuts off
//! whatever is still under way; the reports are written all the same.

use crate::run::{OVER_TIME, Stop};
use std::time::Duration;
use tokio::sync::oneshot;

/// How long what is under way may go on after a signal.
const AFTER_SIGNAL: Duration = Duration::from_secs(10);

/// How long what is under way may go on after the run's own time is up: long enough for cleanups of most cases.
const AFTER_TIME: Duration = Duration::from_secs(5);

/// Listens for as long as it lives.
pub(super) struct Ender {
    tasks: Vec<tokio::task::JoinHandle<()>>,
    cut: oneshot::Receiver<()>,
}

impl Ender {
    /// Begins to listen to signals, and to watch the time where it is limited.
    pub(super) fn start(stop: &Stop, within: Option<Duration>) -> Self {
        let (sender, cut) = oneshot::channel();
        let (limited, signalled) = (stop.clone(), stop.clone());
        let task = tokio::spawn(async move {
            tokio::select! {
                () = time_is_up(&limited, within) => {}
                () = signalled_twice(&signalled) => {}
            }
            // The run may be over just now.
            let _ = sender.send(());
        });
        Self { tasks: vec![task], cut }
    }

    /// Waits until whatever is under way has to be cut off.
    pub(super) async fn cut(&mut self) {
        if (&mut self.cut).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Drop for Ender {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

async fn time_is_up(stop: &Stop, within: Option<Duration>) {
    let Some(within) = within else { return std::future::pending().await };
    tokio::time::sleep(within).await;
    stop.request(OVER_TIME);
    tokio::time::sleep(AFTER_TIME).await;
}

async fn signalled_twice(stop: &Stop) {
    let mut signals = Signals::new();
    stop.request(signals.next().await);
    tokio::select! {
        _ = signals.next() => {}
        () = tokio::time::sleep(AFTER_SIGNAL) => {}
    }
}

/// Listens for as long as it lives, so that no signal is lost between two.
#[cfg(unix)]
struct Signals(Option<[tokio::signal::unix::Signal; 3]>);

#[cfg(unix)]
impl Signals {
    fn new() -> Self {
        use tokio::signal::unix::{SignalKind, signal};
        let listen = || -> std::io::Result<_> {
            Ok([signal(SignalKind::interrupt())?, signal(SignalKind::terminate())?, signal(SignalKind::hangup())?])
        };
        Self(listen().ok())
    }

    async fn next(&mut self) -> &'static str {
        match &mut self.0 {
            Some([interrupt, terminate, hangup]) => tokio::select! {
                _ = interrupt.recv() => "stopped by Ctrl-C",
                _ = terminate.recv() => "stopped by SIGTERM",
                _ = hangup.recv() => "stopped by SIGHUP: its terminal was closed",
            },
            None => std::future::pending().await,
        }
    }
}

#[cfg(not(unix))]
struct Signals;

#[cfg(not(unix))]
impl Signals {
    const fn new() -> Self {
        Self
    }

    async fn next(&mut self) -> &'static str {
        match tokio::signal::ctrl_c().await {
            Ok(()) => "stopped by Ctrl-C",
            Err(_) => std::future::pending().await,
        }
    }
}
