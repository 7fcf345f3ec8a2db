//! A policy file: how findings are graded.

use crate::diagnostic::Diagnostic;
use crate::event::{Finding, FindingKind, Grade, Side};
use crate::source::{FileId, Sources};
use crate::yaml::{Fields, Key, Node, Object, Reader, Shape, parse};

const KINDS: [&str; FindingKind::ALL.len()] = {
    let mut names = [""; FindingKind::ALL.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = FindingKind::ALL[at].name();
        at += 1;
    }
    names
};

const GRADES: [&str; 3] = ["error", "warn", "off"];

static KEYS: &[Key] = &[
    Key {
        name: "default",
        about: "the grade of findings that no rule is about; without it `warn`, and `error` for an answer with a status or a media type that is neither documented nor asked for by name",
        shape: Shape::Word(&GRADES),
        example: "warn",
    },
    Key {
        name: "rules",
        about: "grades of certain findings; the first rule that is about a finding decides",
        shape: Shape::Some(&Shape::Object(&RULE)),
        example: "[{ kind: undocumented-header, grade: off }]",
    },
];

static RULE_KEYS: &[Key] = &[
    Key { name: "kind", about: "which kind of finding", shape: Shape::Word(&KINDS), example: "undocumented-field" },
    Key { name: "operation", about: "of which operation", shape: Shape::Text, example: "getBre" },
    Key {
        name: "pointer",
        about: "at which place: `*` stands for one part of the pointer, `**` at its end for any rest",
        shape: Shape::Text,
        example: "/data/outputVariables/**",
    },
    Key {
        name: "id",
        about: "this very finding, by the id that reports show",
        shape: Shape::Text,
        example: "undocumented-field:getBre:offer:/data/score",
    },
    Key { name: "grade", about: "how it is graded", shape: Shape::Word(&GRADES), example: "off" },
];

/// A policy file.
pub(super) static POLICY: Object = Object { name: "policy", what: "a policy", keys: &[KEYS], needs: &[], kinds: &[] };

/// A rule of a policy.
pub(super) static RULE: Object =
    Object { name: "rule", what: "a rule of a policy", keys: &[RULE_KEYS], needs: &["grade"], kinds: &[] };

/// How findings are graded.
#[derive(Debug, Clone)]
pub struct Policy {
    rules: Vec<Rule>,
    /// The grade of findings that no rule is about, where the policy says it; none for `off`.
    default: Option<Option<Grade>>,
    strictness: Strictness,
}

/// Whether a step asked by name for what a finding is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// It did: an undocumented status that is expected is a finding.
    ByName,
    /// It did not: an answer that nobody documents is no success.
    No,
}

/// What becomes of warnings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Strictness {
    /// They are told.
    Lenient,
    /// They fail their step.
    Strict,
}

#[derive(Debug, Clone)]
struct Rule {
    kind: Option<FindingKind>,
    operation: Option<String>,
    pointer: Option<String>,
    id: Option<String>,
    /// None for `off`.
    grade: Option<Grade>,
}

impl Default for Policy {
    fn default() -> Self {
        Self { rules: Vec::new(), default: None, strictness: Strictness::Lenient }
    }
}

impl Policy {
    /// The same policy, with warnings treated so.
    #[must_use]
    pub fn with(self, strictness: Strictness) -> Self {
        Self { strictness, ..self }
    }

    /// The grade of a finding about something that was asked for by name, or that cannot be; `None` when it is switched
    /// off.
    #[must_use]
    pub fn grade(&self, finding: &Finding) -> Option<Grade> {
        self.grade_of(finding, Asked::ByName)
    }

    /// The grade of a finding; `None` when it is switched off. An answer with a status or a media type that is not
    /// documented, and that the step did not ask for by name, fails unless the policy says otherwise.
    #[must_use]
    pub fn grade_of(&self, finding: &Finding, asked: Asked) -> Option<Grade> {
        let rule = self.rules.iter().find(|rule| rule.is_about(finding));
        let undocumented = match finding.kind {
            // What the contract lets pass without being documented is not found against it; a body without any type is read
            // as what it is documented to be.
            FindingKind::UndocumentedStatus | FindingKind::UndocumentedMediaType => finding.found.is_some(),
            _ => false,
        };
        let usual = match finding.side {
            Side::Response if undocumented && asked == Asked::No => Grade::Error,
            Side::Response | Side::Request => Grade::Warn,
        };
        let said = rule.map(|rule| rule.grade).or(self.default);
        match (said.unwrap_or(Some(usual))?, self.strictness) {
            (Grade::Error, _) | (Grade::Warn, Strictness::Strict) => Some(Grade::Error),
            (Grade::Warn, Strictness::Lenient) => Some(Grade::Warn),
        }
    }
}

impl Rule {
    fn is_about(&self, finding: &Finding) -> bool {
        self.kind.is_none_or(|kind| kind == finding.kind)
            && self.operation.as_ref().is_none_or(|operation| *operation == finding.operation)
            && self.pointer.as_ref().is_none_or(|pointer| covers(pointer, &finding.pointer))
            && self.id.as_ref().is_none_or(|id| *id == finding.id)
    }
}

/// Whether a pointer is one that a pattern speaks of.
fn covers(pattern: &str, pointer: &str) -> bool {
    let mut parts = pointer.split('/');
    for part in pattern.split('/') {
        match (part, parts.next()) {
            ("**", Some(_)) => return true,
            ("*", Some(_)) => {}
            (part, Some(own)) if part == own => {}
            _ => return false,
        }
    }
    parts.next().is_none()
}

/// Reads a policy.
///
/// # Errors
/// Every problem of the file.
pub fn read_policy(sources: &Sources, file: FileId) -> Result<Policy, Vec<Diagnostic>> {
    let root = parse(sources, file)?;
    let mut reader = Reader::new(sources);
    let fields = Fields::open(&mut reader, &root, &POLICY);
    let mut policy = Policy::default();
    if let Some(node) = fields.get("default") {
        policy.default = Some(read_grade(&mut reader, node));
    }
    if let Some(node) = fields.get("rules") {
        policy.rules = reader.list(node, "`rules`").iter().map(|item| read_rule(&mut reader, item)).collect();
    }
    if reader.problems.is_empty() { Ok(policy) } else { Err(reader.problems) }
}

fn read_rule(reader: &mut Reader<'_>, node: &Node) -> Rule {
    let fields = Fields::open(reader, node, &RULE);
    let mut text = |name: &str| fields.get(name).and_then(|node| reader.text(node, name)).map(|text| text.value);
    let (operation, pointer, id) = (text("operation"), text("pointer"), text("id"));
    let kind = fields.get("kind").and_then(|node| {
        let name = reader.word(node, "`kind`", &KINDS)?;
        FindingKind::ALL.into_iter().find(|kind| kind.name() == name)
    });
    let grade = fields.required(reader, "grade").and_then(|node| read_grade(reader, node));
    Rule { kind, operation, pointer, id, grade }
}

fn read_grade(reader: &mut Reader<'_>, node: &Node) -> Option<Grade> {
    match reader.word(node, "a grade", &GRADES)? {
        "error" => Some(Grade::Error),
        "warn" => Some(Grade::Warn),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finding(kind: FindingKind, operation: &str, pointer: &str) -> Finding {
        Finding {
            id: format!("{}:{operation}:x:{pointer}", kind.name()),
            kind,
            grade: Grade::Warn,
            operation: operation.to_owned(),
            side: Side::Response,
            variant: None,
            pointer: pointer.to_owned(),
            what: String::new(),
            found: None,
            near: None,
            section: None,
            ambiguity: None,
        }
    }

    fn read(text: &str) -> Result<Policy, Vec<String>> {
        let mut sources = Sources::default();
        let file = sources.add("policy.yaml", text);
        read_policy(&sources, file).map_err(|problems| problems.into_iter().map(|problem| problem.title).collect())
    }

    #[test]
    fn the_first_rule_that_is_about_a_finding_decides() {
        let policy = read(
            "default: off\nrules:\n  - { kind: undocumented-field, operation: getBre, pointer: /data/*/x, grade: error }\n  \
             - { operation: getBre, pointer: /data/**, grade: warn }\n",
        )
        .unwrap();
        let field = |operation, pointer| policy.grade(&finding(FindingKind::UndocumentedField, operation, pointer));
        assert_eq!(field("getBre", "/data/a/x"), Some(Grade::Error));
        assert_eq!(field("getBre", "/data/a/b/x"), Some(Grade::Warn));
        assert_eq!(field("getBre", "/error"), None);
        assert_eq!(field("getKycDetails", "/data/a/x"), None);
        let strict = policy.clone().with(Strictness::Strict);
        assert_eq!(strict.grade(&finding(FindingKind::UndocumentedCode, "getBre", "/data/y")), Some(Grade::Error));
        assert_eq!(strict.grade(&finding(FindingKind::UndocumentedCode, "getBre", "/x")), None);
    }

    #[test]
    fn without_a_word_findings_are_warnings() {
        let any = finding(FindingKind::UndocumentedHeader, "a", "header x-y");
        assert_eq!(Policy::default().grade(&any), Some(Grade::Warn));
        assert_eq!(read("rules: []").unwrap().grade(&any), Some(Grade::Warn));
    }

    #[test]
    fn a_policy_with_mistakes_is_told_all_of_them() {
        let problems = read("defalt: warn\nrules: [{ kind: undocumented-thing, grade: maybe }, {}]").unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
    }
}
