//! What can be called in an expression: functions, filters and tests, each a row of a table that the reference is made from.

use super::given::Given;
use super::scope::Context;

/// A function, filter or test. The first parameter of a filter or test is what stands before it.
#[derive(Debug)]
pub struct Function {
    /// Its name.
    pub name: &'static str,
    /// How it is called and what it gives, in one sentence.
    pub about: &'static str,
    /// Its parameters in order: a name with `?` behind it may be left out, `*` takes any number of further values.
    pub(super) takes: &'static [&'static str],
    pub(super) call: fn(&Arguments<'_, '_>) -> Answer,
}

/// What a call gives, or why it cannot give anything.
pub(super) type Answer = Result<Given<'static>, String>;

/// A parameter.
pub(super) struct Parameter {
    pub(super) name: &'static str,
    pub(super) needed: bool,
}

impl Function {
    /// Its parameters, without the one that takes any number.
    pub(super) fn parameters(&self) -> Vec<Parameter> {
        let named = self.takes.iter().filter(|name| **name != "*");
        named
            .map(|name| match name.strip_suffix('?') {
                Some(name) => Parameter { name, needed: false },
                None => Parameter { name, needed: true },
            })
            .collect()
    }

    /// Whether it takes any number of further values.
    pub(super) fn takes_more(&self) -> bool {
        self.takes.last() == Some(&"*")
    }
}

/// The arguments of one call, by the place of their parameters.
pub(super) struct Arguments<'a, 'c> {
    pub(super) function: &'static Function,
    pub(super) values: Vec<Option<Given<'a>>>,
    pub(super) context: &'c Context<'c>,
}

impl<'a> Arguments<'a, '_> {
    /// An argument, where it was given.
    pub(super) fn get(&self, place: usize) -> Option<&Given<'a>> {
        self.values.get(place)?.as_ref()
    }

    /// An argument that is always given.
    pub(super) fn value(&self, place: usize) -> Result<&Given<'a>, String> {
        self.get(place).ok_or_else(|| format!("`{}` needs more arguments", self.function.name))
    }

    /// An argument as text.
    pub(super) fn text(&self, place: usize) -> Result<String, String> {
        self.value(place)?.to_text().map_err(|why| self.wrong(place, &why))
    }

    /// An argument as text, where it was given.
    pub(super) fn text_if(&self, place: usize) -> Result<Option<String>, String> {
        self.get(place).map(|_| self.text(place)).transpose()
    }

    /// An argument as a whole number, where it was given.
    pub(super) fn whole_if(&self, place: usize) -> Result<Option<i64>, String> {
        let Some(given) = self.get(place) else { return Ok(None) };
        let whole =
            given.to_whole().ok_or_else(|| self.wrong(place, &format!("{} is not a whole number", given.shown())))?;
        Ok(Some(whole))
    }

    fn wrong(&self, place: usize, why: &str) -> String {
        let name = self.function.takes.get(place).map_or("", |name| name.trim_end_matches('?'));
        format!("`{}`, {name}: {why}", self.function.name)
    }
}
