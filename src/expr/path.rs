//! JSONPath (RFC 9535) as a tree, and reading it.
//!
//! Names come out as the member they name, numbers as they were written, patterns compiled: what can be wrong with a path is
//! told when it is read.

use regex::Regex;
use serde_json::{Number, Value};

/// Most descendant segments (`..`) in one path, those in its filters included; each multiplies the work by the size of the
/// body.
const MOST_DESCENDANTS: usize = 2;
/// Most selectors in one pair of brackets.
const MOST_SELECTORS: usize = 64;
/// Deepest nesting of filters and parentheses.
const DEEPEST: usize = 8;
/// The greatest index (RFC 7493, section 2.2).
const GREATEST: i64 = 9_007_199_254_740_991;

/// A segment: what is selected of every value before it.
#[derive(Debug, Clone)]
pub(super) struct Segment {
    /// Whether the values below are asked too, at any depth.
    pub(super) descends: bool,
    pub(super) parts: Vec<Part>,
}

/// A selector.
#[derive(Debug, Clone)]
pub(super) enum Part {
    Name(String),
    Index(i64),
    Wildcard,
    Slice(Option<i64>, Option<i64>, i64),
    Filter(Condition),
}

/// What a filter asks.
#[derive(Debug, Clone)]
pub(super) enum Condition {
    Or(Vec<Condition>),
    And(Vec<Condition>),
    Not(Box<Condition>),
    Exists(Query),
    Compare(Comparable, Comparison, Comparable),
    /// Whether a text matches a pattern, as a whole or in a part.
    Matches {
        text: Comparable,
        pattern: Pattern,
        extent: Extent,
    },
}

/// A path inside a filter.
#[derive(Debug, Clone)]
pub(super) struct Query {
    /// Whether it begins at the whole body (`$`), not at the item (`@`).
    pub(super) absolute: bool,
    pub(super) segments: Vec<Segment>,
}

/// A side of a comparison.
#[derive(Debug, Clone)]
pub(super) enum Comparable {
    Literal(Value),
    Singular(Query),
    Length(Box<Comparable>),
    Count(Query),
    Value(Query),
}

/// How two sides are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Comparison {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A pattern (RFC 9485): fixed, or what the body says.
#[derive(Debug, Clone)]
pub(super) enum Pattern {
    Fixed(Regex),
    Given(Comparable),
}

/// How much of a text a pattern is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    Whole,
    Part,
}

/// What is wrong, and at which byte.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PathError {
    pub(super) message: String,
    pub(super) at: usize,
}

/// Reads a path.
pub(super) fn parse(text: &str) -> Result<Vec<Segment>, PathError> {
    let mut parser = Parser { text, at: 0, depth: 0, descendants: 0 };
    if !parser.take("$") {
        return parser.fail("a path starts with `$`, the whole body");
    }
    let segments = parser.segments()?;
    if parser.at < text.len() {
        return parser.fail(parser.odd());
    }
    Ok(segments)
}

/// Compiles a pattern of RFC 9485; a dot is any character but a line end.
pub(super) fn compile(pattern: &str, extent: Extent) -> Result<Regex, String> {
    let mut text = String::with_capacity(pattern.len() + 8);
    let (mut class, mut escaped) = (false, false);
    for c in pattern.chars() {
        match c {
            _ if escaped => {
                escaped = false;
                text.push(c);
                continue;
            }
            '\\' => escaped = true,
            '[' => class = true,
            ']' => class = false,
            '.' if !class => {
                text.push_str(r"[^\n\r]");
                continue;
            }
            _ => {}
        }
        text.push(c);
    }
    let text = match extent {
        Extent::Whole => format!("^(?:{text})$"),
        Extent::Part => text,
    };
    regex::RegexBuilder::new(&text).size_limit(1 << 20).build().map_err(|error| {
        let said = error.to_string();
        said.lines().last().unwrap_or("not a regular expression").trim_start_matches("error: ").to_owned()
    })
}

struct Parser<'t> {
    text: &'t str,
    at: usize,
    depth: usize,
    descendants: usize,
}

type Parsed<T> = Result<T, PathError>;

/// An argument of a function.
enum Argument {
    Comparable(Comparable),
    /// A path that can select several values.
    Nodes(Query),
}

impl Parser<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take(&mut self, sign: &str) -> bool {
        let there = self.rest().starts_with(sign);
        self.at += if there { sign.len() } else { 0 };
        there
    }

    fn blanks(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn fail<T>(&self, message: impl Into<String>) -> Parsed<T> {
        Err(PathError { message: message.into(), at: self.at })
    }

    fn expect(&mut self, sign: &str, wanted: &str) -> Parsed<()> {
        if self.take(sign) { Ok(()) } else { self.fail(format!("{wanted} is expected here")) }
    }

    /// What is said of what stands where a path should go on or end.
    fn odd(&self) -> String {
        match self.peek() {
            None => "the path ends too early".to_owned(),
            Some('-') => "a name with a dash in it is written in brackets, as in $['min-amount']".to_owned(),
            Some(c) if c.is_whitespace() => {
                "a name with a blank in it is written in brackets, as in $['a b']".to_owned()
            }
            Some('(') => "functions stand in filters only, as in $[?length(@.a) > 3]".to_owned(),
            Some(c) => format!("`{c}` is not expected here"),
        }
    }

    fn segments(&mut self) -> Parsed<Vec<Segment>> {
        let mut segments = Vec::new();
        loop {
            let before = self.at;
            self.blanks();
            if self.take("..") {
                self.descendants += 1;
                if self.descendants > MOST_DESCENDANTS {
                    return self.fail(format!("a path descends (`..`) at most {MOST_DESCENDANTS} times"));
                }
                let parts = if self.peek() == Some('[') { self.brackets()? } else { vec![self.shorthand()?] };
                segments.push(Segment { descends: true, parts });
            } else if self.take(".") {
                segments.push(Segment { descends: false, parts: vec![self.shorthand()?] });
            } else if self.peek() == Some('[') {
                segments.push(Segment { descends: false, parts: self.brackets()? });
            } else {
                self.at = before;
                return Ok(segments);
            }
        }
    }

    /// A name or `*` behind a dot.
    fn shorthand(&mut self) -> Parsed<Part> {
        if self.take("*") {
            return Ok(Part::Wildcard);
        }
        let first = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
        let rest = self.rest();
        let end = rest.find(|c: char| !first(c) && !c.is_ascii_digit()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        match name.chars().next() {
            Some(c) if first(c) => {
                self.at += end;
                Ok(Part::Name(name))
            }
            Some(_) => self.fail("a name that begins with a digit is written in brackets, as in $['1st']"),
            None => self.fail("a name or `*` is expected after the dot"),
        }
    }

    fn brackets(&mut self) -> Parsed<Vec<Part>> {
        self.at += 1;
        let mut parts = Vec::new();
        loop {
            self.blanks();
            parts.push(self.part()?);
            if parts.len() > MOST_SELECTORS {
                return self.fail(format!("at most {MOST_SELECTORS} selectors stand in one pair of brackets"));
            }
            self.blanks();
            if self.take("]") {
                return Ok(parts);
            }
            self.expect(",", "`,` or `]`")?;
        }
    }

    fn part(&mut self) -> Parsed<Part> {
        match self.peek() {
            Some('\'' | '"') => self.quoted().map(Part::Name),
            Some('*') => {
                self.at += 1;
                Ok(Part::Wildcard)
            }
            Some('?') => {
                self.at += 1;
                self.blanks();
                self.condition().map(Part::Filter)
            }
            Some(c) if c.is_ascii_digit() || c == '-' || c == ':' => self.index_or_slice(),
            _ => self.fail("a name in quotes, an index, `*`, a slice or a filter (`?`) is expected here"),
        }
    }

    fn index_or_slice(&mut self) -> Parsed<Part> {
        let from = self.whole()?;
        let after = self.at;
        self.blanks();
        if !self.take(":") {
            self.at = after;
            return match from {
                Some(index) => Ok(Part::Index(index)),
                None => self.fail("an index is expected here"),
            };
        }
        self.blanks();
        let to = self.whole()?;
        self.blanks();
        let step = if self.take(":") {
            self.blanks();
            self.whole()?
        } else {
            None
        };
        Ok(Part::Slice(from, to, step.unwrap_or(1)))
    }

    fn whole(&mut self) -> Parsed<Option<i64>> {
        let rest = self.rest();
        let sign = usize::from(rest.starts_with('-'));
        let digits = rest[sign..].bytes().take_while(u8::is_ascii_digit).count();
        if digits == 0 {
            return if sign == 1 { self.fail("a number is expected after `-`") } else { Ok(None) };
        }
        let text = &rest[..sign + digits];
        if (digits > 1 && rest[sign..].starts_with('0')) || text == "-0" {
            return self.fail("an index has no zeros before it");
        }
        match text.parse::<i64>() {
            Ok(number) if number.abs() <= GREATEST => {
                self.at += sign + digits;
                Ok(Some(number))
            }
            _ => self.fail("no list is that long"),
        }
    }

    fn quoted(&mut self) -> Parsed<String> {
        let start = self.at;
        let Some(quote) = self.peek() else { return self.fail("a text in quotes is expected here") };
        self.at += 1;
        let mut text = String::new();
        while let Some(c) = self.peek() {
            self.at += c.len_utf8();
            match c {
                c if c == quote => return Ok(text),
                '\\' => text.push(self.escape(quote)?),
                c if c < ' ' => return self.fail("a control character is written as \\u0000 in a name"),
                c => text.push(c),
            }
        }
        self.at = start;
        self.fail("the quote is never closed")
    }

    fn escape(&mut self, quote: char) -> Parsed<char> {
        let Some(c) = self.peek() else { return self.fail("the quote is never closed") };
        self.at += c.len_utf8();
        Ok(match c {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            '/' | '\\' => c,
            c if c == quote => c,
            'u' => {
                let first = self.hex()?;
                let code = if (0xd800..0xdc00).contains(&first) {
                    self.expect("\\u", "the second half of a surrogate pair")?;
                    let second = self.hex()?;
                    if !(0xdc00..0xe000).contains(&second) {
                        return self.fail("the second half of a surrogate pair is expected here");
                    }
                    0x10000 + ((first - 0xd800) << 10) + (second - 0xdc00)
                } else {
                    first
                };
                match char::from_u32(code) {
                    Some(c) => c,
                    None => return self.fail("this escape is no character"),
                }
            }
            _ => return self.fail(format!("`\\{c}` is no escape of JSONPath")),
        })
    }

    fn hex(&mut self) -> Parsed<u32> {
        let digits = self.rest().get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit()));
        match digits.and_then(|digits| u32::from_str_radix(digits, 16).ok()) {
            Some(code) => {
                self.at += 4;
                Ok(code)
            }
            None => self.fail("four hexadecimal digits are expected here"),
        }
    }

    fn condition(&mut self) -> Parsed<Condition> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("filters and parentheses are nested at most {DEEPEST} deep"));
        }
        let mut any = vec![self.conjunction()?];
        loop {
            self.blanks();
            if !self.take("||") {
                break;
            }
            self.blanks();
            any.push(self.conjunction()?);
        }
        self.depth -= 1;
        Ok(if any.len() == 1 { any.remove(0) } else { Condition::Or(any) })
    }

    fn conjunction(&mut self) -> Parsed<Condition> {
        let mut all = vec![self.basic()?];
        loop {
            let before = self.at;
            self.blanks();
            if !self.take("&&") {
                self.at = before;
                break;
            }
            self.blanks();
            all.push(self.basic()?);
        }
        Ok(if all.len() == 1 { all.remove(0) } else { Condition::And(all) })
    }

    fn basic(&mut self) -> Parsed<Condition> {
        if self.take("!") {
            self.blanks();
            let inner = if self.peek() == Some('(') { self.parenthesised()? } else { self.test_only()? };
            return Ok(Condition::Not(Box::new(inner)));
        }
        if self.peek() == Some('(') {
            return self.parenthesised();
        }
        let start = self.at;
        if let Some(matches) = self.pattern_test()? {
            return Ok(matches);
        }
        let left = self.argument()?;
        let before = self.at;
        self.blanks();
        if self.rest().starts_with('=') && !self.rest().starts_with("==") {
            return self.fail("one `=` compares nothing: write `==`");
        }
        let signs = [
            ("==", Comparison::Equal),
            ("!=", Comparison::NotEqual),
            ("<=", Comparison::LessOrEqual),
            (">=", Comparison::GreaterOrEqual),
            ("<", Comparison::Less),
            (">", Comparison::Greater),
        ];
        let Some(comparison) = signs.into_iter().find(|(sign, _)| self.take(sign)).map(|(_, comparison)| comparison)
        else {
            self.at = before;
            return match left {
                Argument::Nodes(query) | Argument::Comparable(Comparable::Singular(query)) => {
                    Ok(Condition::Exists(query))
                }
                Argument::Comparable(Comparable::Literal(_)) => {
                    self.at = start;
                    self.fail("a value alone asks nothing; compare it with something")
                }
                Argument::Comparable(_) => {
                    self.at = start;
                    self.fail("`length`, `count` and `value` give a value; compare it with something")
                }
            };
        };
        let left = self.comparable(left, start)?;
        self.blanks();
        let place = self.at;
        if self.pattern_test()?.is_some() {
            self.at = place;
            return self.fail("`match` and `search` are true or false, and are not compared");
        }
        let right = self.argument()?;
        let right = self.comparable(right, place)?;
        Ok(Condition::Compare(left, comparison, right))
    }

    fn comparable(&mut self, argument: Argument, at: usize) -> Parsed<Comparable> {
        match argument {
            Argument::Comparable(comparable) => Ok(comparable),
            Argument::Nodes(_) => {
                self.at = at;
                self.fail("this path can select several values; compare `count(...)` of it, or one value")
            }
        }
    }

    fn parenthesised(&mut self) -> Parsed<Condition> {
        self.at += 1;
        self.blanks();
        let inner = self.condition()?;
        self.blanks();
        self.expect(")", "`)`")?;
        Ok(inner)
    }

    /// What may stand behind `!` without parentheses: a path or a function that is true or false.
    fn test_only(&mut self) -> Parsed<Condition> {
        let start = self.at;
        if let Some(matches) = self.pattern_test()? {
            return Ok(matches);
        }
        match self.argument()? {
            Argument::Nodes(query) | Argument::Comparable(Comparable::Singular(query)) => Ok(Condition::Exists(query)),
            Argument::Comparable(_) => {
                self.at = start;
                self.fail("`!` stands before a path, `match`, `search` or parentheses")
            }
        }
    }

    fn pattern_test(&mut self) -> Parsed<Option<Condition>> {
        let extent = if self.take("match(") {
            Extent::Whole
        } else if self.take("search(") {
            Extent::Part
        } else {
            return Ok(None);
        };
        let text = self.value_argument()?;
        self.blanks();
        self.expect(",", "`,`")?;
        self.blanks();
        let at = self.at;
        let pattern = match self.value_argument()? {
            Comparable::Literal(Value::String(pattern)) => match compile(&pattern, extent) {
                Ok(regex) => Pattern::Fixed(regex),
                Err(why) => {
                    self.at = at;
                    return self.fail(format!("the pattern cannot be read: {why}"));
                }
            },
            Comparable::Literal(_) => {
                self.at = at;
                return self.fail("a pattern is text");
            }
            given => Pattern::Given(given),
        };
        self.blanks();
        self.expect(")", "`)`")?;
        Ok(Some(Condition::Matches { text, pattern, extent }))
    }

    /// An argument that is one value.
    fn value_argument(&mut self) -> Parsed<Comparable> {
        self.blanks();
        let at = self.at;
        let argument = self.argument()?;
        self.comparable(argument, at)
    }

    fn argument(&mut self) -> Parsed<Argument> {
        match self.peek() {
            Some('$' | '@') => {
                let query = self.query()?;
                Ok(if singular(&query.segments) {
                    Argument::Comparable(Comparable::Singular(query))
                } else {
                    Argument::Nodes(query)
                })
            }
            Some('\'' | '"') => Ok(Argument::Comparable(Comparable::Literal(Value::String(self.quoted()?)))),
            Some(c) if c.is_ascii_digit() || c == '-' => {
                self.number().map(|number| Argument::Comparable(Comparable::Literal(Value::Number(number))))
            }
            Some(c) if c.is_ascii_lowercase() => self.word(),
            _ => self.fail("a path (`@` or `$`), a value or a function is expected here"),
        }
    }

    fn query(&mut self) -> Parsed<Query> {
        let absolute = self.peek() == Some('$');
        self.at += 1;
        Ok(Query { absolute, segments: self.segments()? })
    }

    fn number(&mut self) -> Parsed<Number> {
        let rest = self.rest();
        let end = rest
            .find(|c: char| !(c.is_ascii_digit() || matches!(c, '-' | '+' | '.' | 'e' | 'E')))
            .unwrap_or(rest.len());
        match rest[..end].parse::<Number>() {
            Ok(number) => {
                self.at += end;
                Ok(number)
            }
            Err(_) => self.fail("this is not a number"),
        }
    }

    fn word(&mut self) -> Parsed<Argument> {
        let rest = self.rest();
        let end =
            rest.find(|c: char| !(c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')).unwrap_or(rest.len());
        let word = rest[..end].to_owned();
        let literal = match word.as_str() {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            "null" => Some(Value::Null),
            _ => None,
        };
        if let Some(value) = literal {
            self.at += end;
            return Ok(Argument::Comparable(Comparable::Literal(value)));
        }
        if !rest[end..].starts_with('(') {
            return self.fail(format!("`{word}` is no value; text stands in quotes"));
        }
        if !matches!(word.as_str(), "length" | "count" | "value") {
            return self.fail(format!(
                "there is no function `{word}`; RFC 9535 has `length`, `count`, `value`, `match` and `search`"
            ));
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("filters and parentheses are nested at most {DEEPEST} deep"));
        }
        self.at += end + 1;
        self.blanks();
        let at = self.at;
        let argument = self.argument()?;
        let comparable =
            match (word.as_str(), argument) {
                ("length", argument) => Comparable::Length(Box::new(self.comparable(argument, at)?)),
                (name, Argument::Nodes(query) | Argument::Comparable(Comparable::Singular(query))) => {
                    if name == "count" { Comparable::Count(query) } else { Comparable::Value(query) }
                }
                (name, Argument::Comparable(_)) => {
                    self.at = at;
                    return self.fail(format!("`{name}` takes a path"));
                }
            };
        self.blanks();
        self.expect(")", "`)`")?;
        self.depth -= 1;
        Ok(Argument::Comparable(comparable))
    }
}

/// Whether segments select at most one value.
pub(super) fn singular(segments: &[Segment]) -> bool {
    segments
        .iter()
        .all(|segment| !segment.descends && matches!(segment.parts.as_slice(), [Part::Name(_) | Part::Index(_)]))
}
