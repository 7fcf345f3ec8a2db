//! The engine that goes back and forth: for look-around, back-references, `\B` and large counts. It keeps its own stack, so
//! that no text is too long for it, and takes a limited number of steps.

use super::Match;
use super::parse::{Node, Parsed, Repeat};
use super::set::Set;

/// Most steps for one text, about 20 milliseconds; a few for each of its characters are free.
const MOST_STEPS: usize = 1_000_000;

/// A pattern as a list of steps.
#[derive(Debug)]
pub(super) struct Program {
    steps: Vec<Step>,
    sets: Vec<Set>,
    groups: usize,
    loops: usize,
    /// Whether it can only match at the beginning.
    anchored: bool,
}

#[derive(Debug)]
enum Step {
    /// One character of a set; backwards within a look-behind.
    Set {
        set: usize,
        back: bool,
    },
    /// Two ways; the first is tried first.
    Split(usize, usize),
    Jump(usize),
    /// The place is the first or last of a group.
    Save(usize),
    /// A loop begins: it has been gone no time.
    Begin(usize),
    /// The head of a loop.
    Head(Loop),
    /// One turn of a loop begins.
    Turn {
        number: usize,
        groups: (usize, usize),
    },
    Start {
        lines: bool,
    },
    End {
        lines: bool,
    },
    Boundary {
        is: bool,
    },
    /// What is inside ends with `Accept`; after it goes on at `after`.
    Look {
        is: bool,
        after: usize,
    },
    Back {
        groups: Vec<usize>,
        any_case: bool,
        back: bool,
    },
    Accept,
}

#[derive(Debug)]
struct Loop {
    number: usize,
    least: u32,
    most: Option<u32>,
    greedy: bool,
    turn: usize,
    after: usize,
}

impl Program {
    pub(super) fn new(parsed: &Parsed) -> Self {
        let mut program = Self {
            steps: Vec::new(),
            sets: Vec::new(),
            groups: parsed.groups,
            loops: 0,
            anchored: begins(&parsed.root),
        };
        program.write(&parsed.root, false);
        program.steps.push(Step::Accept);
        program
    }

    /// Whether a text has a place that it matches.
    pub(super) fn find(&self, text: &str) -> Match {
        let letters: Vec<char> = text.chars().collect();
        let mut machine = Machine {
            program: self,
            letters: &letters,
            saved: vec![None; 2 * (self.groups + 1)],
            turns: vec![(0, None); self.loops],
            stack: Vec::new(),
            left: MOST_STEPS + 8 * letters.len(),
        };
        let last = if self.anchored { 0 } else { letters.len() };
        for start in 0..=last {
            match machine.run(0, start) {
                Match::No => {}
                decided => return decided,
            }
        }
        Match::No
    }

    fn write(&mut self, node: &Node, back: bool) {
        match node {
            Node::Set(set) => {
                let set = self.set(set);
                self.steps.push(Step::Set { set, back });
            }
            // Looking behind, the last comes first.
            Node::All(all) if back => all.iter().rev().for_each(|node| self.write(node, back)),
            Node::All(all) => all.iter().for_each(|node| self.write(node, back)),
            Node::Either(all) => {
                let mut ends = Vec::new();
                for (index, node) in all.iter().enumerate() {
                    let split = self.steps.len();
                    let is_last = index + 1 == all.len();
                    if !is_last {
                        self.steps.push(Step::Split(split + 1, 0));
                    }
                    self.write(node, back);
                    if !is_last {
                        ends.push(self.steps.len());
                        self.steps.push(Step::Jump(0));
                        self.steps[split] = Step::Split(split + 1, self.steps.len());
                    }
                }
                let after = self.steps.len();
                ends.into_iter().for_each(|end| self.steps[end] = Step::Jump(after));
            }
            Node::Repeat(repeat) => self.repeat(repeat, back),
            Node::Group(number, inside) => {
                let (first, last) = (2 * number, 2 * number + 1);
                self.steps.push(Step::Save(if back { last } else { first }));
                self.write(inside, back);
                self.steps.push(Step::Save(if back { first } else { last }));
            }
            Node::Start { lines } => self.steps.push(Step::Start { lines: *lines }),
            Node::End { lines } => self.steps.push(Step::End { lines: *lines }),
            Node::Boundary { is } => self.steps.push(Step::Boundary { is: *is }),
            Node::Look { ahead, is, inside } => {
                let look = self.steps.len();
                self.steps.push(Step::Accept);
                self.write(inside, !ahead);
                self.steps.push(Step::Accept);
                self.steps[look] = Step::Look { is: *is, after: self.steps.len() };
            }
            Node::Back { groups, any_case } => {
                self.steps.push(Step::Back { groups: groups.clone(), any_case: *any_case, back });
            }
        }
    }

    fn repeat(&mut self, repeat: &Repeat, back: bool) {
        let number = self.loops;
        self.loops += 1;
        self.steps.push(Step::Begin(number));
        let head = self.steps.len();
        self.steps.push(Step::Accept);
        self.steps.push(Step::Turn { number, groups: repeat.groups });
        self.write(&repeat.inside, back);
        self.steps.push(Step::Jump(head));
        let (least, most, greedy) = (repeat.least, repeat.most, repeat.greedy);
        let after = self.steps.len();
        self.steps[head] = Step::Head(Loop { number, least, most, greedy, turn: head + 1, after });
    }

    fn set(&mut self, set: &Set) -> usize {
        let known = self.sets.iter().position(|known| known == set);
        known.unwrap_or_else(|| {
            self.sets.push(set.clone());
            self.sets.len() - 1
        })
    }
}

/// Whether something can only match at the beginning of a text.
fn begins(node: &Node) -> bool {
    match node {
        Node::Start { lines } => !lines,
        Node::All(all) => all.first().is_some_and(begins),
        Node::Either(all) => all.iter().all(begins),
        Node::Group(_, inside) => begins(inside),
        _ => false,
    }
}

/// What is undone, or tried instead, on the way back.
enum Undo {
    Way { step: usize, at: usize },
    Saved(usize, Option<usize>),
    Turns(usize, (u32, Option<usize>)),
}

struct Machine<'m> {
    program: &'m Program,
    letters: &'m [char],
    /// First and last places of groups.
    saved: Vec<Option<usize>>,
    /// How often a loop has been gone, and where its last turn began.
    turns: Vec<(u32, Option<usize>)>,
    stack: Vec<Undo>,
    left: usize,
}

impl Machine<'_> {
    /// Goes from a step until it accepts. What was saved stays saved when it does; nothing else is left on the stack.
    fn run(&mut self, step: usize, at: usize) -> Match {
        let base = self.stack.len();
        let (mut step, mut at) = (step, at);
        loop {
            if self.left == 0 {
                return Match::GaveUp;
            }
            self.left -= 1;
            let program = self.program;
            let goes_on = match &program.steps[step] {
                Step::Accept => {
                    // What looked on the way is decided: only the ways are forgotten, not what is to be undone.
                    let gone = self.stack.split_off(base);
                    self.stack.extend(gone.into_iter().filter(|undo| !matches!(undo, Undo::Way { .. })));
                    return Match::Yes;
                }
                Step::Set { set, back } => {
                    let place = if *back { at.checked_sub(1) } else { Some(at) };
                    let letter = place.and_then(|place| self.letters.get(place));
                    let fits = letter.is_some_and(|letter| program.sets[*set].holds(*letter));
                    if fits {
                        at = if *back { at - 1 } else { at + 1 };
                    }
                    fits
                }
                Step::Split(first, second) => {
                    self.stack.push(Undo::Way { step: *second, at });
                    step = *first;
                    continue;
                }
                Step::Jump(to) => {
                    step = *to;
                    continue;
                }
                Step::Save(slot) => {
                    self.save(*slot, Some(at));
                    true
                }
                Step::Begin(number) => {
                    self.turn(*number, (0, None));
                    true
                }
                Step::Head(head) => match self.head(head, at) {
                    Some(next) => {
                        step = next;
                        continue;
                    }
                    None => false,
                },
                Step::Turn { number, groups } => {
                    let gone = self.turns[*number].0;
                    self.turn(*number, (gone.saturating_add(1), Some(at)));
                    for slot in 2 * groups.0..2 * groups.1 {
                        if self.saved[slot].is_some() {
                            self.save(slot, None);
                        }
                    }
                    true
                }
                Step::Start { lines } => at == 0 || *lines && Set::line_ends().holds(self.letters[at - 1]),
                Step::End { lines } => at == self.letters.len() || *lines && Set::line_ends().holds(self.letters[at]),
                Step::Boundary { is } => {
                    let word = |letter: Option<&char>| {
                        letter.is_some_and(|letter| letter.is_ascii_alphanumeric() || *letter == '_')
                    };
                    let before = word(at.checked_sub(1).and_then(|place| self.letters.get(place)));
                    (before != word(self.letters.get(at))) == *is
                }
                Step::Look { is, after } => {
                    let here = self.stack.len();
                    match self.run(step + 1, at) {
                        Match::GaveUp => return Match::GaveUp,
                        Match::Yes if *is => {
                            step = *after;
                            continue;
                        }
                        Match::No if !is => {
                            step = *after;
                            continue;
                        }
                        Match::Yes | Match::No => {
                            self.undo_to(here);
                            false
                        }
                    }
                }
                Step::Back { groups, any_case, back } => match self.captured(groups, *any_case, *back, at) {
                    Some(next) => {
                        at = next;
                        true
                    }
                    None => false,
                },
            };
            if goes_on {
                step += 1;
                continue;
            }
            match self.back(base) {
                Some((other, place)) => (step, at) = (other, place),
                None => return Match::No,
            }
        }
    }

    /// Where a loop goes on: another turn, or what comes after.
    fn head(&mut self, head: &Loop, at: usize) -> Option<usize> {
        let (gone, began) = self.turns[head.number];
        // A turn that took nothing is no turn, beyond those that must be (ECMA-262, 22.2.2.3.1).
        if gone > head.least && began == Some(at) {
            return None;
        }
        if gone < head.least {
            // Nothing would change any more.
            let idle = began == Some(at);
            if idle {
                self.turn(head.number, (head.least, None));
                return Some(head.after);
            }
            return Some(head.turn);
        }
        if head.most.is_some_and(|most| gone >= most) {
            return Some(head.after);
        }
        let (first, second) = if head.greedy { (head.turn, head.after) } else { (head.after, head.turn) };
        self.stack.push(Undo::Way { step: second, at });
        Some(first)
    }

    fn captured(&self, groups: &[usize], any_case: bool, back: bool, at: usize) -> Option<usize> {
        let range = groups.iter().find_map(|group| Some((self.saved[2 * group]?, self.saved[2 * group + 1]?)));
        // A group that has captured nothing is empty text.
        let Some((first, last)) = range else { return Some(at) };
        let length = last.checked_sub(first)?;
        let start = if back { at.checked_sub(length)? } else { at };
        let there = self.letters.get(start..start + length)?;
        let same =
            |(left, right): (&char, &char)| left == right || any_case && Set::one(*left).any_case().holds(*right);
        there.iter().zip(&self.letters[first..last]).all(same).then_some(if back { start } else { at + length })
    }

    fn save(&mut self, slot: usize, at: Option<usize>) {
        self.stack.push(Undo::Saved(slot, self.saved[slot]));
        self.saved[slot] = at;
    }

    fn turn(&mut self, number: usize, now: (u32, Option<usize>)) {
        self.stack.push(Undo::Turns(number, self.turns[number]));
        self.turns[number] = now;
    }

    /// The next way that has not been gone.
    fn back(&mut self, base: usize) -> Option<(usize, usize)> {
        while self.stack.len() > base {
            match self.stack.pop()? {
                Undo::Way { step, at } => return Some((step, at)),
                other => self.undo(&other),
            }
        }
        None
    }

    fn undo_to(&mut self, base: usize) {
        while self.stack.len() > base {
            if let Some(undo) = self.stack.pop() {
                self.undo(&undo);
            }
        }
    }

    fn undo(&mut self, undo: &Undo) {
        match undo {
            Undo::Way { .. } => {}
            Undo::Saved(slot, at) => self.saved[*slot] = *at,
            Undo::Turns(number, was) => self.turns[*number] = *was,
        }
    }
}
