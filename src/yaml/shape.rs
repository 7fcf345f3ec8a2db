//! What mappings may hold: their keys, and the shapes of the values under them.
//!
//! Every mapping of the format is an [`Object`] beside the code that reads it. Reading, the JSON Schemas that editors use
//! and the reference are all made from these tables, so a key is added to all of them in one place.

/// A mapping with a fixed set of keys.
#[derive(Debug)]
pub struct Object {
    /// Its name in schemas and in the reference: one word, unique.
    pub name: &'static str,
    /// What it is, with its article: `a step`.
    pub what: &'static str,
    /// Its keys, in groups.
    pub keys: &'static [&'static [Key]],
    /// Keys that must be there.
    pub needs: &'static [&'static str],
    /// Its kinds, where keys exclude each other; it is exactly one of each group of kinds.
    pub kinds: &'static [&'static [Form]],
}

/// One kind of an object.
#[derive(Debug)]
pub struct Form {
    /// What it is, in words.
    pub title: &'static str,
    /// Keys that make it this kind.
    pub needs: &'static [&'static str],
    /// Keys that it cannot have.
    pub lacks: &'static [&'static str],
}

/// A key that a mapping may have.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// The key.
    pub name: &'static str,
    /// What it is for, in one sentence.
    pub about: &'static str,
    /// What stands under it.
    pub shape: Shape,
    /// A value of that shape, as it is written in a suite.
    pub example: &'static str,
}

/// What a value is like.
#[derive(Debug, Clone, Copy)]
pub enum Shape {
    /// Any value, as it is: placeholders in it are text.
    Value,
    /// Any value; texts in it may have placeholders.
    Template,
    /// Text with placeholders; a number or a boolean means its spelling.
    TextTemplate,
    /// Text as it is; a number or a boolean means its spelling.
    Text,
    /// Text of a form: its name, the form as a regular expression.
    Pattern(&'static str, &'static str),
    /// One placeholder, and nothing around it.
    Expression,
    /// A JSONPath.
    Path,
    /// A regular expression.
    Regex,
    /// A duration with its unit.
    Duration,
    /// A whole number from the first to the last.
    Natural(u64, u64),
    /// A number from the first to the last.
    Number(f64, f64),
    /// A number above zero.
    Positive,
    /// A number, or a placeholder that one fills.
    NumberTemplate,
    /// `true` or `false`.
    Boolean,
    /// `true`.
    True,
    /// `null`.
    Null,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list of any length.
    Some(&'static Self),
    /// A list of at least one.
    Many(&'static Self),
    /// One, or a list of them.
    OneOrMany(&'static Self),
    /// Names and what stands under each.
    Map(Names, &'static Self),
    /// A mapping with a fixed set of keys.
    Object(&'static Object),
    /// A mapping with a fixed set of keys, and JSONPaths with what stands under each.
    Conditions(&'static Object, &'static Self),
    /// Any of these.
    Either(&'static [Self]),
    /// What a value must be: a value, a list of values, or operators.
    Matcher,
}

/// Which keys a mapping without a fixed set of them may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// Any.
    Any,
    /// Names that expressions can use.
    Variables,
    /// JSONPaths.
    Paths,
}

impl Object {
    /// All its keys.
    pub fn each_key(&self) -> impl Iterator<Item = &'static Key> + Clone + use<> {
        self.keys.iter().flat_map(|group| group.iter())
    }

    /// Whether it has a key.
    #[must_use]
    pub fn has(&self, name: &str) -> bool {
        self.each_key().any(|key| key.name == name)
    }

    /// Whether it, or one kind of it, must have a key.
    #[must_use]
    pub fn demands(&self, name: &str) -> bool {
        let forms = self.kinds.iter().flat_map(|kinds| kinds.iter()).flat_map(|form| form.needs);
        self.needs.iter().chain(forms).any(|key| *key == name)
    }
}
