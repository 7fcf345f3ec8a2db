//! Patterns in the syntax of other engines.

use super::parse::{Node, Parsed, Repeat};
use super::set::Set;
use std::fmt::Write as _;

/// For the `regex` crate; nothing for what needs another engine.
pub(super) fn linear(parsed: &Parsed) -> Option<String> {
    let mut writer = Writer { text: String::new(), fancy: false };
    writer.node(&parsed.root)?;
    Some(writer.text)
}

/// For the `fancy-regex` crate.
pub(super) fn fancy(parsed: &Parsed) -> String {
    let mut writer = Writer { text: String::new(), fancy: true };
    // Everything has a form there.
    let _ = writer.node(&parsed.root);
    writer.text
}

struct Writer {
    text: String,
    fancy: bool,
}

impl Writer {
    fn node(&mut self, node: &Node) -> Option<()> {
        match node {
            Node::Set(set) => self.set(set),
            Node::All(all) => {
                for (index, node) in all.iter().enumerate() {
                    // Keeps an optimiser from joining what stands beside each other.
                    if self.fancy && index > 0 {
                        self.text.push_str("(?=)");
                    }
                    self.node(node)?;
                }
            }
            Node::Either(all) => {
                self.text.push_str("(?:");
                for (index, node) in all.iter().enumerate() {
                    if index > 0 {
                        self.text.push('|');
                    }
                    self.node(node)?;
                }
                self.text.push(')');
            }
            Node::Repeat(repeat) => self.repeat(repeat)?,
            Node::Group(_, inside) => {
                self.text.push_str(if self.fancy { "(" } else { "(?:" });
                self.node(inside)?;
                self.text.push(')');
            }
            Node::Start { lines: false } => self.text.push('^'),
            Node::End { lines: false } => self.text.push_str(if self.fancy { r"\z" } else { "$" }),
            Node::Boundary { is: true } if !self.fancy => self.text.push_str(r"(?-u:\b)"),
            _ if !self.fancy => return None,
            Node::Start { .. } => self.text.push_str(r"(?<![^\n\r\x{2028}\x{2029}])"),
            Node::End { .. } => self.text.push_str(r"(?![^\n\r\x{2028}\x{2029}])"),
            Node::Boundary { is } => {
                let word = "[0-9A-Z_a-z]";
                self.text.push_str(&match is {
                    true => format!("(?:(?<={word})(?!{word})|(?<!{word})(?={word}))"),
                    false => format!("(?:(?<={word})(?={word})|(?<!{word})(?!{word}))"),
                });
            }
            Node::Look { ahead, is, inside } => {
                self.text.push_str(match (ahead, is) {
                    (true, true) => "(?=",
                    (true, false) => "(?!",
                    (false, true) => "(?<=",
                    (false, false) => "(?<!",
                });
                self.node(inside)?;
                self.text.push(')');
            }
            Node::Back { groups, any_case } => {
                // What has captured nothing is empty text.
                for group in groups {
                    let flag = if *any_case { "(?i:" } else { "(?:" };
                    let _ = write!(self.text, r"(?({group}){flag}\{group})|)");
                }
            }
        }
        Some(())
    }

    fn repeat(&mut self, repeat: &Repeat) -> Option<()> {
        self.text.push_str("(?:");
        self.node(&repeat.inside)?;
        self.text.push(')');
        match (repeat.least, repeat.most) {
            (0, None) => self.text.push('*'),
            (1, None) => self.text.push('+'),
            (0, Some(1)) => self.text.push('?'),
            (least, None) => drop(write!(self.text, "{{{least},}}")),
            (least, Some(most)) => drop(write!(self.text, "{{{least},{most}}}")),
        }
        if !repeat.greedy {
            self.text.push('?');
        }
        Some(())
    }

    fn set(&mut self, set: &Set) {
        if set.is_empty() {
            // What no character is.
            return self.text.push_str(r"[^\x{0}-\x{10FFFF}]");
        }
        match set.only() {
            Some(letter) if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '/') => self.text.push(letter),
            Some(letter) => drop(write!(self.text, r"\x{{{:x}}}", u32::from(letter))),
            None => {
                self.text.push('[');
                for (first, last) in set.each_range() {
                    let _ = write!(self.text, r"\x{{{:x}}}-\x{{{:x}}}", u32::from(first), u32::from(last));
                }
                self.text.push(']');
            }
        }
    }
}
