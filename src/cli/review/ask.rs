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
    use super::*;

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
