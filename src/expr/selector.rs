//! Where to look in a body: JSONPath (RFC 9535), read once.
//!
//! A path of plain names and indexes, by far the commonest, is walked directly; `path` reads every other, and `select`
//! evaluates it.

use super::path::{self, Part, Segment};
use super::select::{select, step};
use serde_json::Value;

/// Longest path, in bytes.
const LONGEST: usize = 1024;

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
    Query(Vec<Segment>),
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
    Many(Nodes<'a>),
}

/// Values that a path selected, each with its path.
#[derive(Debug, Clone)]
pub struct Nodes<'a> {
    found: Vec<(String, &'a Value)>,
    segments: &'a [Segment],
    root: &'a Value,
}

impl<'a> std::ops::Deref for Nodes<'a> {
    type Target = [(String, &'a Value)];

    fn deref(&self) -> &Self::Target {
        &self.found
    }
}

impl<'a> IntoIterator for Nodes<'a> {
    type Item = (String, &'a Value);
    type IntoIter = std::vec::IntoIter<Self::Item>;

    fn into_iter(self) -> Self::IntoIter {
        self.found.into_iter()
    }
}

impl PartialEq for Nodes<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.found == other.found
    }
}

/// Where a path that goes through several values ends early for one of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The path that leads nowhere.
    pub path: String,
    /// Why nothing is there.
    pub why: String,
}

impl Nodes<'_> {
    /// Where the path ends early for one of the values it goes through: the member or index that this one lacks, or the
    /// list that is none, or has no item. What a filter leaves out is no lack.
    #[must_use]
    pub fn lack(&self) -> Option<Lack> {
        let several = |segment: &Segment| !path::singular(std::slice::from_ref(segment));
        let first = self.segments.iter().position(several)?;
        for (at, segment) in self.segments.iter().enumerate().skip(first + 1) {
            if segment.descends {
                // What lies below is asked wherever it is; that it is not everywhere is no lack.
                return None;
            }
            for (path, value) in select(&self.segments[..at], "$".to_owned(), self.root, self.root) {
                if let Some(lack) = segment.parts.iter().find_map(|part| lacks(part, &path, value)) {
                    return Some(lack);
                }
            }
        }
        None
    }
}

/// What a value lacks of what a selector asks of it.
fn lacks(part: &Part, path: &str, value: &Value) -> Option<Lack> {
    let none = |ending: &str, why: String| Some(Lack { path: format!("{path}{ending}"), why });
    let other = || format!("it is {}", super::value::kind_of(value));
    match (part, value) {
        (Part::Name(name), Value::Object(members)) if members.contains_key(name) => None,
        (Part::Name(name), _) => none(&step(name), "this one has no such member".to_owned()),
        (Part::Index(index), Value::Array(items)) => {
            let length = i64::try_from(items.len()).unwrap_or(i64::MAX);
            let there = *index < length && *index >= -length;
            if there { None } else { none(&format!("[{index}]"), "this one has no such item".to_owned()) }
        }
        (Part::Index(index), _) => none(&format!("[{index}]"), "this one has no such item".to_owned()),
        (Part::Wildcard | Part::Slice(..), Value::Array(items)) if items.is_empty() => {
            none("", "it is an empty array".to_owned())
        }
        (Part::Wildcard, Value::Object(members)) if members.is_empty() => none("", "it is an empty object".to_owned()),
        (Part::Wildcard | Part::Filter(_), Value::Array(_) | Value::Object(_)) | (Part::Slice(..), Value::Array(_)) => {
            None
        }
        (Part::Wildcard | Part::Filter(_) | Part::Slice(..), _) => none("", other()),
    }
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
        let segments =
            path::parse(text).map_err(|error| SelectorError { message: error.message, at: Some(error.at) })?;
        let plan = singular(&segments).map_or(Plan::Query(segments), Plan::Singular);
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
            Plan::Query(segments) => {
                let part = |segment: &Segment| match segment.parts.as_slice() {
                    _ if segment.descends => None,
                    [Part::Name(text)] => Some(name(text)),
                    [_] => Some(item()),
                    _ => None,
                };
                segments.iter().map(part).collect()
            }
        }
    }

    /// Looks into a value.
    #[must_use]
    pub fn select<'a>(&'a self, value: &'a Value) -> Selection<'a> {
        match &self.plan {
            Plan::Singular(steps) => Selection::One(walk(value, steps)),
            Plan::Query(segments) => {
                let found = select(segments, "$".to_owned(), value, value);
                Selection::Many(Nodes { found, segments, root: value })
            }
        }
    }

    /// How far a singular path leads: the longest part of it that exists, and what is there.
    #[must_use]
    pub fn reach<'a>(&self, value: &'a Value) -> Option<(String, &'a Value)> {
        let Plan::Singular(steps) = &self.plan else { return None };
        let mut reached = ("$".to_owned(), value);
        for next_step in steps {
            let Some(next) = walk(reached.1, std::slice::from_ref(next_step)) else { break };
            let name = match next_step {
                Step::Name(name) => step(name),
                Step::Index(index) => format!("[{index}]"),
            };
            reached = (reached.0 + &name, next);
        }
        Some(reached)
    }
}

fn refuse(message: impl Into<String>) -> SelectorError {
    SelectorError { message: message.into(), at: None }
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

/// The steps of a path that has nothing but names and indexes.
fn singular(segments: &[Segment]) -> Option<Vec<Step>> {
    let step = |segment: &Segment| match segment.parts.as_slice() {
        [Part::Name(name)] if !segment.descends => Some(Step::Name(name.clone())),
        [Part::Index(index)] if !segment.descends => Some(Step::Index(*index)),
        _ => None,
    };
    segments.iter().map(step).collect()
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
        assert_eq!(select("$['data'][\"it's\"]", &body), "one 1");
        assert_eq!(select("$.data.offers[7].id", &body), "nothing");
        assert_eq!(select("$.data.offers[*].id", &body), "$.data.offers[0].id=\"a\" $.data.offers[1].id=\"b\"");
        assert_eq!(select("$.data.offers[?@.id=='b'].id", &body), "$.data.offers[1].id=\"b\"");
    }

    #[test]
    fn what_is_no_path_or_takes_too_long_is_refused() {
        let refused = |path: &str| assert!(select(path, &json!({})).starts_with("refused"), "{path}");
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
        let lacking = |path: &str| lack_of(path, &body);
        assert_eq!(lacking("$.offers[0].slabs[*].min"), None);
        assert_eq!(lacking("$.offers[?@.slabs].slabs[?@.min].min"), None);
        assert_eq!(lacking("$.offers[1].slabs[*].min").as_deref(), Some("$.offers[1].slabs[1].min"));
        assert_eq!(lacking("$.offers[*].slabs[*].min").as_deref(), Some("$.offers[2].slabs"));
        let body = json!({"offers": [{"slabs": [{"min": 1}]}, {"slabs": []}]});
        let lacking = |path: &str| lack_of(path, &body);
        assert_eq!(lacking("$.offers[*].slabs[0].min").as_deref(), Some("$.offers[1].slabs[0]"));
        assert_eq!(lacking("$.offers[*].slabs[-1]").as_deref(), Some("$.offers[1].slabs[-1]"));
    }

    fn lack_of(path: &str, body: &Value) -> Option<String> {
        match Selector::parse(path).unwrap().select(body) {
            Selection::One(_) => None,
            Selection::Many(nodes) => nodes.lack().map(|lack| lack.path),
        }
    }

    #[test]
    fn an_inner_list_that_is_none_is_a_lack() {
        for inner in [json!(null), json!("x"), json!(7), json!([]), json!({})] {
            let body = json!({"o": [{"s": [{"g": 1}]}, {"s": inner}]});
            assert_eq!(lack_of("$.o[*].s[*].g", &body).as_deref(), Some("$.o[1].s"), "{inner}");
        }
        let body = json!({"o": [{"s": [{"g": 1}]}, {}]});
        assert_eq!(lack_of("$.o[*].s[*].g", &body).as_deref(), Some("$.o[1].s"));
    }

    #[test]
    fn names_are_names_whatever_is_in_them() {
        let body = json!({"'q'": 5, "it's": 1, "a\\b": 2, "\"": 3, "ü": 4, "": 6, "☺": 7});
        assert_eq!(select("$['\\'q\\'']", &body), "one 5");
        assert_eq!(select("$[\"'q'\"]", &body), "one 5");
        assert_eq!(select("$['it\\'s']", &body), "one 1");
        assert_eq!(select("$['a\\\\b']", &body), "one 2");
        assert_eq!(select("$['\"']", &body), "one 3");
        assert_eq!(select("$.ü", &body), "one 4");
        assert_eq!(select("$['']", &body), "one 6");
        assert_eq!(select("$['\\u263A']", &body), "one 7");
        assert_eq!(select("$['\\uD83D\\uDE00']", &body), "nothing");
    }

    #[test]
    fn filters_compare_exactly_and_may_be_nested() {
        let body = json!({
            "limit": 2,
            "o": [
                {"min": 9_007_199_254_740_993_u64, "max": 9_007_199_254_740_992_u64, "tags": [{"n": 1}, {"n": 3}], "s": "ab"},
                {"min": 1, "max": 2, "tags": [], "s": "abc"},
            ],
        });
        assert_eq!(select("$.o[?@.min > @.max].s", &body), "$.o[0].s=\"ab\"");
        assert_eq!(select("$.o[?@.min == 9007199254740993].s", &body), "$.o[0].s=\"ab\"");
        assert_eq!(select("$.o[?@.tags[?@.n > 2]].s", &body), "$.o[0].s=\"ab\"");
        assert_eq!(select("$.o[?@.tags[?@.n > $.limit]].s", &body), "$.o[0].s=\"ab\"");
        assert_eq!(select("$.o[?length(@.s) == 3].max", &body), "$.o[1].max=2");
        assert_eq!(select("$.o[?count(@.tags[*]) == 0].max", &body), "$.o[1].max=2");
        assert_eq!(select("$.o[?match(@.s, 'a.')].min", &body), "$.o[0].min=9007199254740993");
        assert_eq!(select("$.o[?search(@.s, 'c$') && !(@.min > 1)].max", &body), "$.o[1].max=2");
        assert_eq!(select("$.o[?@.nope == @.none].max", &body), "$.o[0].max=9007199254740992 $.o[1].max=2");
        assert_eq!(select("$.o[?@.min < '5']", &body), "");
        assert_eq!(select("$.o[::-1].max", &body), "$.o[1].max=2 $.o[0].max=9007199254740992");
        assert_eq!(select("$.o[1:].max", &body), "$.o[1].max=2");
        assert_eq!(select("$.o[0]['max','min']", &body), "$.o[0].max=9007199254740992 $.o[0].min=9007199254740993");
        assert!(select("$.o[?match(@.s, '[')]", &body).contains("the pattern cannot be read"));
        assert!(select("$.o[?@.s]]", &body).starts_with("refused"));
        assert!(select("$.o[?@.tags[*] == 1]", &body).contains("can select several values"));
        assert!(select("$.a-b", &body).contains("in brackets"));
    }

    #[test]
    fn plain_paths_are_read_as_all_others_are() {
        let paths = ["$", "$.a", "$._a1.B[0][17]", "$[3].x", "$.a[999999999]"];
        for path in paths {
            assert_eq!(plain(path), singular(&path::parse(path).unwrap()), "{path}");
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
