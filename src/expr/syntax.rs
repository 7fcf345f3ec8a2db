//! From the text of an expression to its tree.
//!
//! The grammar is the expression part of Jinja: names, literals, members, calls, filters, tests, arithmetic, comparisons and
//! `a if b else c`, with Jinja's precedence. What does not exist (a filter, a test, a method, an argument) is refused here, so
//! that `check` tells it and not a run.

use super::filters::{FILTERS, TESTS};
use super::functions::FUNCTIONS;
use super::signature::Function;
use crate::text;
use serde_json::{Number, Value};
use std::ops::Range;

/// Deepest nesting; deeper text could exhaust the stack.
const DEEPEST: usize = 48;

/// A part of an expression and its bytes in the expression's text.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
}

/// What a part of an expression is.
#[derive(Debug)]
pub(super) enum Kind {
    Literal(Value),
    Name(String),
    Member(Box<Node>, String),
    Index(Box<Node>, Box<Node>),
    /// From, to and step, each where given.
    Slice(Box<Node>, [Option<Box<Node>>; 3]),
    List(Vec<Node>),
    Map(Vec<(Node, Node)>),
    Not(Box<Node>),
    Negative(Box<Node>),
    Binary(Operator, Box<[Node; 2]>),
    /// The value, the condition, and the value otherwise.
    If(Box<[Node; 2]>, Option<Box<Node>>),
    /// A call; without a function where none has the name, which `plan` tells.
    Call(String, Option<Bound>),
    /// A filter: its first argument is what stands before the bar.
    Filter(Bound),
    /// A test, and whether its answer is turned round.
    Test(Bound, bool),
}

/// A function with its arguments by the place of their parameters.
#[derive(Debug)]
pub(super) struct Bound {
    pub(super) function: &'static Function,
    pub(super) arguments: Vec<Option<Node>>,
}

/// What stands between two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Operator {
    Or,
    And,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    NotIn,
    Plus,
    Minus,
    Join,
    Times,
    Divide,
    WholeDivide,
    Remainder,
    Power,
}

impl Operator {
    /// As it is written.
    pub(super) const fn sign(self) -> &'static str {
        match self {
            Self::Or => "or",
            Self::And => "and",
            Self::Equal => "==",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Join => "~",
            Self::Times => "*",
            Self::Divide => "/",
            Self::WholeDivide => "//",
            Self::Remainder => "%",
            Self::Power => "**",
        }
    }
}

/// What is wrong with a text, and where.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) message: String,
    pub(super) range: Range<usize>,
}

/// Reads an expression.
pub(super) fn parse(text: &str) -> Result<Node, SyntaxError> {
    let mut parser = Parser { tokens: tokens(text)?, at: 0, end: text.len(), depth: 0 };
    let node = parser.expression()?;
    match parser.tokens.get(parser.at) {
        None => Ok(node),
        Some((token, range)) => {
            let message = match token {
                Token::Sign(":") => "a `:` stands only between brackets, as in [1:3], or braces".to_owned(),
                Token::Sign("=") => "one `=` compares nothing: write `==`".to_owned(),
                Token::Sign(sign) => format!("`{sign}` is not expected here"),
                Token::Word(word) => format!("`{word}` is not expected here"),
                Token::Text(_) | Token::Number(_) => "a value is not expected here; is an operator missing?".to_owned(),
            };
            Err(SyntaxError { message, range: range.clone() })
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Word(String),
    Text(String),
    Number(Number),
    Sign(&'static str),
}

/// Signs, the longer before those they begin with.
const SIGNS: [&str; 25] = [
    "**", "//", "==", "!=", "<=", ">=", "<", ">", "+", "-", "~", "*", "/", "%", "(", ")", "[", "]", "{", "}", ",", ":",
    ".", "|", "=",
];

fn tokens(text: &str) -> Result<Vec<(Token, Range<usize>)>, SyntaxError> {
    let bytes = text.as_bytes();
    let mut found: Vec<(Token, Range<usize>)> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let start = at;
        let token = match byte {
            b' ' | b'\t' | b'\r' | b'\n' => {
                at += 1;
                continue;
            }
            b'\'' | b'"' => {
                let (value, end) = quoted(text, at)?;
                at = end;
                // Texts that follow each other are one.
                if let Some((Token::Text(before), range)) = found.last_mut() {
                    before.push_str(&value);
                    range.end = at;
                    continue;
                }
                Token::Text(value)
            }
            b'0'..=b'9' => {
                at = number_end(bytes, at, matches!(found.last(), Some((Token::Sign("."), _))));
                let written = text[start..at].replace('_', "");
                match written.parse::<Number>() {
                    Ok(number) => Token::Number(number),
                    Err(_) => {
                        let message = format!("`{}` is not a number", &text[start..at]);
                        return Err(SyntaxError { message, range: start..at });
                    }
                }
            }
            _ if byte == b'_' || byte.is_ascii_alphabetic() => {
                while bytes.get(at).is_some_and(|byte| *byte == b'_' || byte.is_ascii_alphanumeric()) {
                    at += 1;
                }
                Token::Word(text[start..at].to_owned())
            }
            _ => {
                let Some(sign) = SIGNS.iter().find(|sign| text[at..].starts_with(**sign)) else {
                    let odd = text[at..].chars().next().unwrap_or('?');
                    let message = match odd {
                        '!' => "`!` is not an operator: write `not`".to_owned(),
                        '&' => "`&` is not an operator: write `and`".to_owned(),
                        '?' => "`?` is not an operator: write `a if condition else b`".to_owned(),
                        _ => format!("`{odd}` means nothing in an expression"),
                    };
                    return Err(SyntaxError { message, range: at..at + odd.len_utf8() });
                };
                at += sign.len();
                Token::Sign(sign)
            }
        };
        found.push((token, start..at));
    }
    Ok(found)
}

/// Where a number ends. After a dot it is an index, which has no fraction.
fn number_end(bytes: &[u8], mut at: usize, index: bool) -> usize {
    let digits = |mut at: usize| {
        while bytes.get(at).is_some_and(|byte| byte.is_ascii_digit() || *byte == b'_') {
            at += 1;
        }
        at
    };
    at = digits(at);
    if index {
        return at;
    }
    if bytes.get(at) == Some(&b'.') && bytes.get(at + 1).is_some_and(u8::is_ascii_digit) {
        at = digits(at + 1);
    }
    if matches!(bytes.get(at), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(at + 1), Some(b'+' | b'-')));
        if bytes.get(at + 1 + sign).is_some_and(u8::is_ascii_digit) {
            at = digits(at + 1 + sign);
        }
    }
    at
}

/// A text in quotes that begins at an offset, with its escapes undone, and where it ends.
fn quoted(text: &str, start: usize) -> Result<(String, usize), SyntaxError> {
    let quote = text[start..].chars().next().unwrap_or('\'');
    let mut value = String::new();
    let mut chars = text[start + 1..].char_indices();
    while let Some((offset, c)) = chars.next() {
        let at = start + 1 + offset;
        if c == quote {
            return Ok((value, at + 1));
        }
        if c != '\\' {
            value.push(c);
            continue;
        }
        let wrong = |message: &str| SyntaxError { message: message.to_owned(), range: at..at + 1 };
        match chars.next().map(|(_, c)| c) {
            Some('n') => value.push('\n'),
            Some('r') => value.push('\r'),
            Some('t') => value.push('\t'),
            Some('b') => value.push('\u{8}'),
            Some('f') => value.push('\u{c}'),
            Some('u') => {
                let mut hex = || (0..4).map(|_| chars.next().map_or('!', |(_, c)| c)).collect::<String>();
                let unit = |hex: String| u32::from_str_radix(&hex, 16).map_err(|_| wrong("\\u takes four hex digits"));
                let first = unit(hex())?;
                let code = if (0xd800..0xdc00).contains(&first) && chars.as_str().starts_with("\\u") {
                    chars.next();
                    chars.next();
                    let mut hex = || (0..4).map(|_| chars.next().map_or('!', |(_, c)| c)).collect::<String>();
                    let second = unit(hex())?;
                    0x10000 + ((first - 0xd800) << 10) + (second.wrapping_sub(0xdc00) & 0x3ff)
                } else {
                    first
                };
                value.push(char::from_u32(code).ok_or_else(|| wrong("this escape is no character"))?);
            }
            Some(other) => value.push(other),
            None => break,
        }
    }
    Err(SyntaxError { message: "the text is never closed by its quote".to_owned(), range: start..text.len() })
}

struct Parser {
    tokens: Vec<(Token, Range<usize>)>,
    at: usize,
    end: usize,
    depth: usize,
}

type Parsed = Result<Node, SyntaxError>;

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at).map(|(token, _)| token)
    }

    fn peek_after(&self) -> Option<&Token> {
        self.tokens.get(self.at + 1).map(|(token, _)| token)
    }

    fn here(&self) -> Range<usize> {
        self.tokens.get(self.at).map_or(self.end..self.end, |(_, range)| range.clone())
    }

    fn last_end(&self) -> usize {
        self.at.checked_sub(1).and_then(|at| self.tokens.get(at)).map_or(0, |(_, range)| range.end)
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Sign(found)) if *found == sign);
        self.at += usize::from(there);
        there
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = matches!(self.peek(), Some(Token::Word(found)) if found == word);
        self.at += usize::from(there);
        there
    }

    fn fail<T>(&self, message: impl Into<String>) -> Result<T, SyntaxError> {
        Err(SyntaxError { message: message.into(), range: self.here() })
    }

    fn expect(&mut self, sign: &str) -> Result<(), SyntaxError> {
        if self.take_sign(sign) {
            return Ok(());
        }
        match self.peek() {
            None => self.fail(format!("unexpected end of input, expected `{sign}`")),
            Some(_) => self.fail(format!("`{sign}` is expected here")),
        }
    }

    fn expression(&mut self) -> Parsed {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.fail(format!("the expression is nested more than {DEEPEST} deep"));
        }
        let value = self.or()?;
        let node = if self.take_word("if") {
            let condition = self.or()?;
            let otherwise = if self.take_word("else") { Some(Box::new(self.expression()?)) } else { None };
            let range = value.range.start..self.last_end();
            Node { range, kind: Kind::If(Box::new([value, condition]), otherwise) }
        } else {
            value
        };
        self.depth -= 1;
        Ok(node)
    }

    /// Operators of one precedence, from the left.
    fn binary(&mut self, operators: &[(Token, Operator)], next: impl Fn(&mut Self) -> Parsed) -> Parsed {
        let mut left = next(self)?;
        while let Some((_, operator)) =
            operators.iter().find(|(token, _)| self.peek() == Some(token)).map(|(token, operator)| (token, *operator))
        {
            self.at += 1;
            let right = next(self)?;
            left = join(operator, left, right);
        }
        Ok(left)
    }

    fn or(&mut self) -> Parsed {
        self.binary(&[(Token::Word("or".into()), Operator::Or)], Self::and)
    }

    fn and(&mut self) -> Parsed {
        self.binary(&[(Token::Word("and".into()), Operator::And)], Self::not)
    }

    fn not(&mut self) -> Parsed {
        let start = self.here().start;
        let mut times = 0_usize;
        while self.take_word("not") {
            times += 1;
        }
        let mut node = self.comparison()?;
        for _ in 0..times {
            node = Node { range: start..node.range.end, kind: Kind::Not(Box::new(node)) };
        }
        Ok(node)
    }

    fn comparison(&mut self) -> Parsed {
        let left = self.sum()?;
        let Some(operator) = self.compares() else { return Ok(left) };
        let right = self.sum()?;
        let node = join(operator, left, right);
        let again = self.here();
        if self.compares().is_some() {
            let message = "one comparison at a time: write `a < b and b < c`".to_owned();
            return Err(SyntaxError { message, range: again });
        }
        Ok(node)
    }

    fn compares(&mut self) -> Option<Operator> {
        let (operator, tokens) = match (self.peek()?, self.peek_after()) {
            (Token::Sign("=="), _) => (Operator::Equal, 1),
            (Token::Sign("!="), _) => (Operator::NotEqual, 1),
            (Token::Sign("<"), _) => (Operator::Less, 1),
            (Token::Sign("<="), _) => (Operator::LessOrEqual, 1),
            (Token::Sign(">"), _) => (Operator::Greater, 1),
            (Token::Sign(">="), _) => (Operator::GreaterOrEqual, 1),
            (Token::Word(word), _) if word == "in" => (Operator::In, 1),
            (Token::Word(word), Some(Token::Word(next))) if word == "not" && next == "in" => (Operator::NotIn, 2),
            _ => return None,
        };
        self.at += tokens;
        Some(operator)
    }

    fn sum(&mut self) -> Parsed {
        self.binary(&[(Token::Sign("+"), Operator::Plus), (Token::Sign("-"), Operator::Minus)], |parser| {
            parser.binary(&[(Token::Sign("~"), Operator::Join)], Self::product)
        })
    }

    fn product(&mut self) -> Parsed {
        let operators = [
            (Token::Sign("*"), Operator::Times),
            (Token::Sign("/"), Operator::Divide),
            (Token::Sign("//"), Operator::WholeDivide),
            (Token::Sign("%"), Operator::Remainder),
        ];
        self.binary(&operators, |parser| parser.binary(&[(Token::Sign("**"), Operator::Power)], Self::unary))
    }

    fn unary(&mut self) -> Parsed {
        let start = self.here().start;
        let mut times = 0_usize;
        while self.take_sign("-") {
            times += 1;
        }
        let mut node = self.primary()?;
        node = self.postfix(node)?;
        for _ in 0..times {
            node = Node { range: start..node.range.end, kind: Kind::Negative(Box::new(node)) };
        }
        self.filtered(node)
    }

    fn primary(&mut self) -> Parsed {
        let range = self.here();
        let Some(token) = self.peek().cloned() else {
            return self.fail("unexpected end of input, expected expression");
        };
        self.at += 1;
        let literal = |value| Ok(Node { range: range.clone(), kind: Kind::Literal(value) });
        match token {
            Token::Number(number) => literal(Value::Number(number)),
            Token::Text(text) => literal(Value::String(text)),
            Token::Word(word) => match word.as_str() {
                "true" | "True" => literal(Value::Bool(true)),
                "false" | "False" => literal(Value::Bool(false)),
                "none" | "None" | "null" => literal(Value::Null),
                "and" | "or" | "not" | "in" | "is" | "if" | "else" => {
                    self.at -= 1;
                    self.fail(format!("a value is expected here, and `{word}` is a word of the language"))
                }
                _ => Ok(Node { range, kind: Kind::Name(word) }),
            },
            Token::Sign("(") => {
                let inner = self.expression()?;
                if self.take_sign(",") {
                    let mut items = vec![inner];
                    items.extend(self.list(")")?);
                    return Ok(Node { range: range.start..self.last_end(), kind: Kind::List(items) });
                }
                self.expect(")")?;
                Ok(Node { range: range.start..self.last_end(), kind: inner.kind })
            }
            Token::Sign("[") => {
                let items = self.list("]")?;
                Ok(Node { range: range.start..self.last_end(), kind: Kind::List(items) })
            }
            Token::Sign("{") => {
                let mut members = Vec::new();
                while !self.take_sign("}") {
                    if !members.is_empty() {
                        self.expect(",")?;
                        if self.take_sign("}") {
                            break;
                        }
                    }
                    let name = self.expression()?;
                    self.expect(":")?;
                    members.push((name, self.expression()?));
                }
                Ok(Node { range: range.start..self.last_end(), kind: Kind::Map(members) })
            }
            Token::Sign(sign) => {
                self.at -= 1;
                self.fail(format!("a value is expected here, not `{sign}`"))
            }
        }
    }

    /// Values up to a closing sign, which is taken too.
    fn list(&mut self, close: &str) -> Result<Vec<Node>, SyntaxError> {
        let mut items = Vec::new();
        while !self.take_sign(close) {
            if !items.is_empty() {
                self.expect(",")?;
                if self.take_sign(close) {
                    break;
                }
            }
            items.push(self.expression()?);
        }
        Ok(items)
    }

    fn postfix(&mut self, mut node: Node) -> Parsed {
        loop {
            let start = node.range.start;
            if self.take_sign(".") {
                let range = self.here();
                node = match self.peek().cloned() {
                    Some(Token::Word(name)) => {
                        self.at += 1;
                        if matches!(self.peek(), Some(Token::Sign("("))) {
                            return Err(SyntaxError { message: no_method(&name), range });
                        }
                        Node { range: start..range.end, kind: Kind::Member(Box::new(node), name) }
                    }
                    Some(Token::Number(index)) => {
                        self.at += 1;
                        let index = Node { range: range.clone(), kind: Kind::Literal(Value::Number(index)) };
                        Node { range: start..range.end, kind: Kind::Index(Box::new(node), Box::new(index)) }
                    }
                    _ => return self.fail("the name of a member is expected here"),
                };
            } else if self.take_sign("[") {
                node = self.bracketed(node)?;
            } else if matches!(self.peek(), Some(Token::Sign("("))) {
                let Kind::Name(name) = node.kind else {
                    return self.fail("only a function can be called");
                };
                let function = FUNCTIONS.iter().find(|function| function.name == name);
                let arguments = self.arguments()?;
                let range = start..self.last_end();
                let bound = function.map(|function| bind(function, None, arguments, &range)).transpose()?;
                node = Node { range, kind: Kind::Call(name, bound) };
            } else {
                return Ok(node);
            }
        }
    }

    fn bracketed(&mut self, node: Node) -> Parsed {
        let start = node.range.start;
        let mut parts: [Option<Box<Node>>; 3] = [None, None, None];
        let mut slice = false;
        for (place, part) in parts.iter_mut().enumerate() {
            if !matches!(self.peek(), Some(Token::Sign("]" | ":"))) {
                *part = Some(Box::new(self.expression()?));
            }
            if place < 2 && self.take_sign(":") {
                slice = true;
            } else {
                break;
            }
        }
        self.expect("]")?;
        let range = start..self.last_end();
        if slice {
            return Ok(Node { range, kind: Kind::Slice(Box::new(node), parts) });
        }
        match parts {
            [Some(index), ..] => Ok(Node { range, kind: Kind::Index(Box::new(node), index) }),
            [None, ..] => Err(SyntaxError { message: "an index or a name is expected between brackets".into(), range }),
        }
    }

    /// Filters and tests behind a value.
    fn filtered(&mut self, mut node: Node) -> Parsed {
        loop {
            let start = node.range.start;
            if self.take_sign("|") {
                let (name, range) = self.name("a filter")?;
                let Some(function) = FILTERS.iter().find(|filter| filter.name == name) else {
                    return Err(SyntaxError { message: unknown("filter", &name, FILTERS), range });
                };
                let arguments = if matches!(self.peek(), Some(Token::Sign("("))) { self.arguments()? } else { vec![] };
                let range = start..self.last_end();
                node = Node { kind: Kind::Filter(bind(function, Some(node), arguments, &range)?), range };
            } else if self.take_word("is") {
                let negated = self.take_word("not");
                let (name, range) = match self.peek() {
                    // `is in` and `is none` are words of the language elsewhere.
                    Some(Token::Word(word)) if word == "in" => (self.name("a test")?.0, self.here()),
                    _ => self.name("a test")?,
                };
                let Some(function) = TESTS.iter().find(|test| test.name == name.to_lowercase()) else {
                    return Err(SyntaxError { message: unknown("test", &name, TESTS), range });
                };
                let arguments = self.test_arguments()?;
                let range = start..self.last_end();
                node = Node { kind: Kind::Test(bind(function, Some(node), arguments, &range)?, negated), range };
            } else {
                return Ok(node);
            }
        }
    }

    fn name(&mut self, what: &str) -> Result<(String, Range<usize>), SyntaxError> {
        let range = self.here();
        match self.peek().cloned() {
            Some(Token::Word(name)) => {
                self.at += 1;
                Ok((name, range))
            }
            _ => self.fail(format!("the name of {what} is expected here")),
        }
    }

    /// The arguments of a test: in parentheses, or one value behind it.
    fn test_arguments(&mut self) -> Result<Vec<(Option<String>, Node)>, SyntaxError> {
        match self.peek() {
            Some(Token::Sign("(")) => self.arguments(),
            Some(Token::Text(_) | Token::Number(_) | Token::Sign("-" | "[" | "{")) => {
                Ok(vec![(None, self.unary_value()?)])
            }
            Some(Token::Word(word)) if !["and", "or", "else", "if", "is", "in", "not"].contains(&word.as_str()) => {
                Ok(vec![(None, self.unary_value()?)])
            }
            _ => Ok(Vec::new()),
        }
    }

    fn unary_value(&mut self) -> Parsed {
        let start = self.here().start;
        let negative = self.take_sign("-");
        let node = self.primary()?;
        let node = self.postfix(node)?;
        Ok(if negative { Node { range: start..node.range.end, kind: Kind::Negative(Box::new(node)) } } else { node })
    }

    fn arguments(&mut self) -> Result<Vec<(Option<String>, Node)>, SyntaxError> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.take_sign(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
                if self.take_sign(")") {
                    break;
                }
            }
            let named = match (self.peek(), self.peek_after()) {
                (Some(Token::Word(name)), Some(Token::Sign("="))) => Some(name.clone()),
                _ => None,
            };
            self.at += if named.is_some() { 2 } else { 0 };
            arguments.push((named, self.expression()?));
        }
        Ok(arguments)
    }
}

fn join(operator: Operator, left: Node, right: Node) -> Node {
    Node { range: left.range.start..right.range.end, kind: Kind::Binary(operator, Box::new([left, right])) }
}

fn unknown(what: &str, name: &str, known: &[Function]) -> String {
    let hint = text::did_you_mean(name, known.iter().map(|function| function.name)).unwrap_or_default();
    format!("there is no {what} `{name}`; {hint}")
}

/// What to write in place of a method.
fn no_method(name: &str) -> String {
    let filter = match name {
        "strip" => "trim",
        "len" | "size" | "count" => "length",
        "toLowerCase" => "lower",
        "toUpperCase" => "upper",
        other => other,
    };
    let there = FILTERS.iter().any(|known| known.name == filter);
    let instead = match name {
        "startswith" | "startsWith" => "write `value is startingwith 'x'`".to_owned(),
        "endswith" | "endsWith" => "write `value is endingwith 'x'`".to_owned(),
        "get" => "write `value.name | default('x')`".to_owned(),
        "includes" | "contains" => "write `'x' in value`".to_owned(),
        _ if there => format!("write `value | {filter}`"),
        _ => text::did_you_mean(name, FILTERS.iter().map(|filter| filter.name)).map_or_else(
            || "filters stand behind a bar, as in `value | upper`".to_owned(),
            |hint| format!("of the filters: {hint}"),
        ),
    };
    format!("values have no methods such as `{name}()`; {instead}")
}

/// Arguments by the place of their parameters.
fn bind(
    function: &'static Function,
    value: Option<Node>,
    given: Vec<(Option<String>, Node)>,
    range: &Range<usize>,
) -> Result<Bound, SyntaxError> {
    let parameters = function.parameters();
    let mut arguments: Vec<Option<Node>> = value.into_iter().map(Some).collect();
    arguments.resize_with(arguments.len().max(parameters.len()), || None);
    let filled = usize::from(arguments.first().is_some_and(Option::is_some));
    let mut next = filled;
    for (name, node) in given {
        let fail = |message: String| Err(SyntaxError { message, range: node.range.clone() });
        let place = match &name {
            None => {
                next += 1;
                next - 1
            }
            Some(name) => match parameters.iter().position(|parameter| parameter.name == name) {
                Some(place) => place,
                None => {
                    let known = parameters.iter().skip(filled).map(|parameter| parameter.name);
                    let hint = text::did_you_mean(name, known).unwrap_or_default();
                    return fail(format!("`{}` has no argument `{name}`; {hint}", function.name));
                }
            },
        };
        if place >= arguments.len() {
            if !function.takes_more() {
                let most = text::count(parameters.len() - filled, "argument");
                return fail(format!("`{}` takes at most {most}", function.name));
            }
            arguments.resize_with(place + 1, || None);
        }
        if arguments[place].is_some() {
            return fail(format!("this argument of `{}` is given twice", function.name));
        }
        arguments[place] = Some(node);
    }
    for (parameter, argument) in parameters.iter().zip(&arguments) {
        if parameter.needed && argument.is_none() {
            let message = format!("`{}` needs `{}`: {}", function.name, parameter.name, function.about);
            return Err(SyntaxError { message, range: range.clone() });
        }
        if parameter.name == "key"
            && let Some(node) = argument
            && !asks_for_a_secret(node)
        {
            let message = format!(
                "the key of `{}` comes from secret('NAME'), so that it stands in no file and is masked everywhere",
                function.name
            );
            return Err(SyntaxError { message, range: node.range.clone() });
        }
    }
    Ok(Bound { function, arguments })
}

fn asks_for_a_secret(node: &Node) -> bool {
    let mut found = false;
    node.each(&mut |node| found |= matches!(&node.kind, Kind::Call(name, _) if name == "secret"));
    found
}

impl Node {
    /// Calls `visit` for this part and every part inside, in the order of the text.
    pub(super) fn each<'n>(&'n self, visit: &mut impl FnMut(&'n Self)) {
        visit(self);
        match &self.kind {
            Kind::Literal(_) | Kind::Name(_) => {}
            Kind::Member(node, _) | Kind::Not(node) | Kind::Negative(node) => node.each(visit),
            Kind::Index(value, index) => {
                value.each(visit);
                index.each(visit);
            }
            Kind::Slice(value, parts) => {
                value.each(visit);
                parts.iter().flatten().for_each(|part| part.each(visit));
            }
            Kind::List(items) => items.iter().for_each(|item| item.each(visit)),
            Kind::Map(members) => members.iter().for_each(|(name, value)| {
                name.each(visit);
                value.each(visit);
            }),
            Kind::Binary(_, sides) => sides.iter().for_each(|side| side.each(visit)),
            Kind::If(parts, otherwise) => {
                parts.iter().for_each(|part| part.each(visit));
                if let Some(otherwise) = otherwise {
                    otherwise.each(visit);
                }
            }
            Kind::Call(_, bound) => {
                bound.iter().flat_map(|bound| bound.arguments.iter().flatten()).for_each(|node| node.each(visit));
            }
            Kind::Filter(bound) | Kind::Test(bound, _) => {
                bound.arguments.iter().flatten().for_each(|node| node.each(visit));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        let error = parse(text).unwrap_err();
        format!("{}..{}: {}", error.range.start, error.range.end, error.message)
    }

    #[test]
    fn what_does_not_exist_is_told_when_it_is_read() {
        assert_eq!(refused("s | uper"), "4..8: there is no filter `uper`; did you mean `upper`?");
        assert_eq!(refused("s is evn"), "5..8: there is no test `evn`; did you mean `even`?");
        assert_eq!(refused("s.upper()"), "2..7: values have no methods such as `upper()`; write `value | upper`");
        assert_eq!(refused("date(month=1)"), "11..12: `date` has no argument `month`; did you mean `months`?");
        assert_eq!(refused("uuid(1)"), "5..6: `uuid` takes at most 0 arguments");
        assert!(refused("hmac('x', 'key')").contains("the key of `hmac` comes from secret('NAME')"));
        assert_eq!(refused("a = b"), "2..3: one `=` compares nothing: write `==`");
        assert_eq!(refused("a < b < c"), "6..7: one comparison at a time: write `a < b and b < c`");
        assert_eq!(refused("'x"), "0..2: the text is never closed by its quote");
        assert_eq!(refused("1 +"), "3..3: unexpected end of input, expected expression");
        assert!(refused(&format!("{}1{}", "(".repeat(60), ")".repeat(60))).contains("nested more than"));
        assert!(refused("a && b").contains("write `and`"));
    }

    #[test]
    fn every_part_knows_its_place() {
        let node = parse("a.b[1:] | join('-') is none").unwrap();
        let mut said = Vec::new();
        node.each(&mut |node| said.push(node.range.clone()));
        assert_eq!(said, [0..27, 0..19, 0..7, 0..3, 0..1, 4..5, 15..18]);
    }
}
