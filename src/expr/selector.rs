//! Where to look in a body: JSONPath (RFC 9535), read once.
//!
//! Evaluation is `jsonpath-rust`'s; a path of plain names and indexes, by far the commonest, is walked directly. What the
//! library would silently answer wrongly, and what could make it run for long, is refused when the path is read.

use jsonpath_rust::parser::model::{
    Comparable, Comparison, Filter, FilterAtom, FnArg, JpQuery, Segment, Selector as Part, Test, TestFunction,
};
use jsonpath_rust::parser::parse_json_path;
use jsonpath_rust::query::js_path_process;
use serde_json::Value;

/// Longest path, in bytes.
const LONGEST: usize = 1024;
/// Most descendant segments (`..`); each multiplies the work by the size of the body.
const MOST_DESCENDANTS: usize = 2;
/// Most selectors in one pair of brackets.
const MOST_SELECTORS: usize = 64;

/// A JSONPath.
#[derive(Debug, Clone)]
pub struct Selector {
    text: String,
    plan: Plan,
}

#[derive(Debug, Clone)]
enum Plan {
    /// Names and indexes only: selects at most one value.
    Singular(Vec<Step>),
    /// Anything else: selects any number of values.
    Query(JpQuery),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    Name(String),
    Index(i64),
}

/// Why a text is not a path we take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SelectorError {
    /// What is wrong.
    pub message: String,
    /// The byte of the text it is wrong at, where known.
    pub at: Option<usize>,
}

/// What a path selected.
#[derive(Debug, Clone, PartialEq)]
pub enum Selection<'a> {
    /// A path that selects at most one value, and that value if it is there.
    One(Option<&'a Value>),
    /// A path that can select several values, and those it did with the path of each.
    Many(Vec<(String, &'a Value)>),
}

impl Selector {
    /// Reads a path.
    ///
    /// # Errors
    /// When it is not RFC 9535, or is of a shape that is refused.
    pub fn parse(text: &str) -> Result<Self, SelectorError> {
        if text.len() > LONGEST {
            return Err(refuse(format!("the path has {} bytes; at most {LONGEST} are allowed", text.len())));
        }
        if text.trim() != text {
            return Err(refuse("a path has no blanks around it"));
        }
        if let Some(steps) = plain(text) {
            return Ok(Self { text: text.to_owned(), plan: Plan::Singular(steps) });
        }
        let query = parse_json_path(text).map_err(|error| explain(text, &error))?;
        check_segments(&query.segments, Filters::Allowed)?;
        check_blanks(text, &query)?;
        let plan = singular(&query).map_or(Plan::Query(query), Plan::Singular);
        Ok(Self { text: text.to_owned(), plan })
    }

    /// The path as written.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it can select at most one value.
    #[must_use]
    pub const fn is_singular(&self) -> bool {
        matches!(self.plan, Plan::Singular(_))
    }

    /// Where it looks, as a JSON pointer (RFC 6901) with `*` for an item; `None` where that is not one place.
    #[must_use]
    pub fn pointer(&self) -> Option<String> {
        let name = |name: &str| format!("/{}", crate::text::pointer_escaped(name));
        let item = || "/*".to_owned();
        match &self.plan {
            Plan::Singular(steps) => {
                let part = |step: &Step| match step {
                    Step::Name(text) => name(text),
                    Step::Index(_) => item(),
                };
                Some(steps.iter().map(part).collect())
            }
            Plan::Query(query) => {
                let part = |segment: &Segment| match segment {
                    Segment::Selector(Part::Name(text)) => Some(name(unquoted(text))),
                    Segment::Selector(_) => Some(item()),
                    Segment::Descendant(_) | Segment::Selectors(_) => None,
                };
                query.segments.iter().map(part).collect()
            }
        }
    }

    /// Looks into a value.
    #[must_use]
    pub fn select<'a>(&self, value: &'a Value) -> Selection<'a> {
        match &self.plan {
            Plan::Singular(steps) => Selection::One(walk(value, steps)),
            Plan::Query(query) => {
                let found = js_path_process(query, value).unwrap_or_default();
                Selection::Many(found.into_iter().map(|node| (shorthand(&node.path), node.val)).collect())
            }
        }
    }

    /// How far a singular path leads: the longest part of it that exists, and what is there.
    #[must_use]
    pub fn reach<'a>(&self, value: &'a Value) -> Option<(String, &'a Value)> {
        let Plan::Singular(steps) = &self.plan else { return None };
        let mut reached = ("$".to_owned(), value);
        for step in steps {
            let Some(next) = walk(reached.1, std::slice::from_ref(step)) else { break };
            let name = match step {
                Step::Name(name) => format!(".{name}"),
                Step::Index(index) => format!("[{index}]"),
            };
            reached = (reached.0 + &name, next);
        }
        Some(reached)
    }

    /// Where a path that goes through several values ends early for one of them: that value's path and the name or
    /// index it lacks.
    #[must_use]
    pub fn lacking(&self, value: &Value) -> Option<String> {
        let Plan::Query(query) = &self.plan else { return None };
        let several = |segment: &Segment| !matches!(segment, Segment::Selector(Part::Name(_) | Part::Index(_)));
        let first = query.segments.iter().position(several)?;
        for (at, segment) in query.segments.iter().enumerate().skip(first + 1) {
            let ending = match segment {
                Segment::Selector(Part::Name(name)) => format!(".{}", name.trim_matches(['\'', '"'])),
                Segment::Selector(Part::Index(index)) => format!("[{index}]"),
                _ => continue,
            };
            let prefix = JpQuery::new(query.segments[..at].to_vec());
            for node in js_path_process(&prefix, value).unwrap_or_default() {
                let step = JpQuery::new(vec![segment.clone()]);
                if js_path_process(&step, node.val).unwrap_or_default().is_empty() {
                    return Some(format!("{}{ending}", shorthand(&node.path)));
                }
            }
        }
        None
    }
}

/// A normalised path (RFC 9535, section 2.7) in the dots people write, where its names allow it.
fn shorthand(path: &str) -> String {
    let mut short = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find("['") {
        short.push_str(&rest[..at]);
        let inside = &rest[at + 2..];
        let end = inside.find("']").unwrap_or(inside.len());
        let name = &inside[..end];
        let word = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
            && !name.starts_with(|c: char| c.is_ascii_digit());
        if !word || name.is_empty() {
            // A name that needs its quotes may hold anything; from here on the path stays as it is.
            short.push_str(&rest[at..]);
            return short;
        }
        short.push('.');
        short.push_str(name);
        rest = inside.get(end + 2..).unwrap_or("");
    }
    short + rest
}

fn walk<'a>(mut value: &'a Value, steps: &[Step]) -> Option<&'a Value> {
    for step in steps {
        value = match (step, value) {
            (Step::Name(name), Value::Object(members)) => members.get(name)?,
            (Step::Index(index), Value::Array(items)) => {
                let length = i64::try_from(items.len()).ok()?;
                let index = if *index < 0 { length + index } else { *index };
                items.get(usize::try_from(index).ok()?)?
            }
            (Step::Name(_) | Step::Index(_), _) => return None,
        };
    }
    Some(value)
}

/// The steps of a path like `$.data.offers[0].id`, of ASCII names and small indexes, without the library's parser: nearly
/// every path is one, and a large suite has many.
fn plain(text: &str) -> Option<Vec<Step>> {
    let mut rest = text.strip_prefix('$')?;
    let mut steps = Vec::new();
    while !rest.is_empty() {
        if let Some(after) = rest.strip_prefix('.') {
            let end = after.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(after.len());
            let (name, tail) = after.split_at(end);
            if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
                return None;
            }
            steps.push(Step::Name(name.to_owned()));
            rest = tail;
        } else {
            let (digits, tail) = rest.strip_prefix('[')?.split_once(']')?;
            let digital = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
            if !digital || digits.len() > 9 || (digits.len() > 1 && digits.starts_with('0')) {
                return None;
            }
            steps.push(Step::Index(digits.parse().ok()?));
            rest = tail;
        }
    }
    Some(steps)
}

/// The steps of a path that has nothing but plain names and indexes. Names with quotes or escapes are left to the
/// library, which knows how to undo them.
fn singular(query: &JpQuery) -> Option<Vec<Step>> {
    let plain = |name: &str| !name.contains(['\'', '"', '\\']);
    let step = |segment: &Segment| match segment {
        Segment::Selector(Part::Name(name)) => {
            Some(unquoted(name)).filter(|name| plain(name)).map(|name| Step::Name(name.to_owned()))
        }
        Segment::Selector(Part::Index(index)) => Some(Step::Index(*index)),
        Segment::Selector(Part::Wildcard | Part::Slice(..) | Part::Filter(_))
        | Segment::Descendant(_)
        | Segment::Selectors(_) => None,
    };
    query.segments.iter().map(step).collect()
}

/// A name as the library gives it, without the quotes it may stand in.
fn unquoted(name: &str) -> &str {
    ['\'', '"'].iter().find_map(|quote| name.strip_prefix(*quote)?.strip_suffix(*quote)).unwrap_or(name)
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Filters {
    Allowed,
    /// Inside a filter: the library answers a filter within a filter with nothing at all.
    Refused,
}

fn refuse(message: impl Into<String>) -> SelectorError {
    SelectorError { message: message.into(), at: None }
}

fn check_segments(segments: &[Segment], filters: Filters) -> Result<(), SelectorError> {
    let descendants = segments.iter().filter(|segment| matches!(segment, Segment::Descendant(_))).count();
    if descendants > MOST_DESCENDANTS {
        return Err(refuse(format!(
            "the path descends (`..`) {descendants} times; at most {MOST_DESCENDANTS} are allowed"
        )));
    }
    segments.iter().try_for_each(|segment| check_segment(segment, filters))
}

/// The library takes a name with a blank in it without its quotes; RFC 9535 (section 2.5.1.1) does not.
fn check_blanks(text: &str, query: &JpQuery) -> Result<(), SelectorError> {
    for segment in &query.segments {
        let Segment::Selector(Part::Name(name)) = segment else { continue };
        let bare = name.contains(char::is_whitespace)
            && !['\'', '"'].iter().any(|quote| text.contains(&format!("{quote}{name}{quote}")));
        if bare && !text.contains('\\') {
            return Err(refuse(format!("a name with a blank in it is written in brackets: $['{}']", name.trim())));
        }
    }
    Ok(())
}

fn check_segment(segment: &Segment, filters: Filters) -> Result<(), SelectorError> {
    match segment {
        Segment::Descendant(inner) => check_segment(inner, filters),
        Segment::Selector(part) => check_part(part, filters),
        Segment::Selectors(parts) if parts.len() > MOST_SELECTORS => Err(refuse(format!(
            "{} selectors in one pair of brackets; at most {MOST_SELECTORS} are allowed",
            parts.len()
        ))),
        Segment::Selectors(parts) => parts.iter().try_for_each(|part| check_part(part, filters)),
    }
}

fn check_part(part: &Part, filters: Filters) -> Result<(), SelectorError> {
    match part {
        Part::Filter(_) if filters == Filters::Refused => {
            Err(refuse("a filter inside a filter cannot be evaluated reliably; select in two steps instead"))
        }
        Part::Filter(filter) => check_filter(filter),
        Part::Name(_) | Part::Wildcard | Part::Index(_) | Part::Slice(..) => Ok(()),
    }
}

fn check_filter(filter: &Filter) -> Result<(), SelectorError> {
    match filter {
        Filter::Or(filters) | Filter::And(filters) => filters.iter().try_for_each(check_filter),
        Filter::Atom(FilterAtom::Filter { expr, .. }) => check_filter(expr),
        Filter::Atom(FilterAtom::Test { expr, .. }) => check_test(expr),
        Filter::Atom(FilterAtom::Comparison(comparison)) => match &**comparison {
            Comparison::Eq(left, right)
            | Comparison::Ne(left, right)
            | Comparison::Gt(left, right)
            | Comparison::Gte(left, right)
            | Comparison::Lt(left, right)
            | Comparison::Lte(left, right) => check_comparable(left).and_then(|()| check_comparable(right)),
        },
    }
}

fn check_comparable(comparable: &Comparable) -> Result<(), SelectorError> {
    match comparable {
        Comparable::Function(function) => check_function(function),
        Comparable::Literal(_) | Comparable::SingularQuery(_) => Ok(()),
    }
}

fn check_test(test: &Test) -> Result<(), SelectorError> {
    match test {
        Test::RelQuery(segments) => check_segments(segments, Filters::Refused),
        Test::AbsQuery(query) => check_segments(&query.segments, Filters::Refused),
        Test::Function(function) => match &**function {
            TestFunction::Length(_) | TestFunction::Value(_) | TestFunction::Count(_) => {
                Err(refuse("`length`, `count` and `value` give a value; compare it with something"))
            }
            TestFunction::Search(..) | TestFunction::Match(..) | TestFunction::Custom(..) => check_function(function),
        },
    }
}

fn check_function(function: &TestFunction) -> Result<(), SelectorError> {
    match function {
        TestFunction::Length(argument) => check_argument(argument, Argument::Value),
        TestFunction::Search(text, pattern) | TestFunction::Match(text, pattern) => {
            check_argument(text, Argument::Value).and_then(|()| check_argument(pattern, Argument::Value))
        }
        TestFunction::Count(argument) | TestFunction::Value(argument) => check_argument(argument, Argument::Nodes),
        TestFunction::Custom(name, _) => Err(refuse(format!(
            "there is no function `{name}`; RFC 9535 has `length`, `count`, `value`, `match` and `search`"
        ))),
    }
}

/// What a function takes (RFC 9535, section 2.4.1).
#[derive(Clone, Copy, PartialEq, Eq)]
enum Argument {
    Value,
    Nodes,
}

fn check_argument(argument: &FnArg, takes: Argument) -> Result<(), SelectorError> {
    match argument {
        FnArg::Literal(_) if takes == Argument::Nodes => Err(refuse("this function takes a path, not a value")),
        FnArg::Literal(_) => Ok(()),
        FnArg::Test(test) => match &**test {
            Test::RelQuery(segments) => check_query(segments, takes),
            Test::AbsQuery(query) => check_query(&query.segments, takes),
            Test::Function(function) => check_function(function),
        },
        FnArg::Filter(filter) => check_filter(filter),
    }
}

fn check_query(segments: &[Segment], takes: Argument) -> Result<(), SelectorError> {
    let singular = segments.iter().all(|segment| matches!(segment, Segment::Selector(Part::Name(_) | Part::Index(_))));
    if takes == Argument::Value && !singular {
        return Err(refuse("this function takes one value, and the path in it can select several"));
    }
    check_segments(segments, Filters::Refused)
}

/// The library's complaint in our words, with the byte it points at.
fn explain(text: &str, error: &jsonpath_rust::parser::errors::JsonPathError) -> SelectorError {
    use jsonpath_rust::parser::errors::JsonPathError;
    if !text.starts_with('$') {
        return SelectorError { message: "a path starts with `$`, the whole body".into(), at: Some(0) };
    }
    match error {
        JsonPathError::PestError(error) => {
            use pest::error::InputLocation;
            let at = match error.location {
                InputLocation::Pos(at) | InputLocation::Span((at, _)) => at,
            };
            SelectorError { message: "not a JSONPath from here on".into(), at: Some(at) }
        }
        JsonPathError::MaxNestingDepthExceeded(depth) => refuse(format!("nested deeper than {depth} levels")),
        other => refuse(other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn select(path: &str, value: &Value) -> String {
        match Selector::parse(path) {
            Err(error) => format!("refused at {:?}: {}", error.at, error.message),
            Ok(selector) => match selector.select(value) {
                Selection::One(None) => "nothing".into(),
                Selection::One(Some(value)) => format!("one {value}"),
                Selection::Many(nodes) => {
                    nodes.iter().map(|(path, value)| format!("{path}={value}")).collect::<Vec<_>>().join(" ")
                }
            },
        }
    }

    #[test]
    fn a_path_to_one_place_is_a_pointer() {
        let pointer = |path: &str| Selector::parse(path).unwrap().pointer();
        assert_eq!(pointer("$").as_deref(), Some(""));
        assert_eq!(pointer("$.data.offers[0].offerID").as_deref(), Some("/data/offers/*/offerID"));
        assert_eq!(pointer("$.data['a/b'][*]['c']").as_deref(), Some("/data/a~1b/*/c"));
        assert_eq!(pointer("$.offers[?@.id == 1].x").as_deref(), Some("/offers/*/x"));
        assert_eq!(pointer("$..x"), None);
        assert_eq!(pointer("$['a','b']"), None);
    }

    #[test]
    fn paths_follow_the_rfc() {
        let body = json!({"data": {"offers": [{"id": "a", "min-amount": 0}, {"id": "b"}], "x y": null, "it's": 1}});
        assert_eq!(select("$.data.offers[0].id", &body), "one \"a\"");
        assert_eq!(select("$.data.offers[-1].id", &body), "one \"b\"");
        assert_eq!(select("$['data']['x y']", &body), "one null");
        assert_eq!(select("$.data.offers[0]['min-amount']", &body), "one 0");
        assert_eq!(select("$['data'][\"it's\"]", &body), "$.data['it\\'s']=1");
        assert_eq!(select("$.data.offers[7].id", &body), "nothing");
        assert_eq!(select("$.data.offers[*].id", &body), "$.data.offers[0].id=\"a\" $.data.offers[1].id=\"b\"");
        assert_eq!(select("$.data.offers[?@.id=='b'].id", &body), "$.data.offers[1].id=\"b\"");
    }

    #[test]
    fn what_the_library_would_answer_wrongly_is_refused() {
        let refused = |path: &str| assert!(select(path, &json!({})).starts_with("refused"), "{path}");
        refused("$[?@[?@>1]]");
        refused("$[?count(@..*)]");
        refused("$[?length(@.a)]");
        refused("$[?value(@.a)]");
        refused("$[?length(@.*)<3]");
        refused("$..*..*..*");
        refused("$.data.");
        refused("$.a b");
        refused("$.a ");
        refused("data");
        refused(&format!("$.{}", "a".repeat(1100)));
        refused(&format!("$[{}0]", "0,".repeat(100)));
        assert_eq!(select("data.x", &json!({})), "refused at Some(0): a path starts with `$`, the whole body");
    }

    #[test]
    fn a_value_that_lacks_what_a_path_asks_of_each_is_found() {
        let body = json!({"offers": [{"slabs": [{"min": 1}, {"min": 2}]}, {"slabs": [{"min": 3}, {"max": 4}]}, {}]});
        let lacking = |path: &str| Selector::parse(path).unwrap().lacking(&body);
        assert_eq!(lacking("$.offers[0].slabs[*].min"), None);
        assert_eq!(lacking("$.offers[1].slabs[*].min").as_deref(), Some("$.offers[1].slabs[1].min"));
        assert_eq!(lacking("$.offers[*].slabs[*].min").as_deref(), Some("$.offers[2].slabs"));
        let body = json!({"offers": [{"slabs": [{"min": 1}]}, {"slabs": []}]});
        let lacking = |path: &str| Selector::parse(path).unwrap().lacking(&body);
        assert_eq!(lacking("$.offers[*].slabs[0].min").as_deref(), Some("$.offers[1].slabs[0]"));
        assert_eq!(lacking("$.offers[*].slabs[-1]").as_deref(), Some("$.offers[1].slabs[-1]"));
    }

    #[test]
    fn plain_paths_are_read_as_the_library_reads_them() {
        let paths = ["$", "$.a", "$._a1.B[0][17]", "$[3].x", "$.a[999999999]"];
        for path in paths {
            let query = parse_json_path(path).unwrap();
            assert_eq!(plain(path), singular(&query), "{path}");
            assert!(plain(path).is_some(), "{path}");
        }
        let others =
            ["", "a", "$.", "$a", "$.1", "$.a-b", "$.ä", "$..a", "$.*", "$[-1]", "$[01]", "$[]", "$[ 0]", "$ .a"];
        others.into_iter().for_each(|path| assert_eq!(plain(path), None, "{path}"));
    }

    #[test]
    fn how_far_a_path_leads_is_known() {
        let body = json!({"data": {"offers": [{"id": "a"}]}});
        let reach = |path: &str| Selector::parse(path).unwrap().reach(&body).map(|(path, _)| path);
        assert_eq!(reach("$.data.offers[3].id"), Some("$.data.offers".into()));
        assert_eq!(reach("$.nope"), Some("$".into()));
    }
}
