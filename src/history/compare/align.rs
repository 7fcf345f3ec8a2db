//! Which case of one run is which of another, and which step.

use super::{CaseTrace, StepTrace};
use similar::{Algorithm, DiffOp, capture_diff_slices};
use std::collections::{HashMap, HashSet};

/// Cases that have another name are the same when they share at least so many of a hundred of their steps.
const ALIKE: usize = 60;

/// The cases of two runs.
pub(super) struct Pairs<'a> {
    /// Those of both, in the order of the second run.
    pub(super) both: Vec<(&'a CaseTrace, &'a CaseTrace)>,
    /// Those of the first run only.
    pub(super) only_a: Vec<&'a CaseTrace>,
    /// Those of the second run only.
    pub(super) only_b: Vec<&'a CaseTrace>,
}

/// Pairs cases: by file and name, then by name alone, then by their steps within a file.
pub(super) fn cases<'a>(a: &'a [CaseTrace], b: &'a [CaseTrace]) -> Pairs<'a> {
    let mut pairing = Pairing { a, b, of_b: vec![None; b.len()], taken: HashSet::new() };
    pairing.by(|case| (case.suite.as_str(), case.case.as_str()));
    pairing.by(|case| ("", case.case.as_str()));
    pairing.by_steps();
    let of_b = &pairing.of_b;
    Pairs {
        both: of_b.iter().zip(b).filter_map(|(of, case)| Some((&a[(*of)?], case))).collect(),
        only_a: a
            .iter()
            .enumerate()
            .filter(|(index, _)| !pairing.taken.contains(index))
            .map(|(_, case)| case)
            .collect(),
        only_b: of_b.iter().zip(b).filter(|(of, _)| of.is_none()).map(|(_, case)| case).collect(),
    }
}

struct Pairing<'a> {
    a: &'a [CaseTrace],
    b: &'a [CaseTrace],
    /// For each case of the second run, the one of the first.
    of_b: Vec<Option<usize>>,
    taken: HashSet<usize>,
}

impl<'a> Pairing<'a> {
    /// Pairs what has a key that nothing else left over has.
    fn by(&mut self, key: impl Fn(&'a CaseTrace) -> (&'a str, &'a str)) {
        let mut left: HashMap<_, Vec<usize>> = HashMap::new();
        for (index, case) in self.a.iter().enumerate().filter(|(index, _)| !self.taken.contains(index)) {
            left.entry(key(case)).or_default().push(index);
        }
        let mut wanted: HashMap<_, usize> = HashMap::new();
        for (case, _) in self.b.iter().zip(&self.of_b).filter(|(_, of)| of.is_none()) {
            *wanted.entry(key(case)).or_default() += 1;
        }
        for (case, of) in self.b.iter().zip(&mut self.of_b).filter(|(_, of)| of.is_none()) {
            if let (Some([only]), Some(1)) = (left.get(&key(case)).map(Vec::as_slice), wanted.get(&key(case))) {
                *of = Some(*only);
                self.taken.insert(*only);
            }
        }
    }

    /// Pairs what is left over of a file by the steps, the most alike first.
    fn by_steps(&mut self) {
        let mut candidates: Vec<(usize, usize, usize)> = Vec::new();
        for (b, case) in self.b.iter().enumerate().filter(|(b, _)| self.of_b[*b].is_none()) {
            let same_file = |(a, other): &(usize, &CaseTrace)| !self.taken.contains(a) && other.suite == case.suite;
            for (a, other) in self.a.iter().enumerate().filter(same_file) {
                let likeness = likeness(&other.steps, &case.steps);
                if likeness >= ALIKE {
                    candidates.push((likeness, a, b));
                }
            }
        }
        candidates.sort_by_key(|(likeness, a, b)| (std::cmp::Reverse(*likeness), a.abs_diff(*b), *b));
        for (_, a, b) in candidates {
            if self.of_b[b].is_none() && self.taken.insert(a) {
                self.of_b[b] = Some(a);
            }
        }
    }
}

/// How many of a hundred steps two cases share.
fn likeness(a: &[StepTrace], b: &[StepTrace]) -> usize {
    let same = operations(&names(a), &names(b))
        .iter()
        .map(|op| if is_equal(op) { op.old_range().len() } else { 0 })
        .sum::<usize>();
    (same * 200).checked_div(a.len() + b.len()).unwrap_or_default()
}

/// Steps in pairs, in order; one alone is in its run only.
pub(super) fn steps<'a>(a: &'a [StepTrace], b: &'a [StepTrace]) -> Vec<(Option<&'a StepTrace>, Option<&'a StepTrace>)> {
    let mut pairs = Vec::new();
    for op in operations(&names(a), &names(b)) {
        let (old, new) = (&a[op.old_range()], &b[op.new_range()]);
        match is_equal(&op) {
            true => pairs.extend(old.iter().map(Some).zip(new.iter().map(Some))),
            false => pairs.extend(renamed(old, new)),
        }
    }
    pairs
}

/// Steps between those of the same name: what calls the same has got another name.
fn renamed<'a>(a: &'a [StepTrace], b: &'a [StepTrace]) -> Vec<(Option<&'a StepTrace>, Option<&'a StepTrace>)> {
    let mut pairs = Vec::new();
    for op in operations(&calls(a), &calls(b)) {
        let (old, new) = (&a[op.old_range()], &b[op.new_range()]);
        match is_equal(&op) {
            true => pairs.extend(old.iter().map(Some).zip(new.iter().map(Some))),
            false => {
                pairs.extend(old.iter().map(|step| (Some(step), None)));
                pairs.extend(new.iter().map(|step| (None, Some(step))));
            }
        }
    }
    pairs
}

fn operations<T: Eq + std::hash::Hash>(a: &[T], b: &[T]) -> Vec<DiffOp> {
    capture_diff_slices(Algorithm::Myers, a, b)
}

const fn is_equal(op: &DiffOp) -> bool {
    matches!(op, DiffOp::Equal { .. })
}

fn names(steps: &[StepTrace]) -> Vec<(bool, &str)> {
    steps.iter().map(|step| (step.cleanup, step.name.as_str())).collect()
}

/// What steps call: the operation, or method and path. One of which neither is known is like no other.
fn calls(steps: &[StepTrace]) -> Vec<(bool, String)> {
    let call = |step: &StepTrace| match (&step.operation, &step.exchange) {
        (Some(operation), _) => operation.clone(),
        (None, Some(exchange)) => exchange.target.clone(),
        (None, None) => format!("({})", step.name),
    };
    steps.iter().map(|step| (step.cleanup, call(step))).collect()
}
