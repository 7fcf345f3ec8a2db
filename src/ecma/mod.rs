//! Regular expressions as ECMA-262 has them, in its Unicode mode, with the plain forms of Annex B where those mean something
//! else than an error. Two engines: what needs no look-around and no back-reference is matched in linear time by the `regex`
//! crate; everything else goes back and forth here, for a limited number of steps.

mod backtrack;
mod parse;
mod set;
#[cfg(test)]
mod tests;
mod write;

use backtrack::Program;
use parse::{Fault, Parsed};

/// A pattern that has been read; its engine is made when it is first asked.
#[derive(Debug)]
pub struct Pattern {
    parsed: Parsed,
    engine: std::sync::OnceLock<Engine>,
}

#[derive(Debug)]
enum Engine {
    /// Linear time.
    Linear(regex::Regex),
    /// Back and forth.
    Backtracking(Program),
}

/// Whether a text has a place that a pattern matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Match {
    /// It has.
    Yes,
    /// It has none.
    No,
    /// The pattern took more steps than it may take.
    GaveUp,
}

impl Pattern {
    /// Reads a pattern, without delimiters and flags.
    ///
    /// # Errors
    /// Why it is none, in words.
    pub fn new(source: &str) -> Result<Self, String> {
        let parsed = parse::parse(source).map_err(|Fault { at, why }| match at {
            Some(at) => format!("{why}, at character {}", at + 1),
            None => why,
        })?;
        Ok(Self { parsed, engine: std::sync::OnceLock::new() })
    }

    /// Whether a text has a place that it matches.
    #[must_use]
    pub fn find(&self, text: &str) -> Match {
        match self.engine.get_or_init(|| Engine::new(&self.parsed)) {
            Engine::Linear(regex) if regex.is_match(text) => Match::Yes,
            Engine::Linear(_) => Match::No,
            Engine::Backtracking(program) => program.find(text),
        }
    }

    /// Whether a text has a place that it matches; not when it gave up.
    #[must_use]
    pub fn is_match(&self, text: &str) -> bool {
        self.find(text) == Match::Yes
    }

    /// The same in the syntax of the `regex` crate, for validators that want a text; nothing for a pattern that needs
    /// look-around, back-references or `\B`.
    #[must_use]
    pub fn linear(&self) -> Option<String> {
        write::linear(&self.parsed)
    }

    /// The same in the syntax of the `fancy-regex` crate, which has look-around and back-references.
    #[must_use]
    pub fn fancy(&self) -> String {
        write::fancy(&self.parsed)
    }
}

impl Engine {
    fn new(parsed: &Parsed) -> Self {
        // A count such as {0,262144} is too large to be written out; the other engine counts.
        let linear = write::linear(parsed).and_then(|text| regex::RegexBuilder::new(&text).build().ok());
        linear.map_or_else(|| Self::Backtracking(Program::new(parsed)), Self::Linear)
    }
}
