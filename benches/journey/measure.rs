//! What a child process costs, read from `/proc` while it lives; elsewhere only the wall time is known.

use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Length of the ticks in which Linux tells processor time: 100 a second on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// How often the memory of a child is looked at.
const LOOK: Duration = Duration::from_millis(1);

/// What a process cost.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cost {
    pub(crate) wall: Duration,
    pub(crate) processor: Duration,
    /// The most memory it held at once, in KiB.
    pub(crate) memory: Option<u32>,
    pub(crate) succeeded: bool,
}

/// Runs a program to its end.
pub(crate) fn cost(command: &mut Command) -> Cost {
    let before = processor(Of::Children);
    let begun = Instant::now();
    let mut child = command.stdout(Stdio::null()).spawn().expect("the program is built");
    let status = format!("/proc/{}/status", child.id());
    let ended = AtomicBool::new(false);
    let (wall, succeeded, memory) = std::thread::scope(|scope| {
        let watcher = scope.spawn(|| {
            let mut most = None;
            while !ended.load(Ordering::Relaxed) {
                most = peak(&status).or(most);
                std::thread::sleep(LOOK);
            }
            most
        });
        let succeeded = child.wait().is_ok_and(|status| status.success());
        let wall = begun.elapsed();
        ended.store(true, Ordering::Relaxed);
        (wall, succeeded, watcher.join().ok().flatten())
    });
    Cost { wall, processor: processor(Of::Children) - before, memory, succeeded }
}

/// Whose processor time.
#[derive(Clone, Copy)]
pub(crate) enum Of {
    /// This process.
    Own,
    /// Its children that have ended.
    Children,
}

/// Processor time so far, in user and system mode.
pub(crate) fn processor(of: Of) -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    // The name of the program stands in parentheses and may hold anything; after it fields count from 3.
    let fields: Vec<u32> =
        stat.rsplit(')').next().unwrap_or("").split(' ').map(|field| field.parse().unwrap_or(0)).collect();
    let first = match of {
        Of::Own => 12,
        Of::Children => 14,
    };
    fields.get(first..first + 2).map_or(Duration::ZERO, |ticks| TICK * (ticks[0] + ticks[1]))
}

/// The most memory a process has held so far, in KiB.
fn peak(status: &str) -> Option<u32> {
    let text = std::fs::read_to_string(status).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
