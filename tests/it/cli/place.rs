//! A folder of a test's own, and the program run in it.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

/// Longest time for anything a test waits for; reached only when something is broken.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// A folder that is removed when the test is over.
pub(crate) struct Place {
    path: PathBuf,
}

/// What the program said and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("proviso-cli-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path }
    }

    /// A folder with one suite, `suite.yaml`.
    pub(crate) fn with_suite(text: &str) -> Self {
        let place = Self::new();
        place.write("suite.yaml", text);
        place
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder can be made");
        std::fs::write(&path, content).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }

    pub(crate) fn read(&self, name: &str) -> String {
        let path = self.path(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    /// The journal of the newest run that ended.
    pub(crate) fn journal(&self) -> String {
        self.read("reports/latest/journal.jsonl")
    }

    /// The folder of the only run there is, also when it has not ended.
    pub(crate) fn only_run(&self) -> Option<PathBuf> {
        let entries = std::fs::read_dir(self.path("reports")).ok()?;
        let mut folders =
            entries.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.is_dir() && !path.is_symlink());
        let first = folders.next()?;
        assert_eq!(folders.next(), None, "one run was expected");
        Some(first)
    }

    /// The program with these arguments, in this folder and in an environment with nothing in it.
    pub(crate) fn proviso(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
        command.args(arguments).current_dir(&self.path).env_clear().stdin(Stdio::null());
        command
    }

    /// Runs the program to its end.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.proviso(arguments).output().expect("the program can be started");
        Ended::from(output)
    }

    /// Starts the program; its streams are pipes.
    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.proviso(arguments);
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the program can be started")
    }

    /// Names of the files and folders in a folder, in order.
    pub(crate) fn names(&self, folder: &str) -> Vec<String> {
        let entries = std::fs::read_dir(self.path(folder)).unwrap_or_else(|error| panic!("{folder}: {error}"));
        let mut names: Vec<String> =
            entries.filter_map(|entry| Some(entry.ok()?.file_name().to_string_lossy().into_owned())).collect();
        names.sort();
        names
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        // A folder left behind in the system's own place for such things harms nobody.
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program speaks UTF-8");
        Self { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }
}

impl Ended {
    /// Fails the test unless the program ended so.
    #[track_caller]
    pub(crate) fn expect(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "standard output:\n{}\nstandard error:\n{}", self.out, self.err);
        self
    }

    /// Fails the test unless standard error has this.
    #[track_caller]
    pub(crate) fn complains(self, text: &str) -> Self {
        assert!(self.err.contains(text), "`{text}` is not in standard error:\n{}", self.err);
        self
    }

    /// Fails the test unless standard output has this.
    #[track_caller]
    pub(crate) fn says(self, text: &str) -> Self {
        assert!(self.out.contains(text), "`{text}` is not in standard output:\n{}", self.out);
        self
    }
}

/// Waits for a child to end; one that does not is ended by force.
#[track_caller]
pub(crate) fn end_of(child: Child) -> Ended {
    let id = child.id();
    let (sender, receiver) = std::sync::mpsc::channel();
    std::thread::spawn(move || sender.send(child.wait_with_output()));
    let output = receiver.recv_timeout(PATIENCE).unwrap_or_else(|_| {
        signal(id, "KILL");
        panic!("the program did not end within {PATIENCE:?}")
    });
    Ended::from(output.expect("the end of a child can be awaited"))
}

/// Sends a signal to a process that this test started.
pub(crate) fn signal(id: u32, name: &str) {
    // When the process has ended already there is nobody to tell, which is what was wanted.
    let _ = Command::new("kill").args([&format!("-{name}"), &id.to_string()]).stderr(Stdio::null()).status();
}

/// Waits until something is the case.
#[track_caller]
pub(crate) fn eventually(what: &str, mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < PATIENCE, "not within {PATIENCE:?}: {what}");
        std::thread::yield_now();
    }
}

/// The repository.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
