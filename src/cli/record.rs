//! From the run's threads to the journal and the reports: one thread, one order.

use super::history::remember;
use super::reports::Opened;
use super::run_folder::JOURNAL;
use super::snapshots::Writer;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::event::{Counts, Event, EventKind, Verdict};
use crate::history::RunRecord;
use crate::journal::Journal;
use crate::report::Remember;
use crate::run::Emit;
use crate::secret::Redactor;
use std::fs::File;
use std::io::{self, BufWriter};
use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Events that may wait to be written before the run is held back.
const QUEUE: usize = 4096;

/// How long events are collected once one has woken the recorder: waking up for each of them costs more than writing
/// it.
const PAUSE: Duration = Duration::from_micros(300);

/// How long events may wait in memory while the run is busy: a run that is killed loses no more than this.
const FLUSH: Duration = Duration::from_millis(250);

/// What the recorder is told.
enum Said {
    /// Something happened.
    Event(Box<Event>),
    /// Nothing more is to be written, whoever may still have something to say.
    End,
}

/// Writes what a run says.
pub(super) struct Recorder {
    sender: SyncSender<Said>,
    thread: JoinHandle<Recorded>,
}

/// What was recorded, and what could not be.
pub(super) struct Recorded {
    /// What the run amounts to.
    pub(super) verdict: Verdict,
    /// Reports that could not be written.
    pub(super) problems: Vec<Diagnostic>,
    /// What else went wrong, which does not change how the run ends.
    pub(super) warnings: Vec<String>,
}

/// Sentences that a reporter says once everything else is said.
type Warnings = Arc<Mutex<Vec<String>>>;

fn lock(warnings: &Warnings) -> MutexGuard<'_, Vec<String>> {
    warnings.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Recorder {
    /// Begins a run's journal in its folder, and hands what it holds to the reports, the snapshots and the history.
    pub(super) fn start(
        folder: &Path,
        redactor: Redactor,
        mut reports: Opened,
        snapshots: Writer,
    ) -> Result<Self, Diagnostic> {
        let path = folder.join(JOURNAL);
        let name = path.display().to_string();
        let file = File::create(&path).map_err(|error| unwritable(&name, &error))?;
        let journal = Journal::new(BufWriter::with_capacity(256 * 1024, file), redactor);
        let warnings = Warnings::default();
        let history = {
            let (warnings, folder) = (Arc::clone(&warnings), folder.to_owned());
            Remember::new(move |run: &RunRecord| lock(&warnings).extend(remember(run, &folder)))
        };
        reports.fanout.add("snapshots", snapshots);
        reports.fanout.add("the history", history);
        let (sender, receiver) = sync_channel(QUEUE);
        let thread = std::thread::spawn(move || {
            let recorded = record(&receiver, journal, reports, &path);
            Recorded { warnings: std::mem::take(&mut *lock(&warnings)), ..recorded }
        });
        Ok(Self { sender, thread })
    }

    /// Where events go.
    pub(super) fn emit(&self) -> Emit {
        let sender = self.sender.clone();
        // The receiving thread lives until every sender is gone, so sending cannot fail.
        Arc::new(move |event| drop(sender.send(Said::Event(Box::new(event)))))
    }

    /// Waits until everything is written. What is said after this is lost.
    pub(super) fn finish(self) -> Recorded {
        let _ = self.sender.send(Said::End);
        drop(self.sender);
        self.thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn record(receiver: &Receiver<Said>, mut journal: Journal<BufWriter<File>>, reports: Opened, path: &Path) -> Recorded {
    let Opened { mut fanout, problems: unopened, .. } = reports;
    let mut counts = Counts::default();
    let mut journal_error = None;
    let mut flushed = Instant::now();
    loop {
        let said = match receiver.try_recv() {
            Ok(said) => said,
            Err(TryRecvError::Empty) => {
                // Nothing waits to be written, so there is time to hand on what was: a run that is killed now has it all.
                keep(&mut journal_error, journal.flush());
                flushed = Instant::now();
                let Ok(said) = receiver.recv() else { break };
                if matches!(&said, Said::Event(event) if !matches!(event.kind, EventKind::RunFinished(_))) {
                    std::thread::sleep(PAUSE);
                }
                said
            }
            Err(TryRecvError::Disconnected) => break,
        };
        let Said::Event(event) = said else { break };
        counts.add(&event.kind);
        match journal.mask(*event) {
            Ok(event) => {
                keep(&mut journal_error, journal.write());
                fanout.event(&Arc::new(event));
            }
            Err(error) => keep(&mut journal_error, Err(error)),
        }
        if flushed.elapsed() >= FLUSH {
            keep(&mut journal_error, journal.flush());
            flushed = Instant::now();
        }
    }
    keep(&mut journal_error, journal.flush());
    // A file whose folder somebody removed can still be written to, and is lost all the same.
    keep(&mut journal_error, std::fs::metadata(path).map(drop));
    let name = path.display().to_string();
    let mut problems: Vec<Diagnostic> = journal_error.iter().map(|error| unwritable(&name, error)).collect();
    problems.extend(unopened);
    problems.extend(unwritten(fanout.finish()));
    Recorded { verdict: counts.verdict(), problems, warnings: Vec::new() }
}

/// Keeps the first error.
fn keep(first: &mut Option<io::Error>, result: io::Result<()>) {
    if let (None, Err(error)) = (&first, result) {
        *first = Some(error);
    }
}

/// Reports that failed, as problems. Nobody reading standard output to its end is not one of them.
pub(super) fn unwritten(failed: Vec<(String, io::Error)>) -> Vec<Diagnostic> {
    let failed = failed.into_iter().filter(|(_, error)| error.kind() != io::ErrorKind::BrokenPipe);
    failed.map(|(name, error)| unwritable(&name, &error)).collect()
}

/// A report that cannot be written.
pub(super) fn unwritable(name: &str, error: &io::Error) -> Diagnostic {
    Diagnostic::new(Code::Report, format!("{name} could not be written")).note(NoteKind::Why, error.to_string()).next(
        "make room or give permission; what was written to the journal can be reported again with `proviso report`",
    )
}
