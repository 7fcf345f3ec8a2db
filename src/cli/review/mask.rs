//! Masking a path from now on: in the suite, in what was accepted, in what is proposed.

use super::owners::Owners;
use super::proposal::Proposal;
use super::{Exit, Outcome, unwritten};
use crate::cli::output_file::WholeFile;
use crate::cli::shell::Shell;
use crate::diagnostic::{Code, Diagnostic, NoteKind};
use crate::expr::Selector;
use crate::snapshot::redact;
use crate::suite::{Masked, add_mask};
use std::io::Write as _;
use std::path::Path;

/// What was done.
pub(super) struct Done {
    /// The suite's or flow's file.
    pub(super) file: String,
    /// The edit.
    pub(super) edit: Masked,
    /// How many differences are left.
    pub(super) left: usize,
}

/// Masks a path in every proposal that has something there.
pub(super) fn all(shell: &Shell, owners: &Owners, proposals: &[Proposal], path: &str) -> Outcome {
    let selector = selector(path)?;
    let placeholder = placeholder(path);
    // The one edit of a flow's step is good for every case that uses it.
    let (mut owners_now, mut masked) = (None::<Owners>, 0);
    for proposal in proposals.iter().filter(|proposal| has(proposal, &selector, &placeholder)) {
        masked += 1;
        let current = owners_now.as_ref().unwrap_or(owners);
        let done = match is_masked(current, &proposal.path, path) {
            true => None,
            false => Some(one(current, proposal, path)?),
        };
        match done {
            Some(done) => {
                shown(&done).iter().for_each(|line| shell.say(line));
                owners_now = Some(current.read_again());
            }
            None => {
                proposal.mask(&selector, &placeholder)?;
            }
        }
        shell.say(&format!("masked {path} in {}", proposal.shown()));
    }
    if masked == 0 {
        let title = format!("no proposed snapshot has anything to mask at {path}");
        shell.problem(&Diagnostic::new(Code::NothingSelected, title).next("`proviso review --list` tells every path"));
        return Ok(Exit::NothingSelected);
    }
    Ok(Exit::Passed)
}

fn has(proposal: &Proposal, path: &Selector, placeholder: &str) -> bool {
    let differs = |content| redact(content, path, placeholder) != *content;
    differs(&proposal.stored.content) || proposal.accepted.as_ref().is_some_and(|stored| differs(&stored.content))
}

fn is_masked(owners: &Owners, snapshot: &Path, path: &str) -> bool {
    owners.masks(snapshot).iter().any(|known| known == path)
}

/// Masks a path in one snapshot, and writes that into its suite.
pub(super) fn one(owners: &Owners, proposal: &Proposal, path: &str) -> Result<Done, Box<Diagnostic>> {
    let selector = selector(path)?;
    let placeholder = placeholder(path);
    let by_hand = |why: &str| {
        let next = format!("add it by hand: `snapshot: {{ redact: {{ {path}: \"{placeholder}\" }} }}`");
        let title = format!("{path} could not be masked in the suite");
        Diagnostic::new(Code::Snapshot, title).note(NoteKind::Why, why).next(next)
    };
    let Some(written) = owners.written(&proposal.path) else {
        let why = owners.why.clone().unwrap_or_else(|| "no step owns this snapshot".to_owned());
        return Err(Box::new(by_hand(&why)));
    };
    let file = Path::new(&written.file);
    // Somebody may have written to it since it was read.
    let unchanged = std::fs::read_to_string(file).is_ok_and(|text| text == written.text);
    let edit = match unchanged {
        true => add_mask(&written.text, &written.range, path, &placeholder),
        false => Err("the file was changed in between".to_owned()),
    };
    let edit = edit.map_err(|why| Box::new(by_hand(&why).at(written.place.clone(), "")))?;
    let write = || {
        let mut whole = WholeFile::create(file)?;
        whole.write_all(edit.text.as_bytes())?;
        whole.flush()
    };
    write().map_err(|error| unwritten(file, &error))?;
    let left = proposal.mask(&selector, &placeholder)?;
    Ok(Done { file: written.file, edit, left })
}

/// The edit as text, with the file and the line.
pub(super) fn shown(done: &Done) -> Vec<String> {
    let Masked { line, before, after, .. } = &done.edit;
    let mut lines = vec![format!("{}:{line}", done.file)];
    lines.extend(before.iter().map(|line| format!("  -{line}")));
    lines.extend(after.iter().map(|line| format!("  +{line}")));
    lines
}

/// A path for every item of the lists it goes through: what differs in one differs in the next.
pub(super) fn for_every_item(path: &str) -> String {
    let mut general = String::with_capacity(path.len());
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('[') {
        general.push_str(before);
        let digits = after.len() - after.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if digits > 0 && after[digits..].starts_with(']') {
            general.push_str("[*]");
            rest = &after[digits + 1..];
        } else {
            // A name in quotes may hold anything; it ends where its quote does.
            let end = after.find("']").map_or(after.len(), |end| end + 2);
            general.push('[');
            general.push_str(&after[..end]);
            rest = &after[end..];
        }
    }
    general + rest
}

/// What stands for a value from now on: the name it has.
fn placeholder(path: &str) -> String {
    let mut words = path.split(|c: char| !c.is_ascii_alphanumeric() && c != '_');
    format!("[{}]", words.rfind(|word| !word.is_empty()).unwrap_or("masked"))
}

fn selector(path: &str) -> Result<Selector, Box<Diagnostic>> {
    Selector::parse(path).map_err(|error| {
        let title = format!("`{path}` is not a path that can be masked");
        let problem = Diagnostic::new(Code::Selector, title).note(NoteKind::Why, error.message);
        Box::new(problem.next("a JSONPath into the body, as in $.data.offers[*].rate"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mask_is_for_every_item_of_a_list() {
        assert_eq!(for_every_item("$.data.offers[0].slabs[12].rate"), "$.data.offers[*].slabs[*].rate");
        assert_eq!(for_every_item("$['a[0]'][3]['b c']"), "$['a[0]'][*]['b c']");
        assert_eq!(for_every_item("$.data"), "$.data");
    }

    #[test]
    fn a_placeholder_is_called_what_it_stands_for() {
        assert_eq!(placeholder("$.data.offers[*].referenceID"), "[referenceID]");
        assert_eq!(placeholder("$.data.offers[*]"), "[offers]");
        assert_eq!(placeholder("$"), "[masked]");
    }
}
