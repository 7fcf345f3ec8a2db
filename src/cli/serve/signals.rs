//! Ctrl-C and SIGTERM: the first asks the server to finish what it began, the second does not wait for that.

use std::io;
use tokio::sync::watch;

/// The signals of this process, listened to from the moment it is made.
pub(in crate::cli) struct Signals(watch::Receiver<u32>);

impl Signals {
    /// Starts to listen.
    pub(in crate::cli) fn new() -> io::Result<Self> {
        let mut source = Source::new()?;
        let (count, counted) = watch::channel(0);
        tokio::spawn(async move {
            while source.next().await.is_ok() {
                count.send_modify(|count| *count += 1);
            }
        });
        Ok(Self(counted))
    }

    /// What ends with the first signal, and what ends with the second.
    pub(in crate::cli) fn split(self) -> (impl Future<Output = ()> + Send + 'static, impl Future<Output = ()>) {
        let (mut first, mut second) = (self.0.clone(), self.0);
        let asked = async move { wait(&mut first, 1).await };
        let insisted = async move { wait(&mut second, 2).await };
        (asked, insisted)
    }
}

async fn wait(counted: &mut watch::Receiver<u32>, number: u32) {
    if counted.wait_for(|count| *count >= number).await.is_err() {
        // No more signals will come.
        std::future::pending::<()>().await;
    }
}

#[cfg(unix)]
struct Source {
    interrupt: tokio::signal::unix::Signal,
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Source {
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    async fn next(&mut self) -> io::Result<()> {
        let came = tokio::select! {
            came = self.interrupt.recv() => came,
            came = self.terminate.recv() => came,
        };
        came.ok_or_else(|| io::ErrorKind::BrokenPipe.into())
    }
}

#[cfg(not(unix))]
struct Source;

#[cfg(not(unix))]
impl Source {
    fn new() -> io::Result<Self> {
        Ok(Self)
    }

    async fn next(&mut self) -> io::Result<()> {
        tokio::signal::ctrl_c().await
    }
}
