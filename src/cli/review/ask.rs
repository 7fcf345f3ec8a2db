//! Asking, one proposal after the other.

use super::mask::{self, for_every_item};
use super::owners::Owners;
use super::proposal::Proposal;
use super::show::screen;
use super::{Exit, Outcome};
use crate::diagnostic::{Code, Diagnostic, Style, render};
use crate::event::Change;
use crate::text::count;
use std::io::{BufRead, Write};

const QUESTION: &str = "\
a accept · r reject · s skip · a N accept only difference N · m N mask its path from now on · q quit";

/// What was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Accept,
    Reject,
    Skip,
    AcceptOne(usize),
    MaskOne(usize),
    Quit,
}

/// What becomes of a proposal after an answer.
enum Next {
    /// On to the next.
    On,
    /// It is asked again: something of it is left, or nothing was done.
    Again,
    /// No more questions.
    Stop,
}

/// Asks about every proposal. Whoever leaves (an answer `q`, the end of the input) leaves the others proposed.
pub(super) fn all(
    input: &mut impl BufRead,
    output: &mut impl Write,
    style: Style,
    owners: &Owners,
    proposals: Vec<Proposal>,
) -> Outcome {
    let of = proposals.len();
    let mut review = Review { input, output, style, owners: None, first: owners, counts: [0; 3] };
    for (index, proposal) in proposals.into_iter().enumerate() {
        let mut current = Some(proposal);
        while let Some(proposal) = current.take() {
            match review.one(&proposal, index + 1, of)? {
                Next::On => {}
                Next::Again => current = proposal.again()?,
                Next::Stop => {
                    review.end(of);
                    return Ok(Exit::Passed);
                }
            }
        }
    }
    review.end(of);
    Ok(Exit::Passed)
}

struct Review<'r, R, W> {
    input: &'r mut R,
    output: &'r mut W,
    style: Style,
    first: &'r Owners,
    /// The suites as they are after an edit.
    owners: Option<Owners>,
    /// Accepted, rejected, skipped.
    counts: [usize; 3],
}

impl<R: BufRead, W: Write> Review<'_, R, W> {
    fn one(&mut self, proposal: &Proposal, number: usize, of: usize) -> Result<Next, Box<Diagnostic>> {
        let (text, changes) = screen(proposal, number, of, self.style);
        self.say(&format!("{text}\n{QUESTION}"));
        let answer = loop {
            let Some(line) = self.read() else { return Ok(Next::Stop) };
            match answer(&line, changes.len()) {
                Ok(answer) => break answer,
                Err(why) => self.say(&why),
            }
        };
        match answer {
            Answer::Accept => {
                proposal.accept()?;
                self.counts[0] += 1;
                self.say(&format!("accepted {}", proposal.shown()));
                Ok(Next::On)
            }
            Answer::Reject => {
                proposal.reject()?;
                self.counts[1] += 1;
                self.say(&format!("rejected {}", proposal.shown()));
                Ok(Next::On)
            }
            Answer::Skip => {
                self.counts[2] += 1;
                Ok(Next::On)
            }
            Answer::Quit => Ok(Next::Stop),
            Answer::AcceptOne(index) => self.accept_one(proposal, &changes[index]),
            Answer::MaskOne(index) => self.mask_one(proposal, &changes[index]),
        }
    }

    fn accept_one(&mut self, proposal: &Proposal, wanted: &Change) -> Result<Next, Box<Diagnostic>> {
        let taken = proposal.accept_some(|change| change == wanted)?;
        self.say(&format!("accepted {} of {}", wanted.path, proposal.shown()));
        if taken.is_some_and(|part| part.left == 0) {
            self.counts[0] += 1;
        }
        Ok(Next::Again)
    }

    fn mask_one(&mut self, proposal: &Proposal, change: &Change) -> Result<Next, Box<Diagnostic>> {
        if !change.path.starts_with('$') {
            self.say("only parts of the body can be masked");
            return Ok(Next::Again);
        }
        let path = for_every_item(&change.path);
        let owners = self.owners.as_ref().unwrap_or(self.first);
        match mask::one(owners, proposal, &path) {
            Ok(done) => {
                let again = owners.read_again();
                self.say(&mask::shown(&done).join("\n"));
                self.owners = Some(again);
                if done.left == 0 && proposal.accepted.is_some() {
                    self.counts[0] += 1;
                }
            }
            Err(problem) if problem.code == Code::Report => return Err(problem),
            Err(problem) => self.say(&render(&problem, self.style)),
        }
        Ok(Next::Again)
    }

    fn say(&mut self, text: &str) {
        // Nobody reading is no reason to fail.
        let _ = writeln!(self.output, "{text}");
    }

    /// The next line that somebody typed; `None` at the end of the input.
    fn read(&mut self) -> Option<String> {
        let _ = write!(self.output, "> ");
        let _ = self.output.flush();
        let mut line = String::new();
        match self.input.read_line(&mut line) {
            Ok(read) if read > 0 => Some(line),
            Ok(_) | Err(_) => None,
        }
    }

    fn end(&mut self, of: usize) {
        let [accepted, rejected, skipped] = self.counts;
        let left = of - accepted - rejected;
        let skipped = if skipped > 0 { format!(" ({skipped} skipped)") } else { String::new() };
        self.say(&format!("{accepted} accepted, {rejected} rejected, {} left{skipped}", count(left, "snapshot")));
    }
}

fn answer(line: &str, changes: usize) -> Result<Answer, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let number = |text: &str| match text.parse::<usize>() {
        Ok(number) if (1..=changes).contains(&number) => Ok(number - 1),
        _ if changes == 0 => Err("there is no single difference here".to_owned()),
        _ => Err(format!("write a number from 1 to {changes}")),
    };
    match words.as_slice() {
        ["a" | "accept"] => Ok(Answer::Accept),
        ["r" | "reject"] => Ok(Answer::Reject),
        ["s" | "skip"] => Ok(Answer::Skip),
        ["q" | "quit"] => Ok(Answer::Quit),
        ["a" | "accept", one] => number(one).map(Answer::AcceptOne),
        ["m" | "mask", one] => number(one).map(Answer::MaskOne),
        _ => Err(QUESTION.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::proposal;
    use super::*;
    use std::path::PathBuf;

    const SUITE: &str = "suite: S\ncases:\n  - name: c\n    steps:\n      - name: Get\n        request: { method: GET, path: / }\n        snapshot: true # mine\n";

    /// A folder with one accepted snapshot and a proposal that differs from it in three places.
    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let folder = Self(std::env::temp_dir().join(format!("proviso-review-{}-{name}", std::process::id())));
            std::fs::create_dir_all(folder.0.join("snapshots")).unwrap();
            folder.write("suite.yaml", SUITE);
            let stored = |body: &str| {
                format!("---\nsource: suite.yaml\ndescription: d\nexpression: e\n---\nstatus: 200\n\n{body}\n")
            };
            folder.write("snapshots/suite__c__get.snap", &stored(r#"{"a": 1, "b": [{"c": 1}], "d": 1}"#));
            folder.write("snapshots/suite__c__get.snap.new", &stored(r#"{"a": 2, "b": [{"c": 2}], "d": 2}"#));
            folder
        }

        fn write(&self, name: &str, text: &str) {
            std::fs::write(self.0.join(name), text).unwrap();
        }

        fn read(&self, name: &str) -> Option<String> {
            std::fs::read_to_string(self.0.join(name)).ok()
        }

        /// What is said when these lines are typed.
        fn review(&self, typed: &str) -> String {
            let suites = [self.0.join("suite.yaml")];
            let (proposals, problems) = proposal::all(&suites);
            assert_eq!(problems, []);
            let mut said = Vec::new();
            let exit = all(&mut typed.as_bytes(), &mut said, Style::Plain, &Owners::find(&suites), proposals);
            assert_eq!(exit.map_err(|problem| problem.title), Ok(Exit::Passed));
            String::from_utf8(said).unwrap()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = std::fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn one_difference_is_accepted_one_is_masked_and_the_rest_is_rejected() {
        let folder = Folder::new("one");
        let said = folder.review("what\na 9\na 1\nm 1\nr\n");
        assert!(said.contains("    1  changed $.a: 1 → 2\n") && said.contains("write a number from 1 to 3"), "{said}");
        assert!(said.contains("+        snapshot: { redact: { \"$.b[*].c\": \"[c]\" } } # mine"), "{said}");
        assert!(said.ends_with("0 accepted, 1 rejected, 0 snapshots left\n"), "{said}");
        let accepted = folder.read("snapshots/suite__c__get.snap").unwrap();
        assert!(accepted.contains("\"a\": 2") && accepted.contains("\"c\": \"[c]\"") && accepted.contains("\"d\": 1"));
        assert_eq!(folder.read("snapshots/suite__c__get.snap.new"), None);
        assert!(folder.read("suite.yaml").unwrap().contains("{ redact: { \"$.b[*].c\": \"[c]\" } } # mine\n"));
    }

    #[test]
    fn when_the_last_difference_is_accepted_nothing_is_proposed_any_more() {
        let folder = Folder::new("last");
        let said = folder.review("a 3\na 2\na 1\n");
        assert!(said.ends_with("1 accepted, 0 rejected, 0 snapshots left\n"), "{said}");
        assert_eq!(folder.read("snapshots/suite__c__get.snap.new"), None);
    }

    #[test]
    fn whoever_skips_or_leaves_changes_nothing() {
        let folder = Folder::new("skip");
        let before = folder.read("snapshots/suite__c__get.snap");
        for typed in ["s\n", "q\n", "", "nonsense\n"] {
            let said = folder.review(typed);
            assert!(said.contains("0 accepted, 0 rejected, 1 snapshot left"), "{said}");
        }
        assert_eq!(folder.read("snapshots/suite__c__get.snap"), before);
        assert!(folder.read("snapshots/suite__c__get.snap.new").is_some());
        assert_eq!(folder.read("suite.yaml").as_deref(), Some(SUITE));
    }

    #[test]
    fn answers_are_understood_or_asked_for_again() {
        assert_eq!(answer("a\n", 0), Ok(Answer::Accept));
        assert_eq!(answer(" m 2 ", 3), Ok(Answer::MaskOne(1)));
        assert_eq!(answer("a 4", 3), Err("write a number from 1 to 3".to_owned()));
        assert_eq!(answer("a 1", 0), Err("there is no single difference here".to_owned()));
        for line in ["", "yes", "a b c", "A"] {
            assert_eq!(answer(line, 3), Err(QUESTION.to_owned()), "{line}");
        }
    }
}
