//! The syntax of patterns (ECMA-262, 22.2.1, and Annex B.1.2 where the Unicode mode has nothing to say).

use super::set::Set;

/// Most groups inside each other.
const DEEPEST: usize = 200;

/// A pattern, taken apart.
#[derive(Debug)]
pub(super) struct Parsed {
    pub(super) root: Node,
    /// How many groups capture.
    pub(super) groups: usize,
}

/// What is wrong, and at which character.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) at: Option<usize>,
    pub(super) why: String,
}

/// A part of a pattern.
#[derive(Debug)]
pub(super) enum Node {
    /// One character.
    Set(Set),
    /// One after the other.
    All(Vec<Node>),
    /// One of them.
    Either(Vec<Node>),
    /// Several times.
    Repeat(Box<Repeat>),
    /// A group that captures, numbered from 1.
    Group(usize, Box<Node>),
    /// `^`; with `m` after every end of a line.
    Start { lines: bool },
    /// `$`; with `m` before every end of a line.
    End { lines: bool },
    /// `\b`, and `\B` where it is not so.
    Boundary { is: bool },
    /// Look-ahead and look-behind.
    Look { ahead: bool, is: bool, inside: Box<Node> },
    /// What one of these groups captured.
    Back { groups: Vec<usize>, any_case: bool },
}

/// Something several times.
#[derive(Debug)]
pub(super) struct Repeat {
    pub(super) inside: Node,
    pub(super) least: u32,
    /// No end without it.
    pub(super) most: Option<u32>,
    pub(super) greedy: bool,
    /// The groups in it: from the first to before the last. Every turn forgets what they captured.
    pub(super) groups: (usize, usize),
}

pub(super) fn parse(source: &str) -> Result<Parsed, Fault> {
    let letters: Vec<char> = source.chars().collect();
    let names = names(&letters);
    let total = count(&letters);
    let flags = Flags { any_case: false, lines: false, dot_all: false };
    let mut parser = Parser { letters: &letters, at: 0, groups: 0, total, names, depth: 0, flags };
    let root = parser.either()?;
    if parser.at < letters.len() {
        return parser.fault("an unmatched `)`");
    }
    Ok(Parsed { root, groups: parser.groups })
}

#[derive(Debug, Clone, Copy)]
struct Flags {
    any_case: bool,
    lines: bool,
    dot_all: bool,
}

struct Parser<'p> {
    letters: &'p [char],
    at: usize,
    /// Groups opened so far.
    groups: usize,
    /// Groups of the whole pattern: a back-reference may come first.
    total: usize,
    /// Names of groups with their numbers.
    names: Vec<(String, usize)>,
    depth: usize,
    flags: Flags,
}

type Parse<T> = Result<T, Fault>;

impl Parser<'_> {
    fn fault<T>(&self, why: impl Into<String>) -> Parse<T> {
        Err(Fault { at: Some(self.at), why: why.into() })
    }

    fn peek(&self) -> Option<char> {
        self.letters.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let letter = self.peek()?;
        self.at += 1;
        Some(letter)
    }

    fn takes(&mut self, text: &str) -> bool {
        let fits = text.chars().enumerate().all(|(index, letter)| self.letters.get(self.at + index) == Some(&letter));
        if fits {
            self.at += text.chars().count();
        }
        fits
    }

    fn either(&mut self) -> Parse<Node> {
        if self.depth > DEEPEST {
            return self.fault(format!("more than {DEEPEST} groups inside each other"));
        }
        let mut all = vec![self.all()?];
        while self.takes("|") {
            all.push(self.all()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Node::Either(all) })
    }

    fn all(&mut self) -> Parse<Node> {
        let mut all = Vec::new();
        while let Some(letter) = self.peek() {
            if matches!(letter, '|' | ')') {
                break;
            }
            let before = self.groups;
            let start = self.at;
            let node = self.atom()?;
            let groups = (before + 1, self.groups + 1);
            all.push(self.quantified(node, groups, start)?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Node::All(all) })
    }

    fn quantified(&mut self, node: Node, groups: (usize, usize), start: usize) -> Parse<Node> {
        let from = self.at;
        let Some((least, most)) = self.quantifier()? else { return Ok(node) };
        // A look-ahead may have one (Annex B); what looks at a place otherwise may not.
        let place = matches!(node, Node::Start { .. } | Node::End { .. } | Node::Boundary { .. });
        if place || matches!(node, Node::Look { ahead: false, .. }) {
            return Err(Fault { at: Some(from), why: "nothing to repeat".into() });
        }
        let greedy = !self.takes("?");
        let after = self.at;
        if self.quantifier()?.is_some() {
            return Err(Fault { at: Some(after), why: "a quantifier after a quantifier".into() });
        }
        self.at = after;
        if most.is_some_and(|most| most < least) {
            let why = "the numbers of a quantifier are out of order".into();
            return Err(Fault { at: Some(start), why });
        }
        Ok(Node::Repeat(Box::new(Repeat { inside: node, least, most, greedy, groups })))
    }

    /// A quantifier; `{` that begins none is a character.
    fn quantifier(&mut self) -> Parse<Option<(u32, Option<u32>)>> {
        let bounds = match self.peek() {
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('?') => (0, Some(1)),
            Some('{') => return Ok(self.braces()),
            _ => return Ok(None),
        };
        self.at += 1;
        Ok(Some(bounds))
    }

    fn braces(&mut self) -> Option<(u32, Option<u32>)> {
        let start = self.at;
        self.at += 1;
        let bounds = self.number().and_then(|least| {
            let most = if self.takes(",") { self.number() } else { Some(least) };
            self.takes("}").then_some((least, most))
        });
        if bounds.is_none() {
            self.at = start;
        }
        bounds
    }

    /// A number; more than can be counted is as many as can be.
    fn number(&mut self) -> Option<u32> {
        let mut number: Option<u32> = None;
        while let Some(digit) = self.peek().and_then(|letter| letter.to_digit(10)) {
            number = Some(number.unwrap_or(0).saturating_mul(10).saturating_add(digit));
            self.at += 1;
        }
        number
    }

    fn atom(&mut self) -> Parse<Node> {
        let start = self.at;
        let Some(letter) = self.next() else { return Ok(Node::All(Vec::new())) };
        Ok(match letter {
            '^' => Node::Start { lines: self.flags.lines },
            '$' => Node::End { lines: self.flags.lines },
            '.' if self.flags.dot_all => Node::Set(Set::empty().negated()),
            '.' => Node::Set(Set::line_ends().negated()),
            '(' => self.group()?,
            '[' => Node::Set(self.class()?),
            '\\' => self.escape()?,
            '*' | '+' | '?' => {
                self.at = start;
                return self.fault("nothing to repeat");
            }
            '{' => {
                self.at = start;
                if self.braces().is_some() {
                    self.at = start;
                    return self.fault("nothing to repeat");
                }
                self.at = start + 1;
                self.literal('{')
            }
            letter => self.literal(letter),
        })
    }

    fn literal(&self, letter: char) -> Node {
        Node::Set(self.cased(Set::one(letter)))
    }

    fn cased(&self, set: Set) -> Set {
        if self.flags.any_case { set.any_case() } else { set }
    }

    fn group(&mut self) -> Parse<Node> {
        let start = self.at - 1;
        self.depth += 1;
        let flags = self.flags;
        let look = |ahead, is, inside| Node::Look { ahead, is, inside: Box::new(inside) };
        let node = if self.takes("?:") {
            self.either()?
        } else if self.takes("?=") {
            look(true, true, self.either()?)
        } else if self.takes("?!") {
            look(true, false, self.either()?)
        } else if self.takes("?<=") {
            look(false, true, self.either()?)
        } else if self.takes("?<!") {
            look(false, false, self.either()?)
        } else if self.takes("?<") {
            // The name was read before; here it is skipped.
            while self.next().is_some_and(|letter| letter != '>') {}
            self.capture()?
        } else if self.peek() == Some('?') {
            self.modifiers()?;
            self.either()?
        } else {
            self.capture()?
        };
        self.flags = flags;
        self.depth -= 1;
        if !self.takes(")") {
            return Err(Fault { at: Some(start), why: "a group that does not end".into() });
        }
        Ok(node)
    }

    fn capture(&mut self) -> Parse<Node> {
        self.groups += 1;
        let number = self.groups;
        Ok(Node::Group(number, Box::new(self.either()?)))
    }

    /// `(?i-s:` and the like.
    fn modifiers(&mut self) -> Parse<()> {
        let start = self.at;
        self.at += 1;
        let (mut on, mut seen) = (true, Vec::new());
        loop {
            match self.next() {
                Some(':') if !seen.is_empty() => return Ok(()),
                Some('-') if on => on = false,
                Some(flag @ ('i' | 'm' | 's')) if !seen.contains(&flag) => {
                    seen.push(flag);
                    match flag {
                        'i' => self.flags.any_case = on,
                        'm' => self.flags.lines = on,
                        _ => self.flags.dot_all = on,
                    }
                }
                other => {
                    self.at = start;
                    let why = match other {
                        Some('P') => "a named group is written `(?<name>...)`",
                        Some(')') if !seen.is_empty() => "modifiers are written `(?i:...)`, around what they are for",
                        Some('>') => "ECMA-262 has no atomic groups",
                        _ => "a group of a kind that ECMA-262 does not have",
                    };
                    return self.fault(why);
                }
            }
        }
    }

    fn escape(&mut self) -> Parse<Node> {
        let Some(letter) = self.peek() else { return self.fault("a `\\` at the end") };
        match letter {
            'b' | 'B' => {
                self.at += 1;
                Ok(Node::Boundary { is: letter == 'b' })
            }
            'k' if !self.names.is_empty() => {
                self.at += 1;
                self.named_back()
            }
            '1'..='9' => {
                let start = self.at;
                let number = self.number().and_then(|number| usize::try_from(number).ok()).unwrap_or(usize::MAX);
                if number <= self.total {
                    return Ok(Node::Back { groups: vec![number], any_case: self.flags.any_case });
                }
                self.at = start;
                let letter = self.octal();
                Ok(self.literal(letter))
            }
            _ => {
                let set = match self.class_escape()? {
                    Item::Set(set) => set,
                    Item::One(letter) => Set::one(letter),
                };
                Ok(Node::Set(self.cased(set)))
            }
        }
    }

    fn named_back(&mut self) -> Parse<Node> {
        let start = self.at;
        let name = self.takes("<").then(|| {
            let mut name = String::new();
            while let Some(letter) = self.next().filter(|letter| *letter != '>') {
                name.push(letter);
            }
            name
        });
        let name = name.unwrap_or_default();
        let groups: Vec<usize> = self.names.iter().filter(|(own, _)| *own == name).map(|(_, number)| *number).collect();
        if groups.is_empty() {
            self.at = start;
            return self.fault(format!("no group is called `{name}`"));
        }
        Ok(Node::Back { groups, any_case: self.flags.any_case })
    }

    /// Up to three octal digits, no more than 255; a digit 8 or 9 is itself.
    fn octal(&mut self) -> char {
        let mut value = 0;
        let mut digits = 0;
        while let Some(digit) = self.peek().and_then(|letter| letter.to_digit(8)) {
            if digits == 3 || value * 8 + digit > 255 {
                break;
            }
            value = value * 8 + digit;
            digits += 1;
            self.at += 1;
        }
        match digits {
            0 => self.next().unwrap_or('\0'),
            _ => char::from_u32(value).unwrap_or('\0'),
        }
    }

    /// What stands after a `\`, in a class or not.
    fn class_escape(&mut self) -> Parse<Item> {
        let start = self.at;
        let Some(letter) = self.next() else { return self.fault("a `\\` at the end") };
        Ok(match letter {
            'd' => Item::Set(Set::digits()),
            'D' => Item::Set(Set::digits().negated()),
            'w' => Item::Set(Set::word()),
            'W' => Item::Set(Set::word().negated()),
            's' => Item::Set(Set::space()),
            'S' => Item::Set(Set::space().negated()),
            'p' | 'P' if self.peek() == Some('{') => Item::Set(self.property(letter == 'P')?),
            'f' => Item::One('\u{c}'),
            'n' => Item::One('\n'),
            'r' => Item::One('\r'),
            't' => Item::One('\t'),
            'v' => Item::One('\u{b}'),
            'c' => match self.peek().filter(char::is_ascii_alphabetic) {
                Some(letter) => {
                    self.at += 1;
                    Item::One(char::from_u32(u32::from(letter) % 32).unwrap_or('\0'))
                }
                None => {
                    self.at = start;
                    Item::One('\\')
                }
            },
            '0'..='7' => {
                self.at = start;
                Item::One(self.octal())
            }
            'x' => Item::One(self.hexadecimal(2).and_then(char::from_u32).unwrap_or('x')),
            'u' => Item::One(self.unicode()?),
            letter => Item::One(letter),
        })
    }

    fn hexadecimal(&mut self, digits: usize) -> Option<u32> {
        let text: String = self.letters.get(self.at..self.at + digits)?.iter().collect();
        let value = u32::from_str_radix(&text, 16).ok().filter(|_| !text.starts_with('+'))?;
        self.at += digits;
        Some(value)
    }

    /// `\u0061`, `\u{61}`, two halves of a surrogate pair; a `u` otherwise.
    fn unicode(&mut self) -> Parse<char> {
        if self.peek() == Some('{') {
            let end = self.letters[self.at..].iter().position(|letter| *letter == '}');
            if let Some(end) = end {
                let text: String = self.letters[self.at + 1..self.at + end].iter().collect();
                let hex = !text.is_empty() && text.chars().all(|letter| letter.is_ascii_hexdigit());
                if hex {
                    let value = u32::from_str_radix(&text, 16).ok().filter(|value| *value <= 0x0010_ffff);
                    let Some(value) = value else { return self.fault("a character beyond the last one") };
                    self.at += end + 1;
                    return Ok(char::from_u32(value).unwrap_or(LONE));
                }
            }
            return Ok('u');
        }
        let Some(first) = self.hexadecimal(4) else { return Ok('u') };
        if (0xd800..0xdc00).contains(&first) && self.takes("\\u") {
            let here = self.at;
            match self.hexadecimal(4) {
                Some(second) if (0xdc00..0xe000).contains(&second) => {
                    let value = 0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00);
                    return Ok(char::from_u32(value).unwrap_or(LONE));
                }
                _ => self.at = here - 2,
            }
        }
        Ok(char::from_u32(first).unwrap_or(LONE))
    }

    fn property(&mut self, negated: bool) -> Parse<Set> {
        let start = self.at;
        self.at += 1;
        let mut inside = String::new();
        while let Some(letter) = self.next().filter(|letter| *letter != '}') {
            inside.push(letter);
        }
        let Some(set) = Set::property(&inside) else {
            self.at = start;
            return self.fault(format!("no property of characters is called `{inside}`"));
        };
        Ok(if negated { set.negated() } else { set })
    }

    fn class(&mut self) -> Parse<Set> {
        let start = self.at - 1;
        let negated = self.takes("^");
        let mut set = Set::empty();
        loop {
            if self.takes("]") {
                break;
            }
            let Some(first) = self.item()? else {
                return Err(Fault { at: Some(start), why: "a class that does not end".into() });
            };
            let dash = self.peek() == Some('-') && !matches!(self.letters.get(self.at + 1), None | Some(']'));
            if !dash {
                set.add(&first.set());
                continue;
            }
            let at = self.at;
            self.at += 1;
            let Some(last) = self.item()? else {
                return Err(Fault { at: Some(start), why: "a class that does not end".into() });
            };
            match (first, last) {
                (Item::One(first), Item::One(last)) if first > last => {
                    self.at = at;
                    return self.fault(format!("the range `{first}-{last}` is out of order"));
                }
                (Item::One(first), Item::One(last)) => set.add(&Set::ranges(&[(first, last)])),
                // A class as an end makes no range: all three are meant (Annex B.1.2.8.1).
                (first, last) => {
                    set.add(&first.set());
                    set.add(&Set::one('-'));
                    set.add(&last.set());
                }
            }
        }
        let set = self.cased(set);
        Ok(if negated { set.negated() } else { set })
    }

    /// A member of a class; nothing at the pattern's end.
    fn item(&mut self) -> Parse<Option<Item>> {
        Ok(match self.next() {
            Some('\\') if self.takes("b") => Some(Item::One('\u{8}')),
            Some('\\') => Some(self.class_escape()?),
            Some(letter) => Some(Item::One(letter)),
            None => None,
        })
    }
}

/// Half of a surrogate pair stands in no text; this character is one that nobody writes.
const LONE: char = '\u{10ffff}';

/// A member of a class.
enum Item {
    One(char),
    Set(Set),
}

impl Item {
    fn set(self) -> Set {
        match self {
            Self::One(letter) => Set::one(letter),
            Self::Set(set) => set,
        }
    }
}

/// Calls `opened` for every group that captures, with what follows its parenthesis.
fn each_group(letters: &[char], mut opened: impl FnMut(&[char])) {
    let (mut at, mut class) = (0, false);
    while let Some(letter) = letters.get(at) {
        let rest = &letters[at + 1..];
        match letter {
            '\\' => at += 1,
            '[' => class = true,
            ']' => class = false,
            '(' if !class => {
                let named = rest.starts_with(&['?', '<']) && !matches!(rest.get(2), Some('=' | '!'));
                if rest.first() != Some(&'?') || named {
                    opened(rest);
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn count(letters: &[char]) -> usize {
    let mut count = 0;
    each_group(letters, |_| count += 1);
    count
}

/// Names of groups; the same name may stand in several alternatives.
fn names(letters: &[char]) -> Vec<(String, usize)> {
    let (mut names, mut number) = (Vec::new(), 0);
    each_group(letters, |rest| {
        number += 1;
        if rest.first() == Some(&'?') {
            names.push((rest[2..].iter().take_while(|letter| **letter != '>').collect(), number));
        }
    });
    names
}
