//! The view of a run that goes on, at the foot of a terminal.
//!
//! What is written to the screen goes through here: the view is taken away, the text is written, the view comes back. It is
//! redrawn in one write and line by line over itself, so that nothing flickers, and taken away when the run is over.

use super::shell::Shell;
use crate::diagnostic::Style;
use crate::event::{Event, Timestamp};
use crate::report::{Progress, Reporter, RunFold};
use std::fmt::Write as _;
use std::io::{self, Write};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

/// How often the view is drawn.
const EVERY: Duration = Duration::from_millis(120);

/// Most lines of the view.
const LINES: usize = 10;

/// A view that is kept up to date.
pub(super) struct Live {
    board: Board<Box<dyn Write + Send>>,
    stop: Sender<()>,
    ticker: JoinHandle<()>,
}

impl Live {
    /// Begins a view where somebody watches; in a pipe, in CI and where it is not wanted there is none.
    pub(super) fn start(shell: &Shell) -> Option<Self> {
        let wanted = shell.is_watched();
        wanted.then(|| {
            let board = Board::new(shell.stream(), shell.screen());
            let (stop, stopped) = channel();
            let (drawn, size) = (board.clone(), shell.clone());
            let ticker = std::thread::spawn(move || {
                while stopped.recv_timeout(EVERY) == Err(RecvTimeoutError::Timeout) {
                    let (width, height) = size.size();
                    // A screen that cannot be written to any more shows in what is written there next.
                    let _ = drawn.draw(Timestamp::new(jiff::Timestamp::now()), width, height);
                }
            });
            Self { board, stop, ticker }
        })
    }

    /// What writes to the screen, and what tells the view of events.
    pub(super) fn board(&self) -> Board<Box<dyn Write + Send>> {
        self.board.clone()
    }

    /// Takes the view away for good.
    pub(super) fn end(self) {
        drop(self.stop);
        // A ticker that fell over has nothing to say any more.
        let _ = self.ticker.join();
        let _ = self.board.clear();
    }
}

/// A screen with a view at its foot.
pub(super) struct Board<W> {
    state: Arc<Mutex<State<W>>>,
}

impl<W> Clone for Board<W> {
    fn clone(&self) -> Self {
        Self { state: Arc::clone(&self.state) }
    }
}

struct State<W> {
    out: W,
    style: Style,
    progress: Progress,
    /// The lines of the view that are on the screen.
    shown: Vec<String>,
    /// The beginning of a line that is not whole yet.
    line: Vec<u8>,
}

impl<W: Write> Board<W> {
    fn new(out: W, style: Style) -> Self {
        let state = State { out, style, progress: Progress::new(), shown: Vec::new(), line: Vec::new() };
        Self { state: Arc::new(Mutex::new(state)) }
    }

    fn state(&self) -> MutexGuard<'_, State<W>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws the view as it is at that moment.
    fn draw(&self, now: Timestamp, width: usize, height: usize) -> io::Result<()> {
        let mut state = self.state();
        // The last column stays free: some terminals go on to the next line when it is written.
        let lines =
            state.progress.lines(now, state.style, width.saturating_sub(1), height.saturating_sub(2).clamp(1, LINES));
        if lines == state.shown {
            return Ok(());
        }
        let mut text = state.back_to_the_top();
        for line in &lines {
            let _ = writeln!(text, "{line}\x1b[K");
        }
        text.push_str("\x1b[J");
        state.shown = lines;
        state.out.write_all(text.as_bytes())?;
        state.out.flush()
    }

    /// Takes the view away.
    fn clear(&self) -> io::Result<()> {
        self.state().clear()
    }
}

impl<W: Write> State<W> {
    /// What leads from below the view to its first line.
    fn back_to_the_top(&self) -> String {
        match self.shown.len() {
            0 => String::new(),
            lines => format!("\r\x1b[{lines}A"),
        }
    }

    fn clear(&mut self) -> io::Result<()> {
        if !self.shown.is_empty() {
            let text = self.back_to_the_top() + "\x1b[J";
            self.shown.clear();
            self.out.write_all(text.as_bytes())?;
        }
        self.out.flush()
    }
}

impl<W: Write> Write for Board<W> {
    /// Writes whole lines above the view, which comes back with the next drawing.
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let mut state = self.state();
        state.line.extend_from_slice(bytes);
        if let Some(end) = state.line.iter().rposition(|byte| *byte == b'\n') {
            state.clear()?;
            let whole: Vec<u8> = state.line.drain(..=end).collect();
            state.out.write_all(&whole)?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut state = self.state();
        state.out.flush()
    }
}

impl<W: Write> Reporter for Board<W> {
    fn event(&mut self, event: &Arc<Event>, run: &RunFold) -> io::Result<()> {
        self.state().progress.event(event, run)
    }

    fn finish(&mut self, run: &RunFold) -> io::Result<()> {
        self.state().progress.finish(run)?;
        self.clear()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{CaseEntry, CaseFinished, CaseOutcome, CaseStarted, EventKind, FORMAT, RunFinished, RunStarted};

    /// What a terminal would show of what was written to it.
    fn screen(written: &[u8]) -> Vec<String> {
        let text = String::from_utf8(written.to_vec()).expect("it is text");
        let mut rows: Vec<String> = vec![String::new()];
        let (mut row, mut rest) = (0, text.as_str());
        while let Some(character) = rest.chars().next() {
            let mut length = character.len_utf8();
            match character {
                '\r' => {}
                '\n' => {
                    row += 1;
                    rows.resize(rows.len().max(row + 1), String::new());
                }
                '\x1b' => {
                    length = rest.find(|end: char| end.is_ascii_alphabetic()).expect("a sequence ends") + 1;
                    match &rest[..length] {
                        "\x1b[K" => {}
                        "\x1b[J" => {
                            rows.truncate(row);
                            rows.push(String::new());
                        }
                        up => {
                            let up = up.strip_prefix("\x1b[").and_then(|up| up.strip_suffix('A'));
                            row -= up.and_then(|up| up.parse::<usize>().ok()).expect("a movement up");
                            // Lines are written over from their beginning and cleared to their end.
                            rows[row..].iter_mut().for_each(String::clear);
                        }
                    }
                }
                other => rows[row].push(other),
            }
            rest = &rest[length..];
        }
        rows.into_iter().filter(|row| !row.is_empty()).collect()
    }

    fn at(seconds: u64) -> Timestamp {
        Timestamp::new("2026-03-01T02:30:00Z".parse().expect("a moment")).after(Duration::from_secs(seconds))
    }

    fn run() -> EventKind {
        let case = |name: &str| CaseEntry {
            suite: 0,
            name: name.into(),
            setup: false,
            line: None,
            tags: Vec::new(),
            about: None,
        };
        EventKind::RunStarted(Box::new(RunStarted {
            format: FORMAT,
            run: "run".into(),
            version: String::new(),
            command: Vec::new(),
            environment: String::new(),
            target: String::new(),
            seed: 0,
            host: String::new(),
            suites: vec![crate::event::SuiteEntry { file: "a.yaml".into(), name: "A".into(), about: None }],
            cases: vec![case("one"), case("two")],
            rounds: 1,
            left_out: 0,
            flaky_fails: false,
            share: None,
        }))
    }

    fn shown(board: &Board<Vec<u8>>) -> Vec<String> {
        screen(&board.state().out)
    }

    #[test]
    fn what_is_written_stands_above_the_view_and_the_view_leaves_nothing_behind() {
        let mut board = Board::new(Vec::new(), Style::Plain);
        let say = |board: &mut Board<Vec<u8>>, kind| {
            board.event(&Arc::new(Event { at: at(0), kind }), &RunFold::default()).expect("it is told");
        };
        writeln!(board, "header").expect("it is written");
        say(&mut board, run());
        say(&mut board, EventKind::CaseStarted(CaseStarted { case: 0 }));
        board.draw(at(1), 80, 24).expect("it is drawn");
        assert_eq!(shown(&board), ["header", "0 of 2 cases done, 1 running · 1 s", "  a › one"]);
        board.draw(at(2), 80, 24).expect("it is drawn");
        assert_eq!(shown(&board), ["header", "0 of 2 cases done, 1 running · 2 s", "  a › one"]);
        say(&mut board, EventKind::CaseFinished(CaseFinished { case: 0, outcome: CaseOutcome::Passed, took_us: 1 }));
        write!(board, "one pas").expect("it is written");
        assert_eq!(shown(&board).len(), 3, "half a line does not touch the view");
        writeln!(board, "sed").expect("it is written");
        assert_eq!(shown(&board), ["header", "one passed"]);
        board.draw(at(3), 80, 24).expect("it is drawn");
        assert_eq!(shown(&board), ["header", "one passed", "1 of 2 cases done · 3 s"]);
        say(&mut board, EventKind::RunFinished(RunFinished { took_us: 1 }));
        writeln!(board, "Passed").expect("it is written");
        board.draw(at(4), 80, 24).expect("it is drawn");
        board.finish(&RunFold::default()).expect("it ends");
        assert_eq!(shown(&board), ["header", "one passed", "Passed"]);
    }

    #[test]
    fn nothing_is_written_where_nothing_changed() {
        let mut board = Board::new(Vec::new(), Style::Plain);
        board.event(&Arc::new(Event { at: at(0), kind: run() }), &RunFold::default()).expect("it is told");
        board.draw(at(1), 80, 24).expect("it is drawn");
        let before = board.state().out.len();
        board.draw(at(1), 80, 24).expect("it is drawn");
        assert_eq!(board.state().out.len(), before);
    }
}
