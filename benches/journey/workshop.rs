//! The folder in which the program runs: suites, the files they send, reports.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

const JOURNEY: &str = include_str!("journey.yaml");
const POLL: &str = include_str!("poll.yaml");

/// A folder with everything the program needs; reports of earlier runs are removed from it.
pub(crate) struct Workshop {
    folder: PathBuf,
    base_url: String,
}

impl Workshop {
    /// Fills the folder. Requests go to `base_url`.
    pub(crate) fn open(base_url: &str) -> Self {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("journey");
        // There is none the first time.
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).expect("a folder below the target folder");
        let workshop = Self { folder, base_url: base_url.to_owned() };
        workshop.write("journey.yaml", JOURNEY.as_bytes());
        workshop.write("poll.yaml", POLL.as_bytes());
        workshop.write("statement.pdf", &vec![b'%'; 200 * 1024]);
        workshop.write("document.pdf", &vec![b'%'; 100 * 1024]);
        workshop
    }

    /// The program with these arguments.
    pub(crate) fn program(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proviso"));
        command.current_dir(&self.folder).args(arguments);
        command
    }

    /// The program, to run a suite so many times, with all reports as they are by default.
    pub(crate) fn run(&self, suite: &str, times: u32, more: &[&str]) -> Command {
        // Journals of thousands of journeys are large; none is needed once its run is over.
        let _ = std::fs::remove_dir_all(self.folder.join("reports"));
        let mut command = self.program(&["run", "--show", "failures", "--base-url", &self.base_url, "--repeat"]);
        command.arg(times.to_string()).args(more).arg(suite);
        command
    }

    /// Writes a suite of at least so many bytes and answers with the number of its steps.
    pub(crate) fn write_large_suite(&self, bytes: usize) -> usize {
        let (head, case) = JOURNEY.split_once("  - name:").expect("the journey is one case");
        let mut suite = head.to_owned();
        let mut cases = 0;
        while suite.len() < bytes {
            cases += 1;
            let (name, steps) = case.split_once('\n').expect("a case has lines");
            let _ = write!(suite, "  - name:{name} {cases}\n{steps}");
        }
        self.write("large.yaml", suite.as_bytes());
        cases * case.matches("        request:").count()
    }

    fn write(&self, name: &str, content: &[u8]) {
        std::fs::write(self.folder.join(name), content).expect("there is room in the target folder");
    }
}
