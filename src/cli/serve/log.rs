//! The request log on its way to a file or to standard error.
//!
//! Answers never wait for it: lines go through a queue to a thread of their own. When whoever reads is so slow that the
//! queue is full, lines are left out, and the next line says how many.

use super::super::files::unreadable;
use crate::diagnostic::Diagnostic;
use crate::sandbox::Log;
use std::fs::OpenOptions;
use std::io::{self, BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TrySendError, sync_channel};
use std::thread::JoinHandle;

/// Lines that may wait.
const QUEUE: usize = 65_536;

/// The thread that writes.
pub(super) struct Writer {
    log: Log,
    thread: JoinHandle<()>,
}

impl Writer {
    /// Starts to write to a file, at its end, or to standard error if it is called `-`.
    pub(super) fn start(to: &Path) -> Result<Self, Diagnostic> {
        let sink: Box<dyn Write + Send> = if to == Path::new("-") {
            Box::new(io::stderr())
        } else {
            let file = OpenOptions::new().append(true).create(true).open(to);
            Box::new(file.map_err(|error| unreadable(to, &error).next("name another file with --log"))?)
        };
        let (lines, queue) = sync_channel(QUEUE);
        let left_out = Arc::new(AtomicU64::new(0));
        let log = Log::to(sender(lines, Arc::clone(&left_out)));
        let name = to.display().to_string();
        let thread = std::thread::spawn(move || {
            if let Err(error) = write(&queue, BufWriter::new(sink), &left_out) {
                // Nobody else is there to say it, and the server goes on without its log.
                let _ = writeln!(io::stderr(), "warning: {name} takes no more lines: {error}");
            }
        });
        Ok(Self { log, thread })
    }

    /// The log that ends here.
    pub(super) fn log(&self) -> Log {
        self.log.clone()
    }

    /// Writes what still waits. Everyone else who holds the log must be gone.
    pub(super) fn finish(self) {
        drop(self.log);
        // A thread that panicked has said so.
        let _ = self.thread.join();
    }
}

fn sender(lines: SyncSender<String>, left_out: Arc<AtomicU64>) -> impl Fn(&str) + Send + Sync + 'static {
    move |line| {
        if let Err(TrySendError::Full(_)) = lines.try_send(line.to_owned()) {
            left_out.fetch_add(1, Ordering::Relaxed);
        }
    }
}

fn write(queue: &Receiver<String>, mut sink: impl Write, left_out: &AtomicU64) -> io::Result<()> {
    let mut waiting = queue.try_recv().ok();
    loop {
        let line = match waiting.take() {
            Some(line) => line,
            None => match queue.recv() {
                Ok(line) => line,
                Err(_) => return sink.flush(),
            },
        };
        match left_out.swap(0, Ordering::Relaxed) {
            0 => {}
            lines => writeln!(sink, "{{\"event\":\"log lines left out\",\"lines\":{lines}}}")?,
        }
        writeln!(sink, "{line}")?;
        waiting = queue.try_recv().ok();
        // Whoever follows the log sees a line when it is written, not when the next thousand are.
        if waiting.is_none() {
            sink.flush()?;
        }
    }
}
